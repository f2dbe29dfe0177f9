"""Signing in and out: who it is, from where, and for how long that is believed.

A session is a row; the cookie holds only a random token, and the row only the token's digest. The token is also the
secret that view keys are derived from, so a copy of the database opens nothing (ASVS 5.0.0 7.2-7.4). How often somebody
may try is counted in :mod:`vault.people.attempts`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from keys.model import Secret
from keys.primitives import random_token, token_digest
from vault.access.closing import EndCause, close_views
from vault.database import people_queries, view_queries
from vault.database.engine import Connection, reading, transaction
from vault.database.people_queries import PersonRecord, SessionRecord
from vault.errors import Conflict, InputError, NotFound, NotSignedIn, TooMany, VaultError
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.model import Actor, PersonId, Place, SessionId, new_id
from vault.people.attempts import count_attempt, forgive_attempt
from vault.people.drafts import is_login, normalised_login
from vault.people.passwords import check_new_password
from vault.recording import done_by, record
from vault.runtime import Vault

__all__ = [
    "NewSession",
    "SessionRow",
    "SignedIn",
    "actor_of",
    "change_password",
    "end_session",
    "end_sessions_of",
    "list_sessions",
    "normalised_login",
    "resume_session",
    "session_rows",
    "sign_in",
    "sign_out",
]

TOUCH_SECONDS = 60
"""How exactly the time of the last request is kept: one write a minute, not one a page."""
_USER_AGENT_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session just begun; ``token`` goes into the cookie and nowhere else."""

    token: str
    actor: Actor
    must_change_password: bool
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A live session, resumed by a request."""

    actor: Actor
    must_change_password: bool
    idle_ends_at: dt.datetime
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One of a person's live sessions. ``current``: it is the one that asks."""

    id: SessionId
    address: str
    user_agent: str
    created_at: dt.datetime
    last_seen_at: dt.datetime
    current: bool


def sign_in(vault: Vault, *, login: str, password: str, place: Place, user_agent: str) -> NewSession:
    """A new session. NotSignedIn ``sign_in.refused`` for every cause alike; TooMany ``sign_in.blocked``."""
    folded = normalised_login(login)
    instead = count_attempt(vault, folded, place)
    with reading(vault.engine) as tx:
        person = people_queries.find_person_by_login(tx, folded) if is_login(folded) else None
    if not vault.passwords.verify(person.password_phc if person else None, password):
        raise _refused(vault, person, place, instead)
    assert person is not None
    fresh_phc = _rehashed(vault, person, password)
    with transaction(vault.engine) as tx:
        current = people_queries.lock_person(tx, person.id)
        if current is not None and _may_sign_in(vault, current, checked=person):
            forgive_attempt(tx, folded, place)
            if fresh_phc:
                people_queries.replace_person(tx, replace(current, password_phc=fresh_phc), revision=current.revision)
            return _begin_session(vault, tx, current, place, user_agent)
    raise _refused(vault, person, place, instead)


def resume_session(vault: Vault, *, token: str, place: Place) -> SignedIn:
    """The person behind a session's token. NotSignedIn ``session.none`` or ``session.expired``."""
    now = vault.clock.now()
    with reading(vault.engine) as tx:
        session = people_queries.find_session(tx, token_digest(token))
        person = people_queries.load_person(tx, session.person_id) if session else None
    if session is None or person is None or session.ended_at is not None:
        raise NotSignedIn("session.none")
    idle_ends_at = session.last_seen_at + dt.timedelta(minutes=vault.config.sessions.idle_minutes)
    if now >= min(idle_ends_at, session.expires_at) or not person.works_at(now):
        raise NotSignedIn("session.expired")
    if now - session.last_seen_at >= dt.timedelta(seconds=TOUCH_SECONDS):
        with transaction(vault.engine) as tx:
            people_queries.touch_session(tx, session.id, now=now)
        idle_ends_at = now + dt.timedelta(minutes=vault.config.sessions.idle_minutes)
    actor = actor_of(person, session_id=session.id, place=place, token=token)
    return SignedIn(actor, person.password_is_initial, idle_ends_at, session.expires_at)


def sign_out(vault: Vault, actor: Actor) -> None:
    """Ends the session and every view opened in it."""
    with transaction(vault.engine) as tx:
        end_sessions_of(vault, tx, actor, person_id=actor.person_id, cause="signed_out", only=actor.session_id)


def change_password(vault: Vault, actor: Actor, *, current: str, new: str) -> NewSession:
    """Stores the new password, ends every session of the person and begins a new one.

    InputError ``password.*``, also when ``current`` is wrong: wrong tries are recorded and count like failed sign-ins.
    Conflict ``revision.stale`` when the account was changed meanwhile.
    """
    with reading(vault.engine) as tx:
        person = people_queries.load_person(tx, actor.person_id)
        session = people_queries.load_session(tx, actor.session_id)
    if person is None or not person.works_at(vault.clock.now()):
        raise NotSignedIn("session.none")
    instead = count_attempt(vault, person.login, actor.place)
    if not vault.passwords.verify(person.password_phc, current):
        raise _wrong_password(vault, actor, instead)
    if vault.passwords.verify(person.password_phc, new):
        raise InputError("password.same")
    personal = (person.login, person.name, person.staff_number)
    check_new_password(new, minimum_characters=vault.config.passwords.minimum_characters, personal=personal)
    phc = vault.passwords.hash(new)
    with transaction(vault.engine) as tx:
        changed = replace(person, password_phc=phc, password_is_initial=False)
        if not people_queries.replace_person(tx, changed, revision=person.revision):
            raise Conflict("revision.stale")
        forgive_attempt(tx, person.login, actor.place)
        end_sessions_of(vault, tx, actor, person_id=actor.person_id, cause="password_changed")
        vault.recorder.append(tx, done_by(actor, Event.PERSON_PASSWORD_CHANGED, subject_person=actor.person_id))
        return _begin_session(vault, tx, changed, actor.place, session.user_agent if session else "")


