"""What was damaged where the vault keeps it is left out of a bundle, and named: an honest bundle never fails for it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest

from gateway import left_out_words
from keys.primitives import SigningKey
from tests.vault.ledger.bundle.bundles import Members, Outcome, fill, members_of, restated, verified
from tests.vault.ledger.bundle.openssl import Authority
from tests.vault.ledger.bundle.test_verify_anchors import (
    PLACE,
    WITNESS_NAME,
    check,
    cosigned,
    damage,
    notes,
    stamp_and_view,
    vkey,
)
from tests.vault.ledger.trail import DOCUMENT, ORIGIN, Trail
from vault.anchors.receipts import fault_of_receipt
from vault.anchors.vkeys import COSIGNING_KEY, parse_vkey
from vault.anchors.web import WebPeer
from vault.anchors.witness import WitnessAnchor
from vault.database.trail_criteria import SearchCriteria
from vault.ledger.bundle import receipts, verify
from vault.ledger.bundle.layout import LeftOut
from vault.ledger.checkpoint import Checkpoint, sign_checkpoint

WITNESS_ANCHOR = WitnessAnchor(
    "one",
    WebPeer("https://witness.example", monotonic=lambda: 0.0),
    witness=parse_vkey(vkey(), kind=COSIGNING_KEY),
    period_seconds=10,
)
KNOWN = partial(fault_of_receipt, (WITNESS_ANCHOR,))
INSERT = PLACE.replace("'north-1'", "'one'").replace("'timestamp'", "'witness'")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def witnessed(trail: Trail) -> Trail:
    """Cosigned at four entries and at eight."""
    for note in notes(fill(trail)):
        size = int(note.split("\n")[1])
        trail.execute(INSERT, size=size, origin=ORIGIN, note=note, receipt=cosigned(note))
    return trail


def change(trail: Trail, size: int, receipt: bytes) -> None:
    trail.execute("UPDATE trail_anchorings SET receipt = :receipt WHERE size = :size", receipt=receipt, size=size)


def made(trail: Trail, left_out: list[LeftOut] | None = None) -> Members:
    return members_of(trail, SearchCriteria(document=DOCUMENT), receipt_fault=KNOWN, left_out=left_out)


def remarks(outcome: Outcome) -> list[str]:
    return [each["sentence"] for each in outcome.result["notes"] if each["note"] == "anchor.left_out"]


@pytest.mark.parametrize(
    "damaged",
    [
        lambda note, _older: cosigned(note, SigningKey.generate(os.urandom)),
        lambda _note, older: cosigned(older),
        lambda note, _older: cosigned(note).replace(WITNESS_NAME.encode(), b"witness.example/two"),
        lambda note, _older: cosigned(note) + b"and more\n",
        lambda note, _older: cosigned(note)[:-1],
        lambda _note, _older: "— é x".encode("latin-1", "replace"),
        lambda _note, _older: b"",
    ],
    ids=["another key", "another checkpoint", "another name", "more behind", "no line end", "no text", "nothing"],
)
def test_cosignature_that_is_not_good_stays_out_and_the_one_before_goes_in(
    any_trail: Trail, tmp_path: Path, damaged: Callable[[str, str], bytes]
) -> None:
    """A reader who demands the witness has its last good word; what it does not have is said as a remark."""
    older, newest = notes(witnessed(any_trail))
    change(any_trail, 8, damaged(newest, older))

    told: list[LeftOut] = []
    members = made(any_trail, told)
    assert told == [LeftOut("one", "witness", 8, "cosignature")]
    assert [name for name in members if name.startswith("anchors/")] == [
        "anchors/witness-one/4.note",
        "anchors/witness-one/4.cosigned",
    ]
    outcome = check(any_trail, tmp_path, members, "--witness", vkey())
    assert outcome.status == 0
    assert "witness.good" in outcome.notes
    [remark] = remarks(outcome)
    assert remark == (
        "left out: the cosignature of one over the first 8 entries: damaged where the vault keeps it "
        "(it is not the witness's signature over that checkpoint)"
    )
    chinese = check(any_trail, tmp_path, members, "--witness", vkey(), "--lang", "zh")
    assert remarks(chinese) == [
        "未收入：one 对前 8 条的见证签名：在系统内保存期间损坏（它不是该见证方对该检查点的签名）"
    ]


def test_cosignature_that_is_demanded_and_damaged_everywhere_is_still_demanded(trail: Trail, tmp_path: Path) -> None:
    """Who asks for the witness is told that there is none, and why."""
    witnessed(trail)
    trail.execute("UPDATE trail_anchorings SET receipt = :receipt", receipt=b"x")

    members = made(trail)
    assert verified(members, tmp_path).status == 0
    outcome = check(trail, tmp_path, members, "--witness", vkey())
    assert (outcome.check, len(remarks(outcome))) == ("witness.absent", 2)


def test_cosignature_of_a_witness_that_is_not_configured_is_carried_if_it_has_the_form(
    trail: Trail, tmp_path: Path
) -> None:
    """Its key is for the reader to know; only what no reader takes stays out."""
    older, _newest = notes(witnessed(trail))
    change(trail, 8, cosigned(older))
    nobody_known = partial(fault_of_receipt, ())

    members = members_of(trail, receipt_fault=nobody_known)
    assert members["anchors/witness-one/8.cosigned"] == cosigned(older)
    change(trail, 8, b"garbage")
    assert "anchors/witness-one/8.cosigned" not in members_of(trail, receipt_fault=nobody_known)


def test_manifest_and_both_readmes_tell_what_was_left_out(trail: Trail, tmp_path: Path) -> None:
    """Which, of which checkpoint and why; the readme before anything else."""
    witnessed(trail)
    change(trail, 8, b"x")

    members = made(trail)
    assert json.loads(members["manifest.json"])["left_out"] == [
        {"anchor": "one", "kind": "witness", "size": 8, "why": "cosignature"}
    ]
    for name, words in (("README.md", "**Left out: 1**"), ("README.zh-CN.md", "**未收入：1 项**")):
        before, _heading, _after = members[name].decode().partition("\n## ")
        assert words in before
        assert "{" not in before
    assert "SHA256SUMS.note" in members
    assert "manifest.unsigned" not in check(trail, tmp_path, members).notes


def test_nothing_is_said_where_nothing_was_left_out(trail: Trail, tmp_path: Path) -> None:
    """Not in the manifest, the texts or by the verifier."""
    witnessed(trail)
    told: list[LeftOut] = []

    members = made(trail, told)
    assert told == []
    assert "left_out" not in json.loads(members["manifest.json"])
    assert b"Left out" not in members["README.md"]
    assert "未收入" not in members["README.zh-CN.md"].decode()
    assert remarks(check(trail, tmp_path, members)) == []


def test_damaged_stamps_are_named_once_each_wherever_they_were_met(
    any_trail: Trail, tmp_path: Path, authority: Authority
) -> None:
    """As the newest, as a bound from above and from below."""
    stamp_and_view(any_trail, authority)
    for size in (8, 13):
        damage(any_trail, size)

    told: list[LeftOut] = []
    members = made(any_trail, told)
    assert told == [LeftOut("north-1", "timestamp", size, "digest") for size in (8, 13)]
    outcome = check(any_trail, tmp_path, members)
    assert outcome.status == 0
    assert len(remarks(outcome)) == 2
    assert (
        "the time stamp of north-1 over the first 8 entries: damaged where the vault keeps it (its SHA-256 is not"
        in remarks(outcome)[0]
    )


def test_stamp_that_no_entry_names_and_that_is_none_of_its_note_is_left_out(
    trail: Trail, tmp_path: Path, authority: Authority
) -> None:
    """Its digest shows nothing yet; that it is over something else does."""
    newest = notes(fill(trail))[-1]
    trail.execute(PLACE, size=8, origin=ORIGIN, note=newest, receipt=authority.stamp(b"another note"))

    told: list[LeftOut] = []
    assert check(trail, tmp_path, made(trail, told)).status == 0
    assert told == [LeftOut("north-1", "timestamp", 8, "token")]


def test_note_that_the_log_never_signed_is_left_out_whatever_the_anchor(
    any_trail: Trail, tmp_path: Path, authority: Authority
) -> None:
    """A row damaged beside its receipt is as little the vault's word."""
    stamp_and_view(any_trail, authority)
    for note in notes(any_trail)[:2]:
        size = int(note.split("\n")[1])
        any_trail.execute(INSERT, size=size, origin=ORIGIN, note=note, receipt=cosigned(note))
    any_trail.execute("UPDATE trail_anchorings SET note = replace(note, 'example', 'elsewhere') WHERE size = 8")

    told: list[LeftOut] = []
    members = made(any_trail, told)
    assert check(any_trail, tmp_path, members).status == 0
    assert told == [LeftOut("north-1", "timestamp", 8, "note"), LeftOut("one", "witness", 8, "note")]


