// Composes a request with the server's own codec, shows what it is, sends it to this server only.
import { $, ask } from "./dom.js";
import { objections } from "./objections.js";

const box = $("try");
const form = $("try-form");
const at = `vendors/${encodeURIComponent(box.dataset.vendor)}/operations/${encodeURIComponent(box.dataset.operation)}/request`;
const ANOTHER = "another";
const memory = `greenroom-form-${location.pathname}`;
let prepared = null;
let chosenFiles = () => ({});
let readGraphql = () => {};
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
  if (given.credential === ANOTHER) given.credential = form.elements.another.value;
  if (inputs().length) given.parameters = {};
  for (const { dataset, value } of inputs()) (given.parameters[dataset.in] ??= {})[dataset.name] = value;
  return given;
}

/** Asks the server for the request; answers that were overtaken are dropped. */
async function prepare() {
  const turn = ++asking;
  const chosen = chosenFiles();
  const body = JSON.stringify(Object.keys(chosen).length ? { ...values(), files: chosen } : values());
  const { found, wrong } = await ask(at, body);
  if (turn !== asking) return prepared;
  prepared = wrong ? null : found;
  if (!prepared) {
    objections(form, [], wrong);
    return null;
  }
  for (const [name, text] of Object.entries(prepared.snippets)) {
    const code = document.querySelector(`.tab[data-tab="${name}"] code`);
    if (code) code.textContent = text;
  }
  const { unsendable } = prepared;
  objections(form, unsendable ? [] : prepared.violations, unsendable && `${unsendable[0].toUpperCase()}${unsendable.slice(1)}; use the curl line below.`);
  $("send").disabled = Boolean(unsendable);
  return prepared;
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
  const { failed, shown } = await import("./reply.js");
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
    shown(reply, bytes, Math.round(performance.now() - began), { method: request.method, path: url.pathname, vendor: box.dataset.vendor });
  } catch (error) {
    failed(error);
  }
  button.disabled = false;
}

// Values live as long as the tab; a key that is not a test key is in no option.
function remember() {
  try {
    const given = values();
    if (form.elements.credential?.value === ANOTHER) delete given.credential;
    sessionStorage.setItem(memory, JSON.stringify(given));
  } catch {
    // Then they live as long as the page.
  }
}

function recall() {
  recallValues();
  try {
    const given = new URLSearchParams(location.search);
    if (given.has("body") && form.elements.body) form.elements.body.value = given.get("body");
    const filled = JSON.parse(given.get("fill")) ?? {};
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

form.addEventListener("input", () => {
  if ($("another-key")) $("another-key").hidden = form.elements.credential.value !== ANOTHER;
  changed();
});
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
    form.elements.media_type?.dispatchEvent(new Event("change"));
    readGraphql();
    changed();
  } else if (button?.id === "use-demo") {
    $("space").value = "demo";
    $("space").dispatchEvent(new Event("change"));
    $("send").focus();
  }
});

function says() {
  $("use-demo").hidden = Boolean(space());
  $("try-space").textContent = space()
    ? `In the space ${space()}: what it makes stays there.`
    : "No space is chosen: the documented example, nothing is kept. Name one in the bar, such as demo.";
}

recall();
says();
// Without this script the form would be sent as an address.
$("send").disabled = false;
prepare();
// What most pages do not need is loaded where it is.
document.querySelector("details:has([data-received])")?.addEventListener("toggle", () => import("./received.js"), { once: true });
if (form.querySelector("[data-file], [data-graphql]")) {
  const { files, graphql } = await import("./body_fields.js");
  chosenFiles = files(form, changed);
  readGraphql = graphql(form);
}
