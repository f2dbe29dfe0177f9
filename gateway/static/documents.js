// The list of a dossier's documents, kept current while pages are being made: rows whose state changed are drawn anew,
// the others are left alone, and so is a row in which somebody is at work. What changed is said to screen readers.

const FIRST_PAUSE_MS = 1500;
const LONGEST_PAUSE_MS = 15000;

export class DocumentList {
  constructor(section) {
    this.address = section.dataset.documents;
    this.frame = section.querySelector("[data-frame]");
    this.news = section.querySelector("[data-news]");
    this.pause = FIRST_PAUSE_MS;
    this.schedule();
    document.addEventListener("visibilitychange", () => this.schedule());
  }

  // Asks only while something is on its way and somebody looks, at growing intervals.
  schedule() {
    clearTimeout(this.timer);
    if (document.visibilityState !== "visible" || !this.frame.querySelector("[data-busy]")) return;
    this.timer = setTimeout(() => this.refresh(), this.pause);
    this.pause = Math.min(this.pause * 1.3, LONGEST_PAUSE_MS);
  }

  async refresh() {
    const answer = await fetchPage(this.address);
    if (answer) this.take(answer);
    this.schedule();
  }

  take(page) {
    const rows = [...page.querySelectorAll("[data-document]")];
    const list = this.frame.querySelector("[data-list]");
    if (!list) {
      if (rows.length > 0) this.frame.replaceChildren(document.adoptNode(page.querySelector("[data-list]")));
      return;
    }
    for (const row of rows) this.takeRow(list, document.adoptNode(row));
  }

  takeRow(list, row) {
    const shown = list.querySelector(`[data-document="${row.dataset.document}"]`);
    if (!shown) {
      list.append(row);
      this.pause = FIRST_PAUSE_MS;
    } else if (shown.dataset.state !== row.dataset.state && !shown.contains(document.activeElement)) {
      shown.replaceWith(row);
      this.pause = FIRST_PAUSE_MS;
      this.news.textContent = `${words(row, ".row-title")}: ${words(row, "[data-words]")}`;
    }
  }
}

function words(row, selector) {
  return row.querySelector(selector).textContent.trim();
}

// The server's own page as a document: nothing is parsed from strings, so no script can get in that way.
function fetchPage(address) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.addEventListener("load", () => resolve(request.status === 200 ? request.response : null));
    request.addEventListener("error", () => resolve(null));
    request.send();
  });
}
