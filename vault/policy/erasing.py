"""Who may take something out of the trail, why, and in which states: two people of two offices, never the subject.

An administrator, who keeps the accounts, asks; a security officer, who keeps what is destroyed and what is held,
decides. The auditor, who must be able to rely on the trail, changes nothing of it. Persons are told apart by their
immutable ids, so that whoever changed office meanwhile does not decide what they asked for.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Mapping
from types import MappingProxyType

from vault.model import PersonId
from vault.policy.decision import ALLOWED, Decision, denied


class ErasureKind(enum.Enum):
    """What is taken out; the value is stored and stands in the trail."""

    PERSON = "person"
    PRUNE = "prune"


class LegalBasis(enum.Enum):
    """Why the law asks for it or allows it. The text beside it says the rest; the case number finds the papers."""

    GDPR_17 = "gdpr_17"
    PIPL_47 = "pipl_47"
    RETENTION_ENDED = "retention_ended"
    COURT_ORDER = "court_order"
    OTHER_LAW = "other_law"


class ErasureState(enum.Enum):
    """Life of an erasure."""

    AWAITING = "awaiting"
    RUNNING = "running"
    FAILED = "failed"
    DONE = "done"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class ErasureStep(enum.Enum):
    """What moves it. FINISH and FAIL are the worker's."""

    APPROVE = "approve"
    REFUSE = "refuse"
    CANCEL = "cancel"
    RESUME = "resume"
    FAIL = "fail"
    FINISH = "finish"


NEXT_STATE: Mapping[tuple[ErasureState, ErasureStep], ErasureState] = MappingProxyType(
    {
        (ErasureState.AWAITING, ErasureStep.APPROVE): ErasureState.RUNNING,
        (ErasureState.AWAITING, ErasureStep.REFUSE): ErasureState.REFUSED,
        (ErasureState.AWAITING, ErasureStep.CANCEL): ErasureState.CANCELLED,
        (ErasureState.RUNNING, ErasureStep.FAIL): ErasureState.FAILED,
        (ErasureState.RUNNING, ErasureStep.FINISH): ErasureState.DONE,
        (ErasureState.FAILED, ErasureStep.RESUME): ErasureState.RUNNING,
        (ErasureState.FAILED, ErasureStep.CANCEL): ErasureState.CANCELLED,
    }
)
"""Every move there is. What runs is not called off: a key that is gone cannot be brought back."""

BASES: Mapping[ErasureKind, tuple[LegalBasis, ...]] = MappingProxyType(
    {
        ErasureKind.PERSON: tuple(LegalBasis),
        ErasureKind.PRUNE: (LegalBasis.RETENTION_ENDED, LegalBasis.COURT_ORDER, LegalBasis.OTHER_LAW),
    }
)
"""A person's request is about their own values, so it is no ground for removing everybody's entries."""

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def decide_requesting(*, requester: PersonId, subject: str) -> Decision:
    """May this person ask for it? Nobody asks for an erasure of what they did themselves."""
    return denied("denied.own_erasure") if requester == subject else ALLOWED


def decide_deciding(*, decider: PersonId, requester: PersonId, subject: str) -> Decision:
    """May this person approve it? Asked when it is shown, when it is decided, and at every step of carrying it out."""
    if decider == subject or requester == subject:
        return denied("denied.own_erasure")
    if decider == requester:
        return denied("denied.own_request_to_erase")
    return ALLOWED


def is_month(text: str) -> bool:
    """Whether it is written as the trail writes months: ``2026-11``."""
    return _MONTH.fullmatch(text) is not None


def month_of(moment: dt.datetime) -> str:
    """The month (UTC) that an entry of this moment belongs to."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m")


def earliest_kept(now: dt.datetime, *, months: int) -> dt.date:
    """The first day (UTC) whose entries must still be kept when entries are kept for so many whole months."""
    today = now.astimezone(dt.UTC).date()
    number = today.year * 12 + today.month - 1 - months
    return dt.date(max(1, number // 12), number % 12 + 1, 1)
