"""A trail of its own in an empty database: recorder, sequencer, reader and audit, without the rest of a vault."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import sqlalchemy as sa

from keys.model import Secret
from keys.primitives import SigningKey, generate_box_keypair
from vault.clock import FixedClock, RandomBytes
from vault.database import ledger_reading, ledger_sequencing
from vault.database.engine import create_engine, reading, transaction
from vault.database.ledger_reading import LeafRow, SearchCriteria
from vault.database.ledger_rows import PeriodRow
from vault.database.ledger_walking import SealedPart
from vault.database.migrating import migrate
from vault.errors import Sealed
from vault.ledger.audit import Audit, Progress, verify_ledger
from vault.ledger.audit_facts import MOST_FINDINGS, Walk
from vault.ledger.audit_leaves import check_next
from vault.ledger.audit_report import VerificationReport
from vault.ledger.audit_tree import Signed
from vault.ledger.audit_values import ValueChecks
from vault.ledger.canonical import CanonicalValue, parse_object
from vault.ledger.checkpoint import open_checkpoint
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.ledger.export import checkpoint_line, entry_line
from vault.ledger.genesis import start_trail
from vault.ledger.opened_parts import Part, open_parts
from vault.ledger.reader import OpenedEntry, open_entries
from vault.ledger.recorder import Recorder
from vault.ledger.segment import Examined, Known, examine
from vault.ledger.sequencer import Sequencer
from vault.ledger.values import ValueOpener
from vault.model import EntryId, PersonId, Place, PlaceSource, Reason, ReasonCategory
from vault.trail.exports.selection import read_selection

BATCH = 100
"""How many entries are exported at once in tests."""
ORIGIN = "trail.example/vault"
BEGINNING = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
WANG = PersonId("paaaaaaaaaaaaaaaaaaaaaaaaaa")
LEE = PersonId("pbbbbbbbbbbbbbbbbbbbbbbbbbb")
DOSSIER = "daaaaaaaaaaaaaaaaaaaaaaaaaa"
DOCUMENT = "faaaaaaaaaaaaaaaaaaaaaaaaaa"
PLACE = Place(address="10.1.2.3", source=PlaceSource.ZONE, zone="总部大楼")
REASON = Reason(ReasonCategory.OFFER, "Preparing the offer for Harrow", "C-17")


@dataclass
class Trail:
    """One process's view of a trail; ``signing_key`` is what its sequencer asks for, and may raise."""

    engine: sa.Engine
    clock: FixedClock
    random: RandomBytes
    signing: SigningKey
    reading_key: Secret
    recorder: Recorder
    signing_key: Callable[[], SigningKey]

    def append(self, entry: Entry) -> EntryId:
        """Records one entry in a transaction of its own."""
        with transaction(self.engine) as tx:
            return self.recorder.append(tx, entry)

    def sequencer(self) -> Sequencer:
        return Sequencer(self.engine, clock=self.clock, random=self.random, signing_key=lambda: self.signing_key())

    def sequence(self) -> int:
        """Sequences until nothing waits; how many entries."""
        sequencer, done = self.sequencer(), 0
        while taken := sequencer.run_once():
            done += taken
        return done

    def leaves(self) -> list[LeafRow]:
        with reading(self.engine) as tx:
            return [leaf for batch in ledger_reading.leaves_from(tx, 0, batch=100) for leaf in batch]

    def facts(self) -> list[dict[str, CanonicalValue]]:
        """What each leaf says, in order."""
        return [parse_object(leaf.leaf) for leaf in self.leaves()]

    def waiting(self) -> list[dict[str, CanonicalValue]]:
        """The drafts that have no place yet."""
        with reading(self.engine) as tx:
            return [parse_object(draft) for draft in ledger_reading.waiting_drafts(tx)]

    def entries(self, *, reading_key: Secret | None) -> list[OpenedEntry]:
        leaves = self.leaves()
        with reading(self.engine) as tx:
            return open_entries(tx, leaves, reading_key=reading_key)

    def sealed(self, *entry_ids: str) -> list[SealedPart]:
        """What is sealed of each of these entries, part by part, in the order given."""
        with reading(self.engine) as tx:
            return [part for entry_id in entry_ids for part in ledger_reading.sealed_of(tx, [entry_id])]

    def period(self, period_id: str) -> PeriodRow | None:
        with reading(self.engine) as tx:
            return ledger_reading.periods_by_id(tx, {period_id}).get(period_id)

    def open_part(self, part: SealedPart) -> Part:
        """With the reading key."""
        entry_id, _part, period_id, _sealed = part
        with reading(self.engine) as tx:
            periods = ledger_reading.periods_by_id(tx, {period_id})
        return open_parts([part], periods, ValueOpener(self.reading_key))[entry_id][0]

    def audit(
        self, *, known: tuple[str, ...] = (), sealed: bool = False, progress: Progress | None = None
    ) -> VerificationReport:
        """Done a second time in segments of three leaves that are looked through first: it must make no difference."""
        key = None if sealed else self.reading_key
        with reading(self.engine) as tx:
            report = verify_ledger(
                tx, now=self.clock.now(), reading_key=key, known_checkpoints=known, progress=progress
            )
        if progress is None and len(report.findings) < MOST_FINDINGS:
            assert in_order(self.audit_in_segments(3, known=known, sealed=sealed)) == in_order(report)
        return report

    def audit_in_segments(
        self, segment: int, *, known: tuple[str, ...] = (), sealed: bool = False, is_tree_only: bool = False
    ) -> VerificationReport:
        """As with processes that help, in this one."""
        key = None if sealed else self.reading_key
        audit = Audit(reading_key=key, known_checkpoints=known, is_tree_only=is_tree_only)
        with reading(self.engine) as tx:
            audit.begin(tx)
        audit._examiners = Nearby(self, segment, audit, key)  # type: ignore[assignment]
        return finished(self, audit)

    def newest_checkpoint(self) -> str:
        with reading(self.engine) as tx:
            newest = ledger_reading.newest_checkpoint(tx)
        assert newest is not None
        return newest[0]

    def size(self) -> int:
        with reading(self.engine) as tx:
            head = ledger_sequencing.load_head(tx)
        assert head is not None
        return head.size

    def execute(self, statement: str, **values: object) -> int:
        """What somebody does who can write the database; how many rows it changed."""
        with transaction(self.engine) as tx:
            return tx.execute(sa.text(statement), values).rowcount


