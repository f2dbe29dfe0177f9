"""RFC 8785 bytes in the trail's strict profile, and a reader that accepts nothing else.

The profile: objects, arrays, strings and integers only; keys are unique ASCII; integers stay below 2**53 in size;
strings are NFC; at most 65,535 bytes. A value has one encoding, so what was hashed, stored and exported is the same
bytes. Also refused on reading: any byte sequence that is not exactly that encoding (docs/spec/trail.md, "Leaf").

Inside the profile RFC 8785 is what Python's own encoder writes with sorted keys: keys in ASCII have one order whether
by code point or by UTF-16 unit, both take the shortest escapes, and there are no floats. The tests hold them together.
"""

from __future__ import annotations

import contextlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Annotated, Never, TypeAlias

import msgspec

CanonicalValue: TypeAlias = "str | int | Sequence[CanonicalValue] | Mapping[str, CanonicalValue]"

MAX_LEAF_BYTES = 65_535
MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 16


class NotCanonical(ValueError):
    """The bytes or the value are outside the strict profile; the message says how."""


def canonical_bytes(value: CanonicalValue) -> bytes:
    """The one encoding of ``value``, or NotCanonical."""
    encoded = _write_plain(value)
    if encoded is None:
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
    plain = _read_plain(encoded)
    if plain is not None:
        return plain
    try:
        text = encoded.decode("utf-8")
        value, end = _DECODER.raw_decode(text)
    except NotCanonical:
        raise
    except (ValueError, RecursionError) as exc:
        raise NotCanonical("not JSON in UTF-8") from exc
    if end != len(text) or canonical_bytes(value) != encoded:
        raise NotCanonical("JSON, but not in its canonical form")
    return value  # type: ignore[no-any-return]


def parse_object(encoded: bytes) -> dict[str, CanonicalValue]:
    """Like :func:`parse_canonical`, for what must be an object."""
    value = parse_canonical(encoded)
    if not isinstance(value, dict):
        raise NotCanonical("not an object")
    return value


def parse_objects(encoded: Sequence[bytes]) -> list[dict[str, CanonicalValue] | None]:
    """:func:`parse_object` of each, None where it raises NotCanonical: for whoever reads very many.

    Nearly all are read and written again together. As many objects in as many lines as there were parts, written as
    the same bytes: so each part was one object in canonical form.
    """
    lines = b"\n".join([*encoded, b""])
    if lines.isascii() and b"\\" not in lines and all(len(each) <= MAX_LEAF_BYTES for each in encoded):
        with contextlib.suppress(msgspec.MsgspecError):
            values = _PLAIN_DECODER.decode_lines(lines)
            if len(values) == len(encoded) and _PLAIN_ENCODER.encode_lines(values) == lines:
                return values  # type: ignore[return-value]
    return [_parsed_or_none(each) for each in encoded]


def _parsed_or_none(encoded: bytes) -> dict[str, CanonicalValue] | None:
    try:
        return parse_object(encoded)
    except NotCanonical:
        return None


def _refuse_number(spelling: str) -> Never:
    raise NotCanonical(f"a number that is not an integer: {spelling[:20]}")


_ENCODER = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)
_DECODER = json.JSONDecoder(parse_float=_refuse_number, parse_constant=_refuse_number)
_Integer = Annotated[int, msgspec.Meta(ge=-MAX_INTEGER, le=MAX_INTEGER)]
_PLAIN_DECODER = msgspec.json.Decoder(dict[str, str | _Integer | list[str] | dict[str, str | _Integer]])
_PLAIN_LIST_DECODER = msgspec.json.Decoder(list[str | dict[str, str]])
_PLAIN_ENCODER = msgspec.json.Encoder(order="deterministic")


def _read_plain(encoded: bytes) -> CanonicalValue | None:
    """What nearly every leaf is, read and compared in one go by compiled code; None says nothing.

    An object in ASCII without escapes, of texts, integers, lists of texts and one more level of objects: written again
    with sorted members and no blanks it is the same bytes only if it was canonical. A member given twice, another
    order, a blank, a fraction or a negative zero comes out differently.
    """
    if not encoded.isascii() or b"\\" in encoded:
        return None
    try:
        value = _PLAIN_DECODER.decode(encoded)
    except msgspec.MsgspecError:
        return None
    return value if _PLAIN_ENCODER.encode(value) == encoded else None


def _write_plain(value: CanonicalValue) -> bytes | None:
    """What nearly every leaf and commitment is, written by compiled code; None says nothing.

    In ASCII without escapes, sorted and without blanks; read again it is the same value, of the kinds that
    :func:`_read_plain` reads and no others: a fraction, a truth value, bytes or a key that is no text is not.
    """
    decoder = _PLAIN_DECODER if isinstance(value, dict) else _PLAIN_LIST_DECODER
    try:
        encoded = _PLAIN_ENCODER.encode(value)
        is_plain = encoded.isascii() and b"\\" not in encoded and decoder.decode(encoded) == value
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError):
        return None
    return encoded if is_plain else None


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
