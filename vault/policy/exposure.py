"""How an exposure report weighs what somebody saw: which dossiers come first, and whether they saw more lately.

Pure, and simple enough to be said in words on the report::

    recency = 0.5 ** (days since the last view or downloaded copy / half-life)
    score   = value of the class * recency

Weeks are counted back from now, or from the moment since which the person is out: what they did before they left is
the question, however much later it is asked. The week with the most views among the last four is held against the
median of the weeks before those four: their own ordinary weeks, not those of other people.
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from vault.model import Classification
from vault.policy.document import Policy

LATE_WEEKS = 4
MOST_WEEKS = 52
FEWEST_ORDINARY = 4
"""With fewer weeks before, nothing is called ordinary."""
_DAY_SECONDS = 86_400
_USUAL = {
    Classification.INTERNAL: 1,
    Classification.CONFIDENTIAL: 2,
    Classification.SECRET: 4,
    Classification.TOP_SECRET: 8,
}


@dataclass(frozen=True, slots=True)
class SeenDossier:
    """What one person saw of one dossier. ``reasons`` and ``places`` have how many views each.

    ``first`` and ``last`` are None without a view: then only ``copies`` of it were downloaded.
    """

    dossier_id: str
    reference: str
    classification: Classification
    documents: int
    views: int
    pages: int
    first: dt.datetime | None
    last: dt.datetime | None
    reasons: Mapping[str, int] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)
    copies: int = 0
    """Marked copies that were released to them and downloaded."""
    last_copy: dt.datetime | None = None

    @property
    def newest(self) -> dt.datetime:
        """The last view or the last downloaded copy, whichever was later."""
        return max(each for each in (self.last, self.last_copy) if each is not None)


@dataclass(frozen=True, slots=True)
class RankedDossier:
    """``score`` is ``value`` times ``recency``; the highest is the first to look after."""

    seen: SeenDossier
    days_ago: int
    value: int
    recency: float
    score: float


@dataclass(frozen=True, slots=True)
class Week:
    """Views opened from ``since`` on, for seven times 24 hours."""

    since: dt.datetime
    views: int


@dataclass(frozen=True, slots=True)
class Weeks:
    """The weeks of a report before ``until``, the oldest first.

    ``ordinary`` is the median of the weeks before the last four, None with too few of them; ``highest`` the one with
    the most views among the last four, and ``factor`` how many times the ordinary it is (of at least one view).
    """

    until: dt.datetime
    weeks: Sequence[Week]
    ordinary: float | None
    highest: Week
    factor: float | None


def value_of(policy: Policy, classification: Classification) -> int:
    """What a dossier of the class is worth in a report."""
    own = policy.for_class(classification).exposure_value
    return _USUAL[classification] if own is None else own


def rank_dossiers(seen: Iterable[SeenDossier], *, policy: Policy, now: dt.datetime) -> list[RankedDossier]:
    """The highest score first; of equal ones the one with more views, then by reference."""
    ranked = []
    for each in seen:
        days = max((now - each.newest).total_seconds() / _DAY_SECONDS, 0.0)
        recency = 0.5 ** (days / policy.exposure.half_life_days)
        value = value_of(policy, each.classification)
        ranked.append(RankedDossier(each, int(days), value, round(recency, 4), round(value * recency, 2)))
    return sorted(ranked, key=lambda each: (-each.score, -each.seen.views, each.seen.reference))


def weigh_weeks(opened: Iterable[dt.datetime], *, days: int, until: dt.datetime) -> Weeks:
    """The whole weeks that fit into so many days before ``until``, at least one and at most a year."""
    count = min(max(days // 7, 1), MOST_WEEKS)
    counts = [0] * count
    for moment in opened:
        back = int((until - moment).total_seconds() // (7 * _DAY_SECONDS))
        if 0 <= back < count:
            counts[count - 1 - back] += 1
    weeks = [Week(until - dt.timedelta(days=7 * (count - at)), views) for at, views in enumerate(counts)]
    before, late = weeks[:-LATE_WEEKS], weeks[-LATE_WEEKS:]
    highest = max(late, key=lambda week: (week.views, week.since))
    if len(before) < FEWEST_ORDINARY:
        return Weeks(until, weeks, None, highest, None)
    ordinary = statistics.median(week.views for week in before)
    return Weeks(until, weeks, ordinary, highest, round(highest.views / max(ordinary, 1), 1))
