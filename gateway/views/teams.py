"""Teams: an administrator keeps who is in them, a custodian lends dossiers to them."""

from __future__ import annotations

from typing import ClassVar

from flask import make_response, render_template
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import HiddenField, SelectField, StringField

from gateway.errors import status_of
from gateway.forms import ScreenForm
from gateway.notices import after
from gateway.periods import PeriodForm
from gateway.security.access import Access, Screens
from gateway.sessions import current_actor, current_vault
from vault.errors import AccessDenied, Conflict, InputError, NotFound
from vault.filing import lending
from vault.people import teams
from vault.people.teams import TeamCard

screens = Screens("teams", __name__)

_LONGEST_REVISION = 9


class TeamForm(ScreenForm):
    """A team's name."""

    name = StringField(_("Name of the team"))
    revision = HiddenField()
    field_of_code: ClassVar[dict[str, str]] = {"team.name": "name", "team.taken": "name"}

    def known_revision(self) -> int:
        """The revision that the form was filled from; one that nobody has if it says none."""
        sent = self.revision.data or ""
        return int(sent) if sent.isascii() and sent.isdigit() and len(sent) <= _LONGEST_REVISION else 0


class MemberForm(PeriodForm):
    """Who joins, from which day to which."""

    person = SelectField(_("Person"), validate_choice=False)
    field_of_code: ClassVar[dict[str, str]] = PeriodForm.field_of_code | {
        "person.unknown": "person",
        "duties.not_qualified": "person",
        "duties.conflict": "person",
        "team.member": "person",
    }

    def offer(self, card: TeamCard) -> None:
        people = [(person_id, f"{name} · {number}") for person_id, name, number in card.candidates]
        self.person.choices = [("", _("Choose…")), *people]


class LendingForm(PeriodForm):
    """Which team, from which day to which."""

    team = SelectField(_("Team"), validate_choice=False)
    field_of_code: ClassVar[dict[str, str]] = PeriodForm.field_of_code | {
        "team.unknown": "team",
        "duties.conflict": "team",
        "assignment.exists": "team",
    }


@screens.route_for(Access.OFFICER, "/teams")
def list_teams() -> str:
    return _list_page(TeamForm())


@screens.route_for(Access.ADMINISTRATOR, "/teams", methods=("POST",))
def create_team() -> Response:
    form = TeamForm.sent()
    try:
        team_id = teams.create_team(current_vault(), current_actor(), name=form.name.data or "")
    except (InputError, Conflict) as error:
        form.refuse(error)
        return make_response(_list_page(form), status_of(error))
    return after("teams.show_team", "team.created", team_id=team_id)


@screens.route_for(Access.OFFICER, "/teams/<id:team_id>")
def show_team(team_id: str) -> str:
    return _team_page(team_id, MemberForm())


@screens.route_for(Access.ADMINISTRATOR, "/teams/<id:team_id>/name", methods=("POST",))
def rename_team(team_id: str) -> Response:
    form = TeamForm.sent()
    try:
        teams.rename_team(
            current_vault(),
            current_actor(),
            team_id=team_id,
            name=form.name.data or "",
            revision=form.known_revision(),
        )
    except (InputError, Conflict) as error:
        form.refuse(error)
        return make_response(_team_page(team_id, MemberForm(), naming=form), status_of(error))
    return after("teams.show_team", "team.renamed", team_id=team_id)


@screens.route_for(Access.ADMINISTRATOR, "/teams/<id:team_id>/end", methods=("POST",))
def end_team(team_id: str) -> Response:
    teams.end_team(current_vault(), current_actor(), team_id=team_id)
    return after("teams.list_teams", "team.ended")


@screens.route_for(Access.ADMINISTRATOR, "/teams/<id:team_id>/members", methods=("POST",))
def add_member(team_id: str) -> Response:
    form = MemberForm.sent()
    try:
        teams.add_member(
            current_vault(),
            current_actor(),
            team_id=team_id,
            person_id=form.person.data or "",
            starts_at=form.starts_at(),
            ends_at=form.ends_at(),
        )
    except NotFound as error:
        if error.code != "person.unknown":
            raise
        form.refuse(error)
        return make_response(_team_page(team_id, form), status_of(error))
    except (InputError, Conflict, AccessDenied) as error:
        form.refuse(error)
        return make_response(_team_page(team_id, form), status_of(error))
    return after("teams.show_team", "team.joined", team_id=team_id)


@screens.route_for(Access.ADMINISTRATOR, "/teams/<id:team_id>/members/<id:person_id>/end", methods=("POST",))
def remove_member(team_id: str, person_id: str) -> Response:
    teams.remove_member(current_vault(), current_actor(), team_id=team_id, person_id=person_id)
    return after("teams.show_team", "team.left", team_id=team_id)


@screens.route_for(Access.STAFF, "/dossiers/<id:dossier_id>/teams")
def show_lending(dossier_id: str) -> str:
    return _lending_page(dossier_id, LendingForm())


@screens.route_for(Access.STAFF, "/dossiers/<id:dossier_id>/teams", methods=("POST",))
def lend(dossier_id: str) -> Response:
    form = LendingForm.sent()
    try:
        lending.lend(
            current_vault(),
            current_actor(),
            dossier_id=dossier_id,
            team_id=form.team.data or "",
            starts_at=form.starts_at(),
            ends_at=form.ends_at(),
        )
    except NotFound as error:
        if error.code != "team.unknown":
            raise
        form.refuse(error)
        return make_response(_lending_page(dossier_id, form), status_of(error))
    except (InputError, Conflict, AccessDenied) as error:
        form.refuse(error)
        return make_response(_lending_page(dossier_id, form), status_of(error))
    return after("teams.show_lending", "dossier.lent", dossier_id=dossier_id)


@screens.route_for(Access.STAFF, "/loans/<id:loan_id>/end", methods=("POST",))
def take_back(loan_id: str) -> Response:
    dossier_id = lending.take_back(current_vault(), current_actor(), loan_id=loan_id)
    return after("teams.show_lending", "dossier.returned", dossier_id=dossier_id)


def _list_page(form: TeamForm) -> str:
    found = teams.list_teams(current_vault(), current_actor())
    return render_template("teams/list.html", teams=found, form=form)


def _team_page(team_id: str, form: MemberForm, *, naming: TeamForm | None = None) -> str:
    card = teams.show_team(current_vault(), current_actor(), team_id=team_id)
    form.offer(card)
    names = naming or TeamForm(None, data={"name": card.name, "revision": str(card.revision)})
    return render_template("teams/team.html", card=card, form=form, naming=names)


def _lending_page(dossier_id: str, form: LendingForm) -> str:
    shown = lending.show_lending(current_vault(), current_actor(), dossier_id=dossier_id)
    form.team.choices = [("", _("Choose…")), *shown.teams]
    return render_template("teams/lending.html", dossier_id=dossier_id, lending=shown, form=form)
