"""How events about erasing and pruning the trail, and about holds on people, are told."""

from __future__ import annotations

from gateway.event_table.telling import Telling
from gateway.sentence_table import Sentence
from vault.ledger.events import Event

TELLINGS: dict[Event, Telling] = {
    Event.TRAIL_ERASED: Telling(
        Sentence(
            "The personal values of one person of {month} were erased from the trail by law",
            "依法从审计轨迹中删除了一名人员 {month} 的个人信息",
        )
    ),
    Event.TRAIL_PRUNED: Telling(
        Sentence(
            "{count} entries before #{size} were removed from the trail by age, and their hashes kept",
            "清除了审计轨迹第 {size} 条之前的 {count} 条旧条目，保留其哈希",
        )
    ),
    Event.TRAIL_HOLD_PLACED: Telling(
        Sentence("{actor} put the entries of {person} under a legal hold", "{actor}对{person}的条目设置了法律保留"),
        tried=Sentence(
            "{actor} tried to put somebody's entries under a legal hold", "{actor}试图对某人的条目设置法律保留"
        ),
    ),
    Event.TRAIL_HOLD_LIFTED: Telling(
        Sentence("{actor} lifted a legal hold on the entries of {person}", "{actor}解除了{person}条目的法律保留"),
        tried=Sentence("{actor} tried to lift a legal hold on somebody's entries", "{actor}试图解除某人条目的法律保留"),
    ),
    Event.ERASURE_REQUESTED: Telling(
        Sentence("{actor} asked for something in the trail: {kind}", "{actor}提出了审计轨迹申请：{kind}"),
        tried=Sentence("{actor} tried to ask for an erasure in the trail", "{actor}试图申请从审计轨迹中删除"),
    ),
    Event.ERASURE_APPROVED: Telling(
        Sentence("{actor} approved what was asked for in the trail: {kind}", "{actor}批准了审计轨迹申请：{kind}"),
        tried=Sentence("{actor} tried to approve an erasure in the trail", "{actor}试图批准从审计轨迹中删除"),
    ),
    Event.ERASURE_REFUSED: Telling(
        Sentence("{actor} refused what was asked for in the trail: {kind}", "{actor}拒绝了审计轨迹申请：{kind}"),
        tried=Sentence("{actor} tried to refuse an erasure in the trail", "{actor}试图拒绝从审计轨迹中删除"),
    ),
    Event.ERASURE_CANCELLED: Telling(
        Sentence("{actor} called off what was asked for in the trail: {kind}", "{actor}取消了审计轨迹申请：{kind}"),
        tried=Sentence("{actor} tried to call off an erasure in the trail", "{actor}试图取消从审计轨迹中删除"),
    ),
    Event.ERASURE_RESUMED: Telling(
        Sentence(
            "{actor} went on with work on the trail that had stopped: {kind}", "{actor}继续了中止的轨迹操作：{kind}"
        ),
        tried=Sentence("{actor} tried to go on with an erasure in the trail", "{actor}试图继续从审计轨迹中删除"),
    ),
    Event.ERASURE_FAILED: Telling(
        Sentence("Work on the trail stopped and needs a person: {kind}", "轨迹操作中止，需要人工处理：{kind}")
    ),
    Event.ERASURE_FINISHED: Telling(Sentence("Work on the trail was finished: {kind}", "轨迹操作已完成：{kind}")),
}
