"""The vault and the second reader agree on every object: what one opens the other opens, to the same bytes."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.model import KeyId, KeyVersion, Secret
from keys.wrapping import WrappingKey, dek_context, wrap_key
from tests.second_reader.cobblestone_reader import Refused, object_context, open_object, open_pack, unwrap
from tests.vault.sealing.samples import CHUNK, DOCUMENT, DOSSIER, PAGES, original_context, seal, write_pack
from vault.errors import TamperError
from vault.sealing.envelope import open_whole

DEK = os.urandom(32)
PLACE = object_context(DOSSIER, DOCUMENT, 1, "original")


def _second_opens(content: bytes) -> bytes | None:
    try:
        return open_object(content, DEK, PLACE)
    except Refused:
        return None


def _vault_opens(content: bytes) -> bytes | None:
    try:
        return open_whole(content, Secret(DEK), context=original_context())
    except TamperError:
        return None


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 1 << 20, 3_000_001])
def test_second_reader_opens_what_the_vault_sealed(size: int) -> None:
    """The format is what the page says, not what one library does."""
    plaintext = os.urandom(size)

    assert _second_opens(seal(plaintext, Secret(DEK)).content) == plaintext


def test_contexts_are_encoded_alike() -> None:
    """Both write the same canonical bytes."""
    assert original_context().encode() == PLACE


_CONTENT = seal(os.urandom(2 * CHUNK), Secret(DEK)).content


@given(
    length=st.integers(0, len(_CONTENT)),
    flips=st.lists(st.integers(0, len(_CONTENT) * 8 - 1), max_size=2),
    appended=st.binary(max_size=40),
)
@settings(max_examples=300, deadline=None)
def test_both_refuse_the_same_variants(length: int, flips: list[int], appended: bytes) -> None:
    """Cut, flipped, extended in any combination: never one without the other."""
    variant = bytearray(_CONTENT[:length])
    for flip in flips:
        if flip // 8 < length:
            variant[flip // 8] ^= 1 << flip % 8
    variant += appended

    assert _second_opens(bytes(variant)) == _vault_opens(bytes(variant))


@pytest.mark.parametrize("chunks", range(1, 4))
def test_both_refuse_an_object_cut_at_a_chunk_border(chunks: int) -> None:
    """The one cut at which every tag is right."""
    variant = _CONTENT[: 56 + chunks * (CHUNK + 16)][: len(_CONTENT) - 16]

    assert (_second_opens(variant), _vault_opens(variant)) == (None, None)


def test_second_reader_opens_wrapped_keys() -> None:
    """From the dossier's key to the document's, without the vault."""
    dossier_key, header = os.urandom(32), os.urandom(56)
    wrapping = WrappingKey(KeyId(os.urandom(16)), KeyVersion(5), Secret(dossier_key))
    context = dek_context(DOSSIER, DOCUMENT, "1", "original", object_header=header)
    record = wrap_key(wrapping, Secret(DEK), context=context, random=os.urandom)

    names = (DOSSIER.encode(), DOCUMENT.encode(), b"1", b"original")
    assert unwrap(record, dossier_key, "vault.dek.v1", *names, header) == DEK
    with pytest.raises(Refused):
        unwrap(record, dossier_key, "vault.dek.v1", *names, bytes(56))


def test_second_reader_opens_page_packs() -> None:
    """All pages with their sizes and texts, from the object alone."""
    pack, _summary = write_pack(Secret(DEK), version=4)

    pages = open_pack(pack, DEK, DOSSIER, DOCUMENT, 4)

    assert [(page.image, page.width, page.height, page.text) for page in pages] == list(PAGES)
