"""Accepting and declining: the person's own act, confirmed by their password, for exactly the version they were shown.

The answer, its entry and its count are one transaction that holds the agreement's row: published or withdrawn in the
meantime means Conflict, and the person reads the new version first. Place and session stand sealed in the trail alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from vault.agreements.content import require_intact
from vault.agreements.drafting import locked_agreement
from vault.database import agreement_answer_queries, agreement_queries
from vault.database.agreement_answer_queries import AnswerRecord
from vault.database.engine import Connection
from vault.database.people_queries import PersonRecord
from vault.errors import AccessDenied, Conflict
from vault.ledger.events import Event
from vault.model import Actor, new_id
from vault.people.confirming import confirm_password, require_still
from vault.policy.agreements import Answer, Language, is_asked
from vault.recording import deciding, denial_of, done_by, finding_tampering
from vault.runtime import Vault

_EVENTS = {Answer.ACCEPTED: Event.AGREEMENT_ACCEPTED, Answer.DECLINED: Event.AGREEMENT_DECLINED}


@dataclass(frozen=True, slots=True)
class AnswerDraft:
    """Which version was shown, in which language, and what the person says to it."""

    version: int
    language: Language
    answer: Answer


def answer_agreement(
    vault: Vault, actor: Actor, *, agreement_id: str, draft: AnswerDraft, password: str
) -> AnswerRecord:
    """The person's answer. The same answer to the same version again is no second one.

    InputError ``password.wrong``; Conflict ``agreement.changed`` for any version but the one in force (also an older
    one, sent again), ``agreement.withdrawn``; AccessDenied ``denied.not_asked``; TamperError if the text is not what
    was published.
    """
    denial = denial_of(_EVENTS[draft.answer], actor)
    confirmed = confirm_password(vault, actor, password, denial=denial)
    with finding_tampering(vault, actor), deciding(vault, denial) as tx:
        person = require_still(tx, confirmed)
        return _answer(vault, tx, actor, person, agreement_id=agreement_id, draft=draft)


def _answer(
    vault: Vault, tx: Connection, actor: Actor, person: PersonRecord, *, agreement_id: str, draft: AnswerDraft
) -> AnswerRecord:
    agreement = locked_agreement(tx, agreement_id)
    terms = agreement.terms
    if terms is None or draft.version != terms.version:
        raise Conflict("agreement.changed")
    if not is_asked(terms, office=person.office, qualifications=person.qualifications, state=person.state):
        raise AccessDenied("denied.not_asked")
    last = agreement_answer_queries.last_answers_of(tx, person.id).get(agreement.id)
    if last is not None and (last.version, last.answer) == (draft.version, draft.answer):
        return last
    version = agreement_queries.load_version(tx, agreement.id, terms.version)
    assert version is not None  # the terms in force name a published version
    facts: dict[str, str | int] = {
        "agreement": agreement.id,
        "version": version.number,
        "hash": require_intact(version).hex(),
        "language": draft.language.value,
    }
    entry_id = vault.recorder.append(tx, done_by(actor, _EVENTS[draft.answer], details=facts))
    answer = AnswerRecord(
        id=new_id("c", vault.random),
        agreement_id=agreement.id,
        version=version.number,
        person_id=person.id,
        ordinal=last.ordinal + 1 if last else 1,
        answer=draft.answer,
        language=draft.language,
        answered_at=vault.clock.now(),
        entry_id=entry_id,
    )
    agreement_answer_queries.store_answer(tx, answer)
    return answer
