"""What can go wrong with keys, by who must act.

::

    KeysError
    ├── UnwrapError        security officer: wrong key, wrong context or altered bytes, on purpose one class (no oracle)
    ├── KeyUnavailable     operator: provider unreachable, key file missing, wrong passphrase, no such version
    │   └── KeysSealed     operator: the vault was not unsealed in this process
    └── KeyStateError      caller: a change or use that the key's state forbids

Messages name key ids and remedies, never key bytes.
"""

from __future__ import annotations


class KeysError(Exception):
    """Base of everything that ``keys`` raises on purpose."""


class UnwrapError(KeysError):
    """A record, ciphertext or signature did not verify. One class for every cause, so that nobody learns which."""


class KeyUnavailable(KeysError):
    """A key cannot be had now; the message says what the operator does about it."""


class KeysSealed(KeyUnavailable):
    """Key-encryption keys have not been unsealed in this process."""


class KeyStateError(KeysError):
    """The key's state forbids this use or this change of state."""
