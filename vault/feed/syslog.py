"""Messages of RFC 5424, and their frames on a stream.

::

    <110>1 2026-11-24T09:00:00.000Z node1 dossier-vault - view.opened [trail@32473 index="7" leafHash=".."] BOM A ..

Facility 13 is "log audit". In a PARAM-VALUE ``"``, ``\\`` and ``]`` are escaped (section 6.3.3), and what could harm is
spelled out as ``<U+202E>``. A text in UTF-8 begins with a byte order mark (section 6.4). On a stream a message is
counted in octets (RFC 6587, section 3.4.1; RFC 5425, section 4.3), so that nothing in it can be taken for its end.
"""

from __future__ import annotations

import re

from vault.feed.characters import escaped, visible
from vault.feed.entry import FeedEntry
from vault.feed.meanings import Severity, meaning_of
from vault.feed.product import SERVICE, Source
from vault.ledger.recorder import instant

NIL = "-"
_AUDIT_FACILITY = 13
_SEVERITIES = {
    Severity.INFORMATIONAL: 6,
    Severity.LOW: 5,
    Severity.MEDIUM: 4,
    Severity.HIGH: 3,
    Severity.CRITICAL: 2,
}
_BOM = "\ufeff"
_NO_NAME = re.compile(r'[^!-~]|[]="]')
_LONGEST_NAME = 32
_LONGEST_HOST = 255


def syslog_line(entry: FeedEntry, *, source: Source, enterprise: int) -> str:
    """The entry as a message of its own: every fact in structured data, the sentence as its text."""
    data = _element("trail", enterprise, _facts(entry)) + _element("details", enterprise, list(entry.details.items()))
    return f"{_header(entry, source)} {data} {_BOM}{entry.event.sentence}"


def carried(entry: FeedEntry, text: str, *, source: Source) -> str:
    """A line of another format as the text of a message, without byte order mark: its readers look for its start."""
    return f"{_header(entry, source)} {NIL} {text}"


def counted(message: str) -> bytes:
    """The message in its frame for a stream: its length in octets, a space, the octets."""
    content = message.encode("utf-8")
    return b"%d %s" % (len(content), content)


def _header(entry: FeedEntry, source: Source) -> str:
    severity = meaning_of(entry.event, code=entry.code).severity_of(entry.outcome)
    priority = _AUDIT_FACILITY * 8 + _SEVERITIES[severity]
    host = _name(entry.node or source.node, _LONGEST_HOST) or NIL
    return f"<{priority}>1 {instant(entry.time)} {host} {SERVICE} {NIL} {_name(entry.event.value, _LONGEST_NAME)}"


def _facts(entry: FeedEntry) -> list[tuple[str, str | int]]:
    actor, subject, place = entry.actor, entry.subject, entry.place
    return [
        ("index", entry.index),
        ("leafHash", entry.leaf_hash),
        ("id", entry.entry_id),
        ("event", entry.event.value),
        ("outcome", entry.outcome.value),
        ("code", entry.code),
        ("logged", instant(entry.logged)),
        ("who", actor.uid if actor else ""),
        ("login", actor.login if actor else ""),
        ("whoHandle", actor.handle if actor else ""),
        ("subject", subject.uid if subject else ""),
        ("subjectLogin", subject.login if subject else ""),
        ("address", place.address if place else ""),
        ("zone", place.zone if place else ""),
        ("declared", place.declared if place else ""),
        ("session", entry.session),
        ("dossier", entry.dossier),
        ("document", entry.document),
        ("version", entry.version),
        ("view", entry.view),
        ("request", entry.request),
        ("intent", entry.intent),
        ("hidden", entry.hidden),
    ]


def _element(name: str, enterprise: int, pairs: list[tuple[str, str | int]]) -> str:
    """An SD-ELEMENT, '' if there is nothing in it."""
    params = "".join(f' {_name(key, _LONGEST_NAME)}="{_value(str(value))}"' for key, value in pairs if value != "")
    return f"[{name}@{enterprise}{params}]" if params else ""


def _value(text: str) -> str:
    return visible(escaped(text, '"]'))


def _name(text: str, longest: int) -> str:
    return _NO_NAME.sub("_", text)[:longest]
