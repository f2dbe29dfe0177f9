"""The trail as JSON lines: exact leaves with their values and proofs, and a check of such an export.

Line by line: one object for each entry, then one with the checkpoint. ``leaf`` is the text that was hashed, to the
byte; ``proof`` leads from it to the checkpoint's root. Who reads the export needs the log's key and nothing of this
vault.

::

    {"index":7,"leaf":"{...}","disclosures":["WyJ..."],"proof":["base64", ...]}
    {"checkpoint":"example.com/dossier-vault\\n201\\n...","key":"example.com/dossier-vault+f6859..."}
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator

from keys.model import Secret
from vault.database import ledger_reading, ledger_sequencing
from vault.database.engine import Connection
from vault.database.ledger_reading import SearchCriteria
from vault.errors import Unavailable
from vault.ledger.canonical import NotCanonical, parse_object
from vault.ledger.checkpoint import CheckpointRefused, open_checkpoint, verifier_key
from vault.ledger.disclosures import DisclosureRefused, is_committed, parse_disclosure
from vault.ledger.proofs import ProofRefused, verify_inclusion
from vault.ledger.reader import open_entries, proof_of
from vault.ledger.tree import leaf_hash

BATCH = 200


class ExportRefused(ValueError):
    """The export is not what the log stands by; the message says at which line."""


def export_lines(
    tx: Connection, criteria: SearchCriteria, *, reading_key: Secret | None, public: bytes
) -> Iterator[bytes]:
    """The entries that match, oldest first, up to the newest checkpoint; Unavailable while there is none."""
    newest = ledger_reading.newest_checkpoint(tx)
    head = ledger_sequencing.load_head(tx)
    if newest is None or head is None:
        raise Unavailable("trail.no_checkpoint")
    note, _signed_at = newest
    size = open_checkpoint(note, origin=head.origin, public=public).size
    after = -1
    while True:
        found = ledger_reading.search_positions(tx, criteria, before=size, after=after, limit=BATCH)
        if not found:
            break
        leaves = ledger_reading.load_leaves(tx, [row.position for row in found])
        for entry in open_entries(tx, [leaves[row.position] for row in found], reading_key=reading_key):
            proof = proof_of(tx, entry.position, size=size)
            yield _line(
                {
                    "index": entry.position,
                    "leaf": entry.leaf.decode("utf-8"),
                    "disclosures": [each.text for each in entry.disclosures],
                    "proof": [base64.b64encode(each).decode("ascii") for each in proof],
                }
            )
        after = found[-1].position
    yield _line({"checkpoint": note, "key": verifier_key(head.origin, public)})


def verify_export(lines: Iterable[bytes], *, origin: str, public: bytes) -> int:
    """Checks an export against the log's pinned name and key; how many entries it proves. Raises ExportRefused."""
    entries = [(number, _parse(line, number)) for number, line in enumerate(lines, start=1)]
    if not entries or "checkpoint" not in entries[-1][1]:
        raise ExportRefused("the last line is no checkpoint: the export was cut off")
    try:
        checkpoint = open_checkpoint(str(entries[-1][1]["checkpoint"]), origin=origin, public=public)
    except CheckpointRefused as error:
        raise ExportRefused(f"checkpoint: {error}") from error
    before = -1
    for number, entry in entries[:-1]:
        before = _check_entry(number, entry, size=checkpoint.size, root=checkpoint.root, before=before)
    return len(entries) - 1


def _check_entry(number: int, entry: dict[str, object], *, size: int, root: bytes, before: int) -> int:
    index, leaf, proof, disclosures = (entry.get(name) for name in ("index", "leaf", "proof", "disclosures"))
    if not isinstance(index, int) or not isinstance(leaf, str) or index <= before:
        raise ExportRefused(f"line {number}: not an entry in its order")
    if not isinstance(proof, list) or not isinstance(disclosures, list):
        raise ExportRefused(f"line {number}: no proof or no list of values")
    try:
        hashes = [base64.b64decode(str(each), validate=True) for each in proof]
        verify_inclusion(leaf_hash(leaf.encode()), hashes, index=index, size=size, root=root)
        facts = parse_object(leaf.encode())
        committed = facts.get("_sd", [])
        digests = [each for each in committed if isinstance(each, str)] if isinstance(committed, list) else []
        if not all(is_committed(parse_disclosure(str(each)), digests) for each in disclosures):
            raise ExportRefused(f"line {number}: a value that the leaf does not commit to")
    except (ProofRefused, NotCanonical, DisclosureRefused, binascii.Error) as error:
        raise ExportRefused(f"line {number}: {error}") from error
    if facts.get("index") != index:
        raise ExportRefused(f"line {number}: a leaf of another place")
    return index


def _parse(line: bytes, number: int) -> dict[str, object]:
    try:
        parsed = json.loads(line)
    except ValueError as error:
        raise ExportRefused(f"line {number}: not JSON") from error
    if not isinstance(parsed, dict):
        raise ExportRefused(f"line {number}: not an object")
    return parsed


def _line(value: dict[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
