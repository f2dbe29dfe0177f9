"""Many who change the versions of a ring at one moment, on both databases: they come one after the other."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from keys.model import KeyState
from tests.company import Company
from tests.custody import approve_all, ordered, second_officer, states, work_off
from vault.custody.procedures.rotating import begin_version
from vault.custody.procedures.sampling import open_sample
from vault.custody.scope import Scope
from vault.custody.working import work_once
from vault.database import key_queries
from vault.database.engine import reading, transaction
from vault.errors import OperatorError, VaultError
from vault.policy.custody import OperationKind

RING = "confidential"
AT_ONCE = 5


@pytest.fixture
def company(any_company: Company) -> Company:
    return any_company


def at_once(work: Callable[[int], object]) -> None:
    """Calls it from several threads that begin together; the first error of any of them is raised."""
    ready = threading.Barrier(AT_ONCE)

    def begin(number: int) -> None:
        ready.wait()
        work(number)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(begin, range(AT_ONCE)))


def test_new_versions_follow_one_another(company: Company) -> None:
    """Each finds the one before it: consecutive numbers, one active version, nobody refused."""

    def rotate(_number: int) -> None:
        with transaction(company.vault.engine) as tx:
            begin_version(company.vault, tx, RING)

    at_once(rotate)

    found = states(company, RING)
    assert sorted(found) == list(range(1, AT_ONCE + 2))
    assert [number for number, state in found.items() if state is KeyState.ACTIVE] == [AT_ONCE + 1]


def test_lock_is_held_until_the_commit(company: Company) -> None:
    """What was read under it is still true when the change is written."""
    order: list[str] = []
    has_lock, is_asked = threading.Event(), threading.Event()

    def second() -> None:
        has_lock.wait(10)
        is_asked.set()
        with transaction(company.vault.engine) as tx:
            key_queries.lock_versions(tx)
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with transaction(company.vault.engine) as tx:
        key_queries.lock_versions(tx)
        has_lock.set()
        is_asked.wait(10)
        thread.join(0.3)  # enough for the second to come in, if nothing kept it out
        order.append("first")
    thread.join(10)

    assert order == ["first", "second"]


def test_workers_share_rotations_and_views_open_meanwhile(company: Company) -> None:
    """Several workers on the operations of several rings, and everything opens at every moment."""
    second_officer(company, 2)
    rings = (RING, "internal", "secret", "trail", "service")
    for ring in rings:
        approve_all(company, ordered(company, OperationKind.ROTATE_RING, Scope(ring=ring)))
    company.vault.keyroom.refresh()

    def work(number: int) -> None:
        for _step in range(20):
            try:
                work_once(company.vault, worker=f"worker {number}")
            except OperatorError:  # the keys changed under it: tried again, as a worker does
                continue
            _opens(company)

    at_once(work)
    work_off(company)

    assert {ring: max(states(company, ring)) for ring in rings} == dict.fromkeys(rings, 2)
    _opens(company)


def _opens(company: Company) -> None:
    try:
        with reading(company.vault.engine) as tx:
            opened = open_sample(company.vault, tx, dossier_id=company.dossier_id)
    except VaultError as error:
        raise AssertionError(f"did not open: {error!r}") from error
    assert opened == (1, 1)
