"""Root keys by URI: ``scheme:location``, each scheme in a module of its own.

A provider's module is imported when its scheme is first asked for, so that what only an extra needs (a PKCS#11
library, a cloud client) costs nothing elsewhere. A further provider is one module with the two functions of
:class:`keys.root.port.RootKeyProvider` and one line here.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

from keys.errors import KeyUnavailable
from keys.model import RandomBytes
from keys.root.port import Passphrase, RootKey, RootKeyProvider

PROVIDERS: Mapping[str, str] = MappingProxyType(
    {
        "file": "keys.root.file",
        "passphrase": "keys.root.passphrase",
        "pkcs11": "keys.root.pkcs11",
        "transit": "keys.root.transit",
        "aws-kms": "keys.root.aws_kms",
    }
)
"""Scheme -> module."""


def open_root_key(uri: str, *, passphrase: Passphrase | None = None) -> RootKey:
    """The root key that lives at ``uri``. KeyUnavailable with a remedy if it cannot be had; never makes one."""
    provider, location = _provider_of(uri)
    return provider.open_root_key(location, passphrase=passphrase)


def create_root_key(uri: str, *, passphrase: Passphrase | None = None, random: RandomBytes) -> RootKey:
    """A new root key at ``uri``, durable on return. KeyUnavailable if there is one already: none is ever replaced."""
    provider, location = _provider_of(uri)
    return provider.create_root_key(location, passphrase=passphrase, random=random)


def _provider_of(uri: str) -> tuple[RootKeyProvider, str]:
    scheme, colon, location = uri.partition(":")
    module_name = PROVIDERS.get(scheme)
    if not colon or not location or module_name is None:
        # The URI itself is not repeated: whoever mistypes it may have typed a passphrase into it.
        known = ", ".join(f"{name}:" for name in sorted(PROVIDERS))
        raise KeyUnavailable(f"the root key's URI cannot be used: write one of {known} followed by its location")
    try:
        return cast("RootKeyProvider", importlib.import_module(module_name)), location
    except ImportError as exc:
        remedy = f'install it with: pip install "dossier-vault[{scheme}]"'
        raise KeyUnavailable(f"root keys of {scheme}: need a package that is not installed: {remedy}") from exc
