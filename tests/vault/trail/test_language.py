"""The query language: what a line means, that its canonical spelling is read as the same, and where a fault is."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.errors import InputError
from vault.ledger.events import Event, Outcome
from vault.model import PlaceSource, ReasonCategory
from vault.trail.language import MOST_CHARACTERS, parse_query, text_of
from vault.trail.language_times import DAYS, Calendar
from vault.trail.query import Field, Term, TrailQuery, span_text

NOW = dt.datetime(2026, 11, 24, 10, 0, tzinfo=dt.UTC)
SHANGHAI = "Asia/Shanghai"


def asked(line: str, zone: str = SHANGHAI) -> TrailQuery:
    return parse_query(line, zone, now=NOW)


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)  # type: ignore[misc, arg-type]


def test_line_is_conditions_that_all_hold() -> None:
    """Alternatives, what must not hold, words in quotation marks."""
    query = asked('actor:wang event:view.opened,view.denied -outcome:denied reason:"line four, south"')

    assert query.terms == (
        Term(Field.ACTOR, ("wang",)),
        Term(Field.EVENT, ("view.opened", "view.denied")),
        Term(Field.OUTCOME, ("denied",), is_excluded=True),
        Term(Field.REASON, ("line four, south",)),
    )
    assert [term.column for term in query.terms] == [1, 12, 42, 58]


def test_empty_line_asks_for_everything() -> None:
    """Also one of blanks."""
    assert asked("") == asked(" \t　 ") == TrailQuery()


@pytest.mark.parametrize(
    "line",
    [
        "person：王晓明，lee　－outcome：denied",
        "PERSON:王晓明、lee  -Outcome:DENIED",
        "person:“王晓明”,「lee」 －outcome：“denied”",
        'person:"王晓明",lee ﹣outcome:denied',
        "ｐｅｒｓｏｎ：王晓明,lee -outcome:ｄｅｎｉｅｄ",
    ],
)
def test_chinese_keyboard_types_the_same(line: str) -> None:
    """Full-width colons, commas, hyphens, spaces, letters, and its quotation marks."""
    assert text_of(asked(line)) == "person:王晓明,lee -outcome:denied"


@pytest.mark.parametrize(
    ("value", "since", "until"),
    [
        ("2026-11-24", utc(2026, 11, 23, 16), utc(2026, 11, 24, 16)),
        ("2026-11", utc(2026, 10, 31, 16), utc(2026, 11, 30, 16)),
        ("2026", utc(2025, 12, 31, 16), utc(2026, 12, 31, 16)),
        ("2026-12", utc(2026, 11, 30, 16), utc(2026, 12, 31, 16)),
        ("2026-11-01..", utc(2026, 10, 31, 16), None),
        ("..2026-11-07", None, utc(2026, 11, 7, 16)),
        ("2026-11-01..2026-11-07", utc(2026, 10, 31, 16), utc(2026, 11, 7, 16)),
        ("2026-10..2026-11", utc(2026, 9, 30, 16), utc(2026, 11, 30, 16)),
        ("2026-11-24T17:00", utc(2026, 11, 24, 9), utc(2026, 11, 24, 9, 1)),
        ("2026-11-24T17", utc(2026, 11, 24, 9), utc(2026, 11, 24, 10)),
        ("2026-11-24T17:00..2026-11-24T18:30", utc(2026, 11, 24, 9), utc(2026, 11, 24, 10, 30)),
        ('"2026-11-24 17:00.."', utc(2026, 11, 24, 9), None),
        ("2026-11-24T17:00:00Z..", utc(2026, 11, 24, 17), None),
        ("today", utc(2026, 11, 23, 16), utc(2026, 11, 24, 16)),
        ("昨天", utc(2026, 11, 22, 16), utc(2026, 11, 23, 16)),
        ("yesterday..today", utc(2026, 11, 22, 16), utc(2026, 11, 24, 16)),
        ("7d", utc(2026, 11, 17, 10), None),
        ("..24h", None, utc(2026, 11, 23, 10)),
        ("2w..1w", utc(2026, 11, 10, 10), utc(2026, 11, 17, 10)),
    ],
)
def test_times_are_of_the_readers_zone(value: str, since: dt.datetime | None, until: dt.datetime | None) -> None:
    """A day at the end is in the span, a time of day is not; what is held are moments in UTC."""
    assert asked(f"time:{value}") == TrailQuery(since=since, until=until)


def test_hour_that_a_clock_change_repeats_is_taken_whole() -> None:
    """London, 25 October 2026: 01:30 comes twice; from the first of them, before the second."""
    query = asked("time:2026-10-25T01:30..2026-10-25T01:30", "Europe/London")

    assert query == TrailQuery(since=utc(2026, 10, 25, 0, 30), until=utc(2026, 10, 25, 1, 30))


@pytest.mark.parametrize(
    ("line", "canonical"),
    [
        ("hours:22..6", "hours:22:00..06:00 zone:Asia/Shanghai"),
        ("hours:8:30..24", "hours:08:30..00:00 zone:Asia/Shanghai"),
        ("day:sat,sun", "day:sat,sun zone:Asia/Shanghai"),
        ("day:fri..mon", "day:mon,fri,sat,sun zone:Asia/Shanghai"),
        ("day:周六", "day:sat zone:Asia/Shanghai"),
        ("is:out_of_hours zone:Europe/London", "is:out_of_hours zone:Europe/London"),
        ("zone:Europe/London time:2026-11-24", "time:2026-11-24T00:00:00Z..2026-11-25T00:00:00Z"),
        ("index:#5..#9", "index:5..9"),
        ("index:7..7,9..", "index:7"),
        ("index:..12", "index:..12"),
        ("reason:OFFER,Offer", "reason:offer"),
        ("event:View.*", "event:view.*"),
        (f"view:{'W' + 'A' * 26}", f"view:{'w' + 'a' * 26}"),
        ('reason:"say \\"no\\" \\\\ twice"', 'reason:"say \\"no\\" \\\\ twice"'),
    ],
)
def test_values_have_one_spelling(line: str, canonical: str) -> None:
    """The zone is named where the clock on a wall is meant, so that a link means the same elsewhere."""
    if line == "index:7..7,9..":
        with pytest.raises(InputError, match=r"trail\.query_one"):
            asked(line)
        return
    assert text_of(asked(line)) == canonical


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        ("wang", "trail.query_field", 1),
        ("actor:wang 王", "trail.query_field", 12),
        ("acter:wang", "trail.query_field", 1),
        ("event:view.* - outcome:denied", "trail.query_field", 15),
        ("actor :wang", "trail.query_colon", 6),
        (":wang", "trail.query_field", 1),
        ("actor:", "trail.query_value", 7),
        ("actor: wang", "trail.query_value", 7),
        ("actor:wang,", "trail.query_value", 12),
        ('actor:""', "trail.query_value", 7),
        ("actor:a\x00b", "trail.query_value", 7),
        ('event:view.* reason:"line', "trail.query_quote", 21),
        ('reason:"line\\', "trail.query_quote", 8),
        ('reason:"line"four', "trail.query_space", 14),
        ("event:view.stolen", "trail.event", 7),
        ("event:view.opened,page.*, view.stolen", "trail.query_value", 26),
        ("event:view.opened,page.*,view.stolen", "trail.event", 26),
        ('event:"view.opened"，"view stolen"', "trail.event", 21),
        ("day:mon,sun..sat,noday", "trail.query_day", 18),
        ("actor:wang event:view", "trail.event", 18),
        ("-outcome:maybe", "trail.outcome", 10),
        ("time:soon", "trail.query_time", 6),
        ("time:..", "trail.query_time", 6),
        ("time:2026-13-01", "trail.query_time", 6),
        ("time:2026-02-30", "trail.query_time", 6),
        ("time:1999", "trail.query_time", 6),
        ("time:9999-12-31", "trail.query_time", 6),
        ("time:9999d", "trail.query_time", 6),
        ("time:2026-11-02..2026-11-01", "trail.times", 6),
        ("time:2026-11-01,2026-11-03", "trail.query_one", 17),
        ("hours:25..3", "trail.query_hours", 7),
        ("hours:8..8", "trail.query_hours", 7),
        ("hours:8:60..9", "trail.query_hours", 7),
        ("hours:8", "trail.query_hours", 7),
        ("day:someday", "trail.query_day", 5),
        ("is:fun", "trail.query_is", 4),
        ("source:satellite", "trail.query_source", 8),
        ("zone:Mars/Olympus hours:1..2", "trail.query_zone", 6),
        ("zone:../../etc/passwd hours:1..2", "trail.query_zone", 6),
        ("index:x", "trail.query_index", 7),
        ("index:9..5", "trail.query_index", 7),
        ("index:..", "trail.query_index", 7),
        ("policy:new", "trail.query_policy", 8),
        ("policy:5..2", "trail.query_policy", 8),
        ("document:offer.txt", "trail.document", 10),
        ("session:x", "trail.session", 9),
        ("x" * (MOST_CHARACTERS + 1), "trail.query_long", MOST_CHARACTERS),
        (" ".join(["event:page.read"] * 31), "trail.query_many", 481),
        ("actor:" + ",".join("x" * 31), "trail.query_many", 67),
    ],
)
def test_fault_says_where_and_what_was_expected(line: str, code: str, column: int) -> None:
    """By column, from 1, of the value itself; without a word of the line in the error: it may be somebody's name."""
    with pytest.raises(InputError) as refused:
        asked(line)

    assert (refused.value.code, refused.value.params["column"]) == (code, column)
    assert refused.value.params.keys() - {"expected"} == {"column"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("event:view", {"view.*"}),
        ("event:view.open", {"view.opened"}),
        ("event:veiw.opened", {"view.opened"}),
        ("event:" + "x" * 900, {"view.opened", "view.*", "page.read"}),
        ("outcome:ok", {"success", "denied", "failed"}),
    ],
)
def test_unknown_name_is_answered_with_those_that_are_near(line: str, expected: set[str]) -> None:
    """Every one of them can be asked for; where nothing is near, what is asked for most."""
    with pytest.raises(InputError) as refused:
        asked(line)

    named = str(refused.value.params["expected"]).split(", ")
    assert expected <= set(named)
    for name in named:
        asked(f"{line.partition(':')[0]}:{name}")


