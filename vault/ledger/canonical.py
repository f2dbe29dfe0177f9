"""RFC 8785 bytes in the trail's strict profile, and a reader that accepts nothing else.

The profile: objects, arrays, strings and integers only; keys are unique ASCII; integers stay below 2**53 in size;
strings are NFC; at most 65,535 bytes. A value has one encoding, so what was hashed, stored and exported is the same
bytes. Also refused on reading: any byte sequence that is not exactly that encoding (docs/spec/trail.md, "Leaf").

Inside the profile RFC 8785 is what Python's own encoder writes with sorted keys: keys in ASCII have one order whether
by code point or by UTF-16 unit, both take the shortest escapes, and there are no floats. The tests hold them together.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Never, TypeAlias

CanonicalValue: TypeAlias = "str | int | Sequence[CanonicalValue] | Mapping[str, CanonicalValue]"

MAX_LEAF_BYTES = 65_535
MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 16


class NotCanonical(ValueError):
    """The bytes or the value are outside the strict profile; the message says how."""


def canonical_bytes(value: CanonicalValue) -> bytes:
    """The one encoding of ``value``, or NotCanonical."""
    _check(value, depth=0)
    try:
        encoded = _ENCODER.encode(value).encode()
    except ValueError as exc:  # a lone surrogate
        raise NotCanonical("a string that is not UTF-8") from exc
    if len(encoded) > MAX_LEAF_BYTES:
        raise NotCanonical(f"{len(encoded)} bytes, more than {MAX_LEAF_BYTES}")
    return encoded


def parse_canonical(encoded: bytes) -> CanonicalValue:
    """The value whose one encoding is ``encoded``, or NotCanonical."""
    if len(encoded) > MAX_LEAF_BYTES:
        raise NotCanonical(f"{len(encoded)} bytes, more than {MAX_LEAF_BYTES}")
    try:
        text = encoded.decode("utf-8")
        value, end = _DECODER.raw_decode(text)
    except NotCanonical:
        raise
    except (ValueError, RecursionError) as exc:
        raise NotCanonical("not JSON in UTF-8") from exc
    if end != len(text) or not (_has_one_spelling(encoded, value) or canonical_bytes(value) == encoded):
        raise NotCanonical("JSON, but not in its canonical form")
    return value  # type: ignore[no-any-return]


def parse_object(encoded: bytes) -> dict[str, CanonicalValue]:
    """Like :func:`parse_canonical`, for what must be an object."""
    value = parse_canonical(encoded)
    if not isinstance(value, dict):
        raise NotCanonical("not an object")
    return value


def _refuse_number(spelling: str) -> Never:
    raise NotCanonical(f"a number that is not an integer: {spelling[:20]}")


_ENCODER = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)
_DECODER = json.JSONDecoder(parse_float=_refuse_number, parse_constant=_refuse_number)


def _has_one_spelling(encoded: bytes, value: CanonicalValue) -> bool:
    """Whether ``encoded``, which was read as ``value``, is canonical for reasons that need no encoding of it.

    JSON in ASCII without blanks, escapes and a negative zero can spell a value in another way only by the order of
    members or by a member that is given twice. ``":`` ends a name or begins a text, so that there are at most as many
    names in the bytes as it stands there. False says nothing: then the value is encoded and compared.
    """
    if not encoded.isascii() or b" " in encoded or b"\\" in encoded or b"-0" in encoded:
        return False
    if b"\n" in encoded or b"\t" in encoded or b"\r" in encoded:
        return False
    return _ordered_members(value, MAX_DEPTH) == encoded.count(b'":')


_UNORDERED = -(2**32)


def _ordered_members(value: Any, depth: int) -> int:
    """How many members the objects in ``value`` have; below 0 if one is out of order or not plainly in the profile."""
    kind = type(value)
    if kind is str:
        return 0
    if kind is int:
        return 0 if -MAX_INTEGER <= value <= MAX_INTEGER else _UNORDERED
    if depth == 0 or (kind is not list and kind is not dict):
        return _UNORDERED
    inner, found = value, 0
    if kind is dict:
        names, inner = list(value), value.values()
        found = len(names) if names == sorted(names) else _UNORDERED
    for each in inner:
        kind = type(each)
        if kind is not str and not (kind is int and -MAX_INTEGER <= each <= MAX_INTEGER):
            found += _ordered_members(each, depth - 1)
    return found


def _check(value: object, *, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise NotCanonical(f"nested deeper than {MAX_DEPTH}")
    if isinstance(value, str):
        if not value.isascii() and not unicodedata.is_normalized("NFC", value):
            raise NotCanonical("a string that is not NFC")
    elif isinstance(value, dict):
        for key, member in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise NotCanonical("a key that is not ASCII")
            _check(member, depth=depth + 1)
    elif isinstance(value, list | tuple):
        for member in value:
            _check(member, depth=depth + 1)
    elif isinstance(value, bool) or not isinstance(value, int):
        raise NotCanonical(f"{type(value).__name__} has no place in the profile")
    elif abs(value) > MAX_INTEGER:
        raise NotCanonical("an integer of 2**53 or more")
