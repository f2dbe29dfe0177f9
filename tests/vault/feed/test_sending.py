"""Sending: every signed entry, in order, at least once, whatever happens to collector, network or sender."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import time
from pathlib import Path

import pytest

from tests.attacks.observing import alter
from tests.company import Company, open_company_vault
from tests.conftest import BEGINNING
from tests.vault.feed.authority import Authority, serving_as
from tests.vault.feed.collector import Collector, collecting, until
from tests.vault.feed.conftest import SendersOf, feed_config, with_feeds
from vault.clock import FixedClock
from vault.database import feed_queries
from vault.database.engine import reading, transaction
from vault.database.feed_queries import FeedRecord
from vault.errors import Sealed, TamperError, Unavailable
from vault.feed import sending
from vault.feed.sending import FeedSender
from vault.feed.setup import make_output
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.trail.standing import signed_size


def record_entries(company: Company, number: int) -> None:
    """So many entries more, with their place and a checkpoint over them."""
    with transaction(company.vault.engine) as tx:
        for _ in range(number):
            company.vault.recorder.append(tx, Entry(Event.VAULT_UNSEALED, Outcome.SUCCESS))
    company.sequence()


def drain(sender: FeedSender) -> None:
    while sender.step():
        pass


def row_of(company: Company, name: str = "soc") -> FeedRecord:
    with reading(company.vault.engine) as tx:
        row = feed_queries.load_feed(tx, name)
    assert row is not None
    return row


def size_of(company: Company) -> int:
    with reading(company.vault.engine) as tx:
        return signed_size(tx)


def told_indices(path: Path) -> list[int]:
    return [json.loads(line)["unmapped"]["index"] for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_signed_entry_goes_out_once_and_in_order(
    company: Company, sender_for: SendersOf, collector: Collector
) -> None:
    """From the first on, over several batches; then what is new, and nothing that has no place yet."""
    record_entries(company, 450)
    sender = sender_for(output="tcp", address=collector.address)
    drain(sender)
    size = size_of(company)
    until(lambda: len(collector.indices()) == size)
    assert collector.indices() == list(range(size))

    company.sequence()  # the entry that the feed was set up
    drain(sender)
    until(lambda: len(collector.indices()) == size + 1)
    with transaction(company.vault.engine) as tx:
        company.vault.recorder.append(tx, Entry(Event.VAULT_UNSEALED, Outcome.SUCCESS))
    assert sender.step() is False
    assert row_of(company).next_index == size + 1


def test_unsigned_entries_wait_for_their_checkpoint(company: Company, sender_for: SendersOf, tmp_path: Path) -> None:
    """A sealed vault places entries and signs nothing: what could still become something else is not told."""
    sender = sender_for(format="ocsf", output="file", path=tmp_path / "feed.jsonl")
    drain(sender)
    before = size_of(company)
    company.vault.seal()
    record_entries(company, 3)
    drain(sender)
    assert told_indices(tmp_path / "feed.jsonl") == list(range(before))

    company.vault.unseal()
    company.sequence()
    drain(sender)
    assert told_indices(tmp_path / "feed.jsonl") == list(range(size_of(company)))


def test_new_feed_may_begin_now(company: Company, sender_for: SendersOf, tmp_path: Path) -> None:
    """What was signed before is not sent, and a broken connection never goes back before it."""
    sender = sender_for(format="ocsf", output="file", path=tmp_path / "feed.jsonl", begin="now")
    first = size_of(company)
    assert sender.step() is False
    company.sequence()
    drain(sender)
    assert told_indices(tmp_path / "feed.jsonl") == [first]


def test_setting_up_and_changing_a_feed_is_recorded(company: Company, sender_for: SendersOf, tmp_path: Path) -> None:
    """Where entries go, in which form and how much of people they tell; once for each change."""
    for values in ({"people": "handles"}, {"people": "handles"}, {"people": "ids"}):
        sender = sender_for(format="ocsf", output="file", path=tmp_path / "feed.jsonl", **values)
        drain(sender)
        sender.close()
        company.sequence()

    entries = [json.loads(line) for line in (tmp_path / "feed.jsonl").read_text(encoding="utf-8").splitlines()]
    changes = [each["unmapped"]["details"] for each in entries if each["metadata"]["event_code"] == "feed.changed"]
    assert changes[0] == {
        "feed": "soc",
        "format": "ocsf",
        "output": "file",
        "target": str(tmp_path / "feed.jsonl"),
        "people": "handles",
    }
    drain(sender)
    told = (tmp_path / "feed.jsonl").read_text(encoding="utf-8")
    assert told.count('"event_code":"feed.changed"') == 2


def test_outage_stops_nothing_and_afterwards_everything_arrives(
    company: Company, sender_for: SendersOf, collector: Collector
) -> None:
    """Hours without a collector: failures are noted, entries wait; it comes back, and nothing is missing."""
    sender = sender_for(output="tcp", address=collector.address)
    drain(sender)
    arrived = collector.indices()
    port = collector.port
    collector.close()
    record_entries(company, 300)
    for _ in range(3):
        with pytest.raises(Unavailable):
            drain(sender)
    row = row_of(company)
    assert row.failing_since is not None
    assert row.failure_code in {"feed.broken", "feed.unreachable"}

    with collecting(port=port) as back:
        drain(sender)
        size = size_of(company)
        until(lambda: size - 1 in back.indices())
        again = back.indices()
    assert again == list(range(again[0], size))
    assert again[0] <= len(arrived)
    assert row_of(company).failing_since is None
    assert row_of(company).failure_code == ""


def test_what_an_ended_connection_may_have_lost_is_sent_again(
    company: Company, sender_for: SendersOf, collector: Collector
) -> None:
    """The collector had acknowledged and died before it read: TCP cannot tell, so the last entries come again."""
    record_entries(company, 300)
    sender = sender_for(output="tcp", address=collector.address)
    collector.is_deaf = True
    drain(sender)
    port, size = collector.port, size_of(company)
    assert row_of(company).next_index == size
    collector.close()
    assert collector.indices() == []

    with pytest.raises(Unavailable, match=r"feed\.broken"):
        until(lambda: sender.step())
    assert row_of(company).next_index == size - sending.RESEND_ENTRIES
    with collecting(port=port) as back:
        drain(sender)
        until(lambda: size - 1 in back.indices())
        assert back.indices() == list(range(size - sending.RESEND_ENTRIES, size_of(company)))


def test_collector_that_ends_every_connection_gets_on_all_the_same(
    company: Company, sender_for: SendersOf, collector: Collector
) -> None:
    """Nothing is sent a third time for an ended connection, and batches shrink: no turning in a circle."""
    record_entries(company, 500)
    collector.cut_after = 20_000
    sender = sender_for(output="tcp", address=collector.address)
    failures = 0
    while row_of_or_zero(company) < size_of(company):
        try:
            drain(sender)
        except Unavailable:
            failures += 1
            assert failures < 100
    assert failures > 2


def row_of_or_zero(company: Company) -> int:
    with reading(company.vault.engine) as tx:
        row = feed_queries.load_feed(tx, "soc")
    return row.next_index if row else 0


def test_full_disk_is_noted_and_the_feed_goes_on_where_it_stopped(
    company: Company, sender_for: SendersOf, tmp_path: Path
) -> None:
    """A file keeps what it took: nothing is sent twice for it."""
    folder = tmp_path / "log"
    sender = sender_for(format="ocsf", output="file", path=folder / "feed.jsonl")
    with pytest.raises(Unavailable, match=r"feed\.file"):
        sender.step()
    assert row_of(company).failure_code == "feed.file"

    folder.mkdir()
    drain(sender)
    company.sequence()
    drain(sender)
    assert told_indices(folder / "feed.jsonl") == list(range(size_of(company)))


def test_second_sender_waits_for_its_turn_and_takes_over_when_the_claim_lapses(
    company: Company, sender_for: SendersOf, collector: Collector, clock: FixedClock
) -> None:
    """Two nodes never send side by side; what a dead one held lapses, what a stopped one held is free at once."""
    record_entries(company, 10)
    first = sender_for(output="tcp", address=collector.address, holder="first")
    second = sender_for(output="tcp", address=collector.address, holder="second")
    drain(first)
    sent = row_of(company).next_index
    record_entries(company, 10)
    assert second.step() is False
    assert row_of(company).next_index == sent

    clock.advance(dt.timedelta(seconds=sending.CLAIM_SECONDS + 1))
    drain(second)
    assert row_of(company).claimed_by == "second"
    assert first.step() is False
    assert not first._output.is_open
    second.close()
    record_entries(company, 1)
    drain(first)
    assert row_of(company).claimed_by == "first"
    until(lambda: collector.indices()[-1:] == [size_of(company) - 1])
    assert sorted(set(collector.indices())) == list(range(size_of(company)))


def test_sender_that_lost_its_claim_while_it_sent_moves_no_cursor(
    company: Company, sender_for: SendersOf, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pause as long as the claim, in the middle of a batch: another one has taken over meanwhile."""
    sender = sender_for(output="tcp", address=collector.address)
    real = sender._output.send

    def send(content: bytes) -> None:
        real(content)
        alter(company, "UPDATE feed_cursors SET claimed_by = 'another', next_index = 3")

    monkeypatch.setattr(sender._output, "send", send)
    assert sender.step() is False
    assert row_of(company).next_index == 3
    assert not sender._output.is_open


