"""Hands one mail to the company's mail server (RFC 5321, with STARTTLS of RFC 3207 or TLS from the start, RFC 8314).

| code | what |
|---|---|
| ``mail.unreachable`` | no connection, or it ended |
| ``mail.certificate`` | the server's certificate is not believed, or it offers no TLS where that is asked for |
| ``mail.sign_in`` | it does not take our name and password |
| ``mail.refused`` | it does not take this mail, and will not later (a 5xx answer) |
| ``mail.later`` | it does not take this mail now (a 4xx answer) |
"""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Protocol

from vault.config import MailConfig
from vault.errors import Unavailable

SECONDS = 20.0
"""The longest that one step of the exchange may take."""
_PERMANENT = 500


class MailRefused(Unavailable):
    """Trying again would come to the same."""

    default_code = "mail.refused"


class Mailer(Protocol):
    """Whatever carries a mail away."""

    def send(self, message: EmailMessage) -> None:
        """Returns when the server has taken it on; Unavailable ``mail.*``, MailRefused for good."""


class SmtpMailer:
    """One connection for each mail: notices are few, and a connection that is kept would be one that is found dead."""

    def __init__(self, config: MailConfig) -> None:
        self._config = config

    def send(self, message: EmailMessage) -> None:
        try:
            with self._connected() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            raise _refusal(*(code for code, _words in error.recipients.values())) from error
        except smtplib.SMTPAuthenticationError as error:
            raise Unavailable("mail.sign_in") from error
        except smtplib.SMTPNotSupportedError as error:
            raise Unavailable("mail.certificate" if self._config.security == "starttls" else "mail.sign_in") from error
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code) from error
        except ssl.SSLError as error:
            raise Unavailable("mail.certificate") from error
        except (smtplib.SMTPException, OSError) as error:
            raise Unavailable("mail.unreachable") from error

    @contextlib.contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        config, server = self._config, self._open()
        try:
            if config.security == "starttls":
                server.starttls(context=self._context())
            if config.username and config.password_file is not None:
                server.login(config.username, config.password_file.read_text(encoding="utf-8").strip())
            yield server
        finally:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                server.quit()

    def _open(self) -> smtplib.SMTP:
        config = self._config
        if config.security == "tls":
            return smtplib.SMTP_SSL(config.host, config.port, timeout=SECONDS, context=self._context())
        return smtplib.SMTP(config.host, config.port, timeout=SECONDS)

    def _context(self) -> ssl.SSLContext:
        ca_file = self._config.ca_file
        return ssl.create_default_context(cafile=str(ca_file) if ca_file is not None else None)


def _refusal(*codes: int) -> Unavailable:
    return MailRefused() if codes and min(codes) >= _PERMANENT else Unavailable("mail.later")
