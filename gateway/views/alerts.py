"""The screens of alerts: the list, one alert with its arithmetic, deciding it; campaigns and exceptions beforehand."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from flask import make_response, render_template, request, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import HiddenField, SelectField, StringField, TextAreaField

from gateway.alert_words import FEATURES, feature_words, head_words, line_words, sum_words
from gateway.errors import status_of
from gateway.forms import ScreenForm
from gateway.labels import label
from gateway.localisation import current_language, current_timezone
from gateway.notices import after
from gateway.paging import behind
from gateway.reasons import NoteForm
from gateway.security.access import Access, Screens
from gateway.sessions import current_actor, current_vault
from vault.alerts import campaigns, digesting, exceptions
from vault.alerts.deciding import decide_alert
from vault.alerts.reading import AlertRow, list_alerts, show_alert
from vault.database.alert_queries import AlertState
from vault.errors import AccessDenied, Conflict, InputError
from vault.model import Office
from vault.policy.alert_facts import bounds_of, day_of, zone_of

screens = Screens("alerts", __name__)


class DecisionForm(NoteForm):
    """Why; and which reading of the alert it is about."""

    note = TextAreaField(_("What you found out"))
    revision = HiddenField()


class CampaignForm(NoteForm):
    """What will be looked at more than usual, by whom and when."""

    note = TextAreaField(_("What the campaign is for"))
    first_day = StringField(_("First day"))
    last_day = StringField(_("Last day"))
    people = TextAreaField(_("People"))
    dossiers = TextAreaField(_("Dossiers"))
    field_of_code: ClassVar[dict[str, str]] = {
        **NoteForm.field_of_code,
        "campaign.days": "last_day",
        "campaign.past": "first_day",
        "campaign.too_long": "last_day",
        "campaign.nobody": "people",
        "campaign.person": "people",
        "campaign.too_many": "people",
        "campaign.dossier": "dossiers",
    }

    def draft(self) -> campaigns.CampaignDraft:
        return campaigns.CampaignDraft(
            _day(self.first_day.data), _day(self.last_day.data), self.people.data or "", self.dossiers.data or ""
        )


class ExceptionForm(NoteForm):
    """Who gets no points for what, until when."""

    note = TextAreaField(_("Why"))
    person = StringField(_("Person"))
    feature = SelectField(_("What gives no points"), validate_choice=False)
    until_day = StringField(_("Last day"))
    field_of_code: ClassVar[dict[str, str]] = {
        **NoteForm.field_of_code,
        "exception.person": "person",
        "denied.own_exception": "person",
        "exception.feature": "feature",
        "exception.until": "until_day",
    }

    def __init__(self, *sent: Any) -> None:
        super().__init__(*sent)
        words = [(name, feature_words(name, locale=current_language())) for name in FEATURES]
        self.feature.choices = [("", _("Choose…")), *words]


@screens.app_template_filter("alert_head")
def _head(row: AlertRow) -> str:
    return head_words(row.person_name, row.lines, locale=current_language())


@screens.app_template_filter("alert_sum")
def _sum(row: AlertRow) -> str:
    return sum_words(row.lines, locale=current_language())


@screens.app_template_filter("alert_lines")
def _lines(row: AlertRow | digesting.DigestRow) -> list[tuple[str, int, bool]]:
    """Words, points and whether it is a hard rule."""
    return [(line_words(each, row.day, locale=current_language()), each.points, each.is_rule) for each in row.lines]


@screens.app_template_filter("alert_feature")
def _feature(name: str) -> str:
    return feature_words(name, locale=current_language())


@screens.route_for(Access.OVERSEER, "/alerts")
def list_all() -> str:
    before = behind(request.args.get("before", ""))
    asked = request.args.get("state", "")
    state = next((each for each in AlertState if each.value == asked), AlertState.OPEN)
    found = list_alerts(current_vault(), current_actor(), state=state, before=before)
    states = [
        (url_for("alerts.list_all", state=each.value), label(each), number, each is state)
        for each, number in found.counts.items()
    ]
    return render_template("alerts/list.html", found=found, state=state, states=states, is_further=bool(before))


@screens.route_for(Access.OVERSEER, "/alerts/<id:alert_id>")
def show_one(alert_id: str) -> str:
    return _alert_page(alert_id, DecisionForm())


@screens.route_for(Access.SECURITY_OFFICER, "/alerts/<id:alert_id>/dismissal", methods=("POST",))
def dismiss(alert_id: str) -> Response:
    return _decide(alert_id, escalate=False)


@screens.route_for(Access.SECURITY_OFFICER, "/alerts/<id:alert_id>/escalation", methods=("POST",))
def escalate(alert_id: str) -> Response:
    return _decide(alert_id, escalate=True)


@screens.route_for(Access.OFFICER, "/alerts/campaigns")
def list_campaigns() -> str:
    return _campaigns_page(CampaignForm())


@screens.route_for(Access.PEOPLE_KEEPER, "/alerts/campaigns", methods=("POST",))
def announce_campaign() -> Response:
    form = CampaignForm.sent()
    try:
        campaigns.announce_campaign(current_vault(), current_actor(), draft=form.draft(), note=form.note.data or "")
    except InputError as error:
        form.refuse(error)
        return make_response(_campaigns_page(form), status_of(error))
    return after("alerts.list_campaigns", "campaign.announced")


@screens.route_for(Access.SECURITY_OFFICER, "/alerts/campaigns/<id:campaign_id>/confirmation", methods=("POST",))
def confirm_campaign(campaign_id: str) -> Response:
    return _decide_campaign(campaign_id, confirm=True)


@screens.route_for(Access.SECURITY_OFFICER, "/alerts/campaigns/<id:campaign_id>/refusal", methods=("POST",))
def refuse_campaign(campaign_id: str) -> Response:
    return _decide_campaign(campaign_id, confirm=False)


@screens.route_for(Access.PEOPLE_KEEPER, "/alerts/campaigns/<id:campaign_id>/end", methods=("POST",))
def end_campaign(campaign_id: str) -> Response:
    try:
        campaigns.end_campaign(current_vault(), current_actor(), campaign_id=campaign_id)
    except Conflict as error:
        return _refused_campaign(error)
    return after("alerts.list_campaigns", "campaign.ended")


@screens.route_for(Access.OVERSEER, "/alerts/exceptions")
def list_exceptions() -> str:
    return _exceptions_page(ExceptionForm())


@screens.route_for(Access.SECURITY_OFFICER, "/alerts/exceptions", methods=("POST",))
def set_exception() -> Response:
    form = ExceptionForm.sent()
    try:
        exceptions.set_exception(
            current_vault(),
            current_actor(),
            person=form.person.data or "",
            feature=form.feature.data or "",
            until_day=_day(form.until_day.data),
            note=form.note.data or "",
        )
    except (InputError, AccessDenied, Conflict) as error:
        form.refuse(error)
        return make_response(_exceptions_page(form), status_of(error))
    return after("alerts.list_exceptions", "exception.set")


@screens.route_for(Access.SECURITY_OFFICER, "/alerts/exceptions/<id:person_id>/<feature>/lift", methods=("POST",))
def lift_exception(person_id: str, feature: str) -> Response:
    form = NoteForm.sent()
    try:
        exceptions.lift_exception(
            current_vault(), current_actor(), person_id=person_id, feature=feature, note=form.note.data or ""
        )
    except (InputError, Conflict) as error:
        refused = ExceptionForm()
        refused.form_errors.append(form_error(error))
        return make_response(_exceptions_page(refused), status_of(error))
    return after("alerts.list_exceptions", "exception.lifted")


@screens.route_for(Access.STAFF, "/alerts/digest")
def show_digest() -> str:
    return render_template("alerts/digest.html", rows=digesting.show_digest(current_vault(), current_actor()))


def form_error(error: InputError | Conflict) -> str:
    """The sentence of a refusal that belongs to no field of the form on the page."""
    form = ScreenForm()
    form.refuse(error)
    return str(form.form_errors[0])


def _decide(alert_id: str, *, escalate: bool) -> Response:
    form = DecisionForm.sent()
    digits = form.revision.data or ""
    try:
        decide_alert(
            current_vault(),
            current_actor(),
            alert_id=alert_id,
            revision=int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0,
            escalate=escalate,
            note=form.note.data or "",
        )
    except (InputError, Conflict, AccessDenied) as error:
        form.refuse(error)
        return make_response(_alert_page(alert_id, form), status_of(error))
    return after("alerts.show_one", "alert.escalated" if escalate else "alert.dismissed", alert_id=alert_id)


def _decide_campaign(campaign_id: str, *, confirm: bool) -> Response:
    try:
        campaigns.decide_campaign(current_vault(), current_actor(), campaign_id=campaign_id, confirm=confirm)
    except (Conflict, AccessDenied) as error:
        return _refused_campaign(error)
    return after("alerts.list_campaigns", "campaign.confirmed" if confirm else "campaign.refused")


def _refused_campaign(error: Conflict | AccessDenied) -> Response:
    form = CampaignForm()
    form.refuse(error)
    return make_response(_campaigns_page(form), status_of(error))


def _alert_page(alert_id: str, form: DecisionForm) -> str:
    page = show_alert(current_vault(), current_actor(), alert_id=alert_id)
    may_decide = (
        current_actor().office is Office.SECURITY_OFFICER
        and page.row.state.value != "dismissed"
        and page.row.person_id != current_actor().person_id
    )
    begin, end = bounds_of(page.row.day, zone_of(page.timezone))
    return render_template(
        "alerts/alert.html",
        page=page,
        row=page.row,
        form=form,
        may_decide=may_decide,
        line=f"actor:{page.row.person_id} time:{begin:%Y-%m-%dT%H:%M:%SZ}..{end:%Y-%m-%dT%H:%M:%SZ}",
    )


def _campaigns_page(form: CampaignForm) -> str:
    rows = campaigns.list_campaigns(current_vault(), current_actor())
    return render_template("alerts/campaigns.html", rows=rows, form=form, today=_today())


def _exceptions_page(form: ExceptionForm) -> str:
    rows = exceptions.list_exceptions(current_vault(), current_actor())
    return render_template(
        "alerts/exceptions.html",
        in_force=[row for row in rows if row.is_in_force],
        history=[row for row in rows if not row.is_in_force],
        form=form,
        today=_today(),
    )


def _today() -> dt.date:
    return day_of(current_vault().clock.now(), zone_of(current_timezone()))


def _day(text: str | None) -> dt.date | None:
    """None for what is no day: the use case says what is wanted."""
    try:
        return dt.date.fromisoformat((text or "").strip())
    except ValueError:
        return None
