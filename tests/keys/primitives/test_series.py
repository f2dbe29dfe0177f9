"""Many messages sealed to one public key by one exchange."""

from __future__ import annotations

import secrets

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from keys.errors import UnwrapError
from keys.model import EncryptionContext, Secret
from keys.primitives import (
    BoxKey,
    BoxSeries,
    OpenedSeries,
    encapsulation_of,
    generate_box_keypair,
    open_sealed_to,
    seal_to,
)
from keys.primitives.series import SERIES_OVERHEAD_BYTES
from tests.keys.standards import cases_of, hpke_export

SERIES = EncryptionContext("vault.trail-series.v1", (b"m-period",))
CONTEXT = EncryptionContext("vault.trail-disclosure.v1", (b"e-entry", b"m-period"))
OTHER = EncryptionContext("vault.trail-disclosure.v1", (b"e-other", b"m-period"))


def opened(
    private: Secret, sealed: bytes, *, series: EncryptionContext = SERIES, context: EncryptionContext = CONTEXT
) -> bytes:
    """As a reader opens what lies in the database."""
    encapsulated = encapsulation_of(sealed)
    if encapsulated is None:
        raise UnwrapError("no box of a series")
    return OpenedSeries(BoxKey(private), encapsulated, context=series).open(sealed, context=context)


@pytest.mark.parametrize("case", cases_of("hpke-x25519-sha-256-export-only"))
def test_second_implementation_exports_what_the_standard_says(case: dict[str, bytes]) -> None:
    """What series are compared with below is HPKE as published (RFC 9180, A.7.1)."""
    made = hpke_export(case["private"], case["encapsulated"], info=case["info"], exporter_context=case["exported for"])
    assert made == case["expect"]


@given(plaintexts=st.lists(st.binary(max_size=200), min_size=1, max_size=4))
def test_series_opens_here_and_in_the_second_implementation(plaintexts: list[bytes]) -> None:
    """Exported secret, then AES-256-GCM with the message's context as associated data; 61 bytes longer than it."""
    private, public = generate_box_keypair(secrets.token_bytes)
    series = BoxSeries(public, context=SERIES, random=secrets.token_bytes)
    for plaintext in plaintexts:
        sealed = series.seal(plaintext, context=CONTEXT, random=secrets.token_bytes)
        own = sealed[:31] + bytes([sealed[31] & 0x7F])
        key = hpke_export(private.reveal(), own, info=SERIES.encode(), exporter_context=b"vault.box-series.v1")

        assert opened(private, sealed) == plaintext
        assert (sealed[31] & 0x80, sealed[32]) == (0x80, 1)
        assert AESGCM(key).decrypt(sealed[33:45], sealed[45:], CONTEXT.encode()) == plaintext
        assert len(sealed) == len(plaintext) + SERIES_OVERHEAD_BYTES == len(plaintext) + 61


