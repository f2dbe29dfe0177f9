"""The whole pack: who may have it, what is in it, and that others can check it without this vault."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.attacks.observing import alter, trail
from tests.company import Company
from tests.vault.evidence.story import live_through
from tests.vault.trail.exports.making_exports import EVERYTHING, content_of, make_all, record_of
from vault.clock import FixedClock
from vault.database import anchor_queries, export_queries
from vault.database.anchor_queries import AnchoringRow
from vault.database.engine import reading, transaction
from vault.database.export_queries import ExportState
from vault.errors import AccessDenied, InputError, Sealed, Unavailable
from vault.evidence.subject import query_about
from vault.ledger.canonical import parse_object
from vault.ledger.checkpoint import verifier_key
from vault.ledger.events import Event, Outcome
from vault.ledger.export import verify_export
from vault.policy.reasons import ReasonDraft
from vault.trail.exporting import ExportOrder, order_export
from vault.trail.exports.formats import ExportFormat
from vault.trail.exports.pinned import newest_pin
from vault.trail.querying import settle_query
from vault.trail.standing import signing_public_of

ORIGIN = "tests.example/vault"
WHY = ReasonDraft("contract", "Dispute with a former employee", "LIT-2026-09")


def signing_public(company: Company) -> bytes:
    """The key that whoever checks knows from elsewhere."""
    with reading(company.vault.engine) as tx:
        return signing_public_of(tx)


def ordered(company: Company, *, person: str = "", document: str = "", login: str = "auditor") -> str:
    """A pack that waits to be made; the id of the export that it is."""
    actor = company.at_keyboard(login)
    query = settle_query(company.vault, actor, query=query_about(person=person, document=document))
    return order_export(company.vault, actor, query=query, order=ExportOrder(ExportFormat.PACK), reason=WHY)


def made(company: Company, *, person: str = "", document: str = "") -> str:
    """One whose worker is through with it, well or not."""
    export_id = ordered(company, person=person, document=document)
    company.sequence()  # its closing entry has to be signed for
    make_all(company)
    return export_id


def packed(company: Company, *, person: str = "", document: str = "") -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(content_of(company, made(company, person=person, document=document))))


def test_every_item_cites_an_entry_that_is_proven(company: Company) -> None:
    """The entries verify against the trail's key, and each index of the facts is among them."""
    live_through(company)
    pack = packed(company, person="borrower")
    facts, lines = json.loads(pack.read("pack.json")), pack.read("entries.jsonl").splitlines(keepends=True)
    proven = verify_export(lines, origin=ORIGIN, public=signing_public(company))
    indexes = [json.loads(line)["index"] for line in lines[:-1]]
    assert len(indexes) == proven
    cited = {item["index"] for items in facts["sections"].values() for item in items}
    cited |= {each["index"] for view in facts["sections"]["views"] for each in view["accepted"]}
    assert cited <= set(indexes)
    assert facts["ordered"]["reason"]["case"] == "LIT-2026-09"


def test_texts_have_the_hashes_that_the_entries_say(company: Company) -> None:
    """sha256sum of a file in agreements/ stands in the leaf of its publication and of the acceptance."""
    agreement_id = live_through(company)
    pack = packed(company, person="borrower")
    digest = hashlib.sha256(pack.read(f"agreements/{agreement_id}-v1.json")).hexdigest()
    leaves = [json.loads(line)["leaf"] for line in pack.read("entries.jsonl").splitlines()[:-1]]
    events = [facts["event"] for facts in map(parse_object, map(str.encode, leaves)) if digest in str(facts)]
    assert events == ["agreement.published", "agreement.accepted"]
    certificates = [name for name in pack.namelist() if name.startswith("certificates/")]
    assert len(certificates) == 1
    assert pack.read(certificates[0]).startswith(b"%PDF-")


def test_sums_are_those_of_every_other_member(company: Company) -> None:
    """For sha256sum -c."""
    live_through(company)
    pack = packed(company, document=company.document_id)
    sums = dict(reversed(line.split("  ")) for line in pack.read("SHA256SUMS").decode().splitlines())
    assert sums == {
        name: hashlib.sha256(pack.read(name)).hexdigest() for name in pack.namelist() if name != "SHA256SUMS"
    }


@pytest.mark.parametrize("subject", ["person", "document"])
def test_bundle_in_it_is_verified_by_its_own_verifier(company: Company, tmp_path: Path, subject: str) -> None:
    """A third party needs Python and the trail's key, and nothing of ours."""
    live_through(company)
    about = {"person": "borrower"} if subject == "person" else {"document": company.document_id}
    packed(company, **about).extract("evidence.zip", tmp_path)
    bundle = tmp_path / "evidence.zip"
    with zipfile.ZipFile(bundle) as members:
        members.extract("verify.py", tmp_path)
    key = verifier_key(ORIGIN, signing_public(company))
    command = [sys.executable, str(tmp_path / "verify.py"), str(bundle), "--key", key]
    checked = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def anchored(company: Company) -> int:
    """The newest checkpoint as if it had been placed in a directory outside; its size."""
    now = company.vault.clock.now()
    with transaction(company.vault.engine) as tx:
        pin = newest_pin(tx)
        size = pin.checkpoint.size
        anchor_queries.take_turn(tx, "outside", kind="directory", now=now, until=now)
        row = AnchoringRow("outside", "directory", size, ORIGIN, pin.note, b"", "outside/checkpoint", now)
        anchor_queries.store_anchoring(tx, row)
        anchor_queries.change_anchor(tx, "outside", placed_size=size, placed_at=now)
    return size


