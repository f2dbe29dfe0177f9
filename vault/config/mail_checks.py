"""What types cannot say of the mail server."""

from __future__ import annotations

import re

from vault.config.file_checks import present, private
from vault.config.mail import MailConfig

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")


def mail_faults(mail: MailConfig) -> list[str]:
    """Every fault, as ``key: what is wrong; what to do``."""
    faults = []
    if not mail.host:
        faults.append("mail.host: must be a host name or address")
    if mail.security == "none" and mail.host not in _LOOPBACK:
        faults.append("mail.security: none is for the loopback only; use starttls or tls")
    if not _ADDRESS.fullmatch(mail.sender):
        faults.append("mail.sender: must be an address, such as vault@example.com")
    if bool(mail.username) != (mail.password_file is not None):
        faults.append("mail.username: goes with password_file; give both or neither")
    elif mail.password_file is not None:
        faults += private("mail.password_file", mail.password_file)
    if mail.ca_file is not None:
        faults += present("mail.ca_file", mail.ca_file)
    return faults
