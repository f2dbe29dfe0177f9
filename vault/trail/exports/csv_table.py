"""CSV after RFC 4180 in UTF-8 with a byte order mark, so that spreadsheets read Chinese; every field in quotes.

Texts are neutral (:mod:`vault.trail.exports.neutral`): headers and words of ours too, since a rule without exceptions
cannot be forgotten. A quote in a text is doubled, so none ends its field, and no separator of another country is met
outside quotes.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator

from vault.trail.exports.neutral import neutral
from vault.trail.exports.sheet import Batch, Sheet
from vault.trail.exports.table import COLUMNS, LOCAL_TIMES, Value, header_of, local_time, utc_time

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def write_csv(sheet: Sheet, batches: Iterable[Batch]) -> Iterator[bytes]:
    """The table with its header."""
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([neutral(header_of(sheet, column)) for column in COLUMNS])
    yield BYTE_ORDER_MARK + _taken(lines)
    fields = [(column.value, column.name in LOCAL_TIMES) for column in COLUMNS]
    for batch in batches:
        for row, leaf_hash in zip(batch.rows(), batch.hashes, strict=True):
            writer.writerow([_field(sheet, value(sheet, row, leaf_hash), is_local) for value, is_local in fields])
        yield _taken(lines)


def _field(sheet: Sheet, value: Value, is_local: bool) -> str:
    if isinstance(value, str):
        return neutral(value)
    if isinstance(value, dt.datetime):
        return local_time(sheet, value) if is_local else utc_time(value)
    return str(value)


def _taken(lines: io.StringIO) -> bytes:
    content = lines.getvalue().encode("utf-8", "backslashreplace")  # a lone surrogate is no character of UTF-8
    lines.seek(0)
    lines.truncate()
    return content
