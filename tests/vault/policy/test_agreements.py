"""Agreements as literal tables: what was answered, what was published since, whether a document of a class opens."""

from __future__ import annotations

import pytest

from vault.model import Classification, Duty, Office, PersonState
from vault.policy.agreements import (
    Answer,
    Audience,
    Language,
    LastAnswer,
    Position,
    Terms,
    is_accepted,
    is_asked,
    must_be_material,
    position_of,
)

INTERNAL, CONFIDENTIAL = Classification.INTERNAL, Classification.CONFIDENTIAL
SECRET, TOP_SECRET = Classification.SECRET, Classification.TOP_SECRET

# what was last answered | versions in force and last material | class in its scope -> class beyond it
OPENS = """
nothing     v1 from 1   closed opens
accepted 1  v1 from 1   opens  opens
declined 1  v1 from 1   closed opens
accepted 1  v2 from 1   opens  opens
declined 1  v2 from 1   closed opens
accepted 1  v2 from 2   closed opens
declined 1  v2 from 2   closed opens
accepted 2  v2 from 2   opens  opens
accepted 2  v2 from 1   opens  opens
declined 2  v2 from 1   closed opens
accepted 1  v3 from 2   closed opens
accepted 2  v3 from 2   opens  opens
accepted 3  v3 from 2   opens  opens
nothing     v3 from 1   closed opens
"""


def cases() -> list[tuple[LastAnswer | None, Terms, bool, bool]]:
    rows = []
    for line in OPENS.strip().splitlines():
        said, version, _from, asked_from, within, beyond = line.replace("nothing ", "nothing 0 ").rsplit(None, 5)
        word, number = said.split()
        last = None if word == "nothing" else LastAnswer(int(number), Answer(word))
        terms = Terms(int(version[1:]), int(asked_from), Audience.BORROWERS, frozenset({CONFIDENTIAL, SECRET}))
        rows.append((last, terms, within == "opens", beyond == "opens"))
    return rows


@pytest.mark.parametrize(("last", "terms", "within", "beyond"), cases())
def test_answer_and_versions_decide_as_the_table_says(
    last: LastAnswer | None, terms: Terms, within: bool, beyond: bool
) -> None:
    """An acceptance holds until a material version follows it, for the classes that the agreement covers."""
    assert [is_accepted([(terms, last)], each) for each in (CONFIDENTIAL, SECRET)] == [within, within]
    assert [is_accepted([(terms, last)], each) for each in (INTERNAL, TOP_SECRET)] == [beyond, beyond]


def test_every_agreement_that_covers_the_class_must_be_accepted() -> None:
    """Two agreements, one accepted: what the other covers stays closed."""
    general = Terms(1, 1, Audience.BORROWERS, frozenset({INTERNAL, SECRET}))
    special = Terms(1, 1, Audience.BORROWERS, frozenset({SECRET}))
    held = LastAnswer(1, Answer.ACCEPTED)
    assert is_accepted([(general, held), (special, None)], INTERNAL)
    assert not is_accepted([(general, held), (special, None)], SECRET)
    assert is_accepted([(general, held), (special, held)], SECRET)


def test_nothing_published_asks_nothing() -> None:
    """No agreement, no gate."""
    assert is_accepted([], TOP_SECRET)


@pytest.mark.parametrize(
    ("last", "position"),
    [
        (None, Position.UNANSWERED),
        (LastAnswer(1, Answer.ACCEPTED), Position.OUTDATED),
        (LastAnswer(1, Answer.DECLINED), Position.OUTDATED),
        (LastAnswer(2, Answer.DECLINED), Position.DECLINED),
        (LastAnswer(2, Answer.ACCEPTED), Position.ACCEPTED),
        (LastAnswer(3, Answer.ACCEPTED), Position.ACCEPTED),
    ],
)
def test_position_tells_who_never_answered_from_who_is_asked_again(last: LastAnswer | None, position: Position) -> None:
    """Version 3 in force, version 2 the last material one."""
    assert position_of(Terms(3, 2, Audience.STAFF, frozenset({SECRET})), last) is position


@pytest.mark.parametrize(
    ("audience", "classes", "is_material"),
    [
        (Audience.STAFF, {SECRET}, False),
        (Audience.BORROWERS, {SECRET}, False),
        (Audience.STAFF, set(), False),
        (Audience.STAFF, {SECRET, INTERNAL}, True),
        (Audience.STAFF, {INTERNAL}, True),
        (Audience.EVERYBODY, {SECRET}, True),
    ],
)
def test_wider_version_is_material_whatever_was_marked(
    audience: Audience, classes: set[Classification], is_material: bool
) -> None:
    """After one for staff that covers secret dossiers: nobody is bound to more by silence."""
    before = (Audience.STAFF, frozenset({SECRET}))
    assert must_be_material(audience=audience, classes=frozenset(classes), before=before) is is_material


def test_first_version_is_material() -> None:
    """There is nothing that anybody could have accepted before."""
    assert must_be_material(audience=Audience.BORROWERS, classes=frozenset(), before=None)


ASKED = {
    # audience: borrower, other staff, administrator, security officer, auditor
    Audience.BORROWERS: (True, False, False, False, False),
    Audience.STAFF: (True, True, False, False, False),
    Audience.EVERYBODY: (True, True, True, True, True),
}


@pytest.mark.parametrize("audience", list(Audience))
def test_audience_asks_whom_the_table_says(audience: Audience) -> None:
    """Each wider audience includes the narrower ones, and nobody suspended is asked."""
    people = (
        (Office.STAFF, frozenset({Duty.BORROWER, Duty.AUTHOR})),
        (Office.STAFF, frozenset({Duty.CUSTODIAN})),
        (Office.ADMINISTRATOR, frozenset[Duty]()),
        (Office.SECURITY_OFFICER, frozenset[Duty]()),
        (Office.AUDITOR, frozenset[Duty]()),
    )
    terms = Terms(1, 1, audience, frozenset({SECRET}))
    active, suspended = (
        tuple(is_asked(terms, office=office, qualifications=duties, state=state) for office, duties in people)
        for state in (PersonState.ACTIVE, PersonState.SUSPENDED)
    )
    assert active == ASKED[audience]
    assert not any(suspended)


@pytest.mark.parametrize(("locale", "language"), [("en", "en"), ("zh_Hans_CN", "zh-Hans"), ("zh", "zh-Hans")])
def test_locale_leads_to_one_of_the_languages(locale: str, language: str) -> None:
    """Every person reads one of the languages that a version has."""
    assert Language.of_locale(locale).value == language
