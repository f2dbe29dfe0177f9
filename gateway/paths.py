"""Where to go back to: paths of our own that came in from outside."""

from __future__ import annotations

from urllib.parse import urlsplit

_LONGEST = 1000


def own_path(sent: str, *, otherwise: str) -> str:
    """``sent`` if it is a path on this very site, else ``otherwise``.

    Browsers read backslashes as slashes and drop tabs and line ends, so anything but plain printable ASCII is refused.
    """
    is_plain = sent.isascii() and sent.isprintable() and "\\" not in sent and " " not in sent
    if not is_plain or len(sent) > _LONGEST or not sent.startswith("/") or sent.startswith("//"):
        return otherwise
    parts = urlsplit(sent)
    return sent if not parts.scheme and not parts.netloc else otherwise
