// Brings a page up to date: the server writes it again, and what differs is put in its place.

let waiting = null;
let next = null;

/** The page as it is now. The browser reads it as a document: no script of it runs. */
export function load(address = location.href) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.onloadend = () => resolve(request.status < 400 ? request.response : null);
    request.send();
  });
}

/** Puts what is new into the page; rows that are the same stay, with the focus. @returns {Promise<boolean>} */
export function refresh() {
  // A page that is under way may be older than what it is asked for now.
  if (waiting) return next ??= waiting.then(() => {
    next = null;
    return refresh();
  });
  waiting = load().then((found) => {
    waiting = null;
    if (!found) return false;
    for (const part of document.querySelectorAll("[data-live], #views")) {
      const other = found.getElementById(part.id);
      if (other) merge(part, other);
    }
    return true;
  });
  return waiting;
}

function merge(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  const kept = new Map([...old.children].filter((child) => child.id).map((child) => [child.id, child]));
  const children = [...fresh.childNodes].map((child) => {
    const same = child.id && kept.get(child.id);
    if (!same || same.tagName !== child.tagName) return document.importNode(child, true);
    if (same.querySelector("[id]") || same.contains(document.activeElement)) merge(same, child);
    else if (!same.isEqualNode(child)) return document.importNode(child, true);
    return same;
  });
  // What has the focus is not taken out of the page, which would lose it.
  const has = old.contains(document.activeElement) && [...old.children].find((child) => child.contains(document.activeElement));
  if (has && !children.includes(has)) return focusAgain(old, children);
  const stays = new Set(children);
  for (const child of [...old.childNodes]) if (!stays.has(child)) child.remove();
  let next = old.firstChild;
  for (const child of children) {
    if (child === next) next = next.nextSibling;
    else old.insertBefore(child, next);
  }
}

/** Replaces all, and gives the focus to what is named like that which had it. */
function focusAgain(old, children) {
  const name = document.activeElement.textContent.trim();
  old.replaceChildren(...children);
  [...old.querySelectorAll("button, a")].find((each) => each.textContent.trim() === name)?.focus();
}
