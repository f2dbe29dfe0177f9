"""G2 again, by a machine that tries everything: any order of acts, against a model that fits on a page."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.attacks.acting import grant, open_cut_off, open_view, open_without_keys
from tests.attacks.observing import quota, trail
from tests.company import Company, copy_company, reopen_company
from tests.conftest import BEGINNING
from vault.access.ending import end_view, revoke_view
from vault.access.reading import read_page_text
from vault.clock import FixedClock
from vault.errors import LeaseEnded, QuotaSpent
from vault.ledger.events import Event, Outcome
from vault.model import Actor
from vault.worker.sweeping import sweep

SESSIONS = 2
LEASE = dt.timedelta(minutes=15)
UNKEYED = dt.timedelta(seconds=60)


@dataclass
class ModelView:
    """What a view is, as far as the quota is concerned."""

    expires_at: dt.datetime
    opened_at: dt.datetime
    has_key: bool = True
    ended: bool = False
    pages: int = 0

    def is_live(self, now: dt.datetime) -> bool:
        return not self.ended and now < self.expires_at


@dataclass
class Model:
    """The quota in ten lines: used never exceeds three and what was granted."""

    used: int = 0
    granted: int = 0
    opened: int = 0
    views: dict[str, ModelView] = field(default_factory=dict)
    live: dict[int, str] = field(default_factory=dict)


class QuotaMachine(RuleBasedStateMachine):
    """Opening, ending, expiring, granting, returning, in any order and in two sessions of one person."""

    template: Path
    views = Bundle("views")

    @initialize()
    def begin(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="vault-machine-"))
        copy_company(self.template, self.directory)
        config = self.directory / "config.toml"
        config.write_text(config.read_text() + "\n[sessions]\nidle_minutes = 1440\nhours = 24\n")
        self.clock = FixedClock(BEGINNING + dt.timedelta(hours=1))
        self.company: Company = reopen_company(self.directory, clock=self.clock)
        self.actors: list[Actor] = [self.company.signed_in("borrower") for _ in range(SESSIONS)]
        self.model = Model()

    def teardown(self) -> None:
        if hasattr(self, "company"):
            granted = [each for each in trail(self.company, Event.VIEW_OPENED) if each.outcome is Outcome.SUCCESS]
            assert len(granted) == self.model.opened
            self.company.vault.engine.dispose()
            shutil.rmtree(self.directory)

    @rule(target=views, session=st.integers(0, SESSIONS - 1))
    def open(self, session: int) -> object:
        model, now = self.model, self.clock.now()
        known = self._live_in(session)
        if known is None and model.used >= 3 + model.granted:
            with pytest.raises(QuotaSpent):
                open_view(self.company, self.actors[session])
            return multiple()
        view = open_view(self.company, self.actors[session])
        if known is not None:
            assert view.view_id == known
            model.views[known].has_key = True
            return multiple()
        model.used += 1
        model.opened += 1
        assert (view.number, view.allowed) == (model.used, 3 + model.granted)
        model.views[view.view_id] = ModelView(now + LEASE, now)
        model.live[session] = view.view_id
        return (session, view.view_id)

    @rule(session=st.integers(0, SESSIONS - 1))
    def open_without_keys(self, session: int) -> None:
        """Takes a claim and gives it back, or changes nothing because the view is open or the quota spent."""
        if self._live_in(session) is not None:
            return
        if self.model.used < 3 + self.model.granted:
            open_without_keys(self.company, self.actors[session])
            self.model.opened += 1

    @rule(target=views, session=st.integers(0, SESSIONS - 1), key=st.uuids())
    def open_and_be_killed(self, session: int, key: object) -> object:
        """Keeps the claim until the sweep comes by."""
        if self._live_in(session) is not None or self.model.used >= 3 + self.model.granted:
            return multiple()
        view_id = open_cut_off(self.company, self.actors[session], key=str(key))
        now = self.clock.now()
        self.model.used += 1
        self.model.opened += 1
        self.model.views[view_id] = ModelView(now + LEASE, now, has_key=False)
        self.model.live[session] = view_id
        return (session, view_id)

    @rule(named=views)
    def read(self, named: tuple[int, str]) -> None:
        session, view_id = named
        view = self.model.views[view_id]
        if not view.has_key and view.is_live(self.clock.now()):
            return
        if not view.is_live(self.clock.now()):
            with pytest.raises(LeaseEnded):
                read_page_text(self.company.vault, self.actors[session], view_id=view_id, page_number=1)
            self._end(view)
            return
        read_page_text(self.company.vault, self.actors[session], view_id=view_id, page_number=1)
        view.pages += 1

    @rule(named=views)
    def end(self, named: tuple[int, str]) -> None:
        session, view_id = named
        end_view(self.company.vault, self.actors[session], view_id=view_id)
        self._end(self.model.views[view_id])

    @rule(named=views)
    def revoke(self, named: tuple[int, str]) -> None:
        _session, view_id = named
        if self.model.views[view_id].is_live(self.clock.now()):
            officer = self.company.at_keyboard("officer")
            revoke_view(self.company.vault, officer, view_id=view_id, note="Seen on an open screen")
            self._end(self.model.views[view_id])

    @precondition(lambda self: self.model.granted < 6)
    @rule(views_granted=st.integers(1, 3))
    def grant(self, views_granted: int) -> None:
        grant(self.company, views_granted)
        self.model.granted += views_granted

    @rule(seconds=st.sampled_from([1, 59, 61, 600, 900, 1200]))
    def wait(self, seconds: int) -> None:
        self.clock.advance(dt.timedelta(seconds=seconds))

    @rule()
    def sweep(self) -> None:
        sweep(self.company.vault)
        now = self.clock.now()
        for view in self.model.views.values():
            cut_off = not view.has_key and view.opened_at < now - UNKEYED
            if not view.ended and (now >= view.expires_at or cut_off):
                self._end(view)

    @invariant()
    def used_is_what_the_model_says_and_never_too_much(self) -> None:
        if hasattr(self, "company"):
            state = quota(self.company)
            assert (state.used, state.granted) == (self.model.used, self.model.granted)
            assert 0 <= state.used <= 3 + state.granted

    @invariant()
    def no_view_is_open_beyond_the_quota(self) -> None:
        if hasattr(self, "company"):
            shown = sum(view.pages > 0 for view in self.model.views.values())
            assert shown <= self.model.used

    def _live_in(self, session: int) -> str | None:
        view_id = self.model.live.get(session)
        if view_id is None or not self.model.views[view_id].is_live(self.clock.now()):
            return None
        return view_id

    def _end(self, view: ModelView) -> None:
        if view.ended:
            return
        view.ended = True
        if not view.has_key:
            self.model.used -= 1


def test_no_order_of_acts_grants_a_view_too_many(built_company: Path) -> None:
    """Every step of every example leaves the quota exactly where the model has it."""

    class Machine(QuotaMachine):
        template = built_company

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=10,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
