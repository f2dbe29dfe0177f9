"""The strict profile of RFC 8785: one value, one encoding; everything else is refused, writing and reading."""

from __future__ import annotations

import contextlib
import json
import unicodedata

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from vault.ledger.canonical import (
    MAX_DEPTH,
    MAX_LEAF_BYTES,
    NotCanonical,
    canonical_bytes,
    parse_canonical,
    parse_object,
    parse_objects,
)

# RFC 8785's test data, as far as it stays within the profile: structures.json, and the string of section 3.2.2.
STRUCTURES = '{"1":{"f":{"f":"hi","F":5},"\\n":56},"10":{},"":"empty","a":{},"111":[{"e":"yes","E":"no"}],"A":{}}'
STRUCTURES_CANONICAL = (
    '{"":"empty","1":{"\\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}'
)
STRING = '"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/"'
STRING_CANONICAL = "22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f22"


@pytest.mark.parametrize(
    ("given_json", "canonical"),
    [
        (STRUCTURES, STRUCTURES_CANONICAL.encode()),
        (STRING, bytes.fromhex(STRING_CANONICAL)),
        ("[9007199254740991, -9007199254740991, 0]", b"[9007199254740991,-9007199254740991,0]"),
    ],
    ids=["structures", "string", "integers"],
)
def test_vectors_of_the_standard_are_reproduced(given_json: str, canonical: bytes) -> None:
    """RFC 8785: sorted keys, shortest escapes, no space."""
    assert canonical_bytes(json.loads(given_json)) == canonical
    assert canonical_bytes(parse_canonical(canonical)) == canonical


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        1.0,
        2**53,
        -(2**53),
        b"bytes",
        {"n": [1.5]},
        {"n": True},
        {"n": 1.0},
        {"n": b"bytes"},
        {"n": 2**53},
        {"ключ": 1},
        {1: "a"},
        {"a"},
        "e\u0301",
        ["A\u030a"],
        "\ud800",
    ],
    ids=lambda value: ascii(value),
)
def test_value_outside_the_profile_is_not_written(value: object) -> None:
    """No floats, booleans, nulls, large integers, other keys than ASCII, texts that are not NFC, lone surrogates."""
    with pytest.raises(NotCanonical):
        canonical_bytes(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "encoded",
    [
        b"",
        b"{",
        b'{"a":1} ',
        b' {"a":1}',
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b'{"a":1.0}',
        b'{"a":1e2}',
        b'{"a":-0}',
        b'{"a":01}',
        b'{"a":9007199254740992}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":true}',
        b'{"a":null}',
        b'{"a":"\\u0041"}',
        b'{"a":"\\/"}',
        b'{"a":"\\u000A"}',
        b'{"a":"\\ud800"}',
        b'{"a":"e\xcc\x81"}',
        b'{"\xc3\xa9":1}',
        b'{"a":"\xff"}',
        b'\xef\xbb\xbf{"a":1}',
        b"[" * 5000 + b"]" * 5000,
        b'{"a":1}{"b":2}',
        b'{"a":' + b"1" * 5000 + b"}",
    ],
    ids=lambda encoded: ascii(encoded[:24]),
)
def test_other_spelling_is_not_read(encoded: bytes) -> None:
    """What is not exactly the one encoding of a value in the profile is refused, not repaired."""
    with pytest.raises(NotCanonical):
        parse_canonical(encoded)


def test_leaf_of_the_largest_size_is_written_and_one_byte_more_is_not() -> None:
    """65,535 bytes, quotes included."""
    largest = canonical_bytes("x" * (MAX_LEAF_BYTES - 2))

    assert parse_canonical(largest) == "x" * (MAX_LEAF_BYTES - 2)
    with pytest.raises(NotCanonical, match="65536 bytes"):
        canonical_bytes("x" * (MAX_LEAF_BYTES - 1))
    with pytest.raises(NotCanonical, match="65536 bytes"):
        parse_canonical(b'"' + b"x" * (MAX_LEAF_BYTES - 1) + b'"')


def test_nesting_has_a_limit() -> None:
    """A value that is nested too deeply is refused before it can exhaust a reader."""
    value: object = 1
    for _ in range(MAX_DEPTH):
        value = [value]
    canonical_bytes(value)  # type: ignore[arg-type]

    with pytest.raises(NotCanonical, match="nested deeper"):
        canonical_bytes([value])  # type: ignore[list-item]


@pytest.mark.parametrize("encoded", [b"[]", b'"a"', b"7"])
def test_leaf_that_is_no_object_is_refused(encoded: bytes) -> None:
    """A leaf is an object."""
    with pytest.raises(NotCanonical, match="not an object"):
        parse_object(encoded)


VALUES = st.recursive(
    st.integers(-(2**53) + 1, 2**53 - 1)
    | st.sampled_from(["", "Möbius", "王晓明", "\u2028\x7f\b", "😀", '"\\'])
    | st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: unicodedata.normalize("NFC", text)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abAB1 _\n", max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_every_value_of_the_profile_comes_back(value: object) -> None:
    """Writing and reading are inverse, and the bytes are those of another implementation of RFC 8785."""
    encoded = canonical_bytes(value)  # type: ignore[arg-type]

    assert parse_canonical(encoded) == value
    assert encoded == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(VALUES, st.data())
def test_no_other_bytes_are_read_as_the_same_value(value: object, data: st.DataObject) -> None:
    """A changed byte is refused or is another value."""
    encoded = bytearray(canonical_bytes(value))  # type: ignore[arg-type]
    place = data.draw(st.integers(0, len(encoded) - 1))
    encoded[place] ^= data.draw(st.integers(1, 255))

    with contextlib.suppress(NotCanonical):
        assert parse_canonical(bytes(encoded)) != value


GOOD = [b'{"a":1,"b":"c"}', b"{}", b'{"details":{"page":3},"id":"e1"}', '{"a":"é"}'.encode(), b'{"a":"\\n"}']
BAD = [
    b"",
    b"[]",
    b"7",
    b'{"a":1}\n{"a":2}',
    b'{"a":1}\n',
    b'{"b":1,"a":2}',
    b'{"a":1,"a":1}',
    b'{"a": 1}',
    b'{"a":1.0}',
    b"{",
]


def alone(encoded: bytes) -> object:
    try:
        return parse_object(encoded)
    except NotCanonical:
        return None


@pytest.mark.parametrize("odd", [*GOOD, *BAD], ids=ascii)
def test_objects_read_together_are_what_each_is_alone(odd: bytes) -> None:
    """One that is refused hides no other, wherever it stands; nor do two in one make up for one that is missing."""
    for parts in ([odd], [GOOD[0], odd, GOOD[2]], [odd, b""], [b"", odd, *GOOD[:2]], [odd, odd]):
        assert parse_objects(parts) == [alone(part) for part in parts]
    assert parse_objects([]) == []
