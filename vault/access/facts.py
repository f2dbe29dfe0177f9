"""Everything that the decision to open, or to go on, rests on: read in one transaction from what is true now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from vault.agreements.gate import has_accepted
from vault.database import document_queries, dossier_queries
from vault.database.document_queries import DocumentRecord, VersionRecord, VersionState
from vault.database.engine import Connection
from vault.database.policy_queries import policy_in_force
from vault.database.view_queries import QuotaKey
from vault.errors import NotFound
from vault.filing.holdings import Holding, holding_of_person
from vault.grants.standing import StandingGrants, standing_grants
from vault.model import Actor, PersonId, Place, PlaceSource
from vault.place import read_position
from vault.policy.document import Policy, PositionDemand
from vault.policy.granting import GrantKind
from vault.policy.limits import LeaseEnd, ViewLimits, lease_from, limits_for, watched_limits
from vault.policy.opening import OpeningFacts
from vault.runtime import Vault

DECLARED_CHARACTERS = 60
MINIMUM_DECLARED = 2


@dataclass(frozen=True, slots=True)
class Target:
    """The document asked for, its current version if one is live, and the person's part in its dossier."""

    document: DocumentRecord
    version: VersionRecord | None
    holding: Holding
    limits: ViewLimits
    agreements_are_accepted: bool
    policy: Policy
    grants: StandingGrants
    is_watched: bool = False
    """Whether each view needs an approver's grant, since the person is about to leave."""
    emergency_view: bool = False
    """Whether this is about a view that was opened in an emergency and goes on."""

    @property
    def may_be_known(self) -> bool:
        """Whether the person may know that there is such a document: by a duty, or because access was granted."""
        return bool(self.holding.duties) or GrantKind.ACCESS in self.granted

    @property
    def granted(self) -> frozenset[GrantKind]:
        """What the grants that hold now let the person do."""
        return self.grants.kinds | ({GrantKind.EMERGENCY} if self.emergency_view else frozenset())

    @property
    def lease_minutes(self) -> int:
        """Of a view that is opened now."""
        return max(self.limits.lease_minutes, self.grants.lease_minutes)

    def lease_from(self, now: dt.datetime) -> LeaseEnd:
        """When a view that is opened now ends."""
        return lease_from(replace(self.limits, lease_minutes=self.lease_minutes), now, granted=self.granted)

    @property
    def quota_key(self) -> QuotaKey:
        number = self.version.number if self.version and self.limits.per_version else 0
        return QuotaKey(self.holding.person.id, self.document.id, number)

    def facts(self, place: Place) -> OpeningFacts:
        """What the rules ask."""
        return OpeningFacts(
            person_state=self.holding.state,
            office=self.holding.person.office,
            clearance=self.holding.person.clearance,
            duties=self.holding.held,
            classification=self.holding.dossier.classification,
            version_is_live=self.version is not None,
            place_is_known=place.source is not PlaceSource.UNKNOWN,
            agreements_are_accepted=self.agreements_are_accepted,
            granted=self.granted,
            hours=self.limits.hours,
            timezone=self.limits.timezone,
            places=self.limits.places,
            zone=place.zone,
            country=place.country,
            position_is_missing=self.limits.position == "required" and place.position is None,
            is_watched=self.is_watched,
        )


def load_target(vault: Vault, tx: Connection, actor: Actor, document_id: str) -> Target:
    """The document and every fact about the actor and it, as :func:`target_of`."""
    return target_of(vault, tx, actor.person_id, document_id)


def target_of(
    vault: Vault, tx: Connection, person_id: PersonId, document_id: str, *, policy: Policy | None = None
) -> Target:
    """The document and every fact about this person and it. NotFound when there is no such document.

    ``policy`` in place of the one in force answers what would be under another one; nothing is opened by it.
    The rules, not this function, say what somebody without a part in the dossier is told.
    """
    document = document_queries.load_document(tx, document_id)
    if document is None:
        raise NotFound(recorded_as="not_found.document")
    dossier = dossier_queries.load_dossier(tx, document.dossier_id)
    if dossier is None:
        raise NotFound(recorded_as="not_found.document")
    holding = holding_of_person(vault, tx, person_id, dossier)
    if dossier.is_shredded:
        raise NotFound("dossier.shredded" if holding.duties else None, recorded_as="dossier.shredded")
    policy = policy or policy_in_force(tx).policy
    leaves = holding.person.leaves_at is not None
    limits = limits_for(policy, dossier.classification)
    return Target(
        document=document,
        version=_live_version(tx, document),
        holding=holding,
        limits=watched_limits(limits, policy) if leaves else limits,
        agreements_are_accepted=has_accepted(tx, holding.person.id, dossier.classification),
        policy=policy,
        grants=standing_grants(vault, tx, holding=holding, document_id=document.id, policy=policy),
        is_watched=leaves and policy.watch.by_approval,
    )


def with_declared_place(place: Place, declared: str) -> Place:
    """The place as known, or as declared where the zone is unknown. A declaration never replaces a known zone."""
    words = " ".join("".join(mark if mark.isprintable() else " " for mark in declared).split())[:DECLARED_CHARACTERS]
    if place.source is PlaceSource.ZONE or sum(mark.isalnum() for mark in words) < MINIMUM_DECLARED:
        return place
    return replace(place, source=PlaceSource.DECLARED, zone="", declared=words)


def with_position(place: Place, reported: str, *, demand: PositionDemand) -> Place:
    """The place with the position that the browser reported, where the policy asks for one; nothing is kept unasked."""
    return place if demand == "never" else replace(place, position=read_position(reported))


def _live_version(tx: Connection, document: DocumentRecord) -> VersionRecord | None:
    if document.current_version is None:
        return None
    version = document_queries.version_of_document(tx, document.id, document.current_version)
    return version if version is not None and version.state is VersionState.LIVE else None
