"""Handing in a document: who may, what becomes of it, and that one content is one document however often it comes."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

import pytest

from tests.attacks.observing import alter, column, files_under, trail
from tests.company import CANARY, TEXT, Company, found_dossier
from tests.vault.filing.together import at_once
from vault.database.document_queries import VersionState
from vault.errors import AccessDenied, InputError, NotFound, Sealed, Unavailable, VaultError
from vault.filing.documents import SubmittedDocument, submit_document
from vault.ledger.events import Event, Outcome

OTHER = b"Another offer altogether\n"
VERSIONS = "SELECT state FROM document_versions ORDER BY created_at, number"


def states(company: Company) -> list[str]:
    return [str(state) for state in column(company, VERSIONS)]


@dataclass
class Lying:
    """Content that says another size than it has, or that changes between two readings."""

    size: int
    readings: list[bytes]

    def rewind(self) -> BinaryIO:
        return io.BytesIO(self.readings.pop(0) if len(self.readings) > 1 else self.readings[0])


def hand_in(company: Company, content: Lying) -> SubmittedDocument:
    return submit_document(
        company.vault,
        company.at_keyboard("custodian"),
        dossier_id=company.dossier_id,
        document_id=None,
        file_name="Offer.txt",
        content=content,
        submission_key="form 1",
    )


def test_authors_document_waits_to_be_filed(company: Company) -> None:
    """Durable at once, pages a little later, and then a custodian decides."""
    submitted = company.submit("author", OTHER)
    assert (submitted.version, submitted.state, submitted.already_filed) == (1, VersionState.STORED, False)

    company.convert_all()
    assert states(company) == ["live", "submitted"]


def test_custodians_own_document_goes_live(company: Company) -> None:
    """They decide by handing it in."""
    company.submit("custodian", OTHER)
    company.convert_all()

    assert states(company) == ["live", "live"]
    assert [entry.event for entry in trail(company)][-3:] == [
        Event.DOCUMENT_SUBMITTED,
        Event.DOCUMENT_CONVERTED,
        Event.DOCUMENT_FILED,
    ]


def test_handing_in_is_recorded_without_title_or_content(company: Company) -> None:
    """Type, size and number are facts; what it is called is not."""
    submitted = company.submit("author", OTHER, name="Margins of Harrow.txt")

    entry = trail(company, Event.DOCUMENT_SUBMITTED)[-1]
    assert entry.fact("document") == submitted.document_id
    assert entry.details == {"number": 1, "media_type": "text/plain", "bytes": len(OTHER)}
    assert all(b"Margins" not in content for _path, content in files_under(company.directory))


def test_only_ciphertext_is_kept(company: Company) -> None:
    """Neither database, object, spool nor log has a word of the document."""
    company.submit("author", TEXT.replace(b"line four", b"line five"))
    company.convert_all()

    for path, content in files_under(company.directory):
        assert CANARY.encode() not in content, path


def test_new_version_has_the_next_number_and_the_old_one_stays_until_it_is_made(company: Company) -> None:
    """Readers open the old version up to the moment in which the new one is live."""
    submitted = company.submit("custodian", OTHER, document_id=company.document_id)
    assert (submitted.document_id, submitted.version) == (company.document_id, 2)
    assert states(company) == ["live", "stored"]

    company.convert_all()
    assert states(company) == ["replaced", "live"]
    assert column(company, "SELECT current_version FROM documents") == [2]


def test_version_of_a_document_elsewhere_is_not_found(company: Company) -> None:
    """A document of another dossier, even one's own, and one that there is not."""
    other_dossier = found_dossier(company)
    for dossier_id, document_id in ((other_dossier, company.document_id), (company.dossier_id, "f" + "z" * 26)):
        with pytest.raises(NotFound):
            company.submit("custodian", OTHER, dossier_id=dossier_id, document_id=document_id)

    assert states(company) == ["live"]


@pytest.mark.parametrize("login", ["custodian", "author"])
def test_same_content_in_the_same_dossier_is_one_document(company: Company, login: str) -> None:
    """Whoever brings it, under whatever name."""
    again = company.submit(login, TEXT, name="Copy of the offer.md")

    assert (again.document_id, again.already_filed) == (company.document_id, True)
    assert states(company) == ["live"]


