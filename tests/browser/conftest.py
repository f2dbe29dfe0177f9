"""A real browser before the real application: one small company each test, served on a port of its own."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.company import PASSWORD, Company, build_company, copy_company, remember, reopen_company, write_config
from tests.gateway.visitor import application_of
from tests.servers import require
from vault.clock import FixedClock

BEGINNING = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
DESKTOP = (1280, 860)
PHONE = (390, 844)
LOOKS = pytest.mark.parametrize(
    ("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop, light", "phone, dark"]
)
"""Every screen in either width and either scheme of colours; widths and colours do not depend on one another."""
LOOKS_BY_LANGUAGE = pytest.mark.parametrize(
    ("size", "scheme", "language"),
    [(DESKTOP, "light", "en"), (PHONE, "dark", "zh")],
    ids=["English, desktop, light", "Chinese, phone, dark"],
)
"""The same, and in either language."""
READERS = pytest.mark.parametrize(
    ("locale", "size"), [("en-GB", PHONE), ("zh-CN", DESKTOP)], ids=["English, phone", "Chinese, desktop"]
)
"""Every path in either language and either width: the longer words where there is least room."""
READERS_BY_LANGUAGE = pytest.mark.parametrize(
    ("language", "size"), [("en", PHONE), ("zh", DESKTOP)], ids=["English, phone", "Chinese, desktop"]
)
_PLACEHOLDER = "http://127.0.0.1:8700"
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--font-render-hinting=none"]
_LINES = [
    f"{number}. The gauge of line four was read at noon; nothing was found. 第{number}条。" for number in range(1, 301)
]


class _Quiet(WSGIRequestHandler):
    def log(self, *args: Any) -> None:
        """Says nothing."""


@dataclass
class Office:
    """The served company, and what the browser complained of."""

    company: Company
    clock: FixedClock
    address: str
    complaints: list[str] = field(default_factory=list)

    def sign_in(self, page: Page, login: str = "borrower") -> None:
        page.goto(f"{self.address}/sign-in")
        page.locator("#login").fill(login)
        page.locator("#password").fill(PASSWORD)
        page.locator("main button[type=submit]").click()
        page.wait_for_url(lambda address: "/sign-in" not in address)

    def open_document(self, page: Page) -> None:
        """Cover card, reason, Open; then waits for the first page's image."""
        page.goto(f"{self.address}/documents/{self.company.document_id}")
        page.locator("#category").select_option("offer")
        page.locator("#text").fill("Preparing the offer for line four")
        page.locator("#declared_place").fill("Branch office")  # the machine itself is in no known network
        page.locator("section form button[type=submit]").click()
        page.wait_for_url("**/views/*")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, once a test process."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    require(path, "Chromium")
    expect.set_options(timeout=20_000)  # a busy machine makes pages more slowly
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def built_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company whose one document has several pages."""
    directory = tmp_path_factory.mktemp("office")
    config = write_config(directory, extra=f'[gateway]\npublic_url = "{_PLACEHOLDER}"\n')
    company = build_company(config, clock=FixedClock(BEGINNING), with_document=False)
    content = "\n".join(_LINES).encode()
    company.document_id = company.submit("custodian", content, name="Account plan.txt").document_id
    company.convert_all()
    remember(company)
    company.vault.engine.dispose()
    return directory


@dataclass
class Served:
    """A server in this process, and the application that it serves for the test that runs."""

    address: str
    applications: list[Callable[..., Any]]


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    """One address for all tests of a process, so that the application over each company is made from the same rules."""
    applications: list[Callable[..., Any]] = []
    server = make_server(
        "127.0.0.1", 0, lambda *request: applications[0](*request), threaded=True, request_handler=_Quiet
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield Served(f"http://127.0.0.1:{server.server_port}", applications)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def office(built_office: Path, tmp_path: Path, served: Served) -> Iterator[Office]:
    """A copy of it behind the server; its clock stands still until told."""
    directory, address = tmp_path / "vault", served.address
    copy_company(built_office, directory)
    config = directory / "config.toml"
    config.write_text(config.read_text().replace(_PLACEHOLDER, address))
    clock = FixedClock(BEGINNING + dt.timedelta(hours=1))
    company = reopen_company(directory, clock=clock)
    served.applications.append(application_of(company.vault))
    yield Office(company, clock, address)
    served.applications.clear()
    company.vault.engine.dispose()


@pytest.fixture
def new_context(browser: Browser, office: Office) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser windows that note every complaint; closed after the test."""
    contexts: list[BrowserContext] = []

    def make(size: tuple[int, int] = DESKTOP, *, locale: str = "en-GB", **options: Any) -> BrowserContext:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale=locale, **options)
        context.set_default_timeout(15_000)
        context.on("console", lambda message: _note(office, message.type, message.text))
        context.on("weberror", lambda error: _note(office, "error", str(error.error)))
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """A desktop window in English."""
    return new_context().new_page()


def choose_chinese(page: Page) -> None:
    """By the button in the footer; back on the same page when this returns."""
    page.get_by_role("button", name="简体中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")


def _note(office: Office, kind: str, text: str) -> None:
    """Also violations of the content security policy are errors on the console."""
    if kind in {"error", "warning"}:
        office.complaints.append(text)
