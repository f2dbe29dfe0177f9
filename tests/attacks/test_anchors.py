"""G7 with anchors: what stands outside finds what the database alone cannot show, and stops the signer.

The attackers of test_g07 again, with the one thing that they do not have: a place that they cannot rewrite.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from keys.primitives import SigningKey
from tests.anchor_servers import LockServer, running_authority, running_lock_server, running_witness
from tests.anchoring import (
    anchored_company,
    directory_section,
    entries_of,
    findings,
    news,
    placed,
    row_of,
    signed_to,
    turn,
)
from tests.attacks.acting import open_view
from tests.attacks.bending import Leaf, rewrite
from tests.attacks.restoring import copy_database, put_back
from tests.company import Company
from vault.access.reading import read_page
from vault.anchors.port import Contradicted, Placement
from vault.anchors.standing import show_anchors
from vault.anchors.vkeys import LOG_KEY, Vkey
from vault.clock import FixedClock
from vault.custody.keyroom import ServiceKey
from vault.database import ledger_reading, ledger_sequencing
from vault.database.engine import reading, transaction
from vault.ledger.audit import verify_ledger
from vault.ledger.checkpoint import Checkpoint, parse_checkpoint, sign_checkpoint
from vault.ledger.events import Event
from vault.ledger.tree import Frontier
from vault.storage.settings import S3Settings


@pytest.fixture(scope="module")
def lock_server() -> Iterator[LockServer]:
    with running_lock_server() as server:
        yield server


@pytest.fixture
def share(tmp_path: Path) -> Path:
    return tmp_path / "share"


@pytest.fixture
def anchored(built_company: Path, tmp_path: Path, share: Path, clock: FixedClock) -> Iterator[Company]:
    """Three placements, with things that happened in between."""
    company = anchored_company(built_company, tmp_path / "vault", directory_section(share), clock=clock)
    for _ in range(3):
        news(company)
        turn(company, clock)
    yield company
    company.vault.engine.dispose()


def is_sound_alone(company: Company) -> bool:
    """What the database says of itself."""
    with reading(company.vault.engine) as tx:
        key = company.vault.keyroom.service_key(ServiceKey.TRAIL_READING)
        return verify_ledger(tx, now=company.vault.clock.now(), reading_key=key).is_sound


def signing_key(company: Company) -> SigningKey:
    """Stolen, with the root key and the database."""
    return SigningKey.from_secret(company.vault.keyroom.service_key(ServiceKey.TRAIL_SIGNING))


def sign_anew(company: Company) -> None:
    """The tree as it now stands, signed by the stolen key; older checkpoints that fit it no more are gone."""
    key = signing_key(company)
    with transaction(company.vault.engine) as tx:
        head = ledger_sequencing.load_head(tx)
        assert head is not None
        checkpoint = Checkpoint(head.origin, head.size, Frontier.from_bytes(head.size, head.edge).root())
        tx.exec_driver_sql("DELETE FROM trail_checkpoints WHERE size >= ?", (head.size,))
        note = sign_checkpoint(checkpoint, key)
        ledger_sequencing.store_checkpoint(tx, size=head.size, note=note, now=company.vault.clock.now())


def test_database_restored_to_an_older_copy_signs_nothing(anchored: Company, tmp_path: Path, clock: FixedClock) -> None:
    """Alone it is sound. The anchor shows it, the signer refuses, the trail says so once; views go on, recorded."""
    copy_database(anchored, tmp_path / "older.db")
    news(anchored)
    turn(anchored, clock)
    restored = put_back(anchored, tmp_path / "older.db", clock=clock)
    signed = signed_to(restored)
    assert is_sound_alone(restored)

    reader = restored.signed_in("borrower")
    view = open_view(restored, reader).view_id
    assert read_page(restored.vault, reader, view_id=view, page_number=1).jpeg
    for _ in range(3):
        turn(restored, clock)

    assert restored.vault.signing_gate.code == "trail.behind_anchor"
    assert signed_to(restored) == signed
    assert [entry["code"] for entry in entries_of(restored, Event.TRAIL_CONTRADICTED)] == ["trail.behind_anchor"]
    assert len(entries_of(restored, Event.VIEW_OPENED)) == 1
    assert "anchor.behind" in findings(restored)
    restored.vault.engine.dispose()


def test_newest_backup_put_back_signs_on_without_a_hand(anchored: Company, tmp_path: Path, clock: FixedClock) -> None:
    """What was restored by mistake is made good by restoring what is newer."""
    copy_database(anchored, tmp_path / "older.db")
    news(anchored)
    turn(anchored, clock)
    copy_database(anchored, tmp_path / "newest.db")
    restored = put_back(anchored, tmp_path / "older.db", clock=clock)
    turn(restored, clock)
    right = put_back(restored, tmp_path / "newest.db", clock=clock)
    news(right)

    turn(right, clock)

    assert right.vault.signing_gate.is_open
    assert findings(right) == set()
    right.vault.engine.dispose()


def _cut(leaves: list[Leaf]) -> list[Leaf]:
    return leaves[:-3]


def _edited(leaves: list[Leaf]) -> list[Leaf]:
    leaves[-2]["outcome"] = "failed"
    return leaves


def _back_dated(leaves: list[Leaf]) -> list[Leaf]:
    for leaf in leaves:
        for name in ("time", "logged"):
            leaf[name] = leaf[name].replace("T10:", "T09:")
    return leaves


@pytest.mark.parametrize("change", [_cut, _edited, _back_dated])
def test_rewritten_trail_is_found_by_the_anchor(
    anchored: Company, tmp_path: Path, clock: FixedClock, change: Callable[[list[Leaf]], list[Leaf]]
) -> None:
    """By somebody who makes every number and hash agree again, and cannot sign."""
    rewrite(anchored, change)
    assert is_sound_alone(anchored)

    assert findings(anchored) & {"anchor.behind", "anchor.differs"}
    copy_database(anchored, tmp_path / "bent.db")
    restarted = put_back(anchored, tmp_path / "bent.db", clock=clock)
    turn(restarted, clock)
    assert restarted.vault.signing_gate.code in {"trail.behind_anchor", "trail.differs_from_anchor"}
    restarted.vault.engine.dispose()


def test_trail_signed_anew_by_a_stolen_key_passes_without_an_anchor(company: Company) -> None:
    """The honest limit of any log in one database: with the key, another history verifies."""
    rewrite(company, _edited)
    sign_anew(company)

    assert is_sound_alone(company)


def test_trail_signed_anew_by_a_stolen_key_is_found_by_the_anchor(
    anchored: Company, tmp_path: Path, clock: FixedClock
) -> None:
    """Two histories under one key: the anchor holds the first."""
    rewrite(anchored, _edited)
    sign_anew(anchored)
    assert is_sound_alone(anchored)

    assert "anchor.differs" in findings(anchored)
    copy_database(anchored, tmp_path / "bent.db")
    restarted = put_back(anchored, tmp_path / "bent.db", clock=clock)
    turn(restarted, clock)
    assert restarted.vault.signing_gate.code == "trail.differs_from_anchor"
    restarted.vault.engine.dispose()


def test_old_checkpoint_played_again_hides_no_newer_one(
    anchored: Company, share: Path, tmp_path: Path, clock: FixedClock
) -> None:
    """An old note under the name of a large size is no checkpoint; the newest one stands where it stood."""
    copy_database(anchored, tmp_path / "older.db")
    news(anchored)
    turn(anchored, clock)
    files = sorted(share.rglob("*.checkpoint"))
    oldest = files[-1].read_text()
    for number in range(3):
        size = 5_000_000 + number
        (files[0].parent / f"{2**53 - 1 - size:016d}-{size}-{'0' * 32}.checkpoint").write_text(oldest)

    restored = put_back(anchored, tmp_path / "older.db", clock=clock)
    turn(restored, clock)

    assert restored.vault.signing_gate.code == "trail.behind_anchor"
    assert {"anchor.foreign", "anchor.behind"} <= findings(restored)
    restored.vault.engine.dispose()


def test_split_view_is_refused_by_the_witness_and_stops_the_signer(
    built_company: Path, tmp_path: Path, clock: FixedClock
) -> None:
    """One history for the auditor's witness, another for everybody else: the witness keeps both signatures."""
    followed: list[Vkey] = []
    with running_witness(tmp_path / "witness", followed=followed, clock=clock) as witness:
        section = (
            f'[[trail.anchors.witnesses]]\nname = "auditor"\nurl = "{witness.url}"\n'
            f'key = "{witness.state.vkey.text()}"\n'
        )
        company = anchored_company(built_company, tmp_path / "vault", section, clock=clock)
        followed.append(Vkey("tests.example/vault", signing_key(company).public, LOG_KEY))
        turn(company, clock)
        assert row_of(company, "auditor").placed_size > 0
        rewrite(company, _edited)
        sign_anew(company)
        with reading(company.vault.engine) as tx:
            newest = ledger_reading.newest_checkpoint(tx)
        assert newest is not None
        forged = Placement(newest[0], parse_checkpoint(newest[0]), lambda _old: [])

        with pytest.raises(Contradicted):  # whoever sends it, the vault's own process or the attacker's
            company.vault.anchors[0].place(forged)
        [evidence] = (tmp_path / "witness" / "refused").iterdir()
        assert evidence.read_text() == newest[0]

        news(company)
        for _ in range(2):
            turn(company, clock)
        assert company.vault.signing_gate.code == "trail.differs_from_anchor"
        assert len(entries_of(company, Event.TRAIL_CONTRADICTED)) == 1
        company.vault.engine.dispose()


