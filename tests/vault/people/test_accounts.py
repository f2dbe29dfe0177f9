"""Accounts: offices that exclude each other, revisions, the last administrator, and what ends with a suspension."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from tests.attacks.observing import trail
from tests.company import OFFICE_PLACE, PASSWORD, REASON, Company, add_officer
from tests.vault.people.entries import entries_of
from vault.access.opening import open_view
from vault.access.reading import show_view
from vault.database import people_queries
from vault.database.engine import reading, transaction
from vault.errors import AccessDenied, Conflict, InputError, LeaseEnded, NotFound, NotSignedIn
from vault.ledger.events import Event, Outcome
from vault.model import Classification, Duty, Office, PersonState
from vault.people import accounts
from vault.people.accounts import PersonDraft, PersonFacts
from vault.people.signing_in import change_password, resume_session, sign_in

DRAFT = PersonDraft(
    login="newcomer",
    name="Nadia Brandt",
    staff_number="N-0900",
    office=Office.STAFF,
    qualifications=frozenset({Duty.BORROWER}),
    clearance=Classification.INTERNAL,
    locale="en",
    timezone="Europe/Berlin",
)
OFFICERS = (Office.ADMINISTRATOR, Office.SECURITY_OFFICER, Office.AUDITOR)


def facts_of(company: Company, login: str, **changed: object) -> PersonFacts:
    person = company.person(login)
    facts = PersonFacts(
        name=person.name,
        staff_number=person.staff_number,
        office=person.office,
        qualifications=person.qualifications,
        clearance=person.clearance,
        locale=person.locale,
        timezone=person.timezone,
    )
    return replace(facts, **changed)  # type: ignore[arg-type]


def change(company: Company, login: str, *, revision: int | None = None, by: str = "admin", **changed: object) -> None:
    accounts.change_person(
        company.vault,
        company.at_keyboard(by),
        person_id=company.ids.get(login) or company.person(login).id,
        facts=facts_of(company, login, **changed),
        revision=company.person(login).revision if revision is None else revision,
    )


def second_administrator(company: Company) -> str:
    """Her id."""
    draft = replace(
        DRAFT, login="admin2", staff_number="N-0901", office=Office.ADMINISTRATOR, qualifications=frozenset()
    )
    created = accounts.create_person(company.vault, company.at_keyboard("admin"), draft=draft)
    return created.id


def test_new_person_signs_in_with_the_initial_password_and_must_change_it(company: Company) -> None:
    """The password that was shown once opens the door once."""
    created = accounts.create_person(company.vault, company.at_keyboard("admin"), draft=DRAFT)

    session = sign_in(
        company.vault, login="NewComer ", password=created.initial_password, place=OFFICE_PLACE, user_agent=""
    )

    assert session.must_change_password
    assert not change_password(
        company.vault, session.actor, current=created.initial_password, new=PASSWORD
    ).must_change_password


def test_initial_password_is_nowhere_at_rest(company: Company) -> None:
    """Neither in the database nor in the trail, in any part."""
    created = accounts.create_person(company.vault, company.at_keyboard("admin"), draft=DRAFT)
    company.sequence()
    company.vault.engine.dispose()

    found = [
        path
        for path in company.directory.rglob("*")
        if path.is_file() and created.initial_password.encode() in path.read_bytes()
    ]

    assert found == []


@pytest.mark.parametrize("office", OFFICERS)
@pytest.mark.parametrize("duty", Duty)
def test_no_officer_holds_a_duty(company: Company, office: Office, duty: Duty) -> None:
    """三员分立: administrator, security officer and auditor hold no duty on dossiers, each with each."""
    draft = replace(DRAFT, office=office, qualifications=frozenset({duty}))

    with pytest.raises(AccessDenied, match=r"duties\.exclusive"):
        accounts.create_person(company.vault, company.at_keyboard("admin"), draft=draft)


@pytest.mark.parametrize("login", ["borrower", "custodian", "auditor", "officer"])
def test_only_an_administrator_creates_people(company: Company, login: str) -> None:
    """Refused, and the refusal is recorded with who tried."""
    with pytest.raises(AccessDenied):
        accounts.create_person(company.vault, company.at_keyboard(login), draft=DRAFT)

    [entry, *_others] = entries_of(company, Event.PERSON_CREATED)
    assert (entry.outcome, entry.actor_id, entry.code) == (Outcome.DENIED, company.ids[login], "denied.office")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"login": "x"}, "person.login"),
        ({"login": "new comer"}, "person.login"),
        ({"login": "новый"}, "person.login"),
        ({"name": " "}, "person.name"),
        ({"name": "Nadia\nBrandt\x00"}, "person.name"),
        ({"name": "Nadia\u202eBrandt"}, "person.name"),
        ({"name": "N" * 101}, "person.name"),
        ({"staff_number": "N 0900"}, "person.staff_number"),
        ({"staff_number": "=N0900"}, "person.staff_number"),
        ({"locale": "fr"}, "person.locale"),
        ({"timezone": "../../etc/passwd"}, "person.timezone"),
        ({"timezone": "Mars/Olympus"}, "person.timezone"),
    ],
)
def test_what_cannot_be_used_is_named(company: Company, changed: dict[str, str], code: str) -> None:
    """Each field has its own refusal; nothing is stored."""
    with pytest.raises(InputError) as refused:
        accounts.create_person(company.vault, company.at_keyboard("admin"), draft=replace(DRAFT, **changed))  # type: ignore[arg-type]

    assert refused.value.code == code
    with reading(company.vault.engine) as tx:
        assert people_queries.find_person_by_login(tx, "newcomer") is None


@pytest.mark.parametrize("changed", [{"login": "Borrower"}, {"login": "ｂｏｒｒｏｗｅｒ"}, {"staff_number": "N-0002"}])
def test_login_and_staff_number_belong_to_one_person(company: Company, changed: dict[str, str]) -> None:
    """Also in another case or width of letters."""
    with pytest.raises(Conflict, match=r"person\.taken"):
        accounts.create_person(company.vault, company.at_keyboard("admin"), draft=replace(DRAFT, **changed))  # type: ignore[arg-type]


def test_name_is_kept_in_one_spelling(company: Company) -> None:
    """Composed letters, single spaces."""
    accounts.create_person(
        company.vault, company.at_keyboard("admin"), draft=replace(DRAFT, name="  Jose\u0301   Álvarez ")
    )

    assert company.person("newcomer").name == "José Álvarez"


def test_change_on_an_old_revision_is_refused(company: Company) -> None:
    """Two administrators at once: the second is told, and the first one's change stays."""
    seen = company.person("borrower").revision
    change(company, "borrower", name="Wang Xiaoming")

    with pytest.raises(Conflict, match=r"revision\.stale"):
        change(company, "borrower", revision=seen, clearance=Classification.TOP_SECRET)

    person = company.person("borrower")
    assert (person.name, person.clearance) == ("Wang Xiaoming", Classification.SECRET)