def forked(trail: Trail, size: int) -> str:
    """Another history of so many entries, signed by the log's own key."""
    return sign_checkpoint(Checkpoint(ORIGIN, size, bytes(32)), trail.signing)


@pytest.mark.parametrize("stored", [7, 5, 3, 1])
def test_other_history_is_carried_whatever_size_is_stored_with_it(
    any_trail: Trail, tmp_path: Path, stored: int
) -> None:
    """Whoever changes that one number takes no evidence out of a bundle."""
    fill(any_trail)
    any_trail.execute(INSERT, size=8, origin=ORIGIN, note=forked(any_trail, 8), receipt=cosigned(forked(any_trail, 8)))
    assert check(any_trail, tmp_path, made(any_trail)).check == "anchor.differs"
    any_trail.execute("UPDATE trail_anchorings SET size = :size", size=stored)

    told: list[LeftOut] = []
    members = made(any_trail, told)
    assert told == []
    assert members["anchors/witness-one/8.note"].decode() == forked(any_trail, 8)
    assert check(any_trail, tmp_path, members).check == "anchor.differs"


def test_other_history_is_carried_without_what_came_back_if_that_was_damaged(trail: Trail, tmp_path: Path) -> None:
    """The log's own signature needs no witness; what is missing is named."""
    fill(trail)
    trail.execute(INSERT, size=8, origin=ORIGIN, note=forked(trail, 8), receipt=b"damaged")

    told: list[LeftOut] = []
    members = made(trail, told)
    assert told == [LeftOut("one", "witness", 8, "cosignature")]
    assert [name for name in members if name.startswith("anchors/")] == ["anchors/witness-one/8.note"]
    assert check(trail, tmp_path, members).check == "anchor.differs"


