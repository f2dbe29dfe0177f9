"""An account as a form. What stands in it is only read here; which of it may go together is the vault's to say."""

from __future__ import annotations

import enum
import zoneinfo
from typing import Any, ClassVar, TypeVar

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, StringField

from gateway.forms import ScreenForm
from gateway.labels import label
from gateway.localisation import LANGUAGES, current_language
from vault.errors import InputError
from vault.model import Actor, Classification, Duty, Office
from vault.people.accounts import PersonDraft, PersonFacts, PersonRow

Value = TypeVar("Value", bound=enum.Enum)

_REGIONS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
_LONGEST_REVISION = 9


class PersonForm(ScreenForm):
    """What may be changed about a person. ``revision`` is the state of the account that was looked at."""

    name = StringField(_("Full name"))
    staff_number = StringField(_("Staff number"))
    office = RadioField(_("Office"), validate_choice=False)
    qualifications = SelectMultipleField(_("Duties that custodians may give them"), validate_choice=False)
    clearance = SelectField(_("Clearance"), validate_choice=False)
    locale = SelectField(_("Language"), validate_choice=False)
    timezone = StringField(_("Time zone"))
    email = StringField(_("E-mail for notices"))
    revision = HiddenField()
    field_of_code: ClassVar[dict[str, str]] = {
        "person.login": "login",
        "person.name": "name",
        "person.staff_number": "staff_number",
        "person.office": "office",
        "person.duty": "qualifications",
        "person.clearance": "clearance",
        "person.locale": "locale",
        "person.timezone": "timezone",
        "person.email": "email",
        "duties.exclusive": "qualifications",
        "duties.held": "office",
        "denied.own_account": "office",
        "denied.last_administrator": "office",
        "denied.last_security_officer": "office",
    }

    def __init__(self, *sent: Any, **shown: Any) -> None:
        super().__init__(*sent, **shown)
        for field, kind in ((self.office, Office), (self.qualifications, Duty), (self.clearance, Classification)):
            field.choices = [(each.value, label(each)) for each in kind]
        self.locale.choices = list(LANGUAGES.items())

    @staticmethod
    def of(person: PersonRow) -> dict[str, Any]:
        """The values of an account as it stands."""
        return {
            "name": person.name,
            "staff_number": person.staff_number,
            "office": person.office.value,
            "qualifications": [duty.value for duty in person.qualifications],
            "clearance": person.clearance.value,
            "locale": person.locale,
            "timezone": person.timezone,
            "email": person.email,
            "revision": str(person.revision),
        }

    def facts(self) -> PersonFacts:
        """What was entered; InputError for a word that is none of ours."""
        return PersonFacts(**self._values())

    def known_revision(self) -> int:
        """The revision that the form was filled from; one that nobody has if it says none."""
        sent = self.revision.data or ""
        return int(sent) if sent.isascii() and sent.isdigit() and len(sent) <= _LONGEST_REVISION else 0

    def _values(self) -> dict[str, Any]:
        return {
            "name": self.name.data or "",
            "staff_number": self.staff_number.data or "",
            "office": _value(Office, self.office.data, "person.office"),
            "qualifications": frozenset(_value(Duty, each, "person.duty") for each in self.qualifications.data or []),
            "clearance": _value(Classification, self.clearance.data, "person.clearance"),
            "locale": self.locale.data or "",
            "timezone": (self.timezone.data or "").strip(),
            "email": (self.email.data or "").strip(),
        }


class NewPersonForm(PersonForm):
    """A person to be entered: the same with a login."""

    login = StringField(_("Login"))

    @staticmethod
    def beginning(administrator: Actor) -> dict[str, Any]:
        """What is likely: staff, the lowest clearance, the administrator's own language and zone."""
        return {
            "office": Office.STAFF.value,
            "clearance": Classification.INTERNAL.value,
            "locale": current_language(),
            "timezone": administrator.timezone,
        }

    def draft(self) -> PersonDraft:
        """What was entered; InputError for a word that is none of ours."""
        return PersonDraft(login=self.login.data or "", **self._values())


def time_zones() -> list[str]:
    """Zones to choose from, named by their cities."""
    return sorted(zone for zone in zoneinfo.available_timezones() if zone.split("/")[0] in _REGIONS)


def _value(kind: type[Value], word: str | None, code: str) -> Value:
    try:
        return kind(word)
    except ValueError:
        raise InputError(code) from None
