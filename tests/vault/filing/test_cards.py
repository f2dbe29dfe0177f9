"""A dossier on one page: each duty sees what it needs, and an altered part hides no other."""

from __future__ import annotations

import io
from typing import BinaryIO

import pytest

from tests.attacks.observing import alter
from tests.company import CUSTOMER, Company
from vault.database.document_queries import VersionState
from vault.errors import NotFound, Sealed, TamperError
from vault.filing.cards import DossierCard, show_dossier
from vault.filing.content import FileContent
from vault.filing.documents import submit_document
from vault.model import Classification, Duty

TEXT = b"Another offer altogether\n"


def card(company: Company, login: str) -> DossierCard:
    return show_dossier(company.vault, company.at_keyboard(login), dossier_id=company.dossier_id)


@pytest.mark.parametrize(
    ("login", "sees_fields", "files", "submits", "assigns"),
    [
        ("borrower", True, False, False, False),
        ("author", True, False, True, False),
        ("custodian", True, True, True, True),
        ("approver", False, False, False, False),
    ],
)
def test_each_duty_sees_what_it_needs(
    company: Company, login: str, sees_fields: bool, files: bool, submits: bool, assigns: bool
) -> None:
    """Everybody the customer's name; the fields, the people and the forms only who works with them."""
    found = card(company, login)

    assert (found.customer_name, found.classification) == (CUSTOMER, Classification.CONFIDENTIAL)
    assert (found.record is not None, found.may_file, found.may_submit, found.may_assign) == (
        sees_fields,
        files,
        submits,
        assigns,
    )
    assert bool(found.assignments) == bool(found.assignable) == assigns


@pytest.mark.parametrize("login", ["stranger", "custodian2", "admin", "auditor", "officer"])
def test_stranger_is_shown_nothing(company: Company, login: str) -> None:
    """As if the dossier were not there."""
    with pytest.raises(NotFound):
        card(company, login)


def test_only_borrowers_can_open(company: Company) -> None:
    """With how many views they have had and may have."""
    (row,) = card(company, "borrower").documents

    assert (row.title, row.version, row.state, row.page_count) == ("Offer", 1, VersionState.LIVE, 1)
    assert (row.can_open, row.views_used, row.views_allowed) == (True, 0, 3)
    assert [
        row.can_open for login in ("author", "custodian", "approver") for row in card(company, login).documents
    ] == [False] * 3


def test_what_is_under_way_is_seen_by_those_who_work_on_it(company: Company) -> None:
    """A submission is nothing to a borrower before it is filed."""
    company.submit("author", TEXT, name="Draft.txt")
    company.convert_all()

    assert [row.title for row in card(company, "borrower").documents] == ["Offer"]
    for login in ("author", "custodian"):
        assert sorted(row.title for row in card(company, login).documents) == ["Draft", "Offer"]


def test_new_version_under_way_leaves_readers_the_live_one(company: Company) -> None:
    """The author sees what they handed in; the borrower what opens."""
    company.submit("author", TEXT, document_id=company.document_id)

    assert [(row.version, row.state) for row in card(company, "author").documents] == [(2, VersionState.STORED)]
    assert [(row.version, row.state) for row in card(company, "borrower").documents] == [(1, VersionState.LIVE)]


def test_custodian_sees_who_holds_what_and_whom_to_give_it(company: Company) -> None:
    """People of the staff who are active and qualified; nobody from another office."""
    found = card(company, "custodian")

    held = {(row.person_name, row.duty) for row in found.assignments if row.active}
    assert ("王晓明", Duty.BORROWER) in held
    assert ("Beatrice Okafor", Duty.CUSTODIAN) in held
    assert {choice.id for choice in found.assignable}.isdisjoint({company.ids["admin"], company.ids["auditor"]})
    assert company.ids["stranger"] in {choice.id for choice in found.assignable}


def test_altered_title_hides_no_other(company: Company) -> None:
    """It shows as nothing; the dossier's page stays usable."""
    company.submit("custodian", TEXT, name="Second.txt")
    company.convert_all()
    alter(company, "UPDATE documents SET title_sealed = zeroblob(40) WHERE id = :id", id=company.document_id)

    assert sorted(row.title for row in card(company, "borrower").documents) == ["", "Second"]


def test_altered_record_is_tampering(company: Company) -> None:
    """Who the customer is cannot be shown from bytes that were not sealed."""
    alter(company, "UPDATE dossiers SET record_sealed = zeroblob(60)")

    with pytest.raises(TamperError):
        card(company, "borrower")


def test_sealed_vault_shows_no_card(company: Company) -> None:
    """There is nothing on it that could be read."""
    company.vault.seal()

    with pytest.raises(Sealed):
        card(company, "borrower")


def test_second_of_two_equal_contents_that_came_at_once_leaves_no_trace_in_the_list(company: Company) -> None:
    """It yielded to the first: nobody refused it, so nobody is told of a refusal."""

    class Overtaken(FileContent):
        """While it is sealed, somebody else hands in the same."""

        def rewind(self) -> BinaryIO:
            if self.file.tell():  # examined; now to be sealed
                company.submit("custodian", TEXT, name="First.txt")
            return FileContent.rewind(self)

    submit_document(
        company.vault,
        company.at_keyboard("author"),
        dossier_id=company.dossier_id,
        document_id=None,
        file_name="Twin.txt",
        content=Overtaken(io.BytesIO(TEXT), len(TEXT)),
        submission_key="twin",
    )
    company.convert_all()

    assert [row.title for row in card(company, "author").documents] == ["Offer", "First"]


def test_submission_waits_for_a_custodian_and_says_what_opens_meanwhile(company: Company) -> None:
    """By the numbers of both versions; authors have nothing to decide."""
    company.submit("author", TEXT, document_id=company.document_id)
    company.convert_all()

    rows = {login: card(company, login).documents[0] for login in ("custodian", "author", "borrower")}
    assert {login: (row.version, row.live_version, row.waiting_version) for login, row in rows.items()} == {
        "custodian": (2, 1, 2),
        "author": (2, 1, None),
        "borrower": (1, 1, None),
    }


def test_state_that_will_change_by_itself_is_known(company: Company) -> None:
    """What has been handed in is followed until its pages are made."""
    company.submit("custodian", TEXT)
    assert [row.is_being_made for row in card(company, "custodian").documents] == [False, True]
    company.convert_all()
    assert [row.is_being_made for row in card(company, "custodian").documents] == [False, False]
