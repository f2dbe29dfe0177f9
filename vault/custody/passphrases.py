"""The passphrase of a root key: held by a process from its start until the vault is sealed, given again to unseal."""

from __future__ import annotations

import threading

from keys.errors import KeyUnavailable
from keys.model import Secret


class HeldPassphrase:
    """Answers the root key's question while it holds something; KeyUnavailable afterwards. Safe between threads."""

    def __init__(self, passphrase: Secret | None = None) -> None:
        self._lock = threading.Lock()
        self._held = passphrase

    def __call__(self) -> Secret:
        with self._lock:
            if self._held is None:
                raise KeyUnavailable("the passphrase was forgotten when the vault was sealed: run dossier-vault unseal")
            return self._held

    def give(self, passphrase: Secret) -> None:
        """Holds it from now on."""
        with self._lock:
            self._held = passphrase

    def forget(self) -> None:
        """Sealing forgets it: what is sealed by order is not unsealed by what a process still remembers."""
        with self._lock:
            self._held = None