# the canonical spelling

words = st.text("aß7王é -:.,*#@/\\\"'“”„「』＂：，、－\u0301", max_size=9).map("x{}".format)
moments = st.integers(0, 6_000_000_000_000).map(lambda millis: utc(2000, 1, 2) + dt.timedelta(milliseconds=millis))
numbers = st.integers(0, 10**15 - 1)
VALUES: dict[Field, st.SearchStrategy[str]] = {
    Field.EVENT: st.sampled_from([*(event.value for event in Event), "view.*", "trail.*"]),
    Field.OUTCOME: st.sampled_from([outcome.value for outcome in Outcome]),
    Field.SOURCE: st.sampled_from([source.value for source in PlaceSource]),
    Field.REASON: words | st.sampled_from([category.value for category in ReasonCategory]),
    Field.IS: st.sampled_from(["out_of_hours", "out_of_hours@3", "unanswered", "unanswered@12..40"]),
    Field.DAY: st.sampled_from(DAYS) | st.tuples(*[st.sampled_from(DAYS)] * 2).map("..".join),
    Field.HOURS: st.sampled_from(["22..6", "8:30..17", "0..12", "19..24"]),
    Field.ZONE: st.sampled_from(["UTC", "Asia/Shanghai", "America/St_Johns"]),
    Field.POLICY: numbers.map(str) | numbers.map("{}..".format),
    Field.INDEX: numbers.map(str) | st.tuples(numbers, numbers).map(lambda pair: "..".join(map(str, sorted(pair)))),
    Field.TIME: st.tuples(moments, moments)
    .filter(lambda pair: pair[0] != pair[1])
    .map(lambda pair: span_text(*sorted(pair))),
    Field.DOCUMENT: st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=26, max_size=26).map("f{}".format),
    Field.VIEW: st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=26, max_size=26).map("w{}".format),
    Field.SESSION: st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=26, max_size=26).map("s{}".format),
}


