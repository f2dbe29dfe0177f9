"""Who may do what: every act by every role and every part in the dossier, as a literal table (G8).

``yes`` means that it was done.
``unknown`` is the answer to an id that does not exist. Anything else is the code of the denial, which is recorded.
"""

from __future__ import annotations

import ast
import datetime as dt
import inspect
from collections.abc import Callable
from pathlib import Path

import pytest

import vault
from tests.agreements import answer, published
from tests.agreements import draft as agreement_draft
from tests.attacks.acting import ask, decide, open_view
from tests.attacks.observing import trail
from tests.company import PASSWORD, Company, set_policy
from tests.custody import WHY
from tests.erasing import GROUNDS, PERSON, requested, rows, suspend
from tests.vault.alerts.days import alerts_of, raised
from tests.vault.grants.granting import granted
from tests.vault.grants.test_copies import COPIES
from tests.vault.leaving.acts import announce, handover
from vault.access.cover import cover_card
from vault.access.ending import end_view, list_live_views, revoke_all_views
from vault.access.explaining import explain_opening
from vault.access.seeing import what_can_be_seen, who_can_see
from vault.agreements.certificate import certify_answer
from vault.agreements.drafting import begin_agreement, publish_version
from vault.alerts.campaigns import list_campaigns
from vault.alerts.deciding import decide_alert
from vault.alerts.reading import list_alerts
from vault.custody.operations import list_operations, order
from vault.custody.scope import Scope
from vault.emergencies.opening import break_glass
from vault.emergencies.reviewing import list_unreviewed, review_emergency
from vault.errors import AccessDenied, CallerError, NotFound
from vault.filing.cards import show_dossier
from vault.filing.dossiers import DossierDraft, assign, create_dossier, unassign
from vault.filing.lending import lend, take_back
from vault.filing.records import CustomerRecord
from vault.filing.reviewing import file_submission, refuse_submission
from vault.grants.copies import download_copy, prepare_copy
from vault.grants.ending import return_grant, revoke_grant
from vault.leaving.announcing import LeavingDraft, announce_leaving
from vault.leaving.exposure import show_exposed_customers
from vault.leaving.handing_over import confirm_handover, decline_handover, propose_successor
from vault.leaving.loans import keep_loan
from vault.ledger.events import Outcome
from vault.model import Actor, Classification, Duty, Office, PersonState
from vault.people.accounts import create_person, reset_password, restore_person, suspend_person
from vault.people.directory import find_people
from vault.people.drafts import PersonDraft
from vault.people.linking import link_accounts, unlink_account
from vault.people.teams import add_member, create_team
from vault.policy.custody import OperationKind
from vault.policy.document import Policy, WorkingHours
from vault.policy.granting import GrantKind
from vault.policy.leaving import Side
from vault.policy.reasons import ReasonDraft
from vault.policymaking.proposing import propose_policy
from vault.requests.accesses import ask_for_access
from vault.requests.asking import withdraw_request
from vault.requests.delegating import delegate, end_delegation
from vault.trail.erasing.orders import approve_erasure, request_erasure
from vault.trail.erasing.scope import ErasureDraft
from vault.trail.language import parse_query
from vault.trail.searching import search_trail
from vault.trail.verifying import require_auditor

Act = Callable[[Company, Actor], object]
ROLES = ("borrower", "author", "custodian", "approver", "stranger", "admin", "officer", "auditor")
NEVER = WorkingHours(spans=("sun 03:00-03:01",))
BECAUSE = ReasonDraft("review", "Asked for by the head of sales")


def cover(company: Company, actor: Actor) -> object:
    return cover_card(company.vault, actor, document_id=company.document_id)


def open_document(company: Company, actor: Actor) -> object:
    return open_view(company, actor)


def look_into_dossier(company: Company, actor: Actor) -> object:
    return show_dossier(company.vault, actor, dossier_id=company.dossier_id)


