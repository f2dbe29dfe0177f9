"""A query of the trail as a form and as an address.

Typed times are in the auditor's zone; in an address they are UTC, so that a link means the same to auditors elsewhere.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from markupsafe import Markup
from wtforms import SelectField, StringField

from gateway.event_sentences import short_id
from gateway.forms import ScreenForm
from gateway.labels import label
from gateway.localisation import moment
from vault.errors import InputError
from vault.ledger.events import Event, Outcome
from vault.trail.querying import QueryNames, TrailQuery

_TEXTS = ("person", "document", "dossier", "view", "event", "outcome")
_TIMES = ("since", "until")
_ADDRESS_TIME = "%Y-%m-%dT%H:%M:%SZ"
_TYPED = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
_YEARS = range(2000, 2200)
_LONGEST_POSITION = 15


class FilterForm(ScreenForm):
    """What to look for, as it is typed."""

    person = StringField(_("Person"))
    dossier = StringField(_("Dossier"))
    document = StringField(_("Document"))
    view = StringField(_("View"))
    event = SelectField(_("Event"), validate_choice=False)
    outcome = SelectField(_("Outcome"), validate_choice=False)
    since = StringField(_("From"))
    until = StringField(_("Before"))
    field_of_code: ClassVar[dict[str, str]] = {
        "trail.person": "person",
        "trail.person_ambiguous": "person",
        "trail.dossier": "dossier",
        "trail.document": "document",
        "trail.view": "view",
        "trail.event": "event",
        "trail.outcome": "outcome",
        "trail.since": "since",
        "trail.until": "until",
        "trail.times": "until",
    }

    def __init__(self, *sent: Any, **shown: Any) -> None:
        super().__init__(*sent, **shown)
        self.event.choices = [("", _("Any event")), *((each.value, label(each)) for each in Event)]
        self.outcome.choices = [("", _("Any outcome")), *((each.value, label(each)) for each in Outcome)]

    def query(self, *, timezone: str) -> TrailQuery:
        """What was typed, with its times; InputError ``trail.since`` or ``trail.until`` for what is no time."""
        zone = zoneinfo.ZoneInfo(timezone)
        texts = {name: self[name].data or "" for name in _TEXTS}
        # an hour that a clock change repeats: from its first passing to its second, so that nothing falls out
        return TrailQuery(**texts, since=self._moment("since", zone, fold=0), until=self._moment("until", zone, fold=1))

    def _moment(self, name: str, zone: zoneinfo.ZoneInfo, *, fold: int) -> dt.datetime | None:
        typed = (self[name].data or "").strip()
        if not typed:
            return None
        for form in _TYPED:
            try:
                local = dt.datetime.strptime(typed, form).replace(tzinfo=zone, fold=fold)
            except ValueError:
                continue
            if local.year in _YEARS:
                return local.astimezone(dt.UTC)
        raise InputError(f"trail.{name}")


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on: its name, its words, and the address values without it."""

    name: LazyString
    words: str | Markup
    others: Mapping[str, str]


def query_of_address(sent: Mapping[str, str]) -> TrailQuery:
    """The query that an address asks for; InputError ``trail.time`` for times that are not written as ours are."""
    texts = {name: sent.get(name, "").strip() for name in _TEXTS}
    since, until = (_address_time(sent.get(name, "")) for name in _TIMES)
    return TrailQuery(**texts, since=since, until=until)


def address_of(query: TrailQuery) -> dict[str, str]:
    """The values that lead to the query, without empty ones."""
    values = {each.name: getattr(query, each.name) for each in fields(query)}
    return {
        name: value.strftime(_ADDRESS_TIME) if isinstance(value, dt.datetime) else str(value)
        for name, value in values.items()
        if value
    }


def position_of(sent: str) -> int | None:
    """The position from which an older page goes on; None for anything that is no number of ours."""
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) <= _LONGEST_POSITION else None


def form_of(query: TrailQuery, names: QueryNames, *, timezone: str) -> FilterForm:
    """The form as it would be filled in for the query: a person by staff number, a dossier by reference."""
    zone = zoneinfo.ZoneInfo(timezone)
    shown: dict[str, Any] = {name: getattr(query, name) for name in _TEXTS}
    shown["person"] = names.staff_number or query.person
    shown["dossier"] = names.dossier or query.dossier
    for name in _TIMES:
        value: dt.datetime | None = getattr(query, name)
        shown[name] = value.astimezone(zone).strftime(_TYPED[0]) if value else ""
    return FilterForm(None, data=shown)


def chips_of(query: TrailQuery, names: QueryNames) -> list[Chip]:
    """The filters that are on, in the order of the form."""
    address = address_of(query)
    words: dict[str, tuple[LazyString, str | Markup]] = {
        "person": (_("Person"), f"{names.person} · {names.staff_number}" if names.person else short_id(query.person)),
        "dossier": (_("Dossier"), names.dossier or short_id(query.dossier)),
        "document": (_("Document"), short_id(query.document)),
        "view": (_("View"), short_id(query.view)),
        "event": (_("Event"), label(Event(query.event)) if query.event else ""),
        "outcome": (_("Outcome"), label(Outcome(query.outcome)) if query.outcome else ""),
        "since": (_("From"), moment(query.since) if query.since else ""),
        "until": (_("Before"), moment(query.until) if query.until else ""),
    }
    return [
        Chip(title, said, {name: value for name, value in address.items() if name != key})
        for key, (title, said) in words.items()
        if key in address
    ]


def _address_time(sent: str) -> dt.datetime | None:
    if not sent:
        return None
    try:
        parsed = dt.datetime.strptime(sent, _ADDRESS_TIME).replace(tzinfo=dt.UTC)
    except ValueError:
        raise InputError("trail.time") from None
    if parsed.year not in _YEARS:
        raise InputError("trail.time")
    return parsed
