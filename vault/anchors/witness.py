"""An anchor at a witness: somebody else's server that keeps its own last checkpoint and cosigns only what extends it.

Speaks C2SP tlog-witness: POST add-checkpoint with the size that the witness knows, a consistency proof from it, and the
checkpoint. What the witness knows is asked for with the size of the last placement, and told by its 409 otherwise; so
nothing that the database remembers has to be right. A cosignature is verified before it counts.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence

from vault.anchors.cosignature import CosignatureRefused, verify_cosignature
from vault.anchors.port import LONGEST_NOTE_BYTES, AnchorKind, Contradicted, Held, Placement, Receipt
from vault.anchors.vkeys import Vkey
from vault.anchors.web import WebPeer
from vault.errors import Unavailable
from vault.ledger.checkpoint import Checkpoint, CheckpointRefused, parse_body, parse_checkpoint

_SIZE = re.compile(rb"(0|[1-9][0-9]{0,15})\n")
_TRIES = 3
"""Another node may place between our question and our answer to it."""
_CODES = {403: "anchor.unknown_key", 404: "anchor.unknown_log"}


class WitnessAnchor:
    """:class:`vault.anchors.port.Anchor` over a witness whose key is known."""

    kind = AnchorKind.WITNESS
    remembers = True

    def __init__(self, name: str, peer: WebPeer, *, witness: Vkey, period_seconds: float) -> None:
        self.name = name
        self.place_name = peer.url
        self.period_seconds = period_seconds
        self._peer = peer
        self._witness = witness
        self._known: dict[str, int] = {}

    def place(self, placement: Placement) -> Receipt:
        """Contradicted when the witness knows a larger trail or refuses the proof; Unavailable ``anchor.*``."""
        checkpoint = placement.checkpoint
        known = self._known.get(checkpoint.origin, 0)
        for _try in range(_TRIES):
            if known > checkpoint.size:
                raise Contradicted(known)
            proof = placement.prove_from(known) if 0 < known < checkpoint.size else []
            answer = self._peer.post("/add-checkpoint", _request(known, proof, placement.note), content_type=_TEXT)
            if answer.status == 200:
                self._known[checkpoint.origin] = checkpoint.size
                return Receipt(self._checked(checkpoint, answer.body), locator=self._peer.url[:300])
            if answer.status == 409:
                stated = _SIZE.fullmatch(answer.body)
                if stated is None or int(stated[1]) == known:  # the same size and another root
                    raise Contradicted(known)
                known = int(stated[1])
                continue
            if answer.status == 422:
                raise Contradicted(known)
            raise Unavailable(_CODES.get(answer.status, "anchor.refused"))
        raise Unavailable("anchor.refused")

    def newest(self, origins: Sequence[str], /) -> list[Held]:
        """What the witness last cosigned of each; nothing from one that has no way to ask (the protocol has none yet).

        There, a larger trail shows when the next checkpoint is placed.
        """
        found = []
        for origin in origins:
            answer = self._peer.get(checkpoint_path(origin))
            if answer.status == 200:
                note = self._without_cosignature(answer.body.decode("utf-8", "replace"))
                found.append(Held(note, f"{origin}/{self._peer.url}"))
            elif answer.status != 404:
                raise Unavailable("anchor.refused")
        return found

    def held(self, origins: Sequence[str], /) -> Iterator[Held]:
        yield from self.newest(origins)

    def check_receipt(self, note: str, receipt: bytes) -> str:
        try:
            checkpoint = parse_checkpoint(note)
            verify_cosignature(checkpoint, receipt.decode("utf-8", "replace"), witness=self._witness)
        except (CheckpointRefused, CosignatureRefused):
            return "receipt.cosignature"
        return ""

    def _without_cosignature(self, cosigned: str) -> str:
        """The log's own note, once the witness's signature under it is good; '' otherwise: no checkpoint at all."""
        body, _, lines = cosigned.partition("\n\n")
        try:
            verify_cosignature(parse_body(f"{body}\n"), lines, witness=self._witness)
        except (CheckpointRefused, CosignatureRefused):
            return ""
        own = [line for line in lines.splitlines() if not line.startswith(f"— {self._witness.name} ")]
        return f"{body}\n\n" + "".join(f"{line}\n" for line in own)

    def _checked(self, checkpoint: Checkpoint, body: bytes) -> bytes:
        """The answer's lines, once the witness's own among them is good."""
        try:
            verify_cosignature(checkpoint, body.decode("utf-8", "replace"), witness=self._witness)
        except CosignatureRefused as error:
            raise Unavailable("anchor.bad_receipt") from error
        return body[:LONGEST_NOTE_BYTES]


_TEXT = "text/plain; charset=utf-8"


def checkpoint_path(origin: str) -> str:
    """Where a witness of ours shows the last checkpoint of a log, cosigned."""
    return f"/checkpoint/{hashlib.sha256(origin.encode()).hexdigest()}"


def _request(old_size: int, proof: Sequence[bytes], note: str) -> bytes:
    hashes = "".join(f"{base64.b64encode(each).decode('ascii')}\n" for each in proof)
    return f"old {old_size}\n{hashes}\n{note}".encode()
