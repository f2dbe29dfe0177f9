"""A successor: two people, what is lost in its first entry, and everything verifies across it."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from keys.primitives import SigningKey
from tests.anchoring import entries_of, findings, news, placed, signed_to, turn
from tests.attacks.restoring import copy_database, put_back
from tests.company import OFFICE_PLACE, PASSWORD, Company
from tests.custody import second_officer
from vault.anchors.checking import AnchorsReport, check_anchors
from vault.anchors.naming import folder_of, name_of
from vault.anchors.succeeding import Succeeded, succeed
from vault.clock import FixedClock
from vault.custody.keyroom import ServiceKey
from vault.database import ledger_reading, ledger_sequencing
from vault.database.engine import reading
from vault.errors import AccessDenied, Conflict, InputError, Sealed, Unavailable
from vault.ledger.audit import verify_ledger
from vault.ledger.audit_report import VerificationReport
from vault.ledger.checkpoint import Checkpoint, sign_checkpoint
from vault.ledger.events import Event
from vault.ledger.proofs import verify_inclusion
from vault.ledger.reader import proof_of
from vault.ledger.tree import leaf_hash
from vault.people.signing_in import change_password, sign_in
from vault.policy.reasons import ReasonDraft

WHY = ReasonDraft("other", "The newest backup after the fire is from Monday", "INC-7")


def audit(company: Company, *known: str) -> VerificationReport:
    with reading(company.vault.engine) as tx:
        key = company.vault.keyroom.service_key(ServiceKey.TRAIL_READING)
        return verify_ledger(tx, now=company.vault.clock.now(), reading_key=key, known_checkpoints=known)


def checkpoint_of(company: Company) -> str:
    with reading(company.vault.engine) as tx:
        newest = ledger_reading.newest_checkpoint(tx)
    assert newest is not None
    return newest[0]


def succeeded(company: Company, *, first: str = "officer", second: str = "officer2") -> Succeeded:
    return succeed(company.vault, company.at_keyboard(first), company.at_keyboard(second), reason=WHY)


@pytest.fixture
def two_officers(anchored_in_share: Company) -> Company:
    initial = second_officer(anchored_in_share, 2)
    session = sign_in(
        anchored_in_share.vault, login="officer2", password=initial, place=OFFICE_PLACE, user_agent="tests"
    )
    change_password(anchored_in_share.vault, session.actor, current=initial, new=PASSWORD)
    return anchored_in_share


@pytest.fixture
def restored(two_officers: Company, tmp_path: Path, clock: FixedClock) -> Iterator[Company]:
    """An older copy was put back, and has recorded more since; three placements of the lost part stand outside."""
    turn(two_officers, clock)
    copy_database(two_officers, tmp_path / "monday.db")
    for _ in range(3):
        news(two_officers)
        turn(two_officers, clock)
    company = put_back(two_officers, tmp_path / "monday.db", clock=clock)
    news(company)
    turn(company, clock)
    yield company
    company.vault.engine.dispose()


def test_successor_begins_with_what_is_lost(restored: Company, clock: FixedClock) -> None:
    """Its first entry says the former name, what was taken over, up to where the outside agrees, and who decided."""
    outside = signed_to(restored) + 3
    done = succeeded(restored)

    [entry] = entries_of(restored, Event.TRAIL_SUCCEEDED)
    details = entry["details"]
    assert isinstance(details, dict)
    assert done.origin == details["origin"] == "tests.example/vault/2"
    assert details["former"] == "tests.example/vault"
    assert entry["index"] == details["size"] == done.index
    assert (details["anchor"], details["lost"]) == ("share", done.loss.entries)
    assert details["outside"] == done.loss.outside_size >= outside
    assert details["agreed"] == done.loss.agreed < details["outside"]
    assert details["lost"] == details["outside"] - details["agreed"]
    assert base64.b64decode(str(details["root"]))


def test_successor_signs_under_its_own_name_and_key(restored: Company, clock: FixedClock) -> None:
    """And is anchored like any other."""
    before = signed_to(restored)
    done = succeeded(restored)
    assert done.is_signing
    turn(restored, clock)

    assert signed_to(restored) > max(before, done.index)
    assert checkpoint_of(restored).startswith("tests.example/vault/2\n")
    assert placed(restored)[-1].origin == "tests.example/vault/2"
    with reading(restored.vault.engine) as tx:
        first, second = ledger_reading.list_epochs(tx)
    assert first.public != second.public
    assert second.from_size == done.index + 1


def test_whole_trail_verifies_across_it(restored: Company, clock: FixedClock) -> None:
    """Leaves, counters, both epochs, and the checkpoints of the former name."""
    former = checkpoint_of(restored)
    succeeded(restored)
    turn(restored, clock)

    assert audit(restored, former, checkpoint_of(restored)).findings == ()
    report = check_anchors(restored.vault, report=AnchorsReport())
    assert report.findings == []
    assert report.lost == 3


def test_old_entry_is_proven_by_the_former_checkpoint_and_by_the_new_one(restored: Company, clock: FixedClock) -> None:
    """What was exported before the loss stays evidence."""
    former = checkpoint_of(restored)
    succeeded(restored)
    turn(restored, clock)

    for note in (former, checkpoint_of(restored)):
        size, root = int(note.splitlines()[1]), base64.b64decode(note.splitlines()[2])
        with reading(restored.vault.engine) as tx:
            leaf = ledger_reading.load_leaves(tx, [3])[3]
            verify_inclusion(leaf_hash(leaf.leaf), proof_of(tx, 3, size=size), index=3, size=size, root=root)


def test_restarted_process_signs_on(restored: Company, tmp_path: Path, clock: FixedClock) -> None:
    """The named loss is settled for good: the lost part's checkpoints shut nobody out any more."""
    succeeded(restored)
    turn(restored, clock)
    copy_database(restored, tmp_path / "after.db")
    again = put_back(restored, tmp_path / "after.db", clock=clock)
    news(again)

    turn(again, clock)

    assert again.vault.signing_gate.is_open
    assert findings(again) == set()
    again.vault.engine.dispose()


