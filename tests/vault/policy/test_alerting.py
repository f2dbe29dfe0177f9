"""Points with their arithmetic, and hard rules: literal days, literal lines."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from vault.policy.alert_facts import DayFacts, SessionFacts
from vault.policy.alert_terms import AlertPolicy
from vault.policy.alerting import Feature, History, Line, Score, Totals, history_of, points_at, score_day

TERMS = AlertPolicy()
THURSDAY = dt.date(2026, 11, 26)
OFFICE = SessionFacts("Head office", "browser", ((9, 5), (10, 5)))
USUAL = History(
    own=Totals(days=40, looks=560, pages=1680, first_seen=40),
    role=Totals(days=400, looks=5600, pages=16800, first_seen=400),
    known_days=40,
    hours=frozenset(range(8, 19)),
    places=frozenset({"Head office"}),
    devices=frozenset({"browser"}),
    first_seen_lately=9,
    first_seen_earlier=42,
    earlier_days=42,
)
"""Forty workdays of 14 documents, 42 pages and one new dossier each, in working hours."""


def test_arithmetic_of_a_busy_day() -> None:
    """212 opened where 14 are usual, 41 of them outside: 4 + 5 points, as the numbers of each line say."""
    score = score_day(DayFacts(looks=212, pages=640, outside=41, hours=((9, 212),)), USUAL, TERMS)
    assert score.lines == (
        Line("looks", 4, {"number": 212, "usual": 14, "times": 15}),
        Line("outside", 5, {"number": 41}),
    )
    assert score.points == 9
    assert score.is_alert(TERMS)


def test_usual_day_has_no_line() -> None:
    """Nothing is said of a day like others."""
    assert score_day(DayFacts(looks=20, pages=60, first_seen=2, hours=((9, 20),)), USUAL, TERMS) == Score(())


@pytest.mark.parametrize(
    ("looks", "points"), [(41, 0), (42, 1), (69, 1), (70, 2), (111, 2), (112, 3), (167, 3), (168, 4), (5000, 4)]
)
def test_steps_are_reached_at_their_figure(looks: int, points: int) -> None:
    """14 are usual: 3, 5, 8 and 12 times as many, to the document."""
    assert score_day(DayFacts(looks=looks, hours=((9, looks),)), USUAL, TERMS).points == points


def test_many_times_of_very_little_is_still_little() -> None:
    """Four times as many as one is four: nobody is to look at that."""
    quiet = replace(USUAL, own=Totals(40, 40, 80, 40), role=Totals(400, 400, 800, 400))
    assert not score_day(DayFacts(looks=20, hours=((9, 20),)), quiet, TERMS).points
    assert score_day(DayFacts(looks=21, hours=((9, 21),)), quiet, TERMS).points == 4


def test_what_everybody_does_today_is_not_unusual() -> None:
    """At a quarter's end the others open 3 times as many: so may this person."""
    busy = replace(USUAL, role_today=Totals(days=10, looks=420, pages=1260, first_seen=10))
    assert not score_day(DayFacts(looks=80, hours=((9, 80),)), busy, TERMS).points
    (line,) = score_day(DayFacts(looks=126, hours=((9, 126),)), busy, TERMS).lines
    assert line == Line("looks", 1, {"number": 126, "usual": 42, "times": 3, "peers_percent": 300})


def test_four_peers_are_too_few_to_say_what_everybody_does() -> None:
    """Or two who act together would hide each other."""
    few = replace(USUAL, role_today=Totals(days=4, looks=4000, pages=9000))
    assert score_day(DayFacts(looks=80, hours=((9, 80),)), few, TERMS).points == 2


def test_somebody_new_is_measured_by_their_role() -> None:
    """Without a day of their own, by people with the same duties alone; no hour, place or device is unusual yet."""
    new = History(role=USUAL.role)
    night = DayFacts(looks=30, hours=((3, 30),), sessions=(SessionFacts("?", "?", ((3, 30),)),))
    assert score_day(night, new, TERMS) == Score(())
    assert [line.code for line in score_day(replace_looks(night, 50), new, TERMS).lines] == ["looks"]


