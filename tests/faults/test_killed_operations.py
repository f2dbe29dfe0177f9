"""kill -9 at every step of rotating, resealing, moving the root key, destroying and shredding."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from keys.model import KeyState
from tests.company import REASON, Company
from tests.custody import approve_all, ordered, second_officer, states
from tests.faults.conftest import ArenaOf
from tests.faults.effects import Effects
from tests.faults.invariants import Acknowledged
from tests.faults.recovery import AT_ONCE, check, child_vault, restarted
from vault.access.opening import open_view
from vault.access.reading import read_page
from vault.custody.operations import show_operation
from vault.custody.scope import Scope
from vault.custody.working import work_once
from vault.database.operation_queries import OperationState
from vault.policy.custody import OperationKind

LAPSED = dt.timedelta(seconds=90)
"""After the claim of a killed worker has lapsed."""
DUE = dt.timedelta(days=31)


def approved(kind: OperationKind, scope: Callable[[Company], Scope], *, needed: int = 1) -> Callable[[Company], str]:
    """An arena's preparation: the operation ordered and approved; its id."""

    def prepare(company: Company) -> str:
        for number in range(2, 2 + needed):
            second_officer(company, number)
        operation = ordered(company, kind, scope(company))
        approve_all(company, operation, needed=needed)
        return operation

    return prepare


def rotation(_company: Company) -> Scope:
    return Scope(ring="confidential")


def reads(company: Company, key: str) -> None:
    """Somebody opens the document and reads its first page."""
    actor = company.signed_in("other")
    opened = open_view(
        company.vault,
        actor,
        document_id=company.document_id,
        reason=REASON,
        declared_place="",
        idempotency_key=key,
    )
    assert read_page(company.vault, actor, view_id=opened.view_id, page_number=1).jpeg


@pytest.mark.parametrize(
    ("kind", "scope", "needed"),
    [
        (OperationKind.ROTATE_RING, rotation, 1),
        (OperationKind.ROTATE_RING, lambda _company: Scope(ring="trail"), 1),
        (OperationKind.RESEAL, lambda company: Scope(dossier=company.dossier_id), 1),
        (OperationKind.COMPROMISE, lambda _company: Scope(ring="confidential", version=1), 0),
        (OperationKind.ROTATE_INDEX_KEY, lambda _company: Scope(), 1),
        (OperationKind.ROTATE_TRAIL_KEY, lambda _company: Scope(), 1),
    ],
    ids=["rotate", "rotate trail ring", "reseal", "compromise", "index key", "trail key"],
)
def test_killed_operation_finishes_by_itself_and_everything_opens_all_the_while(
    arena_of: ArenaOf[str], kind: OperationKind, scope: Callable[[Company], Scope], needed: int
) -> None:
    """Killed at each effect: the document opens at once, another worker ends the operation, it opens again."""
    arena = arena_of(approved(kind, scope, needed=needed))

    def perform(ground: Path, effects: Effects) -> Iterator[Acknowledged]:
        vault = child_vault(ground, effects)
        while work_once(vault, worker="first"):
            pass
        return iter(())

    for ended in arena.killed(perform):
        with restarted(ended.ground, later=AT_ONCE) as company:
            reads(company, "at once")
        with restarted(ended.ground, later=LAPSED) as company:
            while work_once(company.vault, worker="second"):
                pass
            row = show_operation(company.vault, company.at_keyboard("officer"), operation_id=arena.prepared)
            assert row.state is OperationState.DONE, (ended.place, row.state, row.fault_code)
            reads(company, "afterwards")
            company.sequence()
            check(company, ended)


def test_killed_destruction_destroys_once_and_loses_nothing(directory_arena: ArenaOf[str]) -> None:
    """The version that wraps nothing is gone in the end, and everything opens."""

    def prepare(company: Company) -> str:
        for number in (2, 3):
            second_officer(company, number)
        approve_all(company, ordered(company, OperationKind.ROTATE_RING, Scope(ring="confidential")))
        while work_once(company.vault, worker="before"):
            pass
        operation = ordered(company, OperationKind.DESTROY_KEY, Scope(ring="confidential", version=1))
        approve_all(company, operation, needed=2)
        return operation

    arena = directory_arena(prepare)

    def perform(ground: Path, effects: Effects) -> Iterator[Acknowledged]:
        vault = child_vault(ground, effects, later=DUE)
        while work_once(vault, worker="first"):
            pass
        return iter(())

    for ended in arena.killed(perform):
        with restarted(ended.ground, later=DUE + LAPSED) as company:
            while work_once(company.vault, worker="second"):
                pass
            assert states(company, "confidential") == {1: KeyState.DESTROYED, 2: KeyState.ACTIVE}, ended.place
            reads(company, "afterwards")
            check(company, ended)
