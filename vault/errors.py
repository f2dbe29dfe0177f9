"""What can go wrong in the vault, by who must act.

::

    VaultError
    ├── CallerError            the person can do something about it
    │   ├── InputError         400  what was sent cannot be used
    │   ├── NotSignedIn        401  no live session
    │   ├── AccessDenied       403  policy says no; carries a reason code
    │   ├── NotFound           404  unknown, or not theirs to know of
    │   ├── Conflict           409  the state has moved on
    │   ├── QuotaSpent         409  every allowed view is used
    │   ├── LeaseEnded         410  the view is over
    │   └── TooMany            429  slow down
    ├── TamperError            500  for the security officer: recorded, alerted, never retried
    └── OperatorError
        ├── Unavailable        503  database, store or key provider does not answer; recovers by itself
        ├── Sealed             503  the vault has not been unsealed
        └── ConfigError        at start: every fault listed at once

Each error carries a ``code`` (a stable word, translated by the gateway into the person's language) and ``params`` for
the sentence. Messages name ids, never secrets, customer names or file names. A test asserts that every class has an
HTTP status, an exit code and sentences in both languages.
"""

from __future__ import annotations

from typing import ClassVar


class VaultError(Exception):
    """Base of everything that ``vault`` raises on purpose."""

    default_code: ClassVar[str] = "internal"

    def __init__(self, code: str | None = None, /, **params: str | int) -> None:
        self.code = code or self.default_code
        self.params = params
        detail = " ".join(f"{name}={value}" for name, value in params.items())
        super().__init__(f"{self.code} {detail}".strip())


class CallerError(VaultError):
    """The person who asked can do something about it."""


class InputError(CallerError):
    """What was sent cannot be used."""

    default_code = "input.invalid"


class NotSignedIn(CallerError):
    """There is no live session."""

    default_code = "session.none"


class AccessDenied(CallerError):
    """Policy says no. ``code`` is the reason code."""

    default_code = "denied.policy"


class NotFound(CallerError):
    """Unknown, or not theirs to know of: the two are not told apart, except in the trail (``recorded_as``)."""

    default_code = "not_found"

    def __init__(self, code: str | None = None, /, *, recorded_as: str = "", **params: str | int) -> None:
        super().__init__(code, **params)
        self.recorded_as = recorded_as or self.code


class Conflict(CallerError):
    """The state has moved on since the person looked."""

    default_code = "conflict"


class QuotaSpent(CallerError):
    """Every allowed view of this document is used."""

    default_code = "quota.spent"


class LeaseEnded(CallerError):
    """The view is over: expired, ended, revoked, or its session or right is gone."""

    default_code = "lease.ended"


class TooMany(CallerError):
    """Too many attempts; ``retry_after_seconds`` is in ``params``."""

    default_code = "too_many"


class TamperError(VaultError):
    """Stored bytes are not what was sealed. Recorded and shown to the security officer; never retried."""

    default_code = "tamper.detected"


class OperatorError(VaultError):
    """The operator can do something about it."""


class Unavailable(OperatorError):
    """A part the vault needs does not answer now."""

    default_code = "unavailable"


class Sealed(OperatorError):
    """The vault has not been unsealed: sign-in and trail work, documents do not open."""

    default_code = "sealed"


class ConfigError(OperatorError):
    """The configuration cannot be used. ``faults`` lists every fault: file, key and remedy."""

    default_code = "config.invalid"

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__(self.default_code)
        self.args = ("\n".join(faults),)
