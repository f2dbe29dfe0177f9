"""An auditor's export in a real browser: looked at, ordered with a reason, made meanwhile, downloaded, removed."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.checks import findings, scrolls_sideways
from tests.browser.conftest import LOOKS_BY_LANGUAGE, READERS_BY_LANGUAGE, Office, choose_chinese
from tests.vault.trail.exports.making_exports import make_all

WORDS = {
    "en": ("Order the export", "Download the file", "Remove the file now", "Removed"),
    "zh": ("开始导出", "下载文件", "立即删除文件", "已删除"),
}


def order(office: Office, page: Page, button: str, *, wanted: str) -> None:
    """From the search to the page of an export that waits."""
    page.goto(f"{office.address}/trail?event=dossier.assigned")
    page.locator("main a[href*='/trail/export?']").first.click()
    page.locator("#format").select_option(wanted)
    page.locator("#category").select_option("review")
    page.locator("#text").fill("Yearly audit of the sales office")
    page.get_by_role("button", name=button).click()
    page.wait_for_url("**/trail/exports/*")


@READERS_BY_LANGUAGE
def test_export_is_ordered_made_downloaded_and_removed(
    office: Office,
    new_context: Callable[..., BrowserContext],
    tmp_path: Path,
    language: str,
    size: tuple[int, int],
) -> None:
    """The page that waits shows by itself that the file is there; the browser saves it under our name, whole."""
    office.company.sequence()
    page = new_context(size).new_page()
    office.sign_in(page, "auditor")
    if language == "zh":
        choose_chinese(page)
    ordering, downloading_words, removing, gone = WORDS[language]
    order(office, page, ordering, wanted="proofs")
    assert not scrolls_sideways(page)
    make_all(office.company)
    with page.expect_download() as downloading:
        page.get_by_role("link", name=downloading_words).click()
    download = downloading.value
    target = tmp_path / download.suggested_filename
    download.save_as(target)
    assert target.name.startswith("trail-2026")
    assert "checkpoint" in json.loads(target.read_bytes().splitlines()[-1])
    assert not scrolls_sideways(page)
    page.get_by_role("button", name=removing).click()  # the page says so by itself, without having been loaded again
    expect(page.locator("section[aria-labelledby=ended]")).to_contain_text(gone)
    assert office.complaints == []


def test_bundle_is_downloaded_as_the_zip_that_it_is(office: Office, page: Page, tmp_path: Path) -> None:
    """With the program that checks it inside."""
    office.company.sequence()
    office.sign_in(page, "auditor")
    order(office, page, WORDS["en"][0], wanted="bundle")
    office.company.sequence()
    make_all(office.company)
    with page.expect_download() as downloading:
        page.get_by_role("link", name=WORDS["en"][1]).click()
    downloading.value.save_as(tmp_path / "bundle.zip")
    with zipfile.ZipFile(tmp_path / "bundle.zip") as bundle:
        assert {"verify.py", "checkpoint", "manifest.json", "SHA256SUMS"} <= set(bundle.namelist())


@LOOKS_BY_LANGUAGE
def test_no_screen_of_exports_has_a_finding(
    office: Office, new_context: Callable[..., BrowserContext], size: tuple[int, int], scheme: str, language: str
) -> None:
    """Looking, waiting, made, the list, views without a result."""
    office.company.sequence()
    page = new_context(size, color_scheme=scheme, bypass_csp=True).new_page()
    office.sign_in(page, "auditor")
    if language == "zh":
        choose_chinese(page)
    page.goto(f"{office.address}/trail?event=dossier.assigned")
    page.locator("main a[href*='/trail/export?']").first.click()
    page.wait_for_url("**/trail/export?*")
    found = {"plan": findings(page)}
    order(office, page, WORDS[language][0], wanted="csv")
    found["waiting"] = findings(page)
    make_all(office.company)
    page.reload()
    found["made"] = findings(page)
    page.goto(f"{office.address}/trail/exports")
    found["list"] = findings(page)
    page.goto(f"{office.address}/trail/unanswered")
    found["unanswered"] = findings(page)
    assert not scrolls_sideways(page)
    assert {screen: objections for screen, objections in found.items() if objections} == {}
