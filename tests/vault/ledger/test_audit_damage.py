"""Damage to leaves and to what stands beside them is found under its word, whatever the leaf says, and never fails."""

from __future__ import annotations

import pytest

from tests.vault.ledger.trail import Trail, words


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
    ],
)
def test_damage_beside_the_leaves_is_found(filled: Trail, damage: str, check: str) -> None:
    """Head, nodes, counters, values, search rows, checkpoints: each is checked against the leaves."""
    assert filled.execute(damage)

    assert check in words(filled.audit())


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
