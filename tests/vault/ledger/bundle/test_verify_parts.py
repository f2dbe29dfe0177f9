"""The verifier's own proofs, spellings, notes and disclosures: public vectors accepted, all beside them refused."""

from __future__ import annotations

import base64
import hashlib
import os
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vault.ledger import reference
from tests.vault.ledger.test_canonical import STRING_CANONICAL, STRUCTURES_CANONICAL, VALUES
from tests.vault.ledger.test_checkpoint import C2SP_NOTE, GO_SIGNATURE, GO_TEXT, VERIFIER_KEYS
from tests.vault.ledger.test_disclosures import PUBLISHED
from tests.vault.ledger.test_proofs import HASHES, KNOWN, ROOTS, variants
from vault.ledger.bundle import verify
from vault.ledger.bundle.verify import Checkpoint, LogKey, Note, NotSound, Tree, is_consistent, is_included
from vault.ledger.canonical import NotCanonical, canonical_bytes, parse_canonical


@pytest.mark.parametrize(("index", "size", "path"), reference.INCLUSION)
def test_published_inclusion_proofs_are_accepted(index: int, size: int, path: list[str]) -> None:
    """The test data of Certificate Transparency's reference implementation."""
    assert is_included(KNOWN[index], [bytes.fromhex(each) for each in path], index, size, reference.ROOTS[size - 1])


@pytest.mark.parametrize(("old_size", "size", "hashes"), reference.CONSISTENCY)
def test_published_consistency_proofs_are_accepted(old_size: int, size: int, hashes: list[str]) -> None:
    """The test data of Certificate Transparency's reference implementation."""
    proof = [bytes.fromhex(each) for each in hashes]

    assert is_consistent(proof, old_size, reference.ROOTS[old_size - 1], size, reference.ROOTS[size - 1])


def test_published_roots_are_computed() -> None:
    """Of the trees over the first 0 .. 8 published leaves."""
    tree = Tree()
    assert tree.root() == reference.EMPTY
    for leaf, root in zip(reference.LEAVES, reference.ROOTS, strict=True):
        list(tree.append(verify.leaf_hash(leaf)))
        assert tree.root() == root


