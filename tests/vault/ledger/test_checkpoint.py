"""Checkpoints are C2SP signed notes: published vectors reproduced, everything but the one spelling refused."""

from __future__ import annotations

import base64
import os

import pytest

from keys.model import Secret
from keys.primitives import SigningKey
from vault.ledger.checkpoint import (
    Checkpoint,
    CheckpointRefused,
    key_hash,
    open_checkpoint,
    sign_checkpoint,
    verifier_key,
)

ORIGIN = "trail.example/vault"
KEY = SigningKey.generate(os.urandom)
CHECKPOINT = Checkpoint(ORIGIN, 42, os.urandom(32))
NOTE = sign_checkpoint(CHECKPOINT, KEY)

# Verifier keys of other implementations: the example of C2SP signed-note, the tests of golang.org/x/mod/sumdb/note,
# and the checksum database of Go.
VERIFIER_KEYS = [
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop",
    "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
]
# The well-formed note of golang.org/x/mod/sumdb/note with the key that signed it.
GO_SEED = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
# The example of C2SP tlog-checkpoint and tlog-witness; its key is not published.
C2SP_NOTE = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+"
    "zyWE+xeMcTOAYQ8=\n"
)


@pytest.mark.parametrize("published", VERIFIER_KEYS)
def test_verifier_keys_of_others_are_reproduced(published: str) -> None:
    """The name, the four bytes and the key, as other tools take them."""
    name, _hash, encoded = published.split("+", 2)

    assert verifier_key(name, base64.b64decode(encoded)[1:]) == published


def test_signature_of_the_published_note_is_reproduced() -> None:
    """Ed25519 is deterministic: key hash and signature over the text are the published ones to the byte."""
    key = SigningKey.from_secret(Secret(base64.b64decode(GO_SEED)[1:]))

    signature = key_hash("PeterNeumann", key.public) + key.sign(GO_TEXT.encode())

    assert base64.b64encode(signature).decode() == GO_SIGNATURE


def test_published_checkpoint_is_read_up_to_its_key() -> None:
    """Its form is accepted and its body is spelled alike; only the key is not the one given."""
    root = base64.b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")

    assert C2SP_NOTE.startswith(Checkpoint("example.com/behind-the-sofa", 20852163, root).body() + "\n")
    with pytest.raises(CheckpointRefused, match="signed by another key"):
        open_checkpoint(C2SP_NOTE, origin="example.com/behind-the-sofa", public=KEY.public)


def test_signed_checkpoint_opens_to_what_was_signed() -> None:
    """Origin, size and root come back."""
    assert open_checkpoint(NOTE, origin=ORIGIN, public=KEY.public) == CHECKPOINT


@pytest.mark.parametrize("size", [0, 1, 2**53 - 1])
def test_any_size_is_spelled_in_decimal(size: int) -> None:
    """Without leading zeros, the empty tree included."""
    checkpoint = Checkpoint(ORIGIN, size, os.urandom(32))
    note = sign_checkpoint(checkpoint, KEY)

    assert note.split("\n")[1] == str(size)
    assert open_checkpoint(note, origin=ORIGIN, public=KEY.public) == checkpoint


def test_checkpoint_of_another_log_is_refused() -> None:
    """A good signature for another name says nothing about this log."""
    other = sign_checkpoint(Checkpoint("other.example/vault", 42, CHECKPOINT.root), KEY)

    with pytest.raises(CheckpointRefused, match="another log"):
        open_checkpoint(other, origin=ORIGIN, public=KEY.public)


def test_checkpoint_signed_by_another_key_is_refused() -> None:
    """Whoever can write the database can sign with a key of their own."""
    forged = sign_checkpoint(CHECKPOINT, SigningKey.generate(os.urandom))

    with pytest.raises(CheckpointRefused, match="another key"):
        open_checkpoint(forged, origin=ORIGIN, public=KEY.public)


