"""A custodian's decision: once, by somebody else than the author, on the newest, and with a note if it is refused."""

from __future__ import annotations

from functools import partial

import pytest

from tests.attacks.observing import column, files_under, trail
from tests.company import Company
from tests.vault.filing.together import at_once
from vault.errors import AccessDenied, Conflict, InputError, NotFound, VaultError
from vault.filing.cards import show_dossier
from vault.filing.reviewing import file_submission, refuse_submission
from vault.ledger.events import Event, Outcome

TEXT = b"Another offer altogether\n"
NOTE = "The prices on page two are last year's"


def file(company: Company, document_id: str, *, by: str = "custodian", version: int | None = None) -> None:
    file_submission(company.vault, company.at_keyboard(by), document_id=document_id, version=version)


def refuse(company: Company, document_id: str, *, by: str = "custodian", note: str = NOTE) -> None:
    refuse_submission(company.vault, company.at_keyboard(by), document_id=document_id, note=note)


def states(company: Company, document_id: str) -> list[str]:
    query = "SELECT state FROM document_versions WHERE document_id = :id ORDER BY number"
    return [str(state) for state in column(company, query, id=document_id)]


@pytest.fixture
def submitted(company: Company) -> str:
    """A document of the author's that waits, with its pages made."""
    document_id = company.submit("author", TEXT).document_id
    company.convert_all()
    return document_id


def test_filed_submission_opens(company: Company, submitted: str) -> None:
    """Live, with who filed it in the trail."""
    file(company, submitted)

    entry = trail(company, Event.DOCUMENT_FILED)[-1]
    assert states(company, submitted) == ["live"]
    assert (entry.actor, entry.fact("document"), entry.details) == (company.ids["custodian"], submitted, {"number": 1})


def test_refused_submission_tells_its_author_why(company: Company, submitted: str) -> None:
    """The note is sealed where it lies, and read by whoever handed it in."""
    refuse(company, submitted)

    card = show_dossier(company.vault, company.at_keyboard("author"), dossier_id=company.dossier_id)
    assert [row.note for row in card.documents if row.id == submitted] == [NOTE]
    assert trail(company, Event.DOCUMENT_REFUSED)[-1].reason is not None
    assert all(NOTE.encode() not in content for _path, content in files_under(company.directory))


def test_refused_file_may_be_handed_in_again(company: Company, submitted: str) -> None:
    """After a talk, the same content is a new submission."""
    refuse(company, submitted)

    again = company.submit("author", TEXT)
    assert not again.already_filed
    assert column(company, "SELECT count(*) FROM sealed_objects WHERE state = 'garbage'") == [2]


@pytest.mark.parametrize("note", ["", ".", "aaa", "x" * 600])
def test_refusal_needs_a_note_of_substance(company: Company, submitted: str, note: str) -> None:
    """The author has to know what to do."""
    with pytest.raises(InputError):
        refuse(company, submitted, note=note)

    assert states(company, submitted) == ["submitted"]


def test_nobody_files_what_they_handed_in(company: Company) -> None:
    """Also a custodian who was the author once: decided on the person, not on the duty."""
    document_id = company.submit("author", TEXT).document_id
    company.convert_all()
    with company.vault.engine.begin() as tx:
        tx.exec_driver_sql("UPDATE document_versions SET submitted_by = ?", (company.ids["custodian"],))

    for decide in (file, refuse):
        with pytest.raises(AccessDenied) as refused:
            decide(company, document_id)
        assert refused.value.code == "denied.own_submission"
    assert trail(company, Event.DOCUMENT_FILED)[-1].outcome is Outcome.DENIED


@pytest.mark.parametrize(
    ("by", "error"),
    [("author", AccessDenied), ("borrower", AccessDenied), ("custodian2", NotFound), ("admin", NotFound)],
)
def test_only_the_custodian_decides(company: Company, submitted: str, by: str, error: type[VaultError]) -> None:
    """Refused and recorded, whichever way they would decide."""
    for decide in (file, refuse):
        with pytest.raises(error):
            decide(company, submitted, by=by)

    assert states(company, submitted) == ["submitted"]
    assert trail(company, Event.DOCUMENT_REFUSED)[-1].outcome is Outcome.DENIED


def test_document_of_which_nothing_waits_is_not_found(company: Company) -> None:
    """Live already, still being converted, or never there."""
    unmade = company.submit("author", TEXT).document_id

    for document_id in (company.document_id, unmade, "f" + "z" * 26):
        with pytest.raises(NotFound):
            file(company, document_id)


def test_decision_is_made_once(any_company: Company) -> None:
    """Filed and refused in the same moment: one of the two, and one entry."""
    document_id = any_company.submit("author", TEXT).document_id
    any_company.convert_all()

    at_once([partial(file, any_company, document_id), partial(refuse, any_company, document_id)] * 2)

    decisions = [
        entry
        for entry in trail(any_company, Event.DOCUMENT_FILED, Event.DOCUMENT_REFUSED)
        if entry.outcome is Outcome.SUCCESS and entry.fact("document") == document_id
    ]
    assert len(decisions) == 1


def test_newest_of_several_is_decided_and_older_ones_are_out_of_date(company: Company, submitted: str) -> None:
    """A second click must not put an older version in the place of the newer one."""
    company.submit("author", TEXT + b"2", document_id=submitted)
    company.convert_all()
    file(company, submitted)
    assert states(company, submitted) == ["submitted", "live"]

    with pytest.raises(NotFound):
        file(company, submitted)
    assert column(company, "SELECT current_version FROM documents WHERE id = :id", id=submitted) == [2]


def test_decision_on_another_version_than_was_looked_at_is_a_conflict(company: Company, submitted: str) -> None:
    """The author handed in a newer one while the custodian was reading."""
    company.submit("author", TEXT + b"2", document_id=submitted)
    company.convert_all()

    with pytest.raises(Conflict) as refused:
        file(company, submitted, version=1)
    assert refused.value.code == "submission.decided"

    file(company, submitted, version=2)
    assert states(company, submitted) == ["submitted", "live"]
