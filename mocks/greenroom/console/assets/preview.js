// Says what a fault would do, and to which requests, before it is added.
import { bodyOf } from "./act.js";
import { ask, h } from "./dom.js";

async function show(form) {
  const box = form.querySelector("[data-preview]");
  const text = bodyOf(form);
  const turn = (box.dataset.turn = String(Number(box.dataset.turn ?? 0) + 1));
  if (!JSON.parse(text).effect || !form.checkValidity()) return box.replaceChildren("Choose what goes wrong.");
  const { found, wrong } = await ask(`${form.dataset.call.split(" ")[1]}?preview=true`, text);
  if (turn !== box.dataset.turn) return undefined;
  if (wrong) return box.replaceChildren(h("span", { class: "bad" }, wrong));
  const { sentence, matched, of, kind, newest } = found;
  const named = newest.length ? ` (${newest.map((n) => `#${n}`).join(", ")})` : "";
  return box.replaceChildren(sentence, " ", h("span", { class: "quiet" }, of
    ? `It fits ${matched} of ${of} ${kind} so far${named}.` : `There are no ${kind} yet that it could fit.`));
}

for (const form of document.querySelectorAll("form:has([data-preview])")) {
  let timer = 0;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(show, 250, form);
  };
  form.addEventListener("input", soon);
  show(form);
}
