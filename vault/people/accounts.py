"""Accounts: the administrator's part. Who a person is, their office, and which duties they may be given.

Administrator, security officer and auditor exclude each other and every duty (三员分立). Nobody changes their own
office, and the last active administrator cannot be lost. Rights follow the person's immutable id, never a name.
"""

from __future__ import annotations

import re
import unicodedata
import zoneinfo
from dataclasses import dataclass, replace

from vault.access.closing import EndCause, close_views
from vault.database import dossier_queries, people_queries, view_queries
from vault.database.engine import Connection, reading
from vault.database.people_queries import PersonRecord
from vault.errors import AccessDenied, Conflict, InputError, NotFound
from vault.ledger.events import Event
from vault.model import Actor, Classification, Duty, Office, PersonId, PersonState, new_id
from vault.people.passwords import initial_password
from vault.people.signing_in import end_sessions_of, normalised_login
from vault.policy.duties import decide_office
from vault.recording import deciding, denial_of, done_by, require, require_office
from vault.runtime import Vault

LOCALES = ("en", "zh_Hans_CN")
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,63}")
_STAFF_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,31}")
_NAME_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class PersonDraft:
    """What an administrator enters about a person."""

    login: str
    name: str
    staff_number: str
    office: Office
    qualifications: frozenset[Duty]
    clearance: Classification
    locale: str
    timezone: str


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
    revision: int


@dataclass(frozen=True, slots=True)
class CreatedPerson:
    """A new account; the initial password is shown this once."""

    id: PersonId
    initial_password: str


def list_people(vault: Vault, actor: Actor) -> list[PersonRow]:
    """Everybody, by staff number. For administrators and security officers."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR, Office.SECURITY_OFFICER)
        return [_row(person) for person in people_queries.list_people(tx)]


def show_person(vault: Vault, actor: Actor, *, person_id: str) -> PersonRow:
    """One person, or NotFound."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR, Office.SECURITY_OFFICER)
        return _row(_person(tx, person_id))


def create_person(vault: Vault, actor: Actor, *, draft: PersonDraft) -> CreatedPerson:
    """A new account with an initial password that must be changed at the first sign-in."""
    checked = check_draft(draft)
    password = initial_password(vault.random)
    phc = vault.passwords.hash(password)
    with deciding(vault, denial_of(Event.PERSON_CREATED, actor)) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR)
        require(decide_office(checked.office, checked.qualifications))
        person = new_person(vault, checked, password_phc=phc)
        _require_free(tx, checked, person_id=person.id)
        people_queries.store_person(tx, person)
        vault.recorder.append(
            tx, done_by(actor, Event.PERSON_CREATED, subject_person=person.id, details=_facts(person))
        )
    return CreatedPerson(person.id, password)


def change_person(vault: Vault, actor: Actor, *, person_id: str, draft: PersonDraft, revision: int) -> None:
    """Replaces what is entered about a person; sessions end when their office or clearance changes.

    Conflict ``revision.stale`` if somebody changed the person since ``revision``; AccessDenied for one's own office,
    for an office held together with duties on dossiers, and for the last administrator's.
    """
    checked = check_draft(draft)
    with deciding(vault, denial_of(Event.PERSON_CHANGED, actor)) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR)
        before = _person(tx, person_id)
        require(decide_office(checked.office, checked.qualifications))
        if checked.office is not before.office:
            _require_office_may_change(vault, tx, actor, before)
        _require_free(tx, checked, person_id=before.id)
        after = replace(
            before,
            login=checked.login,
            name=checked.name,
            staff_number=checked.staff_number,
            office=checked.office,
            qualifications=checked.qualifications,
            clearance=checked.clearance,
            locale=checked.locale,
            timezone=checked.timezone,
        )
        if not people_queries.replace_person(tx, after, revision=revision):
            raise Conflict("revision.stale")
        if (after.office, after.clearance) != (before.office, before.clearance):
            end_sessions_of(vault, tx, actor, person_id=before.id, cause="rights_changed")
        vault.recorder.append(tx, done_by(actor, Event.PERSON_CHANGED, subject_person=before.id, details=_facts(after)))


def suspend_person(vault: Vault, actor: Actor, *, person_id: str) -> None:
    """Ends the person's views and sessions at once and keeps them out until restored."""
    with deciding(vault, denial_of(Event.PERSON_SUSPENDED, actor)) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR, Office.SECURITY_OFFICER)
        person = _person(tx, person_id)
        if person.id == actor.person_id:
            raise AccessDenied("denied.own_account")
        _require_not_last_administrator(tx, person)
        _change_state(tx, person, PersonState.SUSPENDED)
        views = view_queries.unended_views(tx, person_id=person.id)
        close_views(vault, tx, views, cause=EndCause.SUSPENDED, actor=actor)
        end_sessions_of(vault, tx, actor, person_id=person.id, cause="suspended")
        vault.recorder.append(tx, done_by(actor, Event.PERSON_SUSPENDED, subject_person=person.id))


