"""Accounts: the administrator's part. Who a person is, their office, and which duties they may be given.

Administrator, security officer and auditor exclude each other and every duty (三员分立). Nobody changes their own
office, suspends themselves or resets their own password, and neither the last active administrator nor the last active
security officer can be lost: what takes two people must stay possible. Rights follow the person's immutable id, never a
name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from vault.access.closing import EndCause, close_views
from vault.database import dossier_queries, people_queries, view_queries
from vault.database.engine import Connection
from vault.database.people_queries import PersonRecord
from vault.errors import AccessDenied, Conflict, NotFound
from vault.ledger.events import Event
from vault.model import Actor, Office, PersonId, PersonState, Reason, new_id
from vault.people.directory import PersonRow, show_person
from vault.people.drafts import LOCALES, PersonDraft, PersonFacts, check_draft, check_facts
from vault.people.passwords import initial_password
from vault.people.signing_in import end_sessions_of
from vault.policy.duties import LAST_OF_OFFICE, decide_office
from vault.policy.reasons import ReasonDraft, check_reason
from vault.recording import deciding, denial_of, done_by, require, require_office
from vault.runtime import Vault

__all__ = [
    "LOCALES",
    "CreatedPerson",
    "PersonDraft",
    "PersonFacts",
    "PersonRow",
    "change_person",
    "check_draft",
    "create_person",
    "end_sessions",
    "new_person",
    "reset_password",
    "restore_person",
    "show_person",
    "suspend_person",
]


@dataclass(frozen=True, slots=True)
class CreatedPerson:
    """A new account; the initial password is shown this once."""

    id: PersonId
    initial_password: str


def create_person(vault: Vault, actor: Actor, *, draft: PersonDraft) -> CreatedPerson:
    """A new account with an initial password that must be changed at the first sign-in."""
    checked = check_draft(draft)
    password = initial_password(vault.random)
    phc = vault.passwords.hash(password)
    with deciding(vault, denial_of(Event.PERSON_CREATED, actor)) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR)
        person = add_person(vault, tx, actor, checked, password_phc=phc)
    return CreatedPerson(person.id, password)


def add_person(vault: Vault, tx: Connection, actor: Actor, draft: PersonDraft, *, password_phc: str) -> PersonRecord:
    """Creates the account of a checked draft in the transaction of an administrator's act."""
    require(decide_office(draft.office, draft.qualifications))
    person = new_person(vault, draft, password_phc=password_phc)
    _require_free(tx, person)
    people_queries.store_person(tx, person)
    vault.recorder.append(tx, done_by(actor, Event.PERSON_CREATED, subject_person=person.id, details=_codes(person)))
    return person


def change_person(vault: Vault, actor: Actor, *, person_id: str, facts: PersonFacts, revision: int) -> None:
    """Replaces what is entered about a person; sessions end when their office or clearance changes.

    Conflict ``revision.stale`` if somebody changed the person since ``revision``; AccessDenied for one's own office,
    for an office held together with duties on dossiers, and for the last administrator's.
    """
    checked = check_facts(facts)
    with deciding(vault, denial_of(Event.PERSON_CHANGED, actor)) as tx:
        people_queries.lock_active(tx, Office.ADMINISTRATOR)
        require_office(tx, actor, Office.ADMINISTRATOR)
        replace_facts(vault, tx, actor, _person(tx, person_id), checked, revision=revision)


def replace_facts(
    vault: Vault, tx: Connection, actor: Actor, before: PersonRecord, facts: PersonFacts, *, revision: int
) -> None:
    """Stores checked facts in the transaction of an administrator's act, which holds the administrators' rows."""
    require(decide_office(facts.office, facts.qualifications))
    if facts.office is not before.office:
        _require_office_may_change(vault, tx, actor, before)
    after = replace(
        before,
        name=facts.name,
        staff_number=facts.staff_number,
        office=facts.office,
        qualifications=facts.qualifications,
        clearance=facts.clearance,
        locale=facts.locale,
        timezone=facts.timezone,
        email=facts.email,
    )
    _require_free(tx, after)
    if not people_queries.replace_person(tx, after, revision=revision):
        raise Conflict("revision.stale")
    if (after.office, after.clearance) != (before.office, before.clearance):
        end_sessions_of(vault, tx, actor, person_id=before.id, cause="rights_changed")
    vault.recorder.append(tx, done_by(actor, Event.PERSON_CHANGED, subject_person=before.id, details=_codes(after)))


def suspend_person(vault: Vault, actor: Actor, *, person_id: str, note: str | None = None) -> None:
    """Ends the person's views and sessions at once and keeps them out until restored.

    For administrators and security officers. ``note``, where a screen asks for one, says why, with some substance.
    """
    reason = None if note is None else check_reason(ReasonDraft("review", note))
    with deciding(vault, denial_of(Event.PERSON_SUSPENDED, actor)) as tx:
        people_queries.lock_active(tx, Office.ADMINISTRATOR)
        require_office(tx, actor, Office.ADMINISTRATOR, Office.SECURITY_OFFICER)
        keep_out(vault, tx, actor, _person(tx, person_id), reason=reason)


