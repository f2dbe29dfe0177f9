"""The draft of a request: what somebody has typed about a document and not sent yet, kept for any device of theirs.

Sealed under the dossier's key for the person and the document, until it is sent or discarded, the right to ask is lost,
or nobody has touched it for :data:`KEPT_DAYS`. It is no act: nobody else can read it, nothing comes of it, and so the
trail says nothing of it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import msgspec

from vault.access.facts import Target, load_target
from vault.database import draft_queries
from vault.database.draft_queries import DraftRecord
from vault.database.engine import reading, transaction
from vault.errors import InputError, NotFound
from vault.filing.dossier_keys import key_for_new_fields, unwrap_dossier_key
from vault.model import Actor
from vault.policy.requesting import decide_asking
from vault.recording import finding_tampering, require
from vault.runtime import Vault

DRAFT_FIELD = "request_draft"
MOST_CHARACTERS = 2000
KEPT_DAYS = 60


class Draft(msgspec.Struct, frozen=True):
    """What was typed, unchecked."""

    kind: str = ""
    amount: str = ""
    category: str = ""
    text: str = ""
    case_number: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it that somebody would miss."""
        return not (self.text.strip() or self.case_number.strip())


def save_draft(vault: Vault, actor: Actor, *, document_id: str, draft: Draft) -> None:
    """Keeps it in place of the one before; an empty one discards that. InputError ``draft.too_long``."""
    if sum(len(getattr(draft, name)) for name in draft.__struct_fields__) > MOST_CHARACTERS:
        raise InputError("draft.too_long", limit=MOST_CHARACTERS)
    with finding_tampering(vault, actor, document=document_id), transaction(vault.engine) as tx:
        target = load_target(vault, tx, actor, document_id)
        require(decide_asking(target.facts(actor.place), now=vault.clock.now()))
        if draft.is_empty:
            draft_queries.delete_draft(tx, actor.person_id, target.document.id)
            return
        key = key_for_new_fields(vault.keyroom, tx, target.document.dossier_id)
        record = DraftRecord(actor.person_id, target.document.id, b"", vault.clock.now())
        encoded = msgspec.json.encode(draft).decode()
        sealed = key.seal_field(DRAFT_FIELD, encoded, owner=record.owner, random=vault.random)
        draft_queries.store_draft(tx, replace(record, draft_sealed=sealed))


def load_draft(vault: Vault, actor: Actor, *, document_id: str) -> Draft | None:
    """What was kept, or None; NotFound for whoever may not know of the document."""
    with finding_tampering(vault, actor, document=document_id), reading(vault.engine) as tx:
        target = load_target(vault, tx, actor, document_id)
        if not target.may_be_known:
            raise NotFound
        stored = draft_queries.load_draft(tx, actor.person_id, target.document.id)
        return _opened(vault, target, stored) if stored else None


def discard_draft(vault: Vault, actor: Actor, *, document_id: str) -> None:
    """Throws one's own draft away; twice is fine."""
    with transaction(vault.engine) as tx:
        target = load_target(vault, tx, actor, document_id)
        if not target.may_be_known:
            raise NotFound
        draft_queries.delete_draft(tx, actor.person_id, target.document.id)


def forget_drafts(vault: Vault) -> int:
    """The sweep: drafts that nobody has touched for long; how many."""
    with transaction(vault.engine) as tx:
        return draft_queries.delete_drafts_before(tx, vault.clock.now() - dt.timedelta(days=KEPT_DAYS))


def _opened(vault: Vault, target: Target, stored: DraftRecord) -> Draft:
    key = unwrap_dossier_key(vault.keyroom, target.holding.dossier)
    return msgspec.json.decode(key.open_field(DRAFT_FIELD, stored.draft_sealed, owner=stored.owner), type=Draft)
