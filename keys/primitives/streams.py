"""Content of any length under Cobblestone-256: the C2SP chunked-encryption streaming AEAD (docs/spec/keys.md).

Header of 56 bytes (24 of salt, 32 of key commitment), then chunks of 16 KiB under AES-256-GCM, with key and nonces from
HKDF-Expand-SHA-512. Guarantees that a stream opens only under its key and context, in its order and to its end. Leaves
to others: lengths and digests of ciphertext, and to act on nothing before :meth:`StreamOpener.finalize` has returned.

Why it is safe:

- *One key, few streams.* A DEK seals one object, or the parts of one page pack; every stream draws its own salt from
  the operating system, so a key used again gives unrelated chunk keys.
- *Order and end.* Chunks are numbered, and only the last is short: cutting, appending, dropping, doubling and swapping
  chunks all fail.
- *Commitment.* The header commits to key and context, so one stream opens under one key only.
- *Provisional plaintext.* ``update`` gives authentic chunks; that none is missing is known only at the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import AlreadyFinalized, InvalidTag

from keys.errors import UnwrapError
from keys.model import EncryptionContext, Secret

HEADER_BYTES = 56
CHUNK_BYTES = 16_384
TAG_BYTES = 16


def sealed_length(plaintext_bytes: int) -> int:
    """Bytes of the sealed form of so many bytes: header, content, and a tag for each chunk begun.

    Whole chunks are followed by an empty one, so 16 KiB have two tags.
    """
    if plaintext_bytes < 0:
        raise ValueError("a length is not negative")
    return HEADER_BYTES + plaintext_bytes + TAG_BYTES * (plaintext_bytes // CHUNK_BYTES + 1)


def longest_update(plaintext_bytes: int) -> int:
    """How large a buffer either ``update_into`` needs for so many bytes, with what it may have held back."""
    return sealed_length(plaintext_bytes + CHUNK_BYTES)


class StreamSealer:
    """Seals one stream under one DEK. ``update`` as often as needed, then ``finalize`` once; used later: ValueError."""

    __slots__ = ("_encryptor", "_unsent_header", "header")

    header: bytes
    """The 56 bytes that begin the stream, known from the start; ``update`` and ``finalize`` still give them out."""

    def __init__(self, dek: Secret, *, context: EncryptionContext) -> None:
        self._encryptor = Cobblestone256Encryptor(dek.reveal(), context.encode())
        self.header = self._encryptor.update(b"")
        self._unsent_header = self.header

    def update(self, plaintext: bytes | bytearray | memoryview) -> bytes:
        """Sealed bytes that became ready; may be empty while a chunk fills."""
        with _still_sealing():
            sealed = self._encryptor.update(plaintext)
        return self._take_header() + sealed

    def update_into(self, plaintext: bytes | bytearray | memoryview, out: bytearray | memoryview) -> int:
        """Like ``update`` into a buffer of :func:`longest_update` bytes; how many were written. No room: ValueError."""
        begin = len(self._unsent_header)
        if len(out) < begin:
            raise ValueError(f"the buffer needs room for {begin} bytes at least")  # before anything is taken in
        with _still_sealing(), memoryview(out) as room, room[begin:] as rest:
            written = self._encryptor.update_into(plaintext, rest)
            room[:begin] = self._take_header()
        return begin + written

    def finalize(self) -> bytes:
        """The rest. A stream whose sealer was dropped before this never opens."""
        with _still_sealing():
            sealed = self._encryptor.finalize()
        return self._take_header() + sealed

    def _take_header(self) -> bytes:
        header, self._unsent_header = self._unsent_header, b""
        return header


class StreamOpener:
    """Opens one stream. Anything that is not exactly what was sealed raises UnwrapError, at the latest at the end.

    After an error, and after ``finalize``, every call raises UnwrapError.
    """

    __slots__ = ("_decryptor",)

    def __init__(self, dek: Secret, *, context: EncryptionContext) -> None:
        self._decryptor = Cobblestone256Decryptor(dek.reveal(), context.encode())

    def update(self, sealed: bytes | bytearray | memoryview) -> bytes:
        """Opened bytes that became ready; provisional until ``finalize``."""
        with _opening():
            return self._decryptor.update(sealed)

    def update_into(self, sealed: bytes | bytearray | memoryview, out: bytearray | memoryview) -> int:
        """Like ``update`` into a buffer of :func:`longest_update` bytes; how many were written. No room: ValueError."""
        with _opening():
            return self._decryptor.update_into(sealed, out)

    def finalize(self) -> bytes:
        """The rest; only now everything that came out is known to be the whole."""
        with _opening():
            return self._decryptor.finalize()


@contextmanager
def _still_sealing() -> Iterator[None]:
    try:
        yield
    except AlreadyFinalized as exc:
        raise ValueError("this stream was finished") from exc


@contextmanager
def _opening() -> Iterator[None]:
    try:
        yield
    except (InvalidTag, AlreadyFinalized) as exc:
        raise UnwrapError("a sealed stream did not open") from exc