def found_dossier(company: Company, actor: Actor) -> object:
    draft = DossierDraft(record=CustomerRecord(name="New customer"), classification=Classification.INTERNAL)
    return create_dossier(company.vault, actor, draft=draft)


def submit(company: Company, actor: Actor) -> object:
    return company.submit(_login(company, actor), b"One more page of facts\n", name="More.txt")


def file_it(company: Company, actor: Actor) -> object:
    return file_submission(company.vault, actor, document_id=_submission(company))


def refuse_it(company: Company, actor: Actor) -> object:
    return refuse_submission(company.vault, actor, document_id=_submission(company), note="Not for this customer")


def give_duty(company: Company, actor: Actor) -> object:
    person = company.ids["stranger"]
    return assign(company.vault, actor, dossier_id=company.dossier_id, person_id=person, duty=Duty.BORROWER)


def lend_to_team(company: Company, actor: Actor) -> object:
    team = create_team(company.vault, company.at_keyboard("admin"), name=f"Team of {company.vault.random(8).hex()}")
    return lend(company.vault, actor, dossier_id=company.dossier_id, team_id=team)


def ask_for_views(company: Company, actor: Actor) -> object:
    return ask(company, 1, login=_login(company, actor))


def decide_request_of_borrower(company: Company, actor: Actor) -> object:
    return decide(company, ask(company, 1), views=1, login=_login(company, actor))


def delegate_approving(company: Company, actor: Actor) -> object:
    to = "approver" if actor.person_id == company.ids["stranger"] else "stranger"
    until = company.vault.clock.now() + dt.timedelta(days=5)
    return delegate(company.vault, actor, to=to, starts_at=None, ends_at=until, note="Away at the fair")


def break_the_glass(company: Company, actor: Actor) -> object:
    set_policy(company, Policy(hours=NEVER))
    return break_glass(
        company.vault,
        actor,
        document_id=company.document_id,
        reason=BECAUSE,
        password=PASSWORD,
        declared_place="",
        idempotency_key=company.vault.random(8).hex(),
    )


def review_an_emergency(company: Company, actor: Actor) -> object:
    waiting = rows(company, "SELECT id FROM requests WHERE state = 'unreviewed'")
    if not waiting:
        break_the_glass(company, company.signed_in("borrower"))
        waiting = rows(company, "SELECT id FROM requests WHERE state = 'unreviewed'")
    return review_emergency(company.vault, actor, request_id=str(waiting[0][0]), justified=True, note="It stood still")


def see_unreviewed_emergencies(company: Company, actor: Actor) -> object:
    return list_unreviewed(company.vault, actor)


def take_a_loan_back(company: Company, actor: Actor) -> object:
    lent = rows(company, "SELECT id FROM team_loans WHERE ends_at IS NULL")
    loan = str(lent[0][0]) if lent else str(lend_to_team(company, company.at_keyboard("custodian")))
    return take_back(company.vault, actor, loan_id=loan)


def put_into_team(company: Company, actor: Actor) -> object:
    team = create_team(company.vault, company.at_keyboard("admin"), name=f"Team of {company.vault.random(8).hex()}")
    return add_member(company.vault, actor, team_id=team, person_id=company.ids["stranger"])


def link_two_accounts(company: Company, actor: Actor) -> object:
    return link_accounts(company.vault, actor, person_id=company.ids["other"], other="stranger", note=BECAUSE.text)


def take_accounts_apart(company: Company, actor: Actor) -> object:
    link_two_accounts(company, company.at_keyboard("admin"))
    return unlink_account(company.vault, actor, person_id=company.ids["other"], note=BECAUSE.text)


def decide_an_alert(company: Company, actor: Actor) -> object:
    [alert] = alerts_of(company) or [raised(company)]
    return decide_alert(
        company.vault, actor, alert_id=alert.id, revision=alert.revision, escalate=False, note="An old link"
    )


def name_a_successor(company: Company, actor: Actor) -> object:
    return propose_successor(company.vault, actor, handover_id=_handover(company), successor="stranger")


