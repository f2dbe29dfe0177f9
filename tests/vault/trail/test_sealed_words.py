"""Searching what stands sealed: candidates are opened, only what matches is shown, and nothing of it is kept."""

from __future__ import annotations

import datetime as dt
import itertools
import sqlite3

import pytest

from tests.company import Company
from tests.vault.trail import tampering
from tests.vault.trail.exports.making_exports import exported
from vault.errors import AccessDenied, InputError, Sealed
from vault.ledger import finding
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.model import Place, PlaceSource, Reason, ReasonCategory
from vault.recording import record
from vault.trail.hidden_words import hide_words, reveal_words
from vault.trail.querying import TrailQuery, parse_query
from vault.trail.searching import TrailPage, search_trail

HOTEL = Place(address="203.0.113.9", source=PlaceSource.DECLARED, declared="Hotel Straße, 上海")
OFFICE = Place(address="10.1.2.3", source=PlaceSource.ZONE, zone="Head office")
OFFER = Reason(ReasonCategory.OFFER, "Offer for Harrow, line four", "C-17")
OTHER = Reason(ReasonCategory.SERVICE_CASE, "The gauge of line five leaks", "S-2026-4")


@pytest.fixture
def told(company: Company) -> Company:
    """Four acts of the borrower with two reasons from two places."""
    for reason, place in itertools.product((OFFER, OTHER), (HOTEL, OFFICE)):
        borrower = company.at_keyboard("borrower")
        entry = Entry(Event.REQUEST_MADE, Outcome.SUCCESS, actor=borrower.person_id, place=place, reason=reason)
        record(company.vault, entry)
    company.sequence()
    return company


def asked(line: str) -> TrailQuery:
    return parse_query(line, "Asia/Shanghai", now=dt.datetime(2026, 11, 24, tzinfo=dt.UTC))


def search(company: Company, line: str, *, before: int | None = None, limit: int = 50) -> TrailPage:
    auditor = company.at_keyboard("auditor")
    return search_trail(company.vault, auditor, query=asked(f"{line} event:request.made"), before=before, limit=limit)


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ('reason:"LINE  four"', 2),
        ("reason:line", 4),
        ("reason:offer", 2),
        ("reason:service_case,harrow", 4),
        ('-reason:"line four"', 2),
        ("case:c-17", 2),
        ("case:4711", 0),
        ("declared:strasse", 2),
        ("declared:上海", 2),
        ("-declared:hotel", 2),
        ("address:203.0.113.0/24", 2),
        ("address:10.1.", 2),
        ("address:10.0.0.0/8 case:S-", 1),
        ('place:"Head office" reason:harrow', 1),
        ("source:declared -case:C-17", 1),
    ],
)
def test_words_are_found_whatever_their_case_and_width(told: Company, line: str, number: int) -> None:
    """By part of a text, by network, by what is left out; together with what the index knows."""
    page = search(told, line)

    assert len(page.rows) == number
    assert page.next_before is None
    assert page.bars is None or line == "reason:offer"


def test_what_is_opened_in_one_go_is_bounded_and_said(told: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says how far it came, and the next one goes on from there."""
    monkeypatch.setattr(finding, "_CHUNK", 1)
    monkeypatch.setattr(finding, "MOST_OPENED", 2)
    first = search(told, "case:C-17")
    assert first.rows == []
    assert first.searched_to == first.next_before is not None

    second = search(told, "case:C-17", before=first.next_before)
    assert len(second.rows) == 2


def test_sealed_vault_says_that_words_wait(told: Company) -> None:
    """A sentence instead of an empty answer, also for an export; what the index knows is found all the same."""
    told.vault.seal()

    with pytest.raises(Sealed, match=r"trail\.sealed_words"):
        search(told, "reason:line")
    assert len(search(told, "reason:offer").rows) == 2


def test_value_that_does_not_open_matches_nothing(told: Company) -> None:
    """And is left out by nothing."""
    tampering.run(told, "UPDATE trail_disclosures SET sealed = x'00'")

    assert search(told, "case:C-17").rows == []
    assert len(search(told, "-case:C-17").rows) == 4


def test_export_holds_exactly_what_the_words_find(told: Company) -> None:
    """Candidates that do not match are in no line of it."""
    lines = exported(told, query=asked("case:C-17 event:request.made")).splitlines()

    assert len(lines) == 3  # two entries and the checkpoint


def test_no_word_that_was_searched_or_opened_is_stored(told: Company) -> None:
    """Neither in the record of the search nor beside it."""
    search(told, 'reason:"Harrow" declared:"Straße" case:C-17')
    told.sequence()

    [path] = [entry[2] for entry in _databases(told)]
    with sqlite3.connect(path) as database:
        stored = "\n".join(database.iterdump()).casefold()
    assert "harrow" not in stored
    assert "straße" not in stored
    assert "c-17" not in stored


def _databases(company: Company) -> list[tuple[int, str, str]]:
    with company.vault.engine.connect() as connection:
        return [tuple(each) for each in connection.exec_driver_sql("PRAGMA database_list")]  # type: ignore[misc]


def test_words_in_an_address_open_in_their_session_alone(company: Company) -> None:
    """They are ciphertext, never the same twice; another session, an altered token and the keyboard get nothing."""
    mine, later = company.signed_in("auditor"), company.signed_in("auditor")
    token = hide_words(mine, 'reason:"Harrow"', random=company.vault.random)

    assert reveal_words(mine, token) == 'reason:"Harrow"'
    assert token != hide_words(mine, 'reason:"Harrow"', random=company.vault.random)
    keyboard = company.at_keyboard("auditor")
    for actor, altered in ((later, token), (mine, token[:-2] + "AA"), (mine, "x"), (keyboard, token)):
        with pytest.raises(InputError, match=r"trail\.words"):
            reveal_words(actor, altered)


def test_others_search_no_words(told: Company) -> None:
    """The office is asked for before anything is opened."""
    with pytest.raises(AccessDenied):
        search_trail(told.vault, told.at_keyboard("officer"), query=asked("reason:line"))
