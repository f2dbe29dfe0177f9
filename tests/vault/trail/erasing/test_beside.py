"""What an erasure does beside the trail: figures and alerts of the months, notes, files of exports that name them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.company import PASSWORD, Company, add_officer
from tests.erasing import approved, erased, execute, in_months, requested, row_of, rows, suspend, work_off
from tests.vault.policymaking.test_changing_by_two import NOTE_TEXT, propose
from tests.vault.trail.exports.making_exports import REASON, content_of, made, make_all, ordered, record_of
from tests.vault.trail.test_exporting import entries_of
from vault.alerts.scoring import score_once
from vault.clock import FixedClock, system_random
from vault.database import export_queries
from vault.database.engine import transaction
from vault.database.export_queries import ExportState
from vault.errors import Conflict
from vault.ledger.events import Event
from vault.model import Office
from vault.people.accounts import suspend_person
from vault.policy.erasing import ErasureKind
from vault.policymaking.deciding import refuse_proposal
from vault.policymaking.showing import show_proposal
from vault.trail.downloading import download_export
from vault.trail.erasing.orders import preview_erasure
from vault.trail.erasing.scope import ErasureDraft
from vault.trail.exporting import ExportOrder, order_export
from vault.trail.exports.formats import ExportFormat
from vault.trail.own_exports import list_exports, show_export
from vault.trail.query import Field, Term, TrailQuery

FIGURES = ("alert_days", "alert_seen", "alert_digests", "alerts")


@pytest.fixture
def aged(any_company: Company, clock: FixedClock) -> Company:
    """A company with three months of reading that were scored, on both databases."""
    in_months(any_company, clock)
    while score_once(any_company.vault):
        pass
    return any_company


@pytest.fixture
def viewed(company: Company) -> Company:
    """One month of reading by two people, the first of whom is suspended, so that it can be erased."""
    for login in ("borrower", "other"):
        company.open_and_read(company.signed_in(login), key=login)
    company.sequence()
    return company


def figures_of(company: Company, login: str) -> dict[str, int]:
    """How many rows are about the person, by table; 0 left out."""
    person = {"person": company.ids[login]}
    counted = {t: rows(company, f"SELECT count(*) FROM {t} WHERE person_id = :person", **person)[0][0] for t in FIGURES}
    return {table: int(str(count)) for table, count in counted.items() if count}


def raise_alert(company: Company, day: str) -> None:
    """An alert about the borrower that nobody has settled, as scoring writes them."""
    execute(
        company,
        "INSERT INTO alerts (id, person_id, day, number, state, points, lines, policy_version, raised_at, changed_at, "
        "revision, decision_entry) VALUES ('a1', :person, :day, 1, 'escalated', 7, '[]', 0, 0, 0, 1, '')",
        person=company.ids["borrower"],
        day=day,
    )


def test_figures_and_alerts_of_the_months_go_and_those_of_others_stay(aged: Company) -> None:
    """They were made of the entries that nobody finds by the person any more. It is said before, and counted after."""
    raise_alert(aged, "2026-12-25")
    others = figures_of(aged, "other")
    assert others
    assert figures_of(aged, "borrower") == others | {"alerts": 1}
    suspend(aged)
    draft = ErasureDraft(ErasureKind.PERSON, "borrower")
    plan = preview_erasure(aged.vault, aged.at_keyboard("admin"), draft=draft)
    assert plan.preflight.open_alerts == 1

    report = row_of(aged, erased(aged)).report

    assert report is not None
    assert report.figures == sum(others.values()) + 1
    assert figures_of(aged, "borrower") == {}
    assert figures_of(aged, "other") == others


def test_figures_of_other_months_stay(aged: Company) -> None:
    """An erasure of one month is of that month."""
    erased(aged, from_month="2026-12", until_month="2026-12")
    left = rows(aged, "SELECT day FROM alert_days WHERE person_id = :person", person=aged.ids["borrower"])
    assert [str(day)[:7] for (day,) in left] == ["2027-01"]


def of_person(company: Company, login: str) -> TrailQuery:
    return TrailQuery(Term(Field.PERSON, (company.ids[login],)))


def test_files_that_hold_the_persons_values_end_and_others_stay(viewed: Company) -> None:
    """Whose selection has an entry of theirs, or whatever gathers more than its selection; it is said why."""
    whole, of_them = made(viewed, ExportFormat.CSV), made(viewed, ExportFormat.PDF, query=of_person(viewed, "borrower"))
    of_other = made(viewed, ExportFormat.JSONL, query=of_person(viewed, "other"))
    pack = ordered(viewed, ExportFormat.PACK, query=of_person(viewed, "other"))
    viewed.sequence()
    make_all(viewed)
    suspend(viewed)

    report = row_of(viewed, erased(viewed)).report

    assert report is not None
    assert report.exports == 3
    for gone in (whole, of_them, pack):
        row = show_export(viewed.vault, viewed.at_keyboard("auditor"), export_id=gone)
        assert (row.state, row.fault_code) == (ExportState.REMOVED, "export.erased")
        assert record_of(viewed, gone).wrapped_dek == b""
        with pytest.raises(Conflict, match=r"export\.ended"):
            download_export(viewed.vault, viewed.at_keyboard("auditor"), export_id=gone)
    assert b"N-0003" in content_of(viewed, of_other)
    assert len(entries_of(viewed, Event.EXPORT_REMOVED)) == 3


def test_every_file_ends_where_the_sealed_vault_cannot_tell(viewed: Company) -> None:
    """What was asked for cannot be read: better one export too many is made again."""
    of_other = made(viewed, ExportFormat.JSONL, query=of_person(viewed, "other"))
    suspend(viewed)
    erasure = approved(viewed, requested(viewed))
    viewed.vault.seal()
    work_off(viewed)
    assert record_of(viewed, of_other).state is ExportState.REMOVED
    report = row_of(viewed, erasure).report
    assert report is not None
    assert report.exports == 1


def test_export_that_is_not_made_yet_ends_without_an_alarm(viewed: Company) -> None:
    """Its worker may have opened values; and what it selects is another number now, which is no tampering."""
    export_id = ordered(viewed, ExportFormat.JSONL, query=of_person(viewed, "borrower"))
    with transaction(viewed.vault.engine) as tx:
        now = viewed.vault.clock.now()
        until = now + dt.timedelta(minutes=1)
        held = export_queries.claim_export(tx, worker="first", now=now, until=until)
    assert held is not None
    suspend(viewed)
    erased(viewed)
    with transaction(viewed.vault.engine) as tx:
        assert not export_queries.change_claimed(tx, held, now=now, done=1)
    make_all(viewed)
    row = record_of(viewed, export_id)
    assert (row.state, row.fault_code, row.wrapped_dek) == (ExportState.FAILED, "export.erased", b"")
    assert [entry.code for entry in entries_of(viewed, Event.EXPORT_FAILED)] == ["export.erased"]
    assert entries_of(viewed, Event.OBJECT_TAMPERED) == []


def test_export_that_was_counted_before_and_ordered_after_says_so(any_company: Company) -> None:
    """What it selects became another number in between: that is an erasure and no tampering."""
    left = _having_left(any_company)
    [code] = _ordered_around(left, lambda: erased(left), of_person(left, "borrower"))

    assert code == "export.erased"
    assert entries_of(left, Event.EXPORT_FAILED) == entries_of(left, Event.OBJECT_TAMPERED) == []


def test_export_that_is_not_about_the_erased_is_ordered_all_the_same(any_company: Company) -> None:
    """Counted once more, it is what it was."""
    left = _having_left(any_company)
    assert _ordered_around(left, lambda: erased(left), of_person(left, "other")) == []

    make_all(left)
    assert [row.state for row in list_exports(left.vault, left.at_keyboard("auditor"))] == [ExportState.DONE]


def _having_left(company: Company) -> Company:
    company.open_and_read(company.signed_in("borrower"), key="borrower")
    company.open_and_read(company.signed_in("other"), key="other")
    suspend(company)
    return company


def _ordered_around(company: Company, meanwhile: Callable[[], object], query: TrailQuery) -> list[str]:
    """Orders with ``meanwhile`` between counting and storing, where the export gets its id; the refusal's code."""
    still = [meanwhile]

    def random(count: int) -> bytes:
        while still:
            still.pop()()
        return system_random(count)

    vault, auditor, order = replace(company.vault, random=random), company.at_keyboard("auditor"), ExportFormat.JSONL
    try:
        order_export(vault, auditor, query=query, order=ExportOrder(order), reason=REASON)
    except Conflict as error:
        return [error.code]
    finally:
        assert not still
    return []


def test_words_about_a_policy_go_with_their_months(company: Company) -> None:
    """They are their author's, as reasons in the trail are; what another said about the same stays."""
    proposal_id = propose(company)
    why = "Three views were agreed upon with the works council"
    officer = company.at_keyboard("officer")
    refuse_proposal(company.vault, officer, proposal_id=proposal_id, reason=why, password=PASSWORD)
    assert words_of(company, proposal_id) == (NOTE_TEXT, why)
    add_officer(company, "second", Office.SECURITY_OFFICER, number=77)
    suspend_person(company.vault, company.at_keyboard("admin"), person_id=company.ids["officer"])
    company.sequence()
    approved(company, requested(company, "officer"), by="second")
    work_off(company)
    assert words_of(company, proposal_id) == (NOTE_TEXT, "")


def words_of(company: Company, proposal_id: str) -> tuple[str | None, str | None]:
    card = show_proposal(company.vault, company.at_keyboard("admin"), proposal_id=proposal_id)
    return card.note, card.decision
