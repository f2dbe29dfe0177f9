"""A new key that signs the trail's checkpoints: the next epoch begins after what the old key has signed.

One transaction holds the sequencer's lead, so nobody signs with either key meanwhile. The old public key stays on
record for ever; the entry of the rotation is itself signed for by the new one, and carries the old one's signature
over the new key, so that who knows an older key can follow.
"""

from __future__ import annotations

import base64

from keys.primitives import SigningKey, new_secret
from keys.wrapping import service_key_context
from vault.custody.keyroom import TRAIL_RING, ServiceKey
from vault.custody.procedures.port import finish
from vault.custody.scope import Preflight, Report, Scope
from vault.database import key_queries, ledger_reading, ledger_sequencing
from vault.database.engine import Connection, transaction
from vault.database.key_queries import ServiceKeyRecord
from vault.database.operation_queries import OperationRecord
from vault.errors import Unavailable
from vault.ledger.checkpoint import handover_text
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.runtime import Vault


class RotateTrailKey:
    """See the module."""

    def look(self, _vault: Vault, tx: Connection, _scope: Scope) -> Preflight:
        return Preflight(total=len(ledger_reading.list_epochs(tx)))

    def step(self, vault: Vault, operation: OperationRecord) -> None:
        secret = new_secret(vault.random)
        public = SigningKey.from_secret(secret).public
        old = _old_key(vault)
        name = ServiceKey.TRAIL_SIGNING.value
        with transaction(vault.engine) as tx:
            if not ledger_sequencing.take_lead(tx):
                raise Unavailable("operation.sequencer_busy")
            head, epochs = ledger_sequencing.load_head(tx), ledger_reading.list_epochs(tx)
            if head is None:
                raise Unavailable("vault.not_initialised")
            number = max(epoch.number for epoch in epochs) + 1
            wrapped = vault.keyroom.wrap(tx, TRAIL_RING, secret, context=service_key_context(name))
            key_queries.remove_service_key(tx, name)
            key_queries.store_service_key(tx, ServiceKeyRecord(name, wrapped, public), now=vault.clock.now())
            signed = max(head.size, ledger_sequencing.newest_checkpoint_size(tx))
            ledger_sequencing.store_epoch(
                tx,
                number=number,
                public=public,
                from_size=signed + 1,
                origin=head.origin,
                now=vault.clock.now(),
            )
            key_queries.next_generation(tx)
            facts: dict[str, str | int] = {
                "epoch": number,
                "key": base64.b64encode(public).decode("ascii"),
                "from": signed + 1,
            }
            if old is not None and old.public == epochs[-1].public:
                handover = old.sign(handover_text(head.origin, epoch=number, public=public))
                facts["handover"] = base64.b64encode(handover).decode("ascii")
            vault.recorder.append(tx, Entry(Event.TRAIL_KEY_ROTATED, Outcome.SUCCESS, details=facts))
            finish(vault, tx, operation, Report(worked=1, verified=1, old_version=number - 1, new_version=number))
        vault.keyroom.refresh()


def _old_key(vault: Vault) -> SigningKey | None:
    """The key that is replaced; None if it does not open any more, which may be why it is replaced.

    Then nothing hands over to the new key, and who verifies must be told of it by somebody they trust.
    """
    try:
        return SigningKey.from_secret(vault.keyroom.service_key(ServiceKey.TRAIL_SIGNING))
    except Unavailable:
        return None