def keep_out(vault: Vault, tx: Connection, actor: Actor, person: PersonRecord, *, reason: Reason | None) -> None:
    """Suspends a person in the transaction of an officer's act, which holds the administrators' rows."""
    _require_other(actor, person)
    _require_not_last(tx, person)
    _change_state(tx, person, PersonState.SUSPENDED)
    views = view_queries.unended_views(tx, person_id=person.id)
    close_views(vault, tx, views, cause=EndCause.SUSPENDED, actor=actor)
    end_sessions_of(vault, tx, actor, person_id=person.id, cause="suspended")
    vault.recorder.append(tx, done_by(actor, Event.PERSON_SUSPENDED, subject_person=person.id, reason=reason))


def restore_person(vault: Vault, actor: Actor, *, person_id: str) -> None:
    """Lets a suspended person sign in again. For administrators."""
    with deciding(vault, denial_of(Event.PERSON_RESTORED, actor)) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR)
        person = _person(tx, person_id)
        _change_state(tx, person, PersonState.ACTIVE)
        vault.recorder.append(tx, done_by(actor, Event.PERSON_RESTORED, subject_person=person.id))


def reset_password(vault: Vault, actor: Actor, *, person_id: str) -> str:
    """A new initial password, shown this once; every session of the person ends. One's own is changed, not reset."""
    password = initial_password(vault.random)
    phc = vault.passwords.hash(password)
    with deciding(vault, denial_of(Event.PERSON_PASSWORD_CHANGED, actor)) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR)
        person = _person(tx, person_id)
        _require_other(actor, person)
        changed = replace(person, password_phc=phc, password_is_initial=True)
        if not people_queries.replace_person(tx, changed, revision=person.revision):
            raise Conflict("revision.stale")
        end_sessions_of(vault, tx, actor, person_id=person.id, cause="password_reset")
        vault.recorder.append(tx, done_by(actor, Event.PERSON_PASSWORD_CHANGED, subject_person=person.id, code="reset"))
    return password


def end_sessions(vault: Vault, actor: Actor, *, person_id: str, only: str | None = None) -> None:
    """Signs a person out everywhere, or ends one session; the views opened there end with it."""
    with deciding(vault, denial_of(Event.SESSION_ENDED, actor)) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR, Office.SECURITY_OFFICER)
        person = _person(tx, person_id)
        if only is not None:
            session = people_queries.load_session(tx, only)
            if session is None or session.person_id != person.id:
                raise NotFound(recorded_as="not_found.session")
        end_sessions_of(vault, tx, actor, person_id=person.id, cause="ended_by_office", only=only)


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
        email=draft.email,
        password_phc=password_phc,
        password_is_initial=True,
        created_at=vault.clock.now(),
        revision=1,
    )


def _person(tx: Connection, person_id: str) -> PersonRecord:
    person = people_queries.lock_person(tx, person_id)
    if person is None:
        raise NotFound(recorded_as="not_found.person")
    return person


def _require_free(tx: Connection, person: PersonRecord) -> None:
    """Login and staff number belong to one person each."""
    if people_queries.is_known(tx, login=person.login, staff_number=person.staff_number, besides=person.id):
        raise Conflict("person.taken")


def _require_other(actor: Actor, person: PersonRecord) -> None:
    if person.id == actor.person_id:
        raise AccessDenied("denied.own_account")


def _require_office_may_change(vault: Vault, tx: Connection, actor: Actor, person: PersonRecord) -> None:
    _require_other(actor, person)
    _require_not_last(tx, person)
    if dossier_queries.dossiers_of_person(tx, person.id, now=vault.clock.now()):
        raise AccessDenied("duties.held")


def _require_not_last(tx: Connection, person: PersonRecord) -> None:
    """The active people's rows of the office are held until the transaction ends: two cannot remove each other."""
    code = LAST_OF_OFFICE.get(person.office)
    if code is not None and people_queries.lock_active(tx, person.office) == [person.id]:
        raise AccessDenied(code)


def _change_state(tx: Connection, person: PersonRecord, state: PersonState) -> None:
    if person.state is state:
        raise Conflict("person.state")
    if not people_queries.replace_person(tx, replace(person, state=state), revision=person.revision):
        raise Conflict("revision.stale")


def _codes(person: PersonRecord) -> dict[str, str | int]:
    """What the trail keeps readable: codes only, nothing that names the person."""
    return {
        "office": person.office.value,
        "qualifications": " ".join(sorted(duty.value for duty in person.qualifications)),
        "clearance": person.clearance.value,
    }
