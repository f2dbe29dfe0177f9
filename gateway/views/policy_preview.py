"""Who may do what and why: a person and a document, or a dossier, by every rule; also under a proposed policy.

Sent by POST: no name stands in an address. Looked at by the rules of opening itself, and nothing is opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from flask import make_response, render_template, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField

from gateway.cli.words import say
from gateway.errors import status_of
from gateway.forms import ScreenForm
from gateway.limit_words import further_limits
from gateway.localisation import current_language
from gateway.security.access import Access, Screens
from gateway.sentences import why_not
from gateway.sessions import current_actor, current_vault
from vault.access.explaining import Explanation, documents_meant, explain_opening
from vault.errors import InputError, NotFound
from vault.model import Classification
from vault.policy.decision import Decision
from vault.policy.document import Policy
from vault.policymaking import showing

screens = Screens("policy_preview", __name__)


class PreviewForm(ScreenForm):
    """Of whom and of what; under which proposal besides, or none."""

    person = StringField(_("Person"))
    what = StringField(_("Document or dossier"))
    proposal = SelectField(_("Compare with"), validate_choice=False)
    field_of_code: ClassVar[dict[str, str]] = {
        "trail.person": "person",
        "trail.person_ambiguous": "person",
        "policy.nothing_meant": "what",
    }

    def __init__(self, *sent: Any, **shown: Any) -> None:
        super().__init__(*sent, **shown)
        waiting = showing.show_desk(current_vault(), current_actor()).waiting
        proposed = [(row.id, gettext("Proposal by %(name)s", name=row.proposed_by)) for row in waiting]
        self.proposal.choices = [("", _("nothing: the policy in force alone")), *proposed]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one rule says: whether it holds, or None where it is a figure, and in words."""

    holds: bool | None
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """A rule or figure with its answer in force and, where it is compared, under the proposal."""

    label: str
    answers: tuple[Answer, ...]

    @property
    def differs(self) -> bool:
        return len(set(self.answers)) > 1


@dataclass(frozen=True, slots=True)
class Told:
    """A document with every line about it."""

    document_id: str
    dossier_reference: str
    classification: Classification
    person_name: str
    staff_number: str
    lines: tuple[Line, ...]


@screens.route_for(Access.OFFICER, "/policy/preview")
def show_preview() -> str:
    form = PreviewForm(None, data={"proposal": request.args.get("proposal", "")})
    return render_template("policies/preview.html", form=form, told=None, is_compared=False)


@screens.route_for(Access.OFFICER, "/policy/preview", methods=("POST",))
def preview() -> Response:
    form, told, proposal_id = PreviewForm.sent(), None, request.form.get("proposal", "")
    status = 200
    try:
        told = _tell(form.person.data or "", form.what.data or "", proposal_id)
    except (InputError, NotFound) as error:
        form.refuse(error)
        status = status_of(error)
    page = render_template("policies/preview.html", form=form, told=told, is_compared=bool(proposal_id))
    return make_response(page, status)


def _tell(person: str, what: str, proposal_id: str) -> list[Told]:
    vault, actor = current_vault(), current_actor()
    policies: list[Policy | None] = [None]
    if proposal_id:
        policies.append(showing.show_proposal(vault, actor, proposal_id=proposal_id).policy)
    return [
        _told([explain_opening(vault, actor, person=person, document_id=each, policy=policy) for policy in policies])
        for each in documents_meant(vault, actor, words=what)
    ]


def _told(found: list[Explanation]) -> Told:
    first, locale = found[0], current_language()
    rules = [
        Line(say(locale, f"rule_{name}"), tuple(_answer(each.rules[name]) for each in found)) for name in first.rules
    ]
    acts = [Line(say(locale, f"act_{name}"), tuple(_answer(each.acts[name]) for each in found)) for name in first.acts]
    figures = [
        Line(str(gettext("Views")), tuple(Answer(None, _views(each)) for each in found)),
        Line(str(gettext("Minutes of a view")), tuple(Answer(None, _minutes(each)) for each in found)),
    ]
    further = [tuple(further_limits(each, locale=locale)) for each in found]
    if any(further):
        figures.append(
            Line(str(gettext("Further limits")), tuple(Answer(None, "; ".join(each) or "–") for each in further))
        )
    verdict = Line(str(gettext("May open it now")), tuple(_answer(each.decision) for each in found))
    return Told(
        first.document_id,
        first.dossier_reference,
        first.classification,
        first.person_name,
        first.staff_number,
        (verdict, *rules, *figures, *acts),
    )


def _answer(decision: Decision) -> Answer:
    return Answer(decision.allowed, why_not(current_language(), decision))


def _views(found: Explanation) -> str:
    locale = current_language()
    used = say(locale, "views_used", used=found.used, allowed=found.allowed)
    origins = {"class": gettext("limit of the class"), "watch": gettext("limit for whoever is about to leave")}
    origin = origins.get(found.allowed_from, gettext("limit for all classes"))
    granted = gettext(", %(count)s of them granted", count=found.granted) if found.granted else ""
    if found.elsewhere:
        granted += gettext(", %(count)s used with another account of the same person", count=found.elsewhere.all)
    return _with_origin(used, f"{origin}{granted}")


def _minutes(found: Explanation) -> str:
    limits = found.limits
    is_of_class = "lease_minutes" in limits.by_class
    origin = gettext("limit of the class") if is_of_class else gettext("limit for all classes")
    if found.lease_minutes != limits.lease_minutes:
        origin = gettext("by approved request")
    return _with_origin(str(found.lease_minutes), origin)


def _with_origin(figure: str, origin: str) -> str:
    return f"{figure}（{origin}）" if current_language().startswith("zh") else f"{figure} ({origin})"
