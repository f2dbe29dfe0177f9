"""What a line says of whom it comes from."""

from __future__ import annotations

import importlib.metadata
from dataclasses import dataclass

VENDOR = "Dossier Vault"
PRODUCT = "Dossier Vault"
SERVICE = "dossier-vault"
"""The name in places that take no space: APP-NAME of syslog, a service of OCSF."""


@dataclass(frozen=True, slots=True)
class Source:
    """The vault that sends: its version, the trail's origin, and the node's name where an entry has none."""

    version: str
    origin: str
    node: str


def installed_version() -> str:
    """The version of this installation; ``0`` in a source tree that is not installed."""
    try:
        return importlib.metadata.version("dossier-vault")
    except importlib.metadata.PackageNotFoundError:
        return "0"
