// Composes a request with the server's own codec, shows what it is, sends it to this server only.
import { $, announce, h, ours } from "./dom.js";

const box = $("try");
const form = $("try-form");
const at = `vendors/${encodeURIComponent(box.dataset.vendor)}/operations/${encodeURIComponent(box.dataset.operation)}/request`;
const memory = `greenroom-form-${location.pathname}`;
let prepared = null;
let asking = 0;
let timer = 0;

const space = () => $("space").validity.valid ? $("space").value : "";
const inputs = () => [...form.querySelectorAll("[data-in]")];

function values() {
  const given = { space: space() };
  for (const name of ["credential", "prefer", "media_type", "body"]) {
    const control = form.elements[name];
    if (control && !(name === "prefer" && !control.value)) given[name] = control.value;
  }
  if (inputs().length) given.parameters = {};
  for (const { dataset, value } of inputs()) (given.parameters[dataset.in] ??= {})[dataset.name] = value;
  return given;
}

/** Asks the server for the request; answers that were overtaken are dropped. */
async function prepare() {
  const turn = ++asking;
  const headers = { "Content-Type": "application/json" };
  const reply = await fetch(ours(at), { method: "POST", headers, body: JSON.stringify(values()) }).catch(() => null);
  const found = reply && await reply.json().catch(() => null);
  if (turn !== asking) return prepared;
  prepared = reply?.ok ? found : null;
  if (!prepared) {
    objections([{ in: "form", pointer: "", message: found?.detail ?? "The server does not respond. Is it still running?" }]);
    return null;
  }
  for (const [name, text] of Object.entries(prepared.snippets)) {
    const code = document.querySelector(`.tab[data-tab="${name}"] code`);
    if (code) code.textContent = text;
  }
  objections(prepared.violations);
  $("send").disabled = Boolean(prepared.unsendable);
  if (prepared.unsendable) objections([{ in: "page", pointer: "", message: `${prepared.unsendable}; use the curl line below` }]);
  return prepared;
}

function objections(listed) {
  $("objections").replaceChildren(...(listed.length
    ? [h("p", {}, "The contract objects; it can be sent all the same:"), h("ul", {}, ...listed.slice(0, 20).map((v) => (
      h("li", {}, h("code", {}, `${v.in}${v.pointer ? ` ${v.pointer}` : ""}`), ` ${v.message}`))))]
    : [h("p", { class: "good" }, "The contract has no objection.")]));
}

function changed() {
  clearTimeout(timer);
  timer = setTimeout(prepare, 150);
  remember();
}

async function send() {
  clearTimeout(timer);
  const button = $("send");
  const request = await prepare();
  if (!request || request.unsendable) return;
  button.disabled = true;
  const url = new URL(request.url);
  const body = request.body_base64 ? Uint8Array.from(atob(request.body_base64), (c) => c.charCodeAt(0)) : request.body;
  const began = performance.now();
  try {
    // Only path and query: whatever a contract says, the request stays on this server.
    const reply = await fetch(url.pathname + url.search, {
      method: request.method, headers: request.headers, body: body.length ? body : undefined,
      redirect: "manual", credentials: "omit", cache: "no-store",
    });
    const bytes = new Uint8Array(await reply.arrayBuffer());
    shown(reply, bytes, Math.round(performance.now() - began));
  } catch (error) {
    failed(error);
  }
  button.disabled = false;
}

function failed(error) {
  $("response").hidden = false;
  $("response").replaceChildren(h("h3", {}, "No response"), h("p", { class: "bad" }, `${error.message}. The server may have stopped, or a fault of the space dropped the connection.`));
  announce("No response");
}

