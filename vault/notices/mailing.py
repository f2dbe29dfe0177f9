"""Mails what people were told: at least once, the longest waiting first, from any number of nodes.

::

    one step
      (1) take the mail that waits longest, put off so that nobody else takes it meanwhile
      (2) look at its person as they are now: who is suspended, has read it or has no address gets none
      (3) hand it to the server
      (4) sent; or put off for longer each time; or given up, while the notice in the vault stands

Killed between (3) and (4), it is sent again under the same Message-ID.
"""

from __future__ import annotations

import datetime as dt
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from vault.database import notice_queries, people_queries
from vault.database.engine import reading, transaction
from vault.database.notice_queries import MailState, NoticeRecord
from vault.database.people_queries import PersonRecord
from vault.errors import Unavailable
from vault.model import PersonState
from vault.notices.smtp import Mailer, MailRefused
from vault.notices.words import frame, mail_subject
from vault.policy.agreements import Language
from vault.runtime import Vault

CLAIM_SECONDS = 180
"""Longer than handing over takes at its slowest."""
FIRST_PAUSE_SECONDS = 60
LONGEST_PAUSE_SECONDS = 3600
GIVEN_UP_AFTER = dt.timedelta(days=2)


def mail_next(vault: Vault, mailer: Mailer) -> bool:
    """Mails one notice; whether there was one. Unavailable if the server could not be had: the loop then waits."""
    now = vault.clock.now()
    with transaction(vault.engine) as tx:
        until = now + dt.timedelta(seconds=CLAIM_SECONDS)
        notice = notice_queries.take_due_mail(tx, now=now, until=until)
    if notice is None:
        return False
    with reading(vault.engine) as tx:
        person = people_queries.load_person(tx, notice.person_id)
    if person is None or person.state is not PersonState.ACTIVE or not person.email or notice.read_at is not None:
        _end(vault, notice, MailState.NONE)
        return True
    try:
        mailer.send(compose(vault, notice, person))
    except MailRefused as error:
        _end(vault, notice, MailState.FAILED, fault=error.code)
    except Unavailable as error:
        _put_off(vault, notice, fault=error.code)
        raise
    else:
        _end(vault, notice, MailState.SENT)
    return True


def compose(vault: Vault, notice: NoticeRecord, person: PersonRecord) -> EmailMessage:
    """The mail in the person's language. It names nobody else, and nothing that is kept in the vault."""
    config = vault.config.mail
    assert config is not None
    language = Language.of_locale(person.locale)
    origin = vault.config.trail.origin
    message = EmailMessage(policy=SMTP)
    message["From"] = Address("Dossier Vault", addr_spec=config.sender)
    message["To"] = Address(person.name, addr_spec=person.email)
    message["Subject"] = f"Dossier Vault: {mail_subject(language, notice.kind)}"
    message["Date"] = format_datetime(notice.told_at)
    message["Message-ID"] = f"<{notice.id}@{config.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday answers, please
    message["Content-Language"] = language.value
    lines = (
        frame(language, "greeting", name=person.name),
        mail_subject(language, notice.kind) + ("。" if language is Language.CHINESE else "."),
        frame(language, "where") + "\n" + vault.config.gateway.public_url.rstrip("/") + "/notices",
        frame(language, "why", vault=origin),
    )
    message.set_content("\n\n".join(lines) + "\n")
    return message


def _end(vault: Vault, notice: NoticeRecord, state: MailState, *, fault: str = "") -> None:
    with transaction(vault.engine) as tx:
        notice_queries.end_mail(tx, notice.id, state=state, fault=fault)


def _put_off(vault: Vault, notice: NoticeRecord, *, fault: str) -> None:
    now = vault.clock.now()
    if now - notice.told_at >= GIVEN_UP_AFTER:
        _end(vault, notice, MailState.FAILED, fault=fault)
        return
    pause = min(FIRST_PAUSE_SECONDS * 2 ** (notice.mail_attempts - 1), LONGEST_PAUSE_SECONDS)
    with transaction(vault.engine) as tx:
        notice_queries.put_off_mail(tx, notice.id, until=now + dt.timedelta(seconds=pause), fault=fault)
