"""The tree and its entries as C2SP tlog-tiles: what Go's ``tlog`` and other tools read without knowing this vault.

::

    tile/<level>/<number>[.p/<width>]      up to 256 hashes; level 0 are leaf hashes, level n roots of full tiles of n-1
    tile/entries/<number>[.p/<width>]      the leaves under a tile of level 0, each after its length in two bytes

Numbers are written in groups of three digits (1234067 is ``x001/x234/067``). Only the rightmost tile of a level is
partial. Source: C2SP tlog-tiles.
"""

from __future__ import annotations

from collections.abc import Iterator

from vault.database import ledger_reading
from vault.database.engine import Engine, reading
from vault.errors import TamperError
from vault.ledger.bundle.layout import Member
from vault.ledger.tree import HASH_BYTES

HEIGHT = 8
WIDTH = 1 << HEIGHT


def tile_name(level: int | str, number: int, *, width: int = WIDTH) -> str:
    """The path of a tile; ``level`` is a number, or ``entries``."""
    groups = [f"{number % 1000:03d}"]
    while number >= 1000:
        number //= 1000
        groups.insert(0, f"x{number % 1000:03d}")
    return f"tile/{level}/{'/'.join(groups)}" + (f".p/{width}" if width < WIDTH else "")


def tile_members(engine: Engine, *, size: int) -> Iterator[Member]:
    """Every tile of the tree of ``size`` leaves, then the entries. TamperError where something is not there any more.

    Each is read in a transaction of its own: what is below a checkpoint does not change.
    """
    level, width = 0, size
    while width:
        for number in range(-(-width // WIDTH)):
            count = min(WIDTH, width - number * WIDTH)
            yield tile_name(level, number, width=count), iter([_hashes(engine, level, number, count)])
        level, width = level + 1, width // WIDTH
    for number in range(-(-size // WIDTH)):
        count = min(WIDTH, size - number * WIDTH)
        yield tile_name("entries", number, width=count), iter([_entries(engine, number, count)])


def _hashes(engine: Engine, level: int, number: int, count: int) -> bytes:
    with reading(engine) as tx:
        found = ledger_reading.subtree_hashes(tx, level * HEIGHT, number * WIDTH, count=count)
    if len(found) != count or any(len(each) != HASH_BYTES for each in found):
        raise TamperError("tamper.detected")
    return b"".join(found)


def _entries(engine: Engine, number: int, count: int) -> bytes:
    positions = range(number * WIDTH, number * WIDTH + count)
    with reading(engine) as tx:
        leaves = ledger_reading.load_leaves(tx, list(positions))
    if len(leaves) != count:
        raise TamperError("tamper.detected")
    return b"".join(len(leaves[each].leaf).to_bytes(2, "big") + leaves[each].leaf for each in positions)
