"""Announcing, changing and calling off: who may, what it does at once, and what the trail is told."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest

from tests.attacks.acting import grant, open_and_end
from tests.company import REASON as OPENING_REASON
from tests.company import Company, set_policy
from tests.vault.leaving.acts import LAST_DAY, REASON, announce, handover, leaving_of, qualify
from tests.vault.people.entries import entries_of
from vault.access.explaining import explain_opening
from vault.access.opening import open_view
from vault.access.reading import read_page
from vault.clock import FixedClock
from vault.database.engine import reading
from vault.database.notice_queries import notices_of
from vault.errors import AccessDenied, Conflict, InputError, LeaseEnded, NotFound, VaultError
from vault.filing.dossiers import assign, list_dossiers
from vault.filing.lending import lend, take_back
from vault.leaving.announcing import LeavingDraft, announce_leaving, call_off_leaving, change_leaving
from vault.leaving.handing_over import confirm_handover
from vault.leaving.showing import show_leaving
from vault.leaving.telling import people_to_tell
from vault.ledger.events import Event, Outcome
from vault.model import Duty
from vault.notices.kinds import NoticeKind
from vault.people.accounts import suspend_person
from vault.people.directory import show_account
from vault.people.teams import add_member, create_team
from vault.policy.document import Policy, WatchPolicy
from vault.policy.leaving import HandoverState, LeavingState, Side
from vault.policy.reasons import ReasonDraft


def test_announcing_watches_at_once_and_is_recorded(company: Company) -> None:
    """From then on each view needs a grant, the quota is the policy's, and the view that was open is over."""
    session = company.session("borrower").actor
    view_id = company.open_and_read(session)

    leaving = announce(company)

    with pytest.raises(LeaseEnded) as over:
        read_page(company.vault, session, view_id=view_id, page_number=1)
    assert over.value.code == "lease.right_lost"
    with pytest.raises(AccessDenied) as watched:
        open_view(
            company.vault,
            session,
            document_id=company.document_id,
            reason=OPENING_REASON,
            declared_place="",
            idempotency_key="while-watched",
        )
    assert watched.value.code == "denied.watched"
    found = explain_opening(
        company.vault, company.at_keyboard("auditor"), person="borrower", document_id=company.document_id
    )
    assert (found.allowed, found.allowed_from, found.rules["watched"].code) == (1, "watch", "denied.watched")
    (entry,) = entries_of(company, Event.LEAVING_ANNOUNCED)
    assert (entry.actor_id, entry.subject_id) == (company.ids["admin"], company.ids["borrower"])
    assert entry.reason is not None
    assert entry.reason.text == REASON.text
    assert entry.details == {"leaving": leaving.id, "last_day": "2026-11-30", "successor": 1}


def test_one_view_opens_by_each_that_is_granted_while_watched(company: Company) -> None:
    """However many were used before: whoever leaves gets exactly what an approver grants."""
    borrower = company.signed_in("borrower")
    for _ in range(3):
        open_and_end(company, borrower)
    announce(company)
    grant(company, 1)
    view = open_and_end(company, borrower)
    assert (view.number, view.allowed) == (4, 4)
    with pytest.raises(AccessDenied, match=r"denied\.watched"):
        open_and_end(company, borrower)


def test_policy_says_what_the_watch_is(company: Company) -> None:
    """A company that only wants a tighter quota has that, and views that are open go on."""
    set_policy(company, Policy(views=5, watch=WatchPolicy(views=2, by_approval=False)))
    session = company.session("borrower").actor
    view_id = company.open_and_read(session)

    announce(company)

    assert read_page(company.vault, session, view_id=view_id, page_number=1).jpeg
    auditor = company.at_keyboard("auditor")
    found = explain_opening(company.vault, auditor, person="borrower", document_id=company.document_id)
    assert (found.decision.allowed, found.used, found.allowed) == (True, 1, 2)


def test_watch_never_widens_a_quota(company: Company) -> None:
    """A class that allows one view allows one view to whoever leaves, too."""
    set_policy(company, Policy(views=1, watch=WatchPolicy(views=3, by_approval=False)))
    announce(company)

    auditor = company.at_keyboard("auditor")
    found = explain_opening(company.vault, auditor, person="borrower", document_id=company.document_id)
    assert (found.allowed, found.allowed_from) == (1, "default")


def test_last_day_is_one_of_the_companys_time_zone(company: Company) -> None:
    """The moment is computed in the zone of the policy in force, and kept with it."""
    set_policy(company, Policy(timezone="Asia/Shanghai"))

    leaving = announce(company)

    assert leaving.ends_at == dt.datetime(2026, 11, 30, 16, tzinfo=dt.UTC)
    assert (leaving.timezone, company.person("borrower").leaves_at) == ("Asia/Shanghai", leaving.ends_at)


