"""Who saw what, counted: by document, by dossier, by person."""

from __future__ import annotations

import pytest

from tests.company import Company
from vault.database.engine import reading
from vault.database.trail_summarising import summarise_seen
from vault.errors import AccessDenied, NotFound
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.model import PersonId
from vault.recording import record
from vault.trail.query import Field
from vault.trail.querying import TrailQuery
from vault.trail.searching import search_trail
from vault.trail.summaries import Summary, summarise

DOSSIERS = ["d" + "a" * 26, "d" + "b" * 26]
DOCUMENTS = ["f" + "a" * 26, "f" + "b" * 26]


@pytest.fixture
def seen(company: Company) -> Company:
    """The borrower viewed both documents, one of them twice, with three pages; another was refused once."""
    acts = [
        ("borrower", 0, Event.VIEW_OPENED, Outcome.SUCCESS),
        ("borrower", 0, Event.PAGE_READ, Outcome.SUCCESS),
        ("borrower", 0, Event.PAGE_READ, Outcome.SUCCESS),
        ("borrower", 0, Event.PAGE_REFUSED, Outcome.DENIED),
        ("borrower", 0, Event.VIEW_OPENED, Outcome.SUCCESS),
        ("borrower", 1, Event.VIEW_OPENED, Outcome.SUCCESS),
        ("borrower", 1, Event.PAGE_READ, Outcome.SUCCESS),
        ("other", 0, Event.VIEW_DENIED, Outcome.DENIED),
        ("custodian", 0, Event.DOCUMENT_FILED, Outcome.SUCCESS),
    ]
    for login, number, event, outcome in acts:
        person = PersonId(company.ids[login])
        entry = Entry(event, outcome, actor=person, dossier=DOSSIERS[number], document=DOCUMENTS[number])
        record(company.vault, entry)
    company.sequence()
    return company


def counted(company: Company, of: Field, named: str) -> Summary:
    return summarise(company.vault, company.at_keyboard("auditor"), of=of, named=named)


def test_document_names_everyone_who_saw_it_or_tried(seen: Company) -> None:
    """Views, pages, refusals, and names; who filed it saw nothing by that."""
    summary = counted(seen, Field.DOCUMENT, DOCUMENTS[0])

    numbers = {row.person_id: (row.views, row.pages, row.refused) for row in summary.rows}
    assert numbers == {seen.ids["borrower"]: (2, 2, 1), seen.ids["other"]: (0, 0, 1)}
    assert summary.names.people[seen.ids["borrower"]] == ("王晓明", "N-0002")
    assert summary.is_whole


@pytest.mark.parametrize(("of", "named"), [(Field.DOCUMENT, DOCUMENTS[0]), (Field.DOSSIER, DOSSIERS[0])])
def test_who_only_took_a_marked_copy_is_named(seen: Company, of: Field, named: str) -> None:
    """Two were released, one of them could not be made after all; whose only one failed has seen nothing."""
    failed = {"code": "storage.unavailable"}
    for login, copy, event, outcome, facts in (
        ("stranger", "a", Event.COPY_PREPARED, Outcome.SUCCESS, {}),
        ("stranger", "a", Event.COPY_RELEASED, Outcome.SUCCESS, {}),
        ("stranger", "a", Event.COPY_FAILED, Outcome.FAILED, failed),
        ("stranger", "a", Event.COPY_RELEASED, Outcome.SUCCESS, {}),
        ("stranger", "a", Event.COPY_DELIVERED, Outcome.SUCCESS, {}),
        ("custodian2", "b", Event.COPY_RELEASED, Outcome.SUCCESS, {}),
        ("custodian2", "b", Event.COPY_FAILED, Outcome.FAILED, failed),
    ):
        about = {"dossier": DOSSIERS[0], "document": DOCUMENTS[0], "view": f"z{copy * 26}"}
        record(seen.vault, Entry(event, outcome, actor=PersonId(seen.ids[login]), **about, **facts))
    seen.sequence()

    rows = {row.person_id: row for row in counted(seen, of, named).rows}
    taken = rows[seen.ids["stranger"]]
    assert (taken.views, taken.pages, taken.copies, taken.refused) == (0, 0, 1, 0)
    assert seen.ids["custodian2"] not in rows
    assert rows[seen.ids["borrower"]].copies == 0


def test_person_and_dossier_are_told_by_document(seen: Company) -> None:
    """The same numbers from the other sides."""
    person = counted(seen, Field.PERSON, seen.ids["borrower"])
    dossier = counted(seen, Field.DOSSIER, DOSSIERS[1])

    of_person = {(row.document_id, row.views, row.pages) for row in person.rows}
    assert of_person >= {(DOCUMENTS[0], 2, 2), (DOCUMENTS[1], 1, 1)}
    assert [(row.document_id, row.person_id, row.views) for row in dossier.rows] == [
        (DOCUMENTS[1], seen.ids["borrower"], 1)
    ]


def test_summary_is_recorded_like_a_search(seen: Company) -> None:
    """With whom or what it was about; of a person, sealed."""
    counted(seen, Field.PERSON, seen.ids["borrower"])
    counted(seen, Field.DOCUMENT, DOCUMENTS[0])
    seen.sequence()
    page = search_trail(seen.vault, seen.at_keyboard("auditor"), query=TrailQuery(event="trail.searched"))

    document, person, *_others = page.rows
    assert (person.details, person.subject_id) == ({"by_person": 1, "summary": 1}, seen.ids["borrower"])
    assert document.details == {"document": DOCUMENTS[0], "summary": 1}


def test_only_auditors_are_told(seen: Company) -> None:
    """And nothing is made of what is no id of its kind."""
    with pytest.raises(AccessDenied):
        summarise(seen.vault, seen.at_keyboard("officer"), of=Field.DOCUMENT, named=DOCUMENTS[0])
    for of, named in ((Field.DOCUMENT, DOSSIERS[0]), (Field.PERSON, "王晓明"), (Field.DOSSIER, "%")):
        with pytest.raises(NotFound):
            counted(seen, of, named)


def test_more_than_can_be_counted_is_said(seen: Company) -> None:
    """The newest are counted then."""
    with reading(seen.vault.engine) as tx:
        rows, is_whole = summarise_seen(tx, "document_id", DOCUMENTS[0], budget=2)

    assert ([(row.person_id, row.refused) for row in rows], is_whole) == ([(seen.ids["other"], 1)], False)
