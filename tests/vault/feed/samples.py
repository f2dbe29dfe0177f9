"""Entries as they go out: ordinary ones, and some in which every text tries to break the format."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from vault.feed.entry import FeedEntry, Party
from vault.feed.product import Source
from vault.ledger.events import Event, Outcome
from vault.model import Place, PlaceSource

SOURCE = Source("0.1.0", "trail.example/vault", "node1")
NOON = dt.datetime(2026, 11, 24, 12, 0, 0, 123000, tzinfo=dt.UTC)
WANG = Party("N-2001", "wang", "hmamhzibkl7hu5fvbipsds7lgu")
LEE = Party("N-1001", "lee", "k2mamhzibkl7hu5fvbipsds7lg")
OPENED = FeedEntry(
    7,
    Event.VIEW_OPENED,
    Outcome.SUCCESS,
    NOON,
    NOON + dt.timedelta(milliseconds=412),
    leaf_hash="5a" * 32,
    entry_id="eoq25p4eaxc2arpl2o6wvwsobwm",
    node="node1",
    actor=WANG,
    session="saaaaaaaaaaaaaaaaaaaaaaaaaa",
    place=Place("10.1.2.3", PlaceSource.ZONE, zone="总部大楼"),
    dossier="daaaaaaaaaaaaaaaaaaaaaaaaaa",
    document="faaaaaaaaaaaaaaaaaaaaaaaaaa",
    version="vaaaaaaaaaaaaaaaaaaaaaaaaaa",
    view="waaaaaaaaaaaaaaaaaaaaaaaaaa",
    details={"number": 2, "allowed": 3, "lease_seconds": 900},
)
DENIED = replace(
    OPENED,
    index=8,
    event=Event.VIEW_DENIED,
    outcome=Outcome.DENIED,
    actor=Party(WANG.handle),
    session="",
    place=None,
    view="",
    version="",
    code="denied.not_assigned",
    details={},
)
SUSPENDED = replace(
    OPENED,
    index=9,
    event=Event.PERSON_SUSPENDED,
    subject=LEE,
    place=Place("2001:db8::7", PlaceSource.DECLARED, declared="客户现场", trusted_proxy="10.9.9.9"),
    dossier="",
    document="",
    version="",
    view="",
    details={},
)
REFUSED = replace(
    SUSPENDED,
    index=10,
    event=Event.SESSION_REFUSED,
    outcome=Outcome.DENIED,
    actor=None,
    subject=None,
    session="",
    place=Place("local", PlaceSource.DECLARED, declared="command line"),
    code="sign_in.refused",
)
CLOSED = FeedEntry(
    11,
    Event.DAY_CLOSE,
    Outcome.SUCCESS,
    NOON,
    NOON,
    leaf_hash="c3" * 32,
    entry_id="ebbbbbbbbbbbbbbbbbbbbbbbbbb",
    details={"day": "2026-11-24", "from": 1, "count": 10},
)
DAMAGED = FeedEntry(
    12, Event.OBJECT_TAMPERED, Outcome.FAILED, NOON, NOON, leaf_hash="00" * 32, code="leaf.damaged", hidden="damaged"
)
HOSTILE_TEXTS = (
    "a\r\nCEF:0|x|y|z|forged|forged|10|",
    "a\n<110>1 - - - - - forged",
    '"] [forged@1 x="y',
    "a|b\\|c\\",
    "a=b src=6.6.6.6 suser\\=root",
    "a]b\\]c",
    '{"class_uid":1}\\u0000',
    "nul\x00 bell\x07 escape\x1b[31m delete\x7f next\x85",
    "bidi\u202e\u2066 lines\u2028\u2029 mark\ufeff tag\U000e0041",
    "lone \ud800 surrogate",
    "中文 名字 ｜＝ ✓ 𠮷",
    "  spaces  ",
    "\\n \\r \\\\",
    "42 <1>1 -",
)


def hostile(text: str) -> FeedEntry:
    """An entry in which this text stands wherever a text may."""
    return replace(
        OPENED,
        node=text,
        actor=Party(text, text, text),
        subject=Party(text, text, text),
        session=text,
        place=Place(text, PlaceSource.DECLARED, zone=text, declared=text, trusted_proxy=text),
        dossier=text,
        document=text,
        version=text,
        view=text,
        request=text,
        code=text,
        intent=text,
        details={"what": text, 'a="]b c': text},
        hidden=text,
    )


ORDINARY = (OPENED, DENIED, SUSPENDED, REFUSED, CLOSED, DAMAGED)
VECTOR = (*ORDINARY, hostile('a\r\n|=]"\\\x1b\u202e 中文 𠮷'))
