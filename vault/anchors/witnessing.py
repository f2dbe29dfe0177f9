"""The rules of a witness: it cosigns a checkpoint of a log that it knows if, and only if, it extends the last one.

Source: C2SP tlog-witness, "add-checkpoint"; what it answers has the status that is written there. Beyond that, a
checkpoint that a known key signed and that contradicts the last one is kept as evidence: it is the log's own signature
under two histories. Checkpoints with further lines, which the logs of this product do not have, are refused.
"""

from __future__ import annotations

import base64
import binascii
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from vault.anchors.cosignature import cosign
from vault.anchors.vkeys import Vkey
from vault.anchors.witness_state import WitnessState
from vault.clock import Clock
from vault.ledger.checkpoint import Checkpoint, CheckpointRefused, open_checkpoint, parse_body
from vault.ledger.proofs import ProofRefused, verify_consistency

MOST_SIGNATURES = 16
LONGEST_REQUEST_BYTES = 16 << 10

_REQUEST = re.compile(
    r"old (?P<old>0|[1-9][0-9]{0,15})\n(?P<proof>(?:[A-Za-z0-9+/]{43}=\n){0,63})\n(?P<note>.+)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Response:
    """Status and body; ``is_size``: the body is a size, for a client that knew another."""

    status: int
    body: str = ""
    is_size: bool = False


class Witness:
    """One witness over its state; safe between threads: one request is looked at and stored at a time."""

    def __init__(self, state: WitnessState, *, log_keys: Sequence[Vkey], clock: Clock) -> None:
        self._state = state
        self._log_keys = log_keys
        self._clock = clock
        self._lock = threading.Lock()

    def add_checkpoint(self, body: bytes) -> Response:
        """Cosigns, or says why not. Unavailable ``witness.disk`` if it could not be stored: then nothing is signed."""
        try:
            found = _REQUEST.fullmatch(body.decode("utf-8"))
        except UnicodeDecodeError:
            found = None
        if found is None:
            return Response(400)
        old_size, proof = int(found["old"]), _hashes(found["proof"])
        claimed = _claimed(found["note"])
        if claimed is None or proof is None or claimed.size == 0:
            return Response(400)
        keys = [each for each in self._log_keys if each.name == claimed.origin]
        if not keys:
            return Response(404)
        note = _signed_by(found["note"], keys)
        if note is None:
            return Response(403)
        if old_size > claimed.size:
            return Response(400)
        with self._lock:
            return self._answer(note, claimed, old_size=old_size, proof=proof)

    def last(self, digest: str) -> str:
        """The last cosigned checkpoint of a known log, by the digest of its origin; '' if there is none."""
        return self._state.last_of(digest)

    def _answer(self, note: str, checkpoint: Checkpoint, *, old_size: int, proof: list[bytes]) -> Response:
        stored = self._state.last(checkpoint.origin)
        last = _claimed(stored) if stored else None
        if old_size != (last.size if last else 0):
            return Response(409, f"{last.size if last else 0}\n", is_size=True)
        if last is not None and old_size == checkpoint.size and last.root != checkpoint.root:
            self._state.keep_refused(note)
            return Response(409, f"{last.size}\n", is_size=True)
        try:
            _check_proof(proof, last, checkpoint)
        except ProofRefused:
            self._state.keep_refused(note)
            return Response(422)
        line = cosign(checkpoint, self._state.key, name=self._state.name, at=self._clock.now())
        self._state.store_last(checkpoint.origin, note + line)
        return Response(200, line)


def _check_proof(proof: list[bytes], last: Checkpoint | None, checkpoint: Checkpoint) -> None:
    if last is None:
        if proof:
            raise ProofRefused("nothing is proven from an empty tree")
        return
    verify_consistency(proof, old_size=last.size, old_root=last.root, size=checkpoint.size, root=checkpoint.root)


def _claimed(note: str) -> Checkpoint | None:
    """What the signed lines say, whoever signed them."""
    try:
        return parse_body(note.partition("\n\n")[0] + "\n")
    except CheckpointRefused:
        return None


def _signed_by(note: str, keys: Sequence[Vkey]) -> str | None:
    """The checkpoint with the one signature that a known key made, lines of others left out; None if none did."""
    body, _, lines = note.partition("\n\n")
    for line in lines.splitlines()[:MOST_SIGNATURES]:
        candidate = f"{body}\n\n{line}\n"
        for key in keys:
            try:
                open_checkpoint(candidate, origin=key.name, public=key.public)
            except CheckpointRefused:
                continue
            return candidate
    return None


def _hashes(lines: str) -> list[bytes] | None:
    """The hashes of the proof; None where one is not in its one spelling."""
    try:
        hashes = [base64.b64decode(line, validate=True) for line in lines.splitlines()]
    except binascii.Error:
        return None
    is_canonical = [base64.b64encode(each).decode("ascii") for each in hashes] == lines.splitlines()
    return hashes if is_canonical else None
