"""The trail as JSON lines: exact leaves with their values and proofs, and a check of such an export.

Line by line: one object for each entry, then one with the checkpoint. ``leaf`` is the text that was hashed, to the
byte; ``proof`` leads from it to the checkpoint's root. Who reads the export needs the log's key and nothing of this
vault. A line has one spelling, so that an export altered in any byte is refused (docs/spec/trail.md, "Export").

::

    {"index":7,"leaf":"{...}","disclosures":["WyJ..."],"proof":["base64", ...]}
    {"checkpoint":"example.com/dossier-vault\\n201\\n...","key":"example.com/dossier-vault+f6859..."}
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence

from vault.ledger.canonical import parse_object
from vault.ledger.checkpoint import Checkpoint, CheckpointRefused, open_checkpoint, verifier_key
from vault.ledger.disclosures import DisclosureRefused, is_committed, parse_disclosure
from vault.ledger.proofs import ProofRefused, verify_inclusion
from vault.ledger.reader import OpenedEntry, digests_of
from vault.ledger.tree import leaf_hash

_ENTRY_MEMBERS = {"index", "leaf", "disclosures", "proof"}
_CHECKPOINT_MEMBERS = {"checkpoint", "key"}


class ExportRefused(ValueError):
    """The export is not what the log stands by; the message says at which line."""


def checkpoint_line(note: str, *, origin: str, public: bytes) -> bytes:
    """The last line: the checkpoint that everything before is proven against, and the key that signed it."""
    return _line({"checkpoint": note, "key": verifier_key(origin, public)})


def entry_line(entry: OpenedEntry, path: Sequence[bytes]) -> bytes:
    """The line of one entry with its audit path."""
    return _line(
        {
            "index": entry.position,
            "leaf": entry.leaf.decode("utf-8"),
            "disclosures": [text.decode("ascii") for text in entry.texts],
            "proof": [base64.b64encode(each).decode("ascii") for each in path],
        }
    )


def verify_export(lines: Iterable[bytes], *, origin: str, public: bytes) -> int:
    """Checks an export against the log's pinned name and key; how many entries it proves. Raises ExportRefused."""
    parsed = [_parse(line, number) for number, line in enumerate(lines, start=1)]
    if not parsed or parsed[-1].keys() != _CHECKPOINT_MEMBERS:
        raise ExportRefused("the last line is no checkpoint: the export was cut off")
    if parsed[-1]["key"] != verifier_key(origin, public):
        raise ExportRefused("another key than the one it is checked against")
    try:
        checkpoint = open_checkpoint(str(parsed[-1]["checkpoint"]), origin=origin, public=public)
    except CheckpointRefused as error:
        raise ExportRefused(f"checkpoint: {error}") from error
    before = -1
    for number, entry in enumerate(parsed[:-1], start=1):
        before = _check_entry(number, entry, checkpoint=checkpoint, before=before)
    return len(parsed) - 1


def _check_entry(number: int, entry: dict[str, object], *, checkpoint: Checkpoint, before: int) -> int:
    if entry.keys() != _ENTRY_MEMBERS:
        raise ExportRefused(f"line {number}: not an entry")
    index, leaf = entry["index"], entry["leaf"]
    if type(index) is not int or not isinstance(leaf, str) or index <= before:
        raise ExportRefused(f"line {number}: not an entry in its order")
    try:
        facts = parse_object(leaf.encode())
        proof = [_hash_of(each) for each in _texts(entry["proof"])]
        verify_inclusion(leaf_hash(leaf.encode()), proof, index=index, size=checkpoint.size, root=checkpoint.root)
        _check_disclosures(_texts(entry["disclosures"]), digests_of(facts))
    except (ProofRefused, DisclosureRefused, ValueError) as error:
        raise ExportRefused(f"line {number}: {error}") from error
    if facts.get("index") != index:
        raise ExportRefused(f"line {number}: a leaf of another place")
    return index


def _check_disclosures(texts: list[str], digests: list[str]) -> None:
    disclosures = [parse_disclosure(text) for text in texts]
    if len({each.name for each in disclosures}) != len(disclosures):
        raise DisclosureRefused("a value given twice")
    if not all(is_committed(each, digests) for each in disclosures):
        raise DisclosureRefused("a value that the leaf does not commit to")


def _texts(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ValueError("not a list of texts")
    return value


def _hash_of(text: str) -> bytes:
    """The bytes of the one base64 spelling."""
    content = base64.b64decode(text, validate=True)
    if base64.b64encode(content).decode("ascii") != text:
        raise ValueError("not the one base64 spelling of a hash")
    return content


def _parse(line: bytes, number: int) -> dict[str, object]:
    try:
        parsed = json.loads(line)
        is_the_one_spelling = isinstance(parsed, dict) and _line(parsed) == line
    except (ValueError, RecursionError) as error:
        raise ExportRefused(f"line {number}: not JSON") from error
    if not is_the_one_spelling:
        raise ExportRefused(f"line {number}: not the one spelling of an object")
    return parsed  # type: ignore[no-any-return]


def _line(value: dict[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
