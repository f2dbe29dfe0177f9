"""What was found tampered with: sentences with time, ids and what to do; never contents. An auditor acknowledges it."""

from __future__ import annotations

from flask import make_response, render_template
from werkzeug.wrappers import Response

from gateway.acknowledging import AcknowledgeForm
from gateway.errors import status_of
from gateway.findings import finding_words
from gateway.localisation import current_language
from gateway.notices import after
from gateway.security.access import Access, Screens
from gateway.sessions import current_actor, current_vault
from gateway.verification_page import told_finding
from gateway.verification_sentences import tell_finding
from vault.errors import Conflict, InputError
from vault.ledger.audit_facts import Finding
from vault.model import Office
from vault.trail import acknowledging, findings
from vault.trail.acknowledging import Found
from vault.trail.rows import TrailRow

screens = Screens("findings", __name__)


@screens.app_template_filter("finding_sentence")
def _finding_sentence(row: TrailRow) -> str:
    """What was acknowledged by this entry, in words."""
    return tell_finding(Finding(str(row.details.get("check", "")), -1), locale=current_language())


@screens.route_for(Access.OVERSEER, "/findings")
def list_findings() -> str:
    return _findings_page(AcknowledgeForm())


@screens.route_for(Access.AUDITOR, "/findings/acknowledgements", methods=("POST",))
def acknowledge_entries() -> Response:
    """Of what was met when something was opened; each is an entry."""
    form = AcknowledgeForm.sent()
    try:
        indexes = [int(each) for each in form.ticked if each.isascii() and each.isdecimal() and len(each) < 16]
        acknowledging.acknowledge_tampering(current_vault(), current_actor(), indexes=indexes, reason=form.reason())
    except (InputError, Conflict) as error:
        form.refuse(error)
        return make_response(_findings_page(form), status_of(error))
    return after("findings.list_findings", "finding.acknowledged")


@screens.route_for(Access.AUDITOR, "/trail/verification/acknowledgements", methods=("POST",))
def acknowledge_found() -> Response:
    """Of what a verification found, which the form hands back."""
    form = AcknowledgeForm.sent()
    found = acknowledging.parse_found(form.found.data or "")
    try:
        chosen = acknowledging.choose(found, form.ticked)
        acknowledging.acknowledge_findings(
            current_vault(), current_actor(), found=found, chosen=chosen, reason=form.reason()
        )
    except (InputError, Conflict) as error:
        form.refuse(error)
        return make_response(_found_page(form, found), status_of(error))
    return after("findings.list_findings", "finding.acknowledged")


def _findings_page(form: AcknowledgeForm) -> str:
    page = findings.list_findings(current_vault(), current_actor())
    is_auditor = current_actor().office is Office.AUDITOR
    return render_template("officer/findings.html", page=page, words=finding_words, form=form, is_auditor=is_auditor)


def _found_page(form: AcknowledgeForm, found: Found) -> str:
    told = [told_finding(each, current_language()) for each in found.findings]
    return render_template("trail/acknowledge.html", form=form, found=form.found.data, findings=told)
