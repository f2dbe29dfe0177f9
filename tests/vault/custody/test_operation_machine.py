"""Any sequence of orders, approvals, steps, crashes and weeks that pass, beside the table of what may follow what.

One ring with one dossier, three officers, workers that vanish between any two steps, a document that people go on
reading and filing beside. Whatever happened, in the end the suspended key is restored, the work is brought to its end,
and everything opens.
"""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from keys.lifecycle import TRANSITIONS
from keys.model import KeyState
from tests.company import build_company, copy_company, remember, reopen_company, write_config
from tests.conftest import BEGINNING
from tests.custody import WHY, second_officer, states
from vault.clock import FixedClock
from vault.custody.operations import OperationRow, approve, cancel, list_operations, order, pause, resume
from vault.custody.procedures.port import CLAIM_SECONDS
from vault.custody.procedures.sampling import open_sample
from vault.custody.scope import Scope
from vault.custody.working import work_once
from vault.database import operation_queries
from vault.database.engine import reading
from vault.database.operation_queries import LONG_PHASE, OperationRecord, OperationState
from vault.errors import CallerError, OperatorError
from vault.ledger.audit import verify_ledger
from vault.model import Actor
from vault.policy.custody import APPROVALS_NEEDED, OperationKind

RING = "confidential"
OFFICERS = ("officer", "officer2", "officer3")
WITH_VERSION = {
    OperationKind.SUSPEND_KEY,
    OperationKind.RESTORE_KEY,
    OperationKind.COMPROMISE,
    OperationKind.DESTROY_KEY,
}
KINDS = (OperationKind.ROTATE_RING, OperationKind.RESEAL, *sorted(WITH_VERSION, key=lambda kind: kind.value))
ENDED = {OperationState.DONE, OperationState.CANCELLED, OperationState.FAILED}
Act = Callable[..., object]


@pytest.fixture(scope="module", autouse=True)
def template() -> Iterator[Path]:
    """One company that every example has a copy of."""
    directory = Path(tempfile.mkdtemp(prefix="vault-machine-"))
    built = build_company(write_config(directory / "template"), clock=FixedClock(BEGINNING))
    for number in (2, 3):
        second_officer(built, number)
    remember(built)
    built.vault.engine.dispose()
    KeyOperations.template = directory / "template"
    yield directory
    shutil.rmtree(directory)


