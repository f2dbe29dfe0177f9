"""The values of ``is:``: acts out of hours, and views and marked copies that nothing came of.

As it is typed a value leaves something to the moment: which policy is in force, how far the trail goes. A *settled* one
says it, so that an address and an export find the same entries for ever, whatever is decided or recorded later::

    out_of_hours    out_of_hours@3          outside the working hours of version 3 of the policy, 0 where there is none
    unanswered      unanswered@1200..1310   granted before entry 1200, without a result before entry 1310
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vault.errors import InputError
from vault.policy.document import DEFAULT_POLICY, Policy, WorkingHours
from vault.trail.query import OUT_OF_HOURS, UNANSWERED

USUAL_HOURS = WorkingHours(spans=("mon-fri 08:00-19:00",))
"""What is out of hours where the policy names none: before 8, from 19 on, and at weekends, where the reader is."""
_VERSION = re.compile(r"0|[1-9]\d{0,9}", re.ASCII)
_PLACES = re.compile(r"(\d{1,15})\.\.(\d{1,15})", re.ASCII)


@dataclass(frozen=True, slots=True)
class OutOfHours:
    """Outside the hours of one version of the policy; 0: while none was in force."""

    policy: int


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Views opened and copies released before one place in the trail, and no result of them before another one."""

    opened_below: int
    answered_below: int


def hours_of(policy: Policy) -> tuple[WorkingHours, str]:
    """The hours outside of which something is out of hours, and their time zone; '' is the reader's."""
    return (policy.hours, policy.timezone) if policy.hours.spans else (USUAL_HOURS, "")


NO_POLICY = hours_of(DEFAULT_POLICY)


def read_condition(value: str) -> OutOfHours | Unanswered | None:
    """What a value of ``is:`` says beside its name; None where it leaves that open. InputError ``trail.query_is``."""
    name, is_settled, said = value.partition("@")
    if not is_settled and name in {OUT_OF_HOURS, UNANSWERED}:
        return None
    if name == OUT_OF_HOURS and _VERSION.fullmatch(said):
        return OutOfHours(int(said))
    if name == UNANSWERED and (places := _PLACES.fullmatch(said)):
        return Unanswered(int(places[1]), int(places[2]))
    raise InputError("trail.query_is")


def condition_text(said: OutOfHours | Unanswered) -> str:
    """The value's one spelling."""
    if isinstance(said, OutOfHours):
        return f"{OUT_OF_HOURS}@{said.policy}"
    return f"{UNANSWERED}@{said.opened_below}..{said.answered_below}"


def spelt_condition(value: str) -> str:
    """The one spelling of a value that was typed or stands in an address. InputError ``trail.query_is``."""
    said = read_condition(value.casefold())
    return value.casefold() if said is None else condition_text(said)
