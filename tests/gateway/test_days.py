"""Days as people enter them, in their own zone."""

from __future__ import annotations

import datetime as dt

import pytest

from gateway.days import first_moment, last_moment


@pytest.mark.parametrize(
    ("words", "timezone", "first", "last"),
    [
        ("2026-12-05", "UTC", "2026-12-05T00:00Z", "2026-12-06T00:00Z"),
        (" 2026-12-05 ", "Asia/Shanghai", "2026-12-04T16:00Z", "2026-12-05T16:00Z"),
        # the clocks change within the day: 23 and 25 hours
        ("2027-03-28", "Europe/London", "2027-03-28T00:00Z", "2027-03-28T23:00Z"),
        ("2027-10-31", "Europe/London", "2027-10-30T23:00Z", "2027-11-01T00:00Z"),
        # the clocks change at midnight: the day begins at one
        ("2024-04-26", "Africa/Cairo", "2024-04-25T22:00Z", "2024-04-26T21:00Z"),
    ],
)
def test_day_begins_and_ends_where_the_person_is(words: str, timezone: str, first: str, last: str) -> None:
    """From its first moment to the first of the next, also on days that are no 24 hours long."""
    assert first_moment(words, timezone=timezone) == dt.datetime.fromisoformat(first)
    assert last_moment(words, timezone=timezone) == dt.datetime.fromisoformat(last)


@pytest.mark.parametrize("words", ["", "  "])
def test_no_day_is_none(words: str) -> None:
    """An empty field says nothing."""
    assert first_moment(words, timezone="UTC") is None
    assert last_moment(words, timezone="UTC") is None


@pytest.mark.parametrize("words", ["tomorrow", "2026-02-30", "05/12/2026", "2026-12-05T10:00", "-1", "٢٠٢٦-١٢-٠٥x"])
def test_what_is_no_day_is_an_error(words: str) -> None:
    """It is never guessed at."""
    for read in (first_moment, last_moment):
        with pytest.raises(ValueError):
            read(words, timezone="Asia/Shanghai")


def test_days_at_the_ends_of_the_calendar_are_errors() -> None:
    """Not faults of the program."""
    with pytest.raises(ValueError):
        last_moment("9999-12-31", timezone="UTC")
    with pytest.raises(ValueError):
        first_moment("0001-01-01", timezone="Asia/Shanghai")
