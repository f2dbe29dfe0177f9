"""What alerts find in a simulated company, and how often they are wrong: the product's own scoring over a whole year.

A found case is one with an alert on one of its days. The delay runs from the insider's first act to the moment at which
the day's alert would have been raised, scored every ten minutes as the worker does. A false alert is one on an honest
person's day, or on a day of an insider on which nothing wrong was done; the first weeks, which have no history, are
watched by hard rules only and not counted.
"""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from benchmarks.report import Findings, Goal
from benchmarks.simulated_company import (
    FIRST_DAY,
    FULL,
    KINDS,
    QUICK,
    SMALLEST,
    WARM_UP_DAYS,
    Case,
    PersonDay,
    SimulatedCompany,
    Size,
)
from vault.policy.alert_facts import DayEvents, DayFacts, facts_of
from vault.policy.alert_terms import AlertPolicy
from vault.policy.alerting import History, Score, Totals, history_of, is_workday, score_day, totals_of

SEEDS = (2, 3)
"""Not 1: with that one the policy's defaults were chosen."""
MOST_FALSE_A_DAY = 0.1
SIZES = {"full": FULL, "quick": QUICK, "smallest": SMALLEST}
_SURE = KINDS[:4]
"""The kinds of which none may be missed."""
_STEP = dt.timedelta(minutes=10)
_AFTERMATH = dt.timedelta(days=13)
_MEANING = """
Each seed is another company. Found: an alert on one of the insider's days; the delay is from their first act of the
kind to the moment at which the worker would have raised it. False: an alert on an honest day, for the whole company and
each calendar day, weekends included. "digest": days of three or four points that a custodian reads of once a week.
"""


@dataclass
class Found:
    """What came of one case: the first alert, and whether at least a digest spoke of it."""

    delay: dt.timedelta | None = None
    in_digest: bool = False


@dataclass
class Outcome:
    """What a run found."""

    cases: dict[Case, Found]
    false_alerts: Counter[str] = field(default_factory=Counter)
    false_digests: int = 0
    watched_days: int = 0
    looks: int = 0
    scoring_seconds: float = 0.0
    person_days: int = 0

    @property
    def false_a_day(self) -> float:
        return sum(self.false_alerts.values()) / self.watched_days if self.watched_days else 0.0


class Scorer:
    """The days so far, and how a new one is scored: as :mod:`vault.alerts.scoring` does it from its tables."""

    def __init__(self, terms: AlertPolicy) -> None:
        self._terms = terms
        self._past: dict[int, dict[dt.date, DayFacts]] = defaultdict(dict)
        self._seen: dict[int, set[str]] = defaultdict(set)
        self._of_day: dict[tuple[dt.date, str], list[DayFacts]] = {}

    def facts(self, found: PersonDay, events: DayEvents) -> DayFacts:
        return facts_of(
            events,
            zone=dt.UTC,
            seen_before=frozenset(self._seen[found.person.number] & found.dossiers),
            settling=dt.timedelta(days=self._terms.settling_days),
            rush=dt.timedelta(minutes=self._terms.copied_minutes),
        )

    def role_totals(self, day: dt.date) -> dict[str, Totals]:
        """Sums of the weeks before this day, by role."""
        begin = day - dt.timedelta(weeks=self._terms.baseline_weeks)
        gathered: dict[str, list[DayFacts]] = defaultdict(list)
        for (each, role), days in self._of_day.items():
            if begin <= each < day and is_workday(each) == is_workday(day):
                gathered[role] += days
        return {role: totals_of(days) for role, days in gathered.items()}

    def history(self, found: PersonDay, role: Totals, role_today: Totals) -> History:
        past = self._past[found.person.number]
        return history_of(past, day=found.day, terms=self._terms, role=role, role_today=role_today)

    def remember(self, found: PersonDay, facts: DayFacts) -> None:
        past = self._past[found.person.number]
        past[found.day] = facts
        oldest = found.day - dt.timedelta(weeks=self._terms.baseline_weeks + 1)
        for each in [each for each in past if each < oldest]:
            del past[each]
        self._seen[found.person.number] |= found.dossiers
        self._of_day.setdefault((found.day, found.person.role), []).append(facts)


def simulate(company: SimulatedCompany, terms: AlertPolicy) -> Outcome:
    """Every day of the company, scored."""
    outcome, scorer = Outcome({case: Found() for case in company.cases}), Scorer(terms)
    for day, found in company.days():
        begun = time.perf_counter()
        facts = [scorer.facts(each, each.events) for each in found]
        _score_day(day, found, facts, scorer, terms, outcome)
        for each, own in zip(found, facts, strict=True):
            scorer.remember(each, own)
        outcome.scoring_seconds += time.perf_counter() - begun
        outcome.person_days += len(found)
        outcome.looks += sum(len(each.events.openings) for each in found)
    return outcome


