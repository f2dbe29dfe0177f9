"""Giving duties on a dossier and ending them, through the web."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from tests.company import Company
from tests.gateway.visitor import Visitor, Web, open_document
from vault.clock import FixedClock
from vault.filing.cards import AssignmentRow, show_dossier
from vault.filing.dossiers import assign
from vault.model import Duty

SHANGHAI = dt.timezone(dt.timedelta(hours=8))


def assignments(company: Company, login: str = "") -> list[AssignmentRow]:
    """Who holds what, as the custodian sees it; only ``login``'s if given."""
    card = show_dossier(company.vault, company.at_keyboard("custodian"), dossier_id=company.dossier_id)
    return [row for row in card.assignments if not login or row.person_id == company.ids[login]]


def give(
    web: Web, login: str, duty: str, *, by: str | Visitor = "custodian", first_day: str = "", last_day: str = ""
) -> tuple[int, str]:
    """Sends the form; the status and the page that is seen then."""
    visitor = web.visitor(by) if isinstance(by, str) else by
    fields = {"person": web.company.ids[login], "duty": duty, "first_day": first_day, "last_day": last_day}
    answer = visitor.post(f"/dossiers/{web.company.dossier_id}/assignments", fields)
    return answer.status_code, visitor.get(answer.location).text if answer.location else answer.text


def error_at(field: str, page: str) -> str:
    found = re.search(rf'id="{field}-error">([^<]*)<', page)
    return found.group(1) if found else ""


def test_page_says_who_holds_which_duty_since_when_until_when(web: Web) -> None:
    """In the reader's zone; other duties do not see it."""
    page = web.visitor("custodian").get(f"/dossiers/{web.company.dossier_id}").text
    for words in ("王晓明", "Beatrice Okafor", "24 Nov 2026, 17:00 +08:00", "until further notice"):
        assert words in page, words
    assert "Who holds which duty" not in web.visitor("borrower").get(f"/dossiers/{web.company.dossier_id}").text


def test_duty_without_days_begins_now_and_stays(web: Web, clock: FixedClock) -> None:
    """The usual case: person, duty, done."""
    status, page = give(web, "stranger", "borrower")
    assert status == 303
    assert "The duty is assigned" in page
    [row] = assignments(web.company, "stranger")
    assert (row.duty, row.starts_at, row.ends_at, row.active) == (Duty.BORROWER, clock.now(), None, True)


def test_days_are_whole_days_of_the_one_who_assigns(web: Web) -> None:
    """From midnight of the first to midnight after the last, in Shanghai."""
    status, page = give(web, "stranger", "borrower", first_day="2026-12-01", last_day="2026-12-05")
    assert status == 303
    [row] = assignments(web.company, "stranger")
    assert row.starts_at == dt.datetime(2026, 12, 1, tzinfo=SHANGHAI)
    assert row.ends_at == dt.datetime(2026, 12, 6, tzinfo=SHANGHAI)
    assert not row.active
    assert re.search(r"until the end of <time [^>]*>5 Dec 2026</time>", page)
    assert "begins" in page


def test_duty_for_today_ends_tonight(web: Web, clock: FixedClock) -> None:
    """Today as first and last day: from now to midnight."""
    assert give(web, "stranger", "borrower", first_day="2026-11-24", last_day="2026-11-24")[0] == 303
    [row] = assignments(web.company, "stranger")
    assert (row.starts_at, row.active) == (clock.now(), True)
    assert row.ends_at == dt.datetime(2026, 11, 25, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("first_day", "last_day", "field", "words"),
    [
        ("tomorrow", "", "first_day", "year-month-day"),
        ("", "31.12.2026", "last_day", "year-month-day"),
        ("", "9999-12-31", "last_day", "year-month-day"),
        ("0001-01-01", "", "first_day", "year-month-day"),
        ("", "2026-11-23", "last_day", "later than the beginning"),
        ("2026-12-05", "2026-12-04", "last_day", "later than the beginning"),
    ],
)
def test_days_that_cannot_be_are_named_at_their_field(
    web: Web, first_day: str, last_day: str, field: str, words: str
) -> None:
    """Nothing is assigned, and the form keeps what was typed."""
    status, page = give(web, "stranger", "borrower", first_day=first_day, last_day=last_day)
    assert status == 400
    assert words in error_at(field, page)
    assert f'value="{first_day or last_day}"' in page
    assert assignments(web.company, "stranger") == []


