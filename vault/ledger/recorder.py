"""Records an event in the transaction in which it happens.

Writes an inbox row with the leaf's draft, and beside it the personal values, sealed to the public key of a person and
month; the private halves are sealed to the trail-reading key. So recording works while the vault is sealed, deleting
one period row erases a person's month for ever, and nothing that a process keeps opens what others recorded.

Each pooled connection of each process has a lane of its own with a dense counter (``nseq``), so that concurrent
transactions never wait for one another here, and a lost inbox row leaves a hole that the verifier finds.

::

    one event                             one way to PostgreSQL and back where what is remembered still holds
      (1) number, handle, periods, policy as this process remembers them; what it does not know is looked up or made
      (2) draft, sealed values            with them
      (3) take the number, store both     if it is the lane's next, handle and periods are still there, and no other
                                          policy is in force; else forget them all and go back to (1), twice at most
"""

from __future__ import annotations

import datetime as dt
import itertools
import threading
from collections.abc import Mapping
from dataclasses import dataclass

from vault.clock import Clock, RandomBytes, system_random
from vault.database import ledger_appending
from vault.database.engine import Connection
from vault.database.ledger_appending import LaneNumber
from vault.database.ledger_rows import InboxRow
from vault.errors import Unavailable
from vault.ledger.canonical import CanonicalValue, canonical_bytes
from vault.ledger.disclosures import DIGEST_ALGORITHM, DisclosedValue, Disclosure, digests_of_all, make_disclosure
from vault.ledger.entry import Entry
from vault.ledger.events import MADE_BY_SEQUENCER
from vault.ledger.sealed_parts import ACTOR, PARTS, PLACE, REASON, SESSION, SUBJECT
from vault.ledger.subjects import SubjectBook
from vault.ledger.values import ValueSealer
from vault.model import EntryId, Place, Reason, new_id
from vault.place import further_evidence

LEAF_VERSION = 1
NOBODY = ""
_LANE = "trail_lane"
_ATTEMPTS = 3

_Parts = Mapping[str, tuple[str, list[Disclosure]]]
"""Personal values by part: whose they are, and their disclosures."""


@dataclass(slots=True)
class _Lane:
    """The lane of a pooled connection, which is in one transaction at a time, and its last number as remembered."""

    name: str
    last: int | None = None