@pytest.mark.parametrize("stored", [(9, 11), (1, 2), (99, 3)])
def test_stamps_over_another_history_are_carried_whatever_they_bound(
    any_trail: Trail, tmp_path: Path, authority: Authority, stored: tuple[int, int]
) -> None:
    """Older than the newest placement, between those that bound, and under any size."""
    stamp_and_view(any_trail, authority)
    assert check(any_trail, tmp_path, made(any_trail)).status == 0
    for own, size in zip((9, 11), stored, strict=True):
        note = forked(any_trail, own)
        any_trail.execute(PLACE, size=size, origin=ORIGIN, note=note, receipt=authority.stamp(note.encode()))

    told: list[LeftOut] = []
    members = made(any_trail, told)
    folder = "anchors/timestamp-north-1"
    assert {f"{folder}/{own}.{ending}" for own in (9, 11) for ending in ("note", "tsr")} <= set(members)
    assert told == []
    assert check(any_trail, tmp_path, members).check == "anchor.differs"


def test_other_history_of_the_size_of_a_kept_stamp_lies_beside_it(
    trail: Trail, tmp_path: Path, authority: Authority
) -> None:
    """One hides no other, and the entry that names the one names it alone."""
    stamp_and_view(trail, authority)
    note = forked(trail, 10)
    [kept] = [each for each in notes(trail) if each.split("\n")[1] == "10"]
    trail.execute(PLACE, size=9, origin=ORIGIN, note=note, receipt=authority.stamp(note.encode()))

    members = made(trail)
    both = {members["anchors/timestamp-north-1/10.note"], members["anchors/timestamp-north-1/10-2.note"]}
    assert both == {note.encode(), kept.encode()}
    anchors = [each for each in json.loads(members["manifest.json"])["anchors"] if each["size"] == 10]
    named = [members[each["note"]] for each in anchors if "named_by" in each]
    assert named == [kept.encode()]
    assert check(trail, tmp_path, members).check == "anchor.differs"


