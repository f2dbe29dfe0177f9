"""Queries: what words stand for, and what a leaf may say of them for ever."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tests.company import Company
from tests.vault.people.test_accounts import DRAFT
from vault.database.engine import reading
from vault.errors import AccessDenied, InputError
from vault.people.accounts import create_person
from vault.trail.querying import TrailQuery, criteria_of, facts_of, name_query, settle_query

NOON = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)


def settled(company: Company, **words: object) -> TrailQuery:
    return settle_query(company.vault, company.at_keyboard("auditor"), query=TrailQuery(**words))  # type: ignore[arg-type]


def reference_of(company: Company) -> str:
    with reading(company.vault.engine) as tx:
        return str(tx.exec_driver_sql("SELECT reference FROM dossiers").scalar_one())


@pytest.mark.parametrize("words", ["borrower", " BORROWER ", "N-0002", "王晓明", " 王晓明  "])
def test_words_for_a_person_become_their_id(company: Company, words: str) -> None:
    """Login, staff number and whole name."""
    assert settled(company, person=words).person == company.ids["borrower"]


def test_id_stands_for_itself(company: Company) -> None:
    """Also of somebody who is not in the register: their entries are still there."""
    gone = "p" + "a" * 26

    assert settled(company, person=gone).person == gone


@pytest.mark.parametrize("words", ["nobody", "王", "%", "\x00", "borrower' or '1'='1", "x" * 5000])
def test_unknown_person_is_said(company: Company, words: str) -> None:
    """Rather than an empty answer that looks like innocence."""
    with pytest.raises(InputError, match=r"trail\.person$"):
        settled(company, person=words)


def test_two_people_of_one_name_are_not_mixed(company: Company) -> None:
    """The auditor is asked which of them."""
    create_person(company.vault, company.at_keyboard("admin"), draft=replace(DRAFT, name="王晓明"))

    with pytest.raises(InputError, match=r"trail\.person_ambiguous"):
        settled(company, person="王晓明")


def test_reference_becomes_the_dossiers_id(company: Company) -> None:
    """In any case; an id stays what it is."""
    reference = reference_of(company)

    assert settled(company, dossier=reference.lower()).dossier == company.dossier_id
    assert settled(company, dossier=company.dossier_id).dossier == company.dossier_id


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"dossier": "D1999-00001"}, "trail.dossier"),
        ({"dossier": "\x00"}, "trail.dossier"),
        ({"document": "offer.txt"}, "trail.document"),
        ({"document": "w" + "a" * 26}, "trail.document"),
        ({"view": "f" + "a" * 26}, "trail.view"),
        ({"event": "view.stolen"}, "trail.event"),
        ({"outcome": "maybe"}, "trail.outcome"),
        ({"since": NOON, "until": NOON}, "trail.times"),
    ],
)
def test_what_is_unknown_or_formed_wrongly_is_said(company: Company, words: dict[str, object], code: str) -> None:
    """Each by its own code."""
    with pytest.raises(InputError) as refused:
        settled(company, **words)

    assert refused.value.code == code


def test_id_may_be_typed_from_paper(company: Company) -> None:
    """With capitals and spaces, as somebody reads it out."""
    spelt = " ".join(company.document_id.upper()[start : start + 9] for start in range(0, 27, 9))

    assert settled(company, document=spelt).document == company.document_id


def test_only_an_auditor_settles_and_names_queries(company: Company) -> None:
    """It says who has which name."""
    for login in ("borrower", "admin", "officer"):
        with pytest.raises(AccessDenied):
            settle_query(company.vault, company.at_keyboard(login), query=TrailQuery())
        with pytest.raises(AccessDenied):
            name_query(company.vault, company.at_keyboard(login), query=TrailQuery())


def test_ids_of_a_query_have_names(company: Company) -> None:
    """For showing it; what is gone has none."""
    query = TrailQuery(person=company.ids["borrower"], dossier=company.dossier_id)
    names = name_query(company.vault, company.at_keyboard("auditor"), query=query)

    assert (names.person, names.staff_number, names.dossier) == ("王晓明", "N-0002", reference_of(company))
    gone = TrailQuery(person="p" + "a" * 26, dossier="d" + "a" * 26)
    assert name_query(company.vault, company.at_keyboard("auditor"), query=gone).person == ""


def test_leaf_of_a_search_says_that_a_person_was_named_and_not_whom() -> None:
    """It stands readable for ever; words that are no id could be a customer's name."""
    query = TrailQuery(
        person="王晓明", event="view.opened", document="offer for Vale", dossier="d" + "a" * 26, since=NOON
    )

    assert facts_of(query) == {
        "event": "view.opened",
        "dossier": "d" + "a" * 26,
        "by_document": 1,
        "since": "2026-11-24T12:00:00.000Z",
        "by_person": 1,
    }


def test_unknown_words_match_nothing_where_nobody_settles_them(company: Company) -> None:
    """The command line's query goes straight to the search."""
    with reading(company.vault.engine) as tx:
        assert criteria_of(tx, TrailQuery(person="nobody")).persons == ()
        assert criteria_of(tx, TrailQuery(dossier="D1999-00001")).dossier == "D1999-00001"
