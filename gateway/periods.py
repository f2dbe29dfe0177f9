"""From which day to which, in the person's own time zone: the two fields that every period is typed into."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from flask_babel import lazy_gettext as _
from wtforms import StringField

from gateway.days import first_moment, last_moment
from gateway.forms import ScreenForm
from gateway.localisation import current_timezone
from vault.errors import InputError


class PeriodForm(ScreenForm):
    """Whole days; the last one is included."""

    first_day = StringField(_("First day"))
    last_day = StringField(_("Last day"))
    field_of_code: ClassVar[dict[str, str]] = {
        "assignment.first_day": "first_day",
        "assignment.last_day": "last_day",
        "assignment.ends_before_start": "last_day",
    }

    def starts_at(self) -> dt.datetime | None:
        """The first moment of the first day, or None for now. InputError ``assignment.first_day``."""
        try:
            return first_moment(self.first_day.data or "", timezone=current_timezone())
        except ValueError as exc:
            raise InputError("assignment.first_day") from exc

    def ends_at(self) -> dt.datetime | None:
        """When the last day is over, or None for never. InputError ``assignment.last_day``."""
        try:
            return last_moment(self.last_day.data or "", timezone=current_timezone())
        except ValueError as exc:
            raise InputError("assignment.last_day") from exc
