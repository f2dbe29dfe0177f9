"""Searching by the version of the policy that each entry names: exact at the borders, on both databases."""

from __future__ import annotations

import pytest

from tests.company import Company
from tests.vault.policymaking.test_changing_by_two import approve, propose
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.policy.document import Policy
from vault.recording import record
from vault.trail import criteria
from vault.trail.querying import parse_query
from vault.trail.searching import search_trail


@pytest.fixture
def governed(any_company: Company, monkeypatch: pytest.MonkeyPatch) -> Company:
    """Two entries under each of the versions 0 to 3, in force one after the other by two people's decision."""
    monkeypatch.setattr(criteria, "SLACK", 2)  # of a trail that is a little longer than this one
    for version in range(4):
        if version:
            approve(any_company, propose(any_company, Policy(views=version)))
        for _number in range(2):
            record(any_company.vault, Entry(Event.REQUEST_MADE, Outcome.SUCCESS, code=f"v{version}"))
        for _number in range(4):
            record(any_company.vault, Entry(Event.REQUEST_WITHDRAWN, Outcome.SUCCESS))
    any_company.sequence()
    return any_company


def found(company: Company, line: str) -> list[str]:
    """Under which versions the entries were made that it finds, newest first."""
    query = parse_query(f"{line} event:request.made", "UTC", now=company.vault.clock.now())
    page = search_trail(company.vault, company.at_keyboard("auditor"), query=query)
    return [row.code for row in page.rows]


@pytest.mark.parametrize(
    ("line", "versions"),
    [
        ("policy:2", "22"),
        ("policy:0", "00"),
        ("policy:1..2", "2211"),
        ("policy:2..", "3322"),
        ("policy:..1", "1100"),
        ("policy:0,3", "3300"),
        ("-policy:1", "332200"),
        ("-policy:1..3", "00"),
        ("-policy:0,3", "2211"),
        ("policy:7", ""),
        ("policy:1.. -policy:2", "3311"),
    ],
)
def test_entries_are_found_by_the_version_that_they_name(governed: Company, line: str, versions: str) -> None:
    """Exactly, whatever lies around the changes."""
    assert found(governed, line) == [f"v{each}" for each in versions]


def test_it_needs_no_key(governed: Company) -> None:
    """A version is no personal value: a sealed vault answers."""
    governed.vault.seal()
    assert found(governed, "policy:3") == ["v3", "v3"]
