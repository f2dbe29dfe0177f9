"""What was found tampered with: the security officer works it, the auditor judges it and acknowledges it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vault.database import ledger_reading
from vault.database.engine import Connection, reading
from vault.database.ledger_reading import SearchCriteria
from vault.ledger.events import Event
from vault.model import Actor, Office
from vault.recording import require_office
from vault.runtime import Vault
from vault.trail.acknowledged import TAMPERED, finding_of_entry, load_acknowledgements
from vault.trail.rows import TrailRow, rows_of
from vault.trail.standing import LastVerification, load_standing

MOST_SHOWN = 100
_BATCH = 100


@dataclass(frozen=True, slots=True)
class TamperFinding:
    """An entry that tells of something tampered with, and the one by which it was acknowledged, if it was."""

    row: TrailRow
    acknowledged: TrailRow | None


@dataclass(frozen=True, slots=True)
class FindingsPage:
    """``new`` ones and ``acknowledged`` ones, each newest first.

    ``of_trail`` are acknowledgements of what verifications of the trail found, and ``older`` so many more; ``verified``
    is the newest verification, if it found something.
    """

    new: list[TamperFinding]
    acknowledged: list[TamperFinding]
    of_trail: list[TrailRow]
    older: int
    verified: LastVerification | None


def list_findings(vault: Vault, actor: Actor) -> FindingsPage:
    """For security officers and auditors."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER, Office.AUDITOR)
        by_digest = load_acknowledgements(vault, tx)
        found = _tampered(vault, tx, by_digest, most_new=MOST_SHOWN)
        verified = load_standing(tx).verified
    of_trail = [row for row in by_digest.values() if row.details.get("check") != TAMPERED]
    return FindingsPage(
        new=[each for each in found if each.acknowledged is None][:MOST_SHOWN],
        acknowledged=[each for each in found if each.acknowledged is not None][:MOST_SHOWN],
        of_trail=of_trail[:MOST_SHOWN],
        older=len(of_trail[MOST_SHOWN:]),
        verified=verified if verified is not None and not verified.is_sound else None,
    )


def newest_finding(vault: Vault, actor: Actor) -> TrailRow | None:
    """The newest of something tampered with that nobody has acknowledged. For security officers."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        found = _tampered(vault, tx, load_acknowledgements(vault, tx), most_new=1)
    return next((each.row for each in found if each.acknowledged is None), None)


def _tampered(vault: Vault, tx: Connection, by_digest: Mapping[str, TrailRow], *, most_new: int) -> list[TamperFinding]:
    """Newest first, until there are so many that nobody has acknowledged: those are never hidden by others."""
    criteria = SearchCriteria(event=Event.OBJECT_TAMPERED.value)
    found: list[TamperFinding] = []
    before: int | None = None
    while sum(each.acknowledged is None for each in found) < most_new:
        positions = ledger_reading.search_positions(tx, criteria, before=before, limit=_BATCH)
        if not positions:
            break
        leaves = ledger_reading.load_leaves(tx, [each.position for each in positions])
        for row in rows_of(vault, tx, positions):
            leaf = leaves.get(row.index)
            digest = finding_of_entry(row.index, leaf.hash if leaf else b"").digest
            found.append(TamperFinding(row, by_digest.get(digest)))
        before = positions[-1].position
    return found
