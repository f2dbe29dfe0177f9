"""Where a notice leads: the page on which its person sees the matter and acts on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import current_app, url_for

from gateway.sessions import current_actor
from vault.model import Office
from vault.notices.kinds import NoticeKind
from vault.notices.reading import NoticeRow


def _request(row: NoticeRow) -> str:
    return url_for("requests.show_request", request_id=row.request_id)


def _emergency(row: NoticeRow) -> str:
    """Custodians review nothing and officers read no request: each is led where they may look."""
    if current_actor().office is Office.SECURITY_OFFICER:
        return url_for("emergencies.list_unreviewed")
    return _request(row)


def _proposal(row: NoticeRow) -> str:
    return url_for("policies.show_proposal", proposal_id=row.request_id)


def _delegations(_row: NoticeRow) -> str:
    return url_for("delegations.list_all")


def _alerts(_row: NoticeRow) -> str:
    return url_for("alerts.list_all")


def _campaigns(_row: NoticeRow) -> str:
    return url_for("alerts.list_campaigns")


def _digest(_row: NoticeRow) -> str:
    return url_for("alerts.show_digest")


def _handovers(_row: NoticeRow) -> str:
    return url_for("leaving.list_handovers")


TARGETS: Mapping[NoticeKind, tuple[str, Callable[[NoticeRow], str]]] = {
    NoticeKind.REQUEST_WAITS: ("requests.show_request", _request),
    NoticeKind.REQUEST_DECIDED: ("requests.show_request", _request),
    NoticeKind.REQUEST_LAPSED: ("requests.show_request", _request),
    NoticeKind.ACCESS_LAPSED: ("requests.show_request", _request),
    NoticeKind.GRANT_REVOKED: ("requests.show_request", _request),
    NoticeKind.EMERGENCY_OPENED: ("requests.show_request", _emergency),
    NoticeKind.EMERGENCY_REVIEWED: ("requests.show_request", _request),
    NoticeKind.EMERGENCY_UNJUSTIFIED: ("emergencies.list_unreviewed", _emergency),
    NoticeKind.DELEGATION_BEGUN: ("delegations.list_all", _delegations),
    NoticeKind.DELEGATION_ENDED: ("delegations.list_all", _delegations),
    NoticeKind.POLICY_WAITS: ("policies.show_proposal", _proposal),
    NoticeKind.POLICY_DECIDED: ("policies.show_proposal", _proposal),
    NoticeKind.ALERT_RAISED: ("alerts.list_all", _alerts),
    NoticeKind.ALERT_ESCALATED: ("alerts.list_all", _alerts),
    NoticeKind.CAMPAIGN_WAITS: ("alerts.list_campaigns", _campaigns),
    NoticeKind.ALERT_DIGEST: ("alerts.show_digest", _digest),
    NoticeKind.LEAVING_ANNOUNCED: ("leaving.list_handovers", _handovers),
    NoticeKind.LEAVING_CHANGED: ("leaving.list_handovers", _handovers),
    NoticeKind.LEAVING_CANCELLED: ("leaving.list_handovers", _handovers),
    NoticeKind.HANDOVER_WAITS: ("leaving.list_handovers", _handovers),
}
"""The endpoint of each kind, and its address for one notice."""


def target_of(row: NoticeRow) -> str:
    """The address; '' where the application has no such page."""
    endpoint, address = TARGETS[row.kind]
    return address(row) if endpoint in current_app.view_functions else ""
