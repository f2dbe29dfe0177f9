"""The screen of anchors in a real browser: read on a phone in both languages, and through axe."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.anchoring import news, turn
from tests.browser.checks import findings, scrolls_sideways
from tests.browser.conftest import DESKTOP, PHONE, Office, choose_chinese
from vault.anchors.directory import DirectoryAnchor
from vault.database import anchor_queries
from vault.database.anchor_queries import OutsideRow
from vault.database.engine import transaction


@pytest.fixture
def anchored(office: Office, tmp_path: Path) -> Office:
    """With one anchor that works, one that has failed for long, and a database that is behind."""
    (tmp_path / "share").mkdir()
    places = {"audit-share": tmp_path / "share", "away": tmp_path / ("long-" * 12) / "nowhere"}
    anchors = tuple(DirectoryAnchor(name, path, period_seconds=10, random=os.urandom) for name, path in places.items())
    object.__setattr__(office.company.vault, "anchors", anchors)  # as if the configuration had named them
    turn(office.company, office.clock)
    news(office.company)
    turn(office.company, office.clock, seconds=2000)
    with transaction(office.company.vault.engine) as tx:
        since = office.clock.now() - dt.timedelta(hours=1)
        anchor_queries.store_outside(tx, OutsideRow("behind", "audit-share", 70, 99, since))
    return office


@pytest.mark.parametrize(
    ("size", "language", "scheme"),
    [(DESKTOP, "en", "light"), (PHONE, "zh", "light"), (PHONE, "en", "dark")],
    ids=["desktop", "phone in Chinese", "dark phone"],
)
def test_anchors_are_read_everywhere_without_a_finding(
    anchored: Office, new_context: Callable[..., BrowserContext], size: tuple[int, int], language: str, scheme: str
) -> None:
    """Nothing is cut off, nothing scrolls sideways, axe objects to nothing."""
    page = new_context(size, color_scheme=scheme, bypass_csp=True).new_page()
    anchored.sign_in(page, "auditor")
    if language == "zh":
        choose_chinese(page)
    page.goto(f"{anchored.address}/trail/anchors")

    expect(page.get_by_role("heading", level=1)).to_have_text("锚点" if language == "zh" else "Anchors")
    expect(page.get_by_text("trail succeed")).to_be_visible()
    assert findings(page) == []
    assert not scrolls_sideways(page)
