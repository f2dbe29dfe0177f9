"""Gathers what the trail says about one person or one document, up to one signed checkpoint.

Everything comes from leaves and their opened values; rows are used to find them, and for the names of people as they
are in the register now. Two kinds of entries: the *subject's* own, all of them, and the *context* that they stand in:
which settings and agreements were in force, and what was done to keys and dossiers meanwhile. A leaf that is damaged or
missing stops it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from vault.database import ledger_reading, team_queries
from vault.database.engine import Connection, reading
from vault.database.ledger_reading import SearchCriteria
from vault.errors import InputError, TamperError
from vault.evidence.damage import Damage, answered_by, is_tampered_here, touching
from vault.ledger.checkpoint import Checkpoint
from vault.ledger.events import Event, Outcome
from vault.runtime import Vault
from vault.trail.querying import person_asked_for
from vault.trail.rows import TrailRow, rows_of
from vault.trail.standing import last_verification

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
        Event.HANDOVER_PROPOSED,
        Event.HANDOVER_CONFIRMED,
        Event.HANDOVER_DECLINED,
        Event.HANDOVER_FINISHED,
    }
)
"""What is done to a dossier as a whole; of these only the subject's own say whose duty it was."""
LOANS = (Event.DOSSIER_LENT, Event.DOSSIER_RETURNED)
MEMBERSHIPS = (Event.TEAM_JOINED, Event.TEAM_LEFT)
GENERAL_CONTEXT = (
    Event.POLICY_APPLIED,
    Event.POLICY_CHANGED,
    Event.AGREEMENT_PUBLISHED,
    Event.AGREEMENT_WITHDRAWN,
    Event.KEY_CREATED,
    Event.KEY_STATE_CHANGED,
    Event.KEY_REWRAPPED,
    Event.ROOT_MOVED,
    Event.OPERATION_REQUESTED,
    Event.OPERATION_APPROVED,
    Event.OPERATION_CANCELLED,
    Event.OPERATION_FINISHED,
    Event.RECOVERY_PREPARED,
    Event.RECOVERY_USED,
    Event.TRAIL_KEY_ROTATED,
)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Entries in rising order. ``answers`` are those given to agreements of everybody who opened a view here.

    ``steads`` say from when to when somebody approved in another's stead, where one of the ``own`` rests on it.
    ``teams`` are those through which somebody was entitled: who was in them, and in the pack of a person also what was
    lent to them. ``team_names`` say what the teams that entries name are called now; entries name them by id.
    ``damage`` is what is known to be damaged of all this.
    """

    own: list[TrailRow]
    dossier: list[TrailRow]
    general: list[TrailRow]
    answers: list[TrailRow]
    steads: list[TrailRow]
    teams: list[TrailRow]
    team_names: Mapping[str, str] = field(default_factory=dict)
    damage: Damage = field(default_factory=Damage)

    @property
    def indexes(self) -> list[int]:
        """Every entry that the pack rests on, each once, rising."""
        return [row.index for row in self.everything]

    @property
    def everything(self) -> list[TrailRow]:
        """All entries, each once, rising."""
        context = [*self.dossier, *self.general, *self.answers, *self.steads, *self.teams]
        return _rising([*self.own, *context, *self.damage.rows])


def gather(vault: Vault, criteria: SearchCriteria, checkpoint: Checkpoint) -> Gathered:
    """All of it below the checkpoint. InputError ``evidence.too_much``; TamperError at an entry that cannot be read."""
    size, person_id = checkpoint.size, person_asked_for(criteria)
    with reading(vault.engine) as tx:
        own = list(_rows(vault, tx, criteria, size=size))
        loans = list(_loans(vault, tx, own, person_id, size=size)) if person_id else []
        dossiers = {row.dossier_id for row in (*own, *loans)} - {""}
        dossier = [
            row
            for each in sorted(dossiers)
            for row in _rows(vault, tx, SearchCriteria(dossier=each), size=size, events=DOSSIER_CONTEXT)
        ]
        members = list(_members(vault, tx, loans if person_id else dossier, size=size, everybody=not person_id))
        general = _without_other_dossiers(list(_of_events(vault, tx, GENERAL_CONTEXT, size=size)), dossiers)
        answers = list(_answers(vault, tx, own, size=size))
        steads = list(_steads(vault, tx, own, size=size))
        named = {str(row.details["team"]) for row in (*own, *dossier, *loans, *members) if "team" in row.details}
        team_names = team_queries.names_of_teams(tx, named)
        undamaged = Gathered(
            own,
            _rising(dossier),
            _rising(general),
            _rising(answers),
            _rising(steads),
            _rising([*loans, *members]),
            team_names,
        )
        return replace(undamaged, damage=_damage(vault, tx, undamaged, dossiers, size=size))


def _damage(vault: Vault, tx: Connection, gathered: Gathered, dossiers: set[str], *, size: int) -> Damage:
    """What is known to be damaged of what was gathered."""
    documents = {row.document_id for row in gathered.own} - {""}
    own = {row.index for row in gathered.own}
    tampered = [
        row
        for row in _of_events(vault, tx, (Event.OBJECT_TAMPERED,), size=size)
        if is_tampered_here(row, own=own, documents=documents, dossiers=dossiers)
    ]
    indexes = {*gathered.indexes, *(row.index for row in tampered)}
    acknowledged = touching(_of_events(vault, tx, (Event.FINDING_ACKNOWLEDGED,), size=size), indexes=indexes)
    verified = last_verification(tx, before=size)
    verification: list[TrailRow] = []
    if verified is not None:
        found = ledger_reading.search_positions(
            tx, SearchCriteria(event=Event.TRAIL_VERIFIED.value), before=size, after=verified.index - 1, limit=1
        )
        verification = rows_of(vault, tx, found)
        if any(row.event is None for row in verification):
            raise TamperError("tamper.detected")
    return Damage(tampered, acknowledged, answered_by(tx, tampered, acknowledged), verified, verification)


def teams_of(rows: Iterable[TrailRow], person_id: str) -> set[str | int]:
    """The teams that the person was put into."""
    return {row.details["team"] for row in rows if row.event in MEMBERSHIPS and row.subject_id == person_id}


def _loans(vault: Vault, tx: Connection, own: list[TrailRow], person_id: str, *, size: int) -> Iterator[TrailRow]:
    """What was lent to the person's teams: the entry of a loan names the team, and nobody in it."""
    teams = teams_of((row for row in own if row.outcome is Outcome.SUCCESS), person_id)
    found = _of_events(vault, tx, LOANS, size=size) if teams else ()
    return (row for row in found if row.details.get("team") in teams)


