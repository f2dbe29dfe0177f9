"""Campaigns: what makes people open more than usual, announced beforehand by one person and confirmed by another.

An administrator or a security officer announces, a security officer who is somebody else confirms. What is opened in a
running campaign is not compared with what is usual. Hard rules hold all the same.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from vault.alerts.notifying import tell_office
from vault.alerts.reading import reason_of_entry
from vault.database import alert_notice_queries, dossier_queries, people_queries
from vault.database.alert_notice_queries import CampaignRecord, CampaignState
from vault.database.engine import Connection, reading
from vault.database.people_queries import PersonRecord
from vault.database.policy_queries import policy_in_force
from vault.errors import AccessDenied, Conflict, InputError, NotFound
from vault.ledger.entry import Entry
from vault.ledger.events import Event
from vault.model import Actor, Office, PersonId, Reason, new_id
from vault.notices.kinds import NoticeKind
from vault.people.humans import same_human
from vault.policy.alert_facts import day_of, zone_of
from vault.policy.reasons import ReasonDraft, check_reason
from vault.recording import deciding, denial_of, done_by, require_office
from vault.runtime import Vault

ANNOUNCERS = (Office.ADMINISTRATOR, Office.SECURITY_OFFICER)
READERS = (*ANNOUNCERS, Office.AUDITOR)
MOST_LISTED = 100
MOST_MEMBERS = 2_000


@dataclass(frozen=True, slots=True)
class CampaignDraft:
    """What was typed: logins or staff numbers, and references, each separated by blanks, commas or lines."""

    first_day: dt.date | None
    last_day: dt.date | None
    people: str
    dossiers: str


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign with names and references; ``reason`` is None while the vault is sealed."""

    id: str
    state: CampaignState
    first_day: dt.date
    last_day: dt.date
    announced_by: str
    announced_by_id: PersonId
    announced_at: dt.datetime
    decided_by: str
    decided_at: dt.datetime | None
    people: tuple[str, ...]
    dossiers: tuple[str, ...]
    reason: Reason | None


def announce_campaign(vault: Vault, actor: Actor, *, draft: CampaignDraft, note: str) -> str:
    """The campaign's id. InputError ``campaign.*`` for days, people or dossiers that cannot be meant.

    Never for days that are past: what was not announced is judged as what it looked like.
    """
    reason = check_reason(ReasonDraft("other", note))
    with deciding(vault, denial_of(Event.CAMPAIGN_ANNOUNCED, actor)) as tx:
        require_office(tx, actor, *ANNOUNCERS)
        first, last = _days(vault, tx, actor, draft)
        people, dossiers = _people(tx, draft.people), _dossiers(tx, draft.dossiers)
        if not people and not dossiers:
            raise InputError("campaign.nobody")
        campaign = CampaignRecord(
            id=new_id("y", vault.random),
            state=CampaignState.ANNOUNCED,
            first_day=first,
            last_day=last,
            announced_by=actor.person_id,
            announced_at=vault.clock.now(),
            announcing_entry="",
            decided_by=None,
            decided_at=None,
            people=people,
            dossiers=dossiers,
        )
        entry_id = vault.recorder.append(tx, replace(_entry(actor, Event.CAMPAIGN_ANNOUNCED, campaign), reason=reason))
        alert_notice_queries.store_campaign(tx, replace(campaign, announcing_entry=entry_id))
        without = frozenset({actor.person_id})
        tell_office(vault, tx, Office.SECURITY_OFFICER, NoticeKind.CAMPAIGN_WAITS, about="", day=first, without=without)
    return campaign.id


def decide_campaign(vault: Vault, actor: Actor, *, campaign_id: str, confirm: bool) -> None:
    """Confirms or refuses. Confirmed after its first day, it holds from today on. Conflict if it was decided."""
    event = Event.CAMPAIGN_CONFIRMED if confirm else Event.CAMPAIGN_REFUSED
    after = CampaignState.CONFIRMED if confirm else CampaignState.REFUSED
    with deciding(vault, denial_of(event, actor)) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        campaign = _load(tx, campaign_id)
        if confirm and same_human(tx, actor.person_id, campaign.announced_by):
            raise AccessDenied("denied.own_campaign")
        if (campaign.state, campaign.decided_by) == (after, actor.person_id):
            return
        today = _today(vault, actor)
        if confirm and campaign.last_day < today:
            raise Conflict("campaign.over")
        first = max(campaign.first_day, today) if confirm else campaign.first_day
        now = vault.clock.now()
        changed = alert_notice_queries.change_campaign(
            tx, campaign_id, before=CampaignState.ANNOUNCED, after=after, by=actor.person_id, now=now, first_day=first
        )
        if not changed:
            raise Conflict("campaign.decided")
        vault.recorder.append(tx, _entry(actor, event, replace(campaign, first_day=first)))


