"""Who can see this dossier, and what can this person see: rights as they stand now, for auditors.

Says what the rules of opening would say, but for place, time of day and views left, which are asked when somebody
opens. Opens nothing and needs no keys. Each look is recorded like a search of the trail.

A duty holds for all documents of a dossier, a grant for one. So grants are asked for only where a document without one
would not open, and there by the same facts as opening (:mod:`vault.access.facts`): the statements grow with the grants
that have not ended, never with the dossiers.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from vault.access.facts import target_of
from vault.agreements.gate import has_accepted
from vault.database import dossier_queries, people_queries, seeing_queries, team_queries
from vault.database.dossier_queries import DossierRecord
from vault.database.engine import Connection, reading
from vault.database.grant_queries import GrantRecord
from vault.database.people_queries import PersonRecord
from vault.database.policy_queries import policy_in_force
from vault.database.seeing_queries import Pair, Seen
from vault.database.team_queries import TeamBorrowing
from vault.errors import NotFound
from vault.filing.holdings import held_duties
from vault.ledger.events import Event
from vault.model import (
    Actor,
    Classification,
    DocumentId,
    DossierId,
    Duty,
    Office,
    PersonId,
    Place,
    PlaceSource,
    TeamId,
)
from vault.policy.granting import GrantKind
from vault.policy.opening import HeldDuty, OpeningFacts, decide_opening
from vault.policy.places import EVERYWHERE
from vault.recording import deciding, denial_of, done_by, require_office
from vault.runtime import Vault

_ID = re.compile(r"[dp][a-z2-7]{26}")
_KNOWN = Place(address="", source=PlaceSource.DECLARED)
_OPENING = (GrantKind.ACCESS, GrantKind.VIEWS, GrantKind.EMERGENCY)
"""Grants by which a document opens that would not otherwise; the others are of place, time and length."""


@dataclass(frozen=True, slots=True)
class Sight:
    """One person and one dossier: which duties hold now, through which teams, and whether documents would open.

    ``why_not`` is the code of the first rule against it, '' if they would; ``granted`` documents open all the same,
    each by a grant. ``ends_at`` is the end of the duties, without any the last moment of those grants. ``views`` of its
    documents they had.
    """

    person_id: PersonId
    person_name: str
    staff_number: str
    dossier_id: DossierId
    reference: str
    classification: Classification
    duties: frozenset[Duty]
    teams: tuple[str, ...]
    ends_at: dt.datetime | None
    why_not: str
    granted: int
    views: int
    last_seen: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Reach:
    """``name`` is a dossier's reference, or a person's with their staff ``number``; ``sights`` what was asked for."""

    name: str
    number: str
    sights: list[Sight]


def who_can_see(vault: Vault, actor: Actor, *, dossier_id: str) -> Reach:
    """Everybody who holds a duty on the dossier now or opens a document of it by a grant, by name.

    Nobody once it is erased. NotFound for what is no dossier.
    """
    now = vault.clock.now()
    _record(vault, actor, dossier_id, PersonId(""))
    with reading(vault.engine) as tx:
        dossier = dossier_queries.load_dossier(tx, dossier_id)
        if dossier is None:
            raise NotFound
        if dossier.is_shredded:
            return Reach(dossier.reference, "", [])
        borrowings = team_queries.borrowings_of_dossier(tx, dossier.id)
        granted = seeing_queries.granted_on_dossier(tx, dossier.id, _OPENING)
        holders = {each.person_id for each in dossier_queries.assignments_of_dossier(tx, dossier.id)}
        holders |= {each.person_id for each in borrowings} | {person_id for person_id, _dossier_id in granted}
        people = people_queries.people_by_id(tx, holders)
        known = _Known(
            now=now,
            watches=policy_in_force(tx).policy.watch.by_approval,
            accepted={each: has_accepted(tx, each, dossier.classification) for each in people},
            borrowings=borrowings,
            teams={team.id: team.name for team in team_queries.list_teams(tx)},
            seen=seeing_queries.seen_of_dossier(tx, dossier.id),
        )
        held = {each: held_duties(tx, each, [dossier.id], now=now)[dossier.id] for each in people}
        found = (
            _sight(person, dossier, held[person.id], known.accepted[person.id], known) for person in people.values()
        )
        sights = _with_grants(vault, tx, found, granted, now)
    return Reach(dossier.reference, "", sorted(sights, key=lambda each: (each.person_name, each.staff_number)))


def what_can_be_seen(vault: Vault, actor: Actor, *, person_id: str) -> Reach:
    """Every dossier on which the person holds a duty now or opens a document by a grant, newest first.

    NotFound for what is nobody.
    """
    now = vault.clock.now()
    _record(vault, actor, "", PersonId(person_id))
    with reading(vault.engine) as tx:
        person = people_queries.load_person(tx, person_id)
        if person is None:
            raise NotFound
        granted = seeing_queries.granted_to_person(tx, person.id, _OPENING)
        dossiers = _with_dossiers(tx, dossier_queries.dossiers_of_person(tx, person.id, now=now), granted)
        ids = [dossier.id for dossier in dossiers]
        held = held_duties(tx, person.id, ids, now=now)
        accepted = {each: has_accepted(tx, person.id, each) for each in {each.classification for each in dossiers}}
        known = _Known(
            now=now,
            watches=policy_in_force(tx).policy.watch.by_approval,
            accepted={},
            borrowings=team_queries.borrowings_of_person_on(tx, person.id, ids),
            teams={team.id: team.name for team in team_queries.list_teams(tx)},
            seen=seeing_queries.seen_by_person(tx, person.id),
        )
        found = (_sight(person, each, held[each.id], accepted[each.classification], known) for each in dossiers)
        sights = _with_grants(vault, tx, found, granted, now)
    return Reach(person.name, person.staff_number, sights)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the rows of one answer share, each read once."""

    now: dt.datetime
    watches: bool
    """Whether the policy asks for a grant for each view of somebody who is about to leave."""
    accepted: dict[PersonId, bool]
    borrowings: list[TeamBorrowing]
    teams: dict[TeamId, str]
    seen: dict[tuple[PersonId, DossierId], Seen]

    def teams_of(self, person_id: PersonId, dossier_id: DossierId) -> tuple[str, ...]:
        """Names of the teams through which the person borrows the dossier now."""
        ids = {
            each.team_id
            for each in self.borrowings
            if (each.person_id, each.dossier_id) == (person_id, dossier_id)
            and each.starts_at <= self.now
            and (each.ends_at is None or self.now < each.ends_at)
        }
        return tuple(sorted(self.teams.get(each, "") for each in ids))


