"""What the attack tests look with: the trail as it stands, keys at the moment they move, and a database that fails.

Nothing here replaces the vault's own code. The key room is the real one behind a wrapper that is told of each unwrap;
the database is the real one, whose driver refuses the statement it is told to refuse.
"""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from PIL import Image

from keys.model import Secret
from tests.company import Company
from vault.custody.keyroom import KeyRoom, ServiceKey
from vault.database import document_queries, dossier_queries, ledger_reading, view_queries
from vault.database.document_queries import ObjectPart
from vault.database.engine import reading
from vault.database.view_queries import QuotaKey, QuotaState, ViewRecord
from vault.errors import Unavailable
from vault.filing.documents import object_identities
from vault.filing.dossier_keys import unwrap_dossier_key
from vault.ledger.events import Event
from vault.ledger.reader import OpenedEntry, open_entries
from vault.model import DocumentId, PersonId
from vault.runtime import Vault
from vault.sealing.page_pack import PackIndex, PartKind, read_part
from vault.storage.port import ObjectKey


def trail(company: Company, *events: Event) -> list[OpenedEntry]:
    """Every entry (of these events), in its order, with its personal values opened."""
    company.sequence()
    key = company.vault.keyroom.service_key(ServiceKey.TRAIL_READING)
    with reading(company.vault.engine) as tx:
        leaves = [leaf for batch in ledger_reading.leaves_from(tx, 0, batch=1000) for leaf in batch]
        entries = open_entries(tx, leaves, reading_key=key)
    return [entry for entry in entries if not events or entry.event in events]


def committed_events(company: Company) -> list[str]:
    """The names of the events that wait to be sequenced, as a connection of its own sees them at this moment."""
    path = str(company.vault.engine.url.database)
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT draft FROM trail_inbox ORDER BY id").fetchall()
    return [str(json.loads(draft)["event"]) for (draft,) in rows]


def quota(company: Company, login: str = "borrower") -> QuotaState:
    key = QuotaKey(PersonId(company.ids[login]), DocumentId(company.document_id), 0)
    with reading(company.vault.engine) as tx:
        return view_queries.quota_state(tx, key)


def view_row(company: Company, view_id: str) -> ViewRecord:
    with reading(company.vault.engine) as tx:
        view = view_queries.load_view(tx, view_id)
    assert view is not None
    return view


def column(company: Company, query: str, **values: object) -> list[Any]:
    """The first column of what a query finds, by a connection of the vault's engine."""
    with company.vault.engine.connect() as connection:
        return [row[0] for row in connection.execute(sa.text(query), values)]


def alter(company: Company, statement: str, **values: object) -> int:
    """Changes the database behind the vault's back, as whoever can write to it would; how many rows."""
    with company.vault.engine.begin() as connection:
        return connection.execute(sa.text(statement), values).rowcount


def unmarked_page(company: Company, page_number: int = 1, *, document_id: str = "") -> bytes:
    """A page's sealed image as it is before any mark: what must never leave."""
    vault = company.vault
    with reading(vault.engine) as tx:
        document = document_queries.load_document(tx, document_id or company.document_id)
        assert document is not None
        assert document.current_version is not None
        dossier = dossier_queries.load_dossier(tx, document.dossier_id)
        version = document_queries.version_of_document(tx, document.id, document.current_version)
        assert dossier is not None
        assert version is not None
        pack = document_queries.live_object(tx, version.id, ObjectPart.PAGES)
    assert pack is not None
    assert pack.index_sealed is not None
    key = unwrap_dossier_key(vault.keyroom, dossier)
    identities = object_identities(key, version, ObjectPart.PAGES)
    dek = key.unwrap_dek(pack.wrapped_dek, identities=identities, header=pack.header)
    index = PackIndex.open(
        pack.index_sealed, dek, dossier_id=dossier.id, document_id=document.id, version=version.number
    )
    part = index.pages[page_number - 1].image
    assert part.kind is PartKind.IMAGE
    return read_part(vault.store, ObjectKey(pack.object_key), part, dek, index=index)


def pixels(image: bytes) -> Image.Image:
    return Image.open(io.BytesIO(image)).convert("RGB")


def files_under(*directories: Path) -> Iterator[tuple[Path, bytes]]:
    """Every regular file with what is in it."""
    for directory in directories:
        for path in sorted(directory.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path, path.read_bytes()


class Killed(BaseException):
    """Stands for kill -9: nothing in the vault catches it."""


def refuse_keys() -> None:
    """For :func:`watched`: the keys cannot be had."""
    raise Unavailable("keys.unavailable")


def kill() -> None:
    """For :func:`watched`: the process ends here."""
    raise Killed


def watched(vault: Vault, look: Callable[[], None]) -> Vault:
    """The same vault, whose key room calls ``look`` before each unwrap."""
    return replace(vault, keyroom=_WatchedKeyRoom(vault.keyroom, look))  # type: ignore[arg-type]


@dataclass(frozen=True)
class _WatchedKeyRoom:
    inner: KeyRoom
    look: Callable[[], None]

    def unwrap(self, record: bytes, **bound: Any) -> Secret:
        self.look()
        return self.inner.unwrap(record, **bound)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


@dataclass
class Statements:
    """How many statements and commits the database was asked for."""

    asked: int = 0


@contextmanager
def failing_database(vault: Vault, number: int = 0, *, from_then_on: bool = False) -> Iterator[Statements]:
    """The engine refuses its ``number``-th statement or commit (0: none), or all from that one on, like a full disk."""
    count = Statements()

    def refuse() -> None:
        count.asked += 1
        if number and (count.asked == number or (from_then_on and count.asked > number)):
            raise sa.exc.OperationalError("refused", {}, sqlite3.OperationalError("database or disk is full"))

    def before_statement(*_arguments: Any) -> None:
        refuse()

    def before_commit(_connection: Any) -> None:
        refuse()

    sa.event.listen(vault.engine, "before_cursor_execute", before_statement)
    sa.event.listen(vault.engine, "commit", before_commit)
    try:
        yield count
    finally:
        sa.event.remove(vault.engine, "before_cursor_execute", before_statement)
        sa.event.remove(vault.engine, "commit", before_commit)
