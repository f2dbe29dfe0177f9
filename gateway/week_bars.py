"""Views a week as a drawing: bars for the eye, with a line at the ordinary week; the table beside it says the same."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vault.policy.exposure import LATE_WEEKS, Weeks

HEIGHT = 60
STEP = 10
_GAP = 2
_LEAST = 2


@dataclass(frozen=True, slots=True)
class WeekBar:
    """One week. ``is_late`` for the last four, which are held against those before."""

    x: int
    y: int
    width: int
    height: int
    since: dt.datetime
    views: int
    is_late: bool


@dataclass(frozen=True, slots=True)
class WeeksChart:
    """``ordinary_y`` is where the line of the ordinary week lies, None without one."""

    width: int
    height: int
    bars: list[WeekBar]
    ordinary_y: int | None
    weeks: Weeks


def weeks_chart(weeks: Weeks) -> WeeksChart:
    """The drawing of the weeks, the oldest on the left."""
    most = max([week.views for week in weeks.weeks] + [round(weeks.ordinary or 0), 1])
    late_from = len(weeks.weeks) - LATE_WEEKS
    bars = []
    for at, week in enumerate(weeks.weeks):
        height = max(round(week.views / most * HEIGHT), _LEAST) if week.views else 0
        bars.append(WeekBar(at * STEP, HEIGHT - height, STEP - _GAP, height, week.since, week.views, at >= late_from))
    ordinary_y = None if weeks.ordinary is None else HEIGHT - round(weeks.ordinary / most * HEIGHT)
    return WeeksChart(len(bars) * STEP, HEIGHT, bars, ordinary_y, weeks)
