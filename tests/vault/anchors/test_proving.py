"""Nothing is signed before the anchors were asked and agree."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from keys.primitives import SigningKey
from tests.anchoring import anchored_company, directory_section, entries_of, news, row_of, signed_to, turn
from tests.company import Company, reopen_company
from vault.anchors.naming import folder_of, name_of
from vault.anchors.proving import prove_once
from vault.clock import FixedClock
from vault.database import anchor_queries, ledger_reading
from vault.database.engine import reading
from vault.errors import Unavailable
from vault.ledger.checkpoint import Checkpoint, sign_checkpoint
from vault.ledger.events import Event


def outside_of(company: Company) -> str:
    """What is stored of the anchors' answers."""
    with reading(company.vault.engine) as tx:
        found = anchor_queries.load_outside(tx)
    return found.state if found else ""


def again(company: Company, clock: FixedClock) -> Company:
    """The same vault in a process that has just started."""
    company.vault.engine.dispose()
    return reopen_company(company.directory, clock=clock)


def test_process_that_has_asked_nobody_signs_nothing(anchored_in_share: Company) -> None:
    """Entries get their places all the same."""
    signed = signed_to(anchored_in_share)
    news(anchored_in_share)
    anchored_in_share.sequence()

    assert signed_to(anchored_in_share) == signed
    with reading(anchored_in_share.vault.engine) as tx:
        assert ledger_reading.count_waiting(tx) == 0


def test_anchor_that_is_away_leaves_the_signer_waiting(
    anchored_in_share: Company, share: Path, clock: FixedClock
) -> None:
    """Until it answers; then everything that waited is signed."""
    share.rename(share.with_name("away"))
    signed = signed_to(anchored_in_share)
    news(anchored_in_share)
    with pytest.raises(Unavailable) as refused:
        prove_once(anchored_in_share.vault)
    assert refused.value.code == "trail.unproven"
    turn(anchored_in_share, clock)
    assert signed_to(anchored_in_share) == signed
    assert outside_of(anchored_in_share) == "unproven"

    share.with_name("away").rename(share)
    turn(anchored_in_share, clock)

    assert signed_to(anchored_in_share) > signed
    assert outside_of(anchored_in_share) == "agreed"


def test_one_anchor_that_agrees_is_enough(built_company: Path, tmp_path: Path, clock: FixedClock) -> None:
    """One that is away keeps nobody waiting; before anything is placed there, it is asked as well."""
    sections = directory_section(tmp_path / "away", "away"), directory_section(tmp_path / "share")
    company = anchored_company(built_company, tmp_path / "vault", *sections, clock=clock)
    turn(company, clock)
    company = again(company, clock)
    (tmp_path / "away").rename(tmp_path / "gone")
    news(company)

    turn(company, clock)

    assert row_of(company).placed_size > row_of(company, "away").placed_size
    assert not company.vault.signing_gate.has_agreed("away")
    company.vault.engine.dispose()


def test_anchor_that_was_emptied_does_not_open_the_gate_alone(
    anchored_in_share: Company, share: Path, clock: FixedClock
) -> None:
    """New and empty it did; then everything was taken out of it, as whoever put an older copy back would."""
    turn(anchored_in_share, clock)
    assert anchored_in_share.vault.signing_gate.is_open
    shutil.rmtree(share)
    share.mkdir()
    restarted = again(anchored_in_share, clock)
    signed = signed_to(restarted)
    news(restarted)

    assert turn(restarted, clock) == ["anchor.emptied"]

    assert restarted.vault.signing_gate.code == "trail.unproven"
    assert (signed_to(restarted), row_of(restarted).failure_code) == (signed, "anchor.emptied")
    restarted.vault.engine.dispose()


def test_anchor_that_agrees_opens_the_gate_beside_one_that_was_emptied(
    built_company: Path, tmp_path: Path, clock: FixedClock
) -> None:
    """What was taken out of one is not held against the other."""
    sections = directory_section(tmp_path / "emptied", "emptied"), directory_section(tmp_path / "share")
    company = anchored_company(built_company, tmp_path / "vault", *sections, clock=clock)
    turn(company, clock)
    company = again(company, clock)
    shutil.rmtree(tmp_path / "emptied")
    (tmp_path / "emptied").mkdir()
    news(company)

    assert turn(company, clock) == []

    assert company.vault.signing_gate.is_open
    company.vault.engine.dispose()


