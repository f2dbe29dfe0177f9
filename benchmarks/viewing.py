"""What a page costs the person who waits for it, beside the bare work on the same page.

A generated document is filed, converted and served by a real gateway on this machine. A client that behaves like a
browser (one connection, kept open) asks for pages; in turns with it, this process does the bare work on the same sealed
pages: decode, mark, check, encode. Both are wall time, so a busy machine spoils both alike.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.documents import make_pdf
from benchmarks.report import Findings, Goal, median, spread
from benchmarks.served import Browser, Gateway, served_company
from gateway.cli.heap import keep_memory_of_pages
from keys.model import Secret
from tests.company import Company
from vault.database import document_queries, dossier_queries
from vault.database.document_queries import ObjectPart
from vault.database.engine import reading
from vault.filing.documents import object_identities
from vault.filing.dossier_keys import unwrap_dossier_key
from vault.marking.viewmarks import ViewMarks
from vault.marking.visible import MarkText
from vault.model import new_id
from vault.sealing.page_pack import PackIndex, read_part
from vault.storage.port import ObjectKey

NEXT_PAGE_LIMIT = 1.3
_MEANING = """
"next page": one GET of a page image in an open view: session, rights, ranged read, unsealing, mark, check, trail entry
durable, answer. "open -> first page": the POST that opens, the viewer's frame, and the first image, the mark made anew.
"bare": decoding, marking, checking and encoding the same page in one process, nothing else. Milliseconds of wall time,
medians of rounds in turns; the ratio is the median of the gateway's times over the median of the bare ones.
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
            page = _page(gateway.company, document, number)
            bare_work = _BareWork(gateway.company, page)
            served, bare = _next_pages(browser, _open(browser, document), page, bare_work, rounds=size.rounds)
            rows.append(_row(f"next page: {name}", served, bare))
            goals.append(Goal(f"next page, {name}", median(served) / median(bare), NEXT_PAGE_LIMIT, "x bare"))
        for name, document in (("1 page", single), (f"{size.pages} pages", volume)):
            served, bare = _openings(gateway, document, rounds=size.openings)
            rows.append(_row(f"open -> first page: {name}", served, bare))
    head = ("", "gateway ms", "from-to", "bare ms", "from-to", "ratio")
    return Findings("Viewing, as the client sees it", _MEANING, head, rows, goals)


def _row(name: str, served: list[float], bare: list[float]) -> list[str]:
    return [
        name,
        f"{median(served):.1f}",
        spread(served, digits=0),
        f"{median(bare):.1f}",
        spread(bare, digits=0),
        f"{median(served) / median(bare):.2f}",
    ]


def _next_pages(
    browser: Browser, view: str, page: _Page, bare: _BareWork, *, rounds: int
) -> tuple[list[float], list[float]]:
    served_times, bare_times = [], []
    for warm in (True, *(False for _round in range(rounds))):
        served = _milliseconds(lambda: browser.get(f"{view}/pages/{page.number}"))
        alone = _milliseconds(bare.mark)
        if not warm:
            served_times.append(served)
            bare_times.append(alone)
    return served_times, bare_times


def _openings(gateway: Gateway, document: str, *, rounds: int) -> tuple[list[float], list[float]]:
    """Each opening in a session of its own, or it would be the view that is open already."""
    page = _page(gateway.company, document, 1)
    served_times, bare_times = [], []
    for _round in range(rounds):
        browser = gateway.browser("borrower")
        fields = _opening_fields(browser)

        def open_and_read(browser: Browser = browser, fields: dict[str, str] = fields) -> None:
            view = browser.post(f"/documents/{document}/views", fields).headers["Location"]
            browser.get(view)
            browser.get(f"{view}/pages/1")

        served_times.append(_milliseconds(open_and_read))
        bare_times.append(_milliseconds(_BareWork(gateway.company, page).mark))
    return served_times, bare_times


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
    """The page, unsealed with the vault's own keys; a benchmark may, people may not."""
    vault = company.vault
    with reading(vault.engine) as tx:
        document = document_queries.load_document(tx, document_id)
        assert document is not None
        version = document_queries.version_of_document(tx, document.id, 1)
        dossier = dossier_queries.load_dossier(tx, document.dossier_id)
        assert version is not None
        assert dossier is not None
        pack = document_queries.live_object(tx, version.id, ObjectPart.PAGES)
    assert pack is not None
    assert pack.index_sealed is not None
    key = unwrap_dossier_key(vault.keyroom, dossier)
    identities = object_identities(key, version, ObjectPart.PAGES)
    dek = key.unwrap_dek(pack.wrapped_dek, identities=identities, header=pack.header)
    index = PackIndex.open(
        pack.index_sealed, dek, dossier_id=dossier.id, document_id=document.id, version=version.number
    )
    found = index.pages[number - 1]
    image = read_part(vault.store, ObjectKey(pack.object_key), found.image, dek, index=index)
    return _Page(image, (found.width, found.height), number)


def _milliseconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000