def end_campaign(vault: Vault, actor: Actor, *, campaign_id: str) -> None:
    """Ends a confirmed campaign: today is the first day that is compared again. Conflict if it does not run."""
    with deciding(vault, denial_of(Event.CAMPAIGN_ENDED, actor)) as tx:
        require_office(tx, actor, *ANNOUNCERS)
        campaign = _load(tx, campaign_id)
        yesterday = _today(vault, actor) - dt.timedelta(days=1)
        last = min(campaign.last_day, yesterday)
        changed = campaign.last_day > yesterday and alert_notice_queries.change_campaign(
            tx, campaign_id, before=CampaignState.CONFIRMED, after=CampaignState.ENDED, last_day=last
        )
        if not changed:
            raise Conflict("campaign.over")
        vault.recorder.append(tx, _entry(actor, Event.CAMPAIGN_ENDED, campaign))


def list_campaigns(vault: Vault, actor: Actor) -> list[CampaignRow]:
    """Newest first."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, *READERS)
        found = alert_notice_queries.list_campaigns(tx, limit=MOST_LISTED)
        named = {PersonId(each) for campaign in found for each in campaign.people}
        named |= {each for row in found for each in (row.announced_by, row.decided_by) if each}
        people = people_queries.people_by_id(tx, named)
        references = dossier_queries.references_of(tx, {each for row in found for each in row.dossiers})
        return [_row(vault, tx, each, people, references) for each in found]


def _row(
    vault: Vault,
    tx: Connection,
    campaign: CampaignRecord,
    people: dict[PersonId, PersonRecord],
    references: dict[str, str],
) -> CampaignRow:
    return CampaignRow(
        id=campaign.id,
        state=campaign.state,
        first_day=campaign.first_day,
        last_day=campaign.last_day,
        announced_by=people[campaign.announced_by].name,
        announced_by_id=campaign.announced_by,
        announced_at=campaign.announced_at,
        decided_by=people[campaign.decided_by].name if campaign.decided_by else "",
        decided_at=campaign.decided_at,
        people=tuple(sorted(people[PersonId(each)].name for each in campaign.people)),
        dossiers=tuple(sorted(references.get(each, each) for each in campaign.dossiers)),
        reason=reason_of_entry(vault, tx, campaign.announcing_entry),
    )


def _load(tx: Connection, campaign_id: str) -> CampaignRecord:
    campaign = alert_notice_queries.load_campaign(tx, campaign_id)
    if campaign is None:
        raise NotFound(recorded_as="not_found.campaign")
    return campaign


def _today(vault: Vault, actor: Actor) -> dt.date:
    return day_of(vault.clock.now(), zone_of(actor.timezone))


def _days(vault: Vault, tx: Connection, actor: Actor, draft: CampaignDraft) -> tuple[dt.date, dt.date]:
    longest = policy_in_force(tx).policy.alerts.campaign_days
    if draft.first_day is None or draft.last_day is None or draft.last_day < draft.first_day:
        raise InputError("campaign.days")
    if draft.first_day < _today(vault, actor):
        raise InputError("campaign.past")
    if (draft.last_day - draft.first_day).days >= longest:
        raise InputError("campaign.too_long", limit=longest)
    return draft.first_day, draft.last_day


def _people(tx: Connection, typed: str) -> frozenset[str]:
    found = set()
    for word in _words(typed):
        person = people_queries.find_person_by_login(tx, word) or people_queries.find_person_by_staff_number(tx, word)
        if person is None:
            raise InputError("campaign.person", word=word)
        found.add(person.id)
    return frozenset(found)


def _dossiers(tx: Connection, typed: str) -> frozenset[str]:
    found = set()
    for word in _words(typed):
        dossier = dossier_queries.find_dossier_by_reference(tx, word)
        if dossier is None:
            raise InputError("campaign.dossier", word=word)
        found.add(dossier.id)
    return frozenset(found)


def _words(typed: str) -> list[str]:
    """InputError ``campaign.too_many``; a word too long to be a login or a reference is cut for its sentence."""
    words = typed.replace(",", " ").replace(";", " ").replace("，", " ").replace("、", " ").split()
    if len(words) > MOST_MEMBERS:
        raise InputError("campaign.too_many", limit=MOST_MEMBERS)
    return [word[:64] for word in words]


def _entry(actor: Actor, event: Event, campaign: CampaignRecord) -> Entry:
    details = {
        "campaign": campaign.id,
        "from": campaign.first_day.isoformat(),
        "to": campaign.last_day.isoformat(),
        "people": len(campaign.people),
        "dossiers": len(campaign.dossiers),
    }
    return done_by(actor, event, details=details)
