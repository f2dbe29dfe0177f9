"""Work on keys in tests: officers who order and approve, and a worker that works off what is due."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from keys.model import KeyState
from tests.company import Company
from vault.clock import Clock
from vault.custody.operations import approve, order
from vault.custody.scope import Scope
from vault.custody.working import work_once
from vault.database import key_queries, ledger_reading
from vault.database.engine import reading
from vault.ledger.canonical import parse_object
from vault.ledger.events import Event
from vault.model import Classification, Office
from vault.people.accounts import PersonDraft, create_person
from vault.policy.custody import OperationKind
from vault.policy.reasons import ReasonDraft

WHY = ReasonDraft("review", "Yearly rotation by the key plan", "KEY-2026-11")


def second_officer(company: Company, number: int) -> str:
    """One more security officer, ``officer2`` and so on; their initial password."""
    login = f"officer{number}"
    draft = PersonDraft(
        login=login,
        name=f"Officer {number}",
        staff_number=f"S-{number:04d}",
        office=Office.SECURITY_OFFICER,
        qualifications=frozenset(),
        clearance=Classification.INTERNAL,
        locale="en",
        timezone="UTC",
    )
    return create_person(company.vault, company.at_keyboard("admin"), draft=draft).initial_password


def ordered(company: Company, kind: OperationKind, scope: Scope) -> str:
    """An operation ordered by the first officer."""
    return order(company.vault, company.at_keyboard("officer"), kind=kind, scope=scope, reason=WHY)


def approve_all(company: Company, operation_id: str, *, needed: int = 1) -> None:
    """As many other officers approve as are needed."""
    for number in range(2, 2 + needed):
        approve(company.vault, company.at_keyboard(f"officer{number}"), operation_id=operation_id)


def work_off(company: Company, *, days: int = 0, worker: str = "tests") -> None:
    """Works until nothing is due, as if so many days had passed."""
    vault = replace(company.vault, clock=_Later(company.vault.clock, days))
    while work_once(vault, worker=worker):
        pass


def states(company: Company, ring: str) -> dict[int, KeyState]:
    """The state of every version of a ring."""
    with reading(company.vault.engine) as tx:
        return {each.version: each.state for each in key_queries.list_key_versions(tx) if each.ring == ring}


def findings(company: Company) -> list[tuple[str, str]]:
    """(dossier, code) of every finding of damage in the trail, in its order."""
    company.sequence()
    with reading(company.vault.engine) as tx:
        leaves = [leaf.leaf for batch in ledger_reading.leaves_from(tx, 0, batch=1000) for leaf in batch]
    facts = [parse_object(leaf) for leaf in leaves]
    tampered = [each for each in facts if each["event"] == Event.OBJECT_TAMPERED.value]
    return [(str(each.get("dossier", "")), str(each["code"])) for each in tampered]


@dataclass(frozen=True)
class _Later:
    """The company's clock, so many days on."""

    clock: Clock
    days: int

    def now(self) -> dt.datetime:
        return self.clock.now() + dt.timedelta(days=self.days)


def shred(company: Company) -> None:
    """The company's dossier, by everybody whom that takes, its waiting time over."""
    for number in (2, 3):
        second_officer(company, number)
    operation = ordered(company, OperationKind.SHRED_DOSSIER, Scope(dossier=company.dossier_id))
    approve_all(company, operation, needed=2)
    work_off(company, days=31)
