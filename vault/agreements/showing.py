"""What a person sees of agreements: which wait for them, the text in full with what changed, and what they answered.

Reading an agreement is no event: it is no secret, and the answer says which version and language was shown.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vault.agreements.comparing import ComparedLine, compare
from vault.agreements.content import require_intact
from vault.agreements.gate import asks, position_towards
from vault.agreements.text import Block, blocks_of, reading_text
from vault.database import agreement_answer_queries, agreement_queries, people_queries
from vault.database.agreement_answer_queries import AnswerRecord
from vault.database.agreement_queries import AgreementRecord, AgreementVersion
from vault.database.engine import Connection, reading
from vault.database.people_queries import PersonRecord
from vault.errors import NotFound, NotSignedIn
from vault.model import Actor, Classification, Office
from vault.policy.agreements import Answer, Audience, Language, Position, Terms
from vault.recording import finding_tampering
from vault.runtime import Vault


@dataclass(frozen=True, slots=True)
class OwnAgreement:
    """An agreement in force that asks the person. ``last`` is their last answer to it, if they gave any."""

    id: str
    title: str
    version: int
    classes: frozenset[Classification]
    position: Position
    last: AnswerRecord | None


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """An answer of the person. ``holds``: it is why they may open what the agreement covers."""

    id: str
    agreement_id: str
    title: str
    version: int
    answer: Answer
    language: Language
    answered_at: dt.datetime
    holds: bool


@dataclass(frozen=True, slots=True)
class OwnAgreements:
    """Those that wait first, and every answer, newest first."""

    asked: list[OwnAgreement]
    answers: list[OwnAnswer]


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """The version in force in one language. ``changes`` against ``compared_with``, the version last accepted, if any.

    ``may_answer`` is False for whoever reads it in office and is not asked.
    """

    id: str
    version: int
    title: str
    blocks: list[Block]
    language: Language
    audience: Audience
    classes: frozenset[Classification]
    content_hash: str
    published_at: dt.datetime
    position: Position
    may_answer: bool
    compared_with: int
    changes: list[ComparedLine]


def own_agreements(vault: Vault, actor: Actor, *, language: Language) -> OwnAgreements:
    """What asks the person now, and what they said before, with titles in ``language``."""
    with reading(vault.engine) as tx:
        person = _person(tx, actor)
        every = {each.id: each for each in agreement_queries.list_agreements(tx)}
        answers = agreement_answer_queries.answers_of(tx, person.id)
        last = {each.agreement_id: each for each in answers}
        asked = [(each, each.terms) for each in every.values() if asks(each, person)]
        titles = agreement_queries.titles_of(tx, {each.id: each.version for each in every.values() if each.version})
    own = [
        OwnAgreement(
            id=each.id,
            title=titles[each.id][language],
            version=terms.version,
            classes=terms.classes,
            position=position_towards(each, last.get(each.id)),
            last=last.get(each.id),
        )
        for each, terms in asked
        if terms is not None
    ]
    return OwnAgreements(
        asked=sorted(own, key=lambda each: each.position is Position.ACCEPTED),
        answers=[
            _own_answer(each, every[each.agreement_id], last[each.agreement_id], titles[each.agreement_id][language])
            for each in reversed(answers)
        ],
    )


def count_waiting(vault: Vault, actor: Actor) -> int:
    """How many agreements wait for the person's answer."""
    with reading(vault.engine) as tx:
        person = _person(tx, actor)
        asked = [each for each in agreement_queries.agreements_in_force(tx) if asks(each, person)]
        last = agreement_answer_queries.last_answers_of(tx, person.id) if asked else {}
    waiting = {Position.UNANSWERED, Position.OUTDATED}
    return sum(position_towards(each, last.get(each.id)) in waiting for each in asked)


def show_agreement(vault: Vault, actor: Actor, *, agreement_id: str, language: Language) -> AgreementPage:
    """The version in force, in full. NotFound for whom it does not ask, unless they administer or audit.

    TamperError, recorded, if the rows are not what was published.
    """
    with finding_tampering(vault, actor), reading(vault.engine) as tx:
        person = _person(tx, actor)
        agreement = agreement_queries.load_agreement(tx, agreement_id)
        terms = agreement.terms if agreement else None
        if agreement is None or terms is None:
            raise NotFound
        may_answer = asks(agreement, person)
        if not may_answer and person.office not in {Office.ADMINISTRATOR, Office.AUDITOR}:
            raise NotFound
        last = agreement_answer_queries.last_answers_of(tx, person.id).get(agreement_id)
        accepted = _last_accepted(tx, person, agreement_id)
        version = agreement_queries.load_version(tx, agreement_id, terms.version)
        earlier = agreement_queries.load_version(tx, agreement_id, accepted) if accepted else None
        assert version is not None
        return _page(
            terms, version, earlier, language, position=position_towards(agreement, last), may_answer=may_answer
        )


def _page(
    terms: Terms,
    version: AgreementVersion,
    earlier: AgreementVersion | None,
    language: Language,
    *,
    position: Position,
    may_answer: bool,
) -> AgreementPage:
    digest, text = require_intact(version), version.texts[language]
    before = earlier if earlier is not None and earlier.number < version.number else None
    if before is not None:
        require_intact(before)
    assert version.published_at is not None
    return AgreementPage(
        id=version.agreement_id,
        version=version.number,
        title=text.title,
        blocks=blocks_of(text.body),
        language=language,
        audience=terms.audience,
        classes=terms.classes,
        content_hash=digest.hex(),
        published_at=version.published_at,
        position=position,
        may_answer=may_answer,
        compared_with=before.number if before else 0,
        changes=compare(reading_text(before.texts[language].body), reading_text(text.body)) if before else [],
    )


def _last_accepted(tx: Connection, person: PersonRecord, agreement_id: str) -> int:
    """The newest version that the person has accepted; 0 for none."""
    answers = agreement_answer_queries.answers_of(tx, person.id)
    accepted = [a.version for a in answers if a.agreement_id == agreement_id and a.answer is Answer.ACCEPTED]
    return max(accepted, default=0)


def _own_answer(answer: AnswerRecord, agreement: AgreementRecord, last: AnswerRecord, title: str) -> OwnAnswer:
    holds = answer.id == last.id and position_towards(agreement, answer) is Position.ACCEPTED
    return OwnAnswer(
        id=answer.id,
        agreement_id=answer.agreement_id,
        title=title,
        version=answer.version,
        answer=answer.answer,
        language=answer.language,
        answered_at=answer.answered_at,
        holds=holds,
    )


def _person(tx: Connection, actor: Actor) -> PersonRecord:
    person = people_queries.load_person(tx, actor.person_id)
    if person is None:
        raise NotSignedIn("session.none")
    return person
