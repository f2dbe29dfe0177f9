"""A line of CSV is what the standard library writes, whatever stands in its fields."""

from __future__ import annotations

import csv
import io

import pytest

from vault.trail.exports.csv_table import csv_line


@pytest.mark.parametrize(
    "fields",
    [
        ["", ""],
        ["plain", "王晓明", "7"],
        ['say "no"', '"', '{"page": 7}'],
        ["two\r\nlines", "a,b;c\td"],
        ["a\0b", 'and "quotes"', "\0"],
        ["\0"],
        ["one"],
    ],
    ids=ascii,
)
def test_line_is_as_the_standard_library_writes_it(fields: list[str]) -> None:
    """Quotes doubled, none ends its field; a character that parts fields inside the program does not part any."""
    lines = io.StringIO(newline="")
    csv.writer(lines, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(fields)

    assert csv_line(fields) == lines.getvalue()
