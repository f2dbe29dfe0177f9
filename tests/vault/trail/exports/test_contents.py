"""What stands in each format: every entry, every value, in both languages, and nothing that acts on its reader."""

from __future__ import annotations

import base64
import csv
import datetime as dt
import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pypdfium2
import pytest

from tests.company import CUSTOMER, REASON, Company
from tests.vault.ledger.bundle import bundles
from tests.vault.trail.exports.making_exports import (
    EVERYTHING,
    ORIGIN,
    content_of,
    exported,
    made,
    make_all,
    ordered,
    record_of,
    signing_public,
)
from tests.vault.trail.tampering import run
from vault.clock import FixedClock
from vault.database import ledger_reading
from vault.database.engine import reading
from vault.database.export_queries import ExportState
from vault.errors import Unavailable
from vault.ledger.checkpoint import parse_checkpoint, verifier_key
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.ledger.export import verify_export
from vault.model import Office
from vault.people.accounts import PersonDraft, create_person
from vault.policy.reasons import ReasonDraft
from vault.recording import record
from vault.trail.exporting import ExportPreview, preview_export
from vault.trail.exports.formats import FACTS, ExportFormat, ExportHeaders
from vault.trail.exports.table import COLUMNS
from vault.trail.querying import TrailQuery
from vault.trail.rows import TrailRow
from vault.trail.searching import search_trail

VIEWS = TrailQuery(event="view.opened")
FORMULA_NAME = "=HYPERLINK(1)"
LOCALES = ["en", "zh_Hans_CN"]


@pytest.fixture
def viewed(company: Company) -> Company:
    """Somebody with a Chinese name has opened a document."""
    company.open_and_read(company.signed_in("borrower"))
    company.sequence()
    return company


def found(company: Company, query: TrailQuery = EVERYTHING) -> list[TrailRow]:
    """What the search shows, oldest first."""
    return search_trail(company.vault, company.at_keyboard("auditor"), query=query, limit=200).rows[::-1]


def preview(company: Company, query: TrailQuery) -> ExportPreview:
    company.sequence()
    return preview_export(company.vault, company.at_keyboard("auditor"), query=query)


def csv_rows(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))


def sheet_rows(content: bytes) -> list[tuple[object, ...]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))


