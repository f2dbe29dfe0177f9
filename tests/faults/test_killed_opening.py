"""kill -9 at every step of opening a view, of reading a page of it, and of ending it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.company import CANARY, REASON, Company
from tests.faults.children import Perform
from tests.faults.conftest import ArenaOf
from tests.faults.effects import Effects
from tests.faults.invariants import Acknowledged
from tests.faults.recovery import AFTER_OPENING_GRACE, AT_ONCE, check, child_vault, restarted, work_once
from vault.access.ending import end_view
from vault.access.opening import OpenedView, open_view
from vault.access.reading import read_page, read_page_text
from vault.database.engine import reading
from vault.database.view_queries import QuotaKey, ViewRecord, load_view, quota_state
from vault.errors import LeaseEnded
from vault.ledger.events import Event
from vault.model import Actor, DocumentId
from vault.runtime import Vault

KEY = "the same click"


def reader(company: Company) -> tuple[Actor, str]:
    """A borrower who has just signed in, and the document."""
    return company.signed_in("borrower"), company.document_id


def reader_with_view(company: Company) -> tuple[Actor, str, str]:
    """The same, with the document open."""
    actor, document_id = reader(company)
    return actor, document_id, open_by(company.vault, actor, document_id).view_id


def open_by(vault: Vault, actor: Actor, document_id: str, *, key: str = KEY) -> OpenedView:
    return open_view(vault, actor, document_id=document_id, reason=REASON, declared_place="", idempotency_key=key)


def opening(actor: Actor, document_id: str) -> Perform:
    """What the child does."""

    def perform(ground: Path, effects: Effects) -> Iterator[Acknowledged]:
        opened = open_by(child_vault(ground, effects), actor, document_id)
        yield Acknowledged(Event.VIEW_OPENED, opened.view_id)
        yield Acknowledged(Event.VIEW_KEYED, opened.view_id)

    return perform


def used(company: Company, actor: Actor, document_id: str) -> int:
    with reading(company.vault.engine) as tx:
        return quota_state(tx, QuotaKey(actor.person_id, DocumentId(document_id), 0)).used


def stored_view(company: Company, view_id: str) -> ViewRecord:
    with reading(company.vault.engine) as tx:
        found = load_view(tx, view_id)
    assert found is not None
    return found


@pytest.mark.parametrize("later", [AT_ONCE, AFTER_OPENING_GRACE], ids=["at once", "after the sweep"])
def test_killed_opening_costs_one_view_however_often_it_is_repeated(
    arena_of: ArenaOf[tuple[Actor, str]], later: dt.timedelta
) -> None:
    """The same click after a restart opens the document, and exactly one view is used."""
    arena = arena_of(reader)
    actor, document_id = arena.prepared
    for ended in arena.killed(opening(actor, document_id)):
        with restarted(ended.ground, later=later) as company:
            if later != AT_ONCE:
                work_once(company)
            again = open_by(company.vault, actor, document_id)
            assert CANARY in read_page_text(company.vault, actor, view_id=again.view_id, page_number=1), ended.place
            assert open_by(company.vault, actor, document_id).view_id == again.view_id
            assert used(company, actor, document_id) == 1, ended.place
            work_once(company)
            check(company, ended)


def test_killed_reading_delivers_no_unrecorded_page_and_goes_on(
    arena_of: ArenaOf[tuple[Actor, str, str]],
) -> None:
    """Whatever page had been given out is in the trail, and the same page comes again within the view."""
    arena = arena_of(reader_with_view)
    actor, document_id, view_id = arena.prepared

    def perform(ground: Path, effects: Effects) -> Iterator[Acknowledged]:
        read_page(child_vault(ground, effects), actor, view_id=view_id, page_number=1)
        yield Acknowledged(Event.PAGE_READ, view_id)

    for ended in arena.killed(perform):
        with restarted(ended.ground) as company:
            work_once(company)
            check(company, ended)
            before = stored_view(company, view_id).pages_delivered
            assert before in ({1} if ended.is_done else {0, 1}), ended.place
            read_page(company.vault, actor, view_id=view_id, page_number=1)
            assert stored_view(company, view_id).pages_delivered == before + 1
            assert used(company, actor, document_id) == 1


def test_killed_ending_ends_once(arena_of: ArenaOf[tuple[Actor, str, str]]) -> None:
    """Done again, the view has one end, and its key is gone."""
    arena = arena_of(reader_with_view)
    actor, _document_id, view_id = arena.prepared

    def perform(ground: Path, effects: Effects) -> Iterator[Acknowledged]:
        end_view(child_vault(ground, effects), actor, view_id=view_id)
        yield Acknowledged(Event.VIEW_ENDED, view_id)

    for ended in arena.killed(perform):
        with restarted(ended.ground) as company:
            end_view(company.vault, actor, view_id=view_id)
            end_view(company.vault, actor, view_id=view_id)
            assert stored_view(company, view_id).wrapped_key is None, ended.place
            with pytest.raises(LeaseEnded):
                read_page(company.vault, actor, view_id=view_id, page_number=1)
            work_once(company)
            check(company, ended)
