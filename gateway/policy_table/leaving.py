"""Whoever is about to leave: the watch until their last day, and how a report of what they saw ranks it."""

from __future__ import annotations

from gateway.policy_table.words import FieldWords
from gateway.sentence_table import Sentence

SECTIONS: dict[str, Sentence] = {
    "watch": Sentence("For whoever is about to leave", "即将离职者"),
    "exposure": Sentence("Exposure reports", "接触情况报告"),
}
WORDS: dict[str, FieldWords] = {
    "watch.views": FieldWords(
        Sentence("Views", "查阅次数"),
        Sentence(
            "Whoever is about to leave may view a document {value} times before any approved request.",
            "未经申请批准，即将离职者每份文档可查阅 {value} 次。",
        ),
        Sentence("Whoever is about to leave has as many views as everybody.", "即将离职者的查阅次数与其他人相同。"),
        hint=Sentence(
            "Empty: as for everybody. Never more than the class allows.", "留空则与其他人相同；不会超过密级规定。"
        ),
        one=Sentence(
            "Whoever is about to leave may view a document once before any approved request.",
            "未经申请批准，即将离职者每份文档可查阅 1 次。",
        ),
    ),
    "watch.by_approval": FieldWords(
        Sentence("Each view by approval", "每次查阅须审批"),
        Sentence(
            "Each view of whoever is about to leave {value} an approver's grant.", "即将离职者的每次查阅{value}。"
        ),
        values={"true": Sentence("needs", "须经审批人批准"), "false": Sentence("does not need", "无须审批人批准")},
    ),
    "watch.copies": FieldWords(
        Sentence("Copies", "副本"),
        Sentence(
            "Marked copies {value} be released to whoever is about to leave.", "对即将离职者{value}带标记的副本。"
        ),
        values={"true": Sentence("may", "可以发放"), "false": Sentence("may not", "不得发放")},
    ),
    "exposure.days": FieldWords(
        Sentence("Days looked back", "回溯天数"),
        Sentence("An exposure report looks back {value} days.", "接触情况报告回溯 {value} 天。"),
    ),
    "exposure.half_life_days": FieldWords(
        Sentence("Days until a view counts half", "查阅折半天数"),
        Sentence(
            "In an exposure report a dossier counts half for every {value} days since it was last viewed.",
            "在接触情况报告中，档案自最近一次查阅起每过 {value} 天，分值减半。",
        ),
        one=Sentence(
            "In an exposure report a dossier counts half for every day since it was last viewed.",
            "在接触情况报告中，档案自最近一次查阅起每过 1 天，分值减半。",
        ),
    ),
    "classes.*.exposure_value": FieldWords(
        Sentence("Value in exposure reports", "接触情况报告中的分值"),
        Sentence("In an exposure report a dossier is worth {value}.", "在接触情况报告中，档案计 {value} 分。"),
        Sentence("In an exposure report a dossier is worth what is usual.", "在接触情况报告中按默认分值计。"),
        hint=Sentence("Empty: 1, 2, 4 and 8 from the lowest class up.", "留空则由低到高依次为 1、2、4、8。"),
        one=Sentence("In an exposure report a dossier is worth 1.", "在接触情况报告中，档案计 1 分。"),
    ),
}
