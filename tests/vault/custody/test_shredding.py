"""A dossier that is shredded: gone for everybody everywhere, nothing else is, and the trail says so."""

from __future__ import annotations

import pytest

from tests.attacks.acting import ask
from tests.company import CANARY, CUSTOMER, REASON, Company, found_dossier
from tests.custody import approve_all, ordered, second_officer, shred, work_off
from vault.access.cover import cover_card
from vault.access.opening import open_view
from vault.access.reading import read_page
from vault.custody.scope import Scope
from vault.errors import LeaseEnded, NotFound
from vault.filing.conversion import convert_next
from vault.filing.dossiers import list_dossiers
from vault.filing.submissions import list_submissions
from vault.ledger.audit import verify_ledger
from vault.model import Classification
from vault.policy.custody import OperationKind
from vault.requests.listing import list_requests
from vault.worker.sweeping import sweep


@pytest.fixture
def shredded(company: Company) -> Company:
    """With a view open, a request waiting and a submission waiting when it happened; another dossier stays."""
    found_dossier(company, classification=Classification.INTERNAL)
    ask(company, 1, login="other")
    company.submit("author", b"A note that waits to be filed\n", name="note.txt")
    company.convert_all()
    company.submit("author", b"A note that waits for its pages\n", name="late.txt")
    shred(company)
    return company


@pytest.mark.parametrize("login", ["borrower", "custodian", "author", "approver"])
def test_lists_go_on_without_it(shredded: Company, login: str) -> None:
    """Whoever had a part in it sees what else is theirs."""
    actor = shredded.at_keyboard(login)
    assert shredded.dossier_id not in {row.id for row in list_dossiers(shredded.vault, actor)}
    list_requests(shredded.vault, actor)
    assert [row.dossier_id for row in list_submissions(shredded.vault, actor)] == []


def test_cover_and_opening_say_that_it_is_gone(shredded: Company) -> None:
    """To those with a part in it; a stranger learns nothing."""
    actor = shredded.signed_in("borrower")
    with pytest.raises(NotFound) as refused:
        cover_card(shredded.vault, actor, document_id=shredded.document_id)
    assert refused.value.code == "dossier.shredded"
    with pytest.raises(NotFound):
        open_view(
            shredded.vault,
            actor,
            document_id=shredded.document_id,
            reason=REASON,
            declared_place="",
            idempotency_key="after",
        )
    with pytest.raises(NotFound) as unknown:
        cover_card(shredded.vault, shredded.signed_in("stranger"), document_id=shredded.document_id)
    assert unknown.value.code == "not_found"


def test_open_view_ends_with_it(company: Company) -> None:
    """The reader's next page is refused."""
    for number in (2, 3):
        second_officer(company, number)
    operation = ordered(company, OperationKind.SHRED_DOSSIER, Scope(dossier=company.dossier_id))
    approve_all(company, operation, needed=2)
    actor = company.signed_in("borrower")
    opened = open_view(
        company.vault,
        actor,
        document_id=company.document_id,
        reason=REASON,
        declared_place="",
        idempotency_key="before",
    )
    work_off(company, days=31)
    with pytest.raises((LeaseEnded, NotFound)):
        read_page(company.vault, actor, view_id=opened.view_id, page_number=1)


def test_nothing_of_it_is_left_in_store_or_database(shredded: Company) -> None:
    """After the sweep no object of it remains, its name and titles are gone, and the worker stumbles over nothing."""
    while convert_next(shredded.vault):
        pass
    for _pass in range(3):
        sweep(shredded.vault)
    assert list(shredded.vault.store.list_objects("o/")) == []
    database = (shredded.directory / "vault.db").read_bytes()
    assert CANARY.encode() not in database
    assert CUSTOMER.encode() not in database
    shredded.sequence()
    with shredded.vault.engine.connect() as tx:
        report = verify_ledger(tx, now=shredded.vault.clock.now(), reading_key=None)
    assert report.findings == ()
