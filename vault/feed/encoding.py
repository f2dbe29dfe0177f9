"""Lines as they go over the wire or into the file: format and framing of one feed.

| output | framing | ocsf | cef | syslog |
|---|---|---|---|---|
| file, stdout | a line each | JSON | ``CEF:0|..`` | message |
| tcp, tls | ``octets`` | counted message around JSON | counted message around CEF | counted message |
| tcp, tls | ``lines`` | JSON | message around CEF | message |

No line has a line end within: every format spells one out.
"""

from __future__ import annotations

from collections.abc import Iterable

from vault.config import FeedConfig
from vault.feed.cef import cef_line
from vault.feed.entry import FeedEntry
from vault.feed.ocsf import ocsf_line
from vault.feed.product import Source
from vault.feed.syslog import carried, counted, syslog_line


def encode(entries: Iterable[FeedEntry], *, feed: FeedConfig, source: Source) -> bytes:
    """Everything that the output is given for these entries, in their order."""
    return b"".join(_record(entry, feed, source) for entry in entries)


def _record(entry: FeedEntry, feed: FeedConfig, source: Source) -> bytes:
    is_connection = feed.output in {"tcp", "tls"}
    text = _text(entry, feed, source)
    is_message = feed.format == "syslog" or (is_connection and (feed.framing == "octets" or feed.format == "cef"))
    if is_message and feed.format != "syslog":
        text = carried(entry, text, source=source)
    return counted(text) if is_connection and feed.framing == "octets" else f"{text}\n".encode()


def _text(entry: FeedEntry, feed: FeedConfig, source: Source) -> str:
    match feed.format:
        case "ocsf":
            return ocsf_line(entry, source=source)
        case "cef":
            return cef_line(entry, source=source)
        case "syslog":
            return syslog_line(entry, source=source, enterprise=feed.enterprise)
