"""The auditor's screens: searching the trail, one entry, exporting and verifying.

Searching is a GET, so that a search can be linked, kept and gone back to. It changes nothing that belongs to anybody;
that it is recorded makes it no act, as a page that is read is recorded too. A link preview or mail scanner has no
session, so it is led to the sign-in screen and nothing is recorded. A browser that comes from another site, or fetches
ahead, is first shown where the link leads: nobody outside can make an auditor have searched. What is typed into the
form is sent by POST and leads to an address of ids, so that no name stands in an address, a history or a proxy's log.
"""

from __future__ import annotations

import threading

from flask import current_app, make_response, render_template, request, stream_template
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from gateway.errors import status_of
from gateway.event_sentences import short_id, tell_entry
from gateway.labels import label
from gateway.localisation import current_language, current_timezone
from gateway.notices import after
from gateway.reasons import ReasonForm
from gateway.security.access import Access, Screens
from gateway.security.origin import is_own_visit
from gateway.sentences import find_sentence, sentence_for_code
from gateway.sessions import current_actor, current_vault
from gateway.trail_query import FilterForm, address_of, chips_of, form_of, position_of, query_of_address
from gateway.verification_page import VerificationPage
from vault.errors import InputError
from vault.trail import exporting, querying, running_verification, searching, standing
from vault.trail.querying import QueryNames, TrailQuery
from vault.trail.rows import TrailRow

screens = Screens("trail", __name__)
_TURN = "dossier_vault.verification_turn"


@screens.record
def _make_turn(state: BlueprintSetupState) -> None:
    """One verification at a time in each process: it reads the whole trail."""
    state.app.extensions[_TURN] = threading.BoundedSemaphore(1)


@screens.app_template_filter("tell")
def _tell(row: TrailRow) -> str:
    return tell_entry(row, locale=current_language(), words=label)


@screens.app_template_filter("short_id")
def _short_id(long_id: str) -> str:
    return short_id(long_id)


@screens.app_template_filter("told")
def _told(code: str) -> str:
    """What somebody was told for this code, '' if nothing of its own."""
    return sentence_for_code(current_language(), code) if find_sentence(code) else ""


@screens.route_for(Access.AUDITOR, "/trail")
def search_trail() -> str:
    if not is_own_visit(request.headers):
        return render_template("trail/from_elsewhere.html")
    query = query_of_address(request.args)
    before = position_of(request.args.get("before", ""))
    page = searching.search_trail(current_vault(), current_actor(), query=query, before=before)
    form = form_of(query, page.names, timezone=current_timezone())
    return _search_page(form, query, page.names, page=page, is_first=before is None)


@screens.route_for(Access.AUDITOR, "/trail/filters", methods=("POST",))
def narrow_trail() -> Response:
    form = FilterForm.sent()
    try:
        query = querying.settle_query(current_vault(), current_actor(), query=form.query(timezone=current_timezone()))
    except InputError as error:
        form.refuse(error)
        return make_response(_search_page(form, TrailQuery(), QueryNames(), page=None), status_of(error))
    return after("trail.search_trail", **address_of(query))


@screens.route_for(Access.AUDITOR, "/trail/entries/<int:index>")
def show_entry(index: int) -> str:
    if not is_own_visit(request.headers):
        return render_template("trail/from_elsewhere.html")
    record = searching.show_entry(current_vault(), current_actor(), index=index)
    return render_template("trail/entry.html", record=record, row=record.row)


@screens.route_for(Access.AUDITOR, "/trail/export")
def show_export() -> str:
    return _export_page(ReasonForm())


@screens.route_for(Access.AUDITOR, "/trail/export", methods=("POST",))
def export_trail() -> Response:
    """The query stands in the address, as on the page before; nothing that was typed goes into the file's name."""
    form = ReasonForm.sent()
    query = query_of_address(request.args)
    try:
        lines = exporting.export_trail(current_vault(), current_actor(), query=query, reason=form.reason())
    except InputError as error:
        form.refuse(error)
        return make_response(_export_page(form), status_of(error))
    response = Response(lines, content_type="application/x-ndjson")
    name = f"trail-{current_vault().clock.now():%Y%m%dT%H%M%SZ}.jsonl"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@screens.route_for(Access.AUDITOR, "/trail/verification")
def show_verification() -> str:
    return render_template("trail/verification.html", standing=standing.show_standing(current_vault(), current_actor()))


@screens.route_for(Access.AUDITOR, "/trail/verification", methods=("POST",))
def verify_trail() -> Response:
    """Sent as it goes: each second says how far it is, so that no proxy takes the silence for the end."""
    kept = request.form.get("checkpoint", "").replace("\r\n", "\n").strip()
    running = running_verification.start_verification(
        current_vault(),
        current_actor(),
        turn=current_app.extensions[_TURN],
        known_checkpoints=[f"{kept}\n"] if kept else [],
    )
    page = VerificationPage(running, locale=current_language(), timezone=current_timezone())
    return Response(stream_template("trail/verified.html", page=page), content_type="text/html; charset=utf-8")


def _search_page(
    form: FilterForm,
    query: TrailQuery,
    names: QueryNames,
    *,
    page: searching.TrailPage | None,
    is_first: bool = True,
) -> str:
    return render_template(
        "trail/search.html",
        form=form,
        address=address_of(query),
        chips=chips_of(query, names),
        page=page,
        is_first=is_first,
    )


def _export_page(form: ReasonForm) -> str:
    query = query_of_address(request.args)
    names = querying.name_query(current_vault(), current_actor(), query=query)
    return render_template("trail/export.html", form=form, address=address_of(query), chips=chips_of(query, names))
