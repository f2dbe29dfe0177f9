"""The auditor's screen of feeds: how each stands, in both languages, with every value escaped."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.company import Company
from tests.gateway.test_trail import words
from tests.gateway.visitor import make_web
from tests.vault.feed.conftest import feed_config, with_feeds
from vault.config import FeedConfig
from vault.errors import Unavailable
from vault.feed.sending import FeedSender
from vault.feed.setup import make_output


def configured(company: Company, *feeds: FeedConfig) -> Company:
    company.vault = with_feeds(company.vault, *feeds)
    return company


def sender_of(company: Company, feed: FeedConfig) -> FeedSender:
    vault = company.vault
    return FeedSender(vault, feed, output=make_output(feed, monotonic=vault.monotonic), holder="this process")


def test_vault_without_feeds_says_so(company: Company) -> None:
    """And who sets them up."""
    page = make_web(company).visitor("auditor").get("/trail/feeds")

    assert page.status_code == 200
    assert "No feed is configured" in words(page)


def test_feed_that_got_on_and_one_that_fails_show_as_such(company: Company, tmp_path: Path) -> None:
    """Where to, what it tells of people, how far it is; what is wrong, in a sentence."""
    well = feed_config(name="well", format="ocsf", output="file", path=tmp_path / "well.jsonl", people="ids")
    away = feed_config(name="away", format="cef", output="file", path=tmp_path / "away" / "feed.cef")
    configured(company, well, away)
    while sender_of(company, well).step():
        pass
    with pytest.raises(Unavailable):
        sender_of(company, away).step()
    page = words(make_web(company).visitor("auditor").get("/trail/feeds"))

    assert "well up to date" in page
    assert "away failing" in page
    assert "The feed's file cannot be written" in page
    assert "login, staff number, address and place" in page
    assert "a random handle only" in page


def test_screen_speaks_chinese(company: Company, tmp_path: Path) -> None:
    """Labels, states and sentences."""
    feed = feed_config(output="file", path=tmp_path / "away" / "feed.log")
    configured(company, feed)
    with pytest.raises(Unavailable):
        sender_of(company, feed).step()
    auditor = make_web(company).visitor("auditor")
    auditor.post("/language", {"language": "zh_Hans_CN"})
    page = words(auditor.get("/trail/feeds"))

    assert "推送" in page
    assert "发送失败" in page
    assert "无法写入推送的输出文件" in page


def test_name_of_a_file_is_shown_as_text(company: Company, tmp_path: Path) -> None:
    """Even an operator's path is no markup."""
    configured(company, feed_config(output="file", path=tmp_path / "<b>x<"))
    page = make_web(company).visitor("auditor").get("/trail/feeds")

    assert "<b>x" not in page.text
    assert "&lt;b&gt;x" in page.text
