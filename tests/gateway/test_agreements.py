"""Agreements as browsers meet them: from the cover card to the certificate, and in the offices."""

from __future__ import annotations

import re

from tests.agreements import TEXT, TEXT_ZH, answer, draft, published, published_again
from tests.company import PASSWORD
from tests.gateway.visitor import Visitor, Web, open_document
from vault.policy.agreements import Audience

FIELDS = {
    "title_en": "Confidentiality agreement",
    "body_en": TEXT,
    "title_zh": "保密协议",
    "body_zh": TEXT_ZH,
    "audience": "borrowers",
    "classes": ["confidential", "secret"],
    "is_material": "y",
    "revision": "0",
}
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}"


def accept(visitor: Visitor, agreement_id: str, **changed: str) -> int:
    fields = {"version": "1", "language": "en", "password": PASSWORD, "answer": "accepted", **changed}
    return visitor.post(f"/agreements/{agreement_id}/answer", fields).status_code


def test_borrower_is_led_from_the_card_to_the_text_and_back(web: Web) -> None:
    """The card says that an agreement waits and links to it; once accepted, the document opens."""
    agreement_id, visitor = published(web.company), web.visitor("borrower")
    card = f"/documents/{web.company.document_id}"
    assert f'href="/agreements/{agreement_id}"' in visitor.get(card).text
    assert open_document(visitor, web.company.document_id, key="before").status_code == 403
    page = visitor.get(f"/agreements/{agreement_id}").text
    assert "<h3>What is secret</h3>" in page
    assert re.search(r"<ul>\s*<li>names</li>\s*<li>prices</li>\s*</ul>", page)
    assert accept(visitor, agreement_id) == 303
    assert open_document(visitor, web.company.document_id, key="after").status_code == 303


def test_text_is_read_in_either_language(web: Web) -> None:
    """Whatever the screen around it speaks."""
    agreement_id, visitor = published(web.company), web.visitor("borrower")
    page = visitor.get(f"/agreements/{agreement_id}?text=zh-Hans").text
    assert "保密范围" in page
    assert 'name="language" type="hidden" value="zh-Hans"' in page
    assert "The text in full" in page


def test_wrong_password_is_said_at_its_field_and_never_shown_again(web: Web) -> None:
    """Status 400, nothing recorded as accepted."""
    agreement_id, visitor = published(web.company), web.visitor("borrower")
    fields = {"version": "1", "language": "en", "password": "tres-secret-typo", "answer": "accepted"}
    refused = visitor.post(f"/agreements/{agreement_id}/answer", fields)
    assert refused.status_code == 400
    assert 'id="password-error"' in refused.text
    assert "tres-secret-typo" not in refused.text
    assert open_document(visitor, web.company.document_id).status_code == 403


def test_version_published_meanwhile_is_shown_before_it_is_accepted(web: Web) -> None:
    """409 with the new text and what changed."""
    agreement_id, visitor = published(web.company), web.visitor("borrower")
    assert accept(visitor, agreement_id) == 303
    published_again(web.company, agreement_id, draft(TEXT.replace("ten", "twenty")))
    fields = {"version": "1", "language": "en", "password": PASSWORD, "answer": "accepted"}
    refused = visitor.post(f"/agreements/{agreement_id}/answer", fields)
    assert refused.status_code == 409
    assert "Another version is in force meanwhile" in refused.text
    assert "<ins>" in refused.text
    assert 'name="version" type="hidden" value="2"' in refused.text
    assert accept(visitor, agreement_id, version="2") == 303


def test_words_that_are_no_answer_are_refused(web: Web) -> None:
    """Nobody accepts by a form that says neither."""
    agreement_id, visitor = published(web.company), web.visitor("borrower")
    for changed in ({"answer": "maybe"}, {"answer": ""}, {"language": "fr"}):
        assert accept(visitor, agreement_id, **changed) == 400
    assert accept(visitor, agreement_id, version="x") == 409


def test_hostile_text_is_shown_as_it_was_typed(web: Web) -> None:
    """No markup of a title or text reaches the page, whoever reads it."""
    admin = web.visitor("admin")
    fields = {**FIELDS, "title_en": HOSTILE, "body_en": f"# {HOSTILE}\n- {HOSTILE}\n{HOSTILE}"}
    page = admin.post("/agreements/texts", fields).location.partition("?")[0]
    assert admin.post(f"{page}/publication", {"revision": "1"}).status_code == 303
    shown = admin.get("/agreements/texts").text + admin.get(page).text
    visitor = web.visitor("borrower")
    shown += visitor.get("/agreements").text + visitor.get(f"/documents/{web.company.document_id}").text
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert "{{ 7*7 }}" in shown
    assert "&lt;script&gt;" in shown


