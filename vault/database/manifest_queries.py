"""Whole rows of the tables that a manifest keeps, read in one moment and put back into an empty database.

Values are those of the driver: text, numbers and bytes. Rows of a table come in the order of its primary key, and
tables in an order in which each refers only to earlier ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from vault.database.key_queries import key_generation
from vault.database.tables.custody import key_versions, service_keys, vault_facts
from vault.database.tables.dossiers import (
    assignments,
    document_versions,
    documents,
    dossiers,
    filed_contents,
    sealed_objects,
)
from vault.database.tables.links import account_links, former_links
from vault.database.tables.operations import legal_holds
from vault.database.tables.people import people
from vault.database.tables.views import view_quotas

KEPT: Mapping[str, sa.Table] = MappingProxyType(
    {
        table.name: table
        for table in (
            vault_facts,
            key_versions,
            service_keys,
            people,
            dossiers,
            assignments,
            documents,
            document_versions,
            sealed_objects,
            filed_contents,
            legal_holds,
            account_links,
            former_links,
            view_quotas,
        )
    }
)
"""Everything that opening documents and the limits of doing so rest on; sessions, views and requests are not."""

_PAGE = 2_000


def dump_rows(tx: sa.Connection, name: str) -> Iterator[dict[str, Any]]:
    """The rows of a kept table, a page at a time; people without their passwords."""
    table = KEPT[name]
    result = tx.execution_options(yield_per=_PAGE).execute(sa.select(table).order_by(*table.primary_key.columns))
    for row in result:
        values = {column.name: _plain(column, row._mapping[column.name]) for column in table.columns}
        if table is people:
            values["password_phc"] = ""
        yield values


def restore_rows(tx: sa.Connection, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Puts rows back. Conflict (by its constraint) if one is there already; KeyError for a table that is not kept."""
    table = KEPT[name]
    if rows:
        tx.execute(sa.insert(table), [_typed(table, row) for row in rows])


def is_empty(tx: sa.Connection) -> bool:
    """Whether no kept table has a row yet."""
    return all(
        tx.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is None for table in KEPT.values()
    )


def change_mark(tx: sa.Connection) -> str:
    """A text that differs once anything that a manifest keeps has been added, rewrapped or let go."""
    counted = (dossiers, people, assignments, legal_holds, account_links)
    counts = [tx.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for table in counted]
    newest = tx.execute(sa.select(sa.func.max(document_versions.c.changed_at))).scalar_one()
    of_classes = key_versions.c.ring != "service"  # which wraps the manifest's own key, too
    wraps = tx.execute(sa.select(sa.func.sum(key_versions.c.wraps)).where(of_classes)).scalar_one()
    spent = tx.execute(sa.select(sa.func.sum(view_quotas.c.used))).scalar_one()
    return f"{counts}/{newest}/{wraps}/{spent}/{key_generation(tx)}"


def _plain(column: sa.Column[Any], value: Any) -> Any:
    """Moments as whole milliseconds, as they are stored."""
    bind = column.type.bind_processor(_DIALECT)
    return bind(value) if bind is not None and not isinstance(column.type, sa.LargeBinary | sa.Boolean) else value


def _typed(table: sa.Table, row: Mapping[str, Any]) -> dict[str, Any]:
    typed = {}
    for name, value in row.items():
        column = table.columns[name]
        result = column.type.result_processor(_DIALECT, None)
        is_moment = result is not None and not isinstance(column.type, sa.LargeBinary | sa.Boolean)
        typed[name] = result(value) if is_moment and result is not None else value
    return typed


_DIALECT = sa.create_mock_engine("sqlite://", lambda *_statement: None).dialect
