"""What was found tampered with: the security officer works it, the auditor judges it and acknowledges it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from vault.database import acknowledged_queries
from vault.database.engine import Connection, reading
from vault.database.trail_scanner import END
from vault.model import Actor, Office
from vault.recording import require_office
from vault.runtime import Vault
from vault.trail.acknowledged import (
    BATCH,
    TAMPERED,
    Acknowledgement,
    acknowledged_among,
    finding_of_entry,
    rows_at,
)
from vault.trail.rows import TrailRow
from vault.trail.standing import EndedEarly, LastVerification, ended_early, last_verification

MOST_SHOWN = 100
_AT_ONCE = 10_000
"""So many entries are looked for at once among all acknowledgements."""


@dataclass(frozen=True, slots=True)
class TamperFinding:
    """An entry that tells of something tampered with, and the one by which it was acknowledged, if it was."""

    row: TrailRow
    acknowledged: TrailRow | None


@dataclass(frozen=True, slots=True)
class FindingsPage:
    """``new`` ones and ``acknowledged`` ones, each newest first.

    ``of_trail`` are acknowledgements of what verifications of the trail found, and ``older`` so many more; ``verified``
    is the newest verification, if it found something or could not look at everything, ``ended_early`` one
    that something ended before its end, if none of everything came to its end since.
    """

    new: list[TamperFinding]
    acknowledged: list[TamperFinding]
    of_trail: list[TrailRow]
    older: int
    verified: LastVerification | None
    ended_early: EndedEarly | None


def list_findings(vault: Vault, actor: Actor) -> FindingsPage:
    """For security officers and auditors."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER, Office.AUDITOR)
        of_trail = _OfTrail()
        tampered = _tampered(tx, most_new=MOST_SHOWN, note=of_trail.note)
        indexes = {*tampered.new, *tampered.acknowledged, *tampered.acknowledged.values(), *of_trail.newest}
        rows = rows_at(vault, tx, indexes)
        verified, early = last_verification(tx), ended_early(tx)
    return FindingsPage(
        new=[TamperFinding(rows[index], None) for index in tampered.new if index in rows],
        acknowledged=[
            TamperFinding(rows[index], rows.get(by)) for index, by in tampered.acknowledged.items() if index in rows
        ],
        of_trail=[rows[index] for index in of_trail.newest if index in rows],
        older=of_trail.older,
        verified=verified if verified and not (verified.is_sound and verified.are_values_opened) else None,
        ended_early=early,
    )


def newest_finding(vault: Vault, actor: Actor) -> TrailRow | None:
    """The newest of something tampered with that nobody has acknowledged. For security officers."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        new = _tampered(tx, most_new=1).new
        return next(iter(rows_at(vault, tx, new).values()), None)


@dataclass(slots=True)
class _OfTrail:
    """Acknowledgements of what verifications of the trail found: the indexes of the newest, and how many more."""

    newest: list[int] = field(default_factory=list)
    older: int = 0

    def note(self, acknowledgement: Acknowledgement) -> None:
        if acknowledgement.check == TAMPERED:
            return
        if len(self.newest) < MOST_SHOWN:
            self.newest.append(acknowledgement.position)
        else:
            self.older += 1


@dataclass(slots=True)
class _Tampered:
    """Indexes of entries that tell of something tampered with, newest first; of the known ones with who answers."""

    new: list[int] = field(default_factory=list)
    acknowledged: dict[int, int] = field(default_factory=dict)


def _tampered(tx: Connection, *, most_new: int, note: Callable[[Acknowledgement], None] | None = None) -> _Tampered:
    """Until there are so many that nobody has acknowledged: those are never hidden by others."""
    found, digests = _Tampered(), _next_tampered(tx, before=END)
    known = acknowledged_among(tx, digests, note=note)
    while digests:
        found.new += [index for digest, index in digests.items() if digest not in known]
        for digest, index in digests.items():
            if digest in known and len(found.acknowledged) < MOST_SHOWN:
                found.acknowledged[index] = known[digest]
        if len(found.new) >= most_new:
            break
        digests = _next_tampered(tx, before=min(digests.values()))
        known = acknowledged_among(tx, digests)
    del found.new[most_new:]
    return found


def _next_tampered(tx: Connection, *, before: int) -> dict[str, int]:
    """By digest of what it tells, the index of each of the next entries, newest first; at most :data:`_AT_ONCE`."""
    digests: dict[str, int] = {}
    while most := min(BATCH, _AT_ONCE - len(digests)):
        leaves = acknowledged_queries.newest_of_event(tx, TAMPERED, before=before, most=most)
        if not leaves:
            break
        digests |= {finding_of_entry(leaf.position, leaf.hash).digest: leaf.position for leaf in leaves}
        before = leaves[-1].position
    return digests