def test_forged_signature_under_the_right_key_hash_is_refused() -> None:
    """The four bytes that name the key are public; only the signature counts."""
    signature = key_hash(ORIGIN, KEY.public) + SigningKey.generate(os.urandom).sign(CHECKPOINT.body().encode())
    forged = f"{CHECKPOINT.body()}\n— {ORIGIN} {base64.b64encode(signature).decode()}\n"

    with pytest.raises(CheckpointRefused, match="not good"):
        open_checkpoint(forged, origin=ORIGIN, public=KEY.public)


@pytest.mark.parametrize(
    "changed", [Checkpoint(ORIGIN, 43, CHECKPOINT.root), Checkpoint(ORIGIN, 42, bytes(32))], ids=["size", "root"]
)
def test_signature_of_one_tree_is_none_of_another(changed: Checkpoint) -> None:
    """Size and root are both under the signature."""
    signature_line = NOTE.split("\n\n")[1]

    with pytest.raises(CheckpointRefused, match="not good"):
        open_checkpoint(f"{changed.body()}\n{signature_line}", origin=ORIGIN, public=KEY.public)


def test_note_changed_in_any_byte_is_refused() -> None:
    """Every byte of the note counts, also those of the signature's base64."""
    encoded = NOTE.encode()
    for place in range(len(encoded)):
        for bit in range(8):
            changed = bytearray(encoded)
            changed[place] ^= 1 << bit
            text = changed.decode("utf-8", errors="replace")
            with pytest.raises(CheckpointRefused):
                open_checkpoint(text, origin=ORIGIN, public=KEY.public)


def _variants() -> dict[str, str]:
    body, signature = NOTE.split("\n\n")
    origin, size, root = body.split("\n")
    line = signature.rstrip("\n")
    raw = base64.b64decode(line.rsplit(" ", 1)[1])
    return {
        "nothing": "",
        "body alone": body + "\n",
        "no signature": body + "\n\n",
        "no last line end": NOTE[:-1],
        "another line end": NOTE + "\n",
        "line ends of Windows": NOTE.replace("\n", "\r\n"),
        "byte order mark": "\ufeff" + NOTE,
        "hyphen for the dash": NOTE.replace("—", "-"),
        "two signatures": NOTE + signature,
        "size with a zero before": f"{origin}\n0{size}\n{root}\n\n{signature}",
        "size with a sign": f"{origin}\n+{size}\n{root}\n\n{signature}",
        "negative size": f"{origin}\n-{size}\n{root}\n\n{signature}",
        "size in other digits": f"{origin}\n４２\n{root}\n\n{signature}",
        "extension line": f"{body}\nmore\n\n{signature}",
        "no empty line": f"{body}\n{signature}",
        "root cut short": f"{origin}\n{size}\n{root[:-5]}=\n\n{signature}",
        "root in base64url": f"{origin}\n{size}\n{root[:-2]}_=\n\n{signature}",
        "root with other unused bits": f"{origin}\n{size}\n{_other_spelling(root)}\n\n{signature}",
        "signature cut short": f"{body}\n\n— {ORIGIN} {base64.b64encode(raw[:-1]).decode()}\n",
        "signature lengthened": f"{body}\n\n— {ORIGIN} {base64.b64encode(raw + b'0').decode()}\n",
        "signature with other unused bits": f"{body}\n\n{_other_spelling(line)}\n",
        "signature of another name": NOTE.replace(f"— {ORIGIN}", "— other.example/vault"),
        "space in the origin": NOTE.replace(ORIGIN, "trail example"),
        "plus in the origin": NOTE.replace(ORIGIN, "trail+example"),
    }


def _other_spelling(base64_text: str) -> str:
    """The same bytes with unused bits set: what a lenient decoder reads alike."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    padding = len(base64_text) - len(base64_text.rstrip("="))
    last = base64_text.rstrip("=")[-1]
    return base64_text.rstrip("=")[:-1] + alphabet[alphabet.index(last) ^ 1] + "=" * padding


@pytest.mark.parametrize("what", _variants())
def test_malformed_note_is_refused(what: str) -> None:
    """The parser repairs nothing: another spelling of the same facts is no checkpoint."""
    with pytest.raises(CheckpointRefused):
        open_checkpoint(_variants()[what], origin=ORIGIN, public=KEY.public)
