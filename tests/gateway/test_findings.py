"""Findings of tampering as the security officer reads them: when, which document, and what to do."""

from __future__ import annotations

import html
import re

import pytest

from gateway.findings import WORDS
from tests.attacks.acting import ask
from tests.attacks.observing import alter, column
from tests.gateway.test_live_views import view_id_of
from tests.gateway.visitor import Visitor, Web
from tests.vault.trail import tampering
from tests.vault.trail.test_acknowledging import alter_details, rows_of
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.recording import record
from vault.storage.port import ObjectKey


def test_tampering_met_by_a_reader_is_found_by_the_officer(web: Web) -> None:
    """The object is gone from the store: the reader gets nothing, the officer time, document and what to do."""
    reader, path = web.reader()
    [name] = column(web.company, "SELECT object_key FROM sealed_objects WHERE part = 'pages'")
    web.company.vault.store.delete(ObjectKey(name))
    assert reader.get(path + "/pages/1").status_code == 500
    web.company.sequence()
    officer = web.visitor("officer")
    assert "See the findings" in officer.get("/live-views").text
    page = officer.get("/findings").text
    for words in ("is not in the store any more", "18:00", web.company.document_id, view_id_of(path), "What to do"):
        assert words in page
    assert "王晓明" in page


def test_altered_request_is_found_with_document_and_dossier(web: Web) -> None:
    """Also what is sealed in the database is watched."""
    request_id = ask(web.company, 1)
    alter(web.company, "UPDATE requests SET reason_sealed = x'00'")
    assert web.visitor("approver").get(f"/requests/{request_id}").status_code == 500
    web.company.sequence()
    page = web.visitor("officer").get("/findings").text
    assert "sealed key or field does not open" in page
    for words in (web.company.document_id, request_id, "restore it from a backup"):
        assert words in page
    assert re.search(r"D20\d\d-\d{5}", page)


def test_no_finding_is_said_plainly(web: Web) -> None:
    """An empty list is an answer."""
    officer = web.visitor("officer")
    assert "Nothing was found tampered with" in officer.get("/findings").text
    assert "See the findings" not in officer.get("/live-views").text


@pytest.mark.parametrize("code", [*WORDS, "tamper.tomorrow"])
def test_every_finding_is_a_sentence_with_what_to_do(web: Web, code: str) -> None:
    """Whatever code is recorded, today's or tomorrow's."""
    finding = Entry(Event.OBJECT_TAMPERED, Outcome.FAILED, document=web.company.document_id, code=code)
    record(web.company.vault, finding)
    web.company.sequence()
    page = web.visitor("officer").get("/findings").text
    [what] = re.findall(r'class="finding-what">([^<]+)<', page)
    assert what.endswith(".")
    assert "backup" in page


def test_findings_show_while_the_vault_is_sealed(web: Web) -> None:
    """An officer need not wait for the keys."""
    record(web.company.vault, Entry(Event.OBJECT_TAMPERED, Outcome.FAILED, document=web.company.document_id))
    web.company.sequence()
    officer = web.visitor("officer")
    web.company.vault.seal()
    for address in ("/live-views", "/findings"):
        assert officer.get(address).status_code == 200


def test_findings_after_a_verification_of_a_sealed_vault_say_what_was_not_opened(web: Web) -> None:
    """With the time, the way to its entry for auditors, and what is to be done once the vault is open."""
    auditor, officer = web.visitor("auditor"), web.visitor("officer")
    web.company.vault.keyroom.seal()
    assert auditor.post("/trail/verification").status_code == 200
    web.company.vault.keyroom.unseal()
    web.company.sequence()
    [row] = rows_of(web.company, Event.TRAIL_VERIFIED)

    page = auditor.get("/findings").text
    for words in (
        f"The newest finished verification, entry {row.index}, is sound as far as it could be looked at",
        "values were not opened",
        f'href="/trail/entries/{row.index}"',
        "Verify everything again once the vault is open",
    ):
        assert words in page
    assert "to acknowledge them" not in page
    page = officer.get("/findings").text
    assert "values were not opened" in page
    assert "/trail/entries/" not in page
    assert "Verify everything again" not in page
    auditor.post("/language", {"language": "zh_Hans_CN"})
    page = auditor.get("/findings").text
    assert f"最近一次完成的验证（第 {row.index} 条）已检查的部分完好" in page
    assert "请在解封后重新验证全部内容" in page

    tampering.run(web.company, "ALTER TABLE trail_nodes RENAME TO trail_gone")
    auditor.post("/trail/verification")
    tampering.run(web.company, "ALTER TABLE trail_gone RENAME TO trail_nodes")
    web.company.sequence()
    early = max(rows_of(web.company, Event.TRAIL_VERIFIED), key=lambda each: each.index)
    page = officer.get("/findings").text
    assert page.index(f"A verification, entry {early.index}, ended early") < page.index(
        f"The newest finished verification, entry {row.index}, is sound"
    )


