"""The engine: durable settings, writers one by one, readers that see one state, and errors in the vault's own words."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.servers import free_port
from vault.database import engine as engine_module
from vault.database import key_queries
from vault.database.engine import create_engine, reading, running_transaction, transaction
from vault.database.tables.metadata import UtcMillis
from vault.errors import Conflict, InputError, Unavailable

COUNT = sa.text("SELECT count(*) FROM vault_facts")


def count(engine: sa.Engine) -> int:
    with reading(engine) as tx:
        return int(tx.execute(COUNT).scalar_one())


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1), ("temp_store", 2)],
)
def test_sqlite_runs_with_durable_settings(sqlite: sa.Engine, pragma: str, value: str | int) -> None:
    """WAL with synchronous=FULL: NORMAL lost acknowledged commits. Deleted keys are overwritten, no temporary files."""
    with transaction(sqlite) as one, reading(sqlite) as other:  # every connection, not the first alone
        assert one.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value
        assert other.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value


def test_postgresql_compiles_no_statement(postgresql: sa.Engine) -> None:
    """On every connection, also after what was done on it was undone."""
    with pytest.raises(ZeroDivisionError), transaction(postgresql):
        raise ZeroDivisionError
    with transaction(postgresql) as one, reading(postgresql) as other:
        assert one.exec_driver_sql("SHOW jit").scalar_one() == "off"
        assert other.exec_driver_sql("SHOW jit").scalar_one() == "off"


def test_sqlite_transaction_takes_the_write_lock_at_its_beginning(sqlite: sa.Engine) -> None:
    """BEGIN IMMEDIATE: whoever reads in order to write cannot be overtaken in between."""
    path = sqlite.url.database
    assert path is not None
    other = sqlite3.connect(path, timeout=0, isolation_level=None)
    with transaction(sqlite), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()


def test_reader_takes_no_write_lock(sqlite: sa.Engine) -> None:
    """Somebody who searches the trail keeps nobody from opening a document."""
    with reading(sqlite) as tx:
        tx.execute(COUNT)
        with transaction(sqlite) as other:
            key_queries.write_fact(other, "written", "meanwhile")

    assert count(sqlite) == 1


def test_read_and_write_in_one_transaction_loses_no_update(sqlite: sa.Engine) -> None:
    """Eight threads that each read a number and write it back plus one."""
    with transaction(sqlite) as tx:
        key_queries.write_fact(tx, "number", "0")

    def add() -> None:
        for _ in range(5):
            with transaction(sqlite) as tx:
                number = int(key_queries.read_fact(tx, "number") or "0")
                key_queries.write_fact(tx, "number", str(number + 1))

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with reading(sqlite) as tx:
        assert key_queries.read_fact(tx, "number") == "40"


def test_reader_sees_one_state_of_the_database(database: sa.Engine) -> None:
    """Between two statements of a reader others commit, and the reader does not see it."""
    with reading(database) as tx:
        before = tx.execute(COUNT).scalar_one()
        with transaction(database) as other:
            key_queries.write_fact(other, "written", "meanwhile")
        after = tx.execute(COUNT).scalar_one()

    assert before == after == 0
    assert count(database) == 1


def test_writer_sees_what_others_committed(postgresql: sa.Engine) -> None:
    """READ COMMITTED: a conditional update looks at the row as it is, not as it was."""
    with transaction(postgresql) as tx:
        assert tx.execute(COUNT).scalar_one() == 0
        with transaction(postgresql) as other:
            key_queries.write_fact(other, "written", "meanwhile")
        assert tx.execute(COUNT).scalar_one() == 1


def test_what_a_reader_writes_is_not_kept(database: sa.Engine) -> None:
    """PostgreSQL refuses it, SQLite forgets it; neither keeps it."""
    try:
        with reading(database) as tx:
            key_queries.write_fact(tx, "written", "by a reader")
    except Unavailable:
        assert database.dialect.name == "postgresql"

    assert count(database) == 0


def test_connection_that_was_read_with_writes_again(postgresql: sa.Engine) -> None:
    """Reader's settings end with the reading, also when the pool has a single connection."""
    single = create_engine(postgresql.url.render_as_string(hide_password=False), pool_size=1)
    with reading(single) as tx:
        tx.execute(COUNT)
    with transaction(single) as tx:
        key_queries.write_fact(tx, "written", "afterwards")
        assert tx.exec_driver_sql("SHOW transaction_isolation").scalar_one() == "read committed"
        assert tx.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "on"
    single.dispose()

    assert count(postgresql) == 1


