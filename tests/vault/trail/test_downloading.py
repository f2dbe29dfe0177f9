"""Downloads: for the owner alone, decided anew each time, in parts, and each recorded once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tests.company import Company
from tests.vault.trail import tampering
from tests.vault.trail.exports.making_exports import content_of, made, ordered, record_of
from tests.vault.trail.test_exporting import entries_of
from vault.clock import FixedClock
from vault.errors import AccessDenied, Conflict, NotFound, Sealed, TamperError
from vault.ledger.events import Event
from vault.model import Actor, Office
from vault.people.accounts import PersonDraft, create_person, suspend_person
from vault.trail.downloading import OutOfRange, download_export
from vault.trail.exports.formats import ExportFormat
from vault.trail.own_exports import end_export, list_exports, show_export


def another_auditor(company: Company) -> Actor:
    draft = PersonDraft(
        login="tomas",
        name="Tomas",
        staff_number="A-0002",
        office=Office.AUDITOR,
        qualifications=frozenset(),
        clearance=company.person("auditor").clearance,
        locale="en",
        timezone="UTC",
    )
    create_person(company.vault, company.at_keyboard("admin"), draft=draft)
    return company.at_keyboard("tomas")


def part(company: Company, actor: Actor, export_id: str, first: int = 0, last: int | None = None) -> bytes:
    return b"".join(download_export(company.vault, actor, export_id=export_id, first=first, last=last).content)


def test_parts_of_a_file_make_up_the_whole(company: Company) -> None:
    """Wherever the download broke."""
    export_id = made(company, ExportFormat.CSV)
    whole, auditor = content_of(company, export_id), company.signed_in("auditor")

    for broken_at in (1, 100, len(whole) - 1):
        first = part(company, auditor, export_id, 0, broken_at - 1)
        assert first + part(company, auditor, export_id, broken_at) == whole
    assert part(company, auditor, export_id, 10, 10**9) == whole[10:]


def test_part_beyond_the_end_is_refused_with_the_length(company: Company) -> None:
    """So that whoever asks can ask better."""
    export_id = made(company)

    with pytest.raises(OutOfRange) as refused:
        part(company, company.signed_in("auditor"), export_id, 10**9)

    assert refused.value.file_bytes == record_of(company, export_id).file_bytes


def test_download_in_parts_is_recorded_once(company: Company) -> None:
    """A download is what begins at the first byte; what follows in the session belongs to it."""
    export_id, auditor = made(company), company.signed_in("auditor")
    for first in (0, 10, 20):
        part(company, auditor, export_id, first)

    [entry] = entries_of(company, Event.EXPORT_DOWNLOADED)
    assert (entry.actor_id, entry.session_id) == (auditor.person_id, auditor.session_id)
    assert entry.details["export"] == export_id
    assert record_of(company, export_id).downloads == 1


def test_each_beginning_is_a_download(company: Company) -> None:
    """Twice the whole file is two."""
    export_id, auditor = made(company), company.signed_in("auditor")
    part(company, auditor, export_id)
    part(company, auditor, export_id)

    assert len(entries_of(company, Event.EXPORT_DOWNLOADED)) == 2


def test_leaving_out_the_first_byte_leaves_out_no_record(company: Company) -> None:
    """In a session that has begun no download any part begins one."""
    export_id = made(company)
    part(company, company.signed_in("auditor"), export_id, 1)
    part(company, company.signed_in("auditor"), export_id, 1)

    entries = entries_of(company, Event.EXPORT_DOWNLOADED)
    assert [entry.details["first"] for entry in entries] == [1, 1]


def test_export_of_another_auditor_is_unknown(company: Company) -> None:
    """It is neither listed nor shown nor downloaded nor ended; the attempts are recorded."""
    export_id, other = made(company), another_auditor(company)

    assert list_exports(company.vault, other) == []
    with pytest.raises(NotFound):
        show_export(company.vault, other, export_id=export_id)
    with pytest.raises(NotFound):
        part(company, other, export_id)
    with pytest.raises(NotFound):
        end_export(company.vault, other, export_id=export_id)
    [entry] = entries_of(company, Event.EXPORT_DOWNLOADED)
    assert (entry.actor_id, entry.code) == (other.person_id, "not_found.export")


def test_who_is_no_auditor_any_more_gets_no_byte(company: Company) -> None:
    """The right is checked where it is used."""
    export_id, auditor = made(company), company.signed_in("auditor")
    suspend_person(company.vault, company.at_keyboard("admin"), person_id=company.ids["auditor"], note="Left the house")

    with pytest.raises(AccessDenied):
        part(company, auditor, export_id)


def test_right_that_is_lost_meanwhile_ends_the_answer(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long file does not go on for who was suspended."""
    monkeypatch.setattr("vault.trail.downloading.SEGMENTS_BETWEEN_LOOKS", 1)
    monkeypatch.setattr("vault.trail.downloading.SEGMENT_BYTES", 1_000)
    export_id, auditor = made(company), company.signed_in("auditor")
    content = download_export(company.vault, auditor, export_id=export_id).content
    assert next(content)
    suspend_person(company.vault, company.at_keyboard("admin"), person_id=company.ids["auditor"], note="Left the house")

    with pytest.raises(AccessDenied):
        next(content)


