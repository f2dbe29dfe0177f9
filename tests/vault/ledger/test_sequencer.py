"""The sequencer: every committed entry gets one place, in commit order, whoever else is at it; then it is signed."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace

import pytest
import sqlalchemy as sa

from tests.vault.ledger import reference
from tests.vault.ledger.trail import DOCUMENT, LEE, ORIGIN, WANG, Trail, keyed, nobody, opened, sealed_key, suspended
from vault.database import ledger_reading, ledger_sequencing
from vault.database.engine import reading, transaction
from vault.errors import Conflict
from vault.ledger.checkpoint import open_checkpoint
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.ledger.sequencer import BATCH
from vault.ledger.tree import leaf_hash


def test_trail_begins_with_one_leaf_that_names_its_key(any_trail: Trail) -> None:
    """Leaf 0 says what the log is called and who signs it."""
    (genesis,) = any_trail.facts()

    assert (genesis["index"], genesis["event"]) == (0, "trail.genesis")
    assert isinstance(genesis["details"], dict)
    assert genesis["details"]["origin"] == ORIGIN


def test_entries_get_places_and_counts_in_their_order(any_trail: Trail) -> None:
    """Index over all, dseq per document, useq per person; the rest of the leaf is as it was recorded."""
    for person in (WANG, LEE, WANG):
        any_trail.append(opened(person))
    any_trail.append(opened(WANG, document="fbbbbbbbbbbbbbbbbbbbbbbbbbb"))
    any_trail.append(Entry(Event.VAULT_SEALED, Outcome.SUCCESS))
    drafts = any_trail.waiting()

    assert any_trail.sequence() == 5

    leaves = any_trail.facts()[1:]
    assert [(leaf["index"], leaf.get("dseq"), leaf.get("useq")) for leaf in leaves] == [
        (1, 1, 1),
        (2, 2, 1),
        (3, 3, 2),
        (4, 1, 3),
        (5, None, None),
    ]
    added = {"index", "logged", "dseq", "useq"}
    assert [{name: leaf[name] for name in leaf if name not in added} for leaf in leaves] == drafts
    assert any_trail.waiting() == []


def test_checkpoint_is_that_of_the_leaves(any_trail: Trail) -> None:
    """Its size is theirs and its root is what the definition gives over them."""
    for _ in range(5):
        any_trail.append(opened())
    any_trail.sequence()

    checkpoint = open_checkpoint(any_trail.newest_checkpoint(), origin=ORIGIN, public=any_trail.signing.public)
    assert checkpoint.size == 6
    assert checkpoint.root == reference.root(reference.hashed([leaf.leaf for leaf in any_trail.leaves()]))


def test_nothing_waiting_changes_nothing(any_trail: Trail) -> None:
    """A run without entries signs the newest size once, and then there is nothing to do."""
    assert any_trail.sequencer().run_once() == 0
    first = any_trail.newest_checkpoint()
    any_trail.clock.advance(dt.timedelta(days=3))

    assert any_trail.sequencer().run_once() == 0
    assert any_trail.newest_checkpoint() == first
    assert any_trail.size() == 1


def test_more_than_a_batch_is_taken_in_several(trail: Trail) -> None:
    """500 at a time, none left, none twice."""
    with transaction(trail.engine) as tx:
        for _ in range(2 * BATCH + 3):
            trail.recorder.append(tx, nobody())
    sequencer = trail.sequencer()

    assert [sequencer.run_once() for _ in range(4)] == [BATCH, BATCH, 3, 0]
    assert trail.audit().findings == ()
    assert trail.size() == 2 * BATCH + 4


def test_transaction_that_began_earlier_and_commits_later_is_not_skipped(postgresql_trail: Trail) -> None:
    """Numbers are given out before the commit: what is after an open transaction waits for it."""
    with transaction(postgresql_trail.engine) as slow:
        early = postgresql_trail.recorder.append(slow, opened(WANG))
        late = postgresql_trail.append(opened(LEE))
        assert postgresql_trail.sequencer().run_once() == 0, "it could still be preceded"
        assert len(postgresql_trail.waiting()) == 1

    assert postgresql_trail.sequence() == 2
    assert [leaf["id"] for leaf in postgresql_trail.facts()[1:]] == [early, late]
    assert postgresql_trail.audit().findings == ()


def test_row_numbered_before_but_begun_after_comes_in_its_turn(postgresql_trail: Trail) -> None:
    """A transaction holds its id before it records; one that began later has the lower number and commits first."""
    with transaction(postgresql_trail.engine) as slow:
        slow.execute(sa.select(sa.func.pg_current_xact_id()))  # began first
        late_beginner = postgresql_trail.append(opened(LEE))
        assert postgresql_trail.sequencer().run_once() == 0
        early_beginner = postgresql_trail.recorder.append(slow, opened(WANG))

    assert postgresql_trail.sequence() == 2
    assert [leaf["id"] for leaf in postgresql_trail.facts()[1:]] == [late_beginner, early_beginner]


def test_transaction_that_fails_holds_nobody_up(postgresql_trail: Trail) -> None:
    """Once it has rolled back, what came after it is placed, without a hole in any count."""

    def fail() -> None:
        with transaction(postgresql_trail.engine) as slow:
            postgresql_trail.recorder.append(slow, opened(WANG))
            postgresql_trail.append(opened(LEE))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()

    assert postgresql_trail.sequence() == 1
    assert postgresql_trail.audit().findings == ()


def test_several_sequencers_and_recorders_at_once_leave_no_gap_and_no_double(any_trail: Trail) -> None:
    """Three sequencers while four threads record: each entry has one place, and the trail is sound."""
    recorded: list[str] = []
    done = threading.Event()

    def record() -> None:
        for _ in range(8):
            intent = any_trail.append(opened())
            recorded.extend([intent, any_trail.append(keyed(intent))])

    def sequence() -> None:
        sequencer = any_trail.sequencer()
        while not done.is_set():
            sequencer.run_once()
            done.wait(0.005)

    recorders = [threading.Thread(target=record) for _ in range(4)]
    sequencers = [threading.Thread(target=sequence) for _ in range(3)]
    for thread in (*recorders, *sequencers):
        thread.start()
    for thread in recorders:
        thread.join()
    done.set()
    for thread in sequencers:
        thread.join()
    any_trail.sequence()

    placed = [leaf["id"] for leaf in any_trail.facts()[1:]]
    assert sorted(placed) == sorted(recorded)  # type: ignore[type-var]
    assert any_trail.audit().findings == ()


def test_only_one_leads(postgresql_trail: Trail) -> None:
    """While one node sequences, another finds nothing to do and does not wait."""
    postgresql_trail.append(opened())
    with transaction(postgresql_trail.engine) as leader:
        assert ledger_sequencing.take_lead(leader)

        assert postgresql_trail.sequencer().run_once() == 0

    assert postgresql_trail.sequencer().run_once() == 1


def test_leader_that_was_overtaken_writes_nothing(postgresql_trail: Trail) -> None:
    """The fence: if the head has moved since it was read, the whole run is undone."""
    postgresql_trail.append(opened())
    signing = postgresql_trail.signing

    def while_somebody_else_moves_the_head() -> object:
        postgresql_trail.execute("UPDATE trail_head SET size = size + 1")
        return signing

    postgresql_trail.signing_key = while_somebody_else_moves_the_head  # type: ignore[assignment]

    assert postgresql_trail.sequencer().run_once() == 0
    assert len(postgresql_trail.leaves()) == 1
    assert len(postgresql_trail.waiting()) == 1


def test_node_with_an_old_head_cannot_write(any_trail: Trail) -> None:
    """It read the head, another node placed an entry and committed: neither its head nor its leaves get in any more."""
    with reading(any_trail.engine) as tx:
        old = ledger_sequencing.load_head(tx)
    assert old is not None
    any_trail.append(opened())
    assert any_trail.sequence() == 1
    before = any_trail.leaves()

    with transaction(any_trail.engine) as tx:
        assert not ledger_sequencing.advance_head(tx, replace(old, size=old.size + 1), old_size=old.size)
    leaf = (old.size, "e" + "b" * 26, b"{}", leaf_hash(b"{}"))
    with pytest.raises(Conflict), transaction(any_trail.engine) as tx:
        ledger_sequencing.store_leaves(tx, [leaf])

    assert any_trail.leaves() == before
    assert any_trail.size() == old.size + 1
    assert any_trail.audit().findings == ()


def test_node_that_is_overtaken_while_it_places_undoes_all_of_it(any_trail: Trail) -> None:
    """The head moves between its reading and its writing: leaf, counters, head and the entry itself are undone."""
    counted = counters_of(any_trail)

    def overtaken(_size: int, _root: bytes) -> str:
        tx.execute(sa.text("UPDATE trail_head SET size = size + 1"))
        return any_trail.recorder.append(tx, opened())

    with pytest.raises(Conflict, match=r"trail\.fenced"), transaction(any_trail.engine) as tx:
        any_trail.sequencer().place_first(tx, overtaken)

    assert (len(any_trail.leaves()), any_trail.waiting(), any_trail.size()) == (1, [], 1)
    assert counters_of(any_trail) == counted
    any_trail.append(opened())
    assert any_trail.sequence() == 1
    assert any_trail.audit().findings == ()


def counters_of(trail: Trail) -> list[dict[str, int]]:
    """The last number of each document and each handle."""
    with reading(trail.engine) as tx:
        return [ledger_reading.last_counters(tx, kind) for kind in ("d", "u")]


def test_run_that_dies_leaves_nothing_of_itself(any_trail: Trail) -> None:
    """Killed before the commit, the entries wait as before and the next run places them."""
    any_trail.append(opened())

    def die() -> object:
        raise KeyboardInterrupt

    any_trail.signing_key, alive = die, any_trail.signing_key  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt):
        any_trail.sequencer().run_once()
    assert (len(any_trail.leaves()), len(any_trail.waiting())) == (1, 1)

    any_trail.signing_key = alive
    assert any_trail.sequence() == 1
    assert any_trail.audit().findings == ()


def test_sealed_vault_places_now_and_signs_later(any_trail: Trail) -> None:
    """Sign-ins go on while nothing can be signed; after unsealing one checkpoint covers them all."""
    any_trail.signing_key = sealed_key
    any_trail.append(opened())
    assert any_trail.sequence() == 1
    with reading(any_trail.engine) as tx:
        assert ledger_reading.newest_checkpoint(tx) is None

    any_trail.signing_key = lambda: any_trail.signing
    assert any_trail.sequencer().run_once() == 0

    checkpoint = open_checkpoint(any_trail.newest_checkpoint(), origin=ORIGIN, public=any_trail.signing.public)
    assert checkpoint.size == 2
    assert any_trail.audit().findings == ()


def closings(trail: Trail) -> list[object]:
    return [leaf["details"] for leaf in trail.facts() if leaf["event"] == "day.close"]


def test_day_is_closed_with_its_count_once_the_next_begins(any_trail: Trail) -> None:
    """Whoever has a day's closing knows how many entries it had, so that none can be left out of an export."""
    for _ in range(3):
        any_trail.append(suspended(LEE, by=WANG))
    any_trail.sequence()
    assert closings(any_trail) == []

    any_trail.clock.advance(dt.timedelta(hours=15))
    any_trail.append(suspended(LEE, by=WANG))
    any_trail.sequence()

    assert closings(any_trail) == [{"day": "2026-11-24", "from": 1, "count": 3}]
    assert [leaf["event"] for leaf in any_trail.facts()][4:] == ["day.close", "person.suspended"]
    assert any_trail.audit().findings == ()