def test_error_inside_undoes_the_transaction_and_stays_what_it_is(database: sa.Engine) -> None:
    """A use case's own error is not translated, and nothing of it is kept."""

    def write_and_fail() -> None:
        with transaction(database) as tx:
            key_queries.write_fact(tx, "written", "and undone")
            raise LookupError("of the use case")

    with pytest.raises(LookupError, match="of the use case"):
        write_and_fail()

    assert count(database) == 0


def insert(engine: sa.Engine, **values: object) -> None:
    columns, places = ", ".join(values), ", ".join(f":{name}" for name in values)
    with transaction(engine) as tx:
        tx.execute(sa.text(f"INSERT INTO vault_facts ({columns}) VALUES ({places})"), values)


def test_second_row_with_the_same_key_is_a_conflict(database: sa.Engine) -> None:
    """A constraint that refuses is a state that has moved on."""
    insert(database, name="once", value="a")

    with pytest.raises(Conflict) as refused:
        insert(database, name="once", value="b")

    assert refused.value.code == "database.constraint"


def test_row_that_points_at_nothing_is_a_conflict(database: sa.Engine) -> None:
    """Foreign keys are enforced on both."""
    statement = sa.text("INSERT INTO documents (id, dossier_id, title_sealed, created_at) VALUES ('f', 'd', :title, 0)")

    with pytest.raises(Conflict), transaction(database) as tx:
        tx.execute(statement, {"title": b""})


def test_missing_table_is_a_schema_that_does_not_fit(database_url: str) -> None:
    """A database that was never migrated says so."""
    engine = create_engine(database_url)

    with pytest.raises(Unavailable) as refused, reading(engine) as tx:
        tx.execute(COUNT)

    assert refused.value.code == "database.schema"
    engine.dispose()


def test_text_with_a_zero_byte_is_the_senders_fault(postgresql: sa.Engine) -> None:
    """PostgreSQL cannot hold U+0000: a bad request, not a broken vault."""
    with pytest.raises(InputError):
        insert(postgresql, name="nul\0nul", value="")


def test_text_longer_than_its_column_is_the_senders_fault(postgresql: sa.Engine) -> None:
    """Where a rule forgot to look, the database does, and the answer is still one for the sender."""
    with pytest.raises(InputError):
        insert(postgresql, name="x" * 5000, value="")


