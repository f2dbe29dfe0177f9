"""Teams: people to whom a custodian lends a dossier together. Kept by administrators, who lend nothing themselves.

Rights follow the team's and the person's immutable ids. Two teams never have the same name, nor does a new one get the
name of one that ended, so that nobody lends a dossier to people they did not mean.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass

from vault.access.closing import EndCause, close_views
from vault.database import dossier_queries, people_queries, team_queries, view_queries
from vault.database.engine import Connection, reading
from vault.database.team_queries import Membership, TeamRecord
from vault.errors import AccessDenied, Conflict, InputError, NotFound
from vault.filing.holdings import holding_of_person
from vault.ledger.events import Event
from vault.model import Actor, DossierId, Duty, Office, PersonId, PersonState, TeamId, new_id
from vault.people.humans import accounts_of
from vault.policy.duties import holds_through_teams
from vault.recording import deciding, denial_of, done_by, require_office
from vault.runtime import Vault

NAME_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A person in a team, now or later. ``ends_at`` None: until further notice."""

    person_id: PersonId
    name: str
    staff_number: str
    state: PersonState
    starts_at: dt.datetime
    ends_at: dt.datetime | None
    begun: bool


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team in the list of all."""

    id: TeamId
    name: str
    members: int


@dataclass(frozen=True, slots=True)
class TeamCard:
    """One team: ``dossiers`` are lent to it. ``candidates`` are staff who may be lent dossiers and are not in it."""

    id: TeamId
    name: str
    revision: int
    members: list[MemberRow]
    candidates: list[tuple[PersonId, str, str]]
    dossiers: int


def list_teams(vault: Vault, actor: Actor) -> list[TeamRow]:
    """By name, for administrators, security officers and auditors."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR, Office.SECURITY_OFFICER, Office.AUDITOR)
        counts = team_queries.count_members(tx, now=vault.clock.now())
        return [TeamRow(team.id, team.name, counts.get(team.id, 0)) for team in team_queries.list_teams(tx)]


def show_team(vault: Vault, actor: Actor, *, team_id: str) -> TeamCard:
    """One team that has not ended, or NotFound."""
    now = vault.clock.now()
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR, Office.SECURITY_OFFICER, Office.AUDITOR)
        team = _live(team_queries.load_team(tx, team_id))
        members = team_queries.lasting_members(tx, team.id, now=now)
        people = people_queries.list_people(tx)
        loans = team_queries.lasting_loans(tx, now=now, team_id=team.id)
    known = {person.id: person for person in people}
    inside = {each.person_id for each in members}
    return TeamCard(
        id=team.id,
        name=team.name,
        revision=team.revision,
        members=[
            MemberRow(
                person_id=each.person_id,
                name=known[each.person_id].name,
                staff_number=known[each.person_id].staff_number,
                state=known[each.person_id].state,
                starts_at=each.starts_at,
                ends_at=each.ends_at,
                begun=each.starts_at <= now,
            )
            for each in members
        ],
        candidates=[
            (person.id, person.name, person.staff_number)
            for person in people
            if person.state is PersonState.ACTIVE and Duty.BORROWER in person.qualifications and person.id not in inside
        ],
        dossiers=len({each.dossier_id for each in loans}),
    )


def create_team(vault: Vault, actor: Actor, *, name: str) -> TeamId:
    """A team without anybody in it. Conflict ``team.taken`` for the name of another, also of one that ended."""
    checked = _checked_name(name)
    with deciding(vault, denial_of(Event.TEAM_CHANGED, actor)) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR)
        _require_free(tx, checked)
        team = TeamRecord(
            id=TeamId(new_id("t", vault.random)),
            name=checked,
            name_folded=_folded(checked),
            created_at=vault.clock.now(),
            created_by=actor.person_id,
            revision=1,
        )
        team_queries.store_team(tx, team)
        _record(vault, tx, actor, team.id, "created")
    return team.id


def rename_team(vault: Vault, actor: Actor, *, team_id: str, name: str, revision: int) -> None:
    """Another name for the same team: who is in it and what is lent to it stays. Conflict ``revision.stale``."""
    checked = _checked_name(name)
    with deciding(vault, denial_of(Event.TEAM_CHANGED, actor)) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR)
        team = _live(team_queries.lock_team(tx, team_id))
        if team.name == checked:
            return
        if _folded(checked) != team.name_folded:
            _require_free(tx, checked)
        stale = team.revision != revision
        if stale or not team_queries.replace_name(tx, team, name=checked, name_folded=_folded(checked)):
            raise Conflict("revision.stale")
        _record(vault, tx, actor, team.id, "renamed")


