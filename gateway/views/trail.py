"""The auditor's screens: searching the trail, one entry, and verifying.

Searching is a GET, so that a search can be linked, kept and gone back to. It changes nothing that belongs to anybody;
that it is recorded makes it no act, as a page that is read is recorded too. A link preview or mail scanner has no
session, so it is led to the sign-in screen and nothing is recorded. A browser that comes from another site, or fetches
ahead, is first shown where the link leads: nobody outside can make an auditor have searched. What is typed, as a line
or into fields, is sent by POST and leads to an address of ids, so that no name stands in an address, a history or a
proxy's log; words of sealed values stand there sealed.
"""

from __future__ import annotations

import re
import threading
from typing import Any
from urllib.parse import urlencode

from flask import current_app, g, make_response, render_template, request, stream_template, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from gateway.acknowledging import AcknowledgeForm
from gateway.code_words import code_words
from gateway.errors import status_of
from gateway.event_sentences import short_id, tell_entry
from gateway.fact_words import fact_name, fact_value
from gateway.labels import label
from gateway.limit_words import hours_words
from gateway.localisation import current_language, current_timezone
from gateway.notices import after
from gateway.security.access import Access, Screens
from gateway.security.origin import is_own_visit
from gateway.sentences import find_sentence, sentence_for_code
from gateway.sessions import current_actor, current_vault
from gateway.trail_bars import chart_of
from gateway.trail_form import FilterForm, LineForm, form_of, line_form_of
from gateway.trail_presets import presets_of
from gateway.trail_query import address_of, chips_of, narrowed, position_of, query_of_address
from gateway.verification_page import VerificationPage
from vault.errors import InputError
from vault.ledger.events import Event
from vault.trail import querying, running_verification, searching, standing
from vault.trail.query import Field, TrailQuery
from vault.trail.querying import QueryNames
from vault.trail.rows import TrailRow
from vault.trail.verifying import Scope, VerificationOrder

screens = Screens("trail", __name__)
_ID = re.compile(r"[a-z][a-z2-7]{26}")
_WAY = "vault_trail_way"
_TURN = "dossier_vault.verification_turn"


@screens.record
def _make_turn(state: BlueprintSetupState) -> None:
    """One verification at a time in each process: it reads the whole trail."""
    state.app.extensions[_TURN] = threading.BoundedSemaphore(1)


@screens.app_template_global("trail_address")
def _trail_address(query: TrailQuery, name: str = "", *values: str, before: int | None = None) -> str:
    """Where the query is shown, with one condition more if one is named."""
    asked = narrowed(query, name, *values) if name else query
    sent: dict[str, Any] = {**address_of(asked), **({} if before is None else {"before": before})}
    if _WAY not in g:  # a page says hundreds of addresses, which differ in what they ask for alone
        setattr(g, _WAY, url_for("trail.search_trail"))
    return f"{g.get(_WAY)}?{urlencode(sent)}" if sent else g.get(_WAY)


@screens.app_template_filter("tell")
def _tell(row: TrailRow) -> str:
    return tell_entry(row, locale=current_language(), words=label)


@screens.app_template_filter("short_id")
def _short_id(long_id: str) -> str:
    return short_id(long_id)


@screens.app_template_filter("fact_name")
def _fact_name(name: str, event: Event) -> str:
    """What a fact of an entry is called; the same on papers."""
    return fact_name(event, name, locale=current_language(), words=label)


@screens.app_template_filter("fact_value")
def _fact_value(value: str | int, name: str) -> str:
    return fact_value(name, value, locale=current_language(), words=label)


@screens.app_template_filter("code_words")
def _code_words(code: str) -> str:
    """What the code of an entry says of its outcome; the code itself where there are no words for it."""
    return code_words(code, locale=current_language()) or _told(code) or code


@screens.app_template_filter("told")
def _told(code: str) -> str:
    """What somebody was told for this code, '' if nothing of its own."""
    return sentence_for_code(current_language(), code) if find_sentence(code) else ""


@screens.route_for(Access.AUDITOR, "/trail")
def search_trail() -> str:
    if not is_own_visit(request.headers):
        return render_template("trail/from_elsewhere.html")
    query = querying.settle_conditions(current_vault(), query_of_address(request.args))
    before = position_of(request.args.get("before", ""))
    page = searching.search_trail(current_vault(), current_actor(), query=query, before=before)
    return _search_page(query, page, is_first=before is None)


