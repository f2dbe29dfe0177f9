"""Answers to agreements as rows: each is kept, the last one counts. The caller owns the transaction."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from vault.database.tables.agreements import agreement_answers
from vault.model import EntryId, PersonId
from vault.policy.agreements import Answer, Language, LastAnswer


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """One answer; a person's answers to one agreement are numbered by ``ordinal`` from 1."""

    id: str
    agreement_id: str
    version: int
    person_id: PersonId
    ordinal: int
    answer: Answer
    language: Language
    answered_at: dt.datetime
    entry_id: EntryId

    @property
    def as_last(self) -> LastAnswer:
        return LastAnswer(self.version, self.answer)


def store_answer(tx: sa.Connection, answer: AnswerRecord) -> None:
    values = {name: getattr(answer, name) for name in AnswerRecord.__slots__}
    tx.execute(
        sa.insert(agreement_answers).values(
            **{**values, "answer": answer.answer.value, "language": answer.language.value}
        )
    )


def load_answer(tx: sa.Connection, answer_id: str) -> AnswerRecord | None:
    row = tx.execute(sa.select(agreement_answers).where(agreement_answers.c.id == answer_id)).one_or_none()
    return _answer(row) if row else None


def answers_of(tx: sa.Connection, person_id: PersonId) -> list[AnswerRecord]:
    """Every answer of a person, oldest first."""
    query = sa.select(agreement_answers).where(agreement_answers.c.person_id == person_id)
    order = (agreement_answers.c.answered_at, agreement_answers.c.agreement_id, agreement_answers.c.ordinal)
    return [_answer(row) for row in tx.execute(query.order_by(*order))]


def last_answers_of(tx: sa.Connection, person_id: PersonId) -> dict[str, AnswerRecord]:
    """A person's last answer to each agreement, by agreement."""
    query = sa.select(agreement_answers).where(agreement_answers.c.person_id == person_id)
    rows = tx.execute(query.order_by(agreement_answers.c.ordinal))
    return {row.agreement_id: _answer(row) for row in rows}


def last_answers_to(tx: sa.Connection, agreement_id: str) -> dict[PersonId, AnswerRecord]:
    """Everybody's last answer to an agreement, by person."""
    query = sa.select(agreement_answers).where(agreement_answers.c.agreement_id == agreement_id)
    rows = tx.execute(query.order_by(agreement_answers.c.ordinal))
    return {PersonId(row.person_id): _answer(row) for row in rows}


def _answer(row: sa.Row[tuple[object, ...]]) -> AnswerRecord:
    stored = dict(row._mapping)
    stored["answer"], stored["language"] = Answer(stored["answer"]), Language(stored["language"])
    return AnswerRecord(**stored)
