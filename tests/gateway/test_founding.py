"""Founding a dossier through the web."""

from __future__ import annotations

import pytest

from tests.gateway.visitor import Web
from vault.filing.cards import show_dossier
from vault.model import Classification, Duty


def founding(**changed: str) -> dict[str, str]:
    """The form as it is sent; ``changed`` replaces fields."""
    return {"name": "Kestrel Avionics", "classification": "secret", "idempotency_key": "once", **changed}


def dossier_of(location: str) -> str:
    return location.partition("?")[0].rpartition("/")[2]


def test_dossier_is_founded_by_a_custodian(web: Web) -> None:
    """Customer and class in, a dossier in their keeping out."""
    custodian = web.visitor("custodian")
    assert "Found a dossier" in custodian.get("/dossiers").text
    answer = custodian.post("/dossiers", founding(name="  Kestrel   Avionics ", contacts="Fiona Grant\nDaniel Reyes"))
    page = custodian.get(answer.location).text
    assert "in your keeping" in page
    assert "Kestrel Avionics</h1>" in page
    assert "Daniel Reyes" in page
    card = show_dossier(web.company.vault, web.company.at_keyboard("custodian"), dossier_id=dossier_of(answer.location))
    assert (card.classification, card.duties) == (Classification.SECRET, frozenset({Duty.CUSTODIAN}))


def test_founding_twice_from_one_form_is_one_dossier(web: Web) -> None:
    """A double click, or a retry after a lost answer."""
    custodian = web.visitor("custodian")
    answers = [custodian.post("/dossiers", founding()) for _click in range(2)]
    assert answers[0].location == answers[1].location
    assert custodian.post("/dossiers", founding(idempotency_key="other")).location != answers[0].location


def test_number_of_a_form_leads_only_its_own_person_to_the_dossier(web: Web) -> None:
    """Somebody else who sends the same number founds their own."""
    first = web.visitor("custodian").post("/dossiers", founding())
    second = web.visitor("custodian2").post("/dossiers", founding())
    assert second.status_code == 303
    assert first.location != second.location


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": " "}, "customer&#39;s full name"),
        ({"classification": "cosmic"}, "Choose the dossier&#39;s class"),
        ({"notes": "x" * 4001}, "at most 4000 characters"),
        ({"idempotency_key": ""}, "has lost its number"),
    ],
)
def test_founding_that_is_refused_keeps_what_was_typed(web: Web, changed: dict[str, str], words: str) -> None:
    """The sentence beside the field, the rest as it was."""
    answer = web.visitor("custodian").post("/dossiers", founding(contacts="Fiona Grant", **changed))
    assert answer.status_code == 400
    assert words in answer.text
    assert "Fiona Grant" in answer.text


@pytest.mark.parametrize("login", ["author", "borrower", "approver"])
def test_only_custodians_found_dossiers(web: Web, login: str) -> None:
    """By qualification: no link, no form, no dossier."""
    visitor = web.visitor(login)
    assert "/dossiers/new" not in visitor.get("/dossiers").text
    assert visitor.get("/dossiers/new").status_code == 403
    assert visitor.post("/dossiers", founding()).status_code == 403
