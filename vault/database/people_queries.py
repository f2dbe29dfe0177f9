"""People and sessions as rows: load, store, change. Functions take the open transaction and never commit."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from vault.database.tables.leaving import leavings
from vault.database.tables.people import people, sessions, sign_in_failures
from vault.database.upserts import upsert
from vault.model import Classification, Duty, Office, PersonId, PersonState, SessionId
from vault.policy.leaving import LeavingState

_LEAVES_AT = (
    sa.select(leavings.c.ends_at)
    .where(leavings.c.person_id == people.c.id, leavings.c.state == LeavingState.ANNOUNCED.value)
    .scalar_subquery()
)
_PEOPLE = sa.select(people, _LEAVES_AT.label("leaves_at"))

# Built once, since every request asks them.
_PERSON = _PEOPLE.where(people.c.id == sa.bindparam("person_id"))
_SESSION = sa.select(sessions).where(sessions.c.token_digest == sa.bindparam("token_digest"))


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """One person as stored. ``qualifications`` are the duties that may be assigned to them."""

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
    password_phc: str
    password_is_initial: bool
    created_at: dt.datetime
    revision: int
    email: str = ""
    """Where notices go beside the vault; '' for nowhere."""
    leaves_at: dt.datetime | None = None
    """The first moment after their last day, once that is announced."""

    def state_at(self, now: dt.datetime) -> PersonState:
        """Whoever has left is out from that moment on, whether or not anybody has come by to suspend them."""
        has_left = self.leaves_at is not None and self.leaves_at <= now
        return PersonState.SUSPENDED if has_left else self.state

    def works_at(self, now: dt.datetime) -> bool:
        """Whether they may do anything at all."""
        return self.state_at(now) is PersonState.ACTIVE


@dataclass(frozen=True, slots=True)
class SessionRecord:
    id: SessionId
    person_id: PersonId
    address: str
    user_agent: str
    created_at: dt.datetime
    last_seen_at: dt.datetime
    expires_at: dt.datetime
    ended_at: dt.datetime | None


def _person(row: sa.Row[tuple[object, ...]]) -> PersonRecord:
    stored = row._mapping
    return PersonRecord(
        id=PersonId(stored["id"]),
        login=stored["login"],
        name=stored["name"],
        staff_number=stored["staff_number"],
        office=Office(stored["office"]),
        qualifications=frozenset(Duty(word) for word in stored["qualifications"].split(",") if word),
        clearance=Classification(stored["clearance"]),
        state=PersonState(stored["state"]),
        locale=stored["locale"],
        timezone=stored["timezone"],
        password_phc=stored["password_phc"],
        password_is_initial=stored["password_is_initial"],
        created_at=stored["created_at"],
        revision=stored["revision"],
        email=stored["email"],
        leaves_at=stored["leaves_at"],
    )


def _session(row: sa.Row[tuple[object, ...]]) -> SessionRecord:
    stored = row._mapping
    return SessionRecord(
        id=SessionId(stored["id"]),
        person_id=PersonId(stored["person_id"]),
        address=stored["address"],
        user_agent=stored["user_agent"],
        created_at=stored["created_at"],
        last_seen_at=stored["last_seen_at"],
        expires_at=stored["expires_at"],
        ended_at=stored["ended_at"],
    )


def load_person(tx: sa.Connection, person_id: str) -> PersonRecord | None:
    row = tx.execute(_PERSON, {"person_id": person_id}).one_or_none()
    return _person(row) if row else None


def lock_person(tx: sa.Connection, person_id: str) -> PersonRecord | None:
    """The person, with the row held until the transaction ends, so that a change and a use cannot cross."""
    row = tx.execute(_PEOPLE.where(people.c.id == person_id).with_for_update(of=people)).one_or_none()
    return _person(row) if row else None


def find_person_by_login(tx: sa.Connection, login: str) -> PersonRecord | None:
    row = tx.execute(_PEOPLE.where(people.c.login == login)).one_or_none()
    return _person(row) if row else None


def find_person_by_staff_number(tx: sa.Connection, staff_number: str) -> PersonRecord | None:
    row = tx.execute(_PEOPLE.where(people.c.staff_number == staff_number)).one_or_none()
    return _person(row) if row else None


def is_known(tx: sa.Connection, *, login: str, staff_number: str, besides: PersonId) -> bool:
    """Whether anybody else has the login or the staff number."""
    taken = sa.or_(people.c.login == login, people.c.staff_number == staff_number)
    return bool(tx.execute(sa.select(sa.exists().where(taken, people.c.id != besides))).scalar_one())


def list_people(tx: sa.Connection) -> list[PersonRecord]:
    return [_person(row) for row in tx.execute(_PEOPLE.order_by(people.c.staff_number))]


def find_people(tx: sa.Connection, words: str) -> list[PersonId]:
    """Ids of everyone whose id, login, staff number or whole name is exactly ``words``."""
    matches = sa.or_(
        people.c.id == words,
        people.c.login == words.casefold(),
        people.c.staff_number == words,
        people.c.name == words,
    )
    return [PersonId(row.id) for row in tx.execute(sa.select(people.c.id).where(matches))]


def people_by_id(tx: sa.Connection, person_ids: set[PersonId]) -> dict[PersonId, PersonRecord]:
    if not person_ids:
        return {}
    rows = tx.execute(_PEOPLE.where(people.c.id.in_(person_ids)))
    return {person.id: person for person in map(_person, rows)}


def lock_active(tx: sa.Connection, office: Office) -> list[PersonId]:
    """The people of an office who are active and are to stay; always in the same order.

    The rows of all that are active are held until the transaction ends.
    """
    active = sa.and_(people.c.office == office.value, people.c.state == PersonState.ACTIVE.value)
    query = sa.select(people.c.id, _LEAVES_AT.label("leaves_at")).where(active).order_by(people.c.id)
    rows = [row for row in tx.execute(query.with_for_update(of=people)) if row.leaves_at is None]
    return [PersonId(row.id) for row in rows]


def active_of(tx: sa.Connection, office: Office) -> list[PersonId]:
    """The active people of an office, as :func:`lock_active` without holding anybody."""
    active = sa.and_(people.c.office == office.value, people.c.state == PersonState.ACTIVE.value)
    return [PersonId(row.id) for row in tx.execute(sa.select(people.c.id).where(active).order_by(people.c.id))]


def store_person(tx: sa.Connection, person: PersonRecord) -> None:
    tx.execute(sa.insert(people).values(id=person.id, created_at=person.created_at, **_person_values(person)))


def replace_person(tx: sa.Connection, person: PersonRecord, *, revision: int) -> bool:
    """Stores ``person`` if its stored revision is still ``revision``; False if somebody was faster."""
    change = (
        sa.update(people)
        .where(people.c.id == person.id, people.c.revision == revision)
        .values(**{**_person_values(person), "revision": revision + 1})
    )
    return tx.execute(change).rowcount == 1


def _person_values(person: PersonRecord) -> dict[str, object]:
    return {
        "login": person.login,
        "name": person.name,
        "staff_number": person.staff_number,
        "office": person.office.value,
        "qualifications": ",".join(sorted(duty.value for duty in person.qualifications)),
        "clearance": person.clearance.value,
        "state": person.state.value,
        "locale": person.locale,
        "timezone": person.timezone,
        "email": person.email,
        "password_phc": person.password_phc,
        "password_is_initial": person.password_is_initial,
        "revision": person.revision,
    }


def store_session(tx: sa.Connection, session: SessionRecord, *, token_digest: bytes) -> None:
    tx.execute(
        sa.insert(sessions).values(
            id=session.id,
            token_digest=token_digest,
            person_id=session.person_id,
            address=session.address,
            user_agent=session.user_agent,
            created_at=session.created_at,
            last_seen_at=session.last_seen_at,
            expires_at=session.expires_at,
        )
    )


def find_session(tx: sa.Connection, token_digest: bytes) -> SessionRecord | None:
    row = tx.execute(_SESSION, {"token_digest": token_digest}).one_or_none()
    return _session(row) if row else None


def load_session(tx: sa.Connection, session_id: str) -> SessionRecord | None:
    row = tx.execute(sa.select(sessions).where(sessions.c.id == session_id)).one_or_none()
    return _session(row) if row else None


def list_live_sessions(tx: sa.Connection, person_id: PersonId, *, now: dt.datetime) -> list[SessionRecord]:
    query = (
        sa.select(sessions)
        .where(sessions.c.person_id == person_id, sessions.c.ended_at.is_(None), sessions.c.expires_at > now)
        .order_by(sessions.c.last_seen_at.desc())
    )
    return [_session(row) for row in tx.execute(query)]


def touch_session(tx: sa.Connection, session_id: SessionId, *, now: dt.datetime) -> None:
    tx.execute(sa.update(sessions).where(sessions.c.id == session_id).values(last_seen_at=now))


def end_sessions(
    tx: sa.Connection,
    *,
    person_id: PersonId,
    now: dt.datetime,
    cause: str,
    only: SessionId | None = None,
    keep: SessionId | None = None,
) -> list[SessionId]:
    """Ends the person's live sessions (or ``only`` one, or all but ``keep``); the ids that were live."""
    live = sa.and_(sessions.c.person_id == person_id, sessions.c.ended_at.is_(None))
    if only is not None:
        live = sa.and_(live, sessions.c.id == only)
    if keep is not None:
        live = sa.and_(live, sessions.c.id != keep)
    change = sa.update(sessions).where(live).values(ended_at=now, end_cause=cause).returning(sessions.c.id)
    return [SessionId(row.id) for row in tx.execute(change)]


