"""The audit of what stands beside the leaves: sealed values and the rows by which leaves are found."""

from __future__ import annotations

import datetime as dt

from keys.errors import UnwrapError
from keys.model import Secret
from vault.database import ledger_reading, ledger_walking
from vault.database.engine import Connection
from vault.database.ledger_appending import PeriodRow
from vault.database.ledger_reading import DisclosureRow, LeafRow
from vault.database.ledger_walking import FoundBy
from vault.ledger.audit_details import details_differ
from vault.ledger.audit_facts import Facts, Walk, moment_of
from vault.ledger.disclosures import DisclosedValue, DisclosureRefused
from vault.ledger.reader import digests_of
from vault.ledger.values import ValueOpener

Values = dict[str, DisclosedValue]
MOST_PERIODS = 4096


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
            values = _check_entry(walk, leaf, facts, sealed.get(leaf.position, []), self._opener)
            _check_search_row(walk, leaf, facts, values, found_by.get(leaf.position))

    def _sealed(self, tx: Connection, start: int, end: int) -> dict[int, list[DisclosureRow]]:
        found = ledger_walking.sealed_between(tx, start, end=end)
        self._learn(tx, {period_id for _position, _entry_id, _part, period_id, _sealed in found})
        by_position: dict[int, list[DisclosureRow]] = {}
        for position, entry_id, part, period_id, sealed in found:
            row = DisclosureRow(entry_id, part, period_id, sealed, self._periods.get(period_id))
            by_position.setdefault(position, []).append(row)
        return by_position

    def _learn(self, tx: Connection, ids: set[str]) -> None:
        """Periods that are not known yet are looked up each time: they may be gone, or be back."""
        if len(self._periods) > MOST_PERIODS:
            self._periods.clear()
        unknown = ids - self._periods.keys()
        if unknown:
            self._periods |= ledger_reading.periods_by_id(tx, unknown)


def _check_entry(
    walk: Walk,
    leaf: LeafRow,
    facts: Facts,
    rows: list[DisclosureRow],
    opener: ValueOpener | None,
) -> Values:
    """What the values of one leaf are, as far as they open and are committed to."""
    digests = digests_of(facts)
    missing, values, is_whole = set(digests), Values(), True
    for row in rows:
        if row.period is None:
            walk.erased += 1
            walk.erased_periods.setdefault(row.period_id, leaf.position)
        if row.period is None or opener is None:
            is_whole = False  # what this part committed to cannot be told apart from the rest
            continue
        try:
            opened = opener.open(row)
        except (UnwrapError, DisclosureRefused, ValueError):
            walk.find("value.altered", leaf.position)
            is_whole = False
            continue
        for disclosure in opened:
            digest = disclosure.digest
            if digest in digests:
                missing.discard(digest)
                values[disclosure.name] = disclosure.value
            else:
                walk.find("value.not_committed", leaf.position)
    if missing and is_whole:
        walk.find("value.missing", leaf.position)
    return values


def _check_search_row(walk: Walk, leaf: LeafRow, facts: Facts, values: Values, row: FoundBy | None) -> None:
    """A leaf that is not found by what it says is as good as gone for whoever searches."""
    if row is None:
        walk.find("search.missing", leaf.position)
        return
    said = facts.get
    if (
        said("event") != row.event
        or said("outcome") != row.outcome
        or said("dossier", "") != row.dossier_id
        or said("document", "") != row.document_id
        or said("view", "") != row.view_id
        or _millis(said("time")) != row.time
        or _millis(said("logged")) != row.logged
        or values.get("actor", row.actor_id) != row.actor_id
        or values.get("subject", row.subject_id) != row.subject_id
        or details_differ(row, values, detailed_from=walk.detailed_from)
    ):
        walk.find("search.differs", leaf.position)


def _millis(text: object) -> int | None:
    """As columns hold times: whole milliseconds since 1970."""
    moment = moment_of(text)
    return None if moment is None else (moment - _EPOCH) // _MILLISECOND


_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MILLISECOND = dt.timedelta(milliseconds=1)
