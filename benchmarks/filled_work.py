"""What people have to do with each other: duties, teams, agreements, notices, leaving, alerts and work on keys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import msgspec

from benchmarks.bulk import insert_records
from benchmarks.register import CUSTODIAN, Register
from tests.agreements import published
from tests.company import Company
from vault.custody.scope import Preflight, Scope
from vault.database.agreement_answer_queries import AnswerRecord
from vault.database.alert_digest_queries import DigestRecord
from vault.database.alert_queries import AlertRecord, AlertState
from vault.database.dossier_queries import AssignmentRecord
from vault.database.handover_queries import HandoverRecord
from vault.database.leaving_queries import LeavingRecord
from vault.database.notice_queries import NoticeRecord
from vault.database.operation_queries import OperationRecord, OperationState
from vault.database.tables.agreements import agreement_answers
from vault.database.tables.alerts import alert_digests, alerts
from vault.database.tables.dossiers import assignments
from vault.database.tables.leaving import handovers, leavings
from vault.database.tables.notices import notices
from vault.database.tables.operations import key_operations
from vault.database.tables.teams import team_loans, team_members, teams
from vault.database.tables.views import views
from vault.database.team_queries import Loan, Membership, TeamRecord
from vault.database.view_queries import ViewRecord
from vault.model import Duty, EntryId, NoticeId, SessionId, TeamId, VersionId, ViewId, new_id
from vault.notices.kinds import NoticeKind
from vault.policy.agreements import Answer, Language
from vault.policy.alerting import Line
from vault.policy.custody import OperationKind
from vault.policy.leaving import HandoverState, LeavingState

PEOPLE_A_TEAM, MEMBERS, LOANS_OF_ONE_IN = 20, 8, 60
NOTICES, UNREAD = 200, 10
LIVE_ONE_IN = 8
_DAY = dt.timedelta(days=1)
_LINES = (
    Line("looks", 4, {"number": 212, "usual": 14, "times": 15}),
    Line("pages", 2, {"number": 120, "documents": 20, "usual": 60, "percent": 200}),
    Line("outside", 5, {"number": 41}),
)


def fill_work(company: Company, register: Register) -> None:
    """After the days: duties begin when the simulation gave them."""
    held = list(_assignments(company, register))
    insert_records(company.vault.engine, assignments, held)
    _fill_teams(company, register)
    _fill_agreements(company, register)
    _fill_notices(company, register)
    _fill_leaving(company, register, held)
    _fill_alerts(company, register)
    _fill_operations(company, register)
    _fill_live_views(company, register)


def _assignments(company: Company, register: Register) -> Iterator[AssignmentRecord]:
    random, begun = company.vault.random, register.begun
    for number, holders in enumerate(register.holders()):
        keeper = register.people[holders.custodian]
        duties = [(Duty.CUSTODIAN, holders.custodian, begun), (Duty.AUTHOR, holders.author, begun)]
        duties += [(Duty.APPROVER, each, begun) for each in holders.approvers]
        duties += [
            (Duty.BORROWER, each, dt.datetime.combine(since, dt.time(8), dt.UTC) + register.later)
            for each, since in holders.borrowers.items()
        ]
        for duty, person, since in duties:
            yield AssignmentRecord(
                new_id("a", random), register.dossiers[number], register.people[person], duty, since, None, keeper
            )


def _fill_teams(company: Company, register: Register) -> None:
    """A team for every so many people, to each of which one of so many dossiers is lent."""
    random, admin = company.vault.random, company.person("admin").id
    number = max(1, len(register.people) // PEOPLE_A_TEAM)
    begun = register.begun
    made = [
        TeamRecord(TeamId(new_id("t", random)), f"Team {each:02d}", f"team{each:02d}", begun, admin, 1)
        for each in range(number)
    ]
    insert_records(company.vault.engine, teams, made)
    able = [each.number for each in register.company.people if Duty.BORROWER in register.duties_of(each)]
    members = [
        Membership(
            new_id("m", random), team.id, register.people[able[(at * MEMBERS + each) % len(able)]], begun, None, admin
        )
        for at, team in enumerate(made)
        for each in range(MEMBERS)
    ]
    insert_records(company.vault.engine, team_members, members)
    custodians = [each.custodian for each in register.holders()]
    loans = [
        Loan(
            new_id("l", random), dossier_id, made[at // LOANS_OF_ONE_IN % number].id, begun, None,
            register.people[custodians[at]],
        )
        for at, dossier_id in enumerate(register.dossiers)
        if at % LOANS_OF_ONE_IN == 0
    ]  # fmt: skip
    insert_records(company.vault.engine, team_loans, loans)


def _fill_agreements(company: Company, register: Register) -> None:
    """Two agreements, both accepted by everybody but one of fifty."""
    random, answered = company.vault.random, company.vault.clock.now()
    for agreement_id in (published(company), published(company)):
        insert_records(
            company.vault.engine,
            agreement_answers,
            [
                AnswerRecord(
                    new_id("n", random), agreement_id, 1, person_id, 1, Answer.ACCEPTED, Language.ENGLISH, answered,
                    EntryId(new_id("e", random)),
                )
                for number, person_id in enumerate(register.people)
                if number % 50 != 49
            ],
        )  # fmt: skip


def _fill_notices(company: Company, register: Register) -> None:
    """Of each person so many, the newest unread."""
    random = company.vault.random
    for number, person_id in enumerate(register.people):
        insert_records(
            company.vault.engine,
            notices,
            [
                NoticeRecord(
                    id=NoticeId(new_id("n", random)),
                    person_id=person_id,
                    kind=NoticeKind.REQUEST_WAITS,
                    dossier_id=register.dossiers[(number * 7 + each) % len(register.dossiers)],
                    document_id="",
                    request_id=new_id("r", random),
                    subject_id=register.people[(number + each) % len(register.people)],
                    details={},
                    told_at=register.now - _DAY * each,
                    read_at=None if each < UNREAD else register.now,
                )
                for each in range(NOTICES)
            ],
        )


def _fill_leaving(company: Company, register: Register, held: list[AssignmentRecord]) -> None:
    """Of twenty people one leaves in two weeks and one has left; of what a leaver holds, seven of ten wait.

    The first of them hands over to the person whose screens are looked at.
    """
    random, now, admin = company.vault.random, register.now, company.person("admin").id
    successor = register.people[register.borrower()]
    announced = [
        LeavingRecord(
            id=new_id("x", random),
            person_id=register.people[number],
            successor_id=successor if at == 0 else None,
            state=LeavingState.ANNOUNCED,
            last_day=(now + 14 * _DAY).date(),
            timezone="UTC",
            ends_at=now + 14 * _DAY,
            announced_by=admin,
            announced_at=now - _DAY,
            changed_at=now - _DAY,
        )
        for at, number in enumerate(register.leavers())
    ]
    ended = [
        replace(
            announced[0], id=new_id("x", random), person_id=register.people[number], successor_id=None,
            state=LeavingState.ENDED, last_day=(now - 30 * _DAY).date(), ends_at=now - 30 * _DAY,
            ended_at=now - 30 * _DAY,
        )
        for number in register.former()
    ]  # fmt: skip
    insert_records(company.vault.engine, leavings, [*announced, *ended])
    by_person = {each.person_id: each for each in announced}
    insert_records(
        company.vault.engine,
        handovers,
        [
            HandoverRecord(
                id=new_id("h", random),
                leaving_id=leaving.id,
                assignment_id=assignment.id,
                dossier_id=assignment.dossier_id,
                duty=assignment.duty,
                state=HandoverState.DONE if at % 10 > 6 else HandoverState.OPEN,
                successor_id=leaving.successor_id,
                proposed_by=admin,
            )
            for at, assignment in enumerate(held)
            if (leaving := by_person.get(assignment.person_id)) is not None
        ],
    )


def _fill_alerts(company: Company, register: Register) -> None:
    """Of four people three had an alert: of ten one waits, three were escalated. Digests of eight weeks."""
    random, now, officer = company.vault.random, register.now, company.person("officer").id
    made = []
    for number, person_id in enumerate(register.people):
        if number % 4 == 3:
            continue
        state = (
            AlertState.OPEN if number % 10 == 0 else AlertState.ESCALATED if number % 10 < 4 else AlertState.DISMISSED
        )
        raised = now - _DAY * (number % 60)
        made.append(
            AlertRecord(
                id=new_id("y", random),
                person_id=person_id,
                day=raised.date(),
                number=1,
                state=state,
                points=11,
                lines=_LINES,
                policy_version=1,
                raised_at=raised,
                changed_at=raised,
                revision=1,
                decided_by=None if state is AlertState.OPEN else officer,
                decided_at=None if state is AlertState.OPEN else raised,
                decision_entry="",
            )
        )
    encoded = msgspec.json.encode(_LINES).decode()
    stored = [{name: getattr(each, name) for name in AlertRecord.__slots__} | {"lines": encoded} for each in made]
    insert_records(company.vault.engine, alerts, stored)
    monday = now.date() - dt.timedelta(days=now.weekday())
    keeper = register.people[CUSTODIAN]
    insert_records(
        company.vault.engine,
        alert_digests,
        [
            DigestRecord(monday - dt.timedelta(weeks=week), keeper, person_id, monday - dt.timedelta(weeks=week), 3, 20)
            for week in range(1, 9)
            for person_id in register.people[:10]
        ],
    )


def _fill_operations(company: Company, register: Register) -> None:
    """Thirty rotations that were done."""
    random, officer = company.vault.random, company.person("officer").id
    insert_records(
        company.vault.engine,
        key_operations,
        [
            OperationRecord(
                id=new_id("o", random),
                kind=OperationKind.ROTATE_RING,
                scope=msgspec.json.encode(Scope(ring="confidential")).decode(),
                state=OperationState.DONE,
                requested_by=officer,
                category="review",
                case_number=f"KEY-{number}",
                created_at=register.now - _DAY * (number + 1),
                changed_at=register.now - _DAY * number,
                not_before=None,
                phase="",
                cursor="",
                done=100,
                total=100,
                worked_ms=900,
                claimed_by="",
                claimed_until=None,
                preflight=msgspec.json.encode(Preflight(total=100)).decode(),
                report="",
                fault_code="",
            )
            for number in range(30)
        ],
    )


def _fill_live_views(company: Company, register: Register) -> None:
    """One of so many people has a view open."""
    now, random = register.now, company.vault.random
    session = company.session("borrower")
    live = [
        ViewRecord(
            id=ViewId(new_id("w", random)),
            person_id=person_id,
            session_id=SessionId(session.actor.session_id),
            document_id=register.documents[number],
            version_id=VersionId(register.versions[number]),
            quota_version=0,
            idempotency_key=f"filled-live-{number}",
            number=1,
            allowed=3,
            opened_at=now,
            expires_at=now + _DAY,
            wrapped_key=None,
            place_label="Head office",
            pages_delivered=2,
            claim_returned=False,
            ended_at=None,
            end_cause="",
            ended_by=None,
            opening_entry=EntryId(new_id("e", random)),
            pack_object="",
        )
        for number, person_id in enumerate(register.people)
        if number % LIVE_ONE_IN == 0
    ]
    insert_records(company.vault.engine, views, live)
