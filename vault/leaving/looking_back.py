"""From which moment a look at what somebody saw goes back: now, or the moment since which they are out.

A report that is made weeks after somebody left is about the days before they left. Whoever has come back is not out,
and whoever was suspended again later is out since then.
"""

from __future__ import annotations

import datetime as dt

from vault.database import exposure_queries, leaving_queries, people_queries
from vault.database.engine import Connection
from vault.database.leaving_queries import LeavingRecord
from vault.model import PersonId, PersonState
from vault.policy.leaving import LeavingState


def out_since(tx: Connection, person_id: PersonId, *, now: dt.datetime) -> dt.datetime | None:
    """The end of the last day, or when the account was suspended, as the trail says; None for who works here.

    None as well for a suspension that the trail's index does not hold: not yet, or not any more.
    """
    person = people_queries.load_person(tx, person_id)
    if person is None or person.works_at(now):
        return None
    if person.state is PersonState.ACTIVE:
        return person.leaves_at  # it is over, and nobody has come by yet to suspend them
    suspended_at = exposure_queries.last_suspension(tx, person_id, until=now)
    leaving = leaving_queries.newest_leaving(tx, person_id)
    if leaving is None or leaving.state is LeavingState.CALLED_OFF or leaving.ends_at > now:
        return suspended_at
    return _end_of_work(leaving, suspended_at)


def _end_of_work(leaving: LeavingRecord, suspended_at: dt.datetime | None) -> dt.datetime:
    """The last day's end, unless they were suspended before it, or again after they came back."""
    if suspended_at is None:
        return leaving.ends_at
    is_of_leaving = leaving.ended_at is None or suspended_at <= leaving.ended_at
    return min(leaving.ends_at, suspended_at) if is_of_leaving else suspended_at
