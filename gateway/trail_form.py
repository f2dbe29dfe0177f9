"""The two ways to type a query of the trail: a line in the query language, and fields beside it, kept in step.

Typed times are in the auditor's zone. What the fields cannot say (alternatives, what must not hold) stays as it is when
they are sent.
"""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, SelectField, StringField

from gateway.forms import ScreenForm
from gateway.labels import label
from gateway.localisation import current_language
from gateway.sentences import sentence_in
from gateway.trail_query import line_of
from vault.errors import InputError, VaultError
from vault.ledger.events import Event, Outcome
from vault.model import ReasonCategory
from vault.trail.language_times import bounds_of
from vault.trail.query import Field, Term, TrailQuery
from vault.trail.query_values import is_category
from vault.trail.querying import QueryNames, parse_query, text_of

_TEXTS = ("person", "dossier", "document", "view", "event", "outcome", "reason", "place")
_TYPED = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
_YEARS = range(2000, 2200)
_WORD = re.compile(r"""["“「『][^"”」』]*["”」』]?|[^\s,，、]*""")


class LineForm(ScreenForm):
    """A query as a line."""

    line = StringField(_("Query"))

    def __init__(self, *sent: Any, **shown: Any) -> None:
        super().__init__(*sent, **shown)
        self.column = 0

    def query(self, *, timezone: str, now: dt.datetime) -> TrailQuery:
        """What was typed. InputError with the column of what could not be read."""
        return parse_query(self.line.data or "", timezone, now=now)

    def refuse(self, error: VaultError) -> None:
        """Says where, and what was expected there; nothing of the line is lost."""
        self.column = int(error.params.get("column", 0))
        self.line.errors = [*self.line.errors, sentence_in(current_language(), error)]

    @property
    def before_fault(self) -> str:
        """The line up to where it could not be read."""
        return (self.line.data or "")[: max(self.column - 1, 0)]

    @property
    def at_fault(self) -> str:
        """The word or the value there, '' at the line's end."""
        return _WORD.match((self.line.data or "")[max(self.column - 1, 0) :])[0]  # type: ignore[index]  # '' at least

    @property
    def after_fault(self) -> str:
        """What comes behind it."""
        return (self.line.data or "")[len(self.before_fault) + len(self.at_fault) :]


class FilterForm(ScreenForm):
    """What to look for, field by field. ``rest`` is the line of what they cannot say."""

    person = StringField(_("Person"))
    dossier = StringField(_("Dossier"))
    document = StringField(_("Document"))
    view = StringField(_("View"))
    event = SelectField(_("Event"), validate_choice=False)
    outcome = SelectField(_("Outcome"), validate_choice=False)
    reason = SelectField(_("Reason"), validate_choice=False)
    place = StringField(_("Place"))
    since = StringField(_("From"))
    until = StringField(_("Before"))
    rest = HiddenField()
    field_of_code: ClassVar[dict[str, str]] = {
        "trail.person": "person",
        "trail.person_ambiguous": "person",
        "trail.dossier": "dossier",
        "trail.document": "document",
        "trail.view": "view",
        "trail.event": "event",
        "trail.outcome": "outcome",
        "trail.place": "place",
        "trail.since": "since",
        "trail.until": "until",
        "trail.times": "until",
    }

    def __init__(self, *sent: Any, **shown: Any) -> None:
        super().__init__(*sent, **shown)
        self.event.choices = [("", _("Any event")), *((each.value, label(each)) for each in Event)]
        self.outcome.choices = [("", _("Any outcome")), *((each.value, label(each)) for each in Outcome)]
        self.reason.choices = [("", _("Any reason")), *((each.value, label(each)) for each in ReasonCategory)]

    def query(self, *, timezone: str, now: dt.datetime) -> TrailQuery:
        """What was typed, with its times; InputError ``trail.since`` or ``trail.until`` for what is no time."""
        zone = zoneinfo.ZoneInfo(timezone)
        typed = [Term(Field(name), (words,)) for name in _TEXTS if (words := (self[name].data or "").strip())]
        rest = parse_query(self.rest.data or "", timezone, now=now)
        # an hour that a clock change repeats: from its first passing to its second, so that nothing falls out
        since, until = self._moment("since", zone, fold=0), self._moment("until", zone, fold=1)
        return TrailQuery(*typed, *TrailQuery(since=since, until=until).terms, *rest.terms)

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


def line_form_of(query: TrailQuery, names: QueryNames, *, timezone: str) -> LineForm:
    """The line as its reader would have typed it."""
    return LineForm(None, data={"line": line_of(query, names, timezone=timezone)})


def form_of(query: TrailQuery, names: QueryNames, *, timezone: str) -> FilterForm:
    """The fields as they would be filled in for the query: a person by staff number, a dossier by reference."""
    zone = zoneinfo.ZoneInfo(timezone)
    shown, said = dict[str, str](), list[Term]()
    for name in _TEXTS:
        value = query.the(Field(name))
        if value and not value.endswith(".*") and (name != "reason" or is_category(value)):
            shown[name] = value
            said += query.of(Field(name))
    shown |= {"person": _staff_number(shown.get("person", ""), names)}
    shown |= {"dossier": names.dossiers.get(shown.get("dossier", ""), shown.get("dossier", ""))}
    if span := query.the(Field.TIME):
        since, until = bounds_of(span)
        for name, moment in (("since", since), ("until", until)):
            shown[name] = moment.astimezone(zone).strftime(_TYPED[1 if moment.second else 0]) if moment else ""
        said += query.of(Field.TIME)
    return FilterForm(None, data={**shown, "rest": text_of(query.without(*said))})


def _staff_number(person_id: str, names: QueryNames) -> str:
    return names.people[person_id][1] if person_id in names.people else person_id
