"""The index made anew: from what opens, and where something does not, as it stood."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from tests.company import Company
from tests.erasing import CUT, approved, audited, erased, execute, in_months, pruning_requested, rows, work_off
from tests.vault.trail.erasing.test_pruning import keeping
from vault.clock import FixedClock
from vault.database import erasure_queries, ledger_erasing
from vault.database.engine import transaction
from vault.errors import Sealed
from vault.ledger.events import Event
from vault.people.accounts import suspend_person
from vault.trail import reindexing
from vault.trail.reindexing import ReindexReport, reindex_trail

FORGOTTEN = (
    "UPDATE trail_search SET actor_id = 'nobody', subject_id = 'nobody', session_id = 'none', place_zone = 'nowhere', "
    "reason_category = 'other', dossier_id = 'elsewhere' WHERE position > 0"
)
"""What somebody writes into every row but that of the beginning."""


def index(company: Company, *, before: int = 2**40) -> dict[int, tuple[object, ...]]:
    """Every row of the index below ``before``, by position."""
    found = rows(company, "SELECT * FROM trail_search WHERE position < :before ORDER BY position", before=before)
    return {int(str(row[0])): row for row in found}


def reindexed(company: Company) -> ReindexReport:
    """Made anew; its own entry is in its place afterwards."""
    report = reindex_trail(company.vault)
    company.sequence()
    return report


def opened_index(company: Company) -> int:
    """Of the last view that was opened, with the fullest values there are."""
    [(found,)] = rows(company, "SELECT max(position) FROM trail_search WHERE event = 'view.opened'")
    return int(str(found))


def test_every_row_comes_again_from_leaf_and_values(any_company: Company) -> None:
    """Altered or gone: as the sequencer wrote it; and what is right is not written."""
    any_company.open_and_read()
    any_company.sequence()
    before = index(any_company)
    execute(any_company, FORGOTTEN)
    execute(any_company, "DELETE FROM trail_search WHERE position IN (0, 7)")

    assert reindexed(any_company) == ReindexReport(len(before), len(before), 0)
    assert index(any_company, before=len(before)) == before
    assert reindexed(any_company) == ReindexReport(len(before) + 1, 0, 0)
    assert audited(any_company).findings == ()


UNUSABLE_KEY = (
    "UPDATE trail_periods SET private_sealed = substr(private_sealed, 1, 40) "
    "WHERE id IN (SELECT period_id FROM trail_disclosures WHERE entry_id = :entry)"
)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE trail_disclosures SET sealed = substr(sealed, 1, 40) WHERE entry_id = :entry",
        "UPDATE trail_leaves SET leaf = substr(leaf, 2) WHERE entry_id = :entry",
        UNUSABLE_KEY,
    ],
    ids=["values", "leaf", "key"],
)
def test_row_of_what_is_damaged_stays_as_it_is(any_company: Company, damage: str) -> None:
    """Whatever it says: who it was is known nowhere else. All others are made anew."""
    any_company.open_and_read()
    any_company.sequence()
    at, before = opened_index(any_company), index(any_company)
    [(entry,)] = rows(any_company, "SELECT entry_id FROM trail_leaves WHERE position = :at", at=at)
    execute(any_company, damage, entry=entry)
    execute(any_company, "UPDATE trail_search SET dossier_id = 'elsewhere'")
    damaged = index(any_company)[at]

    report = reindexed(any_company)

    after = index(any_company, before=len(before))
    unread = [position for position in after if after[position] != before[position]]
    assert after[at] == damaged
    assert report.unreadable == len(unread) >= 1
    if damage != UNUSABLE_KEY:  # which other entries need, too
        assert unread == [at]


def test_values_that_are_gone_or_not_committed_to_leave_what_the_row_says_of_them(any_company: Company) -> None:
    """People, session, reason and place stay; what the leaf itself says is made anew."""
    any_company.open_and_read()
    any_company.sequence()
    at, before = opened_index(any_company), index(any_company)
    [(entry,)] = rows(any_company, "SELECT entry_id FROM trail_leaves WHERE position = :at", at=at)
    execute(any_company, "DELETE FROM trail_disclosures WHERE entry_id = :entry", entry=entry)
    execute(any_company, "UPDATE trail_search SET dossier_id = 'elsewhere' WHERE position = :at", at=at)

    assert reindexed(any_company) == ReindexReport(len(before), 1, 0)
    assert index(any_company, before=len(before)) == before


def test_erased_person_stays_unknown_and_whom_they_acted_on_is_found_again(
    any_company: Company, clock: FixedClock
) -> None:
    """Of an entry about two people each value is told or hidden on its own."""
    suspend_person(any_company.vault, any_company.at_keyboard("admin"), person_id=any_company.ids["borrower"])
    any_company.sequence()
    erased(any_company)
    before = index(any_company)
    [(at,)] = rows(any_company, "SELECT position FROM trail_search WHERE event = 'person.suspended'")
    column = next(place for place, value in enumerate(before[int(str(at))]) if value == any_company.ids["admin"])
    execute(any_company, "UPDATE trail_search SET actor_id = 'nobody' WHERE position = :at", at=at)
    clock.advance(dt.timedelta(seconds=1))

    assert reindexed(any_company) == ReindexReport(len(before), 1, 0)
    after = index(any_company, before=len(before))
    assert after == before
    assert after[int(str(at))][column] == any_company.ids["admin"]
    assert any_company.ids["borrower"] not in {value for row in after.values() for value in row}


def test_pruned_entries_get_no_row_again(any_company: Company, clock: FixedClock) -> None:
    """Nothing is left that would tell what they were found by."""
    in_months(any_company, clock)
    company = keeping(any_company)
    approved(company, pruning_requested(company, CUT))
    work_off(company)
    before = index(company)
    [(pruned,)] = rows(company, "SELECT count(*) FROM trail_leaves WHERE length(leaf) = 0")

    assert int(str(pruned)) > 0
    report = reindexed(company)
    assert (report.changed, report.unreadable) == (0, pruned)
    assert index(company, before=report.entries) == before
    assert audited(company).findings == ()


def test_sealed_vault_reindexes_nothing(any_company: Company) -> None:
    """Without the reading key it does not even begin."""
    execute(any_company, FORGOTTEN)
    before = index(any_company)
    any_company.vault.seal()
    with pytest.raises(Sealed):
        reindex_trail(any_company.vault)
    assert index(any_company) == before


def test_interrupted_it_is_begun_again(any_company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was made stays made; only whoever comes to the end says so in the trail."""
    monkeypatch.setattr(reindexing, "BATCH", 16)
    before = index(any_company)
    execute(any_company, FORGOTTEN)

    def interrupted(done: int, _size: int) -> None:
        if done >= 32:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reindex_trail(any_company.vault, progress=interrupted)
    assert {at: row for at, row in index(any_company).items() if at < 32} == {at: before[at] for at in range(32)}
    assert rows(any_company, "SELECT 1 FROM trail_search WHERE event = :e", e=Event.TRAIL_REINDEXED.value) == []

    assert reindexed(any_company) == ReindexReport(len(before), len(before) - 32, 0)
    assert index(any_company, before=len(before)) == before


