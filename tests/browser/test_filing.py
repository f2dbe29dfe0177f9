"""The author's and the custodian's screens in a real browser: handing in, deciding, assigning, founding."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Locator, Page, Route, expect

from tests.browser.checks import findings, scrolls_sideways
from tests.browser.conftest import LOOKS, READERS, Office, choose_chinese
from tests.vault.intake.samples import make_pdf
from vault.filing.cards import DocumentRow, show_dossier

MADE = {"en-GB": "waits to be filed", "zh-CN": "等待归档"}
FILED = {"en-GB": "The submission is filed.", "zh-CN": "递交件已归档。"}
ASSIGNED = {"en-GB": "The duty is assigned.", "zh-CN": "职责已分配。"}
ENDED = {"en-GB": "The assignment has ended.", "zh-CN": "任职已结束。"}
CREATED = {"en-GB": "in your keeping", "zh-CN": "由您保管"}
NOTE = "The price list of last year is attached by mistake. 请换成新的价目表。"
Contexts = Callable[..., BrowserContext]


def text_file(name: str, words: str = "The plan for line five. 五号线计划。") -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": f"{name}: {words}\n".encode()}


def dossier(office: Office) -> str:
    return f"{office.address}/dossiers/{office.company.dossier_id}"


def documents(office: Office) -> list[DocumentRow]:
    """What is in the dossier, as its custodian sees it."""
    company = office.company
    return show_dossier(company.vault, company.at_keyboard("custodian"), dossier_id=company.dossier_id).documents


def hand_in(page: Page, *files: FilePayload | Path) -> None:
    page.wait_for_load_state()  # a press before the script is there sends the plain form
    page.locator("#files").set_input_files(list(files))  # type: ignore[arg-type]  # all of one kind
    page.locator("section > form[data-upload] button[type=submit]").click()


def row_of(page: Page, title: str) -> Locator:
    return page.locator("li[data-document]").filter(has_text=title)


def sign_in(office: Office, context: BrowserContext, login: str, locale: str = "en-GB") -> Page:
    """A window of this person, in the language of ``locale``."""
    page = context.new_page()
    office.sign_in(page, login)
    if locale == "zh-CN":
        choose_chinese(page)
    return page


@READERS
def test_document_goes_from_the_author_to_the_file(
    office: Office, new_context: Contexts, locale: str, size: tuple[int, int]
) -> None:
    """Handed in, made into pages before the author's eyes, found waiting by the custodian, filed."""
    author = sign_in(office, new_context(size, locale=locale), "author", locale)
    author.locator(".row-title a").first.click()
    hand_in(author, text_file("Plan 五号线.txt"))
    expect(author.locator(".upload.done")).to_have_count(1)
    state = row_of(author, "Plan 五号线").locator("[data-words]")
    expect(state).to_have_class("state working")
    office.company.convert_all()
    expect(state).to_have_text(MADE[locale])
    assert not scrolls_sideways(author)

    custodian = sign_in(office, new_context(size, locale=locale), "custodian", locale)
    custodian.locator(".heading .button").first.click()
    assert not scrolls_sideways(custodian)
    custodian.locator(".row-title a").click()
    assert not scrolls_sideways(custodian)
    custodian.locator("form[action$='/file'] button").click()
    expect(custodian.locator(".notice")).to_have_text(FILED[locale])
    assert office.complaints == []


def test_author_reads_the_note_of_a_refusal_and_hands_in_a_better_version(
    office: Office, new_context: Contexts
) -> None:
    """Each by what is to be seen on the page."""
    author = sign_in(office, new_context(), "author")
    author.goto(dossier(office))
    hand_in(author, text_file("Proposal.txt"))
    expect(author.locator(".upload.done")).to_have_count(1)
    office.company.convert_all()
    custodian = sign_in(office, new_context(), "custodian")
    custodian.goto(dossier(office))
    custodian.get_by_role("link", name="Decide").click()
    custodian.get_by_label("Why it is refused").fill(NOTE)
    custodian.get_by_role("button", name="Refuse it").click()
    expect(custodian.locator(".notice")).to_have_text("The submission is refused.")

    author.reload()
    row = row_of(author, "Proposal")
    expect(row.locator(".quote")).to_contain_text(NOTE)
    row.get_by_text("Hand in a new version").click()
    row.locator("input[type=file]").set_input_files([text_file("Better.txt")])
    row.get_by_role("button", name="Hand in").click()
    expect(row).to_contain_text("version 2")
    assert [(each.title, each.version) for each in documents(office)][1:] == [("Proposal", 2)]
    assert office.complaints == []