def replace_looks(facts: DayFacts, looks: int) -> DayFacts:
    return DayFacts(looks=looks, hours=facts.hours, sessions=facts.sessions)


def test_settling_and_campaign_are_not_compared() -> None:
    """Of 90 opened, 60 in dossiers just assigned and 20 in a campaign: 10 are compared."""
    assert score_day(DayFacts(looks=90, settling=60, campaign=20, hours=((9, 90),)), USUAL, TERMS) == Score(())


def test_reading_to_the_end_is_compared_with_so_many_documents() -> None:
    """20 documents have 60 pages usually; 120 are 200 per cent."""
    (line,) = score_day(DayFacts(looks=20, pages=120, hours=((9, 20),)), USUAL, TERMS).lines
    assert line == Line("pages", 2, {"number": 120, "documents": 20, "usual": 60, "percent": 200})


def test_two_slow_weeks_add_up() -> None:
    """44 dossiers first seen in two weeks where 14 are usual; today's are not most of them."""
    slow = replace(USUAL, first_seen_lately=40)
    (line,) = score_day(DayFacts(looks=10, first_seen=4, hours=((9, 10),)), slow, TERMS).lines
    assert line == Line("fortnight", 2, {"number": 44, "usual": 14, "times": 3})


def test_one_great_day_is_no_slow_fortnight() -> None:
    """What the day itself is told for is not told again."""
    lines = score_day(DayFacts(looks=50, first_seen=50, hours=((9, 50),)), USUAL, TERMS).lines
    assert [line.code for line in lines] == ["looks", "first_seen"]


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        (
            DayFacts(looks=12, rush_pages=250, rush_documents=10, rush_minutes=60, hours=((9, 12),)),
            Line("copying", values={"pages": 250, "documents": 10, "minutes": 60}),
        ),
        (DayFacts(refused_outside=3, refused=3), Line("refused_outside", values={"number": 3})),
        (DayFacts(refused=25), Line("probing", values={"number": 25})),
        (DayFacts(blocked_sign_ins=3), Line("blocked_sign_in", values={"number": 3})),
    ],
)
def test_hard_rule_needs_no_points(facts: DayFacts, line: Line) -> None:
    """Alone it is an alert, for somebody new as well."""
    score = score_day(facts, History(), TERMS)
    assert line in score.lines
    assert score.is_alert(TERMS)


@pytest.mark.parametrize(
    "facts",
    [
        DayFacts(looks=9, rush_pages=249, rush_documents=10, rush_minutes=60, hours=((9, 9),)),
        DayFacts(looks=9, rush_pages=2000, rush_documents=9, rush_minutes=60, hours=((9, 9),)),
        DayFacts(refused_outside=2, refused=2),
        DayFacts(refused=24),
        DayFacts(blocked_sign_ins=2),
    ],
)
def test_below_the_figure_there_is_no_rule(facts: DayFacts) -> None:
    """One less, and one long document paged through quickly, is nothing."""
    assert not score_day(facts, History(), TERMS).rules


def test_refusals_of_two_weeks_count_together() -> None:
    """Two today after four in the days before are six: somebody tries slowly."""
    history = replace(USUAL, refused_lately=4)
    assert (
        Line("refused_fortnight", values={"number": 6}) in score_day(DayFacts(refused_outside=2), history, TERMS).lines
    )
    assert not score_day(DayFacts(), replace(USUAL, refused_lately=9), TERMS).lines


