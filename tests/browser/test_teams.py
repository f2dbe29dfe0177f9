"""Teams in real browsers: a dossier lent to a team, read by a member, taken back; and who can see what meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import READERS, Office
from tests.browser.steps import begin, sound

NewContext = Callable[..., BrowserContext]
TEAM = "华东销售组 Sales East"


@READERS
def test_dossier_is_lent_to_a_team_read_and_taken_back(
    office: Office, new_context: NewContext, locale: str, size: tuple[int, int]
) -> None:
    """The administrator fills the team, the custodian lends; with the loan ends the member's next page."""

    def window() -> Page:
        return new_context(size, locale=locale).new_page()

    company = office.company
    page = begin(office, window(), "admin", locale)
    page.goto(f"{office.address}/teams")
    page.locator("#name").fill(TEAM)
    page.locator("section[aria-labelledby=new] button[type=submit]").click()
    page.locator("#person").select_option(company.ids["stranger"])
    page.locator("section[aria-labelledby=joining] button[type=submit]").click()
    expect(page.locator("section[aria-labelledby=members]")).to_contain_text("Stranger")
    sound(page)

    custodian = begin(office, window(), "custodian", locale)
    custodian.goto(f"{office.address}/dossiers/{company.dossier_id}/teams")
    custodian.locator("#team").select_option(label=TEAM)
    custodian.locator("section[aria-labelledby=lend] button[type=submit]").click()
    expect(custodian.locator("li.row")).to_contain_text(TEAM)
    sound(custodian)

    member = begin(office, window(), "stranger", locale)
    office.open_document(member)
    expect(member.locator("#page-1 img")).to_be_visible()
    company.sequence()

    auditor = begin(office, window(), "auditor", locale)
    auditor.goto(f"{office.address}/trail/dossiers/{company.dossier_id}")
    auditor.locator("main a[href$='/access']").first.click()
    expect(auditor.locator("tbody tr").filter(has_text="Stranger")).to_contain_text(TEAM)
    sound(auditor)
    auditor.locator("tbody a").filter(has_text="Stranger").click()
    expect(auditor.locator("h1")).to_contain_text("N-0008")
    expect(auditor.locator("tbody tr")).to_contain_text(TEAM)
    sound(auditor)

    custodian.locator("li.row button").click()
    expect(custodian.locator("p.notice")).to_be_visible()
    address = member.url.split("?")[0]
    member.reload()
    expect(member.locator("figure.page")).to_have_count(0)
    sound(member)
    assert member.evaluate("address => fetch(address).then(answer => answer.status)", f"{address}/pages/1") == 410
    auditor.reload()
    expect(auditor.locator("tbody tr")).to_have_count(0)
    assert [each for each in office.complaints if "410" not in each] == []