@pytest.mark.parametrize(
    ("changed", "ends"),
    [
        ({"clearance": Classification.INTERNAL}, True),
        ({"office": Office.AUDITOR, "qualifications": frozenset()}, True),
        ({"name": "Another Name", "locale": "zh_Hans_CN", "timezone": "UTC"}, False),
    ],
)
def test_other_rights_end_the_sessions(company: Company, changed: dict[str, object], ends: bool) -> None:
    """A session begun with other rights does not live on; a new name does not sign anybody out."""
    session = company.session("stranger")

    change(company, "stranger", **changed)

    if ends:
        with pytest.raises(NotSignedIn):
            resume_session(company.vault, token=session.token, place=OFFICE_PLACE)
    else:
        assert resume_session(company.vault, token=session.token, place=OFFICE_PLACE)


def test_office_does_not_go_with_duties_on_dossiers(company: Company) -> None:
    """Whoever still holds a duty cannot become an officer."""
    with pytest.raises(AccessDenied, match=r"duties\.held"):
        change(company, "borrower", office=Office.AUDITOR, qualifications=frozenset())


def test_nobody_changes_their_own_office(company: Company) -> None:
    """Not even an administrator who is not the last."""
    second_administrator(company)

    with pytest.raises(AccessDenied, match=r"denied\.own_account"):
        change(company, "admin", office=Office.AUDITOR)


