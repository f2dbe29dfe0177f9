"""The end of exports: no file outlives its days, its key goes first, and nothing is left in the store."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.company import Company
from tests.vault.trail.exports.making_exports import made, ordered, record_of
from tests.vault.trail.test_exporting import entries_of
from vault.clock import FixedClock
from vault.database import export_queries
from vault.database.engine import reading
from vault.database.export_queries import ExportState
from vault.errors import Conflict, Unavailable
from vault.ledger.events import Event
from vault.trail.exports.expiring import KEPT_DAYS, end_exports
from vault.trail.own_exports import end_export, list_exports
from vault.worker.sweeping import remove_unknown_objects, sweep

WEEK = dt.timedelta(days=7)


def objects(company: Company) -> list[Path]:
    return [path for path in (company.directory / "objects" / "e").rglob("*") if path.is_file()]


def test_file_lies_for_its_days_and_is_swept_afterwards(company: Company, clock: FixedClock) -> None:
    """The key with it; the trail says so."""
    export_id = made(company)
    clock.advance(WEEK - dt.timedelta(seconds=1))
    assert sweep(company.vault).exports_ended == 0
    clock.advance(dt.timedelta(seconds=1))

    sweep(company.vault)

    export = record_of(company, export_id)
    assert (export.state, export.wrapped_dek, export.query_sealed) == (ExportState.REMOVED, b"", b"")
    assert objects(company) == []
    [entry] = entries_of(company, Event.EXPORT_REMOVED)
    assert (entry.code, entry.details["export"]) == ("expired", export_id)


def test_removed_file_is_gone_for_good_before_the_store_is_asked(company: Company) -> None:
    """A store that is away keeps noise and nothing else."""
    export_id = made(company)
    away = company.directory / "objects"
    away.rename(company.directory / "away")

    end_export(company.vault, company.at_keyboard("auditor"), export_id=export_id)

    assert record_of(company, export_id).wrapped_dek == b""
    with pytest.raises(Unavailable):
        end_exports(company.vault)
    (company.directory / "away").rename(away)
    end_exports(company.vault)
    assert objects(company) == []


def test_what_has_ended_cannot_be_ended_again(company: Company) -> None:
    """Once is one entry."""
    export_id, auditor = ordered(company), company.at_keyboard("auditor")
    end_export(company.vault, auditor, export_id=export_id)

    with pytest.raises(Conflict, match=r"export\.ended"):
        end_export(company.vault, auditor, export_id=export_id)

    [entry] = entries_of(company, Event.EXPORT_CANCELLED)
    assert entry.actor_id == auditor.person_id


def test_ended_export_is_shown_for_a_while_and_then_forgotten(company: Company, clock: FixedClock) -> None:
    """The trail keeps what was done."""
    made(company)
    clock.advance(WEEK)
    sweep(company.vault)
    assert len(list_exports(company.vault, company.at_keyboard("auditor"))) == 1

    clock.advance(dt.timedelta(days=KEPT_DAYS, seconds=1))
    sweep(company.vault)

    assert list_exports(company.vault, company.at_keyboard("auditor")) == []


def test_collecting_leaves_known_files_and_takes_unknown_ones(company: Company, clock: FixedClock) -> None:
    """An object that a killed worker has left is found by its age."""
    made(company)
    [known] = objects(company)
    unknown = company.directory / "objects" / "e" / "00" / "unknown"
    unknown.parent.mkdir(parents=True, exist_ok=True)
    unknown.write_bytes(b"noise")
    clock.advance(dt.timedelta(days=500))

    removed = remove_unknown_objects(company.vault)

    assert removed == ["e/00/unknown"]
    assert known.exists()


def test_no_row_keeps_a_key_once_it_has_ended(company: Company, clock: FixedClock) -> None:
    """So none is counted when a key of the trail's ring is to be destroyed."""
    made(company)
    with reading(company.vault.engine) as tx:
        assert len(export_queries.wrapped_export_keys(tx)) == 1
    clock.advance(WEEK)
    sweep(company.vault)

    with reading(company.vault.engine) as tx:
        assert export_queries.wrapped_export_keys(tx) == []
