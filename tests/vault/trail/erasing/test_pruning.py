"""Pruning: old bodies are gone, and everything that was ever proven still is, by us and by others."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import pytest

from tests.anchoring import anchored_company, directory_section, turn
from tests.anchoring import row_of as row_of_anchor
from tests.company import Company
from tests.erasing import (
    CUT,
    approved,
    audited,
    dump,
    erased,
    events,
    execute,
    in_months,
    pruning_requested,
    row_of,
    rows,
    work_off,
)
from tests.second_reader.trail_reader import check_export
from tests.vault.ledger.bundle.bundles import verified
from tests.vault.trail.exports.making_exports import exported, make_all, ordered, record_of
from vault.clock import FixedClock
from vault.custody.holds import place_hold
from vault.custody.keyroom import ServiceKey
from vault.database import ledger_reading
from vault.database.engine import reading
from vault.database.export_queries import ExportState
from vault.database.trail_criteria import SearchCriteria
from vault.errors import InputError
from vault.ledger.bundle.layout import BundleOrder
from vault.ledger.bundle.writing import write_bundle
from vault.ledger.checkpoint import open_checkpoint, verifier_key
from vault.ledger.events import KEPT_BY_PRUNING, Event
from vault.ledger.export import verify_export
from vault.ledger.proofs import verify_inclusion
from vault.ledger.reader import proof_of
from vault.ledger.tree import leaf_hash
from vault.model import PersonId
from vault.policy.erasing import ErasureKind, ErasureState
from vault.policy.reasons import ReasonDraft, check_reason
from vault.trail.erasing.holds import hold_person
from vault.trail.erasing.orders import preview_erasure
from vault.trail.erasing.scope import ErasureDraft
from vault.trail.exports.formats import ExportFormat
from vault.trail.querying import parse_query
from vault.trail.standing import signing_public_of

ORIGIN = "tests.example/vault"
WHY = ReasonDraft("review", "Yearly audit of the sales team")
HELD_FOR = ReasonDraft("review", "Claim before the court in Leeds", "LIT-7")


def keeping(company: Company, months: int | None = 1) -> Company:
    """The same company with a retention."""
    config = company.vault.config
    trail = msgspec.structs.replace(config.trail, retention_months=months)
    return replace(company, vault=replace(company.vault, config=msgspec.structs.replace(config, trail=trail)))


@pytest.fixture
def aged(any_company: Company, clock: FixedClock) -> Company:
    """A company with three months of reading, on both databases, that keeps entries for a month."""
    in_months(any_company, clock, months=3)
    return keeping(any_company)


@dataclass(frozen=True)
class Kept:
    """What somebody took away before the pruning."""

    checkpoint: str
    export: list[bytes]
    leaf: bytes
    index: int


def taken_away(company: Company) -> Kept:
    lines = exported(company).splitlines(keepends=True)
    company.sequence()
    with reading(company.vault.engine) as tx:
        newest = ledger_reading.newest_checkpoint(tx)
        leaf = ledger_reading.load_leaves(tx, [5])[5]
    assert newest is not None
    return Kept(newest[0], lines, leaf.leaf, 5)


def public_of(company: Company) -> bytes:
    with reading(company.vault.engine) as tx:
        return signing_public_of(tx)


def pruned(company: Company, before: dt.date = CUT) -> str:
    erasure = approved(company, pruning_requested(company, before))
    work_off(company)
    row = row_of(company, erasure)
    assert row.state is ErasureState.DONE, row.fault_code
    return erasure


def bodies_left(company: Company, below: int) -> list[str]:
    """Events of the leaves below an index that still have a body."""
    found = rows(company, "SELECT leaf FROM trail_leaves WHERE position < :below ORDER BY position", below=below)
    return [str(json.loads(bytes(body))["event"]) for (body,) in found if body]  # type: ignore[call-overload]


def test_old_bodies_are_gone_and_the_trail_is_sound(aged: Company) -> None:
    """Also against checkpoints that were kept elsewhere before, and against one from after."""
    kept = taken_away(aged)
    erasure = pruned(aged)
    row = row_of(aged, erasure)
    assert row.report is not None
    assert row.report.entries == row.preflight.entries > 20
    assert set(bodies_left(aged, row.size)) <= {event.value for event in KEPT_BY_PRUNING}
    report = audited(aged, known=(kept.checkpoint,))
    assert report.findings == ()
    assert report.pruned == row.report.entries
    assert events(aged, Event.TRAIL_PRUNED) == 1
    assert rows(aged, "SELECT position FROM trail_search WHERE position < :size AND position > 0", size=row.size) == []


def test_export_of_what_is_pruned_ends_without_an_alarm(aged: Company) -> None:
    """It waits to be made of entries that have no bodies any more, which is no tampering; one of newer ones is made."""
    since = parse_query("time:2026-12-02..", "Europe/London", now=aged.vault.clock.now())
    old, new = ordered(aged, ExportFormat.JSONL), ordered(aged, ExportFormat.JSONL, query=since)

    pruned(aged)
    make_all(aged)

    assert [record_of(aged, each).state for each in (old, new)] == [ExportState.FAILED, ExportState.DONE]
    assert record_of(aged, old).fault_code == "export.erased"
    assert events(aged, Event.OBJECT_TAMPERED) == 0


def test_what_was_taken_away_before_still_verifies(aged: Company) -> None:
    """A whole export by us and by the second reader; an old leaf with a proof made today, to an old and a new root."""
    kept = taken_away(aged)
    pruned(aged)
    public = public_of(aged)
    assert verify_export(kept.export, origin=ORIGIN, public=public) == len(kept.export) - 1
    check_export(b"".join(kept.export), verifier_key(ORIGIN, public))
    with reading(aged.vault.engine) as tx:
        for note in (kept.checkpoint, newest_note(aged)):
            checkpoint = open_checkpoint(note, origin=ORIGIN, public=public)
            path = proof_of(tx, kept.index, size=checkpoint.size)
            verify_inclusion(leaf_hash(kept.leaf), path, index=kept.index, size=checkpoint.size, root=checkpoint.root)


def newest_note(company: Company) -> str:
    with reading(company.vault.engine) as tx:
        newest = ledger_reading.newest_checkpoint(tx)
    assert newest is not None
    return newest[0]


def test_second_pruning_goes_on_from_the_first(aged: Company, clock: FixedClock) -> None:
    """The counters are carried from one to the next, and the audit goes on from the last."""
    pruned(aged)
    clock.advance(dt.timedelta(days=31))
    second = pruned(aged, dt.date(2027, 1, 1))
    assert row_of(aged, second).preflight.pruned_to > 0
    aged.signed_in("borrower")
    assert audited(aged).findings == ()
    assert events(aged, Event.TRAIL_PRUNED) == 2


def test_entries_under_a_hold_keep_their_bodies(aged: Company) -> None:
    """On a dossier and on a person: what concerns them stays whole and opens, the rest goes."""
    place_hold(aged.vault, aged.at_keyboard("officer"), reference="D2026-00001", reason=HELD_FOR)
    hold_person(aged.vault, aged.at_keyboard("officer"), person="auditor", reason=HELD_FOR)
    erasure = pruned(aged)
    row = row_of(aged, erasure)
    assert row.preflight.held > 0
    left = bodies_left(aged, row.size)
    assert {"view.opened", "page.read", "dossier.created"} <= set(left)
    assert len(left) == row.preflight.held + row.preflight.kept
    assert audited(aged).findings == ()
    found = rows(aged, "SELECT event FROM trail_search WHERE position < :size", size=row.size)
    assert len(found) == len(left)


def test_erased_months_may_be_pruned_and_pruned_people_erased(aged: Company) -> None:
    """In either order, with a sound trail after each."""
    erased(aged, "other", until_month="2026-11")
    assert audited(aged).findings == ()
    pruned(aged)
    assert audited(aged).findings == ()
    erased(aged, "borrower", until_month="2026-12")
    assert audited(aged).findings == ()


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        (
            "UPDATE trail_prunings SET state = CAST(replace(CAST(state AS TEXT), 'day_', 'Day_') AS BLOB)",
            "pruned.state",
        ),
        ("UPDATE trail_prunings SET state = state || ' '", "pruned.unrecorded"),
        ("UPDATE trail_prunings SET size = size + 1", "pruned.state"),
        ("DELETE FROM trail_prunings", "leaf.canonical"),
        ("UPDATE trail_leaves SET leaf = x'' WHERE position = 0", "epoch.unrecorded"),
        ("UPDATE trail_leaves SET hash = zeroblob(32) WHERE position = 3", "tree.node"),
        ("UPDATE trail_leaves SET leaf = x'' WHERE position = (SELECT max(position) FROM trail_leaves)", "leaf.hash"),
        ("DELETE FROM trail_leaves WHERE position = 4", "leaf.missing"),
    ],
)
def test_bending_a_pruned_trail_is_found(company: Company, clock: FixedClock, statement: str, check: str) -> None:
    """State, size, kept leaves, hashes: whoever changes one of them past the pruning is found."""
    in_months(company, clock, months=3)
    company = keeping(company)
    pruned(company)
    assert execute(company, statement) >= 1
    assert check in {finding.check for finding in audited(company).findings}


def test_body_that_was_kept_and_is_removed_later_is_found(company: Company, clock: FixedClock) -> None:
    """More bodies are missing than the leaf says."""
    in_months(company, clock, months=3)
    company = keeping(company)
    place_hold(company.vault, company.at_keyboard("officer"), reference="D2026-00001", reason=HELD_FOR)
    row = row_of(company, pruned(company))
    execute(
        company,
        "UPDATE trail_leaves SET leaf = x'' WHERE position = "
        "(SELECT min(position) FROM trail_search WHERE position < :size AND position > 0)",
        size=row.size,
    )
    execute(
        company,
        "DELETE FROM trail_search WHERE position = "
        "(SELECT min(position) FROM trail_search WHERE position < :size AND position > 0)",
        size=row.size,
    )
    [more] = [finding for finding in audited(company).findings if finding.check == "pruned.more"]
    gone = [place for (place,) in rows(company, "SELECT position FROM trail_leaves WHERE leaf = x'' ORDER BY position")]
    assert more.detail.startswith("1: ")
    named = [each for span in more.detail.split(" ")[1].split(",") for each in span.split("-")]
    assert (int(named[0]), " +" in more.detail or int(named[-1]) == gone[-1]) == (gone[0], True)


def test_trail_that_is_not_sound_is_not_pruned(company: Company, clock: FixedClock) -> None:
    """Nothing is removed that could prove what happened."""
    in_months(company, clock, months=3)
    company = keeping(company)
    erasure = approved(company, pruning_requested(company, CUT))
    execute(company, "UPDATE trail_search SET event = 'view.ended' WHERE event = 'view.opened'")
    work_off(company)
    row = row_of(company, erasure)
    assert (row.state, row.fault_code) == (ErasureState.FAILED, "erasure.not_sound")
    assert rows(company, "SELECT position FROM trail_leaves WHERE length(leaf) = 0") == []
    assert events(company, Event.TRAIL_PRUNED) == 0


@pytest.mark.parametrize(
    ("months", "before", "code"),
    [
        (None, CUT, "erasure.kept_for_ever"),
        (2, dt.date(2027, 1, 1), "erasure.too_young"),
        (1, None, "erasure.before"),
        (1, dt.date(2020, 1, 1), "erasure.nothing"),
    ],
)
def test_pruning_that_may_not_be_is_refused(
    company: Company, clock: FixedClock, months: int | None, before: dt.date | None, code: str
) -> None:
    """By the retention, and where there is nothing to remove."""
    in_months(company, clock, months=3)
    with pytest.raises(InputError) as refused:
        pruning_requested(keeping(company, months), before)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_values_of_pruned_entries_are_gone_too(company: Company, clock: FixedClock) -> None:
    """With their bodies go the sealed values, and the keys of months that seal nothing any more."""
    in_months(company, clock, months=3)
    company = keeping(company)
    pruned(company)
    months = {str(month) for (month,) in rows(company, "SELECT month FROM trail_periods")}
    assert "2026-11" not in months
    counted = rows(company, "SELECT sum(number) FROM trail_tallies WHERE kind = 'e'")
    assert counted == rows(company, "SELECT count(*) FROM trail_search")
    orphans = rows(
        company,
        "SELECT entry_id FROM trail_disclosures WHERE entry_id NOT IN "
        "(SELECT entry_id FROM trail_leaves WHERE length(leaf) > 0)",
    )
    assert orphans == []
    assert b'"event":"dossier.created"' not in dump(company)


def bundle_of(company: Company, criteria: SearchCriteria) -> dict[str, bytes]:
    """An evidence bundle of a selection, member by member."""
    keyroom = company.vault.keyroom
    order = BundleOrder(
        query="",
        words={"en": "Everything", "zh-Hans": "全部"},
        person_id=company.ids["auditor"],
        person_name="Auditor",
        reason=check_reason(WHY),
        ordered_at=company.vault.clock.now(),
    )
    members = write_bundle(
        company.vault.engine,
        order,
        criteria=criteria,
        below=None,
        closing="",
        reading_key=keyroom.service_key(ServiceKey.TRAIL_READING),
        signing_key=None,
    )
    return {name: b"".join(pieces) for name, pieces in members}


def test_bundles_from_before_and_from_after_verify(company: Company, clock: FixedClock, tmp_path: Path) -> None:
    """What was whole before still is; what is made now says nothing of completeness where entries were removed."""
    in_months(company, clock, months=3)
    company = keeping(company)
    public = public_of(company)
    key = verifier_key(ORIGIN, public)
    before = bundle_of(company, SearchCriteria())
    pruned(company)
    assert verified(before, tmp_path, key, "--complete", "trail").status == 0
    selections = {
        "everything": SearchCriteria(),
        "document": SearchCriteria(document=company.document_id),
        "person": SearchCriteria(persons=(PersonId(company.ids["other"]),)),
        "since": SearchCriteria(since=dt.datetime(2027, 1, 1, tzinfo=dt.UTC)),
    }
    for name, criteria in selections.items():
        members = bundle_of(company, criteria)
        outcome = verified(members, tmp_path, key)
        assert outcome.status == 0, (name, outcome)
        claims = json.loads(members["manifest.json"])["complete"]
        assert bool(claims) is (name == "since"), name


def test_pruning_reaches_no_further_than_an_anchor_holds(
    built_company: Path, tmp_path: Path, clock: FixedClock
) -> None:
    """What nobody outside vouches for stays; what was anchored goes, except the entries that say so."""
    section = directory_section(tmp_path / "share")
    company = keeping(anchored_company(built_company, tmp_path / "anchored", section, clock=clock))
    turn(company, clock)
    anchored = row_of_anchor(company).placed_size
    company.signed_in("other")
    company.sequence()
    clock.advance(dt.timedelta(days=70))
    draft = ErasureDraft(ErasureKind.PRUNE, before=CUT)
    plan = preview_erasure(company.vault, company.at_keyboard("admin"), draft=draft)
    assert 0 < plan.size == anchored
    turn(company, clock)
    later = preview_erasure(company.vault, company.at_keyboard("admin"), draft=draft)
    assert later.size > anchored
    row = row_of(company, pruned(company))
    assert "trail.anchored" in bodies_left(company, row.size)
    assert audited(company).findings == ()
