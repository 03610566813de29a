// Pages are built of nodes and texts: what a contract or a response holds never becomes markup.

/** @param {string} id @returns {HTMLElement} */
export const $ = (id) => document.getElementById(id);

/** The address of something of the server; `path` is below /_greenroom/. @param {string} path */
export const ours = (path) => new URL(document.body.dataset.up + path, location.href).href;

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
