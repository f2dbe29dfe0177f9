"""``python -m benchmarks``: measures on generated data, each figure beside its peer in the same run.

Without names all of them are run. Figures are of this machine at this hour; only ratios say something about another.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Callable, Mapping
from typing import Any

from benchmarks import (
    alerting,
    deciding,
    exporting,
    exposure,
    killing,
    openings,
    resealing,
    rewrapping,
    screens,
    sealing,
    searching,
    signing,
    trail,
    uploading,
    verifying,
    viewing,
)
from benchmarks.report import Findings, Goal, machine

Benchmarks = Mapping[str, tuple[Mapping[str, Any], Callable[[Any], Findings]]]
BENCHMARKS: Benchmarks = {
    "sealing": (sealing.SIZES, sealing.measure),
    "viewing": (viewing.SIZES, viewing.measure),
    "uploading": (uploading.SIZES, uploading.measure),
    "trail": (trail.SIZES, trail.measure),
    "signing": (signing.SIZES, signing.measure),
    "killing": (killing.SIZES, killing.measure),
    "verifying": (verifying.SIZES, verifying.measure),
    "searching": (searching.SIZES, searching.measure),
    "exporting": (exporting.SIZES, exporting.measure),
    "exposure": (exposure.SIZES, exposure.measure),
    "rewrapping": (rewrapping.SIZES, rewrapping.measure),
    "resealing": (resealing.SIZES, resealing.measure),
    "openings": (openings.SIZES, openings.measure),
    "deciding": (deciding.SIZES, deciding.measure),
    "alerting": (alerting.SIZES, alerting.measure),
    "screens": (screens.SIZES, screens.measure),
}


def main(arguments: list[str], *, benchmarks: Benchmarks = BENCHMARKS) -> int:
    """0 when every goal that was measured is met, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measurements, each beside its peer.")
    parser.add_argument("names", nargs="*", choices=[[], *benchmarks], metavar="NAME", help=", ".join(benchmarks))
    parser.add_argument("--quick", action="store_true", help="small sizes: a few minutes, figures rough")
    options = parser.parse_args(arguments)
    size = "quick" if options.quick else "full"
    print(f"{dt.datetime.now().astimezone():%Y-%m-%d %H:%M %z}, {machine()}, sizes: {size}\n", flush=True)
    goals: list[Goal] = []
    for name in options.names or benchmarks:
        sizes, measure = benchmarks[name]
        findings = measure(sizes[size])
        print(f"{findings}\n", flush=True)
        goals += findings.goals
    missed = sum(not goal.is_met for goal in goals)
    print(f"{len(goals) - missed} of {len(goals)} goals met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
