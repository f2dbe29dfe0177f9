"""What lies where something was found: so that another damage at the same place is another finding.

A finding that was acknowledged is known by its digest (:class:`~vault.ledger.audit_facts.Finding`), and the digest by
this. Taken of what is stored now, whatever it is; nothing is opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vault.database import ledger_reading, ledger_walking
from vault.database.engine import Connection
from vault.database.ledger_reading import LeafRow
from vault.ledger.audit_facts import Finding, evidence_of

_Part = bytes | str | int | None


def with_evidence(tx: Connection, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings; those about a leaf that have no evidence yet get what is stored of that leaf."""
    bare = [each.position for each in findings if not each.evidence and each.position >= 0]
    leaves = ledger_reading.load_leaves(tx, sorted(set(bare)))
    return tuple(
        replace(each, evidence=evidence_of(*_stored(tx, each, leaves.get(each.position))))
        if not each.evidence and each.position >= 0
        else each
        for each in findings
    )


def _stored(tx: Connection, finding: Finding, leaf: LeafRow | None) -> list[_Part]:
    """The leaf; and for a finding by which nothing that stands beside it is compared, or not all of it, that too.

    So it is for a leaf that cannot be read: nobody looks at its values and its search row again.
    """
    position = finding.position
    parts: list[_Part] = [None] if leaf is None else [leaf.entry_id, leaf.leaf, leaf.hash]
    if finding.check.startswith(("value.", "leaf.canonical")):
        for _entry, part, period, sealed in ledger_walking.sealed_between(tx, position, end=position + 1):
            parts += [part, period, sealed]
    if finding.check.startswith(("search.", "value.", "leaf.canonical")):
        parts += ledger_walking.search_rows_between(tx, position, end=position + 1).get(position, ())
    return parts