def test_database_that_is_locked_too_long_is_unavailable(sqlite: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that never ends gives the others an answer that says: later."""
    monkeypatch.setattr(engine_module, "SQLITE_BUSY_MILLISECONDS", 50)
    impatient = create_engine(str(sqlite.url))

    with transaction(sqlite), pytest.raises(Unavailable), transaction(impatient):
        pass
    with transaction(impatient) as tx:
        key_queries.write_fact(tx, "written", "later")
    impatient.dispose()


def test_damaged_file_is_unavailable(tmp_path: Path) -> None:
    """A file that is no database at all: for the operator, and no stack for anybody."""
    (tmp_path / "vault.db").write_bytes(b"not a database" * 1000)
    engine = create_engine(f"sqlite:///{tmp_path / 'vault.db'}")

    with pytest.raises(Unavailable) as refused, reading(engine) as tx:
        tx.execute(COUNT)

    assert refused.value.code == "database.unavailable"
    engine.dispose()


def test_directory_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    """A volume that was not mounted."""
    engine = create_engine(f"sqlite:///{tmp_path / 'absent' / 'vault.db'}")

    with pytest.raises(Unavailable), transaction(engine):
        pass


def test_full_disk_is_unavailable_and_recovers(sqlite: sa.Engine) -> None:
    """No more room: the change is undone; with room again the next one is kept."""

    def fill() -> None:
        with transaction(sqlite) as tx:
            for number in range(200):
                key_queries.write_fact(tx, f"fact {number}", "x" * 4000)

    def leave_room(pages: int) -> None:
        """A limit of the pool's one connection, like that of a disk."""
        with sqlite.connect() as connection:
            used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count={used + pages}")

    leave_room(10)
    with pytest.raises(Unavailable):
        fill()
    assert count(sqlite) == 0

    leave_room(1_000_000)
    fill()
    assert count(sqlite) == 200


def test_server_that_is_down_is_unavailable() -> None:
    """Nobody listens: at once, not after a driver's own patience."""
    engine = create_engine(f"postgresql://vault@127.0.0.1:{free_port()}/vault")

    with pytest.raises(Unavailable), transaction(engine):
        pass


def test_server_that_drops_a_connection_is_unavailable_once(postgresql: sa.Engine) -> None:
    """A restarted server costs the transactions that were open; the next one gets a new connection."""

    def be_dropped() -> None:
        with transaction(postgresql) as tx, transaction(postgresql) as other:
            backend = tx.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            other.execute(sa.text("SELECT pg_terminate_backend(:backend)"), {"backend": backend})
            key_queries.write_fact(tx, "written", "never")

    with pytest.raises(Unavailable):
        be_dropped()

    assert count(postgresql) == 0


@pytest.mark.parametrize("url", ["mysql://localhost/vault", "oracle://localhost/vault"])
def test_other_databases_are_not_supported(url: str) -> None:
    """Two databases are tested; a third would be a promise that nobody keeps."""
    with pytest.raises(ValueError, match="use sqlite or postgresql"):
        create_engine(url)


def test_times_are_kept_to_the_millisecond_in_utc(database: sa.Engine) -> None:
    """The same moment comes back equal, whatever zone it was given in, and rounds down."""
    shanghai = dt.timezone(dt.timedelta(hours=8))
    moments = [
        dt.datetime(1969, 12, 31, 23, 59, 59, 999_000, tzinfo=dt.UTC),
        dt.datetime(2026, 11, 24, 17, 0, 0, 123_456, tzinfo=shanghai),
        dt.datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=dt.UTC),
    ]
    table = sa.Table("moments", sa.MetaData(), sa.Column("moment", UtcMillis()), sa.Column("n", sa.Integer))
    with transaction(database) as tx:
        table.create(tx)
        for number, moment in enumerate(moments):
            tx.execute(sa.insert(table).values(moment=moment, n=number))
        tx.execute(sa.insert(table).values(moment=None, n=3))

    with reading(database) as tx:
        kept = [row.moment for row in tx.execute(sa.select(table).order_by(table.c.n))]
        later = tx.execute(sa.select(sa.func.count()).where(table.c.moment > moments[0])).scalar_one()
    assert kept == [
        moments[0],
        dt.datetime(2026, 11, 24, 9, 0, 0, 123_000, tzinfo=dt.UTC),
        dt.datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=dt.UTC),
        None,
    ]
    assert all(moment is None or moment.tzinfo is dt.UTC for moment in kept)
    assert later == 2


def test_time_without_a_zone_is_not_stored(database: sa.Engine) -> None:
    """Nobody would know which moment it means."""
    table = sa.Table("moments", sa.MetaData(), sa.Column("moment", UtcMillis()))
    with transaction(database) as tx:
        table.create(tx)

    with pytest.raises(sa.exc.StatementError, match="aware"), transaction(database) as tx:
        tx.execute(sa.insert(table).values(moment=dt.datetime(2026, 11, 24, 9, 0)))  # noqa: DTZ001 - the point


def test_first_connection_waits_for_a_lock_as_every_other_does(tmp_path: Path) -> None:
    """A new file is changed to write-ahead logging while somebody else holds it, as when two processes begin it."""
    path = tmp_path / "new.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE begun (id INTEGER)")
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.5, other.execute, ("COMMIT",))
    release.start()
    engine = create_engine(f"sqlite:///{path}")

    with transaction(engine) as tx:
        tx.execute(sa.text("INSERT INTO begun VALUES (1)"))

    release.join()
    other.close()
    with reading(engine) as tx:
        assert tx.execute(sa.text("PRAGMA journal_mode")).scalar_one() == "wal"
    engine.dispose()


def test_transaction_is_one_thing_until_it_ends_also_within_a_savepoint(sqlite: sa.Engine) -> None:
    """And the next one on the same connection is another."""
    with sqlite.connect() as tx:
        with pytest.raises(ValueError, match="not in a transaction"):
            running_transaction(tx)
        tx.execute(sa.text("SELECT 1"))
        first = running_transaction(tx)
        with tx.begin_nested():
            assert running_transaction(tx) is first
        tx.rollback()
        tx.execute(sa.text("SELECT 1"))
        assert running_transaction(tx) is not first
