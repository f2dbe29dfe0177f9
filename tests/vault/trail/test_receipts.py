"""Receipts: for auditors, recorded, never of what is not proven; and views without a result, listed."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.company import REASON, Company
from tests.vault.trail import tampering
from vault.access.opening import open_view
from vault.clock import FixedClock
from vault.database import ledger_reading
from vault.database.engine import reading
from vault.errors import AccessDenied, InputError, NotFound, TamperError, Unavailable
from vault.ledger.checkpoint import verifier_key
from vault.ledger.events import Event
from vault.trail.intents import list_unanswered
from vault.trail.querying import TrailQuery
from vault.trail.receipts import check_receipt, known_epochs, make_receipt
from vault.trail.searching import search_trail


def test_receipt_of_an_entry_is_good_with_the_trails_key_alone(company: Company) -> None:
    """The key that somebody wrote down is all that is needed to check it."""
    company.sequence()
    text = make_receipt(company.vault, company.at_keyboard("auditor"), index=5)
    [epoch] = known_epochs(company.vault)
    [by_key] = known_epochs(None, verifier_key=verifier_key(epoch.origin, epoch.public))

    assert check_receipt(text, epochs=[epoch]).index == 5
    assert check_receipt(text, epochs=[by_key]).index == 5


def test_receipt_is_recorded_with_its_entry(company: Company) -> None:
    """Who took it out."""
    company.sequence()
    make_receipt(company.vault, company.at_keyboard("auditor"), index=5)
    company.sequence()

    query = TrailQuery(event=Event.TRAIL_EXPORTED.value)
    [entry] = search_trail(company.vault, company.at_keyboard("auditor"), query=query).rows
    assert (entry.actor_id, entry.details) == (company.ids["auditor"], {"index": 5, "form": "receipt"})


@pytest.mark.parametrize("login", ["borrower", "admin", "officer"])
def test_only_auditors_take_receipts(company: Company, login: str) -> None:
    """What an entry says of a dossier is not for everybody."""
    company.sequence()
    with pytest.raises(AccessDenied):
        make_receipt(company.vault, company.at_keyboard(login), index=5)


@pytest.mark.parametrize("index", [-1, 10_000, 2**60])
def test_no_entry_has_no_receipt(company: Company, index: int) -> None:
    """Past the end, or no index at all."""
    company.sequence()
    with pytest.raises(NotFound):
        make_receipt(company.vault, company.at_keyboard("auditor"), index=index)


def test_entry_that_is_not_signed_for_has_no_receipt_yet(company: Company) -> None:
    """A proof needs a checkpoint that stands for it."""
    company.sequence()
    tampering.run(company, "DELETE FROM trail_checkpoints")

    with pytest.raises(Unavailable) as refused:
        make_receipt(company.vault, company.at_keyboard("auditor"), index=5)
    assert refused.value.code == "trail.no_checkpoint"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trail_leaves SET leaf = x'7b7d' WHERE position = 5",
        "UPDATE trail_leaves SET hash = zeroblob(32) WHERE position = 4",
        "DELETE FROM trail_nodes WHERE level = 1",
    ],
)
def test_altered_entry_has_no_receipt_and_that_is_recorded(company: Company, statement: str) -> None:
    """No receipt is given that would not be good."""
    company.sequence()
    tampering.run(company, statement)

    with pytest.raises(TamperError):
        make_receipt(company.vault, company.at_keyboard("auditor"), index=5)
    company.sequence()
    with reading(company.vault.engine) as tx:
        leaves = b"".join(leaf.leaf for batch in ledger_reading.leaves_from(tx, 6, batch=1000) for leaf in batch)
    assert b"object.tampered" in leaves


def test_key_that_is_none_is_refused() -> None:
    """A slip in copying is said before anything is checked."""
    with pytest.raises(InputError):
        known_epochs(None, verifier_key="trail.example/vault+00000000+AAAA")


def test_views_of_which_nothing_was_heard_since_are_listed(company: Company, clock: FixedClock) -> None:
    """After five minutes, and only those whose key nobody told of."""
    for login in ("borrower", "other"):
        person = company.signed_in(login)
        open_view(
            company.vault,
            person,
            document_id=company.document_id,
            reason=REASON,
            declared_place="",
            idempotency_key=login,
        )
    company.sequence()
    auditor = company.at_keyboard("auditor")
    clock.advance(dt.timedelta(minutes=6))
    assert list_unanswered(company.vault, auditor) == []

    tampering.run(
        company,
        """UPDATE trail_search SET event = 'page.read' WHERE position =
           (SELECT max(position) FROM trail_search WHERE event = 'view.keyed')""",
    )

    [row] = list_unanswered(company.vault, auditor)
    assert row.event is Event.VIEW_OPENED
    with pytest.raises(AccessDenied):
        list_unanswered(company.vault, company.at_keyboard("admin"))


def test_list_of_what_has_no_result_is_recorded_with_the_events_that_were_looked_at(company: Company) -> None:
    """All of them: the entry says what its reader can rely on to have been listed."""
    list_unanswered(company.vault, company.at_keyboard("auditor"))
    company.sequence()

    query = TrailQuery(event=Event.TRAIL_SEARCHED.value)
    [entry] = search_trail(company.vault, company.at_keyboard("auditor"), query=query).rows
    assert entry.details == {"intents": "view.opened,copy.released"}
