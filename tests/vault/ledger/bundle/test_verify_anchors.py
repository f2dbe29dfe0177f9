"""Anchors in a bundle: notes, cosignatures of pinned witnesses, and time stamps over the very note."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from keys.primitives import SigningKey
from tests.vault.ledger.bundle.bundles import (
    Members,
    Outcome,
    fill,
    json_lines,
    key_of,
    members_of,
    restated,
    resummed,
    spelled,
    verified,
)
from tests.vault.ledger.bundle.openssl import Authority
from tests.vault.ledger.trail import DOCUMENT, LEE, ORIGIN, WANG, Trail, keyed, opened, suspended
from vault.database import ledger_reading
from vault.database.engine import reading
from vault.database.trail_criteria import SearchCriteria
from vault.ledger.bundle import stamping, verify
from vault.ledger.bundle.layout import AnchorReceipt
from vault.ledger.checkpoint import Checkpoint, sign_checkpoint
from vault.ledger.entry import Entry
from vault.ledger.events import Event
from vault.ledger.events import Outcome as EntryOutcome

WITNESS = SigningKey.generate(os.urandom)
WITNESS_NAME = "witness.example/one"
SECONDS = 1_764_061_200
AT = dt.datetime(2025, 11, 25, 9, 0, tzinfo=dt.UTC)


def vkey(name: str = WITNESS_NAME, key: SigningKey = WITNESS) -> str:
    typed = b"\x04" + key.public
    digest = hashlib.sha256(name.encode() + b"\n" + typed).digest()[:4]
    return f"{name}+{digest.hex()}+{base64.b64encode(typed).decode()}"


def cosigned(note: str, key: SigningKey = WITNESS, seconds: int = SECONDS) -> bytes:
    """The line that a witness gives back (C2SP tlog-cosignature)."""
    key_id = hashlib.sha256(WITNESS_NAME.encode() + b"\n\x04" + WITNESS.public).digest()[:4]
    body = note.split("\n\n")[0] + "\n"
    signature = key.sign(f"cosignature/v1\ntime {seconds}\n{body}".encode())
    content = key_id + seconds.to_bytes(8, "big") + signature
    return f"— {WITNESS_NAME} {base64.b64encode(content).decode()}\n".encode()


def notes(trail: Trail) -> list[str]:
    """Every checkpoint that is kept, smallest first."""
    with reading(trail.engine) as tx:
        return list(ledger_reading.all_checkpoints(tx))


def receipt(note: str, kind: str, content: bytes) -> AnchorReceipt:
    return AnchorReceipt("north-1", kind, int(note.split("\n")[1]), note, content, AT)


def bundle(trail: Trail, *receipts: AnchorReceipt) -> Members:
    return members_of(trail, SearchCriteria(document=DOCUMENT), anchors=receipts)


def check(trail: Trail, directory: Path, members: Members, *arguments: str) -> Outcome:
    return verified(members, directory, key_of(trail), *arguments)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def test_receipts_lie_as_files_that_other_tools_take(filled: Trail, tmp_path: Path) -> None:
    """A note, and what came back, under the kind and name of the anchor; both in the manifest."""
    older, newest = notes(filled)
    members = bundle(filled, receipt(older, "directory", older.encode()), receipt(newest, "witness", cosigned(newest)))

    assert members["anchors/directory-north-1/4.note"].decode() == older
    assert members["anchors/witness-north-1/8.cosigned"] == cosigned(newest)
    outcome = check(filled, tmp_path, members)
    assert outcome.status == 0
    assert "anchors.none" not in outcome.notes


def test_cosignature_of_a_pinned_witness_is_checked_and_told(filled: Trail, tmp_path: Path) -> None:
    """By whom, when, and up to which size."""
    members = bundle(filled, receipt(notes(filled)[-1], "witness", cosigned(notes(filled)[-1])))

    outcome = check(filled, tmp_path, members, "--witness", vkey())
    assert outcome.status == 0
    [sentence] = [each["sentence"] for each in outcome.result["notes"] if each["note"] == "witness.good"]
    assert sentence == f"cosigned by {WITNESS_NAME} at 2025-11-25T09:00:00Z, 8 entries"


def test_cosignature_without_its_key_is_said_to_be_unchecked(filled: Trail, tmp_path: Path) -> None:
    """A witness's key comes from the witness, never from the bundle."""
    members = bundle(filled, receipt(notes(filled)[-1], "witness", cosigned(notes(filled)[-1])))

    assert "witness.unchecked" in check(filled, tmp_path, members).notes


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (lambda note, _other: cosigned(note, SigningKey.generate(os.urandom)), "witness.signature"),
        (lambda _note, other: cosigned(other), "witness.signature"),
        (lambda note, _other: cosigned(note).replace(b"witness.example/one", b"witness.example/two"), "witness.absent"),
        (lambda _note, _other: b"", "witness.absent"),
        (lambda _note, _other: b"not a line\n", "anchor.form"),
    ],
    ids=["another key", "another note", "another name", "none", "no line"],
)
def test_cosignature_that_is_demanded_must_be_there_and_good(
    filled: Trail, tmp_path: Path, content: object, found: str
) -> None:
    """A forged one, one of another checkpoint, none at all."""
    older, newest = notes(filled)
    members = bundle(filled, receipt(newest, "witness", content(newest, older)))  # type: ignore[operator]

    outcome = check(filled, tmp_path, members, "--witness", vkey())
    assert (outcome.status, outcome.check) == (1, found)


