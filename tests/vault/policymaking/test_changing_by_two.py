"""The policy is changed by two people and by nobody alone, on both databases, and every step is on record."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from tests.attacks.observing import trail
from tests.company import PASSWORD, Company, add_officer
from vault.clock import FixedClock
from vault.database import policy_queries
from vault.database.engine import reading, transaction
from vault.database.policy_queries import ProposalRecord, policy_in_force
from vault.errors import AccessDenied, Conflict, InputError, VaultError
from vault.ledger.events import Event, Outcome
from vault.model import Office
from vault.people.accounts import suspend_person
from vault.policy.changing import ProposalState
from vault.policy.document import ClassPolicy, Policy, PolicyInForce, policy_digest
from vault.policymaking.deciding import approve_proposal, refuse_proposal
from vault.policymaking.lapsing import lapse_proposals
from vault.policymaking.notes import DECISION, NOTE, open_note
from vault.policymaking.proposing import PolicyRefused, propose_policy, proposed_again, withdraw_proposal

STRICTER = Policy(views=2, classes={"secret": ClassPolicy(views=1)})
NOTE_TEXT = "Two views are enough after the audit"


def propose(company: Company, policy: Policy = STRICTER, *, base: int | None = None, by: str = "admin") -> str:
    return propose_policy(
        company.vault,
        company.at_keyboard(by),
        policy=policy,
        base_version=in_force(company).version if base is None else base,
        note=NOTE_TEXT,
        password=PASSWORD,
    )


def approve(company: Company, proposal_id: str, *, by: str = "officer", password: str = PASSWORD) -> int:
    return approve_proposal(company.vault, company.at_keyboard(by), proposal_id=proposal_id, password=password)


def in_force(company: Company) -> PolicyInForce:
    with reading(company.vault.engine) as tx:
        return policy_in_force(tx)


def load(company: Company, proposal_id: str) -> ProposalRecord:
    with reading(company.vault.engine) as tx:
        found = policy_queries.load_proposal(tx, proposal_id)
    assert found is not None
    return found


def test_proposed_policy_changes_nothing_until_another_person_approves_it(company: Company) -> None:
    """Then it is in force at once, and its own entry is the first that names its version."""
    proposal_id = propose(company)
    assert in_force(company) == PolicyInForce(0, Policy())

    assert approve(company, proposal_id) == 1

    assert in_force(company) == PolicyInForce(1, STRICTER)
    proposed, changed = (trail(company, event)[0] for event in (Event.POLICY_PROPOSED, Event.POLICY_CHANGED))
    assert (proposed.actor, proposed.reason and proposed.reason.text) == (company.ids["admin"], NOTE_TEXT)
    assert (changed.actor, changed.subject) == (company.ids["officer"], company.ids["admin"])
    assert changed.details == {
        "proposal": proposal_id,
        "base": 0,
        "version": 1,
        "digest": policy_digest(STRICTER),
        "changes": 2,
        "change.views": "3 -> 2",
        "change.classes.secret.views": "- -> 1",
    }
    assert (proposed.facts.get("policy"), changed.facts.get("policy")) == (None, 1)


def test_who_may_decide_is_told_and_so_is_the_proposer(company: Company) -> None:
    """In the transaction of the act; nobody else."""
    proposal_id = propose(company)
    approve(company, proposal_id)

    with reading(company.vault.engine) as tx:
        told = tx.exec_driver_sql("SELECT person_id, kind, request_id FROM notices ORDER BY kind DESC").all()
    assert [tuple(row) for row in told] == [
        (company.ids["officer"], "policy_waits", proposal_id),
        (company.ids["admin"], "policy_decided", proposal_id),
    ]


def test_nobody_decides_what_they_proposed(company: Company) -> None:
    """Not as administrator either; the attempt is on record."""
    proposal_id = propose(company)

    with pytest.raises(AccessDenied, match=r"denied\.own_proposal"):
        approve(company, proposal_id, by="admin")

    (tried,) = trail(company, Event.POLICY_CHANGED)
    assert (tried.outcome, tried.fact("code")) == (Outcome.DENIED, "denied.own_proposal")
    assert in_force(company).version == 0


@pytest.mark.parametrize("login", ["auditor", "borrower", "custodian"])
def test_other_people_neither_propose_nor_decide(company: Company, login: str) -> None:
    """Offices are read where they are used."""
    proposal_id = propose(company)
    with pytest.raises(AccessDenied, match=r"denied\.office"):
        approve(company, proposal_id, by=login)
    with pytest.raises(AccessDenied, match=r"denied\.office"):
        propose(company, by=login)
    with pytest.raises(AccessDenied, match=r"denied\.office"):
        propose(company, by="officer")


def test_wrong_password_decides_nothing(company: Company) -> None:
    """Whoever found an open session approves nothing with it."""
    proposal_id = propose(company)

    with pytest.raises(InputError, match=r"password\.wrong"):
        approve(company, proposal_id, password="not the password at all")

    assert load(company, proposal_id).state is ProposalState.AWAITING
    assert trail(company, Event.POLICY_CHANGED)[0].fact("code") == "password.wrong"


def test_proposal_whose_base_was_replaced_is_refused_and_kept(company: Company) -> None:
    """Nothing is lost: it can be made again on what is in force, keeping what the other one changed."""
    first, second = propose(company), propose(company, Policy(lease_minutes=10))
    approve(company, first)

    with pytest.raises(Conflict, match=r"policy\.outdated"):
        approve(company, second)

    assert load(company, second).state is ProposalState.AWAITING
    again = proposed_again(company.vault, company.at_keyboard("admin"), proposal_id=second)
    assert again == PolicyInForce(1, Policy(views=2, lease_minutes=10, classes={"secret": ClassPolicy(views=1)}))
    assert approve(company, propose(company, again.policy)) == 2


def test_refusal_has_a_reason_that_the_proposer_reads(company: Company) -> None:
    """Sealed at rest like the note."""
    proposal_id = propose(company)
    officer = company.at_keyboard("officer")
    with pytest.raises(InputError, match=r"reason\."):
        refuse_proposal(company.vault, officer, proposal_id=proposal_id, reason=".", password=PASSWORD)

    why = "Borrowers of line four need three views"
    refuse_proposal(company.vault, officer, proposal_id=proposal_id, reason=why, password=PASSWORD)

    refused = load(company, proposal_id)
    assert (refused.state, refused.decided_by) == (ProposalState.REFUSED, company.ids["officer"])
    assert refused.decision_sealed is not None
    assert why.encode() not in refused.decision_sealed
    assert open_note(company.vault, refused.decision_sealed, proposal_id=proposal_id, which=DECISION) == why
    assert open_note(company.vault, refused.note_sealed, proposal_id=proposal_id, which=NOTE) == NOTE_TEXT
    assert open_note(company.vault, refused.note_sealed, proposal_id=proposal_id, which=DECISION) is None
    with pytest.raises(Conflict, match=r"policy\.decided"):
        approve(company, proposal_id)


def test_withdrawn_by_its_proposer_alone_and_twice_is_fine(company: Company) -> None:
    """Anybody else refuses it with a reason."""
    add_officer(company, "admin2", Office.ADMINISTRATOR, number=90)
    proposal_id = propose(company)
    with pytest.raises(AccessDenied, match=r"denied\.not_own_proposal"):
        withdraw_proposal(company.vault, company.at_keyboard("admin2"), proposal_id=proposal_id)

    for _again in range(2):
        withdraw_proposal(company.vault, company.at_keyboard("admin"), proposal_id=proposal_id)

    assert load(company, proposal_id).state is ProposalState.WITHDRAWN
    assert [entry.outcome.value for entry in trail(company, Event.POLICY_WITHDRAWN)] == ["denied", "success"]


def test_undecided_proposal_lapses_by_the_clock(company: Company, clock: FixedClock) -> None:
    """Also where the sweep has not come by yet; recorded once."""
    proposal_id = propose(company)
    clock.advance(dt.timedelta(days=14))
    with pytest.raises(Conflict, match=r"policy\.lapsed"):
        approve(company, proposal_id)

    assert (lapse_proposals(company.vault), lapse_proposals(company.vault)) == (1, 0)
    assert load(company, proposal_id).state is ProposalState.LAPSED
    (lapsed,) = trail(company, Event.POLICY_WITHDRAWN)
    assert (lapsed.subject, lapsed.fact("code")) == (company.ids["admin"], "lapsed")


def test_policy_that_contradicts_itself_or_changes_nothing_is_not_proposed(company: Company) -> None:
    """Every fault is named, and nothing is stored."""
    with pytest.raises(PolicyRefused) as refused:
        propose(company, Policy(classes={"secret": ClassPolicy(name_en="Internal", name_zh="内部")}))
    assert [fault.path for fault in refused.value.faults] == ["classes.secret.name_en", "classes.secret.name_zh"]
    with pytest.raises(InputError, match=r"policy\.unchanged"):
        propose(company, Policy())
    with pytest.raises(Conflict, match=r"policy\.outdated"):
        propose(company, base=7)
    with reading(company.vault.engine) as tx:
        assert policy_queries.list_proposals(tx) == []


def test_what_nobody_else_could_decide_is_not_proposed(company: Company) -> None:
    """A proposal that waits for nobody would only lapse."""
    with transaction(company.vault.engine) as tx:  # as on the first day, before there is an officer
        tx.exec_driver_sql("UPDATE people SET state = 'suspended' WHERE office = 'security_officer'")

    with pytest.raises(Conflict, match=r"policy\.nobody_decides"):
        propose(company)


def test_right_lost_between_proposal_and_decision_decides_nothing(company: Company) -> None:
    """A suspended person's session approves nothing, even with the right password."""
    add_officer(company, "officer2", Office.SECURITY_OFFICER, number=91)
    proposal_id, officer = propose(company), company.at_keyboard("officer2")
    suspend_person(company.vault, company.at_keyboard("admin"), person_id=officer.person_id)

    with pytest.raises(AccessDenied, match=r"denied\.suspended"):
        approve_proposal(company.vault, officer, proposal_id=proposal_id, password=PASSWORD)


