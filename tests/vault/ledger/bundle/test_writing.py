"""What a bundle holds: exact leaves, values as far as they open, proofs or tiles, and sums over all of it."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import json
import sqlite3
from pathlib import Path

import pytest

from tests.vault.ledger.bundle.bundles import (
    EVERYTHING,
    fill,
    json_lines,
    key_of,
    members_of,
    order_of,
    run,
    verified,
    zipped,
)
from tests.vault.ledger.trail import DOCUMENT, LEE, ORIGIN, WANG, Trail, nobody, opened, sealed_key
from vault.database.trail_criteria import SearchCriteria
from vault.errors import TamperError, Unavailable
from vault.ledger.bundle import layout, writing
from vault.ledger.bundle.archive import zip_bytes
from vault.ledger.bundle.writing import write_bundle
from vault.ledger.export import verify_export
from vault.ledger.tree import leaf_hash

SECOND_DAY = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)


def test_bundle_of_everything_holds_every_leaf_to_the_byte(filled: Trail, tmp_path: Path) -> None:
    """With all values, in tiles, and the verifier finds it sound and whole."""
    members = members_of(filled)

    entries = json_lines(members["entries/000.jsonl"])
    assert [entry["leaf"].encode() for entry in entries] == [leaf.leaf for leaf in filled.leaves()]
    assert [len(entry["disclosures"]) for entry in entries] == [0, 4, 1, 2, 0, 4, 1, 0]
    assert members["checkpoint"].decode() == filled.newest_checkpoint()
    assert members["tile/0/000.p/8"] == b"".join(leaf_hash(leaf.leaf) for leaf in filled.leaves())
    outcome = verified(members, tmp_path, key_of(filled), "--complete", "trail")
    assert (outcome.status, outcome.result["entries"]) == (0, 8)


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        (SearchCriteria(document=DOCUMENT), [1, 2, 5, 6]),
        (SearchCriteria(persons=(LEE,)), [3, 5, 6]),
        (SearchCriteria(event="view.opened"), [1, 5]),
        (SearchCriteria(document=DOCUMENT, event="view.opened"), [1, 5]),
        (SearchCriteria(until=SECOND_DAY), [0, 1, 2, 3]),
        (SearchCriteria(since=SECOND_DAY), [4, 5, 6, 7]),
        (SearchCriteria(document="f" + "z" * 26), []),
        (SearchCriteria(persons=()), []),
    ],
    ids=["document", "person", "event", "document and event", "until", "since", "unknown document", "unknown person"],
)
def test_bundle_of_a_selection_is_proven_entry_by_entry(
    filled: Trail, tmp_path: Path, criteria: SearchCriteria, found: list[int]
) -> None:
    """The lines are those of an export, so the vault's own check of exports accepts them too."""
    members = members_of(filled, criteria)

    lines = [line for name in members if name.startswith("entries/") for line in members[name].splitlines(True)]
    assert [json.loads(line)["index"] for line in lines] == found
    end = layout.line({"checkpoint": members["checkpoint"].decode(), "key": key_of(filled)})
    assert verify_export([*lines, end], origin=ORIGIN, public=filled.signing.public) == len(found)
    assert verified(members, tmp_path, key_of(filled)).status == 0


def test_manifest_says_what_was_asked_by_whom_and_why(filled: Trail) -> None:
    """The first thing that a reader of the bundle looks at, and signed by the trail's key."""
    members = members_of(filled, SearchCriteria(document=DOCUMENT))

    manifest = json.loads(members["manifest.json"])
    assert manifest["ordered"] == {
        "at": "2026-11-25T09:00:00.000Z",
        "by": {"name": "李雷", "person": LEE},
        "reason": {"case": "C-17", "category": "offer", "text": "Preparing the offer for Harrow"},
    }
    assert manifest["query"]["words"] == {"en": "Everything", "zh-Hans": "全部"}
    assert (manifest["entries"]["count"], manifest["entries"]["first"], manifest["entries"]["last"]) == (4, 1, 6)
    assert manifest["epochs"] == [
        {"epoch": 1, "index": 0, "key": base64.b64encode(filled.signing.public).decode("ascii")}
    ]
    assert members["SHA256SUMS.note"].decode().startswith(f"{ORIGIN}\nDossier Vault evidence bundle v1\n")


