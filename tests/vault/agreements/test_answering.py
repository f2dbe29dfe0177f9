"""Accepting and declining: by the person alone, with their password, for the version that they were shown."""

from __future__ import annotations

import pytest

from tests.agreements import answer, draft, published, published_again
from tests.attacks.acting import open_view
from tests.attacks.observing import alter, column, trail
from tests.company import OFFICE_PLACE, Company
from vault.access.reading import read_page
from vault.agreements.drafting import withdraw_agreement
from vault.errors import AccessDenied, Conflict, InputError, NotFound, NotSignedIn, TamperError, TooMany
from vault.ledger.events import Event, Outcome
from vault.model import Classification
from vault.people.accounts import suspend_person
from vault.policy.agreements import Answer, Audience, Language


def refusal(company: Company, login: str = "borrower") -> str:
    """Why the document does not open for the person now; '' if it opens."""
    try:
        open_view(company, company.signed_in(login))
    except AccessDenied as error:
        return error.code
    return ""


def test_acceptance_is_recorded_with_version_hash_language_time_and_place(company: Company) -> None:
    """All that a certificate states later, in one entry of the trail."""
    agreement_id = published(company)
    given = answer(company, agreement_id, language=Language.CHINESE)
    [entry] = trail(company, Event.AGREEMENT_ACCEPTED)
    [publication] = trail(company, Event.AGREEMENT_PUBLISHED)
    assert (entry.entry_id, entry.actor, entry.place) == (given.entry_id, company.ids["borrower"], OFFICE_PLACE)
    assert entry.time == given.answered_at
    assert entry.details == {
        "agreement": agreement_id,
        "version": 1,
        "hash": publication.details["hash"],
        "language": "zh-Hans",
    }


def test_place_and_session_stand_in_no_row(company: Company) -> None:
    """They are sealed beside the trail alone."""
    answer(company, published(company))
    row = " ".join(map(str, company.vault.engine.connect().exec_driver_sql("SELECT * FROM agreement_answers").one()))
    assert OFFICE_PLACE.address not in row
    assert OFFICE_PLACE.zone not in row


def test_document_opens_once_what_covers_it_is_accepted(company: Company) -> None:
    """Refused with its own code and recorded, then open; who accepted nothing stays outside."""
    agreement_id = published(company)
    assert refusal(company) == "denied.agreement"
    answer(company, agreement_id)
    assert refusal(company) == ""
    assert refusal(company, "other") == "denied.agreement"
    codes = [entry.fact("code") for entry in trail(company, Event.VIEW_DENIED)]
    assert codes == ["denied.agreement", "denied.agreement"]


def test_agreement_about_another_class_asks_nothing_here(company: Company) -> None:
    """The company's dossier is confidential."""
    published(company, draft(classes=frozenset({Classification.SECRET})))
    assert refusal(company) == ""


def test_material_version_asks_again_and_an_immaterial_one_does_not(company: Company) -> None:
    """A typing error troubles nobody; new terms do."""
    agreement_id = published(company)
    answer(company, agreement_id)
    published_again(company, agreement_id, draft("# What is secret\nCorrected.", is_material=False))
    assert refusal(company) == ""
    published_again(company, agreement_id, draft("For twenty years."))
    assert refusal(company) == "denied.agreement"
    answer(company, agreement_id, version=3)
    assert refusal(company) == ""


def test_view_that_is_open_goes_on_under_the_terms_it_was_opened_with(company: Company) -> None:
    """A material version published meanwhile asks before the next view."""
    agreement_id, actor = published(company), company.signed_in("borrower")
    answer(company, agreement_id, actor=actor)
    view = open_view(company, actor)
    published_again(company, agreement_id, draft("For twenty years."))
    assert read_page(company.vault, actor, view_id=view.view_id, page_number=1).jpeg
    assert refusal(company) == "denied.agreement"


def test_declining_closes_and_takes_an_acceptance_back(company: Company) -> None:
    """The last answer counts; each is recorded."""
    agreement_id = published(company)
    answer(company, agreement_id)
    answer(company, agreement_id, said=Answer.DECLINED)
    assert refusal(company) == "denied.agreement"
    answer(company, agreement_id)
    assert refusal(company) == ""
    assert len(trail(company, Event.AGREEMENT_ACCEPTED)) == 2
    assert len(trail(company, Event.AGREEMENT_DECLINED)) == 1


