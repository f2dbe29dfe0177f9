"""Hand-overs on the screens: one or all of a page confirmed, exactly as the person saw them."""

from __future__ import annotations

import html
import re

from tests.company import Company, found_dossier
from tests.gateway.test_trail import words
from tests.gateway.visitor import make_web
from tests.vault.leaving.acts import announce, qualify
from vault.leaving.handing_over import propose_successor
from vault.model import Duty

_SENT = re.compile(r'name="handover" value="([^"]+)"')


def test_all_of_a_page_are_confirmed_as_they_were_shown(company: Company) -> None:
    """What has another successor by now is left out and said, the others are confirmed all the same."""
    found_dossier(company)
    found_dossier(company)
    announce(company)
    qualify(company, "author", Duty.BORROWER)
    web = make_web(company)
    custodian, successor = web.visitor("custodian"), web.visitor("stranger")
    page = custodian.get("/handovers")
    shown = [html.unescape(each) for each in _SENT.findall(page.text)]
    assert len(shown) == 3
    assert "Confirm all 3 of this page" in words(page)
    changed = shown[1].split(" ")[0]
    keeper = company.at_keyboard("custodian")
    propose_successor(company.vault, keeper, handover_id=changed, successor="author")

    answer = custodian.post("/handovers/confirmations", {"handover": shown})

    assert answer.status_code == 409
    assert "1 was not confirmed." in words(answer)
    assert "Somebody else is named to take over by now." in words(answer)
    assert "Wait for you 1" in words(answer)
    assert "Wait for others 2" in words(answer)
    theirs = _SENT.findall(successor.get("/handovers").text)
    assert len(theirs) == 2
    done = successor.post("/handovers/confirmations", {"handover": theirs})
    assert done.status_code == 303
    assert "What both have confirmed is handed over." in words(successor.get(done.location))
    assert len(re.findall(r"D2026-\d{5}", successor.get("/dossiers").text)) >= 2


def test_one_is_confirmed_for_whom_the_person_saw(company: Company) -> None:
    announce(company)
    web = make_web(company)
    custodian = web.visitor("custodian")
    (address,) = re.findall(r'action="(/handovers/\w+/confirmation)"', custodian.get("/handovers").text)

    answer = custodian.post(address, {"side": "custodian", "successor": company.ids["author"]})

    assert answer.status_code == 409
    assert "Somebody else is named to take over by now." in words(answer)
    assert custodian.post(address, {"side": "custodian", "successor": company.ids["stranger"]}).status_code == 303
    assert "Wait for others 1" in words(custodian.get("/handovers"))


def test_what_is_no_handover_is_refused_without_a_trace_of_others(company: Company) -> None:
    custodian = make_web(company).visitor("custodian")

    answer = custodian.post("/handovers/confirmations", {"handover": ["nonsense", "h" + "a" * 26 + " custodian x"]})

    assert answer.status_code == 404
    assert "2 were not confirmed." in words(answer)