def confirm_for_the_dossier(company: Company, actor: Actor) -> object:
    return confirm_handover(company.vault, actor, handover_id=_handover(company), side=Side.CUSTODIAN)


def confirm_as_successor(company: Company, actor: Actor) -> object:
    return confirm_handover(company.vault, actor, handover_id=_handover(company), side=Side.SUCCESSOR)


def enter_person(company: Company, actor: Actor) -> object:
    draft = PersonDraft(
        login="newcomer",
        name="New Comer",
        staff_number="N-9001",
        office=Office.STAFF,
        qualifications=frozenset(),
        clearance=Classification.INTERNAL,
        locale="en",
        timezone="UTC",
    )
    return create_person(company.vault, actor, draft=draft)


def look_up_people(company: Company, actor: Actor) -> object:
    return find_people(company.vault, actor)


def suspend_somebody(company: Company, actor: Actor) -> object:
    if company.person("other").state is PersonState.SUSPENDED:
        restore_person(company.vault, company.at_keyboard("admin"), person_id=company.ids["other"])
    return suspend_person(company.vault, actor, person_id=company.ids["other"])


def restore_somebody(company: Company, actor: Actor) -> object:
    if company.person("other").state is PersonState.ACTIVE:
        suspend_person(company.vault, company.at_keyboard("officer"), person_id=company.ids["other"])
    return restore_person(company.vault, actor, person_id=company.ids["other"])


def make_new_password(company: Company, actor: Actor) -> object:
    return reset_password(company.vault, actor, person_id=company.ids["other"])


def announce_a_leaving(company: Company, actor: Actor) -> object:
    draft = LeavingDraft(company.vault.clock.now().date() + dt.timedelta(days=30))
    return announce_leaving(company.vault, actor, person_id=company.ids["stranger"], draft=draft, reason=BECAUSE)


def make_team(company: Company, actor: Actor) -> object:
    return create_team(company.vault, actor, name="Sales North")


def propose_a_policy(company: Company, actor: Actor) -> object:
    note = "Fewer views for everybody"
    return propose_policy(company.vault, actor, policy=Policy(views=2), base_version=0, note=note, password=PASSWORD)


def write_agreement(company: Company, actor: Actor) -> object:
    return begin_agreement(company.vault, actor, draft=agreement_draft())


def publish_agreement(company: Company, actor: Actor) -> object:
    written = begin_agreement(company.vault, company.at_keyboard("admin"), draft=agreement_draft())
    return publish_version(company.vault, actor, agreement_id=written, revision=1)


def explain_rights(company: Company, actor: Actor) -> object:
    return explain_opening(company.vault, actor, person="borrower", document_id=company.document_id)


def see_who_can_see(company: Company, actor: Actor) -> object:
    return who_can_see(company.vault, actor, dossier_id=company.dossier_id)


def see_what_somebody_can_see(company: Company, actor: Actor) -> object:
    return what_can_be_seen(company.vault, actor, person_id=company.ids["borrower"])


def search(company: Company, actor: Actor) -> object:
    query = parse_query("event:view.opened", "UTC", now=company.vault.clock.now())
    return search_trail(company.vault, actor, query=query)


def verify(company: Company, actor: Actor) -> object:
    return require_auditor(company.vault, actor)


def order_rotation(company: Company, actor: Actor) -> object:
    scope = Scope(ring="confidential")
    return order(company.vault, actor, kind=OperationKind.ROTATE_RING, scope=scope, reason=WHY)


def look_at_key_work(company: Company, actor: Actor) -> object:
    return list_operations(company.vault, actor)


def watch_open_views(company: Company, actor: Actor) -> object:
    return list_live_views(company.vault, actor)


def revoke_views(company: Company, actor: Actor) -> object:
    return revoke_all_views(company.vault, actor, person_id=company.ids["borrower"], note="A phone was lost today")


def read_alerts(company: Company, actor: Actor) -> object:
    return list_alerts(company.vault, actor)


