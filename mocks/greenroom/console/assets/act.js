// Buttons and forms that call a control route: data-call is its method and path, data-body its body.
import { $, announce, ask, h, ours, shown } from "./dom.js";
import { refresh } from "./refresh.js";

/** Says what was done, or why it was not, with buttons for what may follow. */
function tell(text, isBad, ...more) {
  const told = $("told");
  if (!told) return;
  told.replaceChildren(h("span", { class: isBad ? "bad" : "" }, text), ...more);
  told.hidden = false;
  announce(text);
}

/** The body of a control request as JSON, null after it was refused. */
async function call(method, path, body) {
  const { found, wrong } = await ask(path, body, method);
  if (wrong) tell(wrong, true);
  else if (method !== "GET") document.dispatchEvent(new CustomEvent("acted"));
  return wrong ? null : found ?? {};
}

const count = (n, name) => `${n} ${n === 1 ? name : `${name}s`.replace(/ys$/, "ies")}`;

function said(button, found) {
  const nobody = "nobody (no active receiver, or only of other records)";
  if (found.receivers && found.request) return `${found.event} would go to ${found.receivers.join(" and ") || nobody} as ${found.request.method} with this body:`;
  if (found.event && found.deliveries?.length === 0) return `${found.event} went to ${nobody}.`;
  if (!found.transitions) return button.dataset.said ?? `${button.getAttribute("aria-label") ?? button.textContent.trim()}: done.`;
  const pending = found.pending ? `, ${found.pending} pending` : "";
  return `Advanced to ${shown(new Date(found.now))} UTC: ${count(found.transitions.length, "transition")}, ${count(found.deliveries.length, "delivery")}${pending}.`;
}

/** Calls what an element names; `values` take the places of {name} in its path and its next page. */
async function act(element, button, body, values = {}) {
  const filled = (text) => text.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name] ?? ""));
  const [method, path] = filled(button.dataset.instead ?? element.dataset.call).split(" ");
  const { undo, go } = element.dataset;
  // Not disabled, which would take the focus away.
  if (button.getAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  const before = undo ? await call("GET", undo) : null;
  const found = undo && !before ? null : await call(method, path, body);
  button.removeAttribute("aria-busy");
  if (!found) return;
  if (go !== undefined) return location.assign(ours(["console", filled(go)].filter(Boolean).join("/")));
  if (element.dataset.reload !== undefined || !document.querySelector("[data-live]")) return location.reload();
  await refresh();
  const shows = found.receivers && found.request ? [h("pre", { tabindex: "0", role: "group", "aria-label": "Body of the event" }, found.request.body || "(no body)")] : [];
  tell(said(button, found), false, ...shows, ...(before ? [" ", undoing(undo, before)] : []));
}

async function put(path, text, done, ...more) {
  if (!await call("PUT", path, text)) return;
  await refresh();
  tell(done, false, ...more);
}

/** A button that puts a snapshot back. */
const undoing = (path, before) => h("button", { type: "button", class: "plain-button", onclick: () => put(path, JSON.stringify(before), "Records and time are as they were before; requests, webhooks and faults stay removed.") }, "Undo");

function valueOf({ type, value, dataset, form }) {
  const seconds = dataset.unit ?? form.querySelector("select[data-unit]")?.value;
  if (seconds && type === "number") return `PT${Number((value * seconds).toFixed(6))}S`;
  if (dataset.json !== undefined) return JSON.parse(value);
  if (type === "number" || dataset.number !== undefined) return Number(value);
  // Times of a space are in UTC.
  return type === "checkbox" ? true : type === "datetime-local" ? new Date(`${value}Z`).toISOString() : value;
}

/** The values of a form as JSON: a name with dots is a place, an empty field is left out. */
export function bodyOf(form, taken = new Set()) {
  const body = {};
  for (const control of form.elements) {
    const text = control.value;
    if (!control.name || taken.has(control.name) || !text || (control.type === "checkbox" && !control.checked)) continue;
    const names = control.name.split(".");
    const last = names.pop();
    const place = names.reduce((found, name) => (found[name] ??= {}), body);
    place[last] = valueOf(control);
  }
  return JSON.stringify(body);
}

addEventListener("click", ({ target }) => {
  const button = target.closest("button[data-call]");
  if (button) act(button, button, button.dataset.body);
});

addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.call) return;
  event.preventDefault();
  const values = Object.fromEntries(new FormData(form));
  const taken = new Set([...form.dataset.call.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  const whole = form.querySelector("[data-whole]");
  act(form, event.submitter ?? form.querySelector("button"), whole ? whole.value : bodyOf(form, taken), values);
});

addEventListener("change", async ({ target }) => {
  const { restore } = target.dataset ?? {};
  const file = restore && target.files[0];
  if (!file) return;
  const text = await file.text();
  target.value = "";
  const before = await call("GET", restore);
  const found = before && await call("PUT", `${restore}?preview=true`, text);
  if (!found) return;
  const lines = found.changes.map(({ vendor, resource, kind, ids, count: n }) => (
    `${vendor}: ${resource} ${ids.join(", ")}${n > ids.length ? ` and ${n - ids.length} more` : ""} ${kind}`));
  if (found.now && Date.parse(found.now) !== Date.parse(before.now)) lines.push(`time: frozen at ${shown(new Date(found.now))} UTC`);
  const go = () => put(restore, text, `Restored from ${file.name}. `, undoing(restore, before));
  tell(`Restoring ${file.name} would change ${lines.length ? "this" : "no record and no time"}:`, false,
    h("ul", {}, ...lines.map((line) => h("li", {}, line))), h("button", { type: "button", class: "plain-button", onclick: go }, "Restore"));
  $("told").querySelector("button").focus();
});
