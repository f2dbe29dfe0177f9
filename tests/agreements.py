"""Agreements in tests: an administrator who writes and publishes, people who answer."""

from __future__ import annotations

from tests.company import PASSWORD, Company
from vault.agreements.answering import AnswerDraft, answer_agreement
from vault.agreements.drafting import AgreementDraft, begin_agreement, publish_version, save_draft
from vault.database import agreement_queries
from vault.database.agreement_answer_queries import AnswerRecord
from vault.database.agreement_queries import AgreementVersion, VersionText
from vault.database.engine import reading
from vault.model import Actor, Classification
from vault.policy.agreements import Answer, Audience, Language

TEXT = "# What is secret\nEverything in the dossiers.\n- names\n- prices\n## How long\nFor ten years."
TEXT_ZH = "# 保密范围\n档案中的全部内容。\n- 客户名称\n- 价格\n## 期限\n十年。"
EVERY_CLASS = frozenset(Classification)


def draft(
    text: str = TEXT,
    *,
    text_zh: str = TEXT_ZH,
    classes: frozenset[Classification] = EVERY_CLASS,
    audience: Audience = Audience.BORROWERS,
    is_material: bool = True,
) -> AgreementDraft:
    texts = {
        Language.ENGLISH: VersionText("Confidentiality agreement", text),
        Language.CHINESE: VersionText("保密协议", text_zh),
    }
    return AgreementDraft(texts, audience, classes, is_material)


def published(company: Company, written: AgreementDraft | None = None) -> str:
    """A new agreement with its first version in force; its id."""
    admin = company.at_keyboard("admin")
    agreement_id = begin_agreement(company.vault, admin, draft=written or draft())
    publish_version(company.vault, admin, agreement_id=agreement_id, revision=1)
    return agreement_id


def published_again(company: Company, agreement_id: str, written: AgreementDraft) -> int:
    """The next version in force; its number."""
    admin = company.at_keyboard("admin")
    save_draft(company.vault, admin, agreement_id=agreement_id, draft=written, revision=0)
    return publish_version(company.vault, admin, agreement_id=agreement_id, revision=1)


def answer(
    company: Company,
    agreement_id: str,
    login: str = "borrower",
    *,
    version: int = 1,
    said: Answer = Answer.ACCEPTED,
    language: Language = Language.ENGLISH,
    password: str = PASSWORD,
    actor: Actor | None = None,
) -> AnswerRecord:
    """What the person says to a version, in a session of their own."""
    return answer_agreement(
        company.vault,
        actor or company.signed_in(login),
        agreement_id=agreement_id,
        draft=AnswerDraft(version, language, said),
        password=password,
    )


def version_row(company: Company, agreement_id: str, number: int = 1) -> AgreementVersion:
    with reading(company.vault.engine) as tx:
        found = agreement_queries.load_version(tx, agreement_id, number)
    assert found is not None
    return found
