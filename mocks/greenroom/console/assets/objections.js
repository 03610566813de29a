// What the contract objects to, each at the control whose value it is about.
import { $, h } from "./dom.js";

const MOST = 20;

/** The control of a violation, undefined where there is none. @param {HTMLFormElement} form */
function control(form, { in: place, pointer }) {
  if (place === "body") return form.elements.body;
  const name = pointer.slice(1).split("/", 1)[0].replaceAll("~1", "/").replaceAll("~0", "~").toLowerCase();
  return [...form.querySelectorAll("[data-in]")].find(({ dataset }) => dataset.in === place && dataset.name.toLowerCase() === name);
}

/**
 * Shows them, and says whether there are any, or what else is `wrong`.
 * @param {HTMLFormElement} form @param {{in: string, pointer: string, message: string}[]} listed
 */
export function objections(form, listed, wrong = "") {
  for (const old of form.querySelectorAll(".objection")) old.remove();
  for (const marked of form.querySelectorAll("[aria-invalid]")) {
    marked.removeAttribute("aria-invalid");
    marked.removeAttribute("aria-describedby");
  }
  const others = [];
  for (const [i, violation] of listed.slice(0, MOST).entries()) {
    const { in: place, pointer, message } = violation;
    const at = control(form, violation);
    if (!at) {
      others.push(h("li", {}, h("code", {}, `${place}${pointer ? ` ${pointer}` : ""}`), ` ${message}`));
      continue;
    }
    const id = `objection-${i}`;
    const before = at.getAttribute("aria-describedby");
    const where = place === "body" && pointer ? [h("code", {}, pointer), " "] : [];
    (before ? $(before.split(" ").at(-1)) : at.closest("label")).after(h("p", { class: "bad objection", id }, ...where, message));
    at.setAttribute("aria-invalid", "true");
    at.setAttribute("aria-describedby", before ? `${before} ${id}` : id);
  }
  const said = wrong || (listed.length ? "The contract objects; it can be sent all the same." : "The contract has no objection.");
  const box = $("objections");
  // What stays the same is not said again.
  if (box.firstElementChild?.textContent !== said) box.replaceChildren(h("p", { class: wrong ? "bad" : listed.length ? "" : "good" }, said));
  box.querySelector("ul")?.remove();
  if (others.length) box.append(h("ul", {}, ...others));
}