@screens.route_for(Access.AUDITOR, "/trail/filters", methods=("POST",))
def narrow_trail() -> Response:
    """Of the line if that was sent, else of the fields."""
    is_line = "line" in request.form
    form = LineForm.sent() if is_line else FilterForm.sent()
    try:
        typed = form.query(timezone=current_timezone(), now=current_vault().clock.now())
        query = querying.settle_query(current_vault(), current_actor(), query=typed)
    except InputError as error:
        form.refuse(error)
        return make_response(_refused_page(form), status_of(error))
    return after("trail.search_trail", **address_of(query))


@screens.route_for(Access.AUDITOR, "/trail/entries/<int:index>")
def show_entry(index: int) -> str:
    if not is_own_visit(request.headers):
        return render_template("trail/from_elsewhere.html")
    record = searching.show_entry(current_vault(), current_actor(), index=index)
    return render_template("trail/entry.html", record=record, row=record.row, query=TrailQuery())


@screens.route_for(Access.AUDITOR, "/trail/verification")
def show_verification() -> str:
    vault = current_vault()
    shown = standing.show_standing(vault, current_actor())
    return render_template("trail/verification.html", standing=shown, is_sealed=vault.is_sealed)


@screens.route_for(Access.AUDITOR, "/trail/verification", methods=("POST",))
def verify_trail() -> Response:
    """Sent as it goes: each second says how far it is, so that no proxy takes the silence for the end."""
    kept = request.form.get("checkpoint", "").replace("\r\n", "\n").strip()
    running = running_verification.start_verification(
        current_vault(),
        current_actor(),
        turn=current_app.extensions[_TURN],
        order=VerificationOrder(_scope_asked_for(), known_checkpoints=(f"{kept}\n",) if kept else ()),
    )
    page = VerificationPage(running, locale=current_language(), timezone=current_timezone(), request_id=g.request_id)
    return Response(
        stream_template("trail/verified.html", page=page, form=AcknowledgeForm()),
        content_type="text/html; charset=utf-8",
    )


def _scope_asked_for() -> Scope:
    try:
        return Scope(request.form.get("scope", Scope.EVERYTHING.value))
    except ValueError:
        return Scope.EVERYTHING


def _search_page(query: TrailQuery, page: searching.TrailPage, *, is_first: bool) -> str:
    return render_template(
        "trail/search.html",
        line_form=line_form_of(query, page.names, timezone=current_timezone()),
        form=form_of(query, page.names, timezone=current_timezone()),
        query=query,
        address=address_of(query),
        chips=chips_of(query, page.names),
        presets=presets_of(query, timezone=current_timezone()),
        summaries=_summaries_of(query),
        chart=chart_of(
            query, page.bars, locale=current_language(), timezone=current_timezone(), address=_trail_address
        ),
        out_of_hours=_out_of_hours(),
        page=page,
        is_first=is_first,
    )


def _summaries_of(query: TrailQuery) -> list[tuple[str, str]]:
    """Endpoint and id of the summaries of the one document, dossier or person that is asked for."""
    person = next((query.the(name) for name in (Field.PERSON, Field.ACTOR, Field.SUBJECT) if query.the(name)), "")
    asked = (("document", query.the(Field.DOCUMENT)), ("dossier", query.the(Field.DOSSIER)), ("person", person))
    return [(name, named) for name, named in asked if _ID.fullmatch(named)]


def _refused_page(form: LineForm | FilterForm) -> str:
    """The form as it was sent, with what was wrong; nothing was searched."""
    nothing, nobody = TrailQuery(), QueryNames()
    return render_template(
        "trail/search.html",
        line_form=form if isinstance(form, LineForm) else line_form_of(nothing, nobody, timezone=current_timezone()),
        form=form if isinstance(form, FilterForm) else form_of(nothing, nobody, timezone=current_timezone()),
        query=nothing,
        address={},
        chips=[],
        presets=[],
        summaries=[],
        chart=None,
        out_of_hours=_out_of_hours(),
        page=None,
        is_first=True,
    )


def _out_of_hours() -> str:
    """The hours outside of which something is out of hours now, for the help beside the line."""
    hours, zone = querying.hours_in_force(current_vault())
    words = hours_words(hours, locale=current_language())
    return f"{words} ({zone})" if zone else words
