"""Reading a page of an open view: the one door, and everything that closes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from tests.attacks.acting import change, end_assignment, open_view
from tests.attacks.observing import alter, pixels, quota, trail, unmarked_page, view_row
from tests.company import Company
from vault.access.reading import read_page, read_page_text, show_view
from vault.clock import FixedClock
from vault.errors import Conflict, LeaseEnded, NotFound, Sealed
from vault.filing.dossiers import assign
from vault.ledger.events import Event, Outcome
from vault.model import Actor, Classification, Duty
from vault.people.accounts import suspend_person


def opened(company: Company) -> tuple[Actor, str]:
    """A borrower with the document open."""
    actor = company.signed_in("borrower")
    return actor, open_view(company, actor).view_id


def test_page_is_the_image_of_the_document_and_carries_a_mark(company: Company) -> None:
    """A JPEG of the page's size, and not the page as it was filed."""
    actor, view_id = opened(company)
    page = read_page(company.vault, actor, view_id=view_id, page_number=1)
    bare, served = pixels(unmarked_page(company)), pixels(page.jpeg)
    assert served.size == bare.size == (page.width, page.height)
    assert page.jpeg[:3] == b"\xff\xd8\xff"
    assert served.tobytes() != bare.tobytes()


def test_text_is_that_of_the_page(company: Company) -> None:
    """For a screen reader, through the same view."""
    actor, view_id = opened(company)
    text = read_page_text(company.vault, actor, view_id=view_id, page_number=1)
    assert "Offer for line four" in text
    assert "第二页说明" in text


def test_each_page_and_each_text_is_counted_and_recorded(company: Company) -> None:
    """Who read which page, as what, in which view."""
    actor, view_id = opened(company)
    read_page(company.vault, actor, view_id=view_id, page_number=1)
    read_page_text(company.vault, actor, view_id=view_id, page_number=1)
    entries = trail(company, Event.PAGE_READ)
    assert [entry.details for entry in entries] == [{"page": 1, "kind": "image"}, {"page": 1, "kind": "text"}]
    assert {(entry.actor, entry.fact("view"), entry.outcome) for entry in entries} == {
        (actor.person_id, view_id, Outcome.SUCCESS)
    }
    assert view_row(company, view_id).pages_delivered == 2


def test_reading_again_costs_nothing(company: Company) -> None:
    """Reload, zoom, paging and back are the same view."""
    actor, view_id = opened(company)
    for _ in range(5):
        read_page(company.vault, actor, view_id=view_id, page_number=1)
        show_view(company.vault, actor, view_id=view_id)
    assert quota(company).used == 1


@pytest.mark.parametrize("number", [0, -1, 2, 2**31, 2**63, 10**30])
def test_page_that_the_document_has_not_is_not_found(company: Company, number: int) -> None:
    """Nothing is counted for it."""
    actor, view_id = opened(company)
    with pytest.raises(NotFound):
        read_page(company.vault, actor, view_id=view_id, page_number=number)
    with pytest.raises(NotFound):
        read_page_text(company.vault, actor, view_id=view_id, page_number=number)
    assert view_row(company, view_id).pages_delivered == 0


def test_frame_says_what_is_open_and_shows_nothing_of_it(company: Company) -> None:
    """Title, class, number, times and sizes; no text and no pixel."""
    actor, view_id = opened(company)
    state = show_view(company.vault, actor, view_id=view_id)
    assert (state.title, state.number, state.allowed, state.page_count) == ("Offer", 1, 3, 1)
    assert state.page_sizes == (pixels(unmarked_page(company)).size,)
    assert state.identity == f"王晓明 · {actor.staff_number}"
    assert "line four" not in repr(state)


def _suspend(company: Company, actor: Actor) -> None:
    suspend_person(company.vault, company.at_keyboard("admin"), person_id=actor.person_id)


def _suspend_in_the_table(company: Company, actor: Actor) -> None:
    alter(company, "UPDATE people SET state = 'suspended' WHERE id = :id", id=actor.person_id)


def _unassign(company: Company, actor: Actor) -> None:
    end_assignment(company, "borrower")


def _lower_clearance(company: Company, actor: Actor) -> None:
    change(company, "borrower", clearance=Classification.INTERNAL)


