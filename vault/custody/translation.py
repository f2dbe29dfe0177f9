"""Errors of ``keys`` as errors of the vault, translated once, here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from keys.errors import KeysSealed, KeyStateError, KeyUnavailable, UnwrapError
from vault.errors import Sealed, TamperError, Unavailable


@contextmanager
def translated_key_errors() -> Iterator[None]:
    """UnwrapError -> TamperError, sealed -> Sealed, everything an operator must mend -> Unavailable."""
    try:
        yield
    except UnwrapError as error:
        raise TamperError("tamper.key") from error
    except KeysSealed as error:
        raise Sealed from error
    except KeyUnavailable as error:
        raise Unavailable("keys.unavailable") from error
    except KeyStateError as error:
        raise Unavailable("keys.state") from error
