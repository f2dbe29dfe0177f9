// Fetches page images one after the other: what is looked at first, then the pages ahead. Keeps them in memory only,
// for the pages nearby, and forgets them all when the view is over. Every fetch is a page of the view's record.

const KEPT_AROUND = 10;
const REFUSED = 403;

export class Pages {
  constructor({ address, count, onLoaded, onForgotten, onFailed, onRefused, onAnswer }) {
    Object.assign(this, { address, count, onLoaded, onForgotten, onFailed, onRefused, onAnswer });
    this.wanted = [];
    this.images = new Map();
    this.refused = new Set();
    this.isBusy = false;
    this.isOver = false;
    this.leaving = new AbortController();
  }

  // `numbers` in order of importance; what was wanted before and is not among them is not fetched any more.
  want(numbers) {
    this.wanted = numbers.filter((number) => number >= 1 && number <= this.count);
    this.forgetFarFrom(numbers[0] ?? 1);
    this.work();
  }

  async work() {
    if (this.isBusy) return;
    this.isBusy = true;
    for (let number = this.next(); number !== undefined && !this.isOver; number = this.next()) await this.fetchPage(number);
    this.isBusy = false;
  }

  next() {
    return this.wanted.find((number) => !this.images.has(number) && !this.refused.has(number));
  }

  async fetchPage(number) {
    try {
      const { signal } = this.leaving;
      const answer = await fetch(this.address + number, { cache: "no-store", headers: { Accept: "image/jpeg" }, signal });
      if (answer.status === REFUSED) {
        this.refuse(number, await answer.json().catch(() => ({})));
        return;
      }
      if (!answer.ok) {
        this.failed(number);
        await this.onAnswer(answer);
        return;
      }
      const image = URL.createObjectURL(await answer.blob());
      if (this.isOver) {
        URL.revokeObjectURL(image);
        return;
      }
      this.images.set(number, image);
      this.onLoaded(number, image);
    } catch {
      if (!this.isOver) this.failed(number);
    }
  }

  // The view goes on without this page, which is not asked for again until somebody presses the button for it.
  refuse(number, said) {
    this.refused.add(number);
    this.onRefused(number, said.sentence);
  }

  forgive(number) {
    this.refused.delete(number);
  }

  failed(number) {
    this.wanted = this.wanted.filter((each) => each !== number);
    this.onFailed(number);
  }

  forgetFarFrom(number) {
    for (const [each, image] of this.images) {
      if (Math.abs(each - number) <= KEPT_AROUND) continue;
      this.images.delete(each);
      this.onForgotten(each);
      URL.revokeObjectURL(image);
    }
  }

  // Nothing is asked for after it, and what is under way is dropped: a page asked for after the end would be refused.
  end() {
    this.isOver = true;
    this.leaving.abort();
    this.wanted = [];
    for (const image of this.images.values()) URL.revokeObjectURL(image);
    this.images.clear();
  }
}
