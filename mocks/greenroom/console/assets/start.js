// The first request in the proposed space is seen as soon as it is there.
import { $, h, ours } from "./dom.js";

const watch = $("watch");
const name = watch?.dataset.space;
const state = watch?.querySelector(".state");

const MOST = 5;

const json = async (path) => (await fetch(ours(path))).json();

async function look() {
  if (document.hidden) return;
  try {
    // Not to ask for a space that is not there: a browser reports every 404.
    const { items } = await json("spaces");
    $("spaces-here").replaceChildren(...items.slice(0, MOST).flatMap((space) => [
      h("a", { href: ours(`console/${encodeURIComponent(space.name)}`) }, space.name), ` ${space.requests} request${space.requests === 1 ? "" : "s"} · `]));
    const last = items.find((space) => space.name === name)?.requests
      ? (await json(`spaces/${encodeURIComponent(name)}/requests?limit=1`)).items[0] : null;
    state.replaceChildren(...(last
      ? ["Last: ", h("code", {}, `${last.method} ${last.path}`), ` ${last.status}. `]
      : [`Waiting for the first request in the space ${name} … `]));
  } catch {
    state.textContent = "The server does not respond. ";
  }
}

if (watch) {
  look();
  setInterval(look, 2000);
}