@st.composite
def lines(draw: st.DrawFn) -> str:
    """Lines as people might type them, with every search word and odd characters in quotation marks."""
    parts = []
    for field in draw(st.lists(st.sampled_from(Field), max_size=6)):
        is_whole = field in {Field.TIME, Field.HOURS, Field.IS, Field.INDEX, Field.ZONE}
        values = draw(st.lists(VALUES.get(field, words), min_size=1, max_size=1 if is_whole else 3))
        spelt = ['"' + each.replace("\\", "\\\\").replace('"', '\\"').replace("＂", "\\＂") + '"' for each in values]
        parts.append(f"{draw(st.sampled_from(['', '-']))}{field.value}:{','.join(spelt)}")
    return "  ".join(parts)


@given(lines())
def test_canonical_spelling_is_read_as_the_same_query_everywhere(line: str) -> None:
    """Parse, print, parse: the same, whatever the reader's zone; and printed again, the same letters."""
    query = asked(line)
    spelt = text_of(query)

    assert parse_query(spelt, "America/New_York", now=NOW + dt.timedelta(days=3)) == query
    assert text_of(asked(spelt)) == spelt


@given(st.lists(moments, min_size=2, max_size=2, unique=True), st.sampled_from([SHANGHAI, "Europe/London", "UTC"]))
def test_local_spelling_is_read_as_the_same_moments(pair: list[dt.datetime], zone: str) -> None:
    """However short it was made; with both ends, and open at either."""
    first, last = sorted(pair)

    for span in (span_text(first, last), span_text(first, None), span_text(None, last)):
        assert Calendar(zone).span(Calendar(zone).spelt(span)) == span


@pytest.mark.parametrize(
    ("value", "spelling"),
    [
        ("2026-11", "2026-11"),
        ("2026-11-24", "2026-11-24"),
        ("2026", "2026"),
        ("2026-11-01..2026-11-07", "2026-11-01..2026-11-07"),
        ("2026-11-01..", "2026-11-01.."),
        ("..2026-11-07", "..2026-11-07"),
        ("2026-11-24T17:00..2026-11-24T18:30", "2026-11-24T17:00..2026-11-24T18:30"),
        ("2026-11-24T17:00:05..", "2026-11-24T17:00:05.."),
        ("7d", "2026-11-17T18:00.."),
    ],
)
def test_reader_sees_times_as_they_would_type_them(value: str, spelling: str) -> None:
    """The shortest that means the same in their zone."""
    assert text_of(asked(f"time:{value}"), zone=SHANGHAI) == f"time:{spelling}"


@given(st.text(max_size=60))
def test_any_text_is_a_query_or_refused_at_a_place_in_it(line: str) -> None:
    """Nothing else comes of it."""
    try:
        asked(line)
    except InputError as refused:
        column = int(refused.params["column"])
    else:
        column = 1

    assert 1 <= column <= len(line) + 1
