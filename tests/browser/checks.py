"""What is asked of every screen: nothing that axe-core objects to (WCAG 2.2 A and AA), and no scrolling sideways."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def findings(page: Page) -> list[dict[str, Any]]:
    """What axe objects to, with the element. The page's context must bypass the policy, which forbids axe itself."""
    page.evaluate(_AXE)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", _RULES)
    return [
        {"rule": each["id"], "where": [node["html"][:160] for node in each["nodes"][:3]]}
        for each in found["violations"]
    ]


def scrolls_sideways(page: Page) -> bool:
    """Whether the page is wider than its window; asked of the document that has come, not of the one still coming."""
    page.wait_for_load_state()
    wide: bool = page.locator("html").evaluate("root => root.scrollWidth > innerWidth")
    return wide