def test_new_version_over_a_locked_checkpoint_is_found(
    built_company: Path, tmp_path: Path, clock: FixedClock, lock_server: LockServer
) -> None:
    """Whoever holds the bucket's keys can put something over it; what was locked is still there, and both are seen."""
    settings = lock_server.new_bucket()
    company = anchored_company(built_company, tmp_path / "vault", _bucket_section(tmp_path, settings), clock=clock)
    turn(company, clock)
    [row] = placed(company)
    key = row.locator.partition("@")[0]
    assert findings(company) == set()

    lock_server.client().put_object(Bucket=settings.bucket, Key=settings.prefix + key, Body=b"another truth")

    assert findings(company) == {"anchor.foreign"}
    company.vault.engine.dispose()


def test_authority_that_is_down_stops_nothing_else(built_company: Path, tmp_path: Path, clock: FixedClock) -> None:
    """Checkpoints go on to the other anchor; the alarm comes after its time, and the token once it is back."""
    with running_authority(tmp_path / "authority") as authority:
        section = (
            f'[[trail.anchors.timestamps]]\nname = "time"\nurl = "{authority.url}"\n'
            f'certificates = "{authority.certificates}"\nseconds = 60\n'
        )
        sections = directory_section(tmp_path / "share"), section
        company = anchored_company(built_company, tmp_path / "vault", *sections, clock=clock)
        authority.status = 503
        for _ in range(20):
            news(company)
            turn(company, clock, seconds=60)
        assert {row.anchor for row in placed(company)} == {"share"}
        assert len(placed(company)) == 20
        assert [entry["code"] for entry in entries_of(company, Event.TRAIL_ANCHOR_FAILED)] == ["anchor.refused"]

        authority.status = 200
        turn(company, clock, seconds=300)

        [token] = [row for row in placed(company) if row.anchor == "time"]
        assert "Verification: OK" in authority.verify(token.note.encode(), token.receipt).stdout
        company.vault.engine.dispose()


