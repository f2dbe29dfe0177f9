"""The exposure report as a file: what one person saw, by dossier, ranked; made of the entries of the export alone.

Like every export it is pinned to a checkpoint, counted, digested and signed for. Classes and the figures of the
arithmetic are those in force when it is made (:mod:`vault.policy.exposure`); what is recent is counted from the order,
weeks from the end of the person's work here, or without one from the order.
No customer's name: dossiers stand by reference.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import msgspec

from vault.ledger.events import Event, Outcome
from vault.model import Classification
from vault.policy.exposure import RankedDossier, SeenDossier, Weeks, rank_dossiers, weigh_weeks
from vault.printing.font import drawn, print_font, registered
from vault.printing.pages import Pages, PageTexts
from vault.trail.exports.csv_table import BYTE_ORDER_MARK
from vault.trail.exports.exposure_words import ExposureWords
from vault.trail.exports.neutral import neutral
from vault.trail.exports.pdf import facts_of_sheet, foot_of
from vault.trail.exports.sheet import Batch, ExposureBasis, Sheet
from vault.trail.exports.table import utc_time
from vault.trail.rows import TrailRow

EVENTS = (
    Event.VIEW_OPENED,
    Event.PAGE_READ,
    Event.VIEW_CLAIM_RETURNED,
    Event.COPY_RELEASED,
    Event.COPY_FAILED,
)
"""The entries that a report is made of."""
_SHARES = (0.04, 0.10, 0.09, 0.08, 0.06, 0.11, 0.11, 0.11, 0.13, 0.17)
_HEADS = ("rank", "dossier", "class", "views", "pages", "last_view", "copies", "reasons", "places", "score")


@dataclass(slots=True)
class _Seen:
    reference: str
    documents: set[str] = field(default_factory=set)
    opened: dict[str, dt.datetime] = field(default_factory=dict)
    """By view."""
    pages: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    places: Counter[str] = field(default_factory=Counter)
    told: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By view: category and place, to take back what a returned claim gave back."""
    copies: dict[str, dt.datetime] = field(default_factory=dict)
    """When each copy was downloaded."""


@dataclass(frozen=True, slots=True)
class _Report:
    rows: list[RankedDossier]
    weeks: Weeks
    basis: ExposureBasis


def write_exposure_csv(sheet: Sheet, batches: Iterable[Batch]) -> Iterator[bytes]:
    """A table: one dossier a line, the first to look after first."""
    report = _report(sheet, batches)
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    names = ("rank", "dossier", "class", "documents", "views", "pages", "first_view", "last_view", "reasons", "places")
    ends = ("value", "recency", "score", "copies", "last_copy")
    writer.writerow([neutral(_phrase(sheet, f"exposure_{name}")) for name in (*names, *ends)])
    for rank, each in enumerate(report.rows, start=1):
        seen = each.seen
        numbers = (seen.documents, seen.views, seen.pages)
        cells = (
            str(rank),
            seen.reference,
            sheet.words.value(seen.classification, locale=sheet.locale),
            *map(str, numbers),
            _time_of(seen.first),
            _time_of(seen.last),
            _words(sheet).reasons(seen.reasons),
            _words(sheet).counted(seen.places),
            str(each.value),
            f"{each.recency:.4f}",
            f"{each.score:.2f}",
            str(seen.copies),
            _time_of(seen.last_copy),
        )
        writer.writerow([neutral(cell) for cell in cells])
    yield BYTE_ORDER_MARK + lines.getvalue().encode("utf-8", "backslashreplace")


def write_exposure_json(sheet: Sheet, batches: Iterable[Batch]) -> Iterator[bytes]:
    """One object (docs/spec/exports.md): the arithmetic's figures, the weeks, and the dossiers in their order."""
    report = _report(sheet, batches)
    weeks, policy = report.weeks, report.basis.policy
    yield (
        msgspec.json.format(
            msgspec.json.encode(
                {
                    "format": "dossier-vault-exposure/1",
                    "origin": sheet.origin,
                    "export": sheet.export_id,
                    "person": report.basis.person_id,
                    "until": utc_time(report.basis.until),
                    "half_life_days": policy.exposure.half_life_days,
                    "checkpoint": {"size": sheet.size, "root": sheet.root.hex(), "digest": sheet.digest.hex()},
                    "weeks": {
                        "until": utc_time(weeks.until),
                        "views": [{"since": utc_time(week.since), "views": week.views} for week in weeks.weeks],
                        "ordinary": weeks.ordinary,
                        "factor": weeks.factor,
                    },
                    "dossiers": [_as_json(each) for each in report.rows],
                }
            ),
            indent=1,
        )
        + b"\n"
    )


def write_exposure_pdf(sheet: Sheet, batches: Iterable[Batch]) -> Iterator[bytes]:
    """A report to be handed to whoever wins the customers back."""
    report = _report(sheet, batches)
    rows = [
        [drawn(sheet.fonts, cell) for cell in _cells(sheet, rank, each)] for rank, each in enumerate(report.rows, 1)
    ]
    basis = report.basis
    texts = PageTexts(
        title=drawn(sheet.fonts, _phrase(sheet, "exposure_title", person=basis.person_words)),
        facts=[
            *((drawn(sheet.fonts, name), drawn(sheet.fonts, said)) for name, said in _facts(sheet, report)),
            *facts_of_sheet(sheet),
        ],
        heads=[drawn(sheet.fonts, _phrase(sheet, f"exposure_{head}")) for head in _HEADS],
        shares=list(_SHARES),
        foot=foot_of(sheet),
        page_words=lambda number: (_phrase(sheet, "page", number=number), _phrase(sheet, "of_pages", number=number)),
    )
    font = print_font(sheet.fonts, texts.characters().union(*(cell for row in rows for cell in row)))
    with registered(font):
        pages = Pages(texts, font)
        pages.write_front()
        for row in rows:
            pages.write_row(row)
        content = pages.finished()
    yield content


