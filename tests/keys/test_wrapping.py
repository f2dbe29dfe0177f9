"""Wrap records, against vectors that were built without the vault's code."""

from __future__ import annotations

import json
import secrets
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.errors import UnwrapError
from keys.model import EncryptionContext, KeyId, KeyVersion, Secret
from keys.primitives import new_secret
from keys.wrapping import (
    WRAP_RECORD_BYTES,
    WrappingKey,
    WrapRecord,
    dek_context,
    dossier_key_context,
    kek_context,
    service_key_context,
    unwrap_key,
    view_key_context,
    wrap_key,
)
from tests.vectors.keys import generate

VECTORS = json.loads(generate.PATH.read_text(encoding="ascii"))
WRAPPING = WrappingKey(KeyId(generate.KEY_ID), KeyVersion(generate.VERSION), Secret(generate.KEY))
CONTEXT = EncryptionContext(VECTORS["label"], tuple(bytes.fromhex(field) for field in VECTORS["fields"]))


def _cases(expect: str) -> list[dict[str, Any]]:
    return [case for case in VECTORS["cases"] if case["expect"] == expect]


def test_vectors_file_is_what_its_generator_writes() -> None:
    """Nobody edits a vector by hand to make a test pass."""
    assert generate.PATH.read_text(encoding="ascii") == generate.document()


@pytest.mark.parametrize("case", _cases("opens"), ids=lambda case: case["comment"])
def test_vector_that_opens_gives_its_secret(case: dict[str, Any]) -> None:
    """A record made by the page alone opens."""
    secret = unwrap_key(WRAPPING, bytes.fromhex(case["record"]), context=CONTEXT)
    assert secret == Secret(bytes.fromhex(case["secret"]))


def test_every_refused_vector_is_refused() -> None:
    """Flipped, cut, extended, moved and well-sealed but wrong records are refused, all by the same error."""
    opened = []
    for case in _cases("refused"):
        try:
            unwrap_key(WRAPPING, bytes.fromhex(case["record"]), context=CONTEXT)
        except UnwrapError:
            continue
        opened.append(case["comment"])
    assert opened == []
    assert len(_cases("refused")) > 700


@given(secret=st.binary(min_size=32, max_size=32), fields=st.lists(st.text(max_size=20), max_size=3))
def test_any_key_opens_as_it_was(secret: bytes, fields: list[str]) -> None:
    """Whatever is wrapped opens under the same key and context, in 82 bytes."""
    context = dek_context(*fields, object_header=bytes(56))
    record = wrap_key(WRAPPING, Secret(secret), context=context, random=secrets.token_bytes)
    assert unwrap_key(WRAPPING, record, context=context) == Secret(secret)
    assert len(record) == WRAP_RECORD_BYTES == 82


def test_wrap_record_is_the_page_letter_by_letter() -> None:
    """With the vector's nonce, the vault writes the vector's record."""
    made = wrap_key(WRAPPING, Secret(generate.DEK), context=CONTEXT, random=lambda _: generate.NONCE)
    assert made == generate.record()


def test_record_says_which_key_wrapped_it() -> None:
    """Id and version are read from the record without any key."""
    record = WrapRecord.parse(generate.record())
    assert (record.key_id, record.version) == (WRAPPING.key_id, WRAPPING.version)


@pytest.mark.parametrize(
    "record",
    [generate.record(version=0), generate.record(form=b"\2\1"), generate.record(form=b"\1\2"), generate.record()[:-1]],
    ids=["version 0", "record version 2", "suite 2", "short"],
)
def test_record_of_no_known_form_is_not_even_taken_apart(record: bytes) -> None:
    """There is one form, and what has another names no key."""
    with pytest.raises(UnwrapError):
        WrapRecord.parse(record)


def test_every_context_is_another_place() -> None:
    """A key wrapped for one purpose opens for no other, though every identity be the same."""
    contexts = [
        dek_context("x", object_header=b"x"),
        dossier_key_context("x"),
        kek_context("x", KeyId(bytes(16)), KeyVersion(1)),
        service_key_context("x"),
        view_key_context("x", "x", "x", "x", 1, 1),
        view_key_context("x", "x", "x", "x", 1, 2),
        view_key_context("x", "x", "x", "x", 2, 1),
        view_key_context("x", "x", "y", "x", 1, 1),
    ]
    for at, context in enumerate(contexts):
        record = wrap_key(WRAPPING, Secret(generate.DEK), context=context, random=secrets.token_bytes)
        for elsewhere in contexts[:at] + contexts[at + 1 :]:
            with pytest.raises(UnwrapError):
                unwrap_key(WRAPPING, record, context=elsewhere)


def test_error_does_not_say_what_was_wrong() -> None:
    """Malformed, misnamed and forged records give the same words: no oracle."""
    good = generate.record()
    texts = set()
    for bad in (
        good[:-1],
        generate.record(key_id=bytes(16)),
        good[:-1] + bytes([good[-1] ^ 1]),
        generate.record(form=b"\2\1"),
    ):
        with pytest.raises(UnwrapError) as caught:
            unwrap_key(WRAPPING, bad, context=CONTEXT)
        texts.add(str(caught.value))
    assert len(texts) == 1


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_key_of_another_length_is_not_wrapped(length: int) -> None:
    """Records hold keys of 32 bytes and nothing else."""
    with pytest.raises(ValueError, match="32 bytes"):
        wrap_key(WRAPPING, Secret(bytes(length)), context=CONTEXT, random=secrets.token_bytes)


@pytest.mark.parametrize(("key_id", "version"), [(bytes(15), 1), (bytes(16), 0), (bytes(16), 2**32)])
def test_impossible_key_name_is_refused(key_id: bytes, version: int) -> None:
    """A name that no record can carry is an error at once."""
    with pytest.raises(ValueError, match="key"):
        WrappingKey(KeyId(key_id), KeyVersion(version), new_secret(secrets.token_bytes))
