"""The security officer's alerts in a real browser: one appears, is read, and is dismissed with a reason."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from tests.browser.checks import findings, scrolls_sideways
from tests.browser.conftest import READERS, Office
from tests.browser.steps import begin
from tests.vault.alerts.days import raised

NOTE = "Talked to her, a link in an old mail"
WORDS = {
    "en-GB": {"alert": "asked for documents that are not theirs", "dismiss": "Dismiss", "done": "Why is on record"},
    "zh-CN": {"alert": "多次申请查阅不属于自己的文档", "dismiss": "排除", "done": "理由已记录"},
}


@READERS
def test_alert_appears_is_read_and_dismissed_with_a_reason(
    office: Office, new_context: Callable[..., BrowserContext], locale: str, size: tuple[int, int]
) -> None:
    """A plain sentence first, then its arithmetic and what was opened; campaigns and exceptions stand beside it."""
    alert = raised(office.company)
    officer = new_context(size, locale=locale).new_page()
    begin(office, officer, "officer", locale)
    officer.goto(f"{office.address}/alerts")
    assert not findings(officer)
    assert not scrolls_sideways(officer)
    officer.get_by_role("link", name=WORDS[locale]["alert"]).click()
    officer.wait_for_url(f"**/alerts/{alert.id}")
    expect(officer.locator("h1")).to_contain_text(WORDS[locale]["alert"])
    expect(officer.locator("tfoot")).to_contain_text("2")
    assert not findings(officer)
    assert not scrolls_sideways(officer)
    officer.locator("#note").fill(NOTE)
    officer.get_by_role("button", name=WORDS[locale]["dismiss"], exact=True).click()
    expect(officer.locator(".notice")).to_contain_text(WORDS[locale]["done"])
    office.company.sequence()
    officer.reload()
    expect(officer.locator("main")).to_contain_text(NOTE)
    for path in ("/alerts/campaigns", "/alerts/exceptions"):
        officer.goto(office.address + path)
        assert not findings(officer)
        assert not scrolls_sideways(officer)