def test_each_file_is_answered_on_its_own(office: Office, page: Page) -> None:
    """Taken, refused on sight with the reason, and set aside when its pages could not be made."""
    office.sign_in(page, "custodian")
    page.goto(dossier(office))
    encrypted = make_pdf("secret", password="hidden")
    hand_in(
        page,
        text_file("Proposal.txt"),
        {"name": "Letter.pdf", "mimeType": "application/pdf", "buffer": b"no PDF at all"},
        {"name": "Contract.pdf", "mimeType": "application/pdf", "buffer": encrypted},
    )
    expect(page.locator(".upload.done")).to_have_count(2)
    refused = page.locator(".upload.not-taken")
    expect(refused).to_contain_text("Letter.pdf")
    expect(refused).to_contain_text("not what its name says")
    office.company.convert_all()
    expect(row_of(page, "Contract")).to_contain_text("protected by a password")
    expect(row_of(page, "Proposal").locator("[data-words]")).to_have_text("filed")
    expect(page.locator("[data-news]")).not_to_be_empty()


def test_file_beyond_the_limit_is_not_even_sent(office: Office, page: Page, tmp_path: Path) -> None:
    """The sentence with the limit comes at once."""
    office.sign_in(page, "author")
    page.goto(dossier(office))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.url.endswith("/uploads") else None)
    large = tmp_path / "Large.txt"
    with large.open("wb") as file:
        file.truncate((512 << 20) + 1)
    hand_in(page, large)
    expect(page.locator(".upload.not-taken")).to_contain_text("larger than 512 MiB")
    assert sent == []


def test_broken_connection_is_said_and_trying_again_is_one_document(office: Office, page: Page) -> None:
    """Also when the file had been taken and only the answer was lost."""
    office.sign_in(page, "author")
    page.goto(dossier(office))
    answers = ["cut", "cut", "whole"]

    def answer(route: Route) -> None:
        if answers.pop(0) == "whole":
            route.continue_()
            return
        if len(answers) == 1:
            route.fetch()  # arrives, but its answer does not
        route.abort("connectionreset")

    page.route("**/uploads", answer)
    hand_in(page, text_file("Proposal.txt"))
    for _time in range(2):
        expect(page.locator(".upload.not-taken")).to_contain_text("connection broke off")
        page.get_by_role("button", name="Try again").click()
    expect(page.locator(".upload.done")).to_have_count(1)
    assert [each.title for each in documents(office)] == ["Account plan", "Proposal"]


def test_progress_is_shown_while_a_file_is_sent(office: Office, page: Page, tmp_path: Path) -> None:
    """A bar with the file's name, and how much was sent."""
    page.add_init_script(
        """
        window.said = new Set();
        new MutationObserver(() => {
          for (const each of document.querySelectorAll(".upload-words")) window.said.add(each.textContent);
        }).observe(document, { subtree: true, childList: true, characterData: true });
        """
    )
    office.sign_in(page, "author")
    page.goto(dossier(office))
    large = tmp_path / "Large.txt"
    large.write_bytes(b"line of text\n" * (2 << 20))
    hand_in(page, large)
    expect(page.locator(".upload progress")).to_have_attribute("aria-label", "Large.txt")
    expect(page.locator(".upload.done")).to_have_count(1)
    said: list[str] = page.evaluate("[...window.said]")
    assert any(words.endswith("% sent") for words in said)


def test_row_in_which_somebody_is_at_work_is_left_alone(office: Office, page: Page) -> None:
    """A state that changes does not close the form that is being filled in."""
    office.sign_in(page, "author")
    page.goto(dossier(office))
    hand_in(page, text_file("Proposal.txt"))
    row = row_of(page, "Proposal")
    row.locator("summary").click()
    row.locator("input[type=file]").focus()
    office.company.convert_all()
    page.wait_for_timeout(4000)
    expect(row.locator("input[type=file]")).to_be_focused()
    page.locator("h1").click()
    expect(row.locator("[data-words]")).to_have_text("waits to be filed")


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_duty_is_given_and_ended(office: Office, new_context: Contexts, locale: str) -> None:
    """By the form, with days, and by the question that ending asks."""
    page = sign_in(office, new_context(locale=locale), "custodian", locale)
    page.goto(dossier(office))
    page.locator("#person").select_option(office.company.ids["stranger"])
    page.locator("#duty").select_option("borrower")
    page.locator("#last_day").fill("2026-12-05")
    page.locator("form[action*='/assignments'] button").click()
    expect(page.locator(".notice")).to_have_text(ASSIGNED[locale])
    expect(page.locator(".notice")).to_be_in_viewport()
    row = page.locator("section[aria-labelledby=keeping] li").filter(has_text="Stranger")
    row.locator("a").click()
    page.locator("button.danger").click()
    expect(page.locator(".notice")).to_have_text(ENDED[locale])
    assert office.complaints == []


