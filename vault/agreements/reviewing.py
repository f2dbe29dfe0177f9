"""Who has accepted what: every agreement with its counts, its versions, and everybody whom it asks.

For administrator and auditor. Whoever left keeps their answers on record; they are listed apart, since nobody waits for
them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from vault.agreements.drafting import is_material_anyway
from vault.agreements.gate import asks, position_towards
from vault.database import agreement_answer_queries, agreement_queries, people_queries
from vault.database.agreement_answer_queries import AnswerRecord
from vault.database.agreement_queries import AgreementRecord, AgreementVersion
from vault.database.engine import Connection, reading
from vault.database.people_queries import PersonRecord
from vault.errors import NotFound
from vault.ledger.events import Event
from vault.model import Actor, Classification, Office, PersonId
from vault.policy.agreements import Audience, Language, Position
from vault.recording import deciding, denial_of, done_by, require_office
from vault.runtime import Vault


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """One agreement. ``version`` 0: never published. ``has_draft``: a version after it is being written."""

    id: str
    title: str
    version: int
    audience: Audience
    classes: frozenset[Classification]
    withdrawn_at: dt.datetime | None
    has_draft: bool
    asked: int
    accepted: int


@dataclass(frozen=True, slots=True)
class AgreementsOverview:
    """Every agreement, and the classes that none in force covers: whoever opens those is asked for nothing."""

    rows: list[AgreementRow]
    uncovered: list[Classification]


@dataclass(frozen=True, slots=True)
class AgreementCard:
    """One agreement with its versions, newest first, and the draft, which after a withdrawal stays one for ever.

    ``is_material_anyway`` speaks of the draft.
    """

    row: AgreementRow
    draft: AgreementVersion | None
    published: list[AgreementVersion]
    is_material_anyway: bool


@dataclass(frozen=True, slots=True)
class PersonAnswer:
    """Where one person stands, with their last answer if they gave one."""

    person_id: PersonId
    name: str
    staff_number: str
    position: Position
    answer_id: str
    version: int
    answered_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class AgreementReview:
    """``asked`` holds everybody of whom an answer is wanted, those who have not accepted first.

    ``others`` answered once and are not asked now: they left, or hold another office.
    """

    row: AgreementRow
    asked: list[PersonAnswer]
    others: list[PersonAnswer]

    def count(self, position: Position) -> int:
        return sum(each.position is position for each in self.asked)


def list_agreements(vault: Vault, actor: Actor, *, language: Language) -> AgreementsOverview:
    """Every agreement with its counts."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR, Office.AUDITOR)
        every = agreement_queries.list_agreements(tx)
        people = people_queries.list_people(tx)
        rows = [_row(tx, each, people, language) for each in every]
    covered = {each for row in every if row.terms is not None for each in row.classes}
    return AgreementsOverview(rows, [each for each in Classification if each not in covered])


def show_agreement_card(vault: Vault, actor: Actor, *, agreement_id: str, language: Language) -> AgreementCard:
    """One agreement with its draft and every published version. NotFound for an unknown id."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR, Office.AUDITOR)
        agreement = _known(tx, agreement_id)
        row = _row(tx, agreement, people_queries.list_people(tx), language)
        versions = agreement_queries.list_versions(tx, agreement_id)
    draft = next((each for each in versions if each.published_at is None), None)
    return AgreementCard(
        row=row,
        draft=draft,
        published=[each for each in versions if each.published_at is not None],
        is_material_anyway=draft is not None and is_material_anyway(agreement, draft),
    )


def review_agreement(vault: Vault, actor: Actor, *, agreement_id: str, language: Language) -> AgreementReview:
    """Who has accepted it and who has not. Recorded."""
    with deciding(vault, denial_of(Event.AGREEMENT_REVIEWED, actor)) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR, Office.AUDITOR)
        agreement = _known(tx, agreement_id)
        people = people_queries.list_people(tx)
        answers = agreement_answer_queries.last_answers_to(tx, agreement_id)
        row = _row(tx, agreement, people, language)
        facts: Mapping[str, str | int] = {"agreement": agreement.id, "version": agreement.version}
        vault.recorder.append(tx, done_by(actor, Event.AGREEMENT_REVIEWED, details=facts))
    stand = [(asks(agreement, each), _person_answer(agreement, each, answers.get(each.id))) for each in people]
    return AgreementReview(
        row=row,
        asked=sorted(
            (each for is_asked, each in stand if is_asked), key=lambda each: each.position is Position.ACCEPTED
        ),
        others=[each for is_asked, each in stand if not is_asked and each.answer_id],
    )


def _row(tx: Connection, agreement: AgreementRecord, people: list[PersonRecord], language: Language) -> AgreementRow:
    draft = agreement_queries.load_version(tx, agreement.id, agreement.version + 1)
    number = agreement.version or 1
    titles = agreement_queries.titles_of(tx, {agreement.id: number}).get(agreement.id, {})
    answers = agreement_answer_queries.last_answers_to(tx, agreement.id)
    asked = [each for each in people if asks(agreement, each)]
    positions = [position_towards(agreement, answers.get(each.id)) for each in asked]
    return AgreementRow(
        id=agreement.id,
        title=titles.get(language, "") or next(filter(None, titles.values()), ""),
        version=agreement.version,
        audience=agreement.audience if agreement.version or draft is None else draft.audience,
        classes=agreement.classes if agreement.version or draft is None else draft.classes,
        withdrawn_at=agreement.withdrawn_at,
        has_draft=draft is not None and agreement.withdrawn_at is None,
        asked=len(asked),
        accepted=positions.count(Position.ACCEPTED),
    )


def _person_answer(agreement: AgreementRecord, person: PersonRecord, last: AnswerRecord | None) -> PersonAnswer:
    return PersonAnswer(
        person_id=person.id,
        name=person.name,
        staff_number=person.staff_number,
        position=position_towards(agreement, last),
        answer_id=last.id if last else "",
        version=last.version if last else 0,
        answered_at=last.answered_at if last else None,
    )


def _known(tx: Connection, agreement_id: str) -> AgreementRecord:
    agreement = agreement_queries.load_agreement(tx, agreement_id)
    if agreement is None:
        raise NotFound(recorded_as="not_found.agreement")
    return agreement
