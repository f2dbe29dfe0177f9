"""The security officer's screens for keys: how they stand, ordering work on them, approving it, and watching it run.

The wizard is three pages that each stand alone: what is to be done and what it would touch (nothing is ordered by
looking), the approval of another person, and the operation with its progress and report.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from flask import make_response, render_template, request
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField, TextAreaField

from gateway.errors import status_of
from gateway.forms import ScreenForm
from gateway.notices import after
from gateway.reasons import ReasonForm
from gateway.security.access import Access, Answer, Screens
from gateway.sessions import current_actor, current_vault
from vault.custody import holds, operations, overview, sealing
from vault.custody.scope import Scope
from vault.errors import AccessDenied, Conflict, InputError, NotFound
from vault.policy.custody import APPROVALS_NEEDED, WAITS, OperationKind

screens = Screens("custody", __name__)


class WorkReasonForm(ReasonForm):
    """Why keys are worked on: recorded with the operation and shown to whoever approves, except for the words."""

    text = TextAreaField(_("Reason"))
    field_of_code: ClassVar[dict[str, str]] = {
        **ReasonForm.field_of_code,
        "operation.case_number": "case_number",
        "operation.dossier": "reference",
    }


class OrderForm(WorkReasonForm):
    """What is to be done. The hidden fields come back as the page showed them and are looked at anew."""

    kind = HiddenField()
    ring = HiddenField()
    version = HiddenField()
    root = HiddenField()
    reference = StringField(_("Dossier's reference"))


class HoldForm(WorkReasonForm):
    """Which dossier must not be shredded, and the case that forbids it."""

    reference = StringField(_("Dossier's reference"))
    case_number = StringField(_("Case number"))


@screens.route_for(Access.SECURITY_OFFICER, "/keys")
def show_keys() -> str:
    vault, actor = current_vault(), current_actor()
    rows = operations.list_operations(vault, actor)
    return render_template(
        "custody/keys.html",
        keys=overview.overview(vault, actor),
        open_operations=[row for row in rows if row.is_open],
        ended=[row for row in rows if not row.is_open][:20],
        next_root=vault.config.keys.next_root,
        kinds=OperationKind,
    )


@screens.route_for(Access.SECURITY_OFFICER, "/keys/order")
def plan_operation() -> str:
    form = OrderForm(request.args)
    return _plan_page(form)


@screens.route_for(Access.SECURITY_OFFICER, "/keys/order", methods=("POST",))
def order_operation() -> Response:
    form = OrderForm.sent()
    try:
        operation_id = operations.order(
            current_vault(), current_actor(), kind=_kind(form), scope=_scope(form), reason=form.reason()
        )
    except (InputError, Conflict, NotFound) as error:
        form.refuse(error)
        return make_response(_plan_page(form), status_of(error))
    return after("custody.show_operation", "operation.ordered", operation_id=operation_id)


@screens.route_for(Access.SECURITY_OFFICER, "/keys/operations/<id:operation_id>")
def show_operation(operation_id: str) -> str:
    return _operation_page(operation_id, ScreenForm())


@screens.route_for(Access.SECURITY_OFFICER, "/keys/operations/<id:operation_id>/progress", answer=Answer.PIECE)
def show_progress(operation_id: str) -> str:
    """The progress alone, for the script that keeps it fresh."""
    row = operations.show_operation(current_vault(), current_actor(), operation_id=operation_id)
    return render_template("custody/_progress.html", row=row, is_sealed=current_vault().is_sealed)


@screens.route_for(Access.SECURITY_OFFICER, "/keys/operations/<id:operation_id>/approve", methods=("POST",))
def approve_operation(operation_id: str) -> Response:
    return _act(operations.approve, operation_id, "operation.approve")


@screens.route_for(Access.SECURITY_OFFICER, "/keys/operations/<id:operation_id>/pause", methods=("POST",))
def pause_operation(operation_id: str) -> Response:
    return _act(operations.pause, operation_id, "operation.pause")


@screens.route_for(Access.SECURITY_OFFICER, "/keys/operations/<id:operation_id>/resume", methods=("POST",))
def resume_operation(operation_id: str) -> Response:
    return _act(operations.resume, operation_id, "operation.resume")


@screens.route_for(Access.SECURITY_OFFICER, "/keys/operations/<id:operation_id>/cancel", methods=("POST",))
def cancel_operation(operation_id: str) -> Response:
    return _act(operations.cancel, operation_id, "operation.cancel")


@screens.route_for(Access.SECURITY_OFFICER, "/keys/holds")
def list_holds() -> str:
    return _holds_page(HoldForm())


@screens.route_for(Access.SECURITY_OFFICER, "/keys/holds", methods=("POST",))
def place_hold() -> Response:
    form = HoldForm.sent()
    reference = form.reference.data or ""
    try:
        holds.place_hold(current_vault(), current_actor(), reference=reference, reason=form.reason())
    except InputError as error:
        form.refuse(error)
        return make_response(_holds_page(form), status_of(error))
    return after("custody.list_holds", "hold.placed")


@screens.route_for(Access.SECURITY_OFFICER, "/keys/holds/<id:hold_id>/lift", methods=("POST",))
def lift_hold(hold_id: str) -> Response:
    form = HoldForm.sent()
    try:
        holds.lift_hold(current_vault(), current_actor(), hold_id=hold_id, reason=form.reason())
    except (InputError, Conflict) as error:
        form.refuse(error)
        return make_response(_holds_page(form), status_of(error))
    return after("custody.list_holds", "hold.lifted")


@screens.route_for(Access.SECURITY_OFFICER, "/keys/seal")
def plan_sealing() -> str:
    return render_template("custody/seal.html", form=WorkReasonForm())


@screens.route_for(Access.SECURITY_OFFICER, "/keys/seal", methods=("POST",))
def seal_vault() -> Response:
    form = WorkReasonForm.sent()
    try:
        sealing.seal_by_order(current_vault(), current_actor(), reason=form.reason())
    except InputError as error:
        form.refuse(error)
        return make_response(render_template("custody/seal.html", form=form), status_of(error))
    return after("custody.show_keys", "vault.sealed")


def _act(act: Callable[..., None], operation_id: str, notice: str) -> Response:
    try:
        act(current_vault(), current_actor(), operation_id=operation_id)
    except (AccessDenied, Conflict, InputError) as error:
        form = ScreenForm()
        form.refuse(error)
        return make_response(_operation_page(operation_id, form), status_of(error))
    return after("custody.show_operation", notice, operation_id=operation_id)


def _plan_page(form: OrderForm) -> str:
    """The preflight, as far as it can be made: a dossier is named first."""
    kind = _kind(form)
    names_dossier = kind is OperationKind.SHRED_DOSSIER
    preflight = None
    if not names_dossier or form.reference.data:
        try:
            preflight = operations.preview(current_vault(), current_actor(), kind=kind, scope=_scope(form))
        except (InputError, Conflict) as error:
            if not form.form_errors and not any(form.errors.values()):
                form.refuse(error)
    return render_template(
        "custody/plan.html",
        form=form,
        kind=kind,
        preflight=preflight,
        approvals_needed=APPROVALS_NEEDED[kind],
        names_dossier=names_dossier,
        wait_days=current_vault().config.custody.destroy_wait_days if kind in WAITS else 0,
    )


def _kind(form: OrderForm) -> OperationKind:
    try:
        return OperationKind(form.kind.data or "")
    except ValueError as error:
        raise NotFound from error


def _scope(form: OrderForm) -> Scope:
    sent = form.version.data or ""
    version = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0
    reference = (form.reference.data or "").strip()
    dossier = operations.dossier_by_reference(current_vault(), current_actor(), reference) if reference else ""
    return Scope(ring=form.ring.data or "", version=version, root=form.root.data or "", dossier=dossier)


def _operation_page(operation_id: str, form: ScreenForm) -> str:
    row = operations.show_operation(current_vault(), current_actor(), operation_id=operation_id)
    return render_template("custody/operation.html", row=row, form=form, is_sealed=current_vault().is_sealed)


def _holds_page(form: HoldForm) -> str:
    return render_template("custody/holds.html", rows=holds.list_holds(current_vault(), current_actor()), form=form)