def pdf_text(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


# proofs, jsonl


def test_proofs_are_of_exactly_the_query_and_prove_themselves(viewed: Company) -> None:
    """Oldest first; checked with the pinned key alone."""
    lines = exported(viewed, ExportFormat.PROOFS, query=VIEWS).splitlines(keepends=True)

    assert [json.loads(line)["index"] for line in lines[:-1]] == [row.index for row in found(viewed, VIEWS)]
    assert verify_export(lines, origin=ORIGIN, public=signing_public(viewed)) == len(lines) - 1


def test_json_lines_hold_opened_values_and_say_where_they_end(viewed: Company) -> None:
    """A file that was cut short lacks its last line."""
    seen = preview(viewed, VIEWS)

    *lines, end = [json.loads(line) for line in exported(viewed, ExportFormat.JSONL, query=VIEWS).splitlines()]

    [row] = found(viewed, VIEWS)
    assert lines[0]["actor"] == {"id": row.actor_id, "name": "王晓明", "staff_number": "N-0002"}
    assert lines[0]["reason"] == {"category": "offer", "text": REASON.text}
    assert lines[0]["time"] == row.time.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    assert (end["end"]["rows"], end["end"]["digest"]) == (1, seen.digest.hex())


# csv


def test_csv_has_each_entry_with_both_times(viewed: Company) -> None:
    """The auditor's zone with its offset, and UTC."""
    rows = csv_rows(exported(viewed, ExportFormat.CSV, headers=ExportHeaders.CODES))

    assert [int(row["index"]) for row in rows] == list(range(len(rows)))
    assert list(rows[0]) == [column.name for column in COLUMNS]
    assert {row["time"][-6:] for row in rows} == {"+08:00"}
    for row in rows:
        assert dt.datetime.fromisoformat(row["time"]) == dt.datetime.fromisoformat(row["time_utc"])


@pytest.mark.parametrize(
    ("locale", "header", "event"), [("en", "Event", "View granted"), ("zh_Hans_CN", "事件", "获准查阅")]
)
def test_csv_speaks_the_auditors_language(viewed: Company, locale: str, header: str, event: str) -> None:
    """Headers, events and the sentence; names as they are."""
    [row] = csv_rows(exported(viewed, ExportFormat.CSV, query=VIEWS, locale=locale))

    assert row[header] == event
    assert "王晓明" in row["Actor" if locale == "en" else "操作人"]
    assert "王晓明" in row["In words" if locale == "en" else "说明"]


def test_csv_is_rfc_4180(viewed: Company) -> None:
    """Every line ends with CR LF, every field stands in quotes, and each has as many."""
    content = exported(viewed, ExportFormat.CSV).decode("utf-8-sig")

    lines = content.split("\r\n")
    assert lines.pop() == ""
    assert all(line.startswith('"') and line.endswith('"') for line in lines)
    assert {len(row) for row in csv.reader(io.StringIO(content, newline=""))} == {len(COLUMNS)}


def create_mallory(company: Company) -> None:
    """A person whose name is a formula."""
    draft = PersonDraft(
        login="mallory",
        name=FORMULA_NAME,
        staff_number="N-0077",
        office=Office.STAFF,
        qualifications=frozenset(),
        clearance=company.person("borrower").clearance,
        locale="en",
        timezone="UTC",
    )
    create_person(company.vault, company.at_keyboard("admin"), draft=draft)


def test_no_cell_of_csv_begins_like_a_formula(viewed: Company) -> None:
    """Whoever chose a name or a reason cannot act on the auditor's computer."""
    create_mallory(viewed)
    exported(viewed, ExportFormat.CSV, query=VIEWS)
    reason = ReasonDraft("review", "＝cmd|' /C calc'!A0 of the yearly audit")
    from_reason = TrailQuery(event="trail.exported")
    made(viewed, ExportFormat.JSONL, query=VIEWS, reason=reason)

    rows = csv_rows(exported(viewed, ExportFormat.CSV, headers=ExportHeaders.CODES))

    assert any(row["subject"] == "'" + FORMULA_NAME for row in rows)
    assert any(row["reason"].startswith("'＝cmd") for row in rows)
    assert found(viewed, from_reason)
    for row in rows:
        assert all(value[:1] not in set("=+-@＝＋－＠\t\r\n") for value in row.values())


# xlsx


def test_spreadsheet_has_dates_texts_and_a_fixed_header(viewed: Company) -> None:
    """As many rows as entries; times in the auditor's zone and in UTC."""
    content = exported(viewed, ExportFormat.XLSX, headers=ExportHeaders.CODES)

    header, *rows = sheet_rows(content)
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    sheet = workbook.active
    assert sheet is not None
    assert list(header) == [column.name for column in COLUMNS]
    assert [row[0] for row in rows] == list(range(len(rows)))
    assert sheet.freeze_panes == "A2"
    assert rows[0][1] == dt.datetime(2026, 11, 24, 17, 0)  # noqa: DTZ001 - a spreadsheet's dates have no zone
    assert rows[0][2] == dt.datetime(2026, 11, 24, 9, 0)  # noqa: DTZ001
    assert workbook.properties.title == f"Entries of the trail {ORIGIN}"


def test_spreadsheet_has_no_formula_whatever_was_typed(viewed: Company) -> None:
    """A text that looks like one is a text, and stays one when the sheet is saved as something else."""
    create_mallory(viewed)
    content = exported(viewed, ExportFormat.XLSX, headers=ExportHeaders.CODES)

    with zipfile.ZipFile(io.BytesIO(content)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml")
    cells = [
        cell
        for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(min_row=2)  # type: ignore[union-attr]
        for cell in row
        if isinstance(cell.value, str)
    ]
    assert b"<f>" not in sheet
    assert any(cell.value == FORMULA_NAME for cell in cells)
    assert {cell.data_type for cell in cells} == {"s"} or {cell.data_type for cell in cells} == {"inlineStr"}
    assert all(cell.quotePrefix for cell in cells)


@pytest.mark.parametrize(("locale", "header"), [("en", "Reason"), ("zh_Hans_CN", "事由")])
def test_spreadsheet_speaks_the_auditors_language(viewed: Company, locale: str, header: str) -> None:
    """Names in any script."""
    head, row = sheet_rows(exported(viewed, ExportFormat.XLSX, query=VIEWS, locale=locale))

    assert header in head
    assert "王晓明" in row


# pdf


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        (
            "en",
            (
                "Done signed out",
                "Denied denied.not_borrower",
                "Failed The stored object is longer or shorter than what was filed.",
                "Done store.unavailable",
            ),
        ),
        (
            "zh_Hans_CN",
            (
                "完成 退出登录",
                "被拒绝 denied.not_borrower",
                "失败 存储对象的长度与归档时不符。",
                "完成 store.unavailable",
            ),
        ),
    ],
)
def test_report_says_what_came_of_it_in_words(viewed: Company, locale: str, said: tuple[str, ...]) -> None:
    """Those of the screens; the code alone where a sentence would fill the cell, also of an error that ended a view."""
    record(viewed.vault, Entry(Event.SESSION_ENDED, Outcome.SUCCESS, code="signed_out"))
    record(viewed.vault, Entry(Event.VIEW_DENIED, Outcome.DENIED, code="denied.not_borrower"))
    record(viewed.vault, Entry(Event.OBJECT_TAMPERED, Outcome.FAILED, code="tamper.length"))
    record(viewed.vault, Entry(Event.VIEW_ENDED, Outcome.SUCCESS, code="store.unavailable"))
    viewed.sequence()

    text = pdf_text(exported(viewed, ExportFormat.PDF, query=TrailQuery(), locale=locale))

    for words in said:
        assert "".join(words.split()) in "".join(text.split())


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", ("Entries of the trail", "Event: View granted (view.opened)", "View granted", "Page 1", " of 1")),
        ("zh_Hans_CN", ("审计轨迹", "事件：获准查阅（view.opened）", "获准查阅", "第 1 页", "，共 1 页")),
    ],
)
def test_report_says_what_was_asked_and_what_it_stands_up_to(
    viewed: Company, locale: str, words: tuple[str, ...]
) -> None:
    """In either language, with Chinese names, on pages that are numbered."""
    seen = preview(viewed, VIEWS)

    text = pdf_text(exported(viewed, ExportFormat.PDF, query=VIEWS, locale=locale))

    for word in (*words, "王晓明", REASON.text, ORIGIN, seen.digest.hex()):
        assert word in text, word
    assert CUSTOMER not in text


