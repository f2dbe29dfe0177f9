"""A confirmation, the last day and a change of the same duty at once, on both databases: one outcome, and whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.company import Company, build_company, found_dossier, write_config
from tests.vault.leaving.acts import LAST_DAY, REASON, handover, leaving_of
from tests.vault.requests.test_races import race
from vault.clock import FixedClock
from vault.database import dossier_queries
from vault.database.engine import reading
from vault.database.handover_queries import handovers_of
from vault.errors import Conflict
from vault.filing.dossiers import unassign
from vault.leaving.announcing import LeavingDraft, announce_leaving
from vault.leaving.ending import end_leavings
from vault.leaving.handing_over import confirm_handover
from vault.model import DossierId, Duty
from vault.policy.leaving import HandoverState, LeavingState, Side

ROUNDS = 3
CLOCK = dt.datetime(2026, 11, 26, 9, tzinfo=dt.UTC)


@pytest.fixture
def racing(database_url: str, tmp_path: Path) -> Iterator[Company]:
    config = write_config(tmp_path / "racing", database_url=database_url)
    company = build_company(config, with_document=False, clock=FixedClock(CLOCK))
    yield company
    company.vault.engine.dispose()


def test_confirming_on_the_last_day_while_the_duty_is_ended(racing: Company) -> None:
    """Custodian and successor confirm, the sweep ends the leaving, and a custodian ends the duty by hand: all at once.

    Whoever comes first: nobody of the leaver's holds the duty afterwards, the successor holds it exactly if the
    hand-over is done, and nothing has deadlocked.
    """
    clock, vault = racing.vault.clock, racing.vault
    assert isinstance(clock, FixedClock)
    dossier_ids = [DossierId(racing.dossier_id), *(DossierId(found_dossier(racing)) for _ in range(ROUNDS - 1))]
    leaving = announce_leaving(
        vault,
        racing.at_keyboard("admin"),
        person_id=racing.ids["borrower"],
        draft=LeavingDraft(LAST_DAY, "stranger"),
        reason=REASON,
    )
    with reading(vault.engine) as tx:
        rows = handovers_of(tx, leaving.id)
    assert {row.dossier_id for row in rows} == set(dossier_ids)
    clock.advance(leaving.ends_at - clock.now())
    custodian, successor = racing.at_keyboard("custodian"), racing.at_keyboard("stranger")

    outcomes = race(
        *(
            act
            for row in rows
            for act in (
                lambda row=row: confirm_handover(vault, custodian, handover_id=row.id, side=Side.CUSTODIAN),
                lambda row=row: confirm_handover(vault, successor, handover_id=row.id, side=Side.SUCCESSOR),
                lambda row=row: unassign(vault, custodian, assignment_id=row.assignment_id),
            )
        ),
        lambda: end_leavings(vault),
    )

    assert all(error is None or isinstance(error, Conflict) for error in outcomes), outcomes
    end_leavings(vault)
    assert leaving_of(racing, leaving).state is LeavingState.ENDED
    with reading(vault.engine) as tx:
        after = handovers_of(tx, leaving.id)
        held = {
            row.id: {
                login
                for login in ("borrower", "stranger")
                for each in dossier_queries.assignments_of_dossier(tx, row.dossier_id)
                if each.person_id == racing.ids[login]
                and each.duty is Duty.BORROWER
                and (each.ends_at is None or each.ends_at > clock.now())
            }
            for row in after
        }
    for row in after:
        assert row.state in {HandoverState.DONE, HandoverState.DROPPED}
        assert held[row.id] == ({"stranger"} if row.state is HandoverState.DONE else set())


def test_two_announcements_at_once_are_one_leaving(racing: Company) -> None:
    """Two administrators, or a list and a person: the second hears that it is announced."""

    def announcing() -> None:
        announce_leaving(
            racing.vault,
            racing.at_keyboard("admin"),
            person_id=racing.ids["other"],
            draft=LeavingDraft(LAST_DAY),
            reason=REASON,
        )

    first, second = race(announcing, announcing)

    refused = [error for error in (first, second) if error is not None]
    assert [error.code for error in refused if isinstance(error, Conflict)] == ["leaving.announced"]
    assert racing.person("other").leaves_at is not None


def test_both_sides_at_once_give_the_duty_once(racing: Company) -> None:
    """The two confirmations meet: one of them is the second, whichever, and there is one assignment."""
    leaving = announce_leaving(
        racing.vault,
        racing.at_keyboard("admin"),
        person_id=racing.ids["borrower"],
        draft=LeavingDraft(LAST_DAY, "stranger"),
        reason=REASON,
    )
    handed = handover(racing, leaving)
    custodian, successor = racing.at_keyboard("custodian"), racing.at_keyboard("stranger")

    outcomes = race(
        lambda: confirm_handover(racing.vault, custodian, handover_id=handed.id, side=Side.CUSTODIAN),
        lambda: confirm_handover(racing.vault, successor, handover_id=handed.id, side=Side.SUCCESSOR),
    )

    assert outcomes == [None, None]
    assert handover(racing, leaving).state is HandoverState.DONE
    with reading(racing.vault.engine) as tx:
        all_of_them = dossier_queries.assignments_of_dossier(tx, DossierId(racing.dossier_id))
    assert [each.duty for each in all_of_them if each.person_id == racing.ids["stranger"]] == [Duty.BORROWER]
