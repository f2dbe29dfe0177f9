"""Telling people: written in the transaction of what they are told of, so that neither is without the other."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from vault.database import notice_queries, people_queries
from vault.database.engine import Connection
from vault.database.notice_queries import MailState, NoticeRecord
from vault.model import NoticeId, PersonId, PersonState, new_id
from vault.notices.kinds import NoticeKind
from vault.runtime import Vault


def tell(
    vault: Vault,
    tx: Connection,
    person_ids: Collection[PersonId],
    kind: NoticeKind,
    *,
    dossier_id: str = "",
    document_id: str = "",
    request_id: str = "",
    subject_id: str = "",
    details: Mapping[str, str | int] | None = None,
) -> int:
    """Tells each of these people once; how many there are. Who is suspended hears nothing.

    ``details`` are codes and numbers only: no name, no title, no reason, since a notice lies unsealed. An e-mail goes
    with it where the vault has a mail server and the person an address (:mod:`vault.notices.mailing`).
    """
    now = vault.clock.now()
    people = people_queries.people_by_id(tx, set(person_ids)).values()
    records = [
        NoticeRecord(
            id=NoticeId(new_id("n", vault.random)),
            person_id=person.id,
            kind=kind,
            dossier_id=dossier_id,
            document_id=document_id,
            request_id=request_id,
            subject_id=subject_id,
            details=details or {},
            told_at=now,
            mail_state=MailState.WAITING if _gets_mail(vault, person.email) else MailState.NONE,
            mail_due_at=now if _gets_mail(vault, person.email) else None,
        )
        for person in sorted(people, key=lambda each: each.id)
        if person.state is PersonState.ACTIVE
    ]
    notice_queries.store_notices(tx, records)
    return len(records)


def _gets_mail(vault: Vault, email: str) -> bool:
    return vault.config.mail is not None and bool(email)
