"""Which accounts belong to one person: what is forbidden to somebody is forbidden to their second account as well.

Rules compare people, so whoever asks them translates ids first: :func:`accounts_of` where a rule takes them all,
:func:`human_of` where it takes one.
"""

from __future__ import annotations

from collections.abc import Iterable

from vault.database import link_queries
from vault.database.engine import Connection
from vault.model import PersonId


def accounts_of(tx: Connection, person_id: PersonId) -> frozenset[PersonId]:
    """Every account of the person who has this one, this one included."""
    return link_queries.linked_to(tx, person_id) | {person_id}


def human_of(tx: Connection, person_id: PersonId) -> PersonId:
    """One id for all accounts of a person, always the same one while nobody links another."""
    return min(accounts_of(tx, person_id))


def humans_of(tx: Connection, person_ids: Iterable[PersonId]) -> frozenset[PersonId]:
    """The people who have these accounts."""
    return frozenset(human_of(tx, each) for each in person_ids)


def same_human(tx: Connection, a: PersonId, b: PersonId) -> bool:
    """Whether two accounts belong to one person. Names and staff numbers play no part."""
    return b in accounts_of(tx, a)
