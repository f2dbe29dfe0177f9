"""Saying what was done after a redirect, without a server-side store: the address names a notice of a closed list."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from werkzeug.wrappers import Response

NOTICES: dict[str, LazyString] = {
    "password.changed": _("Your password is changed. Your other sessions have ended."),
    "session.ended": _("The session has ended."),
    "signed_out": _("You are signed out. Close the browser if others use this computer."),
    "view.done": _("You are done with this view. Its key has been deleted."),
    "request.made": _("Your request is on its way. You see below who can decide it."),
    "request.withdrawn": _("The request is withdrawn."),
    "request.approved": _("The request is approved."),
    "request.refused": _("The request is refused."),
    "request.agreed": _("You have approved it. More approvers must agree before it is granted."),
    "emergency.closed": _("The review is closed. Whoever opened it reads your reason."),
    "delegation.given": _("It is handed over. You go on deciding, too, and can end it at any time."),
    "delegation.ended": _("It has ended."),
    "access.asked": _("Your request is on its way. If somebody decides it, you find their answer here."),
    "draft.discarded": _("The draft is discarded."),
    "grant.returned": _("You have given it back."),
    "grants.revoked": _("Everything that was granted to this person is revoked."),
    "grant.revoked": _("It is revoked. Nothing opens through it any more."),
    "copy.prepared": _("The copy is prepared. Write its password down, then download it."),
    "dossier.created": _("The dossier is created and in your keeping."),
    "dossier.assigned": _("The duty is assigned."),
    "dossier.unassigned": _("The assignment has ended."),
    "dossier.lent": _("The dossier is lent to the team."),
    "dossier.returned": _("The loan has ended; views opened through it have ended with it."),
    "team.created": _("The team is there. Nobody is in it yet."),
    "team.renamed": _("The team has another name. Who is in it and what is lent to it stays."),
    "team.ended": _("The team has ended, and every loan to it."),
    "team.joined": _("The person is in the team."),
    "team.left": _("The person has left the team; views opened through it have ended."),
    "document.submitted": _("The document is taken in. Its pages are being made."),
    "documents.submitted": _("The documents are taken in. Their pages are being made."),
    "documents.partly_known": _("Taken in, except what this dossier held already. The pages are being made."),
    "document.known": _("This dossier holds the very same content already; nothing was added."),
    "document.filed": _("The submission is filed."),
    "document.refused": _("The submission is refused."),
    "finding.acknowledged": _("It is acknowledged, and listed here once its entry has its place in the trail."),
    "person.changed": _("The account is changed."),
    "person.suspended": _("The account is suspended; its sessions and views have ended."),
    "leaving.announced": _("It is announced. The person is watched until the last day."),
    "leaving.changed": _("It is changed."),
    "leaving.cancelled": _("It is called off. The watch has ended."),
    "leaving.restricted": _("What was open has ended."),
    "leaving.ended": _("The account is suspended; everything of theirs has ended."),
    "handover.confirmed": _("You have confirmed it. The other confirmation is awaited."),
    "handover.finished": _("It is handed over."),
    "handover.all_confirmed": _("You have confirmed them. What both have confirmed is handed over."),
    "loan.kept": _("You answer for this loan from now on."),
    "handover.proposed": _("They are named. Custodian and successor confirm now."),
    "handover.declined": _("It is declined. Somebody else has to be named."),
    "person.restored": _("The account is active again."),
    "person.linked": _("The accounts are known as one person's. What is forbidden to one is forbidden to all of them."),
    "person.unlinked": _("The account stands for itself again."),
    "person.sessions_ended": _("All sessions of this person have ended, with the views opened in them."),
    "agreement.accepted": _("You have accepted it. What it covers opens for you now."),
    "agreement.declined": _("You have declined it. What it covers does not open for you."),
    "agreement.saved": _("The draft is kept. Nobody is asked before it is published."),
    "agreement.published": _("It is published and asked for from now on."),
    "agreement.withdrawn": _("It is withdrawn and asks nobody any more."),
    "policy.proposed": _("It is proposed. Another administrator or a security officer decides."),
    "policy.approved": _("You have approved it. It is in force now."),
    "policy.refused": _("You have refused it. Nothing changes."),
    "policy.withdrawn": _("The proposal is withdrawn. Nothing changes."),
    "operation.ordered": _("It is ordered."),
    "operation.approve": _("You have approved it."),
    "operation.pause": _("It is paused. Everything goes on opening meanwhile."),
    "operation.resume": _("It goes on where it stopped."),
    "operation.cancel": _("It is called off."),
    "hold.placed": _("The hold is in force."),
    "hold.lifted": _("The hold is lifted."),
    "erasure.requested": _("It is asked for. A security officer decides."),
    "erasure.approved": _("You have approved it. It is carried out now."),
    "erasure.refused": _("You have refused it. Nothing was touched."),
    "erasure.cancelled": _("It is called off."),
    "erasure.resumed": _("It goes on where it stopped."),
    "vault.sealed": _("The vault is sealed."),
    "export.ordered": _("The export is ordered. Its file stands here once it is made."),
    "export.ended": _("The export has ended."),
    "alert.dismissed": _("The alert is dismissed. Why is on record."),
    "alert.escalated": _("The alert is escalated. Why is on record."),
    "campaign.announced": _("The campaign is announced. A security officer who is somebody else confirms it."),
    "campaign.confirmed": _("The campaign is confirmed."),
    "campaign.refused": _("The campaign is refused."),
    "campaign.ended": _("The campaign has ended. From today on everything counts again."),
    "exception.set": _("The exception holds."),
    "exception.lifted": _("The exception is lifted."),
    "view.revoked": _("The view has ended; no further page of it is delivered."),
    "views.none": _("This person had no open view any more."),
    "views.revoked": _("All open views of this person have ended."),
}
_FIELD = "notice"


def after(endpoint: str, notice: str = "", **values: str | int) -> Response:
    """A redirect (303) to a screen that says ``notice``, one of NOTICES."""
    if notice and notice not in NOTICES:
        raise ValueError(f"no such notice: {notice}")
    query: dict[str, Any] = {**values, **({_FIELD: notice} if notice else {})}
    return redirect(url_for(endpoint, **query), 303)


def notice_of_request() -> LazyString | None:
    """The sentence that this page's address asks for, if it is one of ours."""
    return NOTICES.get(request.args.get(_FIELD, ""))
