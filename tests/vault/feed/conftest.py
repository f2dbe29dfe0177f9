"""A company whose vault has a feed; collectors and files to send to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.company import Company
from tests.vault.feed.authority import Authority
from tests.vault.feed.collector import Collector, collecting
from vault.config import FeedConfig
from vault.feed.sending import FeedSender
from vault.feed.setup import make_output
from vault.runtime import Vault

SendersOf = Callable[..., FeedSender]


def feed_config(**values: Any) -> FeedConfig:
    """A feed of syslog messages; to say where is the test's."""
    return FeedConfig(**({"name": "soc", "format": "syslog"} | values))


def with_feeds(vault: Vault, *feeds: FeedConfig) -> Vault:
    """The same vault, configured with these feeds."""
    return replace(vault, config=msgspec.structs.replace(vault.config, feeds=feeds))


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as running:
        yield running


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def sender_for(company: Company) -> Iterator[SendersOf]:
    """Makes senders of the company's vault, by what the feed's configuration says; closes their outputs in the end."""
    made: list[FeedSender] = []

    def make(*, holder: str = "this process", **values: Any) -> FeedSender:
        feed = feed_config(**values)
        vault = with_feeds(company.vault, feed)
        output = make_output(feed, monotonic=vault.monotonic)
        made.append(FeedSender(vault, feed, output=output, holder=holder))
        return made[-1]

    yield make
    for sender in made:
        sender.close()
