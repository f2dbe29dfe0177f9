"""Who may move an erasure from which state to which, and what happens when two people move it at once."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.company import OFFICE_PLACE, Company
from tests.custody import second_officer
from tests.erasing import GROUNDS, PERSON, approved, audited, events, requested, row_of, rows, suspend, work_off
from vault.clock import FixedClock
from vault.custody.holds import lift_hold, place_hold
from vault.database import erasure_queries
from vault.database.engine import transaction
from vault.errors import AccessDenied, Conflict, InputError, VaultError
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.model import Actor, Classification, Office
from vault.people.accounts import PersonDraft, PersonFacts, change_person, create_person, restore_person, suspend_person
from vault.policy.erasing import NEXT_STATE, ErasureKind, ErasureState, ErasureStep, decide_deciding
from vault.policy.reasons import ReasonDraft
from vault.trail.erasing.holds import hold_person, lift_person_hold, list_person_holds
from vault.trail.erasing.listing import list_erasures
from vault.trail.erasing.orders import (
    approve_erasure,
    cancel_erasure,
    refuse_erasure,
    request_erasure,
    resume_erasure,
)
from vault.trail.erasing.scope import ErasureDraft, ErasureGrounds
from vault.trail.erasing.working import erase_once

AWAITING, RUNNING, FAILED, DONE, REFUSED, CANCELLED = ErasureState
APPROVE, REFUSE, CANCEL, RESUME, FAIL, FINISH = ErasureStep
NO = ReasonDraft("review", "The court has asked us to keep it", "LIT-7")
HELD_FOR = ReasonDraft("review", "Claim before the court in Leeds", "LIT-7")

MOVES: dict[tuple[ErasureState, ErasureStep], ErasureState | None] = {
    (AWAITING, APPROVE): RUNNING,
    (AWAITING, REFUSE): REFUSED,
    (AWAITING, CANCEL): CANCELLED,
    (AWAITING, RESUME): None,
    (AWAITING, FAIL): None,
    (AWAITING, FINISH): None,
    (RUNNING, APPROVE): None,
    (RUNNING, REFUSE): None,
    (RUNNING, CANCEL): None,
    (RUNNING, RESUME): None,
    (RUNNING, FAIL): FAILED,
    (RUNNING, FINISH): DONE,
    (FAILED, APPROVE): None,
    (FAILED, REFUSE): None,
    (FAILED, CANCEL): CANCELLED,
    (FAILED, RESUME): RUNNING,
    (FAILED, FAIL): None,
    (FAILED, FINISH): None,
    (DONE, APPROVE): None,
    (DONE, REFUSE): None,
    (DONE, CANCEL): None,
    (DONE, RESUME): None,
    (DONE, FAIL): None,
    (DONE, FINISH): None,
    (REFUSED, APPROVE): None,
    (REFUSED, REFUSE): None,
    (REFUSED, CANCEL): None,
    (REFUSED, RESUME): None,
    (REFUSED, FAIL): None,
    (REFUSED, FINISH): None,
    (CANCELLED, APPROVE): None,
    (CANCELLED, REFUSE): None,
    (CANCELLED, CANCEL): None,
    (CANCELLED, RESUME): None,
    (CANCELLED, FAIL): None,
    (CANCELLED, FINISH): None,
}
"""Every state by every step, written out: None where there is no such move."""

Act = Callable[[Company, str], None]
ACTS: dict[ErasureStep, Act] = {
    APPROVE: lambda company, erasure: approve_erasure(
        company.vault, company.at_keyboard("officer"), erasure_id=erasure
    ),
    REFUSE: lambda company, erasure: refuse_erasure(
        company.vault, company.at_keyboard("officer"), erasure_id=erasure, reason=NO
    ),
    CANCEL: lambda company, erasure: cancel_erasure(company.vault, company.at_keyboard("admin"), erasure_id=erasure),
    RESUME: lambda company, erasure: resume_erasure(company.vault, company.at_keyboard("officer"), erasure_id=erasure),
}


def having_left(company: Company) -> Company:
    """The borrower has read and is suspended."""
    company.open_and_read(company.signed_in("borrower"))
    suspend(company)
    return company


@pytest.fixture
def left(company: Company) -> Company:
    return having_left(company)


@pytest.fixture
def any_left(any_company: Company) -> Company:
    """The same on both databases."""
    return having_left(any_company)


def test_moves_are_those_of_the_table() -> None:
    """Not one more and not one less, over all states and steps."""
    assert len(MOVES) == len(ErasureState) * len(ErasureStep)
    assert {move: target for move, target in MOVES.items() if target} == dict(NEXT_STATE)


@pytest.mark.parametrize("step", list(ACTS))
@pytest.mark.parametrize("state", list(ErasureState))
def test_people_can_do_what_the_table_allows(left: Company, state: ErasureState, step: ErasureStep) -> None:
    """Each act in each state: it moves, or a Conflict says that it cannot."""
    erasure = requested(left)
    set_state(left, erasure, state)
    target = MOVES[state, step]
    if target is None:
        with pytest.raises(Conflict):
            ACTS[step](left, erasure)
    else:
        ACTS[step](left, erasure)
    assert row_of(left, erasure).state is (target or state)


def second_admin(company: Company) -> None:
    """One more administrator, ``admin2``."""
    draft = PersonDraft(
        login="admin2",
        name="Anneke Visser",
        staff_number="A-0002",
        office=Office.ADMINISTRATOR,
        qualifications=frozenset(),
        clearance=Classification.INTERNAL,
        locale="en",
        timezone="UTC",
    )
    create_person(company.vault, company.at_keyboard("admin"), draft=draft)


def requested_by(company: Company, login: str, *, about: str = "borrower") -> str:
    draft = ErasureDraft(PERSON, about)
    return request_erasure(company.vault, company.at_keyboard(login), draft=draft, grounds=GROUNDS)


def move_office(company: Company, login: str, office: Office) -> None:
    """By the administrator, as in the register."""
    person = company.person(login)
    facts = PersonFacts(
        name=person.name,
        staff_number=person.staff_number,
        office=office,
        qualifications=person.qualifications,
        clearance=person.clearance,
        locale=person.locale,
        timezone=person.timezone,
    )
    admin = company.at_keyboard("admin")
    change_person(company.vault, admin, person_id=person.id, facts=facts, revision=person.revision)


def set_state(company: Company, erasure: str, state: ErasureState) -> None:
    with transaction(company.vault.engine) as tx:
        record = erasure_queries.load_erasure(tx, erasure)
        assert record is not None
        assert erasure_queries.change_state(tx, record, state, now=company.vault.clock.now())


@pytest.mark.parametrize("login", ["borrower", "auditor", "officer", "custodian"])
def test_nobody_but_an_administrator_asks_or_calls_off(left: Company, login: str) -> None:
    """By the office as it stands now; each attempt is recorded."""
    erasure = requested(left)
    actor = left.at_keyboard(login)
    draft = ErasureDraft(PERSON, "other")
    with pytest.raises(AccessDenied):
        request_erasure(left.vault, actor, draft=draft, grounds=GROUNDS)
    with pytest.raises(AccessDenied):
        cancel_erasure(left.vault, actor, erasure_id=erasure)
    left.sequence()
    denied = "SELECT position FROM trail_search WHERE outcome = 'denied' AND event = :event"
    assert len(rows(left, denied, event=Event.ERASURE_REQUESTED.value)) == 1
    assert len(rows(left, denied, event=Event.ERASURE_CANCELLED.value)) == 1


@pytest.mark.parametrize("login", ["borrower", "auditor", "admin", "custodian"])
def test_nobody_but_a_security_officer_decides(left: Company, login: str) -> None:
    """The one who asked is of another office anyhow."""
    erasure = requested(left)
    actor = left.at_keyboard(login)
    with pytest.raises(AccessDenied):
        approve_erasure(left.vault, actor, erasure_id=erasure)
    with pytest.raises(AccessDenied):
        refuse_erasure(left.vault, actor, erasure_id=erasure, reason=NO)
    assert row_of(left, erasure).state is AWAITING


def test_administrator_does_not_ask_for_their_own_erasure(company: Company, clock: FixedClock) -> None:
    """A month that is over, which anybody else could ask for."""
    second_admin(company)
    clock.advance(dt.timedelta(days=31))
    with pytest.raises(AccessDenied) as refused:
        requested(company, "admin")
    assert refused.value.code == "denied.own_erasure"
    erasure = requested_by(company, "admin2", about="admin")
    approved(company, erasure)
    work_off(company)
    assert row_of(company, erasure, login="auditor").state is DONE


def test_officer_does_not_decide_about_their_own_entries(company: Company, clock: FixedClock) -> None:
    """Another officer can."""
    second_officer(company, 2)
    clock.advance(dt.timedelta(days=31))
    erasure = requested(company, "officer")
    assert row_of(company, erasure, login="officer").why_not == "denied.own_erasure"
    with pytest.raises(AccessDenied) as refused:
        approved(company, erasure)
    assert refused.value.code == "denied.own_erasure"
    approved(company, erasure, by="officer2")
    work_off(company)
    assert row_of(company, erasure).state is DONE


def test_who_asked_does_not_decide_after_changing_office(left: Company) -> None:
    """Persons are told apart by id, whatever office they hold by then."""
    second_admin(left)
    erasure = requested_by(left, "admin2")
    move_office(left, "admin2", Office.SECURITY_OFFICER)
    with pytest.raises(AccessDenied) as refused:
        approved(left, erasure, by="admin2")
    assert refused.value.code == "denied.own_request_to_erase"
    assert not decide_deciding(
        decider=left.person("admin2").id, requester=left.person("admin2").id, subject=left.ids["borrower"]
    ).allowed


def test_asker_who_lost_the_office_stops_the_approval(left: Company) -> None:
    """Checked when it is decided."""
    second_admin(left)
    erasure = requested_by(left, "admin2")
    suspend_person(left.vault, left.at_keyboard("admin"), person_id=left.person("admin2").id)
    with pytest.raises(Conflict) as refused:
        approved(left, erasure)
    assert refused.value.code == "erasure.office_lost"


def test_decider_who_lost_the_office_stops_the_work(left: Company) -> None:
    """Checked again when it is used: nothing was destroyed."""
    erasure = approved(left, requested(left))
    second_officer(left, 2)  # the last one cannot be lost
    suspend_person(left.vault, left.at_keyboard("admin"), person_id=left.person("officer").id)
    work_off(left)
    row = row_of(left, erasure)
    assert (row.state, row.fault_code) == (FAILED, "erasure.office_lost")
    assert events(left, Event.TRAIL_ERASED) == 0


@pytest.mark.parametrize("on", ["dossier", "person"])
def test_hold_placed_after_the_approval_stops_the_work(any_left: Company, on: str) -> None:
    """Before anything is destroyed; once it is lifted, somebody lets it go on."""
    erasure = approved(any_left, requested(any_left))
    officer = any_left.at_keyboard("officer")
    if on == "dossier":
        hold = place_hold(any_left.vault, officer, reference="D2026-00001", reason=HELD_FOR)
    else:
        hold = hold_person(any_left.vault, officer, person="borrower", reason=HELD_FOR)
    work_off(any_left)
    row = row_of(any_left, erasure)
    assert (row.state, row.fault_code) == (FAILED, "erasure.held")
    assert events(any_left, Event.TRAIL_ERASED) == 0
    (lift_hold if on == "dossier" else lift_person_hold)(any_left.vault, officer, hold_id=hold, reason=NO)
    resume_erasure(any_left.vault, officer, erasure_id=erasure)
    work_off(any_left)
    assert row_of(any_left, erasure).state is DONE
    assert audited(any_left).findings == ()


def test_hold_on_a_person_refuses_asking_and_approving(left: Company) -> None:
    """It is listed with its case, recorded, and lifted once."""
    erasure = requested(left)
    officer = left.at_keyboard("officer")
    hold = hold_person(left.vault, officer, person="borrower", reason=HELD_FOR)
    assert [row.case_number for row in list_person_holds(left.vault, officer)] == ["LIT-7"]
    with pytest.raises(Conflict) as refused:
        approved(left, erasure)
    assert (refused.value.code, refused.value.params["cases"]) == ("erasure.held", "LIT-7")
    lift_person_hold(left.vault, officer, hold_id=hold, reason=NO)
    with pytest.raises(Conflict):
        lift_person_hold(left.vault, officer, hold_id=hold, reason=NO)
    left.sequence()
    assert events(left, Event.TRAIL_HOLD_PLACED) == events(left, Event.TRAIL_HOLD_LIFTED) == 1


def test_hold_on_a_dossier_that_waits_for_its_place_counts(left: Company) -> None:
    """An entry that no sequencer has placed yet is found by its dossier all the same."""
    company = left
    restore(company)
    company.open_and_read(company.signed_in("borrower"), key="not sequenced")
    suspend_person(company.vault, company.at_keyboard("admin"), person_id=company.ids["borrower"])
    place_hold(company.vault, company.at_keyboard("officer"), reference="D2026-00001", reason=HELD_FOR)
    with pytest.raises(Conflict) as refused:
        requested(company)
    assert refused.value.params["dossiers"] == "D2026-00001"


def restore(company: Company) -> None:
    restore_person(company.vault, company.at_keyboard("admin"), person_id=company.ids["borrower"])


def test_one_erasure_of_a_person_at_a_time(left: Company) -> None:
    """A second is refused while the first is under way, and is pointless afterwards."""
    erasure = requested(left)
    with pytest.raises(Conflict) as refused:
        requested(left)
    assert refused.value.code == "erasure.another"
    approved(left, erasure)
    work_off(left)
    with pytest.raises(InputError) as nothing:
        requested(left)
    assert nothing.value.code == "erasure.nothing"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"basis": "because"}, "erasure.basis"),
        ({"case_number": ""}, "erasure.case_number"),
        ({"case_number": "a b"}, "reason.case_number"),
        ({"text": "."}, "reason.meaningless"),
    ],
)
def test_grounds_that_are_none_are_refused(left: Company, changes: dict[str, str], code: str) -> None:
    """Basis, words and number: it is never done without any of them."""
    grounds = replace(GROUNDS, **changes)
    with pytest.raises(InputError) as refused:
        request_erasure(left.vault, left.at_keyboard("admin"), draft=ErasureDraft(PERSON, "borrower"), grounds=grounds)
    assert refused.value.code == code
    assert list_erasures(left.vault, left.at_keyboard("admin")) == []


def test_persons_own_request_is_no_ground_for_pruning(left: Company) -> None:
    """It is about one person's values, not about everybody's entries."""
    grounds = ErasureGrounds("gdpr_17", "Request of the person in writing", "DSR-7")
    with pytest.raises(InputError) as refused:
        request_erasure(left.vault, left.at_keyboard("admin"), draft=ErasureDraft(ErasureKind.PRUNE), grounds=grounds)
    assert refused.value.code == "erasure.basis"


def test_approving_and_calling_off_at_once_one_of_them_wins(any_left: Company) -> None:
    """The other hears that it is decided; the state is the winner's."""
    for _round in range(3):
        erasure = requested(any_left)
        acts: list[Callable[[Actor], None]] = [
            lambda actor: approve_erasure(any_left.vault, actor, erasure_id=erasure),  # noqa: B023
            lambda actor: cancel_erasure(any_left.vault, actor, erasure_id=erasure),  # noqa: B023
        ]
        outcomes = at_once(any_left, list(zip(acts, ("officer", "admin"), strict=True)))
        assert sorted(type(each).__name__ for each in outcomes) == ["Conflict", "NoneType"]
        won = RUNNING if outcomes[0] is None else CANCELLED
        assert row_of(any_left, erasure).state is won
        if won is RUNNING:
            work_off(any_left)
            return


