"""What Alembic executes around the revisions, on the connection that its caller has locked and will commit.

There is no ini file and no URL here: :mod:`vault.database.migrating` puts the open connection into the attributes.
"""

from __future__ import annotations

from alembic import context

from vault.database.tables import (
    agreements,
    alerts,
    anchors,
    custody,
    dossiers,
    erasing,
    exports,
    feeds,
    leaving,
    ledger,
    notices,
    operations,
    people,
    policies,
    requests,
    verified,
    views,
)
from vault.database.tables.metadata import metadata

# Named so that each module's tables are registered in the metadata before Alembic looks at it.
SUBJECTS = (
    agreements,
    alerts,
    people,
    custody,
    dossiers,
    views,
    ledger,
    operations,
    anchors,
    erasing,
    exports,
    feeds,
    requests,
    verified,
    policies,
    notices,
    leaving,
)


def run_revisions() -> None:
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,  # for its naming convention: revisions leave constraints unnamed
        transactional_ddl=True,  # SQLite too: vault.database.engine begins the transaction, not the driver
        render_as_batch=True,  # SQLite alters a table by copying it
    )
    with context.begin_transaction():
        context.run_migrations()


run_revisions()
