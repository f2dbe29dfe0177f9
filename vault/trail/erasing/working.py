"""The worker's part: takes an erasure that runs, does a step, and stops it where a person must look."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from types import MappingProxyType

from vault.claims import CLAIM_SECONDS, NEWS_SECONDS, holding_claim
from vault.database import erasure_queries
from vault.database.engine import transaction
from vault.database.erasure_queries import ErasureRecord
from vault.errors import Conflict, OperatorError, VaultError
from vault.policy.erasing import ErasureKind
from vault.runtime import Vault
from vault.trail.erasing import persons, pruning
from vault.trail.erasing.progress import fail

Step = Callable[[Vault, ErasureRecord], bool]
STEPS: Mapping[ErasureKind, Step] = MappingProxyType(
    {ErasureKind.PERSON: persons.step, ErasureKind.PRUNE: pruning.step}
)


def erase_once(vault: Vault, *, worker: str) -> bool:
    """One step of an erasure that nobody else holds; False if there is none, or it waits for others.

    ``worker`` names this process among all. Sealed and Unavailable leave it as it is, to be tried again; any other
    error of the vault ends it as failed.
    """
    now = vault.clock.now()
    with transaction(vault.engine) as tx:
        until = now + dt.timedelta(seconds=CLAIM_SECONDS)
        erasure = erasure_queries.claim_running(tx, worker=worker, now=now, until=until)
    if erasure is None:
        return False
    claimed = erasure
    try:
        with holding_claim(
            vault,
            lambda tx, until: erasure_queries.advance(tx, claimed, until=until, now=now),
            every_seconds=NEWS_SECONDS,
        ):
            return STEPS[erasure.kind](vault, erasure)
    except OperatorError:
        raise
    except Conflict as error:
        if error.code != "erasure.taken":
            fail(vault, erasure, error.code)
    except VaultError as error:
        fail(vault, erasure, error.code)
    return True
