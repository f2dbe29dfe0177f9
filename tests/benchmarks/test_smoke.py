"""Every benchmark runs, in its smallest size: its figures mean nothing here, that it still works does."""

from __future__ import annotations

import pytest

from benchmarks.__main__ import BENCHMARKS, main
from benchmarks.report import Findings, Goal


@pytest.mark.parametrize("name", BENCHMARKS)
def test_smallest_size_gives_a_figure_in_every_cell(name: str) -> None:
    """No row is left empty, and none takes nothing: what did not run would look like the fastest of all."""
    sizes, measure = BENCHMARKS[name]

    findings = measure(sizes["smallest"])

    assert findings.rows
    assert all(len(row) == len(findings.head) for row in findings.rows)
    assert all(float(row[1]) >= 0 for row in findings.rows)
    assert findings.title in str(findings)


def test_goal_that_was_missed_is_said_so() -> None:
    """The printed line does not have to be read twice."""
    missed = Goal("next page", 1.4, 1.3, "x bare")
    met = Goal("age's cost over ours", 2.5, 2, "times", at_least=True)

    assert not missed.is_met
    assert str(missed).startswith("NOT MET")
    assert met.is_met
    assert str(met).startswith("met")


def test_missed_goal_ends_the_program_with_one(capsys: pytest.CaptureFixture[str]) -> None:
    """A script that runs the benchmarks learns of it too."""
    findings = Findings("Title", "What it means.", ("", "ms"), [("row", "1.0")], [Goal("fast", 2.0, 1.0, "ms")])
    benchmarks = {"always slow": ({"quick": None}, lambda _size: findings)}

    assert main(["--quick"], benchmarks=benchmarks) == 1
    assert "0 of 1 goals met" in capsys.readouterr().out
