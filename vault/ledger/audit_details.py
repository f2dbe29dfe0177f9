"""What an entry is found by of its sealed values: session, category of the reason, place. Compared with what opens.

Both ways: the audit compares, and :mod:`vault.trail.reindexing` fills in what is missing.
"""

from __future__ import annotations

from collections.abc import Mapping

from vault.database.ledger_sequencing import SearchRow
from vault.database.ledger_walking import FoundBy
from vault.ledger.disclosures import DisclosedValue

_PART = frozenset({"actor", "session", "place", "reason"})
"""The values that are sealed together: where one opens, another that is not there was never given."""


def details_of(values: Mapping[str, DisclosedValue]) -> dict[str, str]:
    """The columns of the search row, by the entry's values."""
    session, reason, place = values.get("session", ""), values.get("reason", {}), values.get("place", {})
    reason, place = (each if isinstance(each, Mapping) else {} for each in (reason, place))
    return {
        "session_id": session if isinstance(session, str) else "",
        "reason_category": reason.get("category", ""),
        "place_zone": place.get("zone", ""),
        "place_source": place.get("source", ""),
    }


def has_details(values: Mapping[str, DisclosedValue]) -> bool:
    """Whether what is sealed together with them opened, so that what is not there was never given."""
    return not _PART.isdisjoint(values)


def details_differ(row: SearchRow | FoundBy, values: Mapping[str, DisclosedValue], *, detailed_from: int) -> bool:
    """Whether the row says anything else than the values. Where none of them opened, nobody can tell.

    Unknown is right only before ``detailed_from``: recorded when these columns were not there yet.
    """
    if not has_details(values):
        return False
    expected = details_of(values)
    said = {name: getattr(row, name) for name in expected}
    if row.position < detailed_from and all(value is None for value in said.values()):
        return False
    return said != expected