def test_findings_after_a_verification_that_ended_early_say_so_until_one_came_to_its_end(web: Web) -> None:
    """To both offices: that nothing else was found says nothing of what was not looked at."""
    auditor, officer = web.visitor("auditor"), web.visitor("officer")
    tampering.run(web.company, "ALTER TABLE trail_nodes RENAME TO trail_gone")
    auditor.post("/trail/verification")
    tampering.run(web.company, "ALTER TABLE trail_gone RENAME TO trail_nodes")
    web.company.sequence()
    [row] = rows_of(web.company, Event.TRAIL_VERIFIED)

    for visitor in (auditor, officer):
        page = visitor.get("/findings").text
        assert f"A verification, entry {row.index}, ended early" in page
        assert (f'href="/trail/entries/{row.index}"' in page) is (visitor is auditor)
        assert (">Verify again</a>" in page) is (visitor is auditor)
    officer.post("/language", {"language": "zh_Hans_CN"})
    assert f"有一次验证（第 {row.index} 条）未能完成" in officer.get("/findings").text

    auditor.post("/trail/verification")
    web.company.sequence()
    for visitor in (auditor, officer):
        assert "In the trail itself" not in visitor.get("/findings").text


WHY = {"category": "review", "text": "A disk had failed; compared with the backup", "case_number": "IT-7"}


def tampered(web: Web) -> None:
    record(web.company.vault, Entry(Event.OBJECT_TAMPERED, Outcome.FAILED, code="tamper.content"))
    web.company.sequence()


def test_auditor_acknowledges_and_the_officer_reads_who_and_why(web: Web) -> None:
    """The officer has no form, and no red line any more above the open views."""
    tampered(web)
    auditor, officer = web.visitor("auditor"), web.visitor("officer")
    [entry] = re.findall(r'name="finding" value="(\d+)"', auditor.get("/findings").text)
    assert 'name="finding"' not in officer.get("/findings").text
    assert "See the findings" in officer.get("/live-views").text
    answer = auditor.post("/findings/acknowledgements", {**WHY, "finding": entry})
    assert answer.status_code == 303
    web.company.sequence()

    assert "It is acknowledged" in auditor.get(answer.location).text
    page = officer.get("/findings").text
    for words in ("Nothing new was found", "Acknowledged by Auditor", WHY["text"], "case IT-7"):
        assert words in page
    assert "See the findings" not in officer.get("/live-views").text


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"case_number": ""}, "Enter the case under which it was investigated."),
        ({"text": "."}, "Say it so that a colleague understands it"),
        ({"finding": ""}, "Choose one or more"),
    ],
)
def test_refused_acknowledgement_keeps_what_was_ticked_and_typed(
    web: Web, changed: dict[str, str], sentence: str
) -> None:
    """And nothing is acknowledged."""
    tampered(web)
    auditor = web.visitor("auditor")
    [entry] = re.findall(r'name="finding" value="(\d+)"', auditor.get("/findings").text)
    sent = {**WHY, "finding": entry, **changed}
    answer = auditor.post("/findings/acknowledgements", sent)

    assert answer.status_code == 400
    assert sentence in answer.text
    assert sent["text"] in answer.text
    assert (f'value="{entry}" checked' in answer.text) is bool(sent["finding"])


