"""The entries of an export: found up to a pinned size, counted, digested, and read in batches.

The trail only grows, so whatever stands below a signed size is the same however long reading takes. So each batch is a
transaction of its own: one long one would keep SQLite's write-ahead log from being folded back for as long as it lasts.

The *digest* of a selection is SHA-256 over ``be64(index) || leaf hash`` of each entry, in rising order: two people who
have the same number have selected the same entries with the same content (docs/spec/exports.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from keys.model import Secret
from vault.database import ledger_reading
from vault.database.engine import Connection, Engine, reading
from vault.database.ledger_picking import pick_leaves
from vault.database.ledger_reading import SearchCriteria
from vault.errors import TamperError, Unavailable
from vault.ledger.finding import find_upwards
from vault.ledger.proving import BatchProver
from vault.ledger.reader import OpenedEntry, open_entries
from vault.ledger.tree import leaf_hashes
from vault.ledger.values import ValueOpener
from vault.runtime import Vault
from vault.trail.exports.sheet import Batch
from vault.trail.rows import EntryNames, names_in
from vault.trail.standing import reading_key_of

BATCH = 1_000
COUNTED_AT_ONCE = 20_000
_INDEX_BYTES = 8


@dataclass(frozen=True, slots=True)
class Counted:
    """How many entries, and their digest (32 bytes)."""

    rows: int
    digest: bytes


@dataclass(slots=True)
class Digester:
    """Counts and digests entries that come in rising order."""

    rows: int = 0
    _hash: hashlib._Hash = field(default_factory=hashlib.sha256)

    def add(self, indexes: Sequence[int], hashes: Sequence[bytes]) -> None:
        self.rows += len(indexes)
        self._hash.update(
            b"".join([index.to_bytes(8, "big") + hashed for index, hashed in zip(indexes, hashes, strict=True)])
        )

    def counted(self) -> Counted:
        return Counted(self.rows, self._hash.digest())


def count_selection(vault: Vault, criteria: SearchCriteria, *, size: int, until: float) -> Counted:
    """By the hashes that the tree was built of; values are opened only where words are asked for.

    TamperError where the search knows of an entry that the trail has lost; Sealed where words are asked for and sealed.
    Unavailable ``export.too_long_to_count`` if the monotonic clock passes ``until`` before the end.
    """
    digester, after, key = Digester(), -1, reading_key_of(vault)
    while True:
        if vault.monotonic() > until:
            raise Unavailable("export.too_long_to_count")
        with reading(vault.engine) as tx:
            found = find_upwards(tx, criteria, reading_key=key, before=size, after=after, limit=COUNTED_AT_ONCE)
            if not found:  # fewer than asked for is no end where candidates had to be opened
                return digester.counted()
            hashes = ledger_reading.hashes_at(tx, 0, found)
        if any(position not in hashes for position in found):
            raise TamperError("tamper.detected")
        digester.add(found, [hashes[position] for position in found])
        after = found[-1]


def read_selection(
    engine: Engine,
    criteria: SearchCriteria,
    *,
    size: int,
    reading_key: Secret | None,
    with_names: bool = False,
    with_paths: bool = False,
    batch: int = BATCH,
) -> Iterator[Batch]:
    """The entries in rising order, opened, each with the hash of its leaf as it stands.

    TamperError at an entry that is damaged or not there any more, or that no proof can be given for.
    """
    after, prover = -1, BatchProver(size)
    opener = ValueOpener(reading_key) if reading_key is not None else None
    while True:
        with reading(engine) as tx:
            found = find_upwards(tx, criteria, reading_key=reading_key, before=size, after=after, limit=batch)
            if not found:
                return
            entries = _opened(tx, found, opener)
            names = names_in(tx, entries) if with_names else EntryNames()
            paths = _paths(tx, prover, found) if with_paths else []
        yield Batch(entries, leaf_hashes(entry.leaf for entry in entries), names, paths)
        after = found[-1]


def _opened(tx: Connection, found: list[int], opener: ValueOpener | None) -> list[OpenedEntry]:
    opened = open_entries(tx, pick_leaves(tx, found), opener=opener)
    if [entry.position for entry in opened if entry.facts] != found:
        raise TamperError("tamper.detected")
    return opened


def _paths(tx: Connection, prover: BatchProver, found: list[int]) -> list[list[bytes]]:
    try:
        prover.load(tx, found)
    except KeyError:
        raise TamperError("tamper.detected") from None
    return [prover.path(position) for position in found]
