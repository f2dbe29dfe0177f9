"""What is under way at the demonstration company: a team, somebody who leaves, a stand-in, rules about to change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import msgspec

from vault.alerts.campaigns import CampaignDraft, announce_campaign
from vault.database.engine import reading
from vault.database.policy_queries import policy_in_force
from vault.emergencies.opening import break_glass
from vault.filing.dossiers import list_dossiers
from vault.filing.lending import lend
from vault.leaving.announcing import LeavingDraft, announce_leaving
from vault.model import Actor
from vault.people.teams import add_member, create_team
from vault.policy.document import ClassPolicy
from vault.policy.granting import GrantKind
from vault.policy.reasons import ReasonDraft
from vault.policymaking.proposing import propose_policy
from vault.requests.asking import ask_for
from vault.requests.deciding import decide_request
from vault.requests.delegating import delegate
from vault.runtime import Vault

Actors = Mapping[str, Actor]
"""Signed in, by login."""
_DAY = dt.timedelta(days=1)


def fill_governance(vault: Vault, actors: Actors, documents: Mapping[str, list[str]], *, password: str) -> None:
    """All of it. ``documents`` by the login of the first borrower of their dossier."""
    _team(vault, actors)
    _granted_less(vault, actors, documents["alice"][4])
    _emergency(vault, actors["wangxm"], documents["wangxm"][0], password)
    _leaving(vault, actors)
    _stand_in(vault, actors)
    _rules(vault, actors["admin"], password)
    _campaign(vault, actors)


def _team(vault: Vault, actors: Actors) -> None:
    """Two people to whom one dossier is lent until the end of the quarter."""
    admin, custodian = actors["admin"], actors["beatrice"]
    team = create_team(vault, admin, name="Key accounts north")
    for login in ("jonas", "felix"):
        add_member(vault, admin, team_id=team, person_id=actors[login].person_id)
    dossier = list_dossiers(vault, custodian, customer="Harrow & Vale Bearings Ltd")[0]
    lend(vault, custodian, dossier_id=dossier.id, team_id=team, ends_at=vault.clock.now() + 60 * _DAY)


def _granted_less(vault: Vault, actors: Actors, document_id: str) -> None:
    """Three more views asked for, one given."""
    why = ReasonDraft("contract", "The renewal is negotiated on Thursday", "CRM-20571")
    request = ask_for(vault, actors["alice"], document_id=document_id, kind=GrantKind.VIEWS, amount=3, reason=why)
    note = "One is enough for the meeting itself"
    decide_request(vault, actors["henrik"], request_id=request, approve=True, amount=1, note=note)


def _emergency(vault: Vault, borrower: Actor, document_id: str, password: str) -> None:
    """A view beyond the three, which an approver has yet to look at."""
    break_glass(
        vault,
        borrower,
        document_id=document_id,
        reason=ReasonDraft("service_case", "客户产线停机，需立即核对备件条款", "SRV-20533"),
        password=password,
        declared_place="",
        idempotency_key=vault.random(16).hex(),
    )


def _leaving(vault: Vault, actors: Actors) -> None:
    """In three weeks; the dossiers wait for successor and custodian."""
    last_day = (vault.clock.now() + 21 * _DAY).date()
    announce_leaving(
        vault,
        actors["admin"],
        person_id=actors["felix"].person_id,
        draft=LeavingDraft(last_day, successor="jonas"),
        reason=ReasonDraft("other", "Gave notice; moves to another company"),
    )


def _stand_in(vault: Vault, actors: Actors) -> None:
    """An approver on holiday."""
    ends_at = vault.clock.now() + 10 * _DAY
    delegate(vault, actors["zhaogl"], to="henrik", starts_at=None, ends_at=ends_at, note="年假，由同事代为审批")


def _rules(vault: Vault, admin: Actor, password: str) -> None:
    """A proposal that somebody else decides."""
    with reading(vault.engine) as tx:
        in_force = policy_in_force(tx)
    secret = in_force.policy.classes.get("secret", ClassPolicy())
    classes = {**in_force.policy.classes, "secret": msgspec.structs.replace(secret, lease_minutes=10, views_a_day=5)}
    proposed = msgspec.structs.replace(in_force.policy, classes=classes, views_a_day=40)
    note = "Shorter views of secret documents, as the audit of October asked for"
    propose_policy(vault, admin, policy=proposed, base_version=in_force.version, note=note, password=password)


def _campaign(vault: Vault, actors: Actors) -> None:
    """Many more views than usual, announced before."""
    today = vault.clock.now().date()
    references = [row.reference for row in list_dossiers(vault, actors["beatrice"])]
    draft = CampaignDraft(today + 5 * _DAY, today + 12 * _DAY, people="alice, jonas", dossiers=" ".join(references))
    announce_campaign(vault, actors["admin"], draft=draft, note="Year-end review of all northern customers")
