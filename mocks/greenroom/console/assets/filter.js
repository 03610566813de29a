// Filters the operations of a contract by words.
import { $ } from "./dom.js";

const groups = [...document.querySelectorAll(".group")];
const rows = groups.flatMap((group) => [...group.querySelectorAll("li")].map((row) => (
  { row, text: `${group.dataset.name} ${[...row.firstElementChild.children].map((c) => c.textContent).join(" ")}`.toLowerCase() }
)));

$("filter").addEventListener("input", ({ target }) => {
  const words = target.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const { row, text } of rows) {
    row.hidden = !words.every((word) => text.includes(word));
    shown += Number(!row.hidden);
  }
  for (const group of groups) group.hidden = !group.querySelector("li:not([hidden])");
  $("filtered").textContent = words.length ? `${shown} of ${rows.length}` : "";
  $("nothing").hidden = shown > 0;
});
