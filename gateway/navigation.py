"""The top bar: which screens a person of each office finds there, and where they begin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app, request, url_for
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from gateway.sessions import current_actor, current_vault
from vault.agreements.showing import count_waiting as count_agreements
from vault.alerts.reading import count_open
from vault.anchors.standing import count_alarms
from vault.custody.attention import count_attention
from vault.custody.operations import count_to_approve
from vault.emergencies.reviewing import count_unreviewed
from vault.errors import VaultError
from vault.filing.submissions import count_submissions
from vault.leaving.showing import count_to_confirm
from vault.model import Office
from vault.notices.reading import count_unread
from vault.policy.changing import READERS
from vault.policymaking.showing import count_to_decide as count_proposals
from vault.requests.listing import count_waiting
from vault.trail.erasing.listing import count_to_decide


def _nothing() -> int:
    return 0


def _submissions_waiting() -> int:
    """How many submissions wait for this person as custodian; none are said to while that cannot be found out."""
    try:
        return count_submissions(current_vault(), current_actor())
    except VaultError:
        return 0


def _requests_waiting() -> int:
    """How many requests wait for this person's decision; none are said to while that cannot be found out."""
    try:
        return count_waiting(current_vault(), current_actor())
    except VaultError:
        return 0


def _handovers_waiting() -> int:
    """How many hand-overs wait for this person's confirmation; none are said to while that cannot be found out."""
    try:
        return count_to_confirm(current_vault(), current_actor())
    except VaultError:
        return 0


def _keys_waiting() -> int:
    """How much work on keys waits for this person's approval, and how many rings need somebody."""
    try:
        return count_to_approve(current_vault(), current_actor()) + count_attention(current_vault(), current_actor())
    except VaultError:
        return 0


def _agreements_waiting() -> int:
    """How many agreements wait for this person's answer; none are said to while that cannot be found out."""
    try:
        return count_agreements(current_vault(), current_actor())
    except VaultError:
        return 0


def _erasures_waiting() -> int:
    """How many erasures wait for this person's decision; none are said to while that cannot be found out."""
    try:
        return count_to_decide(current_vault(), current_actor())
    except VaultError:
        return 0


def _proposals_waiting() -> int:
    """How many proposed policies wait for this person's decision; none are said to while that cannot be found out."""
    try:
        return count_proposals(current_vault(), current_actor())
    except VaultError:
        return 0


def _anchors_failing() -> int:
    """How many anchors of the trail need somebody; none are said to while that cannot be found out."""
    try:
        return count_alarms(current_vault(), current_actor())
    except VaultError:
        return 0


def notices_waiting() -> int:
    """How many notices this person has not read; none are said to while that cannot be found out."""
    try:
        return count_unread(current_vault(), current_actor())
    except VaultError:
        return 0


def _emergencies_waiting() -> int:
    """How many emergencies nobody has reviewed; none are said to while that cannot be found out."""
    try:
        return count_unreviewed(current_vault(), current_actor())
    except VaultError:
        return 0


def _alerts_waiting() -> int:
    """How many alerts wait for a decision; none are said to while that cannot be found out."""
    try:
        return count_open(current_vault(), current_actor())
    except VaultError:
        return 0


@dataclass(frozen=True, slots=True)
class Item:
    """A screen in the top bar. ``is_current`` also holds on the screens beneath it.

    ``waiting`` counts what waits there for the person; it is asked for where the bar is drawn, and only there.
    """

    endpoint: str
    words: LazyString
    offices: frozenset[Office]
    waiting: Callable[[], int] = _nothing

    @property
    def address(self) -> str:
        return url_for(self.endpoint)

    @property
    def is_current(self) -> bool:
        return (request.blueprint or "") in {self.endpoint.partition(".")[0], *_BENEATH.get(self.endpoint, ())}


_BENEATH = {
    "dossiers.list_dossiers": ("documents", "viewer", "filing", "submissions", "assigning"),
    "policies.show_policy": ("policy_preview",),
    "requests.list_requests": ("grants",),
    "trail.search_trail": (
        *("anchors", "exports", "trail_access", "trail_summaries", "verification", "evidence", "feeds"),
        *("agreement_texts", "erasures"),
    ),
}
_STAFF = frozenset({Office.STAFF})
_OFFICERS = frozenset({Office.ADMINISTRATOR, Office.SECURITY_OFFICER, Office.AUDITOR})
_ERASERS = frozenset({Office.ADMINISTRATOR, Office.SECURITY_OFFICER})
_ITEMS = (
    Item("dossiers.list_dossiers", _("Dossiers"), _STAFF, _submissions_waiting),
    Item("requests.list_requests", _("Requests"), _STAFF, _requests_waiting),
    Item("agreements.list_own", _("Agreements"), _STAFF, _agreements_waiting),
    Item("trail.search_trail", _("Trail"), frozenset({Office.AUDITOR}), _anchors_failing),
    Item("leaving.list_handovers", _("Hand-overs"), _STAFF, _handovers_waiting),
    Item("people.list_people", _("People"), frozenset({Office.ADMINISTRATOR, Office.SECURITY_OFFICER})),
    Item("teams.list_teams", _("Teams"), frozenset({Office.ADMINISTRATOR})),
    Item("agreement_texts.list_texts", _("Agreements"), frozenset({Office.ADMINISTRATOR})),
    Item("policies.show_policy", _("Policy"), frozenset(READERS), _proposals_waiting),
    Item("live_views.list_live_views", _("Open views"), frozenset({Office.SECURITY_OFFICER})),
    Item("alerts.list_all", _("Alerts"), frozenset({Office.SECURITY_OFFICER, Office.AUDITOR}), _alerts_waiting),
    Item("emergencies.list_unreviewed", _("Emergencies"), frozenset({Office.SECURITY_OFFICER}), _emergencies_waiting),
    Item("alerts.list_campaigns", _("Campaigns"), frozenset({Office.ADMINISTRATOR})),
    Item("custody.show_keys", _("Keys"), frozenset({Office.SECURITY_OFFICER}), _keys_waiting),
    Item("leaving.list_leavings", _("Leaving"), _OFFICERS),
    Item("erasures.list_erasures", _("Erasure"), _ERASERS, _erasures_waiting),
    Item("findings.list_findings", _("Findings"), frozenset({Office.SECURITY_OFFICER})),
    Item("anchors.show_anchors", _("Anchors"), frozenset({Office.SECURITY_OFFICER}), _anchors_failing),
)
_FIRST = {Office.SECURITY_OFFICER: "live_views.list_live_views"}
"""Where an office begins, if not at its first item."""
EVERYBODYS_FIRST = "account.show_account"


def items_for(office: Office) -> list[Item]:
    """The screens of this office that the application has."""
    return [item for item in _ITEMS if office in item.offices and item.endpoint in current_app.view_functions]


def first_endpoint(office: Office) -> str:
    """Where a person of this office begins."""
    own = [item.endpoint for item in items_for(office)]
    first = _FIRST.get(office, "")
    return first if first in own else (own[0] if own else EVERYBODYS_FIRST)
