"""Words of exports: every one that a format may ask for is there, in both languages."""

from __future__ import annotations

import re

import pytest

from gateway.export_words import COLUMNS, ScreenWords
from gateway.labels import LABELS
from tests.company import Company, set_policy
from vault.ledger.events import Event, Outcome
from vault.model import Classification, PlaceSource, ReasonCategory
from vault.policy.document import ClassPolicy, Policy
from vault.policymaking.naming import lasting_titles
from vault.trail.exports import table
from vault.trail.query import Field, Term, TrailQuery
from vault.trail.querying import QueryNames


@pytest.fixture(scope="module")
def words() -> ScreenWords:
    return ScreenWords()


def test_each_column_has_words_and_no_words_are_left_over() -> None:
    """A column without a header would stop a worker in the middle of an export."""
    assert COLUMNS.keys() == {column.name for column in table.COLUMNS}


def test_each_value_is_said_in_both_languages(words: ScreenWords) -> None:
    """The words of the screens, without a request."""
    for kind in (Event, Outcome, PlaceSource, ReasonCategory):
        for value in kind:
            english, chinese = (words.value(value, locale=locale) for locale in ("en", "zh_Hans_CN"))
            assert english
            assert chinese
            assert english != chinese
            assert english.isascii()
    assert words.value(Event.VIEW_OPENED, locale="en") == LABELS[Event.VIEW_OPENED]._args[0]


def test_class_is_called_as_the_policy_says(company: Company) -> None:
    """In a report that takes a while it is looked up again, yet not for every row."""
    named = ScreenWords(lasting_titles(company.vault))
    assert named.value(Classification.SECRET, locale="en") == "Secret"
    set_policy(company, Policy(classes={"secret": ClassPolicy(name_en="Crown", name_zh="核心")}))

    fresh = ScreenWords(lasting_titles(company.vault))
    assert fresh.value(Classification.SECRET, locale="zh_Hans_CN") == "核心"
    assert named.value(Classification.INTERNAL, locale="zh_Hans_CN") == "内部"


def test_events_and_families_are_asked_for_in_words_with_what_was_typed_behind(words: ScreenWords) -> None:
    """Every family that there is, as on the screen."""
    families = {f"{event.value.partition('.')[0]}.*" for event in Event}
    query = TrailQuery(Term(Field.EVENT, tuple(sorted(families))))
    for locale, form in (("en", r"[A-Z][a-z -]+ \({}\)"), ("zh_Hans_CN", r"[一-鿿]+（{}）")):
        [said] = words.query(query, QueryNames(), locale=locale, timezone="UTC")
        for family in families:
            assert re.search(form.format(re.escape(family)), said), (family, said)
    both = TrailQuery(Term(Field.EVENT, ("view.*", "copy.released")))
    assert words.query(both, QueryNames(), locale="en", timezone="UTC") == [
        "Event: Views (view.*), Copy released (copy.released)"
    ]
