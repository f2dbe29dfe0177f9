"""Scanning the trail's index: alike on both databases, whole within its budget, and saying how far it came."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.vault.database.rows import MINUTE, NOW
from vault.database import ledger_sequencing, trail_searching, trail_tallying
from vault.database.engine import reading, transaction
from vault.database.ledger_sequencing import SearchRow
from vault.database.trail_criteria import Choice, ClockTime, IndexSpans, SearchCriteria, TimeSpan
from vault.database.trail_searching import END, Bounds, bounds_of, first_positions, matching_positions, scan

SIZE = 120
SHANGHAI = ((0, 8 * 3_600_000),)
WEEK = tuple(range(7))


def row(position: int) -> SearchRow:
    """An entry each seven hours from Tuesday noon on; people, events and places come round at different paces."""
    return SearchRow(
        position=position,
        time=NOW + position * 420 * MINUTE,
        logged=NOW + position * 420 * MINUTE,
        event=("view.opened", "page.read", "page.read", "view.denied", "session.opened")[position % 5],
        outcome="denied" if position % 5 == 3 else "failed" if position == 40 else "success",
        actor_id=f"p-{position % 3}",
        subject_id=f"p-{position % 4}" if position % 2 else "",
        dossier_id=f"d-{position % 7}",
        document_id=f"f-{position % 11}" if position % 5 < 4 else "",
        view_id="",
        session_id=None if position < 10 else f"s-{position // 8}",
        reason_category=None if position < 10 else "offer" if position % 6 == 0 else "",
        place_zone=None if position < 10 else "Head office" if position % 2 else "",
        place_source=None if position < 10 else "zone" if position % 2 else "declared",
    )


ROWS = [row(position) for position in range(SIZE)]


@pytest.fixture
def filled(database: sa.Engine) -> sa.Engine:
    with transaction(database) as tx:
        ledger_sequencing.store_search_rows(tx, ROWS)
        trail_tallying.add_to_tallies(tx, ROWS[:50])
        trail_tallying.add_to_tallies(tx, ROWS[50:])
    return database


def one(column: str, *values: str, is_excluded: bool = False) -> Choice:
    return Choice((column,), values, is_excluded)


def matches(each: SearchRow, criteria: SearchCriteria) -> bool:
    """The same question, answered by looking at one row."""
    for choice in criteria.choices:
        if any(getattr(each, name) in choice.values for name in choice.columns) is choice.is_excluded:
            return False
    for clock in criteria.clocks:
        local = each.time + dt.timedelta(milliseconds=clock.offsets[0][1])
        minute = local.hour * 60 + local.minute
        begin, end = clock.begin, clock.end
        within = begin == end or (begin <= minute < end if begin < end else minute >= begin or minute < end)
        if (within and local.weekday() in clock.days) is clock.is_excluded:
            return False
    for places in criteria.indexes:
        if any(first <= each.position <= last for first, last in places.spans) is places.is_excluded:
            return False
    return all(
        ((span.since is None or each.logged >= span.since) and (span.until is None or each.logged < span.until))
        is not span.is_excluded
        for span in criteria.times
    )


CRITERIA = {
    "everything": SearchCriteria(),
    "one of two events": SearchCriteria(choices=(one("event", "view.opened", "session.opened"),)),
    "none of two events": SearchCriteria(choices=(one("event", "view.opened", "page.read", is_excluded=True),)),
    "a person on either side": SearchCriteria(persons=("p-2",)),
    "a person on neither side": SearchCriteria(
        choices=(Choice(("actor_id", "subject_id"), ("p-2",), is_excluded=True),)
    ),
    "two people together": SearchCriteria(choices=(one("actor_id", "p-1"), one("subject_id", "p-3"))),
    "denied or failed": SearchCriteria(choices=(one("outcome", "denied", "failed"),)),
    "succeeded": SearchCriteria(choices=(one("outcome", "success"), one("event", "page.read"))),
    "a session": SearchCriteria(session="s-9"),
    "a reason, and not one person": SearchCriteria(
        choices=(one("reason_category", "offer"), one("actor_id", "p-0", is_excluded=True))
    ),
    "a place left out keeps what is unknown": SearchCriteria(
        choices=(one("place_zone", "Head office", is_excluded=True), one("event", "view.opened"))
    ),
    "declared places": SearchCriteria(choices=(one("place_source", "declared"),)),
    "document within a time": SearchCriteria(document="f-3", since=NOW + 5000 * MINUTE, until=NOW + 30000 * MINUTE),
    "outside a time": SearchCriteria(times=(TimeSpan(NOW + 840 * MINUTE, NOW + 45000 * MINUTE, is_excluded=True),)),
    "places": SearchCriteria(indexes=(IndexSpans(((5, 9), (50, 52))),)),
    "not those places": SearchCriteria(indexes=(IndexSpans(((5, 90), (100, 100)), is_excluded=True),)),
    "at night": SearchCriteria(clocks=(ClockTime(SHANGHAI, 22 * 60, 6 * 60, WEEK),)),
    "not at night": SearchCriteria(clocks=(ClockTime(SHANGHAI, 22 * 60, 6 * 60, WEEK, is_excluded=True),)),
    "out of hours": SearchCriteria(clocks=(ClockTime(SHANGHAI, 480, 1140, (0, 1, 2, 3, 4), is_excluded=True),)),
    "at weekends": SearchCriteria(event="page.read", clocks=(ClockTime(SHANGHAI, 0, 0, (5, 6)),)),
    "what cannot be": SearchCriteria(choices=(one("event", "view.opened"), one("event", "page.read"))),
}


@pytest.mark.parametrize("name", CRITERIA)
def test_scan_finds_what_each_row_says(filled: sa.Engine, name: str) -> None:
    """Newest first, oldest first, and counted: the same rows as looking at every one."""
    criteria = CRITERIA[name]
    expected = [each.position for each in ROWS if matches(each, criteria)]
    with reading(filled) as tx:
        down = scan(tx, criteria, limit=SIZE + 1)
        up = trail_searching.search_positions(tx, criteria, before=None, after=-1, limit=SIZE + 1)
        counted, reached = matching_positions(tx, criteria, limits=bounds_of(tx, criteria), budget=10 * SIZE)

    assert [each.position for each in down.rows] == expected[::-1]
    assert down.reached is reached is None
    assert [each.position for each in up] == expected
    assert counted == expected[::-1]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(name=st.sampled_from(sorted(CRITERIA)), limit=st.integers(1, 9), budget=st.integers(1, 40), up=st.booleans())
def test_goes_of_any_budget_together_find_everything_once(
    filled: sa.Engine, name: str, limit: int, budget: int, *, up: bool
) -> None:
    """Each goes on where the one before says it came to: nothing twice, nothing left out, and always further."""
    criteria, found, edge = CRITERIA[name], list[int](), None
    with reading(filled) as tx:
        for _go in range(5 * SIZE):
            where = {"after": edge, "is_upwards": True} if up else {"before": edge}
            page = scan(tx, criteria, limit=limit, budget=budget, **where)  # type: ignore[arg-type]
            assert len(page.rows) <= limit
            found += [each.position for each in page.rows]
            if page.reached is None:
                break
            assert edge is None or (page.reached > edge if up else page.reached < edge)
            edge = page.reached

    expected = [each.position for each in ROWS if matches(each, criteria)]
    assert found == (expected if up else expected[::-1])


def test_seldom_condition_drives_though_a_common_one_stands_first(filled: sa.Engine) -> None:
    """The one failure is found within a budget that the person's many entries would use up."""
    criteria = SearchCriteria(choices=(one("actor_id", "p-1"), one("outcome", "failed")))
    with reading(filled) as tx:
        page = scan(tx, criteria, limit=5, budget=10)

    assert ([each.position for each in page.rows], page.reached) == ([40], None)


