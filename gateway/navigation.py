"""The screens that a person of each office finds from everywhere, and where they begin.

Two levels: what stands side by side belongs together in the daily work of the office, and groups of more than one
screen show them below the bar. On narrow windows all of it is one menu (``_header.html``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask import request, url_for
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
from vault.model import Actor, Office
from vault.notices.reading import count_unread
from vault.policymaking.showing import count_to_decide as count_proposals
from vault.requests.listing import count_waiting
from vault.runtime import Vault
from vault.trail.erasing.listing import count_to_decide as count_erasures

Count = Callable[[Vault, Actor], int]


@dataclass(frozen=True, slots=True)
class Item:
    """A screen. ``counts`` say what waits there; ``beneath`` are blueprints and endpoints that are part of it.

    Where nothing is named, all screens of its own blueprint do.
    """

    endpoint: str
    words: LazyString
    counts: tuple[Count, ...] = ()
    beneath: tuple[str, ...] = ()

    @property
    def is_current(self) -> bool:
        places = {self.endpoint, *(self.beneath or (self.endpoint.partition(".")[0],))}
        return not places.isdisjoint({request.endpoint, request.blueprint})


@dataclass(frozen=True, slots=True)
class Group:
    """Screens that belong together, under a word of their own."""

    words: LazyString
    items: tuple[Item, ...]


_ALERTS = Item("alerts.list_all", _("Alerts"), (count_open,), ("alerts.show_one", "alerts.dismiss", "alerts.escalate"))
_CAMPAIGNS = Item("alerts.list_campaigns", _("Campaigns"), beneath=("alerts.announce_campaign",))
_EXCEPTIONS = Item("alerts.list_exceptions", _("Exceptions"), beneath=("alerts.set_exception",))
_ANCHORS = Item("anchors.show_anchors", _("Anchors"), (count_alarms,))
_AGREEMENT_TEXTS = Item("agreement_texts.list_texts", _("Agreements"))
_FINDINGS = Item(
    "findings.list_findings", _("Findings"), beneath=("findings.list_findings", "findings.acknowledge_entries")
)
_LEAVING = Item("leaving.list_leavings", _("Leaving"))
_POLICY = Item("policies.show_policy", _("Policy"), (count_proposals,), ("policies", "policy_preview"))
_BARS: dict[Office, tuple[Item | Group, ...]] = {
    Office.STAFF: (
        Item(
            "dossiers.list_dossiers",
            _("Dossiers"),
            (count_submissions,),
            ("dossiers", "documents", "viewer", "filing", "submissions", "assigning"),
        ),
        Item(
            "requests.list_requests",
            _("Requests"),
            (count_waiting,),
            ("requests", "grants", "delegations", "emergencies"),
        ),
        Item("agreements.list_own", _("Agreements"), (count_agreements,)),
        Item("leaving.list_handovers", _("Hand-overs"), (count_to_confirm,)),
    ),
    Office.AUDITOR: (
        Group(
            _("Trail"),
            (
                Item(
                    "trail.search_trail",
                    _("Search"),
                    beneath=("trail.show_entry", "trail.narrow_trail", "trail_access", "trail_summaries"),
                ),
                Item(
                    "trail.show_verification",
                    _("Verification"),
                    beneath=("trail.verify_trail", "verification.check_receipt", "findings.acknowledge_found"),
                ),
                _FINDINGS,
                _ANCHORS,
                Item("exports.list_exports", _("My exports")),
                _AGREEMENT_TEXTS,
                Item("evidence.choose_subject", _("Evidence")),
                Item("feeds.show_feeds", _("Feeds")),
                Item("erasures.list_erasures", _("Erasure")),
                Item(
                    "verification.show_unanswered",
                    _("Views and copies without a result"),
                    beneath=("verification.show_unanswered",),
                ),
            ),
        ),
        Group(_("Alerts"), (_ALERTS, _CAMPAIGNS, _EXCEPTIONS)),
        _LEAVING,
        _POLICY,
    ),
    Office.ADMINISTRATOR: (
        Group(
            _("People"),
            (
                Item("people.list_people", _("People")),
                Item("teams.list_teams", _("Teams")),
                _LEAVING,
            ),
        ),
        Group(
            _("Rules"),
            (
                _POLICY,
                _AGREEMENT_TEXTS,
                _CAMPAIGNS,
            ),
        ),
        Item("erasures.list_erasures", _("Erasure"), (count_erasures,)),
    ),
    Office.SECURITY_OFFICER: (
        Group(
            _("Oversight"),
            (
                Item("live_views.list_live_views", _("Open views")),
                _ALERTS,
                _CAMPAIGNS,
                _EXCEPTIONS,
                Item("emergencies.list_unreviewed", _("Emergencies"), (count_unreviewed,)),
                _FINDINGS,
            ),
        ),
        Group(
            _("People"),
            (
                Item("people.list_people", _("People")),
                Item("delegations.list_all", _("Approving for others")),
                _LEAVING,
            ),
        ),
        Group(
            _("Keys and trail"),
            (
                Item("custody.show_keys", _("Keys"), (count_to_approve, count_attention)),
                _ANCHORS,
                Item("erasures.list_erasures", _("Erasure"), (count_erasures,)),
            ),
        ),
        _POLICY,
    ),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A screen as the bar shows it now; ``waiting`` is how much waits there for the person."""

    words: str
    address: str
    is_current: bool
    waiting: int


@dataclass(frozen=True, slots=True)
class Section:
    """What stands in the upper bar: one screen, or several that show below it while one of them is open."""

    words: str
    places: tuple[Place, ...]

    @property
    def address(self) -> str:
        return self.places[0].address

    @property
    def is_current(self) -> bool:
        return any(each.is_current for each in self.places)

    @property
    def waiting(self) -> int:
        return sum(each.waiting for each in self.places)

    @property
    def is_divided(self) -> bool:
        return len(self.places) > 1


@dataclass(frozen=True, slots=True)
class Navigation:
    """All that leads on from a page, with everything counted once."""

    sections: tuple[Section, ...]
    unread_notices: int

    @property
    def current(self) -> Section | None:
        """Where one is; None on screens that are everybody's."""
        return next((each for each in self.sections if each.is_current), None)

    @property
    def waiting(self) -> int:
        """For the one number of a closed menu: most notices tell of what is counted already where it waits."""
        return sum(each.waiting for each in self.sections) or self.unread_notices


def navigation_for(office: Office) -> Navigation:
    """The bar of this office for the page that is asked for."""
    return Navigation(
        tuple(Section(str(each.words), tuple(_place(item) for item in _items_of(each))) for each in _BARS[office]),
        _counted((count_unread,)),
    )


def first_endpoint(office: Office) -> str:
    """Where a person of this office begins."""
    return _items_of(_BARS[office][0])[0].endpoint


def _items_of(entry: Item | Group) -> tuple[Item, ...]:
    return entry.items if isinstance(entry, Group) else (entry,)


def _place(item: Item) -> Place:
    return Place(str(item.words), url_for(item.endpoint), item.is_current, _counted(item.counts))


def _counted(counts: Iterable[Count]) -> int:
    """How much waits; nothing is said to while that cannot be found out."""
    try:
        return sum(count(current_vault(), current_actor()) for count in counts)
    except VaultError:
        return 0
