"""The auditor's whole way on SQLite and on PostgreSQL: search, entry, export, verification, and hostile words."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest

from tests.company import Company
from tests.vault.trail.exports.making_exports import ORIGIN, exported, signing_public
from vault.errors import InputError
from vault.ledger.export import verify_export
from vault.trail.querying import TrailQuery, settle_query
from vault.trail.running_verification import start_verification
from vault.trail.searching import Proof, search_trail, show_entry


@pytest.fixture
def company_on(any_company: Company) -> Company:
    return any_company


def test_search_entry_export_and_verification_agree(company_on: Company) -> None:
    """What is found is proven, exported and sound."""
    vault, auditor = company_on.vault, company_on.at_keyboard("auditor")
    query = settle_query(vault, auditor, query=TrailQuery(person="borrower"))
    found = search_trail(vault, auditor, query=query).rows

    assert found
    assert show_entry(vault, auditor, index=found[0].index).proof is Proof.SIGNED
    lines = exported(company_on, query=query).splitlines(keepends=True)
    assert (
        verify_export(lines, origin=ORIGIN, public=signing_public(company_on)) == len(found) + 1
    )  # the search is about that person, too
    company_on.sequence()
    running = start_verification(vault, auditor, turn=threading.BoundedSemaphore(1))
    list(running.steps())
    assert running.report().findings == ()


def test_trail_that_grows_while_it_is_verified_stays_sound(company_on: Company) -> None:
    """A verification sees one state, on either database."""
    vault, auditor = company_on.vault, company_on.at_keyboard("auditor")
    stop = threading.Event()

    def go_on() -> None:
        while not stop.is_set():
            search_trail(vault, auditor, query=TrailQuery())
            company_on.sequence()

    busy = threading.Thread(target=go_on)
    busy.start()
    try:
        for _ in range(5):
            running = start_verification(vault, auditor, turn=threading.BoundedSemaphore(1))
            list(running.steps())
            assert running.report().findings == ()
    finally:
        stop.set()
        busy.join()


@pytest.mark.parametrize("words", ["\x00", "a\x00b", "\ud7ff\ufffe", "x" * 100_000, "%' OR 1=1 --", "\u202e"])
def test_hostile_words_find_nothing_or_are_refused(company_on: Company, words: str) -> None:
    """A sentence or an empty answer; never a fault."""
    auditor = company_on.at_keyboard("auditor")
    for query in (TrailQuery(person=words), TrailQuery(dossier=words), TrailQuery(view=words)):
        with pytest.raises(InputError):
            settle_query(company_on.vault, auditor, query=query)
        with suppress(InputError):  # PostgreSQL holds no U+0000 to compare with
            assert search_trail(company_on.vault, auditor, query=query).rows == []