def verify(auditor: Visitor) -> str:
    return auditor.post("/trail/verification", {"scope": "everything"}).text


def test_what_a_verification_found_is_acknowledged_on_its_page(web: Web) -> None:
    """Ticked, with a reason that is asked for again where it lacks; new ones stand first from then on."""
    web.company.sequence()
    tampering.alter_leaf(web.company, 3, b"{}")
    auditor = web.visitor("auditor")
    page = verify(auditor)
    web.company.sequence()
    digests = re.findall(r'name="finding" value="([0-9a-f]{64})"', page)
    [found] = re.findall(r'name="found" value="([^"]+)"', page)
    sent = {"found": html.unescape(found), "finding": digests, **WHY}
    refused = auditor.post("/trail/verification/acknowledgements", {**sent, "text": ""})
    assert refused.status_code == 400
    assert refused.text.count(" checked") == len(digests)
    assert "The entry&#39;s stored hash is not that of its content." in refused.text
    assert auditor.post("/trail/verification/acknowledgements", sent).status_code == 303
    web.company.sequence()

    page = verify(auditor)
    assert "NOT sound." in page
    assert "nothing new was found" in page
    assert page.count("Acknowledged by Auditor") == len(digests)
    assert 'name="finding"' not in page
    tampering.run(web.company, "UPDATE trail_search SET outcome = 'denied' WHERE position = 5")
    page = verify(auditor)
    assert page.index('name="finding"') < page.index("Acknowledged before")
    web.company.sequence()
    assert f"{len(digests)} of {len(digests) + 1} findings acknowledged by then" in auditor.get("/trail").text
    officer = web.visitor("officer").get("/findings").text
    for words in (f"found {len(digests) + 1} things", f"Acknowledged by then: {len(digests)}.", WHY["text"]):
        assert words in officer


def test_findings_that_were_altered_on_their_way_are_refused(web: Web) -> None:
    """What the page handed out is compared with the verification's entry; what is no list at all is refused too."""
    web.company.sequence()
    tampering.alter_leaf(web.company, 3, b"{}")
    auditor = web.visitor("auditor")
    [found] = re.findall(r'name="found" value="([^"]+)"', verify(auditor))
    web.company.sequence()
    [*_others, digest] = re.findall(r'name="finding" value="([0-9a-f]{64})"', verify(auditor))
    altered = html.unescape(found).replace("leaf.hash", "leaf.time")
    assert altered != html.unescape(found)
    known = {"found": altered, "finding": [digest], **WHY}

    assert auditor.post("/trail/verification/acknowledgements", known).status_code == 409
    assert auditor.post("/trail/verification/acknowledgements", {**known, "found": "{"}).status_code == 400
    web.company.sequence()
    assert "All of it has been acknowledged" not in verify(auditor)


@pytest.mark.parametrize("index", ["x", -7])
def test_odd_leaves_break_no_page(web: Web, index: str | int) -> None:
    """Somebody with the database wrote them: they are told as far as they can be, and nothing links to nowhere."""
    web.company.sequence()
    tampering.alter_leaf(web.company, 3, b"{}")
    auditor = web.visitor("auditor")
    page = verify(auditor)
    web.company.sequence()
    [found] = re.findall(r'name="found" value="([^"]+)"', page)
    digest = re.findall(r'name="finding" value="([0-9a-f]{64})"', page)[0]
    auditor.post("/trail/verification/acknowledgements", {"found": html.unescape(found), "finding": digest, **WHY})
    [acknowledgement] = rows_of(web.company, Event.FINDING_ACKNOWLEDGED)
    [verification] = rows_of(web.company, Event.TRAIL_VERIFIED)
    alter_details(web.company, acknowledgement.index, {"index": index})
    alter_details(web.company, verification.index, {"acknowledged": index})

    assert auditor.get("/trail/verification").status_code == 200
    for visitor in (auditor, web.visitor("officer")):
        page = visitor.get("/findings")
        assert page.status_code == 200
        assert WHY["text"] in page.text
        assert f'/{index}"' not in page.text
