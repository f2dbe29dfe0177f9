// The text of a page: blanked at once when its view is over, like the image.

import { Lease } from "./lease.js";

const text = document.querySelector("[data-text]");
let shown = text.textContent;

new Lease({
  state: text.dataset.state,
  secondsLeft: Number(text.dataset.secondsLeft),
  words: { expired: text.dataset.wordExpired },
  onTick: () => {},
  onOver: (sentence) => {
    shown = "";
    text.textContent = sentence;
    text.setAttribute("role", "alert");
  },
  onAway: () => {
    text.textContent = text.dataset.wordAway;
  },
  onBack: () => {
    text.textContent = shown;
  },
});
