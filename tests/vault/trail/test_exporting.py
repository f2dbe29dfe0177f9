"""Exports: looked at first, ordered with a reason, recorded before anything is made, refused where they must be."""

from __future__ import annotations

import dataclasses

import pytest

from tests.company import OFFICE_PLACE, REASON, Company
from tests.vault.trail import tampering
from tests.vault.trail.exports.making_exports import ordered, record_of
from vault.errors import AccessDenied, Conflict, InputError, Sealed, TamperError, TooMany, Unavailable
from vault.ledger.events import Event
from vault.policy.reasons import ReasonDraft
from vault.trail.exporting import MOST_UNMADE, ExportOrder, ExportPreview, order_export, preview_export
from vault.trail.exports import formats
from vault.trail.exports.formats import ExportFormat
from vault.trail.querying import TrailQuery, parse_query
from vault.trail.rows import TrailRow
from vault.trail.searching import search_trail

ASSIGNED = TrailQuery(event="dossier.assigned")


def preview(company: Company, query: TrailQuery = ASSIGNED) -> ExportPreview:
    company.sequence()
    return preview_export(company.vault, company.at_keyboard("auditor"), query=query)


def order(company: Company, wanted: ExportOrder, *, login: str = "auditor", query: TrailQuery = ASSIGNED) -> str:
    return order_export(company.vault, company.at_keyboard(login), query=query, order=wanted, reason=REASON)


def entries_of(company: Company, event: Event) -> list[TrailRow]:
    company.sequence()
    query = TrailQuery(event=event.value)
    return search_trail(company.vault, company.at_keyboard("auditor"), query=query, limit=200).rows


def test_preview_counts_exactly_what_the_search_finds(company: Company) -> None:
    """Up to the checkpoint that it names."""
    found = entries_of(company, Event.DOSSIER_ASSIGNED)

    seen = preview(company)

    assert seen.rows == len(found)
    assert seen.checkpoint.size > max(row.index for row in found)
    assert len(seen.digest) == 32


def test_preview_is_recorded_like_a_search(company: Company) -> None:
    """How many entries there are about somebody tells something, too."""
    preview(company, TrailQuery(person="borrower"))

    [entry] = [row for row in entries_of(company, Event.TRAIL_SEARCHED) if "counted" in row.details]
    assert (entry.actor_id, entry.subject_id) == (company.ids["auditor"], company.ids["borrower"])
    assert entry.details == {"by_person": 1, "counted": 1}


def test_same_selection_has_the_same_digest_and_another_has_another(company: Company) -> None:
    """Also later, when the trail has grown."""
    before = preview(company)
    company.signed_in("author")

    assert preview(company).digest == before.digest
    assert preview(company, TrailQuery(event="dossier.created")).digest != before.digest


def test_order_is_recorded_with_reason_query_count_and_digest(company: Company) -> None:
    """Before a byte of it is made."""
    seen = preview(company)

    export_id = order(company, ExportOrder(ExportFormat.CSV))

    [entry] = entries_of(company, Event.TRAIL_EXPORTED)
    assert entry.actor_id == company.ids["auditor"]
    assert entry.reason is not None
    assert entry.reason.text == REASON.text
    assert entry.details == {
        "event": "dossier.assigned",
        "export": export_id,
        "format": "csv",
        "rows": seen.rows,
        "digest": seen.digest.hex(),
        "checkpoint": seen.checkpoint.size,
    }


def test_order_about_one_person_says_whom_as_a_sealed_value(company: Company) -> None:
    """The leaf says that a person was named, not whom."""
    ordered(company, query=TrailQuery(person="borrower"))

    [entry] = entries_of(company, Event.TRAIL_EXPORTED)
    assert entry.subject_id == company.ids["borrower"]
    assert entry.details["by_person"] == 1


def test_words_of_the_query_stand_nowhere_in_clear(company: Company) -> None:
    """They may be a customer's name: the row holds the query sealed."""
    words = "Harrow Vale Bearings"

    export = record_of(company, ordered(company, query=TrailQuery(dossier=words)))

    stored = repr(dataclasses.asdict(export)).encode() + export.query_sealed
    assert words.encode() not in stored


def test_what_was_looked_at_is_what_is_ordered(company: Company) -> None:
    """With the size, count and digest that the preview showed; entries since then are not in it."""
    seen = preview(company)
    for _ in range(3):
        company.signed_in("author")
    company.sequence()

    export_id = order(company, ExportOrder(ExportFormat.CSV, seen=(seen.checkpoint.size, seen.rows, seen.digest)))

    assert record_of(company, export_id).size == seen.checkpoint.size


@pytest.mark.parametrize("changed", ["size", "rows", "digest"])
def test_order_of_something_else_than_was_shown_is_refused(company: Company, changed: str) -> None:
    """And nothing is recorded as exported, and nobody suspected of having tampered."""
    seen = preview(company)
    shown = {"size": seen.checkpoint.size, "rows": seen.rows, "digest": seen.digest}
    shown |= {changed: b"\0" * 32 if changed == "digest" else 4_711}

    with pytest.raises(Conflict, match=r"export\.changed"):
        order(company, ExportOrder(ExportFormat.CSV, seen=(shown["size"], shown["rows"], shown["digest"])))  # type: ignore[arg-type]

    assert entries_of(company, Event.TRAIL_EXPORTED) == []
    assert entries_of(company, Event.OBJECT_TAMPERED) == []


