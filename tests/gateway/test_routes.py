"""Who may call which route, as a literal table: a route without a row fails, and so does a row that is not so.

Every row is tried by somebody who is not signed in and by a person of each office, with ids of things that exist. Each
answer is the status; where the same person also lacks a right on the thing itself, the use case's answer shows.
"""

from __future__ import annotations

import itertools

import pytest

from gateway.security.access import declarations
from tests.agreements import answer, draft, published
from tests.attacks.acting import ask
from tests.company import Company
from tests.gateway.visitor import Visitor, Web
from vault.database.agreement_answer_queries import last_answers_of
from vault.database.engine import reading
from vault.model import Classification, PersonId

PEOPLE = ("", "borrower", "auditor", "admin", "officer")

ROUTES: dict[tuple[str, str], tuple[int, int, int, int, int]] = {
    # (method, rule): nobody, staff, auditor, administrator, security officer
    ("GET", "/"): (303, 303, 303, 303, 303),
    ("GET", "/sign-in"): (200, 303, 303, 303, 303),
    ("POST", "/sign-in"): (401, 401, 401, 401, 401),
    ("POST", "/sign-out"): (401, 303, 303, 303, 303),
    ("POST", "/language"): (303, 303, 303, 303, 303),
    ("GET", "/teams"): (303, 403, 200, 200, 200),
    ("POST", "/teams"): (401, 403, 403, 400, 403),
    ("GET", "/teams/<id:team_id>"): (303, 403, 404, 404, 404),
    ("POST", "/teams/<id:team_id>/name"): (401, 403, 403, 404, 403),
    ("POST", "/teams/<id:team_id>/end"): (401, 403, 403, 404, 403),
    ("POST", "/teams/<id:team_id>/members"): (401, 403, 403, 404, 403),
    ("POST", "/teams/<id:team_id>/members/<id:person_id>/end"): (401, 403, 403, 404, 403),
    ("GET", "/dossiers/<id:dossier_id>/teams"): (303, 403, 403, 403, 403),
    ("POST", "/dossiers/<id:dossier_id>/teams"): (401, 403, 403, 403, 403),
    ("POST", "/loans/<id:loan_id>/end"): (401, 404, 403, 403, 403),
    ("GET", "/trail/dossiers/<id:dossier_id>/access"): (303, 403, 200, 403, 403),
    ("GET", "/trail/people/<id:person_id>/access"): (303, 403, 200, 403, 403),
    ("GET", "/notices"): (303, 200, 200, 200, 200),
    ("POST", "/notices"): (401, 400, 400, 400, 400),
    ("GET", "/account"): (303, 200, 200, 200, 200),
    ("GET", "/account/password"): (303, 200, 200, 200, 200),
    ("POST", "/account/password"): (401, 400, 400, 400, 400),
    ("POST", "/account/sessions/<id:session_id>/end"): (401, 404, 404, 404, 404),
    ("GET", "/dossiers"): (303, 200, 403, 403, 403),
    ("POST", "/dossiers/search"): (401, 200, 403, 403, 403),
    ("GET", "/dossiers/new"): (303, 403, 403, 403, 403),
    ("POST", "/dossiers"): (401, 403, 403, 403, 403),
    ("GET", "/dossiers/<id:dossier_id>/documents"): (401, 200, 403, 403, 403),
    ("POST", "/dossiers/<id:dossier_id>/documents"): (401, 400, 403, 403, 403),
    ("POST", "/dossiers/<id:dossier_id>/uploads"): (401, 400, 403, 403, 403),
    ("GET", "/submissions"): (303, 200, 403, 403, 403),
    ("GET", "/documents/<id:document_id>/submission"): (303, 403, 403, 403, 403),
    ("POST", "/documents/<id:document_id>/submission/file"): (401, 403, 403, 403, 403),
    ("POST", "/documents/<id:document_id>/submission/refuse"): (401, 403, 403, 403, 403),
    ("POST", "/dossiers/<id:dossier_id>/assignments"): (401, 403, 403, 403, 403),
    ("GET", "/assignments/<id:assignment_id>/end"): (303, 404, 403, 403, 403),
    ("POST", "/assignments/<id:assignment_id>/end"): (401, 404, 403, 403, 403),
    ("GET", "/dossiers/<id:dossier_id>"): (303, 200, 403, 403, 403),
    ("GET", "/documents/<id:document_id>"): (303, 200, 403, 403, 403),
    ("POST", "/documents/<id:document_id>/views"): (401, 303, 403, 403, 403),
    ("GET", "/views/<id:view_id>"): (303, 404, 403, 403, 403),
    ("GET", "/views/<id:view_id>/pages/<int:page_number>"): (401, 404, 403, 403, 403),
    ("GET", "/views/<id:view_id>/pages/<int:page_number>/text"): (303, 404, 403, 403, 403),
    ("GET", "/views/<id:view_id>/state"): (401, 404, 403, 403, 403),
    ("POST", "/views/<id:view_id>/end"): (401, 404, 403, 403, 403),
    ("GET", "/trail/evidence"): (303, 403, 200, 403, 403),
    ("POST", "/trail/evidence"): (401, 403, 400, 403, 403),
    ("GET", "/agreements"): (303, 200, 200, 200, 200),
    ("GET", "/agreements/<id:agreement_id>"): (303, 200, 200, 200, 404),
    ("POST", "/agreements/<id:agreement_id>/answer"): (401, 400, 400, 400, 404),
    ("POST", "/agreements/answers/<id:answer_id>/certificate"): (401, 404, 200, 404, 404),
    ("GET", "/agreements/texts"): (303, 403, 200, 200, 403),
    ("GET", "/agreements/texts/new"): (303, 403, 403, 200, 403),
    ("POST", "/agreements/texts"): (401, 403, 403, 400, 403),
    ("GET", "/agreements/texts/<id:agreement_id>"): (303, 403, 200, 200, 403),
    ("GET", "/agreements/texts/<id:agreement_id>/edit"): (303, 403, 403, 200, 403),
    ("POST", "/agreements/texts/<id:agreement_id>/edit"): (401, 403, 403, 400, 403),
    ("POST", "/agreements/texts/<id:agreement_id>/publication"): (401, 403, 403, 409, 403),
    ("POST", "/agreements/texts/<id:agreement_id>/withdrawal"): (401, 403, 403, 400, 403),
    ("POST", "/agreements/texts/<id:agreement_id>/people"): (401, 403, 200, 200, 403),
    ("GET", "/form-token"): (401, 200, 200, 200, 200),
    ("GET", "/requests"): (303, 200, 403, 403, 403),
    ("GET", "/delegations"): (303, 200, 403, 403, 200),
    ("POST", "/delegations"): (401, 400, 403, 403, 403),
    ("POST", "/delegations/<id:delegation_id>/end"): (401, 404, 403, 403, 404),
    ("GET", "/requests/closed"): (303, 200, 403, 403, 403),
    ("GET", "/documents/<id:document_id>/requests"): (303, 200, 403, 403, 403),
    ("POST", "/documents/<id:document_id>/requests"): (401, 303, 403, 403, 403),
    ("POST", "/documents/<id:document_id>/requests/draft"): (401, 204, 403, 403, 403),
    ("POST", "/documents/<id:document_id>/requests/draft/discarding"): (401, 303, 403, 403, 403),
    ("GET", "/requests/access"): (303, 200, 403, 403, 403),
    ("POST", "/requests/access"): (401, 303, 403, 403, 403),
    ("GET", "/grants"): (303, 200, 403, 403, 403),
    ("POST", "/requests/<id:request_id>/grant/return"): (401, 404, 403, 403, 403),
    ("POST", "/requests/<id:request_id>/grant/revocation"): (401, 404, 403, 403, 403),
    ("POST", "/requests/<id:request_id>/copies"): (401, 404, 403, 403, 403),
    ("POST", "/copies/<id:copy_id>/file"): (401, 404, 403, 403, 403),
    ("GET", "/requests/<id:request_id>"): (303, 404, 403, 403, 403),
    ("POST", "/requests/<id:request_id>/decision"): (401, 404, 403, 403, 403),
    ("POST", "/requests/<id:request_id>/withdrawal"): (401, 404, 403, 403, 403),
    ("POST", "/requests/<id:request_id>/review"): (401, 404, 403, 403, 403),
    ("POST", "/documents/<id:document_id>/emergency"): (401, 400, 403, 403, 403),
    ("GET", "/emergencies"): (303, 403, 403, 403, 200),
    ("GET", "/live-views"): (303, 403, 403, 403, 200),
    ("GET", "/live-views/table"): (401, 403, 403, 403, 200),
    ("GET", "/live-views/<id:view_id>"): (303, 403, 403, 403, 200),
    ("POST", "/live-views/<id:view_id>/revocation"): (401, 403, 403, 403, 400),
    ("GET", "/live-views/people/<id:person_id>"): (303, 403, 403, 403, 200),
    ("POST", "/live-views/people/<id:person_id>/revocation"): (401, 403, 403, 403, 400),
    ("POST", "/live-views/people/<id:person_id>/grants/revocation"): (401, 403, 403, 403, 400),
    ("POST", "/live-views/people/<id:person_id>/suspension"): (401, 403, 403, 403, 400),
    ("GET", "/keys"): (303, 403, 403, 403, 200),
    ("GET", "/keys/order"): (303, 403, 403, 403, 404),
    ("POST", "/keys/order"): (401, 403, 403, 403, 404),
    ("GET", "/keys/operations/<id:operation_id>"): (303, 403, 403, 403, 404),
    ("GET", "/keys/operations/<id:operation_id>/progress"): (401, 403, 403, 403, 404),
    ("POST", "/keys/operations/<id:operation_id>/approve"): (401, 403, 403, 403, 404),
    ("POST", "/keys/operations/<id:operation_id>/pause"): (401, 403, 403, 403, 404),
    ("POST", "/keys/operations/<id:operation_id>/resume"): (401, 403, 403, 403, 404),
    ("POST", "/keys/operations/<id:operation_id>/cancel"): (401, 403, 403, 403, 404),
    ("GET", "/keys/holds"): (303, 403, 403, 403, 200),
    ("POST", "/keys/holds"): (401, 403, 403, 403, 400),
    ("POST", "/keys/holds/<id:hold_id>/lift"): (401, 403, 403, 403, 404),
    ("GET", "/alerts"): (303, 403, 200, 403, 200),
    ("GET", "/alerts/<id:alert_id>"): (303, 403, 404, 403, 404),
    ("POST", "/alerts/<id:alert_id>/dismissal"): (401, 403, 403, 403, 404),
    ("POST", "/alerts/<id:alert_id>/escalation"): (401, 403, 403, 403, 404),
    ("GET", "/alerts/campaigns"): (303, 403, 200, 200, 200),
    ("POST", "/alerts/campaigns"): (401, 403, 403, 400, 400),
    ("POST", "/alerts/campaigns/<id:campaign_id>/confirmation"): (401, 403, 403, 403, 404),
    ("POST", "/alerts/campaigns/<id:campaign_id>/refusal"): (401, 403, 403, 403, 404),
    ("POST", "/alerts/campaigns/<id:campaign_id>/end"): (401, 403, 403, 404, 404),
    ("GET", "/alerts/exceptions"): (303, 403, 200, 403, 200),
    ("POST", "/alerts/exceptions"): (401, 403, 403, 403, 400),
    ("POST", "/alerts/exceptions/<id:person_id>/<feature>/lift"): (401, 403, 403, 403, 409),
    ("GET", "/alerts/digest"): (303, 200, 403, 403, 403),
    ("GET", "/erasures"): (303, 403, 200, 200, 200),
    ("GET", "/erasures/new"): (303, 403, 403, 404, 403),
    ("POST", "/erasures/plan"): (401, 403, 403, 400, 403),
    ("POST", "/erasures"): (401, 403, 403, 400, 403),
    ("GET", "/erasures/<id:erasure_id>"): (303, 403, 404, 404, 404),
    ("GET", "/erasures/<id:erasure_id>/progress"): (401, 403, 404, 404, 404),
    ("POST", "/erasures/<id:erasure_id>/approve"): (401, 403, 403, 403, 404),
    ("POST", "/erasures/<id:erasure_id>/refuse"): (401, 403, 403, 403, 404),
    ("POST", "/erasures/<id:erasure_id>/cancel"): (401, 403, 403, 404, 403),
    ("POST", "/erasures/<id:erasure_id>/resume"): (401, 403, 403, 404, 404),
    ("GET", "/erasures/holds"): (303, 403, 403, 403, 200),
    ("POST", "/erasures/holds"): (401, 403, 403, 403, 400),
    ("POST", "/erasures/holds/<id:hold_id>/lift"): (401, 403, 403, 403, 404),
    ("GET", "/keys/seal"): (303, 403, 403, 403, 200),
    ("POST", "/keys/seal"): (401, 403, 403, 403, 400),
    ("GET", "/findings"): (303, 403, 200, 403, 200),
    ("POST", "/findings/acknowledgements"): (401, 403, 400, 403, 403),
    ("POST", "/trail/verification/acknowledgements"): (401, 403, 400, 403, 403),
    ("GET", "/trail"): (303, 403, 200, 403, 403),
    ("POST", "/trail/filters"): (401, 403, 303, 403, 403),
    ("GET", "/trail/entries/<int:index>"): (303, 403, 200, 403, 403),
    ("GET", "/trail/documents/<id:document_id>"): (303, 403, 200, 403, 403),
    ("GET", "/trail/dossiers/<id:dossier_id>"): (303, 403, 200, 403, 403),
    ("GET", "/trail/people/<id:person_id>"): (303, 403, 200, 403, 403),
    ("GET", "/trail/export"): (303, 403, 200, 403, 403),
    ("POST", "/trail/export"): (401, 403, 400, 403, 403),
    ("GET", "/trail/exports"): (303, 403, 200, 403, 403),
    ("GET", "/trail/exports/<id:export_id>"): (303, 403, 404, 403, 403),
    ("GET", "/trail/exports/<id:export_id>/progress"): (401, 403, 404, 403, 403),
    ("POST", "/trail/exports/<id:export_id>/end"): (401, 403, 404, 403, 403),
    ("GET", "/trail/exports/<id:export_id>/file"): (303, 403, 404, 403, 403),
    ("GET", "/trail/exports/<id:export_id>/note"): (303, 403, 404, 403, 403),
    ("GET", "/trail/entries/<int:index>/receipt"): (303, 403, 200, 403, 403),
    ("POST", "/trail/verification/receipt"): (401, 403, 400, 403, 403),
    ("GET", "/trail/unanswered"): (303, 403, 200, 403, 403),
    ("GET", "/trail/verification"): (303, 403, 200, 403, 403),
    ("POST", "/trail/verification"): (401, 403, 200, 403, 403),
    ("GET", "/trail/feeds"): (303, 403, 200, 403, 403),
    ("GET", "/trail/anchors"): (303, 403, 200, 403, 200),
    ("GET", "/people"): (303, 403, 403, 200, 200),
    ("POST", "/people/search"): (401, 403, 403, 200, 200),
    ("GET", "/people/new"): (303, 403, 403, 200, 403),
    ("POST", "/people"): (401, 403, 403, 400, 403),
    ("GET", "/people/<id:person_id>"): (303, 403, 403, 200, 200),
    ("GET", "/people/<id:person_id>/edit"): (303, 403, 403, 200, 403),
    ("POST", "/people/<id:person_id>/edit"): (401, 403, 403, 400, 403),
    ("POST", "/people/<id:person_id>/suspension"): (401, 403, 403, 400, 400),
    ("POST", "/people/<id:person_id>/restoration"): (401, 403, 403, 409, 403),
    ("GET", "/leaving"): (303, 403, 200, 200, 200),
    ("GET", "/people/<id:person_id>/leaving"): (303, 403, 403, 200, 200),
    ("POST", "/people/<id:person_id>/leaving"): (401, 403, 403, 400, 403),
    ("POST", "/people/<id:person_id>/leaving/cancel"): (401, 403, 403, 400, 403),
    ("POST", "/people/<id:person_id>/leaving/restrict"): (401, 403, 403, 400, 403),
    ("POST", "/people/<id:person_id>/leaving/end"): (401, 403, 403, 400, 400),
    ("GET", "/handovers"): (303, 200, 403, 403, 403),
    ("GET", "/handovers/customers/<id:leaving_id>"): (303, 404, 403, 403, 403),
    ("POST", "/handovers/loans/<id:loan_id>/keeping"): (401, 404, 403, 403, 403),
    ("POST", "/handovers/confirmations"): (401, 303, 403, 403, 403),
    ("POST", "/handovers/<id:handover_id>/confirmation"): (401, 404, 404, 404, 404),
    ("POST", "/handovers/<id:handover_id>/successor"): (401, 404, 404, 404, 404),
    ("POST", "/handovers/<id:handover_id>/refusal"): (401, 400, 403, 403, 403),
    ("GET", "/exposure/<id:person_id>"): (303, 403, 200, 403, 200),
    ("POST", "/exposure/<id:person_id>"): (401, 403, 400, 403, 403),
    ("POST", "/people/<id:person_id>/password"): (401, 403, 403, 200, 403),
    ("POST", "/people/<id:person_id>/links"): (401, 403, 403, 400, 403),
    ("POST", "/people/<id:person_id>/links/end"): (401, 403, 403, 403, 400),
    ("POST", "/people/<id:person_id>/sessions/end"): (401, 403, 403, 303, 303),
    ("POST", "/people/<id:person_id>/sessions/<id:session_id>/end"): (401, 403, 403, 404, 404),
    ("GET", "/policy"): (303, 403, 200, 200, 200),
    ("GET", "/policy/versions/<int:version>"): (303, 403, 200, 200, 200),
    ("GET", "/policy/proposals/new"): (303, 403, 403, 200, 403),
    ("POST", "/policy/proposals/check"): (401, 403, 403, 400, 403),
    ("POST", "/policy/proposals"): (401, 403, 403, 400, 403),
    ("GET", "/policy/proposals/<id:proposal_id>"): (303, 403, 404, 404, 404),
    ("POST", "/policy/proposals/<id:proposal_id>/approve"): (401, 403, 403, 404, 404),
    ("POST", "/policy/proposals/<id:proposal_id>/refuse"): (401, 403, 403, 404, 404),
    ("POST", "/policy/proposals/<id:proposal_id>/withdraw"): (401, 403, 403, 404, 403),
    ("GET", "/policy/preview"): (303, 403, 200, 200, 200),
    ("POST", "/policy/preview"): (401, 403, 400, 400, 400),
    ("GET", "/health"): (200, 200, 200, 200, 200),
    ("GET", "/static/<version>/<path:name>"): (404, 404, 404, 404, 404),
}
"""View and request of the table belong to another borrower, so staff gets 404 for them."""