def test_same_trail_gives_the_same_zip(filled: Trail) -> None:
    """Nothing in a bundle depends on when or where it is made; only the order says a time."""
    assert zipped(members_of(filled)) == zipped(members_of(filled))


def test_sealed_vault_bundles_without_values_and_without_its_signature(filled: Trail, tmp_path: Path) -> None:
    """Leaves and proofs are whole; the verifier says what is not there."""
    members = members_of(filled, is_sealed=True, is_signed=False)

    assert all(entry["disclosures"] == [] for entry in json_lines(members["entries/000.jsonl"]))
    outcome = verified(members, tmp_path, key_of(filled))
    assert outcome.status == 0
    assert {"manifest.unsigned", "hidden"} <= outcome.notes


def test_erased_values_leave_a_bundle_that_verifies(trail: Trail, tmp_path: Path) -> None:
    """Lawful erasure takes nothing from what the rest proves."""
    fill(trail).execute("DELETE FROM trail_periods WHERE person_id = :person", person=WANG)

    members = members_of(trail)
    assert [len(entry["disclosures"]) for entry in json_lines(members["entries/000.jsonl"])] == [0, 0, 0, 1, 0, 4, 1, 0]
    outcome = verified(members, tmp_path, key_of(trail))
    assert outcome.status == 0
    assert "hidden" in outcome.notes


def test_bundle_is_written_and_verified_on_both_databases(any_trail: Trail, tmp_path: Path) -> None:
    """The same on SQLite and on PostgreSQL, with more entries than one tile and one batch hold."""
    fill(any_trail)
    for _ in range(3):
        with any_trail.engine.begin() as tx:
            for _ in range(200):
                any_trail.recorder.append(tx, nobody())
        any_trail.sequence()

    members = members_of(any_trail)
    assert {"tile/0/000", "tile/0/002.p/96", "tile/1/000.p/2", "tile/entries/001"} <= set(members)
    assert len(json_lines(members["checkpoints/000.jsonl"])) >= 4
    assert verified(members, tmp_path, key_of(any_trail), "--complete", "trail").status == 0


