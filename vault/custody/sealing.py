"""Sealing the whole vault by order, and unsealing it: every process forgets its keys within a second, and stays so.

The order stands in the database, so that a process that starts later is sealed too. Unsealing lifts the order; each
process then opens the root key again, which asks for the passphrase anew where there is one (docs/spec/keys.md).
"""

from __future__ import annotations

from vault.database import key_queries
from vault.database.engine import transaction
from vault.errors import Conflict
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.model import Actor, Office
from vault.policy.reasons import ReasonDraft, check_reason
from vault.recording import deciding, denial_of, done_by, require_office
from vault.runtime import Vault


def seal_by_order(vault: Vault, actor: Actor | None, *, reason: ReasonDraft) -> None:
    """Seals every process. ``actor`` None is the operator at the machine; otherwise a security officer."""
    checked = check_reason(reason)
    if actor is None:
        with transaction(vault.engine) as tx:
            key_queries.set_sealed_by_order(tx, sealed=True)
            vault.recorder.append(tx, Entry(Event.VAULT_SEALED, Outcome.SUCCESS, reason=checked))
    else:
        with deciding(vault, denial_of(Event.VAULT_SEALED, actor)) as tx:
            require_office(tx, actor, Office.SECURITY_OFFICER)
            key_queries.set_sealed_by_order(tx, sealed=True)
            vault.recorder.append(tx, done_by(actor, Event.VAULT_SEALED, reason=checked))
    vault.keyroom.seal()


def lift_order(vault: Vault) -> None:
    """Lets processes unseal again; by the operator at the machine, who has proven that the root key opens.

    Conflict ``keys.not_sealed`` when there was no order.
    """
    with transaction(vault.engine) as tx:
        if not key_queries.is_sealed_by_order(tx):
            raise Conflict("keys.not_sealed")
        key_queries.set_sealed_by_order(tx, sealed=False)
        vault.recorder.append(tx, Entry(Event.VAULT_UNSEALED, Outcome.SUCCESS))
