"""What was found tampered with: the security officer works it, the auditor judges it and acknowledges it."""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True)
class TamperFinding:
    """An entry that tells of something tampered with, and the one by which it was acknowledged, if it was."""

    row: TrailRow
    acknowledged: TrailRow | None


@dataclass(frozen=True, slots=True)
class FindingsPage:
    """``new`` ones and ``acknowledged`` ones, each newest first.

    ``of_trail`` are acknowledgements of what verifications of the trail found; ``verified`` is the newest verification,
    if it found something.
    """

    new: list[TamperFinding]
    acknowledged: list[TamperFinding]
    of_trail: list[TrailRow]
    verified: LastVerification | None


def list_findings(vault: Vault, actor: Actor) -> FindingsPage:
    """For security officers and auditors."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER, Office.AUDITOR)
        found, acknowledgements = _tampered(vault, tx)
        verified = load_standing(tx).verified
    return FindingsPage(
        new=[each for each in found if each.acknowledged is None],
        acknowledged=[each for each in found if each.acknowledged is not None],
        of_trail=[row for row in acknowledgements if row.details.get("check") != TAMPERED],
        verified=verified if verified is not None and not verified.is_sound else None,
    )


def newest_finding(vault: Vault, actor: Actor) -> TrailRow | None:
    """The newest of something tampered with that nobody has acknowledged. For security officers."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        found, _acknowledgements = _tampered(vault, tx)
    return next((each.row for each in found if each.acknowledged is None), None)


def _tampered(vault: Vault, tx: Connection) -> tuple[list[TamperFinding], list[TrailRow]]:
    """Newest first; and every acknowledgement."""
    criteria = SearchCriteria(event=Event.OBJECT_TAMPERED.value)
    positions = ledger_reading.search_positions(tx, criteria, before=None, limit=MOST_SHOWN)
    hashes = {
        leaf.position: leaf.hash
        for leaf in ledger_reading.load_leaves(tx, [each.position for each in positions]).values()
    }
    by_digest = load_acknowledgements(vault, tx)
    found = [
        TamperFinding(row, by_digest.get(finding_of_entry(row.index, hashes.get(row.index, b"")).digest))
        for row in rows_of(vault, tx, positions)
    ]
    return found, list(by_digest.values())
