"""The web application: one Flask application around one vault.

Order of a request: number (requests_log) -> guard (security.guard) -> view -> error answer (errors) -> headers.

To add a screen:

1. A module ``gateway/views/<subject>.py`` with ``screens = Screens("<subject>", __name__)``, listed in ``ALL_SCREENS``.
2. Views of at most 20 lines, each declared with who may call it, or it answers nobody::

       @screens.route_for(Access.AUDITOR, "/trail")
       def search_trail() -> str:
           page = searching.search_trail(current_vault(), current_actor(), query=...)
           return render_template("trail/search.html", page=page)

   Parse, ``current_actor()``, one use case, render; ids in rules are ``<id:dossier_id>``. Errors of the vault are not
   caught: ``gateway.errors`` answers them. What changes something is a POST that ends in ``after(endpoint, notice,
   **values)`` from ``gateway.notices``: a redirect whose page says what was done. What a page fetches is declared
   ``answer=Answer.PIECE``; an upload ``takes_upload=True``.
3. Forms are subclasses of ``gateway.forms.ScreenForm`` with ``lazy_gettext`` labels, drawn by ``_fields.html`` macros
   inside ``<form method="post">{{ form_token() }} ...``. An InputError that the person can mend goes to
   ``form.refuse(error)`` and the form is shown again with status 400, keeping what was typed.
4. Templates extend ``base.html``, hold no style, script or ``|safe``, and mark every text with ``{{ _("...") }}``.
   Words for enums come from ``gateway.labels`` (filter ``label``), sentences for codes from the filter ``sentence``,
   moments from the filters ``moment``, ``clock_time`` and ``day``.
5. A line in ``gateway/navigation.py`` if it is to be found from everywhere; a row for each route and office in
   tests/gateway/test_routes.py; then ``python -m tools.translations`` and the Chinese in messages.po.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask

from gateway.errors import set_up_errors
from gateway.localisation import set_up_localisation
from gateway.presentation import set_up_presentation
from gateway.requests_log import set_up_request_log
from gateway.security.access import SMALL_BODY_BYTES, IdConverter, Screens
from gateway.security.bodies import LONGEST_FIELD_BYTES, MOST_FORM_PARTS, BoundedRequest, withdraw_announced_end
from gateway.security.guard import set_up_guard
from gateway.security.headers import add_headers
from gateway.sessions import set_up_sessions
from gateway.settings import web_settings
from gateway.views import (
    account,
    agreement_texts,
    agreements,
    alerts,
    anchors,
    assets,
    assigning,
    custody,
    delegations,
    documents,
    dossiers,
    emergencies,
    erasures,
    evidence,
    exports,
    feeds,
    filing,
    findings,
    grants,
    health,
    leaving,
    live_views,
    notices,
    people,
    policies,
    policy_preview,
    preferences,
    requests,
    signing_in,
    submissions,
    teams,
    trail,
    trail_access,
    trail_summaries,
    verification,
    viewer,
)
from vault.runtime import Vault

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ALL_SCREENS: tuple[Screens, ...] = (
    signing_in.screens,
    account.screens,
    dossiers.screens,
    filing.screens,
    submissions.screens,
    assigning.screens,
    documents.screens,
    agreements.screens,
    agreement_texts.screens,
    evidence.screens,
    viewer.screens,
    requests.screens,
    emergencies.screens,
    grants.screens,
    delegations.screens,
    live_views.screens,
    findings.screens,
    trail.screens,
    exports.screens,
    feeds.screens,
    anchors.screens,
    trail_summaries.screens,
    trail_access.screens,
    verification.screens,
    people.screens,
    leaving.screens,
    policies.screens,
    policy_preview.screens,
    preferences.screens,
    notices.screens,
    teams.screens,
    custody.screens,
    erasures.screens,
    alerts.screens,
    health.screens,
    assets.screens,
)


class Application(Flask):
    """Flask, with bodies that are counted and forms whose files are sealed.

    Which vault it serves is said by its extensions alone: nothing that is set up here holds one.
    """

    request_class = BoundedRequest

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        withdraw_announced_end(environ)
        return super().wsgi_app(environ, start_response)


def create_app(vault: Vault) -> Flask:
    """The application, ready to be served. ConfigError if it could not be served safely."""
    settings = web_settings(vault.config)
    app = Application("gateway", static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=SMALL_BODY_BYTES,  # until the guard knows the route
        MAX_FORM_MEMORY_SIZE=LONGEST_FIELD_BYTES,
        MAX_FORM_PARTS=MOST_FORM_PARTS,
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        PROPAGATE_EXCEPTIONS=False,
    )
    app.extensions["dossier_vault.vault"] = vault
    app.extensions["dossier_vault.settings"] = settings
    app.url_map.converters["id"] = IdConverter
    set_up_request_log(app)
    set_up_sessions(app)
    set_up_guard(app, settings)
    set_up_errors(app)
    set_up_localisation(app)
    set_up_presentation(app)
    add_headers(app, settings)
    for screens in ALL_SCREENS:
        app.register_blueprint(screens)
    return app
