"""The screens of erasing people from the trail and removing old entries: an administrator asks, an officer decides.

Three pages that each stand alone: what it would touch (nothing is asked for by looking), the decision of another person
of another office, and the progress with its report. The auditor sees all of it and can do nothing of it. What is typed
is sent by POST, also for looking: no name stands in an address.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, ClassVar

from flask import make_response, render_template, request
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import HiddenField, SelectField, StringField, TextAreaField

from gateway.errors import status_of
from gateway.forms import ScreenForm
from gateway.labels import label
from gateway.notices import after
from gateway.reasons import NoteForm, ReasonForm
from gateway.security.access import Access, Answer, Screens
from gateway.sessions import current_actor, current_vault
from vault.errors import AccessDenied, Conflict, InputError, NotFound, VaultError
from vault.policy.erasing import BASES, ErasureKind
from vault.policy.reasons import ReasonDraft
from vault.trail.erasing import holds, listing, orders
from vault.trail.erasing.looking import Plan
from vault.trail.erasing.scope import ErasureDraft, ErasureGrounds

screens = Screens("erasures", __name__)


class ErasureForm(ScreenForm):
    """What is to be erased or removed, and why. It comes back as the page showed it, and is looked at anew."""

    kind = HiddenField()
    person = StringField(_("Person"))
    from_month = StringField(_("First month"))
    until_month = StringField(_("Last month"))
    before = StringField(_("Entries before"))
    basis = SelectField(_("Legal basis"), validate_choice=False)
    text = TextAreaField(_("Reason"))
    case_number = StringField(_("Case number"))
    field_of_code: ClassVar[dict[str, str]] = {
        "erasure.person": "person",
        "erasure.person_ambiguous": "person",
        "erasure.months": "from_month",
        "erasure.running_month": "until_month",
        "erasure.before": "before",
        "erasure.too_young": "before",
        "erasure.basis": "basis",
        "erasure.case_number": "case_number",
        "reason.case_number": "case_number",
        "reason.empty": "text",
        "reason.meaningless": "text",
        "reason.too_long": "text",
    }

    def __init__(self, *sent: Any) -> None:
        super().__init__(*sent)
        choices = BASES[self.wanted_kind()] if self.is_known_kind() else ()
        self.basis.choices = [("", _("Choose…")), *((each.value, label(each)) for each in choices)]

    def is_known_kind(self) -> bool:
        return (self.kind.data or "") in {each.value for each in ErasureKind}

    def wanted_kind(self) -> ErasureKind:
        """NotFound for a kind that there is not."""
        if not self.is_known_kind():
            raise NotFound
        return ErasureKind(self.kind.data)

    def draft(self) -> ErasureDraft:
        """What was typed; InputError ``erasure.before`` for a day that is none."""
        return ErasureDraft(
            kind=self.wanted_kind(),
            person=self.person.data or "",
            from_month=self.from_month.data or "",
            until_month=self.until_month.data or "",
            before=_day((self.before.data or "").strip()),
        )

    def grounds(self) -> ErasureGrounds:
        """What was typed, unchecked."""
        return ErasureGrounds(self.basis.data or "", self.text.data or "", self.case_number.data or "")


class PersonHoldForm(ReasonForm):
    """Whose entries are held, and the case that asks for it."""

    person = StringField(_("Person"))
    text = TextAreaField(_("Reason"))
    case_number = StringField(_("Case number"))
    field_of_code: ClassVar[dict[str, str]] = {
        **ReasonForm.field_of_code,
        "operation.case_number": "case_number",
        "erasure.person": "person",
        "erasure.person_ambiguous": "person",
    }


@screens.route_for(Access.OFFICER, "/erasures")
def list_erasures() -> str:
    rows = listing.list_erasures(current_vault(), current_actor())
    return render_template(
        "erasures/list.html",
        open_rows=[row for row in rows if row.is_open],
        ended=[row for row in rows if not row.is_open],
        retention_months=current_vault().config.trail.retention_months,
    )


@screens.route_for(Access.ADMINISTRATOR, "/erasures/new")
def start_erasure() -> str:
    form = ErasureForm(request.args)
    form.wanted_kind()
    return _plan_page(form, None)


@screens.route_for(Access.ADMINISTRATOR, "/erasures/plan", methods=("POST",))
def plan_erasure() -> Response:
    form = ErasureForm.sent()
    try:
        plan = orders.preview_erasure(current_vault(), current_actor(), draft=form.draft())
    except (InputError, AccessDenied) as error:
        return _refused_plan(form, error)
    return make_response(_plan_page(form, plan))


@screens.route_for(Access.ADMINISTRATOR, "/erasures", methods=("POST",))
def request_erasure() -> Response:
    form, plan = ErasureForm.sent(), None
    try:
        plan = orders.preview_erasure(current_vault(), current_actor(), draft=form.draft())
        erasure_id = orders.request_erasure(
            current_vault(), current_actor(), draft=form.draft(), grounds=form.grounds()
        )
    except (InputError, AccessDenied, Conflict) as error:
        return _refused_plan(form, error, plan)
    return after("erasures.show_erasure", "erasure.requested", erasure_id=erasure_id)


@screens.route_for(Access.OFFICER, "/erasures/<id:erasure_id>")
def show_erasure(erasure_id: str) -> str:
    return _erasure_page(erasure_id, NoteForm())


@screens.route_for(Access.OFFICER, "/erasures/<id:erasure_id>/progress", answer=Answer.PIECE)
def show_progress(erasure_id: str) -> str:
    """The progress alone, for the script that keeps it fresh."""
    row = listing.show_erasure(current_vault(), current_actor(), erasure_id=erasure_id)
    return render_template("erasures/_progress.html", row=row, form=NoteForm(), is_sealed=current_vault().is_sealed)


@screens.route_for(Access.SECURITY_OFFICER, "/erasures/<id:erasure_id>/approve", methods=("POST",))
def approve_erasure(erasure_id: str) -> Response:
    return _act(orders.approve_erasure, erasure_id, "erasure.approved")


@screens.route_for(Access.SECURITY_OFFICER, "/erasures/<id:erasure_id>/refuse", methods=("POST",))
def refuse_erasure(erasure_id: str) -> Response:
    form = NoteForm.sent()
    reason = ReasonDraft("review", form.note.data or "")
    try:
        orders.refuse_erasure(current_vault(), current_actor(), erasure_id=erasure_id, reason=reason)
    except (InputError, AccessDenied, Conflict) as error:
        form.refuse(error)
        return make_response(_erasure_page(erasure_id, form), status_of(error))
    return after("erasures.show_erasure", "erasure.refused", erasure_id=erasure_id)


@screens.route_for(Access.ADMINISTRATOR, "/erasures/<id:erasure_id>/cancel", methods=("POST",))
def cancel_erasure(erasure_id: str) -> Response:
    return _act(orders.cancel_erasure, erasure_id, "erasure.cancelled")


@screens.route_for(Access.PEOPLE_KEEPER, "/erasures/<id:erasure_id>/resume", methods=("POST",))
def resume_erasure(erasure_id: str) -> Response:
    return _act(orders.resume_erasure, erasure_id, "erasure.resumed")


@screens.route_for(Access.SECURITY_OFFICER, "/erasures/holds")
def list_holds() -> str:
    return _holds_page(PersonHoldForm())


@screens.route_for(Access.SECURITY_OFFICER, "/erasures/holds", methods=("POST",))
def place_hold() -> Response:
    form = PersonHoldForm.sent()
    try:
        holds.hold_person(current_vault(), current_actor(), person=form.person.data or "", reason=form.reason())
    except InputError as error:
        form.refuse(error)
        return make_response(_holds_page(form), status_of(error))
    return after("erasures.list_holds", "hold.placed")


@screens.route_for(Access.SECURITY_OFFICER, "/erasures/holds/<id:hold_id>/lift", methods=("POST",))
def lift_hold(hold_id: str) -> Response:
    form = PersonHoldForm.sent()
    try:
        holds.lift_person_hold(current_vault(), current_actor(), hold_id=hold_id, reason=form.reason())
    except (InputError, Conflict) as error:
        form.refuse(error)
        return make_response(_holds_page(form), status_of(error))
    return after("erasures.list_holds", "hold.lifted")


def _act(act: Callable[..., None], erasure_id: str, notice: str) -> Response:
    try:
        act(current_vault(), current_actor(), erasure_id=erasure_id)
    except (AccessDenied, Conflict, InputError) as error:
        form = NoteForm()
        form.refuse(error)
        return make_response(_erasure_page(erasure_id, form), status_of(error))
    return after("erasures.show_erasure", notice, erasure_id=erasure_id)


def _refused_plan(form: ErasureForm, error: VaultError, plan: Plan | None = None) -> Response:
    form.refuse(error)
    return make_response(_plan_page(form, plan), status_of(error))


def _plan_page(form: ErasureForm, plan: Plan | None) -> str:
    """First what is meant; then what it would touch, with the form to ask for it."""
    return render_template(
        "erasures/plan.html",
        form=form,
        kind=form.wanted_kind(),
        plan=plan,
        retention_months=current_vault().config.trail.retention_months,
    )


def _erasure_page(erasure_id: str, form: ScreenForm) -> str:
    row = listing.show_erasure(current_vault(), current_actor(), erasure_id=erasure_id)
    return render_template("erasures/erasure.html", row=row, form=form, is_sealed=current_vault().is_sealed)


def _holds_page(form: PersonHoldForm) -> str:
    return render_template(
        "erasures/holds.html", rows=holds.list_person_holds(current_vault(), current_actor()), form=form
    )


def _day(text: str) -> dt.date | None:
    """None for nothing."""
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InputError("erasure.before") from error
