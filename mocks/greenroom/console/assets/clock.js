// A clock that runs is seen to run; what the server wrote last is right.
import { shown } from "./dom.js";

let written = "";
let began = 0;

setInterval(() => {
  const now = document.querySelector("#now [data-now]");
  if (!now) return;
  if (now.dataset.now !== written) [written, began] = [now.dataset.now, performance.now()];
  const speed = Number(now.dataset.speed);
  const moment = new Date(Date.parse(written) + (performance.now() - began) * speed);
  if (speed && !Number.isNaN(moment.getTime())) now.textContent = shown(moment);
}, 1000);