def test_time_stamp_bounds_the_time_from_above(filled: Trail, tmp_path: Path, authority: Authority) -> None:
    """Imprint and time are read; the signature is openssl's to check, by the command that is printed."""
    note = notes(filled)[-1]
    answer = authority.stamp(note.encode())
    members = bundle(filled, receipt(note, "timestamp", answer))

    outcome = check(filled, tmp_path, members)
    [sentence] = [each["sentence"] for each in outcome.result["notes"] if each["note"] == "timestamp.seen"]
    assert outcome.status == 0
    assert "the first 8 entries existed by 20" in sentence
    assert "openssl ts -verify -data anchors/timestamp-north-1/8.note -in anchors/timestamp-north-1/8.tsr" in sentence
    assert authority.accepts(members["anchors/timestamp-north-1/8.note"], members["anchors/timestamp-north-1/8.tsr"])


def anchored(trail: Trail, note: str, answer: bytes) -> None:
    """What the vault records of a time stamp."""
    details: dict[str, str | int] = {
        "anchor": "north-1",
        "kind": "timestamp",
        "size": int(note.split("\n")[1]),
        "receipt": hashlib.sha256(answer).hexdigest(),
    }
    trail.append(Entry(Event.TRAIL_ANCHORED, EntryOutcome.SUCCESS, details=details))
    trail.sequence()


def test_time_stamp_that_an_entry_names_bounds_the_time_from_below(
    trail: Trail, tmp_path: Path, authority: Authority
) -> None:
    """The entry is shown by its index; what is before it may be older."""
    fill(trail)
    note = notes(trail)[-1]
    answer = authority.stamp(note.encode())
    trail.clock.advance(dt.timedelta(days=40_000))
    anchored(trail, note, answer)
    named = trail.size() - 1

    outcome = check(trail, tmp_path, members_of(trail, anchors=(receipt(note, "timestamp", answer),)))
    [sentence] = [each["sentence"] for each in outcome.result["notes"] if each["note"] == "timestamp.after"]
    assert outcome.status == 0
    assert f"entry #{named}, which names it" in sentence


def test_time_stamp_that_no_entry_names_bounds_nothing_from_below(
    trail: Trail, tmp_path: Path, authority: Authority
) -> None:
    """Nor one of which an entry names another digest."""
    fill(trail)
    note = notes(trail)[-1]
    answer = authority.stamp(note.encode())
    anchored(trail, note, answer + b"x")

    outcome = check(trail, tmp_path, members_of(trail, anchors=(receipt(note, "timestamp", answer),)))
    assert outcome.status == 0
    assert {"timestamp.seen"} == {each for each in outcome.notes if each.startswith("timestamp.")}


