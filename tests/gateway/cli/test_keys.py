"""``keys``, ``seal`` and ``unseal`` as an operator and officers use them."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.cli import unseal_socket
from gateway.cli.session import AWAY, NOT_ALLOWED, STATE_FORBIDS, UNUSABLE
from keys.model import KeyState, Secret
from tests.company import OFFICE_PLACE, PASSWORD, Company, copy_company, reopen_company
from tests.custody import second_officer, states, work_off
from tests.gateway.cli.running import Told, run
from tests.repository.sources import ROOT
from vault.people.signing_in import change_password, sign_in

WHY = "Yearly rotation by the key plan"


@pytest.fixture
def company(built_now: Path, tmp_path: Path) -> Iterator[Company]:
    copy_company(built_now, tmp_path / "vault")
    company = reopen_company(tmp_path / "vault")
    initial = second_officer(company, 2)
    session = sign_in(company.vault, login="officer2", password=initial, place=OFFICE_PLACE, user_agent="tests")
    change_password(company.vault, session.actor, current=initial, new=PASSWORD)
    (company.directory / "password").write_text(PASSWORD)
    yield company
    company.vault.engine.dispose()


def run_in(company: Company, *words: str, as_login: str = "", typed: str = "", language: str = "en") -> Told:
    signed = ["--as", as_login, "--password-file", "password"] if as_login else []
    company.vault.engine.dispose()
    return run(company.directory / "config.toml", *words, *signed, language=language, typed=typed)


def test_rotation_is_looked_at_ordered_approved_and_reported(company: Company) -> None:
    """The whole ceremony by two people at the command line."""
    looked = run_in(company, "keys", "rotate", "confidential", "--dry-run", as_login="officer")
    assert looked.answer["total"] == 1
    assert states(company, "confidential") == {1: KeyState.ACTIVE}
    ordered = run_in(company, "keys", "rotate", "confidential", "--reason", WHY, "--json", as_login="officer")
    operation = ordered.answer["operations"][0]["id"]
    own = run_in(company, "keys", "operation", "approve", operation, as_login="officer")
    assert own.code == NOT_ALLOWED
    assert "Nobody approves what they ordered" in own.err
    assert run_in(company, "keys", "operation", "approve", operation, as_login="officer2").code == 0
    work_off(company)
    shown = run_in(company, "keys", "operation", "show", operation, "--json", as_login="officer").answer
    assert shown["operations"][0]["state"] == "done"
    assert shown["operations"][0]["report"]["new_version"] == 2


def test_whoever_waits_is_told_at_once_what_another_must_approve(company: Company) -> None:
    """The id comes before the waiting, which then ends with the work."""
    signed = ["--as", "officer", "--password-file", str(company.directory / "password")]
    command = [sys.executable, "-m", "gateway", "--config", str(company.directory / "config.toml"), "keys", "rotate"]
    waiting = subprocess.Popen(
        [*command, "confidential", "--reason", WHY, "--wait", *signed], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    assert waiting.stderr is not None
    operation = waiting.stderr.readline().strip()
    assert run_in(company, "keys", "operation", "approve", operation, as_login="officer2").code == 0
    work_off(company)
    assert waiting.wait(60) == 0
    waiting.stderr.close()


def test_root_key_is_made_moved_to_and_taken_up(company: Company) -> None:
    """As the runbook says it: a new one beside the old, named as the next, approved, and then alone."""
    config, uri = company.directory / "config.toml", f"file:{company.directory}/new.key"
    made = run_in(company, "keys", "new-root", uri)
    assert made.code == 0, made.err
    again = run_in(company, "keys", "new-root", uri)
    assert again.code == AWAY
    old = f'root = "file:{company.directory}/root.key"'
    config.write_text(config.read_text().replace(old, f'{old}\nnext_root = "{uri}"'))
    restarted = reopen_company(company.directory)
    ordered = run_in(company, "keys", "move-root", uri, "--reason", WHY, "--json", as_login="officer")
    operation = ordered.answer["operations"][0]["id"]
    assert run_in(company, "keys", "operation", "approve", operation, as_login="officer2").code == 0
    work_off(restarted)
    restarted.vault.engine.dispose()
    config.write_text(config.read_text().replace(f"{old}\nnext_root = ", "root = "))
    (company.directory / "root.key").unlink()
    status = run_in(company, "keys", "status", as_login="officer")
    assert status.out.startswith(f"unsealed\t{uri}\tok\n"), status.err
    assert "LOST" not in status.out


def test_somebody_without_the_office_or_the_password_is_refused(company: Company) -> None:
    """Being at the machine is no right."""
    assert run_in(company, "keys", "status", as_login="borrower").code == NOT_ALLOWED
    (company.directory / "password").write_text("not the password at all")
    assert run_in(company, "keys", "status", as_login="officer").code == NOT_ALLOWED


def test_destroying_what_is_in_use_is_refused_with_its_sentence(company: Company) -> None:
    """In the language asked for."""
    told = run_in(company, "keys", "destroy", "confidential", "1", "--reason", WHY, as_login="officer", language="zh")
    assert told.code == STATE_FORBIDS
    assert "密钥的当前状态不允许此操作" in told.err


def test_sealed_by_order_stays_sealed_until_somebody_with_the_root_key_unseals(company: Company) -> None:
    """Every process follows; without the root key the order is not lifted."""
    assert run_in(company, "seal", "--reason", "Break-in at the data centre").code == 0
    company.vault.keyroom._looked_at = -10.0  # as if a second had passed
    assert company.vault.is_sealed
    key = company.directory / "root.key"
    key.rename(company.directory / "away.key")
    assert run_in(company, "unseal").code != 0
    (company.directory / "away.key").rename(key)
    assert run_in(company, "unseal").code == 0
    company.vault.keyroom.unseal()
    assert not company.vault.is_sealed


def test_recovery_cards_bring_the_keys_back(company: Company, tmp_path: Path) -> None:
    """The drill at the command line; too few cards are refused."""
    cards = run_in(company, "keys", "prepare-recovery", "--shares", "3", "--threshold", "2").out.splitlines()
    assert [line.split("\t")[0] for line in cards] == ["1/3", "2/3", "3/3"]
    (company.directory / "root.key").unlink()
    new_root = f"file:{tmp_path}/new.key"
    assert run_in(company, "keys", "recover", new_root, typed=cards[1]).code == UNUSABLE
    told = run_in(company, "keys", "recover", new_root, typed=f"{cards[2]}\n{cards[0]}\n")
    assert told.code == 0, told.err
    assert told.out.startswith("6\t")


def test_passphrase_reaches_every_listening_process_and_nobody_else(tmp_path: Path) -> None:
    """The socket's folder is private, what was given is taken once, and the answer says whether it unsealed."""
    taken: list[Secret] = []
    stop_event = threading.Event()

    def take(passphrase: Secret) -> bool:
        taken.append(passphrase)
        return len(taken) == 1

    thread = unseal_socket.listen(tmp_path, take=take, stop_event=stop_event)
    assert (tmp_path / "unseal").stat().st_mode & 0o077 == 0
    assert unseal_socket.tell(tmp_path, b"correct horse battery staple") == (1, 1)
    assert unseal_socket.tell(tmp_path, b"wrong") == (0, 1)
    assert taken[0] == Secret(b"correct horse battery staple")
    stop_event.set()
    thread.join(5)
    assert unseal_socket.tell(tmp_path, b"too late") == (0, 0)
