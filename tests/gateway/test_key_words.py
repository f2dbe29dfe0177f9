"""Words about keys: time left no finer than anybody can know it, and why an operation stopped."""

from __future__ import annotations

import pytest

from gateway.key_words import fault_words, ring_words, time_left_words, touched_words
from tests.gateway.visitor import Web
from vault.policy.custody import OperationKind


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than a minute left"),
        (59, "less than a minute left"),
        (61, "about 1 minute left"),
        (540, "about 9 minutes left"),
        (7199, "about 120 minutes left"),
        (7200, "about 2 hours left"),
        (90_000, "about 25 hours left"),
    ],
)
def test_time_left_is_said_in_its_unit(web: Web, seconds: int, words: str) -> None:
    """Nobody counts seconds in the thousands."""
    with web.app.test_request_context("/"):
        assert time_left_words(seconds) == words


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("operation.referenced", "would be lost"),
        ("tamper.key", "not what was written"),
        ("something.new", "log says what"),
    ],
)
def test_every_stop_has_words_and_none_blames_a_right(web: Web, code: str, words: str) -> None:
    """A code without a sentence of its own says what holds for its kind, never that somebody was not allowed."""
    with web.app.test_request_context("/"):
        assert words in fault_words(code)
        assert "allowed" not in fault_words(code)


@pytest.mark.parametrize("kind", OperationKind)
def test_every_kind_says_what_it_counts(web: Web, kind: OperationKind) -> None:
    """A bare number tells nobody what is touched."""
    with web.app.test_request_context("/"):
        assert touched_words(kind)


def test_ring_typed_into_an_address_is_given_back(web: Web) -> None:
    """The page says that there is none; nothing fails."""
    with web.app.test_request_context("/"):
        assert ring_words("nonsense") == "nonsense"
