// Search over everything that has a page (Ctrl K), with a list box as ARIA describes it.
import { $, h, ours } from "./dom.js";

const MOST = 40;
let entries = null;
let dialog = null;
let results = [];
let chosen = 0;

/** Opens the search; its entries are loaded once. */
export async function open() {
  dialog ??= build();
  if (dialog.open) return;
  dialog.showModal();
  const input = $("palette-input");
  input.select();
  if (entries) return show(input.value);
  try {
    const [pages, spaces] = await Promise.all(["search.json", "spaces"].map(async (at) => (await fetch(ours(at))).json()));
    const named = spaces.items.flatMap(({ name }) => ["", "requests", "records", "webhooks", "faults"].map((tab) => (
      ["space", `${name} ${tab}`.trim(), "", `console/${encodeURIComponent(name)}${tab && `/${tab}`}`])));
    entries = [...named, ...pages].map(([kind, name, words, at]) => (
      { kind, name, words, at, text: `${kind} ${name} ${words}`.toLowerCase() }
    ));
  } catch {
    $("palette-none").textContent = "The server does not respond.";
    return;
  }
  show(input.value);
}

function build() {
  const input = h("input", {
    id: "palette-input", type: "search", role: "combobox", "aria-expanded": "true",
    "aria-controls": "palette-list", "aria-label": "Search", autocomplete: "off", spellcheck: "false",
    placeholder: "Operations, events, schemas, pages",
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
  const made = h("dialog", { class: "palette", "aria-label": "Search" },
    input,
    h("ul", { id: "palette-list", role: "listbox", "aria-label": "Found" }),
    h("p", { id: "palette-none", class: "quiet", role: "status" }));
  made.addEventListener("click", (event) => event.target === made && made.close());
  document.body.append(made);
  return made;
}

function show(text) {
  if (!entries) return;
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = entries.filter((entry) => words.every((word) => entry.text.includes(word)));
  // Schemas are many and come last; a name that begins with what was typed comes first.
  const first = text.trim().toLowerCase();
  if (first) found.sort((a, b) => rank(a, first) - rank(b, first));
  results = found.slice(0, MOST);
  const vendor = ({ words: more }) => more.split(" ", 1)[0];
  $("palette-list").replaceChildren(...results.map((entry, i) => h("li", {
    role: "option", id: `palette-${i}`, onclick: () => go(entry), onmousemove: () => i !== chosen && choose(i),
  }, h("span", { class: "kind" }, entry.kind), h("span", {}, entry.name), h("span", { class: "quiet" }, entry.kind === "operation" ? entry.words : vendor(entry)))));
  const more = found.length - results.length;
  $("palette-none").textContent = more > 0 ? `${more} more; go on typing.` : found.length ? "" : `Nothing has “${text}” in it.`;
  choose(0);
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

function go({ at }) {
  location.assign(ours(at));
  dialog.close();
}
