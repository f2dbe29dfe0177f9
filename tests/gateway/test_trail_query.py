"""The trail's query as a form and as an address: times in the auditor's zone, addresses in UTC."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from werkzeug.datastructures import MultiDict

from gateway.trail_query import FilterForm, address_of, chips_of, form_of, position_of, query_of_address
from tests.gateway.visitor import Web
from vault.errors import InputError
from vault.trail.querying import QueryNames, TrailQuery


@pytest.fixture(autouse=True)
def request_of_nobody(web: Web) -> Iterator[None]:
    """Labels need a language."""
    with web.app.test_request_context("/"):
        yield


def typed(**fields: str) -> FilterForm:
    return FilterForm(MultiDict(fields))


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize("text", ["2026-11-24T17:00", "2026-11-24 17:00", " 2026-11-24T17:00:00 "])
def test_typed_time_is_in_the_auditors_zone(text: str) -> None:
    """Shanghai, eight hours ahead."""
    assert typed(since=text).query(timezone="Asia/Shanghai").since == utc(2026, 11, 24, 9)


def test_typed_day_begins_at_its_midnight() -> None:
    """There, not in UTC."""
    assert typed(until="2026-11-24").query(timezone="Asia/Shanghai").until == utc(2026, 11, 23, 16)


def test_hour_that_a_clock_change_repeats_is_taken_whole() -> None:
    """London, 25 October 2026: 01:30 comes twice; from the first of them, before the second."""
    query = typed(since="2026-10-25T01:30", until="2026-10-25T01:30").query(timezone="Europe/London")

    assert (query.since, query.until) == (utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 30))


@pytest.mark.parametrize("name", ["since", "until"])
@pytest.mark.parametrize(
    "text", ["yesterday", "2026-13-01", "0001-01-01T00:00", "9999-12-31T23:59", "24.11.2026", "\x00", "2" * 10_000]
)
def test_what_is_no_time_is_refused_at_its_field(name: str, text: str) -> None:
    """Also years that no trail has."""
    form = typed(**{name: text})
    with pytest.raises(InputError) as refused:
        form.query(timezone="Asia/Shanghai")
    form.refuse(refused.value)

    assert form[name].errors


def test_query_and_address_are_one_another() -> None:
    """What leads to a query is made of it, without empty values."""
    query = TrailQuery(person="p" + "a" * 26, event="view.opened", since=utc(2026, 11, 24, 9), until=utc(2026, 11, 25))

    address = address_of(query)

    assert address == {
        "person": "p" + "a" * 26,
        "event": "view.opened",
        "since": "2026-11-24T09:00:00Z",
        "until": "2026-11-25T00:00:00Z",
    }
    assert query_of_address(address) == query


@pytest.mark.parametrize(
    "text", ["2026-11-24", "2026-11-24T09:00:00+08:00", "1700000000", "\x00", "0001-01-01T00:00:00Z"]
)
def test_address_with_another_time_is_refused(text: str) -> None:
    """One spelling, so that nobody guesses what a link means."""
    with pytest.raises(InputError, match=r"trail\.time"):
        query_of_address({"since": text})


@pytest.mark.parametrize(
    ("sent", "position"),
    [
        ("", None),
        ("12", 12),
        ("-1", None),
        ("1e3", None),
        ("１２", None),
        ("9" * 16, None),
        ("9" * 5000, None),
        (" 1", None),
    ],
)
def test_position_is_a_number_of_ours_or_none(sent: str, position: int | None) -> None:
    """No digit of another script, no number that no trail has."""
    assert position_of(sent) == position


def test_form_is_filled_with_what_people_call_things() -> None:
    """Staff number and reference instead of ids, times back in the zone."""
    query = TrailQuery(person="p" + "a" * 26, dossier="d" + "a" * 26, since=utc(2026, 11, 24, 9))
    form = form_of(query, QueryNames("王晓明", "N-2001", "D2026-00007"), timezone="Asia/Shanghai")

    assert (form.person.data, form.dossier.data, form.since.data) == ("N-2001", "D2026-00007", "2026-11-24T17:00")


def test_each_chip_leads_to_the_query_without_it() -> None:
    """And names what it stands for."""
    query = TrailQuery(person="p" + "a" * 26, event="view.opened", outcome="denied")
    chips = chips_of(query, QueryNames("王晓明", "N-2001"))

    assert [(str(chip.name), str(chip.words)) for chip in chips] == [
        ("Person", "王晓明 · N-2001"),
        ("Event", "View granted"),
        ("Outcome", "Denied"),
    ]
    assert [set(chip.others) for chip in chips] == [{"event", "outcome"}, {"person", "outcome"}, {"person", "event"}]