def test_own_name_may_be_changed(company: Company) -> None:
    """What gives no right is one's own to correct."""
    change(company, "admin", name="Ruth Feldmann")

    assert company.person("admin").name == "Ruth Feldmann"


def test_last_security_officer_cannot_be_lost(company: Company) -> None:
    """Neither by suspension nor by another office; with a second one, either may go. Refused and recorded."""
    admin, officer = company.at_keyboard("admin"), company.ids["officer"]
    with pytest.raises(AccessDenied, match=r"denied\.last_security_officer"):
        accounts.suspend_person(company.vault, admin, person_id=officer)
    facts = facts_of(company, "officer", office=Office.AUDITOR)
    with pytest.raises(AccessDenied, match=r"denied\.last_security_officer"):
        accounts.change_person(company.vault, admin, person_id=officer, facts=facts, revision=revision_of(company))
    assert trail(company, Event.PERSON_SUSPENDED)[-1].fact("code") == "denied.last_security_officer"

    add_officer(company, "officer2", Office.SECURITY_OFFICER, number=91)
    accounts.suspend_person(company.vault, admin, person_id=officer)
    assert company.person("officer").state is PersonState.SUSPENDED


def revision_of(company: Company) -> int:
    return company.person("officer").revision


def test_last_administrator_cannot_be_lost(company: Company) -> None:
    """Neither by a security officer's suspension nor by another office."""
    with pytest.raises(AccessDenied, match=r"denied\.last_administrator"):
        accounts.suspend_person(company.vault, company.at_keyboard("officer"), person_id=company.ids["admin"])

    second = second_administrator(company)
    accounts.suspend_person(company.vault, company.at_keyboard("admin"), person_id=second)
    with pytest.raises(AccessDenied, match=r"denied\.last_administrator"):
        accounts.suspend_person(company.vault, company.at_keyboard("officer"), person_id=company.ids["admin"])


