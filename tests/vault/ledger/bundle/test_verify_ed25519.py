"""The verifier's own Ed25519: the vectors of RFC 8032, nothing but the one signature, and agreement with another."""

from __future__ import annotations

import hashlib
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.errors import UnwrapError
from keys.primitives import SigningKey, verify_signature
from vault.ledger.bundle.verify import NEUTRAL, L, P, PublicKey, point_add, point_bytes, point_from

# RFC 8032, section 7.1: TEST 1, TEST 2, TEST 3, TEST SHA(abc), as public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe"
            "24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302a"
            "eeb00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed2"
            "8dc027beceea1ec40a"
        ),
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        hashlib.sha512(b"abc").hexdigest(),
        (
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac1"
            "7ad9bef1177331a704"
        ),
    ),
]
# The eight points of small order, and other spellings of some: keys under which anybody can sign something.
SMALL_ORDER = [
    (1).to_bytes(32, "little"),
    (P - 1).to_bytes(32, "little"),
    (0).to_bytes(32, "little"),
    (1 << 255).to_bytes(32, "little"),
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"),
]
NO_POINTS = [
    P.to_bytes(32, "little"),
    (P + 1).to_bytes(32, "little"),
    (1 + (1 << 255)).to_bytes(32, "little"),
    (2).to_bytes(32, "little"),
    b"\xff" * 32,
    b"",
    bytes(31),
    bytes(33),
]


def cryptography_accepts(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        verify_signature(public, signature, message)
    except UnwrapError:
        return False
    return True


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS, ids=["empty", "one byte", "two bytes", "hash"])
def test_vectors_of_the_standard_are_accepted(public: str, message: str, signature: str) -> None:
    """RFC 8032, section 7.1."""
    assert PublicKey(bytes.fromhex(public)).has_signed(bytes.fromhex(message), bytes.fromhex(signature))


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS, ids=["empty", "one byte", "two bytes", "hash"])
def test_vector_changed_in_any_bit_is_refused(public: str, message: str, signature: str) -> None:
    """Of the signature, of the message, and the signature of one message for another."""
    key, signed = PublicKey(bytes.fromhex(public)), bytes.fromhex(signature)
    for bit in range(0, 512, 7):
        changed = bytearray(signed)
        changed[bit // 8] ^= 1 << bit % 8
        assert not key.has_signed(bytes.fromhex(message), bytes(changed))
    assert not key.has_signed(bytes.fromhex(message) + b"\0", signed)


@pytest.mark.parametrize("length", [0, 1, 32, 63, 65, 128])
def test_signature_of_another_length_is_refused(length: int) -> None:
    """Cut or lengthened, also with zeros."""
    public, message, signature = VECTORS[0]
    content = (bytes.fromhex(signature) + bytes(64))[:length]

    assert not PublicKey(bytes.fromhex(public)).has_signed(bytes.fromhex(message), content)


def test_signature_with_the_order_added_is_refused() -> None:
    """S and S + L satisfy one equation; only the smaller is a signature, or there would be two for one message."""
    public, message, signature = VECTORS[1]
    signed = bytes.fromhex(signature)
    larger = (int.from_bytes(signed[32:], "little") + L).to_bytes(32, "little")

    assert not PublicKey(bytes.fromhex(public)).has_signed(bytes.fromhex(message), signed[:32] + larger)


@pytest.mark.parametrize("encoded", SMALL_ORDER, ids=lambda encoded: encoded[:4].hex())
def test_key_of_small_order_is_refused(encoded: bytes) -> None:
    """Under such a key a signature says nothing about who made it."""
    with pytest.raises(ValueError, match=r"small order|not the encoding"):
        PublicKey(encoded)


@pytest.mark.parametrize("encoded", NO_POINTS, ids=lambda encoded: f"{len(encoded)} {encoded[:4].hex()}")
def test_bytes_that_are_no_point_are_refused(encoded: bytes) -> None:
    """Not on the curve, a coordinate beyond the prime, x = 0 with a sign, another length."""
    with pytest.raises(ValueError, match="not the encoding"):
        PublicKey(encoded)


def test_point_plus_its_negative_is_neutral() -> None:
    """The formulas hold where others fail: equal points, opposite ones, the neutral one."""
    point = point_from(bytes.fromhex(VECTORS[0][0]))
    assert point is not None
    negative = (P - point[0], point[1], 1, P - point[3])

    assert point_bytes(point_add(point, negative)) == point_bytes(NEUTRAL)
    assert point_bytes(point_add(point, NEUTRAL)) == point_bytes(point)
    assert point_bytes(point_add(point, point)) != point_bytes(point)


@given(message=st.binary(max_size=200), flips=st.lists(st.integers(0, 64 * 8 - 1), max_size=2))
@settings(max_examples=60, deadline=None)
def test_agrees_with_another_implementation(message: bytes, flips: list[int]) -> None:
    """What the vault's own verification accepts, this one accepts, and nothing else."""
    key = SigningKey.generate(os.urandom)
    signature = bytearray(key.sign(message))
    for bit in flips:
        signature[bit // 8] ^= 1 << bit % 8

    expected = cryptography_accepts(key.public, bytes(signature), message)
    assert PublicKey(key.public).has_signed(message, bytes(signature)) == expected
