"""The usual questions beside a search: each finds what its name says, and nothing else."""

from __future__ import annotations

import datetime as dt

import pytest
from flask_babel.speaklater import LazyString

from gateway.trail_presets import Preset, presets_of
from tests.company import Company
from vault.clock import FixedClock
from vault.database.engine import transaction
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.model import EntryId, PersonId
from vault.trail.query import Field, Term, TrailQuery
from vault.trail.querying import settle_conditions
from vault.trail.searching import search_trail

DOSSIER = "d" + "q" * 26
DOCUMENT = "f" + "q" * 26
NIGHT = dt.timedelta(hours=6)
Found = set[tuple[str, str, str]]
VIEWED: Found = {("borrower", "view.opened", "success"), ("borrower", "page.read", "success")}
COPIED: Found = {("other", "copy.released", "success")}
FAILED: Found = {("other", "copy.failed", "failed")}


def note(
    company: Company, login: str, event: Event, outcome: Outcome = Outcome.SUCCESS, *, intent: EntryId | None = None
) -> EntryId:
    """An entry about the one document, or of the trail."""
    view = f"w{login[:6]:a<26}" if event in {Event.VIEW_OPENED, Event.VIEW_KEYED} else ""
    about = {} if login == "auditor" else {"dossier": DOSSIER, "document": DOCUMENT, "view": view}
    entry = Entry(event, outcome, actor=PersonId(company.ids[login]), intent=intent, **about)
    with transaction(company.vault.engine) as tx:
        return company.vault.recorder.append(tx, entry)


@pytest.fixture
def lived(company: Company, clock: FixedClock) -> Company:
    """Viewed in the afternoon, copied in the afternoon and refused; at night one more view that was never answered."""
    opened = note(company, "borrower", Event.VIEW_OPENED)
    note(company, "borrower", Event.VIEW_KEYED, intent=opened)
    note(company, "borrower", Event.PAGE_READ)
    note(company, "other", Event.COPY_PREPARED)
    note(company, "other", Event.COPY_RELEASED)
    note(company, "other", Event.COPY_FAILED, Outcome.FAILED)
    note(company, "stranger", Event.VIEW_DENIED, Outcome.DENIED)
    note(company, "stranger", Event.COPY_RELEASED, Outcome.DENIED)
    note(company, "custodian", Event.DOCUMENT_FILED)
    note(company, "auditor", Event.TRAIL_EXPORTED)
    note(company, "auditor", Event.EVIDENCE_PACKED)
    company.sequence()
    clock.advance(NIGHT)
    note(company, "custodian2", Event.VIEW_OPENED)
    company.sequence()
    clock.advance(NIGHT)
    return company


def question(name: str, *asked: Term) -> TrailQuery:
    """The query of the question that has this name beside a search for these."""
    [found] = [each for each in presets_of(TrailQuery(*asked), timezone="Asia/Shanghai") if is_called(each, name)]
    return found.query


def is_called(preset: Preset, name: str) -> bool:
    assert isinstance(preset.name, LazyString)
    return str(preset.name) == name


def found_by(company: Company, query: TrailQuery) -> Found:
    """Who, what and how it ended, of what the fixture recorded."""
    logins = {person_id: login for login, person_id in company.ids.items()}
    settled = settle_conditions(company.vault, query)
    rows = search_trail(company.vault, company.at_keyboard("auditor"), query=settled, limit=200).rows
    recorded = [row for row in rows if row.document_id == DOCUMENT or row.actor_id == company.ids["auditor"]]
    return {
        (logins[row.actor_id], row.event.value, row.outcome.value)
        for row in recorded
        if row.event is not None and row.outcome is not None
    }


@pytest.mark.parametrize(("field", "value"), [(Field.DOCUMENT, DOCUMENT), (Field.DOSSIER, DOSSIER)])
def test_everyone_who_saw_it_took_a_copy_or_viewed(lived: Company, field: Field, value: str) -> None:
    """Who took only a copy is there; who was refused either, or filed it, is not."""
    found = found_by(lived, question("Everyone who saw it", Term(field, (value,))))

    assert found == VIEWED | COPIED | FAILED | {("custodian2", "view.opened", "success")}


@pytest.mark.parametrize(
    ("login", "seen"), [("borrower", VIEWED), ("other", COPIED | FAILED), ("stranger", set()), ("custodian", set())]
)
def test_all_they_saw_holds_views_and_copies(lived: Company, login: str, seen: Found) -> None:
    """Of this person alone, and nothing that they were refused."""
    for field in (Field.PERSON, Field.ACTOR):
        assert found_by(lived, question("All they saw", Term(field, (lived.ids[login],)))) == seen


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Views", VIEWED | {("custodian2", "view.opened", "success")}),
        (
            "Marked copies",
            COPIED | FAILED | {("other", "copy.prepared", "success"), ("stranger", "copy.released", "denied")},
        ),
        ("Denied", {("stranger", "view.denied", "denied"), ("stranger", "copy.released", "denied")}),
        ("Out of hours", {("custodian2", "view.opened", "success")}),
        ("Without a result", {("custodian2", "view.opened", "success")}),
        ("Exports of the trail", {("auditor", "trail.exported", "success"), ("auditor", "evidence.packed", "success")}),
    ],
)
def test_general_question_finds_what_it_is_called_after(lived: Company, name: str, expected: Found) -> None:
    """All of it and nothing else of that day."""
    assert found_by(lived, question(name)) == expected


def test_question_stays_within_the_time_asked_for(lived: Company) -> None:
    """From the evening on there is one view; whose search it was about is not asked again."""
    evening = TrailQuery(since=lived.vault.clock.now() - NIGHT - dt.timedelta(minutes=1))

    assert found_by(lived, question("Views", *evening.terms, Term(Field.EVENT, ("document.filed",)))) == {
        ("custodian2", "view.opened", "success")
    }


def test_person_and_document_are_asked_about_only_where_there_is_one() -> None:
    """Of two people nobody could say whose views are meant."""
    names = [str(each.name) for each in presets_of(TrailQuery(), timezone="UTC")]
    several = [str(each.name) for each in presets_of(TrailQuery(Term(Field.PERSON, ("a", "b"))), timezone="UTC")]

    assert names == several
    assert not {"All they saw", "Everyone who saw it"} & set(names)
