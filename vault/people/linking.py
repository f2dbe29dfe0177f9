"""Saying that two accounts belong to one person: it takes away what each could do with the other's help.

An administrator links, since it only forbids; a security officer, who made no account, takes a link away. Neither does
it to an account of their own. No right moves by it in either direction.
"""

from __future__ import annotations

from dataclasses import dataclass

from vault.database import link_queries, people_queries
from vault.database.engine import Connection, reading
from vault.errors import AccessDenied, Conflict, InputError, NotFound
from vault.ledger.events import Event
from vault.model import Actor, Office, PersonId
from vault.people.humans import accounts_of
from vault.policy.reasons import ReasonDraft, check_reason
from vault.recording import deciding, denial_of, done_by, require_office
from vault.runtime import Vault


@dataclass(frozen=True, slots=True)
class LinkedAccount:
    """Another account of the same person."""

    person_id: PersonId
    name: str
    staff_number: str
    login: str


def linked_accounts(vault: Vault, actor: Actor, *, person_id: str) -> list[LinkedAccount]:
    """The other accounts of whoever has this one, by staff number."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR, Office.SECURITY_OFFICER)
        return other_accounts_of(tx, PersonId(person_id))


def other_accounts_of(tx: Connection, person_id: PersonId) -> list[LinkedAccount]:
    """The same within a transaction, for whoever has been found to be entitled."""
    people = people_queries.people_by_id(tx, set(accounts_of(tx, person_id) - {person_id})).values()
    found = [LinkedAccount(each.id, each.name, each.staff_number, each.login) for each in people]
    return sorted(found, key=lambda each: each.staff_number)


def link_accounts(vault: Vault, actor: Actor, *, person_id: str, other: str, note: str) -> None:
    """``other`` is a login, staff number, full name or id. Linking twice is fine; links join what was linked before.

    InputError ``link.other`` for nobody, several or the same account; AccessDenied ``denied.own_account``.
    """
    reason = check_reason(ReasonDraft("review", note))
    with deciding(vault, denial_of(Event.PERSON_LINKED, actor)) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR)
        first, second = _known(tx, person_id), _the_other(tx, person_id, other)
        together = accounts_of(tx, first) | accounts_of(tx, second)
        if actor.person_id in together:
            raise AccessDenied("denied.own_account")
        if together == accounts_of(tx, first):
            return
        link_queries.store_links(tx, together, human_id=min(together), by=actor.person_id, now=vault.clock.now())
        for each in sorted(together):
            details = {"accounts": len(together)}
            entry = done_by(actor, Event.PERSON_LINKED, subject_person=each, reason=reason, details=details)
            vault.recorder.append(tx, entry)


def unlink_account(vault: Vault, actor: Actor, *, person_id: str, note: str) -> None:
    """Takes one account out of those it is linked with. Conflict ``link.none``; AccessDenied ``denied.own_account``."""
    reason = check_reason(ReasonDraft("review", note))
    with deciding(vault, denial_of(Event.PERSON_UNLINKED, actor)) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        person = _known(tx, person_id)
        if actor.person_id in accounts_of(tx, person):
            raise AccessDenied("denied.own_account")
        if not link_queries.remove_link(tx, person, now=vault.clock.now()):
            raise Conflict("link.none")
        vault.recorder.append(tx, done_by(actor, Event.PERSON_UNLINKED, subject_person=person, reason=reason))


def _known(tx: Connection, person_id: str) -> PersonId:
    person = people_queries.lock_person(tx, person_id)
    if person is None:
        raise NotFound(recorded_as="not_found.person")
    return person.id


def _the_other(tx: Connection, person_id: str, words: str) -> PersonId:
    found = [each for each in people_queries.find_people(tx, words.strip()) if each != person_id]
    if len(found) != 1:
        raise InputError("link.other")
    return _known(tx, found[0])
