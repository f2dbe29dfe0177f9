"""Making exports: by any worker, once, over outages and deaths; and never a file that is not what was ordered."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from keys.primitives import SigningKey
from tests.company import Company
from tests.vault.trail import tampering
from tests.vault.trail.exports.making_exports import (
    ORIGIN,
    content_of,
    made,
    make_all,
    ordered,
    record_of,
    signing_public,
    words,
)
from tests.vault.trail.test_exporting import entries_of
from vault.clock import FixedClock
from vault.database import export_queries
from vault.database.engine import transaction
from vault.database.export_queries import ExportState
from vault.errors import Sealed, Unavailable
from vault.ledger.events import Event
from vault.ledger.export_note import open_export_note
from vault.trail.exports.formats import ExportFormat
from vault.trail.exports.making import CLAIM_SECONDS, MOST_ATTEMPTS, make_next
from vault.trail.own_exports import end_export


def objects(company: Company) -> list[Path]:
    return [path for path in (company.directory / "objects" / "e").rglob("*") if path.is_file()]


def test_made_export_says_so_and_can_be_read(company: Company) -> None:
    """Count, size and digest of the file are in the trail, and the file is that one."""
    export = record_of(company, made(company, ExportFormat.CSV))

    [entry] = entries_of(company, Event.EXPORT_MADE)
    assert export.state is ExportState.DONE
    assert entry.details == {
        "export": export.id,
        "format": "csv",
        "rows": export.rows,
        "bytes": export.file_bytes,
        "sha256": export.sha256.hex(),
    }
    assert len(content_of(company, export.id)) == export.file_bytes


def test_file_is_signed_for_by_the_trail(company: Company) -> None:
    """What the note says is what the row and the order say."""
    export = record_of(company, made(company, ExportFormat.PDF))

    note = open_export_note(export.note, origin=ORIGIN, public=signing_public(company))
    assert (note.file_bytes, note.sha256, note.format) == (export.file_bytes, export.sha256, "pdf")
    assert (note.rows, note.digest, note.size) == (export.rows, export.digest, export.size)


def test_stored_file_holds_no_name_in_clear(company: Company) -> None:
    """Whoever has the store has noise."""
    made(company, ExportFormat.CSV)

    [stored] = objects(company)
    content = stored.read_bytes()
    assert "王晓明".encode() not in content
    assert b"Okafor" not in content


def test_export_that_somebody_holds_is_left_alone_until_the_claim_lapses(company: Company, clock: FixedClock) -> None:
    """Killed in the middle, another worker makes it anew a moment later."""
    export_id = ordered(company)
    now = clock.now()
    with transaction(company.vault.engine) as tx:
        export_queries.claim_export(tx, worker="killed", now=now, until=now + dt.timedelta(seconds=CLAIM_SECONDS))

    assert not make_next(company.vault, words=words(), worker="second")
    clock.advance(dt.timedelta(seconds=CLAIM_SECONDS + 1))
    assert make_next(company.vault, words=words(), worker="second")

    assert record_of(company, export_id).state is ExportState.DONE
    assert record_of(company, export_id).attempts == 2


def test_object_of_an_earlier_try_is_deleted(company: Company, clock: FixedClock) -> None:
    """Killed between the object and its row, nothing is left over."""
    export_id = ordered(company)
    now = clock.now()
    with transaction(company.vault.engine) as tx:
        claimed = export_queries.claim_export(tx, worker="killed", now=now, until=now)
        assert claimed is not None
        export_queries.change_claimed(tx, claimed, now=now, object_key="e/00/killed")
    left = company.directory / "objects" / "e" / "00" / "killed"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"noise")
    clock.advance(dt.timedelta(seconds=1))

    make_all(company, worker="second")

    assert not left.exists()
    assert len(objects(company)) == 1
    assert record_of(company, export_id).state is ExportState.DONE


def test_export_that_brings_workers_down_is_given_up(company: Company, clock: FixedClock) -> None:
    """Instead of for ever; its owner is told."""
    export_id = ordered(company)
    for _ in range(MOST_ATTEMPTS):
        with transaction(company.vault.engine) as tx:
            assert export_queries.claim_export(tx, worker="killed", now=clock.now(), until=clock.now())
        clock.advance(dt.timedelta(seconds=1))

    make_all(company)

    export = record_of(company, export_id)
    assert (export.state, export.fault_code) == (ExportState.FAILED, "export.given_up")
    assert export.wrapped_dek == b""
    assert [entry.code for entry in entries_of(company, Event.EXPORT_FAILED)] == ["export.given_up"]


def test_store_that_is_away_delays_and_counts_for_nothing(company: Company) -> None:
    """A weekend without the store gives nothing up."""
    export_id = ordered(company)
    away = company.directory / "objects"
    away.rename(company.directory / "away")
    for _ in range(MOST_ATTEMPTS + 3):
        with pytest.raises(Unavailable):
            make_next(company.vault, words=words(), worker="tests")

    (company.directory / "away").rename(away)
    make_all(company, worker="another")

    assert record_of(company, export_id).state is ExportState.DONE


def test_sealed_vault_makes_nothing_and_goes_on_later(company: Company) -> None:
    """The order waits."""
    export_id = ordered(company)
    company.vault.keyroom.seal()
    with pytest.raises(Sealed):
        make_next(company.vault, words=words(), worker="tests")

    company.vault.keyroom.unseal()
    make_all(company)

    assert record_of(company, export_id).state is ExportState.DONE


def test_entry_altered_after_the_order_fails_the_export(company: Company) -> None:
    """The file would not be what was ordered; the security officer is told."""
    export_id = ordered(company)
    tampering.alter_leaf(company, 5, b"{}")

    make_all(company)

    export = record_of(company, export_id)
    assert (export.state, export.fault_code) == (ExportState.FAILED, "export.tampered")
    assert len(entries_of(company, Event.OBJECT_TAMPERED)) == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE trail_exports SET person_id = (SELECT id FROM people WHERE login = 'borrower')",
        "UPDATE trail_exports SET query_sealed = wrapped_dek",
        "UPDATE trail_exports SET rows = rows - 1",
        "UPDATE trail_exports SET digest = query_sealed",
    ],
)
def test_row_altered_after_the_order_fails_the_export(company: Company, change: str) -> None:
    """Neither owner nor query nor count can be exchanged in the database."""
    export_id = ordered(company)
    tampering.run(company, change)

    make_all(company)

    assert record_of(company, export_id).state is ExportState.FAILED


def test_export_called_off_is_not_made(company: Company) -> None:
    """Its key is gone at once."""
    export_id = ordered(company)
    end_export(company.vault, company.at_keyboard("auditor"), export_id=export_id)

    assert not make_next(company.vault, words=words(), worker="tests")
    assert record_of(company, export_id).wrapped_dek == b""


def test_file_larger_than_allowed_is_given_up(company: Company) -> None:
    """With the sentence that says so, and nothing left in the store."""
    small = msgspec.structs.replace(company.vault.config.trail, export_max_mib=0)
    config = msgspec.structs.replace(company.vault.config, trail=small)
    company.vault = replace(company.vault, config=config)
    export_id = ordered(company)

    make_all(company)

    assert record_of(company, export_id).fault_code == "export.too_large"
    assert objects(company) == []


def test_note_of_an_older_key_is_known_by_its_own_key_alone(company: Company) -> None:
    """The next key has not signed for it."""
    export = record_of(company, made(company))
    other = SigningKey.generate(company.vault.random)

    with pytest.raises(ValueError, match="another key"):
        open_export_note(export.note, origin=ORIGIN, public=other.public)
