"""Where people stand towards agreements, from the rows of one transaction: what opening a document rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vault.database.agreement_answer_queries import AnswerRecord, last_answers_of
from vault.database.agreement_queries import AgreementRecord, agreements_in_force, titles_of
from vault.database.engine import Connection
from vault.database.people_queries import PersonRecord
from vault.model import Classification, PersonId
from vault.policy.agreements import LastAnswer, Position, Terms, is_accepted, is_asked, position_of


@dataclass(frozen=True, slots=True)
class WaitingAgreement:
    """An agreement that a person must accept first; ``titles`` by the language's tag."""

    id: str
    titles: Mapping[str, str]


def has_accepted(tx: Connection, person_id: PersonId, classification: Classification) -> bool:
    """True if no agreement in force that covers the class waits for the person's acceptance."""
    return is_accepted(_standing(tx, person_id), classification)


def waiting_for(tx: Connection, person_id: PersonId, classification: Classification) -> tuple[WaitingAgreement, ...]:
    """The agreements that cover the class and that the person has not accepted, oldest first."""
    answers = last_answers_of(tx, person_id)
    waiting = {
        each.id: each.version
        for each in agreements_in_force(tx)
        if classification in each.classes and position_towards(each, answers.get(each.id)) is not Position.ACCEPTED
    }
    titles = titles_of(tx, waiting)
    return tuple(
        WaitingAgreement(each, {language.value: title for language, title in titles[each].items()}) for each in waiting
    )


def asks(agreement: AgreementRecord, person: PersonRecord) -> bool:
    """Whether the agreement is in force and wants an answer of this person."""
    terms = agreement.terms
    return terms is not None and is_asked(
        terms, office=person.office, qualifications=person.qualifications, state=person.state
    )


def position_towards(agreement: AgreementRecord, last: AnswerRecord | None) -> Position:
    """Where whoever gave this last answer stands. Nothing holds towards an agreement that is not in force."""
    if agreement.terms is None:
        return Position.OUTDATED if last else Position.UNANSWERED
    return position_of(agreement.terms, last.as_last if last else None)


def _standing(tx: Connection, person_id: PersonId) -> list[tuple[Terms, LastAnswer | None]]:
    in_force = {each.id: each.terms for each in agreements_in_force(tx)}
    if not in_force:
        return []
    answers = last_answers_of(tx, person_id)
    return [
        (terms, answers[agreement_id].as_last if agreement_id in answers else None)
        for agreement_id, terms in in_force.items()
        if terms is not None
    ]
