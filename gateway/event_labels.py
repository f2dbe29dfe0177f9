"""The short words for events and outcomes, in tables and lists; whole sentences are in gateway.event_sentences."""

from __future__ import annotations

import enum

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from vault.ledger.events import Event, Outcome

EVENT_LABELS: dict[enum.Enum, LazyString] = {
    Event.SESSION_OPENED: _("Signed in"),
    Event.SESSION_REFUSED: _("Sign-in refused"),
    Event.SESSION_ENDED: _("Session ended"),
    Event.PERSON_CREATED: _("Account created"),
    Event.PERSON_CHANGED: _("Account changed"),
    Event.PERSON_SUSPENDED: _("Account suspended"),
    Event.PERSON_RESTORED: _("Account restored"),
    Event.PERSON_PASSWORD_CHANGED: _("Password changed"),
    Event.DOSSIER_CREATED: _("Dossier created"),
    Event.DOSSIER_ASSIGNED: _("Duty assigned"),
    Event.DOSSIER_UNASSIGNED: _("Duty ended"),
    Event.DOSSIER_RECLASSIFIED: _("Class changed"),
    Event.DOCUMENT_SUBMITTED: _("Document submitted"),
    Event.DOCUMENT_FILED: _("Document filed"),
    Event.DOCUMENT_REFUSED: _("Submission refused"),
    Event.DOCUMENT_QUARANTINED: _("Document set aside"),
    Event.DOCUMENT_CONVERTED: _("Pages made"),
    Event.VIEW_OPENED: _("View granted"),
    Event.VIEW_KEYED: _("View given its key"),
    Event.VIEW_FAILED: _("View not opened"),
    Event.VIEW_DENIED: _("View denied"),
    Event.VIEW_CLAIM_RETURNED: _("View given back"),
    Event.VIEW_ENDED: _("View ended"),
    Event.VIEW_REVOKED: _("View revoked"),
    Event.PAGE_READ: _("Page read"),
    Event.PAGE_REFUSED: _("Page refused"),
    Event.REQUEST_MADE: _("Request made"),
    Event.REQUEST_DECIDED: _("Request decided"),
    Event.REQUEST_WITHDRAWN: _("Request closed"),
    Event.OBJECT_TAMPERED: _("Tampering found"),
    Event.KEY_CREATED: _("Key created"),
    Event.KEY_STATE_CHANGED: _("Key state changed"),
    Event.VAULT_UNSEALED: _("Vault unsealed"),
    Event.VAULT_SEALED: _("Vault sealed"),
    Event.TRAIL_SEARCHED: _("Trail searched"),
    Event.TRAIL_EXPORTED: _("Trail exported"),
    Event.TRAIL_VERIFIED: _("Trail verified"),
    Event.DAY_CLOSE: _("Day closed"),
    Event.TRAIL_GENESIS: _("Trail begun"),
    Event.TRAIL_KEY_ROTATED: _("Signing key replaced"),
    Event.TRAIL_ERASED: _("Values erased"),
    Event.TRAIL_PRUNED: _("Old entries removed"),
    Event.TRAIL_SUCCEEDED: _("New trail begun"),
    Outcome.SUCCESS: _("Done"),
    Outcome.DENIED: _("Denied"),
    Outcome.FAILED: _("Failed"),
}