FORMS: dict[str, dict[str, str]] = {
    "/language": {"language": "en"},
    "/dossiers": {"name": "Kestrel Avionics", "classification": "secret", "idempotency_key": "matrix"},
    "/dossiers/<id:dossier_id>/assignments": {"duty": "borrower"},
    "/documents/<id:document_id>/submission/file": {"version": "1"},
    "/documents/<id:document_id>/submission/refuse": {"version": "1", "note": "The wrong file was attached"},
    "/documents/<id:document_id>/requests": {"amount": "1", "category": "offer", "text": "Preparing the second offer"},
    "/requests/access": {
        "reference": "D2026-00001",
        "amount": "1",
        "category": "offer",
        "text": "The offer, for a colleague on leave",
    },
    "/requests/<id:request_id>/grant/revocation": {"note": "No longer needed for the offer"},
    "/requests/<id:request_id>/review": {"decision": "justified", "note": "The customer stood at the gate"},
    "/requests/<id:request_id>/decision": {"decision": "approve", "amount": "1", "note": "Agreed with the sales lead"},
    "/keys/holds/<id:hold_id>/lift": {"category": "review", "text": "The case has been closed by the court"},
    "/policy/proposals/<id:proposal_id>/refuse": {"note": "Not before the audit is over"},
    "/alerts/<id:alert_id>/dismissal": {"note": "Talked to her this morning"},
    "/alerts/<id:alert_id>/escalation": {"note": "Talked to her this morning"},
    "/alerts/exceptions/<id:person_id>/<feature>/lift": {"note": "Not needed any more"},
    "/erasures/plan": {"kind": "person", "person": "nobody here"},
    "/erasures": {"kind": "person", "person": "nobody here"},
    "/erasures/<id:erasure_id>/refuse": {"note": "The court has asked us to keep it"},
    "/erasures/holds/<id:hold_id>/lift": {"category": "review", "text": "The case has been closed by the court"},
    "/documents/<id:document_id>/views": {
        "category": "offer",
        "text": "Preparing the offer for line four",
        "idempotency_key": "matrix",
    },
}
LAST = ("/sign-out",)
"""Tried last, since nobody is signed in afterwards."""

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
METHODS = ("GET", "HEAD", "OPTIONS", "TRACE", *UNSAFE, "PROPFIND")


