// The viewer: a column of pages with skeletons, keyboard paging, jump and zoom, and the end of the view.

import { Lease, clockWords } from "./lease.js";
import { Pages } from "./pages.js";

const WARNING_SECONDS = 120;
// Part of the window's height: whichever page lies there is the one that is read.
const READING_LINE = 0.3;
const ZOOMS = [50, 75, 100, 125, 150, 175, 200];

const viewer = document.querySelector("[data-viewer]");
const find = (name) => document.querySelector(`[data-${name}]`);
const words = Object.fromEntries(
  Object.entries(viewer.dataset).filter(([name]) => name.startsWith("word")).map(([name, value]) => [name.slice(4).toLowerCase(), value]),
);
const sizes = JSON.parse(viewer.dataset.sizes);
const frame = find("pages-frame");
const figures = sizes.map((size, index) => drawFigure(index + 1, size));
let current = Number(viewer.dataset.first);
let zoom = 100;
// Where pages of a view are counted, only those that somebody looks at are fetched.
const around = "counted" in viewer.dataset ? [] : [1, 2, -1];

const pages = new Pages({
  address: viewer.dataset.pages,
  count: sizes.length,
  onLoaded: showPage,
  onForgotten: (number) => clearPage(number),
  onFailed: (number) => offerAgain(number, words.failed),
  onRefused: offerAgain,
  onAnswer: (answer) => lease.hear(answer),
});

frame.replaceChildren(...figures);
find("tools").hidden = false;

const lease = new Lease({
  state: viewer.dataset.state,
  secondsLeft: Number(viewer.dataset.secondsLeft),
  words,
  onTick: showTime,
  onOver: showOver,
  onAway: hidePages,
  onBack: showPagesAgain,
});

const watcher = new IntersectionObserver(noteScrolled, { rootMargin: `-${READING_LINE * 100}% 0px` });
figures.forEach((figure) => watcher.observe(figure));
if (current > 1) goTo(current);
else settleOn(1);

find("previous").addEventListener("click", () => goTo(current - 1));
find("next").addEventListener("click", () => goTo(current + 1));
find("jump").addEventListener("change", (event) => goTo(Number.parseInt(event.target.value, 10) || current));
find("smaller").addEventListener("click", () => stepZoom(-1));
find("larger").addEventListener("click", () => stepZoom(1));
document.addEventListener("keydown", onKey);
find("done").addEventListener("submit", () => pages.end());
addEventListener("pagehide", () => pages.end());
addEventListener("pageshow", (event) => event.persisted && location.reload());

function drawFigure(number, [width, height]) {
  const figure = document.createElement("figure");
  figure.className = "page";
  figure.id = `page-${number}`;
  figure.dataset.number = number;
  const sheet = document.createElement("div");
  sheet.className = "sheet";
  sheet.style.aspectRatio = `${width} / ${height}`;
  const caption = document.createElement("figcaption");
  const text = document.createElement("a");
  text.href = `${viewer.dataset.pages}${number}/text`;
  text.textContent = words.text.replace("{n}", number);
  caption.append(pageWords(number), text);
  figure.append(sheet, caption);
  return figure;
}

function pageWords(number) {
  return words.page.replace("{n}", number).replace("{of}", sizes.length);
}

function showPage(number, image) {
  const drawn = document.createElement("img");
  drawn.alt = pageWords(number);
  drawn.draggable = false;
  drawn.src = image;
  sheetOf(number).replaceChildren(drawn);
}

function clearPage(number) {
  sheetOf(number).replaceChildren();
}

function offerAgain(number, why) {
  if (lease.isOver) return;
  const sentence = document.createElement("p");
  sentence.textContent = why ?? words.failed;
  const again = document.createElement("button");
  again.type = "button";
  again.className = "quiet small";
  again.textContent = words.again;
  again.addEventListener("click", () => {
    clearPage(number);
    pages.forgive(number);
    settleOn(number);
  });
  const box = document.createElement("div");
  box.className = "failed";
  box.append(sentence, again);
  sheetOf(number).replaceChildren(box);
}

function sheetOf(number) {
  return figures[number - 1].firstElementChild;
}

// The layout of now is asked, not what the observer saw: that may be frames old, and a key has led elsewhere since.
function noteScrolled() {
  const top = innerHeight * READING_LINE;
  const number = figures.findIndex((figure) => figure.getBoundingClientRect().bottom > top) + 1;
  if (number > 0 && !(isAtEnd() && isInSight(current))) settleOn(number);
}

// There the page that one went to may lie below the line, since nothing is left to scroll.
function isAtEnd() {
  const root = document.documentElement;
  return scrollY > 0 && scrollY + innerHeight >= root.scrollHeight - 1;
}

function isInSight(number) {
  const { top, bottom } = figures[number - 1].getBoundingClientRect();
  return top < innerHeight && bottom > 0;
}

function settleOn(number) {
  current = number;
  find("jump").value = String(number);
  find("previous").disabled = number <= 1;
  find("next").disabled = number >= sizes.length;
  pages.want([number, ...around.map((step) => number + step)]);
}

function goTo(number) {
  const target = Math.min(Math.max(number, 1), sizes.length);
  settleOn(target);
  figures[target - 1].scrollIntoView({ block: "start" });
}

function stepZoom(step) {
  const index = Math.min(Math.max(ZOOMS.indexOf(zoom) + step, 0), ZOOMS.length - 1);
  setZoom(ZOOMS[index]);
}

function setZoom(percent) {
  zoom = percent;
  frame.style.setProperty("--zoom", String(percent / 100));
  find("zoom").textContent = `${percent} %`;
  find("smaller").disabled = percent === ZOOMS[0];
  find("larger").disabled = percent === ZOOMS.at(-1);
  figures[current - 1].scrollIntoView({ block: "start" });
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || lease.isOver) return;
  if (event.target.matches("input, textarea, select")) return;
  const isWide = frame.scrollWidth > frame.clientWidth + 1;
  const moves = {
    PageDown: () => goTo(current + 1),
    PageUp: () => goTo(current - 1),
    Home: () => goTo(1),
    End: () => goTo(sizes.length),
    ArrowRight: isWide ? null : () => goTo(current + 1),
    ArrowLeft: isWide ? null : () => goTo(current - 1),
    "+": () => stepZoom(1),
    "=": () => stepZoom(1),
    "-": () => stepZoom(-1),
    0: () => setZoom(100),
  };
  const move = moves[event.key];
  if (!move) return;
  event.preventDefault();
  move();
}

function showTime(seconds) {
  find("clock").textContent = words.left.replace("{left}", clockWords(seconds));
  const isNear = seconds <= WARNING_SECONDS && seconds > 0;
  find("time-left").classList.toggle("near", isNear);
  const warning = find("warning");
  if (!isNear || !warning.hidden) return;
  warning.hidden = false;
  warning.textContent = words.warning;
}

function showOver(sentence) {
  pages.end();
  frame.replaceChildren();
  for (const name of ["tools", "warning", "time-left", "done"]) find(name).hidden = true;
  find("over-words").textContent = sentence;
  const over = find("over");
  over.hidden = false;
  over.querySelector("a").focus();
}

function hidePages() {
  frame.hidden = true;
  const warning = find("warning");
  warning.hidden = false;
  warning.textContent = words.away;
}

function showPagesAgain() {
  frame.hidden = false;
  find("warning").hidden = true;
  settleOn(current);
}
