"""What a person saw, for whoever has to know which customers are exposed. Never contents, and no customer's name.

Auditors and security officers see dossiers by reference and class. Names are opened for nobody here: whoever is to win
a customer back is a custodian of the dossier, who sees the same list of theirs with the names that they may see anyway
(docs/adr/0029-leaving.md). The signed report is an export of the trail, of exactly the entries it is made of.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vault.database import dossier_queries, exposure_queries, leaving_queries, people_queries
from vault.database.engine import Connection, reading
from vault.database.policy_queries import policy_in_force
from vault.errors import InputError, NotFound
from vault.filing.dossiers import customer_name_of
from vault.leaving.looking_back import out_since
from vault.ledger.events import Event
from vault.model import Actor, DossierId, Duty, Office, PersonId
from vault.people.linking import LinkedAccount, other_accounts_of
from vault.policy.exposure import RankedDossier, Weeks, rank_dossiers, weigh_weeks
from vault.policy.leaving import LeavingState
from vault.policy.reasons import ReasonDraft
from vault.recording import deciding, denial_of, done_by, require_office
from vault.runtime import Vault
from vault.trail.exporting import ExportOrder, order_export
from vault.trail.exports.exposure import EVENTS
from vault.trail.exports.formats import ExportFormat, exposure_format_of
from vault.trail.query import Field, Term, TrailQuery

MOST_DAYS = 1100
FEWEST_DAYS = 7


@dataclass(frozen=True, slots=True)
class Exposure:
    """What a person saw within ``days``; what is recent is counted ``until`` now, with ``half_life_days``.

    The days go back from ``out_since``, the end of their work here, and without one from now.
    """

    person_id: PersonId
    person_name: str
    staff_number: str
    days: int
    until: dt.datetime
    out_since: dt.datetime | None
    half_life_days: int
    rows: list[RankedDossier]
    weeks: Weeks
    others: list[LinkedAccount]
    """The person's other accounts, of which each has an exposure of its own."""

    @property
    def views(self) -> int:
        return sum(each.seen.views for each in self.rows)

    @property
    def pages(self) -> int:
        return sum(each.seen.pages for each in self.rows)

    @property
    def copies(self) -> int:
        return sum(each.seen.copies for each in self.rows)


@dataclass(frozen=True, slots=True)
class ExposedCustomer:
    """One dossier in the custodian's keeping; ``customer_name`` '' while sealed."""

    row: RankedDossier
    customer_name: str


def show_exposure(vault: Vault, actor: Actor, *, person_id: str, days: int | None = None) -> Exposure:
    """For auditors and security officers; recorded like a search. ``days`` None: as many as the policy says.

    InputError ``exposure.days``; NotFound for nobody.
    """
    with deciding(vault, denial_of(Event.EXPOSURE_VIEWED, actor)) as tx:
        require_office(tx, actor, Office.AUDITOR, Office.SECURITY_OFFICER)
        person = people_queries.load_person(tx, person_id)
        if person is None:
            raise NotFound(recorded_as="not_found.person")
        wanted = _checked_days(tx, days)
        entry = done_by(actor, Event.EXPOSURE_VIEWED, subject_person=person.id, details={"days": wanted})
        vault.recorder.append(tx, entry)
    with reading(vault.engine) as tx:
        return _exposure_of(vault, tx, person.id, wanted)


def order_report(
    vault: Vault, actor: Actor, *, person_id: str, days: int | None, format_name: str, locale: str, reason: ReasonDraft
) -> str:
    """Orders the signed report; the id of the export that it is (:mod:`vault.trail.exporting`). For auditors.

    InputError for days, format or reason; what an order of an export raises else.
    """
    wanted = exposure_format_of(format_name)
    with deciding(vault, denial_of(Event.TRAIL_EXPORTED, actor)) as tx:
        require_office(tx, actor, Office.AUDITOR)
        if people_queries.load_person(tx, person_id) is None:
            raise NotFound(recorded_as="not_found.person")
        now = vault.clock.now()
        since = (out_since(tx, PersonId(person_id), now=now) or now) - dt.timedelta(days=_checked_days(tx, days))
    return order_export(
        vault,
        actor,
        query=report_query(person_id, since=since),
        order=ExportOrder(wanted, locale=locale),
        reason=reason,
    )


