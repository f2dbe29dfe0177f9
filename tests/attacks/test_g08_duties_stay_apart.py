"""G8 Duties stay apart: checked on immutable ids when decided and again when used; names and logins carry no right."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from tests.attacks.acting import change, end_assignment, open_view
from tests.attacks.observing import alter, column, trail
from tests.company import PASSWORD, Company
from tests.gateway.visitor import Web, open_document
from vault.access.cover import cover_card
from vault.clock import FixedClock
from vault.errors import AccessDenied, CallerError, Conflict, InputError, NotFound
from vault.filing.dossiers import assign, unassign
from vault.filing.reviewing import file_submission, refuse_submission
from vault.ledger.events import Event, Outcome
from vault.model import Classification, Duty, Office
from vault.people.accounts import create_person, restore_person, suspend_person
from vault.people.drafts import PersonDraft

OFFICERS = ("admin", "officer", "auditor")
EVERY_DUTY = frozenset(Duty)


def give(company: Company, login: str, duty: Duty, *, by: str = "custodian", **times: dt.datetime) -> str:
    return assign(
        company.vault,
        company.at_keyboard(by),
        dossier_id=company.dossier_id,
        person_id=company.ids[login],
        duty=duty,
        **times,
    )


@pytest.mark.parametrize(("login", "duty"), list(itertools.product(OFFICERS, Duty)))
def test_officer_is_given_no_duty_and_no_officer_has_two_offices(company: Company, login: str, duty: Duty) -> None:
    """三员分立: administrator, security officer and auditor hold no duty on any dossier."""
    with pytest.raises(AccessDenied, match=r"duties\.exclusive"):
        give(company, login, duty)


@pytest.mark.parametrize("office", [Office.ADMINISTRATOR, Office.SECURITY_OFFICER, Office.AUDITOR])
def test_whoever_holds_a_duty_is_given_no_office(company: Company, office: Office) -> None:
    """Nor with qualifications kept: one is staff or one of the three."""
    with pytest.raises(AccessDenied, match=r"duties\.held"):
        change(company, "borrower", office=office, qualifications=frozenset())
    with pytest.raises(AccessDenied, match=r"duties\.exclusive"):
        change(company, "stranger", office=office)
    assert company.person("borrower").office is Office.STAFF


def test_office_written_into_the_table_takes_every_duty_away(company: Company) -> None:
    """An administrator made past the rule borrows nothing, keeps nothing and decides nothing."""
    for login in ("borrower", "custodian", "approver"):
        alter(company, "UPDATE people SET office = 'administrator' WHERE login = :login", login=login)
    with pytest.raises(NotFound):
        open_view(company, company.signed_in("borrower"))
    with pytest.raises(NotFound):
        give(company, "stranger", Duty.BORROWER)


def test_nobody_gives_themselves_more(company: Company) -> None:
    """The administrator not another office, the custodian not a borrower's part of their own dossier."""
    with pytest.raises(AccessDenied, match=r"denied\.own_account"):
        change(company, "admin", office=Office.AUDITOR)
    change(company, "custodian", qualifications=EVERY_DUTY)
    for duty in (Duty.BORROWER, Duty.APPROVER, Duty.AUTHOR):
        with pytest.raises(CallerError):
            give(company, "custodian", duty)


@pytest.mark.parametrize("login", ["borrower", "author", "approver", "stranger", *OFFICERS])
def test_only_the_custodian_assigns(company: Company, login: str) -> None:
    """Not the administrator either; each try is recorded as denied."""
    with pytest.raises((AccessDenied, NotFound)):
        give(company, "stranger", Duty.BORROWER, by=login)
    denied = [entry for entry in trail(company, Event.DOSSIER_ASSIGNED) if entry.outcome is Outcome.DENIED]
    assert [entry.actor for entry in denied] == [company.ids[login]]


def test_custodian_of_one_dossier_keeps_no_other(company: Company) -> None:
    """Being a custodian somewhere is being nobody here."""
    with pytest.raises(NotFound):
        give(company, "stranger", Duty.BORROWER, by="custodian2")


@pytest.mark.parametrize("act", [file_submission, refuse_submission])
def test_nobody_decides_over_their_own_submission(company: Company, act: object) -> None:
    """An author who became custodian of the dossier files nothing of their own."""
    submitted = company.submit("author", b"A draft for the custodian to check\n", name="Draft.txt")
    company.convert_all()
    alter(company, "UPDATE assignments SET duty = 'custodian' WHERE person_id = :id", id=company.ids["author"])
    with pytest.raises(AccessDenied, match=r"denied\.own_submission"):
        _decide(company, act, "author", submitted.document_id)
    assert column(company, "SELECT state FROM document_versions WHERE id = :id", id=submitted.version_id) == [
        "submitted"
    ]


@pytest.mark.parametrize("login", ["author", "borrower", "approver", "stranger", *OFFICERS])
def test_nobody_but_the_custodian_files(company: Company, login: str) -> None:
    """Writer, borrower and approver check each other; none of them files."""
    submitted = company.submit("author", b"A draft for the custodian to check\n", name="Draft.txt")
    company.convert_all()
    for act in (file_submission, refuse_submission):
        with pytest.raises((AccessDenied, NotFound)):
            _decide(company, act, login, submitted.document_id)
    assert column(company, "SELECT state FROM document_versions WHERE id = :id", id=submitted.version_id) == [
        "submitted"
    ]


