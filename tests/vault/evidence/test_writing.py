"""The whole pack: who may have it, what is in it, and that others can check it without this vault."""

from __future__ import annotations

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
from vault.database import anchor_queries
from vault.database.anchor_queries import AnchoringRow
from vault.database.engine import reading, transaction
from vault.errors import AccessDenied, InputError, Sealed, TamperError
from vault.evidence.packing import order_pack
from vault.evidence.writing import pack_bytes
from vault.ledger.canonical import parse_object
from vault.ledger.checkpoint import verifier_key
from vault.ledger.events import Event, Outcome
from vault.ledger.export import verify_export
from vault.policy.agreements import Language
from vault.policy.reasons import ReasonDraft
from vault.trail.exports.pinned import newest_pin
from vault.trail.standing import signing_public_of

ORIGIN = "tests.example/vault"
WHY = ReasonDraft("contract", "Dispute with a former employee", "LIT-2026-09")


def signing_public(company: Company) -> bytes:
    """The key that whoever checks knows from elsewhere."""
    with reading(company.vault.engine) as tx:
        return signing_public_of(tx)


def packed(company: Company, *, person: str = "", document: str = "") -> zipfile.ZipFile:
    auditor = company.at_keyboard("auditor")
    order = order_pack(company.vault, auditor, person=person, document=document, reason=WHY)
    pieces = pack_bytes(company.vault, order, language=Language.ENGLISH, timezone="Asia/Shanghai")
    return zipfile.ZipFile(io.BytesIO(b"".join(pieces)))


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


def test_pack_is_recorded_before_it_is_made_with_whom_it_is_about(company: Company) -> None:
    """And for a document with its id."""
    live_through(company)
    auditor = company.at_keyboard("auditor")
    order_pack(company.vault, auditor, person="borrower", reason=WHY)
    order_pack(company.vault, auditor, document=company.document_id, reason=WHY)
    first, second = trail(company, Event.EVIDENCE_PACKED)
    assert (first.actor, first.subject, first.fact("document")) == (auditor.person_id, company.ids["borrower"], "")
    assert (second.subject, second.fact("document")) == ("", company.document_id)
    assert first.reason is not None
    assert first.reason.case_number == "LIT-2026-09"


@pytest.mark.parametrize("login", ["admin", "officer", "custodian", "borrower"])
def test_only_the_auditor_has_evidence_put_together(company: Company, login: str) -> None:
    """Refused and recorded."""
    with pytest.raises(AccessDenied, match=r"denied\.office"):
        order_pack(company.vault, company.at_keyboard(login), person="borrower", reason=WHY)
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
        order_pack(company.vault, company.at_keyboard("auditor"), reason=WHY, **about)
    with pytest.raises(InputError, match=r"reason\."):
        order_pack(company.vault, company.at_keyboard("auditor"), person="borrower", reason=ReasonDraft("review", "."))


def test_sealed_vault_makes_no_pack(company: Company) -> None:
    """Who, where and why could not be read."""
    company.vault.seal()
    with pytest.raises(Sealed):
        order_pack(company.vault, company.at_keyboard("auditor"), person="borrower", reason=WHY)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE agreement_texts SET body = 'Nothing is secret.'",
        "UPDATE agreement_answers SET person_id = (SELECT id FROM people WHERE login = 'other')",
        "UPDATE trail_leaves SET hash = zeroblob(32) WHERE position = 3",
    ],
)
def test_altered_row_stops_the_pack(company: Company, statement: str) -> None:
    """There is none that is silent about it."""
    live_through(company)
    alter(company, statement)
    with pytest.raises(TamperError):
        packed(company, person="borrower")
