"""The token that ties a form to its session."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.security.csrf import form_token, is_form_token

SESSION = "A" * 43


def test_token_of_the_session_is_accepted() -> None:
    """A form of this session passes."""
    assert is_form_token(form_token(SESSION, random=os.urandom), SESSION)


def test_token_of_another_session_is_refused() -> None:
    """A form of a session that ended, or of somebody else, does not."""
    assert not is_form_token(form_token("B" * 43, random=os.urandom), SESSION)


def test_every_page_has_another_token() -> None:
    """Nothing constant stands in pages that a compressed size could betray."""
    assert form_token(SESSION, random=os.urandom) != form_token(SESSION, random=os.urandom)


@pytest.mark.parametrize("sent", ["", "x", "é", "====", "A" * 63, "A" * 64])
def test_nonsense_is_refused(sent: str) -> None:
    """What is no token raises nothing and passes nowhere."""
    assert not is_form_token(sent, SESSION)


@given(st.binary(max_size=80))
def test_guessed_bytes_are_refused(guess: bytes) -> None:
    """No bytes pass that were not made with the session's token."""
    assert not is_form_token(guess.hex(), SESSION)
