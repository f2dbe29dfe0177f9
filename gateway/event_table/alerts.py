"""How events about alerts, campaigns and exceptions are told."""

from __future__ import annotations

from gateway.event_table.telling import Telling
from gateway.sentence_table import Sentence
from vault.ledger.events import Event

TELLINGS: dict[Event, Telling] = {
    Event.ALERT_RAISED: Telling(
        Sentence(
            "What {person} did on {day} stood out: {points} points, hard rules: {rules}",
            "{person}在 {day} 的行为异常：{points} 分，硬性规则：{rules}",
        )
    ),
    Event.ALERT_GROWN: Telling(
        Sentence(
            "The open alert about {person} on {day} got a further hard rule: {rules}",
            "{person}在 {day} 的未处理告警又触发硬性规则：{rules}",
        )
    ),
    Event.ALERT_READ: Telling(
        Sentence("{actor} read an alert about {person}", "{actor}查看了关于{person}的告警"),
        tried=Sentence("{actor} tried to read an alert", "{actor}试图查看告警"),
    ),
    Event.ALERT_DISMISSED: Telling(
        Sentence("{actor} dismissed an alert about {person}", "{actor}排除了关于{person}的告警"),
        tried=Sentence("{actor} tried to dismiss an alert", "{actor}试图排除告警"),
    ),
    Event.ALERT_ESCALATED: Telling(
        Sentence("{actor} escalated an alert about {person}", "{actor}上报了关于{person}的告警"),
        tried=Sentence("{actor} tried to escalate an alert", "{actor}试图上报告警"),
    ),
    Event.ALERT_DIGESTED: Telling(
        Sentence(
            "The weekly digest from {day} on was made for {person}: {rows} days of people",
            "为{person}生成了自 {day} 起一周的摘要：{rows} 条",
        )
    ),
    Event.CAMPAIGN_ANNOUNCED: Telling(
        Sentence("{actor} announced a campaign from {from} to {to}", "{actor}预告了 {from} 至 {to} 的专项工作"),
        tried=Sentence("{actor} tried to announce a campaign", "{actor}试图预告专项工作"),
    ),
    Event.CAMPAIGN_CONFIRMED: Telling(
        Sentence("{actor} confirmed a campaign from {from} to {to}", "{actor}确认了 {from} 至 {to} 的专项工作"),
        tried=Sentence("{actor} tried to confirm a campaign", "{actor}试图确认专项工作"),
    ),
    Event.CAMPAIGN_REFUSED: Telling(
        Sentence("{actor} refused a campaign from {from} to {to}", "{actor}拒绝了 {from} 至 {to} 的专项工作"),
        tried=Sentence("{actor} tried to refuse a campaign", "{actor}试图拒绝专项工作"),
    ),
    Event.CAMPAIGN_ENDED: Telling(
        Sentence("{actor} ended a campaign before its last day, {to}", "{actor}提前结束了原定 {to} 截止的专项工作"),
        tried=Sentence("{actor} tried to end a campaign", "{actor}试图结束专项工作"),
    ),
    Event.EXCEPTION_SET: Telling(
        Sentence(
            "{actor} set an exception for {person} until {to}: {feature}", "{actor}为{person}设置例外至 {to}：{feature}"
        ),
        tried=Sentence("{actor} tried to set an exception for somebody", "{actor}试图为某人设置例外"),
    ),
    Event.EXCEPTION_LIFTED: Telling(
        Sentence("{actor} lifted an exception for {person}: {feature}", "{actor}取消了{person}的例外：{feature}"),
        tried=Sentence("{actor} tried to lift an exception", "{actor}试图取消例外"),
    ),
}