@pytest.mark.parametrize(
    ("login", "duty", "status", "words"),
    [
        ("custodian", "borrower", 403, "not qualified"),
        ("approver", "custodian", 403, "not qualified"),
        ("borrower", "borrower", 409, "holds that duty already. On this dossier 王晓明 is: Borrower."),
    ],
)
def test_conflict_is_explained_in_a_sentence_at_the_person(
    web: Web, login: str, duty: str, status: int, words: str
) -> None:
    """With what the person holds where that is what stands against it."""
    answered, page = give(web, login, duty)
    assert answered == status
    assert words in error_at("person", page)


@pytest.mark.parametrize("duty", ["custodian", "borrower", "author"])
def test_two_sides_of_one_act_are_refused_with_what_is_held(web: Web, duty: str) -> None:
    """An approver can be nothing else on the same dossier."""
    assert give(web, "stranger", "approver")[0] == 303
    status, page = give(web, "stranger", duty)
    assert status == 403
    assert "holds another side of the same act" in error_at("person", page)
    assert "On this dossier Stranger is: Approver." in error_at("person", page)


def test_duty_that_begins_later_stands_against_another_already(web: Web) -> None:
    """Two sides are kept apart before the first day, too."""
    assert give(web, "stranger", "approver", first_day="2026-12-24")[0] == 303
    assert give(web, "stranger", "borrower", last_day="2026-12-01")[0] == 403


def test_class_above_a_borrowers_clearance_is_said_of_them(web: Web) -> None:
    """Not of the custodian who assigns."""
    visitor = web.visitor("custodian")
    founded = visitor.post("/dossiers", {"name": "Other", "classification": "top_secret", "idempotency_key": "k"})
    path = founded.location.partition("?")[0]
    answer = visitor.post(f"{path}/assignments", {"person": web.company.ids["borrower"], "duty": "borrower"})
    assert answer.status_code == 403
    assert "above this person" in error_at("person", answer.text)


@pytest.mark.parametrize(
    ("field", "value", "status"), [("duty", "janitor", 400), ("duty", "", 400), ("person", "", 404)]
)
def test_choice_outside_the_list_is_refused_at_its_field(web: Web, field: str, value: str, status: int) -> None:
    """As from a form that was tampered with, or left as it was."""
    fields = {"person": web.company.ids["stranger"], "duty": "borrower", field: value}
    answer = web.visitor("custodian").post(f"/dossiers/{web.company.dossier_id}/assignments", fields)
    assert answer.status_code == status
    assert error_at(field, answer.text)
    assert assignments(web.company, "stranger") == []


@pytest.mark.parametrize(
    ("login", "status"), [("borrower", 403), ("author", 403), ("approver", 403), ("stranger", 404)]
)
def test_only_a_custodian_of_the_dossier_assigns(web: Web, login: str, status: int) -> None:
    """Others have no form and are refused when they send one all the same."""
    visitor = web.visitor(login)
    assert give(web, "stranger", "borrower", by=visitor)[0] == status
    [row] = assignments(web.company, "borrower")
    assert visitor.get(f"/assignments/{row.id}/end").status_code == status
    assert visitor.post(f"/assignments/{row.id}/end").status_code == status
    assert assignments(web.company, "borrower")[0].active


