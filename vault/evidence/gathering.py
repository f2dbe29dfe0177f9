"""Gathers what the trail says about one person or one document, up to one signed checkpoint.

Everything comes from leaves and their opened values; rows are used to find them, and for the names of people as they
are in the register now. Two kinds of entries: the *subject's* own, all of them, and the *context* that they stand in:
which settings and agreements were in force, and what was done to keys and dossiers meanwhile. A leaf that is damaged or
missing stops it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from vault.database import ledger_reading
from vault.database.engine import Connection, reading
from vault.database.ledger_reading import SearchCriteria
from vault.errors import InputError, TamperError
from vault.ledger.checkpoint import Checkpoint
from vault.ledger.events import Event
from vault.runtime import Vault
from vault.trail.rows import TrailRow, rows_of

BATCH = 500
MOST_ENTRIES = 50_000
"""Of one kind; beyond that nobody reads a pack, and one would not fit in memory."""
DOSSIER_CONTEXT = frozenset(
    {
        Event.DOSSIER_CREATED,
        Event.DOSSIER_ASSIGNED,
        Event.DOSSIER_UNASSIGNED,
        Event.DOSSIER_LENT,
        Event.DOSSIER_RETURNED,
        Event.DOSSIER_RECLASSIFIED,
        Event.DOSSIER_RESEALED,
        Event.DOSSIER_SHREDDED,
        Event.HOLD_PLACED,
        Event.HOLD_LIFTED,
    }
)
"""What is done to a dossier as a whole; of these only the subject's own say whose duty it was."""
GENERAL_CONTEXT = (
    Event.POLICY_APPLIED,
    Event.POLICY_CHANGED,
    Event.AGREEMENT_PUBLISHED,
    Event.AGREEMENT_WITHDRAWN,
    Event.KEY_CREATED,
    Event.KEY_STATE_CHANGED,
    Event.KEY_REWRAPPED,
    Event.ROOT_MOVED,
    Event.OPERATION_FINISHED,
    Event.TRAIL_KEY_ROTATED,
)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Entries in rising order. ``answers`` are those given to agreements of everybody who opened a view here.

    ``steads`` say from when to when somebody approved in another's stead, where one of the ``own`` rests on it.
    """

    own: list[TrailRow]
    dossier: list[TrailRow]
    general: list[TrailRow]
    answers: list[TrailRow]
    steads: list[TrailRow]

    @property
    def indexes(self) -> list[int]:
        """Every entry that the pack rests on, each once, rising."""
        return [row.index for row in self.everything]

    @property
    def everything(self) -> list[TrailRow]:
        """All entries, each once, rising."""
        return _rising([*self.own, *self.dossier, *self.general, *self.answers, *self.steads])


def gather(vault: Vault, criteria: SearchCriteria, checkpoint: Checkpoint) -> Gathered:
    """All of it below the checkpoint. InputError ``evidence.too_much``; TamperError at an entry that cannot be read."""
    size = checkpoint.size
    with reading(vault.engine) as tx:
        own = list(_rows(vault, tx, criteria, size=size))
        dossiers = {row.dossier_id for row in own} - {""}
        dossier = [
            row
            for each in sorted(dossiers)
            for row in _rows(vault, tx, SearchCriteria(dossier=each), size=size, events=DOSSIER_CONTEXT)
        ]
        general = [
            row for event in GENERAL_CONTEXT for row in _rows(vault, tx, SearchCriteria(event=event.value), size=size)
        ]
        answers = list(_answers(vault, tx, own, size=size))
        steads = list(_steads(vault, tx, own, size=size))
    return Gathered(own, _rising(dossier), _rising(general), _rising(answers), _rising(steads))


def _answers(vault: Vault, tx: Connection, own: list[TrailRow], *, size: int) -> Iterator[TrailRow]:
    viewers = sorted({row.actor_id for row in own if row.event is Event.VIEW_OPENED and row.actor_id})
    subjects = {row.actor_id for row in own if row.event in {Event.AGREEMENT_ACCEPTED, Event.AGREEMENT_DECLINED}}
    for person in sorted({*viewers, *subjects}):
        for event in (Event.AGREEMENT_ACCEPTED, Event.AGREEMENT_DECLINED):
            yield from _rows(vault, tx, SearchCriteria(persons=(person,), event=event.value), size=size)


def _steads(vault: Vault, tx: Connection, own: list[TrailRow], *, size: int) -> Iterator[TrailRow]:
    """A decision names the delegation that it was made by; whose, and until when, its own entries say.

    The end of one that was over by itself names only who had it: it is found by the id for whoever gave it, too.
    """
    named = {row.details["delegation"] for row in own if "delegation" in row.details}
    if not named:
        return
    for event in (Event.DELEGATION_GIVEN, Event.DELEGATION_ENDED):
        for row in _rows(vault, tx, SearchCriteria(event=event.value), size=size):
            if row.details.get("delegation") in named:
                yield row


def _rows(
    vault: Vault,
    tx: Connection,
    criteria: SearchCriteria,
    *,
    size: int,
    events: Collection[Event] | None = None,
) -> Iterator[TrailRow]:
    after, count = -1, 0
    while found := ledger_reading.search_positions(tx, criteria, before=size, after=after, limit=BATCH):
        after, count = found[-1].position, count + len(found)
        if count > MOST_ENTRIES:
            raise InputError("evidence.too_much", limit=MOST_ENTRIES)
        names = {each.value for each in events} if events is not None else None
        for row in rows_of(vault, tx, [each for each in found if names is None or each.event in names]):
            if row.event is None or row.hidden in {"damaged", "missing"}:
                raise TamperError("tamper.detected")
            yield row


def _rising(rows: list[TrailRow]) -> list[TrailRow]:
    return sorted({row.index: row for row in rows}.values(), key=lambda row: row.index)