def test_anchor_that_comes_back_and_disagrees_shuts_the_gate(
    built_company: Path, tmp_path: Path, clock: FixedClock
) -> None:
    """The one that was away knew the longer trail; by then this one has signed another history."""
    sections = directory_section(tmp_path / "knowing", "knowing"), directory_section(tmp_path / "share")
    company = anchored_company(built_company, tmp_path / "vault", *sections, clock=clock)
    company.vault.engine.dispose()
    shutil.copytree(company.directory, tmp_path / "older")
    company = reopen_company(company.directory, clock=clock)
    for _ in range(3):
        news(company)
        turn(company, clock)
    company.vault.engine.dispose()
    shutil.rmtree(tmp_path / "share")
    (tmp_path / "share").mkdir()
    (tmp_path / "knowing").rename(tmp_path / "away")
    restored = _put_back(tmp_path / "older", company, clock)
    news(restored)
    turn(restored, clock)
    assert restored.vault.signing_gate.is_open

    (tmp_path / "away").rename(tmp_path / "knowing")
    assert "anchor.contradicted" in turn(restored, clock, seconds=300)

    assert restored.vault.signing_gate.code == "trail.differs_from_anchor"
    assert [each["details"]["anchor"] for each in entries_of(restored, Event.TRAIL_CONTRADICTED)] == ["knowing"]  # type: ignore[index, call-overload]
    restored.vault.engine.dispose()


def test_database_exchanged_under_a_running_process_is_noticed(
    anchored_in_share: Company, tmp_path: Path, clock: FixedClock
) -> None:
    """The process has signed for more than there is now."""
    turn(anchored_in_share, clock)
    anchored_in_share.vault.engine.dispose()
    shutil.copy(anchored_in_share.directory / "vault.db", tmp_path / "older.db")
    for _ in range(2):
        news(anchored_in_share)
        turn(anchored_in_share, clock)
    signed = signed_to(anchored_in_share)
    anchored_in_share.vault.engine.dispose()
    for leftover in ("vault.db-wal", "vault.db-shm"):
        (anchored_in_share.directory / leftover).unlink(missing_ok=True)
    shutil.copy(tmp_path / "older.db", anchored_in_share.directory / "vault.db")
    news(anchored_in_share)

    anchored_in_share.sequence()

    assert anchored_in_share.vault.signing_gate.code == "trail.unproven"
    turn(anchored_in_share, clock)
    assert anchored_in_share.vault.signing_gate.code == "trail.behind_anchor"
    assert signed_to(anchored_in_share) < signed


def test_rubbish_in_the_folder_cannot_hide_the_newest(
    anchored_in_share: Company, share: Path, clock: FixedClock
) -> None:
    """Where all that stands in front is no checkpoint, nobody is told that the outside agrees."""
    turn(anchored_in_share, clock)
    [file] = share.rglob("*.checkpoint")
    for number in range(40):
        size = 9_000_000 + number
        name = f"{2**53 - 1 - size:016d}-{size}-{'0' * 32}.checkpoint"
        (file.parent / name).write_text(file.read_text() if number % 2 else "hello")
    restarted = again(anchored_in_share, clock)

    turn(restarted, clock)

    assert restarted.vault.signing_gate.code == "trail.unproven"
    restarted.vault.engine.dispose()


def test_other_vaults_checkpoints_are_nothing_to_us(anchored_in_share: Company, share: Path, clock: FixedClock) -> None:
    """Two vaults may share a directory."""
    turn(anchored_in_share, clock)
    checkpoint = Checkpoint("other.example/vault", 1_000_000, os.urandom(32))
    note = sign_checkpoint(checkpoint, SigningKey.generate(os.urandom))
    (share / folder_of(checkpoint.origin)).mkdir()
    (share / folder_of(checkpoint.origin) / name_of(note, checkpoint)).write_text(note)
    restarted = again(anchored_in_share, clock)

    turn(restarted, clock)

    assert restarted.vault.signing_gate.is_open
    restarted.vault.engine.dispose()


def _put_back(older: Path, company: Company, clock: FixedClock) -> Company:
    """An older copy of the database in the place of the newer one."""
    for leftover in ("vault.db-wal", "vault.db-shm"):
        (company.directory / leftover).unlink(missing_ok=True)
    shutil.copy(older / "vault.db", company.directory / "vault.db")
    return reopen_company(company.directory, clock=clock)
