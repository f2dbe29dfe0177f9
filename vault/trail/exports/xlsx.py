"""A spreadsheet (ISO/IEC 29500) without a formula in it: texts are texts, moments are dates, the header stays in view.

XlsxWriter makes the *frame*: the package with styles, header and widths, but no rows. The rows are streamed into it,
because that library keeps them either in memory or in temporary files, and those would hold names in clear on a disk.
Every text is an inline string with a quote prefix: typing into its cell or saving it as CSV makes no formula of it.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from vault.trail.exports.formats import ExportHeaders
from vault.trail.exports.sheet import Batch, Sheet
from vault.trail.exports.table import COLUMNS, LOCAL_TIMES, Column, Value, header_of, values_of

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

MOST_CHARACTERS = 32_767
"""In one cell; what is longer is cut and ends with an ellipsis, in this format alone."""
_SHEET_PART = "xl/worksheets/sheet1.xml"
_MADE = (1980, 1, 1, 0, 0, 0)
"""Of each part, as XlsxWriter has it: the same selection gives the same file."""
_NO_ROWS = re.compile(r"(?P<head>.*?</row>)(?P<rows>.*)(?P<foot></sheetData>.*)", re.DOTALL)
_STYLES = re.compile(r'<col min="(\d+)" max="(\d+)" [^>]*style="(\d+)"')
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's dates have no zone
_DAY = dt.timedelta(days=1)
# What XML 1.0 cannot hold, and what would be read as an escape; both are written as one (ISO/IEC 29500-1, 22.9.2.19).
_ESCAPED = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def write_xlsx(sheet: Sheet, batches: Iterable[Batch]) -> Iterator[bytes]:
    """The workbook, with one sheet."""
    with zipfile.ZipFile(io.BytesIO(_frame(sheet))) as frame:
        sink = _Sink()
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as package:
            for name in frame.namelist():
                part, info = frame.read(name), zipfile.ZipInfo(name, _MADE)
                info.compress_type = zipfile.ZIP_DEFLATED
                with package.open(info, "w", force_zip64=name == _SHEET_PART) as member:
                    if name != _SHEET_PART:
                        member.write(part)
                        continue
                    for piece in _filled(sheet, part.decode("utf-8"), batches):
                        member.write(piece.encode("utf-8", "backslashreplace"))
                        yield sink.taken()
        yield sink.taken()


class _Sink(io.RawIOBase, BinaryIO):
    """Takes what the package writes and gives it on; it cannot be sought in, and so the package never tries."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, content: ReadableBuffer, /) -> int:
        self._pieces.append(bytes(content))
        return len(self._pieces[-1])

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def _frame(sheet: Sheet) -> bytes:
    """The package without rows; an empty last row tells readers how many there are."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        created = sheet.ordered_at.replace(tzinfo=None)
        title = sheet.words.phrase("title", locale=sheet.locale, origin=sheet.origin)
        workbook.set_properties({"title": title, "created": created})
        table = workbook.add_worksheet(sheet.words.phrase("sheet", locale=sheet.locale))
        head = workbook.add_format({"bold": True, "quote_prefix": True})
        text = workbook.add_format({"quote_prefix": True})
        number = workbook.add_format({"num_format": "0"})
        moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"})
        for at, column in enumerate(COLUMNS):
            of_moment, of_number = _holds_moment(column), column.name == "index"
            table.set_column(at, at, column.width, moment if of_moment else number if of_number else text)
            table.write_string(0, at, _header(sheet, column), head)
        if sheet.rows:
            table.write_blank(sheet.rows, len(COLUMNS) - 1, None, text)
        table.freeze_panes(1, 0)
        table.autofilter(0, 0, max(sheet.rows, 1), len(COLUMNS) - 1)
    return content.getvalue()


def _header(sheet: Sheet, column: Column) -> str:
    """Dates have no offset in a spreadsheet, so the zone stands over them."""
    said = header_of(sheet, column)
    if column.name in LOCAL_TIMES and sheet.headers is ExportHeaders.WORDS:
        return f"{said} ({sheet.zone.key})"
    return said


def _holds_moment(column: Column) -> bool:
    return column.name in LOCAL_TIMES or column.name.endswith("_utc")


def _filled(sheet: Sheet, frame: str, batches: Iterable[Batch]) -> Iterator[str]:
    """The sheet's XML with the rows between the header and what follows them."""
    parts = _NO_ROWS.fullmatch(frame)
    styles = {at: style for first, last, style in _STYLES.findall(frame) for at in range(int(first), int(last) + 1)}
    if parts is None or len(styles) != len(COLUMNS):
        raise ValueError("XlsxWriter writes a sheet in another form than this was made for")
    begins = [f'<c r="{xl_col_to_name(at)}{{0}}" s="{styles[at + 1]}"' for at in range(len(COLUMNS))]
    yield parts["head"]
    number = 1
    for batch in batches:
        rows = []
        for row, leaf_hash in zip(batch.rows(), batch.hashes, strict=True):
            number += 1
            cells = "".join(
                begin.format(number) + _cell(sheet, column, value)
                for begin, column, value in zip(begins, COLUMNS, values_of(sheet, row, leaf_hash), strict=True)
            )
            rows.append(f'<row r="{number}">{cells}</row>')
        yield "".join(rows)
    yield parts["foot"]


def _cell(sheet: Sheet, column: Column, value: Value) -> str:
    """The rest of a cell after its place and style."""
    if isinstance(value, int):
        return f"><v>{value}</v></c>"
    if isinstance(value, dt.datetime):
        zone = sheet.zone if column.name in LOCAL_TIMES else dt.UTC
        days = (value.astimezone(zone).replace(tzinfo=None) - _EPOCH) / _DAY
        return f"><v>{days:.10f}</v></c>"
    if not value:
        return "/>"
    return f' t="inlineStr"><is><t xml:space="preserve">{_text(value)}</t></is></c>'


def _text(value: str) -> str:
    if len(value) > MOST_CHARACTERS:
        value = value[: MOST_CHARACTERS - 1] + "…"
    return _ESCAPED.sub(lambda found: f"_x{ord(found[0]):04X}_", value).translate(_ENTITIES)
