"""The sweep: what time or a crash has left is ended, returned or collected, once, and nothing else is touched."""

from __future__ import annotations

import datetime as dt
import io
import os
import shutil
from pathlib import Path
from typing import BinaryIO

import pytest
import sqlalchemy as sa

from tests.attacks.observing import quota, trail
from tests.company import PASSWORD, REASON, Company
from tests.faults.invariants import check_invariants
from tests.vault.filing.together import at_once
from vault.access.opening import OpenedView, open_view
from vault.clock import FixedClock
from vault.database import key_queries, view_queries
from vault.database.engine import reading, transaction
from vault.database.view_queries import ViewRecord
from vault.errors import NotSignedIn, Unavailable, VaultError
from vault.filing.content import FileContent
from vault.filing.documents import submit_document
from vault.ledger.events import Event
from vault.model import Actor
from vault.people.signing_in import resume_session
from vault.storage.port import ObjectKey
from vault.worker.sweeping import (
    HIGH_WATER_FACT,
    OBJECT_GRACE_HOURS,
    UNKEYED_SECONDS,
    UPLOAD_GRACE_HOURS,
    SweepReport,
    keep_high_water_mark,
    remove_unknown_objects,
    sweep,
)

NOTHING = SweepReport(*[0] * 14)
MOMENT = dt.timedelta(milliseconds=1)
LEASE = dt.timedelta(minutes=15)
UPLOAD_GRACE = dt.timedelta(hours=UPLOAD_GRACE_HOURS)
NODES = 4


def open_by(company: Company, actor: Actor, *, key: str = "click") -> OpenedView:
    return open_view(
        company.vault,
        actor,
        document_id=company.document_id,
        reason=REASON,
        declared_place="",
        idempotency_key=key,
    )


def view_of(company: Company, view_id: str) -> ViewRecord:
    with reading(company.vault.engine) as tx:
        found = view_queries.load_view(tx, view_id)
    assert found is not None
    return found


def cut_off_view(company: Company, actor: Actor) -> str:
    """A view whose opening ended between its trail entry and its key: the root of its dossier does not open."""
    with transaction(company.vault.engine) as tx:
        tx.execute(sa.text("CREATE TABLE away AS SELECT * FROM sealed_objects"))
    opened = open_by(company, actor)
    with transaction(company.vault.engine) as tx:
        tx.execute(sa.text("UPDATE views SET wrapped_key = NULL"))
        tx.execute(sa.text("DROP TABLE away"))
    return opened.view_id


def rows(company: Company, table: str) -> int:
    with reading(company.vault.engine) as tx:
        return int(tx.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one())


def holds(company: Company) -> None:
    company.sequence()
    check_invariants(company.vault, spool=company.directory / "spool", canaries=(PASSWORD.encode(),))


def test_nothing_to_do_changes_nothing(company: Company) -> None:
    """Not an entry, not a row."""
    sweep(company.vault)
    before = len(trail(company))

    report = sweep(company.vault)

    assert report == NOTHING
    assert not report.did_something
    assert len(trail(company)) == before


def test_view_ends_when_its_lease_does(company: Company, clock: FixedClock) -> None:
    """Not a moment before; its key is deleted, its end recorded once."""
    view_id = open_by(company, company.signed_in("borrower")).view_id
    clock.advance(LEASE - MOMENT)
    assert sweep(company.vault).views_expired == 0
    clock.advance(MOMENT)
    assert sweep(company.vault).views_expired == 1
    assert sweep(company.vault) == NOTHING

    view = view_of(company, view_id)
    assert (view.ended_at, view.end_cause, view.wrapped_key) == (clock.now(), "expired", None)
    assert [entry.fact("view") for entry in trail(company, Event.VIEW_ENDED)] == [view_id]
    holds(company)


