"""``trail verify --anchors``, ``trail succeed``, ``doctor`` and ``witness`` as people run them."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import urllib3

from gateway.cli.session import AWAY, DONE, FOUND, NOT_ALLOWED, STATE_FORBIDS, UNUSABLE
from keys.primitives import SigningKey
from tests.anchor_servers import running_authority
from tests.anchoring import anchored_company, directory_section, news, row_of, turn
from tests.attacks.restoring import copy_database, put_back
from tests.company import OFFICE_PLACE, PASSWORD, Company, copy_company, reopen_company
from tests.custody import second_officer
from tests.gateway.cli.running import run
from tests.repository.sources import ROOT
from tests.servers import free_port
from vault.anchors.vkeys import LOG_KEY, Vkey
from vault.clock import FixedClock
from vault.ledger.checkpoint import Checkpoint, sign_checkpoint
from vault.people.signing_in import change_password, sign_in

REASON = ("--reason", "The newest backup after the fire is from Monday")


@pytest.fixture
def share(tmp_path: Path) -> Path:
    return tmp_path / "share"


@pytest.fixture
def company(built_company: Path, tmp_path: Path, share: Path, clock: FixedClock) -> Company:
    """A vault with an anchor and two security officers, whose trail is anchored; closed for the command line."""
    copy_company(built_company, tmp_path / "vault")
    config = tmp_path / "vault" / "config.toml"
    config.write_text(config.read_text() + "\n" + directory_section(share))
    company = reopen_company(tmp_path / "vault", clock=clock)
    initial = second_officer(company, 2)
    session = sign_in(company.vault, login="officer2", password=initial, place=OFFICE_PLACE, user_agent="tests")
    change_password(company.vault, session.actor, current=initial, new=PASSWORD)
    turn(company, clock)
    (company.directory / "password").write_text(PASSWORD)
    company.vault.engine.dispose()
    return company


@pytest.fixture
def restored(company: Company, tmp_path: Path, clock: FixedClock) -> Company:
    """An older copy of it, put back."""
    copy_database(company, tmp_path / "older.db")
    news(company)
    turn(company, clock)
    again = put_back(company, tmp_path / "older.db", clock=clock)
    again.vault.engine.dispose()
    return again


def config_of(company: Company) -> Path:
    return company.directory / "config.toml"


def succeed(company: Company, first: str = "officer", second: str = "officer2", *more: str) -> tuple[str, ...]:
    password = str(company.directory / "password")
    passwords = ("--password-file", password, "--second-password-file", password)
    return ("trail", "succeed", "--as", first, "--second", second, *REASON, *passwords, *more)


def test_trail_that_the_anchors_agree_with_is_sound(company: Company) -> None:
    """What was compared is said in numbers, in both languages."""
    told = run(config_of(company), "trail", "verify", "--anchors", "--json")
    assert told.code == DONE
    assert told.answer["anchors"] == {"notes": 1, "receipts": 1, "lost": 0}
    assert "1 notes and 1 receipts" in run(config_of(company), "trail", "verify", "--anchors").out
    assert "锚点所存 1 份检查点" in run(config_of(company), "trail", "verify", "--anchors", language="zh").out


def test_older_database_is_found_with_the_anchors_only(restored: Company) -> None:
    """Alone it verifies."""
    assert run(config_of(restored), "trail", "verify").code == DONE
    told = run(config_of(restored), "trail", "verify", "--anchors", "--json")

    assert told.code == FOUND
    assert {each["check"] for each in told.answer["findings"]} == {"anchor.behind"}


def test_anchor_that_is_away_is_a_finding(company: Company, share: Path) -> None:
    """Who asks to compare is told that it could not be compared."""
    shutil.rmtree(share)
    told = run(config_of(company), "trail", "verify", "--anchors", "--json")

    assert told.code == FOUND
    assert {each["check"] for each in told.answer["findings"]} == {"anchor.away"}


def test_doctor_asks_the_anchors(company: Company, restored: Company) -> None:
    """And says which does not agree, with the remedy."""
    told = run(config_of(restored), "doctor")

    assert told.code == FOUND
    assert "NOT  anchor share" in told.out
    assert "trail succeed" in told.out


def checks_of(company: Company, language: str = "en") -> dict[str, tuple[bool, str]]:
    told = run(config_of(company), "doctor", "--json", language=language)
    return {each["check"]: (each["ok"], each["detail"]) for each in told.answer["checks"]}


def test_doctor_says_what_is_not_anchored_yet_also_on_an_alarm(
    company: Company, share: Path, clock: FixedClock
) -> None:
    """How many entries and since when, in both languages; the entry that a placement itself makes is none of them."""
    again = reopen_company(company.directory, clock=clock)
    placed = row_of(again).placed_size
    whole = (
        f"anchored to #{placed - 1}, {clock.now():%Y-%m-%d %H:%M} UTC; nothing newer but entries about anchoring itself"
    )
    assert checks_of(company)["anchors"] == (True, whole)

    turn(again, clock)
    share.rename(share.with_name("away"))
    clock.advance(dt.timedelta(hours=1))
    since = f"{clock.now():%Y-%m-%d %H:%M} UTC"
    for _ in range(3):
        news(again)
    again.sequence()
    turn(again, clock)
    again.vault.engine.dispose()

    ok, said = checks_of(company)["anchors"]
    assert not ok
    assert f"anchored to #{placed - 1}, " in said
    assert f"entries not anchored yet: 3, since {since}; not in order: share" in said
    assert f"尚未锚定的条目：3 条，自 {since} 起；有问题的锚点：share" in checks_of(company, "zh")["anchors"][1]
    ok, said = checks_of(company, "zh")["anchor share"]
    assert not ok
    assert "锚点的目录或存储桶不存在" in said


def test_doctor_says_what_came_of_an_authority_that_keeps_nothing(
    built_company: Path, tmp_path: Path, clock: FixedClock
) -> None:
    """It cannot be asked; the line says what was last placed, or what has failed since when."""
    with running_authority(tmp_path / "authority") as authority:
        section = (
            f'[[trail.anchors.timestamps]]\nname = "time"\nurl = "{authority.url}"\n'
            f'certificates = "{authority.certificates}"\nseconds = 10\n'
        )
        company = anchored_company(built_company, tmp_path / "vault", section, clock=clock)
        assert checks_of(company)["anchor time"] == (True, f"{authority.url}: nothing placed yet")
        news(company)
        turn(company, clock)
        last, at = row_of(company, "time").placed_size - 1, f"{clock.now():%Y-%m-%d %H:%M} UTC"
        assert checks_of(company)["anchor time"] == (True, f"{authority.url}: last placed #{last}, {at}")
        authority.status = 503
        news(company)
        turn(company, clock)
        ok, said = checks_of(company, "zh")["anchor time"]
    assert not ok
    assert f"自 {at} 起失败" in said
    company.vault.engine.dispose()


def test_two_officers_begin_a_successor(restored: Company) -> None:
    """What is lost is said; afterwards everything verifies and the signer goes on."""
    told = run(config_of(restored), *succeed(restored), "--json")

    assert told.code == DONE, told.err
    assert told.answer["origin"] == "tests.example/vault/2"
    assert told.answer["lost"] == told.answer["outside"] - told.answer["agreed"] > 0
    assert told.answer["signing"] is True
    after = run(config_of(restored), "trail", "verify", "--anchors", "--json")
    assert (after.code, after.answer["findings"]) == (DONE, [])


def test_one_person_alone_or_of_another_office_begins_nothing(restored: Company) -> None:
    """Not allowed is code 3."""
    for first, second in (("officer", "officer"), ("officer", "auditor"), ("auditor", "officer2")):
        told = run(config_of(restored), *succeed(restored, first, second), "--json")
        assert told.code == NOT_ALLOWED, told


def test_nothing_is_succeeded_where_the_anchors_agree_or_are_away(company: Company, share: Path) -> None:
    """4, the state forbids it; 5, what is lost could not be named."""
    agreed = run(config_of(company), *succeed(company), "--json")
    shutil.rmtree(share)
    away = run(config_of(company), *succeed(company), "--json")

    assert (agreed.code, agreed.answer["code"]) == (STATE_FORBIDS, "trail.no_succession")
    assert (away.code, away.answer["code"]) == (AWAY, "trail.unproven")


def test_witness_runs_without_a_vault_and_survives_kill_9(tmp_path: Path) -> None:
    """Its own process on its own directory: cosigns, is killed, starts again with the same key and memory."""
    key = SigningKey.generate(os.urandom)
    log = Vkey("log.example", key.public, LOG_KEY).text()
    note = sign_checkpoint(Checkpoint("log.example", 7, bytes(32)), key)
    port = free_port()
    command = [sys.executable, "-m", "gateway", "witness", "--state", str(tmp_path / "w"), "--name", "w.example"]
    command += ["--log-key", log, "--listen", f"127.0.0.1:{port}", "--json"]

    first = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        assert first.stdout is not None
        told = json.loads(first.stdout.readline())
        assert told["logs"] == [log]
        answer = _post(port, f"old 0\n\n{note}".encode())
        assert (answer.status, answer.data[:3]) == (200, "—".encode())
        assert run(tmp_path / "none.toml", "witness", "--state", str(tmp_path / "w"), "--json").code == STATE_FORBIDS
    finally:
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
        assert first.stdout is not None
        first.stdout.close()

    shown = run(tmp_path / "none.toml", "witness", "--state", str(tmp_path / "w"), "show", "--json")
    assert shown.answer["key"] == told["key"]
    assert shown.answer["checkpoints"] == [note + answer.data.decode()]
    second = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        again = _post(port, f"old 0\n\n{note}".encode())
        assert (again.status, again.data) == (409, b"7\n")
    finally:
        second.terminate()
        second.wait(30)


def test_witness_says_what_it_cannot_use(tmp_path: Path) -> None:
    """A key that is none, no name at the first start, no state to show."""
    none = tmp_path / "none.toml"
    wrong = run(none, "witness", "--state", str(tmp_path / "w"), "--log-key", "hello", "--json")
    nameless = run(none, "witness", "--state", str(tmp_path / "w"), "--json")
    nothing = run(none, "witness", "--state", str(tmp_path / "w"), "show", "--json")

    assert (wrong.code, wrong.answer["code"]) == (UNUSABLE, "witness.log_key")
    assert (nameless.code, nameless.answer["code"]) == (UNUSABLE, "witness.name")
    assert (nothing.code, nothing.answer["code"]) == (AWAY, "witness.key")


def _post(port: int, body: bytes) -> urllib3.BaseHTTPResponse:
    """As soon as it listens."""
    deadline = time.monotonic() + 60
    while True:
        with contextlib.suppress(urllib3.exceptions.HTTPError):
            return urllib3.request("POST", f"http://127.0.0.1:{port}/add-checkpoint", body=body, retries=False)
        assert time.monotonic() < deadline
        time.sleep(0.1)
