"""Asking for more views, deciding and withdrawing, as a person's browser does it."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from werkzeug.test import TestResponse

from tests.attacks.acting import ask as ask_as
from tests.attacks.acting import end_assignment, open_and_end
from tests.attacks.observing import quota
from tests.company import Company
from tests.gateway.visitor import Visitor, Web
from vault.clock import FixedClock
from vault.requests.asking import withdraw_request

REASON = {"amount": "2", "category": "contract", "text": "Comparing both drafts once more", "case_number": "CRM-77"}
NOTE = "The renewal is due on Friday"


def ask(visitor: Visitor, company: Company, **changed: str) -> TestResponse:
    return visitor.post(f"/documents/{company.document_id}/requests", {**REASON, **changed})


def made(visitor: Visitor, company: Company) -> str:
    """A new request; its path."""
    answer = ask(visitor, company)
    assert answer.status_code == 303, answer.text
    return answer.location.partition("?")[0]


def decide(visitor: Visitor, path: str, pressed: str = "approve", **changed: str) -> TestResponse:
    return visitor.post(f"{path}/decision", {"decision": pressed, "amount": "2", "note": NOTE, **changed})


def spend(company: Company, login: str = "borrower") -> None:
    """Every view of the document is used."""
    actor = company.signed_in(login)
    for _ in range(3):
        open_and_end(company, actor)


def badge(visitor: Visitor) -> str:
    """What stands beside Requests in the top bar, as a screen reader says it."""
    found = re.search(r'class="visually-hidden">(\d+ waits? for you)</span></span></a>', visitor.get("/account").text)
    return found.group(1) if found else ""


def test_request_waits_in_both_lists_and_as_a_number_in_the_bar(web: Web) -> None:
    """The approver is told on every page, the requester is not."""
    borrower, approver = web.visitor("borrower"), web.visitor("approver")
    assert badge(approver) == ""
    path = made(borrower, web.company)
    assert (badge(approver), badge(borrower), badge(web.visitor("custodian"))) == ("1 waits for you", "", "")
    ask_as(web.company, 1, login="other")
    assert badge(approver) == "2 wait for you"
    assert f'href="{path}"' in approver.get("/requests").text
    assert "Waiting for your decision" in approver.get("/requests").text
    mine = borrower.get("/requests").text
    assert f'href="{path}"' in mine
    assert "Approver" in mine
    assert "8 Dec 2026" in mine


def test_bar_is_drawn_without_its_number_while_that_cannot_be_counted(web: Web) -> None:
    """An error must still be answered with a page."""
    approver = web.visitor("approver")
    ask_as(web.company, 1)
    assert badge(approver) == "1 waits for you"
    with web.company.vault.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE requests RENAME TO gone")
    assert badge(approver) == ""
    answer = approver.get("/requests")
    assert answer.status_code == 503
    assert "Requests" in answer.text


def test_approver_sees_everything_a_decision_needs(web: Web) -> None:
    """Who, class, why, how many are used, and what was before."""
    spend(web.company)
    path = made(web.visitor("borrower"), web.company)
    page = web.visitor("approver").get(path).text
    for words in ("王晓明", "Confidential", "Contract", "Comparing both drafts", "CRM-77"):
        assert words in page
    assert "0 of 3 views left" in page
    assert "View 3" in page
    assert f'action="{path}/decision"' in page
    assert "withdrawal" not in page


def test_approval_lets_the_requester_open_the_document_again(web: Web) -> None:
    """From spent to view 4 of 5."""
    spend(web.company)
    borrower, approver = web.visitor("borrower"), web.visitor("approver")
    path = made(borrower, web.company)
    answer = decide(approver, path)
    assert answer.status_code == 303
    assert "The request is approved" in approver.get(answer.location).text
    assert "2 views granted" in borrower.get(path).text
    assert "view 4 of 5" in borrower.get(f"/documents/{web.company.document_id}").text
    assert badge(approver) == ""


def test_approval_for_fewer_says_both_figures_to_the_requester(web: Web) -> None:
    """With the note."""
    borrower = web.visitor("borrower")
    path = made(borrower, web.company)
    decide(web.visitor("approver"), path, amount="1", note="One is enough for a comparison")
    page = borrower.get(path).text
    assert "1 of 2 views granted" in page
    assert "One is enough for a comparison" in page


def test_refusal_says_why_and_stays_for_review(web: Web) -> None:
    """In both lists, with its state."""
    borrower, approver = web.visitor("borrower"), web.visitor("approver")
    path = made(borrower, web.company)
    answer = decide(approver, path, "refuse")
    assert "The request is refused" in approver.get(answer.location).text
    assert NOTE in borrower.get(path).text
    for visitor in (borrower, approver):
        page = visitor.get("/requests").text
        assert f'href="{path}"' in page
        assert "Refused" in page


@pytest.mark.parametrize(
    ("pressed", "changed", "words"),
    [
        ("approve", {"note": ""}, "in a few words"),
        ("refuse", {"note": "."}, "a few real words"),
        ("approve", {"amount": "3"}, "Grant 1 to 2:"),
        ("approve", {"amount": "none"}, "Grant 1 to 2:"),
        ("approve", {"amount": ""}, "Grant 1 to 2:"),
        ("", {}, "Press either"),
        ("Approve", {}, "Press either"),
    ],
)
def test_refused_decision_keeps_what_was_typed_and_grants_nothing(
    web: Web, pressed: str, changed: dict[str, str], words: str
) -> None:
    """The page comes back with the sentence; the request still waits."""
    approver = web.visitor("approver")
    path = made(web.visitor("borrower"), web.company)
    answer = decide(approver, path, pressed, **changed)
    assert answer.status_code == 400
    assert words in answer.text
    if "note" not in changed:
        assert f"{NOTE}</textarea>" in answer.text
    if "amount" not in changed:
        assert 'type="number" value="2"' in answer.text
    assert quota(web.company).granted == 0
    assert badge(approver) == "1 waits for you"


@pytest.mark.parametrize("query", ["?decision=approve&views=2", "/decision?decision=approve&views=2", "/withdrawal"])
def test_nothing_is_decided_by_a_get(web: Web, query: str) -> None:
    """Not by a link in a mail, nor by whatever fetches links ahead."""
    path = made(web.visitor("borrower"), web.company)
    for login in ("approver", "borrower"):
        assert web.visitor(login).get(path + query).status_code in {200, 405}
    assert quota(web.company).granted == 0
    assert badge(web.visitor("approver")) == "1 waits for you"


def test_decision_without_the_forms_token_is_refused(web: Web) -> None:
    """A forged form decides nothing."""
    path = made(web.visitor("borrower"), web.company)
    answer = web.visitor("approver").post(
        f"{path}/decision", {"decision": "approve", "amount": "2", "note": NOTE}, token="forged"
    )
    assert answer.status_code == 403
    assert quota(web.company).granted == 0


@pytest.mark.parametrize("login", ["other", "custodian", "author", "stranger"])
def test_request_of_another_person_is_unknown(web: Web, login: str) -> None:
    """Its page, its decision and its withdrawal."""
    path = made(web.visitor("borrower"), web.company)
    visitor = web.visitor(login)
    assert visitor.get(path).status_code == 404
    assert decide(visitor, path).status_code == 404
    assert visitor.post(f"{path}/withdrawal").status_code == 404


def test_requester_who_posts_a_decision_is_told_that_another_decides(web: Web) -> None:
    """They know the request, so they are told why."""
    borrower = web.visitor("borrower")
    path = made(borrower, web.company)
    answer = decide(borrower, path)
    assert answer.status_code == 403
    assert "Nobody decides their own request" in answer.text
    assert quota(web.company).granted == 0


def test_decision_that_came_second_shows_what_was_decided(web: Web) -> None:
    """The other approver, or the requester, was faster."""
    approver = web.visitor("approver")
    path = made(web.visitor("borrower"), web.company)
    assert decide(approver, path, "refuse").status_code == 303
    answer = decide(approver, path)
    assert answer.status_code == 409
    assert "has been decided, withdrawn or has lapsed" in answer.text
    assert "Refused" in answer.text
    assert 'name="decision"' not in answer.text


def test_requester_withdraws_and_reads_that_it_is_withdrawn(web: Web) -> None:
    """And may ask again."""
    visitor = web.visitor("borrower")
    path = made(visitor, web.company)
    assert f'action="{path}/withdrawal"' in visitor.get(path).text
    answer = visitor.post(f"{path}/withdrawal")
    assert answer.status_code == 303
    page = visitor.get(answer.location).text
    assert "The request is withdrawn" in page
    assert "withdrawal" not in page
    assert made(visitor, web.company) != path


def test_withdrawing_what_was_decided_meanwhile_is_refused(web: Web) -> None:
    """With a sentence."""
    visitor = web.visitor("borrower")
    path = made(visitor, web.company)
    decide(web.visitor("approver"), path)
    answer = visitor.post(f"{path}/withdrawal")
    assert answer.status_code == 409
    assert "has been decided" in answer.text


def test_lapsed_request_says_so_and_offers_nothing(web: Web, clock: FixedClock) -> None:
    """To both, and in both lists."""
    path = made(web.visitor("borrower"), web.company)
    clock.advance(dt.timedelta(days=14))
    for login in ("borrower", "approver"):
        visitor = web.visitor(login)
        page = visitor.get(path).text
        assert "Nobody decided in time" in page
        assert "<textarea" not in page
        assert "Lapsed" in visitor.get("/requests").text


def test_approver_reads_why_a_request_can_only_be_refused(web: Web) -> None:
    """The requester lost the dossier meanwhile: there is no Approve, and posting it is refused."""
    approver = web.visitor("approver")
    path = made(web.visitor("borrower"), web.company)
    end_assignment(web.company, "borrower")
    page = approver.get(path).text
    assert "could not use it now" in page
    assert 'value="approve"' not in page
    assert decide(approver, path).status_code == 403
    assert quota(web.company).granted == 0
    assert decide(approver, path, "refuse").status_code == 303


def test_everything_closed_is_found_page_by_page(web: Web, clock: FixedClock) -> None:
    """Whatever is sent as a page or a side."""
    for _ in range(23):
        clock.advance(dt.timedelta(minutes=1))
        request_id = ask_as(web.company, 1)
        withdraw_request(web.company.vault, web.company.at_keyboard("borrower"), request_id=request_id)
    visitor = web.visitor("borrower")
    assert 'href="/requests/closed?side=mine"' in visitor.get("/requests").text
    counts = {
        query: visitor.get(f"/requests/closed?{query}").text.count('class="row card"')
        for query in ("side=mine", "side=mine&page=2", "side=mine&page=3", "side=x&page=-1", "page=²", "side=decided")
    }
    assert list(counts.values()) == [20, 3, 0, 20, 20, 0]
    approver = web.visitor("approver").get("/requests/closed?side=decided&page=2").text
    assert approver.count('class="row card"') == 3


def test_requests_speak_chinese(web: Web) -> None:
    """Asking, the list and the decision."""
    borrower, approver = web.visitor(language="zh-CN"), web.visitor(language="zh-CN")
    for visitor, login in ((borrower, "borrower"), (approver, "approver")):
        visitor.sign_in(login)
        visitor.post("/language", {"language": "zh_Hans_CN"})
    assert "申请追加查阅" in borrower.get(f"/documents/{web.company.document_id}/requests").text
    path = made(borrower, web.company)
    assert "可审批" in borrower.get("/requests").text
    assert "1 项待您审批" in approver.get("/account").text
    assert "批准次数" in approver.get(path).text
