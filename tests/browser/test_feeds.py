"""The screen of feeds in a real browser: read on a phone in both languages, and through axe."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.checks import findings, scrolls_sideways
from tests.browser.conftest import DESKTOP, PHONE, Office, choose_chinese
from tests.browser.steps import Reader
from tests.vault.feed.conftest import feed_config, with_feeds
from vault.errors import Unavailable
from vault.feed.sending import FeedSender
from vault.feed.setup import make_output


@pytest.fixture
def feeding(office: Office, tmp_path: Path) -> Office:
    """With one feed that got on and one whose folder is away."""
    for name, path in (("soc", tmp_path / "feed.jsonl"), ("archive", tmp_path / "away" / ("long-" * 12) / "feed.cef")):
        feed = feed_config(name=name, format="ocsf", output="file", path=path, people="ids")
        vault = with_feeds(office.company.vault, feed)
        sender = FeedSender(vault, feed, output=make_output(feed, monotonic=vault.monotonic), holder=name)
        with suppress(Unavailable):
            while sender.step():
                pass
        sender.close()
    return office


@pytest.mark.parametrize(
    ("size", "language", "scheme"),
    [(DESKTOP, "en", "light"), (PHONE, "zh", "light"), (PHONE, "en", "dark")],
    ids=["desktop", "phone in Chinese", "dark phone"],
)
def test_feeds_are_read_everywhere_without_a_finding(
    feeding: Office, new_context: Callable[..., BrowserContext], size: tuple[int, int], language: str, scheme: str
) -> None:
    """Long paths break, nothing sticks out, and no browser complains."""
    page = new_context(size, color_scheme=scheme, bypass_csp=True).new_page()
    feeding.sign_in(page, "auditor")
    if language == "zh":
        choose_chinese(page)
    page.goto(f"{feeding.address}/trail")
    Reader(page, language).go("Trail", "Feeds")
    expect(page.locator("section.card")).to_have_count(2)
    assert not scrolls_sideways(page)
    assert findings(page) == []
