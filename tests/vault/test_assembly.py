"""Wiring: a configuration becomes a vault, which starts whatever is away, and takes nothing from elsewhere."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from keys.model import Secret
from keys.root import create_root_key
from tests.attacks.observing import alter
from tests.company import Company, open_company_vault, write_config
from tests.servers import S3Server, free_port
from tests.vault.custody.test_initialising import draft
from vault.assembly import open_vault, sequencer_of
from vault.clock import FixedClock, system_random
from vault.config import load_config
from vault.custody.initialising import initialise
from vault.database.engine import reading
from vault.errors import Sealed, Unavailable
from vault.health import check_health
from vault.ledger import recorder
from vault.storage.directory import DirectoryStore
from vault.storage.s3 import S3Store
from vault.worker.sweeping import keep_high_water_mark


def test_vault_is_assembled_sealed(tmp_path: Path) -> None:
    """With the parts that the configuration names; nothing is unsealed by itself."""
    vault = open_company_vault(write_config(tmp_path))

    assert vault.is_sealed
    assert isinstance(vault.store, DirectoryStore)
    assert vault.spool == tmp_path / "spool"
    assert vault.conversion_limits.pages == vault.config.intake.limits.pages
    vault.engine.dispose()


def test_spool_is_the_owners_alone(tmp_path: Path) -> None:
    """Files lie in it before they are sealed."""
    vault = open_company_vault(write_config(tmp_path))

    assert (tmp_path / "spool").stat().st_mode & 0o777 == 0o700
    vault.engine.dispose()


def test_vault_starts_while_database_store_and_key_are_away(tmp_path: Path) -> None:
    """It says what is missing instead of not starting, and makes none of it up."""
    config = write_config(tmp_path, database_url=f"postgresql://vault@127.0.0.1:{free_port()}/vault")
    vault = open_company_vault(config)

    report = check_health(vault)
    assert {part.name: part.ok for part in report.parts} == {
        "database": False,
        "store": False,
        "keys": False,
        "trail": False,
        "checkpoints": False,
        "anchors": True,  # none is configured
        "feeds": False,
        "mail": True,  # none is configured
        "alerts": False,
        "places": True,  # no location database is
    }
    assert not (tmp_path / "objects").exists()
    assert not (tmp_path / "root.key").exists()
    with pytest.raises(Unavailable):
        vault.unseal()
    vault.engine.dispose()


def test_bucket_is_reached_with_the_secrets_from_their_files(tmp_path: Path, s3_server: S3Server) -> None:
    """A whole vault over S3: begun, unsealed, healthy."""
    storage = s3_server.storage_section(tmp_path, bucket=s3_server.new_bucket())
    vault = open_company_vault(write_config(tmp_path / "vault", storage=storage))

    initialise(vault, administrator=draft(), passphrase=None)
    vault.unseal()

    assert isinstance(vault.store, S3Store)
    assert check_health(vault).ok
    assert s3_server.secret_key not in repr(vault)
    vault.engine.dispose()


def test_passphrase_comes_from_its_file(tmp_path: Path) -> None:
    """For a service that starts without a hand; the line end of an editor is not part of it."""
    phrase = tmp_path / "phrase"
    phrase.touch(mode=0o600)
    phrase.write_text("nine green bottles on a wall\n")
    config = write_config(tmp_path / "vault")
    keys = f'root = "passphrase:{tmp_path}/vault/root.key"\npassphrase_file = "{phrase}"'
    config.write_text(config.read_text().replace(f'root = "file:{tmp_path}/vault/root.key"', keys))
    vault = open_company_vault(config)
    initialise(vault, administrator=draft(), passphrase=lambda: Secret(b"nine green bottles on a wall"))

    vault.unseal()

    assert not vault.is_sealed
    vault.engine.dispose()


def test_next_root_has_a_passphrase_of_its_own(tmp_path: Path) -> None:
    """While keys move from one passphrase to another, each root key is asked with the right one."""
    config = write_config(tmp_path / "vault")
    phrases = {"passphrase_file": "nine green bottles on a wall", "next_passphrase_file": "eight green bottles on it"}
    lines = [f'root = "passphrase:{tmp_path}/vault/root.key"', f'next_root = "passphrase:{tmp_path}/vault/next.key"']
    for name, words in phrases.items():
        (tmp_path / name).touch(mode=0o600)
        (tmp_path / name).write_text(words)
        lines.append(f'{name} = "{tmp_path}/{name}"')
    config.write_text(config.read_text().replace(f'root = "file:{tmp_path}/vault/root.key"', "\n".join(lines)))
    vault = open_company_vault(config)
    for name, words in (("root", "nine green bottles on a wall"), ("next", "eight green bottles on it")):
        uri = f"passphrase:{tmp_path}/vault/{name}.key"
        create_root_key(uri, passphrase=lambda words=words: Secret(words.encode()), random=system_random)

    vault.keyroom.open_root(vault.config.keys.next_root).check()

    assert vault.keyroom.root_answers()
    vault.engine.dispose()


def test_clock_set_back_across_a_restart_is_noticed(company: Company, clock: FixedClock) -> None:
    """The latest time that was stored is where the next process begins."""
    alter(company, "DELETE FROM vault_facts")
    ahead = dt.datetime.now(dt.UTC) + dt.timedelta(days=400)
    clock.advance(ahead.replace(microsecond=0) - clock.now())
    keep_high_water_mark(company.vault)

    restarted = open_vault(load_config(company.directory / "config.toml"))

    assert restarted.clock.now() >= ahead.replace(microsecond=0)
    restarted.engine.dispose()


def test_sequencer_signs_only_for_an_unsealed_vault(company: Company) -> None:
    """It is made either way, and places entries either way."""
    company.vault.seal()
    company.signed_in("borrower")

    assert sequencer_of(company.vault).run_once() > 0
    with reading(company.vault.engine) as tx:
        unsigned = tx.exec_driver_sql(
            "SELECT size - (SELECT max(size) FROM trail_checkpoints) FROM trail_head"
        ).scalar_one()
    assert unsigned > 0
    with pytest.raises(Sealed):
        company.vault.keyroom.require_unsealed()


def test_every_process_records_in_lanes_of_its_own(company: Company) -> None:
    """Two vaults over one database never count in one lane."""
    other = open_company_vault(company.directory / "config.toml")

    assert isinstance(other.recorder, recorder.Recorder)
    assert other.recorder._process != company.vault.recorder._process
    other.engine.dispose()
