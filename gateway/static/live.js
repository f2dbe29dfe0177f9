// Keeps the table of open views and the progress of work on keys fresh: fetched again every few seconds as a document
// of its own and put in its place. Buttons in [data-live-kept] stay the same ones for as long as the state does, so that
// none is changed under a finger. A piece marked [data-live-over] is the last.
//
// It stops when nobody has touched the page for a while, so that an officer's session still ends when they walk away;
// a touch goes on. Without this script the page has its Reload link.

const ATTENDED_MS = 5 * 60_000;

const section = document.querySelector("[data-live]");
const EVERY_MS = Number(section.dataset.liveEvery ?? 10_000);
const notice = document.querySelector("[data-live-notice]");
let touchedAt = performance.now();
let isOver = false;

for (const kind of ["pointerdown", "keydown", "wheel"]) addEventListener(kind, touch, { passive: true });
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && refresh());
setInterval(refresh, EVERY_MS);

function touch() {
  const wasPaused = isUnattended();
  touchedAt = performance.now();
  if (wasPaused) refresh();
}

function isUnattended() {
  return performance.now() - touchedAt > ATTENDED_MS;
}

function refresh() {
  if (isOver || document.visibilityState !== "visible") return;
  if (isUnattended()) {
    say("paused");
    return;
  }
  const asking = new XMLHttpRequest();
  asking.open("GET", section.dataset.live);
  asking.responseType = "document"; // parsed without running anything in it
  asking.timeout = EVERY_MS;
  asking.onload = () => hear(asking);
  asking.onerror = asking.ontimeout = () => say("away");
  asking.send();
}

function hear(asking) {
  const fresh = asking.status === 200 ? asking.response?.querySelector("[data-live-table]") : null;
  if (fresh) {
    notice.hidden = true;
    put(document.adoptNode(fresh));
  } else if (asking.status === 401 || asking.status === 403) {
    isOver = true;
    section.querySelector("[data-live-table]").remove();
    say("ended");
  } else {
    say("away");
  }
}

// Focus stays on the same link or button, and a change in number or state is said to screen readers, nothing else.
function put(fresh) {
  const table = section.querySelector("[data-live-table]");
  const focused = table.contains(document.activeElement) ? document.activeElement : null;
  if (fresh.dataset.count !== table.dataset.count) section.querySelector("[data-live-count]").textContent = fresh.dataset.count;
  else fresh.querySelector("[data-live-kept]")?.replaceWith(table.querySelector("[data-live-kept]"));
  table.replaceWith(fresh);
  isOver = "liveOver" in fresh.dataset;
  if (!focused) return;
  const href = focused.getAttribute("href");
  const same = focused.isConnected ? focused : [...fresh.querySelectorAll("a")].find((link) => link.getAttribute("href") === href);
  (same ?? document.querySelector("main")).focus();
}

function say(name) {
  if (!notice.hidden && notice.textContent === notice.dataset[name]) return; // said once, not every few seconds
  notice.textContent = notice.dataset[name];
  notice.hidden = false;
}