def test_feed_that_tells_ids_waits_while_the_vault_is_sealed_and_one_by_handles_goes_on(
    company: Company, sender_for: SendersOf, tmp_path: Path
) -> None:
    """A line without its people could not be made good later."""
    company.vault.seal()
    waiting = sender_for(name="ids", format="ocsf", output="file", path=tmp_path / "ids.jsonl", people="ids")
    going_on = sender_for(name="handles", format="ocsf", output="file", path=tmp_path / "handles.jsonl")
    with pytest.raises(Sealed):
        waiting.step()
    drain(going_on)
    assert row_of(company, "ids").failure_code == "sealed"
    assert len(told_indices(tmp_path / "handles.jsonl")) == size_of(company)

    company.vault.unseal()
    drain(waiting)
    assert told_indices(tmp_path / "ids.jsonl") == told_indices(tmp_path / "handles.jsonl")


def test_checkpoint_that_somebody_else_signed_sends_nothing(
    company: Company, sender_for: SendersOf, tmp_path: Path
) -> None:
    """What is not the trail's own is not passed on as if it were."""
    sender = sender_for(format="ocsf", output="file", path=tmp_path / "feed.jsonl")
    alter(company, "UPDATE trail_checkpoints SET note = replace(note, 'tests.example', 'other.example')")
    with pytest.raises(TamperError):
        sender.step()
    assert not (tmp_path / "feed.jsonl").exists()
    assert row_of(company).failure_code == "trail.checkpoint"


