"""Writes small location databases after the MaxMind DB format specification 2.0, for tests: no blob of anybody's.

One tree of 128 bits (IPv4 lies under ``::/96``, as the specification says), records of 28 bits, data behind it, and
metadata at the end.
"""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Mapping
from typing import TypeAlias

Value: TypeAlias = "str | int | list[Value] | dict[str, Value]"
_MARKER = b"\xab\xcd\xefMaxMind.com"
_BITS = 128
_NOTHING = -1
_STRING, _MAP, _UINT32, _ARRAY = 2, 7, 6, 11


def encode_database(
    networks: Mapping[str, dict[str, Value]], *, built: int, kind: str = "Test-City", ip_version: int = 6
) -> bytes:
    """The file for records by network; ``built`` in seconds since 1970."""
    nodes: list[list[int | str]] = [[_NOTHING, _NOTHING]]
    for text in networks:
        _insert(nodes, text, ip_version)
    data, offsets = b"", {}
    for text, record in networks.items():
        offsets[text] = len(data)
        data += _encode(record)
    tree = b"".join(_encode_node(node, len(nodes), offsets) for node in nodes)
    metadata: dict[str, Value] = {
        "node_count": len(nodes),
        "record_size": 28,
        "ip_version": ip_version,
        "database_type": kind,
        "languages": ["en"],
        "binary_format_major_version": 2,
        "binary_format_minor_version": 0,
        "build_epoch": built,
        "description": {"en": "made by a test"},
    }
    return tree + bytes(16) + data + _MARKER + _encode(metadata)


def city_record(country: str, city: str = "") -> dict[str, Value]:
    """What a city database says of a network."""
    record: dict[str, Value] = {"country": {"iso_code": country, "names": {"en": country}}}
    return record | ({"city": {"names": {"en": city}}} if city else {})


def _insert(nodes: list[list[int | str]], text: str, ip_version: int) -> None:
    network = ipaddress.ip_network(text)
    bits, prefix = int(network.network_address), network.prefixlen
    width = 32 if ip_version == 4 else _BITS
    if network.version == 4 and ip_version == 6:
        prefix += _BITS - 32
    at = 0
    for depth in range(prefix):
        side = bits >> (width - 1 - depth) & 1
        if depth == prefix - 1:
            nodes[at][side] = text
        elif nodes[at][side] == _NOTHING:
            nodes.append([_NOTHING, _NOTHING])
            nodes[at][side] = len(nodes) - 1
        following = nodes[at][side]
        at = following if isinstance(following, int) else at


def _encode_node(node: list[int | str], count: int, offsets: Mapping[str, int]) -> bytes:
    left, right = (_record(each, count, offsets) for each in node)
    middle = (left >> 24) << 4 | right >> 24
    return (left & 0xFFFFFF).to_bytes(3, "big") + bytes([middle]) + (right & 0xFFFFFF).to_bytes(3, "big")


def _record(side: int | str, count: int, offsets: Mapping[str, int]) -> int:
    if isinstance(side, str):
        return count + 16 + offsets[side]
    return count if side == _NOTHING else side


def _encode(value: Value) -> bytes:
    if isinstance(value, str):
        encoded = value.encode()
        return _control(_STRING, len(encoded)) + encoded
    if isinstance(value, int):
        return _control(_UINT32, 4) + struct.pack(">I", value)
    if isinstance(value, list):
        return _control(_ARRAY, len(value)) + b"".join(map(_encode, value))
    return _control(_MAP, len(value)) + b"".join(_encode(name) + _encode(each) for name, each in value.items())


def _control(kind: int, size: int) -> bytes:
    """Type and size; sizes from 29 to 284 take a byte of their own, types from 8 on too."""
    short, longer = (size, b"") if size < 29 else (29, bytes([size - 29]))
    if kind < 8:
        return bytes([kind << 5 | short]) + longer
    return bytes([short, kind - 7]) + longer
