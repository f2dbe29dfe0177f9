"""A feed that does not get on is in the trail, once; so is that it does again."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from tests.company import Company
from tests.vault.feed.conftest import feed_config, with_feeds
from vault.clock import FixedClock
from vault.database import ledger_reading
from vault.database.engine import reading
from vault.errors import Unavailable
from vault.feed.alarm import watch_feeds
from vault.feed.sending import FeedSender
from vault.feed.setup import make_output
from vault.ledger.canonical import parse_object
from vault.runtime import Vault

STALLED = dt.timedelta(minutes=15, seconds=1)


def feeding(company: Company, path: Path) -> tuple[Vault, FeedSender]:
    feed = feed_config(format="ocsf", output="file", path=path)
    vault = with_feeds(company.vault, feed)
    return vault, FeedSender(vault, feed, output=make_output(feed, monotonic=vault.monotonic), holder="this process")


def told(company: Company) -> list[tuple[str, dict[str, object]]]:
    """The trail's entries about feeds getting on or not, in their order."""
    company.sequence()
    with reading(company.vault.engine) as tx:
        leaves = [leaf for batch in ledger_reading.leaves_from(tx, 0, batch=500) for leaf in batch]
    facts = [parse_object(leaf.leaf) for leaf in leaves]
    return [
        (str(each["event"]), json.loads(json.dumps(each["details"])))
        for each in facts
        if each["event"] in {"feed.stalled", "feed.resumed"}
    ]


def test_feed_that_gets_nowhere_is_told_once_and_that_it_gets_on_again_once(
    company: Company, tmp_path: Path, clock: FixedClock
) -> None:
    """After its minutes without a success, with how much waits and why; however often somebody looks."""
    vault, sender = feeding(company, tmp_path / "away" / "feed.jsonl")
    with pytest.raises(Unavailable):
        sender.step()
    assert watch_feeds(vault) == 0
    clock.advance(STALLED)
    assert [watch_feeds(vault), watch_feeds(vault)] == [1, 0]
    [(event, details)] = told(company)
    assert (event, details["feed"], details["what"]) == ("feed.stalled", "soc", "feed.file")
    assert isinstance(details["waiting"], int)
    assert details["waiting"] > 20

    (tmp_path / "away").mkdir()
    while sender.step():
        pass
    assert [watch_feeds(vault), watch_feeds(vault)] == [1, 0]
    assert [event for event, _details in told(company)] == ["feed.stalled", "feed.resumed"]
    sender.close()


def test_feed_that_nobody_sends_stalls_as_well(company: Company, tmp_path: Path, clock: FixedClock) -> None:
    """A worker that is down fails nowhere; the state tells."""
    vault, sender = feeding(company, tmp_path / "feed.jsonl")
    while sender.step():
        pass
    sender.close()
    company.signed_in("other")
    company.sequence()
    assert watch_feeds(vault) == 0
    clock.advance(STALLED)
    assert watch_feeds(vault) == 1


def test_feed_with_nothing_to_send_does_not_stall(company: Company, tmp_path: Path, clock: FixedClock) -> None:
    """A quiet weekend is no alarm, and neither is the first entry after it."""
    vault, sender = feeding(company, tmp_path / "feed.jsonl")
    while sender.step():
        pass
    company.sequence()
    while sender.step():
        pass
    clock.advance(dt.timedelta(days=2))
    assert watch_feeds(vault) == 0
    company.signed_in("other")
    company.sequence()
    assert watch_feeds(vault) == 0
    sender.close()


def test_entries_that_waited_for_their_signature_do_not_stall_the_feed_at_once(
    company: Company, tmp_path: Path, clock: FixedClock
) -> None:
    """After a long time sealed everything is signed at one moment; from then on it counts."""
    vault, sender = feeding(company, tmp_path / "feed.jsonl")
    while sender.step():
        pass
    company.sequence()
    while sender.step():
        pass
    company.vault.seal()
    company.signed_in("other")
    company.sequence()
    clock.advance(dt.timedelta(hours=5))
    assert watch_feeds(vault) == 0
    company.vault.unseal()
    company.sequence()
    assert watch_feeds(vault) == 0
    clock.advance(STALLED)
    assert watch_feeds(vault) == 1
    sender.close()


def test_vault_without_feeds_looks_at_nothing(company: Company) -> None:
    """No row, no entry."""
    assert watch_feeds(company.vault) == 0
