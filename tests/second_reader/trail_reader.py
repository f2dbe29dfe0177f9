"""Checks an exported trail without the vault: the standard library and one Ed25519 implementation, nothing else.

Written from docs/spec/trail.md alone. Not made for speed.

    python trail_reader.py EXPORT.jsonl --key "example.com/vault+f6859...+AQ..." [--whole]

The key must come from elsewhere than the export. Prints what the entries say; exit code 1 and one sentence if the
export is not what the log stands by. ``--whole`` is for an export of everything: then no counter may have a hole.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
import unicodedata
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Json = dict[str, Any]


class Refused(Exception):
    """Something is not what the log stands by."""


def check_export(content: bytes, key: str) -> list[Json]:
    """The entries of an export, each as its leaf's facts and its values under ``values``; Refused otherwise."""
    lines = content.split(b"\n")
    if len(lines) < 2 or lines.pop() != b"":
        raise Refused("the last line is not whole")
    *entries, last = [_json_line(line) for line in lines]
    _members(last, "checkpoint", "key")
    if last["key"] != key:
        raise Refused("made for another key")
    size, root = open_checkpoint(last["checkpoint"], key)
    opened, before = [], -1
    for entry in entries:
        opened.append(_check_entry(entry, size, root))
        if opened[-1]["index"] <= before:
            raise Refused("entries out of order")
        before = opened[-1]["index"]
    return opened


def open_checkpoint(note: object, key: str) -> tuple[int, bytes]:
    """Size and root of a signed checkpoint; Refused unless ``key`` (name+hash+key) has signed it."""
    name, key_hash, public = _parse_key(key)
    if not isinstance(note, str) or note.count("\n\n") != 1:
        raise Refused("not a signed note")
    body, signatures = note.split("\n\n")
    lines, signature_lines = body.split("\n"), signatures.split("\n")
    if len(lines) != 3 or len(signature_lines) != 2 or signature_lines[1]:
        raise Refused("not a checkpoint with one signature")
    dash, _, rest = signature_lines[0].partition(" ")
    signer, _, signature_text = rest.partition(" ")
    signature = _base64(signature_text, base64.b64decode, base64.b64encode)
    if dash != "\u2014" or signer != name or lines[0] != name or signature[:4] != key_hash or len(signature) != 68:
        raise Refused("not signed by this log's key")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature[4:], (body + "\n").encode())
    except InvalidSignature:
        raise Refused("the signature is not good") from None
    if not lines[1].isascii() or not lines[1].isdigit() or str(int(lines[1])) != lines[1]:
        raise Refused("a size in another spelling")
    root = _base64(lines[2], base64.b64decode, base64.b64encode)
    if len(root) != 32:
        raise Refused("a root that is no hash")
    return int(lines[1]), root


