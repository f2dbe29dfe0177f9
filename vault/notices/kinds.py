"""What people are told of. The value is stored; the words stand in :mod:`vault.notices.words`."""

from __future__ import annotations

import enum


class NoticeKind(enum.Enum):
    """One thing worth telling."""

    REQUEST_WAITS = "request_waits"
    """Somebody's request waits for this approver."""
    REQUEST_DECIDED = "request_decided"
    """This person's request was approved or refused."""
    REQUEST_LAPSED = "request_lapsed"
    """Nobody decided this person's request in time."""
    ACCESS_LAPSED = "access_lapsed"
    """The same for access to a dossier that the person may not know to exist."""
    GRANT_REVOKED = "grant_revoked"
    """What was granted to this person was taken back."""
    POLICY_WAITS = "policy_waits"
    """A proposed policy waits for one of those who may decide it."""
    POLICY_DECIDED = "policy_decided"
    """This person's proposal of a policy was approved or refused."""
    ALERT_RAISED = "alert_raised"
    """An alert waits for this security officer."""
    ALERT_ESCALATED = "alert_escalated"
    """A security officer escalated an alert: for auditors."""
    CAMPAIGN_WAITS = "campaign_waits"
    """A campaign waits for this security officer's confirmation."""
    ALERT_DIGEST = "alert_digest"
    """This custodian's weekly digest is there."""
    LEAVING_ANNOUNCED = "leaving_announced"
    """A colleague who shares dossiers is about to leave."""
    LEAVING_CHANGED = "leaving_changed"
    """The colleague leaves on another day, or somebody else takes over."""
    LEAVING_CANCELLED = "leaving_cancelled"
    """The colleague stays."""
    HANDOVER_WAITS = "handover_waits"
    """A hand-over waits for this person's confirmation."""