def restore_person(vault: Vault, actor: Actor, *, person_id: str) -> None:
    """Lets a suspended person sign in again. For administrators."""
    with deciding(vault, denial_of(Event.PERSON_RESTORED, actor)) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR)
        person = _person(tx, person_id)
        _change_state(tx, person, PersonState.ACTIVE)
        vault.recorder.append(tx, done_by(actor, Event.PERSON_RESTORED, subject_person=person.id))


def reset_password(vault: Vault, actor: Actor, *, person_id: str) -> str:
    """A new initial password, shown this once; every session of the person ends."""
    password = initial_password(vault.random)
    phc = vault.passwords.hash(password)
    with deciding(vault, denial_of(Event.PERSON_PASSWORD_CHANGED, actor)) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR)
        person = _person(tx, person_id)
        changed = replace(person, password_phc=phc, password_is_initial=True)
        if not people_queries.replace_person(tx, changed, revision=person.revision):
            raise Conflict("revision.stale")
        end_sessions_of(vault, tx, actor, person_id=person.id, cause="password_reset")
        vault.recorder.append(tx, done_by(actor, Event.PERSON_PASSWORD_CHANGED, subject_person=person.id, code="reset"))
    return password


def check_draft(draft: PersonDraft) -> PersonDraft:
    """The draft in its one spelling, or InputError ``person.*`` naming what is wrong."""
    login = normalised_login(draft.login)
    name = " ".join(unicodedata.normalize("NFC", draft.name).split())
    staff_number = draft.staff_number.strip()
    if not _LOGIN.fullmatch(login):
        raise InputError("person.login")
    if not name or len(name) > _NAME_CHARACTERS or not all(mark.isprintable() for mark in name):
        raise InputError("person.name", limit=_NAME_CHARACTERS)
    if not _STAFF_NUMBER.fullmatch(staff_number):
        raise InputError("person.staff_number")
    if draft.locale not in LOCALES:
        raise InputError("person.locale")
    if draft.timezone not in zoneinfo.available_timezones():
        raise InputError("person.timezone")
    return replace(draft, login=login, name=name, staff_number=staff_number)


def new_person(vault: Vault, draft: PersonDraft, *, password_phc: str) -> PersonRecord:
    """The record of a new account from a checked draft, with its password still to be changed."""
    return PersonRecord(
        id=PersonId(new_id("p", vault.random)),
        login=draft.login,
        name=draft.name,
        staff_number=draft.staff_number,
        office=draft.office,
        qualifications=draft.qualifications,
        clearance=draft.clearance,
        state=PersonState.ACTIVE,
        locale=draft.locale,
        timezone=draft.timezone,
        password_phc=password_phc,
        password_is_initial=True,
        created_at=vault.clock.now(),
        revision=1,
    )


def _person(tx: Connection, person_id: str) -> PersonRecord:
    person = people_queries.lock_person(tx, person_id)
    if person is None:
        raise NotFound
    return person


def _require_free(tx: Connection, draft: PersonDraft, *, person_id: PersonId) -> None:
    """Login and staff number belong to one person each, for ever."""
    for other in people_queries.list_people(tx):
        if other.id != person_id and (other.login == draft.login or other.staff_number == draft.staff_number):
            raise Conflict("person.taken")


def _require_office_may_change(vault: Vault, tx: Connection, actor: Actor, person: PersonRecord) -> None:
    if person.id == actor.person_id:
        raise AccessDenied("denied.own_account")
    _require_not_last_administrator(tx, person)
    if dossier_queries.dossiers_of_person(tx, person.id, now=vault.clock.now()):
        raise AccessDenied("duties.exclusive")


def _require_not_last_administrator(tx: Connection, person: PersonRecord) -> None:
    is_administrator = person.office is Office.ADMINISTRATOR and person.state is PersonState.ACTIVE
    if is_administrator and people_queries.count_active(tx, Office.ADMINISTRATOR) == 1:
        raise AccessDenied("denied.last_administrator")


def _change_state(tx: Connection, person: PersonRecord, state: PersonState) -> None:
    if person.state is state:
        raise Conflict("person.state")
    if not people_queries.replace_person(tx, replace(person, state=state), revision=person.revision):
        raise Conflict("revision.stale")


def _facts(person: PersonRecord) -> dict[str, str | int]:
    """What the trail keeps readable: codes only, nothing that names the person."""
    return {
        "office": person.office.value,
        "qualifications": " ".join(sorted(duty.value for duty in person.qualifications)),
        "clearance": person.clearance.value,
    }


def _row(person: PersonRecord) -> PersonRow:
    return PersonRow(**{name: getattr(person, name) for name in PersonRow.__slots__})
