"""Every key, passphrase, PIN and card of a vault's whole life is looked for wherever it must not be.

A vault is begun under a passphrase, filled, opened, rotated, resealed, moved to a token, sealed, and recovered by its
cards; in between, what can be refused is refused. All key bytes that the process ever held are known here, since every
one of them passes through :class:`keys.model.Secret`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from keys.model import Secret
from tests.company import PASSWORD, Company, build_company, open_company_vault, write_config
from tests.custody import approve_all, ordered, second_officer, work_off
from tests.keys.root.providers import PIN, RUNNING, Provider
from tests.vault.custody.canaries import Search, forms_of
from vault.access.reading import read_page
from vault.custody.manifest import store_manifest
from vault.custody.passphrases import HeldPassphrase
from vault.custody.recovery import prepare_recovery, recover
from vault.custody.scope import Scope
from vault.database.engine import transaction
from vault.database.tables.dossiers import dossiers
from vault.filing.cards import show_dossier
from vault.people.signing_in import sign_in
from vault.policy.custody import OperationKind

PASSPHRASE = "CANARY nine quiet lanterns by the harbour"
WRONG_PASSPHRASE = "CANARY ten loud lanterns by the harbour"


@pytest.fixture
def token(tmp_path: Path) -> Iterator[Provider]:
    (tmp_path / "token").mkdir()
    with RUNNING["pkcs11"]("pkcs11", tmp_path / "token") as provider:
        yield provider


def test_no_secret_of_a_vaults_life_is_written_anywhere(
    tmp_path: Path, token: Provider, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in the log, an exception, a repr, a row, an object, the spool, an argument or the environment."""
    caplog.set_level(logging.NOTSET)
    search = Search({"passphrase": PASSPHRASE, "wrong passphrase": WRONG_PASSPHRASE, "PIN": PIN, "password": PASSWORD})
    with search.knowing_every_key(monkeypatch), search.watching_processes(), ExitStack() as open_vaults:
        _live(tmp_path / "vault", token, search, open_vaults)
    for record in caplog.records:
        search.look_at("log", f"{record.getMessage()} {record.args!r} {record.exc_text} {record.__dict__!r}")
    assert len(search.keys) > 50
    assert {"exceptions", "processes", "table key_operations", "objects", "log"} <= search.seen.keys()
    assert len([place for place in search.seen if place.startswith("repr of ")]) > 20, "what is alive was looked at"
    assert search.found() == []


def _live(directory: Path, token: Provider, search: Search, open_vaults: ExitStack) -> None:
    """The vault's life; what it leaves is looked at after each part."""
    config = write_config(directory)
    text = config.read_text().replace(f"file:{directory}/root.key", f"passphrase:{directory}/root.key")
    config.write_text(text.replace("[keys]\n", f'[keys]\nnext_root = "{token.uri()}"\n'))
    token.create()
    held = HeldPassphrase(Secret(PASSPHRASE.encode()))
    company = build_company(config, passphrase=held)
    open_vaults.callback(company.vault.engine.dispose)
    second_officer(company, 2)

    reader = company.signed_in("borrower")
    company.open_and_read(reader)
    cards = prepare_recovery(company.vault, shares=3, threshold=2)
    search.texts |= {f"card {number}": card for number, card in enumerate(cards, start=1)}
    search.texts |= {f"end of card {number}": card[-40:] for number, card in enumerate(cards, start=1)}
    for kind, scope in (
        (OperationKind.ROTATE_RING, Scope(ring="confidential")),
        (OperationKind.ROTATE_RING, Scope(ring="service")),
        (OperationKind.RESEAL, Scope(dossier=company.dossier_id)),
        (OperationKind.ROTATE_INDEX_KEY, Scope()),
        (OperationKind.ROTATE_TRAIL_KEY, Scope()),
        (OperationKind.MOVE_ROOT, Scope(root=token.uri())),
    ):
        operation = ordered(company, kind, scope)
        approve_all(company, operation)
        work_off(company)
    company.open_and_read(company.signed_in("other"))
    store_manifest(company.vault)
    company.sequence()
    _refusals(company, config, search)
    search.look_at_reprs()

    found = _recovered(company, config, cards, open_vaults)
    found.open_and_read(found.signed_in("borrower"))
    search.look_at_reprs()
    search.look_at_database(found.vault.engine)
    search.look_at_files("objects", (directory / "objects").rglob("*"))
    search.look_at_files("spool", (directory / "spool").rglob("*"))


