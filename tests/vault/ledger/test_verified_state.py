"""Going on from a verification: what follows must continue exactly the tree that was seen, and nothing else passes."""

from __future__ import annotations

import datetime as dt
import json
import os

import pytest

from tests.vault.ledger.trail import LEE, ORIGIN, WANG, Trail, opened, suspended, words
from vault.database import ledger_reading
from vault.database.engine import reading, transaction
from vault.ledger.audit import Audit
from vault.ledger.audit_report import VerificationReport
from vault.ledger.checkpoint import Checkpoint, sign_checkpoint
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.ledger.verified_state import StateRefused, VerifiedState, parse_file, parse_state, write_file


def gone_on(trail: Trail, start: VerifiedState, *, known: tuple[str, ...] = ()) -> VerificationReport:
    """A verification from ``start``, in many transactions."""
    audit = Audit(reading_key=trail.reading_key, start=start, known_checkpoints=known)
    with reading(trail.engine) as tx:
        audit.begin(tx)
    has_more = True
    while has_more:
        with reading(trail.engine) as tx:
            has_more = audit.step(tx)
    with reading(trail.engine) as tx:
        return audit.finish(tx, now=trail.clock.now())


def seen(trail: Trail) -> VerifiedState:
    """Where a verification of everything ended."""
    report = trail.audit()
    assert report.findings == ()
    assert report.verified is not None
    return report.verified


def grown(trail: Trail) -> None:
    for person in (WANG, LEE):
        trail.append(suspended(person, by=LEE))
    trail.sequence()


def test_trail_that_grew_is_the_continuation_of_what_was_seen(filled: Trail) -> None:
    """Counters, days and the tree go on; the report is that of a verification of everything."""
    start = seen(filled)
    grown(filled)
    filled.clock.advance(dt.timedelta(days=1))
    grown(filled)
    whole = filled.audit()

    report = gone_on(filled, parse_file(write_file(start)))

    assert report.findings == ()
    assert (report.start, report.size, report.root) == (10, 15, whole.root)
    assert report.verified == whole.verified


def test_trail_that_did_not_grow_is_sound(filled: Trail) -> None:
    """Nothing new is nothing wrong."""
    report = gone_on(filled, seen(filled))

    assert (report.findings, report.size, report.checkpoint_size) == ((), 10, 10)


def test_intent_open_at_the_end_is_answered_after_it(trail: Trail) -> None:
    """What was open when a verification ended is not forgotten by the next."""
    trail.append(opened())
    trail.sequence()
    start = seen(trail)
    trail.clock.advance(dt.timedelta(minutes=6))

    assert words(gone_on(trail, start)) == {"intent.unanswered"}


@pytest.mark.parametrize("is_same_month", [True, False])
def test_new_entry_is_not_hidden_in_what_was_erased_before(filled: Trail, is_same_month: bool) -> None:
    """Whose month a period was is known to whoever goes on."""
    [(_entry, _part, period_id, _sealed)] = filled.sealed(filled.leaves()[1].entry_id)
    details: dict[str, str | int] = {"period": period_id, "month": "2026-11"}
    filled.append(Entry(Event.TRAIL_ERASED, Outcome.SUCCESS, actor=LEE, details=details))
    filled.execute("DELETE FROM trail_periods WHERE id = :period", period=period_id)
    filled.sequence()
    start = parse_file(write_file(seen(filled)))
    if not is_same_month:
        filled.clock.advance(dt.timedelta(days=60))
    entry_id = filled.append(opened(LEE))
    filled.sequence()
    assert gone_on(filled, start).findings == ()
    filled.execute(
        "UPDATE trail_disclosures SET period_id = :period WHERE entry_id = :entry", period=period_id, entry=entry_id
    )

    assert words(gone_on(filled, start)) == words(filled.audit()) == {"value.misplaced"}


def test_state_of_before_knows_which_periods_were_erased(filled: Trail) -> None:
    """And nothing else of them."""
    [(_entry, _part, period_id, _sealed)] = filled.sealed(filled.leaves()[1].entry_id)
    filled.append(Entry(Event.TRAIL_ERASED, Outcome.SUCCESS, actor=LEE, details={"period": period_id}))
    filled.execute("DELETE FROM trail_periods WHERE id = :period", period=period_id)
    filled.sequence()
    state = json.loads(seen(filled).encoded)
    assert list(state["erasures"]) == [period_id]
    older = parse_state(json.dumps(state | {"erasures": [period_id]}).encode())
    filled.append(opened(LEE))
    filled.sequence()

    assert gone_on(filled, older).findings == ()


