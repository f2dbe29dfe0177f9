"""What an erasure would touch, and whether it may be done at all: asked before it is requested and again when approved.

A month of a person can be erased once nobody writes into it any more: the running month only of somebody whose account
is suspended. Pruning reaches as far as the age allows, a signed checkpoint stands for and, where there are anchors, one
of them holds; no further.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vault.database import (
    anchor_queries,
    dossier_queries,
    erasing_beside,
    erasure_queries,
    ledger_erasing,
    ledger_pruning,
    ledger_sequencing,
    people_queries,
)
from vault.database.engine import Connection
from vault.database.people_queries import PersonRecord
from vault.errors import Conflict, InputError
from vault.ledger.canonical import NotCanonical, parse_object
from vault.ledger.events import KEPT_BY_PRUNING
from vault.model import PersonState
from vault.policy.erasing import ErasureKind, earliest_kept, is_month, month_of
from vault.runtime import Vault
from vault.trail.erasing.scope import ErasureDraft, HoldFound, Preflight

KEPT_EVENTS = tuple(sorted(event.value for event in KEPT_BY_PRUNING))
_NO_LIMIT = 2**62


@dataclass(frozen=True, slots=True)
class Plan:
    """A draft made definite, with what it would touch. Name and staff number are those of the register now."""

    kind: ErasureKind
    person_id: str
    from_month: str
    until_month: str
    before: dt.datetime | None
    size: int
    preflight: Preflight
    person_name: str = ""
    staff_number: str = ""


def look(vault: Vault, tx: Connection, draft: ErasureDraft) -> Plan:
    """InputError ``erasure.*`` for what cannot be meant; holds are found, not refused."""
    return _look_at_person(vault, tx, draft) if draft.kind is ErasureKind.PERSON else _look_at_age(vault, tx, draft)


def require_no_hold(preflight: Preflight) -> None:
    """Conflict ``erasure.held`` with the case numbers, and the dossiers where the hold is on one."""
    if preflight.holds:
        cases = sorted({hold.case for hold in preflight.holds})
        dossiers = sorted({hold.dossier for hold in preflight.holds if hold.dossier})
        raise Conflict("erasure.held", cases=", ".join(cases), dossiers=", ".join(dossiers))


def holds_on_person(tx: Connection, person_id: str, *, from_month: str, until_month: str) -> tuple[HoldFound, ...]:
    """Holds in force on the person, and on dossiers that their entries of these months concern, placed or waiting."""
    on_person = [HoldFound(case=hold.case_number) for hold in erasure_queries.list_holds(tx, person_id=person_id)]
    found = ledger_erasing.held_dossiers_of(
        tx, person_id, since=_first_moment(from_month), until=_first_moment(_next_month(until_month))
    )
    waiting = _waiting_dossiers(tx, person_id)
    found += [each for each in ledger_erasing.holds_in_force(tx, waiting) if each not in found]
    references = dossier_queries.references_of(tx, {dossier for _case, dossier in found})
    return (*on_person, *(HoldFound(case=case, dossier=references.get(dossier, dossier)) for case, dossier in found))


def require_month_over(vault: Vault, person: PersonRecord, month: str) -> None:
    """InputError ``erasure.running_month`` while the person may still write into it."""
    if person.state is PersonState.ACTIVE and month >= month_of(vault.clock.now()):
        raise InputError("erasure.running_month")


def backups_until(vault: Vault) -> str:
    """The day after which no backup holds what is destroyed now."""
    return (vault.clock.now() + dt.timedelta(days=vault.config.custody.backup_days)).date().isoformat()


def _look_at_person(vault: Vault, tx: Connection, draft: ErasureDraft) -> Plan:
    person = find_person(tx, draft.person)
    from_month, until_month = _months(vault, person, draft)
    found = ledger_erasing.periods_of(tx, person.id, from_month=from_month, until_month=until_month)
    if not found:
        raise InputError("erasure.nothing")
    every = ledger_erasing.periods_of(tx, person.id)
    preflight = Preflight(
        months=tuple(period.month for period in found),
        entries=sum(period.entries for period in found),
        months_left=len(every) - len(found),
        holds=holds_on_person(tx, person.id, from_month=from_month, until_month=until_month),
        open_alerts=erasing_beside.count_open_alerts(tx, person.id, tuple(period.month for period in found)),
        backups_until=backups_until(vault),
    )
    return Plan(
        kind=ErasureKind.PERSON,
        person_id=person.id,
        from_month=from_month,
        until_month=until_month,
        before=None,
        size=0,
        preflight=preflight,
        person_name=person.name,
        staff_number=person.staff_number,
    )


def find_person(tx: Connection, words: str) -> PersonRecord:
    """The one person called so. InputError ``erasure.person`` or ``erasure.person_ambiguous``."""
    spelt = " ".join(words.split())
    found = people_queries.find_people(tx, spelt) if spelt and spelt.isprintable() else []
    if len(found) > 1:
        raise InputError("erasure.person_ambiguous")
    person = people_queries.load_person(tx, found[0]) if found else None
    if person is None:
        raise InputError("erasure.person")
    return person


def _months(vault: Vault, person: PersonRecord, draft: ErasureDraft) -> tuple[str, str]:
    """With an end: the month that runs, or the one before while the person is active."""
    from_month, until_month = draft.from_month.strip(), draft.until_month.strip()
    if any(month and not is_month(month) for month in (from_month, until_month)):
        raise InputError("erasure.months")
    running = month_of(vault.clock.now())
    if until_month:
        require_month_over(vault, person, until_month)
    else:
        until_month = running if person.state is not PersonState.ACTIVE else _month_before(running)
    if from_month > until_month:
        raise InputError("erasure.months")
    return from_month, until_month


def _look_at_age(vault: Vault, tx: Connection, draft: ErasureDraft) -> Plan:
    months = vault.config.trail.retention_months
    if months is None:
        raise InputError("erasure.kept_for_ever")
    if draft.before is None:
        raise InputError("erasure.before")
    latest = earliest_kept(vault.clock.now(), months=months)
    if draft.before > latest:
        raise InputError("erasure.too_young", day=latest.isoformat())
    before = dt.datetime.combine(draft.before, dt.time(), dt.UTC)
    newest = ledger_pruning.newest_pruning(tx)
    pruned_to = newest.size if newest else 0
    first_kept = ledger_pruning.first_position_from(tx, before)
    reach = min(ledger_sequencing.newest_checkpoint_size(tx), _anchored_to(vault, tx))
    size = reach if first_kept is None else min(first_kept, reach)
    goes, kept, held = ledger_pruning.count_prunable(tx, size=size, kept_events=KEPT_EVENTS)
    if size <= pruned_to or not goes:
        raise InputError("erasure.nothing")
    preflight = Preflight(
        entries=goes, size=size, pruned_to=pruned_to, kept=kept, held=held, backups_until=backups_until(vault)
    )
    return Plan(ErasureKind.PRUNE, "", "", "", before, size, preflight)


def _anchored_to(vault: Vault, tx: Connection) -> int:
    """The size that some anchor holds; no limit where none is configured."""
    names = {anchor.name for anchor in vault.anchors}
    if not names:
        return _NO_LIMIT
    return max((row.placed_size for row in anchor_queries.list_anchors(tx) if row.name in names), default=0)


def _waiting_dossiers(tx: Connection, person_id: str) -> set[str]:
    """Dossiers that entries without a place yet concern: they are found by nothing but themselves."""
    found = set()
    for draft in ledger_erasing.drafts_of(tx, person_id):
        try:
            found.add(str(parse_object(draft).get("dossier", "")))
        except NotCanonical:
            continue  # the audit finds it
    return found - {""}


def bounds_of_month(month: str) -> tuple[dt.datetime, dt.datetime]:
    """Its first moment and that of the next one, in UTC."""
    since, until = _first_moment(month), _first_moment(_next_month(month))
    assert since is not None  # a month is never ''
    assert until is not None
    return since, until


def _first_moment(month: str) -> dt.datetime | None:
    return dt.datetime.strptime(f"{month}-01 +0000", "%Y-%m-%d %z") if month else None


def _next_month(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"


def _month_before(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year - (number == 1):04d}-{(number - 2) % 12 + 1:02d}"
