"""The vocabulary: every event has its grammar, its sentence and its line in the documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vault.ledger.bundle import verify
from vault.ledger.entry import Entry
from vault.ledger.events import (
    ANSWERING_ONCE,
    INTENT_OF,
    MADE_BY_SEQUENCER,
    RESULTS_OF,
    SAYING_SO,
    Event,
    Outcome,
)

SPEC = Path(__file__).parents[3] / "docs/spec/trail.md"
# object.past_verb; the two that ledgers have always called otherwise are listed below
GRAMMAR = re.compile(r"[a-z]+\.(?:[a-z]+_)*(?:[a-z]+ed|made|read|withdrawn|grown|set|given|left|lent)")
NAMED_OTHERWISE = {Event.DAY_CLOSE, Event.TRAIL_GENESIS}
ROW = re.compile(r"^\| `([a-z_.]+)` \| (.+?) \|$", flags=re.MULTILINE)


def documented() -> dict[str, str]:
    """What docs/spec/trail.md says of events and outcomes, by name."""
    return dict(ROW.findall(SPEC.read_text(encoding="utf-8")))


@pytest.mark.parametrize("event", Event, ids=lambda event: event.value)
def test_event_says_what_happened_to_what(event: Event) -> None:
    """object.past_verb, in lower case."""
    assert GRAMMAR.fullmatch(event.value) or event in NAMED_OTHERWISE


@pytest.mark.parametrize("event", Event, ids=lambda event: event.value)
def test_event_fits_the_column_and_its_constant(event: Event) -> None:
    """The database keeps 32 characters, and code names it as the trail does."""
    assert len(event.value) <= 32
    assert event.name == event.value.replace(".", "_").upper()


@pytest.mark.parametrize("event", Event, ids=lambda event: event.value)
def test_event_is_documented_by_its_sentence(event: Event) -> None:
    """docs/spec/trail.md lists every event with the sentence that the code has."""
    assert documented().get(event.value) == event.sentence


def test_nothing_else_is_documented_as_event_or_outcome() -> None:
    """A name that was taken out of the code must not stay in the documentation."""
    assert documented().keys() == {event.value for event in Event} | {outcome.value for outcome in Outcome}


def test_sentences_are_sentences_and_no_two_alike() -> None:
    """A reader can tell the events apart by what is shown."""
    sentences = [event.sentence for event in Event]

    assert all(re.fullmatch(r"[A-Z].+\.", sentence) for sentence in sentences)
    assert len(set(sentences)) == len(sentences)


def test_results_are_no_intents() -> None:
    """An intent is answered by something that asks for no answer itself."""
    answers = {result for results in RESULTS_OF.values() for result in results}

    assert answers
    assert not answers & RESULTS_OF.keys()
    assert not MADE_BY_SEQUENCER & (answers | RESULTS_OF.keys())


def test_result_answers_one_kind_of_intent() -> None:
    """So that a result of one kind never closes what waits for another; the verifier in bundles has the same table."""
    assert sum(map(len, RESULTS_OF.values())) == len(INTENT_OF)
    assert {intent.value: {result.value for result in results} for intent, results in RESULTS_OF.items()} == {
        intent: set(results) for intent, results in verify.RESULTS_OF.items()
    }
    assert {event.value for event in SAYING_SO} == verify.SAYING_SO
    assert {event.value for event in ANSWERING_ONCE} == verify.ANSWERING_ONCE


def test_entry_says_nothing_by_default() -> None:
    """Whoever records says who, where and why; nothing is filled in."""
    entry = Entry(Event.VAULT_SEALED, Outcome.SUCCESS)

    assert (entry.actor, entry.subject_person, entry.place, entry.reason, entry.intent) == (None,) * 5
    assert dict(entry.details) == {}
