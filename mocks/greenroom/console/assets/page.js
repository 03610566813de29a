// What every page does: copy, theme, chosen space, search.
import { $, announce, ask, h, keep, kept } from "./dom.js";

const root = document.documentElement;

function theme(name) {
  if (name === "light" || name === "dark") root.dataset.theme = name;
  else delete root.dataset.theme;
}

theme(kept("theme"));
for (const radio of $("theme")?.querySelectorAll("input") ?? []) {
  radio.checked = radio.value === (kept("theme") || "system");
  radio.addEventListener("change", () => {
    keep("theme", radio.value === "system" ? "" : radio.value);
    theme(radio.value);
  });
}

// On a wide screen the operations stand beside the page, unfolded.
const side = document.querySelector(".side > details");
const wide = matchMedia("(min-width: 60.01rem)");
if (side) {
  (wide.onchange = () => (side.open = wide.matches))();
  // scrollIntoView would let the Tab key begin there, not at the top of the page.
  const nav = side.parentElement;
  nav.scrollTop = (side.querySelector("[aria-current]")?.offsetTop ?? 0) - nav.clientHeight / 2;
}

// The address wins over what was chosen before.
const space = $("space");
const asked = new URLSearchParams(location.search).get("space");
if (asked !== null) keep("space", asked);
else if (space && !space.value) space.value = kept("space") ?? "";
space?.addEventListener("change", () => {
  if (!space.validity.valid) return;
  keep("space", space.value);
  document.dispatchEvent(new CustomEvent("space", { detail: space.value }));
});
space?.addEventListener("focus", async () => {
  const { found } = await ask("spaces");
  $("spaces").replaceChildren(...(found?.items ?? []).map(({ name }) => h("option", { value: name })));
}, { once: true });

addEventListener("click", async ({ target }) => {
  const button = target.closest("button");
  if (button?.dataset.opens === "palette") return openPalette();
  if (!button?.matches(".copy")) return;
  const source = button.previousElementSibling;
  try {
    // Of a session only what was typed is of use.
    const typed = source.textContent.match(/^\$ .*(?:\\\n.*)*/gm)?.map((line) => line.slice(2)).join("\n");
    await navigator.clipboard.writeText(typed ?? source.textContent.trim());
    button.textContent = "Copied";
  } catch {
    // Browsers hand out the clipboard on loopback and https only; the selection is for Ctrl+C.
    getSelection().selectAllChildren(source);
    button.textContent = "Selected";
  }
  announce(button.textContent);
  setTimeout(() => (button.textContent = "Copy"), 1500);
});

addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    openPalette();
  }
  if (event.key === "Escape") {
    for (const menu of document.querySelectorAll(".menu[open]")) {
      if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
      menu.open = false;
    }
  }
});

async function openPalette() {
  const palette = await import("./palette.js").catch(() => null);
  if (palette) palette.open();
  else document.dispatchEvent(new CustomEvent("gone"));
}
