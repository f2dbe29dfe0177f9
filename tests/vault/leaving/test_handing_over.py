"""Hand-overs: two people confirm, the rules of duties hold, and the successor has the duty only then."""

from __future__ import annotations

import pytest

from tests.company import Company
from tests.vault.leaving.acts import REASON, announce, handover, qualify
from tests.vault.people.entries import entries_of
from vault.errors import AccessDenied, Conflict, NotFound
from vault.filing.dossiers import assign, list_dossiers
from vault.leaving.handing_over import confirm_handover, decline_handover, propose_successor
from vault.ledger.events import Event, Outcome
from vault.model import Duty
from vault.people.accounts import suspend_person
from vault.policy.leaving import HandoverState, Side


def confirm(company: Company, login: str, handover_id: str, side: Side) -> bool:
    return confirm_handover(company.vault, company.at_keyboard(login), handover_id=handover_id, side=side)


@pytest.mark.parametrize("first", list(Side))
def test_duty_is_given_with_the_second_confirmation(company: Company, first: Side) -> None:
    """In either order; before it the leaver has the duty, after it the successor, recorded step by step."""
    leaving = announce(company)
    handed = handover(company, leaving)
    who = {Side.CUSTODIAN: "custodian", Side.SUCCESSOR: "stranger"}
    second = next(side for side in Side if side is not first)

    assert not confirm(company, who[first], handed.id, first)
    assert not confirm(company, who[first], handed.id, first)  # twice is the same once
    assert list_dossiers(company.vault, company.at_keyboard("stranger")) == []
    assert confirm(company, who[second], handed.id, second)

    (row,) = list_dossiers(company.vault, company.at_keyboard("stranger"))
    assert row.duties == {Duty.BORROWER}
    assert list_dossiers(company.vault, company.at_keyboard("borrower")) == []
    assert handover(company, leaving).state is HandoverState.DONE
    assert len(entries_of(company, Event.HANDOVER_CONFIRMED)) == 2
    (finished,) = entries_of(company, Event.HANDOVER_FINISHED)
    assert finished.subject_id == company.ids["stranger"]
    with pytest.raises(Conflict) as over:
        confirm(company, who[first], handed.id, first)
    assert over.value.code == "handover.over"


def test_strangers_learn_nothing_of_a_handover(company: Company) -> None:
    """Neither colleague nor approver, auditor or the leaver has a part in it; an unknown id looks the same."""
    handed = handover(company, announce(company))

    for login in ("other", "approver", "auditor", "officer", "borrower", "custodian2"):
        for side in Side:
            with pytest.raises(NotFound):
                confirm(company, login, handed.id, side)
    with pytest.raises(NotFound):
        confirm(company, "custodian", "h" + "a" * 26, Side.CUSTODIAN)
    assert {entry.outcome for entry in entries_of(company, Event.HANDOVER_CONFIRMED)} == {Outcome.DENIED}


def test_each_confirms_their_own_side(company: Company) -> None:
    """A custodian is no successor, and a successor no custodian: the trail has what was tried."""
    handed = handover(company, announce(company))

    for login, side in (("custodian", Side.SUCCESSOR), ("stranger", Side.CUSTODIAN), ("admin", Side.CUSTODIAN)):
        with pytest.raises(NotFound):
            confirm(company, login, handed.id, side)
    assert handover(company, announce(company, "other")).custodian_id is None


def test_rules_of_duties_hold_when_confirmed_and_when_given(company: Company) -> None:
    """A successor who meanwhile has a conflicting duty, or lost their clearance, does not get this one."""
    handed = handover(company, announce(company))
    assert not confirm(company, "stranger", handed.id, Side.SUCCESSOR)
    assign(
        company.vault,
        company.at_keyboard("custodian"),
        dossier_id=company.dossier_id,
        person_id=company.ids["stranger"],
        duty=Duty.APPROVER,
    )

    with pytest.raises(AccessDenied) as refused:
        confirm(company, "custodian", handed.id, Side.CUSTODIAN)

    assert refused.value.code == "duties.conflict"


def test_role_lost_between_confirmation_and_use(company: Company) -> None:
    """A successor who was suspended after they confirmed gets nothing."""
    handed = handover(company, announce(company))
    confirm(company, "stranger", handed.id, Side.SUCCESSOR)
    suspend_person(company.vault, company.at_keyboard("admin"), person_id=company.ids["stranger"])

    with pytest.raises(AccessDenied) as refused:
        confirm(company, "custodian", handed.id, Side.CUSTODIAN)

    assert refused.value.code == "handover.successor_gone"


def test_naming_somebody_else_asks_both_again(company: Company) -> None:
    """What was confirmed for one successor is not confirmed for another."""
    handed = handover(company, announce(company))
    confirm(company, "custodian", handed.id, Side.CUSTODIAN)
    qualify(company, "author", Duty.BORROWER)

    propose_successor(
        company.vault, company.at_keyboard("custodian"), handover_id=handed.id, successor="Jonas Lindqvist"
    )

    again = handover(company, announce(company, "other"))
    assert again.successor_id == company.ids["stranger"]
    with pytest.raises(NotFound):
        confirm(company, "stranger", handed.id, Side.SUCCESSOR)
    assert not confirm(company, "author", handed.id, Side.SUCCESSOR)
    assert confirm(company, "custodian", handed.id, Side.CUSTODIAN)


def test_person_who_could_not_hold_the_duty_cannot_be_named(company: Company) -> None:
    """Not qualified, or not cleared for the class."""
    handed = handover(company, announce(company))
    for name, code in (("approver", "duties.not_qualified"), ("author", "duties.not_qualified")):
        with pytest.raises(AccessDenied) as refused:
            propose_successor(company.vault, company.at_keyboard("admin"), handover_id=handed.id, successor=name)
        assert refused.value.code == code


def test_declined_handover_waits_for_another_name(company: Company) -> None:
    """The successor says no, with a reason; nobody can confirm until somebody is named."""
    leaving = announce(company)
    handed = handover(company, leaving)

    decline_handover(company.vault, company.at_keyboard("stranger"), handover_id=handed.id, reason=REASON)

    assert handover(company, leaving).successor_id is None
    with pytest.raises(AccessDenied) as refused:
        confirm(company, "custodian", handed.id, Side.CUSTODIAN)
    assert refused.value.code == "handover.no_successor"
    (entry,) = entries_of(company, Event.HANDOVER_DECLINED)
    assert entry.reason is not None
    assert entry.reason.text == REASON.text


def test_sole_custodian_hands_their_keeping_over(company: Company) -> None:
    """The dossier is never without one: the new custodian has it before the old one's ends."""
    leaving = announce(company, "custodian", successor="custodian2")
    handed = handover(company, leaving, Duty.CUSTODIAN)

    assert not confirm(company, "custodian", handed.id, Side.CUSTODIAN)
    assert confirm(company, "custodian2", handed.id, Side.SUCCESSOR)

    (row,) = list_dossiers(company.vault, company.at_keyboard("custodian2"))
    assert row.duties == {Duty.CUSTODIAN}
    assert list_dossiers(company.vault, company.at_keyboard("custodian")) == []
