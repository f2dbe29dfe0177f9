"""Verifying the trail, by an auditor in the browser or by the operator on the command line."""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from vault.database import verified_queries
from vault.database.engine import UNREADABLE, Connection, create_engine, reading, transaction
from vault.errors import InputError, TamperError, Unavailable
from vault.ledger.audit import Audit, Progress
from vault.ledger.audit_facts import MOST_FINDINGS, Finding
from vault.ledger.audit_report import VerificationReport
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.ledger.examiners import Help
from vault.ledger.verified_state import StateRefused, VerifiedState, parse_file, parse_state
from vault.model import Actor, Office
from vault.recording import deciding, denial_of, record, require_office
from vault.runtime import Vault
from vault.trail.acknowledged import acknowledged_among, load_acknowledgements
from vault.trail.rows import TrailRow
from vault.trail.standing import ENDED_EARLY, reading_key_of

_Seen = TypeVar("_Seen")
UNRECORDED = "verification.cut_short_unrecorded"
CUT_SHORT = frozenset({ENDED_EARLY, UNRECORDED})
"""Codes of what ends a verification before anybody knows what the rest holds: recorded, and where not even that is
possible."""
STEPS_IN_ONE_READING = 4
"""Batches read in one transaction. A reader holds back what the write-ahead log could give free: never for long."""


class Scope(enum.Enum):
    """What is verified: all of it; what is newer than the last sound verification; hashes and signatures alone."""

    EVERYTHING = "everything"
    SINCE_LAST = "since_last"
    TREE = "tree"


@dataclass(frozen=True, slots=True)
class VerificationOrder:
    """``start`` is the state that somebody kept from a verification before; where there is one it goes on from there.

    ``known_checkpoints`` are signed notes that were kept elsewhere. With 2 ``processes`` and more, so many others look
    through the trail, a long one, for this one.
    """

    scope: Scope = Scope.EVERYTHING
    known_checkpoints: tuple[str, ...] = ()
    start: VerifiedState | None = field(default=None, repr=False)
    processes: int = 1


@dataclass(frozen=True, slots=True)
class Beyond:
    """What was found beyond the database. Not ``is_whole`` where something there could not be looked at."""

    findings: Sequence[Finding] = ()
    is_whole: bool = True


def verify_trail(
    vault: Vault,
    actor: Actor | None,
    *,
    known_checkpoints: Iterable[str] = (),
    order: VerificationOrder | None = None,
    progress: Progress | None = None,
    further: Callable[[Vault], Beyond] = lambda _vault: Beyond(),
) -> VerificationReport:
    """Checks what is ordered, by default everything, and records it. ``actor`` None is the operator at the machine.

    Reads in many short transactions. ``further`` looks beyond the database once the ledger was checked, as
    ``vault.anchors.checking`` does; what it finds is found here. It asks others and opens transactions of its own, of
    the vault that it is given.

    What ``progress`` raises ends the verification; that it was given up is recorded then. What ends it otherwise is
    recorded as ``verification.cut_short``, told to the monitor, and raised as TamperError of that code, with ``entry``
    and, as its cause, the exception: somebody may have put into the database what cannot be read. A sound one leaves
    its state for the next.
    """
    if actor is not None:
        require_auditor(vault, actor)
    order = order or VerificationOrder(known_checkpoints=tuple(known_checkpoints))
    checked, is_given_up = 0, False

    def count(done: int, total: int) -> None:
        nonlocal checked, is_given_up
        checked = done
        if progress is not None:
            is_given_up = True
            progress(done, total)
            is_given_up = False

    def look(readable: Vault) -> VerificationReport:
        report = _walked(readable, order, count)
        report = _with(further(readable), report=report)
        with transaction(readable.engine) as tx:
            return _conclude(readable, tx, actor, report)

    try:
        return reading_whatever_is_written(vault, look)
    except BaseException as error:
        # a database that is away comes back, a table that is gone does not
        is_away = isinstance(error, Unavailable) and error.code != "database.schema"
        if is_given_up or is_away or not isinstance(error, Exception):
            record(vault, _entry(actor, Outcome.FAILED, code="verification.given_up", details={"size": checked}))
            raise
        raise _cut_short(vault, actor, checked) from error


def reading_whatever_is_written(vault: Vault, look: Callable[[Vault], _Seen]) -> _Seen:
    """What ``look`` answers. Where the database holds a text that is none, it is asked again with a vault that reads
    that too: nobody must be able to hide the rest behind it."""
    try:
        return look(vault)
    except TamperError as error:
        if error.code != UNREADABLE:
            raise
    engine = create_engine(vault.engine.url.render_as_string(hide_password=False), takes_any_text=True)
    try:
        return look(replace(vault, engine=engine))
    finally:
        engine.dispose()