def test_two_officers_approve_at_once_one_of_them_wins(any_left: Company) -> None:
    """It is approved once, by one of them."""
    second_officer(any_left, 2)
    erasure = requested(any_left)

    def approve(actor: Actor) -> None:
        approve_erasure(any_left.vault, actor, erasure_id=erasure)

    outcomes = at_once(any_left, [(approve, "officer"), (approve, "officer2")])
    assert sorted(type(each).__name__ for each in outcomes) == ["Conflict", "NoneType"]
    any_left.sequence()
    assert events(any_left, Event.ERASURE_APPROVED) == 1


def test_two_workers_at_once_erase_it_once(any_left: Company, clock: FixedClock) -> None:
    """One leaf for each month, whoever did it."""
    erasure = approved(any_left, requested(any_left))

    def work(actor: Actor) -> None:
        for _ in range(10):
            erase_once(any_left.vault, worker=actor.person_id)

    outcomes = at_once(any_left, [(work, "officer"), (work, "admin")])
    assert outcomes == [None, None]
    work_off(any_left, worker=any_left.person("officer").id)
    clock.advance(dt.timedelta(minutes=1))  # whoever held it last may be gone
    work_off(any_left)
    assert row_of(any_left, erasure).state is DONE
    assert events(any_left, Event.TRAIL_ERASED) == 1
    assert audited(any_left).findings == ()


