"""Erasures in tests: an administrator who asks, an officer who decides, a worker, and what the trail's tables hold."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from tests.company import Company
from vault.clock import FixedClock
from vault.custody.keyroom import ServiceKey
from vault.database.engine import reading, transaction
from vault.ledger.audit import verify_ledger
from vault.ledger.audit_report import VerificationReport
from vault.ledger.events import Event
from vault.people.accounts import suspend_person
from vault.policy.erasing import ErasureKind, ErasureState
from vault.trail.erasing import orders
from vault.trail.erasing.listing import ErasureRow, show_erasure
from vault.trail.erasing.orders import approve_erasure, request_erasure
from vault.trail.erasing.scope import ErasureDraft, ErasureGrounds
from vault.trail.erasing.working import erase_once

GROUNDS = ErasureGrounds("gdpr_17", "Request of the person in writing", "DSR-2026-7")
BY_AGE = ErasureGrounds("retention_ended", "The schedule of retention, class four", "RET-2026-1")
PERSON = ErasureKind.PERSON
CUT = dt.date(2026, 12, 1)
"""The month in which the company was built is over by then."""
TABLES = (
    "trail_disclosures",
    "trail_handles",
    "trail_inbox",
    "trail_leaves",
    "trail_periods",
    "trail_search",
    "trail_counters",
    "trail_tallies",
)


def in_months(company: Company, clock: FixedClock, *, months: int = 3) -> None:
    """The borrower opens the document once a month, and so does another; everything sequenced."""
    for number in range(months):
        if number:
            clock.advance(dt.timedelta(days=31))
        company.open_and_read(company.signed_in("borrower"), key=f"borrower {number}")
        company.open_and_read(company.signed_in("other"), key=f"other {number}")
        company.sequence()


def suspend(company: Company, login: str = "borrower") -> None:
    """Their running month can be erased, too."""
    suspend_person(company.vault, company.at_keyboard("admin"), person_id=company.ids[login])
    company.sequence()


def requested(company: Company, login: str = "borrower", *, from_month: str = "", until_month: str = "") -> str:
    """An erasure of the person, asked for by the administrator."""
    draft = ErasureDraft(PERSON, login, from_month, until_month)
    return request_erasure(company.vault, company.at_keyboard("admin"), draft=draft, grounds=GROUNDS)


def pruning_requested(company: Company, before: dt.date) -> str:
    draft = ErasureDraft(ErasureKind.PRUNE, before=before)
    return request_erasure(company.vault, company.at_keyboard("admin"), draft=draft, grounds=BY_AGE)


def approved(company: Company, erasure_id: str, *, by: str = "officer") -> str:
    approve_erasure(company.vault, company.at_keyboard(by), erasure_id=erasure_id)
    return erasure_id


def work_off(company: Company, *, worker: str = "tests") -> None:
    """Works until nothing runs, as the loop does; what waits for others is tried again."""
    for _ in range(500):
        if not erase_once(company.vault, worker=worker) and not _runs(company):
            break
    company.sequence()


def erased(company: Company, login: str = "borrower", *, from_month: str = "", until_month: str = "") -> str:
    """Asked for, approved and done."""
    erasure_id = approved(company, requested(company, login, from_month=from_month, until_month=until_month))
    work_off(company)
    return erasure_id


def row_of(company: Company, erasure_id: str, *, login: str = "admin") -> ErasureRow:
    return show_erasure(company.vault, company.at_keyboard(login), erasure_id=erasure_id)


def audited(company: Company, *, known: tuple[str, ...] = ()) -> VerificationReport:
    """The whole trail, with its values."""
    company.sequence()
    key = company.vault.keyroom.service_key(ServiceKey.TRAIL_READING)
    with reading(company.vault.engine) as tx:
        return verify_ledger(tx, now=company.vault.clock.now(), reading_key=key, known_checkpoints=known)


def rows(company: Company, statement: str, **values: object) -> list[tuple[object, ...]]:
    with reading(company.vault.engine) as tx:
        return [tuple(row) for row in tx.execute(sa.text(statement), values)]


def execute(company: Company, statement: str, **values: object) -> int:
    """What somebody does who can write the database."""
    with transaction(company.vault.engine) as tx:
        return tx.execute(sa.text(statement), values).rowcount


def dump(company: Company) -> bytes:
    """Everything that the trail's tables hold, as bytes."""
    found = []
    for table in TABLES:
        for row in rows(company, f"SELECT * FROM {table}"):
            found += [value if isinstance(value, bytes) else str(value).encode() for value in row]
    return b"\n".join(found)


def events(company: Company, event: Event) -> int:
    """How many entries of this event have their place."""
    return len(rows(company, "SELECT position FROM trail_search WHERE event = :event", event=event.value))


def _runs(company: Company) -> bool:
    found = orders.OPEN_STATES
    assert ErasureState.RUNNING in found
    return bool(rows(company, "SELECT id FROM trail_erasures WHERE state = 'running'"))