def read_campaigns(company: Company, actor: Actor) -> object:
    return list_campaigns(company.vault, actor)


def ask_for_erasure(company: Company, actor: Actor) -> object:
    if company.person("other").state is PersonState.ACTIVE:
        suspend(company, "other")
    return request_erasure(company.vault, actor, draft=ErasureDraft(PERSON, "other"), grounds=GROUNDS)


def approve_an_erasure(company: Company, actor: Actor) -> object:
    return approve_erasure(company.vault, actor, erasure_id=_erasure(company))


def finish_ones_view(company: Company, actor: Actor) -> object:
    opened = rows(company, "SELECT id FROM views WHERE ended_at IS NULL")
    view = str(opened[0][0]) if opened else company.open_and_read(company.session("borrower").actor)
    return end_view(company.vault, actor, view_id=view)


def take_a_duty_away(company: Company, actor: Actor) -> object:
    held = rows(company, "SELECT id FROM assignments WHERE duty = 'borrower' AND ends_at IS NULL ORDER BY id")
    return unassign(company.vault, actor, assignment_id=str(held[0][0]))


def ask_for_access_by_reference(company: Company, actor: Actor) -> object:
    return ask_for_access(company.vault, actor, reference="D2026-00001", days=2, reason=BECAUSE)


def withdraw_the_borrowers_request(company: Company, actor: Actor) -> object:
    return withdraw_request(company.vault, actor, request_id=ask(company, 1))


def give_a_grant_back(company: Company, actor: Actor) -> object:
    return return_grant(company.vault, actor, request_id=granted(company, GrantKind.VIEWS, 1))


def revoke_the_borrowers_grant(company: Company, actor: Actor) -> object:
    return revoke_grant(company.vault, actor, request_id=granted(company, GrantKind.VIEWS, 1), note=BECAUSE.text)


def prepare_the_borrowers_copy(company: Company, actor: Actor) -> object:
    set_policy(company, COPIES)
    return prepare_copy(company.vault, actor, request_id=granted(company, GrantKind.COPY, 1))


def download_the_borrowers_copy(company: Company, actor: Actor) -> object:
    found = rows(company, "SELECT id FROM released_copies")
    copy_id = str(found[0][0]) if found else prepare_the_borrowers_copy(company, company.at_keyboard("borrower"))
    return download_copy(company.vault, actor, copy_id=str(copy_id))


def end_a_delegation(company: Company, actor: Actor) -> object:
    given = rows(company, "SELECT id FROM delegations WHERE ended_at IS NULL")
    if not given:
        until = company.vault.clock.now() + dt.timedelta(days=5)
        giver = company.at_keyboard("approver")
        delegate(company.vault, giver, to="stranger", starts_at=None, ends_at=until, note="Away at the fair")
        given = rows(company, "SELECT id FROM delegations WHERE ended_at IS NULL")
    return end_delegation(company.vault, actor, delegation_id=str(given[0][0]))


def decline_a_handover(company: Company, actor: Actor) -> object:
    name_a_successor(company, company.at_keyboard("custodian"))
    return decline_handover(company.vault, actor, handover_id=_handover(company), reason=BECAUSE)


def answer_for_a_loan(company: Company, actor: Actor) -> object:
    """The custodian lent it and leaves."""
    lent = rows(company, "SELECT id FROM team_loans")
    if not lent:
        lend_to_team(company, company.at_keyboard("custodian"))
        announce(company, "custodian", successor="")
        lent = rows(company, "SELECT id FROM team_loans")
    return keep_loan(company.vault, actor, loan_id=str(lent[0][0]))


def see_exposed_customers(company: Company, actor: Actor) -> object:
    if not rows(company, "SELECT id FROM leavings"):
        company.open_and_read(company.session("other").actor)
        announce(company, "other")
    [leaving] = rows(company, "SELECT id FROM leavings")
    return show_exposed_customers(company.vault, actor, leaving_id=str(leaving[0]))