def inclusion_root(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root that a path leads to, going down from the whole tree as RFC 6962 splits it."""
    if size == 1:
        if path:
            raise Refused("a path that is too long")
        return hashlib.sha256(b"\0" + leaf).digest()
    if not path:
        raise Refused("a path that is too short")
    split = 1
    while split * 2 < size:
        split *= 2
    *below, sibling = path
    if index < split:
        pair = inclusion_root(leaf, index, split, below) + sibling
    else:
        pair = sibling + inclusion_root(leaf, index - split, size - split, below)
    return hashlib.sha256(b"\1" + pair).digest()


def check_counters(entries: list[Json]) -> list[str]:
    """What is missing between the entries of an export, as far as their counters tell; an empty list if nothing."""
    missing = []
    for counter, owner in (("dseq", "document"), ("useq", "who"), ("nseq", "lane")):
        last: dict[str, int] = {}
        for entry in entries:
            if counter in entry:
                expected = last.get(entry[owner], 0) + 1
                if entry[counter] != expected:
                    missing.append(f"{counter} {entry[counter]} of {entry[owner]} follows {expected - 1}")
                last[entry[owner]] = entry[counter]
    return missing


def _check_entry(entry: Json, size: int, root: bytes) -> Json:
    _members(entry, "index", "leaf", "disclosures", "proof")
    index, leaf = entry["index"], entry["leaf"]
    if type(index) is not int or not 0 <= index < size or not isinstance(leaf, str):
        raise Refused("not an entry of this tree")
    path = [_base64(each, base64.b64decode, base64.b64encode) for each in _strings(entry["proof"])]
    if any(len(each) != 32 for each in path) or inclusion_root(leaf.encode(), index, size, path) != root:
        raise Refused("the proof leads to another root")
    facts = _canonical(leaf)
    if not isinstance(facts, dict) or facts.get("index") != index:
        raise Refused("a leaf of another place")
    return {**facts, "values": _values(_strings(entry["disclosures"]), facts.get("_sd", []))}


def _values(disclosures: list[str], digests: object) -> Json:
    values: Json = {}
    for text in disclosures:
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
        if not isinstance(digests, list) or digest not in digests:
            raise Refused("a value that the leaf does not commit to")
        parts = _canonical(_base64(text, _from_base64url, _to_base64url).decode())
        if not isinstance(parts, list) or len(parts) != 3 or not all(isinstance(each, str) for each in parts[:2]):
            raise Refused("not salt, name and value")
        salt, name, value = parts
        texts = value.values() if isinstance(value, dict) else [value]
        if len(salt) < 22 or name in values or not all(isinstance(each, str) for each in texts):
            raise Refused("no salt, a name twice, or a value that is not made of texts")
        values[name] = value
    return values


def _canonical(text: str) -> object:
    """The value of canonical JSON in the trail's profile: one value, one spelling."""

    def refuse(_text: str) -> None:
        raise Refused("a number that is not an integer")

    try:
        value = json.loads(text, parse_float=refuse, parse_constant=refuse)
    except ValueError:
        raise Refused("not JSON") from None
    _check_profile(value)
    if json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) != text:
        raise Refused("not the canonical spelling")
    return value


def _check_profile(value: object) -> None:
    if isinstance(value, dict):
        if not all(key.isascii() for key in value):
            raise Refused("a key that is not ASCII")
        for member in value.values():
            _check_profile(member)
    elif isinstance(value, list):
        for member in value:
            _check_profile(member)
    elif isinstance(value, str):
        if unicodedata.normalize("NFC", value) != value:
            raise Refused("a text that is not NFC")
    elif type(value) is not int or abs(value) >= 2**53:
        raise Refused("outside the profile")


def _json_line(line: bytes) -> Json:
    try:
        value = json.loads(line)
        one_spelling = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except (ValueError, RecursionError):
        raise Refused("not JSON in UTF-8") from None
    if not isinstance(value, dict) or one_spelling != line:
        raise Refused("not an object in its one spelling")
    return value


def _members(value: Json, *names: str) -> None:
    if set(value) != set(names):
        raise Refused(f"not {', '.join(names)}")


def _strings(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise Refused("not a list of texts")
    return value


def _parse_key(key: str) -> tuple[str, bytes, bytes]:
    name, hash_text, encoded = key.split("+", 2)
    typed = base64.b64decode(encoded)
    key_hash = hashlib.sha256(name.encode() + b"\n" + typed).digest()[:4]
    if len(typed) != 33 or typed[0] != 1 or key_hash.hex() != hash_text:
        raise Refused("not a verifier key of an Ed25519 log")
    return name, key_hash, typed[1:]


def _base64(text: str, decode: Any, encode: Any) -> bytes:
    try:
        content: bytes = decode(text.encode("ascii"))
    except ValueError:
        raise Refused("not base64") from None
    if encode(content).decode() != text:
        raise Refused("another spelling of the same base64")
    return content


def _from_base64url(text: bytes) -> bytes:
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))


def _to_base64url(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("export", type=Path)
    parser.add_argument("--key", required=True, help="the log's verifier key, from elsewhere than the export")
    parser.add_argument("--whole", action="store_true", help="also say which entries are missing")
    options = parser.parse_args(arguments)
    try:
        entries = check_export(options.export.read_bytes(), options.key)
        missing = check_counters(entries) if options.whole else []
    except (Refused, ValueError) as refused:
        print(f"refused: {refused}", file=sys.stderr)
        return 1
    for entry in entries:
        print(entry["index"], entry["logged"], entry["event"], entry["outcome"], json.dumps(entry["values"]))
    for each in missing:
        print(f"missing: {each}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