def end_team(vault: Vault, actor: Actor, *, team_id: str) -> None:
    """Everybody leaves it, every loan to it ends, and views opened through it end with them."""
    with deciding(vault, denial_of(Event.TEAM_CHANGED, actor)) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR)
        now = vault.clock.now()
        team = _live(team_queries.lock_team(tx, team_id))
        people = {each.person_id for each in team_queries.lasting_members(tx, team.id, now=now)}
        dossiers = {each.dossier_id for each in team_queries.lasting_loans(tx, now=now, team_id=team.id)}
        team_queries.end_team(tx, team, now=now)
        _record(vault, tx, actor, team.id, "ended")
        for person_id in sorted(people):
            close_lost_views(vault, tx, actor, person_id, dossiers)


def add_member(
    vault: Vault,
    actor: Actor,
    *,
    team_id: str,
    person_id: str,
    starts_at: dt.datetime | None = None,
    ends_at: dt.datetime | None = None,
) -> None:
    """Puts a person into a team, from now or later, with or without an end.

    AccessDenied ``duties.not_qualified`` for who may borrow nothing, ``duties.conflict`` for who is custodian or
    approver of a dossier that is lent to the team. Conflict ``team.member`` for who is in it already.
    """
    with deciding(vault, denial_of(Event.TEAM_JOINED, actor)) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR)
        now = vault.clock.now()
        team = _live(team_queries.lock_team(tx, team_id))
        person = people_queries.lock_person(tx, person_id)
        if person is None or person.state is not PersonState.ACTIVE:
            raise NotFound("person.unknown", recorded_as="not_found.person")
        if Duty.BORROWER not in person.qualifications:
            raise AccessDenied("duties.not_qualified")
        if any(each.person_id == person.id for each in team_queries.lasting_members(tx, team.id, now=now)):
            raise Conflict("team.member")
        start = max(starts_at or now, now)
        if ends_at is not None and ends_at <= start:
            raise InputError("assignment.ends_before_start")
        _require_no_conflict(tx, team.id, person.id, now)
        membership = Membership(new_id("m", vault.random), team.id, person.id, start, ends_at, actor.person_id)
        team_queries.store_membership(tx, membership)
        vault.recorder.append(
            tx, done_by(actor, Event.TEAM_JOINED, subject_person=person.id, details={"team": team.id})
        )


def remove_member(vault: Vault, actor: Actor, *, team_id: str, person_id: str) -> None:
    """Takes a person out of a team now; twice is fine. Their views of what was lent to it end with that."""
    with deciding(vault, denial_of(Event.TEAM_LEFT, actor)) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR)
        now = vault.clock.now()
        team = _live(team_queries.lock_team(tx, team_id))
        member = PersonId(person_id)
        if not team_queries.end_memberships(tx, team.id, member, now=now):
            return
        vault.recorder.append(tx, done_by(actor, Event.TEAM_LEFT, subject_person=member, details={"team": team.id}))
        dossiers = {each.dossier_id for each in team_queries.lasting_loans(tx, now=now, team_id=team.id)}
        close_lost_views(vault, tx, actor, member, dossiers)


def close_lost_views(
    vault: Vault, tx: Connection, actor: Actor, person_id: PersonId, dossier_ids: set[DossierId]
) -> None:
    """Ends the person's views of these dossiers where nothing makes them a borrower any more."""
    for dossier_id in sorted(dossier_ids):
        views = view_queries.unended_views(tx, person_id=person_id, dossier_id=dossier_id)
        dossier = dossier_queries.load_dossier(tx, dossier_id) if views else None
        if dossier is not None and Duty.BORROWER not in holding_of_person(vault, tx, person_id, dossier).duties:
            close_views(vault, tx, views, cause=EndCause.RIGHT_LOST, actor=actor)


def _require_no_conflict(tx: Connection, team_id: TeamId, person_id: PersonId, now: dt.datetime) -> None:
    """By any account of the person: what one may not hold, the other does not either."""
    dossiers = {each.dossier_id for each in team_queries.lasting_loans(tx, now=now, team_id=team_id)}
    for account in sorted(accounts_of(tx, person_id)):
        for each in dossier_queries.assignments_of_person_on(tx, account, list(dossiers)):
            is_lasting = each.ends_at is None or each.ends_at > now
            if is_lasting and not holds_through_teams(frozenset({each.duty})):
                raise AccessDenied("duties.conflict")


def _record(vault: Vault, tx: Connection, actor: Actor, team_id: TeamId, code: str) -> None:
    vault.recorder.append(tx, done_by(actor, Event.TEAM_CHANGED, code=code, details={"team": team_id}))


def _live(team: TeamRecord | None) -> TeamRecord:
    if team is None or team.ended_at is not None:
        raise NotFound(recorded_as="not_found.team")
    return team


def _require_free(tx: Connection, name: str) -> None:
    if team_queries.find_team(tx, _folded(name)) is not None:
        raise Conflict("team.taken")


def _checked_name(name: str) -> str:
    checked = " ".join(unicodedata.normalize("NFC", name).split())
    if not checked or len(checked) > NAME_CHARACTERS or not checked.isprintable():
        raise InputError("team.name", limit=NAME_CHARACTERS)
    return checked


def _folded(name: str) -> str:
    """What people take for the same name: without case, width of letters and spaces."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
