"""Objects, manifest and root key: the database is lost, and its keys come back."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path

import pytest

from keys.errors import KeysError
from keys.root import create_root_key, open_root_key
from tests.company import CANARY, CUSTOMER, Company, open_company_vault
from vault.clock import FixedClock
from vault.custody.manifest import (
    newest_manifest,
    open_manifest,
    restore_from_manifest,
    store_if_changed,
    store_manifest,
)
from vault.custody.procedures.sampling import open_sample
from vault.database.engine import reading
from vault.database.migrating import migrate
from vault.errors import Conflict, NotFound, TamperError, Unavailable
from vault.filing.cards import show_dossier
from vault.storage.port import ObjectKey


@pytest.fixture
def company(any_company: Company) -> Company:
    return any_company


def test_lost_database_comes_back_from_objects_manifest_and_root_key(company: Company, tmp_path: Path) -> None:
    """Into an empty database of the other kind; records, titles and pages open."""
    store_manifest(company.vault)
    config = company.directory / "other.toml"
    text = (company.directory / "config.toml").read_text()
    line = next(line for line in text.splitlines() if line.startswith("url = "))
    config.write_text(text.replace(line, f'url = "sqlite:///{tmp_path}/restored.db"'))
    vault = open_company_vault(config)
    migrate(vault.engine)
    root = vault.keyroom.open_root()
    assert restore_from_manifest(vault, key=newest_manifest(vault.store), root=root) > 20
    vault.keyroom.unseal()
    with reading(vault.engine) as tx:
        assert open_sample(vault, tx) == (1, 1)
    card = show_dossier(vault, company.at_keyboard("custodian"), dossier_id=company.dossier_id)
    assert (card.customer_name, card.documents[0].title) == (CUSTOMER, "Offer")
    with pytest.raises(Conflict):
        restore_from_manifest(vault, key=newest_manifest(vault.store), root=root)
    vault.engine.dispose()


def test_manifest_tells_the_store_nothing(company: Company) -> None:
    """No name, title, login or identity stands in it in the clear."""
    stored = store_manifest(company.vault)
    content = company.vault.store.open_range(stored.key, offset=0, length=stored.size)
    for word in (CUSTOMER, CANARY, "borrower", company.dossier_id, company.document_id, "王晓明"):
        assert word.encode() not in content


def test_manifest_is_stored_again_only_after_a_change(company: Company, clock: FixedClock) -> None:
    """The same state is written once; a new document asks for another one; two are kept."""
    assert store_if_changed(company.vault)
    assert not store_if_changed(company.vault)
    for number in range(3):
        clock.advance(dt.timedelta(seconds=1))
        company.submit("custodian", f"Another document {number}\n".encode(), name=f"{number}.txt")
        company.convert_all()
        assert store_if_changed(company.vault)
    assert len(list(company.vault.store.list_objects("m/"))) == 2


@pytest.mark.parametrize("at", [0, 30, 200, 900, -30, -1])
def test_altered_manifest_is_refused_and_restores_nothing(company: Company, at: int) -> None:
    """Any flipped byte: title, head, wrapped key, first chunk, last chunk."""
    stored = store_manifest(company.vault)
    path = company.directory / "objects" / stored.key
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)
    root = company.vault.keyroom.open_root()
    with pytest.raises((TamperError, Unavailable)), open_manifest(company.vault.store, stored.key, root) as lines:
        list(lines)


def test_no_byte_before_the_stream_can_be_written_otherwise(company: Company) -> None:
    """Title, length and head, byte by byte: another value, and the other case of a letter, which means the same."""
    stored = store_manifest(company.vault)
    path = company.directory / "objects" / stored.key
    honest, root = path.read_bytes(), company.vault.keyroom.open_root()
    title = honest.index(b"\n") + 1
    begin = title + 4 + int.from_bytes(honest[title : title + 4], "big")
    passed = []
    for at, change in itertools.product(range(begin), (0x01, 0x20)):
        path.write_bytes(honest[:at] + bytes([honest[at] ^ change]) + honest[at + 1 :])
        try:
            with open_manifest(company.vault.store, stored.key, root) as lines:
                list(lines)
        except (TamperError, Unavailable):
            continue
        passed.append((at, change))
    assert passed == []


def test_cut_manifest_is_refused(company: Company) -> None:
    """Without its end it is none."""
    stored = store_manifest(company.vault)
    path = company.directory / "objects" / stored.key
    path.write_bytes(path.read_bytes()[:-100])
    with (
        pytest.raises(TamperError),
        open_manifest(company.vault.store, stored.key, company.vault.keyroom.open_root()) as lines,
    ):
        list(lines)


def test_manifest_of_another_name_is_refused(company: Company) -> None:
    """An older manifest under a newer name does not pass for it."""
    stored = store_manifest(company.vault)
    later = ObjectKey("m/29991231t000000000000-0011223344556677")
    objects = company.directory / "objects"
    (objects / later).write_bytes((objects / stored.key).read_bytes())
    with (
        pytest.raises(TamperError),
        open_manifest(company.vault.store, later, company.vault.keyroom.open_root()) as lines,
    ):
        list(lines)


def test_another_root_key_opens_nothing(company: Company, tmp_path: Path) -> None:
    """The wrong root key is refused."""
    stored = store_manifest(company.vault)
    create_root_key(f"file:{tmp_path / 'other.key'}", random=company.vault.random)
    other = open_root_key(f"file:{tmp_path / 'other.key'}")
    with pytest.raises((TamperError, KeysError)), open_manifest(company.vault.store, stored.key, other) as lines:
        list(lines)


def test_store_without_manifest_says_so(company: Company) -> None:
    """Nothing is made up."""
    with pytest.raises(NotFound):
        newest_manifest(company.vault.store)