class KeyOperations(RuleBasedStateMachine):
    """See the module."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.directory = Path(tempfile.mkdtemp(prefix="example-", dir=self.template.parent))
        copy_company(self.template, self.directory)
        self.clock = FixedClock(BEGINNING + dt.timedelta(hours=1))
        self.company = reopen_company(self.directory, clock=self.clock)
        self.worker = self.filed = 0
        self.seen = states(self.company, RING)

    def teardown(self) -> None:
        try:
            self._everything_ends_well()
        finally:
            self.company.vault.engine.dispose()
            shutil.rmtree(self.directory)

    @rule(kind=st.sampled_from(KINDS), back=st.integers(0, 2), officer=st.sampled_from(OFFICERS))
    def orders(self, kind: OperationKind, back: int, officer: str) -> None:
        """About the newest version or one of those before it."""
        version = max(1, max(self.seen) - back) if kind in WITH_VERSION else 0
        scope = Scope(ring=RING, version=version)
        self._try(partial(order, self.company.vault, self._actor(officer), kind=kind, scope=scope, reason=WHY))

    @rule(
        act=st.sampled_from([approve, cancel, pause, resume]), pick=st.integers(0, 3), officer=st.sampled_from(OFFICERS)
    )
    def acts(self, act: Act, pick: int, officer: str) -> None:
        rows = [row for row in self._rows() if row.is_open]
        if rows:
            chosen = rows[pick % len(rows)]
            self._try(partial(act, self.company.vault, self._actor(officer), operation_id=chosen.id))

    @rule(pick=st.integers(0, 3))
    def is_approved_by_all(self, pick: int) -> None:
        """Else most of what is ordered would never begin."""
        waiting = [row for row in self._rows() if row.state is OperationState.AWAITING]
        if waiting:
            for officer in OFFICERS:
                chosen = waiting[pick % len(waiting)]
                self._try(partial(approve, self.company.vault, self._actor(officer), operation_id=chosen.id))

    @rule(steps=st.integers(1, 8))
    def works(self, steps: int) -> None:
        for _step in range(steps):
            if not self._works_once():
                return

    @rule()
    def worker_vanishes(self) -> None:
        """Its claim lapses, and another one comes."""
        self.worker += 1
        self.clock.advance(dt.timedelta(seconds=CLAIM_SECONDS + 1))

    @rule()
    def weeks_pass(self) -> None:
        self.clock.advance(dt.timedelta(days=31))

    @rule()
    def keyroom_is_opened_anew(self) -> None:
        self.company.vault.seal()
        self.company.vault.keyroom.unseal()

    @rule()
    def somebody_files(self) -> None:
        self.filed += 1
        content = f"document number {self.filed}\n".encode() * 5
        self._try(partial(self.company.submit, "custodian", content, key=f"filing {self.filed}"))

    @invariant()
    def states_follow_the_table(self) -> None:
        now = states(self.company, RING)
        assert self.seen.keys() <= now.keys()
        assert list(now.values()).count(KeyState.ACTIVE) <= 1
        for number, before in self.seen.items():
            assert now[number] in _reachable(before), (number, before, now[number])
        self.seen = now

    @invariant()
    def nothing_runs_without_its_approvals(self) -> None:
        for row in self._rows():
            if row.state in {OperationState.RUNNING, OperationState.DONE, OperationState.WAITING}:
                assert len(row.approved_by) >= APPROVALS_NEEDED[row.kind]
                assert row.requested_by not in row.approved_by

    @invariant()
    def everything_opens_but_under_a_key_that_must_open_nothing(self) -> None:
        """A suspended key until it is restored, a compromised one until its successor wraps what it wrapped."""
        if KeyState.SUSPENDED not in states(self.company, RING).values() and not self._is_being_replaced():
            self._opens()

    def _is_being_replaced(self) -> bool:
        with reading(self.company.vault.engine) as tx:
            operations = operation_queries.list_operations(tx)
        return any(_is_before_resealing(each) for each in operations)

    def _everything_ends_well(self) -> None:
        for _round in range(12):
            for row in self._rows():
                if row.state in {OperationState.PAUSED, OperationState.FAILED}:
                    self._try(partial(resume, self.company.vault, self._actor("officer"), operation_id=row.id))
                elif row.state is OperationState.AWAITING and row.kind is not OperationKind.RESTORE_KEY:
                    cancel(self.company.vault, self._actor("officer"), operation_id=row.id)
            self.worker_vanishes()
            self.works(200)
            suspended = [number for number, state in states(self.company, RING).items() if state is KeyState.SUSPENDED]
            for number in suspended:
                scope = Scope(ring=RING, version=number)
                restore = partial(order, kind=OperationKind.RESTORE_KEY, scope=scope, reason=WHY)
                self._try(partial(restore, self.company.vault, self._actor("officer")))
                self.is_approved_by_all(0)
        assert KeyState.SUSPENDED not in states(self.company, RING).values()
        self._opens()
        running = [row for row in self._rows() if row.state not in {*ENDED, OperationState.WAITING}]
        assert not running, running
        self._trail_is_sound()

    def _opens(self) -> None:
        self.company.vault.keyroom.refresh()
        with reading(self.company.vault.engine) as tx:
            assert open_sample(self.company.vault, tx, dossier_id=self.company.dossier_id) == (1, 1)

    def _trail_is_sound(self) -> None:
        self.company.sequence()
        with self.company.vault.engine.connect() as tx:
            report = verify_ledger(tx, now=self.clock.now(), reading_key=None)
        assert report.findings == ()

    def _works_once(self) -> bool:
        try:
            return work_once(self.company.vault, worker=f"worker {self.worker}")
        except OperatorError:
            return False

    def _rows(self) -> list[OperationRow]:
        return list_operations(self.company.vault, self._actor("officer"))

    def _actor(self, login: str) -> Actor:
        return self.company.at_keyboard(login)

    def _try(self, act: Act) -> None:
        """Refusals are answers, too."""
        try:
            act()
        except (CallerError, OperatorError):
            return


def _is_before_resealing(operation: OperationRecord) -> bool:
    """Whether this is a compromise that has begun and whose successor does not yet wrap everything."""
    has_begun = operation.kind is OperationKind.COMPROMISE and operation.phase != "begin"
    return has_begun and operation.phase != LONG_PHASE and operation.state is not OperationState.DONE


def _reachable(state: KeyState) -> set[KeyState]:
    """What a key may have become by any number of legal changes."""
    found, waiting = {state}, [state]
    while waiting:
        for following in TRANSITIONS[waiting.pop()] - found:
            found.add(following)
            waiting.append(following)
    return found


TestKeyOperations = KeyOperations.TestCase
TestKeyOperations.settings = settings(
    max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