def test_opening_that_was_cut_off_is_given_back(company: Company, clock: FixedClock) -> None:
    """After a minute, with both facts recorded; the same click then opens anew."""
    actor = company.signed_in("borrower")
    view_id = cut_off_view(company, actor)
    clock.advance(dt.timedelta(seconds=UNKEYED_SECONDS))
    assert sweep(company.vault).views_returned == 0
    clock.advance(MOMENT)
    assert sweep(company.vault).views_returned == 1

    assert quota(company).used == 0
    assert view_of(company, view_id).claim_returned
    again = open_by(company, actor)
    assert again.view_id != view_id
    assert again.number == 1
    assert quota(company).used == 1


def test_session_ends_when_idle_with_its_views(company: Company, clock: FixedClock) -> None:
    """Without anybody asking for anything."""
    session = company.session("borrower")
    clock.advance(dt.timedelta(minutes=company.vault.config.sessions.idle_minutes) - dt.timedelta(minutes=1))
    open_by(company, session.actor)
    clock.advance(dt.timedelta(minutes=2))

    assert sweep(company.vault).sessions_ended >= 1
    assert sweep(company.vault).sessions_ended == 0
    with pytest.raises(NotSignedIn):
        resume_session(company.vault, token=session.token, place=session.actor.place)
    [ended] = trail(company, Event.VIEW_ENDED)
    assert ended.fact("code") == "session"
    holds(company)


def test_upload_that_never_finished_is_forgotten(company: Company, clock: FixedClock) -> None:
    """Its object, its intent and its document, after the grace and not before."""
    before = rows(company, "documents"), rows(company, "document_versions"), rows(company, "sealed_objects")
    _leave_unfinished(company)
    clock.advance(UPLOAD_GRACE)
    report = sweep(company.vault)
    assert (report.objects_removed, report.uploads_forgotten) == (0, 0)
    clock.advance(MOMENT)
    report = sweep(company.vault)

    assert (report.objects_removed, report.uploads_forgotten) == (1, 1)
    assert (rows(company, "documents"), rows(company, "document_versions"), rows(company, "sealed_objects")) == before
    holds(company)


def test_upload_that_was_tried_again_is_not_forgotten(company: Company, clock: FixedClock) -> None:
    """Only the object of the first try goes."""
    _leave_unfinished(company)
    clock.advance(UPLOAD_GRACE)
    _leave_unfinished(company)
    clock.advance(dt.timedelta(hours=1))
    report = sweep(company.vault)

    assert (report.objects_removed, report.uploads_forgotten) == (1, 0)
    assert company.submit("custodian", b"the upload\n", key="upload").version == 1
    holds(company)


def test_upload_slower_than_the_grace_is_told_and_leaves_nothing(company: Company, clock: FixedClock) -> None:
    """The sweep comes while the bytes are on their way: no row may be left that points at what it removes."""

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            clock.advance(UPLOAD_GRACE)
            sweep(company.vault)
            return super().read(size)

    content = FileContent(Slow(b"the upload\n"), 11)
    with pytest.raises(VaultError, match=r"intake\.abandoned"):
        submit_document(
            company.vault,
            company.at_keyboard("custodian"),
            dossier_id=company.dossier_id,
            document_id=None,
            file_name="upload.txt",
            content=content,
            submission_key="upload",
        )
    assert rows(company, "document_versions") == 1
    [unknown] = {found.key for found in company.vault.store.list_objects("o/")} - _known_keys(company)
    _grow_old(company, company.directory / "objects" / unknown)
    assert remove_unknown_objects(company.vault) == [unknown]
    holds(company)


def test_store_that_is_away_keeps_no_view_open(company: Company, clock: FixedClock) -> None:
    """What needs only the database is done; the rest is done when the store is back."""
    view_id = open_by(company, company.signed_in("borrower")).view_id
    _leave_unfinished(company)
    objects, away = company.directory / "objects", company.directory / "away"
    clock.advance(UPLOAD_GRACE + MOMENT)
    objects.rename(away)
    with pytest.raises(Unavailable):
        sweep(company.vault)
    assert view_of(company, view_id).ended_at is not None
    away.rename(objects)

    assert sweep(company.vault).objects_removed == 1
    holds(company)


