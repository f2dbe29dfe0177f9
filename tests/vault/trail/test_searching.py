"""Searching: what is found, that it is recorded, and that damage is seen rather than skipped."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.company import OFFICE_PLACE, Company
from tests.vault.trail import tampering
from vault.clock import FixedClock
from vault.errors import AccessDenied, InputError, NotFound
from vault.ledger.events import Event, Outcome
from vault.people.signing_in import sign_in
from vault.trail.findings import list_findings
from vault.trail.querying import TrailQuery
from vault.trail.rows import TrailRow
from vault.trail.searching import Proof, search_trail, show_entry


def search(company: Company, *, before: int | None = None, limit: int = 200, **words: object) -> list[TrailRow]:
    company.sequence()
    query = TrailQuery(**words)  # type: ignore[arg-type]
    page = search_trail(company.vault, company.at_keyboard("auditor"), query=query, before=before, limit=limit)
    return page.rows


def test_entries_come_newest_first_with_names(company: Company) -> None:
    """Who did it, to whom, from where."""
    [row, *_others] = search(company, event="dossier.assigned")

    assert (row.actor_name, row.actor_id) == ("Beatrice Okafor", company.ids["custodian"])
    assert row.subject_name == "Approver"
    assert row.place is not None
    assert row.place.label == "Head office"
    indices = [each.index for each in search(company)]
    assert indices == sorted(indices, reverse=True)


def test_pages_hold_every_entry_once(company: Company) -> None:
    """Paging by position: nothing twice, nothing left out, although each page adds an entry of its own."""
    company.sequence()
    auditor = company.at_keyboard("auditor")
    first = search_trail(company.vault, auditor, query=TrailQuery(), limit=7)
    seen = [row.index for row in first.rows]
    before = first.next_before
    while before is not None:
        company.sequence()
        page = search_trail(company.vault, auditor, query=TrailQuery(), before=before, limit=7)
        seen += [row.index for row in page.rows]
        before = page.next_before

    assert seen == list(range(seen[0], -1, -1))


def test_person_is_found_as_actor_and_as_whom_it_was_about(company: Company) -> None:
    """Both sides of what they did and of what was done to them."""
    rows = search(company, person="borrower")

    sides = {(row.actor_id == company.ids["borrower"], row.subject_id == company.ids["borrower"]) for row in rows}
    assert {(True, False), (False, True)} <= sides
    assert (False, False) not in sides


def test_times_bound_the_logging_with_an_open_end(company: Company, clock: FixedClock) -> None:
    """From this moment, and before that one."""
    company.sequence()
    clock.advance(dt.timedelta(hours=1))
    moment = clock.now()
    sign_in(company.vault, login="other", password="correct lantern 7 harbour", place=OFFICE_PLACE, user_agent="")
    company.sequence()
    clock.advance(dt.timedelta(hours=1))

    opened = search(company, event="session.opened", since=moment)
    assert [row.actor_id for row in opened] == [company.ids["other"]]
    assert all(row.logged < moment for row in search(company, until=moment))
    assert search(company, since=clock.now() + dt.timedelta(days=1)) == []


def test_each_search_is_recorded_with_what_it_was_for(company: Company) -> None:
    """The event, and that a person was named; whom, as a sealed value."""
    search(company, person="borrower", event="page.read")

    [entry, *_others] = search(company, event="trail.searched")
    assert entry.actor_id == company.ids["auditor"]
    assert entry.subject_id == company.ids["borrower"]
    assert entry.details == {"event": "page.read", "by_person": 1}


def test_no_page_of_an_answer_is_without_record(company: Company) -> None:
    """Beginning further on is no way around it: a made-up position is recorded like the first page."""
    search(company, event="view.opened", before=2**50)

    [entry, *_others] = search(company, event="trail.searched")
    assert entry.details == {"event": "view.opened", "before": 2**50}


def test_nothing_is_shown_when_it_cannot_be_recorded(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """No record, no look."""

    def fail(*_arguments: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(type(company.vault.recorder), "append", fail)
    with pytest.raises(OSError, match="no space"):
        search_trail(company.vault, company.at_keyboard("auditor"), query=TrailQuery())
    with pytest.raises(OSError, match="no space"):
        show_entry(company.vault, company.at_keyboard("auditor"), index=1)


@pytest.mark.parametrize("login", ["borrower", "custodian", "admin", "officer"])
def test_only_auditors_search_and_the_attempt_is_recorded(company: Company, login: str) -> None:
    """Administrators and security officers included."""
    with pytest.raises(AccessDenied):
        search_trail(company.vault, company.at_keyboard(login), query=TrailQuery())
    with pytest.raises(AccessDenied):
        show_entry(company.vault, company.at_keyboard(login), index=1)

    rows = search(company, event="trail.searched", outcome="denied")
    assert [row.actor_id for row in rows] == [company.ids[login]] * 2


def test_words_outside_the_vocabulary_are_refused(company: Company) -> None:
    """An event of another name would match nothing and look like nothing happened."""
    with pytest.raises(InputError, match=r"trail\.event"):
        search(company, event="view.stolen")


def test_sealed_vault_shows_what_happened_and_not_who(company: Company) -> None:
    """Event, outcome and time stand; names, places and reasons wait for the key."""
    company.sequence()
    company.vault.seal()

    page = search_trail(company.vault, company.at_keyboard("auditor"), query=TrailQuery(event="dossier.assigned"))

    assert {(row.hidden, row.actor_id, row.place) for row in page.rows} == {("sealed", "", None)}


# damage


@pytest.mark.parametrize("leaf", [b"", b"{}", b"not json", b"\xff\xfe", b'{"event":"view.stolen"}', b"[1]"])
def test_damaged_entry_is_shown_as_damaged_beside_the_others(company: Company, leaf: bytes) -> None:
    """One altered leaf hides neither itself nor its neighbours."""
    rows = search(company)
    target = rows[5].index
    tampering.alter_leaf(company, target, leaf)

    by_index = {row.index: row for row in search(company)}

    assert (by_index[target].event, by_index[target].hidden) == (None, "damaged")
    assert by_index[target].actor_id == ""
    assert by_index[target - 1].event is rows[6].event


def test_missing_entry_is_shown_as_missing(company: Company) -> None:
    """A hole is a row."""
    target = search(company)[5].index
    tampering.remove_leaf(company, target)

    [row] = [row for row in search(company) if row.index == target]

    assert (row.event, row.hidden) == (None, "missing")


def test_altered_value_is_damaged_and_not_believed(company: Company) -> None:
    """Sealed values of another entry do not open here."""
    rows = search(company, event="dossier.assigned")
    statement = (
        "UPDATE trail_disclosures SET sealed = (SELECT d.sealed FROM trail_disclosures d JOIN trail_leaves l "
        "ON l.entry_id = d.entry_id WHERE l.position = :other AND d.part = 'actor') "
        "WHERE part = 'actor' AND entry_id = (SELECT entry_id FROM trail_leaves WHERE position = :index)"
    )
    tampering.run(company, statement, other=rows[1].index, index=rows[0].index)

    assert search(company, event="dossier.assigned")[0].hidden == "damaged"


# one entry


def test_entry_is_proven_against_the_newest_checkpoint(company: Company) -> None:
    """Each of them, from the first to the last that is signed for."""
    company.sequence()
    auditor = company.at_keyboard("auditor")
    size = show_entry(company.vault, auditor, index=0).standing.signed_to

    for index in (0, 1, size // 2, size - 1):
        record = show_entry(company.vault, auditor, index=index)
        assert (record.row.index, record.proof) == (index, Proof.SIGNED)
        assert f'"index":{index}' in record.leaf_text


def test_entry_past_the_checkpoint_is_not_signed_for_yet(company: Company) -> None:
    """The trail grows while the vault is sealed; what came then waits for its signature."""
    company.sequence()
    company.vault.seal()
    search_trail(company.vault, company.at_keyboard("auditor"), query=TrailQuery())
    company.sequence()
    size = search_trail(company.vault, company.at_keyboard("auditor"), query=TrailQuery()).standing.size

    record = show_entry(company.vault, company.at_keyboard("auditor"), index=size - 1)

    assert record.proof is Proof.NOT_YET


def test_altered_entry_is_broken_even_if_its_hash_was_altered_too(company: Company) -> None:
    """The proof goes to the signed root, not to what is stored beside the leaf."""
    company.sequence()
    text = show_entry(company.vault, company.at_keyboard("auditor"), index=3).leaf_text
    tampering.alter_leaf(company, 3, text.replace('"success"', '"denied"').encode())

    record = show_entry(company.vault, company.at_keyboard("auditor"), index=3)

    assert record.proof is Proof.BROKEN
    assert record.row.outcome is Outcome.DENIED


def test_missing_entry_and_forged_checkpoint_are_broken(company: Company) -> None:
    """Neither can be proven."""
    company.sequence()
    tampering.remove_leaf(company, 3)
    assert show_entry(company.vault, company.at_keyboard("auditor"), index=3).proof is Proof.BROKEN

    tampering.forge_checkpoint(company)
    assert show_entry(company.vault, company.at_keyboard("auditor"), index=2).proof is Proof.BROKEN


def test_entry_hidden_from_every_search_is_still_shown(company: Company) -> None:
    """By its number, from the leaf itself."""
    company.sequence()
    tampering.run(company, "DELETE FROM trail_search WHERE position = 3")

    record = show_entry(company.vault, company.at_keyboard("auditor"), index=3)

    assert (record.row.index, record.proof) == (3, Proof.SIGNED)
    assert record.row.event is not None


@pytest.mark.parametrize("index", [-1, 10**6, 2**53, 2**70])
def test_entry_that_there_is_none_of_is_not_found(company: Company, index: int) -> None:
    """However large the number; the attempt is recorded."""
    with pytest.raises(NotFound):
        show_entry(company.vault, company.at_keyboard("auditor"), index=index)

    [entry, *_others] = search(company, event="trail.searched", outcome="denied")
    assert entry.code == "not_found.entry"


def test_looking_at_an_entry_is_recorded(company: Company) -> None:
    """With its number."""
    company.sequence()
    show_entry(company.vault, company.at_keyboard("auditor"), index=4)

    [entry, *_others] = search(company, event="trail.searched")
    assert entry.details == {"index": 4}


def test_findings_are_for_those_who_work_and_judge_them(company: Company) -> None:
    """Security officer and auditor; nobody else lists them."""
    for name in ("officer", "auditor"):
        assert list_findings(company.vault, company.at_keyboard(name)).new == []
    with pytest.raises(AccessDenied):
        list_findings(company.vault, company.at_keyboard("admin"))


def test_events_are_filtered_by_document_and_view(company: Company) -> None:
    """Only what is about it."""
    rows = search(company, document=company.document_id)

    assert {row.document_id for row in rows} == {company.document_id}
    assert {row.event for row in rows} >= {Event.DOCUMENT_SUBMITTED, Event.DOCUMENT_CONVERTED}
    assert search(company, view="w" + "a" * 26) == []
