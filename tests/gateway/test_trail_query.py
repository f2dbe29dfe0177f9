"""The trail's query as a form and as an address: times in the auditor's zone, addresses in UTC."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from gateway.sentence_table import SENTENCES
from gateway.trail_form import FilterForm, LineForm, form_of, line_form_of
from gateway.trail_query import address_of, chips_of, position_of, query_of_address
from tests.gateway.visitor import Web
from vault.errors import InputError
from vault.trail.query import Field
from vault.trail.querying import QueryNames, TrailQuery, parse_query, text_of

WANG, DOSSIER = "p" + "a" * 26, "d" + "a" * 26
NOW = dt.datetime(2026, 11, 24, 10, 0, tzinfo=dt.UTC)
NAMES = QueryNames({WANG: ("王晓明", "N-2001")}, {DOSSIER: "D2026-00007"})


@pytest.fixture(autouse=True)
def request_of_nobody(web: Web) -> Iterator[None]:
    """Labels need a language."""
    with web.app.test_request_context("/"):
        yield


def typed(**fields: str) -> FilterForm:
    return FilterForm(MultiDict(fields))


def query_of(form: FilterForm | LineForm, timezone: str = "Asia/Shanghai") -> TrailQuery:
    return form.query(timezone=timezone, now=NOW)


def asked(line: str) -> TrailQuery:
    return parse_query(line, "UTC", now=NOW)


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize("text", ["2026-11-24T17:00", "2026-11-24 17:00", " 2026-11-24T17:00:00 "])
def test_typed_time_is_in_the_auditors_zone(text: str) -> None:
    """Shanghai, eight hours ahead."""
    assert query_of(typed(since=text)) == TrailQuery(since=utc(2026, 11, 24, 9))


def test_typed_day_begins_at_its_midnight() -> None:
    """There, not in UTC."""
    assert query_of(typed(until="2026-11-24")) == TrailQuery(until=utc(2026, 11, 23, 16))


def test_hour_that_a_clock_change_repeats_is_taken_whole() -> None:
    """London, 25 October 2026: 01:30 comes twice; from the first of them, before the second."""
    query = query_of(typed(since="2026-10-25T01:30", until="2026-10-25T01:30"), "Europe/London")

    assert query == TrailQuery(since=utc(2026, 10, 25, 0, 30), until=utc(2026, 10, 25, 1, 30))


@pytest.mark.parametrize("name", ["since", "until"])
@pytest.mark.parametrize(
    "text", ["yesterday", "2026-13-01", "0001-01-01T00:00", "9999-12-31T23:59", "24.11.2026", "\x00", "2" * 10_000]
)
def test_what_is_no_time_is_refused_at_its_field(name: str, text: str) -> None:
    """Also years that no trail has."""
    form = typed(**{name: text})
    with pytest.raises(InputError) as refused:
        query_of(form)
    form.refuse(refused.value)

    assert form[name].errors


def test_query_and_address_are_one_another() -> None:
    """The address of a query is its line, with moments in UTC; that of everything is bare."""
    query = TrailQuery(person=WANG, event="view.opened", since=utc(2026, 11, 24, 9), until=utc(2026, 11, 25))

    address = address_of(query)

    assert address == {"q": f"person:{WANG} event:view.opened time:2026-11-24T09:00:00Z..2026-11-25T00:00:00Z"}
    assert query_of_address(address) == query
    assert address_of(TrailQuery()) == {}


def test_address_may_name_single_search_words() -> None:
    """Beside a line or without one, so that a page can link to what happened with one document."""
    address = {"event": "view.opened", "since": "2026-11-24T09:00:00Z", "q": "-outcome:denied"}

    assert query_of_address(address) == asked("-outcome:denied event:view.opened time:2026-11-24T09:00:00Z..")


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
    form = form_of(
        TrailQuery(person=WANG, dossier=DOSSIER, since=utc(2026, 11, 24, 9)), NAMES, timezone="Asia/Shanghai"
    )

    assert (form.person.data, form.dossier.data, form.since.data) == ("N-2001", "D2026-00007", "2026-11-24T17:00")
    assert form.rest.data == ""


def test_line_is_filled_with_what_people_call_things() -> None:
    """The same, as its reader would have typed it; their own zone goes without saying."""
    query = parse_query(f"-actor:{WANG} dossier:{DOSSIER} time:2026-11-24 hours:22..6", "Asia/Shanghai", now=NOW)

    def shown(timezone: str) -> str:
        return str(line_form_of(query, NAMES, timezone=timezone).line.data)

    assert shown("Asia/Shanghai") == "-actor:N-2001 dossier:D2026-00007 time:2026-11-24 hours:22:00..06:00"
    assert shown("Europe/London").endswith("hours:22:00..06:00 zone:Asia/Shanghai")
    for zone in ("Asia/Shanghai", "Europe/London"):
        again = query_of(LineForm(MultiDict({"line": shown(zone)})), zone)
        assert text_of(again) == text_of(query).replace(WANG, "N-2001").replace(DOSSIER, "D2026-00007")


def test_fields_keep_what_they_cannot_say() -> None:
    """Alternatives, families, words and what must not hold travel along hidden, and are asked for again."""
    query = asked(
        f'event:view.opened,view.denied -person:{WANG} reason:"line four" outcome:denied document:f{"b" * 26}'
    )
    form = form_of(query, NAMES, timezone="Asia/Shanghai")

    assert (form.outcome.data, form.event.data, form.reason.data) == ("denied", None, None)
    again = query_of(typed(**{name: field.data or "" for name, field in form._fields.items()}))
    assert set(again.terms) == set(query.terms)


def test_chip_leads_to_the_query_without_it_and_with_its_opposite() -> None:
    """And names what it stands for."""
    query = asked(f"person:{WANG} -event:view.opened,view.* outcome:denied")
    chips = chips_of(query, NAMES)

    assert [(str(chip.name), str(chip.words), chip.is_excluded) for chip in chips] == [
        ("Person", "王晓明 · N-2001", False),
        ("Event", "View granted / Views (view.*)", True),
        ("Outcome", "Denied", False),
    ]
    assert text_of(chips[0].without) == "-event:view.opened,view.* outcome:denied"
    assert [text_of(chip.turned) for chip in chips if chip.turned] == [
        f"-person:{WANG} -event:view.opened,view.* outcome:denied",
        f"person:{WANG} event:view.opened,view.* outcome:denied",
        f"person:{WANG} -event:view.opened,view.* -outcome:denied",
    ]


def test_every_search_word_has_a_chip_in_words() -> None:
    """No value of any of them is shown as the machine spells it."""
    ids = " ".join(f"{name}:{kind}{'b' * 26}" for name, kind in (("document", "f"), ("view", "w"), ("session", "s")))
    line = f'{ids} reason:offer,"line four" case:V-7 place:"Head office" declared:hotel address:10.1. source:declared '
    query = asked(f"{line} hours:22..6 day:sat,sun is:out_of_hours index:5..9 time:2026-11-24.. zone:Asia/Shanghai")

    assert {str(chip.name): Markup(chip.words).striptags() for chip in chips_of(query, NAMES)} == {
        "Document": "fbbbbbbbb…",
        "View": "wbbbbbbbb…",
        "Session": "sbbbbbbbb…",
        "Reason": "Offer / line four",
        "Case number": "V-7",
        "Place": "Head office",
        "Declared place": "hotel",
        "Network address": "10.1.",
        "How the place is known": "declared",
        "Hours": "22:00–06:00",
        "Day of the week": "Saturday / Sunday",
        "When": "out of hours",
        "Entry": "#5..9",
        "Time": "23 Nov 2026, 16:00 UTC –",
        "Time zone": "Asia/Shanghai",
    }


def test_refused_line_shows_the_place() -> None:
    """What stands before it, the word there, and what comes behind; nothing of it is lost."""
    form = LineForm(MultiDict({"line": "actor:wang evnt:view.* outcome:denied"}))
    with pytest.raises(InputError) as refused:
        query_of(form)
    form.refuse(refused.value)

    assert (form.before_fault, form.at_fault, form.after_fault) == ("actor:wang ", "evnt:view.*", " outcome:denied")
    assert form.line.errors[0].startswith("Column 12: a search word was expected here")


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("event:view.opened,veiw.*,page.read", ("event:view.opened,", "veiw.*", ",page.read")),
        ('actor:wang event:"view opened" is:unanswered', ("actor:wang event:", '"view opened"', " is:unanswered")),
        ("actor:", ("actor:", "", "")),
    ],
)
def test_bad_value_alone_is_shown(line: str, parts: tuple[str, str, str]) -> None:
    """Not its whole condition; with its quotation marks."""
    form = LineForm(MultiDict({"line": line}))
    with pytest.raises(InputError) as refused:
        query_of(form)
    form.refuse(refused.value)

    assert (form.before_fault, form.at_fault, form.after_fault) == parts


def test_every_search_word_is_named_where_one_is_expected() -> None:
    """In both languages."""
    sentence = SENTENCES["trail.query_field"]
    for field in Field:
        assert re.search(rf"(?<![a-z]){field.value}(?![a-z])", sentence.en)
        assert re.search(rf"(?<![a-z]){field.value}(?![a-z])", sentence.zh)
