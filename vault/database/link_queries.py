"""Links between accounts as rows. Functions take the open transaction and never commit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from vault.database.tables.links import account_links, former_links
from vault.database.tables.metadata import UtcMillis
from vault.database.upserts import upsert
from vault.model import PersonId

_MINE = account_links.alias("mine")
# Built once, since every decision between people and every opening ask them.
_LINKED = (
    sa.select(account_links.c.person_id)
    .join(_MINE, _MINE.c.human_id == account_links.c.human_id)
    .where(_MINE.c.person_id == sa.bindparam("person_id"))
)
_OTHERS = sa.union_all(
    _LINKED.add_columns(sa.type_coerce(sa.null(), UtcMillis).label("until")),
    sa.select(former_links.c.other_id, former_links.c.until).where(
        sa.or_(former_links.c.person_id == sa.bindparam("person_id"), former_links.c.person_id.in_(_LINKED))
    ),
)


@dataclass(frozen=True, slots=True)
class OtherAccounts:
    """Whose views count against a person's limits beside those of the account at hand.

    ``linked`` are the person's other accounts; of those in ``former``, which were linked once, what they opened until
    that moment.
    """

    linked: frozenset[PersonId] = frozenset()
    former: Mapping[PersonId, dt.datetime] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.linked or self.former)


def accounts_by_person(tx: sa.Connection, person_ids: Collection[PersonId]) -> dict[PersonId, frozenset[PersonId]]:
    """Of each of these accounts every account of the same person, itself included."""
    humans = sa.select(_MINE.c.human_id).where(_MINE.c.person_id.in_(person_ids))
    query = sa.select(account_links.c.person_id, account_links.c.human_id).where(account_links.c.human_id.in_(humans))
    groups: dict[str, set[PersonId]] = {}
    for row in tx.execute(query):
        groups.setdefault(row.human_id, set()).add(PersonId(row.person_id))
    linked = {each: frozenset(group) for group in groups.values() for each in group}
    return {each: linked.get(each, frozenset({each})) for each in person_ids}


def linked_to(tx: sa.Connection, person_id: PersonId) -> frozenset[PersonId]:
    """Every account of the same person; empty where no other is known."""
    return frozenset(PersonId(row.person_id) for row in tx.execute(_LINKED, {"person_id": person_id}))


def other_accounts(tx: sa.Connection, person_id: PersonId) -> OtherAccounts:
    """The accounts that count together with this one."""
    linked: set[PersonId] = set()
    former: dict[PersonId, dt.datetime] = {}
    for other, until in tx.execute(_OTHERS, {"person_id": person_id}):
        if until is None:
            linked.add(PersonId(other))
        else:
            former[PersonId(other)] = max(until, former.get(PersonId(other), until))
    mine = linked | {person_id}
    return OtherAccounts(
        frozenset(linked - {person_id}), {each: until for each, until in former.items() if each not in mine}
    )


def store_links(
    tx: sa.Connection, person_ids: Iterable[PersonId], *, human_id: PersonId, by: PersonId, now: dt.datetime
) -> None:
    """Makes all of them accounts of one person, whatever they were linked to before."""
    accounts = sorted(set(person_ids))
    tx.execute(sa.delete(account_links).where(account_links.c.person_id.in_(accounts)))
    rows = [{"person_id": each, "human_id": human_id, "linked_at": now, "linked_by": by} for each in accounts]
    tx.execute(sa.insert(account_links), rows)


def remove_link(tx: sa.Connection, person_id: PersonId, *, now: dt.datetime) -> bool:
    """Takes one account out; whether it was linked. What was opened until ``now`` goes on counting on both sides."""
    counted = other_accounts(tx, person_id)
    if tx.execute(sa.delete(account_links).where(account_links.c.person_id == person_id)).rowcount != 1:
        return False
    for other in sorted(counted.linked):
        _keep_counting(tx, person_id, other, until=now)
        _keep_counting(tx, other, person_id, until=now)
    for account in sorted(counted.linked | {person_id}):  # also what somebody else's account once brought in
        for other, until in sorted(counted.former.items()):
            _keep_counting(tx, account, other, until=until)
    return True


def _keep_counting(tx: sa.Connection, person_id: PersonId, other_id: PersonId, *, until: dt.datetime) -> None:
    row = upsert(tx, former_links).values(person_id=person_id, other_id=other_id, until=until)
    tx.execute(
        row.on_conflict_do_update(
            index_elements=["person_id", "other_id"],
            set_={"until": row.excluded.until},
            where=former_links.c.until < row.excluded.until,
        )
    )
