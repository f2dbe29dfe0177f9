"""Opening a document as a view: what it gives, what it refuses, and what each leaves behind."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tests.attacks.acting import change, open_and_end, open_cut_off, open_view, open_without_keys
from tests.attacks.observing import alter, column, quota, trail, view_row, watched
from tests.company import Company
from vault.access.ending import end_view
from vault.access.opening import open_view as open_view_of
from vault.access.reading import read_page
from vault.clock import FixedClock
from vault.errors import AccessDenied, InputError, LeaseEnded, NotFound, TamperError, Unavailable
from vault.ledger.events import Event, Outcome
from vault.model import Place, PlaceSource
from vault.policy.reasons import ReasonDraft


def test_view_is_numbered_and_lasts_as_long_as_its_lease(company: Company, clock: FixedClock) -> None:
    """Number and limit as on the cover card, fifteen minutes from now."""
    view = open_view(company, company.signed_in("borrower"))
    assert (view.number, view.allowed) == (1, 3)
    assert view.lease.opened_at == clock.now()
    assert view.lease.expires_at == clock.now() + dt.timedelta(minutes=15)


def test_entry_says_who_what_when_where_why_and_which_number(company: Company, clock: FixedClock) -> None:
    """Everything that the guarantee promises, in one entry."""
    actor = company.signed_in("borrower")
    view = open_view(company, actor, reason=ReasonDraft("offer", "Preparing the offer for line four", "C-77"))
    [entry] = trail(company, Event.VIEW_OPENED)
    assert (entry.outcome, entry.actor, entry.session) == (Outcome.SUCCESS, actor.person_id, actor.session_id)
    assert (entry.fact("document"), entry.fact("dossier")) == (company.document_id, company.dossier_id)
    assert (entry.time, entry.fact("view"), entry.place) == (clock.now(), view.view_id, actor.place)
    assert entry.reason is not None
    assert (entry.reason.category.value, entry.reason.case_number) == ("offer", "C-77")
    assert entry.details == {
        "number": 1,
        "allowed": 3,
        "allowed_from": "default",
        "lease_seconds": 900,
        "place_known_by": "zone",
    }


def test_retry_with_the_same_key_is_the_same_view(company: Company) -> None:
    """The answer was lost; sending the form again costs nothing and records nothing new."""
    actor = company.signed_in("borrower")
    first = open_view(company, actor, key="form-1")
    assert open_view(company, actor, key="form-1") == first
    assert len(trail(company, Event.VIEW_OPENED, Event.VIEW_KEYED)) == 2


def test_live_view_of_the_session_is_gone_on_with(company: Company) -> None:
    """Another form for the document that is open already is no second view."""
    actor = company.signed_in("borrower")
    assert open_view(company, actor, key="a").view_id == open_view(company, actor, key="b").view_id
    assert quota(company).used == 1


def test_another_session_is_another_view(company: Company) -> None:
    """A second device counts."""
    views = [open_view(company, company.signed_in("borrower")) for _ in range(2)]
    assert [view.number for view in views] == [1, 2]


@pytest.mark.parametrize("key", ["", "k" * 65])
def test_form_without_a_usable_key_is_refused(company: Company, key: str) -> None:
    """What cannot be told from a repetition is not opened."""
    from_company = company.signed_in("borrower")
    view = open_view(company, from_company, key="k" * 64)
    assert view.number == 1
    with pytest.raises(InputError, match=r"input\.idempotency_key"):
        _open_with_key(company, key)


def test_key_of_another_document_opens_nothing(company: Company) -> None:
    """A key names one click on one document in one session."""
    actor = company.signed_in("borrower")
    other = company.submit("custodian", b"Another document of some length\n", name="Other.txt").document_id
    company.convert_all()
    open_view(company, actor, key="once")
    with pytest.raises(InputError, match=r"input\.idempotency_key"):
        open_view(company, actor, key="once", document_id=other)
    with pytest.raises(InputError, match=r"input\.idempotency_key"):
        open_view(company, company.signed_in("borrower"), key="once")


def test_key_of_a_view_that_was_used_opens_no_second_one(company: Company) -> None:
    """Reloading the answer to the form after "I'm done" tells that the view is over."""
    actor = company.signed_in("borrower")
    view = open_view(company, actor, key="once")
    end_view(company.vault, actor, view_id=view.view_id)
    with pytest.raises(LeaseEnded):
        open_view(company, actor, key="once")
    assert quota(company).used == 1


def test_cut_off_opening_is_taken_up_by_the_retry(company: Company) -> None:
    """Killed between entry and key: the same click gets the same view, now with its key."""
    actor = company.signed_in("borrower")
    view_id = open_cut_off(company, actor, key="once")
    assert open_view(company, actor, key="once").view_id == view_id
    assert read_page(company.vault, actor, view_id=view_id, page_number=1).jpeg
    assert quota(company).used == 1


def test_opening_without_keys_returns_its_claim_and_the_click_may_be_sent_again(company: Company) -> None:
    """The provider was away: recorded, returned, and the same form opens view 1 once it is back."""
    actor = company.signed_in("borrower")
    open_without_keys(company, actor, key="once")
    assert quota(company).used == 0
    events = [entry.event for entry in trail(company) if entry.fact("view")]
    assert events == [Event.VIEW_OPENED, Event.VIEW_FAILED, Event.VIEW_ENDED, Event.VIEW_CLAIM_RETURNED]
    assert open_view(company, actor, key="once").number == 1


@pytest.mark.parametrize("part", ["wrapped_dek", "header"])
def test_altered_key_record_is_found_recorded_and_costs_no_view(company: Company, part: str) -> None:
    """Whoever can write to the database gets an alarm, not a view."""
    actor = company.signed_in("borrower")
    [stored] = column(company, f"SELECT {part} FROM sealed_objects WHERE part = 'pages'")
    bent = stored[:-1] + bytes([stored[-1] ^ 1])
    alter(company, f"UPDATE sealed_objects SET {part} = :bent WHERE part = 'pages'", bent=bent)
    with pytest.raises(TamperError):
        open_view(company, actor)
    [found] = trail(company, Event.OBJECT_TAMPERED)
    assert (found.outcome, found.subject) == (Outcome.FAILED, actor.person_id)
    assert quota(company).used == 0


def test_command_line_opens_no_view_and_is_recorded(company: Company) -> None:
    """Without a session's secret there is no key for a view."""
    with pytest.raises(AccessDenied, match=r"denied\.no_session"):
        open_view(company, company.at_keyboard("borrower"))
    [denied] = trail(company, Event.VIEW_DENIED)
    assert (denied.fact("code"), denied.actor) == ("denied.no_session", company.ids["borrower"])


