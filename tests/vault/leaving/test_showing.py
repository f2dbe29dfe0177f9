"""Hand-overs in lists: what waits for a person apart from what waits for others, in pages, on both databases."""

from __future__ import annotations

import pytest

from tests.company import Company, found_dossier
from tests.vault.leaving.acts import announce
from vault.filing.dossiers import assign
from vault.filing.lending import lend
from vault.leaving.handing_over import confirm_handover, decline_handover
from vault.leaving.showing import HandoverRow, count_to_confirm, show_handovers, show_leaving
from vault.model import Duty
from vault.people.teams import add_member, create_team
from vault.policy.leaving import HandoverState, Side
from vault.policy.reasons import ReasonDraft

DOSSIERS = 5
PAGE = 2


@pytest.fixture
def keeping(any_company: Company) -> Company:
    """Five dossiers that the leaver borrows, of one custodian, to go to one successor."""
    for _ in range(DOSSIERS - 1):
        found_dossier(any_company)
    return any_company


def listed(company: Company, login: str, *, waits: bool) -> list[HandoverRow]:
    """All of a person's list, page by page."""
    rows: list[HandoverRow] = []
    behind = ""
    while True:
        desk = show_handovers(company.vault, company.at_keyboard(login), waits=waits, behind=behind, most=PAGE)
        assert desk.waits is waits
        assert (desk.waiting if waits else desk.others) >= len(rows) + len(desk.page.rows)
        rows += desk.page.rows
        behind = desk.page.next
        if not behind:
            return rows
        assert len(desk.page.rows) == PAGE


def references(rows: list[HandoverRow]) -> list[str]:
    return [each.reference for each in rows]


def test_each_finds_what_waits_for_them_and_apart_what_waits_for_others(keeping: Company) -> None:
    """What somebody confirmed goes over to the other list, what both have confirmed is in none."""
    announce(keeping)
    everything = [f"D2026-{number:05}" for number in range(1, DOSSIERS + 1)]
    first, second, third = listed(keeping, "custodian", waits=True)[:3]
    assert (
        references(listed(keeping, "custodian", waits=True))
        == everything
        == references(listed(keeping, "stranger", waits=True))
    )
    assert all(each.customer_name for each in (first, second, third))
    assert not any(each.customer_name for each in listed(keeping, "stranger", waits=True))
    custodian, successor = keeping.at_keyboard("custodian"), keeping.at_keyboard("stranger")

    for each in (first, second):
        assert not confirm_handover(keeping.vault, custodian, handover_id=each.id, side=Side.CUSTODIAN)
    assert confirm_handover(keeping.vault, successor, handover_id=first.id, side=Side.SUCCESSOR)
    decline_handover(keeping.vault, custodian, handover_id=third.id, reason=ReasonDraft("handover", "Away in December"))

    assert references(listed(keeping, "custodian", waits=True)) == everything[3:]
    assert references(listed(keeping, "custodian", waits=False)) == everything[1:3]
    assert references(listed(keeping, "stranger", waits=True)) == [everything[1], *everything[3:]]
    assert listed(keeping, "stranger", waits=False) == []
    assert listed(keeping, "other", waits=True) == listed(keeping, "other", waits=False) == []
    assert [count_to_confirm(keeping.vault, each) for each in (custodian, successor)] == [2, 3]
    assert list(show_handovers(keeping.vault, custodian).leavers.values()) == [keeping.person("borrower").name]
    assert show_handovers(keeping.vault, successor).leavers == {}


def test_whoever_runs_the_leaving_has_open_ones_apart_from_those_that_are_done(keeping: Company) -> None:
    announce(keeping)
    admin, custodian, successor = (keeping.at_keyboard(each) for each in ("admin", "custodian", "stranger"))
    leaver = keeping.ids["borrower"]
    done = listed(keeping, "custodian", waits=True)[3]
    confirm_handover(keeping.vault, custodian, handover_id=done.id, side=Side.CUSTODIAN)
    confirm_handover(keeping.vault, successor, handover_id=done.id, side=Side.SUCCESSOR)

    page = show_leaving(keeping.vault, admin, person_id=leaver, most=PAGE)
    further = show_leaving(keeping.vault, admin, person_id=leaver, behind=page.handovers.next, most=PAGE)
    closed = show_leaving(keeping.vault, admin, person_id=leaver, is_open=False, most=PAGE)

    assert (page.open_number, page.closed_number) == (DOSSIERS - 1, 1)
    assert (page.is_open, closed.is_open) == (True, False)
    assert references(page.handovers.rows + further.handovers.rows) == [
        f"D2026-0000{number}" for number in (1, 2, 3, 5)
    ]
    assert further.handovers.next == ""
    assert [(each.id, each.state) for each in closed.handovers.rows] == [(done.id, HandoverState.DONE)]


def test_loan_that_somebody_has_to_answer_for_counts_among_what_waits(keeping: Company) -> None:
    """For whoever may answer for it; not for the one who lent it and leaves."""
    admin, custodian = keeping.at_keyboard("admin"), keeping.at_keyboard("custodian")
    person = keeping.ids["custodian2"]
    assign(keeping.vault, custodian, dossier_id=keeping.dossier_id, person_id=person, duty=Duty.CUSTODIAN)
    team = create_team(keeping.vault, admin, name="Sales North")
    add_member(keeping.vault, admin, team_id=team, person_id=keeping.ids["stranger"])
    lend(keeping.vault, custodian, dossier_id=keeping.dossier_id, team_id=team)
    second = keeping.at_keyboard("custodian2")
    assert count_to_confirm(keeping.vault, second) == 0

    announce(keeping, "custodian", successor="")

    desk = show_handovers(keeping.vault, second)
    assert (desk.waiting, desk.others) == (0, 1)
    assert count_to_confirm(keeping.vault, second) == 1
    assert count_to_confirm(keeping.vault, custodian) == 0
