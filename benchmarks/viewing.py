"""What a page costs the person who waits for it, beside the bare work on the same page.

A generated document is filed, converted and served by a real gateway on this machine. A client that behaves like a
browser (one connection, kept open) asks for pages; in turns with it, this process does the bare work on the same sealed
pages: decode, mark, check, encode. Both are wall time, so a busy machine spoils both alike.
"""

from __future__ import annotations

import io
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from PIL import Image

from benchmarks.documents import make_pdf
from benchmarks.report import Findings, Goal, median, spread
from benchmarks.served import Browser, Gateway, served_company
from gateway.cli.heap import keep_memory_of_pages
from keys.model import Secret
from tests.attacks.observing import unmarked_page
from tests.company import Company
from vault.marking.viewmarks import ViewMarks
from vault.marking.visible import MarkText
from vault.model import new_id

NEXT_PAGE_LIMIT = 1.3
_MEANING = """
"next page": one GET of a page image in an open view: session, rights, ranged read, unsealing, mark, check, trail entry
durable, answer. "open -> first page": the POST that opens, the viewer's frame, and the first image, the mark made anew.
"bare": decoding, marking, checking and encoding the same page in one process, nothing else. Milliseconds of wall time,
medians of rounds in turns; the ratio is the median of the gateway's times over the median of the bare ones.
"CPU ratio": processor time of the web processes for a page over that of the bare work; on a machine that is busy with
other things it is the better figure, since waiting for the processor is not in it.
"""


@dataclass(frozen=True, slots=True)
class Size:
    pages: int
    rounds: int
    openings: int


SIZES = {"full": Size(1000, 80, 15), "quick": Size(40, 20, 4), "smallest": Size(2, 1, 1)}


@dataclass(frozen=True, slots=True)
class _Page:
    """One page of a filed document, as it was before it was sealed."""

    image: bytes
    size: tuple[int, int]
    number: int


@dataclass(frozen=True, slots=True)
class _Times:
    """Wall milliseconds of each round, and processor seconds of all rounds together."""

    served: list[float]
    bare: list[float]
    served_cpu: float
    bare_cpu: float

    @property
    def ratio(self) -> float:
        return median(self.served) / median(self.bare)


def measure(size: Size) -> Findings:
    keep_memory_of_pages()  # as the gateway does: the peer shall be no slower than it can be
    rows, goals = [], []
    with served_company([make_pdf(1), make_pdf(size.pages)]) as (gateway, (single, volume)):
        browser = gateway.browser("borrower")
        late = max(1, size.pages * 9 // 10)
        for name, document, number in (
            ("page 1 of 1", single, 1),
            (f"page 1 of {size.pages}", volume, 1),
            (f"page {late} of {size.pages}", volume, late),
        ):
            times = _next_pages(gateway, browser, _page(gateway.company, document, number), document, size.rounds)
            rows.append(_row(f"next page: {name}", times))
            goals.append(Goal(f"next page, {name}", times.ratio, NEXT_PAGE_LIMIT, "x bare"))
        for name, document in (("1 page", single), (f"{size.pages} pages", volume)):
            rows.append(_row(f"open -> first page: {name}", _openings(gateway, document, size.openings)))
    head = ("", "gateway ms", "from-to", "bare ms", "from-to", "ratio", "CPU ratio")
    return Findings("Viewing, as the client sees it", _MEANING, head, rows, goals)


def _row(name: str, times: _Times) -> list[str]:
    return [
        name,
        f"{median(times.served):.1f}",
        spread(times.served, digits=0),
        f"{median(times.bare):.1f}",
        spread(times.bare, digits=0),
        f"{times.ratio:.2f}",
        f"{times.served_cpu / times.bare_cpu:.2f}",
    ]


def _next_pages(gateway: Gateway, browser: Browser, page: _Page, document: str, rounds: int) -> _Times:
    bare, view = _BareWork(gateway.company, page), _open(browser, document)

    def served() -> None:
        browser.get(f"{view}/pages/{page.number}")

    served()  # once each to warm up: the first page of a view is the other measurement
    bare.mark()
    return _in_turns(gateway, [served] * rounds, [bare.mark] * rounds)


def _openings(gateway: Gateway, document: str, rounds: int) -> _Times:
    """Each opening in a session of its own, or it would be the view that is open already."""
    page = _page(gateway.company, document, 1)
    browsers = [gateway.browser("borrower") for _round in range(rounds)]

    def opening(browser: Browser) -> Callable[[], None]:
        fields = _opening_fields(browser)

        def open_and_read() -> None:
            view = browser.post(f"/documents/{document}/views", fields).headers["Location"]
            browser.get(view)
            browser.get(f"{view}/pages/1")

        return open_and_read

    served = [opening(browser) for browser in browsers]
    return _in_turns(gateway, served, [_BareWork(gateway.company, page).mark for _round in range(rounds)])


def _in_turns(gateway: Gateway, served: list[Callable[[], None]], bare: list[Callable[[], None]]) -> _Times:
    times, bare_cpu, served_cpu = _Times([], [], 0, 0), 0.0, -gateway.web_cpu_seconds()
    for ask, work in zip(served, bare, strict=True):
        times.served.append(_milliseconds(ask))
        begun = time.process_time()
        times.bare.append(_milliseconds(work))
        bare_cpu += time.process_time() - begun
    served_cpu += gateway.web_cpu_seconds()
    return replace(times, served_cpu=served_cpu, bare_cpu=bare_cpu)


def _open(browser: Browser, document: str) -> str:
    """The path of a new view."""
    return browser.post(f"/documents/{document}/views", _opening_fields(browser)).headers["Location"]


def _opening_fields(browser: Browser) -> dict[str, str]:
    return {
        "category": "offer",
        "text": "Preparing the offer for line four",
        "declared_place": "Branch office",
        "idempotency_key": secrets.token_hex(8),
        "csrf": browser.form_token(),
    }


class _BareWork:
    """Decode, mark, check, encode: what every page needs, whoever serves it."""

    def __init__(self, company: Company, page: _Page) -> None:
        person = company.person("borrower")
        self._page = page
        self._marks = ViewMarks(company.vault.mark_fonts)
        self._key = Secret(bytes(32))
        self._text = MarkText(
            name=person.name,
            staff_number=person.staff_number,
            opened_at=company.vault.clock.now(),
            timezone=person.timezone,
            place="Branch office",
            view_id=new_id("w", company.vault.random),
        )

    def mark(self) -> None:
        self._marks.mark_page(
            self._page.image,
            text=self._text,
            page_number=self._page.number,
            key=self._key,
            expected_size=self._page.size,
        )


def _page(company: Company, document_id: str, number: int) -> _Page:
    """The page as it was sealed, opened with the vault's own keys; a benchmark may, people may not."""
    image = unmarked_page(company, number, document_id=document_id)
    return _Page(image, Image.open(io.BytesIO(image)).size, number)


def _milliseconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000