@pytest.mark.parametrize(("minutes", "is_fitting"), [(-60, True), (0, True), (4, True), (6, False), (600, False)])
def test_entry_that_names_a_younger_time_stamp_was_back_dated(tmp_path: Path, minutes: int, is_fitting: bool) -> None:
    """By more than two clocks may differ."""
    (tmp_path / "anchors").mkdir()
    (tmp_path / "anchors/8.tsr").write_bytes(b"token")
    note = sign_checkpoint(Checkpoint(ORIGIN, 8, bytes(32)), SigningKey.generate(os.urandom))
    (tmp_path / "anchors/8.note").write_bytes(note.encode())
    stated = {"size": 8, "note": "anchors/8.note", "receipt": "anchors/8.tsr"}
    stamps = verify.Stamps(verify.Folder(tmp_path), [stated], [ORIGIN])
    details = {"size": 8, "receipt": hashlib.sha256(b"token").hexdigest()}
    logged = AT.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    stamps.take(12, {"event": "trail.anchored", "outcome": "success", "logged": logged, "details": details})

    stamped = AT + dt.timedelta(minutes=minutes)
    if is_fitting:
        assert stamps.check("anchors/8.tsr", stamped) == 12
        return
    with pytest.raises(verify.NotSound) as refused:
        stamps.check("anchors/8.tsr", stamped)
    assert (refused.value.check, refused.value.index) == ("timestamp.bounds", 12)


def test_token_alone_is_read_as_the_answer_is(authority: Authority) -> None:
    """Some keep the token without the status around it."""
    note = b"a note"

    imprint, moment = verify.timestamp_of(authority.token(note))
    assert imprint == hashlib.sha256(note).digest()
    assert abs(moment - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=5)


def test_time_stamp_over_something_else_is_refused(filled: Trail, tmp_path: Path, authority: Authority) -> None:
    """A good stamp of another note says nothing about this one."""
    older, newest = notes(filled)
    members = bundle(filled, receipt(newest, "timestamp", authority.stamp(older.encode())))

    outcome = check(filled, tmp_path, members)
    assert (outcome.status, outcome.check) == (1, "timestamp.imprint")
    folder = "anchors/timestamp-north-1"
    assert not authority.accepts(members[f"{folder}/8.note"], members[f"{folder}/8.tsr"])


def test_time_stamp_that_is_none_is_refused_wherever_it_is_cut_or_altered(authority: Authority) -> None:
    """Every length in it comes from outside: nothing but a ValueError may come of any of them."""
    answer = authority.stamp(b"a note")
    for content in (b"", b"0", answer[:-1], answer + b"\0", b"\x30\x84\xff\xff\xff\xff", b"\x30\x80\x00\x00"):
        with pytest.raises(ValueError):
            verify.timestamp_of(content)
    for place in range(0, len(answer), 3):
        for value in (0x00, 0x30, 0x80, 0xFF):
            changed = answer[:place] + bytes([value]) + answer[place + 1 :]
            try:
                imprint, _moment = verify.timestamp_of(changed)
            except ValueError:
                continue
            assert len(imprint) == 32


def test_anchored_checkpoint_of_another_history_is_refused(filled: Trail, tmp_path: Path) -> None:
    """Split view: the log's own key has signed two trees, and an anchor holds the other one."""
    for size in (5, 8, 7):
        other = sign_checkpoint(Checkpoint(ORIGIN, size, os.urandom(32)), filled.signing)
        outcome = check(filled, tmp_path, bundle(filled, receipt(other, "directory", b"")))
        assert (outcome.status, outcome.check) == (1, "anchor.differs")


def test_anchored_checkpoint_of_another_key_is_refused(filled: Trail, tmp_path: Path) -> None:
    """What lies at an anchor is believed no more than what lies in the database."""
    checkpoint = verify.Checkpoint(notes(filled)[-1].encode(), [ORIGIN])
    forged = sign_checkpoint(Checkpoint(ORIGIN, 8, checkpoint.root), SigningKey.generate(os.urandom))

    outcome = check(filled, tmp_path, bundle(filled, receipt(forged, "bucket", b"")))
    assert (outcome.status, outcome.check) == (1, "checkpoint.signature")