def _score_day(
    day: dt.date,
    found: Sequence[PersonDay],
    facts: Sequence[DayFacts],
    scorer: Scorer,
    terms: AlertPolicy,
    outcome: Outcome,
) -> None:
    is_watched = day >= FIRST_DAY + dt.timedelta(days=WARM_UP_DAYS)
    outcome.watched_days += is_watched
    roles = scorer.role_totals(day)
    today: dict[str, list[DayFacts]] = defaultdict(list)
    for each, own in zip(found, facts, strict=True):
        today[each.person.role].append(own)
    totals = {role: totals_of(days) for role, days in today.items()}
    for each, own in zip(found, facts, strict=True):
        role_today = _minus(totals[each.person.role], totals_of([own]))
        history = scorer.history(each, roles.get(each.person.role, Totals()), role_today)
        score = score_day(own, history, terms)
        if each.wrong_from is not None:
            _note(each, score, history, scorer, terms, outcome)
        elif is_watched and not _is_aftermath(each, outcome):
            outcome.false_digests += score.is_for_digest(terms) and not score.is_alert(terms)
            if score.is_alert(terms):
                outcome.false_alerts["+".join(line.code for line in score.lines)] += 1


def _is_aftermath(found: PersonDay, outcome: Outcome) -> bool:
    """A day on which an alert is still about what this insider did in the two weeks before."""
    return any(
        case.person == found.person.number and case.first_day <= found.day <= case.last_day + _AFTERMATH
        for case in outcome.cases
    )


def _note(
    found: PersonDay, score: Score, history: History, scorer: Scorer, terms: AlertPolicy, outcome: Outcome
) -> None:
    case = next(
        each
        for each in outcome.cases
        if each.person == found.person.number and each.first_day <= found.day <= each.last_day
    )
    noted = outcome.cases[case]
    noted.in_digest |= score.is_for_digest(terms)
    if noted.delay is None and score.is_alert(terms):
        assert found.wrong_from is not None
        began = found.wrong_from if found.day == case.first_day else _begin_of(case, found.wrong_from)
        noted.delay = max(dt.timedelta(), _raised_at(found, history, scorer, terms) - began)


def _begin_of(case: Case, moment: dt.datetime) -> dt.datetime:
    return dt.datetime.combine(case.first_day, moment.timetz())


def _raised_at(found: PersonDay, history: History, scorer: Scorer, terms: AlertPolicy) -> dt.datetime:
    """When the day, as far as it had got, first had an alert."""
    moment = last = max(each.time for each in (*found.events.openings, *found.events.pages, *found.events.refusals))
    while True:
        moment -= _STEP
        facts = scorer.facts(found, _until(found.events, moment))
        if not score_day(facts, history, terms).is_alert(terms):
            return min(last, moment + _STEP)


def _until(events: DayEvents, moment: dt.datetime) -> DayEvents:
    """The day as far as it had got."""
    return replace(
        events,
        openings=[each for each in events.openings if each.time <= moment],
        pages=[each for each in events.pages if each.time <= moment],
        refusals=[each for each in events.refusals if each.time <= moment],
    )


def _minus(whole: Totals, part: Totals) -> Totals:
    return Totals(
        whole.days - part.days,
        whole.looks - part.looks,
        whole.pages - part.pages,
        whole.first_seen - part.first_seen,
    )


def measure(size: Size) -> Findings:
    rows: list[list[str]] = []
    goals: list[Goal] = []
    notes: list[str] = []
    for seed in SEEDS:
        outcome = simulate(SimulatedCompany(size, seed=seed), AlertPolicy())
        rows += [[f"seed {seed}: {kind}", *_row_of(outcome, kind)] for kind in KINDS]
        sure = [each for case, each in outcome.cases.items() if case.kind in _SURE]
        missed = sum(each.delay is None for each in sure)
        goals.append(Goal(f"seed {seed}, missed of {len(sure)} cases but slow leavers", missed, 0, "cases"))
        goals.append(Goal(f"seed {seed}, false alerts a day", outcome.false_a_day, MOST_FALSE_A_DAY, ""))
        notes.append(_summary(seed, outcome))
    head = ("", "cases", "found", "missed", "in digest", "median h", "longest h")
    meaning = " ".join([_MEANING, *notes])
    return Findings("Alerts in a simulated company", meaning, head, rows, goals)


def _summary(seed: int, outcome: Outcome) -> str:
    """How much was scored, how fast, and what the false alerts were raised by."""
    raised = ", ".join(f"{number} by {lines}" for lines, number in outcome.false_alerts.most_common(5)) or "none"
    return (
        f"Seed {seed}: {outcome.looks:,} views on {outcome.person_days:,} days of people, "
        f"{outcome.scoring_seconds * 1000 / outcome.person_days:.2f} ms a day and person for numbers and scoring; "
        f"{outcome.false_digests / outcome.watched_days:.2f} digest lines a day; false alerts in "
        f"{outcome.watched_days} days: {raised}."
    )


def _row_of(outcome: Outcome, kind: str) -> list[str]:
    found = [each for case, each in outcome.cases.items() if case.kind == kind]
    hours = [each.delay.total_seconds() / 3600 for each in found if each.delay is not None]
    return [
        str(len(found)),
        str(len(hours)),
        str(len(found) - len(hours)),
        str(sum(each.in_digest for each in found)),
        f"{statistics.median(hours):.1f}" if hours else "-",
        f"{max(hours):.1f}" if hours else "-",
    ]
