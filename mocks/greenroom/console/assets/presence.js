// Whether the server is there, and is the one that wrote this page.
import { $, announce, h, ours } from "./dom.js";

const EVERY = 5000;
const notice = $("presence");
const { version } = document.body.dataset;
let gone = false;

function says(text, ...more) {
  if (notice.firstChild?.textContent !== text) {
    notice.replaceChildren(text, ...more);
    announce(text);
  }
  notice.hidden = !text;
}

async function look() {
  if (document.hidden) return;
  const found = await fetch(ours("health"), { cache: "no-store" }).then((reply) => reply.json()).catch(() => null);
  if (!found) {
    if (!gone) says(`No response from ${location.host} since ${new Date().toLocaleTimeString()}. Start it again; this page goes on by itself.`);
    gone = true;
    return;
  }
  if (found.version !== version) says(`greenroom was updated to ${found.version}. `, h("a", { href: location.href }, "Load this page again"));
  else if (gone) says("");
  if (gone) document.dispatchEvent(new CustomEvent("back"));
  gone = false;
}

setInterval(look, EVERY);
addEventListener("focus", look);
// A request of the page that fails tells sooner.
document.addEventListener("gone", look);