def test_every_route_of_the_application_has_a_row_and_every_row_a_route(web: Web) -> None:
    """A route that nobody thought about fails here."""
    declared = declarations(web.app)
    routes = {
        (method, rule.rule) for rule in web.app.url_map.iter_rules() for method in declared[rule.endpoint].methods
    }
    assert routes == set(ROUTES)


@pytest.mark.parametrize("login", PEOPLE)
def test_each_route_answers_a_person_as_the_table_says(web: Web, login: str) -> None:
    """Every row, by one person."""
    _other, view_path = web.reader("other")
    visitor = web.visitor(login)
    column = PEOPLE.index(login)
    answers = {}
    for method, rule in sorted(ROUTES, key=lambda route: route[1] in LAST):
        answers[method, rule] = _answer(visitor, method, rule, web, view_path)
    assert answers == {route: statuses[column] for route, statuses in ROUTES.items()}


def test_no_other_method_does_anything(web: Web) -> None:
    """HEAD, OPTIONS and the rest are answered 405; whoever asks is not even looked up."""
    tried = list(itertools.product(METHODS, sorted({rule for _method, rule in ROUTES})))
    _refuses_methods(web, web.visitor(), tried)


def test_no_other_method_does_anything_for_somebody_signed_in(web: Web) -> None:
    """HEAD of every route, which would be a GET elsewhere, and of the others each in turn."""
    rules = sorted({rule for _method, rule in ROUTES})
    others = [(METHODS[number % len(METHODS)], rule) for number, rule in enumerate(rules)]
    _refuses_methods(web, web.visitor("borrower"), [*(("HEAD", rule) for rule in rules), *others])


