// A form whose words outlive its session: before it is sent, the server is asked whether the session still lives.
//
// If it does, the form gets a fresh token and is sent as ever. If it does not, or the server does not answer, the form
// stays as it is with a sentence and a way to sign in beside it. Nothing that was typed is stored in the browser.
//
// A form with data-draft-save is kept by the vault, sealed, a moment after each change: another device finds it there.

const PAUSE_MILLISECONDS = 1200;

for (const form of document.querySelectorAll("form[data-draft-save]")) keep(form);

for (const form of document.querySelectorAll("form[data-draft]")) form.addEventListener("submit", checkFirst);

async function checkFirst(event) {
  const form = event.currentTarget;
  if (form.dataset.draft === "sending") return;
  event.preventDefault();
  if (form.dataset.draft === "asking") return;
  form.dataset.draft = "asking";
  const refusal = await renew(form);
  form.dataset.draft = refusal ? "" : "sending";
  if (refusal) say(form, refusal);
  else form.requestSubmit(event.submitter);
}

// Puts a fresh token into the form; the name of the notice to show if that cannot be.
async function renew(form) {
  const notice = form.querySelector("[data-draft-notice]");
  let answer;
  try {
    answer = await fetch(notice.dataset.address, { cache: "no-store", headers: { Accept: "application/json" } });
  } catch {
    return "away";
  }
  if (answer.status === 401) return "ended";
  const said = await answer.json().catch(() => null);
  if (!answer.ok || !said) return "away";
  if (said.person !== notice.dataset.person) return "other";
  form.elements.csrf.value = said.token;
  return "";
}

function say(form, name) {
  const notice = form.querySelector("[data-draft-notice]");
  notice.querySelector("[data-draft-words]").textContent = notice.dataset[name];
  notice.querySelector("a").hidden = name !== "ended";
  notice.hidden = false;
}

// Back from another page: the form may be sent once more.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-draft]")) form.dataset.draft = "";
});

function keep(form) {
  let waiting = 0;
  let changed = false;
  async function save() {
    clearTimeout(waiting);
    if (!changed || form.dataset.draft === "sending") return;
    changed = false;
    const kept = await send(form).catch(() => false); // away or signed out: the form itself still holds the words
    const said = form.querySelector("[data-draft-kept]");
    if (said) said.hidden = !kept;
  }
  form.addEventListener("input", () => {
    changed = true;
    clearTimeout(waiting);
    waiting = setTimeout(save, PAUSE_MILLISECONDS);
  });
  addEventListener("pagehide", save);
}

async function send(form) {
  const answer = await fetch(form.dataset.draftSave, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    headers: { Accept: "application/json" },
    keepalive: true,
  });
  return answer.ok;
}
