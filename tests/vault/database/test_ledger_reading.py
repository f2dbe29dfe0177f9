"""Searching the trail by positions: what is found, in which order, page by page, alike on both databases."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests.vault.database.rows import MINUTE, NOW
from vault.database import ledger_reading, ledger_sequencing
from vault.database.engine import reading, transaction
from vault.database.ledger_reading import SearchCriteria
from vault.database.ledger_sequencing import SearchRow

EVENTS = ["session.opened", "view.opened", "view.denied", "page.read", "view.ended", "session.ended"]


def row(position: int) -> SearchRow:
    """Six entries, a minute apart: Wang's on document 1, the last two about Lee."""
    return SearchRow(
        position=position,
        time=NOW + position * MINUTE,
        logged=NOW + position * MINUTE,
        event=EVENTS[position],
        outcome="denied" if position == 2 else "success",
        actor_id="p-wang" if position < 4 else "p-admin",
        subject_id="p-lee" if position >= 4 else "",
        dossier_id="d-1" if position in {1, 2, 3} else "",
        document_id="f-1" if position in {1, 2, 3} else "",
        view_id="w-1" if position in {1, 3} else "",
    )


@pytest.fixture
def filled(database: sa.Engine) -> sa.Engine:
    with transaction(database) as tx:
        ledger_sequencing.store_search_rows(tx, [row(position) for position in range(6)])
    return database


def found(engine: sa.Engine, criteria: SearchCriteria, *, before: int | None = None, limit: int = 9) -> list[int]:
    with reading(engine) as tx:
        return [each.position for each in ledger_reading.search_positions(tx, criteria, before=before, limit=limit)]


@pytest.mark.parametrize(
    ("criteria", "positions"),
    [
        (SearchCriteria(), [5, 4, 3, 2, 1, 0]),
        (SearchCriteria(persons=("p-wang",)), [3, 2, 1, 0]),
        (SearchCriteria(persons=("p-lee",)), [5, 4]),
        (SearchCriteria(persons=("p-lee", "p-wang")), [5, 4, 3, 2, 1, 0]),
        (SearchCriteria(persons=()), []),
        (SearchCriteria(document="f-1", event="view.denied"), [2]),
        (SearchCriteria(dossier="d-1", outcome="success"), [3, 1]),
        (SearchCriteria(view="w-1"), [3, 1]),
        (SearchCriteria(since=NOW + 3 * MINUTE), [5, 4, 3]),
        (SearchCriteria(until=NOW + 3 * MINUTE), [2, 1, 0]),
        (SearchCriteria(since=NOW + MINUTE / 2, until=NOW + 2 * MINUTE), [1]),
        (SearchCriteria(since=NOW + 99 * MINUTE), []),
        (SearchCriteria(until=NOW + 99 * MINUTE), [5, 4, 3, 2, 1, 0]),
        (SearchCriteria(until=NOW), []),
        (SearchCriteria(since=NOW + 4 * MINUTE, until=NOW + MINUTE), []),
    ],
)
def test_search_finds_what_matches_newest_first(
    filled: sa.Engine, criteria: SearchCriteria, positions: list[int]
) -> None:
    """Persons as actor or subject; times from and until, the end left out; nothing asked finds everything."""
    assert found(filled, criteria) == positions


def test_pages_continue_without_gap_or_double(filled: sa.Engine) -> None:
    """Each page begins below the last entry of the one before, whatever was added meanwhile."""
    first = found(filled, SearchCriteria(), limit=4)
    second = found(filled, SearchCriteria(), before=first[-1], limit=4)

    assert (first, second) == ([5, 4, 3, 2], [1, 0])


def test_export_reads_upwards(filled: sa.Engine) -> None:
    """Oldest first above a position and below another."""
    with reading(filled) as tx:
        rows = ledger_reading.search_positions(tx, SearchCriteria(), before=5, after=1, limit=2)

    assert [each.position for each in rows] == [2, 3]
    assert rows[0] == row(2)


def test_times_come_back_as_they_were_logged(filled: sa.Engine) -> None:
    """Aware, and to the millisecond."""
    with reading(filled) as tx:
        rows = ledger_reading.search_rows(tx, [0, 4, 9])

    assert rows == {0: row(0), 4: row(4)}
    assert rows[4].logged.tzinfo is dt.UTC


def test_leaves_are_read_in_order_whatever_their_number(database: sa.Engine) -> None:
    """In batches that neither lose nor repeat one, from any place on, gaps or not."""
    leaves = [(position, f"e-{position}", b"leaf", bytes(32)) for position in (0, 1, 2, 5, 6, 9)]
    with transaction(database) as tx:
        ledger_sequencing.store_leaves(tx, leaves)
    with reading(database) as tx:
        batches = [[leaf.position for leaf in batch] for batch in ledger_reading.leaves_from(tx, 1, batch=2)]

        assert batches == [[1, 2], [5, 6], [9]]
        assert sorted(ledger_reading.load_leaves(tx, [0, 3, 9])) == [0, 9]
        assert ledger_reading.subtree_hash(tx, 0, 5) == bytes(32)
        for level, position in ((0, 3), (1, 0)):
            with pytest.raises(KeyError):
                ledger_reading.subtree_hash(tx, level, position)


def test_head_moves_only_from_where_it_was_read(database: sa.Engine) -> None:
    """The fence against a sequencer that was overtaken."""
    head = ledger_sequencing.HeadRow("origin", bytes(32), 1, bytes(32), NOW, 1)
    with transaction(database) as tx:
        ledger_sequencing.store_head(tx, head)
        moved = ledger_sequencing.HeadRow("origin", bytes(32), 2, bytes(32), NOW + MINUTE, 1)

        assert ledger_sequencing.advance_head(tx, moved, old_size=2) is False
        assert ledger_sequencing.load_head(tx) == head
        assert ledger_sequencing.advance_head(tx, moved, old_size=1) is True
        assert ledger_sequencing.load_head(tx) == moved