def test_vector_of_the_format_opens() -> None:
    """A message that was sealed once is opened by every later version; altered anywhere by none."""
    (case,) = cases_of("box-series-v1")
    private, sealed = Secret(case["private"]), case["sealed"]
    series, message = (
        EncryptionContext(case[f"{name} label"].decode("ascii"), (case[f"{name} field"],))
        for name in ("series", "message")
    )

    assert opened(private, sealed, series=series, context=message) == case["expect"]
    for place in range(len(sealed) * 8):
        altered = bytearray(sealed)
        altered[place // 8] ^= 1 << place % 8
        with pytest.raises(UnwrapError):
            opened(private, bytes(altered), series=series, context=message)


def test_messages_of_a_series_share_its_key_and_no_nonce() -> None:
    """One exchange; each message under a nonce of its own, also when they are equal."""
    private, public = generate_box_keypair(secrets.token_bytes)
    series = BoxSeries(public, context=SERIES, random=secrets.token_bytes)
    sealed = [series.seal(b"place", context=CONTEXT, random=secrets.token_bytes) for _ in range(100)]

    assert len({encapsulation_of(each) for each in sealed}) == 1
    assert len({each[33:45] for each in sealed}) == 100
    assert all(opened(private, each) == b"place" for each in sealed)


def test_box_that_stands_alone_is_told_from_a_series_by_its_bytes() -> None:
    """An X25519 key's highest bit is 0: neither form is ever opened as the other."""
    private, public = generate_box_keypair(secrets.token_bytes)
    for _ in range(100):
        assert encapsulation_of(seal_to(public, b"a place that is long enough", context=CONTEXT)) is None
    in_series = BoxSeries(public, context=SERIES, random=secrets.token_bytes).seal(
        b"place", context=CONTEXT, random=secrets.token_bytes
    )

    assert encapsulation_of(in_series) == in_series[:32]
    with pytest.raises(UnwrapError):
        open_sealed_to(private, in_series, context=CONTEXT)


def test_every_shorter_message_is_refused() -> None:
    """A message cut anywhere opens nowhere."""
    private, public = generate_box_keypair(secrets.token_bytes)
    series = BoxSeries(public, context=SERIES, random=secrets.token_bytes)
    sealed = series.seal(b"place", context=CONTEXT, random=secrets.token_bytes)
    for length in range(len(sealed)):
        with pytest.raises(UnwrapError):
            opened(private, sealed[:length])


def test_other_key_or_context_is_refused() -> None:
    """A message opens for its recipient, in its series and in its place only."""
    private, public = generate_box_keypair(secrets.token_bytes)
    stranger, _ = generate_box_keypair(secrets.token_bytes)
    sealed = BoxSeries(public, context=SERIES, random=secrets.token_bytes).seal(
        b"place", context=CONTEXT, random=secrets.token_bytes
    )
    with pytest.raises(UnwrapError):
        opened(stranger, sealed)
    with pytest.raises(UnwrapError):
        opened(private, sealed, context=OTHER)
    with pytest.raises(UnwrapError):
        opened(private, sealed, series=OTHER)


def test_message_of_another_series_is_refused_by_its_name() -> None:
    """A reader that took the wrong key out of what it remembers opens nothing with it."""
    private, public = generate_box_keypair(secrets.token_bytes)
    first, second = (
        BoxSeries(public, context=SERIES, random=secrets.token_bytes).seal(
            b"place", context=CONTEXT, random=secrets.token_bytes
        )
        for _ in range(2)
    )
    reader = OpenedSeries(BoxKey(private), first[:32], context=SERIES)

    assert reader.open(first, context=CONTEXT) == b"place"
    with pytest.raises(UnwrapError):
        reader.open(second, context=CONTEXT)
    with pytest.raises(UnwrapError):
        reader.open(first[:32] + second[32:], context=CONTEXT)


def test_low_order_keys_are_refused_on_both_sides() -> None:
    """A low-order point gives an exchange that everybody knows."""
    private, public = generate_box_keypair(secrets.token_bytes)
    sealed = BoxSeries(public, context=SERIES, random=secrets.token_bytes).seal(
        b"place", context=CONTEXT, random=secrets.token_bytes
    )

    with pytest.raises(UnwrapError):
        opened(private, bytes(31) + b"\x80" + sealed[32:])
    with pytest.raises(ValueError, match="shared key"):
        BoxSeries(bytes(32), context=SERIES, random=secrets.token_bytes)


def test_spent_series_seals_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Random nonces are safe up to a number of messages, and that number is kept."""
    monkeypatch.setattr("keys.primitives.series.MOST_MESSAGES", 2)
    _private, public = generate_box_keypair(secrets.token_bytes)
    series = BoxSeries(public, context=SERIES, random=secrets.token_bytes)
    for _ in range(2):
        assert not series.is_spent
        series.seal(b"", context=CONTEXT, random=secrets.token_bytes)

    assert series.is_spent
    with pytest.raises(ValueError, match="spent"):
        series.seal(b"", context=CONTEXT, random=secrets.token_bytes)


def test_random_source_that_answers_short_seals_nothing() -> None:
    """A nonce is never padded."""
    _private, public = generate_box_keypair(secrets.token_bytes)
    series = BoxSeries(public, context=SERIES, random=secrets.token_bytes)

    with pytest.raises(ValueError, match="random source"):
        series.seal(b"place", context=CONTEXT, random=lambda _count: b"")
