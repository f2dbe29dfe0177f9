"""Everything that can be wrong with a bundle, each by the check that finds it and the entry that it finds it at.

Two hands alter bundles. One knows the format and makes all sums agree again; what they change is found by hashes and
signatures. The other has the log's signing key as well, and is found by what leaves say of one another.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from keys.primitives import SigningKey
from tests.vault.ledger.bundle.bundles import (
    Members,
    json_lines,
    key_of,
    members_of,
    restated,
    resummed,
    run,
    spelled,
    verified,
    zipped,
)
from tests.vault.ledger.bundle.forging import Forgery, Leaf, rotation
from tests.vault.ledger.trail import DOCUMENT, ORIGIN, Trail
from vault.database.trail_criteria import SearchCriteria
from vault.ledger.bundle import verify
from vault.ledger.canonical import canonical_bytes
from vault.ledger.checkpoint import Checkpoint, key_hash, sign_checkpoint, verifier_key
from vault.ledger.disclosures import make_disclosure

Change = Callable[[Members], Members]
ENTRIES = "entries/000.jsonl"


def entry_changed(members: Members, number: int, **changes: Any) -> Members:
    """With another line in place of one entry's."""
    lines = json_lines(members[ENTRIES])
    lines[number] |= changes
    return resummed(members | {ENTRIES: spelled(lines)})


def leaf_changed(members: Members, number: int, old: str, new: str) -> Members:
    leaf = json_lines(members[ENTRIES])[number]["leaf"]
    assert old in leaf
    return entry_changed(members, number, leaf=leaf.replace(old, new))


def without(members: Members, *names: str) -> Members:
    return {name: content for name, content in members.items() if name not in names}


def lines_without(members: Members, name: str, number: int) -> Members:
    lines = json_lines(members[name])
    del lines[number]
    return resummed(members | {name: spelled(lines)})


def values_of(members: Members, number: int) -> list[str]:
    return list(json_lines(members[ENTRIES])[number]["disclosures"])


