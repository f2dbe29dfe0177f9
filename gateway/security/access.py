"""Who may call a route: declared where the route is, or the route answers nobody.

``Screens`` is the blueprint of every view module. Its one way to add a route is :meth:`Screens.route_for`, which takes
the access first; a route added past it has no declaration, and the guard refuses it. Methods are exactly those
declared: no HEAD and OPTIONS that come along by themselves.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Blueprint
from flask.blueprints import BlueprintSetupState
from flask.sansio.app import App
from werkzeug.routing import BaseConverter

from vault.model import Office

View = TypeVar("View", bound=Callable[..., Any])

SMALL_BODY_BYTES = 64 << 10
"""Enough for every form without a file."""

_EXTENSION = "dossier_vault.access"


class Access(enum.Enum):
    """Who may call a route. Offices are checked again by the use case, on the person's record as it then is."""

    PUBLIC = "anybody"
    PENDING = "anybody signed in, even before they changed an initial password"
    SIGNED_IN = "anybody signed in"
    STAFF = "staff"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    SECURITY_OFFICER = "security_officer"
    PEOPLE_KEEPER = "administrator or security officer"
    AGREEMENT_READER = "administrator or auditor"
    OFFICER = "administrator, security officer or auditor"
    OVERSEER = "auditor or security officer"

    def admits(self, office: Office) -> bool:
        """Whether a signed-in person of this office may call the route."""
        return office in _OFFICES.get(self, frozenset(Office))


_OFFICES = {
    Access.STAFF: frozenset({Office.STAFF}),
    Access.AUDITOR: frozenset({Office.AUDITOR}),
    Access.ADMINISTRATOR: frozenset({Office.ADMINISTRATOR}),
    Access.SECURITY_OFFICER: frozenset({Office.SECURITY_OFFICER}),
    Access.PEOPLE_KEEPER: frozenset({Office.ADMINISTRATOR, Office.SECURITY_OFFICER}),
    Access.AGREEMENT_READER: frozenset({Office.ADMINISTRATOR, Office.AUDITOR}),
    Access.OFFICER: frozenset({Office.ADMINISTRATOR, Office.SECURITY_OFFICER, Office.AUDITOR}),
    Access.OVERSEER: frozenset({Office.AUDITOR, Office.SECURITY_OFFICER}),
}


class Answer(enum.Enum):
    """What a route answers with, and so in which form it refuses."""

    SCREEN = "a page for people: who is not signed in is led to the sign-in screen"
    PIECE = "an image, text or JSON fetched by a page: refused with JSON, never led anywhere, never from another site"


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a route declared about itself. ``takes_upload``: its body may be as long as an upload."""

    access: Access
    methods: frozenset[str]
    answer: Answer
    takes_upload: bool


class IdConverter(BaseConverter):
    """``<id:name>`` in a rule: anything that is not formed like an id of the vault is an unknown address."""

    regex = "[a-z][a-z2-7]{26}"


class Screens(Blueprint):
    """The routes of one view module."""

    def route_for(
        self,
        access: Access,
        rule: str,
        *,
        methods: tuple[str, ...] = ("GET",),
        answer: Answer = Answer.SCREEN,
        takes_upload: bool = False,
    ) -> Callable[[View], View]:
        """Declares the decorated view for ``access`` and exactly these methods."""
        declaration = Declaration(access, frozenset(methods), answer, takes_upload)

        def keep(state: BlueprintSetupState, endpoint: str) -> None:
            declarations(state.app)[f"{self.name}.{endpoint}"] = declaration

        def declare(view: View) -> View:
            endpoint = view.__name__
            self.add_url_rule(rule, endpoint, view, methods=list(methods), provide_automatic_options=False)
            self.record(lambda state: keep(state, endpoint))
            return view

        return declare


def declarations(app: App) -> dict[str, Declaration]:
    """Every declared route of the application, by endpoint."""
    declared: dict[str, Declaration] = app.extensions.setdefault(_EXTENSION, {})
    return declared
