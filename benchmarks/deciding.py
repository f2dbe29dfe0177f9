"""One decision to open, with every rule that a policy can ask for, beside reading that policy from its bytes."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from benchmarks.report import Findings, Goal, median, spread
from vault.model import Classification, Duty, Office, PersonState
from vault.policy.document import ClassPolicy, Policy, WorkingHours, encode_policy
from vault.policy.limits import lease_from, limits_for
from vault.policy.opening import HeldDuty, OpeningFacts, decide_continuing, decide_opening, decide_page_place

MOST_MICROSECONDS = 100
NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
_MEANING = """
Microseconds for one call in pure Python, one thread, median of the rounds with the lowest and the highest round; ratio
against decoding the policy, which a decision does not do: it is cached by its bytes. The policy has three spans, 120
holidays, 20 zones, 60 countries and four classes of their own; the person holds four duties. "Limits" are found anew
from the policy.
"""


@dataclass(frozen=True, slots=True)
class Size:
    calls: int
    rounds: int


SIZES = {"full": Size(20_000, 9), "quick": Size(2_000, 5), "smallest": Size(50, 2)}

POLICY = Policy(
    window_days=30,
    views_a_day=20,
    pages_per_view=50,
    timezone="Europe/Berlin",
    hours=WorkingHours(
        spans=("mon-fri 08:00-12:00", "mon-fri 13:00-18:00", "sat 09:00-12:00"),
        holidays=tuple(f"{year}-12-{day:02d}" for year in range(2026, 2038) for day in range(20, 30)),
    ),
    zones=tuple(f"Office {number}" for number in range(20)),
    countries=tuple(f"{first}{second}" for first in "ABCDEF" for second in "ABCDEFGHIJ"),
    position="required",
    classes={
        name: ClassPolicy(views=2, views_a_day=5, lease_minutes=10, pages_per_view=20, position="required")
        for name in ("internal", "confidential", "secret", "top_secret")
    },
)


def measure(size: Size) -> Findings:
    limits = limits_for(POLICY, Classification.SECRET)
    facts = OpeningFacts(
        person_state=PersonState.ACTIVE,
        office=Office.STAFF,
        clearance=Classification.SECRET,
        duties=tuple(HeldDuty(duty, NOW - dt.timedelta(days=9), None) for duty in Duty),
        classification=Classification.SECRET,
        version_is_live=True,
        place_is_known=True,
        agreements_are_accepted=True,
        hours=limits.hours,
        timezone=limits.timezone,
        places=limits.places,
        zone="",
        country="FJ",
    )
    if not decide_opening(facts, now=NOW).allowed:
        raise AssertionError("what is measured is the longest way through the rules")
    encoded = encode_policy(POLICY)
    decoder = msgspec.json.Decoder(Policy)
    subjects: dict[str, Callable[[], object]] = {
        "decode the policy (msgspec, the peer)": lambda: decoder.decode(encoded),
        "decide to open": lambda: decide_opening(facts, now=NOW),
        "decide to go on, and the page's place": lambda: (
            decide_continuing(facts, now=NOW),
            decide_page_place(facts, now=NOW),
        ),
        "limits and the end of the lease": lambda: lease_from(limits_for(POLICY, Classification.SECRET), NOW),
        "all that an opening decides": lambda: (
            decide_opening(facts, now=NOW),
            lease_from(limits_for(POLICY, Classification.SECRET), NOW),
        ),
    }
    taken: dict[str, list[float]] = {name: [] for name in subjects}
    for _round in range(size.rounds):
        for name, subject in subjects.items():
            taken[name].append(_microseconds(subject, size.calls))
    peer = median(next(iter(taken.values())))
    rows = [
        [name, f"{median(each):.1f}", spread(each, digits=1), f"{median(each) / peer:.2f}"]
        for name, each in taken.items()
    ]
    goals = [Goal("one policy decision", median(taken["decide to open"]), MOST_MICROSECONDS, "µs")]
    return Findings("Deciding by policy", _MEANING, ("", "µs", "rounds", "ratio"), rows, goals)


def _microseconds(subject: Callable[[], object], calls: int) -> float:
    begun = time.perf_counter()
    for _call in range(calls):
        subject()
    return (time.perf_counter() - begun) / calls * 1e6
