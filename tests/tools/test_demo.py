"""The demonstration company is filled as ``make demo`` fills it, with a few of its dossiers, and works from there."""

from __future__ import annotations

from pathlib import Path

from tests.company import open_company_vault
from tools.demo.__main__ import ANCHOR, PASSWORD, _write_config
from tools.demo.company import dossiers
from tools.demo.filling import DESK, fill
from vault.leaving.showing import list_leavings, show_handovers
from vault.model import Actor
from vault.people.signing_in import sign_in
from vault.people.teams import list_teams
from vault.policymaking.showing import show_desk
from vault.requests.listing import list_requests
from vault.trail.verifying import verify_trail


def test_company_is_filled_and_something_waits_for_everybody(tmp_path: Path) -> None:
    """Every use case of it goes through, the trail of it verifies, and each role finds what its screens are for."""
    vault = open_company_vault(_write_config(tmp_path, 8700))
    english, chinese = dossiers()[:2], dossiers()[6:8]

    fill(vault, password=PASSWORD, progress=lambda words, done, steps: None, planned=[*english, *chinese])

    def at(login: str) -> Actor:
        return sign_in(vault, login=login, password=PASSWORD, place=DESK, user_agent="tests").actor

    assert [row.members for row in list_teams(vault, at("admin"))] == [2]
    assert len(show_desk(vault, at("priya")).waiting) == 1
    assert len(list_leavings(vault, at("tomas"))) == 1
    assert show_handovers(vault, at("beatrice")).waiting
    requests = list_requests(vault, at("zhaogl"))
    assert (len(requests.to_review), len(requests.to_decide)) == (1, 1)
    assert list_requests(vault, at("henrik")).to_decide
    assert not verify_trail(vault, at("sunli")).findings
    assert {path.suffix for path in (tmp_path / ANCHOR).rglob("*") if path.is_file()} >= {".checkpoint"}
