"""Operations that meet: which may stand beside which, what comes first, and that harm is stopped without waiting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest

from keys.model import KeyState
from tests.company import Company
from tests.custody import approve_all, ordered, second_officer, states, work_off
from vault.clock import FixedClock
from vault.custody.operations import pause, resume, show_operation
from vault.custody.procedures.port import CLAIM_SECONDS, fail, finish
from vault.custody.procedures.rotating import change_key_state
from vault.custody.procedures.sampling import open_sample
from vault.custody.scope import Report, Scope
from vault.custody.working import work_once
from vault.database import key_queries, operation_queries
from vault.database.engine import reading, transaction
from vault.database.operation_queries import OperationRecord, OperationState
from vault.errors import Conflict, OperatorError, Unavailable
from vault.model import Classification
from vault.policy.custody import OperationKind

RING = "confidential"


@pytest.fixture
def company(company: Company) -> Iterator[Company]:
    for number in (2, 3):
        second_officer(company, number)
    return company


def state_of(company: Company, operation: str) -> OperationState:
    return show_operation(company.vault, company.at_keyboard("officer"), operation_id=operation).state


def everything_opens(company: Company) -> bool:
    with reading(company.vault.engine) as tx:
        return open_sample(company.vault, tx, dossier_id=company.dossier_id) == (1, 1)


def suspended(company: Company, *, version: int = 1) -> None:
    ordered(company, OperationKind.SUSPEND_KEY, Scope(ring=RING, version=version))
    work_off(company)


def rotating(company: Company) -> str:
    """A rotation of the ring that has begun and goes on."""
    operation = ordered(company, OperationKind.ROTATE_RING, Scope(ring=RING))
    approve_all(company, operation)
    assert work_once(company.vault, worker="tests")
    return operation


def resealing(company: Company) -> str:
    """A resealing of the ring whose dossier has its next key already."""
    operation = ordered(company, OperationKind.RESEAL, Scope(ring=RING))
    approve_all(company, operation)
    assert work_once(company.vault, worker="tests")
    return operation


def claimed(company: Company, *, worker: str) -> OperationRecord:
    now = company.vault.clock.now()
    with transaction(company.vault.engine) as tx:
        until = now + dt.timedelta(seconds=CLAIM_SECONDS)
        operation = operation_queries.claim_due(tx, worker=worker, now=now, until=until)
    assert operation is not None
    return operation


def test_rotation_is_refused_while_a_version_is_suspended_and_restoring_is_not(company: Company) -> None:
    """It could not open what the suspended version wraps, and would stand in the way of restoring it."""
    suspended(company)
    with pytest.raises(Conflict) as refused:
        ordered(company, OperationKind.ROTATE_RING, Scope(ring=RING))
    assert refused.value.code == "operation.key_state"
    approve_all(company, ordered(company, OperationKind.RESTORE_KEY, Scope(ring=RING, version=1)))
    work_off(company)
    assert states(company, RING) == {1: KeyState.ACTIVE}
    assert everything_opens(company)


@pytest.mark.parametrize("begun", [rotating, resealing])
def test_key_suspended_in_the_middle_ends_the_work_as_failed_and_it_goes_on_after_restoring(
    company: Company, begun: Callable[[Company], str]
) -> None:
    """The work says what is wrong instead of trying for ever, and the restored key is all it needs."""
    operation = begun(company)
    version = max(states(company, RING))
    suspended(company, version=version)
    assert states(company, RING)[version] is KeyState.SUSPENDED
    row = show_operation(company.vault, company.at_keyboard("officer"), operation_id=operation)
    assert (row.state, row.fault_code) == (OperationState.FAILED, "keys.state")
    approve_all(company, ordered(company, OperationKind.RESTORE_KEY, Scope(ring=RING, version=version)))
    work_off(company)
    resume(company.vault, company.at_keyboard("officer"), operation_id=operation)
    work_off(company)
    assert state_of(company, operation) is OperationState.DONE
    assert everything_opens(company)


def test_suspended_version_that_is_compromised_gets_a_successor(company: Company) -> None:
    """Suspended first, found compromised then: the class has an active version again and everything opens."""
    suspended(company)
    operation = ordered(company, OperationKind.COMPROMISE, Scope(ring=RING, version=1))
    work_off(company)
    assert state_of(company, operation) is OperationState.DONE
    assert states(company, RING) == {1: KeyState.COMPROMISED, 2: KeyState.ACTIVE}
    assert everything_opens(company)


@pytest.mark.parametrize("begun", [rotating, resealing])
@pytest.mark.parametrize("kind", [OperationKind.SUSPEND_KEY, OperationKind.COMPROMISE])
def test_harm_is_stopped_while_other_work_on_the_ring_is_paused(
    company: Company, begun: Callable[[Company], str], kind: OperationKind
) -> None:
    """Neither suspending nor marking as compromised waits until somebody has ended other work."""
    pause(company.vault, company.at_keyboard("officer"), operation_id=begun(company))
    version = max(states(company, RING))
    ordered(company, kind, Scope(ring=RING, version=version))
    assert work_once(company.vault, worker="tests")
    stopped = {OperationKind.SUSPEND_KEY: KeyState.SUSPENDED, OperationKind.COMPROMISE: KeyState.COMPROMISED}
    assert states(company, RING)[version] is stopped[kind]


def test_harm_is_stopped_before_older_work_goes_on(company: Company, clock: FixedClock) -> None:
    """The next step of any worker is the one that stops harm."""
    resealing(company)
    clock.advance(dt.timedelta(seconds=1))
    ordered(company, OperationKind.SUSPEND_KEY, Scope(ring="secret", version=1))
    assert work_once(company.vault, worker="tests")
    assert states(company, "secret") == {1: KeyState.SUSPENDED}


def test_work_that_cannot_go_on_lets_other_work_pass(
    company: Company, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that is away holds up what needs the store, and nothing else."""
    resealing(company)
    later = ordered(company, OperationKind.END_SESSIONS, Scope())
    monkeypatch.setattr(type(company.vault.store), "put", _away)
    for _attempt in range(4):
        clock.advance(dt.timedelta(seconds=1))
        try:
            work_once(company.vault, worker="tests")
        except OperatorError:
            continue
    assert state_of(company, later) is OperationState.DONE


