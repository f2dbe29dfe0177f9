"""The trail in a real browser: filtered by clicking and typing, exported, verified, read on a phone, through axe."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.anchoring import turn
from tests.browser.checks import findings, scrolls_sideways
from tests.browser.conftest import LOOKS_BY_LANGUAGE, PHONE, READERS_BY_LANGUAGE, Office, choose_chinese
from tests.company import REASON
from tests.vault.trail import tampering
from tests.vault.trail.exports.making_exports import make_all
from vault.access.opening import open_view
from vault.anchors.directory import DirectoryAnchor


@pytest.fixture
def viewed(office: Office) -> Office:
    """With one view of the company's document in the trail."""
    company = office.company
    open_view(
        company.vault,
        company.signed_in("borrower"),
        document_id=company.document_id,
        reason=REASON,
        declared_place="",
        idempotency_key="once",
    )
    company.sequence()
    return office


def test_auditor_clicks_from_a_value_to_what_else_happened(viewed: Office, page: Page) -> None:
    """Filter by clicking, see the chip, take it away again; an entry is one click on its time."""
    viewed.sign_in(page, "auditor")
    page.goto(f"{viewed.address}/trail")
    page.get_by_role("link", name="Duty assigned").first.click()
    expect(page.locator(".chip")).to_have_count(1)
    expect(page.locator(".chip")).to_contain_text("Event: Duty assigned")
    page.get_by_role("link", name="王晓明").first.click()
    expect(page.locator(".chip")).to_have_count(2)
    expect(page.locator(".trail tbody tr")).to_have_count(1)
    page.locator(".when a").first.click()
    expect(page.locator("h1")).to_contain_text("Beatrice Okafor (N-0005) gave 王晓明 (N-0002) a duty on dossier")
    page.go_back()
    page.get_by_role("link", name="Remove filter: Event").click()
    expect(page.locator(".chip")).to_have_count(1)
    assert viewed.complaints == []


def test_auditor_types_a_name_and_a_time(viewed: Office, page: Page) -> None:
    """By keyboard; the address that comes of it holds neither."""
    viewed.sign_in(page, "auditor")
    page.goto(f"{viewed.address}/trail")
    page.locator(".filters summary").first.focus()
    page.keyboard.press("Enter")
    page.locator("#person").fill("王晓明")
    page.locator("#since").fill("2026-11-24T08:00")
    page.locator("#since").press("Enter")
    page.wait_for_url("**/trail?*")
    assert "%E7%8E%8B" not in page.url
    assert "time:2026-11-24T00:00:00Z.." in page.url.replace("%3A", ":")
    expect(page.locator(".chip")).to_have_count(2)
    expect(page.locator("#line")).to_have_value("person:N-0002 time:2026-11-24T08:00..")
    page.locator(".filters summary").first.click()
    expect(page.locator("#person")).to_have_value("N-0002")
    expect(page.locator("#since")).to_have_value("2026-11-24T08:00")
    assert viewed.complaints == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_auditor_writes_a_query_and_follows_it(viewed: Office, page: Page, language: str) -> None:
    """By full-width keys; a slip is marked where it is, a condition is turned round, who saw it is one click away."""
    viewed.sign_in(page, "auditor")
    if language == "zh":
        choose_chinese(page)
    page.goto(f"{viewed.address}/trail")
    page.locator("#line").fill("person：王晓明　evnt:view.*")
    page.locator("#line").press("Enter")
    expect(page.locator(".fault mark")).to_have_text("evnt:view.*")
    expect(page.locator("#line-error")).to_contain_text("12")
    viewed.complaints.clear()  # the browser's note of a form that was refused
    page.locator("#line").fill("person：王晓明　event:view.*")
    page.locator("#line").press("Enter")
    page.wait_for_url("**/trail?q=*")
    assert "%E7%8E%8B" not in page.url
    expect(page.locator("#line")).to_have_value("person:N-0002 event:view.*")
    expect(page.locator(".counts rect.bar").first).to_be_attached()
    shown = page.locator(".trail tbody tr").count()
    page.locator(".chip a").nth(2).click()
    expect(page.locator(".chip.excluded")).to_have_count(1)
    expect(page.locator("#line")).to_have_value("person:N-0002 -event:view.*")
    page.go_back()
    expect(page.locator(".trail tbody tr")).to_have_count(shown)
    page.locator(f".trail a[title='{viewed.company.document_id}']").first.click()
    page.locator(f"a[href='/trail/documents/{viewed.company.document_id}']").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("王晓明")
    assert viewed.complaints == []


def test_words_of_sealed_values_stand_in_no_address(viewed: Office, page: Page) -> None:
    """Found, paged and taken away again by links that hold ciphertext."""
    viewed.sign_in(page, "auditor")
    page.goto(f"{viewed.address}/trail")
    page.locator("#line").fill('reason:"LINE four" event:view.opened')
    page.locator("#line").press("Enter")
    page.wait_for_url("**/trail?w=*")
    assert "four" not in page.content().partition("<table")[0].partition("<main")[0]
    expect(page.locator(".trail tbody tr")).to_have_count(1)
    expect(page.locator("#line")).to_have_value('reason:"LINE four" event:view.opened')
    page.get_by_role("link", name="Remove filter: Event").click()
    expect(page.locator(".chip")).to_have_count(1)
    assert "/trail?w=" in page.url
    assert "four" not in page.url