def test_name_that_cannot_be_drawn_opens_nothing(company: Company) -> None:
    """No mark, no view: found out before anything is claimed."""
    change(company, "borrower", name="𐎀𐎁𐎂")
    with pytest.raises(Unavailable, match=r"mark\.no_glyph"):
        open_view(company, company.signed_in("borrower"))
    assert quota(company).used == 0
    assert [entry.fact("code") for entry in trail(company, Event.VIEW_DENIED)] == ["mark.no_glyph"]


@pytest.mark.parametrize(
    ("login", "error", "code"),
    [
        ("stranger", NotFound, "denied.not_assigned"),
        ("custodian", AccessDenied, "denied.not_borrower"),
        ("author", AccessDenied, "denied.not_borrower"),
        ("approver", AccessDenied, "denied.not_borrower"),
        ("admin", NotFound, "denied.office"),
        ("officer", NotFound, "denied.office"),
        ("auditor", NotFound, "denied.office"),
    ],
)
def test_denial_is_recorded_with_its_reason_and_claims_nothing(
    company: Company, login: str, error: type[Exception], code: str
) -> None:
    """Everybody but a borrower of the dossier, each with the rule that forbade it in the trail."""
    actor = company.signed_in(login)
    with pytest.raises(error):
        open_view(company, actor)
    [denied] = trail(company, Event.VIEW_DENIED)
    assert (denied.outcome, denied.fact("code"), denied.actor) == (Outcome.DENIED, code, actor.person_id)
    assert (denied.fact("document"), denied.place) == (company.document_id, actor.place)
    assert quota(company, login).used == 0


def test_unknown_id_is_recorded_without_what_was_sent(company: Company) -> None:
    """What is no id at all may be anything; it does not go into the trail."""
    actor = company.signed_in("borrower")
    for sent in ("f" + "a" * 26, "Harrow & Vale"):
        with pytest.raises(NotFound):
            open_view(company, actor, document_id=sent)
    denied = trail(company, Event.VIEW_DENIED)
    assert [entry.fact("document") for entry in denied] == ["f" + "a" * 26, ""]


def test_place_that_is_not_known_must_be_declared(company: Company) -> None:
    """Outside every zone the person says where they are, and the entry says that it was they who said so."""
    somewhere = Place(address="203.0.113.5", source=PlaceSource.UNKNOWN)
    actor = replace(company.signed_in("borrower"), place=somewhere)
    for declared in ("", "  ", ".", "\u200b\u200b"):
        with pytest.raises(AccessDenied, match=r"denied\.place_needed"):
            open_view(company, actor, declared_place=declared)
    view = open_view(company, actor, declared_place="Hotel\nBremen")
    [entry] = trail(company, Event.VIEW_OPENED)
    assert entry.place == Place(address="203.0.113.5", source=PlaceSource.DECLARED, declared="Hotel Bremen")
    assert entry.details["place_known_by"] == "declared"
    assert view_row(company, view.view_id).place_label == "Hotel Bremen"


def test_declared_place_never_replaces_a_known_one(company: Company) -> None:
    """The network says where the office is, whatever the form says."""
    open_view(company, company.signed_in("borrower"), declared_place="Moon")
    [entry] = trail(company, Event.VIEW_OPENED)
    assert entry.place is not None
    assert (entry.place.zone, entry.place.declared) == ("Head office", "")


def test_keys_are_asked_for_once_a_view(company: Company) -> None:
    """One unwrap through the keyring, however often the opening is repeated."""
    unwraps: list[None] = []
    vault = watched(company.vault, lambda: unwraps.append(None))
    actor = company.signed_in("borrower")
    for _ in range(3):
        open_view(company, actor, key="once", vault=vault)
    assert len(unwraps) == 1


def test_numbers_go_up_to_the_limit(company: Company) -> None:
    """1, 2, 3."""
    assert [open_and_end(company, company.signed_in("borrower")).number for _ in range(3)] == [1, 2, 3]


def _open_with_key(company: Company, key: str) -> None:
    open_view_of(
        company.vault,
        company.signed_in("borrower"),
        document_id=company.document_id,
        reason=ReasonDraft("offer", "Preparing the offer for line four"),
        declared_place="",
        idempotency_key=key,
    )