def test_anchor_that_the_manifest_does_not_name_is_refused(filled: Trail, tmp_path: Path) -> None:
    """And one that it names and that is not there."""
    members = bundle(filled, receipt(notes(filled)[-1], "directory", b""))
    more = resummed(members | {"anchors/directory-north-1/9.note": b""})
    gone = {name: content for name, content in members.items() if not name.startswith("anchors/")}

    assert check(filled, tmp_path, more).check == "files.extra"
    assert check(filled, tmp_path, resummed(gone)).check == "files.missing"


def test_name_of_an_anchor_cannot_lead_out_of_the_folder(filled: Trail, tmp_path: Path) -> None:
    """Whatever an operator called it."""
    note = notes(filled)[-1]
    members = bundle(filled, AnchorReceipt("../../Ärger", "directory", 8, note, b"", AT))

    assert "anchors/directory-_______rger/8.note" in members
    assert check(filled, tmp_path, members).status == 0


def test_newest_placement_of_each_anchor_goes_in_by_itself(any_trail: Trail, tmp_path: Path) -> None:
    """As the database remembers it, up to the bundle's checkpoint; what the log signed and does not keep is refused."""
    older, newest = notes(fill(any_trail))
    place = (
        "INSERT INTO trail_anchorings (anchor, size, origin, kind, note, receipt, locator, placed_at)"
        " VALUES (:anchor, :size, :origin, :kind, :note, :receipt, '', 0)"
    )
    rows = [
        ("north", 4, "directory", older, older.encode()),
        ("north", 8, "directory", newest, newest.encode()),
        ("north", 99, "directory", newest, newest.encode()),
        ("one", 8, "witness", newest, cosigned(newest)),
    ]
    for anchor, size, kind, note, content in rows:
        values = {"anchor": anchor, "size": size, "origin": ORIGIN, "kind": kind, "note": note, "receipt": content}
        any_trail.execute(place, **values)

    members = members_of(any_trail)
    assert {name for name in members if name.startswith("anchors/")} == {
        "anchors/directory-north/8.note",
        "anchors/directory-north/8.receipt",
        "anchors/witness-one/8.cosigned",
        "anchors/witness-one/8.note",
    }
    assert "witness.good" in check(any_trail, tmp_path, members, "--witness", vkey()).notes
    another = sign_checkpoint(Checkpoint(ORIGIN, 8, bytes(32)), any_trail.signing)
    any_trail.execute("UPDATE trail_anchorings SET note = :note WHERE anchor = 'north'", note=another)
    assert check(any_trail, tmp_path, members_of(any_trail)).check == "anchor.differs"


FOLDER = "anchors/timestamp-north-1"
PLACE = (
    "INSERT INTO trail_anchorings (anchor, size, origin, kind, note, receipt, locator, placed_at)"
    " VALUES ('north-1', :size, :origin, 'timestamp', :note, :receipt, '', 0)"
)


def stamp(trail: Trail, authority: Authority) -> int:
    """Stamps the newest checkpoint as the vault does; its size. The vault's clock stands after the stamp, always."""
    note = notes(trail)[-1]
    size = int(note.split("\n")[1])
    answer = authority.stamp(note.encode())
    trail.execute(PLACE, size=size, origin=ORIGIN, note=note, receipt=answer)
    anchored(trail, note, answer)
    return size


def viewed(trail: Trail) -> None:
    trail.append(keyed(trail.append(opened())))
    trail.sequence()


def stamp_and_view(trail: Trail, authority: Authority) -> Trail:
    """Two views, a stamp, a suspension and its stamp, one view, a stamp, one view."""
    trail.clock.advance(dt.datetime.now(dt.UTC) - dt.timedelta(days=1) - trail.clock.now())  # filling lasts a day
    fill(trail)
    assert stamp(trail, authority) == 8
    trail.append(suspended(LEE, by=WANG))
    trail.sequence()
    assert stamp(trail, authority) == 10
    viewed(trail)
    assert stamp(trail, authority) == 13
    viewed(trail)
    return trail


@pytest.fixture
def stamped(trail: Trail, authority: Authority) -> Trail:
    return stamp_and_view(trail, authority)


def bounds_in(outcome: Outcome) -> list[tuple[int, int, list[str]]]:
    return [(each["first"], each["last"], each["stamps"]) for each in outcome.result["bounds"]]


