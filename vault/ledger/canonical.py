"""RFC 8785 bytes in the trail's strict profile, and a reader that accepts nothing else.

The profile: objects, arrays, strings and integers only; keys are unique ASCII; integers stay below 2**53 in size;
strings are NFC; at most 65,535 bytes. A value has one encoding, so what was hashed, stored and exported is the same
bytes. Also refused on reading: any byte sequence that is not exactly that encoding (docs/spec/trail.md, "Leaf").
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Never, TypeAlias

import rfc8785

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
        encoded = rfc8785.dumps(value)
    except rfc8785.CanonicalizationError as exc:
        raise NotCanonical(str(exc)) from exc
    if len(encoded) > MAX_LEAF_BYTES:
        raise NotCanonical(f"{len(encoded)} bytes, more than {MAX_LEAF_BYTES}")
    return encoded


def parse_canonical(encoded: bytes) -> CanonicalValue:
    """The value whose one encoding is ``encoded``, or NotCanonical."""
    if len(encoded) > MAX_LEAF_BYTES:
        raise NotCanonical(f"{len(encoded)} bytes, more than {MAX_LEAF_BYTES}")
    try:
        value = json.loads(
            encoded.decode("utf-8"),
            object_pairs_hook=_unique_members,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
        )
    except NotCanonical:
        raise
    except (ValueError, RecursionError) as exc:
        raise NotCanonical("not JSON in UTF-8") from exc
    if canonical_bytes(value) != encoded:
        raise NotCanonical("JSON, but not in its canonical form")
    return value  # type: ignore[no-any-return]


def parse_object(encoded: bytes) -> dict[str, CanonicalValue]:
    """Like :func:`parse_canonical`, for what must be an object."""
    value = parse_canonical(encoded)
    if not isinstance(value, dict):
        raise NotCanonical("not an object")
    return value


def _check(value: object, *, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise NotCanonical(f"nested deeper than {MAX_DEPTH}")
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, bool) or value is None or isinstance(value, float):
        raise NotCanonical(f"{type(value).__name__} has no place in the profile")
    elif isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise NotCanonical("an integer of 2**53 or more")
    elif isinstance(value, Mapping):
        for key, member in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise NotCanonical("a key that is not ASCII")
            _check(member, depth=depth + 1)
    elif isinstance(value, list | tuple):
        for member in value:
            _check(member, depth=depth + 1)
    else:
        raise NotCanonical(f"{type(value).__name__} has no place in the profile")


def _check_text(text: str) -> None:
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        raise NotCanonical("a string that is not NFC")


def _unique_members(pairs: list[tuple[str, CanonicalValue]]) -> dict[str, CanonicalValue]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotCanonical("a key given twice")
    return members


def _refuse_number(spelling: str) -> Never:
    raise NotCanonical(f"a number that is not an integer: {spelling[:20]}")
