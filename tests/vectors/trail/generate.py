"""Writes the vector of an exported trail, version 1. Run once for a format version; the file never changes after.

``python -m tests.vectors.trail.generate`` refuses to replace a file that exists. Randomness comes from a seed and the
clock stands still, so that the code of today must still write these very bytes (tests/vault/ledger/test_vectors.py).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from pathlib import Path

from tests.vault.ledger.trail import LEE, WANG, keyed, new_trail, opened, suspended
from vault.database.engine import reading
from vault.database.ledger_reading import SearchCriteria
from vault.ledger.checkpoint import verifier_key
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.ledger.export import export_lines

FOLDER = Path(__file__).parent
EXPORT = FOLDER / "export.v1.jsonl"
KEY = "trail.example/vault+448e0f12+AZfdk6YnkthN4DBv3MNVeJEkLJRYI9zqEkKd3l/QuTqj"


class SeededBytes:
    """Bytes that anybody can make: SHA-256 of a label and 0, 1, 2, ..., cut; for vectors only."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._calls = 0

    def __call__(self, length: int) -> bytes:
        self._calls += 1
        return hashlib.sha256(f"vector randomness: {self._label} {self._calls}".encode()).digest()[:length]


def write_trail(directory: Path) -> tuple[str, bytes]:
    """The verifier key and the export of a small trail: two people, two days, a denial, an intent with its result."""
    trail = new_trail(f"sqlite:///{directory}/trail.db", random=SeededBytes("trail v1"))
    intent = trail.append(opened(WANG))
    trail.append(keyed(intent))
    trail.append(Entry(Event.VIEW_DENIED, Outcome.DENIED, actor=LEE, code="denied.not_assigned"))
    trail.append(suspended(LEE, by=WANG))
    trail.sequence()
    trail.clock.advance(dt.timedelta(days=1, milliseconds=7))
    trail.append(Entry(Event.VAULT_UNSEALED, Outcome.SUCCESS))
    trail.sequence()
    with reading(trail.engine) as tx:
        lines = export_lines(tx, SearchCriteria(), reading_key=trail.reading_key, public=trail.signing.public)
        content = b"".join(lines)
    trail.engine.dispose()
    return verifier_key("trail.example/vault", trail.signing.public), content


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        _key, content = write_trail(Path(directory))
    with EXPORT.open("xb") as file:
        file.write(content)


if __name__ == "__main__":
    main()
