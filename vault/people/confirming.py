"""Confirming one act with the password: that it is the person, and not whoever found their session open.

The confirmation is for this act alone. It raises no level that the session would keep, so the session stays the same
one and views that are open in it go on (docs/adr/0020-agreements.md).
"""

from __future__ import annotations

from dataclasses import replace

from vault.database import people_queries
from vault.database.engine import Connection, reading, transaction
from vault.database.people_queries import PersonRecord
from vault.errors import Conflict, InputError, NotSignedIn, VaultError
from vault.ledger.entry import Entry
from vault.model import Actor, PersonState
from vault.people.attempts import count_attempt, forgive_attempt
from vault.recording import record
from vault.runtime import Vault


def confirm_password(vault: Vault, actor: Actor, password: str, *, denial: Entry) -> PersonRecord:
    """The person, if it is their password. Made outside any transaction: hashing takes its time.

    InputError ``password.wrong`` or TooMany ``sign_in.blocked``, both recorded as ``denial``: wrong tries count like
    failed sign-ins.
    """
    with reading(vault.engine) as tx:
        person = people_queries.load_person(tx, actor.person_id)
    if person is None or not person.works_at(vault.clock.now()):
        raise NotSignedIn("session.none")
    instead = count_attempt(vault, person.login, actor.place)
    if not vault.passwords.verify(person.password_phc, password):
        error: VaultError = instead or InputError("password.wrong")
        record(vault, replace(denial, code="password.wrong"))
        raise error
    with transaction(vault.engine) as tx:  # whatever becomes of the act, the password was right
        forgive_attempt(tx, person.login, actor.place)
    return person


def require_still(tx: Connection, confirmed: PersonRecord) -> PersonRecord:
    """The person as they are now, held in the transaction of the act: still active, and the password still theirs."""
    person = people_queries.lock_person(tx, confirmed.id)
    if person is None or person.state is not PersonState.ACTIVE:
        raise NotSignedIn("session.none")
    if person.password_phc != confirmed.password_phc:
        raise Conflict("revision.stale")
    return person
