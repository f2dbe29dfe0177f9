"""How much does what a person did today stand out? Points with their arithmetic, and hard rules. Pure.

What is usual is the mean of the person's own days of the same kind, drawn towards that of people with the same duties
the fewer days there are, times what those people do today. A figure is compared as it is printed: whole numbers, so
that whoever reads a line can reckon it after. Nothing here acts: an alert asks a person to look.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from vault.policy.alert_facts import DayFacts
from vault.policy.alert_terms import AlertPolicy, Steps

FORTNIGHT_DAYS = 14
LEAST_PEERS = 5
"""Of fewer people nobody can say that today is unlike other days for all of them."""
MOST_RATIO = 5.0


class Feature(enum.Enum):
    """What gives points; the value is stored and can be named by an exception."""

    LOOKS = "looks"
    PAGES = "pages"
    FIRST_SEEN = "first_seen"
    FORTNIGHT = "fortnight"
    OUTSIDE = "outside"
    REFUSED = "refused"
    HOURS = "hours"
    PLACE = "place"
    DEVICE = "device"
    TOGETHER = "together"
    LEAVING = "leaving"


class Rule(enum.Enum):
    """What raises an alert by itself, without points; no exception and no campaign holds against it."""

    COPYING = "copying"
    REFUSED_OUTSIDE = "refused_outside"
    REFUSED_FORTNIGHT = "refused_fortnight"
    PROBING = "probing"
    TAKEOVER = "takeover"
    TWO_PLACES = "two_places"
    BLOCKED_SIGN_IN = "blocked_sign_in"


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of the arithmetic: a feature with its points, or a hard rule; ``values`` are the numbers of its words."""

    code: str
    points: int = 0
    values: dict[str, int] = {}

    @property
    def is_rule(self) -> bool:
        return self.code in _RULE_CODES


@dataclass(frozen=True, slots=True)
class Score:
    """The lines of one person's day, hard rules first; none where nothing stands out."""

    lines: tuple[Line, ...]

    @property
    def points(self) -> int:
        return sum(line.points for line in self.lines)

    @property
    def rules(self) -> frozenset[str]:
        return frozenset(line.code for line in self.lines if line.is_rule)

    def is_alert(self, terms: AlertPolicy) -> bool:
        return bool(self.rules) or self.points >= terms.alert_points

    def is_for_digest(self, terms: AlertPolicy) -> bool:
        return bool(self.rules) or self.points >= terms.digest_points


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over ``days`` on which somebody opened something."""

    days: int = 0
    looks: int = 0
    pages: int = 0
    first_seen: int = 0

    def mean(self, name: str) -> float:
        total: int = getattr(self, name)
        return total / self.days if self.days else 0.0


@dataclass(frozen=True, slots=True)
class History:
    """What is known of the person before this day, and of people with the same duties before it and on it."""

    own: Totals = Totals()
    role: Totals = Totals()
    role_today: Totals = Totals()
    """The others only, not the person; ``days`` is how many of them opened something."""
    known_days: int = 0
    hours: frozenset[int] = frozenset()
    places: frozenset[str] = frozenset()
    devices: frozenset[str] = frozenset()
    first_seen_lately: int = 0
    """In the 13 days before this one."""
    first_seen_earlier: int = 0
    earlier_days: int = 0
    """Days of the calendar that ``first_seen_earlier`` counts: those before these 13."""
    refused_lately: int = 0
    is_leaving: bool = False


def is_workday(day: dt.date) -> bool:
    """Monday to Friday. A public holiday is a workday on which little happens, which raises nothing."""
    return day.weekday() < 5


def history_of(
    past: Mapping[dt.date, DayFacts], *, day: dt.date, terms: AlertPolicy, role: Totals, role_today: Totals
) -> History:
    """The person's days before ``day`` as far back as the policy looks, read as what is usual for them."""
    begin = day - dt.timedelta(weeks=terms.baseline_weeks)
    lately = day - dt.timedelta(days=FORTNIGHT_DAYS - 1)
    known = {each: facts for each, facts in past.items() if begin <= each < day}
    active = {each: facts for each, facts in known.items() if facts.looks}
    earliest = min(active, default=lately)
    return History(
        own=totals_of(facts for each, facts in active.items() if is_workday(each) == is_workday(day)),
        role=role,
        role_today=role_today,
        known_days=len(active),
        hours=frozenset(hour for facts in active.values() for hour, _looks in facts.hours),
        places=frozenset(session.place for facts in active.values() for session in facts.sessions),
        devices=frozenset(session.device for facts in active.values() for session in facts.sessions),
        first_seen_lately=sum(facts.first_seen for each, facts in known.items() if each >= lately),
        first_seen_earlier=sum(facts.first_seen for each, facts in known.items() if each < lately),
        earlier_days=max(0, (lately - earliest).days),
        refused_lately=sum(facts.refused_outside for each, facts in known.items() if each >= lately),
    )