def test_file_that_is_not_made_cannot_be_had(company: Company) -> None:
    """Nor one that was removed."""
    waiting, removed, auditor = ordered(company), made(company), company.signed_in("auditor")
    end_export(company.vault, auditor, export_id=removed)
    ordered_later = ordered(company)

    with pytest.raises(Conflict, match=r"export\.not_made"):
        part(company, auditor, ordered_later)
    with pytest.raises(Conflict, match=r"export\.ended"):
        part(company, auditor, removed)
    assert record_of(company, waiting).downloads == 0


def test_expired_file_cannot_be_had_before_the_sweep_either(company: Company, clock: FixedClock) -> None:
    """By the clock, not by whether somebody has come by to clean up."""
    export_id, auditor = made(company), company.signed_in("auditor")
    clock.advance(dt.timedelta(days=7))

    with pytest.raises(Conflict, match=r"export\.ended"):
        part(company, auditor, export_id)


def test_sealed_vault_gives_out_nothing(company: Company) -> None:
    """Said before an answer begins."""
    export_id, auditor = made(company), company.signed_in("auditor")
    company.vault.keyroom.seal()

    with pytest.raises(Sealed):
        download_export(company.vault, auditor, export_id=export_id)


def test_altered_file_is_refused_and_recorded(company: Company) -> None:
    """Before a byte of what was altered is given out."""
    export_id, auditor = made(company), company.signed_in("auditor")
    [stored] = [path for path in (company.directory / "objects" / "e").rglob("*") if path.is_file()]
    content = stored.read_bytes()
    stored.chmod(0o600)
    stored.write_bytes(content[:100] + bytes([content[100] ^ 1]) + content[101:])

    with pytest.raises(TamperError):
        part(company, auditor, export_id)

    [entry] = entries_of(company, Event.OBJECT_TAMPERED)
    assert entry.actor_id == auditor.person_id


def test_exchanged_rows_open_nothing(company: Company) -> None:
    """The key is bound to the export and its owner: giving it to another row or person breaks it."""
    first, second = made(company), made(company)
    wrapped = record_of(company, second).wrapped_dek
    tampering.run(company, "UPDATE trail_exports SET wrapped_dek = :wrapped WHERE id = :id", wrapped=wrapped, id=first)
    other = another_auditor(company)
    tampering.run(company, "UPDATE trail_exports SET person_id = :p WHERE id = :id", p=other.person_id, id=second)

    with pytest.raises(TamperError):
        part(company, company.signed_in("auditor"), first)
    with pytest.raises(TamperError):
        part(company, replace(other, session_id=other.session_id), second)