@pytest.mark.parametrize("login", ["officer", "auditor", "custodian", "borrower"])
def test_only_administrators_announce(company: Company, login: str) -> None:
    """Refused and recorded for everybody else."""
    with pytest.raises(AccessDenied):
        announce_leaving(
            company.vault,
            company.at_keyboard(login),
            person_id=company.ids["other"],
            draft=LeavingDraft(LAST_DAY),
            reason=REASON,
        )
    assert [entry.outcome for entry in entries_of(company, Event.LEAVING_ANNOUNCED)] == [Outcome.DENIED]


@pytest.mark.parametrize(
    ("draft", "reason", "code"),
    [
        (LeavingDraft(dt.date(2026, 11, 23)), REASON, "leaving.day_past"),
        (LeavingDraft(dt.date(2062, 11, 30)), REASON, "leaving.day_far"),
        (LeavingDraft(LAST_DAY, "nobody-here"), REASON, "leaving.successor"),
        (LeavingDraft(LAST_DAY, "borrower"), REASON, "leaving.successor"),
        (LeavingDraft(LAST_DAY, "auditor"), REASON, "leaving.successor"),
        (LeavingDraft(LAST_DAY, "suspended\u0000"), REASON, "leaving.successor"),
        (LeavingDraft(LAST_DAY), ReasonDraft("handover", "."), "reason.meaningless"),
    ],
)
def test_bad_announcement_is_refused_and_changes_nothing(
    company: Company, draft: LeavingDraft, reason: ReasonDraft, code: str
) -> None:
    """A day that is past or a slip of the pen, a successor who cannot be one, a reason that is none."""
    with pytest.raises(InputError) as refused:
        announce_leaving(
            company.vault,
            company.at_keyboard("admin"),
            person_id=company.ids["borrower"],
            draft=draft,
            reason=reason,
        )
    assert refused.value.code == code
    assert company.person("borrower").leaves_at is None


def test_who_cannot_leave(company: Company) -> None:
    """Oneself, the last administrator, somebody suspended or unknown, and nobody twice."""
    admin = company.at_keyboard("admin")

    def announcing(person_id: str) -> str:
        try:
            announce_leaving(company.vault, admin, person_id=person_id, draft=LeavingDraft(LAST_DAY), reason=REASON)
        except VaultError as error:
            return error.code
        return ""

    assert announcing(company.ids["admin"]) == "denied.own_account"
    suspend_person(company.vault, admin, person_id=company.ids["stranger"])
    assert announcing(company.ids["stranger"]) == "leaving.suspended"
    assert announcing("p" + "a" * 26) == "not_found"
    assert announcing(company.ids["borrower"]) == ""
    assert announcing(company.ids["borrower"]) == "leaving.announced"


def test_dossiers_of_a_custodian_who_was_suspended_at_once_are_handed_over(any_company: Company) -> None:
    """Nobody works who could confirm as custodian: an administrator does it in their place."""
    company = any_company
    admin, keeper = company.at_keyboard("admin"), company.ids["custodian"]

    def kept_alone() -> int:
        return show_account(company.vault, admin, person_id=keeper).kept_alone

    assert kept_alone() == 1
    suspend_person(company.vault, admin, person_id=keeper)
    assert kept_alone() == 1

    announced = announce(company, "custodian", successor="custodian2")
    handed = handover(company, announced, Duty.CUSTODIAN)
    confirm_handover(company.vault, admin, handover_id=handed.id, side=Side.CUSTODIAN)
    confirm_handover(company.vault, company.at_keyboard("custodian2"), handover_id=handed.id, side=Side.SUCCESSOR)

    assert kept_alone() == 0
    [row] = list_dossiers(company.vault, company.at_keyboard("custodian2"))
    assert row.duties == {Duty.CUSTODIAN}


def test_whoever_leaves_is_given_no_new_duty_and_takes_nothing_over(company: Company) -> None:
    """The list of what they hold is complete from the announcement on."""
    announce(company, "stranger", successor="")

    with pytest.raises(AccessDenied) as refused:
        assign(
            company.vault,
            company.at_keyboard("custodian"),
            dossier_id=company.dossier_id,
            person_id=company.ids["stranger"],
            duty=Duty.BORROWER,
        )
    assert refused.value.code == "duties.leaving"
    with pytest.raises(InputError):
        announce(company, "borrower", successor="stranger")


def test_successor_is_proposed_where_they_could_hold_the_duty(company: Company) -> None:
    """Not for a duty that they are not qualified for; nobody is proposed there, and a custodian names somebody."""
    qualify(company, "borrower", Duty.AUTHOR)
    assign(
        company.vault,
        company.at_keyboard("custodian"),
        dossier_id=company.dossier_id,
        person_id=company.ids["borrower"],
        duty=Duty.AUTHOR,
    )

    leaving = announce(company, successor="author")

    assert handover(company, leaving, Duty.AUTHOR).successor_id == company.ids["author"]  # holds it already
    assert handover(company, leaving, Duty.BORROWER).successor_id is None