def test_same_content_in_another_dossier_is_another_document(company: Company) -> None:
    """Nobody learns from a refusal what lies in a dossier that is not theirs."""
    elsewhere = company.submit("custodian", TEXT, dossier_id=found_dossier(company))

    assert not elsewhere.already_filed
    first, second = column(company, "SELECT content_token FROM filed_contents")
    assert first != second


def test_repeated_submission_is_the_same_submission(company: Company) -> None:
    """A retry after a lost answer gets the answer that was lost, also once the pages are made."""
    first = company.submit("author", OTHER, key="form 1")
    again = company.submit("author", OTHER, key="form 1")
    company.convert_all()
    later = company.submit("author", OTHER, key="form 1")

    assert first == again
    assert (later.document_id, later.version_id, later.state) == (
        first.document_id,
        first.version_id,
        VersionState.SUBMITTED,
    )
    assert states(company) == ["live", "submitted"]


def test_submission_key_belongs_to_its_person(company: Company) -> None:
    """Two people whose forms have one number hand in two documents."""
    first, second = company.submit("author", OTHER, key="1"), company.submit("custodian", OTHER + b"2", key="1")

    assert first.document_id != second.document_id


@pytest.mark.parametrize("key", ["", "x" * 65])
def test_submission_needs_a_key_of_some_length(company: Company, key: str) -> None:
    """Without one a retry could not be told from a second document."""
    with pytest.raises(InputError) as refused:
        submit_document(
            company.vault,
            company.at_keyboard("author"),
            dossier_id=company.dossier_id,
            document_id=None,
            file_name="Offer.txt",
            content=Lying(len(OTHER), [OTHER]),
            submission_key=key,
        )
    assert refused.value.code == "input.submission_key"


def test_same_content_from_several_at_once_is_one_document(any_company: Company) -> None:
    """Four uploads of one file in the same moment: one document, and all four get it."""
    answers = at_once([partial(any_company.submit, login, OTHER) for login in ("author", "custodian") * 2])

    assert not [answer for answer in answers if isinstance(answer, VaultError)]
    assert len({answer.document_id for answer in answers if isinstance(answer, SubmittedDocument)}) == 1
    assert states(any_company).count("stored") == 1
    assert len(trail(any_company, Event.DOCUMENT_SUBMITTED)) == 2  # the company's first one, and this


@pytest.mark.parametrize(
    ("login", "error", "code"),
    [
        ("borrower", AccessDenied, "denied.duty"),
        ("approver", AccessDenied, "denied.duty"),
        ("stranger", NotFound, "denied.not_assigned"),
        ("custodian2", NotFound, "denied.not_assigned"),
        ("admin", NotFound, "denied.not_assigned"),
        ("auditor", NotFound, "denied.not_assigned"),
    ],
)
def test_nobody_else_hands_anything_in(company: Company, login: str, error: type[VaultError], code: str) -> None:
    """Refused and recorded; strangers do not learn that the dossier exists."""
    with pytest.raises(error):
        company.submit(login, OTHER)

    entry = trail(company, Event.DOCUMENT_SUBMITTED)[-1]
    assert (entry.outcome, entry.fact("code"), entry.actor) == (Outcome.DENIED, code, company.ids[login])
    assert states(company) == ["live"]


def test_unknown_dossier_is_not_found(company: Company) -> None:
    """As if it were somebody else's."""
    with pytest.raises(NotFound):
        company.submit("author", OTHER, dossier_id="d" + "z" * 26)


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "Offer.txt", "intake.empty"),
        (b"MZ\x90\x00", "Offer.exe", "intake.type_unknown"),
        (b"plain text", "Offer.pdf", "intake.type_mismatch"),
        (b"%PDF-1.7\n", "Offer.txt", "intake.type_mismatch"),
        (b"text", "Offer", "intake.type_unknown"),
    ],
)
def test_file_that_is_not_what_it_says_is_refused_on_sight(
    company: Company, content: bytes, name: str, code: str
) -> None:
    """A sentence for the person, and nothing of it is kept."""
    objects = sorted(path for path, _content in files_under(company.directory / "objects"))

    with pytest.raises(InputError) as refused:
        company.submit("author", content, name=name)

    assert refused.value.code == code
    assert states(company) == ["live"]
    assert sorted(path for path, _content in files_under(company.directory / "objects")) == objects


