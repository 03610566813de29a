const $ = (id) => document.getElementById(id);
const all = $("count").textContent;
const groups = [...document.querySelectorAll(".group")];
const vendors = [...document.querySelectorAll(".vendor")];
const rows = [...document.querySelectorAll(".row")].map((row) => {
  const group = row.closest(".group");
  const cells = row.matches("details") ? row.firstElementChild : row;
  const words = [group.parentElement.dataset.name, group.dataset.name, ...[...cells.children].map((cell) => cell.textContent)];
  return { row, words: words.join(" ").toLowerCase() };
});
let folds = null;

$("filter").addEventListener("input", (event) => {
  const asked = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
  folds ??= groups.map((group) => group.open);
  let shown = 0;
  for (const { row, words } of rows) {
    row.hidden = !asked.every((word) => words.includes(word));
    if (!row.hidden) shown += 1;
  }
  groups.forEach((group, i) => {
    group.hidden = !group.querySelector(".row:not([hidden])");
    group.open = asked.length > 0 || folds[i];
  });
  for (const vendor of vendors) vendor.hidden = asked.length > 0 && !vendor.querySelector(".group:not([hidden])");
  if (!asked.length) folds = null;
  $("count").textContent = asked.length ? `${shown} found` : all;
  $("nothing").hidden = shown > 0 || !asked.length;
});

addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.target === $("filter")) return;
  event.preventDefault();
  $("filter").select();
});

addEventListener("click", async ({ target }) => {
  const button = target.closest("button");
  if (!button) return;
  if (!button.matches(".copy")) return choose(button);
  const source = button.previousElementSibling;
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    button.textContent = $("said").textContent = "Copied";
  } catch {
    // Browsers hand out the clipboard on loopback and https only; the selection is for Ctrl+C.
    getSelection().selectAllChildren(source);
    button.textContent = $("said").textContent = "Selected";
  }
  setTimeout(() => (button.textContent = "Copy", $("said").textContent = ""), 1500);
});

function choose(button) {
  const row = button.closest(".row");
  const on = button.ariaPressed !== "true";
  for (const other of row.querySelectorAll("[aria-pressed=true]")) other.ariaPressed = "false";
  button.ariaPressed = String(on);
  const quoted = button.textContent.replaceAll("'", `'"'"'`);
  row.querySelector(".prefer").textContent = on ? `-H 'Prefer: ${quoted}'` : "";
}
