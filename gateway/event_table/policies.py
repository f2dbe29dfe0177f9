"""How events about proposals of the policy are told."""

from __future__ import annotations

from gateway.event_table.telling import Telling
from gateway.sentence_table import Sentence
from vault.ledger.events import Event

TELLINGS: dict[Event, Telling] = {
    Event.POLICY_PROPOSED: Telling(
        Sentence(
            "{actor} proposed to change the policy, version {base}: {changes} values",
            "{actor}提议修改政策第 {base} 版，涉及 {changes} 项",
        ),
        tried=Sentence("{actor} tried to propose another policy", "{actor}试图提议修改政策"),
    ),
    Event.POLICY_CHANGED: Telling(
        Sentence(
            "{actor} approved what {person} proposed: version {version} of the policy is in force, {changes} values "
            "differ",
            "{actor}批准了{person}的提议：政策第 {version} 版生效，变更 {changes} 项",
        ),
        tried=Sentence("{actor} tried to approve a proposed policy", "{actor}试图批准政策提议"),
    ),
    Event.POLICY_REFUSED: Telling(
        Sentence("{actor} refused the policy that {person} proposed", "{actor}拒绝了{person}提议的政策"),
        tried=Sentence("{actor} tried to refuse a proposed policy", "{actor}试图拒绝政策提议"),
    ),
    Event.POLICY_WITHDRAWN: Telling(
        Sentence("{actor} withdrew their proposal of a policy", "{actor}撤回了自己的政策提议"),
        tried=Sentence("{actor} tried to withdraw a proposed policy", "{actor}试图撤回政策提议"),
        variants={
            "lapsed": Sentence(
                "A policy proposed by {person} lapsed, since nobody decided in time",
                "{person}提议的政策因逾期未审批而失效",
            )
        },
    ),
}
