"""The audit of what stands beside the leaves: sealed values and the rows by which leaves are found."""

from __future__ import annotations

from collections.abc import Sequence

from keys.errors import UnwrapError
from keys.model import Secret
from vault.database import ledger_reading, ledger_walking
from vault.database.engine import Connection
from vault.database.ledger_reading import LeafRow
from vault.database.ledger_rows import PeriodRow
from vault.database.ledger_walking import FoundBy
from vault.ledger.audit_details import details_differ
from vault.ledger.audit_facts import Facts, Walk, millis_of
from vault.ledger.disclosures import DisclosedValue, DisclosureRefused, read_value
from vault.ledger.reader import digests_of
from vault.ledger.values import ValueOpener

Values = dict[str, DisclosedValue]
SealedPart = tuple[int, str, str, str, bytes]
"""As :func:`~vault.database.ledger_walking.sealed_between` gives it."""
MOST_PERIODS = 1024
_NOTHING: tuple[SealedPart, ...] = ()


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
        sealed = self._sealed(tx, start, end)
        found_by = ledger_walking.search_rows_between(tx, start, end=end)
        for leaf, facts in leaves:
            position = leaf.position
            values = self._check_entry(walk, position, facts, sealed.get(position, _NOTHING))
            _check_search_row(walk, position, facts, values, found_by.get(position))

    def _sealed(self, tx: Connection, start: int, end: int) -> dict[int, list[SealedPart]]:
        found = ledger_walking.sealed_between(tx, start, end=end)
        self._learn(tx, {row[3] for row in found})
        by_position: dict[int, list[SealedPart]] = {}
        for row in found:
            by_position.setdefault(row[0], []).append(row)
        return by_position

    def _learn(self, tx: Connection, ids: set[str]) -> None:
        """Periods that are not known yet are looked up each time: they may be gone, or be back."""
        if len(self._periods) > MOST_PERIODS:
            self._periods.clear()
        unknown = ids - self._periods.keys()
        if unknown:
            self._periods |= ledger_reading.periods_by_id(tx, unknown)

    def _check_entry(self, walk: Walk, position: int, facts: Facts, rows: Sequence[SealedPart]) -> Values:
        """What the values of one leaf are, as far as they open and are committed to."""
        digests = digests_of(facts)
        missing, values, is_whole = set(digests), Values(), True
        for _position, entry_id, _part, period_id, sealed in rows:
            period = self._periods.get(period_id)
            if period is None:
                walk.erased += 1
                walk.erased_periods.setdefault(period_id, position)
            if period is None or self._opener is None:
                is_whole = False  # what this part committed to cannot be told apart from the rest
                continue
            try:
                opened = [read_value(text) for text in self._opener.texts(entry_id, period, sealed)]
            except (UnwrapError, DisclosureRefused, ValueError):
                walk.find("value.altered", position)
                is_whole = False
                continue
            for name, value, digest in opened:
                if digest in digests:
                    missing.discard(digest)
                    values[name] = value
                else:
                    walk.find("value.not_committed", position)
        if missing and is_whole:
            walk.find("value.missing", position)
        return values


def _check_search_row(walk: Walk, position: int, facts: Facts, values: Values, row: FoundBy | None) -> None:
    """A leaf that is not found by what it says is as good as gone for whoever searches."""
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
        values.get("actor", row.actor_id),
        values.get("subject", row.subject_id),
        said("dossier", ""),
        said("document", ""),
        said("view", ""),
    )
    if row[: len(expected)] != expected or details_differ(row, values, detailed_from=walk.detailed_from):
        walk.find("search.differs", position)
