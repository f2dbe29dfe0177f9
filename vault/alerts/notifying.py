"""Who is told of alerts, campaigns and escalations, in the transaction of what they are told of."""

from __future__ import annotations

import datetime as dt

from vault.database import people_queries
from vault.database.engine import Connection
from vault.model import Office, PersonState
from vault.notices.kinds import NoticeKind
from vault.notices.telling import tell
from vault.runtime import Vault


def tell_office(
    vault: Vault,
    tx: Connection,
    office: Office,
    kind: NoticeKind,
    *,
    about: str,
    day: dt.date,
    without: frozenset[str] = frozenset(),
) -> None:
    """Everybody active of the office, but for those ``without`` and the person it is about."""
    people = [
        person.id
        for person in people_queries.list_people(tx)
        if person.office is office and person.state is PersonState.ACTIVE and person.id not in without | {about}
    ]
    tell(vault, tx, people, kind, subject_id=about, details={"day": day.isoformat()})