def list_sessions(vault: Vault, actor: Actor) -> list[SessionRow]:
    """The person's own live sessions, most recently used first."""
    with reading(vault.engine) as tx:
        return session_rows(vault, tx, actor.person_id, current=actor.session_id)


def session_rows(vault: Vault, tx: Connection, person_id: PersonId, *, current: str) -> list[SessionRow]:
    """A person's live sessions, most recently used first; whoever calls has decided who may see them."""
    return [
        SessionRow(
            id=session.id,
            address=session.address,
            user_agent=session.user_agent,
            created_at=session.created_at,
            last_seen_at=session.last_seen_at,
            current=session.id == current,
        )
        for session in people_queries.list_live_sessions(tx, person_id, now=vault.clock.now())
    ]


def end_session(vault: Vault, actor: Actor, *, session_id: str) -> None:
    """Ends one of the person's own sessions and its views. NotFound for anybody else's."""
    with transaction(vault.engine) as tx:
        session = people_queries.load_session(tx, session_id)
        if session is None or session.person_id != actor.person_id:
            raise NotFound
        end_sessions_of(vault, tx, actor, person_id=actor.person_id, cause="ended_by_owner", only=session.id)


def end_sessions_of(
    vault: Vault,
    tx: Connection,
    actor: Actor | None,
    *,
    person_id: str,
    cause: str,
    only: str | None = None,
) -> None:
    """Ends a person's live sessions (or one) with their views, each recorded, in the caller's transaction."""
    now = vault.clock.now()
    ended = people_queries.end_sessions(
        tx,
        person_id=PersonId(person_id),
        now=now,
        cause=cause,
        only=SessionId(only) if only else None,
    )
    close_views(vault, tx, view_queries.unended_views(tx, session_ids=ended), cause=EndCause.SESSION_ENDED, actor=actor)
    for session_id in ended:
        vault.recorder.append(
            tx,
            Entry(
                Event.SESSION_ENDED,
                Outcome.SUCCESS,
                actor=actor.person_id if actor else None,
                subject_person=PersonId(person_id),
                session=session_id,
                place=actor.place if actor else None,
                code=cause,
            ),
        )


def actor_of(person: PersonRecord, *, session_id: str, place: Place, token: str | None) -> Actor:
    """The person as an actor; without a token (command line) no view opens."""
    return Actor(
        person_id=person.id,
        session_id=SessionId(session_id),
        office=person.office,
        name=person.name,
        staff_number=person.staff_number,
        locale=person.locale,
        timezone=person.timezone,
        place=place,
        session_secret=Secret(token.encode("ascii")) if token else None,
    )


def _may_sign_in(vault: Vault, current: PersonRecord, *, checked: PersonRecord) -> bool:
    """Still active, and the password that was verified is still theirs."""
    return current.works_at(vault.clock.now()) and current.password_phc == checked.password_phc


def _rehashed(vault: Vault, person: PersonRecord, password: str) -> str:
    """The password under today's parameters, or '' if it is. Made outside any transaction: hashing takes its time."""
    return vault.passwords.hash(password) if vault.passwords.needs_rehash(person.password_phc) else ""


def _refused(vault: Vault, person: PersonRecord | None, place: Place, instead: TooMany | None) -> VaultError:
    """The one answer for every cause, recorded. What was typed as a login is not: people type passwords there."""
    error: VaultError = instead or NotSignedIn("sign_in.refused")
    record(
        vault,
        Entry(
            Event.SESSION_REFUSED,
            Outcome.DENIED,
            subject_person=person.id if person else None,
            place=place,
            code=error.code,
        ),
    )
    return error


def _wrong_password(vault: Vault, actor: Actor, instead: TooMany | None) -> VaultError:
    """Somebody at an open session who does not know its password: for whoever reads the trail."""
    error: VaultError = instead or InputError("password.wrong")
    record(
        vault,
        Entry(
            Event.PERSON_PASSWORD_CHANGED,
            Outcome.DENIED,
            actor=actor.person_id,
            session=actor.session_id,
            place=actor.place,
            code="password.wrong",
        ),
    )
    return error


def _begin_session(vault: Vault, tx: Connection, person: PersonRecord, place: Place, user_agent: str) -> NewSession:
    now, token = vault.clock.now(), random_token(vault.random)
    session = SessionRecord(
        id=SessionId(new_id("s", vault.random)),
        person_id=person.id,
        address=place.address,
        user_agent=_one_line(user_agent)[:_USER_AGENT_CHARACTERS],
        created_at=now,
        last_seen_at=now,
        expires_at=now + dt.timedelta(hours=vault.config.sessions.hours),
        ended_at=None,
    )
    people_queries.store_session(tx, session, token_digest=token_digest(token))
    actor = actor_of(person, session_id=session.id, place=place, token=token)
    vault.recorder.append(tx, done_by(actor, Event.SESSION_OPENED))
    return NewSession(token, actor, person.password_is_initial, session.expires_at)


def _one_line(text: str) -> str:
    return "".join(mark if mark.isprintable() else " " for mark in text)
