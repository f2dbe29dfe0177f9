"""Queries: what words stand for, and what a leaf may say of them for ever."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tests.company import Company
from tests.vault.people.test_accounts import DRAFT
from vault.database.engine import reading
from vault.database.trail_criteria import Choice, SearchCriteria
from vault.errors import AccessDenied, InputError
from vault.people.accounts import create_person
from vault.trail.querying import (
    QueryNames,
    TrailQuery,
    criteria_of,
    facts_of,
    name_query,
    parse_query,
    person_asked_for,
    settle_query,
)

NOON = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)


def asked(line: str) -> TrailQuery:
    return parse_query(line, "Asia/Shanghai", now=NOON)


def settled(company: Company, terms: str = "", **words: object) -> TrailQuery:
    query = TrailQuery(*asked(terms).terms, **words)  # type: ignore[arg-type]
    return settle_query(company.vault, company.at_keyboard("auditor"), query=query)


def reference_of(company: Company) -> str:
    with reading(company.vault.engine) as tx:
        return str(tx.exec_driver_sql("SELECT reference FROM dossiers").scalar_one())


@pytest.mark.parametrize("words", ["borrower", " BORROWER ", "N-0002", "王晓明", " 王晓明  "])
def test_words_for_a_person_become_their_id(company: Company, words: str) -> None:
    """Login, staff number and whole name."""
    assert settled(company, person=words) == TrailQuery(person=company.ids["borrower"])


def test_id_stands_for_itself(company: Company) -> None:
    """Also of somebody who is not in the register: their entries are still there."""
    gone = "p" + "a" * 26

    assert settled(company, person=gone) == TrailQuery(person=gone)


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

    for words in (reference.lower(), company.dossier_id):
        assert settled(company, dossier=words) == TrailQuery(dossier=company.dossier_id)


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


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        ("event:view.* person:auditor,nobody", "trail.person", 29),
        ("-dossier:D1999-1", "trail.dossier", 10),
        ('place:"Head office","On the moon"', "trail.place", 21),
    ],
)
def test_words_that_stand_for_nothing_are_pointed_at(company: Company, line: str, code: str, column: int) -> None:
    """Of several, the one that is unknown."""
    auditor = company.at_keyboard("auditor")
    typed = parse_query(line, "UTC", now=company.vault.clock.now())
    with pytest.raises(InputError) as refused:
        settle_query(company.vault, auditor, query=typed)

    assert (refused.value.code, refused.value.params["column"]) == (code, column)


def test_id_may_be_typed_from_paper(company: Company) -> None:
    """With capitals and spaces, as somebody reads it out."""
    spelt = " ".join(company.document_id.upper()[start : start + 9] for start in range(0, 27, 9))

    assert settled(company, document=spelt) == TrailQuery(document=company.document_id)


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

    assert names == QueryNames(
        people={company.ids["borrower"]: ("王晓明", "N-0002")}, dossiers={company.dossier_id: reference_of(company)}
    )
    gone = TrailQuery(person="p" + "a" * 26, dossier="d" + "a" * 26)
    assert name_query(company.vault, company.at_keyboard("auditor"), query=gone) == QueryNames()


def test_place_is_a_network_that_is_known(company: Company) -> None:
    """In any case; another is said, since what people declared is asked for by another word."""
    assert settled(company, terms='place:"head OFFICE"') == asked('place:"Head office"')
    with pytest.raises(InputError, match=r"trail\.place") as refused:
        settled(company, terms="event:view.* place:Nowhere")
    assert refused.value.params["column"] == 20


def test_each_of_several_people_is_settled(company: Company) -> None:
    """Alternatives and what must not hold alike; the one that is unknown is refused where it was typed."""
    query = settled(company, terms="actor:borrower,N-0005 -subject:王晓明")

    ids = company.ids
    assert query == asked(f"actor:{ids['borrower']},{ids['custodian']} -subject:{ids['borrower']}")
    with pytest.raises(InputError, match=r"trail\.person ") as refused:
        settled(company, terms="event:page.read  -actor:nobody")
    assert refused.value.params["column"] == 25


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


def test_leaf_of_a_search_says_its_structure_and_none_of_its_words() -> None:
    """What must not hold, alternatives, ranges; people, sessions, places and words only as having been asked for."""
    query = asked(
        'actor:wang -actor:lee event:view.*,page.read -outcome:success reason:offer,"Vale Ltd" case:V-17 place:"Hotel" '
        f"declared:hotel address:10.1.2.3 session:s{'a' * 26} -event:page.read event:view.opened "
        "index:5..9 is:out_of_hours"
    )

    facts = facts_of(query)

    assert facts == {
        "by_actor": 1,
        "not_by_actor": 1,
        "event": "view.*,page.read",
        "not_outcome": "success",
        "reason": "offer",
        "by_reason": 1,
        "by_case": 1,
        "by_place": 1,
        "by_declared": 1,
        "by_address": 1,
        "by_session": 1,
        "not_event": "page.read",
        "event_2": "view.opened",
        "indexes": "5..9",
        "is": "out_of_hours",
        "zone": "Asia/Shanghai",
    }


def test_one_person_asked_for_is_known_and_several_are_not(company: Company) -> None:
    """However they are asked for; whoever is left out was not asked for."""
    wang, lee = "p" + "a" * 26, "p" + "b" * 26
    with reading(company.vault.engine) as tx:
        for line, person in (
            (f"actor:{wang}", wang),
            (f"person:{wang} -actor:{lee}", wang),
            (f"actor:{wang} subject:{lee}", None),
            (f"-person:{wang}", None),
            ("event:view.*", None),
        ):
            assert person_asked_for(criteria_of(tx, asked(line))) == person


def test_unknown_words_match_nothing_where_nobody_settles_them(company: Company) -> None:
    """Such a query goes straight to the search; what is excluded excludes nothing."""
    with reading(company.vault.engine) as tx:
        assert criteria_of(tx, TrailQuery(person="nobody")) == SearchCriteria(persons=())
        assert criteria_of(tx, TrailQuery(dossier="D1999-00001")) == SearchCriteria(dossier="D1999-00001")


def test_outcomes_left_out_become_those_that_are_left(company: Company) -> None:
    """Denied and failed are seldom, and have an index; that it did not succeed is in no index."""
    with reading(company.vault.engine) as tx:
        [choice] = criteria_of(tx, asked("-outcome:success")).choices

    assert choice == Choice(("outcome",), ("denied", "failed"))


def test_hours_are_those_of_the_zone_through_its_changes(company: Company) -> None:
    """London's clock goes back on 25 October 2026; what holds newest stands first."""
    with reading(company.vault.engine) as tx:
        [clock] = criteria_of(tx, parse_query("hours:22..6", "Europe/London", now=NOON)).clocks
        [other] = criteria_of(tx, asked("hours:22..6")).clocks

    newest, before, *_older = clock.offsets
    assert newest == (int(dt.datetime(2026, 10, 25, 1, tzinfo=dt.UTC).timestamp() * 1000), 0)
    assert before == (int(dt.datetime(2026, 3, 29, 1, tzinfo=dt.UTC).timestamp() * 1000), 3_600_000)
    assert [offset for _moment, offset in other.offsets] == [8 * 3_600_000]
    assert (clock.begin, clock.end) == (22 * 60, 6 * 60)