def _members(vault: Vault, tx: Connection, loans: list[TrailRow], *, size: int, everybody: bool) -> Iterator[TrailRow]:
    """How the teams of these loans began and ended, and who was in them."""
    teams = {row.details["team"] for row in loans if row.event in LOANS and "team" in row.details}
    events = (*MEMBERSHIPS, Event.TEAM_CHANGED) if everybody else (Event.TEAM_CHANGED,)
    found = _of_events(vault, tx, events, size=size) if teams else ()
    return (row for row in found if row.details.get("team") in teams)


def _without_other_dossiers(rows: list[TrailRow], dossiers: set[str]) -> list[TrailRow]:
    """Less the work on the key of one dossier that is not concerned: its end names only the order."""
    foreign = {row.index: row.details.get("operation") for row in rows if row.dossier_id not in {"", *dossiers}}
    operations = set(foreign.values()) - {None}
    return [row for row in rows if row.index not in foreign and row.details.get("operation") not in operations]


def _of_events(vault: Vault, tx: Connection, events: Iterable[Event], *, size: int) -> Iterator[TrailRow]:
    for event in events:
        yield from _rows(vault, tx, SearchCriteria(event=event.value), size=size)


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
    for row in _of_events(vault, tx, (Event.DELEGATION_GIVEN, Event.DELEGATION_ENDED), size=size):
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