# What somebody finds who alters a bundle of one document (entries #1, #2, #5, #6) without the signing key.
ALTERED: list[tuple[str, int, Change]] = [
    ("files.missing", -1, lambda m: without(m, "checkpoint")),
    ("files.missing", -1, lambda m: without(m, "SHA256SUMS")),
    ("files.missing", -1, lambda m: resummed(without(m, "checkpoint"))),
    ("files.missing", -1, lambda m: resummed(without(m, "manifest.json"))),
    ("files.extra", -1, lambda m: m | {"more.txt": b"genuine"}),
    ("files.extra", -1, lambda m: resummed(m | {"anchors/witness-x/1.note": m["checkpoint"]})),
    ("files.extra", -1, lambda m: resummed(m | {"tile/0/000": b""})),
    ("files.sums", -1, lambda m: m | {"SHA256SUMS": m["SHA256SUMS"].upper()}),
    ("files.sums", -1, lambda m: m | {"SHA256SUMS": m["SHA256SUMS"][:-1]}),
    ("files.sums", -1, lambda m: m | {"SHA256SUMS": m["SHA256SUMS"] * 2}),
    ("files.digest", -1, lambda m: m | {"README.md": m["README.md"] + b"."}),
    ("manifest.form", -1, lambda m: resummed(m | {"manifest.json": m["manifest.json"].replace(b"  ", b" ")})),
    ("manifest.form", -1, lambda m: resummed(m | {"manifest.json": b"{" + m["manifest.json"]})),
    ("manifest.form", -1, lambda m: restated(m, complete={})),
    ("manifest.form", -1, lambda m: restated(m, more=1)),
    ("manifest.form", -1, lambda m: restated(m, form="other")),
    ("manifest.differs", -1, lambda m: restated(m, older_checkpoints=7)),
    ("manifest.differs", -1, lambda m: restated(m, key="x")),
    ("manifest.differs", -1, lambda m: restated(m, entries=json.loads(m["manifest.json"])["entries"] | {"count": 5})),
    ("manifest.differs", -1, lambda m: restated(m, values={"disclosed": 0, "entries_with_hidden_values": 0})),
    ("manifest.signature", -1, lambda m: m | {"SHA256SUMS.note": m["SHA256SUMS.note"].replace(b"v1", b"v2")}),
    ("manifest.signature", -1, lambda m: m | {"SHA256SUMS.note": m["checkpoint"]}),
    ("manifest.signature", -1, lambda m: m | {"SHA256SUMS.note": b""}),
    ("checkpoint.form", -1, lambda m: resummed(m | {"checkpoint": m["checkpoint"] + b"\n"})),
    ("checkpoint.origin", -1, lambda m: restated(m, origin="other.example/vault")),
    ("checkpoint.signature", -1, lambda m: resummed(m | {"checkpoint": _forged_checkpoint(m)})),
    ("line.form", -1, lambda m: resummed(m | {ENTRIES: m[ENTRIES].replace(b'"index":2,', b'"index": 2,')})),
    ("line.form", -1, lambda m: resummed(m | {ENTRIES: m[ENTRIES][:-1]})),
    ("line.form", -1, lambda m: resummed(m | {ENTRIES: b"[" * 100_000 + b"\n" + m[ENTRIES]})),
    ("complete.gap", 2, lambda m: resummed(m | {ENTRIES: m[ENTRIES].splitlines(True)[1]})),
    ("entry.order", 1, lambda m: resummed(m | {ENTRIES: m[ENTRIES] + m[ENTRIES].splitlines(True)[0]})),
    ("entry.order", 1, lambda m: resummed(m | {ENTRIES: m[ENTRIES].splitlines(True)[0] * 2})),
    ("entry.order", 1, lambda m: entry_changed(m, 1, more=1)),
    ("entry.order", 1, lambda m: entry_changed(m, 1, index="2")),
    ("entry.proof", 2, lambda m: leaf_changed(m, 1, '"outcome":"success"', '"outcome":"denied"')),
    ("entry.proof", 2, lambda m: entry_changed(m, 1, proof=[])),
    ("entry.proof", 2, lambda m: entry_changed(m, 1, proof=json_lines(m[ENTRIES])[2]["proof"])),
    ("entry.proof", 2, lambda m: entry_changed(m, 1, proof=["AAAA"])),
    ("entry.proof", 2, lambda m: entry_changed(m, 1, proof=["A" * 43 + "="] * 65)),
    ("leaf.canonical", 2, lambda m: leaf_changed(m, 1, '"v":1', '"v":1.0')),
    ("leaf.place", 3, lambda m: entry_changed(m, 1, index=3)),
    ("leaf.form", 2, lambda m: entry_changed(m, 1, leaf='{"event":"view.keyed","index":2}')),
    ("value.form", 1, lambda m: entry_changed(m, 0, disclosures=["A"])),
    ("value.form", 1, lambda m: entry_changed(m, 0, disclosures=values_of(m, 0) + values_of(m, 0)[:1])),
    ("value.form", 1, lambda m: entry_changed(m, 0, disclosures=None)),
    ("value.digest", 1, lambda m: entry_changed(m, 0, disclosures=values_of(m, 2))),
    ("value.digest", 1, lambda m: entry_changed(m, 0, disclosures=[_another_reason()])),
    ("line.form", -1, lambda m: resummed(m | {"keys.jsonl": b""})),
    ("epoch.missing", 1, lambda m: resummed(m | {"keys.jsonl": m[ENTRIES].splitlines(True)[0]})),
    ("complete.gap", 2, lambda m: lines_without(m, ENTRIES, 0)),
    ("complete.gap", 5, lambda m: lines_without(m, ENTRIES, 1)),
    ("complete.gap", -1, lambda m: lines_without(m, ENTRIES, 3)),
    ("complete.form", -1, lambda m: restated(m, complete=[{"kind": "customer"}])),
    ("complete.form", -1, lambda m: restated(m, complete=[{"kind": []}])),
    ("complete.form", -1, lambda m: restated(m, complete=[_claim(m, last="4")])),
    ("complete.form", -1, lambda m: restated(m, complete=[_claim(m, since="yesterday")])),
    ("complete.form", 5, lambda m: restated(m, complete=[_claim(m, below=3)])),
    ("complete.form", 1, lambda m: restated(m, complete=[_claim(m, document="f" + "z" * 26)])),
    ("complete.edge", -1, lambda m: restated(lines_without(m, ENTRIES, 0), complete=[_claim(m, first=2)])),
    ("older.proof", -1, lambda m: _older(m, proof=[])),
    ("older.proof", -1, lambda m: _older(m, proof="x")),
    ("older.order", -1, lambda m: resummed(m | {"checkpoints/000.jsonl": m["checkpoints/000.jsonl"] * 2})),
    ("checkpoint.form", -1, lambda m: _older(m, more=1)),
    ("checkpoint.signature", -1, lambda m: _older(m, checkpoint=_forged_checkpoint(m, size=5).decode())),
    ("anchor.form", -1, lambda m: restated(m, anchors=["x"])),
    ("files.missing", -1, lambda m: restated(m, anchors=[{"note": "anchors/a/1.note", "size": 1}])),
]  # fmt: skip