def test_long_selection_goes_into_parts(filled: Trail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No member is larger than a part and one line, however many entries there are."""
    monkeypatch.setattr(writing, "PART_BYTES", 2000)
    members = members_of(filled)

    parts = [name for name in members if name.startswith("entries/")]
    assert parts == ["entries/000.jsonl", "entries/001.jsonl", "entries/002.jsonl"]
    assert verified(members, tmp_path, key_of(filled)).result["entries"] == 8


def test_progress_is_told(filled: Trail) -> None:
    """One call for each entry that was written."""
    told: list[int] = []
    members = write_bundle(
        filled.engine,
        order_of(filled),
        criteria=EVERYTHING,
        below=None,
        closing="",
        reading_key=filled.reading_key,
        signing_key=filled.signing,
        progress=told.append,
    )

    assert b"".join(zip_bytes(members)) == zipped(members_of(filled))
    assert told[-1] == 8


def test_bundle_up_to_the_checkpoint_that_was_shown(trail: Trail, tmp_path: Path) -> None:
    """What comes after the preview is not in it: a whole trail ends at that checkpoint, a selection below its size."""
    fill(trail)
    shown = trail.size()
    trail.append(opened(WANG))
    trail.sequence()

    whole = members_of(trail, below=shown)
    assert json.loads(whole["manifest.json"])["checkpoint"]["size"] == shown
    selection = members_of(trail, SearchCriteria(document=DOCUMENT), below=shown)
    assert json.loads(selection["manifest.json"])["checkpoint"]["size"] == shown + 1
    assert json.loads(selection["manifest.json"])["entries"]["count"] == 4
    assert verified(whole, tmp_path, key_of(trail), "--complete", "trail").status == 0
    assert "complete.closed" in verified(selection, tmp_path, key_of(trail)).notes


def test_no_bundle_before_a_checkpoint_covers_what_it_stands_on(trail: Trail) -> None:
    """No checkpoint at all, one that is too old for what was shown, or for the entry that closes the count."""
    with pytest.raises(Unavailable, match=r"trail\.no_checkpoint"):
        members_of(trail)
    fill(trail)
    closing = trail.append(opened())
    trail.signing_key = sealed_key
    trail.sequence()

    for arguments in ({"below": trail.size()}, {"closing": closing}, {"closing": "e" + "a" * 26}):
        with pytest.raises(Unavailable, match=r"trail\.no_checkpoint"):
            members_of(trail, SearchCriteria(document=DOCUMENT), **arguments)  # type: ignore[arg-type]
    with pytest.raises(Unavailable, match=r"trail\.no_checkpoint"):
        members_of(trail, below=trail.size() - 1 - 2)


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM trail_leaves WHERE position = 2",
        "UPDATE trail_leaves SET leaf = x'7b7d20' WHERE position = 2",
        "DELETE FROM trail_nodes WHERE level = 1",
        "UPDATE trail_checkpoints SET note = replace(note, 'trail.example', 'other.example')",
    ],
    ids=["leaf gone", "leaf unreadable", "node gone", "checkpoint altered"],
)
@pytest.mark.parametrize("criteria", [EVERYTHING, SearchCriteria(document=DOCUMENT)], ids=["whole", "selection"])
def test_damaged_trail_is_not_bundled_as_if_it_were_whole(trail: Trail, damage: str, criteria: SearchCriteria) -> None:
    """What cannot be proven stops the bundle with an error for the security officer, or makes one that is refused."""
    fill(trail)
    assert trail.execute(damage)

    with pytest.raises(TamperError):
        members_of(trail, criteria)


def test_verifier_in_the_bundle_is_the_one_that_is_tested(whole: dict[str, bytes], tmp_path: Path) -> None:
    """What goes out is this very file."""
    source = Path(writing.__file__).with_name("verify.py")

    assert whole["verify.py"] == source.read_bytes()
    assert run(str(tmp_path / "absent.zip")).status == 2


def test_pruned_trail_is_bundled_as_far_as_it_is_there(trail: Trail, tmp_path: Path) -> None:
    """Entry by entry, and complete only where what was removed does not have to show the beginning."""
    fill(trail)
    trail.execute("UPDATE trail_leaves SET leaf = x'' WHERE position IN (1, 2, 3)")
    trail.execute("DELETE FROM trail_search WHERE position IN (1, 2, 3)")
    with contextlib.closing(sqlite3.connect(str(trail.engine.url.database))) as connection, connection:
        connection.execute("INSERT INTO trail_prunings (size, erasure_id, state, pruned_at) VALUES (4, 'x', x'', 0)")

    whole = members_of(trail)
    assert json.loads(whole["manifest.json"])["form"] == "proofs"
    for criteria, is_claimed in (
        (EVERYTHING, False),
        (SearchCriteria(document=DOCUMENT), False),
        (SearchCriteria(persons=(LEE,)), True),  # whose first entry lies above
        (SearchCriteria(since=SECOND_DAY), False),
        (SearchCriteria(since=SECOND_DAY + dt.timedelta(days=1)), True),
    ):
        members = members_of(trail, criteria)
        assert bool(json.loads(members["manifest.json"])["complete"]) is is_claimed, criteria
        assert verified(members, tmp_path, key_of(trail)).status == 0
