"""Templates of a company's vault on both kinds of ground, each prepared once and copied for every round."""

from __future__ import annotations

import functools
import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import pytest

from tests.company import Company, build_company, copy_company, remember, reopen_company
from tests.conftest import BEGINNING
from tests.faults.children import Ended, Perform, killed_at_each_effect
from tests.faults.grounds import DirectoryGrounds, Grounds, ServerGrounds
from tests.faults.recovery import NOW
from tests.servers import PostgresqlServer, S3Server
from vault import assembly
from vault.clock import FixedClock

T = TypeVar("T")
IS_THOROUGH = "VAULT_EVERY_EFFECT" in os.environ
DIRECTORY_STRIDE, SERVER_STRIDE = (1, 1) if IS_THOROUGH else (2, 5)
"""Every second effect in a directory and every fifth on servers, from a different one in each test, so that a run ends
before everybody has left; ``VAULT_EVERY_EFFECT`` in the environment tries each."""


@dataclass
class Arena(Generic[T]):
    """Grounds made from one template, and what its preparation gave."""

    grounds: Grounds
    prepared: T
    first: int = 1
    stride: int = 1

    def killed(self, perform: Perform) -> Iterator[Ended]:
        """A child killed at each effect, on a ground of its own that is cleared after the round."""
        for ended in killed_at_each_effect(self.grounds.fresh, perform, first=self.first, stride=self.stride):
            yield ended
            self.grounds.clear(ended.ground)


@pytest.fixture(autouse=True, scope="session")
def fonts_read_once() -> Iterator[None]:
    """The fonts are the same in every vault; reading them is a third of the time that opening one takes."""
    original = assembly.load_fonts
    assembly.load_fonts = functools.cache(original)
    yield
    assembly.load_fonts = original


ArenaOf = Callable[[Callable[[Company], T]], Arena[T]]


@pytest.fixture
def directory_arena(request: pytest.FixtureRequest, built_company: Path, tmp_path: Path) -> ArenaOf[T]:
    """SQLite and a directory."""

    def make(prepare: Callable[[Company], T]) -> Arena[T]:
        template = tmp_path / "template"
        copy_company(built_company, template)
        company = reopen_company(template, clock=FixedClock(NOW))
        prepared = _prepared(company, prepare)
        first = _first_of(request, DIRECTORY_STRIDE)
        return Arena(DirectoryGrounds(template, tmp_path), prepared, first=first, stride=DIRECTORY_STRIDE)

    return make


@pytest.fixture(scope="session")
def server_company(
    postgresql_server: PostgresqlServer, s3_server: S3Server, tmp_path_factory: pytest.TempPathFactory
) -> ServerGrounds:
    """A company on PostgreSQL and an S3 server, built once a test process."""
    grounds = ServerGrounds(postgresql_server, s3_server, tmp_path_factory.mktemp("servers"))

    def fill(config_path: Path) -> None:
        company = build_company(config_path, clock=FixedClock(BEGINNING))
        remember(company)
        company.vault.engine.dispose()

    grounds.build(fill)
    return grounds


@pytest.fixture
def server_arena(request: pytest.FixtureRequest, server_company: ServerGrounds, tmp_path: Path) -> ArenaOf[T]:
    """PostgreSQL and an S3 server."""

    def make(prepare: Callable[[Company], T]) -> Arena[T]:
        template = server_company.fresh()
        company = reopen_company(template, clock=FixedClock(NOW))
        prepared = _prepared(company, prepare)
        first = _first_of(request, SERVER_STRIDE)
        return Arena(server_company.of(template, tmp_path), prepared, first=first, stride=SERVER_STRIDE)

    return make


@pytest.fixture(params=["directory", "servers"])
def arena_of(request: pytest.FixtureRequest) -> ArenaOf[T]:
    """Each test that asks for it runs on both kinds of ground."""
    name = {"directory": "directory_arena", "servers": "server_arena"}[request.param]
    made: ArenaOf[T] = request.getfixturevalue(name)
    return made


def _first_of(request: pytest.FixtureRequest, stride: int) -> int:
    return 1 + zlib.crc32(request.node.name.encode()) % stride


def _prepared(company: Company, prepare: Callable[[Company], T]) -> T:
    company.sequence()
    prepared = prepare(company)
    company.vault.engine.dispose()
    return prepared