def totals_of(days: Iterable[DayFacts]) -> Totals:
    """Sums over the days on which something was opened."""
    active = [facts for facts in days if facts.looks]
    return Totals(
        days=len(active),
        looks=sum(facts.counted for facts in active),
        pages=sum(facts.pages for facts in active),
        first_seen=sum(facts.first_seen for facts in active),
    )


def score_day(
    facts: DayFacts,
    history: History,
    terms: AlertPolicy,
    *,
    without: frozenset[Feature] = frozenset(),
) -> Score:
    """The lines of the day; ``without`` are the features that an exception turns off for this person."""
    rules = _hard_rules(facts, history, terms)
    given = [line for line in _features(facts, history, terms) if Feature(line.code) not in without]
    if given and history.is_leaving and terms.leaving_points and Feature.LEAVING not in without:
        given.append(Line(Feature.LEAVING.value, terms.leaving_points))
    return Score((*rules, *given))


def _features(facts: DayFacts, history: History, terms: AlertPolicy) -> list[Line]:
    compared = (
        (Feature.LOOKS, "looks", facts.counted, terms.looks, terms.least_looks_above),
        (Feature.FIRST_SEEN, "first_seen", facts.first_seen, terms.first_seen, terms.least_first_seen_above),
    )
    lines = []
    for feature, name, number, steps, least_above in compared:
        usual, ratio = _usual(history, name, terms)
        points, times = _compared(number, usual, steps, least_above)
        if points:
            values = {"number": number, "usual": usual, "times": times}
            values |= {"peers_percent": round(ratio * 100)} if round(ratio * 100) > 100 else {}
            values |= {"settling": facts.settling} if feature is Feature.LOOKS and facts.settling else {}
            values |= {"campaign": facts.campaign} if feature is Feature.LOOKS and facts.campaign else {}
            lines.append(Line(feature.value, points, values))
    return [
        *lines,
        *_pages(facts, history, terms),
        *_fortnight(facts, history, terms),
        *_counted(facts, history, terms),
    ]


def _pages(facts: DayFacts, history: History, terms: AlertPolicy) -> list[Line]:
    """Pages against those that the person, drawn towards others with the same duties, reads of so many documents."""
    of_role = history.role.mean("looks"), history.role.mean("pages")
    looks = history.own.looks + terms.role_days * of_role[0]
    if not looks:
        return []
    usual = max(1, round(facts.counted * (history.own.pages + terms.role_days * of_role[1]) / looks))
    percent = facts.pages * 100 // usual
    points = points_at(percent, terms.pages) if facts.pages - usual >= terms.least_pages_above else 0
    values = {"number": facts.pages, "documents": facts.counted, "usual": usual, "percent": percent}
    return [Line(Feature.PAGES.value, points, values)] if points else []


def _usual(history: History, name: str, terms: AlertPolicy) -> tuple[int, float]:
    """What is usual today as a whole number, at least 1; and how many times as much as else others do today."""
    role = history.role.mean(name)
    own: int = getattr(history.own, name)
    mean = (own + terms.role_days * role) / (history.own.days + terms.role_days)
    ratio = 1.0
    if history.role_today.days >= LEAST_PEERS and role:
        ratio = min(MOST_RATIO, max(1.0, history.role_today.mean(name) / role))
    return max(1, round(mean * ratio)), ratio


def _compared(number: int, usual: int, steps: Steps, least_above: int) -> tuple[int, int]:
    """Points, and how many times the usual it is."""
    times = number // usual
    return (points_at(times, steps) if number - usual >= least_above else 0), times


def points_at(number: int, steps: Steps) -> int:
    """The points of the highest step that is reached."""
    told = [tuple(map(int, step.split(":"))) for step in steps]
    return max(((figure, points) for figure, points in told if number >= figure), default=(0, 0))[1]


