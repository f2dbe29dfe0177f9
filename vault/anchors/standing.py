"""How the anchors stand: what is placed where, what is not yet anchored, and what needs somebody.

Rows tell what this database knows. For whom it matters, they are no proof: ``trail verify --anchors`` asks the anchors.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vault.anchors.gate import BEHIND, DIFFERS, UNPROVEN
from vault.anchors.placing import OWN_EVENTS
from vault.database import anchor_queries, ledger_reading, ledger_sequencing
from vault.database.anchor_queries import AnchorRow
from vault.database.engine import Connection, reading
from vault.ledger.checkpoint import verifier_key
from vault.model import Actor, Office
from vault.recording import require_office
from vault.runtime import Vault

_OUTSIDE_CODES = {"unproven": UNPROVEN, "behind": BEHIND, "differs": DIFFERS}


@dataclass(frozen=True, slots=True)
class AnchorState:
    """One configured anchor. ``code`` says what is the matter, '' if nothing; ``is_alarm`` after the set time."""

    name: str
    kind: str
    place: str
    placed_size: int
    placed_at: dt.datetime | None
    code: str
    failing_since: dt.datetime | None
    is_alarm: bool


@dataclass(frozen=True, slots=True)
class Outside:
    """What an anchor holds against this database; ``code`` as the gate has it."""

    code: str
    anchor: str
    own_size: int
    outside_size: int
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class AnchorsStanding:
    """``anchored_to`` entries, from the first, are covered by at least one anchor; what is newer is the exposure.

    ``exposed`` is how many are covered by none, ``exposed_since`` when the first of them got its place, None while
    there are none. Entries about anchoring itself are left out of both: each placement may make one, which goes out
    with the next thing that happens.
    ``log_key`` is what a witness is given, so that it follows this trail.
    """

    anchors: tuple[AnchorState, ...]
    outside: Outside | None
    size: int
    anchored_to: int
    anchored_at: dt.datetime | None
    exposed: int
    exposed_since: dt.datetime | None
    log_key: str
    note: str

    @property
    def alarms(self) -> int:
        """How many things need somebody."""
        return sum(each.is_alarm for each in self.anchors) + (self.outside is not None)


@dataclass(frozen=True, slots=True)
class Anchored:
    """The same in one line, from rows alone. ``code`` is what the outside holds against the database, '' if nothing."""

    to: int
    at: dt.datetime | None
    exposed: int
    exposed_since: dt.datetime | None
    code: str


def show_anchors(vault: Vault, actor: Actor) -> AnchorsStanding:
    """For auditors and security officers. Says nothing of any entry, so it is not recorded."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.AUDITOR, Office.SECURITY_OFFICER)
        return load_anchors(vault, tx)


def count_alarms(vault: Vault, actor: Actor) -> int:
    """How many anchors need somebody, and one more where the outside disagrees; for other offices 0."""
    if actor.office not in {Office.AUDITOR, Office.SECURITY_OFFICER} or not vault.anchors:
        return 0
    with reading(vault.engine) as tx:
        return load_anchors(vault, tx).alarms


def load_anchors(vault: Vault, tx: Connection) -> AnchorsStanding:
    """As things are in this transaction, for the anchors that are configured now."""
    rows = {row.name: row for row in anchor_queries.list_anchors(tx)}
    anchored = load_anchored(tx)
    head, epochs = ledger_sequencing.load_head(tx), ledger_reading.list_epochs(tx)
    newest = ledger_reading.newest_checkpoint(tx)
    return AnchorsStanding(
        anchors=tuple(
            _state(vault, each.name, each.kind.value, each.place_name, rows.get(each.name)) for each in vault.anchors
        ),
        outside=_outside(tx) if vault.anchors else None,
        size=head.size if head else 0,
        anchored_to=anchored.to,
        anchored_at=anchored.at,
        exposed=anchored.exposed,
        exposed_since=anchored.exposed_since,
        log_key=verifier_key(epochs[-1].origin, epochs[-1].public) if epochs else "",
        note=newest[0] if newest else "",
    )


def load_anchored(tx: Connection) -> Anchored:
    """How far any anchor has it, how much is not there, and since when."""
    rows = [row for row in anchor_queries.list_anchors(tx) if row.placed_at is not None]
    best = max(rows, key=lambda row: row.placed_size, default=None)
    to = best.placed_size if best else 0
    outside, head = _outside(tx), ledger_sequencing.load_head(tx)
    own = anchor_queries.count_events(tx, OWN_EVENTS, since_size=to)
    return Anchored(
        to=to,
        at=best.placed_at if best else None,
        exposed=max((head.size if head else 0) - to - own, 0),
        exposed_since=anchor_queries.first_news(tx, since_size=to, own_events=OWN_EVENTS),
        code=outside.code if outside else "",
    )


def _outside(tx: Connection) -> Outside | None:
    found = anchor_queries.load_outside(tx)
    if found is None or found.state not in _OUTSIDE_CODES:
        return None
    return Outside(_OUTSIDE_CODES[found.state], found.anchor, found.own_size, found.outside_size, found.since)


def _state(vault: Vault, name: str, kind: str, place: str, row: AnchorRow | None) -> AnchorState:
    if row is None:
        return AnchorState(name, kind, place, 0, None, "", None, is_alarm=False)
    alarm = dt.timedelta(minutes=vault.config.trail.anchors.alarm_minutes)
    is_late = row.failing_since is not None and vault.clock.now() - row.failing_since >= alarm
    return AnchorState(
        name=name,
        kind=kind,
        place=place,
        placed_size=row.placed_size,
        placed_at=row.placed_at,
        code=row.failure_code or row.weakness,
        failing_since=row.failing_since,
        is_alarm=is_late or bool(row.weakness),
    )