def see_a_certificate(company: Company, actor: Actor) -> object:
    found = rows(company, "SELECT id FROM agreement_answers")
    answer_id = str(found[0][0]) if found else answer(company, published(company)).id
    company.sequence()
    return certify_answer(company.vault, actor, answer_id=answer_id)


OFFICE, DUTY, BORROWS = "denied.office", "denied.duty", "denied.not_borrower"
NOBODY = "unknown"
TABLE: dict[Act, tuple[str, ...]] = {
    # borrower, author, custodian, approver, stranger, administrator, security officer, auditor
    cover: ("yes", "yes", "yes", "yes", NOBODY, NOBODY, NOBODY, NOBODY),
    open_document: ("yes", BORROWS, BORROWS, BORROWS, NOBODY, NOBODY, NOBODY, NOBODY),
    look_into_dossier: ("yes", "yes", "yes", "yes", NOBODY, NOBODY, NOBODY, NOBODY),
    found_dossier: (*["denied.no_founder"] * 2, "yes", "denied.no_founder", "yes", OFFICE, OFFICE, OFFICE),
    submit: (DUTY, "yes", "yes", DUTY, NOBODY, NOBODY, NOBODY, NOBODY),
    file_it: (DUTY, DUTY, "yes", DUTY, NOBODY, NOBODY, NOBODY, NOBODY),
    refuse_it: (DUTY, DUTY, "yes", DUTY, NOBODY, NOBODY, NOBODY, NOBODY),
    give_duty: (DUTY, DUTY, "yes", DUTY, NOBODY, NOBODY, NOBODY, NOBODY),
    lend_to_team: (DUTY, DUTY, "yes", DUTY, NOBODY, NOBODY, NOBODY, NOBODY),
    ask_for_views: ("yes", BORROWS, BORROWS, BORROWS, NOBODY, NOBODY, NOBODY, NOBODY),
    decide_request_of_borrower: ("denied.own_request", NOBODY, NOBODY, "yes", NOBODY, NOBODY, NOBODY, NOBODY),
    delegate_approving: (*["denied.delegating"] * 3, "yes", "yes", OFFICE, OFFICE, OFFICE),
    break_the_glass: ("yes", *["denied.not_qualified"] * 3, NOBODY, NOBODY, NOBODY, NOBODY),
    review_an_emergency: ("denied.own_request", NOBODY, NOBODY, "yes", NOBODY, NOBODY, NOBODY, NOBODY),
    see_unreviewed_emergencies: (*[OFFICE] * 5, OFFICE, "yes", OFFICE),
    take_a_loan_back: (DUTY, DUTY, "yes", DUTY, NOBODY, NOBODY, NOBODY, NOBODY),
    put_into_team: (*[OFFICE] * 5, "yes", OFFICE, OFFICE),
    link_two_accounts: (*[OFFICE] * 5, "yes", OFFICE, OFFICE),
    take_accounts_apart: (*[OFFICE] * 5, OFFICE, "yes", OFFICE),
    decide_an_alert: (*[OFFICE] * 5, OFFICE, "yes", OFFICE),
    name_a_successor: (NOBODY, NOBODY, "yes", NOBODY, NOBODY, "yes", NOBODY, NOBODY),
    confirm_for_the_dossier: (NOBODY, NOBODY, "yes", *[NOBODY] * 5),
    confirm_as_successor: (*[NOBODY] * 4, "yes", *[NOBODY] * 3),
    enter_person: (*[OFFICE] * 5, "yes", OFFICE, OFFICE),
    look_up_people: (*[OFFICE] * 5, "yes", "yes", OFFICE),
    suspend_somebody: (*[OFFICE] * 5, "yes", "yes", OFFICE),
    restore_somebody: (*[OFFICE] * 5, "yes", OFFICE, OFFICE),
    make_new_password: (*[OFFICE] * 5, "yes", OFFICE, OFFICE),
    announce_a_leaving: (*[OFFICE] * 5, "yes", OFFICE, OFFICE),
    make_team: (*[OFFICE] * 5, "yes", OFFICE, OFFICE),
    propose_a_policy: (*[OFFICE] * 5, "yes", OFFICE, OFFICE),
    write_agreement: (*[OFFICE] * 5, "yes", OFFICE, OFFICE),
    publish_agreement: (*[OFFICE] * 5, "yes", OFFICE, OFFICE),
    explain_rights: (*[OFFICE] * 5, "yes", "yes", "yes"),
    see_who_can_see: (*[OFFICE] * 5, OFFICE, OFFICE, "yes"),
    see_what_somebody_can_see: (*[OFFICE] * 5, OFFICE, OFFICE, "yes"),
    search: (*[OFFICE] * 5, OFFICE, OFFICE, "yes"),
    verify: (*[OFFICE] * 5, OFFICE, OFFICE, "yes"),
    order_rotation: (*[OFFICE] * 5, OFFICE, "yes", OFFICE),
    look_at_key_work: (*[OFFICE] * 5, OFFICE, "yes", OFFICE),
    watch_open_views: (*[OFFICE] * 5, OFFICE, "yes", OFFICE),
    revoke_views: (*[OFFICE] * 5, OFFICE, "yes", OFFICE),
    read_alerts: (*[OFFICE] * 5, OFFICE, "yes", "yes"),
    read_campaigns: (*[OFFICE] * 5, "yes", "yes", "yes"),
    ask_for_erasure: (*[OFFICE] * 5, "yes", OFFICE, OFFICE),
    approve_an_erasure: (*[OFFICE] * 5, OFFICE, "yes", OFFICE),
    finish_ones_view: ("yes", *[NOBODY] * 7),
    take_a_duty_away: (DUTY, DUTY, "yes", DUTY, *[NOBODY] * 4),
    ask_for_access_by_reference: ("yes", *["denied.not_qualified"] * 3, "yes", OFFICE, OFFICE, OFFICE),
    withdraw_the_borrowers_request: ("yes", *[NOBODY] * 7),
    give_a_grant_back: ("yes", *[NOBODY] * 7),
    revoke_the_borrowers_grant: ("denied.own_request", NOBODY, NOBODY, "yes", NOBODY, NOBODY, "yes", NOBODY),
    prepare_the_borrowers_copy: ("yes", *[NOBODY] * 7),
    download_the_borrowers_copy: ("yes", *[NOBODY] * 7),
    end_a_delegation: (*[NOBODY] * 3, "yes", "yes", OFFICE, "yes", OFFICE),
    decline_a_handover: (NOBODY, NOBODY, "yes", NOBODY, "yes", NOBODY, NOBODY, NOBODY),
    answer_for_a_loan: (DUTY, DUTY, "handover.leaver", DUTY, *[NOBODY] * 4),
    see_exposed_customers: (NOBODY, NOBODY, "yes", NOBODY, NOBODY, OFFICE, OFFICE, OFFICE),
    see_a_certificate: ("yes", *[NOBODY] * 6, "yes"),
}
LOOKS = {
    cover,
    look_into_dossier,
    look_up_people,
    explain_rights,
    look_at_key_work,
    watch_open_views,
    see_unreviewed_emergencies,
    read_alerts,
    read_campaigns,
}
"""What changes nothing and opens nothing: who may not is told so, and no entry is made of it."""
THROUGH_OTHERS = {"answer_agreement", "ask_for", "decide_request", "submit_document"}
"""Acts of the table do these by functions of the tests; an agreement asks whom it asks (tests/vault/agreements)."""
BY_OFFICE_ALONE = {
    "acknowledge_findings",
    "acknowledge_tampering",
    "announce_campaign",
    "approve",
    "approve_proposal",
    "call_off_leaving",
    "cancel",
    "cancel_erasure",
    "change_leaving",
    "change_person",
    "decide_campaign",
    "download_export",
    "end_campaign",
    "end_export",
    "end_sessions",
    "end_team",
    "end_what_is_open",
    "hold_person",
    "import_people",
    "leave_now",
    "lift_exception",
    "lift_hold",
    "lift_person_hold",
    "list_unanswered",
    "make_receipt",
    "name_query",
    "order_export",
    "order_report",
    "place_hold",
    "preview_erasure",
    "preview_export",
    "refuse_erasure",
    "refuse_proposal",
    "remove_member",
    "rename_team",
    "replay",
    "resume_erasure",
    "review_agreement",
    "revoke_all_grants",
    "revoke_view",
    "save_draft",
    "seal_by_order",
    "set_exception",
    "settle_query",
    "show_alert",
    "show_entry",
    "show_exposure",
    "succeed",
    "summarise",
    "withdraw_agreement",
    "withdraw_proposal",
}
"""Nothing but the office decides over these, whoever has which part in a dossier: tests/gateway/test_routes.py."""


