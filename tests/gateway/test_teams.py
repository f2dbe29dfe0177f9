"""Teams on the screens: kept by the administrator, lent to by the custodian, looked up by the auditor."""

from __future__ import annotations

from tests.company import Company
from tests.gateway.test_trail import words
from tests.gateway.visitor import make_web


def test_team_from_its_creation_to_its_end(company: Company) -> None:
    """Each act leads back to the page that shows it."""
    web = make_web(company)
    admin, custodian, reader = web.visitor("admin"), web.visitor("custodian"), web.visitor("stranger")
    made = admin.post("/teams", {"name": "Sales North"})
    team = made.location.partition("?")[0]
    assert made.status_code == 303
    assert "Sales North" in words(admin.get("/teams"))
    stranger = company.person("stranger").id
    assert admin.post(f"{team}/members", {"person": stranger}).status_code == 303
    lending = f"/dossiers/{company.dossier_id}/teams"
    team_id = team.rpartition("/")[2]
    assert custodian.post(lending, {"team": team_id, "last_day": "2020-01-01"}).status_code == 400
    assert custodian.post(lending, {"team": team_id}).status_code == 303
    assert "Sales North 1 person" in words(custodian.get(lending))
    assert reader.get(f"/documents/{company.document_id}").status_code == 200
    assert "1 dossier is lent to it" in words(admin.get(team))
    assert admin.post(f"{team}/members/{stranger}/end").status_code == 303
    assert reader.get(f"/documents/{company.document_id}").status_code == 404
    assert admin.post(f"{team}/end").status_code == 303
    assert "There are no teams." in words(admin.get("/teams"))


def test_what_is_refused_keeps_what_was_typed(company: Company) -> None:
    admin = make_web(company).visitor("admin")
    admin.post("/teams", {"name": "Sales"})
    again = admin.post("/teams", {"name": "SALES"})
    assert again.status_code == 409
    assert "Another team has this name" in words(again)
    assert 'value="SALES"' in again.text


def test_auditor_looks_up_rights_from_the_summaries(company: Company) -> None:
    auditor = make_web(company).visitor("auditor")
    borrower = company.person("borrower").id
    assert f"/trail/people/{borrower}/access" in auditor.get(f"/trail/people/{borrower}").text
    page = words(auditor.get(f"/trail/dossiers/{company.dossier_id}/access"))
    assert "王晓明" in page
    assert "Borrower yes" in page
    assert "Borrower yes" in words(auditor.get(f"/trail/people/{borrower}/access"))