def _raise_class(company: Company, actor: Actor) -> None:
    alter(company, "UPDATE dossiers SET classification = 'top_secret'")


def _make_officer(company: Company, actor: Actor) -> None:
    alter(company, "UPDATE people SET office = 'auditor' WHERE id = :id", id=actor.person_id)


@pytest.mark.parametrize(
    ("lose", "code"),
    [
        (_suspend, "lease.suspended"),
        (_suspend_in_the_table, "lease.right_lost"),
        (_unassign, "lease.right_lost"),
        (_lower_clearance, "lease.session"),
        (_raise_class, "lease.right_lost"),
        (_make_officer, "lease.right_lost"),
    ],
)
@pytest.mark.parametrize("read", [read_page, read_page_text], ids=["image", "text"])
def test_lost_right_ends_the_view_by_the_next_page(
    company: Company, lose: Callable[[Company, Actor], None], code: str, read: Callable[..., object]
) -> None:
    """Whichever way the right went, also past every use case; the key is deleted with it."""
    actor, view_id = opened(company)
    read(company.vault, actor, view_id=view_id, page_number=1)
    lose(company, actor)
    with pytest.raises(LeaseEnded) as over:
        read(company.vault, actor, view_id=view_id, page_number=1)
    assert over.value.code == code
    assert view_row(company, view_id).wrapped_key is None
    assert len(trail(company, Event.PAGE_READ)) == 1


def test_assignment_that_runs_out_during_the_view_ends_it(company: Company, clock: FixedClock) -> None:
    """Ten minutes of assignment are ten minutes of a fifteen-minute lease."""
    end_assignment(company, "borrower")
    assign(
        company.vault,
        company.at_keyboard("custodian"),
        dossier_id=company.dossier_id,
        person_id=company.ids["borrower"],
        duty=Duty.BORROWER,
        ends_at=clock.now() + dt.timedelta(minutes=10),
    )
    actor, view_id = opened(company)
    clock.advance(dt.timedelta(minutes=9, seconds=59))
    read_page(company.vault, actor, view_id=view_id, page_number=1)
    clock.advance(dt.timedelta(seconds=1))
    with pytest.raises(LeaseEnded, match=r"lease\.right_lost"):
        read_page(company.vault, actor, view_id=view_id, page_number=1)


def test_lease_ends_at_its_very_moment(company: Company, clock: FixedClock) -> None:
    """The last millisecond reads, the next does not."""
    actor, view_id = opened(company)
    clock.advance(dt.timedelta(minutes=15) - dt.timedelta(milliseconds=1))
    read_page(company.vault, actor, view_id=view_id, page_number=1)
    clock.advance(dt.timedelta(milliseconds=1))
    with pytest.raises(LeaseEnded, match=r"lease\.expired"):
        read_page(company.vault, actor, view_id=view_id, page_number=1)


def test_view_goes_on_with_the_version_that_it_opened(company: Company) -> None:
    """A document replaced while it is read: the reader keeps their pages, and whoever opens next gets the new ones."""
    actor, view_id = opened(company)
    company.submit("custodian", b"Second version: forty-two percent\n", document_id=company.document_id)
    company.convert_all()
    text = read_page_text(company.vault, actor, view_id=view_id, page_number=1)
    assert "Offer for line four" in text
    later = company.signed_in("borrower")
    newer = open_view(company, later).view_id
    assert "forty-two" in read_page_text(company.vault, later, view_id=newer, page_number=1)


def test_sealed_vault_gives_no_page_and_unsealed_goes_on(company: Company) -> None:
    """Sealing stops every view at once; unsealing within the lease goes on with it."""
    actor, view_id = opened(company)
    company.vault.seal()
    for read in (read_page, read_page_text):
        with pytest.raises(Sealed):
            read(company.vault, actor, view_id=view_id, page_number=1)
    company.vault.unseal()
    assert read_page(company.vault, actor, view_id=view_id, page_number=1).jpeg


def test_view_without_its_key_yet_gives_no_page(company: Company) -> None:
    """Between the entry and the key there is nothing to open with."""
    actor, view_id = opened(company)
    alter(company, "UPDATE views SET wrapped_key = NULL")
    with pytest.raises(Conflict, match=r"view\.not_ready"):
        read_page(company.vault, actor, view_id=view_id, page_number=1)