def test_high_water_mark_never_goes_back(company: Company, clock: FixedClock) -> None:
    """Whatever the clock does."""
    keep_high_water_mark(company.vault)
    highest = clock.now()
    clock.advance(-dt.timedelta(days=3))
    keep_high_water_mark(company.vault)
    assert _mark(company) == highest
    clock.advance(dt.timedelta(days=4))
    keep_high_water_mark(company.vault)
    assert _mark(company) == clock.now()


def test_sweeps_of_many_nodes_end_each_thing_once(any_company: Company) -> None:
    """At the same moment, on both databases."""
    company = any_company
    clock = company.vault.clock
    assert isinstance(clock, FixedClock)
    open_by(company, company.signed_in("borrower"))
    open_by(company, company.signed_in("other"), key="other")
    _leave_unfinished(company)
    clock.advance(dt.timedelta(hours=UPLOAD_GRACE_HOURS + 10))

    answers = at_once([lambda: sweep(company.vault)] * NODES)

    assert not [answer for answer in answers if isinstance(answer, VaultError)]
    assert len(trail(company, Event.VIEW_ENDED)) == 2
    assert len({entry.fact("view") for entry in trail(company, Event.VIEW_ENDED)}) == 2
    holds(company)


def test_collection_takes_only_what_is_old_unknown_and_the_vaults_own(company: Company) -> None:
    """Young objects may be on their way; a bucket may hold what is somebody else's; rows are believed."""
    store, root = company.vault.store, company.directory / "objects"
    for key in ("o/aa/old", "o/aa/young", "probe/old", "theirs/old"):
        store.put(ObjectKey(key), io.BytesIO(b"x"), size=1)
    for path in root.rglob("*"):
        if path.is_file() and path.name != "young":
            _grow_old(company, path)

    assert sorted(remove_unknown_objects(company.vault)) == ["o/aa/old", "probe/old"]
    assert store.stat(ObjectKey("theirs/old")).size == 1
    store.delete(ObjectKey("o/aa/young"))
    holds(company)


def test_collection_from_a_store_that_is_away_takes_nothing(company: Company) -> None:
    """And says so."""
    shutil.move(company.directory / "objects", company.directory / "away")
    with pytest.raises(Unavailable):
        remove_unknown_objects(company.vault)


def _leave_unfinished(company: Company) -> None:
    """An upload whose store takes the bytes and then fails, so that intent and object stay behind."""
    root: Path = company.directory / "objects"
    before = {path for path in root.rglob("*") if path.is_file()}

    class Failing(io.BytesIO):
        passes = 0

        def seek(self, *arguments: int) -> int:
            self.passes += 1
            return super().seek(*arguments)

        def read(self, size: int | None = -1, /) -> bytes:
            if self.passes > 1:  # the first pass finds out what it is, the second one is sealed
                raise Unavailable("store.unavailable")
            return super().read(size)

    file: BinaryIO = Failing(b"the upload\n")
    with pytest.raises(Unavailable):
        submit_document(
            company.vault,
            company.at_keyboard("custodian"),
            dossier_id=company.dossier_id,
            document_id=None,
            file_name="upload.txt",
            content=FileContent(file, 11),
            submission_key="upload",
        )
    assert {path for path in root.rglob("*") if path.is_file()} == before


def _known_keys(company: Company) -> set[str]:
    with reading(company.vault.engine) as tx:
        return set(tx.execute(sa.text("SELECT object_key FROM sealed_objects")).scalars())


def _grow_old(company: Company, path: Path) -> None:
    """The file was written before the grace, by the vault's clock."""
    then = company.vault.clock.now().timestamp() - (OBJECT_GRACE_HOURS + 1) * 3600
    os.utime(path, (then, then))


def _mark(company: Company) -> dt.datetime:
    with reading(company.vault.engine) as tx:
        stored = key_queries.read_fact(tx, HIGH_WATER_FACT)
    assert stored is not None
    return dt.datetime.fromisoformat(stored)
