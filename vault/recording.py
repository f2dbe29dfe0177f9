"""Transactions in which a rule decides: what it allows and what it forbids both leave their entry.

An allowed act appends its own entries in its own transaction. A denial undoes that transaction and is then recorded
and committed in one of its own before the person hears of it; if it cannot be recorded, that is the error they see.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from vault.database import people_queries
from vault.database.engine import Connection, transaction
from vault.database.people_queries import PersonRecord
from vault.errors import AccessDenied, CallerError, NotFound, QuotaSpent, TamperError
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.model import Actor, Office, PersonState
from vault.policy.decision import Decision
from vault.runtime import Vault

_ID = re.compile(r"[a-z][a-z2-7]{26}")


@contextmanager
def deciding(vault: Vault, denial: Entry, *beside: type[CallerError]) -> Iterator[Connection]:
    """A transaction; AccessDenied, NotFound or QuotaSpent raised inside is recorded as ``denial`` with its code.

    ``beside`` is what else is a refusal here and not only two people who met: it is recorded likewise.
    """
    refusals: tuple[type[CallerError], ...] = (AccessDenied, NotFound, QuotaSpent, *beside)
    try:
        with transaction(vault.engine) as tx:
            yield tx
    except refusals as error:
        code = error.recorded_as if isinstance(error, NotFound) else error.code
        record(vault, replace(denial, code=code))
        raise


@contextmanager
def finding_tampering(vault: Vault, actor: Actor, **ids: str) -> Iterator[None]:
    """TamperError raised inside is recorded for the security officer, then raised on.

    Goes around the transaction, not into it: what that held is undone before the finding is written.
    """
    try:
        yield
    except TamperError as error:
        formed = {name: value for name, value in ids.items() if _ID.fullmatch(value)}
        finding = Entry(
            Event.OBJECT_TAMPERED,
            Outcome.FAILED,
            actor=actor.person_id,
            session=actor.session_id,
            place=actor.place,
            code=error.code,
            **formed,  # type: ignore[arg-type]
        )
        record(vault, finding)
        raise


def denial_of(event: Event, actor: Actor, **ids: str) -> Entry:
    """The entry of a refused ``event``: who, where from, and the ids it was about, where they are ids at all."""
    formed = {name: value for name, value in ids.items() if _ID.fullmatch(value)}
    return Entry(event, Outcome.DENIED, actor=actor.person_id, session=actor.session_id, place=actor.place, **formed)  # type: ignore[arg-type]


def done_by(actor: Actor, event: Event, **facts: object) -> Entry:
    """The entry of an ``event`` that this person brought about."""
    return Entry(event, Outcome.SUCCESS, actor=actor.person_id, session=actor.session_id, place=actor.place, **facts)  # type: ignore[arg-type]


def record(vault: Vault, entry: Entry) -> None:
    """Appends one entry in a transaction of its own."""
    with transaction(vault.engine) as tx:
        vault.recorder.append(tx, entry)


def require_office(tx: Connection, actor: Actor, *offices: Office) -> PersonRecord:
    """The person's record as it stands now, if they are active and hold one of the offices; AccessDenied otherwise.

    The actor's own fields were true when the session was resumed; a right is checked where it is used.
    """
    person = people_queries.load_person(tx, actor.person_id)
    if person is None or person.state is not PersonState.ACTIVE:
        raise AccessDenied("denied.suspended")
    if person.office not in offices:
        raise AccessDenied("denied.office")
    return person


def require(decision: Decision) -> None:
    """Raises what the decision forbids: NotFound where even existence is not told."""
    if decision.allowed:
        return
    if not decision.known:
        raise NotFound(recorded_as=decision.code)
    raise AccessDenied(decision.code)
