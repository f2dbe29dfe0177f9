"""Records an event in the transaction in which it happens.

Writes an inbox row with the leaf's draft, and beside it the personal values, sealed to the public key of a person and
month; the private halves are sealed to the trail-reading key. So recording works while the vault is sealed, this
process cannot read back what it records, and deleting one period row erases a person's month for ever.

Each pooled connection of each process has a lane of its own with a dense counter (``nseq``), so that concurrent
transactions never wait for one another here, and a lost inbox row leaves a hole that the verifier finds.
"""

from __future__ import annotations

import base64
import datetime as dt
import itertools
import json
import threading
from collections.abc import Mapping

from keys.model import EncryptionContext
from keys.primitives import generate_box_keypair, seal_secret_to, seal_to
from vault.clock import Clock, RandomBytes
from vault.database import ledger_appending
from vault.database.engine import Connection
from vault.database.ledger_appending import InboxRow, PeriodRow
from vault.errors import Unavailable
from vault.ledger.canonical import CanonicalValue, canonical_bytes
from vault.ledger.disclosures import DIGEST_ALGORITHM, DisclosedValue, Disclosure, make_disclosure
from vault.ledger.entry import Entry
from vault.ledger.events import MADE_BY_SEQUENCER
from vault.model import EntryId, Place, Reason, new_id

LEAF_VERSION = 1
NOBODY = ""
PERIOD_LABEL = "vault.trail-period.v1"
DISCLOSURE_LABEL = "vault.trail-disclosure.v1"
_LANE = "trail_lane"


class Recorder:
    """Appends entries for one process. Make it after forking. Safe between threads."""

    def __init__(self, *, node: str, random: RandomBytes, clock: Clock) -> None:
        self._node = node
        self._random = random
        self._clock = clock
        self._process = random(6).hex()
        self._lanes = itertools.count()
        self._lock = threading.Lock()

    def append(self, tx: Connection, entry: Entry) -> EntryId:
        """Records ``entry`` in the caller's transaction: durable if and when that commits."""
        if entry.event in MADE_BY_SEQUENCER:
            raise ValueError(f"{entry.event.value} is the sequencer's to make")
        now = self._clock.now()
        entry_id = EntryId(new_id("e", self._random))
        by_part = self._disclosures(entry)
        handle = self._handle(tx, entry.actor or entry.subject_person)
        draft = self._draft(tx, entry, entry_id, now, by_part, handle)
        ledger_appending.store_inbox_row(
            tx,
            InboxRow(
                entry_id=entry_id,
                draft=canonical_bytes(draft),
                actor_id=entry.actor or "",
                subject_id=entry.subject_person or "",
                handle=handle,
            ),
        )
        for part, (person, disclosures) in by_part.items():
            period = self._period(tx, person, now)
            sealed = _seal(disclosures, period, entry_id)
            ledger_appending.store_disclosure(tx, entry_id=entry_id, part=part, period_id=period.id, sealed=sealed)
        return entry_id

    def _disclosures(self, entry: Entry) -> dict[str, tuple[str, list[Disclosure]]]:
        """Personal values by whose they are: what the actor did, and whom it was about."""
        values: dict[str, DisclosedValue] = {}
        if entry.actor:
            values["actor"] = entry.actor
        if entry.session:
            values["session"] = entry.session
        if entry.place is not None:
            values["place"] = _place_value(entry.place)
        if entry.reason is not None:
            values["reason"] = _reason_value(entry.reason)
        parts = {"actor": (entry.actor or entry.subject_person or NOBODY, values)}
        if entry.subject_person:
            parts["subject"] = (entry.subject_person, {"subject": entry.subject_person})
        return {
            part: (person, [make_disclosure(name, value, random=self._random) for name, value in members.items()])
            for part, (person, members) in parts.items()
            if members
        }

    def _draft(
        self,
        tx: Connection,
        entry: Entry,
        entry_id: EntryId,
        now: dt.datetime,
        by_part: Mapping[str, tuple[str, list[Disclosure]]],
        handle: str,
    ) -> dict[str, CanonicalValue]:
        lane = self._lane_of(tx)
        digests = sorted(each.digest for _person, members in by_part.values() for each in members)
        facts: dict[str, CanonicalValue] = {
            "v": LEAF_VERSION,
            "id": entry_id,
            "event": entry.event.value,
            "outcome": entry.outcome.value,
            "time": instant(now),
            "node": self._node,
            "lane": lane,
            "nseq": ledger_appending.next_nseq(tx, self._node, lane),
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
        if entry.details:
            present["details"] = dict(entry.details)
        if digests:
            present["_sd"] = digests
            present["_sd_alg"] = DIGEST_ALGORITHM
        return present

    def _lane_of(self, tx: Connection) -> str:
        """The lane of this pooled connection, which is in one transaction at a time."""
        lane = tx.info.get(_LANE)
        if not isinstance(lane, str) or not lane.startswith(self._process):
            with self._lock:
                lane = f"{self._process}.{next(self._lanes)}"
            tx.info[_LANE] = lane
        return lane

    def _handle(self, tx: Connection, person: str | None) -> str:
        """A random name for the person in leaves, by which their entries are counted; erased with the person."""
        if not person:
            return ""
        known = ledger_appending.find_handle(tx, person)
        if known is None:
            fresh = base64.b32encode(self._random(16)).decode("ascii").rstrip("=").lower()
            ledger_appending.store_handle(tx, person, fresh)
            known = ledger_appending.find_handle(tx, person)
        return known or ""

    def _period(self, tx: Connection, person: str, now: dt.datetime) -> PeriodRow:
        month = now.strftime("%Y-%m")
        known = ledger_appending.find_period(tx, person, month)
        if known is None:
            ledger_appending.store_period(tx, self._new_period(tx, person, month))
            known = ledger_appending.find_period(tx, person, month)
        if known is None:
            raise Unavailable("database.unavailable")
        return known

    def _new_period(self, tx: Connection, person: str, month: str) -> PeriodRow:
        reading_public = ledger_appending.reading_public(tx)
        if reading_public is None:
            raise Unavailable("vault.not_initialised")
        private, public = generate_box_keypair(self._random)
        period_id = new_id("m", self._random)
        sealed = seal_secret_to(reading_public, private, context=period_context(period_id))
        return PeriodRow(id=period_id, person_id=person, month=month, public=public, private_sealed=sealed)


def period_context(period_id: str) -> EncryptionContext:
    """What a period's private key is bound to."""
    return EncryptionContext(PERIOD_LABEL, (period_id.encode(),))


def disclosure_context(entry_id: str, period_id: str) -> EncryptionContext:
    """What an entry's sealed values are bound to."""
    return EncryptionContext(DISCLOSURE_LABEL, (entry_id.encode(), period_id.encode()))


def instant(moment: dt.datetime) -> str:
    """RFC 3339 in UTC with milliseconds."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _seal(disclosures: list[Disclosure], period: PeriodRow, entry_id: str) -> bytes:
    texts = json.dumps([each.text for each in disclosures]).encode()
    return seal_to(period.public, texts, context=disclosure_context(entry_id, period.id))


def _place_value(place: Place) -> dict[str, str]:
    values = {
        "address": place.address,
        "source": place.source.value,
        "zone": place.zone,
        "declared": place.declared,
        "proxy": place.trusted_proxy,
    }
    return {name: value for name, value in values.items() if value}


def _reason_value(reason: Reason) -> dict[str, str]:
    values = {"category": reason.category.value, "text": reason.text, "case": reason.case_number}
    return {name: value for name, value in values.items() if value}
