"""Key records, service keys and facts as rows, alike on both databases."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from keys.keyring import KekRecord
from keys.model import KeyId, KeyState, KeyVersion
from tests.vault.database.rows import NOW
from vault.database import key_queries
from vault.database.engine import reading, transaction
from vault.database.key_queries import ServiceKeyRecord
from vault.errors import Conflict


def kek(ring: str, version: int) -> KekRecord:
    return KekRecord(ring, KeyId(bytes(16)), KeyVersion(version), KeyState.ACTIVE, bytes(82), 0, "file:/root.key")


def test_key_versions_come_back_by_ring_and_number(database: sa.Engine) -> None:
    """Each once, and in order."""
    with transaction(database) as tx:
        for record in (kek("trail", 1), kek("secret", 2), kek("secret", 1)):
            key_queries.store_key_version(tx, record, root_uri="file:/root.key", now=NOW)

        assert key_queries.list_key_versions(tx) == [kek("secret", 1), kek("secret", 2), kek("trail", 1)]
    with pytest.raises(Conflict), transaction(database) as tx:
        key_queries.store_key_version(tx, kek("trail", 1), root_uri="file:/root.key", now=NOW)


def test_wraps_are_counted_in_the_database_by_version(database: sa.Engine) -> None:
    """Whoever counts at the same time loses nothing: the addition is the database's."""
    with transaction(database) as tx:
        for version in (1, 2):
            key_queries.store_key_version(tx, kek("secret", version), root_uri="file:/root.key", now=NOW)
        key_queries.count_wraps(tx, "secret", version=KeyVersion(1), more=1)
        key_queries.count_wraps(tx, "secret", version=KeyVersion(1), more=2**30)

        assert [record.wraps for record in key_queries.list_key_versions(tx)] == [2**30 + 1, 0]


def test_service_keys_come_back_with_their_public_half(database: sa.Engine) -> None:
    """Or without one, where there is none."""
    keys = [ServiceKeyRecord("marking", b"wrapped", None), ServiceKeyRecord("trail_signing", b"wrapped", bytes(32))]
    with transaction(database) as tx:
        for key in keys:
            key_queries.store_service_key(tx, key, now=NOW)
    with reading(database) as tx:
        assert sorted(key_queries.list_service_keys(tx), key=lambda key: key.name) == keys


def test_fact_is_what_was_written_last(database: sa.Engine) -> None:
    """Written anew or over another; None for what nobody wrote."""
    with transaction(database) as tx:
        assert key_queries.read_fact(tx, "clock") is None
        for value in ("first", "second"):
            key_queries.write_fact(tx, "clock", value)
            assert key_queries.read_fact(tx, "clock") == value
