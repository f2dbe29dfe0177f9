"""An export proves itself to whoever knows the log's name and key, and says so if a single byte of it was changed."""

from __future__ import annotations

import base64
import datetime as dt
import json
import os

import pytest

from keys.primitives import SigningKey
from tests.vault.ledger.trail import (
    BATCH,
    LEE,
    ORIGIN,
    WANG,
    Trail,
    exported_lines,
    keyed,
    nobody,
    opened,
    sealed_key,
    suspended,
)
from vault.database.engine import reading, transaction
from vault.database.ledger_reading import SearchCriteria
from vault.errors import TamperError
from vault.ledger.export import ExportRefused, verify_export

EVERYTHING = SearchCriteria()


def exported(trail: Trail, criteria: SearchCriteria = EVERYTHING, *, sealed: bool = False) -> list[bytes]:
    return exported_lines(trail, criteria, is_sealed=sealed)


def verified(trail: Trail, lines: list[bytes]) -> int:
    return verify_export(lines, origin=ORIGIN, public=trail.signing.public)


@pytest.fixture
def filled(trail: Trail) -> Trail:
    """Two people over two days."""
    intent = trail.append(opened(WANG))
    trail.append(keyed(intent))
    trail.append(suspended(LEE, by=WANG))
    trail.sequence()
    trail.clock.advance(dt.timedelta(days=1))
    trail.append(opened(LEE))
    trail.sequence()
    return trail


def test_whole_trail_is_exported_oldest_first_and_verifies(filled: Trail) -> None:
    """Every leaf to the byte, its values, its proof; then the checkpoint with the key."""
    lines = exported(filled)

    entries = [json.loads(line) for line in lines[:-1]]
    assert [entry["leaf"].encode() for entry in entries] == [leaf.leaf for leaf in filled.leaves()]
    assert [len(entry["disclosures"]) for entry in entries] == [0, 4, 1, 2, 0, 4]
    assert json.loads(lines[-1])["checkpoint"] == filled.newest_checkpoint()
    assert verified(filled, lines) == 6


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        (SearchCriteria(persons=(LEE,)), [3, 5]),
        (SearchCriteria(event="view.opened"), [1, 5]),
        (SearchCriteria(until=dt.datetime(2026, 11, 25, tzinfo=dt.UTC)), [0, 1, 2, 3]),
        (SearchCriteria(since=dt.datetime(2026, 11, 25, tzinfo=dt.UTC)), [4, 5]),
        (SearchCriteria(since=dt.datetime(2027, 1, 1, tzinfo=dt.UTC)), []),
        (SearchCriteria(persons=()), []),
        (SearchCriteria(document="f" + "z" * 26), []),
    ],
    ids=["person", "event", "until", "since", "later than all", "unknown person", "unknown document"],
)
def test_filtered_export_verifies_like_the_whole(filled: Trail, criteria: SearchCriteria, found: list[int]) -> None:
    """Each entry carries its own proof, so any choice of them can be checked."""
    lines = exported(filled, criteria)

    assert [json.loads(line)["index"] for line in lines[:-1]] == found
    assert verified(filled, lines) == len(found)


def test_export_ends_at_the_newest_checkpoint(filled: Trail) -> None:
    """What nobody has signed for yet is not given out as proven."""
    filled.signing_key = sealed_key
    filled.append(opened())
    filled.sequence()

    lines = exported(filled)
    assert len(filled.leaves()) == 7
    assert verified(filled, lines) == 6


def test_export_longer_than_a_batch_is_whole(trail: Trail) -> None:
    """Read in pieces, without a gap or a double at the seams."""
    with transaction(trail.engine) as tx:
        for _ in range(BATCH + 5):
            trail.recorder.append(tx, nobody())
    trail.sequence()

    assert verified(trail, exported(trail)) == BATCH + 6


def test_sealed_vault_exports_without_values(filled: Trail) -> None:
    """Leaves and proofs are whole; the values are simply not there."""
    lines = exported(filled, sealed=True)

    assert all(json.loads(line)["disclosures"] == [] for line in lines[:-1])
    assert verified(filled, lines) == 6


def test_erased_values_leave_an_export_that_verifies(filled: Trail) -> None:
    """Lawful erasure takes nothing from what the rest proves."""
    filled.execute("DELETE FROM trail_periods WHERE person_id = :person", person=WANG)

    lines = exported(filled)
    assert [len(json.loads(line)["disclosures"]) for line in lines[:-1]] == [0, 0, 0, 1, 0, 4]
    assert verified(filled, lines) == 6


