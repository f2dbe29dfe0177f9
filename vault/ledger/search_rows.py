"""The row by which a leaf is found, made of its readable facts and of what is sealed beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from vault.database.ledger_sequencing import SearchRow
from vault.ledger.canonical import CanonicalValue


def search_row_of(position: int, leaf: Mapping[str, CanonicalValue], found_by: Mapping[str, str | None]) -> SearchRow:
    """``found_by`` has the columns that no readable fact tells: people, session, reason and place."""
    return SearchRow(
        position=position,
        time=dt.datetime.fromisoformat(str(leaf["time"])),
        logged=dt.datetime.fromisoformat(str(leaf["logged"])),
        event=str(leaf["event"]),
        outcome=str(leaf["outcome"]),
        dossier_id=str(leaf.get("dossier", "")),
        document_id=str(leaf.get("document", "")),
        view_id=str(leaf.get("view", "")),
        **found_by,  # type: ignore[arg-type]
    )
