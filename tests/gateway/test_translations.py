"""The Chinese catalogue is complete and current."""

from __future__ import annotations

import enum
import re

import pytest

from gateway import labels
from tools import translations as catalogue
from vault.database.document_queries import VersionState
from vault.database.request_queries import RequestState
from vault.model import Classification, Duty, Office, PersonState, PlaceSource, ReasonCategory

_PARAMETERS = re.compile(r"%\([a-z_]+\)s|\{[a-z_]+\}")


def test_po_file_holds_exactly_what_code_and_templates_say() -> None:
    """After a change of words: ``python -m tools.translations``."""
    assert catalogue.as_po(catalogue.updated()) == catalogue.PO.read_bytes()


def test_no_message_is_untranslated_or_a_guess() -> None:
    """Nobody reads half a language."""
    messages = [message for message in catalogue.stored() if message.id]
    assert [message.id for message in messages if not message.string or message.fuzzy or not all(message.string)] == []


def test_mo_file_is_compiled_from_the_po_file() -> None:
    """What is read is what was written."""
    assert catalogue.compiled() == catalogue.MO.read_bytes()


def test_translations_keep_every_parameter() -> None:
    """A figure left out of a translation is a figure that nobody sees."""
    for message in catalogue.stored():
        english = message.id if isinstance(message.id, str) else message.id[-1]
        chinese = message.string if isinstance(message.string, str) else message.string[0]
        if english:
            assert sorted(_PARAMETERS.findall(english)) == sorted(_PARAMETERS.findall(chinese)), english


def test_percent_signs_stand_for_parameters_or_are_doubled() -> None:
    """Templates fill in every message, also one without parameters: a bare percent sign breaks the page that has it."""
    bare = re.compile(r"%(?!%|\([a-z_]+\)s)")
    texts = [text for message in catalogue.stored() if message.id for text in _texts_of(message.id, message.string)]
    assert [text for text in texts if bare.search(text.replace("%%", ""))] == []


def _texts_of(*parts: str | tuple[str, ...]) -> list[str]:
    return [text for part in parts for text in ((part,) if isinstance(part, str) else part)]


@pytest.mark.parametrize(
    "values",
    [Office, Duty, Classification, PersonState, PlaceSource, ReasonCategory, VersionState, RequestState],
    ids=lambda values: values.__name__,
)
def test_every_value_of_an_enum_has_words(values: type[enum.Enum]) -> None:
    """No screen shows the name of a constant."""
    assert [value for value in values if value not in labels.LABELS] == []