def test_export_altered_in_any_byte_is_refused(filled: Trail) -> None:
    """Leaf, value, proof, checkpoint, key, even the JSON between them: there is one spelling."""
    lines = exported(filled, SearchCriteria(persons=(LEE,)))
    for number, line in enumerate(lines):
        for place in range(len(line)):
            changed = bytearray(line)
            changed[place] ^= 1 << place % 8
            with pytest.raises(ExportRefused):
                verified(filled, [*lines[:number], bytes(changed), *lines[number + 1 :]])


def test_export_checked_against_another_key_or_name_is_refused(filled: Trail) -> None:
    """The key in the file proves nothing; it must be the one that is known beforehand."""
    lines = exported(filled)

    with pytest.raises(ExportRefused, match="another key"):
        verify_export(lines, origin=ORIGIN, public=SigningKey.generate(os.urandom).public)
    with pytest.raises(ExportRefused, match="another key"):
        verify_export(lines, origin="other.example/vault", public=filled.signing.public)


def spelled(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def changed_entry(line: bytes, **changes: object) -> bytes:
    return spelled(json.loads(line) | changes)


def test_export_with_lines_cut_moved_or_mixed_is_refused(filled: Trail) -> None:
    """Cut off at the end, out of order, twice, with lines of another export or with more members."""
    lines = exported(filled)
    entry, checkpoint = json.loads(lines[1]), json.loads(lines[-1])
    other_proof = json.loads(lines[2])["proof"]
    other_values = json.loads(lines[5])["disclosures"]
    root = base64.b64decode(entry["proof"][0])
    for variant in (
        [],
        lines[:-1],
        [lines[-1], *lines[:-1]],
        [*lines, lines[-1]],
        [*lines, lines[1]],
        [lines[1], lines[0], *lines[2:]],
        [lines[0], *lines],
        [lines[0], lines[1], lines[1], *lines[2:]],
        [changed_entry(lines[1], index=True), *lines[2:]],
        [changed_entry(lines[1], index=2), *lines[3:]],
        [changed_entry(lines[1], index="1"), *lines[2:]],
        [changed_entry(lines[1], index=-1), *lines[2:]],
        [changed_entry(lines[1], proof=other_proof), *lines[2:]],
        [changed_entry(lines[1], proof=[]), *lines[2:]],
        [changed_entry(lines[1], proof="AAAA"), *lines[2:]],
        [changed_entry(lines[1], proof=[base64.b64encode(root[:31]).decode(), *entry["proof"][1:]]), *lines[2:]],
        [changed_entry(lines[1], disclosures=other_values), *lines[2:]],
        [changed_entry(lines[1], disclosures=entry["disclosures"] + entry["disclosures"][:1]), *lines[2:]],
        [changed_entry(lines[1], disclosures=[7]), *lines[2:]],
        [changed_entry(lines[1], leaf=json.loads(entry["leaf"])), *lines[2:]],
        [changed_entry(lines[1], note="genuine"), *lines[2:]],
        [*lines[:-1], spelled(checkpoint | {"note": "genuine"})],
        [*lines[:-1], spelled({"checkpoint": checkpoint["checkpoint"]})],
        [*lines[:-1], spelled(checkpoint | {"checkpoint": None})],
        [*lines[:-1], b"[]\n"],
        [*lines[:-1], b"[" * 100_000 + b"\n"],
        [*lines[:-1], lines[-1].rstrip(b"\n")],
    ):
        with pytest.raises(ExportRefused):
            verified(filled, variant)


def test_checkpoint_of_another_size_is_refused(filled: Trail) -> None:
    """Proofs lead to one root: an older good checkpoint of the same log does not fit them."""
    lines = exported(filled)
    with reading(filled.engine) as tx:
        older = tx.exec_driver_sql("SELECT note FROM trail_checkpoints ORDER BY size LIMIT 1").scalar_one()

    with pytest.raises(ExportRefused):
        verified(filled, [*lines[:-1], spelled(json.loads(lines[-1]) | {"checkpoint": older})])


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM trail_leaves WHERE position = 2",
        "UPDATE trail_leaves SET leaf = x'7b7d20' WHERE position = 2",
        "DELETE FROM trail_nodes WHERE level = 1",
    ],
    ids=["leaf gone", "leaf unreadable", "node gone"],
)
def test_damaged_trail_is_not_exported_as_if_it_were_whole(filled: Trail, damage: str) -> None:
    """An entry that cannot be proven stops the export with an error for the security officer."""
    assert filled.execute(damage)

    with pytest.raises(TamperError):
        exported(filled)
