"""Opening in an emergency: one view, everybody told, nothing further until it is reviewed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tests.attacks.acting import open_and_end, open_view
from tests.attacks.observing import column, quota, refuse_keys, trail, watched
from tests.company import PASSWORD, Company, set_policy
from tests.custody import shred
from tests.vault.requests.test_deciding import second_approver
from tests.vault.requests.test_races import race
from vault.access.cover import cover_card
from vault.access.ending import end_view
from vault.access.opening import OpenedView
from vault.access.reading import read_page
from vault.clock import FixedClock
from vault.emergencies.opening import break_glass
from vault.emergencies.reviewing import list_unreviewed, review_emergency
from vault.errors import AccessDenied, Conflict, InputError, LeaseEnded, NotFound, QuotaSpent, Unavailable
from vault.grants.ending import revoke_grant
from vault.ledger.events import Event, Outcome
from vault.model import Actor, Duty, RequestId
from vault.notices.kinds import NoticeKind
from vault.notices.reading import list_notices
from vault.people.linking import link_accounts
from vault.policy.document import ClassPolicy, Policy, WorkingHours
from vault.policy.reasons import ReasonDraft
from vault.requests.deciding import decide_request
from vault.requests.listing import count_waiting, list_requests
from vault.requests.showing import show_request
from vault.worker.sweeping import sweep

WHY = ReasonDraft("service_case", "The line stands still and the drawing is needed now")
NOTE = "The customer confirmed that the line stood still"


def smash(company: Company, actor: Actor, *, key: str = "", password: str = PASSWORD, document: str = "") -> OpenedView:
    return break_glass(
        company.vault,
        actor,
        document_id=document or company.document_id,
        reason=WHY,
        password=password,
        declared_place="",
        idempotency_key=key or company.vault.random(8).hex(),
    )


def spent(company: Company, login: str = "borrower") -> Actor:
    """A borrower who has used the one view there is."""
    set_policy(company, Policy(views=1))
    actor = company.signed_in(login)
    open_and_end(company, actor)
    return actor


def the_request(company: Company) -> RequestId:
    [entry] = [each for each in trail(company, Event.EMERGENCY_OPENED) if each.outcome is Outcome.SUCCESS]
    return RequestId(entry.fact("request"))


def kinds_of(company: Company, login: str) -> list[NoticeKind]:
    return [each.kind for each in list_notices(company.vault, company.at_keyboard(login)).rows]


def test_one_view_opens_and_no_second(company: Company) -> None:
    actor = spent(company)
    view = smash(company, actor)
    assert read_page(company.vault, actor, view_id=view.view_id, page_number=1).jpeg
    end_view(company.vault, actor, view_id=view.view_id)
    with pytest.raises(QuotaSpent):
        open_view(company, actor)
    assert (quota(company).used, quota(company).granted) == (2, 1)
    [entry] = trail(company, Event.EMERGENCY_OPENED)
    assert (entry.outcome, entry.actor) == (Outcome.SUCCESS, company.ids["borrower"])
    assert (entry.fact("document"), entry.fact("dossier")) == (company.document_id, company.dossier_id)
    assert entry.reason is not None
    assert entry.reason.text == WHY.text


def test_everybody_who_answers_for_the_dossier_is_told_at_once(company: Company) -> None:
    """Approvers, custodians, security officers; not the person, and nobody twice."""
    smash(company, spent(company))
    for login in ("approver", "custodian", "officer"):
        assert kinds_of(company, login).count(NoticeKind.EMERGENCY_OPENED) == 1
    for login in ("borrower", "other", "author", "stranger"):
        assert NoticeKind.EMERGENCY_OPENED not in kinds_of(company, login)


def test_hours_and_day_are_no_limit_for_it(company: Company, clock: FixedClock) -> None:
    """The view goes on outside of working hours until its lease ends, and is counted on the day."""
    actor = company.signed_in("borrower")
    open_and_end(company, actor)
    weekday = (clock.now() + dt.timedelta(days=3)).strftime("%a").lower()
    set_policy(company, Policy(views_a_day=1, hours=WorkingHours(spans=(f"{weekday} 08:00-08:01",))))
    with pytest.raises(AccessDenied, match=r"denied\.hours"):
        open_view(company, actor)
    view = smash(company, actor)
    clock.advance(dt.timedelta(minutes=10))
    assert read_page(company.vault, actor, view_id=view.view_id, page_number=1).jpeg
    assert column(company, "select distinct used from view_days") == [2]


def test_wrong_password_opens_nothing_and_is_recorded(company: Company) -> None:
    actor = spent(company)
    with pytest.raises(InputError, match=r"password\.wrong"):
        smash(company, actor, password="not the password")
    [entry] = trail(company, Event.EMERGENCY_OPENED)
    assert (entry.outcome, entry.fact("code")) == (Outcome.DENIED, "password.wrong")
    assert column(company, "select id from requests") == []


def test_same_key_again_is_the_same_emergency_and_another_is_refused(company: Company) -> None:
    actor = spent(company)
    first = smash(company, actor, key="lost answer")
    assert smash(company, actor, key="lost answer").view_id == first.view_id
    end_view(company.vault, actor, view_id=first.view_id)
    with pytest.raises(AccessDenied, match=r"denied\.emergency_unreviewed"):
        smash(company, actor, key="another")
    assert len(column(company, "select id from requests")) == 1


def test_two_at_once_are_one_where_one_may_wait(any_company: Company) -> None:
    """On both databases: of two documents one opens, and the trail holds one success."""
    company = any_company
    set_policy(company, Policy(views=1))
    second = company.submit("custodian", b"Drawing of line four\n", name="Drawing.txt").document_id
    company.convert_all()
    actor = company.signed_in("borrower")
    for each in (company.document_id, second):
        end_view(company.vault, actor, view_id=open_view(company, actor, document_id=each).view_id)
    outcomes = race(
        lambda: smash(company, actor, document=company.document_id), lambda: smash(company, actor, document=second)
    )
    refused = [each for each in outcomes if each is not None]
    assert [each.code for each in refused] == ["denied.emergency_unreviewed"]
    assert column(company, "select state from requests") == ["unreviewed"]


def test_document_that_opens_anyway_and_class_that_never_does(company: Company) -> None:
    actor = company.signed_in("borrower")
    with pytest.raises(AccessDenied, match=r"denied\.emergency_needless"):
        smash(company, actor)
    set_policy(company, Policy(classes={"confidential": ClassPolicy(emergencies=False)}))
    with pytest.raises(AccessDenied, match=r"denied\.emergency_class"):
        smash(company, actor)
    with pytest.raises(NotFound):
        smash(company, company.signed_in("stranger"))


def test_second_account_is_the_same_person(company: Company) -> None:
    """Whose emergency waits opens nothing with another account; nor does who approves with one."""
    actor = spent(company)
    open_and_end(company, company.signed_in("other"))
    smash(company, actor)
    officer = company.at_keyboard("admin")
    link_accounts(company.vault, officer, person_id=company.ids["borrower"], other="other", note=NOTE)
    with pytest.raises(AccessDenied, match=r"denied\.emergency_unreviewed"):
        smash(company, company.signed_in("other"))


def test_review_frees_the_person_for_the_next_and_is_told(company: Company) -> None:
    actor = spent(company)
    end_view(company.vault, actor, view_id=smash(company, actor).view_id)
    request_id = the_request(company)
    approver = company.at_keyboard("approver")
    assert [row.id for row in list_requests(company.vault, approver).to_review] == [request_id]
    assert count_waiting(company.vault, approver) == 1
    emergency = cover_card(company.vault, actor, document_id=company.document_id).emergency
    assert emergency is not None
    assert emergency.code == "denied.emergency_unreviewed"

    review_emergency(company.vault, approver, request_id=request_id, justified=True, note=NOTE)
    review_emergency(company.vault, approver, request_id=request_id, justified=True, note=NOTE)  # twice is once

    [entry] = trail(company, Event.EMERGENCY_REVIEWED)
    assert (entry.fact("code"), entry.subject) == ("justified", company.ids["borrower"])
    assert count_waiting(company.vault, approver) == 0
    assert kinds_of(company, "borrower").count(NoticeKind.EMERGENCY_REVIEWED) == 1
    assert NoticeKind.EMERGENCY_UNJUSTIFIED not in kinds_of(company, "officer")
    card = show_request(company.vault, actor, request_id=request_id)
    assert [(each.approved, each.note) for each in card.decisions] == [(True, NOTE)]
    assert smash(company, actor).view_id
    with pytest.raises(Conflict, match=r"emergency\.reviewed"):
        review_emergency(company.vault, approver, request_id=request_id, justified=False, note=NOTE)


def test_unjustified_one_is_told_to_the_security_officer(company: Company) -> None:
    smash(company, spent(company))
    approver = company.at_keyboard("approver")
    review_emergency(company.vault, approver, request_id=the_request(company), justified=False, note=NOTE)
    assert kinds_of(company, "officer").count(NoticeKind.EMERGENCY_UNJUSTIFIED) == 1
    assert column(company, "select state from requests") == ["unjustified"]


def test_nobody_else_reviews_it(company: Company) -> None:
    """Not the person, not who filed the document, nobody without the duty; and it is not decided like a request."""
    smash(company, spent(company))
    request_id = the_request(company)
    with pytest.raises(AccessDenied, match=r"denied\.own_request"):
        review_emergency(
            company.vault, company.at_keyboard("borrower"), request_id=request_id, justified=True, note=NOTE
        )
    for login in ("custodian", "other", "stranger", "officer"):
        with pytest.raises(NotFound):
            review_emergency(
                company.vault, company.at_keyboard(login), request_id=request_id, justified=True, note=NOTE
            )
    with pytest.raises(Conflict):
        decide_request(
            company.vault, company.at_keyboard("approver"), request_id=request_id, approve=True, amount=1, note=NOTE
        )
    assert column(company, "select state from requests") == ["unreviewed"]


def test_approver_who_is_the_person_by_another_account_does_not_review(company: Company) -> None:
    smash(company, spent(company))
    second_approver(company)
    link_accounts(
        company.vault, company.at_keyboard("admin"), person_id=company.ids["borrower"], other="stranger", note=NOTE
    )
    with pytest.raises(AccessDenied, match=r"denied\.own_request"):
        review_emergency(
            company.vault,
            company.at_keyboard("stranger"),
            request_id=the_request(company),
            justified=True,
            note=NOTE,
        )


def test_review_waits_for_ever_and_shows_its_age(company: Company, clock: FixedClock) -> None:
    smash(company, spent(company))
    clock.advance(dt.timedelta(days=200))
    sweep(company.vault)
    [row] = list_unreviewed(company.vault, company.at_keyboard("officer"))
    assert (row.days, row.reviewers) == (200, ["Approver"])
    with pytest.raises(AccessDenied):
        list_unreviewed(company.vault, company.at_keyboard("approver"))
    [own] = list_requests(company.vault, company.at_keyboard("borrower")).mine
    assert own.days == 200


def test_revoking_it_ends_the_view(company: Company) -> None:
    """G2: the next page is not delivered."""
    actor = spent(company)
    view = smash(company, actor)
    revoke_grant(company.vault, company.at_keyboard("approver"), request_id=the_request(company), note=NOTE)
    with pytest.raises(LeaseEnded):
        read_page(company.vault, actor, view_id=view.view_id, page_number=1)


def test_author_without_an_assignment_opens_one(company: Company) -> None:
    """Who knows of the document by another duty, and is qualified; one and no second."""
    actor = company.signed_in("stranger")
    second_approver(company, duty=Duty.AUTHOR)
    view = smash(company, actor)
    assert read_page(company.vault, actor, view_id=view.view_id, page_number=1).jpeg
    end_view(company.vault, actor, view_id=view.view_id)
    with pytest.raises(AccessDenied, match=r"denied\.not_borrower"):
        open_view(company, actor)


def test_emergency_that_opened_nothing_lapses_and_is_reviewed_all_the_same(company: Company, clock: FixedClock) -> None:
    """A view that failed gave its claim back; the minutes run on, and nothing is kept for later."""
    set_policy(company, Policy(views=1))
    actor = company.signed_in("borrower")
    open_and_end(company, actor)
    looks = iter([False])  # the key that seals the reason is there; the one that opens the view is not

    def refuse_later() -> None:
        if next(looks, True):
            refuse_keys()

    with pytest.raises(Unavailable):
        smash(replace(company, vault=watched(company.vault, refuse_later)), actor)
    clock.advance(dt.timedelta(minutes=15))
    with pytest.raises(QuotaSpent):
        open_view(company, actor)
    assert column(company, "select state from requests") == ["unreviewed"]
    with pytest.raises(AccessDenied, match=r"denied\.emergency_unreviewed"):
        smash(company, actor)


def test_emergency_on_a_dossier_that_was_shredded_is_reviewed_all_the_same(company: Company) -> None:
    """Its words went with the key; who reviewed, how and why is in the trail. Nothing waits for ever."""
    actor = spent(company)
    end_view(company.vault, actor, view_id=smash(company, actor).view_id)
    shred(company)
    request_id, approver = the_request(company), company.at_keyboard("approver")
    [row] = list_requests(company.vault, approver).to_review
    assert row.id == request_id
    card = show_request(company.vault, approver, request_id=request_id)
    assert (card.reason, card.is_shredded, card.may_review) == (None, True, True)
    [waiting] = list_unreviewed(company.vault, company.at_keyboard("officer"))
    assert waiting.reviewers == ["Approver"]

    review_emergency(company.vault, approver, request_id=request_id, justified=False, note=NOTE)

    assert list_unreviewed(company.vault, company.at_keyboard("officer")) == []
    [entry] = trail(company, Event.EMERGENCY_REVIEWED)
    assert entry.reason is not None
    assert (entry.fact("code"), entry.reason.text) == ("unjustified", NOTE)
    [decision] = show_request(company.vault, approver, request_id=request_id).decisions
    assert (decision.approved, decision.note) == (False, "")
