"""Whoever looks at hashes and signatures alone finds of the tree exactly what a verification of everything finds."""

from __future__ import annotations

import pytest

from tests.vault.ledger.trail import Trail, finished, in_order
from vault.database.engine import reading
from vault.ledger.audit import Audit
from vault.ledger.audit_facts import Finding
from vault.ledger.audit_report import VerificationReport

_OF_THE_TREE = ("leaf.hash", "leaf.missing", "tree.", "checkpoint.", "head.differs")


def _tree_only(trail: Trail) -> VerificationReport:
    audit = Audit(reading_key=None, is_tree_only=True)
    with reading(trail.engine) as tx:
        audit.begin(tx)
    return finished(trail, audit)


def _of_the_tree(report: VerificationReport) -> set[Finding]:
    return {finding for finding in report.findings if finding.check.startswith(_OF_THE_TREE)}


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        ("UPDATE trail_leaves SET leaf = zeroblob(300) WHERE position = 0", "leaf.hash"),
        ("UPDATE trail_leaves SET leaf = 'text' WHERE position = 9", "leaf.hash"),
        ("UPDATE trail_leaves SET leaf = 7 WHERE position = 4", "leaf.hash"),
        ("UPDATE trail_leaves SET hash = 'text' WHERE position = 3", "leaf.hash"),
        ("DELETE FROM trail_leaves WHERE position = 0", "leaf.missing"),
        ("DELETE FROM trail_leaves WHERE position IN (4, 5)", "leaf.missing"),
        ("DELETE FROM trail_leaves WHERE position = 9", "head.differs"),
        ("DELETE FROM trail_leaves", "head.differs"),
        ("UPDATE trail_nodes SET hash = 'text' WHERE level = 1 AND position = 3", "tree.node"),
        ("UPDATE trail_nodes SET hash = zeroblob(32) WHERE level = 3", "tree.node"),
        ("UPDATE trail_nodes SET position = 7 WHERE level = 1 AND position = 3", "tree.node_missing"),
        ("DELETE FROM trail_nodes", "tree.node_missing"),
        ("UPDATE trail_checkpoints SET size = 3 WHERE size = 10", "checkpoint.root"),
        ("UPDATE trail_checkpoints SET note = replace(note, '\n10\n', '\n9\n')", "checkpoint.signature"),
    ],
)
def test_damage_to_the_tree_is_found_by_both(filled: Trail, damage: str, check: str) -> None:
    """Leaves, nodes, checkpoints and head, also where somebody wrote a text or a number into a column of bytes."""
    assert filled.execute(damage)

    report = _tree_only(filled)
    assert check in {finding.check for finding in report.findings}
    assert set(report.findings) == _of_the_tree(filled.audit())
    assert in_order(filled.audit_in_segments(3, is_tree_only=True)) == in_order(report)
