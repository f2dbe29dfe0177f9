"""The register of people as administrator and security officer see it: who there is, and where they are signed in.

Nothing of dossiers, views or the trail: neither of the two has a part in those, beyond how many would be nobody's.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass

from vault.database import dossier_queries, people_queries
from vault.database.engine import Connection, reading
from vault.database.people_queries import PersonRecord
from vault.errors import NotFound
from vault.model import Actor, Classification, Duty, Office, PersonId, PersonState
from vault.people.signing_in import SessionRow, session_rows
from vault.recording import require_office
from vault.runtime import Vault

PAGE_ROWS = 50


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as an administrator or security officer sees them."""

    id: PersonId
    login: str
    name: str
    staff_number: str
    office: Office
    qualifications: frozenset[Duty]
    clearance: Classification
    state: PersonState
    locale: str
    timezone: str
    email: str
    password_is_initial: bool
    revision: int
    leaves_at: dt.datetime | None
    """When their last day is over, of somebody whose leaving is announced."""


@dataclass(frozen=True, slots=True)
class PeopleFound:
    """At most :data:`PAGE_ROWS` by staff number, of ``count`` that match.

    ``following`` is the id behind which a next page begins, '' where there are no more.
    """

    rows: list[PersonRow]
    count: int
    following: str


@dataclass(frozen=True, slots=True)
class AccountCard:
    """One person with their live sessions. ``is_self``: it is the one who looks.

    ``kept_alone``: on how many dossiers they are the only custodian who works here, or would be if they did.
    """

    person: PersonRow
    sessions: list[SessionRow]
    is_self: bool
    kept_alone: int


def find_people(
    vault: Vault, actor: Actor, *, words: str = "", state: PersonState | None = None, after: str = ""
) -> PeopleFound:
    """Everybody whose name, login or staff number contains every word, in any case and width of letters.

    ``after`` is the id of the person that the page before ended with, whether they still match or not; where there is
    none, the list begins anew.
    """
    wanted = _folded(words).split()
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR, Office.SECURITY_OFFICER)
        people = people_queries.list_people(tx)
    found = [
        person
        for person in people
        if (state is None or person.state is state)
        and all(word in _folded(f"{person.name}\n{person.login}\n{person.staff_number}") for word in wanted)
    ]
    places = {person.id: place for place, person in enumerate(people)}
    begin = places.get(PersonId(after), -1)
    behind = [person for person in found if places[person.id] > begin]
    rows = [_row(person) for person in behind[:PAGE_ROWS]]
    return PeopleFound(rows, len(found), rows[-1].id if len(behind) > PAGE_ROWS else "")


def show_person(vault: Vault, actor: Actor, *, person_id: str) -> PersonRow:
    """One person, or NotFound."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR, Office.SECURITY_OFFICER)
        return _row(_known(tx, person_id))


def show_account(vault: Vault, actor: Actor, *, person_id: str) -> AccountCard:
    """One person with the places where they are signed in, or NotFound."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR, Office.SECURITY_OFFICER)
        person = _known(tx, person_id)
        sessions = session_rows(vault, tx, person.id, current=actor.session_id)
        kept_alone = dossier_queries.count_kept_alone(tx, person.id, now=vault.clock.now())
    return AccountCard(_row(person), sessions, is_self=person.id == actor.person_id, kept_alone=kept_alone)


def _known(tx: Connection, person_id: str) -> PersonRecord:
    person = people_queries.load_person(tx, person_id)
    if person is None:
        raise NotFound
    return person


def _row(person: PersonRecord) -> PersonRow:
    return PersonRow(**{name: getattr(person, name) for name in PersonRow.__slots__})


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
