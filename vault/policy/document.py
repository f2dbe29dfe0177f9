"""The policy: every rule of a company that is a figure or a choice, as one readable value.

It is no configuration of a node. One version is in force for the whole vault, stored with all before it, changed only
by two people, and named by its number in what is recorded (docs/adr/0024-policy-in-the-vault.md). Version 0 is what a
vault begins with. A new field needs a default that means what held before it, so that old versions stay readable.
"""

from __future__ import annotations

import functools
import hashlib
from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from vault.errors import InputError
from vault.model import Classification
from vault.policy.alert_terms import AlertPolicy
from vault.policy.part import Part as Part
from vault.policy.request_rules import Approvals, EmergencyRules, LeaseMinutes, RequestRules

ClassName: TypeAlias = Literal["internal", "confidential", "secret", "top_secret"]
PositionDemand: TypeAlias = Literal["never", "asked", "required"]
WindowDays: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=3650)]
ViewsADay: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=100_000)]
Views: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=1000)]
ClassTitle: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
Pages: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=10_000)]
Date: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
SpanText: TypeAlias = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?"
        r" ([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"
    ),
]
"""The same part of some days, by the wall clock: ``mon-fri 08:00-18:00``, or ``sat 09:00-12:00``."""
ZoneNames: TypeAlias = Annotated[
    tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=100)], ...], msgspec.Meta(max_length=200)
]
Countries: TypeAlias = Annotated[
    tuple[Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}$")], ...], msgspec.Meta(max_length=250)
]
MOST_BYTES = 64 << 10


class WorkingHours(Part, frozen=True, kw_only=True, cache_hash=True):
    """When work is done, in the policy's time zone; no ``spans``: at any time. On ``holidays`` nobody works."""

    spans: Annotated[tuple[SpanText, ...], msgspec.Meta(max_length=50)] = ()
    holidays: Annotated[tuple[Date, ...], msgspec.Meta(max_length=1000)] = ()


class ClassPolicy(Part, frozen=True, kw_only=True):
    """What holds for one class of dossiers in place of what holds for all; None: as for all."""

    name_en: ClassTitle | None = None
    """What the class is called in English; None: as it comes (vault/policy/class_names.py)."""
    name_zh: ClassTitle | None = None
    views: Views | None = None
    window_days: WindowDays | None = None
    views_a_day: ViewsADay | None = None
    """A person's views of this class a day, within those of all classes together."""
    lease_minutes: LeaseMinutes | None = None
    approvals: Approvals | None = None
    copies: bool | None = None
    emergencies: bool | None = None
    """Whether documents open in an emergency; None: up to secret, not above (vault/policy/emergencies.py)."""
    pages_per_view: Pages | None = None
    outside_hours: bool | None = None
    zones: ZoneNames | None = None
    countries: Countries | None = None
    """Where the class opens. With either of them it has places of its own, and the other one of them is empty."""
    position: PositionDemand | None = None
    exposure_value: Annotated[int, msgspec.Meta(ge=1, le=100)] | None = None
    """What a dossier is worth in an exposure report; None: 1, 2, 4 and 8 from the lowest class up."""


class WatchPolicy(Part, frozen=True, kw_only=True):
    """What holds for a person from the announcement of their leaving until their last day is over."""

    views: Views | None = 1
    """At most so many views of one document before any approved ones; None: as for everybody."""
    by_approval: bool = True
    """Whether each view needs an approver's grant."""
    copies: bool = False
    """Whether marked copies may still be released to them."""


class ExposurePolicy(Part, frozen=True, kw_only=True):
    """How an exposure report ranks the dossiers that somebody saw (docs/operations/leaving.md has the arithmetic)."""

    days: Annotated[int, msgspec.Meta(ge=7, le=1100)] = 90
    half_life_days: Annotated[int, msgspec.Meta(ge=1, le=365)] = 30
    """After so many days without a further view a dossier counts half."""


class Policy(Part, frozen=True, kw_only=True):
    """``views`` of one document by one person, each for ``lease_minutes``, before any approved ones."""

    views: Views = 3
    window_days: WindowDays | None = None
    """Views are counted within the last so many times 24 hours; None: for ever."""
    views_a_day: ViewsADay | None = None
    """A person's views a day of all documents together, whatever each would allow; None: any number."""
    lease_minutes: LeaseMinutes = 15
    count: Literal["document", "version"] = "document"
    """Whether views are counted over a document's versions together or for each by itself."""
    pages_per_view: Pages | None = None
    """So many different pages in one view; None: all."""
    timezone: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] = "UTC"
    """Where a day begins and by which clock hours are meant, such as Asia/Shanghai."""
    hours: WorkingHours = WorkingHours()
    outside_hours: bool = False
    """Whether documents open outside of working hours as well."""
    zones: ZoneNames = ()
    countries: Countries = ()
    """Documents open in one of these zones of the network or in one of these countries; none of either: everywhere.

    A country is that of the address in the operator's location database (ISO 3166-1, two letters). What somebody
    declares or a browser reports opens nothing.
    """
    position: PositionDemand = "never"
    """Whether the browser is asked for its position when somebody opens, and whether they may decline."""
    request_lapse_days: Annotated[int, msgspec.Meta(ge=1, le=365)] = 14
    requests: RequestRules = RequestRules()
    """What may be asked for beyond all this, and what a grant of it is."""
    emergencies: EmergencyRules = EmergencyRules()
    proposal_lapse_days: Annotated[int, msgspec.Meta(ge=1, le=90)] = 14
    """How long a proposed policy waits for its decision."""
    watch: WatchPolicy = WatchPolicy()
    exposure: ExposurePolicy = ExposurePolicy()
    alerts: AlertPolicy = AlertPolicy()
    """From what on somebody is to look at what a person did in a day."""
    classes: dict[ClassName, ClassPolicy] = msgspec.field(default_factory=dict)

    def for_class(self, classification: Classification) -> ClassPolicy:
        """What is particular to the class."""
        return self.classes.get(classification.value, ClassPolicy())


DEFAULT_POLICY: Final = Policy()
"""Version 0."""


class PolicyInForce(msgspec.Struct, frozen=True):
    """A policy with the number of its version."""

    version: int
    policy: Policy


def encode_policy(policy: Policy) -> bytes:
    """As it is stored: JSON with sorted keys, what is left at its default left out."""
    return msgspec.json.encode(policy, order="sorted")


@functools.lru_cache(maxsize=16)
def decode_policy(content: bytes) -> Policy:
    """InputError ``policy.unreadable`` with the path and what was expected there."""
    if len(content) > MOST_BYTES:
        raise InputError("policy.unreadable", fault=f"{len(content)} > {MOST_BYTES} bytes")
    try:
        return msgspec.json.decode(content, type=Policy)
    except msgspec.DecodeError as error:
        raise InputError("policy.unreadable", fault=str(error)) from error


def policy_digest(policy: Policy) -> str:
    """SHA-256 of the stored form, in hex."""
    return hashlib.sha256(encode_policy(policy)).hexdigest()