def test_more_lost_than_was_named_is_found(restored: Company, share: Path, clock: FixedClock) -> None:
    """A checkpoint of the former name and key beyond the named end turns up later: the loss was greater."""
    key = SigningKey.from_secret(restored.vault.keyroom.service_key(ServiceKey.TRAIL_SIGNING))
    done = succeeded(restored)
    turn(restored, clock)
    checkpoint = Checkpoint("tests.example/vault", done.loss.outside_size + 1, os.urandom(32))
    note = sign_checkpoint(checkpoint, key)
    (share / folder_of(checkpoint.origin) / name_of(note, checkpoint)).write_text(note)

    assert findings(restored) == {"anchor.behind"}


def test_second_succession_has_the_next_name(restored: Company, tmp_path: Path, clock: FixedClock) -> None:
    """Also where the database that is put back is from before the first one and knows nothing of it."""
    copy_database(restored, tmp_path / "before.db")
    succeeded(restored)
    turn(restored, clock)
    again = put_back(restored, tmp_path / "before.db", clock=clock)
    turn(again, clock)
    assert again.vault.signing_gate.code == "trail.behind_anchor"

    assert succeeded(again).origin == "tests.example/vault/3"

    turn(again, clock)
    assert audit(again).findings == ()
    assert findings(again) <= {"anchor.behind"}
    again.vault.engine.dispose()


def test_nobody_succeeds_what_every_anchor_agrees_with(two_officers: Company, clock: FixedClock) -> None:
    """There is nothing to settle."""
    turn(two_officers, clock)
    with pytest.raises(Conflict) as refused:
        succeeded(two_officers)
    assert refused.value.code == "trail.no_succession"


def test_nobody_succeeds_while_no_anchor_answers(two_officers: Company, share: Path, clock: FixedClock) -> None:
    """What is lost could not be named."""
    turn(two_officers, clock)
    share.rename(share.with_name("away"))
    with pytest.raises(Unavailable) as refused:
        succeeded(two_officers)
    assert refused.value.code == "trail.unproven"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("officer", "officer"),
        ("officer", "auditor"),
        ("auditor", "officer2"),
        ("admin", "officer"),
        ("borrower", "other"),
    ],
)
def test_it_takes_two_security_officers(restored: Company, first: str, second: str) -> None:
    """Nobody twice, and nobody of another office; the try is recorded and changes nothing."""
    with pytest.raises(AccessDenied):
        succeeded(restored, first=first, second=second)

    [entry] = entries_of(restored, Event.TRAIL_SUCCEEDED)
    assert entry["outcome"] == "denied"
    with reading(restored.vault.engine) as tx:
        head = ledger_sequencing.load_head(tx)
    assert head is not None
    assert head.origin == "tests.example/vault"
    assert audit(restored).findings == ()


def test_reason_without_substance_is_refused(restored: Company) -> None:
    """As for every act that is for ever."""
    with pytest.raises(InputError):
        succeed(
            restored.vault,
            restored.at_keyboard("officer"),
            restored.at_keyboard("officer2"),
            reason=ReasonDraft("other", "."),
        )


def test_sealed_vault_has_no_key_to_give(restored: Company) -> None:
    """The new signing key is wrapped like every other."""
    restored.vault.seal()
    with pytest.raises(Sealed):
        succeeded(restored)


def test_first_entry_comes_before_what_waits(restored: Company, clock: FixedClock) -> None:
    """Whatever is in the inbox belongs to the successor."""
    for _ in range(3):
        news(restored)
    done = succeeded(restored)
    turn(restored, clock)

    with reading(restored.vault.engine) as tx:
        assert b"trail.succeeded" in ledger_reading.load_leaves(tx, [done.index])[done.index].leaf
        assert b"vault.sealed" in ledger_reading.load_leaves(tx, [done.index + 1])[done.index + 1].leaf
    assert audit(restored).findings == ()


def test_successor_on_another_day_closes_the_day_first(restored: Company, clock: FixedClock) -> None:
    """The day's closing still counts what the former trail had."""
    turn(restored, clock, seconds=86_400)
    news(restored)
    succeeded(restored)
    turn(restored, clock, seconds=86_400)

    assert audit(restored).findings == ()