def test_file_above_the_limit_is_refused_before_it_is_read(company: Company) -> None:
    """The size that was announced is enough."""
    limit = company.vault.config.intake.max_mib << 20

    class Unreadable(Lying):
        def rewind(self) -> BinaryIO:
            raise AssertionError("read all the same")

    with pytest.raises(InputError) as refused:
        hand_in(company, Unreadable(limit + 1, [b""]))
    assert refused.value.code == "intake.too_large"


@pytest.mark.parametrize("announced", [len(OTHER) - 1, len(OTHER) + 1, 0, 10**6])
def test_file_of_another_size_than_announced_is_refused(company: Company, announced: int) -> None:
    """A truncated upload is never a document."""
    with pytest.raises(InputError) as refused:
        hand_in(company, Lying(announced, [OTHER]))

    assert refused.value.code == "intake.size_mismatch"
    assert states(company) == ["live"]


@pytest.mark.parametrize("second", [OTHER[:-5], OTHER + b"more"])
def test_file_that_changes_between_two_readings_is_no_document(company: Company, second: bytes) -> None:
    """What was examined is what is sealed, or nothing goes live."""
    with pytest.raises((InputError, VaultError)):
        hand_in(company, Lying(len(OTHER), [OTHER, second]))

    assert states(company) == ["live", "pending"]


def test_title_comes_from_the_name_made_safe(company: Company) -> None:
    """A name that is a path, a trick or nothing at all still gives a title, and never a path."""
    submitted = [
        company.submit("custodian", OTHER + bytes([number + 65]), name=name)
        for number, name in enumerate(["../../etc/passwd.txt", "a\u202egpj.txt", "C:\\temp\\报价单.txt", "....txt"])
    ]

    assert len({each.document_id for each in submitted}) == 4


def test_sealed_vault_takes_nothing(company: Company) -> None:
    """There is no key to seal it under."""
    company.vault.seal()

    with pytest.raises(Sealed):
        company.submit("author", OTHER)
    assert states(company) == ["live"]


def test_store_that_is_away_leaves_an_intent_that_a_retry_takes_up(company: Company) -> None:
    """503 and nothing half-filed; with the store back, the same submission becomes the document."""
    objects = company.directory / "objects"
    objects.rename(company.directory / "away")
    with pytest.raises(Unavailable):
        company.submit("author", OTHER, key="form 1")
    assert states(company) == ["live", "pending"]

    (company.directory / "away").rename(objects)
    again = company.submit("author", OTHER, key="form 1")

    assert again.state is VersionState.STORED
    assert states(company) == ["live", "stored"]


def test_key_of_an_object_says_nothing(company: Company) -> None:
    """Random, and of nobody's choosing."""
    company.submit("author", OTHER, name="Harrow.txt")
    keys = column(company, "SELECT object_key FROM sealed_objects")

    assert len(set(keys)) == len(keys) == 3
    assert all(key.startswith("o/") and len(key) == 43 for key in keys)


def test_intent_that_was_swept_meanwhile_does_not_go_live(company: Company) -> None:
    """An upload that took longer than the grace: its rows are gone, so it is no document either."""

    class Slow(Lying):
        def rewind(self) -> BinaryIO:
            if not self.readings[0]:
                alter(company, "UPDATE sealed_objects SET state = 'garbage' WHERE state = 'pending'")
            return io.BytesIO(self.readings.pop(0) or OTHER)

    with pytest.raises(VaultError) as refused:
        hand_in(company, Slow(len(OTHER), [OTHER, b""]))

    assert refused.value.code == "intake.abandoned"
    assert "stored" not in states(company)