def test_feed_over_tls(company: Company, sender_for: SendersOf, authority: Authority) -> None:
    """The whole way, with the collector's own name."""
    with collecting(context=serving_as(authority.issue("siem.example.com"))) as collector:
        drain(
            sender_for(output="tls", address=collector.address, server_name="siem.example.com", ca_file=authority.file)
        )
        until(lambda: collector.indices() == list(range(size_of(company))))


def test_killed_sender_leaves_no_gap_and_keeps_the_order(company: Company) -> None:
    """kill -9 in the middle of sending, many times: each connection goes on at or before where the last one stopped."""
    record_entries(company, 3_000)
    size = size_of(company)
    with collecting() as collector:
        for hour in range(2, 8):
            before = collector.size()
            pid = _sending_child(company.directory, collector.address, hour)
            until(lambda before=before: collector.size() > before + 30_000)  # type: ignore[misc]
            _kill(pid)
        pid = _sending_child(company.directory, collector.address, 9)
        until(lambda: row_of(company).next_index == size)
        _kill(pid)
        runs = [taken.indices() for taken in collector.taken if taken.indices()]

    assert len(runs) == 7
    reached = -1
    for run in runs:
        assert run == list(range(run[0], run[-1] + 1))
        assert run[0] <= reached + 1
        reached = max(reached, run[-1])
    assert reached == size - 1


def _sending_child(directory: Path, address: str, hour: int) -> int:
    """A process that sends until it is killed. Its clock stands so many hours after the company's beginning, so that
    what a killed one held has lapsed."""
    pid = os.fork()
    if pid:
        return pid
    try:
        later = FixedClock(BEGINNING + dt.timedelta(hours=hour))
        vault = open_company_vault(directory / "config.toml", clock=later)
        feed = feed_config(output="tcp", address=address)
        output = make_output(feed, monotonic=vault.monotonic)
        sender = FeedSender(with_feeds(vault, feed), feed, output=output, holder=f"child {hour}")
        while True:
            if not sender.step():
                time.sleep(0.01)
    finally:
        os._exit(1)


def _kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    _pid, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status)
