"""How events about confidentiality agreements, the policy in force and evidence packs are told."""

from __future__ import annotations

from gateway.event_table.telling import Telling
from gateway.sentence_table import Sentence
from vault.ledger.events import Event

TELLINGS: dict[Event, Telling] = {
    Event.POLICY_APPLIED: Telling(
        Sentence(
            "A node began to apply settings: {views_confidential} views of a confidential document for "
            "{lease_minutes_confidential} minutes each",
            "节点开始应用新的设置：秘密级文档可查阅 {views_confidential} 次，每次 {lease_minutes_confidential} 分钟",
        )
    ),
    Event.EVIDENCE_PACKED: Telling(
        Sentence(
            "{actor} had the evidence about {person} put together",
            "{actor}汇编了有关{person}的证据",
        ),
        nobody=Sentence(
            "{actor} had the evidence about {document} put together",
            "{actor}汇编了有关{document}的证据",
        ),
        tried=Sentence("{actor} tried to have evidence put together", "{actor}试图汇编证据"),
    ),
    Event.AGREEMENT_DRAFTED: Telling(
        Sentence(
            "{actor} wrote version {version} of a confidentiality agreement", "{actor}起草了保密协议第 {version} 版"
        ),
        tried=Sentence("{actor} tried to write a confidentiality agreement", "{actor}试图起草保密协议"),
    ),
    Event.AGREEMENT_PUBLISHED: Telling(
        Sentence(
            "{actor} published version {version} of a confidentiality agreement",
            "{actor}发布了保密协议第 {version} 版",
        ),
        tried=Sentence("{actor} tried to publish a confidentiality agreement", "{actor}试图发布保密协议"),
    ),
    Event.AGREEMENT_WITHDRAWN: Telling(
        Sentence("{actor} withdrew a confidentiality agreement", "{actor}撤回了保密协议"),
        tried=Sentence("{actor} tried to withdraw a confidentiality agreement", "{actor}试图撤回保密协议"),
    ),
    Event.AGREEMENT_ACCEPTED: Telling(
        Sentence(
            "{actor} accepted version {version} of a confidentiality agreement",
            "{actor}接受了保密协议第 {version} 版",
        ),
        tried=Sentence("{actor} tried to accept a confidentiality agreement", "{actor}试图接受保密协议"),
        variants={
            "password.wrong": Sentence(
                "{actor} gave a wrong password when accepting a confidentiality agreement",
                "{actor}接受保密协议时密码填写错误",
            )
        },
    ),
    Event.AGREEMENT_DECLINED: Telling(
        Sentence(
            "{actor} declined version {version} of a confidentiality agreement",
            "{actor}拒绝了保密协议第 {version} 版",
        ),
        tried=Sentence("{actor} tried to decline a confidentiality agreement", "{actor}试图拒绝保密协议"),
        variants={
            "password.wrong": Sentence(
                "{actor} gave a wrong password when declining a confidentiality agreement",
                "{actor}拒绝保密协议时密码填写错误",
            )
        },
    ),
    Event.AGREEMENT_CERTIFIED: Telling(
        Sentence(
            "{actor} was issued a certificate of what {person} answered to a confidentiality agreement",
            "{actor}领取了{person}对保密协议所作答复的证明",
        ),
        tried=Sentence("{actor} asked for a certificate about an agreement", "{actor}申请协议答复证明"),
    ),
    Event.AGREEMENT_REVIEWED: Telling(
        Sentence(
            "{actor} looked up who has accepted version {version} of a confidentiality agreement",
            "{actor}查看了保密协议第 {version} 版的接受情况",
        ),
        tried=Sentence("{actor} tried to look up who has accepted an agreement", "{actor}试图查看协议的接受情况"),
    ),
}
