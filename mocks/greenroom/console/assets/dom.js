// Pages are built of nodes and texts: what a contract or a response holds never becomes markup.

/** @param {string} id @returns {HTMLElement} */
export const $ = (id) => document.getElementById(id);

/** The address of something of the server; `path` is below /_greenroom/. @param {string} path */
export const ours = (path) => new URL(document.body.dataset.up + path, location.href).href;

/**
 * What a control route responds, to JSON if there is a body, and why it refuses, else empty.
 * @param {string} path @param {string} [body] @returns {Promise<{found: any, wrong: string}>}
 */
export async function ask(path, body, method = body === undefined ? "GET" : "POST") {
  const headers = body === undefined ? {} : { "Content-Type": "application/json" };
  const reply = await fetch(ours(path), { method, headers, body }).catch(() => null);
  const found = await reply?.json().catch(() => null);
  return { found, wrong: reply?.ok ? "" : found?.detail ?? "The server does not respond. Is it still running?" };
}

/**
 * An element. Attributes that begin with `on` are listeners, others are set as attributes.
 * @param {string} tag @param {Record<string, unknown>} attributes @param {...(Node|string)} children
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

/** Says something to those who cannot see what has changed. @param {string} text */
export function announce(text) {
  $("announcer").textContent = text;
}

/** A moment as the server writes it. @param {Date} moment */
export const shown = (moment) => moment.toUTCString().replace(/^(\w+), 0?/, "$1 ").replace(" GMT", "");

/** Something kept in this browser, or null where it keeps nothing. @param {string} name */
export function kept(name) {
  try {
    return localStorage.getItem(`greenroom-${name}`);
  } catch {
    return null;
  }
}

/** @param {string} name @param {string} value */
export function keep(name, value) {
  try {
    if (value) localStorage.setItem(`greenroom-${name}`, value);
    else localStorage.removeItem(`greenroom-${name}`);
  } catch {
    // A browser that keeps nothing still shows everything.
  }
}
