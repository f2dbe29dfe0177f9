"""From settings to a store. Opening touches nothing; :meth:`ObjectStore.probe` finds out whether it works."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from vault.clock import RandomBytes
from vault.errors import ConfigError
from vault.storage.directory import DirectoryStore
from vault.storage.port import ObjectStore
from vault.storage.s3 import S3Store
from vault.storage.settings import S3Settings

DIRECTORY_SCHEME = "directory:"


def open_store(place: str | S3Settings, *, random: RandomBytes, monotonic: Callable[[], float]) -> ObjectStore:
    """The store at ``directory:/absolute/path`` or in a bucket. ConfigError if the path is not absolute."""
    if isinstance(place, S3Settings):
        return S3Store(place, random=random, monotonic=monotonic)
    path = Path(place.removeprefix(DIRECTORY_SCHEME))
    if not place.startswith(DIRECTORY_SCHEME) or not path.is_absolute():
        raise ConfigError([f"store: expected {DIRECTORY_SCHEME}/absolute/path or the settings of an S3 bucket"])
    return DirectoryStore(path, random=random)
