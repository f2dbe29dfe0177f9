"""The audit of what stands beside the leaves: sealed values and the rows by which leaves are found."""

from __future__ import annotations

from collections.abc import Sequence

from keys.model import Secret
from vault.database import ledger_reading, ledger_walking
from vault.database.engine import Connection
from vault.database.ledger_reading import LeafRow
from vault.database.ledger_rows import PeriodRow
from vault.database.ledger_walking import FoundBy
from vault.ledger.audit_details import details_differ
from vault.ledger.audit_facts import ErasedPeriod, Facts, Walk, millis_of
from vault.ledger.disclosures import DisclosedValue
from vault.ledger.opened_parts import Part, open_parts
from vault.ledger.reader import digests_of
from vault.ledger.sealed_parts import ACTOR, PARTS, SUBJECT
from vault.ledger.values import ValueOpener

Values = dict[str, DisclosedValue]
MOST_PERIODS = 512
_NAMES = {part: frozenset(names) for part, names in PARTS.items()}
_NOTHING: tuple[Part, ...] = ()


class ValueChecks:
    """Every digest has its sealed value and opens to it, or its person's month was erased and that is recorded.

    Without a reading key nothing is opened, and only what is missing altogether is found.
    """

    def __init__(self, reading_key: Secret | None) -> None:
        self._opener = ValueOpener(reading_key) if reading_key is not None else None
        self._periods: dict[str, PeriodRow] = {}

    def check(self, tx: Connection, walk: Walk, leaves: list[tuple[LeafRow, Facts]]) -> None:
        """The leaves are neighbours, in order."""
        if not leaves:
            return
        start, end = leaves[0][0].position, leaves[-1][0].position + 1
        sealed = ledger_walking.sealed_between(tx, start, end=end)
        self._learn(tx, {row[2] for row in sealed})
        parts = open_parts(sealed, self._periods, self._opener)
        found_by = ledger_walking.search_rows_between(tx, start, end=end)
        for leaf, facts in leaves:
            position = leaf.position
            values, are_all = self._check_entry(walk, position, facts, parts.get(leaf.entry_id, _NOTHING))
            _check_search_row(walk, position, facts, values, found_by.get(position), are_all=are_all)

    def _learn(self, tx: Connection, ids: set[str]) -> None:
        """Periods that are not known yet are looked up each time: they may be gone, or be back."""
        if len(self._periods) > MOST_PERIODS:
            self._periods.clear()
        unknown = ids - self._periods.keys()
        if unknown:
            self._periods |= ledger_reading.periods_by_id(tx, unknown)

    def _check_entry(self, walk: Walk, position: int, facts: Facts, parts: Sequence[Part]) -> tuple[Values, bool]:
        """What the values of one leaf are, as far as they open and are committed to; whether those are all."""
        digests = digests_of(facts)
        missing, values, hidden = set(digests), Values(), list[str]()
        for part in parts:
            if part.period_id not in self._periods:
                walk.erased += 1
                is_by_whom = part.name == ACTOR or len(parts) == 1
                walk.note_erased(part.period_id, _use(position, facts, is_by_whom=is_by_whom))
            if part.hidden:
                hidden.append(part.name)
            if part.hidden == "damaged" or not _is_as_recorded(part):
                walk.find("value.altered", position)
            for (name, value), digest in zip(part.said, part.digests, strict=True):
                if digest in digests:
                    missing.discard(digest)
                    values[name] = value
                else:
                    walk.find("value.not_committed", position)
        if len(missing) > (0 if not hidden else 1 if hidden == [SUBJECT] else len(missing)):
            walk.find("value.missing", position)
        elif len(missing) < len(hidden):
            walk.find("value.not_committed", position)
        return values, not hidden and not missing


def _is_as_recorded(part: Part) -> bool:
    """Whether it is one of the two parts that a recorder makes, with what it puts there: of whom an entry is about
    that person alone. Else what is hidden could not be told from what was never there."""
    names = _NAMES.get(part.name)
    if names is None or part.hidden:
        return names is not None
    said = dict(part.said)
    return 0 < len(said) == len(part.said) and said.keys() <= names


def _use(position: int, facts: Facts, *, is_by_whom: bool) -> ErasedPeriod:
    """Of an entry one part is sealed for whom its handle stands for; a second one for whom it is about."""
    return ErasedPeriod(position, str(facts.get("time", ""))[:7], str(facts.get("who", "")) if is_by_whom else None)


def _check_search_row(
    walk: Walk, position: int, facts: Facts, values: Values, row: FoundBy | None, *, are_all: bool
) -> None:
    """A leaf that is not found by what it says is as good as gone for whoever searches.

    Where the values ``are_all`` that there ever were, whoever is not among them was never named.
    """
    if row is None:
        walk.find("search.missing", position)
        return
    said = facts.get
    expected = (
        position,
        millis_of(said("time")),
        millis_of(said("logged")),
        said("event"),
        said("outcome"),
        values.get(ACTOR, "" if are_all else row.actor_id),
        values.get(SUBJECT, "" if are_all else row.subject_id),
        said("dossier", ""),
        said("document", ""),
        said("view", ""),
    )
    if row[: len(expected)] != expected or details_differ(
        row, values, detailed_from=walk.detailed_from, are_all=are_all
    ):
        walk.find("search.differs", position)
