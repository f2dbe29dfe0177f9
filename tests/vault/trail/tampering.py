"""What somebody with the database could do to the trail."""

from __future__ import annotations

import sqlalchemy as sa

from tests.company import Company
from vault.database.engine import transaction


def run(company: Company, statement: str, **values: object) -> None:
    """One statement past every use case."""
    with transaction(company.vault.engine) as tx:
        tx.execute(sa.text(statement), values)


def alter_leaf(company: Company, index: int, leaf: bytes) -> None:
    run(company, "UPDATE trail_leaves SET leaf = :leaf WHERE position = :index", leaf=leaf, index=index)


def remove_leaf(company: Company, index: int) -> None:
    run(company, "DELETE FROM trail_leaves WHERE position = :index", index=index)


def forge_checkpoint(company: Company) -> None:
    """The newest checkpoint, with a size of one's own."""
    run(
        company,
        "UPDATE trail_checkpoints SET note = replace(note, char(10) || size || char(10), char(10) || '7' || char(10)) "
        "WHERE size = (SELECT max(size) FROM trail_checkpoints)",
    )


def remove_checkpoints(company: Company) -> None:
    run(company, "DELETE FROM trail_checkpoints")