def _login(company: Company, actor: Actor) -> str:
    return next(login for login, person_id in company.ids.items() if person_id == actor.person_id)


def _submission(company: Company) -> str:
    """The author's, handed in and converted, waiting for its custodian."""
    submitted = company.submit("author", company.vault.random(16).hex().encode(), name="Submitted.txt")
    company.convert_all()
    return submitted.document_id


def _handover(company: Company) -> str:
    """The borrower's duty goes to the stranger; the same one each time."""
    waiting = rows(company, "SELECT id FROM handovers WHERE duty = 'borrower'")
    return str(waiting[0][0]) if waiting else handover(company, announce(company, "borrower")).id


def _erasure(company: Company) -> str:
    """One that waits for its decision; the same one each time."""
    waiting = rows(company, "SELECT id FROM trail_erasures WHERE state = 'awaiting'")
    if waiting:
        return str(waiting[0][0])
    suspend(company, "other")
    return requested(company, "other")


def _answer(act: Act, company: Company, actor: Actor) -> str:
    try:
        act(company, actor)
    except NotFound:
        return "unknown"
    except AccessDenied as error:
        return error.code
    except CallerError as error:
        return f"stopped by {error.code}"
    return "yes"


@pytest.mark.parametrize("act", TABLE, ids=lambda act: act.__name__)
def test_act_is_allowed_and_denied_as_the_table_says(company: Company, act: Act) -> None:
    """Whoever is denied goes first, so that nothing that an allowed act changed decides over them."""
    expected = dict(zip(ROLES, TABLE[act], strict=True))
    for login in sorted(ROLES, key=lambda each: expected[each] == "yes"):
        actor, before = company.signed_in(login), len(trail(company))
        assert (login, _answer(act, company, actor)) == (login, expected[login])
        denials = [each for each in trail(company)[before:] if each.fact("outcome") == Outcome.DENIED.value]
        assert bool(denials) == (expected[login] != "yes" and act not in LOOKS)


def test_every_act_that_records_its_denials_stands_in_a_table() -> None:
    """Here, or, where the office alone decides, in the table of routes; a new one is missing until it is entered."""
    known = {name for name, each in globals().items() if inspect.isfunction(each)} | BY_OFFICE_ALONE | THROUGH_OTHERS
    assert _acts_that_decide() - known == set()
    assert _acts_that_decide() >= BY_OFFICE_ALONE | THROUGH_OTHERS


def _acts_that_decide() -> set[str]:
    """Use cases of the whole vault: public functions of an actor, in a transaction that records what it denies."""
    found = set()
    for path in (Path(vault.__file__).parent).rglob("*.py"):
        for each in ast.parse(path.read_text()).body:
            if not isinstance(each, ast.FunctionDef) or each.name.startswith("_"):
                continue
            calls = {getattr(call.func, "id", "") for call in ast.walk(each) if isinstance(call, ast.Call)}
            if [arg.arg for arg in each.args.args][:2] == ["vault", "actor"] and "deciding" in calls:
                found.add(each.name)
    return found