def test_every_page_has_its_number_and_the_checkpoint_in_its_foot(viewed: Company) -> None:
    """Pages that come apart can be put together again, and each says what it is of: origin, size and root."""
    export_id = made(viewed, ExportFormat.PDF)
    size = record_of(viewed, export_id).size
    with reading(viewed.vault.engine) as tx:
        note = ledger_reading.checkpoint_of_size(tx, size)
    assert note is not None
    root = base64.b64encode(parse_checkpoint(note).root).decode("ascii")

    with pypdfium2.PdfDocument(content_of(viewed, export_id)) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert f"Page {number}" in page
        assert f" of {len(pages)}" in page
        assert f"{ORIGIN} · {size} entries · root {root}" in page


def test_report_is_the_same_whenever_it_is_made(viewed: Company, clock: FixedClock) -> None:
    """No moment of its own stands in it."""
    export_id = ordered(viewed, ExportFormat.PDF, query=VIEWS)
    made_once = _file_of(viewed, export_id)
    clock.advance(dt.timedelta(days=1))
    run(viewed, "UPDATE trail_exports SET state = 'waiting', claimed_until = NULL")

    assert _file_of(viewed, export_id) == made_once


def _file_of(company: Company, export_id: str) -> bytes:
    make_all(company)
    return content_of(company, export_id)


# all


@pytest.mark.parametrize("wanted", [each for each in ExportFormat if not FACTS[each].has_subject])
def test_export_of_nothing_is_a_whole_file(company: Company, wanted: ExportFormat) -> None:
    """An empty answer is an answer, too, and can be shown."""
    content = exported(company, wanted, query=TrailQuery(event=Event.VAULT_SEALED.value))

    assert content
    if wanted is ExportFormat.XLSX:
        assert len(sheet_rows(content)) == 1
    if wanted is ExportFormat.PDF:
        assert "every" not in pdf_text(content)


# bundle


@pytest.mark.parametrize("locale", LOCALES)
def test_bundle_is_of_exactly_the_query_and_verifies_by_itself(viewed: Company, tmp_path: Path, locale: str) -> None:
    """With the reason and the query in both languages, complete for the document up to the entry that counted it."""
    query = TrailQuery(document=viewed.document_id)
    export_id = ordered(viewed, ExportFormat.BUNDLE, query=query, locale=locale)
    viewed.sequence()
    make_all(viewed)
    path = tmp_path / "bundle.zip"
    path.write_bytes(content_of(viewed, export_id))

    pinned = verifier_key(ORIGIN, signing_public(viewed))
    checked = bundles.run(str(path), "--key", pinned, "--complete", f"document:{viewed.document_id}")

    assert checked.status == 0, checked.result
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        entries = [json.loads(line) for line in archive.read("entries/000.jsonl").splitlines()]
    export = record_of(viewed, export_id)
    assert [entry["index"] for entry in entries] == [
        row.index for row in found(viewed, query) if row.index < export.size
    ]
    assert manifest["entries"]["digest"] == export.digest.hex()
    assert set(manifest["query"]["words"]) == {"en", "zh-Hans"}


def test_bundle_waits_for_the_checkpoint_of_its_closing_entry(viewed: Company) -> None:
    """Until then it is tried again, and no try counts; nothing is given out that is not proven complete."""
    export_id = ordered(viewed, ExportFormat.BUNDLE, query=TrailQuery(document=viewed.document_id))

    with pytest.raises(Unavailable):
        make_all(viewed)

    assert record_of(viewed, export_id).state is ExportState.RUNNING
    viewed.sequence()
    make_all(viewed)
    assert record_of(viewed, export_id).state is ExportState.DONE
