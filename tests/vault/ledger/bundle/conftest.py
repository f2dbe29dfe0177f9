"""One filled trail and its bundles for all tests of a module that only read them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.vault.ledger.bundle.bundles import Members, fill, members_of
from tests.vault.ledger.trail import DOCUMENT, Trail, new_trail
from vault.database.trail_criteria import SearchCriteria


@pytest.fixture(scope="module")
def filled(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trail]:
    """Two days, two people, a document, everything signed for."""
    path = tmp_path_factory.mktemp("filled") / "vault.db"
    shutil.copy(empty_database, path)
    trail = fill(new_trail(f"sqlite:///{path}", is_migrated=True))
    yield trail
    trail.engine.dispose()


@pytest.fixture(scope="module")
def whole(filled: Trail) -> Members:
    return members_of(filled)


@pytest.fixture(scope="module")
def selection(filled: Trail) -> Members:
    """The bundle of one document."""
    return members_of(filled, SearchCriteria(document=DOCUMENT))
