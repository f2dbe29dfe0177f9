"""The screens of people who leave: who they are, one page for each, hand-overs to confirm, and what was seen.

Each act is a POST of its own with a reason where it needs one; nothing is announced, confirmed or ended by looking.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import ClassVar

from flask import make_response, render_template, request
from flask_babel import lazy_gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response
from wtforms import DateField, HiddenField, IntegerField, SelectField, StringField, TextAreaField

from gateway.errors import sentence_of, status_of
from gateway.forms import ScreenForm
from gateway.labels import label
from gateway.localisation import current_language
from gateway.notices import after
from gateway.paging import behind
from gateway.reasons import NoteForm
from gateway.security.access import Access, Screens
from gateway.sessions import current_actor, current_vault
from gateway.week_bars import weeks_chart
from vault.errors import AccessDenied, Conflict, InputError, NotFound, TooMany
from vault.leaving import announcing, ending, exposure, handing_over, loans, showing
from vault.model import Office, ReasonCategory
from vault.policy.leaving import Side
from vault.policy.reasons import ReasonDraft

screens = Screens("leaving", __name__)

_LISTS = {"waiting": True, "rest": False}
"""What an address may say: hand-overs that somebody has to confirm yet, or the others."""


class LeavingForm(ScreenForm):
    """The last day, who takes over, and why; ``revision`` is that of the leaving that is changed, '' for a new one."""

    last_day = DateField(_("Last day at work"))
    successor = StringField(_("Successor"))
    note = TextAreaField(_("Why"))
    revision = HiddenField()
    field_of_code: ClassVar[dict[str, str]] = {
        **NoteForm.field_of_code,
        "leaving.day": "last_day",
        "leaving.day_past": "last_day",
        "leaving.day_far": "last_day",
        "leaving.successor": "successor",
        "leaving.successor_ambiguous": "successor",
    }

    def draft(self) -> announcing.LeavingDraft:
        """InputError ``leaving.day`` for what is no day."""
        if not isinstance(self.last_day.data, dt.date):
            raise InputError("leaving.day")
        return announcing.LeavingDraft(self.last_day.data, self.successor.data or "")

    def reason(self) -> ReasonDraft:
        return ReasonDraft("handover", self.note.data or "")


class SuccessorForm(ScreenForm):
    """Who takes one duty over."""

    successor = StringField(_("Successor"))


class ReportForm(NoteForm):
    """A report to hand on."""

    days = IntegerField(_("Days"))
    format = SelectField(_("Format"), validate_choice=False)
    field_of_code: ClassVar[dict[str, str]] = {
        **NoteForm.field_of_code,
        "export.format": "format",
        "exposure.days": "days",
    }

    def __init__(self, *sent: object) -> None:
        super().__init__(*sent)
        self.format.choices = [(each.value.removeprefix("exposure"), label(each)) for each in exposure.report_formats()]


@screens.route_for(Access.OFFICER, "/leaving")
def list_leavings() -> str:
    rows = showing.list_leavings(current_vault(), current_actor())
    return render_template(
        "leaving/list.html",
        current=[row for row in rows if row.state.value == "announced"],
        past=[row for row in rows if row.state.value != "announced"],
    )


@screens.route_for(Access.PEOPLE_KEEPER, "/people/<id:person_id>/leaving")
def show_leaving(person_id: str) -> str:
    return _leaving_page(person_id, None)


@screens.route_for(Access.ADMINISTRATOR, "/people/<id:person_id>/leaving", methods=("POST",))
def announce(person_id: str) -> Response:
    form, vault, actor = LeavingForm.sent(), current_vault(), current_actor()
    revision = form.revision.data or ""
    try:
        draft, reason = form.draft(), form.reason()
        if revision.isdigit() and len(revision) < 10:
            announcing.change_leaving(
                vault, actor, person_id=person_id, draft=draft, reason=reason, revision=int(revision)
            )
        else:
            announcing.announce_leaving(vault, actor, person_id=person_id, draft=draft, reason=reason)
    except (InputError, AccessDenied, Conflict) as error:
        form.refuse(error)
        return make_response(_leaving_page(person_id, form), status_of(error))
    return after("leaving.show_leaving", "leaving.changed" if revision else "leaving.announced", person_id=person_id)


@screens.route_for(Access.ADMINISTRATOR, "/people/<id:person_id>/leaving/cancel", methods=("POST",))
def call_off(person_id: str) -> Response:
    return _act(announcing.call_off_leaving, person_id, "leaving.cancelled")


@screens.route_for(Access.ADMINISTRATOR, "/people/<id:person_id>/leaving/restrict", methods=("POST",))
def restrict(person_id: str) -> Response:
    return _act(ending.end_what_is_open, person_id, "leaving.restricted")


@screens.route_for(Access.PEOPLE_KEEPER, "/people/<id:person_id>/leaving/end", methods=("POST",))
def end_now(person_id: str) -> Response:
    return _act(ending.leave_now, person_id, "leaving.ended")


@screens.route_for(Access.STAFF, "/handovers")
def list_handovers() -> str:
    return _handovers_page(NoteForm(), _LISTS.get(request.args.get("list", "")))


@screens.route_for(Access.SIGNED_IN, "/handovers/<id:handover_id>/confirmation", methods=("POST",))
def confirm(handover_id: str) -> Response:
    sent = request.form.get("successor", "")
    try:
        is_done = _confirm(handover_id, _side(request.form.get("side", "")), sent)
    except (AccessDenied, Conflict) as error:
        return _refused_handover(error)
    return _back("handover.finished" if is_done else "handover.confirmed")


@screens.route_for(Access.STAFF, "/handovers/confirmations", methods=("POST",))
def confirm_together() -> Response:
    """Those of one page, each a confirmation of its own: what one of them meets keeps no other from going on."""
    form, errors = NoteForm.sent(), list[AccessDenied | Conflict | NotFound]()
    for sent in request.form.getlist("handover")[: showing.PAGE_ROWS]:
        handover_id, side, successor = (*sent.split(" "), "", "")[:3]
        try:
            _confirm(handover_id, _side(side), successor)
        except (AccessDenied, Conflict, NotFound) as error:
            errors.append(error)
    if errors:
        form.form_errors.append(ngettext("%(num)s was not confirmed.", "%(num)s were not confirmed.", len(errors)))
        form.form_errors.extend(dict.fromkeys(map(sentence_of, errors)))
        return make_response(_handovers_page(form), status_of(errors[0]))
    return _back("handover.all_confirmed")


@screens.route_for(Access.SIGNED_IN, "/handovers/<id:handover_id>/successor", methods=("POST",))
def name_successor(handover_id: str) -> Response:
    form = SuccessorForm.sent()
    try:
        handing_over.propose_successor(
            current_vault(), current_actor(), handover_id=handover_id, successor=form.successor.data or ""
        )
    except (InputError, AccessDenied, Conflict) as error:
        return _refused_handover(error)
    return _back("handover.proposed")


@screens.route_for(Access.STAFF, "/handovers/<id:handover_id>/refusal", methods=("POST",))
def decline(handover_id: str) -> Response:
    form = NoteForm.sent()
    reason = ReasonDraft("handover", form.note.data or "")
    try:
        handing_over.decline_handover(current_vault(), current_actor(), handover_id=handover_id, reason=reason)
    except (InputError, AccessDenied, Conflict) as error:
        return _refused_handover(error)
    return _back("handover.declined")


@screens.route_for(Access.STAFF, "/handovers/loans/<id:loan_id>/keeping", methods=("POST",))
def keep_loan(loan_id: str) -> Response:
    try:
        loans.keep_loan(current_vault(), current_actor(), loan_id=loan_id)
    except (AccessDenied, Conflict) as error:
        return _refused_handover(error)
    return _back("loan.kept")


@screens.route_for(Access.STAFF, "/handovers/customers/<id:leaving_id>")
def show_customers(leaving_id: str) -> str:
    rows = exposure.show_exposed_customers(current_vault(), current_actor(), leaving_id=leaving_id)
    return render_template("leaving/customers.html", rows=rows)


@screens.route_for(Access.OVERSEER, "/exposure/<id:person_id>")
def show_exposure(person_id: str) -> Response:
    form, days = ReportForm(), request.args.get("days", "")
    try:
        page = _exposure_page(person_id, form, int(days) if days.isdigit() and len(days) < 6 else None)
    except InputError as error:
        form.refuse(error)
        return make_response(_exposure_page(person_id, form, None), status_of(error))
    return make_response(page)


@screens.route_for(Access.AUDITOR, "/exposure/<id:person_id>", methods=("POST",))
def order_report(person_id: str) -> Response:
    form = ReportForm.sent()
    days = form.days.data if isinstance(form.days.data, int) else None
    try:
        export_id = exposure.order_report(
            current_vault(),
            current_actor(),
            person_id=person_id,
            days=days,
            format_name=form.format.data or "",
            locale=current_language(),
            reason=ReasonDraft("review", form.note.data or ""),
        )
    except (InputError, Conflict, TooMany) as error:
        form.refuse(error)
        return make_response(_exposure_page(person_id, form, None), status_of(error))
    return after("exports.show_export", "export.ordered", export_id=export_id)


def _act(act: Callable[..., object], person_id: str, notice: str) -> Response:
    form = NoteForm.sent()
    try:
        act(
            current_vault(),
            current_actor(),
            person_id=person_id,
            reason=ReasonDraft("handover", form.note.data or ""),
        )
    except (InputError, AccessDenied, Conflict) as error:
        form.refuse(error)
        return make_response(_leaving_page(person_id, None, form), status_of(error))
    return after("leaving.show_leaving", notice, person_id=person_id)


def _leaving_page(person_id: str, form: LeavingForm | None, act_form: NoteForm | None = None) -> str:
    vault = current_vault()
    begun, is_open = behind(request.args.get("behind", "")), _LISTS.get(request.args.get("list", ""))
    page = showing.show_leaving(vault, current_actor(), person_id=person_id, is_open=is_open, behind=begun)
    leaving = page.leaving
    if form is None:
        known = {} if leaving is None else {"last_day": leaving.last_day, "revision": str(leaving.revision)}
        form = LeavingForm(None, data={**known, "successor": page.successor_name})
    return render_template(
        "leaving/person.html",
        page=page,
        form=form,
        act_form=act_form or NoteForm(),
        chart=weeks_chart(page.weeks),
        open_numbers={kind.value: number for kind, number in page.open.numbers.items()},
        is_further=bool(begun),
    )


def _confirm(handover_id: str, side: Side, successor: str) -> bool:
    return handing_over.confirm_handover(
        current_vault(), current_actor(), handover_id=handover_id, side=side, successor_id=successor
    )


def _side(sent: str) -> Side:
    return Side.SUCCESSOR if sent == Side.SUCCESSOR.value else Side.CUSTODIAN


def _handovers_page(form: ScreenForm, waits: bool | None = None) -> str:
    begun = behind(request.args.get("behind", ""))
    desk = showing.show_handovers(current_vault(), current_actor(), waits=waits, behind=begun)
    loose = loans.list_loose_loans(current_vault(), current_actor())
    return render_template("leaving/handovers.html", desk=desk, loans=loose, form=form, is_further=bool(begun))


def _refused_handover(error: InputError | AccessDenied | Conflict) -> Response:
    """On the page where it was tried: that of one's own hand-overs, or that of the leaver."""
    form = NoteForm()
    form.form_errors.append(sentence_of(error))
    person_id = request.form.get("person_id", "")
    if current_actor().office is Office.STAFF or not person_id:
        if current_actor().office is not Office.STAFF:
            raise error
        return make_response(_handovers_page(form), status_of(error))
    return make_response(_leaving_page(person_id, None, form), status_of(error))


def _back(notice: str) -> Response:
    person_id = request.form.get("person_id", "")
    if current_actor().office is Office.STAFF or not person_id:
        return after("leaving.list_handovers", notice)
    return after("leaving.show_leaving", notice, person_id=person_id)


def _exposure_page(person_id: str, form: ReportForm, days: int | None) -> str:
    found = exposure.show_exposure(current_vault(), current_actor(), person_id=person_id, days=days)
    if not isinstance(form.days.data, int):
        form.days.data = found.days
    return render_template(
        "leaving/exposure.html",
        found=found,
        form=form,
        chart=weeks_chart(found.weeks),
        may_order=current_actor().office is Office.AUDITOR,
        category_words={each.value: label(each) for each in ReasonCategory} | {"": _("not known")},
    )
