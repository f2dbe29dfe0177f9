"""Where a notice leads: the page on which its person sees the matter and acts on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import current_app, url_for

from vault.notices.kinds import NoticeKind
from vault.notices.reading import NoticeRow


def _request(row: NoticeRow) -> str:
    return url_for("requests.show_request", request_id=row.request_id)


def _proposal(row: NoticeRow) -> str:
    return url_for("policies.show_proposal", proposal_id=row.request_id)


TARGETS: Mapping[NoticeKind, tuple[str, Callable[[NoticeRow], str]]] = {
    NoticeKind.REQUEST_WAITS: ("requests.show_request", _request),
    NoticeKind.REQUEST_DECIDED: ("requests.show_request", _request),
    NoticeKind.REQUEST_LAPSED: ("requests.show_request", _request),
    NoticeKind.POLICY_WAITS: ("policies.show_proposal", _proposal),
    NoticeKind.POLICY_DECIDED: ("policies.show_proposal", _proposal),
}
"""The endpoint of each kind, and its address for one notice."""


def target_of(row: NoticeRow) -> str:
    """The address; '' where the application has no such page."""
    endpoint, address = TARGETS[row.kind]
    return address(row) if endpoint in current_app.view_functions else ""
