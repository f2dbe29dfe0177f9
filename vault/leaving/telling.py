"""Who is told when somebody leaves: custodians, approvers and colleagues of the same dossiers, and the successor."""

from __future__ import annotations

from vault.database import leaving_queries
from vault.database.engine import Connection
from vault.database.leaving_queries import LeavingRecord
from vault.model import PersonId
from vault.notices.kinds import NoticeKind
from vault.notices.telling import tell
from vault.runtime import Vault


def people_to_tell(vault: Vault, tx: Connection, leaving: LeavingRecord) -> list[PersonId]:
    """Everybody who shares a dossier with the leaver now, and the successor; in the order of their ids."""
    sharing = set(leaving_queries.colleagues_of(tx, leaving.person_id, now=vault.clock.now()))
    return sorted(sharing | ({leaving.successor_id} if leaving.successor_id else set()))


def tell_of_leaving(vault: Vault, tx: Connection, leaving: LeavingRecord, kind: NoticeKind) -> None:
    """Tells them in the transaction of the announcement, of its change, or of its end."""
    tell(
        vault,
        tx,
        people_to_tell(vault, tx, leaving),
        kind,
        subject_id=leaving.person_id,
        details={"last_day": leaving.last_day.isoformat()},
    )
