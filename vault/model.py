"""The values that the vault speaks of: typed ids, duties, classes, places and reasons.

Ids are random 128-bit values in lower-case base32 without padding (26 characters) behind a one-letter kind, so that
they are unguessable, sort nowhere and cannot be taken for one another. An id is never a permission.
"""

from __future__ import annotations

import base64
import datetime as dt
import enum
from dataclasses import dataclass, field
from typing import NewType

from keys.model import Secret
from vault.clock import RandomBytes

PersonId = NewType("PersonId", str)
SessionId = NewType("SessionId", str)
DossierId = NewType("DossierId", str)
DocumentId = NewType("DocumentId", str)
VersionId = NewType("VersionId", str)
ViewId = NewType("ViewId", str)
RequestId = NewType("RequestId", str)
CopyId = NewType("CopyId", str)
EntryId = NewType("EntryId", str)
NoticeId = NewType("NoticeId", str)
TeamId = NewType("TeamId", str)


def new_id(kind: str, random: RandomBytes) -> str:
    """``kind`` (one lower-case letter) followed by 26 base32 characters of fresh randomness."""
    return kind + base64.b32encode(random(16)).decode("ascii").rstrip("=").lower()


class Office(enum.Enum):
    """What a person is for the whole organisation. Exactly one; the last three exclude each other and borrowing."""

    STAFF = "staff"
    ADMINISTRATOR = "administrator"
    SECURITY_OFFICER = "security_officer"
    AUDITOR = "auditor"


class Duty(enum.Enum):
    """What a person of the staff is for one dossier."""

    AUTHOR = "author"
    BORROWER = "borrower"
    CUSTODIAN = "custodian"
    APPROVER = "approver"


class Classification(enum.Enum):
    """Class of a dossier, lowest first; the number is what a clearance is compared with."""

    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    SECRET = "secret"
    TOP_SECRET = "top_secret"

    @property
    def rank(self) -> int:
        return list(Classification).index(self)


class PersonState(enum.Enum):
    ACTIVE = "active"
    SUSPENDED = "suspended"


class PlaceSource(enum.Enum):
    """How a place is known, most trustworthy first."""

    ZONE = "zone"
    DECLARED = "declared"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class BrowserPosition:
    """Where a browser says that it is, with the person's consent: rounded, and as easily forged as any of its words.

    Hundredths of a degree, which is about a kilometre; ``accuracy_m`` as the browser claims, in metres.
    """

    latitude_hundredths: int
    longitude_hundredths: int
    accuracy_m: int

    def __str__(self) -> str:
        """Latitude and longitude in degrees, such as ``52.52,-0.13``."""
        return f"{self.latitude_hundredths / 100:.2f},{self.longitude_hundredths / 100:.2f}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person is, each piece of evidence beside the others and none weighed against another.

    The peer ``address`` as the gateway saw it and the ``zone`` it falls in; ``country`` (two letters) and ``city`` of
    that address in the operator's location database of the day ``geoip_built``; what the person ``declared``; the
    browser's ``position``. ``trusted_proxy`` names the proxy whose forwarded address was believed, or is empty.
    ``source`` says what the words of :attr:`label` rest on.
    """

    address: str
    source: PlaceSource
    zone: str = ""
    declared: str = ""
    trusted_proxy: str = ""
    country: str = ""
    city: str = ""
    geoip_built: str = ""
    position: BrowserPosition | None = None

    @property
    def label(self) -> str:
        """The words that go on the mark: zone name, else what was declared, else the address."""
        return self.zone or self.declared or self.address


class ReasonCategory(enum.Enum):
    """Why a document is opened, as a closed list; the text says the rest."""

    CUSTOMER_MEETING = "customer_meeting"
    OFFER = "offer"
    CONTRACT = "contract"
    SERVICE_CASE = "service_case"
    HANDOVER = "handover"
    REVIEW = "review"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Reason:
    """A checked reason: category, text of some substance, and a case number or ''."""

    category: ReasonCategory
    text: str
    case_number: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, from where, in which session: resolved by the gateway, trusted by use cases, never sent by a client.

    ``session_id`` is '' for the command line, where ``office`` still comes from the person's record.
    ``session_secret`` is what only this person's session cookie holds; without it no view opens.
    """

    person_id: PersonId
    session_id: SessionId
    office: Office
    name: str
    staff_number: str
    locale: str
    timezone: str
    place: Place
    session_secret: Secret | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Lease:
    """How long a view lasts: opened and expiring moments (aware UTC)."""

    opened_at: dt.datetime
    expires_at: dt.datetime
