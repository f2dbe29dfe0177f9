"""A small company in a vault of its own, built in this process and removed afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.company import OFFICE_PLACE, Company, build_company, write_config
from tests.custody import approve_all, ordered, second_officer
from tests.servers import running_postgresql
from vault.clock import Clock
from vault.custody.scope import Scope
from vault.database.engine import transaction
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.model import Actor
from vault.policy.custody import OperationKind


@contextmanager
def benchmark_company(
    *,
    database_url: str = "",
    storage: str = "",
    root: str = "",
    extra: str = "",
    with_document: bool = False,
    clock: Clock | None = None,
) -> Iterator[Company]:
    """Everything lies in one temporary directory, except for what ``database_url``, ``storage`` and ``root`` name."""
    with tempfile.TemporaryDirectory(prefix="vault-benchmark-") as directory:
        config = write_config(Path(directory), database_url=database_url, storage=storage, root=root, extra=extra)
        company = build_company(config, with_document=with_document, clock=clock)
        try:
            yield company
        finally:
            company.vault.engine.dispose()


def record_page(company: Company, actor: Actor) -> str:
    """One event as reading a page makes it, committed; its id."""
    entry = Entry(
        Event.PAGE_READ,
        Outcome.SUCCESS,
        actor=actor.person_id,
        session=actor.session_id,
        dossier=company.dossier_id,
        place=OFFICE_PLACE,
        details={"page": 1, "kind": "image"},
    )
    with transaction(company.vault.engine) as tx:
        return company.vault.recorder.append(tx, entry)


def on_each_database(work: Callable[[str, str], None]) -> list[str]:
    """Calls ``work`` with name and URL of each database; what had to be left out, and why."""
    work("SQLite", "")
    try:
        with running_postgresql() as server:
            work("PostgreSQL", server.new_database())
    except pytest.skip.Exception as missing:
        return [f"PostgreSQL: {missing}"]
    return []


def on_file(work: Callable[[str, str], None]) -> list[str]:
    """Calls ``work`` for SQLite alone, as :func:`on_each_database` does."""
    work("SQLite", "")
    return ["PostgreSQL: not in this size"]


def approved_operation(company: Company, kind: OperationKind, scope: Scope) -> str:
    """Work on keys, ordered by one officer and approved by another; its id."""
    second_officer(company, 2)
    operation = ordered(company, kind, scope)
    approve_all(company, operation)
    return operation
