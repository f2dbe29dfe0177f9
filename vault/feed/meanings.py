"""What each event is in the words of a monitor: its OCSF class and activity, and how severe it is.

The table is whole: a test finds an event without a row, and docs/spec/feed.md shows the same rows. Class and activity
numbers are those of OCSF 1.6 (schema.ocsf.io); where a class has no activity for it, it is 99 with a name of our own.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from vault.ledger.events import Event, Outcome

OTHER = 99
PRUNED_LEAF = "leaf.pruned"
"""The code of a line in place of an entry whose leaf was pruned: the pruning itself was told by a line of its own."""


class OcsfClass(enum.Enum):
    """The classes that events are put in. ``value`` is the class_uid."""

    DETECTION_FINDING = 2004
    ACCOUNT_CHANGE = 3001
    AUTHENTICATION = 3002
    ENTITY_MANAGEMENT = 3004
    USER_ACCESS_MANAGEMENT = 3005
    APPLICATION_LIFECYCLE = 6002
    API_ACTIVITY = 6003
    FILE_HOSTING_ACTIVITY = 6006

    @property
    def caption(self) -> str:
        """The name of the class in the schema."""
        return self.name.replace("_", " ").title().replace("Api", "API")


class Severity(enum.IntEnum):
    """OCSF's severity_id."""

    INFORMATIONAL = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4
    CRITICAL = 5


_STANDARD: Mapping[OcsfClass, Mapping[str, int]] = MappingProxyType(
    {
        OcsfClass.DETECTION_FINDING: {"Create": 1, "Update": 2, "Close": 3},
        OcsfClass.ACCOUNT_CHANGE: {
            "Create": 1,
            "Enable": 2,
            "Password Change": 3,
            "Password Reset": 4,
            "Disable": 5,
        },
        OcsfClass.AUTHENTICATION: {"Logon": 1, "Logoff": 2},
        OcsfClass.ENTITY_MANAGEMENT: {
            "Create": 1,
            "Read": 2,
            "Update": 3,
            "Delete": 4,
            "Suspend": 12,
            "Resume": 13,
        },
        OcsfClass.USER_ACCESS_MANAGEMENT: {"Assign Privileges": 1, "Revoke Privileges": 2},
        OcsfClass.APPLICATION_LIFECYCLE: {"Enable": 6, "Disable": 7},
        OcsfClass.API_ACTIVITY: {"Create": 1, "Read": 2, "Update": 3, "Delete": 4},
        OcsfClass.FILE_HOSTING_ACTIVITY: {"Upload": 1, "Download": 2, "Preview": 9, "Open": 14, "Access Check": 17},
    }
)
"""The activities of the schema that are used here; every other name is one of ours."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an event is to a monitor. ``refused`` is how severe it is when it was denied or failed.

    ``entity`` is the kind of thing an Entity Management event is about, '' for the other classes.
    """

    ocsf_class: OcsfClass
    activity_name: str
    severity: Severity
    refused: Severity
    entity: str = ""

    @property
    def activity_id(self) -> int:
        return _STANDARD[self.ocsf_class].get(self.activity_name, OTHER)

    @property
    def type_uid(self) -> int:
        return self.ocsf_class.value * 100 + self.activity_id

    def severity_of(self, outcome: Outcome) -> Severity:
        """How severe it is that the event ended so."""
        return self.severity if outcome is Outcome.SUCCESS else self.refused


def meaning_of(event: Event, *, code: str = "") -> Meaning:
    """The row of this event; by its code where that makes it something else."""
    return _BY_CODE.get((event, code)) or MEANINGS[event]


def _file(activity: str, severity: Severity, refused: Severity = Severity.MEDIUM) -> Meaning:
    return Meaning(OcsfClass.FILE_HOSTING_ACTIVITY, activity, severity, refused)


def _account(activity: str, severity: Severity) -> Meaning:
    return Meaning(OcsfClass.ACCOUNT_CHANGE, activity, severity, Severity.MEDIUM)


def _entity(entity: str, activity: str, severity: Severity, refused: Severity = Severity.MEDIUM) -> Meaning:
    return Meaning(OcsfClass.ENTITY_MANAGEMENT, activity, severity, refused, entity)


def _trail(activity: str, severity: Severity, refused: Severity = Severity.MEDIUM) -> Meaning:
    return Meaning(OcsfClass.API_ACTIVITY, activity, severity, refused)


def _finding(activity: str, severity: Severity) -> Meaning:
    return Meaning(OcsfClass.DETECTION_FINDING, activity, severity, severity)


