// The first request in the proposed space is seen as soon as it is there.
import { $, h, ours } from "./dom.js";

const watch = $("watch");

async function look() {
  if (document.hidden) return;
  const path = `spaces/${encodeURIComponent(watch.dataset.space)}/requests?limit=1`;
  const reply = await fetch(ours(path)).catch(() => null);
  const state = watch.querySelector(".state");
  if (!reply) state.textContent = "The server does not respond.";
  else if (reply.ok) {
    const [last] = (await reply.json()).items;
    if (!last) state.textContent = waiting();
    else state.replaceChildren("Last: ", h("code", {}, `${last.method} ${last.path}`), ` ${last.status}. `);
  } else state.textContent = waiting();
}

const waiting = () => `Waiting for the first request in the space ${watch.dataset.space} … `;

if (watch) {
  look();
  setInterval(look, 2000);
}
