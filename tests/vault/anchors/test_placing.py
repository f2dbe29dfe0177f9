"""The worker's turns: when a checkpoint is placed, who does it, and what is said of it."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

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
from tests.company import Company
from tests.faults.shortage import SmallDisk, small_disk
from tests.servers import require
from vault.anchors.placing import place_once
from vault.anchors.port import Anchor, AnchorKind, Held, Placement, Receipt
from vault.anchors.proving import prove_once
from vault.clock import FixedClock
from vault.database import anchor_queries
from vault.database.engine import create_engine, transaction
from vault.database.migrating import migrate
from vault.errors import Unavailable
from vault.ledger.events import Event

TEN_SECONDS = dt.timedelta(seconds=10)


def test_newest_checkpoint_is_placed_with_its_receipt_on_record(
    anchored_in_share: Company, share: Path, clock: FixedClock
) -> None:
    """The file is the signed note to the letter; the first placement of a day is an entry."""
    assert turn(anchored_in_share, clock) == []

    [row] = placed(anchored_in_share)
    [file] = share.rglob("*.checkpoint")
    assert file.read_text() == row.note
    assert row.size == row_of(anchored_in_share).placed_size
    [entry] = entries_of(anchored_in_share, Event.TRAIL_ANCHORED)
    assert entry["details"] == {
        "anchor": "share",
        "kind": "directory",
        "size": row.size,
        "receipt": hashlib.sha256(row.receipt).hexdigest(),
    }


def test_entries_about_anchoring_are_no_news(anchored_in_share: Company, clock: FixedClock) -> None:
    """A placement makes an entry, which is signed; it must not be the reason for the next placement for ever."""
    turn(anchored_in_share, clock)
    signed = signed_to(anchored_in_share)

    for _ in range(5):
        turn(anchored_in_share, clock)

    assert len(placed(anchored_in_share)) == 1
    assert signed_to(anchored_in_share) == signed


def test_what_anchoring_said_is_anchored_with_the_next_news(anchored_in_share: Company, clock: FixedClock) -> None:
    """Nothing stays outside for good."""
    turn(anchored_in_share, clock)
    news(anchored_in_share)

    turn(anchored_in_share, clock)

    assert row_of(anchored_in_share).placed_size == signed_to(anchored_in_share)


def test_closing_of_a_day_is_news(anchored_in_share: Company, clock: FixedClock) -> None:
    """A vault in which nothing happens is anchored once a day, which shows that its anchor still works."""
    turn(anchored_in_share, clock)

    for _ in range(3):
        turn(anchored_in_share, clock, seconds=86_400)

    assert len(placed(anchored_in_share)) == 4
    assert len(entries_of(anchored_in_share, Event.TRAIL_ANCHORED)) == 4


def test_placements_between_are_on_record_and_make_no_entry(anchored_in_share: Company, clock: FixedClock) -> None:
    """An entry every ten seconds would bury what people did."""
    for _ in range(4):
        news(anchored_in_share)
        turn(anchored_in_share, clock)

    assert len(placed(anchored_in_share)) == 4
    assert len(entries_of(anchored_in_share, Event.TRAIL_ANCHORED)) == 1


def test_nothing_is_placed_before_the_period_is_over(anchored_in_share: Company, clock: FixedClock) -> None:
    """At most every ten seconds, however much happens."""
    turn(anchored_in_share, clock)
    news(anchored_in_share)

    turn(anchored_in_share, clock, seconds=9)
    assert len(placed(anchored_in_share)) == 1
    turn(anchored_in_share, clock, seconds=1)
    assert len(placed(anchored_in_share)) == 2


def test_sealed_vault_still_places_what_was_signed(anchored_in_share: Company, clock: FixedClock) -> None:
    """Placing needs no key."""
    turn(anchored_in_share, clock)
    news(anchored_in_share)
    anchored_in_share.sequence()
    anchored_in_share.vault.seal()

    assert turn(anchored_in_share, clock) == []
    assert len(placed(anchored_in_share)) == 2


def test_turn_is_given_to_one_process(database_url: str) -> None:
    """Of two that find it due, on both databases; when the time is up to the next one."""
    engine = create_engine(database_url)
    migrate(engine)
    now = dt.datetime(2026, 11, 24, 10, 0, tzinfo=dt.UTC)

    def take(at: dt.datetime) -> bool:
        with transaction(engine) as tx:
            until = at + dt.timedelta(seconds=90)
            return anchor_queries.take_turn(tx, "share", kind="directory", now=at, until=until) is not None

    assert [take(now), take(now), take(now + dt.timedelta(seconds=90))] == [True, False, True]
    engine.dispose()


def test_failing_anchor_is_tried_with_growing_pauses(
    anchored_in_share: Company, share: Path, clock: FixedClock
) -> None:
    """10, 20, 40 seconds, and never more than five minutes."""
    turn(anchored_in_share, clock)
    share.rename(share.with_name("away"))
    news(anchored_in_share)
    pauses = []
    for _ in range(7):
        before = row_of(anchored_in_share)
        clock.advance(max(before.next_at - clock.now(), dt.timedelta(0)))
        assert turn(anchored_in_share, clock, seconds=0) == ["anchor.missing"]
        pauses.append(int((row_of(anchored_in_share).next_at - clock.now()).total_seconds()))

    assert pauses == [10, 20, 40, 80, 160, 300, 300]


def test_alarm_is_recorded_once_in_an_outage_and_its_end_is_said(
    anchored_in_share: Company, share: Path, clock: FixedClock
) -> None:
    """After fifteen minutes; the vault goes on all the while."""
    turn(anchored_in_share, clock)
    share.rename(share.with_name("away"))
    news(anchored_in_share)
    for _ in range(10):
        turn(anchored_in_share, clock, seconds=300)

    [alarm] = entries_of(anchored_in_share, Event.TRAIL_ANCHOR_FAILED)
    assert alarm["code"] == "anchor.missing"
    assert alarm["details"] == {"anchor": "share", "kind": "directory", "outage": 15, "fault": "anchor.missing"}

    share.with_name("away").rename(share)
    turn(anchored_in_share, clock, seconds=300)

    assert row_of(anchored_in_share).failure_code == ""
    assert entries_of(anchored_in_share, Event.TRAIL_ANCHORED)[-1]["details"]["outage"] == 50  # type: ignore[index, call-overload]


def test_short_outage_makes_no_entry(anchored_in_share: Company, share: Path, clock: FixedClock) -> None:
    """Neither an alarm nor its end."""
    turn(anchored_in_share, clock)
    share.rename(share.with_name("away"))
    news(anchored_in_share)
    turn(anchored_in_share, clock)
    share.with_name("away").rename(share)
    turn(anchored_in_share, clock, seconds=60)

    assert entries_of(anchored_in_share, Event.TRAIL_ANCHOR_FAILED) == []
    assert len(entries_of(anchored_in_share, Event.TRAIL_ANCHORED)) == 1
    assert len(placed(anchored_in_share)) == 2


def test_dead_anchor_stops_no_other(built_company: Path, tmp_path: Path, clock: FixedClock) -> None:
    """Each on its own."""
    sections = directory_section(tmp_path / "dead", "dead"), directory_section(tmp_path / "share")
    company = anchored_company(built_company, tmp_path / "vault", *sections, clock=clock)
    (tmp_path / "dead").rmdir()

    assert turn(company, clock) == ["anchor.missing"]
    assert [row.anchor for row in placed(company)] == ["share"]
    company.vault.engine.dispose()


def test_full_directory_is_said_and_leaves_no_half_note(built_company: Path, tmp_path: Path, clock: FixedClock) -> None:
    """ENOSPC from the kernel; once there is room it goes on by itself."""
    with small_disk(tmp_path / "disk") as disk:
        section = directory_section(tmp_path / "disk" / "share")
        company = anchored_company(built_company, tmp_path / "vault", section, clock=clock)
        turn(company, clock)
        news(company)
        require(isinstance(disk, SmallDisk), "the right to mount a small disk")
        assert isinstance(disk, SmallDisk)
        with disk.leaving(0):
            assert turn(company, clock) == ["anchor.full"]
            assert row_of(company).failure_code == "anchor.full"
        assert turn(company, clock, seconds=300) == []
        files = list((tmp_path / "disk" / "share").rglob("*"))
        assert len([file for file in files if file.name.endswith(".checkpoint")]) == 2
        assert findings(company) == set()
        company.vault.engine.dispose()


@dataclass(frozen=True)
class KilledAfterPlacing:
    """A real anchor whose process is killed once the note is there and before anything can be recorded."""

    inner: Anchor

    name: str = "share"
    kind: AnchorKind = AnchorKind.DIRECTORY
    place_name: str = ""
    remembers: bool = True
    period_seconds: float = 10

    def place(self, placement: Placement) -> Receipt:
        self.inner.place(placement)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("unreachable")

    def newest(self, origins: Sequence[str], /) -> list[Held]:
        return self.inner.newest(origins)


def test_kill_between_placing_and_recording_is_made_good(
    anchored_in_share: Company, share: Path, clock: FixedClock
) -> None:
    """The turn lapses; the same note is placed once more, is one file, and is recorded then."""
    anchored_in_share.vault.engine.dispose()
    pid = os.fork()
    if pid == 0:
        prove_once(anchored_in_share.vault)
        place_once(anchored_in_share.vault, KilledAfterPlacing(anchored_in_share.vault.anchors[0]))  # type: ignore[arg-type]
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
    [orphan] = share.rglob("*.checkpoint")
    assert placed(anchored_in_share) == []

    assert turn(anchored_in_share, clock) == []  # not yet: somebody may be at it
    assert placed(anchored_in_share) == []
    turn(anchored_in_share, clock, seconds=90)

    [row] = placed(anchored_in_share)
    assert orphan.read_text() == row.note
    assert list(share.rglob("*.checkpoint")) == [orphan]
    assert findings(anchored_in_share) == set()


def test_checkpoint_that_is_not_ours_is_never_handed_on(anchored_in_share: Company, clock: FixedClock) -> None:
    """A note that somebody put into the database beside the trail's own."""
    turn(anchored_in_share, clock)
    news(anchored_in_share)
    anchored_in_share.sequence()
    with transaction(anchored_in_share.vault.engine) as tx:
        tx.exec_driver_sql("UPDATE trail_checkpoints SET note = replace(note, 'tests.example', 'other.example')")

    assert turn(anchored_in_share, clock) == []
    assert len(placed(anchored_in_share)) == 1


def test_vault_without_anchors_signs_at_once(company: Company) -> None:
    """There is nothing outside to disagree with."""
    news(company)
    company.sequence()

    assert replace(company.vault).signing_gate.is_open
    assert signed_to(company) > 1


def test_gate_says_why_nothing_is_signed(anchored_in_share: Company) -> None:
    """A process that has asked nobody yet."""
    with pytest.raises(Unavailable) as refused, transaction(anchored_in_share.vault.engine) as tx:
        anchored_in_share.vault.signing_gate.require(tx, None)  # type: ignore[arg-type]
    assert refused.value.code == "trail.unproven"