def _sight(
    person: PersonRecord, dossier: DossierRecord, held: tuple[HeldDuty, ...], has_agreed: bool, known: _Known
) -> Sight:
    active = [duty for duty in held if duty.is_active(known.now)]
    facts = OpeningFacts(
        person_state=person.state_at(known.now),
        office=person.office,
        clearance=person.clearance,
        duties=held,
        classification=dossier.classification,
        version_is_live=True,
        place_is_known=True,
        agreements_are_accepted=has_agreed,
        is_watched=person.leaves_at is not None and known.watches,
    )
    counted = known.seen.get((person.id, dossier.id), Seen(0, None))
    return Sight(
        person_id=person.id,
        person_name=person.name,
        staff_number=person.staff_number,
        dossier_id=dossier.id,
        reference=dossier.reference,
        classification=dossier.classification,
        duties=frozenset(duty.duty for duty in active),
        teams=known.teams_of(person.id, dossier.id),
        ends_at=_end(active),
        why_not=decide_opening(facts, now=known.now).code,
        granted=0,
        views=counted.views,
        last_seen=counted.last,
    )


def _with_dossiers(tx: Connection, held: list[DossierRecord], granted: Iterable[Pair]) -> list[DossierRecord]:
    """With those that are known by a grant alone, newest first. Erased ones are nobody's."""
    others = {dossier_id for _person_id, dossier_id in granted} - {each.id for each in held}
    known = [each for each in dossier_queries.load_dossiers(tx, others).values() if not each.is_shredded]
    return sorted(held + known, key=lambda each: each.reference, reverse=True) if known else held


def _with_grants(
    vault: Vault, tx: Connection, sights: Iterable[Sight], granted: dict[Pair, list[DocumentId]], now: dt.datetime
) -> list[Sight]:
    """Those with a duty or with a grant that opens a document; grants are counted where nothing opens without."""
    found = []
    for each in sights:
        documents = granted.get((each.person_id, each.dossier_id), []) if each.why_not else []
        opening = [grants for grants in (_opening_by(vault, tx, each.person_id, it, now) for it in documents) if grants]
        if opening and not each.duties:
            last = max(_last_moment(grant) for grants in opening for grant in grants)
            found.append(replace(each, granted=len(opening), ends_at=last))
        elif each.duties:
            found.append(replace(each, granted=len(opening)))
    return found


def _opening_by(
    vault: Vault, tx: Connection, person_id: PersonId, document_id: DocumentId, now: dt.datetime
) -> list[GrantRecord]:
    """The grants by which the document opens now, as opening would find them; none where it does not open."""
    target = target_of(vault, tx, person_id, document_id)
    facts = replace(target.facts(_KNOWN), places=EVERYWHERE, position_is_missing=False, hours=None)
    if not decide_opening(facts, now=now).allowed:
        return []
    return [each for each in target.grants.holding if each.kind in _OPENING]


def _last_moment(grant: GrantRecord) -> dt.datetime:
    """When it is over at the latest: one that nobody has used yet may begin on its last day."""
    return grant.ends_at or grant.use_by + dt.timedelta(days=grant.lasts_days)


def _end(active: list[HeldDuty]) -> dt.datetime | None:
    """When the last of them ends; None if one has no end."""
    ends = [duty.ends_at for duty in active]
    return max((each for each in ends if each is not None), default=None) if None not in ends else None


def _record(vault: Vault, actor: Actor, dossier_id: str, person_id: PersonId) -> None:
    """Who looks up a person's reach may have a reason that is asked for one day."""
    with deciding(vault, denial_of(Event.TRAIL_SEARCHED, actor)) as tx:
        require_office(tx, actor, Office.AUDITOR)
        if not _ID.fullmatch(dossier_id or person_id):
            raise NotFound
        entry = done_by(
            actor,
            Event.TRAIL_SEARCHED,
            dossier=dossier_id,
            subject_person=person_id or None,
            details={"access": 1},
        )
        vault.recorder.append(tx, entry)
