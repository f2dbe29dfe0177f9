"""Teams: rights follow ids and periods, never names; the loan to a team makes nobody two sides of one act."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.attacks.acting import open_view
from tests.attacks.observing import trail
from tests.company import Company
from vault.access.reading import read_page
from vault.access.seeing import what_can_be_seen, who_can_see
from vault.clock import FixedClock
from vault.errors import AccessDenied, Conflict, InputError, LeaseEnded, NotFound
from vault.filing.dossiers import assign, list_dossiers
from vault.filing.lending import lend, show_lending, take_back
from vault.ledger.events import Event, Outcome
from vault.model import Duty, TeamId
from vault.people.accounts import suspend_person
from vault.people.teams import add_member, create_team, end_team, list_teams, remove_member, rename_team, show_team

DAY = dt.timedelta(days=1)


def team(company: Company, name: str = "Sales North", *members: str) -> TeamId:
    admin = company.at_keyboard("admin")
    team_id = create_team(company.vault, admin, name=name)
    for login in members:
        add_member(company.vault, admin, team_id=team_id, person_id=company.person(login).id)
    return team_id


def lent(company: Company, team_id: TeamId, **period: dt.datetime) -> str:
    custodian = company.at_keyboard("custodian")
    return lend(company.vault, custodian, dossier_id=company.dossier_id, team_id=team_id, **period)


def may_open(company: Company, login: str) -> bool:
    try:
        open_view(company, company.signed_in(login), key=company.vault.random(8).hex())
    except (AccessDenied, NotFound):
        return False
    return True


def test_member_borrows_what_is_lent_to_the_team(company: Company) -> None:
    """Neither without the other; the dossier is in their list with the duty."""
    team_id = team(company, "Sales", "stranger")
    assert not may_open(company, "stranger")
    lent(company, team_id)
    (row,) = list_dossiers(company.vault, company.at_keyboard("stranger"))
    assert row.duties == {Duty.BORROWER}
    assert may_open(company, "stranger")
    assert trail(company, Event.DOSSIER_LENT)[-1].details["team"] == team_id


@pytest.mark.parametrize("by", ["leaving the team", "taking back", "ending the team"])
def test_end_of_membership_or_loan_ends_the_view(company: Company, by: str) -> None:
    """At once, whichever of the two ends, and nothing opens any more."""
    team_id = team(company, "Sales", "stranger")
    loan_id = lent(company, team_id)
    reader = company.signed_in("stranger")
    view = open_view(company, reader)
    admin = company.at_keyboard("admin")
    if by == "leaving the team":
        remove_member(company.vault, admin, team_id=team_id, person_id=reader.person_id)
    elif by == "taking back":
        take_back(company.vault, company.at_keyboard("custodian"), loan_id=loan_id)
    else:
        end_team(company.vault, admin, team_id=team_id)
    with pytest.raises((LeaseEnded, NotFound, AccessDenied)):
        read_page(company.vault, reader, view_id=view.view_id, page_number=1)
    assert trail(company, Event.VIEW_ENDED)[-1].fact("code") == "right_lost"
    assert not may_open(company, "stranger")


def test_view_stays_where_the_person_borrows_by_themself_too(company: Company) -> None:
    team_id = team(company, "Sales", "borrower")
    lent(company, team_id)
    reader = company.signed_in("borrower")
    view = open_view(company, reader)
    remove_member(company.vault, company.at_keyboard("admin"), team_id=team_id, person_id=reader.person_id)
    assert read_page(company.vault, reader, view_id=view.view_id, page_number=1).jpeg


def test_both_periods_must_last(company: Company, clock: FixedClock) -> None:
    """A membership from tomorrow on, a loan until the day after: one day remains."""
    now, admin = clock.now(), company.at_keyboard("admin")
    team_id = team(company)
    add_member(company.vault, admin, team_id=team_id, person_id=company.person("stranger").id, starts_at=now + DAY)
    lent(company, team_id, ends_at=now + 2 * DAY)
    opened = []
    for _ in range(4):
        opened.append(may_open(company, "stranger"))
        clock.advance(DAY - dt.timedelta(hours=0))
    assert opened == [False, True, False, False]


def test_team_of_the_same_name_is_refused_and_an_ended_one_keeps_its_name(company: Company) -> None:
    """Comparable products gave a new group the rights of an old one of the same name."""
    first = team(company, "Sales North", "stranger")
    lent(company, first)
    for again in ("Sales North", " sales  north", "ＳＡＬＥＳ North"):
        with pytest.raises(Conflict, match=r"team\.taken"):
            create_team(company.vault, company.at_keyboard("admin"), name=again)
    end_team(company.vault, company.at_keyboard("admin"), team_id=first)
    with pytest.raises(Conflict, match=r"team\.taken"):
        create_team(company.vault, company.at_keyboard("admin"), name="Sales North")


def test_renaming_moves_no_right(company: Company) -> None:
    """Two teams that swap their names keep their people and their dossiers."""
    north, south = team(company, "North", "stranger"), team(company, "South", "other")
    lent(company, north)
    admin = company.at_keyboard("admin")
    for team_id, name in ((north, "Former north"), (south, "North"), (north, "South")):
        revision = show_team(company.vault, admin, team_id=team_id).revision
        rename_team(company.vault, admin, team_id=team_id, name=name, revision=revision)
    assert may_open(company, "stranger")
    (loan,) = show_lending(company.vault, company.at_keyboard("custodian"), dossier_id=company.dossier_id).loans
    assert (loan.team_id, loan.team_name) == (north, "South")
    with pytest.raises(Conflict, match=r"revision\.stale"):
        rename_team(company.vault, admin, team_id=north, name="West", revision=1)


def test_custodian_and_approver_never_become_borrowers_through_a_team(company: Company) -> None:
    """Refused in whichever order; and what got past is not used."""
    lent(company, team(company, "Sales"))
    team_id = list_teams(company.vault, company.at_keyboard("admin"))[0].id
    for login in ("custodian", "approver"):
        with pytest.raises(AccessDenied, match=r"duties\.(conflict|not_qualified)"):
            add_member(company.vault, company.at_keyboard("admin"), team_id=team_id, person_id=company.person(login).id)
    other = team(company, "Others", "stranger")
    assign(
        company.vault,
        company.at_keyboard("custodian"),
        dossier_id=company.dossier_id,
        person_id=company.person("stranger").id,
        duty=Duty.APPROVER,
    )
    with pytest.raises(AccessDenied, match=r"duties\.conflict"):
        lent(company, other)
    assert trail(company, Event.DOSSIER_LENT)[-1].fact("outcome") == Outcome.DENIED.value


def test_member_gets_no_conflicting_duty_on_what_is_lent_to_them(company: Company) -> None:
    lent(company, team(company, "Sales", "stranger"))
    with pytest.raises(AccessDenied, match=r"duties\.conflict"):
        assign(
            company.vault,
            company.at_keyboard("custodian"),
            dossier_id=company.dossier_id,
            person_id=company.person("stranger").id,
            duty=Duty.APPROVER,
        )


def test_only_administrators_keep_teams_and_only_custodians_lend(company: Company) -> None:
    team_id = team(company)
    for login in ("officer", "auditor", "custodian"):
        with pytest.raises(AccessDenied, match=r"denied\.office"):
            create_team(company.vault, company.at_keyboard(login), name="Another")
    for login in ("borrower", "approver", "author"):
        with pytest.raises(AccessDenied, match=r"denied\.duty"):
            lend(company.vault, company.at_keyboard(login), dossier_id=company.dossier_id, team_id=team_id)
    with pytest.raises(NotFound):
        lend(company.vault, company.at_keyboard("stranger"), dossier_id=company.dossier_id, team_id=team_id)


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\u202eb"])
def test_name_must_be_one(company: Company, name: str) -> None:
    with pytest.raises(InputError, match=r"team\.name"):
        create_team(company.vault, company.at_keyboard("admin"), name=name)


def test_auditor_sees_who_can_see_a_dossier_and_through_what(company: Company) -> None:
    """And why somebody with a duty still cannot open anything."""
    lent(company, team(company, "Sales", "stranger"))
    open_view(company, company.signed_in("stranger"))
    suspend_person(company.vault, company.at_keyboard("officer"), person_id=company.person("other").id)
    auditor = company.at_keyboard("auditor")
    reach = who_can_see(company.vault, auditor, dossier_id=company.dossier_id)
    assert reach.name == "D2026-00001"
    sights = {each.person_id: each for each in reach.sights}
    by_login = {login: sights[company.person(login).id] for login in ("borrower", "stranger", "custodian", "other")}
    assert {login: each.why_not for login, each in by_login.items()} == {
        "borrower": "",
        "stranger": "",
        "custodian": "denied.not_borrower",
        "other": "denied.suspended",
    }
    assert (by_login["stranger"].teams, by_login["stranger"].views) == (("Sales",), 1)
    assert by_login["borrower"].teams == ()
    (own,) = what_can_be_seen(company.vault, auditor, person_id=company.person("stranger").id).sights
    assert (own.dossier_id, own.teams, own.why_not) == (company.dossier_id, ("Sales",), "")
    assert trail(company, Event.TRAIL_SEARCHED)[-1].details["access"] == 1
    with pytest.raises(AccessDenied, match=r"denied\.office"):
        who_can_see(company.vault, company.at_keyboard("admin"), dossier_id=company.dossier_id)