def test_same_answer_again_is_no_second_one(company: Company) -> None:
    """A double click, or a retry after a lost answer."""
    agreement_id = published(company)
    assert answer(company, agreement_id) == answer(company, agreement_id)
    assert len(trail(company, Event.AGREEMENT_ACCEPTED)) == 1


@pytest.mark.parametrize("version", [0, 1, 3])
def test_only_the_version_in_force_can_be_accepted(company: Company, version: int) -> None:
    """An older form sent again, or one made up, accepts nothing: the person reads what is in force first."""
    agreement_id = published(company)
    published_again(company, agreement_id, draft("For twenty years."))
    with pytest.raises(Conflict, match=r"agreement\.changed"):
        answer(company, agreement_id, version=version)
    assert column(company, "SELECT count(*) FROM agreement_answers") == [0]


def test_wrong_password_accepts_nothing_and_is_recorded(company: Company) -> None:
    """Whoever finds an open session cannot accept in its owner's name."""
    agreement_id = published(company)
    with pytest.raises(InputError, match=r"password\.wrong"):
        answer(company, agreement_id, password="not the password")
    [entry] = trail(company, Event.AGREEMENT_ACCEPTED)
    assert (entry.outcome, entry.fact("code"), entry.actor) == (
        Outcome.DENIED,
        "password.wrong",
        company.ids["borrower"],
    )


def test_guessing_the_password_is_slowed_down_as_at_the_sign_in(company: Company) -> None:
    """The two share one count, so neither is the easier place to guess."""
    agreement_id, actor = published(company), company.signed_in("borrower")
    with pytest.raises(TooMany):  # noqa: PT012 - as many as it takes
        for _ in range(50):
            with pytest.raises(InputError):
                answer(company, agreement_id, actor=actor, password="not the password")
    with pytest.raises(TooMany):
        company.signed_in("borrower")


def test_confirming_leaves_session_and_open_views_as_they_are(company: Company) -> None:
    """One act was confirmed; nobody was signed in anew."""
    actor = company.signed_in("borrower")
    view = open_view(company, actor)
    answer(company, published(company), actor=actor)
    assert read_page(company.vault, actor, view_id=view.view_id, page_number=1).jpeg


def test_suspended_person_accepts_nothing(company: Company) -> None:
    """Their session died with the suspension; a request that was under way finds that."""
    agreement_id, actor = published(company), company.signed_in("borrower")
    suspend_person(company.vault, company.at_keyboard("admin"), person_id=actor.person_id)
    with pytest.raises(NotSignedIn):
        answer(company, agreement_id, actor=actor)
    assert column(company, "SELECT count(*) FROM agreement_answers") == [0]


@pytest.mark.parametrize("login", ["custodian", "officer", "auditor", "admin"])
def test_who_is_not_asked_cannot_answer(company: Company, login: str) -> None:
    """An agreement for borrowers is theirs to accept."""
    with pytest.raises(AccessDenied, match=r"denied\.not_asked"):
        answer(company, published(company), login)


def test_agreement_for_everybody_is_answered_by_officers_too(company: Company) -> None:
    """They know whose dossiers there are."""
    agreement_id = published(company, draft(audience=Audience.EVERYBODY))
    assert answer(company, agreement_id, "auditor").answer is Answer.ACCEPTED


def test_withdrawn_agreement_takes_no_answer_and_asks_for_none(company: Company) -> None:
    """What it covered opens again, unless another agreement covers it."""
    agreement_id = published(company)
    withdraw_agreement(
        company.vault, company.at_keyboard("admin"), agreement_id=agreement_id, note="Replaced by the group's own"
    )
    with pytest.raises(Conflict, match=r"agreement\.withdrawn"):
        answer(company, agreement_id)
    assert refusal(company) == ""


def test_unknown_agreement_is_not_found(company: Company) -> None:
    """Nothing is guessed."""
    with pytest.raises(NotFound):
        answer(company, "g" + "a" * 26)


def test_text_that_is_not_what_was_published_is_not_accepted(company: Company) -> None:
    """Altered behind the vault's back: found, recorded for the security officer, nothing accepted."""
    agreement_id = published(company)
    alter(company, "UPDATE agreement_texts SET body = 'Nothing is secret.'")
    with pytest.raises(TamperError):
        answer(company, agreement_id)
    assert [entry.fact("code") for entry in trail(company, Event.OBJECT_TAMPERED)] == ["tamper.agreement"]
    assert column(company, "SELECT count(*) FROM agreement_answers") == [0]
