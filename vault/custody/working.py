"""The worker's part in work on keys: takes an operation that is due, does a step, lets go when something is away."""

from __future__ import annotations

import datetime as dt

from vault.custody.procedures.port import CLAIM_SECONDS, fail, holding_claim
from vault.custody.procedures.registry import PROCEDURES
from vault.database import operation_queries
from vault.database.engine import transaction
from vault.errors import Conflict, OperatorError, Unavailable, VaultError
from vault.runtime import Vault

UNDONE = frozenset({"operation.taken", "keys.rotated"})
"""Paused, or somebody else has it, or keys changed while it was at work: the step is undone and made anew."""
NEEDS_A_PERSON = frozenset({"keys.state"})
"""No provider that is away for a moment: a suspended key stays so until somebody restores it."""


def work_once(vault: Vault, *, worker: str, urgent_only: bool = False) -> bool:
    """One step of an operation that nobody else holds; False if there is none. ``urgent_only``: what stops harm.

    ``worker`` names this process among all: a claim is taken up again by its holder at once, by others when it lapses.
    Sealed and Unavailable leave the operation as it is, to be tried again; any other error ends it as failed.
    """
    vault.keyroom.require_unsealed()
    now = vault.clock.now()
    with transaction(vault.engine) as tx:
        until = now + dt.timedelta(seconds=CLAIM_SECONDS)
        operation = operation_queries.claim_due(tx, worker=worker, now=now, until=until, urgent_only=urgent_only)
    if operation is None:
        return False
    try:
        with holding_claim(vault, operation):
            PROCEDURES[operation.kind].step(vault, operation)
    except Unavailable as error:
        if error.code not in NEEDS_A_PERSON:
            raise
        fail(vault, operation, error.code)
    except OperatorError:
        raise
    except Conflict as error:
        if error.code not in UNDONE:
            fail(vault, operation, error.code)
    except VaultError as error:
        fail(vault, operation, error.code)
    return True