def test_period_erased_before_is_known_after(filled: Trail) -> None:
    """The leaf that says so lies before the end, the values that are missing after it."""
    [(_entry, _part, period_id, _sealed)] = filled.sealed(filled.leaves()[1].entry_id)
    filled.append(Entry(Event.TRAIL_ERASED, Outcome.SUCCESS, actor=LEE, details={"period": period_id}))
    filled.sequence()
    start = seen(filled)
    filled.append(opened(WANG))
    filled.execute("DELETE FROM trail_periods WHERE id = :period", period=period_id)
    filled.sequence()

    report = gone_on(filled, start)
    assert report.erased == 1
    assert report.findings == ()


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        ("UPDATE trail_nodes SET hash = zeroblob(32) WHERE level = 3", "frontier.differs"),
        ("DELETE FROM trail_nodes WHERE level = 3", "frontier.differs"),
        ("UPDATE trail_leaves SET leaf = x'7b7d' WHERE position = 11", "leaf.hash"),
        ("DELETE FROM trail_leaves WHERE position = 10", "leaf.missing"),
        ("UPDATE trail_counters SET last = 99 WHERE kind = 'u'", "counter.useq_last"),
        ("UPDATE trail_head SET size = 9", "frontier.beyond_end"),
    ],
)
def test_damage_is_found_by_a_verification_that_goes_on(filled: Trail, damage: str, check: str) -> None:
    """What is new is looked at as ever, and what is old is there as a tree."""
    start = seen(filled)
    grown(filled)
    filled.execute(damage)

    assert check in words(gone_on(filled, start))


def test_another_history_is_found(filled: Trail) -> None:
    """A trail that was recomputed from some entry on, with every hash in order, is not the one that was seen."""
    start = seen(filled)
    filled.execute("DELETE FROM trail_nodes WHERE position > 0 OR level > 2")
    filled.execute("UPDATE trail_leaves SET hash = zeroblob(32) WHERE position = 9")

    assert "frontier.differs" in words(gone_on(filled, start))


def test_checkpoint_from_before_the_end_is_compared_by_a_proof(filled: Trail) -> None:
    """Every note of this log is a beginning of what was seen; one of another history is found."""
    start = seen(filled)
    with reading(filled.engine) as tx:
        notes = tuple(ledger_reading.all_checkpoints(tx))
    grown(filled)
    assert len(notes) > 1
    assert gone_on(filled, start, known=notes).findings == ()

    forged = sign_checkpoint(Checkpoint(ORIGIN, 7, os.urandom(32)), filled.signing)
    assert words(gone_on(filled, start, known=(*notes, forged))) == {"checkpoint.root"}


def test_file_that_was_altered_is_refused(filled: Trail) -> None:
    """A digit that was turned, a member that was taken out, another file: not a state with its digest."""
    text = write_file(seen(filled))
    altered = json.loads(text)
    altered["state"]["walk"]["day_from"] += 1
    for wrong in (json.dumps(altered), text[:-20], "", "{}", "[1]", json.dumps({"digest": "", "state": 5}), "[" * 9999):
        with pytest.raises(StateRefused):
            parse_file(wrong)


@pytest.mark.parametrize("place", ["size", "root", "edge", "format"])
def test_state_that_contradicts_itself_is_none(filled: Trail, place: str) -> None:
    """Size, edge and root belong together."""
    state = json.loads(seen(filled).encoded)
    inner = state["walk"] if place in {"size", "root"} else state
    inner[place] = {"size": 11, "root": "00" * 32, "edge": "00" * 32, "format": "another"}[place]

    with pytest.raises(StateRefused):
        parse_state(json.dumps(state).encode())


def test_unsound_trail_leaves_no_state(filled: Trail) -> None:
    """Nobody goes on from something that was wrong."""
    filled.execute("UPDATE trail_search SET outcome = 'denied' WHERE position = 4")

    assert filled.audit().verified is None


def test_verification_in_steps_finds_what_one_transaction_finds(filled: Trail) -> None:
    """Also while the trail goes on, and a vault that was sealed signs late."""
    grown(filled)
    audit = Audit(reading_key=filled.reading_key)
    with transaction(filled.engine) as tx:
        audit.begin(tx)
    with reading(filled.engine) as tx:
        assert audit.step(tx)
    grown(filled)
    filled.append(opened())
    with reading(filled.engine) as tx:
        assert not audit.step(tx)
        report = audit.finish(tx, now=filled.clock.now())

    assert report.findings == ()
    assert (report.size, report.waiting, report.unsigned) == (filled.size(), 1, 0)
    assert report.root == filled.audit().root