@pytest.mark.parametrize("later", [False, True])
def test_bundle_holds_the_checkpoint_as_it_was_anchored(company: Company, tmp_path: Path, later: bool) -> None:
    """The newest placement that its checkpoint covers; its own verifier takes it."""
    live_through(company)
    size = anchored(company)
    if later:
        company.signed_in("other")
        company.sequence()
    packed(company, person="borrower").extract("evidence.zip", tmp_path)
    with zipfile.ZipFile(tmp_path / "evidence.zip") as members:
        assert f"anchors/directory-outside/{size}.note" in members.namelist()
        members.extract("verify.py", tmp_path)
    key = verifier_key(ORIGIN, signing_public(company))
    command = [sys.executable, str(tmp_path / "verify.py"), str(tmp_path / "evidence.zip"), "--key", key]
    checked = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_pack_is_an_export_that_is_recorded_with_whom_it_is_about(company: Company) -> None:
    """And for a document with its id; each with the number and digest of the subject's own entries."""
    live_through(company)
    export_id = ordered(company, person="borrower")
    company.sequence()
    ordered(company, document=company.document_id)
    first, second = trail(company, Event.EVIDENCE_PACKED)
    auditor = company.ids["auditor"]
    assert (first.actor, first.subject, first.fact("document")) == (auditor, company.ids["borrower"], "")
    assert (second.subject, second.fact("document")) == ("", company.document_id)
    assert first.reason is not None
    assert first.reason.case_number == "LIT-2026-09"
    row = record_of(company, export_id)
    assert row.state is ExportState.WAITING
    assert (first.details["export"], first.details["rows"]) == (export_id, row.rows)
    assert first.details["digest"] == row.digest.hex()


@pytest.mark.parametrize("login", ["admin", "officer", "custodian", "borrower"])
def test_only_the_auditor_has_evidence_put_together(company: Company, login: str) -> None:
    """Refused and recorded."""
    actor, query = company.at_keyboard(login), query_about(document=company.document_id)
    with pytest.raises(AccessDenied, match=r"denied\.office"):
        order_export(company.vault, actor, query=query, order=ExportOrder(ExportFormat.PACK), reason=WHY)
    [entry] = trail(company, Event.EVIDENCE_PACKED)
    assert entry.outcome is Outcome.DENIED


@pytest.mark.parametrize(
    ("about", "code"),
    [
        ({}, "evidence.subject"),
        ({"person": "borrower", "document": "f" + "a" * 26}, "evidence.subject"),
        ({"person": "nobody of that name"}, "trail.person"),
        ({"document": "not an id"}, "trail.document"),
    ],
)
def test_subject_that_is_none_is_refused(company: Company, about: dict[str, str], code: str) -> None:
    """One person or one document, known or formed like one."""
    with pytest.raises(InputError, match=code.replace(".", r"\.")):
        ordered(company, **about)


def test_no_other_query_can_be_written_as_a_pack(company: Company) -> None:
    """Nothing is ordered, and nothing recorded."""
    auditor, order = company.at_keyboard("auditor"), ExportOrder(ExportFormat.PACK)
    with pytest.raises(InputError, match=r"evidence\.subject"):
        order_export(company.vault, auditor, query=EVERYTHING, order=order, reason=WHY)
    assert trail(company, Event.EVIDENCE_PACKED) == []


def test_pack_waits_until_its_closing_entry_is_signed_for(company: Company) -> None:
    """Else it would not show that nothing was left out at its end; the try does not count."""
    live_through(company)
    export_id = ordered(company, person="borrower")
    with pytest.raises(Unavailable, match=r"trail\.no_checkpoint"):
        make_all(company)
    assert (record_of(company, export_id).state, record_of(company, export_id).attempts) == (ExportState.RUNNING, 0)


def test_another_worker_makes_the_same_pack_after_a_killed_one(company: Company, clock: FixedClock) -> None:
    """The claim lapses; what was ordered is pinned."""
    live_through(company)
    export_id = ordered(company, person="borrower")
    company.sequence()
    with transaction(company.vault.engine) as tx:  # claimed by one that is heard of no more
        now = company.vault.clock.now()
        export_queries.claim_export(tx, worker="killed", now=now, until=now + dt.timedelta(minutes=1))
    make_all(company)
    assert record_of(company, export_id).state is ExportState.RUNNING
    clock.advance(dt.timedelta(minutes=2))
    make_all(company)
    pack = zipfile.ZipFile(io.BytesIO(content_of(company, export_id)))
    assert json.loads(pack.read("pack.json"))["checkpoint"]["size"] == record_of(company, export_id).size


def test_sealed_vault_takes_no_order(company: Company) -> None:
    """Who, where and why could not be read."""
    company.vault.seal()
    with pytest.raises(Sealed):
        ordered(company, document=company.document_id)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE agreement_texts SET body = 'Nothing is secret.'",
        "UPDATE agreement_answers SET person_id = (SELECT id FROM people WHERE login = 'other')",
        "UPDATE trail_leaves SET hash = zeroblob(32) WHERE position = 3",
    ],
)
def test_altered_row_stops_the_pack(company: Company, statement: str) -> None:
    """There is none that is silent about it: it fails, and the security officer is told."""
    live_through(company)
    export_id = ordered(company, person="borrower")
    company.sequence()
    alter(company, statement)
    make_all(company)
    row = record_of(company, export_id)
    assert (row.state, row.fault_code) == (ExportState.FAILED, "export.tampered")
    assert len(trail(company, Event.OBJECT_TAMPERED)) == 1
