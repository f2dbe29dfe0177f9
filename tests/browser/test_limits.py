"""A view under every limit in a real browser: told before, position shared by a button, pages counted, and refused."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from tests.attacks.observing import trail, view_row
from tests.browser.checks import scrolls_sideways
from tests.browser.conftest import READERS, Office, choose_chinese
from tests.company import set_policy
from vault.ledger.events import Event
from vault.model import BrowserPosition
from vault.policy.document import ClassPolicy, Policy, WorkingHours

POLICY = Policy(
    views_a_day=20,
    timezone="Asia/Shanghai",
    hours=WorkingHours(spans=("mon-fri 08:00-18:10", "sat 09:00-12:00")),
    position="required",
    classes={"confidential": ClassPolicy(views=2, window_days=30, views_a_day=5, pages_per_view=2)},
)
WORDS = {
    "en-GB": {
        "told": "until working hours end at 18:10",
        "share": "Share the position of this device",
        "shared": "Shared: 52.52, 13.38, within 35 m.",
        "back": "Take it back",
        "needed": "asks for the position of your device",
        "bar": "up to 2 different pages",
        "refused": "This view may show 2 different pages",
    },
    "zh-CN": {
        "told": "到工作时间结束为止",
        "share": "共享此设备的位置",
        "shared": "已共享：52.52, 13.38，误差 35 米以内",
        "back": "撤回",
        "needed": "此密级要求提供设备位置",
        "bar": "最多 2 个不同页面",
        "refused": "本次查阅最多显示 2 个不同页面",
    },
}


@READERS
def test_view_under_every_limit(
    office: Office, new_context: Callable[..., BrowserContext], locale: str, size: tuple[int, int]
) -> None:
    """What the card told is what holds; nothing finer than a kilometre leaves the browser; the rest is refused."""
    set_policy(office.company, POLICY)
    words = WORDS[locale]
    context = new_context(
        size,
        locale=locale,
        permissions=["geolocation"],
        geolocation={"latitude": 52.516274, "longitude": 13.377704, "accuracy": 35},
    )
    page = context.new_page()
    office.sign_in(page)
    page.goto(f"{office.address}/documents/{office.company.document_id}")
    if locale == "zh-CN":
        choose_chinese(page)
    expect(page.locator(".statement")).to_contain_text(words["told"])
    page.locator("#category").select_option("offer")
    page.locator("#text").fill("Preparing the offer for line four")
    page.locator("#declared_place").fill("Branch office")
    page.locator("section form button[type=submit]").click()
    expect(page.locator(".position .error")).to_contain_text(words["needed"])
    office.complaints.clear()  # the browser notes the refusal itself
    share = page.get_by_role("button", name=words["share"])
    share.click()
    expect(page.get_by_text(words["shared"])).to_be_visible()
    page.get_by_role("button", name=words["back"]).click()
    expect(page.get_by_text(words["shared"])).to_be_hidden()
    share.click()
    expect(page.get_by_text(words["shared"])).to_be_visible()
    assert not scrolls_sideways(page)
    page.locator("section form button[type=submit]").click()
    page.wait_for_url("**/views/*")

    expect(page.locator(".bar-facts")).to_contain_text(words["bar"])
    for number in (1, 2, 3):
        page.locator("[data-jump]").fill(str(number))
        page.locator("[data-jump]").press("Enter")
        box = page.locator(f"#page-{number} .sheet")
        expect(box.locator("img") if number < 3 else box.get_by_text(words["refused"])).to_be_visible()
    page.locator("[data-jump]").fill("1")
    page.locator("[data-jump]").press("Enter")
    expect(page.locator("#page-1 img")).to_be_in_viewport()
    assert not scrolls_sideways(page)
    view = view_row(office.company, page.url.rpartition("/")[2])
    assert (view.distinct_pages, view.pages_delivered, view.ended_at) == (2, 2, None)
    assert [entry.fact("code") for entry in trail(office.company, Event.PAGE_REFUSED)] == ["denied.pages"]
    opened = [entry.place for entry in trail(office.company, Event.VIEW_OPENED) if entry.place]
    assert [place.position for place in opened] == [BrowserPosition(5252, 1338, 35)]
