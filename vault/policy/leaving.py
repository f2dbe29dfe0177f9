"""Leaving: the states of it, the moment it ends, the watch until then, and who confirms a hand-over.

Pure. A person leaves at the end of their last day in the company's time zone: at the first moment of the next day,
wherever the clocks are changed. From the announcement until then they are *watched*: what the policy says of that
holds beside every other rule. Each duty that they hold on a dossier is handed over by two people, its custodian and
the successor, and only then is it given, by the same rules as any other duty.
"""

from __future__ import annotations

import datetime as dt
import enum
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from vault.model import Duty, Office, PersonId
from vault.policy.decision import ALLOWED, Decision, denied, unknown

LONGEST_NOTICE_DAYS = 1100
"""A last day further away is a slip of the pen."""


class LeavingState(enum.Enum):
    """Where a leaving stands; the value is stored."""

    ANNOUNCED = "announced"
    CALLED_OFF = "called_off"
    ENDED = "ended"


class LeavingAct(enum.Enum):
    """What can be done about a leaving."""

    CHANGE = "change"
    CALL_OFF = "call_off"
    END_NOW = "end_now"
    LAST_DAY_OVER = "last_day_over"
    FINISH = "finish"


NEXT_STATE: Mapping[tuple[LeavingState, LeavingAct], LeavingState] = MappingProxyType(
    {
        (LeavingState.ANNOUNCED, LeavingAct.CHANGE): LeavingState.ANNOUNCED,
        (LeavingState.ANNOUNCED, LeavingAct.CALL_OFF): LeavingState.CALLED_OFF,
        (LeavingState.ANNOUNCED, LeavingAct.END_NOW): LeavingState.ANNOUNCED,
        (LeavingState.ANNOUNCED, LeavingAct.LAST_DAY_OVER): LeavingState.ANNOUNCED,
        (LeavingState.ANNOUNCED, LeavingAct.FINISH): LeavingState.ENDED,
    }
)
"""Every act that a state allows, with the state that it leads to. What is missing here is refused.

End now and the end of the last day are not the last step: until everything of the person's is ended, the leaving stays
announced, so that whoever was interrupted goes on.
"""


class HandoverState(enum.Enum):
    """Where the hand-over of one duty stands."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class Side(enum.Enum):
    """The two who confirm a hand-over."""

    CUSTODIAN = "custodian"
    SUCCESSOR = "successor"


@dataclass(frozen=True, slots=True)
class ConfirmingFacts:
    """``accounts`` are all ids of the person who acts: whoever has two accounts is one person.

    ``custodians`` are those of the dossier who work here now; ``custodian`` is who confirmed as one already.
    """

    accounts: frozenset[PersonId]
    office: Office
    leaver: PersonId
    successor: PersonId | None
    custodians: frozenset[PersonId]
    custodian: PersonId | None


def end_of_last_day(last_day: dt.date, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """The first moment (UTC) of the next day there. A midnight that the clocks skip is the moment they skip it."""
    midnight = dt.datetime.combine(last_day + dt.timedelta(days=1), dt.time(), tzinfo=zone)
    return midnight.astimezone(dt.UTC)


def decide_last_day(last_day: dt.date, *, today: dt.date) -> Decision:
    """May this be somebody's last day? Today at the earliest: whoever is to leave at once is suspended at once."""
    if last_day < today:
        return denied("leaving.day_past")
    return ALLOWED if (last_day - today).days <= LONGEST_NOTICE_DAYS else denied("leaving.day_far")


def decide_proposing(facts: ConfirmingFacts) -> Decision:
    """May this person say who takes a duty over? Custodians of the dossier, and administrators."""
    if facts.office is Office.ADMINISTRATOR or facts.accounts & facts.custodians:
        return ALLOWED
    return unknown("denied.duty")


def decide_confirming(facts: ConfirmingFacts, side: Side) -> Decision:
    """May this person confirm on that side? Two people, told apart by their ids; the leaver only as sole custodian.

    A dossier whose custodians are all gone has nobody on that side: there an administrator confirms in their place.
    """
    if facts.successor is None:
        return denied("handover.no_successor")
    if side is Side.SUCCESSOR:
        if facts.successor not in facts.accounts:
            return unknown("denied.not_successor")
        return denied("handover.same_person") if facts.custodian in facts.accounts else ALLOWED
    stands_in = not facts.custodians and facts.office is Office.ADMINISTRATOR
    if not facts.accounts & facts.custodians and not stands_in:
        return unknown("denied.duty")
    if facts.successor in facts.accounts:
        return denied("handover.same_person")
    if facts.leaver in facts.accounts and not facts.custodians <= facts.accounts:
        return denied("handover.leaver")
    return ALLOWED


def ends_on_last_day(duty: Duty, *, other_custodians: bool) -> bool:
    """Whether a duty that nobody took over ends with its holder: not the last custodian's, who keeps a place open.

    Nobody can use it any more, but the dossier is found among those that need a custodian.
    """
    return duty is not Duty.CUSTODIAN or other_custodians
