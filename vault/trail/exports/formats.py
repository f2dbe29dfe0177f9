"""The formats of an export, and what each can hold. Source: docs/spec/exports.md."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from vault.errors import InputError


class ExportFormat(enum.Enum):
    """What an export is written as."""

    PROOFS = "proofs"
    JSONL = "jsonl"
    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"
    BUNDLE = "bundle"
    PACK = "pack"
    EXPOSURE_PDF = "exposurepdf"
    EXPOSURE_CSV = "exposurecsv"
    EXPOSURE_JSON = "exposurejson"


class ExportHeaders(enum.Enum):
    """How the columns of a table are called: in the auditor's language, or by names that never change."""

    WORDS = "words"
    CODES = "codes"


@dataclass(frozen=True, slots=True)
class FormatFacts:
    """``most_rows`` is None where a file can have any number. ``has_headers``: :class:`ExportHeaders` means something.

    ``with_names`` and ``with_paths`` say what the format needs of each entry beside the leaf and its values.
    """

    media_type: str
    extension: str
    most_rows: int | None = None
    has_headers: bool = False
    with_names: bool = True
    with_paths: bool = False
    is_exposure: bool = False
    """It is a report about one person, not the entries themselves, and is ordered by its own way."""
    has_subject: bool = False
    """It is about one person or one document: a query for anything else cannot be written so."""
    is_closed: bool = False
    """It shows that nothing was left out at its end, by an entry that is recorded with the order."""


FACTS: dict[ExportFormat, FormatFacts] = {
    ExportFormat.PROOFS: FormatFacts("application/x-ndjson", "proofs.jsonl", with_names=False, with_paths=True),
    ExportFormat.JSONL: FormatFacts("application/x-ndjson", "jsonl"),
    ExportFormat.CSV: FormatFacts("text/csv; charset=utf-8", "csv", has_headers=True),
    ExportFormat.XLSX: FormatFacts(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
        most_rows=2**20 - 1,  # a sheet has 2**20 rows, one of them the header
        has_headers=True,
    ),
    ExportFormat.PDF: FormatFacts("application/pdf", "pdf", most_rows=20_000),
    ExportFormat.BUNDLE: FormatFacts("application/zip", "zip", with_names=False, is_closed=True),
    ExportFormat.PACK: FormatFacts(
        "application/zip",
        "evidence.zip",
        most_rows=50_000,  # beyond that nobody reads its summary, and one would not fit in memory
        with_names=False,
        has_subject=True,
        is_closed=True,
    ),
    ExportFormat.EXPOSURE_PDF: FormatFacts("application/pdf", "exposure.pdf", is_exposure=True),
    ExportFormat.EXPOSURE_CSV: FormatFacts("text/csv; charset=utf-8", "exposure.csv", is_exposure=True),
    ExportFormat.EXPOSURE_JSON: FormatFacts("application/json", "exposure.json", is_exposure=True),
}
TRAIL_FORMATS: tuple[ExportFormat, ...] = tuple(each for each in ExportFormat if not FACTS[each].is_exposure)
"""Those that a query's entries can be written as."""


def format_of(name: str) -> ExportFormat:
    """The format of a query's entries that is called so; InputError ``export.format``."""
    return _format_among(TRAIL_FORMATS, name)


def exposure_format_of(name: str) -> ExportFormat:
    """The format of an exposure report that is called ``pdf``, ``csv`` or ``json``; InputError ``export.format``."""
    return _format_among(tuple(each for each in ExportFormat if FACTS[each].is_exposure), f"exposure{name}")


def _format_among(formats: tuple[ExportFormat, ...], name: str) -> ExportFormat:
    found = next((each for each in formats if each.value == name), None)
    if found is None:
        raise InputError("export.format")
    return found


def headers_of(name: str) -> ExportHeaders:
    """The headers called so; InputError ``export.headers``."""
    try:
        return ExportHeaders(name)
    except ValueError:
        raise InputError("export.headers") from None


def require_room(wanted: ExportFormat, rows: int) -> None:
    """InputError ``export.too_many_rows`` when the format cannot hold so many."""
    most = FACTS[wanted].most_rows
    if most is not None and rows > most:
        raise InputError("export.too_many_rows", rows=rows, most=most)