def sizes(*pair: int) -> list[str]:
    return [f"{FOLDER}/{size}.tsr" if size else "" for size in pair]


def test_filtered_bundle_says_of_each_entry_between_which_stamps_it_was_written(
    any_trail: Trail, tmp_path: Path, authority: Authority
) -> None:
    """The last that an entry before names, the first that covers it; stamps that bound none stay away."""
    stamped = stamp_and_view(any_trail, authority)
    members = members_of(stamped, SearchCriteria(document=DOCUMENT))
    outcome = check(stamped, tmp_path, members)

    assert outcome.status == 0
    assert bounds_in(outcome) == [(1, 6, sizes(0, 8)), (11, 12, sizes(10, 13)), (14, 15, sizes(13, 0))]
    first, second, _third = outcome.result["bounds"]
    times = {size: verify.timestamp_of(members[f"{FOLDER}/{size}.tsr"])[1] for size in (8, 10, 13)}
    assert (first["not_before"], first["not_after"]) == ("", verify.utc_text(times[8]))
    assert (second["not_before"], second["not_after"]) == (verify.utc_text(times[10]), verify.utc_text(times[13]))
    assert [line["index"] for line in json_lines(members["stamps.jsonl"])] == [10, 13]
    assert {"bounds.between", "bounds.not_after", "bounds.not_before"} <= outcome.notes
    assert all(authority.accepts(members[f"{FOLDER}/{size}.note"], members[f"{FOLDER}/{size}.tsr"]) for size in times)
    view = members_of(stamped, SearchCriteria(document=DOCUMENT), below=9)
    assert {name for name in view if name.endswith(".tsr")} == {f"{FOLDER}/8.tsr", f"{FOLDER}/13.tsr"}
    assert "stamps.jsonl" not in view
    assert bounds_in(check(stamped, tmp_path, members_of(stamped)))[-1] == (13, 15, sizes(13, 0))


Lines = list[dict[str, Any]]


def without_line(lines: Lines) -> Lines:
    return lines[1:]


def with_other_leaf(lines: Lines) -> Lines:
    return [{**lines[0], "leaf": lines[0]["leaf"].replace("timestamp", "directory")}, *lines[1:]]


def with_other_proof(lines: Lines) -> Lines:
    return [{**lines[0], "proof": lines[1]["proof"]}, *lines[1:]]


def with_other_place(lines: Lines) -> Lines:
    return lines[::-1]


@pytest.mark.parametrize(
    ("change", "found", "index"),
    [
        (without_line, "timestamp.named", 10),
        (with_other_leaf, "entry.proof", 10),
        (with_other_proof, "entry.proof", 10),
        (with_other_place, "entry.order", 10),
    ],
)
def test_entry_that_names_a_stamp_cannot_be_taken_out_or_altered(
    stamped: Trail,
    tmp_path: Path,
    change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]],
    found: str,
    index: int,
) -> None:
    """Its proof leads to the checkpoint, and the manifest, which the log signs for, says that it is there."""
    members = members_of(stamped, SearchCriteria(document=DOCUMENT))
    changed = resummed(members | {"stamps.jsonl": spelled(change(json_lines(members["stamps.jsonl"])))})

    outcome = check(stamped, tmp_path, changed)
    assert (outcome.status, outcome.check, outcome.index) == (1, found, index)


def test_bound_from_below_is_gone_with_its_entry_and_the_logs_signature(stamped: Trail, tmp_path: Path) -> None:
    """Whoever rewrites the manifest as well has a bundle that nobody signed for, and that shows less; never more."""
    members = members_of(stamped, SearchCriteria(document=DOCUMENT))
    anchors = json.loads(members["manifest.json"])["anchors"]
    plain = {name: content for name, content in members.items() if name != "stamps.jsonl"}
    without = [{name: value for name, value in each.items() if name != "named_by"} for each in anchors]

    outcome = check(stamped, tmp_path, restated(plain, anchors=without))
    assert outcome.status == 0
    assert "manifest.unsigned" in outcome.notes
    assert bounds_in(outcome) == [(1, 6, sizes(0, 8)), (11, 12, sizes(0, 13))]


