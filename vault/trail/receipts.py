"""Receipts of single entries: made for auditors, checked by anybody who knows the trail's key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vault.database import ledger_pruning, ledger_reading
from vault.database.engine import Connection, reading
from vault.database.ledger_pruning import NO_BODY
from vault.database.ledger_reading import EpochRow, LeafRow
from vault.errors import InputError, NotFound, TamperError, Unavailable
from vault.ledger.events import Event
from vault.ledger.reader import proof_of
from vault.ledger.receipt import Receipt, ReceiptRefused, epoch_of_key, open_receipt, write_receipt
from vault.ledger.tree import leaf_hash
from vault.model import Actor, Office
from vault.recording import deciding, denial_of, done_by, finding_tampering, require_office
from vault.runtime import Vault
from vault.trail.standing import load_standing

_MOST_INDEX = 2**53


def make_receipt(vault: Vault, actor: Actor, *, index: int) -> str:
    """The receipt of one entry, for an auditor; recorded first. It names nobody: digests stand in place of values.

    NotFound past the end or where the entry was pruned, Unavailable ``trail.no_checkpoint`` while the entry is not
    signed for, TamperError if it is not what was signed for: no receipt is given that would not be good.
    """
    with deciding(vault, denial_of(Event.TRAIL_EXPORTED, actor)) as tx:
        require_office(tx, actor, Office.AUDITOR)
        leaf = ledger_reading.load_leaves(tx, [index]).get(index) if 0 <= index < _MOST_INDEX else None
        if leaf is None or _is_pruned(tx, leaf):
            raise NotFound(recorded_as="not_found.entry")
        vault.recorder.append(tx, done_by(actor, Event.TRAIL_EXPORTED, details={"index": index, "form": "receipt"}))
    with finding_tampering(vault, actor):
        return _receipt(vault, index)


@dataclass(frozen=True, slots=True)
class CheckedReceipt:
    """A receipt that is good. ``is_here``: this trail has that very entry at its place."""

    receipt: Receipt
    is_here: bool


def show_receipt(vault: Vault, actor: Actor, *, text: str) -> CheckedReceipt:
    """Checks a receipt by the keys of this trail, and what it is of against the trail itself. For auditors.

    ReceiptRefused says which step is not good. Nothing is recorded: who has a receipt has what it shows.
    """
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.AUDITOR)
        receipt = open_receipt(text, epochs=ledger_reading.list_epochs(tx))
        hashes = ledger_reading.hashes_at(tx, 0, [receipt.index])
    return CheckedReceipt(receipt, hashes.get(receipt.index) == leaf_hash(receipt.leaf))


def check_receipt(text: str, *, epochs: Sequence[EpochRow]) -> Receipt:
    """The receipt, if every step of it is good; ReceiptRefused says which is not."""
    return open_receipt(text, epochs=epochs)


def known_epochs(vault: Vault | None, *, verifier_key: str = "") -> list[EpochRow]:
    """The keys to check receipts by: the one that is given, for which no vault is needed, else those of the trail.

    InputError ``verification.key`` if what is given is no key.
    """
    if verifier_key or vault is None:
        try:
            return [epoch_of_key(verifier_key)]
        except ReceiptRefused as error:
            raise InputError("verification.key") from error
    with reading(vault.engine) as tx:
        return ledger_reading.list_epochs(tx)


def _is_pruned(tx: Connection, leaf: LeafRow) -> bool:
    return leaf.leaf == NO_BODY and ledger_pruning.pruning_of(tx, leaf.position) is not None


def _receipt(vault: Vault, index: int) -> str:
    with reading(vault.engine) as tx:
        standing = load_standing(tx)
        if standing.is_refused:
            raise TamperError("trail.checkpoint")
        leaf = ledger_reading.load_leaves(tx, [index]).get(index)
        if standing.checkpoint is None or standing.checkpoint.size <= index:
            raise Unavailable("trail.no_checkpoint")
        try:
            if leaf is None:
                raise TamperError("tamper.detected")
            proof = proof_of(tx, index, size=standing.checkpoint.size)
            receipt = write_receipt(leaf.leaf, index=index, proof=proof, note=standing.note)
            open_receipt(receipt, epochs=ledger_reading.list_epochs(tx))
        except (KeyError, ReceiptRefused) as error:
            raise TamperError("tamper.detected") from error
    return receipt