def test_of_decisions_at_once_one_holds(any_company: Company) -> None:
    """Two proposals approved, one of them also refused, all at the same instant: one version, none lost or doubled."""
    company = any_company
    add_officer(company, "admin2", Office.ADMINISTRATOR, number=90)
    first, second = propose(company), propose(company, Policy(lease_minutes=10))
    outcomes: list[str] = []
    together = threading.Barrier(4)

    def act(login: str, proposal_id: str, refuses: bool) -> None:
        actor = company.at_keyboard(login)
        together.wait()
        try:
            if refuses:
                reason = "Not before the audit is over"
                refuse_proposal(company.vault, actor, proposal_id=proposal_id, reason=reason, password=PASSWORD)
                outcomes.append("refused")
            else:
                outcomes.append(
                    f"v{approve_proposal(company.vault, actor, proposal_id=proposal_id, password=PASSWORD)}"
                )
        except VaultError as error:
            outcomes.append(error.code)

    acts = [("officer", first, False), ("admin2", first, False), ("officer", second, False), ("admin2", second, True)]
    threads = [threading.Thread(target=act, args=each) for each in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(outcomes) == 4
    assert outcomes.count("v1") == 1
    assert set(outcomes) <= {"v1", "refused", "policy.decided", "policy.outdated"}
    assert in_force(company).version == 1
    done = [entry for entry in trail(company, Event.POLICY_CHANGED) if entry.outcome is Outcome.SUCCESS]
    assert [entry.details["version"] for entry in done] == [1]