def _away(*_arguments: object, **_named: object) -> None:
    raise Unavailable("store.unavailable")


def test_scheduled_destruction_and_shredding_stand_in_nobodys_way(company: Company) -> None:
    """They wait for weeks; meanwhile keys are rotated, dossiers resealed, and versions marked."""
    approve_all(company, ordered(company, OperationKind.ROTATE_RING, Scope(ring=RING)))
    work_off(company)
    approve_all(company, ordered(company, OperationKind.DESTROY_KEY, Scope(ring=RING, version=1)), needed=2)
    approve_all(company, ordered(company, OperationKind.SHRED_DOSSIER, Scope(dossier=company.dossier_id)), needed=2)
    for kind in (OperationKind.ROTATE_RING, OperationKind.RESEAL):
        operation = ordered(company, kind, Scope(ring=RING))
        approve_all(company, operation)
        work_off(company)
        assert state_of(company, operation) is OperationState.DONE
    assert states(company, RING) == {1: KeyState.DESTROY_SCHEDULED, 2: KeyState.DEACTIVATED, 3: KeyState.ACTIVE}
    with pytest.raises(Conflict):
        ordered(company, OperationKind.SHRED_DOSSIER, Scope(dossier=company.dossier_id))


def test_failed_work_is_not_resumed_beside_work_on_the_same_keys(company: Company) -> None:
    """What was ordered after the failure comes first."""
    failed = rotating(company)
    fail(company.vault, claimed(company, worker="tests"), "operation.key_state")
    approve_all(company, ordered(company, OperationKind.ROTATE_RING, Scope(ring=RING)))
    with pytest.raises(Conflict) as refused:
        resume(company.vault, company.at_keyboard("officer"), operation_id=failed)
    assert refused.value.code == "operation.another"


def test_worker_whose_claim_has_lapsed_neither_fails_nor_ends_it(company: Company, clock: FixedClock) -> None:
    """Whoever took it up decides; the late one is told that it is taken."""
    operation = rotating(company)
    late = claimed(company, worker="tests")
    clock.advance(dt.timedelta(seconds=CLAIM_SECONDS + 1))
    claimed(company, worker="other")
    fail(company.vault, late, "operation.key_state")
    assert state_of(company, operation) is OperationState.RUNNING
    with pytest.raises(Conflict) as refused, transaction(company.vault.engine) as tx:
        finish(company.vault, tx, late, Report(worked=1))
    assert refused.value.code == "operation.taken"
    assert state_of(company, operation) is OperationState.RUNNING


def test_state_that_may_not_follow_is_refused_whoever_asks(company: Company) -> None:
    """The table of legal changes is asked at the moment of the change, not only when it was ordered."""
    ordered(company, OperationKind.COMPROMISE, Scope(ring=RING, version=1))
    work_off(company)
    with reading(company.vault.engine) as tx:
        version = next(each for each in key_queries.list_key_versions(tx) if (each.ring, each.version) == (RING, 1))
    with pytest.raises(Conflict) as refused, transaction(company.vault.engine) as tx:
        change_key_state(company.vault, tx, version, KeyState.DESTROYED)
    assert refused.value.code == "operation.key_state"
    assert states(company, RING)[1] is KeyState.COMPROMISED


def test_different_classes_are_resealed_side_by_side(company: Company) -> None:
    """Two classes share no dossier."""
    ordered(company, OperationKind.RESEAL, Scope(ring=RING))
    assert ordered(company, OperationKind.RESEAL, Scope(ring=Classification.SECRET.value))
    with pytest.raises(Conflict):
        ordered(company, OperationKind.RESEAL, Scope())