def _report(sheet: Sheet, batches: Iterable[Batch]) -> _Report:
    basis = sheet.exposure
    found: dict[str, _Seen] = {}
    for batch in batches:
        for row in batch.rows():
            _add(found, row, basis.person_id)
    classes = basis.classes(set(found))
    seen = [
        SeenDossier(
            dossier_id=dossier_id,
            reference=each.reference or dossier_id,
            classification=classes.get(dossier_id, Classification.INTERNAL),
            documents=len(each.documents),
            views=len(each.opened),
            pages=each.pages,
            first=min(each.opened.values(), default=None),
            last=max(each.opened.values(), default=None),
            reasons=+each.reasons,
            places=+each.places,
            copies=len(each.copies),
            last_copy=max(each.copies.values(), default=None),
        )
        for dossier_id, each in found.items()
        if each.opened or each.copies
    ]
    opened = [moment for each in found.values() for moment in each.opened.values()]
    weeks_until = basis.out_since or basis.until
    days = max((weeks_until - basis.since).days, 1)
    return _Report(
        rank_dossiers(seen, policy=basis.policy, now=basis.until),
        weigh_weeks(opened, days=days, until=weeks_until),
        basis,
    )


def _add(found: dict[str, _Seen], row: TrailRow, person_id: str) -> None:
    """What the person did themself; of a claim that came back, whoever gave it back."""
    if row.event is Event.COPY_FAILED:  # it did not leave, and can be downloaded again
        for each in found.values():
            each.copies.pop(row.view_id, None)
        return
    if row.event not in EVENTS or row.outcome is not Outcome.SUCCESS:
        return
    if row.event is Event.VIEW_CLAIM_RETURNED:
        for each in found.values():
            _take_back(each, row.view_id)
        return
    if row.actor_id != person_id:
        return
    seen = found.setdefault(row.dossier_id, _Seen(row.dossier_reference))
    if row.event is Event.PAGE_READ:
        seen.pages += 1
        return
    if row.event is Event.COPY_RELEASED:
        seen.copies[row.view_id] = row.time  # a copy's id stands where a view's does
        return
    category = row.reason.category.value if row.reason else ""
    place = row.place.label if row.place else ""
    seen.documents.add(row.document_id)
    seen.opened[row.view_id] = row.time
    seen.told[row.view_id] = (category, place)
    seen.reasons[category] += 1
    seen.places[place] += 1


def _take_back(seen: _Seen, view_id: str) -> None:
    if seen.opened.pop(view_id, None) is not None:
        category, place = seen.told[view_id]
        seen.reasons[category] -= 1
        seen.places[place] -= 1


def _facts(sheet: Sheet, report: _Report) -> list[tuple[str, str]]:
    """The arithmetic and the spike, in words."""
    rows = report.rows
    total = _phrase(
        sheet,
        "exposure_total",
        dossiers=len(rows),
        views=sum(each.seen.views for each in rows),
        pages=sum(each.seen.pages for each in rows),
        copies=sum(each.seen.copies for each in rows),
    )
    arithmetic = _phrase(sheet, "exposure_arithmetic", days=report.basis.policy.exposure.half_life_days)
    return [
        (_phrase(sheet, "exposure_seen"), total),
        (_phrase(sheet, "exposure_lately"), _words(sheet).spike(report.weeks, out_since=report.basis.out_since)),
        (_phrase(sheet, "exposure_order"), arithmetic),
    ]


def _cells(sheet: Sheet, rank: int, each: RankedDossier) -> list[str]:
    seen = each.seen
    score = _phrase(
        sheet,
        "exposure_score_words",
        value=each.value,
        recency=f"{each.recency:.2f}",
        days=each.days_ago,
        score=f"{each.score:.2f}",
    )
    return [
        str(rank),
        seen.reference,
        sheet.words.value(seen.classification, locale=sheet.locale),
        _phrase(sheet, "exposure_views_of", views=seen.views, documents=seen.documents),
        str(seen.pages),
        _words(sheet).moment(seen.last),
        f"{seen.copies} · {_words(sheet).moment(seen.last_copy)}" if seen.copies else "",
        _words(sheet).reasons(seen.reasons),
        _words(sheet).counted(seen.places),
        score,
    ]


def _as_json(each: RankedDossier) -> dict[str, object]:
    seen = each.seen
    return {
        "dossier": seen.dossier_id,
        "reference": seen.reference,
        "class": seen.classification.value,
        "documents": seen.documents,
        "views": seen.views,
        "pages": seen.pages,
        "first": _time_of(seen.first) or None,
        "last": _time_of(seen.last) or None,
        "reasons": dict(seen.reasons),
        "places": dict(seen.places),
        "value": each.value,
        "recency": each.recency,
        "score": each.score,
        "copies": seen.copies,
        "last_copy": _time_of(seen.last_copy) or None,
    }


def _time_of(moment: dt.datetime | None) -> str:
    return utc_time(moment) if moment else ""


def _words(sheet: Sheet) -> ExposureWords:
    return ExposureWords(sheet.words, sheet.locale, sheet.zone)


def _phrase(sheet: Sheet, name: str, **values: str | int) -> str:
    return sheet.words.phrase(name, locale=sheet.locale, **values)
