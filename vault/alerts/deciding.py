"""Dismissing or escalating an alert: by a security officer, with a reason, about what they read."""

from __future__ import annotations

from vault.alerts.notifying import tell_office
from vault.alerts.reading import load_alert
from vault.database import alert_queries
from vault.database.alert_queries import AlertState
from vault.database.engine import Connection
from vault.errors import AccessDenied, Conflict
from vault.ledger.events import Event
from vault.model import Actor, Office
from vault.notices.kinds import NoticeKind
from vault.people.humans import same_human
from vault.policy.reasons import ReasonDraft, check_reason
from vault.recording import deciding, denial_of, done_by, require_office
from vault.runtime import Vault

_EVENTS = {AlertState.DISMISSED: Event.ALERT_DISMISSED, AlertState.ESCALATED: Event.ALERT_ESCALATED}


def decide_alert(vault: Vault, actor: Actor, *, alert_id: str, revision: int, escalate: bool, note: str) -> None:
    """Open alerts are dismissed or escalated; an escalated one is dismissed when it is settled.

    ``revision`` is the one that was read: Conflict ``alert.changed`` if the day went on since, ``alert.decided`` if it
    was decided. The same decision by the same person again is fine. Nobody decides about
    themselves, through whichever of their accounts.
    """
    reason = check_reason(ReasonDraft("review", note))
    state = AlertState.ESCALATED if escalate else AlertState.DISMISSED
    with deciding(vault, denial_of(_EVENTS[state], actor)) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        alert = load_alert(tx, alert_id)
        if same_human(tx, actor.person_id, alert.person_id):
            raise AccessDenied("denied.own_alert")
        if (alert.state, alert.decided_by) == (state, actor.person_id):
            return
        if alert.state is AlertState.DISMISSED or alert.state is state:
            raise Conflict("alert.decided")
        details = {"alert": alert.id, "points": alert.points, "before": alert.state.value}
        entry = done_by(actor, _EVENTS[state], subject_person=alert.person_id, reason=reason, details=details)
        entry_id = vault.recorder.append(tx, entry)
        _change(vault, tx, actor, alert_id=alert_id, revision=revision, state=state, entry_id=entry_id)
        if escalate:
            about, kind = alert.person_id, NoticeKind.ALERT_ESCALATED
            tell_office(vault, tx, Office.AUDITOR, kind, about=about, day=alert.day)


def _change(
    vault: Vault, tx: Connection, actor: Actor, *, alert_id: str, revision: int, state: AlertState, entry_id: str
) -> None:
    decided = alert_queries.decide_alert(
        tx, alert_id, revision=revision, state=state, by=actor.person_id, now=vault.clock.now(), entry=entry_id
    )
    if not decided:
        now = alert_queries.load_alert(tx, alert_id)
        raise Conflict("alert.changed" if now and now.state is AlertState.OPEN else "alert.decided")
