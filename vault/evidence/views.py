"""Every view in a pack: when, why, from where, which pages, what the mark said, what its reader had accepted.

One view is many entries: granted, given its key, each page, its end. They are joined by the view's id. The mark's text
is what the page carried, made again from the view's facts: who, when, where, which view (docs/spec/visible-mark.md).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from vault.ledger.events import Event, Outcome
from vault.marking.visible import MarkText
from vault.trail.rows import TrailRow

_ENDS = frozenset({Event.VIEW_ENDED, Event.VIEW_REVOKED, Event.VIEW_FAILED})


@dataclass(frozen=True, slots=True)
class Acceptance:
    """An agreement that the reader had accepted when the view was opened. ``index`` is the entry that says so."""

    agreement_id: str
    version: int
    content_hash: str
    at: dt.datetime
    index: int


@dataclass(slots=True)
class EvidencedView:
    """``opened`` is the entry of the grant. ``pages`` are numbers with the moment each was delivered, as an image."""

    opened: TrailRow
    mark: tuple[str, ...]
    accepted: list[Acceptance]
    is_keyed: bool = False
    pages: list[tuple[int, dt.datetime]] = field(default_factory=list)
    texts: list[tuple[int, dt.datetime]] = field(default_factory=list)
    """Pages whose text was read by the screen reader's way: these carry no mark."""
    end: TrailRow | None = None
    is_returned: bool = False


def views_of(own: list[TrailRow], answers: list[TrailRow], *, timezones: Mapping[str, str]) -> list[EvidencedView]:
    """The views among ``own``, oldest first. ``timezones`` are those of the readers, by id; the mark is in them."""
    views: dict[str, EvidencedView] = {}
    for row in own:
        if row.event is Event.VIEW_OPENED and row.outcome is Outcome.SUCCESS:
            mark = mark_of(row, timezone=timezones.get(row.actor_id, "UTC"))
            views[row.view_id] = EvidencedView(row, mark, accepted_by(row, answers))
        elif row.view_id in views:
            _join(views[row.view_id], row)
    return list(views.values())


def mark_of(row: TrailRow, *, timezone: str) -> tuple[str, ...]:
    """The lines of the mark that the view's pages carried; none where who it was has been erased by law."""
    if not row.actor_name or row.place is None:
        return ()
    text = MarkText(row.actor_name, row.actor_staff_number, row.time, timezone, row.place.label, row.view_id)
    return text.lines()


def accepted_by(opened: TrailRow, answers: list[TrailRow]) -> list[Acceptance]:
    """What the reader had accepted, and not taken back, before the view was granted; the newest of each agreement."""
    standing: dict[str, Acceptance | None] = {}
    for row in answers:
        if row.index >= opened.index or row.actor_id != opened.actor_id or row.outcome is not Outcome.SUCCESS:
            continue
        agreement_id = str(row.details.get("agreement", ""))
        is_accepted = row.event is Event.AGREEMENT_ACCEPTED
        standing[agreement_id] = _acceptance(row, agreement_id) if is_accepted else None
    return [each for each in standing.values() if each is not None]


def _acceptance(row: TrailRow, agreement_id: str) -> Acceptance:
    return Acceptance(
        agreement_id=agreement_id,
        version=int(row.details.get("version", 0)),
        content_hash=str(row.details.get("hash", "")),
        at=row.time,
        index=row.index,
    )


def _join(view: EvidencedView, row: TrailRow) -> None:
    if row.event is Event.VIEW_KEYED:
        view.is_keyed = True
    elif row.event is Event.PAGE_READ and row.outcome is Outcome.SUCCESS:
        page = (int(row.details.get("page", 0)), row.time)
        (view.texts if row.details.get("kind") == "text" else view.pages).append(page)
    elif row.event in _ENDS and row.outcome is not Outcome.DENIED:
        view.end = view.end or row
    elif row.event is Event.VIEW_CLAIM_RETURNED:
        view.is_returned = True