def test_administrator_writes_publishes_and_withdraws(web: Web) -> None:
    """The whole way by plain forms."""
    admin = web.visitor("admin")
    assert "asked for none" in admin.get("/agreements/texts").text
    page = admin.post("/agreements/texts", FIELDS).location.partition("?")[0]
    assert "Draft of version 1" in admin.get(page).text
    assert admin.post(f"{page}/publication", {"revision": "1"}).status_code == 303
    assert "In force" in admin.get(page).text
    changed = {**FIELDS, "body_en": TEXT.replace("ten", "twenty")}
    assert admin.post(f"{page}/edit", changed).status_code == 303
    draft_page = admin.get(page).text
    assert "What the draft changes in version 1" in draft_page
    assert "<del>" in draft_page
    assert admin.post(f"{page}/publication", {"revision": "9"}).status_code == 409
    assert admin.post(f"{page}/withdrawal", {"note": "."}).status_code == 400
    assert admin.post(f"{page}/withdrawal", {"note": "Replaced by the group's own"}).status_code == 303
    assert "Withdrawn" in admin.get(page).text


def test_draft_that_was_never_published_can_be_withdrawn_and_still_be_looked_at(web: Web) -> None:
    """An attempt that came to nothing."""
    admin = web.visitor("admin")
    page = admin.post("/agreements/texts", FIELDS).location.partition("?")[0]
    assert admin.post(f"{page}/withdrawal", {"note": "Written by mistake here"}).status_code == 303
    assert admin.get(page).status_code == 200
    assert admin.post(f"{page}/edit", {**FIELDS, "revision": "1"}).status_code == 409


def test_unfinished_draft_is_refused_at_publishing_with_what_is_missing(web: Web) -> None:
    """Both languages are needed."""
    admin = web.visitor("admin")
    page = admin.post("/agreements/texts", {**FIELDS, "body_zh": ""}).location.partition("?")[0]
    refused = admin.post(f"{page}/publication", {"revision": "1"})
    assert refused.status_code == 400
    assert "needed in both languages" in refused.text


def test_certificate_is_a_download_for_the_person_and_the_auditor(web: Web) -> None:
    """A PDF with a plain name, kept by nobody on the way."""
    given = answer(web.company, published(web.company))
    web.company.sequence()
    for login in ("borrower", "auditor"):
        sent = web.visitor(login).post(f"/agreements/answers/{given.id}/certificate")
        assert sent.status_code == 200
        assert sent.data.startswith(b"%PDF-")
        assert sent.headers["Content-Type"] == "application/pdf"
        assert sent.headers["Content-Disposition"] == f'attachment; filename="certificate-{given.id[:9]}.pdf"'
        assert sent.headers["Cache-Control"] == "no-store, private"


def test_certificate_that_is_not_signed_yet_says_to_wait(web: Web) -> None:
    """503, with what to do."""
    given = answer(web.company, published(web.company))
    early = web.visitor("borrower").post(f"/agreements/answers/{given.id}/certificate")
    assert early.status_code == 503
    assert "Try again in a minute" in early.text


def test_auditor_finds_who_has_not_accepted(web: Web) -> None:
    """From the trail's own bar, with a certificate beside each answer."""
    agreement_id, auditor = published(web.company), web.visitor("auditor")
    answer(web.company, agreement_id)
    assert 'href="/agreements/texts"' in auditor.get("/trail").text
    assert "1 of 3 accepted" in auditor.get("/agreements/texts").text
    page = auditor.post(f"/agreements/texts/{agreement_id}/people").text
    assert "Not answered yet" in page
    assert page.count("/certificate") == 1
    assert "/publication" not in auditor.get(f"/agreements/texts/{agreement_id}").text


def test_bar_counts_the_agreements_that_wait(web: Web) -> None:
    """Until they are answered."""
    agreement_id, visitor = published(web.company), web.visitor("borrower")
    assert "1 waits for you" in visitor.get("/dossiers").text
    accept(visitor, agreement_id)
    assert "waits for you" not in visitor.get("/dossiers").text


def test_officer_reaches_an_agreement_for_everybody_from_the_account(web: Web) -> None:
    """No item of the bar is theirs."""
    agreement_id, officer = published(web.company, draft(audience=Audience.EVERYBODY)), web.visitor("officer")
    assert 'href="/agreements"' in officer.get("/account").text
    assert accept(officer, agreement_id) == 303
