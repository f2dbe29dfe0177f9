"""Evidence packs from the auditor's screen: found, looked at, ordered, downloaded like every other export."""

from __future__ import annotations

import io
import json
import zipfile
from urllib.parse import urlsplit

import pytest

from tests.attacks.observing import trail
from tests.gateway.test_exports import REASON, shown
from tests.gateway.test_trail import words
from tests.gateway.visitor import Web
from tests.vault.evidence.story import live_through
from tests.vault.trail.exports.making_exports import make_all
from vault.ledger.events import Event


def test_pack_is_found_by_a_name_looked_at_ordered_and_downloaded(web: Web) -> None:
    """What was typed stands in no address; number and digest are shown before; the file has a plain name."""
    live_through(web.company)
    auditor = web.visitor("auditor")
    found = auditor.post("/trail/evidence", {"person": "borrower"})
    assert found.status_code == 303
    assert "borrower" not in found.location
    plan = auditor.get(found.location)
    assert "Digest of the selection" in plan.text
    assert '<input type="hidden" name="format" value="pack">' in plan.text
    sent = {**REASON, "format": "pack", "headers": "words", **shown(plan)}
    ordered = auditor.post(found.location, sent)
    assert ordered.status_code == 303, words(ordered)
    web.company.sequence()
    make_all(web.company)
    file = auditor.get(f"{urlsplit(ordered.location).path}/file")
    assert file.headers["Content-Disposition"].endswith('.evidence.zip"')
    assert file.headers["Cache-Control"] == "no-store, private"
    pack = zipfile.ZipFile(io.BytesIO(file.data))
    assert json.loads(pack.read("pack.json"))["subject"] == {"person": web.company.ids["borrower"]}
    [entry] = trail(web.company, Event.EVIDENCE_PACKED)
    assert entry.subject == web.company.ids["borrower"]


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "one person or one document"),
        ({"person": "nobody of that name"}, 'id="person-error"'),
        ({"document": "no id"}, 'id="document-error"'),
    ],
)
def test_what_is_refused_stands_at_its_field(web: Web, sent: dict[str, str], words: str) -> None:
    """Status 400 with the form as it was."""
    refused = web.visitor("auditor").post("/trail/evidence", sent)
    assert refused.status_code == 400
    assert words in refused.text
    assert all(f'value="{typed}"' in refused.text for typed in sent.values())


def test_other_queries_are_offered_no_pack(web: Web) -> None:
    """Asked for by hand, the order is refused at the format."""
    web.company.sequence()
    auditor = web.visitor("auditor")
    plan = auditor.get("/trail/export?event=page.read&format=pack")
    assert 'value="pack"' not in plan.text
    sent = {**REASON, "format": "pack", "headers": "words", **shown(plan)}
    refused = auditor.post("/trail/export?event=page.read", sent)
    assert refused.status_code == 400
    assert "one person or one document" in refused.text


@pytest.mark.parametrize("of", ["people", "documents"])
def test_person_and_document_lead_to_their_evidence(web: Web, of: str) -> None:
    """From what the trail says about them."""
    company = web.company
    named = company.ids["borrower"] if of == "people" else company.document_id
    page = web.visitor("auditor").get(f"/trail/{of}/{named}")
    assert f"/trail/export?format=pack&amp;{'person' if of == 'people' else 'document'}={named}" in page.text


def test_screen_is_found_beside_the_others_of_the_trail(web: Web) -> None:
    """In both languages."""
    auditor = web.visitor("auditor")
    assert 'href="/trail/evidence"' in auditor.get("/trail").text
    assert "About whom or what" in auditor.get("/trail/evidence").text
    auditor.post("/language", {"language": "zh_Hans_CN"})
    assert "关于何人或何物" in auditor.get("/trail/evidence").text
