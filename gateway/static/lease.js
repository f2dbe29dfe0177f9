// The time that is left of a view, and whether it still lives.
//
// The end is counted here without asking anybody; the server is asked every few seconds whether the right was lost
// before. Whichever comes first, `onOver(sentence)` is called once and nothing is asked again. While the server does
// not answer, `onAway()` is called, and `onBack()` when it does again.

const ASK_EVERY_MS = 8000;
const FAILURES_BEFORE_AWAY = 2;

export class Lease {
  constructor({ state, secondsLeft, words, onTick, onOver, onAway, onBack }) {
    Object.assign(this, { state, words, onTick, onOver, onAway, onBack });
    this.failures = 0;
    this.isOver = false;
    this.begin(secondsLeft);
    this.ticker = setInterval(() => this.tick(), 1000);
    this.asker = setInterval(() => this.ask(), ASK_EVERY_MS);
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.ask());
    addEventListener("pageshow", (event) => event.persisted && this.ask());
    this.tick();
  }

  // Two clocks, since one stops while the machine sleeps and the other can be set back: the later one counts.
  begin(secondsLeft) {
    this.total = secondsLeft;
    this.startedSteady = performance.now();
    this.startedWall = Date.now();
  }

  secondsLeft() {
    const passed = Math.max(performance.now() - this.startedSteady, Date.now() - this.startedWall) / 1000;
    return Math.max(0, Math.ceil(this.total - passed));
  }

  tick() {
    if (this.isOver) return;
    const left = this.secondsLeft();
    this.onTick(left);
    if (left === 0) this.end(this.words.expired);
  }

  async ask() {
    if (this.isOver) return;
    let answer;
    try {
      answer = await fetch(this.state, { cache: "no-store", headers: { Accept: "application/json" } });
    } catch {
      this.missed();
      return;
    }
    await this.hear(answer);
  }

  // Also called with the answers to pages, which know as much about the lease.
  async hear(answer) {
    if (this.isOver) return;
    if (answer.status >= 500) {
      this.missed();
      return;
    }
    if (!answer.ok) {
      const said = await answer.json().catch(() => ({}));
      this.end(said.sentence ?? this.words.expired);
      return;
    }
    if (this.failures >= FAILURES_BEFORE_AWAY) this.onBack();
    this.failures = 0;
    if (answer.headers.get("Content-Type")?.startsWith("application/json")) {
      const said = await answer.json().catch(() => null);
      if (said && said.seconds_left < this.secondsLeft()) this.begin(said.seconds_left);
    }
  }

  missed() {
    this.failures += 1;
    if (this.failures === FAILURES_BEFORE_AWAY) this.onAway();
  }

  end(sentence) {
    if (this.isOver) return;
    this.isOver = true;
    clearInterval(this.ticker);
    clearInterval(this.asker);
    this.onOver(sentence);
  }
}

export function clockWords(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
