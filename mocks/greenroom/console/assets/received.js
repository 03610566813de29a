// Holds what came from elsewhere to the contract: a webhook, a response, a signature.
import { ask, h } from "./dom.js";

/** Lines as `Name: value` as an object. */
const fields = (text) => Object.fromEntries(text.split("\n").map((line) => line.match(/^\s*([^:\s]+)\s*:\s*(.*?)\s*$/)).filter(Boolean).map(([, name, value]) => [name, value]));

function given(form) {
  const body = Object.fromEntries(new FormData(form));
  if ("headers" in body) body.headers = fields(body.headers);
  if ("status" in body) body.status = Number(body.status);
  if (!body.secret) delete body.secret;
  return body;
}

function said({ signature, reason, violations }) {
  const signed = { valid: "The signature is valid.", invalid: `The signature is not valid: ${reason}.`, "not checked": `The signature was not checked: ${reason}.` }[signature];
  return [
    ...(signed ? [h("p", { class: { valid: "good", invalid: "bad" }[signature] ?? "" }, signed)] : []),
    violations.length ? h("p", { class: "bad" }, "It is not as the contract says:") : h("p", { class: "good" }, "It is as the contract says."),
    ...(violations.length ? [h("ul", {}, ...violations.map((v) => h("li", {}, h("code", {}, `${v.in} ${v.pointer}`), ` ${v.message}`)))] : []),
  ];
}

for (const form of document.querySelectorAll("form[data-received]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { found, wrong } = await ask(form.dataset.received, JSON.stringify(given(form)));
    form.querySelector("[role=status]").replaceChildren(...(wrong ? [h("p", { class: "bad" }, wrong)] : said(found)));
  });
}

for (const input of document.querySelectorAll("[data-expected]")) {
  input.addEventListener("input", () => {
    const [mine, theirs] = [input.value.trim(), input.dataset.expected];
    const at = [...theirs].findIndex((character, i) => character !== mine[i]);
    const differs = `Another one: it differs from character ${(at < 0 ? theirs.length : at) + 1} on.`;
    input.closest("form").querySelector("[role=status]").textContent = !mine ? "" : mine === theirs ? "The same: this is the signature that was sent." : differs;
  });
}