def test_two_administrators_cannot_suspend_each_other_at_once(any_company: Company) -> None:
    """Five times in a row: one of the two always stays."""
    company = any_company
    second = second_administrator(company)
    for _round in range(5):
        outcomes: list[str] = []
        start = threading.Barrier(2)

        def suspend(by: str, whom: str, start: threading.Barrier = start, outcomes: list[str] = outcomes) -> None:
            actor = company.at_keyboard(by)
            start.wait()
            try:
                accounts.suspend_person(company.vault, actor, person_id=whom)
                outcomes.append("done")
            except AccessDenied as error:
                outcomes.append(error.code)

        threads = [
            threading.Thread(target=suspend, args=("admin", second)),
            threading.Thread(target=suspend, args=("admin2", company.ids["admin"])),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert "done" in outcomes
        assert {"denied.last_administrator", "denied.suspended"} & set(outcomes)
        with transaction(company.vault.engine) as tx:
            left = people_queries.lock_active(tx, Office.ADMINISTRATOR)
            for person_id in {second, company.ids["admin"]} - set(left):
                person = people_queries.load_person(tx, person_id)
                assert person is not None
                assert people_queries.replace_person(
                    tx, replace(person, state=PersonState.ACTIVE), revision=person.revision
                )
        assert len(left) == 1


def test_suspension_ends_sessions_and_views_at_once(company: Company) -> None:
    """The open view is over by its next page, the session is gone, and the password opens nothing."""
    session = company.session("borrower")
    opened = open_view(
        company.vault,
        session.actor,
        document_id=company.document_id,
        reason=REASON,
        declared_place="",
        idempotency_key="once",
    )

    accounts.suspend_person(
        company.vault, company.at_keyboard("officer"), person_id=company.ids["borrower"], note="Left the company today"
    )

    with pytest.raises(NotSignedIn):
        resume_session(company.vault, token=session.token, place=OFFICE_PLACE)
    with pytest.raises(LeaseEnded, match=r"lease\.suspended"):
        show_view(company.vault, session.actor, view_id=opened.view_id)
    with pytest.raises(NotSignedIn, match=r"sign_in\.refused"):
        company.session("borrower")


def test_reason_of_a_suspension_is_recorded(company: Company) -> None:
    """Who, whom and why; a reason that says nothing is refused."""
    officer = company.at_keyboard("officer")
    with pytest.raises(InputError, match=r"reason\."):
        accounts.suspend_person(company.vault, officer, person_id=company.ids["other"], note=".")

    accounts.suspend_person(company.vault, officer, person_id=company.ids["other"], note="Left the company today")

    [entry] = entries_of(company, Event.PERSON_SUSPENDED)
    assert (entry.actor_id, entry.subject_id) == (company.ids["officer"], company.ids["other"])
    assert entry.reason is not None
    assert entry.reason.text == "Left the company today"


def test_restored_person_signs_in_with_the_old_password(company: Company) -> None:
    """Restoring gives back what there was; doing it twice is told."""
    admin, person = company.at_keyboard("admin"), company.ids["other"]
    accounts.suspend_person(company.vault, admin, person_id=person)
    accounts.restore_person(company.vault, admin, person_id=person)

    assert company.session("other").token
    with pytest.raises(Conflict, match=r"person\.state"):
        accounts.restore_person(company.vault, admin, person_id=person)


def test_security_officer_suspends_but_does_not_restore(company: Company) -> None:
    """Letting somebody in again is the administrator's."""
    officer, person = company.at_keyboard("officer"), company.ids["other"]
    accounts.suspend_person(company.vault, officer, person_id=person)

    with pytest.raises(AccessDenied, match=r"denied\.office"):
        accounts.restore_person(company.vault, officer, person_id=person)


def test_nobody_suspends_or_resets_themselves(company: Company) -> None:
    """Own account: another administrator's to do."""
    second_administrator(company)
    admin = company.at_keyboard("admin")

    for act in (accounts.suspend_person, accounts.reset_password):
        with pytest.raises(AccessDenied, match=r"denied\.own_account"):
            act(company.vault, admin, person_id=company.ids["admin"])


def test_reset_password_ends_every_session_and_the_old_password(company: Company) -> None:
    """The new one opens, once; whoever was signed in is out."""
    session = company.session("other")

    fresh = accounts.reset_password(company.vault, company.at_keyboard("admin"), person_id=company.ids["other"])

    with pytest.raises(NotSignedIn):
        resume_session(company.vault, token=session.token, place=OFFICE_PLACE)
    with pytest.raises(NotSignedIn):
        company.session("other")
    assert sign_in(company.vault, login="other", password=fresh, place=OFFICE_PLACE, user_agent="").must_change_password


def test_sessions_are_ended_by_an_office_one_or_all(company: Company) -> None:
    """One of two, then the rest; each is recorded with who did it."""
    first, second = company.session("other"), company.session("other")
    officer, person = company.at_keyboard("officer"), company.ids["other"]

    accounts.end_sessions(company.vault, officer, person_id=person, only=first.actor.session_id)
    with pytest.raises(NotSignedIn):
        resume_session(company.vault, token=first.token, place=OFFICE_PLACE)
    assert resume_session(company.vault, token=second.token, place=OFFICE_PLACE)

    accounts.end_sessions(company.vault, officer, person_id=person)
    with pytest.raises(NotSignedIn):
        resume_session(company.vault, token=second.token, place=OFFICE_PLACE)
    ended = [entry for entry in entries_of(company, Event.SESSION_ENDED) if entry.code == "ended_by_office"]
    assert {first.actor.session_id, second.actor.session_id} <= {entry.session_id for entry in ended}
    assert {(entry.actor_id, entry.subject_id) for entry in ended} == {(company.ids["officer"], person)}


def test_session_of_somebody_else_is_not_ended_by_its_id(company: Company) -> None:
    """The session must be that of the person named beside it."""
    session = company.session("borrower")

    with pytest.raises(NotFound):
        accounts.end_sessions(
            company.vault,
            company.at_keyboard("officer"),
            person_id=company.ids["other"],
            only=session.actor.session_id,
        )

    assert resume_session(company.vault, token=session.token, place=OFFICE_PLACE)


def test_trail_keeps_codes_and_no_names_of_a_change(company: Company) -> None:
    """What stands readable for ever says nothing about the person."""
    change(company, "stranger", name="Very Telling Name")

    [entry] = entries_of(company, Event.PERSON_CHANGED)
    assert entry.details == {
        "office": "staff",
        "qualifications": "approver author borrower custodian",
        "clearance": "secret",
    }
