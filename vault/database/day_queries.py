"""A person's views of one day, counted for all classes together and for each.

A claim is one statement that counts and compares: of any number at once, as many get through as there are left.
Everybody takes the row of all classes before that of one class, so that two never wait for each other.
"""

from __future__ import annotations

import sqlalchemy as sa

from vault.database.tables.views import view_days
from vault.database.upserts import upsert
from vault.model import Classification, PersonId

ALL_CLASSES = ""
_NO_CAP = 2**31 - 1


def claim_of_day(tx: sa.Connection, person_id: PersonId, day: str, scope: str, *, most: int | None) -> int | None:
    """Counts one view more; how many it makes, or None where that would be more than ``most`` (None: no limit)."""
    change = (
        upsert(tx, view_days)
        .values(person_id=person_id, day=day, scope=scope, used=1)
        .on_conflict_do_update(
            index_elements=["person_id", "day", "scope"],
            set_={"used": view_days.c.used + 1},
            where=view_days.c.used < (_NO_CAP if most is None else most),
        )
        .returning(view_days.c.used)
    )
    number = tx.execute(change).scalar_one_or_none()
    return None if number is None else int(number)


def return_to_day(tx: sa.Connection, person_id: PersonId, day: str, classification: str) -> None:
    """Gives a view back to the day that it was counted in; nothing for a view from before days were counted."""
    for scope in (ALL_CLASSES, classification) if day else ():
        tx.execute(
            sa.update(view_days)
            .where(view_days.c.person_id == person_id, view_days.c.day == day, view_days.c.scope == scope)
            .where(view_days.c.used > 0)
            .values(used=view_days.c.used - 1)
        )


def used_on_day(tx: sa.Connection, person_id: PersonId, day: str, classification: Classification) -> tuple[int, int]:
    """The person's views of the day: of all classes, and of this one."""
    query = sa.select(view_days.c.scope, view_days.c.used).where(
        view_days.c.person_id == person_id,
        view_days.c.day == day,
        view_days.c.scope.in_([ALL_CLASSES, classification.value]),
    )
    used = {row.scope: row.used for row in tx.execute(query)}
    return used.get(ALL_CLASSES, 0), used.get(classification.value, 0)


def forget_days(tx: sa.Connection, *, before: str) -> int:
    """Deletes what was counted on days before ``before`` (year-month-day); how many rows."""
    return tx.execute(sa.delete(view_days).where(view_days.c.day < before)).rowcount
