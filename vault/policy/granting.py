"""What a person can ask for beyond what the policy gives them, and how long a grant of it holds."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

from vault.model import Classification
from vault.policy.document import Policy


class GrantKind(enum.Enum):
    """What is asked for and granted; the value is stored and stands in the trail."""

    VIEWS = "views"
    """More views of a document."""
    ACCESS = "access"
    """Opening a document of a dossier that the person is not assigned to."""
    HOURS = "hours"
    """Opening outside of working hours, where the policy asks for them."""
    PLACE = "place"
    """Opening from a place that the policy does not list for the class."""
    LEASE = "lease"
    """A longer lease."""
    COPY = "copy"
    """A marked copy that leaves the vault."""
    EMERGENCY = "urgent"
    """One view in an emergency, which nobody granted beforehand (vault/emergencies); never asked for."""

    @property
    def counts_days(self) -> bool:
        """Whether what is asked for is a number of days, which begin with the first use."""
        return self in {GrantKind.ACCESS, GrantKind.HOURS, GrantKind.PLACE}

    @property
    def is_counted(self) -> bool:
        """Whether each use takes one of the amount."""
        return self in {GrantKind.VIEWS, GrantKind.COPY, GrantKind.EMERGENCY}

    @property
    def adds_views(self) -> bool:
        """Whether the amount counts in the quota of the document."""
        return self in {GrantKind.VIEWS, GrantKind.EMERGENCY}


class GrantState(enum.Enum):
    """How a grant stands; the last five have ended for good and are stored as the cause."""

    WAITING = "waiting"
    """Not used yet."""
    RUNNING = "running"
    SPENT = "spent"
    """Every view or copy of it is used."""
    LAPSED = "lapsed"
    """Not used in time."""
    EXPIRED = "expired"
    """Its time is over."""
    RETURNED = "returned"
    """Given back by whoever has it."""
    REVOKED = "revoked"
    VOID = "void"
    """Somebody who agreed to it, or who has it, has lost the right to."""


OVER = frozenset({GrantState.LAPSED, GrantState.EXPIRED, GrantState.RETURNED, GrantState.REVOKED, GrantState.VOID})


@dataclass(frozen=True, slots=True)
class GrantTimes:
    """The clock of a grant: it starts with the first use, and without one it runs out at ``use_by``."""

    use_by: dt.datetime
    first_used_at: dt.datetime | None
    ends_at: dt.datetime | None

    def state(self, now: dt.datetime) -> GrantState:
        """WAITING, RUNNING, LAPSED or EXPIRED."""
        if self.ends_at is not None:
            return GrantState.RUNNING if now < self.ends_at else GrantState.EXPIRED
        return GrantState.WAITING if now < self.use_by else GrantState.LAPSED


def most_of(policy: Policy, kind: GrantKind) -> int:
    """The most that can be asked for: views, minutes of a lease, copies, or days."""
    rules = policy.requests
    if kind.counts_days:
        return rules.most_days
    return {
        GrantKind.VIEWS: rules.most_views,
        GrantKind.LEASE: rules.most_lease_minutes,
        GrantKind.COPY: rules.most_copies,
    }[kind]


def approvals_for(policy: Policy, classification: Classification) -> int:
    """How many approvers must agree for a dossier of this class."""
    own = policy.for_class(classification).approvals
    return policy.requests.approvals if own is None else own


def copies_leave(policy: Policy, classification: Classification) -> bool:
    """Whether marked copies of documents of this class may leave the vault."""
    own = policy.for_class(classification).copies
    return policy.requests.copies if own is None else own


def lasts(policy: Policy, kind: GrantKind, amount: int) -> dt.timedelta:
    """How long a grant holds from its first use."""
    if kind is GrantKind.EMERGENCY:
        return dt.timedelta(days=1)  # longer than any view; how soon it must be used is its own figure
    return dt.timedelta(days=amount if kind.counts_days else policy.requests.grant_days)
