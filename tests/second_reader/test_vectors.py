"""Both readers give what the vector files expect; the files are the format's memory."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from keys.errors import UnwrapError
from keys.model import KeyId, KeyVersion, Secret
from keys.wrapping import WrappingKey, WrapRecord, dek_context, unwrap_key
from tests.second_reader.cobblestone_reader import Page, Refused, object_context, open_object, open_pack, unwrap
from tests.vectors.envelope.generate import FOLDER, plaintext_of, read_vectors
from vault.errors import TamperError
from vault.sealing.contexts import object_context as vault_context
from vault.sealing.envelope import open_whole
from vault.sealing.page_pack import PackIndex

Vector = dict[str, str]
OBJECTS = read_vectors(FOLDER / "objects.v1.txt")
WRAPS = read_vectors(FOLDER / "wraps.v1.txt")
PACKS = read_vectors(FOLDER / "packs.v1.txt")


def _name(vector: Vector) -> str:
    return vector["name"]


def _bytes(vector: Vector, field: str) -> bytes:
    return base64.b64decode(vector.get(field, ""), validate=True)


def _expect(vector: Vector, opened: Callable[[], bytes | list[Page]], expected: bytes | list[Page]) -> None:
    if vector["expect"] == "open":
        assert opened() == expected
        return
    assert vector["expect"] == "refuse"
    with pytest.raises((TamperError, UnwrapError, Refused)):
        opened()


@pytest.mark.parametrize("vector", OBJECTS, ids=_name)
def test_vault_opens_objects_as_expected(vector: Vector) -> None:
    """Objects of format version 1 keep their meaning."""
    context = vault_context(
        dossier_id=vector["dossier"],
        document_id=vector["document"],
        version=int(vector["version"]),
        part=vector["part"],
    )
    expected = plaintext_of(int(vector["plaintext_bytes"]))
    _expect(
        vector, lambda: open_whole(_bytes(vector, "object"), Secret(_bytes(vector, "dek")), context=context), expected
    )


@pytest.mark.parametrize("vector", OBJECTS, ids=_name)
def test_second_reader_opens_objects_as_expected(vector: Vector) -> None:
    """The second reader is held to the same."""
    context = object_context(vector["dossier"], vector["document"], int(vector["version"]), vector["part"])
    expected = plaintext_of(int(vector["plaintext_bytes"]))
    _expect(vector, lambda: open_object(_bytes(vector, "object"), _bytes(vector, "dek"), context), expected)


@pytest.mark.parametrize("vector", WRAPS, ids=_name)
def test_vault_unwraps_keys_as_expected(vector: Vector) -> None:
    """Wrap records of DEKs keep their meaning, and name their wrapping key themselves."""
    wrapping = WrappingKey(KeyId(b"vector key id 01"), KeyVersion(1), Secret(_bytes(vector, "wrapping_key")))
    names = (vector["dossier"], vector["document"], vector["version"], vector["part"])
    context = dek_context(*names, object_header=_bytes(vector, "header"))
    record = _bytes(vector, "record")
    _expect(vector, lambda: unwrap_key(wrapping, record, context=context).reveal(), _bytes(vector, "dek"))
    if vector["expect"] == "open":
        assert WrapRecord.parse(record).key_id == wrapping.key_id


@pytest.mark.parametrize("vector", WRAPS, ids=_name)
def test_second_reader_unwraps_keys_as_expected(vector: Vector) -> None:
    """The second reader is held to the same."""
    names = (vector[field].encode() for field in ("dossier", "document", "version", "part"))
    fields = (*names, _bytes(vector, "header"))
    key, record = _bytes(vector, "wrapping_key"), _bytes(vector, "record")
    _expect(vector, lambda: unwrap(record, key, "vault.dek.v1", *fields), _bytes(vector, "dek"))


EXPECTED_PAGES = [Page(n, 10 * n, 20 * n, plaintext_of(50 * n), "页" * n) for n in (1, 2, 3)]


@pytest.mark.parametrize("vector", PACKS, ids=_name)
def test_second_reader_opens_packs_as_expected(vector: Vector) -> None:
    """Packs keep their layout."""
    place = (vector["dossier"], vector["document"], int(vector["version"]))
    _expect(vector, lambda: open_pack(_bytes(vector, "object"), _bytes(vector, "dek"), *place), EXPECTED_PAGES)


@pytest.mark.parametrize("vector", [vector for vector in PACKS if vector["expect"] == "open"], ids=_name)
def test_vault_opens_packs_as_expected(vector: Vector) -> None:
    """Index and every part, from the object's bytes."""
    pack, dek = _bytes(vector, "object"), Secret(_bytes(vector, "dek"))
    index_bytes = int.from_bytes(pack[-20:-16], "big")
    index = PackIndex.open(
        pack[-20 - index_bytes : -20],
        dek,
        dossier_id=vector["dossier"],
        document_id=vector["document"],
        version=int(vector["version"]),
    )

    for page, expected in zip(index.pages, EXPECTED_PAGES, strict=True):
        image, text = (
            open_whole(
                pack[part.offset : part.offset + part.length],
                dek,
                context=index.scope.part_context(part.page_number, part.kind),
            )
            for part in (page.image, page.text)
        )
        assert Page(page.number, page.width, page.height, image, text.decode()) == expected