def test_every_proof_of_a_small_tree_is_accepted() -> None:
    """All leaves and all pairs of sizes up to 40, against the definition."""
    for size in range(1, 41):
        for index in range(size):
            assert is_included(HASHES[index], reference.path(index, HASHES[:size]), index, size, ROOTS[size])
        for old in range(1, size + 1):
            assert is_consistent(reference.proof(old, HASHES[:size]), old, ROOTS[old], size, ROOTS[size])


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 11, 64, 70])
def test_altered_proofs_are_refused(size: int) -> None:
    """Cut, lengthened, swapped, doubled, changed in a bit, or empty."""
    for index in {0, size // 2, size - 1}:
        for what, proof in variants(reference.path(index, HASHES[:size])):
            assert not is_included(HASHES[index], proof, index, size, ROOTS[size]), what
    for old in {1, max(1, size // 2), max(1, size - 1), size}:
        for what, proof in variants(reference.proof(old, HASHES[:size])):
            assert not is_consistent(proof, old, ROOTS[old], size, ROOTS[size]), what


def test_empty_consistency_proof_shows_nothing_between_two_trees() -> None:
    """The mistake that a verifier once made: only equal sizes with equal roots need no proof."""
    for old in range(30):
        for size in range(30):
            is_same = old == size and size > 0
            assert is_consistent([], old, ROOTS[old], size, ROOTS[size]) == is_same
    assert not is_consistent([], 8, os.urandom(32), 8, ROOTS[8])
    assert not is_consistent([ROOTS[8]], 8, ROOTS[8], 8, ROOTS[8])


def test_proof_of_one_thing_is_a_proof_of_nothing_else() -> None:
    """Another index, size, root, leaf; sizes swapped."""
    path, proof = reference.path(4, HASHES[:11]), reference.proof(6, HASHES[:11])

    assert not any(is_included(HASHES[4], path, index, 11, ROOTS[11]) for index in range(-1, 13) if index != 4)
    assert not any(is_included(HASHES[4], path, 4, 11, ROOTS[size]) for size in range(1, 40) if size != 11)
    assert not any(is_included(HASHES[4], path, 4, size, ROOTS[11]) for size in (0, 1, 2, 4, 5, 8, 17, 2**63))
    assert not any(is_consistent(proof, old, ROOTS[old], 11, ROOTS[11]) for old in range(12) if old != 6)
    assert not is_consistent(proof, 11, ROOTS[11], 6, ROOTS[6])
    assert not is_consistent(proof, 6, ROOTS[6], 12, ROOTS[12])


@pytest.mark.parametrize(
    "encoded",
    [STRUCTURES_CANONICAL.encode(), bytes.fromhex(STRING_CANONICAL), b"[9007199254740991,-9007199254740991,0]"],
    ids=["structures", "string", "integers"],
)
def test_canonical_vectors_that_fit_the_profile_are_read(encoded: bytes) -> None:
    """RFC 8785."""
    assert canonical_bytes(verify.canonical_value(encoded)) == encoded


@pytest.mark.parametrize(
    "encoded",
    [
        b'[56,{"1":[],"10":null,"d":true}]',  # RFC 8785's arrays.json: null and true are outside the profile
        b"[333333333.3333333,1e+30,4.5,0.002,1e-27]",  # its numbers
        '{"\\r":"Carriage Return","1":"One","\x80":"Control\x7f","ö":"Latin"}'.encode(),  # its keys, not ASCII
        '{"Unnormalized Unicode":"A\u030a"}'.encode(),  # its unicode.json: not NFC
        b"",
        b"{",
        b'{"a":1} ',
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1.0}',
        b'{"a":-0}',
        b'{"a":01}',
        b'{"a":9007199254740992}',
        b'{"a":-9007199254740992}',
        b'{"a":NaN}',
        b'{"a":true}',
        b'{"a":null}',
        b'{"a":"\\u0041"}',
        b'{"a":"\\/"}',
        b'{"a":"\\ud800"}',
        b'{"a":"\xff"}',
        b'\xef\xbb\xbf{"a":1}',
        b"[" * 20 + b"]" * 20,
        b"[" * 30_000 + b"]" * 30_000,
        b'{"a":' + b"1" * 5000 + b"}",
        b'"' + b"x" * 65_534 + b'"',
    ],
    ids=lambda encoded: ascii(encoded[:24]),
)
def test_other_spelling_is_not_read(encoded: bytes) -> None:
    """What RFC 8785 allows and the profile does not, and what neither does."""
    with pytest.raises(ValueError):
        verify.canonical_value(encoded)
    with pytest.raises(NotCanonical):
        parse_canonical(encoded)


@given(VALUES, st.data())
def test_both_read_the_same_bytes(value: object, data: st.DataObject) -> None:
    """The vault's reader and the verifier's: never one without the other."""
    encoded = bytearray(canonical_bytes(value))  # type: ignore[arg-type]
    if data.draw(st.booleans()):
        encoded[data.draw(st.integers(0, len(encoded) - 1))] ^= data.draw(st.integers(1, 255))

    def read(reader: Any) -> object:
        try:
            return reader(bytes(encoded))
        except ValueError:
            return None

    assert read(verify.canonical_value) == read(parse_canonical)


def test_signed_note_of_go_is_read() -> None:
    """The note and key that golang.org/x/mod/sumdb/note publishes in its tests."""
    note = Note(f"{GO_TEXT}\n— PeterNeumann {GO_SIGNATURE}\n".encode())

    assert note.text == GO_TEXT
    assert note.is_signed_by(LogKey.parse(VERIFIER_KEYS[1]))
    assert not note.is_signed_by(LogKey.parse(VERIFIER_KEYS[2]))


def test_checkpoint_of_the_specification_is_read() -> None:
    """Its form; its key is not published. With a witness's line it is none that the log alone has signed."""
    checkpoint = Checkpoint(C2SP_NOTE.encode(), ["example.com/behind-the-sofa"])

    assert checkpoint.size == 20852163
    cosigned = C2SP_NOTE + "— witness.example.com/w1 " + base64.b64encode(bytes(76)).decode() + "\n"
    assert Checkpoint(cosigned.encode(), ["example.com/behind-the-sofa"], is_alone=False).size == 20852163
    with pytest.raises(NotSound, match=r"checkpoint\.form"):
        Checkpoint(cosigned.encode(), ["example.com/behind-the-sofa"])
    with pytest.raises(NotSound, match=r"checkpoint\.origin"):
        Checkpoint(C2SP_NOTE.encode(), ["example.com/another"])


@pytest.mark.parametrize("text", VERIFIER_KEYS)
def test_published_keys_are_read(text: str) -> None:
    """Of C2SP, of Go's tests and of its checksum database."""
    assert LogKey.parse(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a+b",
        "a+b+c",
        VERIFIER_KEYS[0].replace("530d903a", "530d903b"),
        VERIFIER_KEYS[0].replace("foo", "fop"),
        VERIFIER_KEYS[0][:-1],
        VERIFIER_KEYS[0] + "A",
        VERIFIER_KEYS[0].replace("+Aeky", "+Beky"),
    ],
)
def test_text_that_is_no_key_is_refused(text: str) -> None:
    """The hash in the middle catches a key that was mistyped."""
    with pytest.raises(ValueError):
        LogKey.parse(text)


@pytest.mark.parametrize("text", PUBLISHED)
def test_disclosures_of_the_standard_hash_as_it_says(text: str) -> None:
    """RFC 9901: the digest is over the text as it stands. Its examples have spaces, which the profile refuses."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()

    assert digest == PUBLISHED[text]
    with pytest.raises(ValueError):
        verify.canonical_value(verify.from_base64(text, is_url=True))


@pytest.mark.parametrize("text", ["2026-11-24T09:00:00.000Z", "2024-02-29T23:59:59.999Z"])
def test_time_in_its_spelling_is_one(text: str) -> None:
    """RFC 3339 in UTC with milliseconds."""
    assert verify.is_moment(text)
    assert verify.moment_of(text).isoformat(timespec="milliseconds").replace("+00:00", "Z") == text


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24T09:00:00Z",
        "2026-11-24T09:00:00.000+00:00",
        "2026-11-24 09:00:00.000Z",
        "2026-11-24T24:00:00.000Z",
        "2026-11-24T09:60:00.000Z",
        "2026-11-24T09:00:60.000Z",
        "2026-02-30T09:00:00.000Z",
        "2026-13-01T09:00:00.000Z",
        "２０２６-11-24T09:00:00.000Z",
        "",
        None,
        7,
    ],
)
def test_time_in_another_spelling_is_none(text: object) -> None:
    """Such texts would not sort as the times that they say."""
    assert not verify.is_moment(text)