def _claim(members: Members, **changes: Any) -> dict[str, Any]:
    [claim] = json.loads(members["manifest.json"])["complete"]
    return dict(claim) | changes


def _older(members: Members, **changes: Any) -> Members:
    lines = json_lines(members["checkpoints/000.jsonl"])
    lines[0] |= changes
    return resummed(members | {"checkpoints/000.jsonl": spelled(lines)})


def _forged_checkpoint(members: Members, size: int = 8) -> bytes:
    """Signed by a key of the attacker's own, under the name of the right one's hash."""
    manifest = json.loads(members["manifest.json"])
    public = base64.b64decode(manifest["epochs"][0]["key"])
    checkpoint = Checkpoint(ORIGIN, size, base64.b64decode(manifest["checkpoint"]["root"]))
    signature = key_hash(ORIGIN, public) + SigningKey.generate(os.urandom).sign(checkpoint.body().encode())
    return f"{checkpoint.body()}\n— {ORIGIN} {base64.b64encode(signature).decode()}\n".encode()


def _another_reason() -> str:
    return make_disclosure("reason", {"category": "other", "text": "Birthday"}, random=os.urandom).text


@pytest.mark.parametrize(
    ("check", "index", "change"), ALTERED, ids=[f"{number} {check}" for number, (check, _, _) in enumerate(ALTERED)]
)
def test_altered_bundle_is_refused_by_its_check(
    filled: Trail, selection: Members, tmp_path: Path, check: str, index: int, change: Change
) -> None:
    """Exit status 1, the check's name, and the entry that is meant."""
    outcome = verified(change(dict(selection)), tmp_path, key_of(filled))

    assert (outcome.status, outcome.check, outcome.index) == (1, check, index)


WHOLE_ALTERED: list[tuple[str, int, Change]] = [
    ("complete.gap", 2, lambda m: lines_without(m, ENTRIES, 1)),
    ("root.differs", 7, lambda m: lines_without(m, ENTRIES, 7)),
    ("root.differs", 8, lambda m: leaf_changed(m, 7, '"outcome":"success"', '"outcome":"failed"')),
    ("tile.differs", -1, lambda m: resummed(m | {"tile/0/000.p/8": m["tile/0/000.p/8"][::-1]})),
    ("tile.differs", -1, lambda m: resummed(m | {"tile/entries/000.p/8": m["tile/entries/000.p/8"][:-1]})),
    ("files.missing", -1, lambda m: resummed(without(m, "tile/0/000.p/8"))),
    ("files.extra", -1, lambda m: resummed(m | {"tile/1/000.p/1": bytes(32)})),
]  # fmt: skip


@pytest.mark.parametrize(
    ("check", "index", "change"),
    WHOLE_ALTERED,
    ids=[f"{number} {check}" for number, (check, _, _) in enumerate(WHOLE_ALTERED)],
)
def test_altered_bundle_of_everything_is_refused_by_its_check(
    filled: Trail, whole: Members, tmp_path: Path, check: str, index: int, change: Change
) -> None:
    """The tree is computed from the entries, so nothing in it can be left out or changed."""
    outcome = verified(change(dict(whole)), tmp_path, key_of(filled))

    assert (outcome.status, outcome.check, outcome.index) == (1, check, index)


# What somebody does who has the signing key and writes another history.
Bend = Callable[[list[Leaf]], list[Leaf]]


def _set(place: int, **changes: Any) -> Bend:
    def bend(leaves: list[Leaf]) -> list[Leaf]:
        leaves[place] |= changes
        return leaves

    return bend


def _drop(place: int) -> Bend:
    return lambda leaves: leaves[:place] + leaves[place + 1 :]