class Recorder:
    """Appends entries for one process. Make it after forking. Safe between threads.

    ``sealing_random`` makes keys and nonces of sealed values, which must never repeat: not the one that a test or a
    vector repeats itself with.
    """

    def __init__(
        self, *, node: str, random: RandomBytes, clock: Clock, sealing_random: RandomBytes = system_random
    ) -> None:
        self._node = node
        self._random = random
        self._clock = clock
        self._process = random(6).hex()
        self._lanes = itertools.count()
        self._lock = threading.Lock()
        self._subjects = SubjectBook(random)
        self._sealer = ValueSealer(sealing_random)
        self._policy: int | None = None

    def append(self, tx: Connection, entry: Entry) -> EntryId:
        """Records ``entry`` in the caller's transaction: durable if and when that commits."""
        if entry.event in MADE_BY_SEQUENCER:
            raise ValueError(f"{entry.event.value} is the sequencer's to make")
        now = self._clock.now()
        entry_id = EntryId(new_id("e", self._random))
        parts = self._disclosures(entry)
        counted = entry.actor or entry.subject_person or NOBODY
        people = sorted({person for person, _disclosures in parts.values()})
        lane = self._lane_of(tx)
        for _attempt in range(_ATTEMPTS):
            handle = self._subjects.handle(tx, counted)  # (1)
            periods = {person: self._subjects.period(tx, person, now) for person in people}
            number = self._next_number(tx, lane)
            draft = self._draft(entry, entry_id, now, parts, number, handle)  # (2)
            row = _inbox_row(entry, draft, handle)
            sealed = {
                part: (periods[person].id, self._sealer.seal(values, periods[person], entry_id=entry_id, now=now))
                for part, (person, values) in parts.items()
            }
            if ledger_appending.store_entry(tx, number, row, sealed, person_id=counted):  # (3)
                lane.last, self._policy = number.number, number.policy
                return entry_id
            lane.last = self._policy = None
            self._subjects.forget({counted, *people})
        raise Unavailable("database.unavailable")

    def _next_number(self, tx: Connection, lane: _Lane) -> LaneNumber:
        if lane.last is None:
            lane.last = ledger_appending.last_number(tx, self._node, lane.name)
        policy = self._policy
        if policy is None:
            policy = ledger_appending.policy_version(tx)
        return LaneNumber(self._node, lane.name, lane.last + 1, policy)

    def _disclosures(self, entry: Entry) -> _Parts:
        """Personal values by whose they are: what the actor did, and whom it was about."""
        values = _personal_values(entry)
        found: dict[str, tuple[str, list[Disclosure]]] = {}
        for part, names in PARTS.items():
            members = [make_disclosure(each, values[each], random=self._random) for each in names if each in values]
            if members:
                person = entry.subject_person if part == SUBJECT else entry.actor or entry.subject_person
                found[part] = (person or NOBODY, members)
        return found

    def _draft(
        self, entry: Entry, entry_id: EntryId, now: dt.datetime, parts: _Parts, number: LaneNumber, handle: str
    ) -> dict[str, CanonicalValue]:
        facts: dict[str, CanonicalValue] = {
            "v": LEAF_VERSION,
            "id": entry_id,
            "event": entry.event.value,
            "outcome": entry.outcome.value,
            "time": instant(now),
            "who": handle,
            "dossier": entry.dossier,
            "document": entry.document,
            "version": entry.version,
            "view": entry.view,
            "request": entry.request,
            "code": entry.code,
            "intent": entry.intent or "",
        }
        present = {name: value for name, value in facts.items() if value != ""}
        if number.policy:
            present["policy"] = number.policy
        if entry.details:
            present["details"] = dict(entry.details)
        if parts:
            present["_sd"] = sorted(
                digests_of_all([each.text.encode() for _person, members in parts.values() for each in members])
            )
            present["_sd_alg"] = DIGEST_ALGORITHM
        return present | {"node": number.node, "lane": number.lane, "nseq": number.number}

    def _lane_of(self, tx: Connection) -> _Lane:
        lane = tx.info.get(_LANE)
        if not isinstance(lane, _Lane) or not lane.name.startswith(self._process):
            with self._lock:
                lane = _Lane(f"{self._process}.{next(self._lanes)}")
            tx.info[_LANE] = lane
        return lane


def _personal_values(entry: Entry) -> dict[str, DisclosedValue]:
    """Those that the entry has, by name."""
    values: dict[str, DisclosedValue] = {}
    if entry.actor:
        values[ACTOR] = entry.actor
    if entry.subject_person:
        values[SUBJECT] = entry.subject_person
    if entry.session:
        values[SESSION] = entry.session
    if entry.place is not None:
        values[PLACE] = _place_value(entry.place)
    if entry.reason is not None:
        values[REASON] = _reason_value(entry.reason)
    return values


def _inbox_row(entry: Entry, draft: dict[str, CanonicalValue], handle: str) -> InboxRow:
    return InboxRow(
        entry_id=str(draft["id"]),
        draft=canonical_bytes(draft),
        actor_id=entry.actor or "",
        subject_id=entry.subject_person or "",
        handle=handle,
        session_id=entry.session,
        reason_category=entry.reason.category.value if entry.reason else "",
        place_zone=entry.place.zone if entry.place else "",
        place_source=entry.place.source.value if entry.place else "",
    )


def instant(moment: dt.datetime) -> str:
    """RFC 3339 in UTC with milliseconds."""
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds")[: -len("+00:00")] + "Z"


def _place_value(place: Place) -> dict[str, str]:
    values = {
        "address": place.address,
        "source": place.source.value,
        "zone": place.zone,
        "declared": place.declared,
        "proxy": place.trusted_proxy,
        **further_evidence(place),
    }
    return {name: value for name, value in values.items() if value}


def _reason_value(reason: Reason) -> dict[str, str]:
    values = {"category": reason.category.value, "text": reason.text, "case": reason.case_number}
    return {name: value for name, value in values.items() if value}