def test_entry_that_names_no_stamp_of_the_bundle_has_no_place_among_them(stamped: Trail, tmp_path: Path) -> None:
    """However well it is proven."""
    members = members_of(stamped, SearchCriteria(document=DOCUMENT))
    lines = json_lines(members["stamps.jsonl"]) + json_lines(members["entries/000.jsonl"])[-1:]
    strange = {**lines[-1], "disclosures": []}

    outcome = check(stamped, tmp_path, resummed(members | {"stamps.jsonl": spelled([*lines[:-1], strange])}))
    assert (outcome.status, outcome.check, outcome.index) == (1, "timestamp.stray", 15)


@pytest.mark.parametrize(("minutes", "status"), [(0, 0), (4, 0), (7, 1)])
def test_entry_that_was_logged_after_the_stamp_that_covers_it_is_refused(
    trail: Trail, tmp_path: Path, authority: Authority, minutes: int, status: int
) -> None:
    """By more than two clocks may differ: the log's own word is worth no more than that of whoever stamped it."""
    trail.clock.advance(dt.datetime.now(dt.UTC) + dt.timedelta(days=-1, minutes=minutes) - trail.clock.now())
    fill(trail)
    note = notes(trail)[-1]
    members = members_of(trail, anchors=(receipt(note, "timestamp", authority.stamp(note.encode())),))

    outcome = check(trail, tmp_path, members)
    assert outcome.status == status
    assert status == 0 or outcome.check == "timestamp.covers"
    assert status == 0 or f"{FOLDER}/" in outcome.result["sentence"]


