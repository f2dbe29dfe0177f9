"""What a bundle may claim to be complete for, and the neighbours that show it (docs/adr/0016, docs/spec/bundle.md).

A proof shows that an entry is there, never that none is missing. Numbers in the leaves do: ``dseq`` runs without a
hole for each document, ``useq`` for each person who acts, the index for all. So a selection that is one of

    everything in a window of time             shown by consecutive indexes
    everything of one document (in a window)   shown by consecutive dseq
    everything one person did (in a window)    shown by consecutive useq

is claimed complete. Its first and last entry show nothing about their outer sides; for that the bundle carries the
*edges*: the entry with the number before the first and the one after the last, without their values. The one after the
last is, as a rule, the entry ``trail.counted`` that was recorded for this very export. Any other selection claims
nothing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from vault.database import ledger_appending, ledger_reading
from vault.database.engine import Connection
from vault.database.trail_criteria import SearchCriteria
from vault.ledger.canonical import CanonicalValue, NotCanonical, parse_object
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.ledger.recorder import instant
from vault.model import PersonId

Claim = dict[str, str | int]

_BATCH = 200


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose numbers show that nothing is missing: kind ``range``, ``document`` or ``person``; ``name`` is the document,
    or the handle by which leaves name the person."""

    kind: str
    name: str = ""
    person: str = ""

    @property
    def counter(self) -> str:
        return {"range": "index", "document": "dseq", "person": "useq"}[self.kind]

    @property
    def everything(self) -> SearchCriteria:
        """What finds all entries of the subject, and perhaps some others."""
        return SearchCriteria(
            document=self.name if self.kind == "document" else "",
            persons=(self.person,) if self.kind == "person" else None,
        )

    def number_of(self, leaf: bytes) -> int | None:
        """The subject's number that the leaf carries; None if it is not one of the subject's."""
        try:
            facts = parse_object(leaf)
        except NotCanonical:
            return None
        owner: CanonicalValue = {"document": facts.get("document"), "person": facts.get("who")}.get(self.kind) or ""
        number = facts.get(self.counter)
        return number if owner == self.name and isinstance(number, int) else None


def subject_of(tx: Connection, criteria: SearchCriteria) -> Subject | None:
    """The subject that a selection can be complete for; None for any other selection, narrower by what it may be."""
    if not _is_window(criteria):
        return None
    if not criteria.choices:
        return Subject("range")
    document, person = _only_choice(criteria)
    if document:
        return Subject("document", document)
    handle = ledger_appending.find_handle(tx, person) if person else None
    return Subject("person", handle, person) if handle else None


def closing_entry(criteria: SearchCriteria) -> Entry | None:
    """The entry to record together with an export, so that its number bounds the export above; None if it needs none.

    To be recorded after the selection is fixed and before the checkpoint that the bundle is made against: it takes the
    number after the last entry of the document or person, and so shows how many there were.
    """
    document, person = _only_choice(criteria) if _is_window(criteria) else ("", "")
    if document:
        return Entry(Event.TRAIL_COUNTED, Outcome.SUCCESS, document=document)
    if person:
        return Entry(Event.TRAIL_COUNTED, Outcome.SUCCESS, subject_person=PersonId(person))
    return None


def claim_of(
    tx: Connection, subject: Subject, criteria: SearchCriteria, *, below: int, size: int, pruned_to: int
) -> tuple[Claim, list[int]] | None:
    """The claim as the manifest says it, and the positions of the edges that show it, lowest first.

    ``first`` .. ``last`` are the subject's numbers; ``last`` is ``first - 1`` where nothing was found. None where
    entries below ``pruned_to`` were removed that would have to show where the selection begins.
    """
    since, until = (criteria.times[0].since, criteria.times[0].until) if criteria.times else (None, None)
    selected = replace(subject.everything, times=criteria.times)
    first = _neighbour(tx, subject, selected, after=-1, below=below)
    last = _neighbour(tx, subject, selected, before=below)
    start = first[0] if first else _end_of_what_is_before(tx, since or until, below)
    under = _neighbour(tx, subject, subject.everything, before=start)
    over = _neighbour(tx, subject, subject.everything, after=last[0] if last else start - 1, below=size)
    lower = under[1] if under else _NUMBER_BEFORE_ALL[subject.kind]
    following = first or over
    if pruned_to and (start < pruned_to or (following is not None and following[1] != lower + 1)):
        return None
    claim: Claim = {
        "kind": subject.kind,
        "first": first[1] if first else lower + 1,
        "last": last[1] if last else lower,
        "below": below,
    }
    if subject.kind == "document":
        claim["document"] = subject.name
    if subject.kind == "person":
        claim |= {"who": subject.name, "person": subject.person}
    for name, moment in (("since", since), ("until", until)):
        if moment is not None:
            claim[name] = instant(moment)
    return claim, [edge[0] for edge in (under, over) if edge is not None]


def _is_window(criteria: SearchCriteria) -> bool:
    """Whether nothing is asked for but at most one choice, in at most one window of time."""
    is_plain = not (criteria.indexes or criteria.clocks or criteria.words or criteria.intents)
    if not is_plain or len(criteria.choices) > 1 or len(criteria.times) > 1:
        return False
    return not any(each.is_excluded for each in criteria.choices) and not any(
        each.is_excluded for each in criteria.times
    )


def _only_choice(criteria: SearchCriteria) -> tuple[str, str]:
    """The one document, or the one person, that is asked for; '' where it is not that."""
    for choice in criteria.choices:
        if len(choice.values) == 1 and choice.columns == ("document_id",):
            return choice.values[0], ""
        if len(choice.values) == 1 and choice.columns == ("actor_id", "subject_id"):
            return "", choice.values[0]
    return "", ""


_NUMBER_BEFORE_ALL = {"range": -1, "document": 0, "person": 0}


def _end_of_what_is_before(tx: Connection, moment: dt.datetime | None, below: int) -> int:
    """The first position that was logged at ``moment`` or later, at most ``below``."""
    if moment is None:
        return below
    later = ledger_reading.search_positions(tx, SearchCriteria(since=moment), before=below, after=-1, limit=1)
    return later[0].position if later else below


def _neighbour(
    tx: Connection,
    subject: Subject,
    criteria: SearchCriteria,
    *,
    before: int | None = None,
    after: int | None = None,
    below: int | None = None,
) -> tuple[int, int] | None:
    """Position and number of the subject's last entry under ``before``, or of its first one over ``after``."""
    while True:
        limit = before if after is None else below
        rows = ledger_reading.search_positions(tx, criteria, before=limit, after=after, limit=_BATCH)
        leaves = ledger_reading.load_leaves(tx, [row.position for row in rows])
        for row in rows:
            number = subject.number_of(leaves[row.position].leaf) if row.position in leaves else None
            if number is not None:
                return row.position, number
        if len(rows) < _BATCH:
            return None
        if after is None:
            before = rows[-1].position
        else:
            after = rows[-1].position
