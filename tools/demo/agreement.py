"""The confidentiality agreement of the demonstration company."""

from __future__ import annotations

from vault.agreements.drafting import AgreementDraft
from vault.database.agreement_queries import VersionText
from vault.model import Classification
from vault.policy.agreements import Audience, Language

_ENGLISH = """This agreement says how you treat what you read in the dossiers of Northgate Instruments.
# What is confidential
Everything in a dossier of the classes confidential, secret and top secret, above all:
- who our customers are, whom to speak to there, and what they are like to deal with
- prices, discounts and the terms of contracts
- plans, offers and the reports of our service
# What you undertake
You open a document only for the work that you state as your reason.
You show it to nobody, and neither copy, photograph nor type it off, unless an approver has released a copy.
You tell the security officer at once if you learn that something has come out.
# How it is kept
Each view is limited, carries your name on every page and is recorded with time, place and reason.
# How long
It holds while you work for us, and for {years} years after you have left.
On leaving you hand over all that you still have.
"""
_CHINESE = """本协议约定您如何对待在诺盖特仪器档案中阅读到的内容。
# 保密内容
密级为秘密、机密和绝密的档案中的全部内容，尤其是：
- 客户的身份、联系人及其性情偏好
- 价格、折扣及合同条款
- 计划、报价与服务记录
# 您的义务
仅为所填事由对应的工作打开文档。
不向任何人展示，不复制、不拍照、不抄录，经审批人准许发放的副本除外。
如获知有内容外泄，立即告知安全员。
# 管理方式
每次查阅均有次数与时限，每页印有您的姓名，并记录时间、地点与事由。
# 期限
在职期间及离职后 {years} 年内有效。离职时须交还您仍持有的全部资料。
"""


def agreement(*, years: int = 5) -> AgreementDraft:
    """The text in both languages; it covers every class but the lowest."""
    texts = {
        Language.ENGLISH: VersionText("Confidentiality of customer dossiers", _ENGLISH.format(years=years)),
        Language.CHINESE: VersionText("客户档案保密协议", _CHINESE.format(years=years)),
    }
    covered = frozenset(Classification) - {Classification.INTERNAL}
    return AgreementDraft(texts, Audience.BORROWERS, covered, is_material=True)
