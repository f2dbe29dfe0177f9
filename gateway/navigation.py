"""The top bar: which screens a person of each office finds there, and where they begin."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request, url_for
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from vault.model import Office


@dataclass(frozen=True, slots=True)
class Item:
    """A screen in the top bar. ``is_current`` also holds on the screens beneath it."""

    endpoint: str
    words: LazyString
    offices: frozenset[Office]

    @property
    def address(self) -> str:
        return url_for(self.endpoint)

    @property
    def is_current(self) -> bool:
        return (request.blueprint or "") in {self.endpoint.partition(".")[0], *_BENEATH.get(self.endpoint, ())}


_BENEATH = {"dossiers.list_dossiers": ("documents", "viewer", "filing")}
_STAFF = frozenset({Office.STAFF})
_ITEMS = (
    Item("dossiers.list_dossiers", _("Dossiers"), _STAFF),
    Item("requests.list_requests", _("Requests"), _STAFF),
    Item("trail.search_trail", _("Trail"), frozenset({Office.AUDITOR})),
    Item("people.list_people", _("People"), frozenset({Office.ADMINISTRATOR, Office.SECURITY_OFFICER})),
    Item("live_views.list_live_views", _("Open views"), frozenset({Office.SECURITY_OFFICER})),
)
_FIRST = {Office.SECURITY_OFFICER: "live_views.list_live_views"}
"""Where an office begins, if not at its first item."""
EVERYBODYS_FIRST = "account.show_account"


def items_for(office: Office) -> list[Item]:
    """The screens of this office that the application has."""
    return [item for item in _ITEMS if office in item.offices and item.endpoint in current_app.view_functions]


def first_endpoint(office: Office) -> str:
    """Where a person of this office begins."""
    own = [item.endpoint for item in items_for(office)]
    first = _FIRST.get(office, "")
    return first if first in own else (own[0] if own else EVERYBODYS_FIRST)
