"""RFC 6962 as it is written, recursively and without any cleverness: what the tree and its proofs are checked against.

Also the published test data of the Certificate Transparency reference implementation: eight leaves, the roots of the
trees over the first 1 .. 8 of them, and proofs in them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
EMPTY = bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
ROOTS = [
    bytes.fromhex(text)
    for text in (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
LEAF_1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
NODES_2_3 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
NODES_4_7 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
LEAF_4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
NODES_6_7 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
NODES_4_5 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
NODES_0_3 = ROOTS[3].hex()
INCLUSION = [  # index, size, path
    (0, 1, []),
    (0, 8, [LEAF_1, NODES_2_3, NODES_4_7]),
    (5, 8, [LEAF_4, NODES_6_7, NODES_0_3]),
    (2, 3, [ROOTS[1].hex()]),
    (1, 5, [ROOTS[0].hex(), NODES_2_3, LEAF_4]),
]
CONSISTENCY = [  # old size, size, proof
    (1, 1, []),
    (1, 8, [LEAF_1, NODES_2_3, NODES_4_7]),
    (6, 8, [NODES_4_5, NODES_6_7, NODES_0_3]),
    (2, 5, [NODES_2_3, LEAF_4]),
]

Hashes = list[bytes]


def hashed(leaves: list[bytes]) -> Hashes:
    return [hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves]


def root(hashes: Hashes) -> bytes:
    """MTH of section 2.1."""
    if not hashes:
        return EMPTY
    if len(hashes) == 1:
        return hashes[0]
    split = _split(len(hashes))
    return hashlib.sha256(b"\1" + root(hashes[:split]) + root(hashes[split:])).digest()


def path(index: int, hashes: Hashes) -> Hashes:
    """PATH of section 2.1.1."""
    if len(hashes) == 1:
        return []
    split = _split(len(hashes))
    if index < split:
        return [*path(index, hashes[:split]), root(hashes[split:])]
    return [*path(index - split, hashes[split:]), root(hashes[:split])]


def proof(old_size: int, hashes: Hashes) -> Hashes:
    """PROOF of section 2.1.2."""
    return _subproof(old_size, hashes, is_complete=True)


def subtrees(hashes: Hashes) -> Callable[[int, int], bytes]:
    """What a store of complete subtrees answers; asked for anything else it fails."""

    def hash_of(level: int, position: int) -> bytes:
        start, end = position << level, (position + 1) << level
        assert end <= len(hashes), "asked for a subtree that is not complete"
        return root(hashes[start:end])

    return hash_of


def _subproof(old_size: int, hashes: Hashes, *, is_complete: bool) -> Hashes:
    if old_size == len(hashes):
        return [] if is_complete else [root(hashes)]
    split = _split(len(hashes))
    if old_size <= split:
        return [*_subproof(old_size, hashes[:split], is_complete=is_complete), root(hashes[split:])]
    return [*_subproof(old_size - split, hashes[split:], is_complete=False), root(hashes[:split])]


def _split(size: int) -> int:
    power = 1
    while power * 2 < size:
        power *= 2
    return power