function shown(reply, bytes, ms) {
  const all = [...reply.headers].map(([name, value]) => ({ name, value, own: name.startsWith("x-greenroom-") }));
  const own = new Map(all.filter((field) => field.own).map(({ name, value }) => [name.slice(12), value]));
  const kind = reply.status < 400 ? "good" : "bad";
  const why = own.get("reason") ?? own.get("refusal") ?? "";
  const named = own.get("space");
  const row = ({ name, value }) => h("div", {}, h("dt", {}, name), h("dd", {}, value));
  const listed = (fields) => h("dl", { class: "facts" }, ...fields.map(row));
  $("response").replaceChildren(
    h("h3", {}, h("span", { class: kind }, String(reply.status || "redirect")), ` in ${ms} ms`,
      named ? h("span", { class: "quiet" }, ` in the space ${named}`) : h("span", { class: "quiet" }, " from the documented example")),
    ...(why ? [h("p", {}, why)] : []),
    ...(named && document.querySelector('.bar nav a[href$="console"]')
      ? [h("p", {}, h("a", { href: ours(`console/${encodeURIComponent(named)}/requests`) }, "Why: its requests in the space"))] : []),
    h("pre", { tabindex: "0", role: "group", "aria-label": "Body of the response" }, h("code", {}, text(reply, bytes))),
    h("details", {}, h("summary", {}, "Why, by greenroom"), listed(all.filter((field) => field.own))),
    h("details", {}, h("summary", {}, "Header fields of the vendor"), listed(all.filter((field) => !field.own))));
  $("response").hidden = false;
  announce(`Response ${reply.status} in ${ms} milliseconds`);
  follow(reply, bytes);
  document.dispatchEvent(new CustomEvent("greenroom-response", { detail: { status: reply.status, space: named } }));
}

/** Links to what comes next get the identifiers of this response. */
function follow(reply, bytes) {
  let body;
  try {
    body = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return;
  }
  for (const link of reply.ok ? document.querySelectorAll("[data-fill]") : []) {
    const filled = {};
    for (const [name, expression] of Object.entries(JSON.parse(link.dataset.fill))) {
      const value = atPointer(body, String(expression));
      if (value !== undefined) filled[name.replace(/^(path|query|header|cookie)\./, "")] = String(value);
    }
    const to = new URL(link.href);
    to.searchParams.set("fill", JSON.stringify(filled));
    to.hash = "try";
    if (Object.keys(filled).length) link.href = to.href;
  }
}

function atPointer(body, expression) {
  const [whole, pointer] = expression.match(/^\$response\.body#(\/.*)$/) ?? [];
  const steps = whole ? pointer.slice(1).split("/").map((s) => s.replaceAll("~1", "/").replaceAll("~0", "~")) : [""];
  const found = steps.reduce((value, step) => (value && Object.hasOwn(value, step) ? value[step] : undefined), body);
  return typeof found === "object" ? undefined : found;
}

/** The body as a person reads it: JSON indented, other texts as they are, bytes counted. */
function text(reply, bytes) {
  if (!bytes.length) return "(no body)";
  const type = reply.headers.get("content-type") ?? "";
  let found;
  try {
    found = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return `${bytes.length} bytes of ${type || "an unnamed type"}`;
  }
  if (!/json/i.test(type)) return found.slice(0, 100000);
  try {
    return JSON.stringify(JSON.parse(found), null, 2).slice(0, 100000);
  } catch {
    return found.slice(0, 100000);
  }
}

// Values live as long as the tab; a key that is not a test key is in no option.
function remember() {
  try {
    sessionStorage.setItem(memory, JSON.stringify(values()));
  } catch {
    // Then they live as long as the page.
  }
}

function recall() {
  recallValues();
  try {
    const filled = JSON.parse(new URLSearchParams(location.search).get("fill")) ?? {};
    for (const input of inputs()) if (Object.hasOwn(filled, input.dataset.name)) input.value = filled[input.dataset.name];
  } catch {
    // An address that was cut fills nothing in.
  }
}

function recallValues() {
  let given;
  try {
    given = JSON.parse(sessionStorage.getItem(memory));
  } catch {
    return;
  }
  for (const name of ["credential", "prefer", "media_type", "body"]) {
    if (form.elements[name] && typeof given?.[name] === "string") form.elements[name].value = given[name];
  }
  for (const input of inputs()) input.value = given?.parameters?.[input.dataset.in]?.[input.dataset.name] ?? input.value;
}

form.addEventListener("input", changed);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.repeat) {
    event.preventDefault();
    send();
  }
});
document.addEventListener("space", () => {
  says();
  prepare();
});
document.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (button?.dataset.prefer) {
    form.elements.prefer.value = button.dataset.prefer;
    form.elements.prefer.focus();
    changed();
  } else if (button?.dataset.body !== undefined) {
    if (form.elements.media_type) form.elements.media_type.value = button.dataset.media;
    form.elements.body.value = button.dataset.body;
    changed();
  }
});

function says() {
  $("try-space").textContent = space()
    ? `In the space ${space()}: what it makes stays there.`
    : "No space is chosen: the documented example, nothing is kept. Name one in the bar, such as demo.";
}

recall();
says();
prepare();