RELEASED = {"event": "copy.released", "details": {"result": "follows"}}
BENT: list[tuple[str, int, Bend]] = [
    ("counter.nseq", 1, _drop(1)),
    ("counter.dseq", 5, _set(5, dseq=4)),
    ("counter.useq", 3, _set(3, useq=4)),
    ("counter.useq", 3, _set(3, useq="3")),
    ("counter.dseq", 0, _set(0, dseq=1)),
    ("time.form", 3, _set(3, time="2026-11-24T09:00:00Z")),
    ("time.back_dated", 3, _set(3, logged="2026-11-23T09:00:00.000Z", time="2026-11-23T09:00:00.000Z")),
    ("time.future", 3, _set(3, time="2026-11-24T09:00:00.001Z")),
    ("day.missing", 4, _drop(4)),
    ("day.count", 4, _set(4, details={"count": 2, "day": "2026-11-24", "from": 1})),
    ("day.count", 4, _set(4, details={"count": 3, "day": "2026-11-23", "from": 1})),
    ("day.count", 4, _set(4, details="none")),
    ("intent.unanswered", 1, _set(2, intent="e" + "z" * 26)),
    ("intent.unanswered", 1, lambda leaves: _set(2, intent="")(_set(1, **RELEASED)(leaves))),
    ("intent.unasked", 2, _set(2, event="copy.delivered", intent="e" + "z" * 26)),
    ("intent.mismatched", 2, _set(2, event="copy.failed")),
    ("intent.mismatched", 2, _set(2, event="copy.delivered")),
    ("intent.mismatched", 2, _set(1, **RELEASED)),
]


def forged(trail: Trail, bend: Bend = lambda leaves: leaves, **options: Any) -> Forgery:
    leaves = bend([dict(leaf) for leaf in trail.facts()])
    for place, leaf in enumerate(leaves):
        leaf["index"] = place
    return Forgery(leaves, options.pop("key", trail.signing), ORIGIN, **options)


def test_forgery_without_a_fault_is_sound(filled: Trail, tmp_path: Path) -> None:
    """What the forger writes is a bundle by the format's page, so what is refused below is refused for its fault."""
    outcome = verified(forged(filled, older={3: filled.signing}).members(), tmp_path, key_of(filled))

    assert (outcome.status, outcome.error) == (0, "")


@pytest.mark.parametrize(
    ("check", "index", "bend"), BENT, ids=[f"{number} {check}" for number, (check, _, _) in enumerate(BENT)]
)
def test_history_written_with_the_signing_key_is_refused_by_what_leaves_say_of_one_another(
    filled: Trail, tmp_path: Path, check: str, index: int, bend: Bend
) -> None:
    """Signature, hashes and tiles all agree; counters, times, days and intents do not."""
    outcome = verified(forged(filled, bend).members(), tmp_path, key_of(filled))

    assert (outcome.status, outcome.check, outcome.index) == (1, check, index)


NEW, STRANGE = SigningKey.generate(os.urandom), SigningKey.generate(os.urandom)


def _rotated(old: SigningKey | None, **details: Any) -> Bend:
    def bend(leaves: list[Leaf]) -> list[Leaf]:
        leaves[7] = rotation(leaves[7], details.pop("epoch", 2), NEW, old, ORIGIN, **details)
        return leaves

    return bend


def test_key_that_was_handed_over_is_followed(filled: Trail, tmp_path: Path) -> None:
    """Who pinned the first key trusts the second, which the first has signed for; who pinned the second, the first."""
    members = forged(filled, _rotated(filled.signing), key=NEW, older={5: filled.signing}).members()

    for pinned in (key_of(filled), verifier_key(ORIGIN, NEW.public)):
        assert verified(members, tmp_path, pinned).status == 0
    assert "key.unpinned" in verified(members, tmp_path).notes


