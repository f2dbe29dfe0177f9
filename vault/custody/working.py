"""The worker's part in work on keys: takes an operation that is due, does a step, lets go when something is away."""

from __future__ import annotations

import datetime as dt

from vault.custody.procedures.port import CLAIM_SECONDS, fail
from vault.custody.procedures.registry import PROCEDURES
from vault.database import operation_queries
from vault.database.engine import transaction
from vault.errors import Conflict, OperatorError, VaultError
from vault.runtime import Vault


def work_once(vault: Vault, *, worker: str) -> bool:
    """One step of the oldest operation that nobody else holds; False if there is none.

    ``worker`` names this process among all: a claim is taken up again by its holder at once, by others when it lapses.
    Sealed and Unavailable leave the operation as it is, to be tried again; any other error ends it as failed.
    """
    vault.keyroom.require_unsealed()
    now = vault.clock.now()
    with transaction(vault.engine) as tx:
        until = now + dt.timedelta(seconds=CLAIM_SECONDS)
        operation = operation_queries.claim_due(tx, worker=worker, now=now, until=until)
    if operation is None:
        return False
    try:
        PROCEDURES[operation.kind].step(vault, operation)
    except OperatorError:
        raise
    except Conflict as error:
        if error.code != "operation.taken":  # paused, or somebody else has it: what was done of the step is undone
            fail(vault, operation, error.code)
    except VaultError as error:
        fail(vault, operation, error.code)
    return True
