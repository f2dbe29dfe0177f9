"""A receipt shows that one entry stands in the signed trail, and nothing else passes for one."""

from __future__ import annotations

import base64
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.primitives import SigningKey
from tests.vault.ledger import reference
from tests.vault.ledger.trail import LEE, ORIGIN, PLACE, REASON, WANG, Trail
from vault.database import ledger_reading
from vault.database.engine import reading
from vault.database.ledger_reading import EpochRow
from vault.ledger.checkpoint import Checkpoint, sign_checkpoint, verifier_key
from vault.ledger.proofs import inclusion_proof
from vault.ledger.reader import proof_of
from vault.ledger.receipt import ReceiptRefused, epoch_of_key, open_receipt, write_receipt
from vault.ledger.tree import leaf_hash, root_of

SIGNING = SigningKey.generate(lambda count: bytes(range(count)))
EPOCHS = (EpochRow(number=1, public=SIGNING.public, from_size=1, origin=ORIGIN),)
LEAVES = [b'{"index":%d,"v":1}' % index for index in range(11)]


def receipt_of(index: int, *, leaf: bytes | None = None, size: int = 11) -> str:
    """A receipt over eleven leaves, made by the definition of the tree."""
    hashes = [leaf_hash(each) for each in LEAVES[:size]]
    note = sign_checkpoint(Checkpoint(ORIGIN, size, root_of(hashes)), SIGNING)

    def subtree(level: int, position: int) -> bytes:
        return root_of(hashes[position << level : position + 1 << level])

    return write_receipt(
        leaf or LEAVES[index], index=index, proof=inclusion_proof(subtree, index, size=size), note=note
    )


@pytest.mark.parametrize("index", range(11))
def test_receipt_of_every_entry_is_good(index: int) -> None:
    """Index, leaf and checkpoint come back."""
    receipt = open_receipt(receipt_of(index), epochs=EPOCHS)

    assert (receipt.index, receipt.leaf, receipt.checkpoint.size) == (index, LEAVES[index], 11)


def test_receipt_is_a_tlog_proof_by_the_letter() -> None:
    """Title, extra, index, hashes, empty line, checkpoint; C2SP tlog-proof, version 1."""
    lines = receipt_of(7).split("\n")

    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert base64.b64decode(lines[1].removeprefix("extra ")) == LEAVES[7]
    assert lines[2] == "index 7"
    empty = lines.index("")
    assert [len(base64.b64decode(line)) for line in lines[3:empty]] == [32] * 4
    assert lines[empty + 1 : empty + 3] == [ORIGIN, "11"]


def test_receipt_of_the_only_entry_has_no_hashes() -> None:
    """A tree of one leaf needs no proof."""
    assert open_receipt(receipt_of(0, size=1), epochs=EPOCHS).checkpoint.size == 1


@given(st.data())
def test_receipt_altered_in_any_character_is_refused(data: st.DataObject) -> None:
    """One receipt, one spelling: no character can become another, vanish, or come in between."""
    text = receipt_of(data.draw(st.integers(0, 10)))
    at = data.draw(st.integers(0, len(text) - 1))
    fresh = data.draw(st.characters(codec="utf-8"))
    altered = data.draw(
        st.sampled_from([text[:at] + fresh + text[at + 1 :], text[:at] + text[at + 1 :], text[:at] + fresh + text[at:]])
    )
    if altered != text:
        with pytest.raises(ReceiptRefused):
            open_receipt(altered, epochs=EPOCHS)


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("", "not a receipt"),
        ("x" * 1_000_000, "not a receipt"),
        (receipt_of(7, leaf=LEAVES[8]), "entry"),
        (receipt_of(7).replace("index 7", "index 6"), "entry"),
        (receipt_of(7).replace("index 7", "index 11"), "entry"),
        (receipt_of(7).replace("index 7", "index 07"), "not a receipt"),
        (receipt_of(7).replace("\n11\n", "\n10\n"), "checkpoint"),
        (receipt_of(7).replace("@v1", "@v2"), "not a receipt"),
        (receipt_of(7) + "\n", "checkpoint"),
        (receipt_of(7).replace("\n", "\r\n"), "not a receipt"),
    ],
)
def test_forged_receipt_is_refused_at_its_step(text: str, step: str) -> None:
    """Another leaf, place, size, version or line end."""
    with pytest.raises(ReceiptRefused, match=step):
        open_receipt(text, epochs=EPOCHS)


def test_receipt_signed_by_another_key_or_for_another_log_is_refused() -> None:
    """The key is known from elsewhere than the receipt."""
    other = SigningKey.generate(os.urandom)
    for epochs in (
        [EpochRow(1, other.public, 1, ORIGIN)],
        [EpochRow(1, SIGNING.public, 1, "other.example/vault")],
        [EpochRow(1, SIGNING.public, 1, ORIGIN), EpochRow(2, other.public, 5, ORIGIN)],
        [],
    ):
        with pytest.raises(ReceiptRefused, match="checkpoint"):
            open_receipt(receipt_of(7), epochs=epochs)


def test_leaf_of_another_place_is_refused_though_it_is_in_the_tree() -> None:
    """A leaf that says another index than where it stands was not placed by the log."""
    leaf = b'{"index":5,"v":1}'
    note = sign_checkpoint(Checkpoint(ORIGIN, 1, leaf_hash(leaf)), SIGNING)

    with pytest.raises(ReceiptRefused, match="another place"):
        open_receipt(write_receipt(leaf, index=0, proof=[], note=note), epochs=EPOCHS)


def test_leaf_that_is_not_canonical_is_refused() -> None:
    """What is no leaf has no receipt."""
    leaf = b'{"index": 0}'
    note = sign_checkpoint(Checkpoint(ORIGIN, 1, leaf_hash(leaf)), SIGNING)

    with pytest.raises(ReceiptRefused, match="canonical"):
        open_receipt(write_receipt(leaf, index=0, proof=[], note=note), epochs=EPOCHS)


def test_verifier_key_stands_for_its_log() -> None:
    """The form that other tools take too."""
    epoch = epoch_of_key(verifier_key(ORIGIN, SIGNING.public))

    assert open_receipt(receipt_of(3), epochs=[epoch]).index == 3
    for key in (
        "",
        "x",
        verifier_key(ORIGIN, SIGNING.public)[:-1],
        verifier_key("a/b", SIGNING.public).replace("a", "c"),
    ):
        with pytest.raises(ReceiptRefused, match="verifier key"):
            epoch_of_key(key)


def test_receipt_from_the_trail_is_good_and_names_nobody(filled: Trail) -> None:
    """Made from stored subtrees; who, where and why are digests in it."""
    with reading(filled.engine) as tx:
        epochs, newest = ledger_reading.list_epochs(tx), ledger_reading.newest_checkpoint(tx)
        assert newest is not None
        receipts = [
            write_receipt(leaf.leaf, index=leaf.position, proof=proof_of(tx, leaf.position, size=10), note=newest[0])
            for leaf in filled.leaves()
        ]

    assert [open_receipt(each, epochs=epochs).index for each in receipts] == list(range(10))
    leaves = b"".join(open_receipt(each, epochs=epochs).leaf for each in receipts).decode()
    for personal in (WANG, LEE, PLACE.address, REASON.text):
        assert personal not in leaves
    assert reference.root(reference.hashed([leaf.leaf for leaf in filled.leaves()])) == filled.audit().root
