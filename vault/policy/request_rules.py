"""What the policy says of requests and grants (docs/spec/requests.md)."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import msgspec

from vault.model import ReasonCategory
from vault.policy.part import Part

Approvals: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=3)]
Days: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=365)]
LeaseMinutes: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=480)]
CasePattern: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]


class CaseNumbers(Part, frozen=True, kw_only=True):
    """How case numbers look in each category of reasons (vault/policy/case_numbers.py); None: any will do."""

    customer_meeting: CasePattern | None = None
    offer: CasePattern | None = None
    contract: CasePattern | None = None
    service_case: CasePattern | None = None
    handover: CasePattern | None = None
    review: CasePattern | None = None
    other: CasePattern | None = None

    def pattern_for(self, category: ReasonCategory) -> str | None:
        """The pattern of this category."""
        found: str | None = getattr(self, category.value)
        return found


class EmergencyRules(Part, frozen=True, kw_only=True):
    """How a document opens in an emergency, before anybody could decide; a class says whether it may at all."""

    minutes: Annotated[int, msgspec.Meta(ge=5, le=120)] = 15
    """Within which the one view must be opened; it then lasts as long as any view."""
    open_reviews: Annotated[int, msgspec.Meta(ge=1, le=5)] = 1
    """Emergencies of one person that may wait for their review; with so many there is no further one."""


class RequestRules(Part, frozen=True, kw_only=True):
    """What may be asked for, how many must agree, and how long what they grant holds."""

    approvals: Approvals = 1
    """How many different approvers must agree. One refusal ends a request all the same."""
    most_views: Annotated[int, msgspec.Meta(ge=1, le=100)] = 10
    most_days: Days = 30
    """Of access outside assignment, out of hours or out of place."""
    most_lease_minutes: LeaseMinutes = 120
    first_use_days: Days = 30
    """A grant that is not used for so long lapses."""
    grant_days: Days = 30
    """How long granted views, a longer lease or copies last, counted from their first use."""
    approver_must_remain: bool = True
    """Whether a grant holds only while everybody who agreed to it is still an active approver of the dossier."""
    open_accesses: Annotated[int, msgspec.Meta(ge=1, le=50)] = 5
    """Requests for access to dossiers one knows by reference only, that one person may have open at once."""
    copies: bool = False
    """Whether marked copies may leave the vault; a class may say otherwise."""
    most_copies: Annotated[int, msgspec.Meta(ge=1, le=5)] = 1
    copy_pages: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50
    """The longest document of which a copy can be made."""
    copy_hours: Annotated[int, msgspec.Meta(ge=1, le=168)] = 24
    """How long a copy that was prepared can be downloaded, once, and its password be read."""
    delegation_days: Days = 90
    """For how long an approver may hand their approving to somebody else, at most."""
    case_numbers: CaseNumbers = CaseNumbers()