def new_trail(database_url: str, *, random: RandomBytes = os.urandom, is_migrated: bool = False) -> Trail:
    """A trail that has just begun, with a checkpoint yet to be signed."""
    engine = create_engine(database_url)
    if not is_migrated:
        migrate(engine)
    clock = FixedClock(BEGINNING)
    signing = SigningKey.generate(random)
    private, public = generate_box_keypair(random)
    with transaction(engine) as tx:
        start_trail(tx, origin=ORIGIN, signing_public=signing.public, reading_public=public, clock=clock, random=random)
    recorder = Recorder(node="node-1", random=random, clock=clock)
    return Trail(engine, clock, random, signing, private, recorder, lambda: signing)


class Nearby:
    """What processes that help answer, asked here: for every segment but the last leaf."""

    def __init__(self, trail: Trail, segment: int, audit: Audit, key: Secret | None) -> None:
        given = [(each.origin, each.size, each.root) for known in audit._signed.known.values() for each in known]
        self._known = Known(audit._signed.epochs, given, audit._walk.detailed_from, audit._is_tree_only)
        self._values = None if audit._is_tree_only else ValueChecks(key)
        self._trail, self._segment = trail, segment
        self._start, self._end = audit._walk.position, audit._size - 1

    def next_border(self, position: int) -> int:
        return position + self._segment - (position - self._start) % self._segment

    def outcome(self, position: int) -> Examined | None:
        end = self.next_border(position)
        if (position - self._start) % self._segment or end > self._end:
            return None
        check = partial(check_leaves, self._values)
        with reading(self._trail.engine) as tx:
            return examine(tx, self._known, position, end=end, check=check, batch=2)


def check_leaves(values: ValueChecks | None, tx: sa.Connection, walk: Walk, signed: Signed, most: int) -> bool:
    return check_next(tx, walk, signed, values, most=most)


def finished(trail: Trail, audit: Audit) -> VerificationReport:
    """What an audit that has begun comes to, in many transactions."""
    has_more = True
    while has_more:
        while audit.take_examined():
            pass
        with reading(trail.engine) as tx:
            has_more = audit.step(tx)
    with reading(trail.engine) as tx:
        return audit.finish(tx, now=trail.clock.now())


def in_order(report: VerificationReport) -> VerificationReport:
    """Without what depends on how it was divided: who looked, and which of a batch's findings came first."""
    findings = sorted(report.findings, key=lambda each: (each.position, each.check, each.detail))
    return replace(report, findings=tuple(findings), examined=0)


def words(report: VerificationReport) -> set[str]:
    """The checks that found something."""
    return {finding.check for finding in report.findings}


def sealed_key() -> SigningKey:
    """What the key room answers while the vault is sealed."""
    raise Sealed


def opened(person: PersonId = WANG, *, document: str = DOCUMENT) -> Entry:
    """A view granted: the fullest entry there is."""
    return Entry(
        Event.VIEW_OPENED,
        Outcome.SUCCESS,
        actor=person,
        session="saaaaaaaaaaaaaaaaaaaaaaaaaa",
        dossier=DOSSIER,
        document=document,
        version="vaaaaaaaaaaaaaaaaaaaaaaaaaa",
        view="waaaaaaaaaaaaaaaaaaaaaaaaaa",
        place=PLACE,
        reason=REASON,
        details={"number": 1, "allowed": 3},
    )


def keyed(intent: EntryId, person: PersonId = WANG) -> Entry:
    """The result of a view granted."""
    return Entry(Event.VIEW_KEYED, Outcome.SUCCESS, actor=person, dossier=DOSSIER, document=DOCUMENT, intent=intent)


def nobody() -> Entry:
    """An entry about nobody: nothing is sealed for it, so many of them are quick."""
    return Entry(Event.VAULT_SEALED, Outcome.SUCCESS)


def suspended(person: PersonId, *, by: PersonId) -> Entry:
    """An entry of one person about another."""
    return Entry(Event.PERSON_SUSPENDED, Outcome.SUCCESS, actor=by, subject_person=person)


def exported_lines(trail: Trail, criteria: SearchCriteria | None = None, *, is_sealed: bool = False) -> list[bytes]:
    """The provable export up to the newest checkpoint, as the format of that name has it."""
    note = trail.newest_checkpoint()
    size = open_checkpoint(note, origin=ORIGIN, public=trail.signing.public).size
    key = None if is_sealed else trail.reading_key
    wanted = criteria or SearchCriteria()
    lines = [
        entry_line(entry, path)
        for batch in read_selection(trail.engine, wanted, size=size, reading_key=key, with_paths=True, batch=BATCH)
        for entry, path in zip(batch.entries, batch.paths, strict=True)
    ]
    return [*lines, checkpoint_line(note, origin=ORIGIN, public=trail.signing.public)]
