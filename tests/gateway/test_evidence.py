"""Evidence packs from the auditor's screen."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from tests.attacks.observing import trail
from tests.gateway.visitor import Web
from tests.vault.evidence.story import live_through
from vault.ledger.events import Event

REASON = {"category": "contract", "text": "Dispute with a former employee", "case_number": "LIT-7"}


def test_pack_is_a_download_with_a_plain_name(web: Web) -> None:
    """The person is found by login; what was typed stands in neither address nor file name."""
    live_through(web.company)
    sent = web.visitor("auditor").post("/trail/evidence", {**REASON, "person": "borrower"})
    assert sent.status_code == 200
    assert sent.headers["Content-Disposition"] == 'attachment; filename="evidence-20261124T100000Z.zip"'
    assert sent.headers["Cache-Control"] == "no-store, private"
    pack = zipfile.ZipFile(io.BytesIO(sent.data))
    assert json.loads(pack.read("pack.json"))["subject"] == {"person": web.company.ids["borrower"]}
    assert len(trail(web.company, Event.EVIDENCE_PACKED)) == 1


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "one person or one document"),
        ({"person": "nobody of that name"}, 'id="person-error"'),
        ({"document": "no id"}, 'id="document-error"'),
        ({"person": "borrower", "text": "."}, 'id="text-error"'),
    ],
)
def test_what_is_refused_stands_at_its_field_and_nothing_is_sent(web: Web, sent: dict[str, str], words: str) -> None:
    """Status 400 with the form as it was."""
    refused = web.visitor("auditor").post("/trail/evidence", {**REASON, **sent})
    assert refused.status_code == 400
    assert words in refused.text
    assert 'value="LIT-7"' in refused.text


def test_screen_is_found_beside_the_others_of_the_trail(web: Web) -> None:
    """In both languages."""
    auditor = web.visitor("auditor")
    assert 'href="/trail/evidence"' in auditor.get("/trail").text
    assert "Download the evidence" in auditor.get("/trail/evidence").text
    auditor.post("/language", {"language": "zh_Hans_CN"})
    assert "下载证据" in auditor.get("/trail/evidence").text
