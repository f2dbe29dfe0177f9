"""Findings of tampering as the security officer reads them: when, which document, and what to do."""

from __future__ import annotations

import re

import pytest

from gateway.findings import WORDS
from tests.attacks.acting import ask
from tests.attacks.observing import alter, column
from tests.gateway.test_live_views import view_id_of
from tests.gateway.visitor import Web
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
