"""The database's schema: bring it to this version, say which it has, refuse one that does not fit.

A migration is one transaction: all revisions take effect or none. Two processes may start one at the same time; the
second waits and then finds nothing left to do. PostgreSQL holds an advisory lock until the commit, SQLite the write
lock that every transaction of :mod:`vault.database.engine` takes at its beginning. Nothing here goes back to an older
schema: that is what the backup before an upgrade is for.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from vault.database.engine import reading, transaction
from vault.errors import Unavailable

_SCRIPTS = "vault.database:migrations"
# Any fixed number that no other program in this database takes: "vault" in ASCII.
_ADVISORY_LOCK = 0x7661756C74


def migrate(engine: sa.Engine) -> None:
    """Brings the database to this version's schema; one that is there already stays as it is.

    Unavailable ``database.schema`` for a database of a newer version, ``database.unavailable`` if it does not serve.
    """
    with transaction(engine) as tx:
        if tx.dialect.name == "postgresql":
            tx.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
        _refuse_unknown(_revision(tx))
        config = _config()
        config.attributes["connection"] = tx
        command.upgrade(config, "head")


def current_revision(engine: sa.Engine) -> str | None:
    """The database's revision, or None if it was never migrated."""
    with reading(engine) as tx:
        return _revision(tx)


def check_schema(engine: sa.Engine) -> None:
    """Unavailable ``database.schema`` unless the database has exactly this version's schema."""
    found = current_revision(engine)
    needed = _scripts().get_current_head()
    if found != needed:
        raise Unavailable("database.schema", found=found or "none", needed=needed or "none")


def _revision(tx: sa.Connection) -> str | None:
    return MigrationContext.configure(tx).get_current_revision()


def _refuse_unknown(found: str | None) -> None:
    """A revision that this version has not heard of was made by a newer one."""
    scripts = _scripts()
    try:
        scripts.get_revision(found or "base")
    except CommandError as error:
        needed = scripts.get_current_head()
        raise Unavailable("database.schema", found=found or "none", needed=needed or "none") from error


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", _SCRIPTS)
    config.set_main_option("path_separator", "os")
    return config
