"""A report to be printed and handed on: what was asked for, how many entries there are, and the entries as a table.

Each page says which it is of how many, and in its foot the trail's origin with the size and root of the checkpoint
that all of it stands up to. Fonts are embedded. The file itself is signed for by the note beside it
(:mod:`vault.ledger.export_note`). The same selection gives the same file, whenever it is made.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable, Iterable, Iterator

from vault.printing.font import drawn, print_font, registered
from vault.printing.pages import Pages, PageTexts
from vault.trail.exports.sheet import Batch, Sheet
from vault.trail.exports.table import utc_time
from vault.trail.rows import TrailRow

# Each column of the table: phrase of its head, share of the width, what stands in it.
_COLUMNS: tuple[tuple[str, float, Callable[[Sheet, TrailRow], str]], ...] = (
    ("column_time", 0.155, lambda sheet, row: f"#{row.index} {_moment(sheet, row)}"),
    ("column_actor", 0.125, lambda sheet, row: _actor(sheet, row)),
    ("column_event", 0.115, lambda sheet, row: sheet.words.value(row.event, locale=sheet.locale) if row.event else ""),
    ("column_target", 0.205, lambda _sheet, row: _target(row)),
    ("column_place", 0.12, lambda sheet, row: _place(sheet, row)),
    ("column_reason", 0.18, lambda sheet, row: _reason(sheet, row)),
    ("column_outcome", 0.10, lambda sheet, row: _outcome(sheet, row)),
)


def write_pdf(sheet: Sheet, batches: Iterable[Batch]) -> Iterator[bytes]:
    """The report, in one piece: its fonts hold the characters that it needs, which are known at its end."""
    rows = [
        [drawn(sheet.fonts, cell(sheet, row)) for _head, _share, cell in _COLUMNS]
        for batch in batches
        for row in batch.rows()
    ]
    texts = _texts(sheet)
    font = print_font(sheet.fonts, texts.characters().union(*(cell for row in rows for cell in row)))
    with registered(font):
        pages = Pages(texts, font)
        pages.write_front()
        for row in rows:
            pages.write_row(row)
        content = pages.finished()
    yield content


def _texts(sheet: Sheet) -> PageTexts:
    return PageTexts(
        title=drawn(sheet.fonts, _phrase(sheet, "title", origin=sheet.origin)),
        facts=facts_of_sheet(sheet),
        heads=[drawn(sheet.fonts, _phrase(sheet, head)) for head, _share, _cell in _COLUMNS],
        shares=[share for _head, share, _cell in _COLUMNS],
        foot=foot_of(sheet),
        page_words=lambda number: (_phrase(sheet, "page", number=number), _phrase(sheet, "of_pages", number=number)),
    )


def facts_of_sheet(sheet: Sheet) -> list[tuple[str, str]]:
    """What the export is of."""
    filters = sheet.filters or [_phrase(sheet, "everything")]
    category = sheet.words.value(sheet.category, locale=sheet.locale)
    facts = [
        ("query", " · ".join(filters)),
        ("count", _phrase(sheet, "count_words", rows=sheet.rows, size=sheet.size)),
        ("digest", sheet.digest.hex()),
        ("checkpoint", _phrase(sheet, "checkpoint_words", size=sheet.size, time=utc_time(sheet.signed_at))),
        ("ordered", f"{sheet.ordered_by} · {_written(sheet, sheet.ordered_at)}"),
        ("reason", " · ".join(each for each in (category, sheet.case_number) if each)),
        ("zone", sheet.zone.key),
        ("signature", _phrase(sheet, "signature_words")),
    ]
    return [(drawn(sheet.fonts, _phrase(sheet, name)), drawn(sheet.fonts, said)) for name, said in facts]


def foot_of(sheet: Sheet) -> list[str]:
    root = base64.b64encode(sheet.root).decode("ascii")
    lines = [
        _phrase(sheet, "foot", origin=sheet.origin, size=sheet.size, root=root),
        _phrase(sheet, "foot_export", export=sheet.export_id, rows=sheet.rows, digest=sheet.digest.hex()),
    ]
    return [drawn(sheet.fonts, line) for line in lines]


def _phrase(sheet: Sheet, name: str, **values: str | int) -> str:
    return sheet.words.phrase(name, locale=sheet.locale, **values)


def _written(sheet: Sheet, moment: dt.datetime) -> str:
    return moment.astimezone(sheet.zone).isoformat(sep=" ", timespec="seconds").replace("+", " +")


def _moment(sheet: Sheet, row: TrailRow) -> str:
    return _written(sheet, row.time)


def _actor(sheet: Sheet, row: TrailRow) -> str:
    known = _person(row.actor_name, row.actor_staff_number, row.actor_id)
    return known or sheet.words.hidden(row.hidden, locale=sheet.locale) or _phrase(sheet, "the_vault")


def _person(name: str, staff_number: str, person_id: str) -> str:
    return f"{name} {staff_number}".strip() or person_id


def _target(row: TrailRow) -> str:
    subject = (
        _person(row.subject_name, row.subject_staff_number, row.subject_id) if row.subject_id != row.actor_id else ""
    )
    parts = (subject, row.dossier_reference or row.dossier_id, row.document_id, row.view_id)
    return " · ".join(part for part in parts if part)


def _place(sheet: Sheet, row: TrailRow) -> str:
    if row.place is None:
        return ""
    known_by = sheet.words.value(row.place.source, locale=sheet.locale)
    return f"{row.place.label} ({known_by}, {row.place.address})"


def _reason(sheet: Sheet, row: TrailRow) -> str:
    if row.reason is None:
        return ""
    case = f" [{row.reason.case_number}]" if row.reason.case_number else ""
    return f"{sheet.words.value(row.reason.category, locale=sheet.locale)}: {row.reason.text}{case}"


def _outcome(sheet: Sheet, row: TrailRow) -> str:
    said = sheet.words.value(row.outcome, locale=sheet.locale) if row.outcome else ""
    # Not what somebody was told for it, which is a sentence or two: too long for a cell.
    return f"{said} {sheet.words.code(row.code, locale=sheet.locale) or row.code}".strip()
