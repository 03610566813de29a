// Follows a space while its page is seen: one stream, which is closed when the page is hidden.
import { $, announce, ours } from "./dom.js";
import { refresh } from "./refresh.js";

const name = $("of-space").dataset.space;
const pause = $("pause");
let source = null;
let news = 0;
let timer = 0;

const isPaused = () => pause.getAttribute("aria-pressed") === "true";
// A list does not move under who reads it further down, unless it shows what they have just done;
// there is no list on the page of one thing.
let acted = -Infinity;
const isRead = () =>
  scrollY > 300 &&
  performance.now() - acted > 5000 &&
  Boolean(document.querySelector("#live :is(.rows, .causes, #records)"));
document.addEventListener("acted", () => (acted = performance.now()));

function says(text) {
  $("connection").textContent = text;
  $("connection").hidden = !text;
}

function state() {
  says(isPaused() ? `The view is paused${news ? `: ${news} new` : ""}.`
    : news && isRead() ? `${news} new: scroll to the top to see them.` : "");
}

async function show() {
  timer = 0;
  if (document.hidden || isPaused() || isRead()) return state();
  const count = news;
  news = 0;
  if (await refresh() && count) announce(`${count} new`);
  state();
}

// At most one page a second, however much happens.
function soon() {
  timer ||= setTimeout(show, 1000);
  if (isPaused() || isRead()) state();
}

function open() {
  if (source || document.hidden) return;
  source = new EventSource(ours(`events?space=${encodeURIComponent(name)}`));
  source.onopen = () => {
    // What happened while nobody listened, or before that since the page was written, is in the page.
    soon();
    state();
  };
  source.addEventListener("rows", ({ data }) => {
    const { requests, transitions, deliveries, changes } = JSON.parse(data);
    news += requests.length || transitions.length + deliveries.length || changes.length;
    soon();
  });
  source.addEventListener("gap", ({ data }) => {
    const { missed } = JSON.parse(data);
    announce(missed ? `${missed} requests were missed` : "The server was restarted");
    soon();
  });
  source.onerror = () => {
    document.dispatchEvent(new CustomEvent("gone"));
    if (source.readyState !== EventSource.CLOSED) return;
    // Too many listen already: then it asks now and then.
    close();
    soon();
    setTimeout(open, 2000);
  };
}

function close() {
  source?.close();
  source = null;
}

pause.addEventListener("click", () => {
  pause.setAttribute("aria-pressed", String(!isPaused()));
  pause.textContent = isPaused() ? "Go on" : "Pause view";
  show();
});
document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
addEventListener("scroll", () => news && !isRead() && soon(), { passive: true });
// A page that is kept for the way back holds no connection.
addEventListener("pagehide", close);
addEventListener("pageshow", open);
open();