def test_changing_moves_the_day_and_the_successor(company: Company) -> None:
    """By the revision that was looked at; recorded with its own reason."""
    before = announce(company)
    admin = company.at_keyboard("admin")
    draft = LeavingDraft(dt.date(2026, 12, 15), "")

    with pytest.raises(Conflict) as stale:
        change_leaving(company.vault, admin, person_id=company.ids["borrower"], draft=draft, reason=REASON, revision=7)
    assert stale.value.code == "revision.stale"
    after = change_leaving(
        company.vault,
        admin,
        person_id=company.ids["borrower"],
        draft=draft,
        reason=REASON,
        revision=before.revision,
    )

    assert after == leaving_of(company, before)
    assert (after.ends_at, after.successor_id) == (dt.datetime(2026, 12, 16, tzinfo=dt.UTC), None)
    assert handover(company, after).successor_id is None
    (entry,) = entries_of(company, Event.LEAVING_CHANGED)
    assert entry.details["last_day"] == "2026-12-15"


def test_calling_off_ends_the_watch(company: Company, clock: FixedClock) -> None:
    """The person opens as before, keeps what nobody took over, and the day passes without anything happening."""
    leaving = announce(company)

    call_off_leaving(company.vault, company.at_keyboard("admin"), person_id=company.ids["borrower"], reason=REASON)

    assert leaving_of(company, leaving).state is LeavingState.CALLED_OFF
    assert handover(company, leaving).state is HandoverState.DROPPED
    clock.advance(dt.timedelta(days=30))
    assert company.open_and_read(company.signed_in("borrower"))
    assert [entry.outcome for entry in entries_of(company, Event.LEAVING_CANCELLED)] == [Outcome.SUCCESS]
    assert announce_leaving(
        company.vault,
        company.at_keyboard("admin"),
        person_id=company.ids["borrower"],
        draft=LeavingDraft(dt.date(2027, 1, 31)),
        reason=REASON,
    )


def test_calling_off_after_the_last_day_is_refused(company: Company, clock: FixedClock) -> None:
    """Whoever is out comes back by a restoration, which is an act of its own; even before the sweep has come by."""
    announce(company)
    clock.advance(dt.timedelta(days=8))
    admin = company.at_keyboard("admin")

    with pytest.raises(Conflict) as over:
        call_off_leaving(company.vault, admin, person_id=company.ids["borrower"], reason=REASON)
    assert over.value.code == "leaving.over"
    with pytest.raises(Conflict):
        call_off_leaving(company.vault, admin, person_id=company.ids["other"], reason=REASON)
    with pytest.raises(NotFound):
        call_off_leaving(company.vault, admin, person_id="p" + "a" * 26, reason=REASON)


def test_colleagues_and_successor_are_told(company: Company) -> None:
    """Whoever shares a dossier with the leaver, and the successor; not the leaver, not strangers, nobody twice."""
    leaving = announce(company)

    with reading(company.vault.engine) as tx:
        told = {
            login
            for login in company.ids
            for each in notices_of(tx, company.person(login).id, limit=10)
            if each.kind is NoticeKind.LEAVING_ANNOUNCED
        }
        (notice,) = notices_of(tx, company.person("custodian").id, limit=10)
    assert told == {"other", "author", "custodian", "approver", "stranger"}
    assert (notice.subject_id, notice.details) == (leaving.person_id, {"last_day": "2026-11-30"})


def test_those_who_share_a_dossier_through_a_team_are_told_too(any_company: Company) -> None:
    """Leaver and colleague borrow through the team; whoever keeps the dossier is told, of a loan to come nobody."""
    admin, custodian = any_company.at_keyboard("admin"), any_company.at_keyboard("custodian")
    qualify(any_company, "custodian2", Duty.BORROWER)
    team = create_team(any_company.vault, admin, name="Sales North")
    for login in ("stranger", "custodian2"):
        add_member(any_company.vault, admin, team_id=team, person_id=any_company.ids[login])
    later = any_company.vault.clock.now() + dt.timedelta(days=1)
    loan = lend(any_company.vault, custodian, dossier_id=any_company.dossier_id, team_id=team, starts_at=later)
    leaving = announce(any_company, "stranger", successor="")
    page = partial(show_leaving, any_company.vault, admin, person_id=any_company.ids["stranger"])
    assert page().told == 0

    take_back(any_company.vault, custodian, loan_id=loan)
    lend(any_company.vault, custodian, dossier_id=any_company.dossier_id, team_id=team)
    with reading(any_company.vault.engine) as tx:
        told = people_to_tell(any_company.vault, tx, leaving)
    names = {login for login, person_id in any_company.ids.items() if person_id in told}
    assert names == {"other", "author", "custodian", "approver", "borrower", "custodian2"}
    assert page().told == len(names)
    call_off_leaving(any_company.vault, admin, person_id=any_company.ids["stranger"], reason=REASON)
    with reading(any_company.vault.engine) as tx:
        notices = notices_of(tx, any_company.ids["custodian2"], limit=5)
    assert [each.kind for each in notices] == [NoticeKind.LEAVING_CANCELLED]
