"""Giving people duties on a dossier, and ending them: asked on a page of its own first, since open views end too."""

from __future__ import annotations

from flask import make_response, render_template
from werkzeug.wrappers import Response

from gateway.dossier_page import AssignmentForm, dossier_page, load_card
from gateway.errors import status_of
from gateway.notices import after
from gateway.security.access import Access, Screens
from gateway.sessions import current_actor, current_vault
from vault.errors import AccessDenied, CallerError, Conflict, InputError, NotFound
from vault.filing import assignments, dossiers

screens = Screens("assigning", __name__)


@screens.route_for(Access.STAFF, "/dossiers/<id:dossier_id>/assignments", methods=("POST",))
def assign_duty(dossier_id: str) -> Response:
    form = AssignmentForm.sent()
    try:
        dossiers.assign(
            current_vault(),
            current_actor(),
            dossier_id=dossier_id,
            person_id=form.person.data or "",
            duty=form.chosen_duty(),
            starts_at=form.starts_at(),
            ends_at=form.ends_at(),
        )
    except (InputError, AccessDenied, Conflict, NotFound) as error:
        return _again(dossier_id, form, error)
    return after("dossiers.show_dossier", "dossier.assigned", dossier_id=dossier_id, _anchor="main")


@screens.route_for(Access.STAFF, "/assignments/<id:assignment_id>/end")
def show_ending(assignment_id: str) -> str:
    assignment = assignments.show_assignment(current_vault(), current_actor(), assignment_id=assignment_id)
    return render_template("filing/ending.html", assignment=assignment)


@screens.route_for(Access.STAFF, "/assignments/<id:assignment_id>/end", methods=("POST",))
def end_assignment(assignment_id: str) -> Response:
    vault, actor = current_vault(), current_actor()
    assignment = assignments.show_assignment(vault, actor, assignment_id=assignment_id)
    dossiers.unassign(vault, actor, assignment_id=assignment_id)
    if assignment.own:  # whose keeping has ended may no longer look at the dossier
        return after("dossiers.list_dossiers", "dossier.unassigned")
    return after("dossiers.show_dossier", "dossier.unassigned", dossier_id=assignment.dossier_id)


def _again(dossier_id: str, form: AssignmentForm, error: CallerError) -> Response:
    """The dossier with the form as it was sent; for those who have no such form, the error by itself."""
    card = load_card(dossier_id)
    if not card.may_assign:
        raise error
    form.refuse_for(error, card)
    return make_response(dossier_page(card, form=form), status_of(error))
