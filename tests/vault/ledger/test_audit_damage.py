"""Damage to leaves and to what stands beside them is found under its word, whatever the leaf says, and never fails."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from keys.primitives import seal_to
from tests.vault.ledger.trail import Trail, words
from vault.database.ledger_walking import HashedLeaves
from vault.ledger.audit_facts import Walk
from vault.ledger.audit_leaves import MOST_BRIDGED, _digests_one_by_one
from vault.ledger.tree import leaf_hash
from vault.ledger.values import period_context


def test_missing_leaf_is_found_once_and_the_rest_is_still_checked(filled: Trail) -> None:
    """One gap is one finding, with its place; what comes after it is looked at for its own faults."""
    filled.execute("DELETE FROM trail_leaves WHERE position = 3")
    filled.execute("UPDATE trail_search SET outcome = 'denied' WHERE position = 8")

    report = filled.audit()
    gaps = [finding for finding in report.findings if finding.check == "leaf.missing"]
    assert [(gap.position, gap.detail) for gap in gaps] == [(3, "1")]
    assert words(report) >= {"leaf.missing", "counter.nseq", "counter.dseq", "counter.useq", "tree.node"}
    assert ("search.differs", 8) in {(finding.check, finding.position) for finding in report.findings}
    assert report.size == 10


@pytest.mark.parametrize(
    ("was", "becomes", "check"),
    [
        (b'"nseq":7', b'"nseq":9', "counter.nseq"),
        (b'"nseq":7', b'"nseq":"x"', "counter.nseq"),
        (b'"useq":5', b'"useq":[5]', "counter.useq"),
        (b'"logged":"2026-11-24', b'"logged":"2026-11-23', "leaf.back_dated"),
        (b'"logged":"2026-11-24T09:00:00.000Z"', b'"logged":"yesterday"', "leaf.time"),
        (b'"time":"2026-11-24T09', b'"time":"2026-11-24T10', "leaf.from_the_future"),
        (b'"event":"person.suspended"', b'"event":"person.praised"', "leaf.vocabulary"),
        (b'"outcome":"success"', b'"outcome":"perhaps"', "leaf.vocabulary"),
        (b'"index":7', b'"index":70', "leaf.identity"),
        (b'{"_sd":', b'{ "_sd":', "leaf.canonical"),
        (b'"_sd":["', b'"_sd":["A', "value.not_committed"),
    ],
)
def test_altered_leaf_is_found_whatever_it_says(filled: Trail, was: bytes, becomes: bytes, check: str) -> None:
    """The hash does not fit, and what the leaf says now is looked at too: no leaf makes the audit fail."""
    leaf = filled.leaves()[7].leaf
    assert was in leaf
    filled.execute("UPDATE trail_leaves SET leaf = :leaf WHERE position = 7", leaf=leaf.replace(was, becomes))

    assert words(filled.audit()) >= {"leaf.hash", check}


@pytest.mark.parametrize(
    ("was", "becomes"),
    [(b'"count":7', b'"count":6'), (b'"from":1', b'"from":2'), (b'"day":"2026-11-24"', b'"day":"2026-11-23"')],
)
def test_day_that_was_closed_wrongly_is_found(filled: Trail, was: bytes, becomes: bytes) -> None:
    """Which day, from where and how many."""
    leaf = filled.leaves()[8].leaf
    assert was in leaf
    filled.execute("UPDATE trail_leaves SET leaf = :leaf WHERE position = 8", leaf=leaf.replace(was, becomes))

    assert "day.count" in words(filled.audit())


def test_day_that_was_not_closed_is_found(filled: Trail) -> None:
    """Without its closing nobody can say how many entries a day had."""
    filled.execute("DELETE FROM trail_leaves WHERE position = 8")

    assert {"leaf.missing", "day.missing"} <= words(filled.audit())


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        ("DELETE FROM trail_head", "head.missing"),
        ("UPDATE trail_head SET size = 9", "head.differs"),
        ("UPDATE trail_head SET edge = zeroblob(64)", "head.differs"),
        ("UPDATE trail_nodes SET hash = zeroblob(32) WHERE level = 2 AND position = 0", "tree.node"),
        ("DELETE FROM trail_nodes WHERE level = 3", "tree.node_missing"),
        ("UPDATE trail_leaves SET hash = zeroblob(32) WHERE position = 2", "leaf.hash"),
        ("UPDATE trail_leaves SET entry_id = 'eaaaa' WHERE position = 2", "leaf.identity"),
        ("DELETE FROM trail_checkpoints", "checkpoint.none"),
        ("UPDATE trail_counters SET last = last + 1 WHERE kind = 'd'", "counter.dseq_last"),
        ("DELETE FROM trail_counters WHERE kind = 'u'", "counter.useq_last"),
        ("UPDATE trail_lanes SET nseq = nseq + 1", "counter.nseq_last"),
        ("DELETE FROM trail_lanes", "counter.nseq_last"),
        ("DELETE FROM trail_disclosures WHERE part = 'subject'", "value.missing"),
        ("UPDATE trail_disclosures SET sealed = zeroblob(80)", "value.altered"),
        ("DELETE FROM trail_periods", "value.erased_unrecorded"),
        ("DELETE FROM trail_search WHERE position = 4", "search.missing"),
        ("UPDATE trail_search SET actor_id = 'pzz' WHERE position = 4", "search.differs"),
        ("UPDATE trail_search SET subject_id = '' WHERE position = 7", "search.differs"),
        ("UPDATE trail_search SET document_id = '' WHERE position = 4", "search.differs"),
        ("UPDATE trail_search SET logged = logged + 1 WHERE position = 4", "search.differs"),
        ("UPDATE trail_search SET session_id = 'sxx' WHERE position = 4", "search.differs"),
        ("UPDATE trail_search SET session_id = NULL WHERE position = 4", "search.differs"),
        ("UPDATE trail_search SET reason_category = 'other' WHERE position = 4", "search.differs"),
        ("UPDATE trail_search SET place_zone = NULL, place_source = NULL WHERE position = 4", "search.differs"),
        ("UPDATE trail_search SET place_source = 'declared' WHERE position = 4", "search.differs"),
        ("UPDATE trail_leaves SET position = 5.5 WHERE position = 5", "leaf.missing"),
        ("UPDATE trail_leaves SET position = 'last' WHERE position = 9", "head.differs"),
        ("UPDATE trail_leaves SET entry_id = CAST(entry_id AS BLOB) WHERE position = 3", "leaf.identity"),
        ("UPDATE trail_nodes SET position = 1.5 WHERE level = 1 AND position = 1", "tree.node_missing"),
        ("UPDATE trail_checkpoints SET size = size - 0.5", "checkpoint.root"),
        ("UPDATE trail_counters SET subject = x'00ff' WHERE subject LIKE 'f%'", "counter.dseq_last"),
        ("UPDATE trail_disclosures SET period_id = x'00ff' WHERE part = 'subject'", "value.erased_unrecorded"),
    ],
)
def test_damage_beside_the_leaves_is_found(filled: Trail, damage: str, check: str) -> None:
    """Head, nodes, counters, values, search rows, checkpoints: each is checked against the leaves."""
    assert filled.execute(damage)

    assert check in words(filled.audit())


def test_place_that_is_none_is_found_by_the_tree_alone(filled: Trail) -> None:
    """SQLite keeps it between its neighbours, where the hashes are in their order."""
    filled.execute("UPDATE trail_leaves SET position = 5.5 WHERE position = 5")

    assert "leaf.missing" in words(filled.audit_in_segments(3, is_tree_only=True))


def test_something_else_sealed_as_the_key_of_a_month_is_found(filled: Trail) -> None:
    """Anybody can seal to a public key, so also whoever can write the database; the rest is still looked at."""
    with filled.engine.connect() as connection:
        public = connection.execute(sa.text("SELECT reading_public FROM trail_head")).scalar_one()
        month = connection.execute(sa.text("SELECT min(period_id) FROM trail_disclosures")).scalar_one()
    sealed = seal_to(bytes(public), b"no key", context=period_context(month))
    filled.execute("UPDATE trail_periods SET private_sealed = :sealed WHERE id = :id", sealed=sealed, id=month)
    filled.execute("UPDATE trail_leaves SET hash = zeroblob(32) WHERE position = 8")

    assert words(filled.audit()) >= {"value.altered", "leaf.hash"}


def test_entry_from_before_the_columns_were_there_may_lack_them(filled: Trail) -> None:
    """As the migration leaves it, and only up to where it says so; what contradicts the values is found anywhere."""
    unknown = "session_id = NULL, reason_category = NULL, place_zone = NULL, place_source = NULL"
    filled.execute("UPDATE trail_head SET detailed_from = 5")
    filled.execute(f"UPDATE trail_search SET {unknown} WHERE position < 5")
    assert "search.differs" not in words(filled.audit())

    filled.execute("UPDATE trail_search SET place_zone = 'elsewhere' WHERE position = 4")
    assert "search.differs" in words(filled.audit())

    filled.execute(f"UPDATE trail_search SET {unknown} WHERE position = 4")
    filled.execute("UPDATE trail_head SET detailed_from = 4")
    assert "search.differs" in words(filled.audit())


def test_gaps_are_bridged_up_to_a_number_of_places_in_all() -> None:
    """One statement tears a gap before each of a million entries: carrying hashes over all of them would take hours."""
    walk, leaf = Walk(), b"{}"
    places = (0, MOST_BRIDGED // 2, MOST_BRIDGED, MOST_BRIDGED * 3 // 2)
    hashes = [leaf_hash(leaf)] * len(places)

    bridged = _digests_one_by_one(walk, HashedLeaves(places, [leaf] * len(places), hashes))
    assert (len(bridged), walk.breaks_at) == (MOST_BRIDGED + 1, places[-1])
