"""The words for every value of the vault's enums, in the person's language. A test finds a value without words."""

from __future__ import annotations

import enum

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from gateway.class_words import class_words
from gateway.event_labels import EVENT_LABELS
from keys.model import KeyState
from vault.database.alert_notice_queries import CampaignState
from vault.database.alert_queries import AlertState
from vault.database.document_queries import VersionState
from vault.database.export_queries import ExportState
from vault.database.operation_queries import OperationState
from vault.database.request_queries import RequestState
from vault.intake.sniffing import MediaType
from vault.leaving.open_things import OpenKind
from vault.model import Classification, Duty, Office, PersonState, PlaceSource, ReasonCategory
from vault.policy.agreements import Answer, Audience, Language, Position
from vault.policy.changing import ProposalState
from vault.policy.custody import OperationKind
from vault.policy.erasing import ErasureKind, ErasureState, LegalBasis
from vault.policy.granting import GrantKind, GrantState
from vault.policy.leaving import HandoverState, LeavingState, Side
from vault.trail.exports.formats import ExportFormat, ExportHeaders

LABELS: dict[enum.Enum, LazyString] = {
    **EVENT_LABELS,
    Office.STAFF: _("Staff"),
    Office.ADMINISTRATOR: _("Administrator"),
    Office.SECURITY_OFFICER: _("Security officer"),
    Office.AUDITOR: _("Auditor"),
    Duty.AUTHOR: _("Author"),
    Duty.BORROWER: _("Borrower"),
    Duty.CUSTODIAN: _("Custodian"),
    Duty.APPROVER: _("Approver"),
    Classification.INTERNAL: _("Internal"),
    Classification.CONFIDENTIAL: _("Confidential"),
    Classification.SECRET: _("Secret"),
    Classification.TOP_SECRET: _("Top secret"),
    PersonState.ACTIVE: _("Active"),
    PersonState.SUSPENDED: _("Suspended"),
    LeavingState.ANNOUNCED: _("About to leave"),
    LeavingState.CALLED_OFF: _("Called off"),
    LeavingState.ENDED: _("Left"),
    HandoverState.OPEN: _("Open"),
    HandoverState.DONE: _("Handed over"),
    HandoverState.DROPPED: _("Not handed over"),
    Side.CUSTODIAN: _("as custodian"),
    Side.SUCCESSOR: _("as successor"),
    Audience.BORROWERS: _("Borrowers"),
    Audience.STAFF: _("All staff"),
    Audience.EVERYBODY: _("Everybody"),
    Answer.ACCEPTED: _("Accepted"),
    Answer.DECLINED: _("Declined"),
    Position.ACCEPTED: _("Accepted"),
    Position.UNANSWERED: _("Not answered yet"),
    Position.OUTDATED: _("To be answered again"),
    Position.DECLINED: _("Declined"),
    Language.ENGLISH: _("English"),
    Language.CHINESE: _("Simplified Chinese"),
    PlaceSource.ZONE: _("known network"),
    PlaceSource.DECLARED: _("declared"),
    PlaceSource.UNKNOWN: _("unknown"),
    ReasonCategory.CUSTOMER_MEETING: _("Meeting with the customer"),
    ReasonCategory.OFFER: _("Offer"),
    ReasonCategory.CONTRACT: _("Contract"),
    ReasonCategory.SERVICE_CASE: _("Service case"),
    ReasonCategory.HANDOVER: _("Hand-over"),
    ReasonCategory.REVIEW: _("Review"),
    ReasonCategory.OTHER: _("Other"),
    VersionState.PENDING: _("arriving"),
    VersionState.STORED: _("waiting for its pages"),
    VersionState.CONVERTING: _("pages are being made"),
    VersionState.SUBMITTED: _("waits to be filed"),
    VersionState.LIVE: _("filed"),
    VersionState.REPLACED: _("replaced"),
    VersionState.REFUSED: _("refused"),
    VersionState.QUARANTINED: _("set aside"),
    MediaType.PDF: _("PDF"),
    MediaType.PNG: _("PNG image"),
    MediaType.JPEG: _("JPEG image"),
    MediaType.TIFF: _("TIFF image"),
    MediaType.WEBP: _("WebP image"),
    MediaType.TEXT: _("plain text"),
    MediaType.MARKDOWN: _("Markdown text"),
    RequestState.OPEN: _("Waiting"),
    RequestState.APPROVED: _("Approved"),
    RequestState.REFUSED: _("Refused"),
    RequestState.WITHDRAWN: _("Withdrawn"),
    RequestState.LAPSED: _("Lapsed"),
    RequestState.UNREVIEWED: _("Waits for its review"),
    RequestState.JUSTIFIED: _("Justified"),
    RequestState.UNJUSTIFIED: _("Not justified"),
    GrantKind.VIEWS: _("More views"),
    GrantKind.ACCESS: _("Access outside assignment"),
    GrantKind.HOURS: _("Out of hours"),
    GrantKind.PLACE: _("Another place"),
    GrantKind.LEASE: _("Longer views"),
    GrantKind.COPY: _("Marked copy"),
    GrantKind.EMERGENCY: _("Emergency"),
    OpenKind.SESSION: _("Session"),
    OpenKind.VIEW: _("View"),
    OpenKind.REQUEST: _("Request"),
    OpenKind.GRANT: _("Grant"),
    OpenKind.COPY: _("Prepared copy"),
    GrantState.WAITING: _("Not used yet"),
    GrantState.RUNNING: _("In use"),
    GrantState.SPENT: _("Used up"),
    GrantState.LAPSED: _("Lapsed unused"),
    GrantState.EXPIRED: _("Run out"),
    GrantState.RETURNED: _("Given back"),
    GrantState.REVOKED: _("Revoked"),
    GrantState.VOID: _("No longer valid"),
    OperationKind.ROTATE_RING: _("Rotate a key"),
    OperationKind.MOVE_ROOT: _("Move to another root key"),
    OperationKind.ROTATE_TRAIL_KEY: _("Replace the trail's signing key"),
    OperationKind.ROTATE_INDEX_KEY: _("Replace the keys of the indexes"),
    OperationKind.END_SESSIONS: _("End every session"),
    OperationKind.RESEAL: _("Seal all content anew"),
    OperationKind.COMPROMISE: _("Replace a compromised key"),
    OperationKind.SUSPEND_KEY: _("Suspend a key"),
    OperationKind.RESTORE_KEY: _("Restore a suspended key"),
    OperationKind.DESTROY_KEY: _("Destroy a key"),
    OperationKind.SHRED_DOSSIER: _("Shred a dossier"),
    OperationState.AWAITING: _("Waits for approval"),
    OperationState.WAITING: _("Approved, not yet due"),
    OperationState.RUNNING: _("Running"),
    OperationState.PAUSED: _("Paused"),
    OperationState.DONE: _("Done and verified"),
    OperationState.FAILED: _("Stopped"),
    OperationState.CANCELLED: _("Called off"),
    ExportState.WAITING: _("Waiting to be made"),
    ExportState.RUNNING: _("Being made"),
    ExportState.DONE: _("Ready"),
    ExportState.FAILED: _("Not made"),
    ExportState.CANCELLED: _("Called off"),
    ExportState.REMOVED: _("Removed"),
    ExportFormat.PROOFS: _("JSON lines with proofs"),
    ExportFormat.JSONL: _("JSON lines"),
    ExportFormat.CSV: _("CSV table"),
    ExportFormat.XLSX: _("Spreadsheet (XLSX)"),
    ExportFormat.PDF: _("Report (PDF)"),
    ExportFormat.BUNDLE: _("Evidence bundle (ZIP)"),
    ExportFormat.PACK: _("Evidence pack for counsel (ZIP)"),
    ExportFormat.EXPOSURE_PDF: _("Exposure report (PDF)"),
    ExportFormat.EXPOSURE_CSV: _("Exposure report (CSV)"),
    ExportFormat.EXPOSURE_JSON: _("Exposure report (JSON)"),
    ExportHeaders.WORDS: _("In words"),
    ExportHeaders.CODES: _("For programs"),
    KeyState.PRE_ACTIVE: _("not yet active"),
    KeyState.ACTIVE: _("active"),
    KeyState.SUSPENDED: _("suspended"),
    KeyState.DEACTIVATED: _("opens only"),
    KeyState.COMPROMISED: _("compromised"),
    KeyState.DESTROY_SCHEDULED: _("to be destroyed"),
    KeyState.DESTROYED: _("destroyed"),
    AlertState.OPEN: _("Waits for a decision"),
    AlertState.ESCALATED: _("Escalated"),
    AlertState.DISMISSED: _("Dismissed"),
    CampaignState.ANNOUNCED: _("Waits for a second person"),
    CampaignState.CONFIRMED: _("Confirmed"),
    CampaignState.REFUSED: _("Refused"),
    CampaignState.ENDED: _("Ended"),
    ErasureKind.PERSON: _("Erase a person"),
    ErasureKind.PRUNE: _("Remove old entries"),
    ErasureState.AWAITING: _("Waits for a decision"),
    ErasureState.RUNNING: _("Running"),
    ErasureState.FAILED: _("Stopped"),
    ErasureState.DONE: _("Done"),
    ErasureState.REFUSED: _("Refused"),
    ErasureState.CANCELLED: _("Called off"),
    LegalBasis.GDPR_17: _("The person asks for it (GDPR, Article 17)"),
    LegalBasis.PIPL_47: _("The person asks for it (PIPL, Article 47)"),
    LegalBasis.RETENTION_ENDED: _("The time of retention has ended"),
    LegalBasis.COURT_ORDER: _("Order of a court or authority"),
    LegalBasis.OTHER_LAW: _("Another law, named in the reason"),
    ProposalState.AWAITING: _("Waiting"),
    ProposalState.APPROVED: _("Approved"),
    ProposalState.REFUSED: _("Refused"),
    ProposalState.WITHDRAWN: _("Withdrawn"),
    ProposalState.LAPSED: _("Lapsed"),
}


def label(value: enum.Enum) -> str:
    """The words for ``value``; a class by the name that the policy in force gives it."""
    if isinstance(value, Classification):
        return class_words(value)
    return str(LABELS[value])
