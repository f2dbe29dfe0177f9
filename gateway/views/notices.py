"""A person's notices. Looking changes nothing; a button marks as read what is before the person."""

from __future__ import annotations

import datetime as dt
import re

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gateway.localisation import current_language, day_words
from gateway.notice_targets import target_of
from gateway.security.access import Access, Screens
from gateway.sessions import current_actor, current_vault
from vault.errors import InputError
from vault.notices import reading
from vault.notices.reading import NoticeRow
from vault.notices.words import notice_sentence
from vault.policy.agreements import Language

screens = Screens("notices", __name__)

_CURSOR = re.compile(r"([0-9]{1,14})-([a-z][a-z2-7]{26})")


@screens.route_for(Access.SIGNED_IN, "/notices")
def list_notices() -> str:
    page = reading.list_notices(current_vault(), current_actor(), before=_before(request.args.get("before", "")))
    return render_template(
        "notices/list.html",
        page=page,
        rows=[(row, _sentence(row), target_of(row)) for row in page.rows],
        until=_cursor(page.rows[0]) if page.rows else "",
        older=_cursor(page.rows[-1]) if page.has_more else "",
    )


@screens.route_for(Access.SIGNED_IN, "/notices", methods=("POST",))
def mark_read() -> Response:
    until = _before(request.form.get("until", ""))
    if until is None:
        raise InputError("input.invalid")
    reading.mark_read(current_vault(), current_actor(), told_until=until[0])
    return redirect(url_for("notices.list_notices"), 303)


def _sentence(row: NoticeRow) -> str:
    language = Language.of_locale(current_language())
    details = {name: _readable(name, value) for name, value in row.details.items()}
    return notice_sentence(language, row.kind, person=row.subject_name, dossier=row.dossier_reference, details=details)


def _readable(name: str, value: str | int) -> str:
    """Days stand as year-month-day in a notice, which is read in any language later."""
    return day_words(dt.date.fromisoformat(str(value))) if name.endswith("_day") else str(value)


def _cursor(row: NoticeRow) -> str:
    return f"{round(row.told_at.timestamp() * 1000)}-{row.id}"


def _before(cursor: str) -> tuple[dt.datetime, str] | None:
    """Moment and id of a notice; None for what is no cursor of ours."""
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        return None
    return dt.datetime.fromtimestamp(int(found[1]) / 1000, tz=dt.UTC), found[2]
