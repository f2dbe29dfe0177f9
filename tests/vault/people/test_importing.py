"""The personnel list: idempotent, whole or not at all, by the rules of accounts, and moving no right."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping

import pytest

from tests.company import OFFICE_PLACE, PASSWORD, Company
from tests.vault.people.entries import entries_of
from vault.access.reading import show_view
from vault.database import people_queries
from vault.database.engine import reading
from vault.errors import AccessDenied, LeaseEnded, NotSignedIn
from vault.ledger.events import Event, Outcome
from vault.model import Classification, Duty, Office, PersonState
from vault.people.accounts import suspend_person
from vault.people.importing import ImportRefused, ImportReport, NewAccount, import_people
from vault.people.lists import SCIM_EXTENSION, ListedPerson, read_list
from vault.people.signing_in import sign_in

NEW = {
    "staff_number": "N-0900",
    "login": "nadia",
    "name": "Nadia Brandt",
    "qualifications": "author; borrower",
    "clearance": "secret",
    "locale": "zh-CN",
    "timezone": "Asia/Shanghai",
}


def bring(company: Company, *rows: Mapping[str, str], by: str = "admin", is_dry_run: bool = False) -> ImportReport:
    listed = [ListedPerson(number, row) for number, row in enumerate(rows, start=2)]
    return import_people(company.vault, company.at_keyboard(by), listed=listed, is_dry_run=is_dry_run)


def said(company: Company) -> int:
    """How much the trail was told of people."""
    events = (Event.PERSON_CREATED, Event.PERSON_CHANGED, Event.PERSON_SUSPENDED)
    return sum(len(entries_of(company, event)) for event in events)


def everybody(company: Company) -> list[object]:
    with reading(company.vault.engine) as tx:
        return list(people_queries.list_people(tx))


def test_new_person_has_an_account_as_the_list_says(company: Company) -> None:
    """And an initial password that lets them in once."""
    report = bring(company, NEW)

    [made] = report.created
    assert (made.staff_number, made.login) == ("N-0900", "nadia")
    person = company.person("nadia")
    assert person.qualifications == {Duty.AUTHOR, Duty.BORROWER}
    assert (person.office, person.clearance) == (Office.STAFF, Classification.SECRET)
    assert (person.locale, person.timezone) == ("zh_Hans_CN", "Asia/Shanghai")
    session = sign_in(
        company.vault, login="nadia", password=made.initial_password, place=OFFICE_PLACE, user_agent="tests"
    )
    assert session.actor.person_id == person.id
    assert made.initial_password not in repr(report)


def test_same_list_again_changes_nothing(company: Company) -> None:
    """Every night the same file: no entry, no revision."""
    bring(company, NEW)
    before, told = everybody(company), said(company)

    report = bring(company, NEW)

    assert (report.created, report.changed, report.suspended, report.unchanged) == ([], [], [], 1)
    assert everybody(company) == before
    assert said(company) == told


def test_new_name_moves_no_right(company: Company) -> None:
    """Married: the id, the duties and the open view stay."""
    before = company.person("borrower")
    reader = company.signed_in("borrower")
    view_id = company.open_and_read(reader)

    report = bring(company, {"staff_number": before.staff_number, "name": "Wang-Lehmann"})

    after = company.person("borrower")
    assert report.changed == [before.staff_number]
    assert (after.id, after.name, after.qualifications) == (before.id, "Wang-Lehmann", before.qualifications)
    assert show_view(company.vault, reader, view_id=view_id)


def test_what_the_list_leaves_out_stays(company: Company) -> None:
    """A list of names changes no office, clearance, language or state."""
    before = company.person("officer")

    bring(company, {"staff_number": before.staff_number, "name": before.name, "office": "", "active": ""})

    assert company.person("officer") == before


def test_person_who_left_is_kept_out_at_once(company: Company) -> None:
    """Suspended by the list: the open view ends by the next page, and the session with it."""
    reader = company.signed_in("borrower")
    view_id = company.open_and_read(reader)
    number = company.person("borrower").staff_number

    report = bring(company, {"staff_number": number, "active": "否"})

    assert report.suspended == [number]
    with pytest.raises((LeaseEnded, AccessDenied, NotSignedIn)):
        show_view(company.vault, reader, view_id=view_id)
    with pytest.raises(NotSignedIn):
        sign_in(company.vault, login="borrower", password=PASSWORD, place=OFFICE_PLACE, user_agent="tests")


def test_list_lets_nobody_in_again(company: Company) -> None:
    """Somebody was suspended here for a reason that the personnel department may not know."""
    person = company.person("borrower")
    suspend_person(company.vault, company.at_keyboard("officer"), person_id=person.id)

    report = bring(company, {"staff_number": person.staff_number, "active": "true"})

    assert report.left_suspended == [person.staff_number]
    assert company.person("borrower").state is PersonState.SUSPENDED


def test_every_bad_row_is_listed_and_nothing_is_half_applied(company: Company) -> None:
    """With its number and code; the good rows between them wait for the next try."""
    before, told = everybody(company), said(company)
    admin, officer = company.person("admin"), company.person("officer")

    with pytest.raises(ImportRefused) as refused:
        bring(
            company,
            NEW,
            {**NEW, "login": "other"},
            {"staff_number": "N-0901", "login": "borrower", "name": "Somebody Else"},
            {"staff_number": "N-0902", "login": "x y", "name": "Somebody"},
            {"staff_number": "N-0903", "login": "noname"},
            {"staff_number": "", "login": "nonumber", "name": "Nobody"},
            {"staff_number": officer.staff_number, "login": "renamed"},
            {"staff_number": officer.staff_number + "x", "login": "q1", "name": "Q", "office": "boss"},
            {"staff_number": "N-0904", "login": "q2", "name": "Q", "qualifications": "borrower,spy"},
            {"staff_number": "N-0905", "login": "q3", "name": "Q", "clearance": "cosmic"},
            {"staff_number": "N-0906", "login": "q4", "name": "Q", "active": "maybe"},
            {"staff_number": "N-0907", "login": "q5", "name": "Q", "timezone": "Mars/Base"},
            {"staff_number": "N-0908", "login": "q6", "name": "Q", "office": "auditor", "qualifications": "author"},
            {"staff_number": admin.staff_number, "active": "false"},
        )

    assert [(fault.number, fault.code) for fault in refused.value.faults] == [
        (3, "people.row_twice"),
        (4, "person.taken"),
        (5, "person.login"),
        (6, "person.name"),
        (7, "person.staff_number"),
        (8, "people.row_login"),
        (9, "people.row_value"),
        (10, "people.row_value"),
        (11, "people.row_value"),
        (12, "people.row_value"),
        (13, "person.timezone"),
        (14, "duties.exclusive"),
        (15, "denied.own_account"),
    ]
    assert everybody(company) == before
    assert said(company) == told


def test_list_cannot_take_the_last_administrator(company: Company) -> None:
    """Nor the one who is left after another row: rows are judged one after another."""
    bring(company, {"staff_number": "N-0910", "login": "admin2", "name": "Second", "office": "administrator"})
    second = company.person("admin2")
    company.ids["admin2"] = second.id

    with pytest.raises(ImportRefused) as refused:
        bring(
            company,
            {"staff_number": second.staff_number, "office": "staff"},
            {"staff_number": company.person("admin").staff_number, "office": "staff"},
        )

    assert [fault.code for fault in refused.value.faults] == ["denied.own_account"]
    assert company.person("admin2").office is Office.ADMINISTRATOR


def test_dry_run_says_the_same_and_changes_nothing(company: Company) -> None:
    """Faults too; no password is made."""
    before, told = everybody(company), said(company)
    number = company.person("borrower").staff_number

    report = bring(company, NEW, {"staff_number": number, "active": "no"}, is_dry_run=True)

    assert report.created == [NewAccount("N-0900", "nadia", "")]
    assert report.suspended == [number]
    assert everybody(company) == before
    assert said(company) == told


@pytest.mark.parametrize("office", ["borrower", "officer", "auditor"])
def test_only_an_administrator_brings_a_list(company: Company, office: str) -> None:
    """Refused and recorded; nothing was read of the list."""
    with pytest.raises(AccessDenied):
        bring(company, NEW, by=office)

    assert [row.outcome for row in entries_of(company, Event.PERSON_CHANGED)] == [Outcome.DENIED]


def test_passwords_are_kept_before_the_accounts_exist(company: Company) -> None:
    """Where they cannot be kept, there are no accounts."""

    def fail(_created: list[NewAccount]) -> None:
        raise OSError("disk full")

    before = everybody(company)
    with pytest.raises(OSError, match="disk full"):
        import_people(company.vault, company.at_keyboard("admin"), listed=[ListedPerson(2, NEW)], keep_passwords=fail)

    assert everybody(company) == before


def test_last_day_and_successor_come_with_the_list(company: Company) -> None:
    """Announced, then left alone, then changed; an empty day calls nothing off."""

    def imported(day: str, successor: str) -> ImportReport:
        rows = read_list(f"staff_number,leaving_date,successor\nN-0002,{day},{successor}\n".encode())
        return import_people(company.vault, company.at_keyboard("admin"), listed=rows)

    assert imported("2026-12-31", "N-0008").leaving == ["N-0002"]
    before = company.person("borrower").leaves_at
    assert before == dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
    again = imported("2026-12-31", "N-0008")
    assert (again.leaving, again.unchanged) == ([], 1)
    assert imported("", "").leaving == []
    assert company.person("borrower").leaves_at == before
    assert imported("2027-01-31", "").leaving == ["N-0002"]
    assert company.person("borrower").leaves_at == dt.datetime(2027, 2, 1, tzinfo=dt.UTC)
    with pytest.raises(ImportRefused) as refused:
        imported("31.12.2026", "")
    assert [(fault.number, fault.code) for fault in refused.value.faults] == [(2, "people.row_value")]


def test_scim_says_who_leaves(company: Company) -> None:
    """In our own extension, beside office and clearance."""
    own = {"leavingDate": "2026-12-31", "successor": "N-0008"}
    user = {"userName": "borrower", "externalId": "N-0002", SCIM_EXTENSION: own}
    listed = read_list(json.dumps([user]).encode())

    report = import_people(company.vault, company.at_keyboard("admin"), listed=listed)

    assert report.leaving == ["N-0002"]
