"""View keys."""

from __future__ import annotations

import secrets

import pytest

from keys.errors import UnwrapError
from keys.model import Secret
from keys.primitives import new_secret
from keys.viewkeys import view_wrapping_key
from keys.wrapping import unwrap_key, view_key_context, wrap_key

COOKIE = Secret(b"A" * 43)
CONTEXT = view_key_context("w-view", "p-person", "s-session", "f-document", 3, 1_790_000_000_000)


def _wrapped(dek: Secret) -> bytes:
    return wrap_key(view_wrapping_key(COOKIE, view_id="w-view"), dek, context=CONTEXT, random=secrets.token_bytes)


def test_same_cookie_and_view_open_the_key() -> None:
    """Any node derives the same key from the cookie's secret."""
    dek = new_secret(secrets.token_bytes)
    assert unwrap_key(view_wrapping_key(COOKIE, view_id="w-view"), _wrapped(dek), context=CONTEXT) == dek


@pytest.mark.parametrize(("cookie", "view_id"), [(Secret(b"B" * 43), "w-view"), (COOKIE, "w-other")])
def test_other_cookie_or_view_is_refused(cookie: Secret, view_id: str) -> None:
    """Neither another session's cookie nor another view of the same session opens it."""
    record = _wrapped(new_secret(secrets.token_bytes))
    with pytest.raises(UnwrapError):
        unwrap_key(view_wrapping_key(cookie, view_id=view_id), record, context=CONTEXT)


@pytest.mark.parametrize("change", [("w-view", "p-other"), ("w-other", "p-person")])
def test_view_row_of_someone_else_is_refused(change: tuple[str, str]) -> None:
    """A wrapped key copied into another person's or view's row does not open there."""
    context = view_key_context(*change, "s-session", "f-document", 3, 1_790_000_000_000)
    with pytest.raises(UnwrapError):
        unwrap_key(
            view_wrapping_key(COOKIE, view_id="w-view"), _wrapped(new_secret(secrets.token_bytes)), context=context
        )


def test_view_whose_end_was_moved_is_refused() -> None:
    """Editing the stored end of a lease makes its key useless."""
    later = view_key_context("w-view", "p-person", "s-session", "f-document", 3, 1_790_000_000_001)
    with pytest.raises(UnwrapError):
        unwrap_key(
            view_wrapping_key(COOKIE, view_id="w-view"), _wrapped(new_secret(secrets.token_bytes)), context=later
        )


def test_guessable_cookie_secret_is_refused() -> None:
    """A view key comes from at least 256 bits."""
    with pytest.raises(ValueError, match="at least 32"):
        view_wrapping_key(Secret(b"short"), view_id="w-view")