def _with(beyond: Beyond, *, report: VerificationReport) -> VerificationReport:
    """The report, with what was found beyond the database."""
    is_whole = report.is_whole and beyond.is_whole and len(beyond.findings) < MOST_FINDINGS
    report = replace(report, is_whole=is_whole)
    if beyond.findings:
        report = replace(report, findings=(*report.findings, *beyond.findings), verified=None)
    return report


def _cut_short(vault: Vault, actor: Actor | None, checked: int) -> TamperError:
    """Recorded; and where not even that is possible, said so."""
    entry = _entry(actor, Outcome.FAILED, code=ENDED_EARLY, details={"size": checked})
    try:
        with transaction(vault.engine) as tx:
            return TamperError(ENDED_EARLY, entry=vault.recorder.append(tx, entry))
    except Exception:  # noqa: BLE001  # whatever it is, the first one is what is to be told
        return TamperError(UNRECORDED)


def answers_of(vault: Vault, digests: Collection[str]) -> dict[str, TrailRow]:
    """Who answers for the findings with these digests, where somebody does, by the digests."""

    def look(readable: Vault) -> dict[str, TrailRow]:
        with reading(readable.engine) as tx:
            return load_acknowledgements(readable, tx, digests)

    return reading_whatever_is_written(vault, look)


def open_kept_state(text: str) -> VerifiedState:
    """The state that an auditor kept in a file; InputError ``verification.state`` if it is none or was altered."""
    try:
        return parse_file(text)
    except StateRefused as error:
        raise InputError("verification.state") from error


def require_auditor(vault: Vault, actor: Actor) -> None:
    """AccessDenied, recorded, unless the actor is an auditor now."""
    with deciding(vault, denial_of(Event.TRAIL_VERIFIED, actor)) as tx:
        require_office(tx, actor, Office.AUDITOR)


def _walked(vault: Vault, order: VerificationOrder, progress: Progress) -> VerificationReport:
    with reading(vault.engine) as tx:
        stored = _stored_state(tx) if order.scope is Scope.SINCE_LAST and order.start is None else None
    audit = Audit(
        reading_key=reading_key_of(vault),
        known_checkpoints=order.known_checkpoints,
        progress=progress,
        start=order.start or stored,
        must_be_recorded=stored is not None,
        is_tree_only=order.scope is Scope.TREE,
    )
    with reading(vault.engine) as tx:
        audit.begin(tx)
    with audit.helped(_help_of(vault, order)):
        _walk_on(vault, audit)
    with reading(vault.engine) as tx:
        return audit.finish(tx, now=vault.clock.now())


def _walk_on(vault: Vault, audit: Audit) -> None:
    """Up to what is left for the end. What others have looked through is taken over outside of any transaction."""
    has_more = True
    while has_more:
        while audit.take_examined():
            pass
        with reading(vault.engine) as tx:
            for _step in range(STEPS_IN_ONE_READING):
                has_more = audit.step(tx)
                if not has_more:
                    break


def _help_of(vault: Vault, order: VerificationOrder) -> Help:
    return Help(order.processes, vault.engine.url.render_as_string(hide_password=False))


def _stored_state(tx: Connection) -> VerifiedState | None:
    """What the database keeps of the last sound verification; None, and everything is verified, if that is nothing."""
    encoded = verified_queries.newest_verified_state(tx)
    if encoded is None:
        return None
    try:
        return parse_state(encoded)
    except StateRefused:
        return None


def _conclude(vault: Vault, tx: Connection, actor: Actor | None, report: VerificationReport) -> VerificationReport:
    """The entry, and with it the state for the next verification, whose digest the entry names; or what was found.

    Where all of that was acknowledged before, the entry fails as well and says so: nobody need be called again.
    """
    if report.findings:
        known = acknowledged_among(tx, [each.digest for each in report.findings])
        report = replace(report, acknowledged=frozenset(known))
    details: dict[str, str | int] = {"size": report.size, "findings": len(report.findings)}
    if report.start:
        details["from"] = report.start
    if report.is_tree_only:
        details["only"] = Scope.TREE.value
    elif not report.are_values_opened:
        details["values"] = "sealed"
    if report.findings:
        details["found"] = report.found
        details["acknowledged"] = len(report.findings) - len(report.new)
    if report.verified is not None:
        details["state"] = report.verified.digest
        verified_queries.store_verified_state(
            tx, size=report.verified.size, state=report.verified.encoded, now=vault.clock.now()
        )
    outcome = Outcome.SUCCESS if report.is_sound else Outcome.FAILED
    code = "verification.acknowledged" if report.is_acknowledged else ""
    if report.is_sound and "values" in details:
        code = "verification.sealed"
    return replace(report, entry=vault.recorder.append(tx, _entry(actor, outcome, details=details, code=code)))


def _entry(actor: Actor | None, outcome: Outcome, *, details: Mapping[str, str | int], code: str = "") -> Entry:
    return Entry(
        Event.TRAIL_VERIFIED,
        outcome,
        actor=actor.person_id if actor else None,
        session=actor.session_id if actor else "",
        place=actor.place if actor else None,
        code=code,
        details=details,
    )
