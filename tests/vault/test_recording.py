"""Transactions in which a rule decides: an act and its entry are one, and so are a refusal and its entry."""

from __future__ import annotations

import pytest

from tests.attacks.observing import alter, column, trail
from tests.company import OFFICE_PLACE, Company
from vault.database import key_queries
from vault.database.engine import reading
from vault.errors import AccessDenied, Conflict, InputError, NotFound, QuotaSpent, TamperError, Unavailable, VaultError
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.model import Office
from vault.policy.decision import ALLOWED, Decision
from vault.recording import deciding, denial_of, done_by, finding_tampering, record, require, require_office

DENIAL = Entry(Event.VIEW_DENIED, Outcome.DENIED)
WRITTEN = "SELECT count(*) FROM vault_facts WHERE name = 'written'"


def act_and_raise(company: Company, error: BaseException, denial: Entry = DENIAL) -> None:
    with deciding(company.vault, denial) as tx:
        key_queries.write_fact(tx, "written", "and undone")
        company.vault.recorder.append(tx, Entry(Event.KEY_CREATED, Outcome.SUCCESS))
        raise error


def test_allowed_act_is_kept_with_its_entry(company: Company) -> None:
    """And no denial is recorded."""
    before = len(trail(company))
    with deciding(company.vault, DENIAL) as tx:
        key_queries.write_fact(tx, "written", "kept")
        company.vault.recorder.append(tx, Entry(Event.KEY_CREATED, Outcome.SUCCESS))

    assert column(company, WRITTEN) == [1]
    assert [entry.event for entry in trail(company)[before:]] == [Event.KEY_CREATED]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (AccessDenied("denied.duty"), "denied.duty"),
        (NotFound(recorded_as="denied.not_assigned"), "denied.not_assigned"),
        (NotFound(), "not_found"),
        (QuotaSpent(), "quota.spent"),
    ],
    ids=["denied", "not theirs to know", "unknown", "spent"],
)
def test_refused_act_is_undone_and_the_refusal_recorded(company: Company, error: VaultError, code: str) -> None:
    """Nothing of the act stays, neither its rows nor its entry; what stays is that it was refused and why."""
    before = len(trail(company))

    with pytest.raises(type(error)):
        act_and_raise(company, error)

    assert column(company, WRITTEN) == [0]
    assert [(entry.event, entry.outcome, entry.fact("code")) for entry in trail(company)[before:]] == [
        (Event.VIEW_DENIED, Outcome.DENIED, code)
    ]


@pytest.mark.parametrize(
    "error", [InputError(), Conflict(), Unavailable(), LookupError()], ids=lambda e: type(e).__name__
)
def test_other_errors_are_undone_and_no_refusal(company: Company, error: Exception) -> None:
    """A slip of the pen or a database that is away is nobody's attempt at anything."""
    before = len(trail(company))

    with pytest.raises(type(error)):
        act_and_raise(company, error)

    assert column(company, WRITTEN) == [0]
    assert len(trail(company)) == before


def test_refusal_that_cannot_be_recorded_is_an_error_of_its_own(company: Company) -> None:
    """The person does not even get their no: nothing is answered that is not recorded."""
    with company.vault.engine.begin() as tx:
        tx.exec_driver_sql("ALTER TABLE trail_inbox RENAME TO away")

    def be_refused() -> None:
        with deciding(company.vault, DENIAL):
            raise AccessDenied("denied.duty")

    with pytest.raises(Unavailable):
        be_refused()


def test_entry_of_an_act_says_who_where_and_in_which_session(company: Company) -> None:
    """From the actor as the gateway resolved it."""
    actor = company.signed_in("borrower")
    record(company.vault, done_by(actor, Event.VIEW_ENDED, document=company.document_id))

    entry = trail(company, Event.VIEW_ENDED)[-1]
    assert (entry.actor, entry.session, entry.place) == (actor.person_id, actor.session_id, OFFICE_PLACE)
    assert entry.fact("document") == company.document_id


@pytest.mark.parametrize("sent", ["", "x", "../../etc/passwd", "f" + "A" * 26, "f" + "a" * 27, "王" * 27, "f'; --"])
def test_refusal_keeps_only_what_has_the_form_of_an_id(company: Company, sent: str) -> None:
    """Whatever somebody sends in an address does not get into the trail."""
    entry = denial_of(Event.VIEW_DENIED, company.at_keyboard("borrower"), document=sent, dossier=company.dossier_id)

    assert (entry.document, entry.dossier) == ("", company.dossier_id)
    record(company.vault, entry)


def test_office_is_looked_up_where_it_is_used(company: Company) -> None:
    """What the session says was true once; what counts is the record now."""
    auditor = company.at_keyboard("auditor")
    with reading(company.vault.engine) as tx:
        assert require_office(tx, auditor, Office.AUDITOR, Office.ADMINISTRATOR).id == auditor.person_id
        with pytest.raises(AccessDenied) as other_office:
            require_office(tx, auditor, Office.STAFF)
    alter(company, "UPDATE people SET state = 'suspended' WHERE login = 'auditor'")
    with reading(company.vault.engine) as tx, pytest.raises(AccessDenied) as suspended:
        require_office(tx, auditor, Office.AUDITOR)

    assert (other_office.value.code, suspended.value.code) == ("denied.office", "denied.suspended")


def test_decision_is_raised_as_what_the_person_may_know() -> None:
    """Denied, or not even known of: the trail gets the reason in either case."""
    require(ALLOWED)
    with pytest.raises(AccessDenied) as told:
        require(Decision(allowed=False, code="duties.conflict"))
    with pytest.raises(NotFound) as hidden:
        require(Decision(allowed=False, code="denied.not_assigned", known=False))

    assert told.value.code == "duties.conflict"
    assert (hidden.value.code, hidden.value.recorded_as) == ("not_found", "denied.not_assigned")


def test_tampering_is_recorded_before_it_is_raised_on(company: Company) -> None:
    """Who came upon it, on what, and which kind; for the security officer."""
    actor = company.at_keyboard("borrower")

    def come_upon_it() -> None:
        with finding_tampering(company.vault, actor, document=company.document_id, dossier="no id"):
            raise TamperError("tamper.key")

    with pytest.raises(TamperError):
        come_upon_it()

    entry = trail(company, Event.OBJECT_TAMPERED)[-1]
    assert (entry.actor, entry.outcome, entry.fact("code")) == (actor.person_id, Outcome.FAILED, "tamper.key")
    assert (entry.fact("document"), entry.fact("dossier")) == (company.document_id, "")