def test_of_many_stamps_some_are_left_out_evenly(
    stamped: Trail, tmp_path: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is said then is as true, and wider: a bundle of many entries stays small."""
    monkeypatch.setattr(stamping, "MOST_STAMPS", 2)
    for _ in range(4):
        stamp(stamped, authority)
        viewed(stamped)
    members = members_of(stamped, SearchCriteria(document=DOCUMENT))

    outcome = check(stamped, tmp_path, members)
    assert outcome.status == 0
    carried = {name for name in members if name.endswith(".tsr")}
    assert carried == {f"{FOLDER}/{size}.tsr" for size in (8, 10, 22, 25)}  # two of each kind, and the newest
    for each in outcome.result["bounds"]:
        lower, upper = (int(name[len(FOLDER) + 1 : -4] or 0) if name else 0 for name in each["stamps"])
        assert lower < each["first"]
        assert not upper or each["last"] < upper


def test_stamp_covers_what_its_note_says_and_nothing_that_the_manifest_adds(stamped: Trail, tmp_path: Path) -> None:
    """The note a second time, once without its stamp: so the older checkpoint of its size was at hand."""
    members = members_of(stamped, SearchCriteria(document=DOCUMENT))
    lines = [line for line in json_lines(members["stamps.jsonl"]) if line["index"] != 13]
    anchors = []
    for each in json.loads(members["manifest.json"])["anchors"]:
        plain = {name: value for name, value in each.items() if name != "named_by"}
        if each["size"] != 13:
            anchors.append(each)
            continue
        anchors.append({name: value for name, value in plain.items() if name != "receipt"})
        anchors.append(plain | {"size": 16})
    lying = restated(members | {"stamps.jsonl": spelled(lines)}, anchors=anchors)

    outcome = check(stamped, tmp_path, lying)
    assert (outcome.status, outcome.check) == (1, "anchor.size")
    assert f"{FOLDER}/13.note is of 16 entries, it is of 13" in outcome.result["sentence"]
    assert "16 条，实际为 13 条" in check(stamped, tmp_path, lying, "--lang", "zh").result["sentence"]


@pytest.mark.parametrize("size", [3, 9])
def test_size_that_the_manifest_says_of_any_anchored_note_is_that_of_the_note(
    filled: Trail, tmp_path: Path, size: int
) -> None:
    """A directory's and a witness's as well as a stamp's: a reader of the manifest goes by it."""
    members = bundle(filled, receipt(notes(filled)[-1], "directory", b""))
    [stated] = json.loads(members["manifest.json"])["anchors"]

    outcome = check(filled, tmp_path, restated(members, anchors=[stated | {"size": size}]))
    assert (outcome.status, outcome.check) == (1, "anchor.size")


def dated(answer: bytes, moment: bytes) -> bytes:
    """A time stamp's answer with another time: its signature is gone, which is for openssl to find."""
    return re.sub(rb"\x18\x0f\d{14}Z", lambda _found: b"\x18\x0f" + moment, answer)


@pytest.mark.parametrize(
    ("moment", "is_named", "status", "found"),
    [
        (b"99991231235959Z", False, 0, ""),
        (b"99991231235959Z", True, 1, "timestamp.bounds"),
        (b"00010101000000Z", False, 1, "timestamp.covers"),
        (b"00010101000000Z", True, 1, "timestamp.covers"),
        (b"00000101000000Z", True, 1, "anchor.form"),
    ],
)
def test_time_stamp_of_the_first_or_the_last_moment_that_there_is_is_compared_like_any(
    trail: Trail, tmp_path: Path, authority: Authority, moment: bytes, is_named: bool, status: int, found: str
) -> None:
    """Nothing is reckoned beyond what a date can hold: each ends with a check, never with a traceback."""
    fill(trail)
    note = notes(trail)[-1]
    answer = dated(authority.stamp(note.encode()), moment)
    if is_named:
        anchored(trail, note, answer)

    outcome = check(trail, tmp_path, members_of(trail, anchors=(receipt(note, "timestamp", answer),)))
    assert (outcome.status, outcome.check) == (status, found)


def damage(trail: Trail, size: int) -> None:
    trail.execute("UPDATE trail_anchorings SET receipt = :receipt WHERE size = :size", receipt=b"x", size=size)


def test_stamp_that_was_damaged_since_it_was_placed_is_left_out_and_the_next_bounds(
    any_trail: Trail, tmp_path: Path, authority: Authority
) -> None:
    """One old row must not make every bundle fail at its reader; the digest in the leaf says which."""
    stamp_and_view(any_trail, authority)
    damage(any_trail, 8)

    members = members_of(any_trail, SearchCriteria(document=DOCUMENT))
    outcome = check(any_trail, tmp_path, members)
    assert outcome.status == 0
    assert f"{FOLDER}/8.tsr" not in members
    assert bounds_in(outcome) == [(1, 6, sizes(0, 10)), (11, 12, sizes(10, 13)), (14, 15, sizes(13, 0))]


def test_newest_stamp_that_was_damaged_is_left_out_as_well(stamped: Trail, tmp_path: Path) -> None:
    """Of filtered bundles and of the whole trail; all of them damaged leave no bound and nothing else amiss."""
    damage(stamped, 13)
    for criteria in (SearchCriteria(), SearchCriteria(document=DOCUMENT)):
        members = members_of(stamped, criteria)
        assert check(stamped, tmp_path, members).status == 0
        assert f"{FOLDER}/10.tsr" in members
        assert f"{FOLDER}/13.tsr" not in members
    for size in (8, 10):
        damage(stamped, size)
    outcome = check(stamped, tmp_path, members_of(stamped, SearchCriteria(document=DOCUMENT)))
    assert (outcome.status, bounds_in(outcome)) == (0, [])
    assert "anchors.none" in outcome.notes


def test_stamp_that_no_entry_names_is_carried(stamped: Trail, tmp_path: Path, authority: Authority) -> None:
    """Its entry may still wait for its place, or its body may be pruned: there is nothing it differs from."""
    note = notes(stamped)[-1]
    answer = authority.stamp(note.encode())
    stamped.execute(PLACE, size=int(note.split("\n")[1]), origin=ORIGIN, note=note, receipt=answer)

    members = members_of(stamped, SearchCriteria(document=DOCUMENT))
    assert check(stamped, tmp_path, members).status == 0
    assert answer in members.values()


def test_log_of_the_first_year_is_compared_like_any() -> None:
    """An intent that nobody had time to answer yet, at the earliest moment that a leaf can say."""
    walk = verify.Walk(is_dense=True, is_from_start=True)
    walk.logged = "0001-01-01T00:00:00.000Z"
    walk.intents["e1"] = (1, walk.logged, "")

    walk.check_end()
    walk.logged = "0001-01-01T00:05:00.001Z"
    with pytest.raises(verify.NotSound, match=r"intent\.unanswered"):
        walk.check_end()