def blocked_until(tx: sa.Connection, subject: bytes) -> dt.datetime | None:
    query = sa.select(sign_in_failures.c.blocked_until).where(sign_in_failures.c.subject == subject)
    return tx.execute(query).scalar_one_or_none()


def count_attempt(tx: sa.Connection, subject: bytes, *, now: dt.datetime, forget_before: dt.datetime) -> int:
    """Counts one attempt before its password is looked at, so that parallel attempts all count; the new count.

    One statement, since a right password next door may forget the row at any moment.
    What was counted at ``forget_before`` or earlier is forgotten first. A subject that is new is blocked until then:
    until now would pause whoever looked at the clock a moment before, and came to the database a moment after.
    """
    failures = sa.case((sign_in_failures.c.changed_at <= forget_before, 1), else_=sign_in_failures.c.failures + 1)
    change = (
        upsert(tx, sign_in_failures)
        .values(subject=subject, failures=1, blocked_until=forget_before, changed_at=now)
        .on_conflict_do_update(index_elements=["subject"], set_={"failures": failures, "changed_at": now})
        .returning(sign_in_failures.c.failures)
    )
    return int(tx.execute(change).scalar_one())


def has_signed_in_from(tx: sa.Connection, *, login: str, address: str, since: dt.datetime) -> bool:
    """Whether the person with this login began a session from the address since then."""
    query = (
        sa.select(sessions.c.id)
        .join(people, people.c.id == sessions.c.person_id)
        .where(people.c.login == login, sessions.c.address == address, sessions.c.created_at >= since)
        .limit(1)
    )
    return tx.execute(query).first() is not None