def test_renamed_person_inherits_no_right_and_loses_none(company: Company) -> None:
    """A stranger who takes the borrower's name is a stranger; the borrower under another name still borrows."""
    name = company.person("borrower").name
    change(company, "borrower", name="Somebody Else")
    change(company, "stranger", name=name)
    with pytest.raises(NotFound):
        open_view(company, company.signed_in("stranger"))
    view = open_view(company, company.signed_in("borrower"))
    assert view.number == 1
    [entry] = [each for each in trail(company, Event.VIEW_OPENED) if each.outcome is Outcome.SUCCESS]
    assert entry.actor == company.ids["borrower"]


def test_login_and_staff_number_are_never_given_again(company: Company) -> None:
    """Not even of somebody who is out: a recycled login would meet what the first one left."""
    suspend_person(company.vault, company.at_keyboard("officer"), person_id=company.ids["borrower"])
    staff_number = company.person("borrower").staff_number
    for login, number in (("borrower", "N-9999"), ("newcomer", staff_number), ("BORROWER ", "N-9998")):
        with pytest.raises(Conflict, match=r"person\.taken"):
            _create(company, login, number)


def test_newcomer_with_a_familiar_name_has_no_right_of_the_old_one(web: Web) -> None:
    """Same name, same clearance, same qualifications: another id, so another person."""
    company = web.company
    password = _create(company, "borrower2", "N-9997", name=company.person("borrower").name)
    visitor = web.visitor()
    visitor.sign_in("borrower2", password)
    new = "seven quiet harbours"
    visitor.post("/account/password", {"current": password, "new": new, "again": new})
    assert open_document(visitor, company.document_id).status_code == 404


@pytest.mark.parametrize("login", ["Borrower", " borrower ", "BORROWER", "ｂｏｒｒｏｗｅｒ"])
def test_login_has_one_spelling(web: Web, login: str) -> None:
    """Look-alikes that fold to one login are that one person, and no second account can be made of them."""
    assert web.visitor().sign_in(login, PASSWORD).status_code == 303
    with pytest.raises((Conflict, InputError)):
        _create(web.company, login, "N-9996")


def test_assignment_ended_between_card_and_opening_opens_nothing(company: Company) -> None:
    """What the card promised is decided again, on what is true when it is used."""
    actor = company.signed_in("borrower")
    assert cover_card(company.vault, actor, document_id=company.document_id).decision.allowed
    end_assignment(company, "borrower")
    with pytest.raises(AccessDenied, match=r"denied\.assignment_ended"):
        open_view(company, actor)


def test_assignment_begins_and_ends_at_its_moment(company: Company, clock: FixedClock) -> None:
    """Neither a minute early nor a millisecond late."""
    end_assignment(company, "borrower")
    start = clock.now() + dt.timedelta(hours=1)
    give(company, "borrower", Duty.BORROWER, starts_at=start, ends_at=start + dt.timedelta(hours=1))
    millisecond = dt.timedelta(milliseconds=1)
    clock.advance(start - clock.now() - millisecond)
    with pytest.raises(CallerError):
        open_view(company, company.signed_in("borrower"))
    clock.advance(millisecond)
    assert open_view(company, company.signed_in("borrower")).number == 1
    clock.advance(dt.timedelta(hours=1) - millisecond)
    assert open_view(company, company.signed_in("borrower")).number == 2
    clock.advance(millisecond)
    with pytest.raises(AccessDenied):
        open_view(company, company.signed_in("borrower"))


def test_last_custodian_cannot_leave_the_dossier_alone(company: Company) -> None:
    """A dossier without a keeper could be given to nobody and taken from nobody."""
    [mine] = column(company, "SELECT id FROM assignments WHERE duty = 'custodian'")
    with pytest.raises(AccessDenied, match=r"denied\.last_custodian"):
        unassign(company.vault, company.at_keyboard("custodian"), assignment_id=mine)


def test_last_administrator_cannot_be_lost(company: Company) -> None:
    """Suspended by whoever may: refused while it is the last."""
    with pytest.raises(AccessDenied):
        suspend_person(company.vault, company.at_keyboard("officer"), person_id=company.ids["admin"])


@pytest.mark.parametrize("login", ["borrower", "custodian", "auditor", "stranger"])
def test_only_people_keepers_suspend_and_only_administrators_restore(company: Company, login: str) -> None:
    """Nobody else touches accounts; the security officer takes away and does not give back."""
    for act in (suspend_person, restore_person):
        with pytest.raises(AccessDenied):
            act(company.vault, company.at_keyboard(login), person_id=company.ids["other"])
    suspend_person(company.vault, company.at_keyboard("officer"), person_id=company.ids["other"])
    with pytest.raises(AccessDenied):
        restore_person(company.vault, company.at_keyboard("officer"), person_id=company.ids["other"])


def _decide(company: Company, act: object, login: str, document_id: str) -> None:
    note = {"note": "The wrong file was attached"} if act is refuse_submission else {}
    act(company.vault, company.at_keyboard(login), document_id=document_id, **note)  # type: ignore[operator]


def _create(company: Company, login: str, staff_number: str, *, name: str = "New Comer") -> str:
    draft = PersonDraft(
        login=login,
        name=name,
        staff_number=staff_number,
        office=Office.STAFF,
        qualifications=frozenset({Duty.BORROWER}),
        clearance=Classification.SECRET,
        locale="en",
        timezone="UTC",
    )
    return create_person(company.vault, company.at_keyboard("admin"), draft=draft).initial_password