def _refuses_methods(web: Web, visitor: Visitor, tried: list[tuple[str, str]]) -> None:
    paths = {rule: _path(rule, web, f"/views/w{'a' * 26}") for _method, rule in tried}
    for method, rule in tried:
        if (method, rule) not in ROUTES:
            answer = visitor.open(method, paths[rule])
            assert answer.status_code == 405, (method, rule)
            assert not answer.headers.get("Set-Cookie")


def test_method_override_is_not_heard(web: Web) -> None:
    """No header, field or query turns a GET into something else, or round the other way."""
    visitor, path = web.reader()
    for name in ("X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"):
        assert visitor.get(path + "/end?_method=POST", **{name: "POST"}).status_code == 405
    assert visitor.get(path).status_code == 200


@pytest.mark.parametrize("suffix", ["/", "/download", "?download=1", ".pdf", "/original", "%00", "/../pages/1", "//"])
def test_no_other_door_beside_a_page(web: Web, suffix: str) -> None:
    """What was appended elsewhere to get past a viewer leads nowhere, or to the same marked page."""
    visitor, path = web.reader()
    answer = visitor.get(f"{path}/pages/1{suffix}")
    assert answer.status_code in {404, 308, 405} or answer.headers["Content-Type"] == "image/jpeg"
    assert "attachment" not in answer.headers.get("Content-Disposition", "")


