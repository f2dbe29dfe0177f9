"""Whole bundles made from any leaves and any keys, by the format's page and not by the vault's code.

For an attacker who has what they should not have: the signing key, and every formula. Nothing here reads a database.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from keys.primitives import SigningKey
from tests.vault.ledger import reference
from tests.vault.ledger.bundle.bundles import Members, resummed, spelled
from vault.ledger.canonical import canonical_bytes
from vault.ledger.checkpoint import Checkpoint, sign_checkpoint, verifier_key

Leaf = dict[str, Any]
NAMING_KEYS = {"trail.genesis", "trail.key_rotated", "trail.succeeded"}


@dataclass
class Forgery:
    """A log with these leaves. ``encode`` and ``sign`` may do what they should not."""

    leaves: list[Leaf]
    key: SigningKey
    origin: str
    disclosures: dict[str, list[str]] = field(default_factory=dict)
    older: dict[int, SigningKey] = field(default_factory=dict)
    claims: list[dict[str, Any]] | None = None
    encode: Callable[[Leaf], bytes] = canonical_bytes
    named: Callable[[list[Leaf]], list[Leaf]] = field(default=lambda leaves: leaves)
    """Which of the leaves that name keys stand in ``keys.jsonl``."""

    def members(self) -> Members:
        """The bundle of everything, in tiles."""
        encoded = [self.encode(leaf) for leaf in self.leaves]
        hashes = reference.hashed(encoded)
        lines = [self._line(leaf, text) for leaf, text in zip(self.leaves, encoded, strict=True)]
        naming = self.named([leaf for leaf in self.leaves if leaf["event"] in NAMING_KEYS])
        members = {
            "README.md": b"words\n",
            "checkpoint": self._checkpoint(len(hashes), hashes, self.key),
            "keys.jsonl": spelled([self.proven(leaf["index"], encoded, hashes) for leaf in naming]),
            "entries/000.jsonl": spelled(lines),
            "tile/0/000" + (f".p/{len(hashes)}" if len(hashes) < 256 else ""): b"".join(hashes),
            "tile/entries/000" + (f".p/{len(hashes)}" if len(hashes) < 256 else ""): b"".join(
                len(text).to_bytes(2, "big") + text for text in encoded
            ),
        }
        if self.older:
            members["checkpoints/000.jsonl"] = spelled(
                [
                    {
                        "checkpoint": self._checkpoint(size, hashes[:size], key).decode(),
                        "proof": [base64.b64encode(each).decode() for each in reference.proof(size, hashes)],
                    }
                    for size, key in self.older.items()
                ]
            )
        members["manifest.json"] = self._manifest(encoded, hashes, naming)
        return resummed(members)

    def proven(self, index: int, encoded: list[bytes], hashes: list[bytes]) -> dict[str, Any]:
        """The line of one entry with its proof."""
        proof = [base64.b64encode(each).decode() for each in reference.path(index, hashes)]
        return {"index": index, "leaf": encoded[index].decode(), "disclosures": [], "proof": proof}

    def _line(self, leaf: Leaf, encoded: bytes) -> dict[str, Any]:
        return {
            "index": self.leaves.index(leaf),
            "leaf": encoded.decode(),
            "disclosures": self.disclosures.get(leaf.get("id", ""), []),
        }

    def _checkpoint(self, size: int, hashes: list[bytes], key: SigningKey) -> bytes:
        return sign_checkpoint(Checkpoint(self.origin, size, reference.root(hashes)), key).encode()

    def _manifest(self, encoded: list[bytes], hashes: list[bytes], naming: list[Leaf]) -> bytes:
        digest = hashlib.sha256(b"".join(n.to_bytes(8, "big") + each for n, each in enumerate(hashes)))
        root = base64.b64encode(reference.root(hashes)).decode()
        digests = [len(leaf.get("_sd", [])) for leaf in self.leaves]
        shown = [len(self.disclosures.get(leaf.get("id", ""), [])) for leaf in self.leaves]
        manifest = {
            "format": "Dossier Vault evidence bundle",
            "version": 1,
            "origin": self.origin,
            "key": verifier_key(self.origin, self.key.public),
            "checkpoint": {"size": len(hashes), "root": root},
            "form": "tiles",
            "ordered": {},
            "query": {},
            "entries": {
                "count": len(hashes),
                "digest": digest.hexdigest(),
                "first": 0,
                "last": len(hashes) - 1,
                "first_logged": self.leaves[0].get("logged"),
                "last_logged": self.leaves[-1].get("logged"),
            },
            "values": {
                "disclosed": sum(shown),
                "entries_with_hidden_values": sum(few < all_ for few, all_ in zip(shown, digests, strict=True)),
            },
            "epochs": [
                {"epoch": leaf["details"]["epoch"], "key": leaf["details"]["key"], "index": leaf["index"]}
                for leaf in naming
            ],
            "complete": self.claims
            if self.claims is not None
            else [{"kind": "range", "first": 0, "last": len(hashes) - 1, "below": len(hashes)}],
            "older_checkpoints": len(self.older),
            "anchors": [],
        }
        return json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"


def rotation(leaf: Leaf, epoch: int, new: SigningKey, old: SigningKey | None, origin: str, **details: Any) -> Leaf:
    """A leaf that names the key of an epoch, handed over by ``old`` if there is one."""
    public = base64.b64encode(new.public).decode()
    named: dict[str, Any] = {"epoch": epoch, "key": public, "from": leaf["index"], **details}
    if old is not None:
        text = f"{origin}\nepoch {epoch}\n{public}\n".encode()
        named["handover"] = base64.b64encode(old.sign(text)).decode()
    kept = {name: value for name, value in leaf.items() if name not in {"document", "dseq", "who", "useq", "_sd"}}
    return {**kept, "event": "trail.key_rotated", "outcome": "success", "details": named}
