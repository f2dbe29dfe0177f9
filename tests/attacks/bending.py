"""An insider who can write to the whole database and knows every public formula, but holds no signing key.

They change leaves as they like and then make everything that can be computed agree again: places, counters, hashes,
tree, head, search rows, values. Checkpoints that no longer fit they remove, since they cannot sign new ones.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from tests.company import Company
from vault.database import ledger_reading
from vault.database.tables.ledger import (
    trail_checkpoints,
    trail_counters,
    trail_disclosures,
    trail_head,
    trail_inbox,
    trail_lanes,
    trail_leaves,
    trail_nodes,
    trail_search,
)
from vault.ledger.canonical import canonical_bytes, parse_object
from vault.ledger.tree import Frontier, leaf_hash

Leaf = dict[str, Any]


def rewrite(company: Company, change: Callable[[list[Leaf]], list[Leaf]]) -> None:
    """The trail as ``change`` would have it, with all that depends on it made to fit."""
    rewrite_database(company.vault.engine, change)


def rewrite_database(engine: sa.Engine, change: Callable[[list[Leaf]], list[Leaf]]) -> None:
    """The same of any database that holds a trail."""
    with engine.begin() as connection:
        rows = [row for batch in ledger_reading.leaves_from(connection, 0, batch=1000) for row in batch]
        before = [dict(parse_object(row.leaf)) for row in rows]
        after = _renumbered(change([dict(leaf) for leaf in before]))
        first_changed = next(
            (place for place, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), len(after)
        )
        _store(connection, after)
        gone = {leaf["id"] for leaf in before} - {leaf["id"] for leaf in after}
        connection.execute(sa.delete(trail_disclosures).where(trail_disclosures.c.entry_id.in_(gone)))
        _search_rows_follow(connection, before, after)
        connection.execute(sa.delete(trail_checkpoints).where(trail_checkpoints.c.size > first_changed))


def _renumbered(leaves: list[Leaf]) -> list[Leaf]:
    """Every counter dense again."""
    lanes: dict[tuple[str, str], int] = {}
    documents: dict[str, int] = {}
    handles: dict[str, int] = {}
    for place, leaf in enumerate(leaves):
        leaf["index"] = place
        for name, last, key in (
            ("nseq", lanes, (leaf.get("node"), leaf.get("lane"))),
            ("dseq", documents, leaf.get("document")),
            ("useq", handles, leaf.get("who")),
        ):
            if name in leaf:
                last[key] = leaf[name] = last.get(key, 0) + 1  # type: ignore[index]
    return leaves


def _store(connection: sa.Connection, leaves: list[Leaf]) -> None:
    """Leaves, hashes, tree, head and counters."""
    frontier = Frontier()
    for table in (trail_leaves, trail_nodes, trail_counters, trail_inbox):
        connection.execute(sa.delete(table))
    for place, leaf in enumerate(leaves):
        encoded = canonical_bytes(leaf)
        digest = leaf_hash(encoded)
        row = {"position": place, "entry_id": leaf["id"], "leaf": encoded, "hash": digest}
        connection.execute(sa.insert(trail_leaves).values(**row))
        for subtree in frontier.append(digest):
            if subtree.level:
                node = {"level": subtree.level, "position": subtree.position, "hash": subtree.hash}
                connection.execute(sa.insert(trail_nodes).values(**node))
    for kind, counter, named in (("d", "dseq", "document"), ("u", "useq", "who")):
        last = {leaf[named]: leaf[counter] for leaf in leaves if counter in leaf}
        for subject, number in last.items():
            connection.execute(sa.insert(trail_counters).values(kind=kind, subject=subject, last=number))
    lanes = {(leaf["node"], leaf["lane"]): leaf["nseq"] for leaf in leaves if "nseq" in leaf}
    connection.execute(sa.delete(trail_lanes))
    for (node, lane), number in lanes.items():
        connection.execute(sa.insert(trail_lanes).values(node=node, lane=lane, nseq=number))
    logged = dt.datetime.fromisoformat(leaves[-1]["logged"])
    closings = [place for place, leaf in enumerate(leaves) if leaf["event"] == "day.close"]
    day_from = closings[-1] + 1 if closings else 1
    head = {"size": frontier.size, "edge": frontier.edge_bytes(), "logged_at": logged, "day_from": day_from}
    connection.execute(sa.update(trail_head).values(**head))


def _search_rows_follow(connection: sa.Connection, before: list[Leaf], after: list[Leaf]) -> None:
    """Each remaining entry's search row at its new place, saying what its leaf now says."""
    rows = {row.position: dict(row._mapping) for row in connection.execute(sa.select(trail_search))}
    by_id = {leaf["id"]: rows[leaf["index"]] for leaf in before}
    connection.execute(sa.delete(trail_search))
    for leaf in after:
        row = by_id[leaf["id"]]
        row |= {
            "position": leaf["index"],
            "time": dt.datetime.fromisoformat(leaf["time"]),
            "logged": dt.datetime.fromisoformat(leaf["logged"]),
            "event": leaf["event"],
            "outcome": leaf["outcome"],
            "dossier_id": leaf.get("dossier", ""),
            "document_id": leaf.get("document", ""),
            "view_id": leaf.get("view", ""),
        }
        connection.execute(sa.insert(trail_search).values(**row))
