"""How events about people who leave, hand-overs and exposure are told."""

from __future__ import annotations

from gateway.event_table.telling import Telling
from gateway.sentence_table import Sentence
from vault.ledger.events import Event

TELLINGS: dict[Event, Telling] = {
    Event.LEAVING_ANNOUNCED: Telling(
        Sentence(
            "{actor} announced that {person} leaves; the last day is {last_day}",
            "{actor}登记了{person}将离职；最后工作日为 {last_day}",
        ),
        tried=Sentence("{actor} tried to announce that somebody leaves", "{actor}试图登记某人离职"),
    ),
    Event.LEAVING_CHANGED: Telling(
        Sentence(
            "{actor} changed the last day or the successor of {person}; the last day is {last_day}",
            "{actor}变更了{person}的最后工作日或接任人；最后工作日为 {last_day}",
        ),
        tried=Sentence("{actor} tried to change when somebody leaves", "{actor}试图变更某人的离职安排"),
        variants={"now": Sentence("{actor} ended the last day of {person} at once", "{actor}使{person}的离职立即生效")},
    ),
    Event.LEAVING_CANCELLED: Telling(
        Sentence("{actor} called off that {person} leaves", "{actor}撤销了{person}的离职登记"),
        tried=Sentence("{actor} tried to call off that somebody leaves", "{actor}试图撤销某人的离职登记"),
    ),
    Event.LEAVING_RESTRICTED: Telling(
        Sentence(
            "{actor} ended what {person} had open before leaving: {views} views, {sessions} sessions, {requests} "
            "requests",
            "{actor}结束了离职人员{person}的未结事项：{views} 次查阅、{sessions} 个会话、{requests} 项申请",
        ),
        tried=Sentence("{actor} tried to end what somebody had open", "{actor}试图结束某人的未结事项"),
    ),
    Event.LEAVING_ENDED: Telling(
        Sentence(
            "The last day of {person} is over; dossiers that need a custodian: {custodian_needed}",
            "{person}的最后工作日已过；尚缺保管人的档案：{custodian_needed}",
        ),
    ),
    Event.HANDOVER_PROPOSED: Telling(
        Sentence(
            "{actor} named {person} to take over a duty on {dossier}: {duty}",
            "{actor}提名{person}接任{dossier}的职责：{duty}",
        ),
        tried=Sentence("{actor} tried to name somebody to take over a duty", "{actor}试图提名职责接任人"),
    ),
    Event.HANDOVER_CONFIRMED: Telling(
        Sentence(
            "{actor} confirmed the hand-over of the duty of {person} on {dossier}: {duty} ({side})",
            "{actor}确认了{person}在{dossier}上职责的移交：{duty}（{side}）",
        ),
        tried=Sentence("{actor} tried to confirm a hand-over", "{actor}试图确认移交"),
    ),
    Event.HANDOVER_DECLINED: Telling(
        Sentence(
            "{actor} declined the hand-over of the duty of {person} on {dossier}: {duty}",
            "{actor}未同意{person}在{dossier}上职责的移交：{duty}",
        ),
        tried=Sentence("{actor} tried to decline a hand-over", "{actor}试图拒绝移交"),
    ),
    Event.HANDOVER_FINISHED: Telling(
        Sentence("A duty on {dossier} was handed over to {person}: {duty}", "{dossier}的职责已移交给{person}：{duty}"),
    ),
    Event.EXPOSURE_VIEWED: Telling(
        Sentence("{actor} looked at what {person} had seen", "{actor}查看了{person}的接触情况"),
        tried=Sentence("{actor} tried to look at what somebody had seen", "{actor}试图查看某人的接触情况"),
    ),
}
