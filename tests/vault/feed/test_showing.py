"""How feeds stand, for whoever looks: name, place, lag, last failure; no entry."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.attacks.observing import alter
from tests.company import Company
from tests.vault.feed.conftest import feed_config, with_feeds
from vault.clock import FixedClock
from vault.errors import AccessDenied, Unavailable
from vault.feed.sending import FeedSender
from vault.feed.setup import make_output
from vault.feed.showing import show_feeds


def test_feed_shows_what_waits_for_how_long_and_why(company: Company, tmp_path: Path, clock: FixedClock) -> None:
    """Before it began, while it fails, and once it got on."""
    path = tmp_path / "log" / "feed.jsonl"
    feed = feed_config(format="ocsf", output="file", path=path)
    vault = with_feeds(company.vault, feed)
    auditor = company.at_keyboard("auditor")
    [standing] = show_feeds(vault, auditor)
    assert (standing.next_index, standing.sent_at, standing.is_well) == (0, None, True)
    assert standing.waiting > 20

    sender = FeedSender(vault, feed, output=make_output(feed, monotonic=vault.monotonic), holder="this process")
    with pytest.raises(Unavailable):
        sender.step()
    clock.advance(dt.timedelta(minutes=5))
    [standing] = show_feeds(vault, auditor)
    assert (standing.failure_code, standing.lag_seconds, standing.is_well) == ("feed.file", 300, False)
    assert standing.target == str(path)

    path.parent.mkdir()
    while sender.step():
        pass
    [standing] = show_feeds(vault, auditor)
    assert (standing.waiting, standing.lag_seconds, standing.is_well) == (0, 0, True)
    assert standing.failed_at is not None
    sender.close()


def test_feed_that_is_no_longer_configured_still_shows(company: Company, tmp_path: Path) -> None:
    """Somebody who takes a feed out of the configuration does not take it out of sight."""
    feed = feed_config(format="cef", output="file", path=tmp_path / "feed.cef", people="ids")
    vault = with_feeds(company.vault, feed)
    sender = FeedSender(vault, feed, output=make_output(feed, monotonic=vault.monotonic), holder="this process")
    sender.step()
    sender.close()
    [standing] = show_feeds(company.vault, company.at_keyboard("auditor"))

    assert not standing.is_configured
    assert (standing.format, standing.people) == ("cef", "ids")


def test_damaged_checkpoint_hides_no_feed(company: Company) -> None:
    """Everything waits then, and the screen still says so."""
    vault = with_feeds(company.vault, feed_config(output="tcp", address="127.0.0.1:9"))
    alter(company, "UPDATE trail_checkpoints SET note = replace(note, 'tests.example', 'other.example')")
    [standing] = show_feeds(vault, company.at_keyboard("auditor"))
    assert standing.waiting > 20


@pytest.mark.parametrize("login", ["admin", "officer", "custodian"])
def test_only_auditors_look(company: Company, login: str) -> None:
    """Checked on the person's record."""
    with pytest.raises(AccessDenied):
        show_feeds(company.vault, company.at_keyboard(login))