def test_ending_is_asked_first_and_says_what_it_does(web: Web) -> None:
    """Looking at the question ends nothing."""
    [row] = assignments(web.company, "borrower")
    page = web.visitor("custodian").get(f"/assignments/{row.id}/end").text
    for words in ("End this assignment?", "王晓明", "Borrower", "open end with it"):
        assert words in page, words
    assert assignments(web.company, "borrower")[0].active


def test_ended_duty_takes_the_open_view_with_it_and_stays_on_record(web: Web) -> None:
    """By the next page; the dossier's page keeps who held it."""
    reader = web.visitor("borrower")
    view = open_document(reader, web.company.document_id).location
    [row] = assignments(web.company, "borrower")
    custodian = web.visitor("custodian")
    answer = custodian.post(f"/assignments/{row.id}/end")
    page = custodian.get(answer.location).text
    assert "The assignment has ended" in page
    assert "1 assignment has ended" in page
    assert reader.get(view + "/pages/1").status_code == 410
    assert not assignments(web.company, "borrower")[0].active


def test_ending_twice_says_that_it_has_ended(web: Web) -> None:
    """A double click, or a page that was left open."""
    [row] = assignments(web.company, "borrower")
    custodian = web.visitor("custodian")
    custodian.post(f"/assignments/{row.id}/end")
    answer = custodian.post(f"/assignments/{row.id}/end")
    assert answer.status_code == 409
    assert "has ended already" in answer.text


def test_duty_can_be_called_off_before_it_begins(web: Web) -> None:
    """It then never was."""
    give(web, "stranger", "borrower", first_day="2026-12-24")
    [row] = assignments(web.company, "stranger")
    custodian = web.visitor("custodian")
    page = custodian.get(custodian.post(f"/assignments/{row.id}/end").location).text
    assert "ended before it began" in page


def test_last_custodian_stays(web: Web) -> None:
    """A dossier is never without keeping; with a successor the first may go, and sees it no more."""
    [row] = assignments(web.company, "custodian")
    custodian = web.visitor("custodian")
    refused = custodian.post(f"/assignments/{row.id}/end")
    assert refused.status_code == 403
    assert "last custodian" in refused.text
    give(web, "custodian2", "custodian", by=custodian)
    left = custodian.post(f"/assignments/{row.id}/end")
    assert left.location.startswith("/dossiers?")
    assert web.company.dossier_id not in custodian.get(left.location).text
    assert custodian.get(f"/dossiers/{web.company.dossier_id}").status_code == 404


def test_custodian_of_another_dossier_cannot_end_this_ones(web: Web) -> None:
    """The id of an assignment is no permission."""
    [row] = assignments(web.company, "borrower")
    stranger = web.visitor("custodian2")
    stranger.post("/dossiers", {"name": "Other", "classification": "internal", "idempotency_key": "k"})
    assert stranger.post(f"/assignments/{row.id}/end").status_code == 404
    assert assignments(web.company, "borrower")[0].active


def test_people_who_cannot_hold_a_duty_are_not_offered(web: Web) -> None:
    """Officers, and whoever is qualified for nothing."""
    page = web.visitor("custodian").get(f"/dossiers/{web.company.dossier_id}").text
    assert web.company.ids["stranger"] in page
    for login in ("admin", "auditor", "officer"):
        assert web.company.ids[login] not in page


def test_former_custodian_who_was_given_another_duty_is_counted_by_what_holds_now(web: Web) -> None:
    """What has ended stands against nothing."""
    company = web.company
    custodian = company.at_keyboard("custodian")
    assign(
        company.vault,
        custodian,
        dossier_id=company.dossier_id,
        person_id=company.ids["stranger"],
        duty=Duty.APPROVER,
        ends_at=company.vault.clock.now() + dt.timedelta(hours=1),
    )
    clock = company.vault.clock
    assert isinstance(clock, FixedClock)
    clock.advance(dt.timedelta(hours=2))
    assert give(web, "stranger", "borrower")[0] == 303