def report_query(person_id: str, *, since: dt.datetime) -> TrailQuery:
    """The entries that a report is made of: the person's views, their pages, copies, and what was given back."""
    whole = since.replace(microsecond=0)
    events = Term(Field.EVENT, tuple(event.value for event in EVENTS))
    return TrailQuery(Term(Field.PERSON, (person_id,)), events, since=whole)


def show_exposed_customers(vault: Vault, actor: Actor, *, leaving_id: str) -> list[ExposedCustomer]:
    """Of somebody who leaves or left: the dossiers in the custodian's keeping that they saw, with customers' names.

    NotFound for whoever keeps none of them. Recorded.
    """
    with deciding(vault, denial_of(Event.EXPOSURE_VIEWED, actor)) as tx:
        require_office(tx, actor, Office.STAFF)
        leaving = leaving_queries.load_leaving(tx, leaving_id)
        if leaving is None or leaving.state is LeavingState.CALLED_OFF or leaving.person_id == actor.person_id:
            raise NotFound(recorded_as="not_found.leaving")
        exposure = _exposure_of(vault, tx, leaving.person_id, policy_in_force(tx).policy.exposure.days)
        found = dossier_queries.load_dossiers(tx, {DossierId(each.seen.dossier_id) for each in exposure.rows})
        held = dossier_queries.assignments_of_person_on(tx, actor.person_id, list(found))
        now = vault.clock.now()
        kept = {each.dossier_id for each in held if each.duty is Duty.CUSTODIAN and each.is_active(now)}
        if not kept:
            raise NotFound(recorded_as="denied.duty")
        facts: dict[str, str | int] = {"days": exposure.days, "dossiers": len(kept)}
        entry = done_by(actor, Event.EXPOSURE_VIEWED, subject_person=leaving.person_id, details=facts)
        vault.recorder.append(tx, entry)
    return [
        ExposedCustomer(each, customer_name_of(vault, dossier))
        for each in exposure.rows
        if (dossier := found.get(DossierId(each.seen.dossier_id))) is not None
        and dossier.id in kept
        and not dossier.is_shredded
    ]


def report_formats() -> list[ExportFormat]:
    """What a report can be written as."""
    return [ExportFormat.EXPOSURE_PDF, ExportFormat.EXPOSURE_CSV, ExportFormat.EXPOSURE_JSON]


def _exposure_of(vault: Vault, tx: Connection, person_id: PersonId, days: int) -> Exposure:
    now, policy = vault.clock.now(), policy_in_force(tx).policy
    left_at = out_since(tx, person_id, now=now)
    until = left_at or now
    since = until - dt.timedelta(days=days)
    person = people_queries.load_person(tx, person_id)
    assert person is not None  # found a moment ago, and nobody is removed from the register
    return Exposure(
        person_id=person.id,
        person_name=person.name,
        staff_number=person.staff_number,
        days=days,
        until=now,
        out_since=left_at,
        half_life_days=policy.exposure.half_life_days,
        rows=rank_dossiers(exposure_queries.seen_by(tx, person_id, since=since), policy=policy, now=now),
        weeks=weigh_weeks(exposure_queries.opened_at(tx, person_id, since=since), days=days, until=until),
        others=other_accounts_of(tx, person.id),
    )


def _checked_days(tx: Connection, days: int | None) -> int:
    wanted = policy_in_force(tx).policy.exposure.days if days is None else days
    if not FEWEST_DAYS <= wanted <= MOST_DAYS:
        raise InputError("exposure.days", least=FEWEST_DAYS, most=MOST_DAYS)
    return wanted
