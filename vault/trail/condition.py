"""Whether the trail itself is in order, for operators: what waits, what is unsigned, how it was last verified.

Cheap enough to be asked every few seconds, and changes nothing. Whether entries were altered is for a verification to
say; this says whether the trail gets on. By codes: '' where nobody need look.

| code | what |
|---|---|
| ``trail.behind`` | entries wait for their place longer than :data:`WAITING_LIMIT`: no worker runs |
| ``trail.unsigned`` | entries have a place and no signature for :data:`UNSIGNED_LIMIT`: sealed, or contradicted |
| ``trail.checkpoint`` | the newest checkpoint is not the trail's own |
| ``trail.not_sound`` | the verification that stands found something; one of a sealed vault takes that not back |
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vault.database import ledger_reading
from vault.database.engine import Connection
from vault.ledger.canonical import NotCanonical, parse_object
from vault.runtime import Vault
from vault.trail.standing import LastVerification, load_standing

WAITING_LIMIT = dt.timedelta(minutes=1)
UNSIGNED_LIMIT = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class TrailCondition:
    """``waiting`` entries have no place yet, the oldest of them for ``waiting_for``; ``unsigned`` ones have a place
    that no checkpoint covers, the oldest for ``unsigned_for``. ``since_verified`` is None if nobody ever verified."""

    waiting: int
    waiting_for: dt.timedelta
    unsigned: int
    unsigned_for: dt.timedelta
    is_refused: bool
    verified: LastVerification | None
    since_verified: dt.timedelta | None

    @property
    def code_of_signing(self) -> str:
        """What is the matter with places and signatures; ''."""
        if self.is_refused:
            return "trail.checkpoint"
        if self.waiting_for > WAITING_LIMIT:
            return "trail.behind"
        return "trail.unsigned" if self.unsigned_for > UNSIGNED_LIMIT else ""

    @property
    def code_of_verification(self) -> str:
        """What the newest verification says; '' also where there was none."""
        return "trail.not_sound" if self.verified is not None and not self.verified.is_sound else ""


def load_condition(vault: Vault, tx: Connection) -> TrailCondition:
    """As things are in this transaction."""
    standing, now = load_standing(tx), vault.clock.now()
    unsigned = max(standing.size - standing.signed_to, 0)
    return TrailCondition(
        waiting=standing.waiting,
        waiting_for=_age(now, _oldest_waiting(tx)),
        unsigned=unsigned,
        unsigned_for=_age(now, _logged(tx, standing.signed_to)) if unsigned else dt.timedelta(),
        is_refused=standing.is_refused,
        verified=standing.verified,
        since_verified=now - standing.verified.at if standing.verified else None,
    )


def _age(now: dt.datetime, moment: dt.datetime | None) -> dt.timedelta:
    return max(now - moment, dt.timedelta()) if moment is not None else dt.timedelta()


def _oldest_waiting(tx: Connection) -> dt.datetime | None:
    draft = ledger_reading.first_waiting_draft(tx)
    return _moment_in(draft, "time") if draft is not None else None


def _logged(tx: Connection, position: int) -> dt.datetime | None:
    leaf = ledger_reading.load_leaves(tx, [position]).get(position)
    return _moment_in(leaf.leaf, "logged") if leaf is not None else None


def _moment_in(encoded: bytes, name: str) -> dt.datetime | None:
    """The time in a leaf or draft; None where somebody wrote something else there, which a verification finds."""
    try:
        moment = dt.datetime.fromisoformat(str(parse_object(encoded).get(name, "")))
    except (NotCanonical, ValueError):
        return None
    return moment if moment.tzinfo is not None else None
