"""The policy on screen: in sentences, its versions, and changing it by two people.

An administrator fills the form, sees what would change and for how many, and proposes it with a note and their
password. Another administrator or a security officer sees the same and decides, with theirs. Looking at a form asks for
nothing; nothing is decided by GET.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flask import make_response, render_template, request
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import PasswordField, TextAreaField

from gateway.class_words import current_titles
from gateway.errors import status_of
from gateway.forms import ScreenForm
from gateway.localisation import current_language
from gateway.notices import after
from gateway.policy_form import PolicyForm, content_of
from gateway.policy_sentences import changed_words, fault_words, full_label, policy_sections
from gateway.security.access import Access, Screens
from gateway.sessions import current_actor, current_vault
from vault.errors import AccessDenied, Conflict, InputError, TooMany
from vault.policy.document import PolicyInForce
from vault.policy.fields import Change, Fault
from vault.policymaking import deciding, proposing, showing
from vault.policymaking.comparing import Effects

screens = Screens("policies", __name__)
_REFUSALS = (InputError, AccessDenied, Conflict, TooMany)


class ActForm(ScreenForm):
    """Why, and the password of whoever says so."""

    note = TextAreaField(_("Why"))
    password = PasswordField(_("Your password"))
    field_of_code: ClassVar[dict[str, str]] = {
        "reason.empty": "note",
        "reason.meaningless": "note",
        "reason.too_long": "note",
        "password.wrong": "password",
    }


@screens.route_for(Access.OFFICER, "/policy")
def show_policy() -> str:
    desk = showing.show_desk(current_vault(), current_actor())
    return render_template("policies/policy.html", desk=desk, card=desk.card, sections=_sections(desk.card))


@screens.route_for(Access.OFFICER, "/policy/versions/<int:version>")
def show_version(version: int) -> str:
    card = showing.show_version(current_vault(), current_actor(), version=version)
    return render_template(
        "policies/version.html", card=card, sections=_sections(card), changes=_change_rows(card.changes)
    )


@screens.route_for(Access.ADMINISTRATOR, "/policy/proposals/new")
def start_proposal() -> str:
    again = request.args.get("again", "")
    vault, actor = current_vault(), current_actor()
    if again:
        shown = proposing.proposed_again(vault, actor, proposal_id=again)
    else:
        card = showing.show_desk(vault, actor).card
        shown = PolicyInForce(card.row.version, card.policy)
    return _form_page(PolicyForm.of(shown))


@screens.route_for(Access.ADMINISTRATOR, "/policy/proposals/check", methods=("POST",))
def check_proposal() -> Response:
    if "content" in request.form:  # back from the confirming step
        return make_response(_form_page(PolicyForm.confirmed()))
    form = PolicyForm.sent()
    try:
        return make_response(_confirming_page(form, ActForm()))
    except _REFUSALS as error:
        form.refuse(error)
        return make_response(_form_page(form), status_of(error))


@screens.route_for(Access.ADMINISTRATOR, "/policy/proposals", methods=("POST",))
def propose() -> Response:
    form, act = PolicyForm.confirmed(), ActForm.sent()
    try:
        proposal_id = proposing.propose_policy(
            current_vault(),
            current_actor(),
            policy=form.policy(),
            base_version=form.base_version,
            note=act.note.data or "",
            password=act.password.data or "",
        )
    except _REFUSALS as error:
        act.refuse(error)
        return make_response(_confirming_page(form, act), status_of(error))
    return after("policies.show_proposal", "policy.proposed", proposal_id=proposal_id)


@screens.route_for(Access.OFFICER, "/policy/proposals/<id:proposal_id>")
def show_proposal(proposal_id: str) -> str:
    return _proposal_page(proposal_id, ActForm())


@screens.route_for(Access.PEOPLE_KEEPER, "/policy/proposals/<id:proposal_id>/approve", methods=("POST",))
def approve(proposal_id: str) -> Response:
    form = ActForm.sent()
    try:
        deciding.approve_proposal(
            current_vault(), current_actor(), proposal_id=proposal_id, password=form.password.data or ""
        )
    except _REFUSALS as error:
        form.refuse(error)
        return make_response(_proposal_page(proposal_id, form), status_of(error))
    return after("policies.show_policy", "policy.approved")


@screens.route_for(Access.PEOPLE_KEEPER, "/policy/proposals/<id:proposal_id>/refuse", methods=("POST",))
def refuse(proposal_id: str) -> Response:
    form = ActForm.sent()
    note, password = form.note.data or "", form.password.data or ""
    try:
        deciding.refuse_proposal(
            current_vault(), current_actor(), proposal_id=proposal_id, reason=note, password=password
        )
    except _REFUSALS as error:
        form.refuse(error)
        return make_response(_proposal_page(proposal_id, form), status_of(error))
    return after("policies.show_proposal", "policy.refused", proposal_id=proposal_id)


@screens.route_for(Access.ADMINISTRATOR, "/policy/proposals/<id:proposal_id>/withdraw", methods=("POST",))
def withdraw(proposal_id: str) -> Response:
    try:
        proposing.withdraw_proposal(current_vault(), current_actor(), proposal_id=proposal_id)
    except (AccessDenied, Conflict) as error:
        form = ActForm()
        form.refuse(error)
        return make_response(_proposal_page(proposal_id, form), status_of(error))
    return after("policies.show_proposal", "policy.withdrawn", proposal_id=proposal_id)


def _form_page(form: PolicyForm) -> str:
    return render_template("policies/form.html", form=form, groups=form.groups())


def _confirming_page(form: PolicyForm, act: ActForm) -> str:
    """What it would change, and the form to propose it; any error of looking at it goes to the form before."""
    policy = form.policy()
    effects = showing.preview_policy(current_vault(), current_actor(), policy=policy)
    if not effects.changes:
        raise InputError("policy.unchanged")
    return render_template(
        "policies/confirm.html", form=form, act=act, content=content_of(policy), **_effects_told(effects)
    )


def _proposal_page(proposal_id: str, form: ActForm) -> str:
    card = showing.show_proposal(current_vault(), current_actor(), proposal_id=proposal_id)
    return render_template(
        "policies/proposal.html",
        card=card,
        row=card.row,
        form=form,
        **_effects_told(card.effects),
    )


def _sections(card: showing.PolicyCard) -> list[Any]:
    return policy_sections(card.policy, locale=current_language())


def _effects_told(effects: Effects) -> Mapping[str, Any]:
    locale, titles = current_language(), current_titles()
    remarks: list[Fault] = list(effects.remarks)
    return {
        "effects": effects,
        "changes": _change_rows(effects.changes),
        "remarks": [fault_words(remark, titles, locale=locale) for remark in remarks],
    }


def _change_rows(changes: tuple[Change, ...]) -> list[tuple[str, str, str]]:
    """What each is about, what held, what would hold."""
    locale, titles = current_language(), current_titles()
    return [
        (full_label(change.field, titles, locale=locale), *changed_words(change, locale=locale)) for change in changes
    ]