def test_range_of_a_page_gets_the_whole_page(web: Web) -> None:
    """No partial content, nothing to resume, nothing to revalidate."""
    visitor, path = web.reader()
    answer = visitor.get(path + "/pages/1", Range="bytes=0-10", If_None_Match="*")
    assert answer.status_code == 200
    assert not {"Accept-Ranges", "ETag", "Last-Modified", "Content-Range"} & set(answer.headers.keys())


def _answer(visitor: Visitor, method: str, rule: str, web: Web, view_path: str) -> int:
    path = _path(rule, web, view_path)
    answered = visitor.post(path, FORMS.get(rule)) if method == "POST" else visitor.get(path)
    return answered.status_code


def _agreement_and_answer(company: Company) -> tuple[str, str]:
    """An agreement that asks borrowers, about a class that no dossier here has, and another borrower's answer to it."""
    with reading(company.vault.engine) as tx:
        found = last_answers_of(tx, PersonId(company.ids["other"]))
    if not found:
        given = answer(company, published(company, draft(classes=frozenset({Classification.TOP_SECRET}))), "other")
        company.sequence()
        return given.agreement_id, given.id
    [given] = found.values()
    return given.agreement_id, given.id


def _path(rule: str, web: Web, view_path: str) -> str:
    values = {
        "<id:dossier_id>": web.company.dossier_id,
        "<id:document_id>": web.company.document_id,
        "<id:view_id>": view_path.rpartition("/")[2],
        "<id:person_id>": web.company.ids["stranger"],
        "<id:session_id>": "s" + "a" * 26,
        "<id:assignment_id>": "a" + "a" * 26,
        "<id:operation_id>": "o" + "a" * 26,
        "<id:erasure_id>": "x" + "a" * 26,
        "<id:hold_id>": "h" + "a" * 26,
        "<id:alert_id>": "z" + "a" * 26,
        "<id:campaign_id>": "y" + "a" * 26,
        "<feature>": "looks",
        "<id:export_id>": "x" + "a" * 26,
        "<id:leaving_id>": "l" + "a" * 26,
        "<id:handover_id>": "h" + "a" * 26,
        "<id:team_id>": "t" + "a" * 26,
        "<id:loan_id>": "l" + "a" * 26,
        "<id:delegation_id>": "u" + "a" * 26,
        "<id:copy_id>": "z" + "a" * 26,
        "<int:page_number>": "1",
        "<int:index>": "1",
        "<id:proposal_id>": "b" + "a" * 26,
        "<int:version>": "0",
        "<version>": "none",
        "<path:name>": "style.css",
    }
    if "<id:request_id>" in rule:
        values["<id:request_id>"] = ask(web.company, 1, login="other")  # the same one each time while it waits
    if "/agreements/" in rule:
        values["<id:agreement_id>"], values["<id:answer_id>"] = _agreement_and_answer(web.company)
    for name, value in values.items():
        rule = rule.replace(name, value)
    return rule
