"""An anchor at a time-stamping authority (RFC 3161): a third party signs that a checkpoint existed at a moment.

The authority keeps nothing, so it cannot be asked after a restore; the token is kept in the database, and its digest
returns into the trail as a leaf. So a checkpoint is older than its token, and what comes after that leaf is younger.

A token is verified against the authority's certificates as they were valid when it was made, before it counts:
signature, chain, purpose, digest of the note, nonce. ``openssl ts -verify`` takes the stored bytes
(docs/operations/anchors.md).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from vault.anchors.port import AnchorKind, Held, Placement, Receipt
from vault.anchors.web import WebPeer
from vault.errors import Unavailable

_QUERY, _REPLY = "application/timestamp-query", "application/timestamp-reply"


class TimestampAnchor:
    """:class:`vault.anchors.port.Anchor` over an authority, trusted by the root certificates in ``certificates``."""

    kind = AnchorKind.TIMESTAMP
    remembers = False

    def __init__(self, name: str, peer: WebPeer, *, certificates: Path, period_seconds: float) -> None:
        self.name = name
        self.place_name = peer.url
        self.period_seconds = period_seconds
        self._peer = peer
        self._certificates = certificates

    def place(self, placement: Placement) -> Receipt:
        """Unavailable ``anchor.refused`` where none is granted, ``anchor.bad_receipt`` for one that is not good."""
        note = placement.note.encode()
        request = TimestampRequestBuilder().data(note).hash_algorithm(HashAlgorithm.SHA256).build()
        answer = self._peer.post("", request.as_bytes(), content_type=_QUERY)
        if answer.status != 200:
            raise Unavailable("anchor.refused")
        try:
            response = decode_timestamp_response(answer.body)
        except ValueError as error:
            raise Unavailable("anchor.bad_receipt") from error
        if response.status not in {PKIStatus.GRANTED, PKIStatus.GRANTED_WITH_MODS}:
            raise Unavailable("anchor.refused")
        if request.nonce is None or response.tst_info.nonce != request.nonce:
            raise Unavailable("anchor.bad_receipt")  # an older answer, played again
        self._verify(response, note)
        return Receipt(answer.body, locator=self._peer.url[:300])

    def newest(self, _origins: Sequence[str], /) -> list[Held]:
        return []

    def held(self, _origins: Sequence[str], /) -> Iterator[Held]:
        return iter(())

    def check_receipt(self, note: str, receipt: bytes) -> str:
        try:
            self._verify(decode_timestamp_response(receipt), note.encode())
        except (Unavailable, ValueError):
            return "receipt.token"
        return ""

    def _verify(self, response: TimeStampResponse, note: bytes) -> None:
        """Unavailable ``anchor.bad_receipt`` unless the token is the authority's and over the SHA-256 of this note."""
        builder = VerifierBuilder()
        for root in _load(self._certificates):
            builder = builder.add_root_certificate(root)
        try:
            if response.tst_info.message_imprint.message != hashlib.sha256(note).digest():
                raise VerificationError("over something else")
            builder.build().verify_message(response, note)
        except (VerificationError, ValueError) as error:
            raise Unavailable("anchor.bad_receipt") from error


def is_stamp_over(note: str, receipt: bytes) -> bool:
    """Whether a stored receipt is a time stamp over the SHA-256 of this note, whoever made it."""
    try:
        imprint = decode_timestamp_response(receipt).tst_info.message_imprint
    except ValueError:
        return False
    return imprint.message == hashlib.sha256(note.encode()).digest()


def token_time(receipt: bytes) -> dt.datetime | None:
    """The moment that a stored token names; None if it is no token."""
    try:
        return decode_timestamp_response(receipt).tst_info.gen_time
    except ValueError:
        return None


def _load(path: Path) -> list[Certificate]:
    try:
        return load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise Unavailable("anchor.certificates") from error
