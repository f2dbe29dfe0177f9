"""The closed vocabulary of the trail: every event with what it says, in one English sentence.

Names are ``object.past_verb`` and never change their meaning; a new meaning is a new name. The gateway translates the
sentences. An intent is an event that must be followed by one of its results (docs/spec/trail.md, "Intent and result").
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType


class Event(enum.Enum):
    """What can be recorded. ``sentence`` says it in English."""

    SESSION_OPENED = "session.opened"
    SESSION_REFUSED = "session.refused"
    SESSION_ENDED = "session.ended"
    PERSON_CREATED = "person.created"
    PERSON_CHANGED = "person.changed"
    PERSON_SUSPENDED = "person.suspended"
    PERSON_RESTORED = "person.restored"
    PERSON_PASSWORD_CHANGED = "person.password_changed"
    PERSON_LINKED = "person.linked"
    PERSON_UNLINKED = "person.unlinked"
    LEAVING_ANNOUNCED = "leaving.announced"
    LEAVING_CHANGED = "leaving.changed"
    LEAVING_CANCELLED = "leaving.cancelled"
    LEAVING_RESTRICTED = "leaving.restricted"
    LEAVING_ENDED = "leaving.ended"
    HANDOVER_PROPOSED = "handover.proposed"
    HANDOVER_CONFIRMED = "handover.confirmed"
    HANDOVER_DECLINED = "handover.declined"
    HANDOVER_FINISHED = "handover.finished"
    EXPOSURE_VIEWED = "exposure.viewed"
    DOSSIER_CREATED = "dossier.created"
    DOSSIER_ASSIGNED = "dossier.assigned"
    DOSSIER_UNASSIGNED = "dossier.unassigned"
    DOSSIER_RECLASSIFIED = "dossier.reclassified"
    DOSSIER_LENT = "dossier.lent"
    DOSSIER_RETURNED = "dossier.returned"
    TEAM_CHANGED = "team.changed"
    TEAM_JOINED = "team.joined"
    TEAM_LEFT = "team.left"
    DOCUMENT_SUBMITTED = "document.submitted"
    DOCUMENT_FILED = "document.filed"
    DOCUMENT_REFUSED = "document.refused"
    DOCUMENT_QUARANTINED = "document.quarantined"
    DOCUMENT_CONVERTED = "document.converted"
    VIEW_OPENED = "view.opened"
    VIEW_KEYED = "view.keyed"
    VIEW_FAILED = "view.failed"
    VIEW_DENIED = "view.denied"
    VIEW_CLAIM_RETURNED = "view.claim_returned"
    VIEW_ENDED = "view.ended"
    VIEW_REVOKED = "view.revoked"
    PAGE_READ = "page.read"
    PAGE_REFUSED = "page.refused"
    REQUEST_MADE = "request.made"
    REQUEST_DECIDED = "request.decided"
    REQUEST_WITHDRAWN = "request.withdrawn"
    DELEGATION_GIVEN = "delegation.given"
    DELEGATION_ENDED = "delegation.ended"
    GRANT_GIVEN = "grant.given"
    GRANT_ENDED = "grant.ended"
    GRANT_REVOKED = "grant.revoked"
    EMERGENCY_OPENED = "emergency.opened"
    EMERGENCY_REVIEWED = "emergency.reviewed"
    COPY_PREPARED = "copy.prepared"
    COPY_RELEASED = "copy.released"
    COPY_DELIVERED = "copy.delivered"
    COPY_FAILED = "copy.failed"
    OBJECT_TAMPERED = "object.tampered"
    KEY_CREATED = "key.created"
    KEY_STATE_CHANGED = "key.state_changed"
    KEY_REWRAPPED = "key.rewrapped"
    KEY_ATTENTION_RAISED = "key.attention_raised"
    ROOT_MOVED = "root.moved"
    OPERATION_REQUESTED = "operation.requested"
    OPERATION_APPROVED = "operation.approved"
    OPERATION_PAUSED = "operation.paused"
    OPERATION_RESUMED = "operation.resumed"
    OPERATION_CANCELLED = "operation.cancelled"
    OPERATION_FAILED = "operation.failed"
    OPERATION_FINISHED = "operation.finished"
    DOSSIER_RESEALED = "dossier.resealed"
    DOSSIER_SHREDDED = "dossier.shredded"
    HOLD_PLACED = "hold.placed"
    HOLD_LIFTED = "hold.lifted"
    RECOVERY_PREPARED = "recovery.prepared"
    RECOVERY_USED = "recovery.used"
    MANIFEST_STORED = "manifest.stored"
    AGREEMENT_DRAFTED = "agreement.drafted"
    AGREEMENT_PUBLISHED = "agreement.published"
    AGREEMENT_WITHDRAWN = "agreement.withdrawn"
    AGREEMENT_ACCEPTED = "agreement.accepted"
    AGREEMENT_DECLINED = "agreement.declined"
    AGREEMENT_CERTIFIED = "agreement.certified"
    AGREEMENT_REVIEWED = "agreement.reviewed"
    VAULT_UNSEALED = "vault.unsealed"
    VAULT_SEALED = "vault.sealed"
    POLICY_APPLIED = "policy.applied"
    POLICY_PROPOSED = "policy.proposed"
    POLICY_CHANGED = "policy.changed"
    POLICY_REFUSED = "policy.refused"
    POLICY_WITHDRAWN = "policy.withdrawn"
    EVIDENCE_PACKED = "evidence.packed"
    TRAIL_SEARCHED = "trail.searched"
    TRAIL_REINDEXED = "trail.reindexed"
    TRAIL_EXPORTED = "trail.exported"
    TRAIL_COUNTED = "trail.counted"
    EXPORT_MADE = "export.made"
    EXPORT_FAILED = "export.failed"
    EXPORT_CANCELLED = "export.cancelled"
    EXPORT_DOWNLOADED = "export.downloaded"
    EXPORT_REMOVED = "export.removed"
    TRAIL_VERIFIED = "trail.verified"
    FINDING_ACKNOWLEDGED = "finding.acknowledged"
    FEED_CHANGED = "feed.changed"
    FEED_STALLED = "feed.stalled"
    FEED_RESUMED = "feed.resumed"
    FEED_REPLAYED = "feed.replayed"
    DAY_CLOSE = "day.close"
    TRAIL_GENESIS = "trail.genesis"
    TRAIL_KEY_ROTATED = "trail.key_rotated"
    TRAIL_ERASED = "trail.erased"
    TRAIL_PRUNED = "trail.pruned"
    TRAIL_SUCCEEDED = "trail.succeeded"
    TRAIL_ANCHORED = "trail.anchored"
    TRAIL_ANCHOR_FAILED = "trail.anchor_failed"
    TRAIL_CONTRADICTED = "trail.contradicted"
    TRAIL_HOLD_PLACED = "trail.hold_placed"
    TRAIL_HOLD_LIFTED = "trail.hold_lifted"
    ERASURE_REQUESTED = "erasure.requested"
    ERASURE_APPROVED = "erasure.approved"
    ERASURE_REFUSED = "erasure.refused"
    ERASURE_CANCELLED = "erasure.cancelled"
    ERASURE_RESUMED = "erasure.resumed"
    ERASURE_FAILED = "erasure.failed"
    ERASURE_FINISHED = "erasure.finished"
    ALERT_RAISED = "alert.raised"
    ALERT_GROWN = "alert.grown"
    ALERT_READ = "alert.read"
    ALERT_DISMISSED = "alert.dismissed"
    ALERT_ESCALATED = "alert.escalated"
    ALERT_DIGESTED = "alert.digested"
    CAMPAIGN_ANNOUNCED = "campaign.announced"
    CAMPAIGN_CONFIRMED = "campaign.confirmed"
    CAMPAIGN_REFUSED = "campaign.refused"
    CAMPAIGN_ENDED = "campaign.ended"
    EXCEPTION_SET = "exception.set"
    EXCEPTION_LIFTED = "exception.lifted"

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]


class Outcome(enum.Enum):
    """How it ended: done, refused by a rule, or not possible."""

    SUCCESS = "success"
    DENIED = "denied"
    FAILED = "failed"


RESULTS_OF: Mapping[Event, frozenset[Event]] = MappingProxyType(
    {
        Event.VIEW_OPENED: frozenset({Event.VIEW_KEYED, Event.VIEW_FAILED}),
        Event.COPY_RELEASED: frozenset({Event.COPY_DELIVERED, Event.COPY_FAILED}),
    }
)
"""The intents, each with the events that answer it. A denied or failed intent asks for no answer."""

INTENT_OF: Mapping[Event, Event] = MappingProxyType(
    {result: intent for intent, results in RESULTS_OF.items() for result in results}
)
"""The same, read from the other end: which intent a result can answer, and no other."""

RESULT_FOLLOWS: Mapping[str, str] = MappingProxyType({"result": "follows"})
"""What an entry of :data:`SAYING_SO` promises in its details."""
SAYING_SO = frozenset({Event.COPY_RELEASED})
"""Intents only where their details say that a result follows: older ones never had one, and promised none."""

ANSWERING_ONCE = frozenset({Event.COPY_DELIVERED})
"""Results without which nothing leaves: one that finds no open intent tells of more than was granted."""


def awaits_result(event: Event, outcome: Outcome, details: Mapping[str, object]) -> bool:
    """Whether an entry is an intent: one of :data:`RESULTS_OF` must follow it, and name it."""
    if event not in RESULTS_OF or outcome is not Outcome.SUCCESS:
        return False
    return event not in SAYING_SO or RESULT_FOLLOWS.items() <= details.items()


MADE_BY_SEQUENCER = frozenset({Event.TRAIL_GENESIS, Event.DAY_CLOSE})
"""Leaves that no inbox row stands behind; nobody else may record them."""

KEPT_BY_PRUNING = frozenset(
    {
        Event.TRAIL_GENESIS,
        Event.TRAIL_KEY_ROTATED,
        Event.TRAIL_ERASED,
        Event.TRAIL_PRUNED,
        Event.TRAIL_SUCCEEDED,
        Event.TRAIL_ANCHORED,
        Event.TRAIL_CONTRADICTED,
        Event.FINDING_ACKNOWLEDGED,
    }
)
"""Leaves that a verification needs for ever: of keys, erasures, prunings, anchors, what came before, and who answers
for a damage."""

_SENTENCES: Mapping[Event, str] = MappingProxyType(
    {
        Event.SESSION_OPENED: "A person signed in.",
        Event.SESSION_REFUSED: "A sign-in was refused.",
        Event.SESSION_ENDED: "A session ended.",
        Event.PERSON_CREATED: "An account was created for a person.",
        Event.PERSON_CHANGED: "A person's account was changed.",
        Event.PERSON_SUSPENDED: "A person was suspended.",
        Event.PERSON_RESTORED: "A suspended person was restored.",
        Event.PERSON_PASSWORD_CHANGED: "A person's password was changed.",
        Event.PERSON_LINKED: "An account was found to belong to the person who has another.",
        Event.PERSON_UNLINKED: "An account was found to belong to nobody who has another.",
        Event.LEAVING_ANNOUNCED: "It was announced that a person leaves; from then on they are watched.",
        Event.LEAVING_CHANGED: "The last day or the successor of a person who leaves was changed.",
        Event.LEAVING_CANCELLED: "It was called off that a person leaves.",
        Event.LEAVING_RESTRICTED: "Whatever a person who leaves had open was ended.",
        Event.LEAVING_ENDED: "The last day of a person was over and what was still theirs had ended.",
        Event.HANDOVER_PROPOSED: "A person was named to take over a duty from one who leaves.",
        Event.HANDOVER_CONFIRMED: "The hand-over of a duty was confirmed by its custodian or by the successor.",
        Event.HANDOVER_DECLINED: "The hand-over of a duty was declined.",
        Event.HANDOVER_FINISHED: "A duty was handed over.",
        Event.EXPOSURE_VIEWED: "Somebody looked at what a person had seen.",
        Event.DOSSIER_CREATED: "A dossier was created.",
        Event.DOSSIER_ASSIGNED: "A person was given a duty for a dossier.",
        Event.DOSSIER_UNASSIGNED: "A person's duty for a dossier was ended.",
        Event.DOSSIER_RECLASSIFIED: "The classification of a dossier was changed.",
        Event.DOSSIER_LENT: "A dossier was lent to a team.",
        Event.DOSSIER_RETURNED: "A team's loan of a dossier was ended.",
        Event.TEAM_CHANGED: "A team was created, renamed or ended.",
        Event.TEAM_JOINED: "A person was put into a team.",
        Event.TEAM_LEFT: "A person was taken out of a team.",
        Event.DOCUMENT_SUBMITTED: "A document was submitted to a dossier.",
        Event.DOCUMENT_FILED: "A submitted document was filed.",
        Event.DOCUMENT_REFUSED: "A submitted document was refused.",
        Event.DOCUMENT_QUARANTINED: "A document could not be accepted and was quarantined.",
        Event.DOCUMENT_CONVERTED: "A document was made into pages.",
        Event.VIEW_OPENED: "A view was granted and counted; its key had not been touched yet.",
        Event.VIEW_KEYED: "The key of a granted view was unwrapped and given to it.",
        Event.VIEW_FAILED: "A granted view could not be given its key.",
        Event.VIEW_DENIED: "A person asked to open a document and was refused.",
        Event.VIEW_CLAIM_RETURNED: "A view that delivered no page was given back to the quota.",
        Event.VIEW_ENDED: "A view ended.",
        Event.VIEW_REVOKED: "A view was revoked.",
        Event.PAGE_READ: "A page was delivered with its mark.",
        Event.PAGE_REFUSED: "A page was asked for and refused.",
        Event.REQUEST_MADE: "A person asked for something beyond the policy.",
        Event.REQUEST_DECIDED: "An approver decided a request, alone or as one of several.",
        Event.REQUEST_WITHDRAWN: "A request was withdrawn or lapsed.",
        Event.DELEGATION_GIVEN: "An approver handed their approving to another person for a time.",
        Event.DELEGATION_ENDED: "That somebody approves in another's stead was ended or its time was over.",
        Event.GRANT_GIVEN: "Something beyond the policy was granted: everybody who had to agree has.",
        Event.GRANT_ENDED: "A grant ran out, was given back, or lost what it rested on.",
        Event.GRANT_REVOKED: "A grant was revoked, with the views opened through it.",
        Event.EMERGENCY_OPENED: "A person opened a document in an emergency, before anybody could decide.",
        Event.EMERGENCY_REVIEWED: "An approver reviewed an emergency and said whether it was justified.",
        Event.COPY_PREPARED: "A person prepared a marked copy of a document, which then can be downloaded once.",
        Event.COPY_RELEASED: "A marked copy was given out to be downloaded; no key had been touched yet.",
        Event.COPY_DELIVERED: "A marked copy was made and handed over to be sent; whether it arrived is not known.",
        Event.COPY_FAILED: "A marked copy could not be made and can be downloaded again.",
        Event.OBJECT_TAMPERED: "Stored bytes were found that are not what was sealed or recorded.",
        Event.KEY_CREATED: "A key was created.",
        Event.KEY_STATE_CHANGED: "The state of a key was changed.",
        Event.KEY_REWRAPPED: "Keys were wrapped anew under another key.",
        Event.KEY_ATTENTION_RAISED: "A ring is due for rotation, near the cap of its wraps, or without a wrapping key.",
        Event.ROOT_MOVED: "Key-encryption keys were wrapped by another root key.",
        Event.OPERATION_REQUESTED: "Work on keys was ordered.",
        Event.OPERATION_APPROVED: "Work on keys was approved.",
        Event.OPERATION_PAUSED: "Work on keys was paused.",
        Event.OPERATION_RESUMED: "Paused work on keys was taken up again.",
        Event.OPERATION_CANCELLED: "Work on keys was called off.",
        Event.OPERATION_FAILED: "Work on keys stopped at something that needs a person.",
        Event.OPERATION_FINISHED: "Work on keys was finished and verified.",
        Event.DOSSIER_RESEALED: "A dossier got a new key and its content was sealed anew.",
        Event.DOSSIER_SHREDDED: "The key of a dossier was destroyed, and what it sealed with it.",
        Event.HOLD_PLACED: "A dossier was put under a legal hold.",
        Event.HOLD_LIFTED: "A legal hold on a dossier was lifted.",
        Event.RECOVERY_PREPARED: "A recovery key was made and split into shares.",
        Event.RECOVERY_USED: "Key-encryption keys were brought back by the shares of the recovery key.",
        Event.MANIFEST_STORED: "The manifest of wrapped keys was stored beside the objects.",
        Event.AGREEMENT_DRAFTED: "A version of a confidentiality agreement was written or changed, not published.",
        Event.AGREEMENT_PUBLISHED: "A version of a confidentiality agreement was published.",
        Event.AGREEMENT_WITHDRAWN: "A confidentiality agreement was withdrawn and asks nobody any more.",
        Event.AGREEMENT_ACCEPTED: "A person accepted a version of a confidentiality agreement.",
        Event.AGREEMENT_DECLINED: "A person declined a version of a confidentiality agreement.",
        Event.AGREEMENT_CERTIFIED: "A certificate of an acceptance was issued.",
        Event.AGREEMENT_REVIEWED: "Somebody looked up who has accepted an agreement and who has not.",
        Event.VAULT_UNSEALED: "The vault was unsealed.",
        Event.VAULT_SEALED: "The vault was sealed.",
        Event.POLICY_APPLIED: "A node began to apply the settings that decide what people may do.",
        Event.POLICY_PROPOSED: "An administrator proposed another policy.",
        Event.POLICY_CHANGED: "A proposed policy was approved by a second person and came into force.",
        Event.POLICY_REFUSED: "A proposed policy was refused.",
        Event.POLICY_WITHDRAWN: "A proposed policy was withdrawn or lapsed.",
        Event.EVIDENCE_PACKED: "An auditor had the evidence about a person or a document put together.",
        Event.TRAIL_SEARCHED: "An auditor searched the trail.",
        Event.TRAIL_REINDEXED: "The index by which the trail is searched was made anew.",
        Event.TRAIL_COUNTED: "The entries of a document or a person were counted for an export.",
        Event.TRAIL_EXPORTED: "An auditor ordered an export of entries of the trail.",
        Event.EXPORT_MADE: "The file of an export was made and sealed.",
        Event.EXPORT_FAILED: "The file of an export could not be made.",
        Event.EXPORT_CANCELLED: "An export was called off before its file was made.",
        Event.EXPORT_DOWNLOADED: "An auditor downloaded the file of an export.",
        Event.EXPORT_REMOVED: "The file of an export was removed.",
        Event.TRAIL_VERIFIED: "The trail was verified.",
        Event.FINDING_ACKNOWLEDGED: "An auditor acknowledged a damage that was found; it stays a finding.",
        Event.FEED_CHANGED: "A feed to a security monitor was set up or changed.",
        Event.FEED_STALLED: "A feed to a security monitor does not get on.",
        Event.FEED_RESUMED: "A stalled feed to a security monitor gets on again.",
        Event.FEED_REPLAYED: "Entries of the trail were sent to a security monitor once more.",
        Event.DAY_CLOSE: "The entries of a day were counted and closed.",
        Event.TRAIL_GENESIS: "The trail began.",
        Event.TRAIL_KEY_ROTATED: "The key that signs checkpoints was replaced.",
        Event.TRAIL_ERASED: "The personal values of a person were erased from the trail by law.",
        Event.TRAIL_PRUNED: "Old entries were removed from the trail, their hashes kept.",
        Event.TRAIL_SUCCEEDED: "A new trail began where an older one could not go on.",
        Event.TRAIL_ANCHORED: "A checkpoint was placed where the vault cannot rewrite it.",
        Event.TRAIL_ANCHOR_FAILED: "No checkpoint could be placed with an anchor for longer than is allowed.",
        Event.TRAIL_CONTRADICTED: "A checkpoint kept outside contradicts this trail; nothing is signed meanwhile.",
        Event.TRAIL_HOLD_PLACED: "The entries of a person were put under a legal hold.",
        Event.TRAIL_HOLD_LIFTED: "A legal hold on the entries of a person was lifted.",
        Event.ERASURE_REQUESTED: "An erasure or a pruning of the trail was requested.",
        Event.ERASURE_APPROVED: "An erasure or a pruning of the trail was approved.",
        Event.ERASURE_REFUSED: "An erasure or a pruning of the trail was refused.",
        Event.ERASURE_CANCELLED: "An erasure or a pruning of the trail was called off.",
        Event.ERASURE_RESUMED: "An erasure or a pruning of the trail that had stopped was taken up again.",
        Event.ERASURE_FAILED: "An erasure or a pruning of the trail stopped at something that needs a person.",
        Event.ERASURE_FINISHED: "An erasure or a pruning of the trail was finished.",
        Event.ALERT_RAISED: "What a person did in a day stood out, and an alert was raised.",
        Event.ALERT_GROWN: "An open alert got a further hard rule as the day went on.",
        Event.ALERT_READ: "Somebody read an alert and what the person did around it.",
        Event.ALERT_DISMISSED: "An alert was dismissed.",
        Event.ALERT_ESCALATED: "An alert was escalated.",
        Event.ALERT_DIGESTED: "The digest of a week was made for a custodian.",
        Event.CAMPAIGN_ANNOUNCED: "A campaign that makes people open more than usual was announced.",
        Event.CAMPAIGN_CONFIRMED: "An announced campaign was confirmed by a second person.",
        Event.CAMPAIGN_REFUSED: "An announced campaign was refused.",
        Event.CAMPAIGN_ENDED: "A campaign was ended before its last day.",
        Event.EXCEPTION_SET: "An exception from what gives points was set or changed for a person.",
        Event.EXCEPTION_LIFTED: "An exception from what gives points was lifted.",
    }
)