def test_takeover_is_place_device_and_hour_at_once() -> None:
    """All three new in one session; two of them are points only."""
    night = ((3, 6),)
    taken = DayFacts(looks=6, hours=night, sessions=(SessionFacts("198.51.100.0/24", "other", night),))
    assert score_day(taken, USUAL, TERMS).rules == {"takeover"}
    at_home = DayFacts(looks=6, hours=night, sessions=(SessionFacts("198.51.100.0/24", "browser", night),))
    assert not score_day(at_home, USUAL, TERMS).rules
    by_day = DayFacts(looks=6, hours=((9, 6),), sessions=(SessionFacts("198.51.100.0/24", "other", ((9, 6),)),))
    lines = score_day(by_day, USUAL, TERMS).lines
    assert [(line.code, line.points) for line in lines] == [("place", 1), ("device", 1), ("together", 1)]


def test_stranger_while_the_owner_works_is_a_takeover() -> None:
    """By day as well: a new place and device within the hour of a known place."""
    stranger = SessionFacts("198.51.100.0/24", "other", ((11, 6),))
    both = DayFacts(looks=16, hours=((9, 5), (10, 5), (11, 6)), sessions=(stranger, OFFICE))
    assert score_day(both, USUAL, TERMS).rules == {"two_places"}


def test_exception_turns_off_points_but_no_rule() -> None:
    """Whoever works at night for a while gets no points for it; a takeover is told all the same."""
    night = ((3, 6),)
    facts = DayFacts(looks=6, hours=night, sessions=(SessionFacts("198.51.100.0/24", "other", night),))
    score = score_day(facts, USUAL, TERMS, without=frozenset({Feature.HOURS, Feature.PLACE, Feature.TOGETHER}))
    assert [line.code for line in score.lines] == ["takeover", "device"]


def test_leaving_adds_to_what_stands_out_and_is_nothing_alone() -> None:
    """Two points on a day that has others; who only works until their last day is left in peace."""
    leaving = replace(USUAL, is_leaving=True)
    lines = score_day(DayFacts(looks=112, hours=((9, 112),)), leaving, TERMS).lines
    assert [(line.code, line.points) for line in lines] == [("looks", 3), ("leaving", 2)]
    assert score_day(DayFacts(looks=20, hours=((9, 20),)), leaving, TERMS) == Score(())


def test_zero_turns_a_rule_off() -> None:
    """As the policy says of its figures."""
    off = AlertPolicy(refused_a_day=0, refused_a_fortnight=0, probing_refusals=0, copied_pages=0, blocked_sign_ins=0)
    facts = DayFacts(refused_outside=99, refused=99, rush_pages=9999, rush_documents=99, blocked_sign_ins=99)
    assert not score_day(facts, History(), off).rules


def test_highest_step_counts_not_the_sum() -> None:
    """In whatever order a policy names them."""
    assert points_at(9, ("8:3", "3:1")) == 3
    assert points_at(2, ("3:1",)) == 0


def test_history_looks_back_as_far_as_the_policy_says() -> None:
    """Workdays with workdays; days without a look are no days; the day itself and what is older are not in it."""
    past = {
        THURSDAY: DayFacts(looks=100),
        dt.date(2026, 11, 25): DayFacts(looks=10, first_seen=2, hours=((9, 10),), sessions=(OFFICE,)),
        dt.date(2026, 11, 24): DayFacts(refused_outside=1),
        dt.date(2026, 11, 22): DayFacts(looks=4, hours=((20, 4),)),
        dt.date(2026, 11, 13): DayFacts(looks=6, first_seen=1, hours=((8, 6),)),
        dt.date(2026, 11, 12): DayFacts(looks=6, first_seen=5, hours=((8, 6),)),
        dt.date(2026, 10, 1): DayFacts(looks=6, first_seen=3, hours=((8, 6),)),
        dt.date(2026, 9, 30): DayFacts(looks=99, hours=((5, 99),)),
    }
    found = history_of(past, day=THURSDAY, terms=TERMS, role=Totals(), role_today=Totals())
    assert found.own == Totals(days=4, looks=28, pages=0, first_seen=11)
    assert found.known_days == 5
    assert found.hours == {8, 9, 20}
    assert (found.first_seen_lately, found.first_seen_earlier, found.earlier_days) == (3, 8, 43)
    assert found.refused_lately == 1
