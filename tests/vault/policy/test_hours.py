"""Working hours by the wall clock, as literal tables: weeks, midnight, and the nights on which clocks are set."""

from __future__ import annotations

import datetime as dt

import pytest

from vault.policy.document import WorkingHours
from vault.policy.hours import (
    Span,
    day_of,
    end_of_hours,
    first_moment_of_next_day,
    is_working_time,
    next_hours,
    read_span,
)

OFFICE = WorkingHours(spans=("mon-fri 08:00-18:00",), holidays=("2026-10-01", "2026-10-02"))
TWO_PARTS = WorkingHours(spans=("mon-fri 08:00-12:00", "mon-fri 13:00-17:30"))
NIGHT = WorkingHours(spans=("mon-fri 22:00-24:00", "tue-wed 00:00-06:00"))
ALWAYS = WorkingHours(spans=("mon-sun 00:00-24:00",))
AT_TWO = WorkingHours(spans=("sun 00:00-02:30",))
FROM_HALF_PAST_TWO = WorkingHours(spans=("sun 02:30-04:00",))
SHANGHAI, BERLIN, BEIRUT = "Asia/Shanghai", "Europe/Berlin", "Asia/Beirut"


def at(words: str) -> dt.datetime:
    """A moment in UTC."""
    return dt.datetime.fromisoformat(words).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("hours", "zone", "moment", "end", "beginning"),
    [
        # 2026-11-02 is a Monday; Shanghai is eight hours ahead all year
        (OFFICE, SHANGHAI, "2026-11-02 00:00", "2026-11-02 10:00", None),
        (OFFICE, SHANGHAI, "2026-11-01 23:59", None, "2026-11-02 00:00"),
        (OFFICE, SHANGHAI, "2026-11-02 09:59", "2026-11-02 10:00", None),
        (OFFICE, SHANGHAI, "2026-11-02 10:00", None, "2026-11-03 00:00"),
        (OFFICE, SHANGHAI, "2026-11-06 12:00", None, "2026-11-09 00:00"),  # over the weekend
        (OFFICE, SHANGHAI, "2026-10-01 02:00", None, "2026-10-05 00:00"),  # two holidays, then a weekend
        (TWO_PARTS, "UTC", "2026-11-02 11:59", "2026-11-02 12:00", None),
        (TWO_PARTS, "UTC", "2026-11-02 12:30", None, "2026-11-02 13:00"),
        # a night shift is two parts that meet at midnight; on Wednesday night nothing follows
        (NIGHT, "UTC", "2026-11-02 23:00", "2026-11-03 06:00", None),
        (NIGHT, "UTC", "2026-11-03 00:00", "2026-11-03 06:00", None),
        (NIGHT, "UTC", "2026-11-04 23:59", "2026-11-05 00:00", None),
        (ALWAYS, BERLIN, "2026-10-25 00:30", None, None),
        # Berlin, 2026-03-29: at 01:00 UTC the clock goes from 02:00 to 03:00; half past two is never shown
        (AT_TWO, BERLIN, "2026-03-29 00:59", "2026-03-29 01:00", None),
        (AT_TWO, BERLIN, "2026-03-29 01:00", None, "2026-04-04 22:00"),
        (FROM_HALF_PAST_TWO, BERLIN, "2026-03-29 00:59", None, "2026-03-29 01:00"),
        (FROM_HALF_PAST_TWO, BERLIN, "2026-03-29 01:00", "2026-03-29 02:00", None),
        # Berlin, 2026-10-25: at 01:00 UTC the clock goes from 03:00 back to 02:00; half past two is shown twice
        (AT_TWO, BERLIN, "2026-10-25 00:29", "2026-10-25 00:30", None),
        (AT_TWO, BERLIN, "2026-10-25 00:30", None, "2026-10-25 01:00"),
        (AT_TWO, BERLIN, "2026-10-25 01:00", "2026-10-25 01:30", None),
        (OFFICE, BERLIN, "2026-10-23 15:59", "2026-10-23 16:00", None),  # summer time
        (OFFICE, BERLIN, "2026-10-26 16:59", "2026-10-26 17:00", None),  # winter time
    ],
)
def test_working_time_ends_and_begins_as_the_wall_clock_says(
    hours: WorkingHours, zone: str, moment: str, end: str | None, beginning: str | None
) -> None:
    """Each moment is in working time with an end, or outside of it with a beginning to come."""
    now = at(moment)
    assert end_of_hours(hours, zone, now) == (at(end) if end else None)
    assert next_hours(hours, zone, now) == (at(beginning) if beginning else None)
    assert is_working_time(hours, zone, now) == (beginning is None)


@pytest.mark.parametrize("zone", [BERLIN, SHANGHAI, BEIRUT, "America/Sao_Paulo", "Australia/Lord_Howe", "UTC"])
def test_end_is_the_first_minute_that_is_not_worked(zone: str) -> None:
    """Minute by minute through the nights of the year on which clocks are set, against a plain search."""
    minute = dt.timedelta(minutes=1)
    for beginning in ("2026-03-28 20:00", "2026-04-04 12:00", "2026-10-24 20:00", "2026-11-02 12:00"):
        now = at(beginning)
        for hours in (AT_TWO, FROM_HALF_PAST_TWO, NIGHT):
            worked = [is_working_time(hours, zone, now + step * minute) for step in range(16 * 60)]
            for step in range(0, 8 * 60, 13):
                if worked[step] and False in worked[step:]:
                    after = worked.index(False, step)
                    assert end_of_hours(hours, zone, now + step * minute) == now + after * minute


@pytest.mark.parametrize(
    ("zone", "moment", "day", "next_day"),
    [
        (SHANGHAI, "2026-11-02 15:59", "2026-11-02", "2026-11-02 16:00"),
        (SHANGHAI, "2026-11-02 16:00", "2026-11-03", "2026-11-03 16:00"),
        ("UTC", "2026-11-02 16:00", "2026-11-02", "2026-11-03 00:00"),
        (BERLIN, "2026-10-25 12:00", "2026-10-25", "2026-10-25 23:00"),  # a day of 25 hours
        (BERLIN, "2026-03-28 23:30", "2026-03-29", "2026-03-29 22:00"),  # a day of 23 hours
        (BEIRUT, "2026-03-28 12:00", "2026-03-28", "2026-03-28 22:00"),  # its next day begins at 01:00
    ],
)
def test_day_is_that_of_the_zone(zone: str, moment: str, day: str, next_day: str) -> None:
    """Midnight is where the policy says, whatever the length of the day."""
    assert day_of(zone, at(moment)) == day
    assert first_moment_of_next_day(zone, at(moment)) == at(next_day)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("mon-fri 08:00-18:00", Span((0, 1, 2, 3, 4), 480, 1080)),
        ("sun 00:00-24:00", Span((6,), 0, 1440)),
        ("sat-mon 09:05-09:06", Span((5, 6, 0), 545, 546)),
    ],
)
def test_span_is_read_as_it_is_written(text: str, span: Span) -> None:
    """One day or several in a row, also over the end of the week."""
    assert read_span(text) == span
