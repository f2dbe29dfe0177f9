"""What the tests of leaving do again and again."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from tests.company import Company
from vault.database import handover_queries, leaving_queries, people_queries
from vault.database.engine import reading, transaction
from vault.database.handover_queries import HandoverRecord
from vault.database.leaving_queries import LeavingRecord
from vault.leaving.announcing import LeavingDraft, announce_leaving
from vault.model import Duty
from vault.policy.reasons import ReasonDraft

REASON = ReasonDraft("handover", "Notice given in the talk of Monday")
LAST_DAY = dt.date(2026, 11, 30)


def announce(company: Company, login: str = "borrower", *, successor: str = "stranger") -> LeavingRecord:
    """It becomes known that somebody leaves."""
    return announce_leaving(
        company.vault,
        company.at_keyboard("admin"),
        person_id=company.ids[login],
        draft=LeavingDraft(LAST_DAY, successor),
        reason=REASON,
    )


def handover(company: Company, leaving: LeavingRecord, duty: Duty = Duty.BORROWER) -> HandoverRecord:
    """The hand-over of the leaver's only duty of that kind."""
    with reading(company.vault.engine) as tx:
        (found,) = [each for each in handover_queries.handovers_of(tx, leaving.id) if each.duty is duty]
    return found


def leaving_of(company: Company, leaving: LeavingRecord) -> LeavingRecord:
    """As it stands now."""
    with reading(company.vault.engine) as tx:
        found = leaving_queries.load_leaving(tx, leaving.id)
    assert found is not None
    return found


def qualify(company: Company, login: str, *duties: Duty) -> None:
    """Adds to what a person may be given, as the administrator would."""
    with transaction(company.vault.engine) as tx:
        person = company.person(login)
        changed = replace(person, qualifications=person.qualifications | frozenset(duties))
        assert people_queries.replace_person(tx, changed, revision=person.revision)
