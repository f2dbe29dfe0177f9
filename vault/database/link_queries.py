"""Links between accounts as rows. Functions take the open transaction and never commit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import sqlalchemy as sa

from vault.database.tables.links import account_links
from vault.model import PersonId

_MINE = account_links.alias("mine")
# Built once, since every decision between people asks it.
_LINKED = (
    sa.select(account_links.c.person_id)
    .join(_MINE, _MINE.c.human_id == account_links.c.human_id)
    .where(_MINE.c.person_id == sa.bindparam("person_id"))
)


def linked_to(tx: sa.Connection, person_id: PersonId) -> frozenset[PersonId]:
    """Every account of the same person; empty where no other is known."""
    return frozenset(PersonId(row.person_id) for row in tx.execute(_LINKED, {"person_id": person_id}))


def store_links(
    tx: sa.Connection, person_ids: Iterable[PersonId], *, human_id: PersonId, by: PersonId, now: dt.datetime
) -> None:
    """Makes all of them accounts of one person, whatever they were linked to before."""
    accounts = sorted(set(person_ids))
    tx.execute(sa.delete(account_links).where(account_links.c.person_id.in_(accounts)))
    rows = [{"person_id": each, "human_id": human_id, "linked_at": now, "linked_by": by} for each in accounts]
    tx.execute(sa.insert(account_links), rows)


def remove_link(tx: sa.Connection, person_id: PersonId) -> bool:
    """Takes one account out; whether it was linked."""
    return tx.execute(sa.delete(account_links).where(account_links.c.person_id == person_id)).rowcount == 1