def test_times_become_positions(filled: sa.Engine) -> None:
    """Past the end where nothing is as late; the end is left out; gaps are kept apart."""
    first, beyond = NOW + 420 * MINUTE, NOW + dt.timedelta(days=999)
    with reading(filled) as tx:
        assert first_positions(tx, [NOW - MINUTE, first, first + MINUTE, beyond]) == [0, 1, 2, END]
        criteria = SearchCriteria(times=(TimeSpan(first, None), TimeSpan(None, first + MINUTE, is_excluded=True)))
        assert bounds_of(tx, criteria) == Bounds(1, END, ((0, 2),))


def test_tallies_are_what_the_rows_say(filled: sa.Engine) -> None:
    """Added up batch by batch, and made anew, they are the same; a person counts once for an entry."""
    table = "SELECT kind, subject, hour, number FROM trail_tallies ORDER BY kind, subject, hour"
    with transaction(filled) as tx:
        added = [tuple(each) for each in tx.execute(sa.text(table))]
        trail_tallying.recount_everything(tx)
        assert [tuple(each) for each in tx.execute(sa.text(table))] == added
        trail_tallying.recount_person(tx, "p-1")
        assert [tuple(each) for each in tx.execute(sa.text(table))] == added
    of_person = [each for each in ROWS if "p-1" in {each.actor_id, each.subject_id}]
    assert sum(number for kind, subject, _hour, number in added if (kind, subject) == ("p", "p-1")) == len(of_person)