def test_days_without_entries_are_not_closed(any_trail: Trail) -> None:
    """A quiet week adds one leaf and not seven, however often the sequencer runs."""
    any_trail.append(suspended(LEE, by=WANG))
    any_trail.sequence()
    for _ in range(7):
        any_trail.clock.advance(dt.timedelta(days=1))
        any_trail.sequence()
    any_trail.append(suspended(LEE, by=WANG))
    any_trail.sequence()
    any_trail.clock.advance(dt.timedelta(days=1))
    any_trail.sequence()

    assert closings(any_trail) == [
        {"day": "2026-11-24", "from": 1, "count": 1},
        {"day": "2026-12-01", "from": 3, "count": 1},
    ]
    assert any_trail.audit().findings == ()


def test_midnight_between_two_entries_of_one_batch_closes_the_day_between_them(trail: Trail) -> None:
    """An entry of a node whose clock is ahead is logged in the next day, and counted there."""
    trail.clock.advance(dt.timedelta(hours=14, minutes=59, seconds=59))
    trail.append(suspended(LEE, by=WANG))
    trail.clock.advance(dt.timedelta(seconds=1))
    trail.append(suspended(LEE, by=WANG))
    trail.clock.advance(dt.timedelta(seconds=-1))

    trail.sequence()

    assert closings(trail) == [{"day": "2026-11-24", "from": 1, "count": 1}]
    assert [leaf["logged"] for leaf in trail.facts()[1:]] == [
        "2026-11-24T23:59:59.000Z",
        "2026-11-25T00:00:00.000Z",
        "2026-11-25T00:00:00.000Z",
    ]
    assert trail.audit().findings == ()