def block_subject(tx: sa.Connection, subject: bytes, *, until: dt.datetime) -> None:
    change = sa.update(sign_in_failures).where(sign_in_failures.c.subject == subject).values(blocked_until=until)
    tx.execute(change)


def forget_failures(tx: sa.Connection, subject: bytes) -> None:
    tx.execute(sa.delete(sign_in_failures).where(sign_in_failures.c.subject == subject))


def uncount_attempt(tx: sa.Connection, subject: bytes) -> None:
    change = sa.update(sign_in_failures).where(sign_in_failures.c.subject == subject, sign_in_failures.c.failures > 0)
    tx.execute(change.values(failures=sign_in_failures.c.failures - 1))


def outdated_sessions(
    tx: sa.Connection, *, now: dt.datetime, idle_before: dt.datetime, limit: int
) -> list[SessionRecord]:
    """Sessions whose time ran out or that nobody used since ``idle_before``, and that are not ended yet."""
    over = sa.or_(sessions.c.expires_at <= now, sessions.c.last_seen_at < idle_before)
    query = sa.select(sessions).where(sessions.c.ended_at.is_(None), over).limit(limit)
    return [_session(row) for row in tx.execute(query)]


def count_live_sessions(tx: sa.Connection, *, now: dt.datetime) -> int:
    query = sa.select(sa.func.count()).select_from(sessions)
    return int(tx.execute(query.where(sessions.c.ended_at.is_(None), sessions.c.expires_at > now)).scalar_one())


def live_sessions_before(
    tx: sa.Connection, begun_before: dt.datetime, *, now: dt.datetime, limit: int
) -> list[SessionRecord]:
    """Live sessions that began before a moment."""
    query = (
        sa.select(sessions)
        .where(sessions.c.ended_at.is_(None), sessions.c.expires_at > now, sessions.c.created_at <= begun_before)
        .limit(limit)
    )
    return [_session(row) for row in tx.execute(query)]
