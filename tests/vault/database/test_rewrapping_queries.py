"""The wrapped keys of many dossiers, read, counted and rewritten alike on both databases."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.vault.database.rows import DOSSIER, NOW, dossier, store_ground
from vault.database import dossier_queries, rewrapping_queries
from vault.database.engine import reading, transaction
from vault.database.rewrapping_queries import NamedVersion
from vault.database.tables.dossiers import dossiers

OLD, NEW = b"\x01\x01old ", b"\x01\x01new "
CLASS = "secret"


@pytest.fixture
def ground(database: sa.Engine) -> sa.Engine:
    with transaction(database) as tx:
        store_ground(tx)
    return database


def store(tx: sa.Connection, number: int, **values: object) -> None:
    """A dossier as it is later in its life."""
    dossier_queries.store_dossier(tx, dossier(number))
    if values:
        tx.execute(sa.update(dossiers).where(dossiers.c.id == f"d-{number}").values(**values))


def keys(tx: sa.Connection) -> dict[str, tuple[bytes, bytes | None]]:
    rows = tx.execute(sa.select(dossiers.c.id, dossiers.c.wrapped_key, dossiers.c.next_wrapped_key))
    return {row.id: (row.wrapped_key, row.next_wrapped_key) for row in rows}


def renewed(dossier_id: str, wrapped: bytes) -> bytes:
    return NEW + dossier_id.encode() + wrapped[len(OLD) :]


def test_keys_under_a_version_are_counted_with_what_may_be_any_versions(ground: sa.Engine) -> None:
    """Key and next key by how they begin; another form or length counts too; other classes and shredded ones do not."""
    begin, record = b"\x01\x01first", b"\x01\x01first and the rest"
    kept = {
        2: {"wrapped_key": record},
        3: {"wrapped_key": record, "next_wrapped_key": record},
        4: {"wrapped_key": b"\x01\x01other and the rest"},
        5: {"wrapped_key": b"\x01\x01other and the rest", "next_wrapped_key": record},
        6: {"wrapped_key": b"\x02\x01other and the rest"},
        7: {"wrapped_key": b"\x01\x01other and too long by some"},
        8: {"wrapped_key": record, "classification": "secret"},
        9: {"wrapped_key": record, "shredded_at": NOW},
    }
    with transaction(ground) as tx:
        for number, values in kept.items():
            store(tx, number, **values)
        tx.execute(sa.update(dossiers).where(dossiers.c.id == DOSSIER).values(classification="public"))

    with reading(ground) as tx:
        versions = [NamedVersion("confidential", begin), NamedVersion("secret", begin), NamedVersion("internal", begin)]
        counted = rewrapping_queries.count_keys_under(tx, versions, form=b"\x01\x01", length=len(record))
        assert rewrapping_queries.count_keys_under(tx, [], form=b"\x01\x01", length=len(record)) == []

    # confidential: dossiers 2, 3 (both keys), 5 (the next one), 6 and 7; secret: dossier 8
    assert counted == [1 + 2 + 1 + 1 + 1, 1, 0]


def test_only_what_is_under_an_old_version_is_rewritten(ground: sa.Engine) -> None:
    """Key and next key, each with its dossier's id; not what is new already, of another class, or shredded."""
    with transaction(ground) as tx:
        store(tx, 2, classification=CLASS, wrapped_key=OLD + b"2")
        store(tx, 3, classification=CLASS, wrapped_key=OLD + b"3", next_wrapped_key=OLD + b"3'")
        store(tx, 4, classification=CLASS, wrapped_key=NEW + b"4", next_wrapped_key=OLD + b"4'")
        store(tx, 5, classification=CLASS, wrapped_key=NEW + b"5")
        store(tx, 6, classification="internal", wrapped_key=OLD + b"6")
        store(tx, 7, classification=CLASS, wrapped_key=OLD + b"7", shredded_at=NOW)

    with transaction(ground) as tx:
        batch = rewrapping_queries.rewrap_after(tx, CLASS, after="", limit=10, begin=NEW, rewrap=renewed)

    assert (batch.seen, batch.changed, batch.is_last) == (4, 4, True)
    with reading(ground) as tx:
        found = keys(tx)
    assert found["d-2"] == (NEW + b"d-22", None)
    assert found["d-3"] == (NEW + b"d-33", NEW + b"d-33'")
    assert found["d-4"] == (NEW + b"4", NEW + b"d-44'")
    assert found["d-5"] == (NEW + b"5", None)
    assert found["d-6"] == (OLD + b"6", None)
    assert found["d-7"] == (OLD + b"7", None)


def test_batches_follow_one_another_by_their_cursor(ground: sa.Engine) -> None:
    """Each dossier once, in the order of references; the last batch says that it is."""
    with transaction(ground) as tx:
        for number in range(2, 7):
            store(tx, number, classification=CLASS, wrapped_key=OLD + b"key")
    met: list[str] = []

    def meet(dossier_id: str, wrapped: bytes) -> bytes:
        met.append(dossier_id)
        return renewed(dossier_id, wrapped)

    cursor, ends = "", []
    while not ends or not ends[-1]:
        with transaction(ground) as tx:
            batch = rewrapping_queries.rewrap_after(tx, CLASS, after=cursor, limit=2, begin=NEW, rewrap=meet)
        cursor = batch.cursor
        ends.append(batch.is_last)

    assert met == ["d-2", "d-3", "d-4", "d-5", "d-6"]
    assert ends == [False, False, True]


def test_key_that_cannot_be_rewrapped_stays_and_is_not_counted(ground: sa.Engine) -> None:
    """It is for a person; the others go on."""
    with transaction(ground) as tx:
        store(tx, 2, classification=CLASS, wrapped_key=OLD + b"damaged")
        store(tx, 3, classification=CLASS, wrapped_key=OLD + b"good")

    with transaction(ground) as tx:
        batch = rewrapping_queries.rewrap_after(
            tx,
            CLASS,
            after="",
            limit=10,
            begin=NEW,
            rewrap=lambda of, wrapped: None if wrapped.endswith(b"damaged") else renewed(of, wrapped),
        )

    assert (batch.seen, batch.changed) == (2, 1)
    with reading(ground) as tx:
        assert keys(tx)["d-2"] == (OLD + b"damaged", None)


def test_error_of_the_rewrapping_is_told_as_it_is_and_nothing_kept(ground: sa.Engine) -> None:
    """A sealed keyring in the middle of a batch is no fault of the database."""
    with transaction(ground) as tx:
        store(tx, 2, classification=CLASS, wrapped_key=OLD + b"2")
        store(tx, 3, classification=CLASS, wrapped_key=OLD + b"3")

    def fail_at_the_second(dossier_id: str, wrapped: bytes) -> bytes:
        if dossier_id == "d-3":
            raise LookupError(dossier_id)
        return renewed(dossier_id, wrapped)

    with pytest.raises(LookupError), transaction(ground) as tx:
        rewrapping_queries.rewrap_after(tx, CLASS, after="", limit=10, begin=NEW, rewrap=fail_at_the_second)

    with reading(ground) as tx:
        assert keys(tx)["d-2"] == (OLD + b"2", None)
        assert keys(tx)[DOSSIER][0] == dossier().wrapped_key


def test_end_of_a_class_is_the_end_of_the_work(ground: sa.Engine) -> None:
    """Nothing after the cursor: nothing seen, and the cursor stays."""
    with transaction(ground) as tx:
        batch = rewrapping_queries.rewrap_after(tx, "public", after="D9", limit=10, begin=NEW, rewrap=renewed)

    assert batch == (0, 0, "D9", True)