PATH = {
    "en": {
        "receipt": "Receipt",
        "check": "Check the receipt",
        "good": "Good.",
        "here": "the very same entry",
        "altered": "not signed by a key",
        "verify": "Verify now",
        "sound": "Sound.",
        "agree": "beginning",
        "away": "The anchor “away” could not be asked",
        "evidence": "Evidence for counsel",
        "order": "Order the evidence",
        "download": "Download the file",
    },
    "zh": {
        "receipt": "凭证",
        "check": "核验此凭证",
        "good": "有效。",
        "here": "完全相同的条目",
        "altered": "密钥签名",
        "verify": "开始验证",
        "sound": "完好",
        "agree": "开头",
        "away": "无法询问锚点“away”",
        "evidence": "供律师使用的证据",
        "order": "生成证据卷",
        "download": "下载文件",
    },
}


@pytest.fixture
def anchored(viewed: Office, tmp_path: Path) -> Office:
    """With one anchor that holds what was signed, and one whose place is not there."""
    (tmp_path / "share").mkdir()
    places = {"audit-share": tmp_path / "share", "away": tmp_path / "nowhere"}
    anchors = tuple(DirectoryAnchor(name, path, period_seconds=10, random=os.urandom) for name, path in places.items())
    object.__setattr__(viewed.company.vault, "anchors", anchors)  # as if the configuration had named them
    turn(viewed.company, viewed.clock)
    return viewed


@READERS_BY_LANGUAGE
def test_auditor_proves_an_entry_the_trail_and_what_was_done(
    anchored: Office,
    new_context: Callable[..., BrowserContext],
    tmp_path: Path,
    language: str,
    size: tuple[int, int],
) -> None:
    """A receipt is kept and checked, also one that somebody altered; the trail is verified with one anchor that agrees
    and one that is away; the evidence about a person and about a document is ordered where they are looked at."""
    company, words = anchored.company, PATH[language]
    page = new_context(size).new_page()
    anchored.sign_in(page, "auditor")
    if language == "zh":
        choose_chinese(page)
    receipt = kept_receipt(anchored, page, tmp_path, words)
    for content, told in (
        (receipt, (words["good"], words["here"])),
        (receipt[:-9] + receipt[-8:], (words["altered"],)),
    ):
        page.goto(f"{anchored.address}/trail/verification")
        check_receipt(page, content, words)
        for each in told:
            expect(page.locator("main")).to_contain_text(each)
        assert not scrolls_sideways(page)
    page.goto(f"{anchored.address}/trail/verification")
    page.get_by_role("button", name=words["verify"]).click()
    for each in ("sound", "agree", "away"):
        expect(page.locator("section[aria-labelledby=result]")).to_contain_text(words[each])
    expect(page.locator(".step")).to_be_hidden()
    assert not scrolls_sideways(page)
    for path in (f"people/{company.ids['borrower']}", f"documents/{company.document_id}"):
        page.goto(f"{anchored.address}/trail/{path}")
        page.get_by_role("link", name=words["evidence"]).click()
        page.locator("#category").select_option("contract")
        page.locator("#text").fill("Dispute with a former employee")
        assert not scrolls_sideways(page)
        page.get_by_role("button", name=words["order"]).click()
        page.wait_for_url("**/trail/exports/*")
        company.sequence()
        make_all(company)
        with page.expect_download() as downloading:
            page.get_by_role("link", name=words["download"]).click()
        downloading.value.save_as(tmp_path / "pack.zip")
        with zipfile.ZipFile(tmp_path / "pack.zip") as pack:
            assert {"summary.pdf", "evidence.zip", "entries.jsonl"} <= set(pack.namelist())
    assert anchored.complaints == []


def check_receipt(page: Page, content: bytes, words: dict[str, str]) -> None:
    """Hands it in on the screen of verification."""
    page.locator("#receipt").set_input_files({"name": "entry.tlog-proof", "mimeType": "text/plain", "buffer": content})
    page.get_by_role("button", name=words["check"]).click()