def test_entries_that_arrive_meanwhile_belong_to_nobody_or_to_a_new_key(any_left: Company) -> None:
    """Whoever records about the person while their running month is erased: no entry of an erased key names them."""
    erasure = approved(any_left, requested(any_left))
    stop = threading.Event()

    def record(actor: Actor) -> None:
        while not stop.is_set():
            hold = hold_person(any_left.vault, actor, person="other", reason=HELD_FOR)
            lift_person_hold(any_left.vault, actor, hold_id=hold, reason=NO)
            with transaction(any_left.vault.engine) as tx:
                any_left.vault.recorder.append(tx, refused_sign_in(any_left))

    def work(_actor: Actor) -> None:
        while row_of(any_left, erasure).state is RUNNING:
            erase_once(any_left.vault, worker="tests")
            any_left.sequence()
        stop.set()

    assert at_once(any_left, [(record, "officer"), (work, "admin")]) == [None, None]
    any_left.sequence()
    of_erased_keys = rows(
        any_left,
        "SELECT s.position FROM trail_search s JOIN trail_leaves l ON l.position = s.position "
        "JOIN trail_disclosures d ON d.entry_id = l.entry_id "
        "WHERE (s.actor_id = :person OR s.subject_id = :person) AND d.part IN ('actor', 'subject') "
        "AND d.period_id NOT IN (SELECT id FROM trail_periods)",
        person=any_left.ids["borrower"],
    )
    assert row_of(any_left, erasure).state is DONE
    assert of_erased_keys == []
    assert audited(any_left).findings == ()


def refused_sign_in(company: Company) -> Entry:
    return Entry(
        Event.SESSION_REFUSED, Outcome.DENIED, subject_person=company.person("borrower").id, place=OFFICE_PLACE
    )


def at_once(company: Company, acts: list[tuple[Callable[[Actor], None], str]]) -> list[VaultError | None]:
    """Each act by its person, begun at the same moment; what each was refused with."""
    outcomes: list[VaultError | None] = [None] * len(acts)
    barrier = threading.Barrier(len(acts))

    def perform(number: int, act: Callable[[Actor], None], actor: Actor) -> None:
        barrier.wait()
        try:
            act(actor)
        except VaultError as error:
            outcomes[number] = error

    threads = [
        threading.Thread(target=perform, args=(number, act, company.at_keyboard(login)))
        for number, (act, login) in enumerate(acts)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
