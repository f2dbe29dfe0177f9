"""A real mail server for tests: it keeps what it is given, and refuses or is away when told."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers import free_port

NAME, PASSWORD = "vault", "carries notices 5"


@dataclass
class MailServer:
    """``answer`` is what it says to a mail; '' takes it."""

    port: int
    answer: str = ""
    mails: list[EmailMessage] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name
        self.signed_in.append(str(session.auth_data.login.decode()) if session.auth_data else "")
        if self.answer:
            return self.answer
        assert isinstance(envelope.content, bytes)
        parsed = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        self.mails.append(parsed)
        return "250 taken"


def _authenticator(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, auth_data: object
) -> AuthResult:
    right = isinstance(auth_data, LoginPassword) and (auth_data.login, auth_data.password) == (
        NAME.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=right, handled=right, auth_data=auth_data)


@contextlib.contextmanager
def running_mail_server(*, tls: ssl.SSLContext | None = None, wants_sign_in: bool = False) -> Iterator[MailServer]:
    """On a free port of the loopback; with STARTTLS where a certificate is given."""
    kept = MailServer(free_port())
    controller = Controller(
        kept,
        hostname="127.0.0.1",
        port=kept.port,
        ready_timeout=60,
        tls_context=tls,
        require_starttls=tls is not None,
        authenticator=_authenticator,
        auth_required=wants_sign_in,
        auth_require_tls=tls is not None,
    )
    controller.start()
    try:
        yield kept
    finally:
        controller.stop()
