"""A day in numbers: whose midnight, which looks count, how fast pages were read."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from vault.policy.alert_facts import (
    DayEvents,
    DayFacts,
    Opening,
    PageRead,
    Refusal,
    SessionFacts,
    SessionPlace,
    bounds_of,
    day_of,
    device_of,
    facts_of,
    zone_of,
)

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
NINE = dt.datetime(2026, 11, 26, 9, 0, tzinfo=dt.UTC)
LONG_AGO = NINE - dt.timedelta(days=100)


def facts(events: DayEvents, *, zone: dt.tzinfo = dt.UTC, seen: frozenset[str] = frozenset()) -> DayFacts:
    return facts_of(events, zone=zone, seen_before=seen, settling=dt.timedelta(days=14), rush=dt.timedelta(minutes=60))


def look(number: int, *, minutes: int = 0, assigned_at: dt.datetime | None = LONG_AGO, **more: object) -> Opening:
    moment = NINE + dt.timedelta(minutes=minutes)
    return Opening(moment, f"v{number}", f"d{number}", "s1", assigned_at, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        (dt.date(2026, 11, 26), BERLIN, 24),
        (dt.date(2026, 3, 29), BERLIN, 23),
        (dt.date(2026, 10, 25), BERLIN, 25),
        (dt.date(2026, 3, 29), SHANGHAI, 24),
    ],
)
def test_day_is_as_long_as_the_clock_there_says(day: dt.date, zone: ZoneInfo, hours: int) -> None:
    """Days meet without a gap, and each moment of one is in it, also when clocks change."""
    begin, end = bounds_of(day, zone)
    assert (end - begin) == dt.timedelta(hours=hours)
    assert bounds_of(day + dt.timedelta(days=1), zone)[0] == end
    millisecond = dt.timedelta(milliseconds=1)
    assert [day_of(each, zone) for each in (begin, end - millisecond)] == [day, day]
    assert day_of(begin - millisecond, zone) == day - dt.timedelta(days=1)


def test_midnight_is_where_the_person_is() -> None:
    """17:00 in London is tomorrow in Shanghai."""
    assert day_of(dt.datetime(2026, 11, 26, 17, 0, tzinfo=dt.UTC), SHANGHAI) == dt.date(2026, 11, 27)
    assert zone_of("Mars/Olympus") is dt.UTC


def test_document_opened_again_is_one_look() -> None:
    """Three views of one document are one; two documents of a dossier are one dossier."""
    again = [look(1), look(1, minutes=5), look(1, minutes=9), Opening(NINE, "v9", "d1", "s1", LONG_AGO)]
    found = facts(DayEvents(openings=again))
    assert (found.looks, found.first_seen) == (2, 1)


def test_new_dossiers_are_those_never_seen_before() -> None:
    """And neither those just assigned nor those of a campaign."""
    fresh = NINE - dt.timedelta(days=13, hours=23)
    openings = [look(1), look(2), look(3, assigned_at=fresh), look(4, in_campaign=True)]
    found = facts(DayEvents(openings=openings), seen=frozenset({"d1"}))
    assert (found.looks, found.settling, found.campaign, found.counted, found.first_seen) == (4, 1, 1, 2, 1)


def test_settling_ends_to_the_minute() -> None:
    """After 14 days a dossier is like any other."""
    assert facts(DayEvents(openings=[look(1, assigned_at=NINE - dt.timedelta(days=14))])).settling == 0


def test_what_was_not_assigned_is_outside() -> None:
    """By a grant or by breaking glass: it counts, and is said."""
    found = facts(DayEvents(openings=[look(1, assigned_at=None), look(2)]))
    assert (found.looks, found.outside) == (2, 1)


def test_rush_is_the_busiest_hour_wherever_it_begins() -> None:
    """Not the busiest hour of the clock: 40 pages before and 40 after ten are one rush."""
    pages = [PageRead(NINE + dt.timedelta(minutes=40 + each / 2), f"v{each % 8}") for each in range(80)]
    pages += [PageRead(NINE + dt.timedelta(hours=3), "v99")]
    found = facts(DayEvents(pages=pages))
    assert (found.rush_pages, found.rush_documents, found.rush_minutes) == (80, 8, 60)


def test_page_an_hour_later_is_not_in_the_rush() -> None:
    """The window is open at its end."""
    pages = [PageRead(NINE, "v1"), PageRead(NINE + dt.timedelta(minutes=60), "v2")]
    assert facts(DayEvents(pages=pages)).rush_pages == 1


def test_refused_twice_of_one_document_is_one() -> None:
    """Ids that are none count each by itself: they are guessed."""
    refusals = [Refusal(NINE, "v1", is_outside=True)] * 2
    refusals += [Refusal(NINE, "", is_outside=True)] * 2 + [Refusal(NINE, "v2", is_outside=False)]
    found = facts(DayEvents(refusals=refusals))
    assert (found.refused_outside, found.refused) == (3, 5)


def test_hours_are_those_of_the_persons_clock() -> None:
    """Nine o'clock in London is five in the afternoon in Shanghai."""
    events = DayEvents(openings=[look(1), look(2)], sessions={"s1": SessionPlace("Head office", "Firefox")})
    found = facts(events, zone=SHANGHAI)
    assert found.hours == ((17, 2),)
    assert found.sessions == (SessionFacts("Head office", "Firefox", ((17, 2),)),)


def test_update_of_a_browser_is_no_new_device() -> None:
    """Numbers change with every update, names do not."""
    old = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
    new = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0.1"
    assert device_of(old) == device_of(new)
    assert device_of(old) != device_of("Mozilla/5.0 (Macintosh) Safari/605.1.15")
