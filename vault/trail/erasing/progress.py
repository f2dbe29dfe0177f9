"""What the steps of an erasure share: whether it may still go on, progress that holds the claim, the end, a failure."""

from __future__ import annotations

import datetime as dt

import msgspec

from vault.claims import CLAIM_SECONDS
from vault.database import erasure_queries
from vault.database.engine import Connection, transaction
from vault.database.erasure_queries import ErasureRecord
from vault.errors import Conflict
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.policy.erasing import NEXT_STATE, ErasureStep
from vault.runtime import Vault
from vault.trail.erasing.looking import backups_until
from vault.trail.erasing.orders import DECIDERS, decision_of, facts_of, require_requester, require_still
from vault.trail.erasing.scope import Report, encoded

BATCH = 500
"""Rows of one transaction, so that nobody waits long for it."""


def require_still_allowed(tx: Connection, erasure: ErasureRecord) -> None:
    """Conflict ``erasure.office_lost`` unless both people are still who may do this: checked where it is used."""
    require_requester(tx, erasure)
    require_still(tx, erasure.decided_by, DECIDERS)
    decider = erasure.decided_by
    if decider is None or not decision_of(tx, decider, erasure).allowed:
        raise Conflict("erasure.office_lost")


def advance(vault: Vault, tx: Connection, erasure: ErasureRecord, **progress: object) -> None:
    """Writes progress with the step's work. Conflict ``erasure.taken`` undoes the step if somebody else has it."""
    now = vault.clock.now()
    until = now + dt.timedelta(seconds=CLAIM_SECONDS)
    if not erasure_queries.advance(tx, erasure, until=until, now=now, **progress):
        raise Conflict("erasure.taken")


def finish(vault: Vault, tx: Connection, erasure: ErasureRecord, report: Report) -> None:
    """The end, with its report in the trail. From now on the row does not say either whose months they were."""
    dated = msgspec.structs.replace(report, backups_until=backups_until(vault))
    done = erasure_queries.change_state(
        tx,
        erasure,
        NEXT_STATE[erasure.state, ErasureStep.FINISH],
        now=vault.clock.now(),
        holder=erasure.claimed_by,
        person_id="",
        report=encoded(dated),
        phase="",
        cursor="",
        done=erasure.total,
        claimed_by="",
        claimed_until=None,
    )
    if not done:
        raise Conflict("erasure.taken")
    facts = facts_of(erasure) | {name: value for name in dated.__struct_fields__ if (value := getattr(dated, name))}
    vault.recorder.append(tx, Entry(Event.ERASURE_FINISHED, Outcome.SUCCESS, details=facts))


def fail(vault: Vault, erasure: ErasureRecord, code: str) -> None:
    """Stops it with the code of what a person must look at. Nothing happens if somebody else has claimed it."""
    with transaction(vault.engine) as tx:
        failed = erasure_queries.change_state(
            tx,
            erasure,
            NEXT_STATE[erasure.state, ErasureStep.FAIL],
            now=vault.clock.now(),
            holder=erasure.claimed_by,
            fault_code=code,
            claimed_by="",
            claimed_until=None,
        )
        if failed:
            entry = Entry(Event.ERASURE_FAILED, Outcome.FAILED, code=code, details=facts_of(erasure))
            vault.recorder.append(tx, entry)
