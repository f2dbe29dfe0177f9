"""An entry as one line of ArcSight's Common Event Format, version 0.

::

    CEF:0|Dossier Vault|Dossier Vault|0.1.0|view.opened|A view was granted ..|3|rt=.. externalId=.. cs1Label=leafHash ..

In the header backslash and ``|`` are escaped, in the extension backslash and ``=``. There a line end becomes a
backslash with ``n`` or ``r``, and any other character that could harm is spelled out as ``<U+202E>``. Source:
"Implementing ArcSight Common Event Format (CEF)", version 23, sections "CEF header" and "Character encoding".
"""

from __future__ import annotations

import ipaddress
import json

from vault.feed.characters import escaped, in_brackets, visible
from vault.feed.entry import FeedEntry, milliseconds
from vault.feed.meanings import Severity, meaning_of
from vault.feed.product import PRODUCT, VENDOR, Source
from vault.place import parse_address

_SEVERITIES = {
    Severity.INFORMATIONAL: 1,
    Severity.LOW: 3,
    Severity.MEDIUM: 5,
    Severity.HIGH: 8,
    Severity.CRITICAL: 10,
}
_LINE_ENDS = {"\n": r"\n", "\r": r"\r"}
_FURTHER = ("version", "request", "intent", "hidden")


def cef_line(entry: FeedEntry, *, source: Source) -> str:
    """The event as one line without its end."""
    severity = meaning_of(entry.event, code=entry.code).severity_of(entry.outcome)
    header = (VENDOR, PRODUCT, source.version, entry.event.value, entry.event.sentence, str(_SEVERITIES[severity]))
    pairs = " ".join(f"{key}={_value(value)}" for key, value in _extension(entry, source) if value)
    return f"CEF:0|{'|'.join(map(_header, header))}|{pairs}"


def _extension(entry: FeedEntry, source: Source) -> list[tuple[str, str]]:
    """Keys of the dictionary; numbers and texts that it has no key for stand in custom fields with their labels."""
    actor, subject = entry.actor, entry.subject
    return [
        ("rt", str(milliseconds(entry.logged))),
        ("start", str(milliseconds(entry.time))),
        ("externalId", entry.entry_id),
        ("cat", entry.event.value.partition(".")[0]),
        ("outcome", entry.outcome.value),
        ("reason", entry.code),
        ("dvchost", entry.node or source.node),
        ("suid", actor.uid if actor else ""),
        ("suser", actor.login if actor else ""),
        ("duid", subject.uid if subject else ""),
        ("duser", subject.login if subject else ""),
        *_place(entry),
        ("fileId", entry.document),
        *_number("cn1", "trailIndex", entry.index),
        *_text("cs1", "leafHash", entry.leaf_hash),
        *_text("cs2", "dossier", entry.dossier),
        *_text("cs3", "view", entry.view),
        *_text("cs5", "session", entry.session),
        *_text("cs6", "details", _details(entry)),
    ]


def _place(entry: FeedEntry) -> list[tuple[str, str]]:
    if entry.place is None:
        return []
    address = parse_address(entry.place.address)
    named = _text("cs4", "place", entry.place.label)
    if isinstance(address, ipaddress.IPv4Address):
        return [("src", str(address)), *named]
    if isinstance(address, ipaddress.IPv6Address):
        return [*_text("c6a2", "Source IPv6 Address", str(address)), *named]
    return named


def _details(entry: FeedEntry) -> str:
    """What is left, as compact JSON."""
    further = {name: getattr(entry, name) for name in _FURTHER if getattr(entry, name)}
    handles = {"whoHandle": entry.actor.handle if entry.actor else ""}
    members = {**further, **{name: value for name, value in handles.items() if value}, **entry.details}
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")) if members else ""


def _text(key: str, label: str, value: str) -> list[tuple[str, str]]:
    return [(f"{key}Label", label), (key, value)] if value else []


def _number(key: str, label: str, value: int) -> list[tuple[str, str]]:
    return [(f"{key}Label", label), (key, str(value))]


def _header(text: str) -> str:
    return visible(escaped(text, "|"))


def _value(text: str) -> str:
    return visible(escaped(text, "="), spelled=lambda each: _LINE_ENDS.get(each) or in_brackets(each))
