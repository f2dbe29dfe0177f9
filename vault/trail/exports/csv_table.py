"""CSV after RFC 4180 in UTF-8 with a byte order mark, so that spreadsheets read Chinese; every field in quotes.

Texts are neutral (:mod:`vault.trail.exports.neutral`): headers and words of ours too, since a rule without exceptions
cannot be forgotten. A quote in a text is doubled, so none ends its field, and no separator of another country is met
outside quotes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from vault.trail.exports.neutral import PLAIN_BEGINNINGS, neutral
from vault.trail.exports.sheet import Batch, Sheet
from vault.trail.exports.table import COLUMNS, LOCAL_TIMES, Value, header_of, local_time, utc_time, values_of

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_PARTING = "\0"
_AT_LOCAL_TIME = frozenset(at for at, column in enumerate(COLUMNS) if column.name in LOCAL_TIMES)


def write_csv(sheet: Sheet, batches: Iterable[Batch]) -> Iterator[bytes]:
    """The table with its header."""
    yield BYTE_ORDER_MARK + _encoded([csv_line([neutral(header_of(sheet, column)) for column in COLUMNS])])
    for batch in batches:
        rows = zip(batch.rows(), batch.hashes, strict=True)
        yield _encoded([csv_line(_fields(sheet, values_of(sheet, row, leaf_hash))) for row, leaf_hash in rows])


def _fields(sheet: Sheet, values: Sequence[Value]) -> list[str]:
    return [
        value if type(value) is str and value[:1] in PLAIN_BEGINNINGS else _field(sheet, at, value)
        for at, value in enumerate(values)
    ]


def _field(sheet: Sheet, at: int, value: Value) -> str:
    if isinstance(value, str):
        return neutral(value)
    if isinstance(value, dt.datetime):
        return local_time(sheet, value) if at in _AT_LOCAL_TIME else utc_time(value)
    return str(value)


def csv_line(fields: list[str]) -> str:
    """Each field in quotes, those in it doubled: of all fields at once, unless one of them holds what parts them."""
    parted = _PARTING.join(fields)
    if parted.count(_PARTING) == len(fields) - 1:
        inner = parted.replace('"', '""').replace(_PARTING, '","')
    else:
        inner = '","'.join([field.replace('"', '""') for field in fields])
    return f'"{inner}"\r\n'


def _encoded(lines: list[str]) -> bytes:
    return "".join(lines).encode("utf-8", "backslashreplace")  # a lone surrogate is no character of UTF-8
