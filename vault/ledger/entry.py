"""What a use case hands to the recorder: one event with its facts, before anything is committed to or sealed.

``actor``, ``subject_person``, ``place``, ``reason`` and ``session`` become salted commitments; every other field stands
readable in the leaf for ever, so it must not speak of a person: ids, codes and numbers only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from types import MappingProxyType

from vault.ledger.events import Event, Outcome
from vault.model import EntryId, PersonId, Place, Reason

NO_DETAILS: Mapping[str, str | int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Entry:
    """One event to record. Ids are '' where there is none.

    ``details`` are non-personal facts under short lower-case ASCII names; ``code`` is the reason code of a denial or
    failure; ``intent`` is the entry that this one is the result of.
    """

    event: Event
    outcome: Outcome
    _: KW_ONLY
    actor: PersonId | None = None
    subject_person: PersonId | None = None
    session: str = ""
    dossier: str = ""
    document: str = ""
    version: str = ""
    view: str = ""
    request: str = ""
    place: Place | None = None
    reason: Reason | None = None
    code: str = ""
    details: Mapping[str, str | int] = field(default_factory=lambda: NO_DETAILS)
    intent: EntryId | None = None
