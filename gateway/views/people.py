"""The register of people: for the administrator to keep, for the security officer to look up, sign out and suspend.

Names are searched by POST: they belong in no address or log. An initial password is in the answer to the POST that made
it and nowhere else: no redirect carries it, no later page shows it.
"""

from __future__ import annotations

from typing import ClassVar

from flask import make_response, render_template, request
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import StringField

from gateway.errors import status_of
from gateway.forms import ScreenForm
from gateway.notices import after
from gateway.paging import behind
from gateway.person_form import NewPersonForm, PersonForm, time_zones
from gateway.reasons import NoteForm
from gateway.security.access import Access, Screens
from gateway.sessions import current_actor, current_vault
from vault.errors import AccessDenied, Conflict, InputError
from vault.model import PersonState
from vault.people import accounts, directory, linking

screens = Screens("people", __name__)


class LinkingForm(ScreenForm):
    """Which other account is the same person's, and why somebody says so."""

    other = StringField(_("Login, staff number or full name of the other account"))
    link_note = StringField(_("Why"))
    field_of_code: ClassVar[dict[str, str]] = {
        "link.other": "other",
        "reason.empty": "link_note",
        "reason.meaningless": "link_note",
        "reason.too_long": "link_note",
    }


@screens.route_for(Access.PEOPLE_KEEPER, "/people")
def list_people() -> str:
    return _list_page(words="", state=request.args.get("state", ""), after=request.args.get("after", ""))


@screens.route_for(Access.PEOPLE_KEEPER, "/people/search", methods=("POST",))
def search_people() -> str:
    sent = request.form
    return _list_page(words=sent.get("words", ""), state=sent.get("state", ""), after=sent.get("after", ""))


@screens.route_for(Access.ADMINISTRATOR, "/people/new")
def show_new() -> str:
    form = NewPersonForm(None, data=NewPersonForm.beginning(current_actor()))
    return render_template("people/new.html", form=form, zones=time_zones())


@screens.route_for(Access.ADMINISTRATOR, "/people", methods=("POST",))
def create_person() -> Response:
    form = NewPersonForm.sent()
    try:
        draft = form.draft()
        created = accounts.create_person(current_vault(), current_actor(), draft=draft)
    except (InputError, Conflict, AccessDenied) as error:
        form.refuse(error)
        return make_response(render_template("people/new.html", form=form, zones=time_zones()), status_of(error))
    return make_response(_password_page(created.id, created.initial_password, is_new=True), 201)


@screens.route_for(Access.PEOPLE_KEEPER, "/people/<id:person_id>")
def show_person(person_id: str) -> str:
    return _person_page(person_id, NoteForm())


@screens.route_for(Access.ADMINISTRATOR, "/people/<id:person_id>/edit")
def show_edit(person_id: str) -> str:
    account = directory.show_account(current_vault(), current_actor(), person_id=person_id)
    form = PersonForm(None, data=PersonForm.of(account.person))
    return render_template("people/edit.html", form=form, account=account, zones=time_zones())


@screens.route_for(Access.ADMINISTRATOR, "/people/<id:person_id>/edit", methods=("POST",))
def change_person(person_id: str) -> Response:
    vault, actor, form = current_vault(), current_actor(), PersonForm.sent()
    try:
        accounts.change_person(vault, actor, person_id=person_id, facts=form.facts(), revision=form.known_revision())
    except (InputError, Conflict, AccessDenied) as error:
        form.refuse(error)
        account = directory.show_account(vault, actor, person_id=person_id)
        page = render_template("people/edit.html", form=form, account=account, zones=time_zones())
        return make_response(page, status_of(error))
    return after("people.show_person", "person.changed", person_id=person_id)


@screens.route_for(Access.PEOPLE_KEEPER, "/people/<id:person_id>/suspension", methods=("POST",))
def suspend_person(person_id: str) -> Response:
    form = NoteForm.sent()
    try:
        accounts.suspend_person(current_vault(), current_actor(), person_id=person_id, note=form.note.data or "")
    except (InputError, Conflict, AccessDenied) as error:
        form.refuse(error)
        return make_response(_person_page(person_id, form), status_of(error))
    return after("people.show_person", "person.suspended", person_id=person_id)


@screens.route_for(Access.ADMINISTRATOR, "/people/<id:person_id>/restoration", methods=("POST",))
def restore_person(person_id: str) -> Response:
    accounts.restore_person(current_vault(), current_actor(), person_id=person_id)
    return after("people.show_person", "person.restored", person_id=person_id)


@screens.route_for(Access.ADMINISTRATOR, "/people/<id:person_id>/links", methods=("POST",))
def link_account(person_id: str) -> Response:
    form = LinkingForm.sent()
    try:
        linking.link_accounts(
            current_vault(),
            current_actor(),
            person_id=person_id,
            other=form.other.data or "",
            note=form.link_note.data or "",
        )
    except (InputError, AccessDenied) as error:
        form.refuse(error)
        return make_response(_person_page(person_id, NoteForm(), linking_form=form), status_of(error))
    return after("people.show_person", "person.linked", person_id=person_id)


@screens.route_for(Access.SECURITY_OFFICER, "/people/<id:person_id>/links/end", methods=("POST",))
def unlink_account(person_id: str) -> Response:
    form = LinkingForm.sent()
    try:
        linking.unlink_account(current_vault(), current_actor(), person_id=person_id, note=form.link_note.data or "")
    except (InputError, AccessDenied, Conflict) as error:
        form.refuse(error)
        return make_response(_person_page(person_id, NoteForm(), linking_form=form), status_of(error))
    return after("people.show_person", "person.unlinked", person_id=person_id)


@screens.route_for(Access.ADMINISTRATOR, "/people/<id:person_id>/password", methods=("POST",))
def reset_password(person_id: str) -> str:
    password = accounts.reset_password(current_vault(), current_actor(), person_id=person_id)
    return _password_page(person_id, password, is_new=False)


@screens.route_for(Access.PEOPLE_KEEPER, "/people/<id:person_id>/sessions/end", methods=("POST",))
def end_sessions(person_id: str) -> Response:
    accounts.end_sessions(current_vault(), current_actor(), person_id=person_id)
    return after("people.show_person", "person.sessions_ended", person_id=person_id)


@screens.route_for(Access.PEOPLE_KEEPER, "/people/<id:person_id>/sessions/<id:session_id>/end", methods=("POST",))
def end_session(person_id: str, session_id: str) -> Response:
    accounts.end_sessions(current_vault(), current_actor(), person_id=person_id, only=session_id)
    return after("people.show_person", "session.ended", person_id=person_id)


def _list_page(*, words: str, state: str, after: str) -> str:
    wanted, begun = next((each for each in PersonState if each.value == state), None), behind(after)
    found = directory.find_people(current_vault(), current_actor(), words=words, state=wanted, after=begun)
    return render_template(
        "people/list.html", found=found, words=words, state=wanted, states=list(PersonState), is_further=bool(begun)
    )


def _person_page(person_id: str, form: NoteForm, *, linking_form: LinkingForm | None = None) -> str:
    vault, actor = current_vault(), current_actor()
    account = directory.show_account(vault, actor, person_id=person_id)
    others = linking.linked_accounts(vault, actor, person_id=person_id)
    return render_template(
        "people/person.html", account=account, others=others, form=form, linking=linking_form or LinkingForm()
    )


def _password_page(person_id: str, password: str, *, is_new: bool) -> str:
    account = directory.show_person(current_vault(), current_actor(), person_id=person_id)
    return render_template("people/password.html", account=account, password=password, is_new=is_new)