def _fortnight(facts: DayFacts, history: History, terms: AlertPolicy) -> list[Line]:
    """Only where there are two earlier weeks to compare with, and on a day that adds to it and is not most of it."""
    number = history.first_seen_lately + facts.first_seen
    if history.earlier_days < FORTNIGHT_DAYS or not facts.first_seen or facts.first_seen * 2 > number:
        return []
    usual = max(1, round(history.first_seen_earlier * FORTNIGHT_DAYS / history.earlier_days))
    points, times = _compared(number, usual, terms.fortnight, terms.least_fortnight_above)
    return [Line(Feature.FORTNIGHT.value, points, {"number": number, "usual": usual, "times": times})] if points else []


def _counted(facts: DayFacts, history: History, terms: AlertPolicy) -> list[Line]:
    lines = [
        _line(Feature.OUTSIDE, facts.outside, points_at(facts.outside, terms.outside)),
        _line(Feature.REFUSED, facts.refused_outside, points_at(facts.refused_outside, terms.refused)),
    ]
    if history.known_days >= terms.least_known_days:
        odd = sum(looks for hour, looks in facts.hours if hour not in history.hours)
        looked_in = [session for session in facts.sessions if session.looks]
        places = {session.place for session in looked_in} - history.places
        devices = {session.device for session in looked_in} - history.devices
        together = [each for each in looked_in if each.place in places and each.device in devices]
        lines += [
            _line(Feature.HOURS, odd, points_at(odd, terms.unusual_hours)),
            _line(Feature.PLACE, len(places), terms.new_place_points if places else 0),
            _line(Feature.DEVICE, len(devices), terms.new_device_points if devices else 0),
            _line(Feature.TOGETHER, len(together), terms.new_together_points if together else 0),
        ]
    return [line for line in lines if line.points]


def _line(feature: Feature, number: int, points: int) -> Line:
    return Line(feature.value, points, {"number": number})


def _hard_rules(facts: DayFacts, history: History, terms: AlertPolicy) -> list[Line]:
    lines = []
    if _reaches(facts.rush_pages, terms.copied_pages) and facts.rush_documents >= terms.copied_documents:
        values = {"pages": facts.rush_pages, "documents": facts.rush_documents, "minutes": facts.rush_minutes}
        lines.append(Line(Rule.COPYING.value, values=values))
    if _reaches(facts.refused_outside, terms.refused_a_day):
        lines.append(Line(Rule.REFUSED_OUTSIDE.value, values={"number": facts.refused_outside}))
    elif facts.refused_outside and _reaches(history.refused_lately + facts.refused_outside, terms.refused_a_fortnight):
        values = {"number": history.refused_lately + facts.refused_outside}
        lines.append(Line(Rule.REFUSED_FORTNIGHT.value, values=values))
    if _reaches(facts.refused, terms.probing_refusals):
        lines.append(Line(Rule.PROBING.value, values={"number": facts.refused}))
    if terms.takeover and history.known_days >= terms.least_known_days:
        lines += _taken_over(facts, history)
    if _reaches(facts.blocked_sign_ins, terms.blocked_sign_ins):
        lines.append(Line(Rule.BLOCKED_SIGN_IN.value, values={"number": facts.blocked_sign_ins}))
    return lines


def _taken_over(facts: DayFacts, history: History) -> list[Line]:
    """Sessions whose place and device are both new for the person: in an hour that is new as well, or while the person
    was at another place. That somebody could not have travelled so fast is never asked: proxies move faster."""
    unknown = [
        each for each in facts.sessions if each.place not in history.places and each.device not in history.devices
    ]
    at_new_hours = sum(looks for each in unknown for hour, looks in each.hours if hour not in history.hours)
    if at_new_hours:
        return [Line(Rule.TAKEOVER.value, values={"number": at_new_hours})]
    meanwhile = sum(
        looks for each in unknown for hour, looks in each.hours if hour in _hours_elsewhere(facts, each.place)
    )
    return [Line(Rule.TWO_PLACES.value, values={"number": meanwhile})] if meanwhile else []


def _hours_elsewhere(facts: DayFacts, place: str) -> set[int]:
    """The hours in which something was opened at another place, with the hour before and after each."""
    hours = {hour for each in facts.sessions if each.place != place for hour, _looks in each.hours}
    return {near for hour in hours for near in (hour - 1, hour, hour + 1)}


def _reaches(number: int, threshold: int) -> bool:
    return 0 < threshold <= number


_RULE_CODES = frozenset(rule.value for rule in Rule)