@pytest.mark.parametrize("text", ["", ".", "aaa", "asdfasdfasdf", "\u200b\u200b\u200b"])
def test_export_without_a_real_reason_is_refused(company: Company, text: str) -> None:
    """And nothing is recorded as exported."""
    with pytest.raises(InputError, match=r"reason\."):
        ordered(company, reason=ReasonDraft("review", text))

    assert entries_of(company, Event.TRAIL_EXPORTED) == []


@pytest.mark.parametrize("login", ["borrower", "admin", "officer"])
def test_only_auditors_export_and_the_attempt_is_recorded(company: Company, login: str) -> None:
    """Whoever asks, at the preview and at the order."""
    company.sequence()
    with pytest.raises(AccessDenied):
        preview_export(company.vault, company.at_keyboard(login), query=ASSIGNED)
    with pytest.raises(AccessDenied):
        order(company, ExportOrder(ExportFormat.CSV), login=login)

    [entry] = entries_of(company, Event.TRAIL_EXPORTED)
    assert (entry.actor_id, entry.code) == (company.ids[login], "denied.office")


def test_trail_without_checkpoint_is_not_exported(company: Company) -> None:
    """Nothing is recorded as exported."""
    company.sequence()
    tampering.remove_checkpoints(company)

    with pytest.raises(Unavailable, match=r"trail\.no_checkpoint"):
        order(company, ExportOrder(ExportFormat.CSV))

    assert entries_of(company, Event.TRAIL_EXPORTED) == []


def test_forged_checkpoint_stops_the_export_and_is_recorded(company: Company) -> None:
    """For the security officer, with who came upon it."""
    company.sequence()
    tampering.forge_checkpoint(company)

    with pytest.raises(TamperError, match=r"trail\.checkpoint"):
        order(company, ExportOrder(ExportFormat.CSV))

    [entry] = entries_of(company, Event.OBJECT_TAMPERED)
    assert (entry.actor_id, entry.code) == (company.ids["auditor"], "trail.checkpoint")


def test_entry_that_the_trail_has_lost_is_not_passed_over(company: Company) -> None:
    """The search knows of it, so a count without it would hide the hole."""
    wanted = entries_of(company, Event.DOSSIER_ASSIGNED)[0]
    tampering.remove_leaf(company, wanted.index)

    with pytest.raises(TamperError):
        preview(company)

    assert len(entries_of(company, Event.OBJECT_TAMPERED)) == 1


def test_sealed_vault_takes_no_order(company: Company) -> None:
    """A file could be sealed under no key; searching goes on."""
    company.sequence()
    company.vault.keyroom.seal()

    with pytest.raises(Sealed):
        order(company, ExportOrder(ExportFormat.CSV))


def test_format_that_cannot_hold_them_all_is_refused(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """With both numbers, instead of a table that ends where the format does."""
    few = dataclasses.replace(formats.FACTS[ExportFormat.PDF], most_rows=2)
    monkeypatch.setitem(formats.FACTS, ExportFormat.PDF, few)
    company.sequence()

    with pytest.raises(InputError, match=r"export\.too_many_rows") as refused:
        order(company, ExportOrder(ExportFormat.PDF))

    assert refused.value.params["most"] == 2


def test_only_so_many_wait_at_once(company: Company) -> None:
    """One auditor does not keep the worker from everybody else's."""
    for _ in range(MOST_UNMADE):
        ordered(company)

    with pytest.raises(TooMany, match=r"export\.too_many"):
        ordered(company)


def test_selection_that_takes_too_long_to_count_is_said_so(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Instead of a page that never comes."""
    company.sequence()
    monkeypatch.setattr("vault.trail.exporting.COUNT_SECONDS", -1.0)

    with pytest.raises(Unavailable, match=r"export\.too_long_to_count"):
        preview_export(company.vault, company.at_keyboard("auditor"), query=ASSIGNED)


def test_place_of_the_order_is_recorded(company: Company) -> None:
    """As of every act."""
    ordered(company)

    [entry] = entries_of(company, Event.TRAIL_EXPORTED)
    assert entry.place == OFFICE_PLACE


def test_words_of_sealed_values_select_exactly_what_opens_to_them(company: Company) -> None:
    """The same entries as the search finds, counted by opening candidates; while sealed it says why it cannot."""
    for _ in range(3):
        company.open_and_read(company.signed_in("borrower"))
    query = parse_query('reason:"line four"', "UTC", now=company.vault.clock.now())
    company.sequence()
    found = search_trail(company.vault, company.at_keyboard("auditor"), query=query, limit=200).rows

    export = record_of(company, ordered(company, query=query))

    assert export.rows == len(found) == 3
    assert b"line four" not in export.query_sealed
    company.vault.keyroom.seal()
    with pytest.raises(Sealed):
        preview_export(company.vault, company.at_keyboard("auditor"), query=query)
