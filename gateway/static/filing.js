// Handing in documents on a dossier's page: each file is sent on its own, with how far it is, and can be tried again
// without becoming a second document. Without this script the forms send all their files in one request.

import { DocumentList } from "./documents.js";

const filing = document.querySelector("[data-filing]");
const words = Object.fromEntries(
  Object.entries(filing.dataset).filter(([name]) => name.startsWith("word")).map(([name, value]) => [name.slice(4).toLowerCase(), value]),
);
const mostBytes = Number(filing.dataset.mostBytes);
const list = new DocumentList(filing);
const queue = [];
let isSending = false;

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-upload]")) return;
  event.preventDefault();
  handIn(event.target);
});
addEventListener("beforeunload", (event) => isSending && event.preventDefault());

function handIn(form) {
  const field = form.querySelector('input[type="file"]');
  for (const file of field.files) {
    const sending = new Sending(form, file);
    placeFor(form).append(sending.row);
    if (file.size > mostBytes) sending.fail(words.large, false);
    else queue.push(sending);
  }
  field.value = "";
  work();
}

async function work() {
  if (isSending) return;
  isSending = true;
  for (let sending = queue.shift(); sending; sending = queue.shift()) {
    if (await sending.send()) await list.refresh();
  }
  isSending = false;
}

// The list stands after the form, outside of rows that are drawn anew.
function placeFor(form) {
  const last = document.querySelector("section > form[data-upload]");
  const place = last.nextElementSibling ?? document.createElement("ul");
  place.className = "uploads";
  last.after(place);
  form.closest("details")?.removeAttribute("open");
  return place;
}

class Sending {
  constructor(form, file) {
    this.address = form.dataset.address;
    this.token = form.elements.csrf.value;
    this.documentId = form.elements.document_id?.value ?? "";
    this.key = freshKey();
    this.file = file;
    this.row = draw("li", "upload");
    this.said = draw("span", "upload-words");
    this.said.setAttribute("role", "status");
    this.said.textContent = words.waiting;
    this.bar = document.createElement("progress");
    this.bar.max = 100;
    this.bar.value = 0;
    this.bar.setAttribute("aria-label", file.name);
    const name = draw("span", "upload-name");
    name.textContent = file.name;
    this.row.append(name, this.said, this.bar);
  }

  // Resolves to whether the file was taken; never rejects.
  send() {
    const body = new FormData();
    body.append("submission_key", this.key);
    body.append("document_id", this.documentId);
    body.append("files", this.file, this.file.name);
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("POST", this.address);
      request.setRequestHeader("X-CSRF-Token", this.token);
      request.responseType = "json";
      request.upload.addEventListener("progress", (event) => this.showSent(event.loaded, event.total));
      request.addEventListener("load", () => resolve(this.hear(request)));
      for (const end of ["error", "timeout", "abort"]) {
        request.addEventListener(end, () => {
          this.fail(words.away, true);
          resolve(false);
        });
      }
      request.send(body);
    });
  }

  showSent(loaded, total) {
    const percent = total ? Math.floor((loaded / total) * 100) : 0;
    this.bar.value = percent;
    this.said.textContent = percent < 100 ? words.sending.replace("{percent}", percent) : words.sealing;
  }

  hear(request) {
    const sentence = request.response?.sentence;
    if (request.status !== 200) {
      this.fail(sentence ?? words.refused, request.status >= 500 || request.status === 409);
      return false;
    }
    this.row.classList.add("done");
    this.bar.remove();
    this.said.textContent = sentence;
    return true;
  }

  // With the same key, so that a file that was taken although the answer got lost is not taken twice.
  fail(sentence, canTryAgain) {
    this.row.classList.add("not-taken");
    this.bar.hidden = true;
    this.said.textContent = sentence;
    if (!canTryAgain) return;
    const again = draw("button", "quiet small");
    again.type = "button";
    again.textContent = words.again;
    again.addEventListener("click", () => {
      again.remove();
      this.row.classList.remove("not-taken");
      this.bar.hidden = false;
      this.bar.value = 0;
      this.said.textContent = words.waiting;
      queue.push(this);
      work();
    });
    this.said.before(again);
  }
}

function freshKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function draw(kind, name) {
  const element = document.createElement(kind);
  element.className = name;
  return element;
}