def test_witness_that_cannot_be_reached_never_stops_the_vault(
    built_company: Path, tmp_path: Path, clock: FixedClock
) -> None:
    """Alone and away from the beginning: entries get their places, views open; signing waits, and it is said why.

    Its row says so from the first try on, and the alarm comes after its time, once.
    """
    key = Vkey("witness.example", SigningKey.generate(lambda size: bytes(size)).public, 4).text()
    section = f'[[trail.anchors.witnesses]]\nname = "auditor"\nurl = "http://127.0.0.1:9"\nkey = "{key}"\n'
    company = anchored_company(built_company, tmp_path / "vault", section, clock=clock)
    signed = signed_to(company)

    reader = company.signed_in("borrower")
    view = open_view(company, reader).view_id
    assert read_page(company.vault, reader, view_id=view, page_number=1).jpeg
    turn(company, clock)

    assert company.vault.signing_gate.code == "trail.unproven"
    assert signed_to(company) == signed
    assert len(entries_of(company, Event.PAGE_READ)) == 1
    assert entries_of(company, Event.TRAIL_ANCHOR_FAILED) == []
    failing = row_of(company, "auditor")
    assert (failing.failure_code, failing.failing_since, failing.alarmed_at) == (
        "anchor.unreachable",
        clock.now(),
        None,
    )

    for _ in range(5):
        turn(company, clock, seconds=300)

    [alarm] = entries_of(company, Event.TRAIL_ANCHOR_FAILED)
    assert alarm["details"] == {"anchor": "auditor", "kind": "witness", "outage": 15, "fault": "anchor.unreachable"}
    [state] = show_anchors(company.vault, company.signed_in("auditor")).anchors
    assert (state.is_alarm, state.failing_since) == (True, failing.failing_since)
    company.vault.engine.dispose()


