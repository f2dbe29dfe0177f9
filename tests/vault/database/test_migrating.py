"""The schema's history: it ends where the tables are, on both databases, whoever else migrates at the same time."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

from keys.model import KeyId, KeyVersion, Secret
from keys.wrapping import WrappingKey
from vault.database import request_queries
from vault.database.engine import create_engine, reading, transaction
from vault.database.migrating import check_schema, current_revision, migrate
from vault.database.tables.metadata import metadata
from vault.errors import Unavailable
from vault.filing.dossier_keys import FIRST_NUMBER, DossierKey
from vault.model import DossierId, Reason, ReasonCategory, RequestId
from vault.policy.granting import GrantKind
from vault.requests.asking import open_reason

NEWEST = "0025"
MIGRATE = (
    "import sys; from vault.database.engine import create_engine; from vault.database.migrating import migrate; "
    "print('ready', flush=True); sys.stdin.readline(); migrate(create_engine(sys.argv[1]))"
)


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


def set_revision(engine: sa.Engine, revision: str) -> None:
    with transaction(engine) as tx:
        tx.execute(sa.text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


def test_migrated_database_equals_the_tables(engine: sa.Engine) -> None:
    """Alembic finds no difference between what the revisions made and what the queries rest on."""
    migrate(engine)

    with engine.connect() as connection:
        # Of SQLite Alembic reads no empty default right; the next test compares those to the letter.
        options = {"compare_type": True, "compare_server_default": connection.dialect.name == "postgresql"}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_revisions_and_tables_give_the_same_statements(tmp_path: Path) -> None:
    """SQLite keeps every CREATE statement: with the names of all constraints, both ways give the very same ones."""
    migrated = create_engine(f"sqlite:///{tmp_path / 'migrated.db'}")
    created = create_engine(f"sqlite:///{tmp_path / 'created.db'}")

    migrate(migrated)
    with transaction(created) as tx:
        metadata.create_all(tx)

    assert statements(migrated) == statements(created)
    migrated.dispose()
    created.dispose()


def statements(engine: sa.Engine) -> dict[str, set[str]]:
    """By name of table or index, the parts of its CREATE statement: columns that were added later stand at its end."""
    query = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%'"
    with engine.connect() as connection:
        rows = connection.execute(sa.text(query)).all()
    return {name: parts_of(sql) for name, sql in rows}


def parts_of(statement: str) -> set[str]:
    """What stands before the outer parentheses, and each of their parts."""
    head, _, body = statement.partition("(")
    parts, depth = [""], 0
    for mark in body.rpartition(")")[0]:
        depth += {"(": 1, ")": -1}.get(mark, 0)
        if mark == "," and not depth:
            parts.append("")
        else:
            parts[-1] += mark
    return {" ".join(part.split()) for part in (head, *parts)}


def test_new_database_has_no_revision(engine: sa.Engine) -> None:
    """A database that was never migrated says so instead of failing."""
    assert current_revision(engine) is None


def test_migrated_database_has_the_newest_revision(engine: sa.Engine) -> None:
    """After migrating, the revision is the newest one and the check lets the vault start."""
    migrate(engine)

    assert current_revision(engine) == NEWEST
    check_schema(engine)


def test_migrating_again_keeps_what_is_stored(engine: sa.Engine) -> None:
    """A second migration finds nothing to do and touches no row."""
    migrate(engine)
    with transaction(engine) as tx:
        tx.execute(sa.insert(metadata.tables["vault_facts"]).values(name="kept", value="yes"))

    migrate(engine)

    with engine.connect() as connection:
        assert connection.execute(sa.select(metadata.tables["vault_facts"].c.value)).scalar_one() == "yes"


def test_new_database_does_not_pass_the_check(engine: sa.Engine) -> None:
    """A vault does not start on a database without its tables."""
    with pytest.raises(Unavailable) as refused:
        check_schema(engine)

    assert refused.value.code == "database.schema"
    assert refused.value.params == {"found": "none", "needed": NEWEST}


@pytest.mark.parametrize("action", [check_schema, migrate])
def test_database_of_a_newer_version_is_refused(engine: sa.Engine, action: object) -> None:
    """An older program neither runs on a newer schema nor changes it."""
    migrate(engine)
    set_revision(engine, "9999")

    with pytest.raises(Unavailable) as refused:
        action(engine)  # type: ignore[operator]

    assert refused.value.code == "database.schema"
    assert current_revision(engine) == "9999"


def test_failed_migration_leaves_nothing(engine: sa.Engine) -> None:
    """A table in the way stops the migration, and the tables made before it are gone again."""
    with transaction(engine) as tx:
        tx.execute(sa.text("CREATE TABLE trail_search (position INTEGER)"))

    with pytest.raises(Unavailable):
        migrate(engine)

    assert current_revision(engine) is None
    assert sa.inspect(engine).get_table_names() == ["trail_search"]


def test_two_processes_migrating_at_once_both_succeed(database_url: str, engine: sa.Engine) -> None:
    """Two nodes that start together leave one complete schema, and neither fails."""
    nodes = [
        subprocess.Popen(
            [sys.executable, "-c", MIGRATE, database_url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    for node in nodes:
        assert node.stdout is not None
        assert node.stdout.readline() == "ready\n"

    for node in nodes:
        assert node.stdin is not None
        node.stdin.write("\n")
        node.stdin.flush()
    for node in nodes:
        node.communicate(timeout=60)

    assert [node.returncode for node in nodes] == [0, 0]
    check_schema(engine)


SECRET, DOSSIER = Secret(bytes(32)), DossierId("d1")


def migrate_to(engine: sa.Engine, revision: str) -> None:
    """As a program of that time did."""
    config = Config()
    config.set_main_option("script_location", "vault.database:migrations")
    config.set_main_option("path_separator", "os")
    with transaction(engine) as tx:
        config.attributes["connection"] = tx
        command.upgrade(config, revision)


def insert(engine: sa.Engine, table: str, **values: object) -> None:
    """A row of the table as it is in the database now; whatever must be there and is not given is empty."""
    with transaction(engine) as tx:
        found = sa.Table(table, sa.MetaData(), autoload_with=tx)
        for column in found.columns:
            if column.name not in values and not column.nullable and column.server_default is None:
                kinds = {sa.LargeBinary: b"", sa.String: "", sa.Text: ""}
                values[column.name] = next((v for k, v in kinds.items() if isinstance(column.type, k)), 0)
        tx.execute(sa.insert(found).values(values))


def old_request(engine: sa.Engine, key: DossierKey, request_id: str, **values: object) -> None:
    """A request for views as it was kept then, with words that open."""
    reason = msgspec.json.encode(Reason(ReasonCategory.OFFER, f"Why {request_id}", "C-1")).decode()
    sealed = key.seal_field("request_reason", reason, owner=request_id, random=bytes)
    shared = {"requester_id": "p1", "document_id": "f1", "views_asked": 3, "views_granted": 0, "state": "open"}
    times = {"asked_at": 1_000, "lapses_at": 9_000}
    insert(engine, "view_requests", **(shared | times | values), id=request_id, reason_sealed=sealed)


def test_requests_for_views_of_an_old_vault_come_along_with_their_words_and_decisions(engine: sa.Engine) -> None:
    """Open, decided either way, and lapsed; a note that was sealed for the request is opened for its decision."""
    migrate_to(engine, "0018")
    for person in ("p1", "p2"):
        insert(engine, "people", id=person, login=person, staff_number=person)
    insert(engine, "dossiers", id=DOSSIER, reference="D-1", created_by="p2")
    insert(engine, "documents", id="f1", dossier_id=DOSSIER)
    wrapping = WrappingKey(KeyId(bytes(16)), KeyVersion(FIRST_NUMBER), SECRET)
    key = DossierKey(DOSSIER, FIRST_NUMBER, wrapping, SECRET)
    decided = {"decided_by": "p2", "decided_at": 5_000}
    note = key.seal_field("decision_note", "One is enough", owner="r2", random=bytes)
    old_request(engine, key, "r1")
    old_request(engine, key, "r2", state="approved", views_granted=1, decision_sealed=note, **decided)
    old_request(engine, key, "r3", state="refused", **decided)
    old_request(engine, key, "r4", state="lapsed", decided_at=9_000)

    migrate(engine)

    assert "view_requests" not in sa.inspect(engine).get_table_names()
    with reading(engine) as tx:
        found = {name: request_queries.load_request(tx, name) for name in ("r1", "r2", "r3", "r4")}
        decisions = request_queries.decisions_of(tx, [RequestId(name) for name in found])
    moved = {name: request for name, request in found.items() if request is not None}
    assert {name: (each.state.value, each.asked, each.granted) for name, each in moved.items()} == {
        "r1": ("open", 3, 0),
        "r2": ("approved", 3, 1),
        "r3": ("refused", 3, 0),
        "r4": ("lapsed", 3, 0),
    }
    assert {(each.kind, each.dossier_id, each.document_id, each.requester_id) for each in moved.values()} == {
        (GrantKind.VIEWS, DOSSIER, "f1", "p1")
    }
    assert [open_reason(key, each).text for each in moved.values()] == ["Why r1", "Why r2", "Why r3", "Why r4"]
    [approval], [refusal] = decisions[RequestId("r2")], decisions[RequestId("r3")]
    assert (approval.approved, approval.amount, approval.decider_id) == (True, 1, "p2")
    assert approval.note_sealed is not None
    assert key.open_field("decision_note", approval.note_sealed, owner=approval.id) == "One is enough"
    assert (refusal.approved, refusal.amount, refusal.note_sealed) == (False, 0, None)
    assert decisions[RequestId("r1")] == decisions[RequestId("r4")] == []
