"""Handing approving over, ending it, and deciding in another's stead, as a person's browser does it."""

from __future__ import annotations

import re

from tests.attacks.acting import ask, change
from tests.gateway.visitor import Visitor, Web
from vault.model import Duty

NOTE = "On holiday for two weeks"


def give(web: Web, visitor: Visitor, **changed: str) -> int:
    typed = {"to": web.company.person("stranger").staff_number, "first_day": "", "last_day": "2026-12-05", "note": NOTE}
    return visitor.post("/delegations", {**typed, **changed}).status_code


def end_path(visitor: Visitor) -> str:
    found = re.search(r'action="(/delegations/[^"]+/end)"', visitor.get("/delegations").text)
    assert found is not None
    return found.group(1)


def test_approver_hands_over_and_the_delegate_decides_in_their_stead(web: Web) -> None:
    """Both see it; the request's page says in whose stead before and after."""
    change(web.company, "stranger", qualifications=frozenset({Duty.APPROVER}))
    approver, stranger = web.visitor("approver"), web.visitor("stranger")
    assert give(web, approver) == 303
    for visitor in (approver, stranger, web.visitor("officer")):
        assert end_path(visitor)
    path = f"/requests/{ask(web.company, 1)}"
    assert "You decide in the stead of Approver." in stranger.get(path).text
    assert stranger.post(f"{path}/decision", {"decision": "approve", "amount": "1", "note": NOTE}).status_code == 303
    assert "in the stead of Approver" in web.visitor("borrower").get(path).text


def test_refused_form_says_what_is_wrong_and_keeps_what_was_typed(web: Web) -> None:
    """Whom, until when, and why; nothing is handed over."""
    change(web.company, "stranger", qualifications=frozenset({Duty.APPROVER}))
    approver = web.visitor("approver")
    for changed, status in (
        ({"to": "Nobody"}, 400),
        ({"last_day": ""}, 400),
        ({"last_day": "soon"}, 400),
        ({"last_day": "2027-11-30"}, 400),
        ({"note": "."}, 400),
    ):
        assert give(web, approver, **changed) == status
    page = approver.get("/delegations").text
    assert "No approving is handed over" in page
    assert give(web, web.visitor("borrower")) == 403


def test_officer_ends_what_others_handed_over(web: Web) -> None:
    """And has no form to hand anything over."""
    change(web.company, "stranger", qualifications=frozenset({Duty.APPROVER}))
    give(web, web.visitor("approver"))
    officer = web.visitor("officer")
    assert "Hand your approving over" not in officer.get("/delegations").text
    assert officer.post(end_path(officer), {}).status_code == 303
    assert "No approving is handed over" in web.visitor("approver").get("/delegations").text