def test_token_exchanged_in_the_database_is_found(built_company: Path, tmp_path: Path, clock: FixedClock) -> None:
    """Its digest stands in a leaf; a token of another checkpoint verifies nowhere."""
    with running_authority(tmp_path / "authority") as authority:
        section = (
            f'[[trail.anchors.timestamps]]\nname = "time"\nurl = "{authority.url}"\n'
            f'certificates = "{authority.certificates}"\nseconds = 10\n'
        )
        company = anchored_company(built_company, tmp_path / "vault", section, clock=clock)
        for _ in range(2):
            news(company)
            turn(company, clock)
        assert findings(company) <= {"time.bounds"}  # the tests' clock stands elsewhere than the authority's
        first, second = placed(company)
        with transaction(company.vault.engine) as tx:
            tx.exec_driver_sql("UPDATE trail_anchorings SET receipt = ? WHERE size = ?", (second.receipt, first.size))

        assert {"receipt.token", "receipt.digest"} <= findings(company)
        company.vault.engine.dispose()


def test_removed_receipt_is_missed(anchored: Company) -> None:
    """A leaf names it."""
    with transaction(anchored.vault.engine) as tx:
        tx.exec_driver_sql("DELETE FROM trail_anchorings")

    assert findings(anchored) == {"receipt.missing"}


def test_anchor_that_was_emptied_is_found_by_the_others(built_company: Path, tmp_path: Path, clock: FixedClock) -> None:
    """Two anchors of two owners: taking the notes out of one leaves the other."""
    sections = directory_section(tmp_path / "one", "one"), directory_section(tmp_path / "two", "two")
    company = anchored_company(built_company, tmp_path / "vault", *sections, clock=clock)
    turn(company, clock)
    copy_database(company, tmp_path / "older.db")
    news(company)
    turn(company, clock)
    shutil.rmtree(tmp_path / "one")
    (tmp_path / "one").mkdir()

    restored = put_back(company, tmp_path / "older.db", clock=clock)
    turn(restored, clock)

    assert restored.vault.signing_gate.code == "trail.behind_anchor"
    restored.vault.engine.dispose()


def _bucket_section(directory: Path, settings: S3Settings) -> str:
    for name in ("access", "secret"):
        (directory / name).touch(mode=0o600)
    (directory / "access").write_text("tests\n")
    (directory / "secret").write_text("tests-secret\n")
    return (
        f'[[trail.anchors.buckets]]\nname = "bucket"\nendpoint = "{settings.endpoint}"\nbucket = "{settings.bucket}"\n'
        f'prefix = "trail/"\nsecure = false\naccess_key_file = "{directory}/access"\n'
        f'secret_key_file = "{directory}/secret"\n'
    )
