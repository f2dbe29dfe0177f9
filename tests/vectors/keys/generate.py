"""Writes wrap_records.json: ``python -m tests.vectors.keys.generate``.

Records are built here from AES-256-GCM alone, by the letter of docs/spec/keys.md and without the vault's own code, so
that the vectors can say that the code is wrong. Everything is fixed: the same file comes out each time.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PATH = Path(__file__).with_name("wrap_records.json")

KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))
KEY_ID = bytes.fromhex("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf")
VERSION = 7
NONCE = bytes.fromhex("c0c1c2c3c4c5c6c7c8c9cacb")
DEK = bytes.fromhex("00112233445566778899aabbccddeeff" * 2)
LABEL = "vault.dek.v1"
FIELDS = (b"d-dossier", b"f-document", (1).to_bytes(8, "big"), b"original", bytes(range(56)))


def record(
    *,
    key: bytes = KEY,
    key_id: bytes = KEY_ID,
    version: int = VERSION,
    nonce: bytes = NONCE,
    label: str = LABEL,
    fields: tuple[bytes, ...] = FIELDS,
    form: bytes = b"\x01\x01",
    dek: bytes = DEK,
    associated: bytes | None = None,
) -> bytes:
    """A wrap record by the spec page; ``associated`` replaces the associated data by something else."""
    prefix = form + key_id + version.to_bytes(4, "big") + nonce
    lengths = b"".join(len(field).to_bytes(2, "big") + field for field in fields)
    bound = label.encode() + b"\0" + prefix + lengths
    return prefix + AESGCM(key).encrypt(nonce, dek, bound if associated is None else associated)


def cases() -> list[dict[str, Any]]:
    """Every case: what was done, the record, and what must come of it under KEY, KEY_ID, VERSION, LABEL and FIELDS."""
    good = record()
    made = [_case("as the page says", good, secret=DEK)]
    made += [_case("another nonce", record(nonce=bytes(12)), secret=DEK)]
    made += [
        _case(f"bit {bit} of byte {at} flipped", _flipped(good, at, bit)) for at in range(len(good)) for bit in range(8)
    ]
    made += [_case(f"cut to {length} bytes", good[:length]) for length in range(len(good))]
    made += [_case("a zero byte appended", good + b"\0"), _case("the record twice", good + good)]
    made += [
        _case("a zero byte before it", b"\0" + good),
        _case("all zeros", bytes(82)),
        _case("all ones", b"\xff" * 82),
    ]
    return made + _well_sealed_but_wrong()


def _well_sealed_but_wrong() -> list[dict[str, Any]]:
    """Records with a good tag, under a different key or context or in a different form."""
    without_header = FIELDS[:-1]
    moved = (FIELDS[0] + FIELDS[1][:1], FIELDS[1][1:], *FIELDS[2:])
    prefix = b"\x01\x01" + KEY_ID + VERSION.to_bytes(4, "big") + NONCE
    unprefixed = LABEL.encode() + b"\0" + prefix + b"".join(FIELDS)
    return [
        _case("another key", record(key=OTHER_KEY)),
        _case("another key id", record(key_id=bytes(16))),
        _case("another version of the key", record(version=VERSION + 1)),
        _case("version 0", record(version=0)),
        _case("record version 0", record(form=b"\x00\x01")),
        _case("record version 2", record(form=b"\x02\x01")),
        _case("suite 0", record(form=b"\x01\x00")),
        _case("suite 2", record(form=b"\x01\x02")),
        _case("another label", record(label="vault.kek.v1")),
        _case("a label that goes on", record(label=LABEL + "1")),
        _case("another document", record(fields=(FIELDS[0], b"f-documenu", *FIELDS[2:]))),
        _case("an older document version", record(fields=(*FIELDS[:2], bytes(8), *FIELDS[3:]))),
        _case("another object header", record(fields=(*without_header, bytes(56)))),
        _case("no object header", record(fields=without_header)),
        _case("an empty field more", record(fields=(*FIELDS, b""))),
        _case("fields in another order", record(fields=(FIELDS[1], FIELDS[0], *FIELDS[2:]))),
        _case("a byte moved from one field to the next", record(fields=moved)),
        _case("fields concatenated without lengths", record(associated=unprefixed)),
        _case("no associated data", record(associated=b"")),
        _case("context bound, key's name not", record(associated=_context_only())),
        _case("a wrapped key of 16 bytes", record(dek=DEK[:16])),
        _case("a wrapped key of 33 bytes", record(dek=DEK + b"\0")),
    ]


def _context_only() -> bytes:
    return LABEL.encode() + b"\0" + b"".join(len(field).to_bytes(2, "big") + field for field in FIELDS)


def _flipped(good: bytes, at: int, bit: int) -> bytes:
    return good[:at] + bytes([good[at] ^ 1 << bit]) + good[at + 1 :]


def _case(comment: str, made: bytes, *, secret: bytes | None = None) -> dict[str, Any]:
    if secret is None:
        return {"comment": comment, "record": made.hex(), "expect": "refused"}
    return {"comment": comment, "record": made.hex(), "expect": "opens", "secret": secret.hex()}


def document() -> str:
    """The file's text."""
    content = {
        "format": "wrap record 1, suite 1 (docs/spec/keys.md)",
        "key": KEY.hex(),
        "keyId": KEY_ID.hex(),
        "version": VERSION,
        "label": LABEL,
        "fields": [field.hex() for field in FIELDS],
        "cases": [{"id": number, **case} for number, case in enumerate(cases(), start=1)],
    }
    return json.dumps(content, indent=1) + "\n"


if __name__ == "__main__":
    PATH.write_text(document(), encoding="ascii")
