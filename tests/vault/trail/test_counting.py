"""Bars: how many entries over time, exactly where that is cheap, and at least how many where it is not."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.company import OFFICE_PLACE, PASSWORD, Company
from vault.clock import FixedClock
from vault.database.engine import reading
from vault.people.signing_in import sign_in
from vault.trail import counting
from vault.trail.counting import Bars, Unit, count_over_time
from vault.trail.querying import criteria_of, parse_query
from vault.trail.searching import search_trail

SHANGHAI = "Asia/Shanghai"


@pytest.fixture
def spread(company: Company, clock: FixedClock) -> Company:
    """Three people sign in every five hours, for four days."""
    company.sequence()
    for _time in range(20):
        clock.advance(dt.timedelta(hours=5))
        for login in ("borrower", "other", "borrower"):
            sign_in(company.vault, login=login, password=PASSWORD, place=OFFICE_PLACE, user_agent="")
        company.sequence()
    return company


def bars_of(company: Company, line: str, zone: str = SHANGHAI) -> Bars | None:
    with reading(company.vault.engine) as tx:
        query = parse_query(line, zone, now=company.vault.clock.now())
        return count_over_time(tx, criteria_of(tx, query), zone=zone)


def logged_of(company: Company, line: str, zone: str) -> list[dt.datetime]:
    """When every entry was logged that the query finds."""
    query, found, before = parse_query(line, zone, now=company.vault.clock.now()), list[dt.datetime](), None
    while True:
        page = search_trail(company.vault, company.at_keyboard("auditor"), query=query, before=before, limit=200)
        found += [row.logged for row in page.rows]
        if page.next_before is None:
            return found
        before = page.next_before


@pytest.mark.parametrize(
    "line",
    [
        "",
        "time:2026-11-25..",
        "time:2026-11-25..2026-11-26",
        "time:2026-11-24T18:17..2026-11-26T09:43",
        "event:session.opened",
        "event:session.*,key.created",
        "event:session.opened time:2026-11-25",
        "event:session.opened time:2026-11-25T03:30..",
        "-outcome:success",
        "person:borrower",
        "person:borrower time:2026-11-25..",
        "actor:borrower,other event:session.opened",
        "-person:borrower",
        "hours:0..12",
        "index:5..40",
        "-index:5..40",
        "-time:2026-11-25",
        "event:trail.pruned",
    ],
)
@pytest.mark.parametrize("zone", [SHANGHAI, "Asia/Kolkata"])
def test_bars_add_up_to_what_is_found(spread: Company, line: str, zone: str) -> None:
    """Each bar has exactly the entries of its time, however it was counted; zones of half hours as well."""
    bars = bars_of(spread, line, zone)
    found = logged_of(spread, line, zone)

    assert bars is not None
    assert bars.is_whole
    assert all(one.until == other.since for one, other in zip(bars.bars, bars.bars[1:], strict=False))
    numbers = [sum(bar.since <= moment < bar.until for moment in found) for bar in bars.bars]
    assert [bar.number for bar in bars.bars] == numbers
    assert bars.total == len(found)


def test_bars_are_as_fine_as_their_number_allows(spread: Company) -> None:
    """Hours for a day, days for the four of them, in the reader's zone."""
    day, all_of_it = bars_of(spread, "time:2026-11-25"), bars_of(spread, "")

    assert day is not None
    assert all_of_it is not None
    assert (day.unit, len(day.bars)) == (Unit.HOUR, 24)
    assert all_of_it.unit is Unit.DAY
    assert {bar.since.astimezone(dt.UTC).hour for bar in all_of_it.bars} == {16}  # midnight in Shanghai


def test_what_was_not_looked_at_is_not_counted_as_nothing(spread: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest are exact, the bar at the edge is at least that, older ones are unknown."""
    monkeypatch.setattr(counting, "COUNTED", 20)
    bars = bars_of(spread, "event:session.opened actor:borrower,other")

    assert bars is not None
    assert not bars.is_whole
    known = [bar.is_whole for bar in bars.bars]
    assert known == sorted(known)
    assert bars.total <= 20
    assert [bar.number for bar in bars.bars if not bar.is_whole][:-1] == [0] * (known.count(False) - 1)


def test_words_and_empty_times_have_no_bars(spread: Company) -> None:
    """Nothing can be counted without opening it; before the trail began there is nothing to count over."""
    assert bars_of(spread, 'reason:"line four"') is None
    assert bars_of(spread, "time:2020") is None


def test_tallies_that_began_late_are_not_asked(spread: Company) -> None:
    """After an upgrade they do not reach back; the rows are counted instead."""
    whole = bars_of(spread, "person:borrower")
    with spread.vault.engine.begin() as tx:
        tx.exec_driver_sql("UPDATE trail_head SET detailed_from = 10")
        tx.exec_driver_sql("DELETE FROM trail_tallies")

    assert bars_of(spread, "person:borrower") == whole
