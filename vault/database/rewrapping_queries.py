"""The wrapped keys of very many dossiers: read in order, counted, and rewritten where they stand.

Order is that of the references, which is about the order in which the rows lie on the disk: in the order of ids, which
are random, each row written anew would be a page written anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from vault.database.tables.dossiers import dossiers
from vault.model import DossierId

Rewrap = Callable[[str, bytes], bytes | None]
"""(dossier's id, wrapped key) -> the same key wrapped anew; None where it stays as it is."""
_FUNCTION = "rewrapped"


class WrappedDossierKey(NamedTuple):
    """A dossier's key as it is stored; ``is_next`` for the one that follows while the dossier is resealed."""

    dossier_id: DossierId
    reference: str
    wrapped: bytes
    is_next: bool = False


class NamedVersion(NamedTuple):
    """A version of a class's key, by how the records that it wraps begin."""

    classification: str
    begin: bytes


class RewrappedKeys(NamedTuple):
    """What one batch came to. ``cursor``: the last reference that was seen; ``is_last``: nothing follows."""

    seen: int
    changed: int
    cursor: str
    is_last: bool


def count_keys_under(tx: sa.Connection, versions: Sequence[NamedVersion], *, form: bytes, length: int) -> list[int]:
    """Of each version how many keys of its class have a record that begins so, or not this form and length at all.

    One scan by the database for all of them: the officer's page asks it for every version.
    """
    if not versions:
        return []

    def spoken_for(column: sa.Column[bytes], version: NamedVersion) -> sa.ColumnElement[bool]:
        begins = sa.func.substr(column, 1, len(version.begin), type_=sa.LargeBinary) == version.begin
        is_another_form = sa.func.substr(column, 1, len(form), type_=sa.LargeBinary) != form
        is_spoken_for = sa.or_(begins, is_another_form, sa.func.length(column) != length)
        is_there = [column.is_not(None)] if column.nullable else []  # of few dossiers: asked first, it costs least
        return sa.and_(*is_there, dossiers.c.classification == version.classification, is_spoken_for)

    keys = (dossiers.c.wrapped_key, dossiers.c.next_wrapped_key)
    counts = [sa.func.count(sa.case((spoken_for(column, each), 1))) for each in versions for column in keys]
    found = list(tx.execute(sa.select(*counts).where(dossiers.c.shredded_at.is_(None))).one())
    return [sum(found[place : place + len(keys)]) for place in range(0, len(found), len(keys))]


def wrapped_keys_after(tx: sa.Connection, classification: str, *, after: str, limit: int) -> list[WrappedDossierKey]:
    """The keys of the next ``limit`` dossiers of a class in the order of their references; of a resealed one both."""
    query = (
        sa.select(dossiers.c.id, dossiers.c.reference, dossiers.c.wrapped_key, dossiers.c.next_wrapped_key)
        .where(dossiers.c.classification == classification, dossiers.c.reference > after)
        .where(dossiers.c.shredded_at.is_(None))
        .order_by(dossiers.c.reference)
        .limit(limit)
    )
    found = []
    for dossier_id, reference, wrapped, following in tx.execute(query).all():
        found.append(WrappedDossierKey(dossier_id, reference, wrapped))
        if following is not None:
            found.append(WrappedDossierKey(dossier_id, reference, following, is_next=True))
    return found


def rewrap_after(
    tx: sa.Connection, classification: str, *, after: str, limit: int, begin: bytes, rewrap: Rewrap
) -> RewrappedKeys:
    """Rewrites the keys of the next ``limit`` dossiers that do not begin with ``begin`` yet. Errors of ``rewrap`` pass.

    SQLite calls ``rewrap`` as a function of its own in one UPDATE over the range, which costs half of fetching the rows
    and sending them back; PostgreSQL has no Python and gets them in arrays.
    """
    if tx.dialect.name == "sqlite":
        return _rewrap_in_place(tx, classification, after=after, limit=limit, begin=begin, rewrap=rewrap)
    batch = wrapped_keys_after(tx, classification, after=after, limit=limit)
    stale = [each for each in batch if not each.wrapped.startswith(begin)]
    fresh = [(each, new) for each in stale if (new := rewrap(each.dossier_id, each.wrapped)) is not None]
    changed = replace_wrapped_keys(tx, fresh)
    seen = sum(not each.is_next for each in batch)
    return RewrappedKeys(seen, changed, batch[-1].reference if batch else after, seen < limit)


def replace_wrapped_keys(tx: sa.Connection, changed: Sequence[tuple[WrappedDossierKey, bytes]]) -> int:
    """Stores keys wrapped anew where they are still what was read; how many. PostgreSQL only."""
    replaced = 0
    for is_next, column in ((False, "wrapped_key"), (True, "next_wrapped_key")):
        rows = [(each.dossier_id, each.wrapped, new) for each, new in changed if each.is_next is is_next]
        if rows:
            replaced += _replace_column(tx, column, rows)
    return replaced


def _replace_column(tx: sa.Connection, column: str, rows: Sequence[tuple[str, bytes, bytes]]) -> int:
    """One statement with arrays: row by row took twice as long."""
    statement = sa.text(
        f"UPDATE dossiers SET {column} = fresh.new FROM unnest(:ids, :olds, :news) AS fresh (id, old, new) "  # noqa: S608 - a column of ours
        f"WHERE dossiers.id = fresh.id AND dossiers.{column} = fresh.old"
    ).bindparams(
        sa.bindparam("ids", type_=postgresql.ARRAY(sa.String)),
        sa.bindparam("olds", type_=postgresql.ARRAY(sa.LargeBinary)),
        sa.bindparam("news", type_=postgresql.ARRAY(sa.LargeBinary)),
    )
    ids, olds, news = (list(values) for values in zip(*rows, strict=True))
    return tx.execute(statement, {"ids": ids, "olds": olds, "news": news}).rowcount


def _rewrap_in_place(
    tx: sa.Connection, classification: str, *, after: str, limit: int, begin: bytes, rewrap: Rewrap
) -> RewrappedKeys:
    """See :func:`rewrap_after`. The transaction is the only writer, so what is read here is what is replaced."""
    in_order = (
        sa.select(dossiers.c.reference)
        .where(dossiers.c.classification == classification, dossiers.c.reference > after)
        .where(dossiers.c.shredded_at.is_(None))
        .order_by(dossiers.c.reference)
        .limit(limit)
        .subquery()
    )
    seen, upto = tx.execute(sa.select(sa.func.count(), sa.func.max(in_order.c.reference)).select_from(in_order)).one()
    if not seen:
        return RewrappedKeys(0, 0, after, is_last=True)
    changed = _update_by_function(tx, (classification, after, upto), begin, rewrap)
    return RewrappedKeys(seen, changed, upto, seen < limit)


def _update_by_function(tx: sa.Connection, bounds: tuple[str, str, str], begin: bytes, rewrap: Rewrap) -> int:
    changed = 0
    errors: list[BaseException] = []

    def rewrapped(dossier_id: str, wrapped: bytes) -> bytes:
        nonlocal changed
        if wrapped.startswith(begin):
            return wrapped
        try:
            fresh = rewrap(dossier_id, wrapped)
        except BaseException as error:  # the driver would only say that a function of ours has failed
            errors.append(error)
            raise
        changed += fresh is not None
        return wrapped if fresh is None else fresh

    driver = tx.connection.driver_connection
    assert driver is not None
    driver.create_function(_FUNCTION, 2, rewrapped)
    try:
        tx.exec_driver_sql(
            f"UPDATE dossiers SET wrapped_key = {_FUNCTION}(id, wrapped_key), "  # noqa: S608 - names of ours
            f"next_wrapped_key = CASE WHEN next_wrapped_key IS NOT NULL THEN {_FUNCTION}(id, next_wrapped_key) END "
            "WHERE classification = ? AND reference > ? AND reference <= ? AND shredded_at IS NULL",
            bounds,
        )
    except sa.exc.DBAPIError:
        if errors:
            raise errors[0] from None
        raise
    finally:
        driver.create_function(_FUNCTION, 2, None)
    return changed