def _refusals(company: Company, config: Path, search: Search) -> None:
    """Wrong passphrase, wrong cards, a wrong password, a moved record, a wrong session, sealed."""
    wrong = config.with_name("wrong.toml")
    wrong.write_text("\n".join(line for line in config.read_text().splitlines() if "next_root" not in line))
    other = open_company_vault(wrong, passphrase=HeldPassphrase(Secret(WRONG_PASSPHRASE.encode())))
    search.refused(partial(other.keyroom.open_root))
    other.engine.dispose()
    new_root = f"file:{company.directory / 'never.key'}"
    search.refused(partial(recover, company.vault, cards=["academic acid acrobat"], new_root=new_root, passphrase=None))
    place = company.at_keyboard("other").place
    search.refused(partial(sign_in, company.vault, login="other", password=PASSPHRASE, place=place, user_agent="tests"))

    keeper = company.at_keyboard("custodian")
    show = partial(show_dossier, company.vault, keeper, dossier_id=company.dossier_id)
    column = sa.select(dossiers.c.wrapped_key).where(dossiers.c.id == company.dossier_id)
    with transaction(company.vault.engine) as tx:
        kept = tx.execute(column).scalar_one()
    for altered in (kept[:-1] + bytes([kept[-1] ^ 1]), kept[:40], b""):
        _set_wrapped_key(company, altered)
        search.refused(show)
    _set_wrapped_key(company, kept)
    reader = company.signed_in("other")
    view_id = company.open_and_read(reader)
    stolen = replace(reader, session_secret=Secret(bytes(range(32))))
    search.refused(partial(read_page, company.vault, stolen, view_id=view_id, page_number=1))
    company.vault.seal()
    search.refused(show)
    company.vault.keyroom.unseal()


def _recovered(company: Company, config: Path, cards: list[str], open_vaults: ExitStack) -> Company:
    """As on a new machine: token and passphrase are lost, two cards are there."""
    new_root = f"file:{company.directory / 'recovered.key'}"
    recover(company.vault, cards=cards[1:], new_root=new_root, passphrase=None)
    text = config.read_text().replace(f"passphrase:{company.directory}/root.key", new_root)
    config.write_text("\n".join(line for line in text.splitlines() if "next_root" not in line))
    vault = open_company_vault(config)
    open_vaults.callback(vault.engine.dispose)
    vault.keyroom.unseal()
    return replace(company, vault=vault)


def _set_wrapped_key(company: Company, wrapped: bytes) -> None:
    with transaction(company.vault.engine) as tx:
        tx.execute(sa.update(dossiers).where(dossiers.c.id == company.dossier_id).values(wrapped_key=wrapped))


@pytest.mark.parametrize("number", range(7))
def test_secret_that_is_written_is_found_in_whatever_form(number: int) -> None:
    """The search itself is searched: planted once, found once."""
    secret = bytes(range(100, 132))
    search = Search(keys={secret})
    search.look_at("log", b"before " + list(forms_of(secret))[number] + b" after")
    search.look_at("reprs", repr(Secret(secret)))
    assert {place.partition(" in ")[2] for place in search.found()} == {"log"}


def test_text_that_is_written_is_found() -> None:
    """Passphrases and cards are words."""
    search = Search({"passphrase": PASSPHRASE})
    search.look_at("exceptions", f"cannot open with {PASSPHRASE!r}")
    assert search.found() == ["passphrase in exceptions"]
