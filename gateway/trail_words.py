"""What the search words of the trail and their values are called on a screen."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from gateway.event_labels import FAMILY_LABELS
from gateway.event_sentences import short_id
from gateway.labels import label
from gateway.localisation import moment
from vault.ledger.events import Event, Outcome
from vault.model import PlaceSource, ReasonCategory
from vault.trail.conditions import OutOfHours, read_condition
from vault.trail.language_times import bounds_of
from vault.trail.query import UNANSWERED, Field
from vault.trail.query_values import is_category
from vault.trail.querying import QueryNames

FIELD_NAMES: Mapping[Field, LazyString] = {
    Field.ACTOR: _("Actor"),
    Field.SUBJECT: _("About"),
    Field.PERSON: _("Person"),
    Field.DOSSIER: _("Dossier"),
    Field.DOCUMENT: _("Document"),
    Field.VIEW: _("View"),
    Field.SESSION: _("Session"),
    Field.EVENT: _("Event"),
    Field.OUTCOME: _("Outcome"),
    Field.REASON: _("Reason"),
    Field.CASE: _("Case number"),
    Field.PLACE: _("Place"),
    Field.DECLARED: _("Declared place"),
    Field.ADDRESS: _("Network address"),
    Field.SOURCE: _("How the place is known"),
    Field.TIME: _("Time"),
    Field.HOURS: _("Hours"),
    Field.DAY: _("Day of the week"),
    Field.IS: _("When"),
    Field.ZONE: _("Time zone"),
    Field.INDEX: _("Entry"),
    Field.POLICY: _("Version of the policy"),
}
_DAYS: Mapping[str, LazyString] = {
    "mon": _("Monday"),
    "tue": _("Tuesday"),
    "wed": _("Wednesday"),
    "thu": _("Thursday"),
    "fri": _("Friday"),
    "sat": _("Saturday"),
    "sun": _("Sunday"),
}


def value_words(field: Field, value: str, names: QueryNames) -> str | Markup:
    """One value of a settled query in the reader's words."""
    if field.names_people:
        return " · ".join(names.people[value]) if value in names.people else short_id(value)
    match field:
        case Field.DOSSIER:
            return names.dossiers.get(value, short_id(value))
        case Field.DOCUMENT | Field.VIEW | Field.SESSION:
            return short_id(value)
        case Field.EVENT:
            return _family_words(value) if value.endswith(".*") else label(Event(value))
        case Field.OUTCOME:
            return label(Outcome(value))
        case Field.SOURCE:
            return label(PlaceSource(value))
        case Field.REASON if is_category(value):
            return label(ReasonCategory(value))
        case Field.DAY:
            return str(_DAYS[value])
        case Field.IS:
            return _condition_words(value)
        case Field.TIME:
            return _span_words(value)
        case Field.INDEX:
            return f"#{value}"
        case Field.HOURS | Field.POLICY:
            return value.replace("..", "–")
        case _:
            return value


def _family_words(value: str) -> str:
    """What its events are about, and the family as it is typed: most are called as one of their events might be."""
    return f"{FAMILY_LABELS[value.removesuffix('.*')]} ({value})"


def _condition_words(value: str) -> str:
    said = read_condition(value)
    if isinstance(said, OutOfHours) and said.policy:
        return str(gettext("out of hours, by version %(version)s of the policy", version=said.policy))
    return str(gettext("opened without a result") if value.startswith(UNANSWERED) else gettext("out of hours"))


def _span_words(value: str) -> Markup:
    since, until = (moment(each) if each else "" for each in bounds_of(value))
    return Markup("{} – {}").format(since, until)
