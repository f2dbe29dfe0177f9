"""Takes the pictures of README: ``make pictures``, or ``python -m tools.pictures [--demo DIR]``. Needs Chromium.

Over the demonstration company, which is filled first unless DIR holds one. Each language has its own people: a borrower
opens a document and its page is taken with the mark, then an auditor looks at the trail. Written as PNG with a palette;
names, times and ids differ from run to run, everything else stays.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tools.demo.__main__ import PASSWORD

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
WIDTH = 1280
VIEWER_HEIGHT, TRAIL_HEIGHT = 880, 980
COLOURS = 200
LARGEST_BYTES = 400_000
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]


@dataclass(frozen=True, slots=True)
class Language:
    """Who is seen in the pictures of a language, and what they open: a part of the customer's name and of the title."""

    suffix: str
    locale: str
    borrower: str
    auditor: str
    customer: str
    document: str
    reason: str


LANGUAGES = (
    Language("", "en-GB", "alice", "tomas", "Castellan", "Account plan", "Preparing the offer for the second line"),
    Language(".zh", "zh-CN", "wangxm", "sunli", "云帆", "客户经营计划", "为二号线准备新的报价方案"),
)


def main() -> int:
    parser = argparse.ArgumentParser(description="Take the pictures of README.")
    parser.add_argument("--demo", type=Path, metavar="DIR", help="a kept demonstration; its views are used up by this")
    arguments = parser.parse_args()
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("Chromium is needed; on Debian: apt-get install chromium", file=sys.stderr)
        return 2
    PICTURES.mkdir(parents=True, exist_ok=True)
    with _demonstration(arguments.demo) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
        for language in LANGUAGES:
            _write(f"viewer{language.suffix}.png", _viewer(browser, address, language))
            _write(f"trail{language.suffix}.png", _trail(browser, address, language))
        browser.close()
    return 0


@contextmanager
def _demonstration(kept: Path | None) -> Iterator[str]:
    """The address of a served demonstration; one of its own in a temporary directory unless ``kept`` is given."""
    with tempfile.TemporaryDirectory(prefix="dossier-vault-pictures-") as temporary:
        command = [sys.executable, "-m", "tools.demo", "--keep", str(kept or temporary)]
        process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
        try:
            yield _address_in(process)
        finally:
            process.terminate()
            process.wait(timeout=60)


def _address_in(process: subprocess.Popen[str]) -> str:
    """What the demonstration says once it answers."""
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("http://"):
            return line.split()[0]
    raise SystemExit("the demonstration did not start")


def _viewer(browser: Browser, address: str, language: Language) -> bytes:
    page = _signed_in(browser, address, language, language.borrower, height=VIEWER_HEIGHT)
    page.locator(".row-title a", has_text=language.customer).click()
    page.locator(".row-title a", has_text=language.document).click()
    page.locator("#category").select_option("offer")
    page.locator("#text").fill(language.reason)
    page.locator("section form button[type=submit]").click()
    page.wait_for_url("**/views/*")
    page.locator("#page-1 img").wait_for()
    page.locator("#page-2 img").wait_for(state="attached")
    taken = page.screenshot()
    page.context.close()
    return taken


def _trail(browser: Browser, address: str, language: Language) -> bytes:
    page = _signed_in(browser, address, language, language.auditor, height=TRAIL_HEIGHT)
    page.goto(f"{address}/trail?q=event:view.*")
    page.wait_for_load_state("networkidle")
    taken = page.screenshot()
    page.context.close()
    return taken


def _signed_in(browser: Browser, address: str, language: Language, login: str, *, height: int) -> Page:
    context = browser.new_context(viewport={"width": WIDTH, "height": height}, locale=language.locale)
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.locator("#login").fill(login)
    page.locator("#password").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    return page


def _write(name: str, taken: bytes) -> None:
    """With a palette, and refused if it is too large to look at on a slow line."""
    written = io.BytesIO()
    image = Image.open(io.BytesIO(taken)).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    if written.tell() > LARGEST_BYTES:
        raise SystemExit(f"{name} would have {written.tell():,} bytes, more than {LARGEST_BYTES:,}")
    (PICTURES / name).write_bytes(written.getvalue())
    print(f"{name}: {image.width} x {image.height}, {written.tell():,} bytes")


if __name__ == "__main__":
    sys.exit(main())