def kept_receipt(office: Office, page: Page, directory: Path, words: dict[str, str]) -> bytes:
    """Of the entry of the view, as the browser saves it."""
    page.goto(f"{office.address}/trail?event=view.opened")
    page.locator(".when a").first.click()
    with page.expect_download() as downloading:
        page.get_by_role("link", name=words["receipt"], exact=True).click()
    assert downloading.value.suggested_filename.endswith(".tlog-proof")
    downloading.value.save_as(directory / "receipt")
    return (directory / "receipt").read_bytes()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_trail_is_read_on_a_phone(viewed: Office, new_context: Callable[..., BrowserContext], language: str) -> None:
    """Each entry is a block with its names beside its values, and nothing sticks out."""
    page = new_context(PHONE).new_page()
    viewed.sign_in(page, "auditor")
    if language == "zh":
        choose_chinese(page)
    summary = f"/trail/documents/{viewed.company.document_id}"
    trail = ("/trail", "/trail?event=dossier.assigned", "/trail/entries/9", "/trail/export", "/trail/verification")
    for path in (*trail, summary):
        page.goto(viewed.address + path)
        assert not scrolls_sideways(page), path
    page.goto(f"{viewed.address}/trail?event=dossier.assigned")
    label = page.locator("tbody td[data-label]").first
    said = label.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert said == ('"操作人"' if language == "zh" else '"Actor"')
    assert page.get_by_role("table").get_by_role("row").count() > 2
    page.goto(f"{viewed.address}/trail")
    empty = page.locator("tbody td[data-label]:has(> div:empty)")
    assert empty.count() > 2
    assert [cell for cell in empty.all() if cell.is_visible()] == []  # a name without a value says nothing
    assert viewed.complaints == []


@LOOKS_BY_LANGUAGE
def test_no_screen_of_the_auditor_has_a_finding(
    viewed: Office,
    new_context: Callable[..., BrowserContext],
    tmp_path: Path,
    size: tuple[int, int],
    scheme: str,
    language: str,
) -> None:
    """Table, filters, refused ones, entry, export, summary, evidence, verification and receipt with their results."""
    page = new_context(size, color_scheme=scheme, bypass_csp=True).new_page()
    viewed.sign_in(page, "auditor")
    if language == "zh":
        choose_chinese(page)
    found, words = {}, PATH[language]
    for path in ("/trail", "/trail?event=dossier.assigned&outcome=success", "/trail/entries/9", "/trail/export"):
        page.goto(viewed.address + path)
        found[path] = findings(page)
    page.goto(f"{viewed.address}/trail?q=-event:key.created%20person:{viewed.company.ids['borrower']}")
    for summary in page.locator("summary").all():
        summary.click()
    found["filters, help and counts"] = findings(page)
    page.locator("#person").fill("nobody")
    page.locator(".filters button").click()
    expect(page.locator("#person-error")).to_be_visible()
    found["refused"] = findings(page)
    page.locator("#line").fill("actor:N-0002 evnt:view.*")
    page.locator("#line").press("Enter")
    expect(page.locator(".fault mark")).to_have_text("evnt:view.*")
    found["refused line"] = findings(page)
    page.goto(f"{viewed.address}/trail/documents/{viewed.company.document_id}")
    found["summary"] = findings(page)
    page.get_by_role("link", name=words["evidence"]).click()
    expect(page.get_by_role("button", name=words["order"])).to_be_visible()
    found["evidence"] = findings(page)
    receipt = kept_receipt(viewed, page, tmp_path, words)
    page.goto(f"{viewed.address}/trail/verification")
    found["verification"] = findings(page)
    page.get_by_role("button", name=words["verify"]).click()
    expect(page.locator(".statement")).to_be_visible()
    found["verified"] = findings(page)
    page.goto(f"{viewed.address}/trail/verification")
    check_receipt(page, receipt, words)
    expect(page.locator("main")).to_contain_text(words["good"])
    found["receipt"] = findings(page)
    page.goto(f"{viewed.address}/trail/verification")
    check_receipt(page, receipt[:-9] + receipt[-8:], words)
    expect(page.locator("main")).to_contain_text(words["altered"])
    found["altered receipt"] = findings(page)
    found |= look_at_damage(viewed, page, words)
    assert {screen: each for screen, each in found.items() if each} == {}


def look_at_damage(office: Office, page: Page, words: dict[str, str]) -> dict[str, list[dict[str, Any]]]:
    """The pages of damage that was found: the verification, an acknowledgement that is refused, one that is not."""
    office.company.sequence()
    tampering.alter_leaf(office.company, 3, b"{}")
    found: dict[str, list[dict[str, Any]]] = {}
    page.goto(f"{office.address}/trail/verification")
    page.get_by_role("button", name=words["verify"]).click()
    page.locator("input[name=finding]").first.check()
    page.wait_for_load_state()  # the page comes piece by piece
    found["damage"] = findings(page)
    office.company.sequence()
    for text, told in (("…", "#text-error"), ("A disk had failed 硬盘故障", "p.notice")):
        page.locator("#category").select_option("review")
        page.locator("#case_number").fill("IT-7")
        page.locator("#text").fill(text)
        page.locator("form:has(#case_number) button[type=submit]").click()
        expect(page.locator(told)).to_be_visible()
        found[f"acknowledged: {text}"] = findings(page)
        assert not scrolls_sideways(page)
    page.wait_for_url("**/findings?*")
    office.company.sequence()
    page.goto(f"{office.address}/findings")
    expect(page.locator("main")).to_contain_text("IT-7")
    found["findings"] = findings(page)
    return found