def test_of_very_many_other_histories_the_rest_is_named(
    trail: Trail, tmp_path: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One is enough to refuse the bundle, and none vanishes."""
    stamp_and_view(trail, authority)
    monkeypatch.setattr(receipts, "MOST_OTHER_HISTORIES", 2)
    for size in (3, 5, 9, 11):
        note = forked(trail, size)
        trail.execute(PLACE, size=size, origin=ORIGIN, note=note, receipt=authority.stamp(note.encode()))

    told: list[LeftOut] = []
    members = made(trail, told)
    carried = {name for name in members if name.endswith(".note") and name.startswith("anchors/")}
    assert told == [LeftOut("north-1", "timestamp", size, "more") for size in (9, 11)]
    assert {f"anchors/timestamp-north-1/{size}.note" for size in (3, 5)} <= carried
    assert not {f"anchors/timestamp-north-1/{size}.note" for size in (9, 11)} & carried
    outcome = check(trail, tmp_path, members)
    assert (outcome.check, len(remarks(outcome))) == ("anchor.differs", 2)
    assert remarks(outcome)[0].startswith("left out: the time stamp of north-1 over the first 9 entries: the log's key")


@pytest.mark.parametrize("kind", ["directory", "bucket", "witness"])
def test_other_history_is_carried_however_much_was_placed_since(any_trail: Trail, tmp_path: Path, kind: str) -> None:
    """The first of each anchor: what agrees and is newer hides no rewriting, and one shows two histories."""
    witnessed(any_trail)
    assert check(any_trail, tmp_path, made(any_trail)).status == 0
    insert = INSERT.replace("'witness'", f"'{kind}'").replace("'one'", ":anchor")
    for anchor in ("far", "near"):
        for size in (5, 6):
            note = forked(any_trail, size)
            answer = cosigned(note) if kind == "witness" else b""
            any_trail.execute(insert, anchor=anchor, size=size, origin=ORIGIN, note=note, receipt=answer)
        [_older, newest] = notes(any_trail)
        answer = cosigned(newest) if kind == "witness" else b""
        any_trail.execute(insert, anchor=anchor, size=8, origin=ORIGIN, note=newest, receipt=answer)

    told: list[LeftOut] = []
    members = made(any_trail, told)
    carried = {name for name in members if name.startswith(f"anchors/{kind}-") and name.endswith(".note")}
    other = {f"anchors/{kind}-{anchor}/{size}.note" for anchor in ("far", "near") for size in (5, 8)}
    assert carried - {"anchors/witness-one/8.note"} == other
    assert told == []
    assert check(any_trail, tmp_path, members).check == "anchor.differs"


@pytest.mark.parametrize("damaged", ["x'00ff'", "-1", "5.5", "'x'", "''"])
def test_older_note_that_is_none_fails_no_bundle(trail: Trail, tmp_path: Path, damaged: str) -> None:
    """SQLite keeps anything there; what no key signed shows no history."""
    witnessed(trail)
    trail.execute(f"UPDATE trail_anchorings SET note = {damaged}, placed_at = 'x' WHERE size = 4")

    told: list[LeftOut] = []
    assert check(trail, tmp_path, made(trail, told)).status == 0
    assert told == []


@pytest.mark.parametrize("insert", [INSERT, PLACE])
def test_note_of_this_tree_whose_checkpoint_is_gone_is_no_other_history(
    any_trail: Trail, tmp_path: Path, authority: Authority, insert: str
) -> None:
    """Nobody makes two histories of one by deleting a row."""
    fill(any_trail)
    for note in notes(any_trail):
        answer = cosigned(note) if insert == INSERT else authority.stamp(note.encode())
        any_trail.execute(insert, size=int(note.split("\n")[1]), origin=ORIGIN, note=note, receipt=answer)
    any_trail.execute("DELETE FROM trail_checkpoints WHERE size = 4")

    members = made(any_trail)
    assert [name for name in members if re.fullmatch(r"anchors/.*\.note", name)] in (
        ["anchors/witness-one/8.note"],
        ["anchors/timestamp-north-1/8.note"],
    )
    assert check(any_trail, tmp_path, members).status == 0


def test_honest_note_that_is_stored_with_another_size_fails_no_bundle(
    any_trail: Trail, tmp_path: Path, authority: Authority
) -> None:
    """It goes in under its own; over more than the bundle has, it is named."""
    stamp_and_view(any_trail, authority)
    any_trail.execute("UPDATE trail_anchorings SET size = 12 WHERE size = 13")

    told: list[LeftOut] = []
    members = made(any_trail, told)
    assert "anchors/timestamp-north-1/13.tsr" in members
    assert (told, check(any_trail, tmp_path, members).status) == ([], 0)
    any_trail.execute("UPDATE trail_anchorings SET size = 9 WHERE size = 12")
    told = []
    members = members_of(any_trail, below=10, left_out=told)
    assert "anchors/timestamp-north-1/10.tsr" in members
    assert check(any_trail, tmp_path, members).status == 0
    assert told == [LeftOut("north-1", "timestamp", 9, "beyond")]


@pytest.mark.parametrize(
    "stated",
    [
        "all of it",
        ["8"],
        [{"anchor": "one", "kind": "witness", "size": 8}],
        [{"anchor": "one", "kind": "witness", "size": "8", "why": "note"}],
        [{"anchor": "one", "kind": "witness", "size": 8, "why": ["note"]}],
        [{"anchor": "one", "kind": "witness", "size": True, "why": "note"}],
    ],
)
def test_manifest_that_tells_it_in_another_form_is_refused(trail: Trail, tmp_path: Path, stated: object) -> None:
    """With a check, never with a traceback."""
    members = made(witnessed(trail))

    assert check(trail, tmp_path, restated(members, left_out=stated)).check == "manifest.form"


def test_kind_and_reason_of_tomorrow_are_told_as_they_are_written(trail: Trail, tmp_path: Path) -> None:
    """An older copy of the program reads a newer bundle."""
    members = made(witnessed(trail))
    stated = [{"anchor": "one\x1b[2J", "kind": "pigeon", "size": 8, "why": "eaten"}]

    outcome = check(trail, tmp_path, restated(members, left_out=stated))
    assert outcome.status == 0
    assert re.search(r"the checkpoint as it was placed of one.* over the first 8 entries: eaten", remarks(outcome)[0])


def test_screens_and_the_verifier_know_the_same_reasons() -> None:
    """Each is said in words wherever it is read."""
    assert (
        set(left_out_words.FAULTS) == set(verify.FAULTS) == {"digest", "token", "cosignature", "note", "beyond", "more"}
    )
    assert [why for why, said in verify.FAULTS.items() if said[0] == said[1]] == []


@pytest.mark.parametrize("told", [verify.FAULTS, left_out_words.FAULTS])
def test_only_what_was_damaged_is_called_so(told: Mapping[str, tuple[str, str]]) -> None:
    """Of what a bundle has no room for, or does not reach, nobody need have damaged anything."""
    for language, words in enumerate(("damaged where the vault keeps it (", "在系统内保存期间损坏（")):
        called_so = {why for why, said in told.items() if said[language].startswith(words)}
        assert called_so == {"digest", "token", "cosignature", "note"}
        assert not [why for why in set(told) - called_so if "damage" in told[why][0] or "损坏" in told[why][1]]
