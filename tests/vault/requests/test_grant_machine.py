"""Any sequence of asking, deciding, using, revoking, giving back, lapsing and lost duties, beside a plain model.

Two approvers must agree; one borrower; days that pass. Whatever happened, the views that open are those of the policy
and those that were granted, are not over and rest on people who still may: never one more, never one fewer.
"""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.attacks.acting import ask, open_and_end
from tests.company import build_company, copy_company, remember, reopen_company, set_policy, write_config
from tests.conftest import BEGINNING
from tests.vault.grants.granting import revoke
from tests.vault.requests.test_deciding import decide_as, second_approver
from vault.clock import FixedClock
from vault.database import dossier_queries
from vault.database.engine import reading
from vault.errors import CallerError
from vault.filing.dossiers import unassign
from vault.grants.ending import return_grant
from vault.model import DossierId, RequestId
from vault.policy.document import Policy
from vault.policy.request_rules import RequestRules
from vault.requests.asking import asking_card, withdraw_request
from vault.worker.sweeping import sweep

DAY = dt.timedelta(days=1)
BASE = 3
APPROVERS = ("approver", "stranger")


@dataclass
class Granted:
    """What the model knows of a grant."""

    request_id: RequestId
    amount: int
    given: dt.datetime
    used: int = 0
    first: dt.datetime | None = None
    is_over: bool = False

    def holds(self, now: dt.datetime) -> bool:
        end = self.first + 30 * DAY if self.first else self.given + 30 * DAY
        return not self.is_over and now < end


@pytest.fixture(scope="module", autouse=True)
def template() -> Iterator[Path]:
    """One company that every example has a copy of."""
    directory = Path(tempfile.mkdtemp(prefix="vault-machine-"))
    built = build_company(write_config(directory / "template"), clock=FixedClock(BEGINNING))
    second_approver(built)
    set_policy(built, Policy(views=BASE, requests=RequestRules(approvals=2)))
    remember(built)
    built.vault.engine.dispose()
    Requests.template = directory / "template"
    yield directory
    shutil.rmtree(directory)


class Requests(RuleBasedStateMachine):
    """See the module."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.directory = Path(tempfile.mkdtemp(prefix="example-", dir=self.template.parent))
        copy_company(self.template, self.directory)
        self.clock = FixedClock(BEGINNING + dt.timedelta(hours=1))
        self.company = reopen_company(self.directory, clock=self.clock)
        self.open: RequestId | None = None
        self.asked = 0
        self.lapses = BEGINNING
        self.agreed: dict[str, int] = {}
        self.grants: list[Granted] = []
        self.used = 0
        self.able = set(APPROVERS)

    def teardown(self) -> None:
        self.company.vault.engine.dispose()

    def now(self) -> dt.datetime:
        return self.clock.now()

    def is_open(self) -> bool:
        return self.open is not None and self.now() < self.lapses

    def holding(self) -> list[Granted]:
        """Grants that hold now: by their clock, and while both who agreed may."""
        return [each for each in self.grants if each.holds(self.now()) and self.able == set(APPROVERS)]

    def allowed(self) -> int:
        return BASE + sum(each.used for each in self.grants) + sum(each.amount - each.used for each in self.holding())

    @rule(views=st.integers(1, 3))
    def ask_for_views(self, views: int) -> None:
        was_open, before = self.is_open(), self.open
        try:
            self.open = ask(self.company, views)
        except CallerError:
            assert was_open
            assert views != self.asked
            return
        assert not was_open or (self.open == before and views == self.asked)
        if self.open != before:
            self.asked, self.lapses, self.agreed = views, self.now() + 14 * DAY, {}

    @precondition(lambda self: self.open is not None)
    @rule(login=st.sampled_from(APPROVERS), views=st.integers(0, 3))
    def decide(self, login: str, views: int) -> None:
        assert self.open is not None
        may = self.is_open() and login in self.able and views <= self.asked
        new = login not in self.agreed
        try:
            decide_as(self.company, self.open, views=views, login=login)
        except CallerError:
            assert not may or (not new and self.agreed[login] != views)
            return
        assert may
        assert new or self.agreed[login] == views
        self.agreed[login] = views
        if views == 0:
            self.open = None
        elif self.able <= set(self.agreed) and len(self.able) == len(APPROVERS):
            self.grants.append(Granted(self.open, min(self.agreed.values()), self.now()))
            self.open = None

    @precondition(lambda self: self.open is not None)
    @rule()
    def withdraw(self) -> None:
        assert self.open is not None
        was_open = self.is_open()
        try:
            withdraw_request(self.company.vault, self.company.at_keyboard("borrower"), request_id=self.open)
        except CallerError:
            assert not was_open
        self.open = None

    @rule()
    def use(self) -> None:
        """Opens; what is used of which grant is as the model says: those that end first, first."""
        held, allowed = self.holding(), self.allowed()
        try:
            open_and_end(self.company, self.company.signed_in("borrower"))
        except CallerError:
            assert self.used >= allowed
            return
        assert self.used < allowed
        self.used += 1
        self._end_fallen()
        if self.used > BASE:
            left = [each for each in held if each.used < each.amount]
            if left:
                taken = min(left, key=lambda each: (each.first or each.given) + 30 * DAY)
                taken.used, taken.first = taken.used + 1, taken.first or self.now()

    @precondition(lambda self: self.grants)
    @rule(number=st.integers(0, 5), by_owner=st.booleans())
    def end(self, number: int, by_owner: bool) -> None:
        grant = self.grants[number % len(self.grants)]
        if "approver" not in self.able and not by_owner:
            return
        try:
            if by_owner:
                return_grant(self.company.vault, self.company.at_keyboard("borrower"), request_id=grant.request_id)
            else:
                revoke(self.company, grant.request_id)
        except CallerError:
            assert grant.is_over or not grant.holds(self.now())
        grant.is_over = True

    @rule(days=st.sampled_from([1, 13, 16, 30]))
    def time_passes(self, days: int) -> None:
        self.clock.advance(days * DAY)

    @rule()
    def sweep(self) -> None:
        sweep(self.company.vault)
        if not self.is_open():
            self.open = None

    @rule(back=st.booleans())
    def approver_loses_the_duty_or_gets_it_back(self, back: bool) -> None:
        if back and "stranger" not in self.able:
            second_approver(self.company)
            self.able.add("stranger")
        elif not back and "stranger" in self.able:
            self._end_duty()
            self.able.discard("stranger")

    @invariant()
    def card_says_what_can_be_opened(self) -> None:
        """Without opening: the figures on the screen are those that the next opening finds."""
        actor = self.company.at_keyboard("borrower")
        card = asking_card(self.company.vault, actor, document_id=self.company.document_id)
        assert (card.views_used, card.views_allowed) == (self.used, self.allowed())

    def _end_duty(self) -> None:
        with reading(self.company.vault.engine) as tx:
            held = dossier_queries.assignments_of_dossier(tx, DossierId(self.company.dossier_id))
        [theirs] = [
            each for each in held if each.person_id == self.company.ids["stranger"] and each.is_active(self.now())
        ]
        unassign(self.company.vault, self.company.at_keyboard("custodian"), assignment_id=theirs.id)

    def _end_fallen(self) -> None:
        """An opening that goes through ends for good what it finds fallen."""
        for each in self.grants:
            if not each.holds(self.now()) or self.able != set(APPROVERS):
                each.is_over = True


TestRequests = Requests.TestCase
TestRequests.settings = settings(
    max_examples=6, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