def test_conflict_is_to_be_seen_where_the_form_is(office: Office, page: Page) -> None:
    """The page comes back at the form, not at its top."""
    office.sign_in(page, "custodian")
    page.goto(dossier(office))
    page.locator("#person").select_option(office.company.ids["borrower"])
    page.locator("#duty").select_option("approver")
    page.get_by_role("button", name="Assign").click()
    expect(page.locator("#person-error")).to_contain_text("not qualified")
    expect(page.locator("#person-error")).to_be_in_viewport()


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_dossier_is_founded(office: Office, new_context: Contexts, locale: str) -> None:
    """From the list, with a customer's name in any script."""
    page = sign_in(office, new_context(locale=locale), "custodian", locale)
    page.goto(f"{office.address}/dossiers")
    page.locator("a[href='/dossiers/new']").click()
    page.locator("#name").fill("宁波海曙阀门制造有限公司")
    page.locator("#classification").select_option("secret")
    page.locator("form[action='/dossiers'] button[type=submit]").click()
    expect(page.locator(".notice")).to_contain_text(CREATED[locale])
    expect(page.locator("h1")).to_have_text("宁波海曙阀门制造有限公司")
    assert office.complaints == []


def test_everything_works_without_scripts(office: Office, new_context: Contexts) -> None:
    """Several files in one form, a new version, the decision and the end of a duty."""
    author = sign_in(office, new_context(java_script_enabled=False), "author")
    author.goto(dossier(office))
    hand_in(author, text_file("Proposal.txt"), text_file("Notes.txt"), text_file("Macro.exe"))
    refused = author.locator(".upload.not-taken")
    expect(refused).to_contain_text("Macro.exe")
    expect(refused).to_be_in_viewport()
    expect(author.locator(".upload.done")).to_have_count(2)
    row = row_of(author, "Account plan")
    row.locator("summary").click()
    row.locator("input[type=file]").set_input_files([text_file("Later.txt")])
    row.get_by_role("button", name="Hand in").click()
    expect(author.locator(".notice")).to_contain_text("is taken in")
    office.company.convert_all()
    author.get_by_role("link", name="See whether the pages are made").click()
    expect(row_of(author, "Proposal")).to_contain_text("waits to be filed")

    custodian = sign_in(office, new_context(java_script_enabled=False), "custodian")
    custodian.goto(f"{office.address}/submissions")
    expect(custodian.locator(".row-title a")).to_have_count(3)
    custodian.locator(".row-title a").first.click()
    custodian.get_by_role("button", name="File it").click()
    expect(custodian.locator(".row-title a")).to_have_count(2)


@pytest.fixture
def busy_office(office: Office) -> Office:
    """A dossier with everything that can be seen: under way, waiting, refused, set aside, ended."""
    company = office.company
    company.submit("author", b"Waits to be decided.", name="Waits.txt")
    company.submit("author", make_pdf("secret", password="hidden"), name="Hidden.pdf")
    company.submit("author", b"A second version.", name="Second.txt", document_id=company.document_id)
    company.convert_all()
    company.submit("author", b"Its pages are still to be made.", name="Under way.txt")
    return office


@LOOKS
def test_no_screen_of_author_and_custodian_has_a_finding(
    busy_office: Office, new_context: Contexts, size: tuple[int, int], scheme: str
) -> None:
    """With forms as they are, opened, and refused."""
    office = busy_office
    options: dict[str, Any] = {"color_scheme": scheme, "bypass_csp": True}
    found = {}
    author = sign_in(office, new_context(size, **options), "author")
    author.goto(dossier(office))
    for summary in author.locator("summary").all():
        summary.click()
    hand_in(author, text_file("Macro.exe"), text_file("Proposal.txt"))
    expect(author.locator(".upload.done")).to_have_count(1)
    found["author"] = findings(author)
    custodian = sign_in(office, new_context(size, **options), "custodian")
    for path in ("/dossiers", "/dossiers/new", "/submissions"):
        custodian.goto(office.address + path)
        found[path] = findings(custodian)
        assert not scrolls_sideways(custodian)
    custodian.locator(".row-title a").first.click()
    custodian.locator("#note").fill(".")
    custodian.get_by_role("button", name="Refuse it").click()
    expect(custodian.locator("#note-error")).to_be_visible()
    found["decision"] = findings(custodian)
    custodian.goto(dossier(office))
    custodian.locator("#person").select_option(office.company.ids["borrower"])
    custodian.locator("#duty").select_option("approver")
    custodian.get_by_role("button", name="Assign").click()
    expect(custodian.locator("#person-error")).to_be_visible()
    found["dossier"] = findings(custodian)
    custodian.locator("a[href*='/end']").first.click()
    found["ending"] = findings(custodian)
    assert {screen: objections for screen, objections in found.items() if objections} == {}
