"""What an evidence bundle holds: its members by name, the order for it, and its manifest (docs/spec/bundle.md).

Every member is small enough to be held in memory: entries and older checkpoints go into numbered parts. So the zip
needs no sizes that are known only afterwards, and is the one zip of its content.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field

from vault.ledger.checkpoint import Checkpoint
from vault.ledger.recorder import instant
from vault.model import PersonId, Reason

FORMAT = "Dossier Vault evidence bundle"
VERSION = 1
PART_BYTES = 4 * 1024 * 1024
"""A part ends with the line that reaches this size."""

README = "README.md"
README_CHINESE = "README.zh-CN.md"
VERIFIER = "verify.py"
CHECKPOINT = "checkpoint"
KEYS = "keys.jsonl"
EDGES = "edges.jsonl"
STAMPS = "stamps.jsonl"
MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
STATEMENT = "SHA256SUMS.note"

Member = tuple[str, Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class BundleOrder:
    """Who asked for what, and why: the words that a reader of the bundle sees first.

    ``query`` is the query as it was written, ``words`` what it means in a sentence, by language tag (``en``,
    ``zh-Hans``). ``reason`` is the checked reason that the export was recorded with.
    """

    query: str
    words: Mapping[str, str]
    person_id: PersonId
    person_name: str
    reason: Reason
    ordered_at: dt.datetime


@dataclass(frozen=True, slots=True)
class AnchorReceipt:
    """A checkpoint as it was placed outside the database: ``note`` as it was signed, ``receipt`` what came back.

    ``kind`` is ``directory``, ``bucket``, ``witness`` (receipt: its lines) or ``timestamp`` (receipt: the answer of RFC
    3161 in DER, over the note). ``placed_at`` is this vault's word.
    """

    anchor: str
    kind: str
    size: int
    note: str
    receipt: bytes
    placed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A placement that is not carried, most often because what is stored of it was damaged.

    ``why`` is ``digest``: an entry names another digest of what came back; ``token``: that is no time stamp over the
    note; ``cosignature``: it is not the witness's over the note; ``note``: the note is not the checkpoint as it was
    signed; ``beyond``: the note is over more entries than the bundle's checkpoint, whatever size is stored with it;
    ``more``: the log signed another history there, and as many such as a bundle has room for are in it.
    """

    anchor: str
    kind: str
    size: int
    why: str


@dataclass(slots=True)
class Tally:
    """What has been written so far, for the manifest."""

    count: int = 0
    first: int = -1
    last: int = -1
    first_logged: str = ""
    last_logged: str = ""
    disclosed: int = 0
    hidden: int = 0
    epochs: list[dict[str, str | int]] = field(default_factory=list)
    claims: list[dict[str, str | int]] = field(default_factory=list)
    anchors: list[dict[str, str | int]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    checkpoints: int = 0
    _digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    def add_entry(self, index: int, leaf_hash: bytes, logged: str) -> None:
        if self.first < 0:
            self.first, self.first_logged = index, logged
        self.last, self.last_logged, self.count = index, logged, self.count + 1
        self._digest.update(index.to_bytes(8, "big") + leaf_hash)

    @property
    def digest(self) -> str:
        """SHA-256 over index (8 bytes, big-endian) and leaf hash of each entry, in hex."""
        return self._digest.hexdigest()


def manifest_bytes(order: BundleOrder, checkpoint: Checkpoint, *, key: str, form: str, tally: Tally) -> bytes:
    """The manifest: JSON for people to read, in one spelling."""
    entries: dict[str, str | int] = {"count": tally.count, "digest": tally.digest}
    if tally.count:
        entries |= {
            "first": tally.first,
            "last": tally.last,
            "first_logged": tally.first_logged,
            "last_logged": tally.last_logged,
        }
    reason = {"category": order.reason.category.value, "text": order.reason.text, "case": order.reason.case_number}
    manifest: dict[str, object] = {
        "format": FORMAT,
        "version": VERSION,
        "origin": checkpoint.origin,
        "key": key,
        "checkpoint": {"size": checkpoint.size, "root": base64.b64encode(checkpoint.root).decode("ascii")},
        "form": form,
        "ordered": {
            "at": instant(order.ordered_at),
            "by": {"person": order.person_id, "name": order.person_name},
            "reason": {name: value for name, value in reason.items() if value},
        },
        "query": {"text": order.query, "words": dict(order.words)},
        "entries": entries,
        "values": {"disclosed": tally.disclosed, "entries_with_hidden_values": tally.hidden},
        "epochs": tally.epochs,
        "complete": tally.claims,
        "older_checkpoints": tally.checkpoints,
        "anchors": tally.anchors,
    }
    if tally.left_out:
        manifest["left_out"] = [asdict(each) for each in tally.left_out]
    return json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"


def line(value: Mapping[str, object]) -> bytes:
    """One line of a member in JSON lines: one spelling, ended by a line feed."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def part_name(folder: str, number: int) -> str:
    """``entries/000.jsonl`` .. ``entries/999.jsonl``, ``entries/1000.jsonl`` ..: the reader goes by number."""
    return f"{folder}/{number:03d}.jsonl"


def statement_text(origin: str, sums: bytes) -> str:
    """What the trail's key signs of a bundle: never to be taken for a checkpoint, whose second line is a number."""
    return f"{origin}\n{FORMAT} v{VERSION}\n{hashlib.sha256(sums).hexdigest()}\n"