def test_batch_is_read_and_written_in_the_same_few_statements_however_large(
    any_company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is asked or written entry by entry."""

    def statements(batch: int) -> int:
        monkeypatch.setattr(reindexing, "BATCH", batch)
        execute(any_company, FORGOTTEN)
        told: list[str] = []

        def count(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
            told.append(statement)

        def end(done: int, _size: int) -> None:
            assert done == batch
            raise KeyboardInterrupt

        sa.event.listen(any_company.vault.engine, "before_cursor_execute", count)
        with pytest.raises(KeyboardInterrupt):
            reindex_trail(any_company.vault, progress=end)
        sa.event.remove(any_company.vault.engine, "before_cursor_execute", count)
        return len(told)

    assert statements(48) == statements(16) <= 8


def test_what_is_being_erased_is_not_written_again(any_company: Company) -> None:
    """A batch that has opened values is over before they are taken away, or begins when they are gone."""
    any_company.open_and_read()
    any_company.sequence()
    person = any_company.ids["borrower"]
    execute(any_company, FORGOTTEN)
    with ThreadPoolExecutor(1) as pool:
        with transaction(any_company.vault.engine) as tx:
            erasure_queries.lock_forgetting(tx)
            ledger_erasing.delete_period(tx, ledger_erasing.periods_of(tx, person)[0].id)
            reindexing_beside = pool.submit(reindex_trail, any_company.vault)
            with pytest.raises(TimeoutError):
                reindexing_beside.result(timeout=1)
        reindexing_beside.result()
    assert person not in {value for row in index(any_company).values() for value in row}
