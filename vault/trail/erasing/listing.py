"""Erasures as people see them: administrators and security officers who act on them, auditors who only look."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from vault.database import erasure_queries, ledger_pruning, people_queries
from vault.database.engine import Connection, reading
from vault.database.erasure_queries import ErasureRecord
from vault.errors import NotFound
from vault.model import Actor, Office, PersonId
from vault.policy.erasing import NEXT_STATE, ErasureKind, ErasureState, ErasureStep, LegalBasis
from vault.recording import require_office
from vault.runtime import Vault
from vault.trail.erasing.orders import OPEN_STATES, why_not_decide
from vault.trail.erasing.scope import Preflight, Report, preflight_of, report_of

READERS = (Office.ADMINISTRATOR, Office.SECURITY_OFFICER, Office.AUDITOR)


@dataclass(frozen=True, slots=True)
class ErasureRow:
    """One erasure. ``person_name`` is '' for a pruning, and once the person is erased: then nobody can tell any more.

    ``why_not`` is '' when this person may decide it now, else the code of what is in the way, '-' for another office.
    """

    id: str
    kind: ErasureKind
    state: ErasureState
    person_id: str
    person_name: str
    staff_number: str
    from_month: str
    until_month: str
    before: dt.datetime | None
    size: int
    basis: LegalBasis
    case_number: str
    requested_by: str
    created_at: dt.datetime
    decided_by: str
    decided_at: dt.datetime | None
    changed_at: dt.datetime
    done: int
    total: int
    preflight: Preflight
    report: Report | None
    fault_code: str
    why_not: str
    may_cancel: bool
    may_resume: bool
    in_backups: bool
    """Whether backups may still hold what was destroyed."""

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


@dataclass(frozen=True, slots=True)
class PrunedNote:
    """Why an entry has no body: when it was pruned, who asked for that and who agreed, and on which case."""

    pruned_at: dt.datetime
    requested_by: str
    decided_by: str
    case_number: str
    size: int


def list_erasures(vault: Vault, actor: Actor) -> list[ErasureRow]:
    """Newest first."""
    with reading(vault.engine) as tx:
        office = require_office(tx, actor, *READERS).office
        return _rows(vault, tx, actor, office, erasure_queries.list_erasures(tx))


def show_erasure(vault: Vault, actor: Actor, *, erasure_id: str) -> ErasureRow:
    """One erasure, or NotFound."""
    with reading(vault.engine) as tx:
        office = require_office(tx, actor, *READERS).office
        erasure = erasure_queries.load_erasure(tx, erasure_id)
        if erasure is None:
            raise NotFound(recorded_as="not_found.erasure")
        return _rows(vault, tx, actor, office, [erasure])[0]


def count_to_decide(vault: Vault, actor: Actor) -> int:
    """How many wait for this security officer's decision; 0 for anybody else."""
    if actor.office is not Office.SECURITY_OFFICER:
        return 0
    with reading(vault.engine) as tx:
        waiting = erasure_queries.list_erasures(tx, states=(ErasureState.AWAITING,))
        return sum(not why_not_decide(tx, actor.person_id, each) for each in waiting)


def pruned_note(tx: Connection, position: int) -> PrunedNote | None:
    """By which pruning the entry at ``position`` lost its body; None if none has reached it."""
    pruning = ledger_pruning.pruning_of(tx, position)
    erasure = erasure_queries.load_erasure(tx, pruning.erasure_id) if pruning else None
    if pruning is None or erasure is None:
        return None
    people = people_queries.people_by_id(tx, _involved([erasure]))
    return PrunedNote(
        pruned_at=pruning.pruned_at,
        requested_by=people[erasure.requested_by].name,
        decided_by=people[erasure.decided_by].name if erasure.decided_by else "",
        case_number=erasure.case_number,
        size=pruning.size,
    )


def _involved(erasures: Iterable[ErasureRecord]) -> set[PersonId]:
    ids = {each for erasure in erasures for each in (erasure.person_id, erasure.requested_by, erasure.decided_by)}
    return {PersonId(each) for each in ids if each}


def _rows(
    vault: Vault, tx: Connection, actor: Actor, office: Office, erasures: list[ErasureRecord]
) -> list[ErasureRow]:
    people = people_queries.people_by_id(tx, _involved(erasures))
    today = vault.clock.now().date().isoformat()
    rows = []
    for erasure in erasures:
        person = people.get(PersonId(erasure.person_id))
        report = report_of(erasure) if erasure.state is ErasureState.DONE else None
        rows.append(
            ErasureRow(
                id=erasure.id,
                kind=erasure.kind,
                state=erasure.state,
                person_id=erasure.person_id,
                person_name=person.name if person else "",
                staff_number=person.staff_number if person else "",
                from_month=erasure.from_month,
                until_month=erasure.until_month,
                before=erasure.before,
                size=erasure.size,
                basis=erasure.basis,
                case_number=erasure.case_number,
                requested_by=people[erasure.requested_by].name,
                created_at=erasure.created_at,
                decided_by=people[erasure.decided_by].name if erasure.decided_by else "",
                decided_at=erasure.decided_at,
                changed_at=erasure.changed_at,
                done=erasure.done,
                total=erasure.total,
                preflight=preflight_of(erasure),
                report=report,
                fault_code=erasure.fault_code,
                why_not=why_not_decide(tx, actor.person_id, erasure) if office is Office.SECURITY_OFFICER else "-",
                may_cancel=office is Office.ADMINISTRATOR and (erasure.state, ErasureStep.CANCEL) in NEXT_STATE,
                may_resume=office is not Office.AUDITOR
                and actor.person_id != erasure.person_id
                and (erasure.state, ErasureStep.RESUME) in NEXT_STATE,
                in_backups=report is not None and today <= report.backups_until,
            )
        )
    return rows