@pytest.mark.parametrize(
    ("check", "bend", "options"),
    [
        ("key.handover", _rotated(None), {"key": NEW}),
        ("key.handover", _rotated(STRANGE), {"key": NEW}),
        ("epoch.wrong", _rotated(None), {}),
        ("epoch.wrong", _rotated(None, **{"from": 4}), {"key": NEW, "older": [5]}),
        ("epoch.missing", _rotated(None, epoch=3), {"key": NEW}),
        ("epoch.missing", _rotated(None, **{"from": 9}), {"key": NEW}),
        ("epoch.missing", _rotated(None, **{"from": 1}), {"key": NEW}),
        ("epoch.missing", _rotated(None, key="AAAA"), {"key": NEW}),
        ("checkpoint.signature", _rotated(None), {"key": NEW, "named": lambda leaves: leaves[:1]}),
        ("epoch.missing", _rotated(None), {"key": NEW, "named": lambda leaves: leaves[1:]}),
        ("epoch.missing", _set(0, details={"epoch": 1, "key": "x", "origin": "other"}), {}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_wrong_or_missing_epoch_is_refused(
    filled: Trail, tmp_path: Path, check: str, bend: Bend, options: dict[str, Any]
) -> None:
    """Keys that nobody handed over, signatures of a key whose time it was not, epochs left out."""
    if "older" in options:
        options = options | {"older": dict.fromkeys(options["older"], filled.signing)}
    pinned = key_of(filled) if check == "key.handover" else ""

    outcome = verified(forged(filled, bend, **options).members(), tmp_path, pinned)

    assert (outcome.status, outcome.check) == (1, check)


SUCCESSOR = "trail.example/vault.2"


def _succeeded(**changes: Any) -> Bend:
    """The last leaf begins a successor, under another name and another key."""

    def bend(leaves: list[Leaf]) -> list[Leaf]:
        public = base64.b64encode(NEW.public).decode()
        facts = {"epoch": 2, "key": public, "origin": SUCCESSOR, "former": ORIGIN, "size": 7, "lost": 3}
        return _set(7, event="trail.succeeded", details=facts | changes)(leaves)

    return bend


def test_successor_is_told_and_needs_its_own_pinned_key(filled: Trail, tmp_path: Path) -> None:
    """Nothing hands over to it: the old key may be what went wrong. What it took over is said in its first leaf."""
    forgery = forged(filled, _succeeded(), key=NEW)
    forgery.origin = SUCCESSOR
    members = forgery.members()

    outcome = verified(members, tmp_path, verifier_key(SUCCESSOR, NEW.public))
    assert outcome.status == 0
    [sentence] = [note["sentence"] for note in outcome.result["notes"] if note["note"] == "epoch.succeeded"]
    assert sentence == f"at entry #7 the log {ORIGIN} was succeeded by {SUCCESSOR}, which names as lost: 3 entries"
    assert verified(members, tmp_path, key_of(filled)).check == "key.handover"


@pytest.mark.parametrize("changes", [{"size": 6}, {"former": "other"}, {"origin": "other"}, {"epoch": 3}], ids=str)
def test_successor_that_takes_over_something_else_is_refused(
    filled: Trail, tmp_path: Path, changes: dict[str, Any]
) -> None:
    """The name, the size, the place in the order of keys."""
    forgery = forged(filled, _succeeded(**changes), key=NEW)
    forgery.origin = SUCCESSOR

    outcome = verified(forgery.members(), tmp_path)
    assert (outcome.status, outcome.check) == (1, "epoch.missing")


def test_history_of_another_key_is_refused_by_the_pinned_one_only(filled: Trail, tmp_path: Path) -> None:
    """Whoever writes a log of their own agrees with themselves; that is why the key comes from elsewhere."""

    def own(leaves: list[Leaf]) -> list[Leaf]:
        public = base64.b64encode(STRANGE.public).decode()
        return _set(0, details=leaves[0]["details"] | {"key": public})(leaves)

    members = forged(filled, own, key=STRANGE).members()

    assert verified(members, tmp_path, key_of(filled)).check == "key.pinned"
    unpinned = verified(members, tmp_path)
    assert unpinned.status == 0
    assert "key.unpinned" in unpinned.notes


@pytest.mark.parametrize(
    ("content", "check"),
    [
        (lambda leaf: canonical_bytes(leaf).replace(b'"v":1', b'"v": 1'), "leaf.canonical"),
        (lambda leaf: canonical_bytes({**leaf, "index": leaf["index"] + 1}), "leaf.place"),
        (lambda leaf: canonical_bytes({**leaf, "_sd": "x"}), "leaf.form"),
        (lambda leaf: canonical_bytes({**leaf, "logged": 7}), "leaf.form"),
    ],
    ids=["not canonical", "another place", "digests that are none", "no time"],
)
def test_leaf_outside_the_format_is_refused_under_a_good_signature(
    filled: Trail, tmp_path: Path, content: Callable[[Leaf], bytes], check: str
) -> None:
    """The signing key does not make a leaf of what is none."""
    outcome = verified(forged(filled, encode=content).members(), tmp_path, key_of(filled))

    assert (outcome.status, outcome.check) == (1, check)


def test_every_check_has_its_test() -> None:
    """A check that nothing sets off may never work. Those of anchors and earlier results have modules of their own."""
    elsewhere = {
        name for name in verify.SENTENCES if name.split(".")[0] in {"anchor", "witness", "timestamp", "earlier", "zip"}
    }
    listed = {check for check, _index, _change in [*ALTERED, *WHOLE_ALTERED]} | {check for check, _, _ in BENT}
    named = {
        "key.pinned",
        "key.handover",
        "epoch.wrong",
        "epoch.missing",
        "complete.demanded",
        "files.name",
        "files.size",
    }

    assert set(verify.SENTENCES) - elsewhere == (listed | named) - elsewhere


@pytest.mark.parametrize("demanded", ["trail", "document:f" + "z" * 26, "person:x"])
def test_completeness_that_is_demanded_and_not_shown_is_refused(
    filled: Trail, selection: Members, tmp_path: Path, demanded: str
) -> None:
    """Whoever asked for everything says so, and does not depend on what the bundle claims."""
    outcome = verified(selection, tmp_path, key_of(filled), "--complete", demanded)

    assert (outcome.status, outcome.check) == (1, "complete.demanded")


def test_open_completeness_is_not_what_is_demanded(filled: Trail, selection: Members, tmp_path: Path) -> None:
    """A bundle without an entry after the last shows nothing about later ones."""
    outcome = verified(selection, tmp_path, key_of(filled), "--complete", f"document:{DOCUMENT}")

    assert (outcome.status, outcome.check) == (1, "complete.demanded")
    assert "complete.open" in outcome.notes


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "a//b", "a/./b", "a\\b", "a b", "é", "."])
def test_member_that_would_lie_elsewhere_is_refused(selection: Members, tmp_path: Path, name: str) -> None:
    """Nobody who unpacks a bundle writes out of its folder."""
    path = tmp_path / "bundle.zip"
    content = zipped(selection).replace(b"README.md", b"R")
    assert content
    path.write_bytes(zipped({"R" * len(name.encode("latin-1")): b"", **selection}))
    path.write_bytes(path.read_bytes().replace(b"R" * len(name.encode("latin-1")), name.encode("latin-1")))

    outcome = run(str(path))
    assert (outcome.status, outcome.check) == (1, "files.name")


def test_member_that_is_too_large_is_refused(
    selection: Members, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lengths from outside are capped before anything is read."""
    monkeypatch.setattr(verify, "MOST_MEMBER_BYTES", 1000)

    outcome = verified(selection, tmp_path)
    assert (outcome.status, outcome.check) == (1, "files.size")
    monkeypatch.setattr(verify, "MOST_MEMBERS", 3)
    assert verified(selection, tmp_path).status == 1


def test_moment_is_said_up_to_which_a_selection_is_complete(filled: Trail, tmp_path: Path) -> None:
    """Between two days, with a neighbour on either side."""
    criteria = SearchCriteria(
        document=DOCUMENT,
        since=dt.datetime(2026, 11, 24, tzinfo=dt.UTC),
        until=dt.datetime(2026, 11, 25, tzinfo=dt.UTC),
    )
    outcome = verified(members_of(filled, criteria), tmp_path, key_of(filled))

    [sentence] = [note["sentence"] for note in outcome.result["notes"] if note["note"] == "complete.closed"]
    assert "numbers 1 to 2" in sentence
    assert "between 2026-11-24T00:00:00.000Z and 2026-11-25T00:00:00.000Z" in sentence


def test_sign_checkpoint_still_signs_the_same() -> None:
    """A note's line is that of the checkpoint's own text."""
    checkpoint = Checkpoint(ORIGIN, 42, bytes(32))
    note = sign_checkpoint(checkpoint, NEW)

    assert verify.Checkpoint(note.encode(), [ORIGIN]).note.is_signed_by(verify.LogKey(ORIGIN, 1, NEW.public))
