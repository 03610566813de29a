// Shows a response, and what greenroom says of it.
import { $, announce, ask, h, ours } from "./dom.js";

/** Says that there was none. @param {Error} error */
export function failed(error) {
  $("response").hidden = false;
  $("response").replaceChildren(h("h3", {}, "No response"), h("p", { class: "bad" }, `${error.message}. The server may have stopped, or a fault of the space dropped the connection.`));
  announce("No response");
}

/**
 * @param {Response} reply @param {Uint8Array} bytes @param {number} ms
 * @param {{method: string, path: string, vendor: string}} request
 */
export function shown(reply, bytes, ms, request) {
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
      ? [h("p", { class: "links", id: "in-space" }, h("a", { href: ours(`console/${encodeURIComponent(named)}/requests`) }, "Why: its requests in the space"))] : []),
    h("pre", { tabindex: "0", role: "group", "aria-label": "Body of the response" }, h("code", {}, text(reply, bytes))),
    h("details", {}, h("summary", {}, "Why, by greenroom"), listed(all.filter((field) => field.own))),
    h("details", {}, h("summary", {}, "Header fields of the vendor"), listed(all.filter((field) => !field.own))));
  $("response").hidden = $("to-response").hidden = false;
  announce(`Response ${reply.status} in ${ms} milliseconds`);
  follow(reply, bytes);
  if (named) lead(encodeURIComponent(named), request);
}

/** Leads to the request in the journal of its space, and to the record that the response shows. */
async function lead(space, { method, path, vendor }) {
  const { found } = await ask(`spaces/${space}/requests?limit=10`);
  const sent = found?.items?.findLast((each) => each.vendor === vendor && each.method === method && path.endsWith(each.path));
  if (!sent || !$("in-space")) return;
  const [resource, ...id] = sent.record?.split(" ") ?? [];
  const record = [vendor, resource, id.join(" ")].map(encodeURIComponent).join("/");
  $("in-space").replaceChildren(h("a", { href: ours(`console/${space}/requests/${sent.n}`) }, `Why: request #${sent.n}`), " ",
    ...(sent.record ? [h("a", { href: ours(`console/${space}/records/${record}`) }, sent.record)] : []));
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
