"""Looking at what is handed in: one pass, nothing believed of what it says about itself."""

from __future__ import annotations

import hashlib
import io
import os

import pytest

from keys.model import Secret
from vault.errors import InputError
from vault.filing.content import ExaminedContent, FileContent, content_token, examine
from vault.intake.sniffing import MediaType

KEY = Secret(os.urandom(32))
TEXT = b"An offer\n" * 1000


def examined(content: bytes, *, size: int | None = None) -> ExaminedContent:
    file = FileContent(io.BytesIO(content), len(content) if size is None else size)
    return examine(file, file_name="Offer.v2.txt", max_mib=1)


def test_content_is_known_by_type_title_and_digest() -> None:
    """What the rest of filing goes by."""
    found = examined(TEXT)

    assert (found.media_type, found.title) == (MediaType.TEXT, "Offer.v2")
    assert found.digest == hashlib.sha256(TEXT).digest()
    assert found.digest.hex() not in repr(found)
    assert examined(TEXT) == found


def test_token_says_nothing_without_key_and_dossier() -> None:
    """Whoever guesses a content cannot look for it in the database, nor see it in two dossiers."""
    tokens = {
        content_token(KEY, "d1", examined(TEXT).digest),
        content_token(KEY, "d1", examined(TEXT + b"!").digest),
        content_token(KEY, "d2", examined(TEXT).digest),
        content_token(Secret(os.urandom(32)), "d1", examined(TEXT).digest),
    }

    assert len(tokens) == 4


def test_content_is_read_from_its_beginning() -> None:
    """A file that somebody has read before is examined whole."""
    file = FileContent(io.BytesIO(TEXT), len(TEXT))
    file.file.read(500)

    assert examine(file, file_name="a.txt", max_mib=1).digest == examined(TEXT).digest


def test_content_at_the_limit_is_taken_and_above_it_is_not() -> None:
    """A mebibyte is 1,048,576 bytes."""
    examined(b"x" * (1 << 20))

    with pytest.raises(InputError) as refused:
        examined(b"x" * ((1 << 20) + 1))
    assert (refused.value.code, refused.value.params) == ("intake.too_large", {"limit_mib": 1})


@pytest.mark.parametrize("size", [0, 1, len(TEXT) - 1, len(TEXT) + 1])
def test_content_of_another_length_than_it_says_is_refused(size: int) -> None:
    """Shorter or longer, by one byte or by all."""
    with pytest.raises(InputError) as refused:
        examined(TEXT, size=size)

    assert refused.value.code == "intake.size_mismatch"
    assert refused.value.params == {"announced": size, "received": len(TEXT)}
