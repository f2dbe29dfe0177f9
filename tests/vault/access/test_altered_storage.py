"""Stored bytes and rows that are not what was sealed: found before anything is shown, recorded, and costing no view."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.attacks.acting import open_view
from tests.attacks.observing import alter, column, quota, trail, view_row
from tests.company import Company
from vault.access.reading import read_page, read_page_text, show_view
from vault.errors import TamperError
from vault.ledger.events import Event, Outcome
from vault.model import Actor


def opened(company: Company) -> tuple[Actor, str]:
    """A borrower with the document open."""
    actor = company.signed_in("borrower")
    return actor, open_view(company, actor).view_id


def _flip_object(company: Company) -> None:
    """One bit in every byte, so that image and text are both hit."""
    _pack_path(company).write_bytes(bytes(each ^ 1 for each in _pack_path(company).read_bytes()))


def _cut_object(company: Company) -> None:
    _pack_path(company).write_bytes(_pack_path(company).read_bytes()[:100])


def _remove_object(company: Company) -> None:
    _pack_path(company).unlink()


def _exchange_object(company: Company) -> None:
    """Another document's pages under this one's name."""
    path = _pack_path(company)
    company.submit("custodian", b"Quite another document with its own pages\n", name="Other.txt")
    company.convert_all()
    [other] = [each for each in _pack_paths(company) if each != path]
    path.write_bytes(other.read_bytes())


def _flip_index(company: Company) -> None:
    [sealed] = column(company, "SELECT index_sealed FROM sealed_objects WHERE part = 'pages'")
    alter(company, "UPDATE sealed_objects SET index_sealed = :bent WHERE part = 'pages'", bent=_flipped(sealed, -1))


def _flip_view_key(company: Company) -> None:
    [wrapped] = column(company, "SELECT wrapped_key FROM views")
    alter(company, "UPDATE views SET wrapped_key = :bent", bent=_flipped(wrapped, -1))


def _extend_lease_in_the_table(company: Company) -> None:
    """The end of the lease is part of what the key is bound to."""
    alter(company, "UPDATE views SET expires_at = expires_at + 3600000")


def _hand_over_in_the_table(company: Company) -> None:
    """The row says that the view was opened for another version."""
    [version] = column(company, "SELECT id FROM document_versions")
    company.submit("custodian", b"Another version altogether, with other pages\n", document_id=company.document_id)
    company.convert_all()
    alter(company, "UPDATE views SET version_id = (SELECT id FROM document_versions WHERE id <> :old)", old=version)


WOUNDS = [
    _flip_object,
    _cut_object,
    _remove_object,
    _exchange_object,
    _flip_index,
    _flip_view_key,
    _extend_lease_in_the_table,
    _hand_over_in_the_table,
]


@pytest.mark.parametrize("wound", WOUNDS)
@pytest.mark.parametrize("read", [read_page, read_page_text], ids=["image", "text"])
def test_altered_storage_is_found_recorded_and_costs_no_view(
    company: Company, wound: Callable[[Company], None], read: Callable[..., object]
) -> None:
    """Flipped, cut, gone or exchanged: nothing is shown, the security officer sees it, the claim comes back."""
    actor, view_id = opened(company)
    wound(company)
    with pytest.raises(TamperError):
        read(company.vault, actor, view_id=view_id, page_number=1)
    found = trail(company, Event.OBJECT_TAMPERED)
    assert [(entry.fact("view"), entry.outcome) for entry in found] == [(view_id, Outcome.FAILED)]
    assert view_row(company, view_id).wrapped_key is None
    assert quota(company).used == 0
    assert trail(company, Event.PAGE_READ) == []


@pytest.mark.parametrize("wound", [_flip_index, _flip_view_key, _extend_lease_in_the_table])
def test_altered_storage_is_found_by_the_frame_as_well(company: Company, wound: Callable[[Company], None]) -> None:
    """What fails before the first page is recorded no less."""
    actor, view_id = opened(company)
    wound(company)
    with pytest.raises(TamperError):
        show_view(company.vault, actor, view_id=view_id)
    assert len(trail(company, Event.OBJECT_TAMPERED)) == 1
    assert quota(company).used == 0


def test_view_of_which_a_page_was_seen_stays_used(company: Company) -> None:
    """Damage found later gives nothing back: something was shown."""
    actor, view_id = opened(company)
    read_page(company.vault, actor, view_id=view_id, page_number=1)
    _flip_object(company)
    with pytest.raises(TamperError):
        read_page(company.vault, actor, view_id=view_id, page_number=1)
    assert quota(company).used == 1
    assert trail(company, Event.VIEW_CLAIM_RETURNED) == []


def _pack_paths(company: Company) -> list[Path]:
    keys = column(company, "SELECT object_key FROM sealed_objects WHERE part = 'pages' ORDER BY created_at")
    return [company.directory / "objects" / key for key in keys]


def _pack_path(company: Company) -> Path:
    return _pack_paths(company)[0]


def _flipped(content: bytes, position: int) -> bytes:
    bent = bytearray(content)
    bent[position] ^= 1
    return bytes(bent)
