"""Sealing the whole served tree by order, and unsealing it, where the root key is a passphrase that was typed."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.cli import unseal_socket
from gateway.cli.session import AWAY
from keys.model import Secret
from tests.attacks.observing import trail
from tests.company import Company, build_company, write_config
from tests.faults.served import Browser, served, wait_until
from tests.repository.sources import ROOT
from tests.servers import free_port
from vault.custody.overview import overview
from vault.custody.passphrases import HeldPassphrase
from vault.custody.sealing import lift_order
from vault.ledger.events import Event

PASSPHRASE = "correct horse battery staple"
WRONG = "incorrect horse battery staple"
SEALED_SECONDS = 2.0
PROCESSES = 2
"""That hold keys: the worker, and one of the web's."""


@dataclass(frozen=True)
class Place:
    directory: Path
    port: int
    company: Company
    held: HeldPassphrase
    """The passphrase as this process, which is none of the tree's, holds it."""

    @property
    def unsealed(self) -> int:
        """How many of the processes are unsealed: each is told a passphrase that opens nothing."""
        unsealed, listening = unseal_socket.tell(self.directory / "spool", WRONG.encode())
        assert listening == PROCESSES
        return unsealed

    def run(self, *words: str, passphrase: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "gateway", "--config", str(self.directory / "config.toml"), *words]
        if passphrase:
            file = self.directory / "typed"
            file.write_text(passphrase)
            command += ["--passphrase-file", str(file)]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A company whose root key is a passphrase; to be served with one web process."""
    port, directory = free_port(), tmp_path / "vault"
    gateway = f'[gateway]\nlisten = "127.0.0.1:{port}"\npublic_url = "http://127.0.0.1:{port}"\nworkers = 1\n'
    config = write_config(directory, extra=gateway)
    config.write_text(config.read_text().replace('root = "file:', 'root = "passphrase:'))
    held = HeldPassphrase(Secret(PASSPHRASE.encode()))
    company = build_company(config, passphrase=held)
    yield Place(directory, port, company, held)
    company.vault.engine.dispose()


def test_order_seals_every_process_and_the_passphrase_brings_them_back(place: Place) -> None:
    """Within two seconds, in web and worker; what was typed at the start is forgotten; a wrong one opens nothing."""
    with served(place.directory, place.port, typed=PASSPHRASE) as tree:
        wait_until(lambda: place.unsealed == PROCESSES, 30.0, "the tree does not unseal at its start")
        reader = Browser(place.port)
        assert reader.sign_in("borrower").status == 303
        cover = f"/documents/{place.company.document_id}"
        assert reader.get(cover).status == 200

        assert place.run("seal", "--reason", "Break-in at the data centre").returncode == 0
        wait_until(lambda: place.unsealed == 0, SEALED_SECONDS, "a process still holds keys")
        assert reader.get(cover).status == 503
        assert Browser(place.port).sign_in("auditor").status == 303

        wrong = place.run("unseal", passphrase=WRONG)
        assert wrong.returncode == AWAY
        assert "do not belong together" in wrong.stderr
        assert place.unsealed == 0
        assert place.company.vault.keyroom.is_sealed_by_order()

        lift_order(place.company.vault)  # as somebody would who can write to the database, and no more
        time.sleep(3 * SEALED_SECONDS)
        assert place.unsealed == 0

        told = place.run("unseal", passphrase=PASSPHRASE)
        assert (told.returncode, told.stdout) == (0, f"unsealed {PROCESSES} of {PROCESSES} processes\n"), told.stderr
        assert place.unsealed == PROCESSES
        assert reader.get(cover).status == 200
        assert tree.stop() == 0
    _nothing_is_lost(place)


def test_lifting_by_the_command_needs_nothing_else(place: Place) -> None:
    """Sealed and unsealed by the two commands alone, and the trail says so."""
    with served(place.directory, place.port, typed=PASSPHRASE) as tree:
        wait_until(lambda: place.unsealed == PROCESSES, 30.0, "the tree does not unseal at its start")
        assert place.run("seal", "--reason", "Break-in at the data centre").returncode == 0
        wait_until(lambda: place.unsealed == 0, SEALED_SECONDS, "a process still holds keys")
        assert place.run("unseal", passphrase=PASSPHRASE).returncode == 0
        assert place.unsealed == PROCESSES
        assert tree.stop() == 0
    _nothing_is_lost(place)
    assert len(trail(place.company, Event.VAULT_SEALED)) == 1


def _nothing_is_lost(place: Place) -> None:
    """No version is counted as lost, and nothing was recorded as tampering."""
    place.held.give(Secret(PASSPHRASE.encode()))
    place.company.vault.keyroom.unseal()
    assert trail(place.company, Event.OBJECT_TAMPERED) == []
    found = overview(place.company.vault, place.company.at_keyboard("officer"))
    assert not any(version.is_lost for ring in found.rings for version in ring.versions)
