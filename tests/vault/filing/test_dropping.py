"""Files that come by folder or command line: filed like any other, with the fault told to whoever dropped them."""

from __future__ import annotations

import io
import os

import pytest

from tests.attacks.observing import column, trail
from tests.company import TEXT, Company
from vault.errors import AccessDenied, InputError, NotFound, Sealed
from vault.filing.documents import SubmittedDocument
from vault.filing.dropping import file_now, folder_filer, person_at_keyboard
from vault.intake.dropped_files import list_dropped
from vault.intake.hot_folder import FilingOutcome
from vault.intake.spool import Spool, SpooledFile
from vault.ledger.events import Event
from vault.model import Office

OTHER = b"Another offer altogether\n"


def file(
    company: Company,
    content: bytes,
    *,
    name: str = "Offer.txt",
    login: str = "custodian",
    reference: str = "D2026-00001",
) -> SubmittedDocument:
    return file_now(
        company.vault,
        person_at_keyboard(company.vault, login=login, place="command line"),
        reference=reference,
        file_name=name,
        file=io.BytesIO(content),
        size=len(content),
        submission_key=company.vault.random(8).hex(),
    )


def test_file_is_filed_with_its_pages_made(company: Company) -> None:
    """When the command answers, the document opens."""
    submitted = file(company, OTHER)

    assert column(company, "SELECT state FROM document_versions WHERE id = :id", id=submitted.version_id) == ["live"]


def test_place_of_the_act_is_the_way_it_came(company: Company) -> None:
    """No address was seen: it was declared, and the record says so."""
    file(company, OTHER)

    entry = trail(company, Event.DOCUMENT_SUBMITTED)[-1]
    assert entry.place is not None
    assert (entry.place.label, entry.place.source.value, entry.session) == ("command line", "declared", "")


@pytest.mark.parametrize("reference", ["D2026-00099", "", "D2026-%", "../D2026-00001"])
def test_unknown_reference_is_told(company: Company, reference: str) -> None:
    """The folder of a dossier that there is not."""
    with pytest.raises(NotFound) as refused:
        file(company, OTHER, reference=reference)

    assert refused.value.code == "intake.no_dossier"


def test_bad_file_tells_what_is_wrong_with_it(company: Company) -> None:
    """The same error whether it shows on sight or only to the converter."""
    with pytest.raises(InputError) as on_sight:
        file(company, b"text", name="Offer.pdf")
    with pytest.raises(InputError) as converting:
        file(company, b"%PDF-1.7\nno pages in here", name="Offer.pdf")

    assert on_sight.value.code == "intake.type_mismatch"
    assert converting.value.code.startswith("intake.")


def test_rights_are_those_of_the_person_named(company: Company) -> None:
    """Whoever runs the command files in a name that may file, or not at all."""
    with pytest.raises(AccessDenied):
        file(company, OTHER, login="borrower")
    with pytest.raises(NotFound):
        file(company, OTHER, login="custodian2")


def test_person_is_known_by_login_however_it_is_typed(company: Company) -> None:
    """Case and spaces do not matter; a login that nobody has is told so."""
    found = person_at_keyboard(company.vault, login=" Custodian ", place="command line")

    assert (found.person_id, found.office, found.session_id) == (company.ids["custodian"], Office.STAFF, "")
    assert found.session_secret is None
    with pytest.raises(NotFound) as refused:
        person_at_keyboard(company.vault, login="nobody", place="command line")
    assert refused.value.code == "person.unknown"


def test_sealed_vault_files_nothing(company: Company) -> None:
    """The file stays where it was dropped."""
    company.vault.seal()

    with pytest.raises(Sealed):
        file(company, OTHER)


def dropped(company: Company, content: bytes, *, name: str = "Offer.txt") -> SpooledFile:
    """A file that the folder has taken into its spool."""
    folder, spool = company.directory / "folder", company.directory / "folder-spool"
    (folder / "D2026-00001").mkdir(parents=True, exist_ok=True)
    (folder / "D2026-00001" / name).write_bytes(content)
    (found,) = list_dropped(folder)
    spooled = Spool(spool, folder=folder, random_bytes=os.urandom).take(found)
    assert spooled is not None
    return spooled


def test_file_from_the_folder_is_filed_once(company: Company) -> None:
    """In the name of the folder's custodian; the same entry again, after a crash, is the same submission."""
    file_spooled = folder_filer(company.vault, custodian="custodian")
    spooled = dropped(company, OTHER)

    assert file_spooled(spooled) is FilingOutcome.FILED
    assert file_spooled(spooled) is FilingOutcome.FILED
    assert column(company, "SELECT state FROM document_versions") == ["live", "live"]
    assert trail(company, Event.DOCUMENT_SUBMITTED)[-1].actor == company.ids["custodian"]


def test_content_that_is_filed_already_is_told_from_new(company: Company) -> None:
    """Dropped twice, by whatever name: one document, and the folder knows that nothing was added."""
    file_spooled = folder_filer(company.vault, custodian="custodian")

    assert file_spooled(dropped(company, TEXT, name="Copy.txt")) is FilingOutcome.ALREADY_FILED
    assert column(company, "SELECT state FROM document_versions") == ["live"]