def test_time_of_logging_never_goes_back(trail: Trail) -> None:
    """A clock that was set back back-dates nothing: the trail goes on from its last time."""
    trail.append(suspended(LEE, by=WANG))
    trail.sequence()
    trail.clock.advance(dt.timedelta(hours=-5))
    trail.append(suspended(LEE, by=WANG))
    trail.sequence()

    first, second = trail.facts()[1:]
    assert second["logged"] == first["logged"]
    assert second["time"] == "2026-11-24T04:00:00.000Z"
    assert trail.audit().findings == ()


def test_leaf_is_found_by_what_it_says(any_trail: Trail) -> None:
    """The search row has the leaf's facts and, in this database only, who it was."""
    any_trail.append(opened())
    any_trail.sequence()

    with reading(any_trail.engine) as tx:
        row = ledger_reading.search_rows(tx, [1])[1]
    assert (row.event, row.outcome, row.actor_id, row.document_id) == ("view.opened", "success", WANG, DOCUMENT)
    assert row.logged == any_trail.clock.now()


def test_database_without_a_trail_has_nothing_to_sequence(trail: Trail) -> None:
    """Before the vault has begun the worker's loop is idle, not broken."""
    trail.append(suspended(LEE, by=WANG))
    trail.execute("DELETE FROM trail_head")

    assert trail.sequencer().run_once() == 0
