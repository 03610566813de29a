// Sends an event in the chosen space, and leads to its delivery.
import { $, announce, ask, h, ours } from "./dom.js";

const form = $("send-event");
const { vendor, event, resource } = form.dataset;
const about = form.elements.about;
const space = () => ($("space").validity.valid && $("space").value) || "demo";
const at = (...parts) => ["spaces", space(), `vendor-${vendor}`, ...parts].map(encodeURIComponent).join("/");

/** The records that it can be about: those of the space. */
async function fill() {
  $("of-space").textContent = space();
  if (!about) return;
  // Not to ask for a space that is not there: a browser reports every 404.
  const { found: spaces } = await ask("spaces");
  const known = spaces?.items?.some(({ name }) => name === space());
  const { found } = known ? await ask(at("resources", resource)) : {};
  const items = found?.items ?? [];
  about.replaceChildren(h("option", { value: "" }, "none: the documented example"),
    ...items.reverse().map(({ id, state }) => h("option", { value: id }, state ? `${id}, ${state}` : id)));
  if (items.length) about.value = items[0].id;
}

function tell(...said) {
  $("sent").replaceChildren(...said);
  announce($("sent").textContent);
}

form.addEventListener("submit", async (submitted) => {
  submitted.preventDefault();
  const body = JSON.stringify({ event, ...(about?.value ? { about: about.value } : {}) });
  const { found, wrong } = await ask(at("events"), body);
  const page = `console/${encodeURIComponent(space())}/webhooks`;
  if (wrong) return tell(h("span", { class: "bad" }, wrong));
  if (found.deliveries.length) return location.assign(ours(`${page}/${encodeURIComponent(found.deliveries.at(-1).id)}`));
  return tell(`No one has registered for ${event} in ${space()}, or only for other records. `, h("a", { href: ours(page) }, "Register the built-in receiver there"), ", or use the operation named above.");
});
document.addEventListener("space", fill);
fill();
