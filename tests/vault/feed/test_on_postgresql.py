"""The whole way of a feed on PostgreSQL; every other test here is on SQLite."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

from tests.company import REASON, build_company, write_config
from tests.conftest import BEGINNING
from tests.vault.feed.conftest import feed_config, with_feeds
from tests.vault.feed.test_sending import drain, record_entries, row_of, size_of, told_indices
from vault.clock import FixedClock
from vault.feed.alarm import watch_feeds
from vault.feed.outputs.stream import StreamOutput
from vault.feed.replaying import replay
from vault.feed.sending import FeedSender
from vault.feed.setup import make_output
from vault.feed.showing import show_feeds
from vault.health import check_health


def test_feed_is_sent_shown_alarmed_and_replayed(postgresql_url: str, tmp_path: Path) -> None:
    """In order and once; stalled and resumed; a range once more; two senders take turns."""
    clock = FixedClock(BEGINNING)
    config = write_config(tmp_path / "vault", database_url=postgresql_url)
    company = build_company(config, clock=clock, with_document=False)
    feed = feed_config(format="ocsf", output="file", path=tmp_path / "feed.jsonl", people="ids")
    company.vault = vault = with_feeds(company.vault, feed)
    first, second = (
        FeedSender(vault, feed, output=make_output(feed, monotonic=vault.monotonic), holder=name)
        for name in ("first", "second")
    )
    record_entries(company, 300)
    drain(first)
    assert second.step() is False
    assert told_indices(tmp_path / "feed.jsonl") == list(range(size_of(company)))

    record_entries(company, 1)
    clock.advance(dt.timedelta(minutes=16))
    assert (watch_feeds(vault), watch_feeds(vault)) == (1, 0)
    parts = {part.name: part.detail for part in check_health(vault).parts if not part.ok}
    assert parts == {"feeds": "soc: feed.stalled"}
    first.close()
    drain(second)
    assert watch_feeds(vault) == 1
    company.sequence()
    drain(second)
    assert row_of(company).next_index == size_of(company)
    [standing] = show_feeds(vault, company.at_keyboard("auditor"))
    assert (standing.waiting, standing.is_well) == (0, True)

    stream = io.BytesIO()
    auditor = company.at_keyboard("auditor")
    sent = replay(vault, auditor, feed, output=StreamOutput(stream), start=0, end=9, reason=REASON)
    assert sent == len(stream.getvalue().splitlines()) == 10
    second.close()
    vault.engine.dispose()