_INFO, _LOW, _MEDIUM, _HIGH, _CRITICAL = Severity

MEANINGS: Mapping[Event, Meaning] = MappingProxyType(
    {
        Event.SESSION_OPENED: Meaning(OcsfClass.AUTHENTICATION, "Logon", _INFO, _MEDIUM),
        Event.SESSION_REFUSED: Meaning(OcsfClass.AUTHENTICATION, "Logon", _LOW, _MEDIUM),
        Event.SESSION_ENDED: Meaning(OcsfClass.AUTHENTICATION, "Logoff", _INFO, _LOW),
        Event.PERSON_CREATED: _account("Create", _LOW),
        Event.PERSON_CHANGED: _account("Change", _LOW),
        Event.PERSON_SUSPENDED: _account("Disable", _MEDIUM),
        Event.PERSON_RESTORED: _account("Enable", _MEDIUM),
        Event.PERSON_PASSWORD_CHANGED: _account("Password Change", _LOW),
        Event.PERSON_LINKED: _account("Change", _LOW),
        Event.PERSON_UNLINKED: _account("Change", _MEDIUM),
        Event.DOSSIER_CREATED: _entity("dossier", "Create", _INFO),
        Event.DOSSIER_ASSIGNED: Meaning(OcsfClass.USER_ACCESS_MANAGEMENT, "Assign Privileges", _LOW, _MEDIUM),
        Event.LEAVING_ANNOUNCED: _account("Leaving announced", _MEDIUM),
        Event.LEAVING_CHANGED: _account("Leaving changed", _MEDIUM),
        Event.LEAVING_CANCELLED: _account("Leaving called off", _MEDIUM),
        Event.LEAVING_RESTRICTED: _account("Leaver restricted", _MEDIUM),
        Event.LEAVING_ENDED: _account("Disable", _MEDIUM),
        Event.HANDOVER_PROPOSED: _entity("hand-over", "Propose", _INFO),
        Event.HANDOVER_CONFIRMED: _entity("hand-over", "Confirm", _INFO),
        Event.HANDOVER_DECLINED: _entity("hand-over", "Decline", _LOW),
        Event.HANDOVER_FINISHED: _entity("hand-over", "Finish", _LOW),
        Event.EXPOSURE_VIEWED: _trail("Read", _INFO),
        Event.DOSSIER_UNASSIGNED: Meaning(OcsfClass.USER_ACCESS_MANAGEMENT, "Revoke Privileges", _LOW, _MEDIUM),
        Event.DOSSIER_LENT: Meaning(OcsfClass.USER_ACCESS_MANAGEMENT, "Assign Privileges", _LOW, _MEDIUM),
        Event.DOSSIER_RETURNED: Meaning(OcsfClass.USER_ACCESS_MANAGEMENT, "Revoke Privileges", _LOW, _MEDIUM),
        Event.TEAM_CHANGED: _entity("team", "Update", _LOW),
        Event.TEAM_JOINED: Meaning(OcsfClass.USER_ACCESS_MANAGEMENT, "Assign Privileges", _LOW, _MEDIUM),
        Event.TEAM_LEFT: Meaning(OcsfClass.USER_ACCESS_MANAGEMENT, "Revoke Privileges", _LOW, _MEDIUM),
        Event.DOSSIER_RECLASSIFIED: _entity("dossier", "Update", _MEDIUM),
        Event.DOCUMENT_SUBMITTED: _file("Upload", _INFO),
        Event.DOCUMENT_FILED: _file("File", _INFO),
        Event.DOCUMENT_REFUSED: _file("Refuse", _INFO),
        Event.DOCUMENT_QUARANTINED: _file("Quarantine", _MEDIUM),
        Event.DOCUMENT_CONVERTED: _file("Convert", _INFO),
        Event.VIEW_OPENED: _file("Open", _LOW),
        Event.VIEW_KEYED: _file("Key", _INFO),
        Event.VIEW_FAILED: _file("Open", _MEDIUM),
        Event.VIEW_DENIED: _file("Access Check", _MEDIUM),
        Event.VIEW_CLAIM_RETURNED: _file("Return", _INFO),
        Event.VIEW_ENDED: _file("Close", _INFO),
        Event.VIEW_REVOKED: _file("Revoke", _MEDIUM),
        Event.PAGE_READ: _file("Preview", _INFO),
        Event.PAGE_REFUSED: _file("Access Check", _MEDIUM),
        Event.REQUEST_MADE: _entity("request", "Create", _INFO),
        Event.REQUEST_DECIDED: _entity("request", "Update", _LOW),
        Event.REQUEST_WITHDRAWN: _entity("request", "Delete", _INFO),
        Event.DELEGATION_GIVEN: Meaning(OcsfClass.USER_ACCESS_MANAGEMENT, "Assign Privileges", _LOW, _MEDIUM),
        Event.DELEGATION_ENDED: Meaning(OcsfClass.USER_ACCESS_MANAGEMENT, "Revoke Privileges", _LOW, _MEDIUM),
        Event.GRANT_GIVEN: _entity("grant", "Create", _LOW),
        Event.GRANT_ENDED: _entity("grant", "Delete", _INFO),
        Event.GRANT_REVOKED: _entity("grant", "Delete", _MEDIUM),
        Event.EMERGENCY_OPENED: _entity("grant", "Create", _HIGH),
        Event.EMERGENCY_REVIEWED: _entity("request", "Update", _MEDIUM),
        Event.COPY_PREPARED: _file("Prepare", _LOW),
        Event.COPY_RELEASED: _file("Download", _MEDIUM),
        Event.COPY_DELIVERED: _file("Deliver", _INFO),
        Event.COPY_FAILED: _file("Download", _MEDIUM),
        Event.OBJECT_TAMPERED: _finding("Create", _CRITICAL),
        Event.KEY_CREATED: _entity("key", "Create", _LOW),
        Event.KEY_STATE_CHANGED: _entity("key", "Update", _MEDIUM),
        Event.KEY_REWRAPPED: _entity("key", "Update", _INFO),
        Event.KEY_ATTENTION_RAISED: _finding("Create", _MEDIUM),
        Event.ROOT_MOVED: _entity("root key", "Update", _HIGH, _HIGH),
        Event.OPERATION_REQUESTED: _entity("operation", "Create", _MEDIUM),
        Event.OPERATION_APPROVED: _entity("operation", "Update", _MEDIUM),
        Event.OPERATION_PAUSED: _entity("operation", "Suspend", _LOW),
        Event.OPERATION_RESUMED: _entity("operation", "Resume", _LOW),
        Event.OPERATION_CANCELLED: _entity("operation", "Delete", _LOW),
        Event.OPERATION_FAILED: _entity("operation", "Update", _HIGH, _HIGH),
        Event.OPERATION_FINISHED: _entity("operation", "Update", _LOW),
        Event.DOSSIER_RESEALED: _entity("dossier", "Update", _LOW),
        Event.DOSSIER_SHREDDED: _entity("dossier", "Delete", _HIGH, _HIGH),
        Event.HOLD_PLACED: _entity("hold", "Create", _LOW),
        Event.HOLD_LIFTED: _entity("hold", "Delete", _MEDIUM),
        Event.RECOVERY_PREPARED: _entity("recovery key", "Create", _HIGH, _HIGH),
        Event.RECOVERY_USED: _entity("recovery key", "Read", _CRITICAL, _CRITICAL),
        Event.MANIFEST_STORED: _entity("manifest", "Create", _INFO),
        Event.VAULT_UNSEALED: Meaning(OcsfClass.APPLICATION_LIFECYCLE, "Enable", _LOW, _MEDIUM),
        Event.VAULT_SEALED: Meaning(OcsfClass.APPLICATION_LIFECYCLE, "Disable", _HIGH, _MEDIUM),
        Event.TRAIL_SEARCHED: _trail("Read", _INFO),
        Event.TRAIL_REINDEXED: _entity("search index", "Update", _LOW),
        Event.TRAIL_EXPORTED: _trail("Read", _MEDIUM),
        Event.EXPORT_MADE: _entity("export", "Create", _LOW),
        Event.EXPORT_FAILED: _entity("export", "Update", _MEDIUM),
        Event.EXPORT_CANCELLED: _entity("export", "Delete", _INFO),
        Event.EXPORT_DOWNLOADED: _trail("Read", _MEDIUM),
        Event.EXPORT_REMOVED: _entity("export", "Delete", _INFO),
        Event.TRAIL_VERIFIED: _trail("Read", _INFO, _CRITICAL),
        Event.FINDING_ACKNOWLEDGED: _finding("Update", _HIGH),
        Event.TRAIL_COUNTED: _trail("Read", _INFO),
        Event.EVIDENCE_PACKED: _trail("Read", _MEDIUM),
        Event.POLICY_APPLIED: _entity("policy", "Update", _MEDIUM),
        Event.POLICY_PROPOSED: _entity("policy", "Create", _LOW),
        Event.POLICY_CHANGED: _entity("policy", "Update", _HIGH),
        Event.POLICY_REFUSED: _entity("policy", "Delete", _LOW),
        Event.POLICY_WITHDRAWN: _entity("policy", "Delete", _INFO),
        Event.DAY_CLOSE: _trail("Create", _INFO),
        Event.TRAIL_GENESIS: _trail("Create", _MEDIUM),
        Event.TRAIL_KEY_ROTATED: _trail("Update", _HIGH, _HIGH),
        Event.TRAIL_ERASED: _trail("Delete", _HIGH, _HIGH),
        Event.TRAIL_PRUNED: _trail("Delete", _HIGH, _HIGH),
        Event.TRAIL_SUCCEEDED: _trail("Create", _CRITICAL, _CRITICAL),
        Event.TRAIL_ANCHORED: _trail("Create", _INFO),
        Event.TRAIL_ANCHOR_FAILED: _finding("Create", _HIGH),
        Event.TRAIL_CONTRADICTED: _finding("Create", _CRITICAL),
        Event.TRAIL_HOLD_PLACED: _entity("hold", "Create", _LOW),
        Event.TRAIL_HOLD_LIFTED: _entity("hold", "Delete", _MEDIUM),
        Event.ERASURE_REQUESTED: _entity("erasure", "Create", _MEDIUM),
        Event.ERASURE_APPROVED: _entity("erasure", "Update", _HIGH, _HIGH),
        Event.ERASURE_REFUSED: _entity("erasure", "Update", _LOW),
        Event.ERASURE_CANCELLED: _entity("erasure", "Delete", _LOW),
        Event.ERASURE_RESUMED: _entity("erasure", "Resume", _MEDIUM),
        Event.ERASURE_FAILED: _entity("erasure", "Update", _HIGH, _HIGH),
        Event.ERASURE_FINISHED: _entity("erasure", "Update", _MEDIUM),
        Event.ALERT_RAISED: _finding("Create", _HIGH),
        Event.ALERT_GROWN: _finding("Update", _HIGH),
        Event.ALERT_READ: _finding("Read", _INFO),
        Event.ALERT_DISMISSED: _finding("Close", _MEDIUM),
        Event.ALERT_ESCALATED: _finding("Update", _HIGH),
        Event.ALERT_DIGESTED: _entity("digest", "Create", _INFO),
        Event.CAMPAIGN_ANNOUNCED: _entity("campaign", "Create", _LOW),
        Event.CAMPAIGN_CONFIRMED: _entity("campaign", "Update", _MEDIUM),
        Event.CAMPAIGN_REFUSED: _entity("campaign", "Update", _LOW),
        Event.CAMPAIGN_ENDED: _entity("campaign", "Delete", _LOW),
        Event.EXCEPTION_SET: _entity("exception", "Create", _MEDIUM),
        Event.EXCEPTION_LIFTED: _entity("exception", "Delete", _LOW),
        Event.AGREEMENT_DRAFTED: _entity("agreement", "Create", _INFO),
        Event.AGREEMENT_PUBLISHED: _entity("agreement", "Update", _LOW),
        Event.AGREEMENT_WITHDRAWN: _entity("agreement", "Delete", _MEDIUM),
        Event.AGREEMENT_ACCEPTED: _entity("agreement", "Update", _INFO),
        Event.AGREEMENT_DECLINED: _entity("agreement", "Update", _MEDIUM),
        Event.AGREEMENT_CERTIFIED: _entity("agreement", "Read", _INFO),
        Event.AGREEMENT_REVIEWED: _entity("agreement", "Read", _INFO),
        Event.FEED_CHANGED: _entity("feed", "Update", _HIGH, _HIGH),
        Event.FEED_STALLED: _finding("Create", _HIGH),
        Event.FEED_RESUMED: _finding("Close", _INFO),
        Event.FEED_REPLAYED: _trail("Read", _MEDIUM),
    }
)

_BY_CODE: Mapping[tuple[Event, str], Meaning] = MappingProxyType(
    {
        (Event.PERSON_PASSWORD_CHANGED, "reset"): _account("Password Reset", _MEDIUM),
        (Event.TRAIL_VERIFIED, "verification.given_up"): _trail("Read", _INFO, _LOW),
        (Event.TRAIL_VERIFIED, "verification.acknowledged"): _trail("Read", _INFO, _LOW),
        (Event.TRAIL_PRUNED, PRUNED_LEAF): _trail("Delete", _INFO, _INFO),
    }
)
