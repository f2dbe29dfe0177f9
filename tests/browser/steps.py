"""What people do at every screen, shared by the stories: they find things by the words that they see.

Words are looked up in the application's own catalogue, so a story is written once and clicked in every language.
"""

from __future__ import annotations

import datetime as dt
import gettext
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, expect

from gateway.sentences import sentence_for_code
from tests.browser.checks import findings, scrolls_sideways
from tests.browser.conftest import Office, choose_chinese
from tests.company import PASSWORD
from tests.vault.trail.exports.making_exports import make_all
from vault.worker.sweeping import sweep

NewContext = Callable[..., BrowserContext]
_TRANSLATIONS = Path(__file__).parents[2] / "gateway" / "translations"


@cache
def catalogue(locale: str) -> gettext.NullTranslations:
    """The words of the screens in a reader's language."""
    if locale.startswith("zh"):
        return gettext.translation("messages", _TRANSLATIONS, languages=["zh_Hans_CN"])
    return gettext.NullTranslations()


def sound(page: Page, name: str = "") -> None:
    """Nothing to complain of for a screen reader, and nothing runs out of the window."""
    fits(page, name)
    assert findings(page) == [], name


def fits(page: Page, name: str = "") -> None:
    """Nothing runs out of the window. Keeps a picture where somebody asked for pictures (VAULT_PICTURES=directory)."""
    assert not scrolls_sideways(page), name
    folder = os.environ.get("VAULT_PICTURES")
    if folder:
        number, width = len(list(Path(folder).iterdir())), (page.viewport_size or {})["width"]
        language = page.locator("html").get_attribute("lang")
        title = name or re.sub(r"\W+", "-", page.title())
        page.screenshot(path=str(Path(folder) / f"{number:03}-{width}-{language}-{title}.png"), full_page=True)


def findings_at(office: Office, page: Page, path: str) -> list[dict[str, Any]]:
    """What axe objects to at an address."""
    page.goto(office.address + path)
    return findings(page)


def begin(office: Office, page: Page, login: str = "borrower", locale: str = "en-GB") -> Page:
    """Signed in, in the reader's language."""
    office.sign_in(page, login)
    if locale == "zh-CN":
        choose_chinese(page)
    return page


def work(office: Office) -> None:
    """What the worker does meanwhile: what time has ended is ended, the trail is signed, exports are made."""
    sweep(office.company.vault)
    office.company.sequence()
    make_all(office.company)


@dataclass
class Reader:
    """A person before a browser of their own; every step is one that they can see to do."""

    page: Page
    locale: str
    part: str = "main"
    """Where on the page they look for links and fields."""

    def inside(self, part: str) -> Reader:
        """The same person looking at one part of the page."""
        return replace(self, part=part)

    def say(self, words: str, **values: object) -> str:
        """The words of a screen in this person's language."""
        said = catalogue(self.locale).gettext(words)
        return said % values if values else said

    @property
    def menu(self) -> Locator:
        return self.page.locator(".menu-button")

    def go(self, *places: str) -> None:
        """By the navigation: on a narrow window through its menu, else along the bar and the parts below it."""
        names = [self.say(each) for each in places]
        if self.menu.is_visible():
            self.menu.click()
            self._link(self.page.locator("#menu"), names[-1]).click()
        else:
            for bar, name in zip((".top-row", ".parts"), names, strict=False):
                self._link(self.page.locator(bar), name).click()
        self.page.wait_for_load_state()

    def _link(self, within: Locator, name: str) -> Locator:
        """By its words, with or without the number of what waits there."""
        return within.get_by_role("link", name=re.compile(rf"^{re.escape(name)}(\s*\d.*)?$")).first

    def follow(self, words: str) -> None:
        self.page.locator(self.part).get_by_role("link", name=self.say(words)).first.click()

    def press(self, words: str) -> None:
        self.page.get_by_role("button", name=self.say(words)).first.click()

    def field(self, label: str) -> Locator:
        return self.page.locator(self.part).get_by_label(self.say(label), exact=True).filter(visible=True)

    def fill(self, label: str, typed: str) -> None:
        self.field(label).fill(typed)

    def choose(self, label: str, option: str) -> None:
        self.field(label).select_option(label=self.say(option))

    def sees(self, words: str, **values: object) -> None:
        expect(self.page.locator(self.part)).to_contain_text(self.say(words, **values))

    def sees_sentence(self, code: str) -> None:
        """Why something is as it is."""
        language = "zh_Hans_CN" if self.locale.startswith("zh") else "en"
        expect(self.page.locator(self.part)).to_contain_text(sentence_for_code(language, code))

    def is_told(self, words: str) -> None:
        """The notice that follows an act."""
        expect(self.page.locator("p.notice")).to_contain_text(words)

    def give_reason(self, category: str, words: str) -> None:
        self.choose("What it is for", category)
        self.fill("Why you need it", words)
        if self.field("Where you are").count():
            self.fill("Where you are", "Branch office")  # the machine itself is in no known network


def person(office: Office, new_context: NewContext, login: str, *, locale: str, size: tuple[int, int]) -> Reader:
    """Signed in at a browser of their own, in their language; axe may look at it."""
    page = new_context(size, locale=locale, bypass_csp=True).new_page()
    return Reader(begin(office, page, login, locale), locale)


def sign_in_again(reader: Reader, login: str) -> None:
    """On the sign-in screen that one was led to."""
    expect(reader.page.locator("#password")).to_be_visible()
    reader.page.locator("#login").fill(login)
    reader.page.locator("#password").fill(PASSWORD)
    reader.page.locator("main button[type=submit]").click()


def days(number: float) -> dt.timedelta:
    return dt.timedelta(days=number)
