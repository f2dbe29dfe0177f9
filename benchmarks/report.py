"""What a measurement has to say: a table of figures, what its rows mean, and whether its goals were met."""

from __future__ import annotations

import os
import platform
import statistics
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

WIDTH = 110


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure that was promised, beside what was measured."""

    claim: str
    measured: float
    limit: float
    unit: str
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit

    def __str__(self) -> str:
        bound = "at least" if self.at_least else "at most"
        verdict = "met" if self.is_met else "NOT MET"
        return f"{verdict:8} {self.claim}: {self.measured:.2f} {self.unit} ({bound} {self.limit:g} {self.unit})"


@dataclass(frozen=True, slots=True)
class Findings:
    """One benchmark's answer. ``left_out`` names what was not measured, and why."""

    title: str
    meaning: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    goals: Sequence[Goal] = ()
    left_out: Sequence[str] = ()

    def __str__(self) -> str:
        lines = [self.title, "=" * len(self.title), "", *textwrap.wrap(" ".join(self.meaning.split()), WIDTH), ""]
        lines += table(self.head, self.rows)
        lines += [""] * bool(self.goals) + [str(goal) for goal in self.goals]
        return "\n".join([*lines, *(f"left out: {reason}" for reason in self.left_out)])


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a table whose first column is words and whose others are figures."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    return [
        "  ".join(cell.ljust(width) if column == 0 else cell.rjust(width) for column, (cell, width) in enumerate(pairs))
        for pairs in (list(zip(row, widths, strict=True)) for row in (head, ["-" * width for width in widths], *rows))
    ]


def spread(values: Sequence[float], *, digits: int = 2) -> str:
    """Lowest and highest."""
    return f"{min(values):.{digits}f}-{max(values):.{digits}f}"


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def machine() -> str:
    """Where the figures come from; only ratios travel to another machine."""
    cores = len(os.sched_getaffinity(0))
    load = os.getloadavg()[0]
    return f"{cores} cores ({_processor()}), load {load:.1f} at the start, Python {platform.python_version()}"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
