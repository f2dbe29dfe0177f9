"""Any sequence of orders, approvals, steps, crashes and cancellations, beside a simple model of key states."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from keys.model import KeyState
from tests.company import Company, build_company, copy_company, remember, reopen_company, write_config
from tests.custody import WHY, second_officer, states
from vault.custody.operations import approve, cancel, list_operations, order, pause, resume
from vault.custody.procedures.sampling import open_sample
from vault.custody.scope import Scope
from vault.custody.working import work_once
from vault.database.engine import reading
from vault.database.operation_queries import OperationState
from vault.errors import CallerError, OperatorError
from vault.policy.custody import APPROVALS_NEEDED, OperationKind

RING = "confidential"
OFFICERS = ("officer", "officer2", "officer3")
KINDS = (
    OperationKind.ROTATE_RING,
    OperationKind.SUSPEND_KEY,
    OperationKind.RESTORE_KEY,
    OperationKind.COMPROMISE,
    OperationKind.DESTROY_KEY,
    OperationKind.RESEAL,
)
_TEMPLATE: list[Path] = []


def _company() -> Company:
    """A copy of one company that all examples share."""
    if not _TEMPLATE:
        directory = Path(tempfile.mkdtemp(prefix="vault-machine-")) / "template"
        built = build_company(write_config(directory))
        for number in (2, 3):
            second_officer(built, number)
        remember(built)
        built.vault.engine.dispose()
        _TEMPLATE.append(directory)
    target = Path(tempfile.mkdtemp(prefix="vault-machine-")) / "vault"
    copy_company(_TEMPLATE[0], target)
    return reopen_company(target)


class KeyOperations(RuleBasedStateMachine):
    """One ring with its dossier, three officers, a worker that may vanish between any two steps."""

    def __init__(self) -> None:
        super().__init__()
        self.company = _company()
        self.worker = 0
        self.seen: dict[int, KeyState] = {}

    def teardown(self) -> None:
        self.company.vault.engine.dispose()

    @rule(kind=st.sampled_from(KINDS), version=st.integers(1, 4), officer=st.sampled_from(OFFICERS))
    def orders(self, kind: OperationKind, version: int, officer: str) -> None:
        scope = Scope(ring=RING, version=0 if kind in {OperationKind.ROTATE_RING, OperationKind.RESEAL} else version)
        self._try(lambda: order(self.company.vault, self._actor(officer), kind=kind, scope=scope, reason=WHY))

    @rule(act=st.sampled_from([approve, approve, approve, cancel, pause, resume]), officer=st.sampled_from(OFFICERS))
    def acts(self, act: object, officer: str) -> None:
        for row in list_operations(self.company.vault, self._actor("officer"), open_only=True)[:1]:
            self._try(partial(act, self.company.vault, self._actor(officer), operation_id=row.id))  # type: ignore[arg-type]

    @rule(steps=st.integers(1, 8))
    def works(self, steps: int) -> None:
        for _step in range(steps):
            try:
                if not work_once(self.company.vault, worker=f"worker {self.worker}"):
                    return
            except OperatorError:
                return

    @rule()
    def keyroom_is_opened_anew(self) -> None:
        self.company.vault.seal()
        self.company.vault.keyroom.unseal()

    @invariant()
    def at_most_one_version_is_active(self) -> None:
        active = [number for number, state in states(self.company, RING).items() if state is KeyState.ACTIVE]
        assert len(active) <= 1

    @invariant()
    def versions_never_vanish_nor_come_back_from_destruction(self) -> None:
        now = states(self.company, RING)
        assert self.seen.keys() <= now.keys()
        for number, before in self.seen.items():
            if before is KeyState.DESTROYED:
                assert now[number] is KeyState.DESTROYED
            if before is KeyState.COMPROMISED:
                assert now[number] in {KeyState.COMPROMISED, KeyState.DESTROY_SCHEDULED, KeyState.DESTROYED}
        self.seen = now

    @invariant()
    def nothing_runs_without_its_approvals(self) -> None:
        for row in list_operations(self.company.vault, self._actor("officer")):
            if row.state in {OperationState.RUNNING, OperationState.DONE, OperationState.WAITING}:
                assert len(row.approved_by) >= APPROVALS_NEEDED[row.kind]
                assert row.requested_by not in row.approved_by

    @precondition(lambda self: KeyState.SUSPENDED not in states(self.company, RING).values())
    @invariant()
    def everything_opens_when_the_work_is_done(self) -> None:
        """While a compromised version still wraps, content waits for the next steps; otherwise it opens at any time."""
        self.company.vault.keyroom.refresh()
        if KeyState.COMPROMISED in states(self.company, RING).values():
            for _step in range(60):
                if not self._works_once():
                    break
        with reading(self.company.vault.engine) as tx:
            assert open_sample(self.company.vault, tx, dossier_id=self.company.dossier_id) == (1, 1)

    def _works_once(self) -> bool:
        try:
            return work_once(self.company.vault, worker=f"worker {self.worker}")
        except OperatorError:
            return False

    def _actor(self, login: str):  # type: ignore[no-untyped-def]
        return self.company.at_keyboard(login)

    def _try(self, act: object) -> None:
        try:
            act()  # type: ignore[operator]
        except (CallerError, OperatorError):
            return


TestKeyOperations = KeyOperations.TestCase
TestKeyOperations.settings = settings(
    max_examples=12, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
)
