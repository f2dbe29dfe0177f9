"""Writes the vectors of an exported trail, version 1. Run once for a format version; a file never changes after.

``python -m tests.vectors.trail.generate`` never replaces a file that exists. Randomness comes from a seed and the
clock stands still, so that the code of today must still write these very bytes (tests/vault/ledger/test_vectors.py).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.vault.ledger.bundle.bundles import members_of, resummed, zipped
from tests.vault.ledger.trail import LEE, WANG, Trail, exported_lines, keyed, new_trail, opened, suspended
from vault.database.engine import transaction
from vault.database.policy_queries import add_policy_version
from vault.ledger.checkpoint import verifier_key
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.policy.document import Policy

FOLDER = Path(__file__).parent
EXPORT = FOLDER / "export.v1.jsonl"
POLICY_EXPORT = FOLDER / "policy.v1.jsonl"
BUNDLE = FOLDER / "bundle.v1.zip"
SHIPPED = {"README.md", "README.zh-CN.md", "verify.py"}
"""Members that are words and programs: they change, so the vector goes without them, and without the signature."""
KEY = "trail.example/vault+448e0f12+AZfdk6YnkthN4DBv3MNVeJEkLJRYI9zqEkKd3l/QuTqj"


class SeededBytes:
    """Bytes that anybody can make: SHA-256 of a label and 0, 1, 2, ..., cut; for vectors only."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._calls = 0

    def __call__(self, length: int) -> bytes:
        self._calls += 1
        return hashlib.sha256(f"vector randomness: {self._label} {self._calls}".encode()).digest()[:length]


def write_trail(directory: Path) -> Trail:
    """A small trail: two people, two days, a denial, an intent with its result."""
    trail = new_trail(f"sqlite:///{directory}/trail.db", random=SeededBytes("trail v1"))
    intent = trail.append(opened(WANG))
    trail.append(keyed(intent))
    trail.append(Entry(Event.VIEW_DENIED, Outcome.DENIED, actor=LEE, code="denied.not_assigned"))
    trail.append(suspended(LEE, by=WANG))
    trail.sequence()
    trail.clock.advance(dt.timedelta(days=1, milliseconds=7))
    trail.append(Entry(Event.VAULT_UNSEALED, Outcome.SUCCESS))
    trail.sequence()
    return trail


def write_policy_trail(directory: Path) -> Trail:
    """Entries before, between and after two versions of the policy."""
    trail = new_trail(f"sqlite:///{directory}/policies.db", random=SeededBytes("trail v1 policy"))
    for version in (1, 2):
        trail.append(opened(WANG))
        with transaction(trail.engine) as tx:
            add_policy_version(tx, version=version, policy=Policy(views=version), now=trail.clock.now())
    trail.append(opened(LEE))
    trail.append(Entry(Event.VIEW_DENIED, Outcome.DENIED, actor=LEE, code="denied.not_assigned"))
    trail.sequence()
    return trail


def write_export(directory: Path, *, write: Callable[[Path], Trail] = write_trail) -> tuple[str, bytes]:
    """The verifier key and the export of the small trail."""
    trail = write(directory)
    content = b"".join(exported_lines(trail))
    trail.engine.dispose()
    return verifier_key("trail.example/vault", trail.signing.public), content


def write_evidence(directory: Path) -> bytes:
    """The bundle of everything in the small trail, without what is shipped with it."""
    trail = write_trail(directory)
    members = {name: content for name, content in members_of(trail).items() if name not in SHIPPED}
    trail.engine.dispose()
    return zipped(resummed(members))


def main() -> None:
    vectors: dict[Path, Callable[[Path], bytes]] = {
        EXPORT: lambda folder: write_export(folder)[1],
        POLICY_EXPORT: lambda folder: write_export(folder, write=write_policy_trail)[1],
        BUNDLE: write_evidence,
    }
    for path, write in vectors.items():
        if path.exists():
            continue
        with tempfile.TemporaryDirectory() as directory:
            content = write(Path(directory))
        with path.open("xb") as file:
            file.write(content)


if __name__ == "__main__":
    main()
