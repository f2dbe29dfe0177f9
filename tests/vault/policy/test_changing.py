"""Who may decide a proposal, and every move that there is."""

from __future__ import annotations

import itertools

from vault.model import Office, PersonId
from vault.policy.changing import NEXT_STATE, ProposalState, ProposalStep, decide_deciding, decide_withdrawing

RUTH, BEN = PersonId("pruth"), PersonId("pben")


def test_only_what_waits_is_moved_and_only_once() -> None:
    """The whole table: sixteen of the twenty moves are none."""
    moves = {
        (state.value, step.value): NEXT_STATE[state, step].value
        for state, step in itertools.product(ProposalState, ProposalStep)
        if (state, step) in NEXT_STATE
    }
    assert moves == {
        ("awaiting", "approve"): "approved",
        ("awaiting", "refuse"): "refused",
        ("awaiting", "withdraw"): "withdrawn",
        ("awaiting", "lapse"): "lapsed",
    }


def test_who_may_decide() -> None:
    """Administrators and security officers, never whoever proposed it, whatever office they hold by then."""
    said = {
        (office.value, decider == RUTH): decide_deciding(decider=decider, decider_office=office, proposer=RUTH).code
        for office, decider in itertools.product(Office, (RUTH, BEN))
    }
    assert said == {
        ("staff", True): "denied.office",
        ("staff", False): "denied.office",
        ("auditor", True): "denied.office",
        ("auditor", False): "denied.office",
        ("administrator", True): "denied.own_proposal",
        ("administrator", False): "",
        ("security_officer", True): "denied.own_proposal",
        ("security_officer", False): "",
    }


def test_who_may_withdraw() -> None:
    """Nobody takes back what somebody else proposed."""
    assert decide_withdrawing(person=RUTH, proposer=RUTH).allowed
    assert decide_withdrawing(person=BEN, proposer=RUTH).code == "denied.not_own_proposal"
