"""The audit of what stands beside the leaves: sealed values and the rows by which leaves are found."""

from __future__ import annotations

from keys.errors import UnwrapError
from vault.database import ledger_reading
from vault.database.engine import Connection
from vault.database.ledger_reading import DisclosureRow, LeafRow
from vault.database.ledger_sequencing import SearchRow
from vault.ledger.audit_details import details_differ
from vault.ledger.audit_facts import Facts, Walk
from vault.ledger.disclosures import DisclosedValue, DisclosureRefused
from vault.ledger.reader import digests_of
from vault.ledger.recorder import instant
from vault.ledger.values import ValueOpener

Values = dict[str, DisclosedValue]


def check_values(
    tx: Connection, walk: Walk, leaves: list[tuple[LeafRow, Facts]], *, opener: ValueOpener | None
) -> None:
    """Every digest has its sealed value and opens to it, or its person's month was erased and that is recorded.

    Without ``opener`` nothing is opened, and only what is missing altogether is found.
    """
    sealed = ledger_reading.disclosures_of(tx, [leaf.entry_id for leaf, _facts in leaves])
    found_by = ledger_reading.search_rows(tx, [leaf.position for leaf, _facts in leaves])
    for leaf, facts in leaves:
        values = _check_entry(walk, leaf, facts, sealed.get(leaf.entry_id, []), opener)
        _check_search_row(walk, leaf, facts, values, found_by.get(leaf.position))


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
            if disclosure.digest in digests:
                missing.discard(disclosure.digest)
                values[disclosure.name] = disclosure.value
            else:
                walk.find("value.not_committed", leaf.position)
    if missing and is_whole:
        walk.find("value.missing", leaf.position)
    return values


def _check_search_row(walk: Walk, leaf: LeafRow, facts: Facts, values: Values, row: SearchRow | None) -> None:
    """A leaf that is not found by what it says is as good as gone for whoever searches."""
    if row is None:
        walk.find("search.missing", leaf.position)
        return
    said = {
        "time": instant(row.time),
        "logged": instant(row.logged),
        "event": row.event,
        "outcome": row.outcome,
        "dossier": row.dossier_id,
        "document": row.document_id,
        "view": row.view_id,
    }
    people = {"actor": row.actor_id, "subject": row.subject_id}
    if (
        any(facts.get(name, "") != value for name, value in said.items())
        or any(values[name] != person for name, person in people.items() if name in values)
        or details_differ(row, values, detailed_from=walk.detailed_from)
    ):
        walk.find("search.differs", leaf.position)
