// Search over all pages, and commands (Ctrl K), with a list box as ARIA describes it.
import { $, ask, h, ours } from "./dom.js";
import { load } from "./refresh.js";

const MOST = 40;
let entries = null;
let dialog = null;
let results = [];
let chosen = 0;

const space = () => ($("space")?.validity.valid && $("space").value) || "";
const ofSpace = (...parts) => ["console", space(), ...parts].map(encodeURIComponent).join("/");
// All spaces and the newer records of the chosen one, or those of an identifier.
const records = (id = "") => ask(`search.json?${new URLSearchParams({ space: space(), id })}`);
const made = ([kind, name, words, at]) => ({ kind, name, words, at, text: `${kind} ${name} ${words}`.toLowerCase() });

/** Opens the search; its entries are loaded each time, as spaces change. */
export async function open() {
  dialog ??= build();
  if (dialog.open) return;
  dialog.showModal();
  const input = $("palette-input");
  input.select();
  const [{ found: pages, wrong }, { found: kept }] = await Promise.all([ask("search.json"), records()]);
  if (wrong || !kept) return $("palette-none").replaceChildren(wrong);
  const known = kept.some(([kind, name]) => kind === "space" && name === space());
  entries = [...kept, ...pages, ...await commands(known)].map(made);
  return show(input.value);
}

/** The buttons with a command; on other pages those of the space that need no way back. */
async function commands(known) {
  const here = document.querySelector("[data-command]");
  const page = here ? document : known && await load(ours(ofSpace()));
  const buttons = page ? [...page.querySelectorAll("[data-command]:enabled")] : [];
  return buttons.filter(({ dataset }) => here || (dataset.call && !dataset.undo)).map((button) => ["command", button.dataset.command, "", button]);
}
function build() {
  const input = h("input", {
    id: "palette-input", type: "search", role: "combobox", "aria-expanded": "true",
    "aria-controls": "palette-list", "aria-label": "Search", autocomplete: "off", spellcheck: "false",
    placeholder: "Operations, events, schemas, records, pages, commands",
    oninput: () => show(input.value),
    onkeydown: (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        choose((chosen + step + results.length) % (results.length || 1));
      } else if (event.key === "Enter" && results[chosen]) go(results[chosen]);
      else if (event.key === "Escape") {
        // A search field would only empty itself.
        event.preventDefault();
        dialog.close();
      }
    },
  });
  const box = h("dialog", { class: "palette", "aria-label": "Search" },
    input,
    h("ul", { id: "palette-list", role: "listbox", "aria-label": "Found" }),
    h("p", { id: "palette-none", class: "quiet", role: "status" }));
  box.addEventListener("click", (event) => event.target === box && box.close());
  document.body.append(box);
  return box;
}

function show(text) {
  if (!entries) return;
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = entries.filter((entry) => words.every((word) => entry.text.includes(word)));
  // Schemas are many and come last; a name that begins with what was typed comes first.
  const first = text.trim().toLowerCase();
  if (first) found.sort((a, b) => rank(a, first) - rank(b, first));
  results = found.slice(0, MOST);
  const about = ({ kind, words: more }) => more.split(" ", { operation: 3, record: 2 }[kind] ?? 1).join(" ");
  $("palette-list").replaceChildren(...results.map((entry, i) => h("li", {
    role: "option", id: `palette-${i}`, onclick: () => go(entry), onmousemove: () => i !== chosen && choose(i),
  }, h("span", { class: "kind" }, entry.kind), h("span", {}, entry.name), h("span", { class: "quiet" }, about(entry)))));
  const more = found.length - results.length;
  $("palette-none").textContent = more > 0 ? `${more} more; go on typing.` : found.length ? "" : `Nothing has “${text}” in it.`;
  choose(0);
  if (!found.length && first && space()) older(text);
}

/** Looks for an older record. */
async function older(text) {
  const found = ((await records(text.trim())).found ?? []).map(made);
  if (!found.length || $("palette-input").value !== text) return;
  entries.push(...found);
  show(text);
}

const rank = ({ kind, name }, text) => 2 * Number(kind === "schema") + Number(!name.toLowerCase().startsWith(text));

function choose(index) {
  $("palette-list").children[chosen]?.setAttribute("aria-selected", "false");
  chosen = index;
  const item = $("palette-list").children[index];
  item?.setAttribute("aria-selected", "true");
  item?.scrollIntoView({ block: "nearest" });
  if (item) $("palette-input").setAttribute("aria-activedescendant", item.id);
  else $("palette-input").removeAttribute("aria-activedescendant");
}

async function go({ at }) {
  dialog.close();
  if (typeof at === "string") return location.assign(ours(at));
  if (at.ownerDocument === document) return at.click();
  const [method, path] = at.dataset.call.split(" ");
  await ask(path, at.dataset.body, method);
  return location.assign(ours(ofSpace()));
}
