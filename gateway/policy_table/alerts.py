"""Alerts: what gives points, how many, and which hard rules hold."""

from __future__ import annotations

from gateway.policy_table.words import FieldWords
from gateway.sentence_table import Sentence

_STEPS = Sentence(
    "One FIGURE:POINTS a line, such as 5:2. The highest figure that is reached counts.",
    "每行一条“数值:分数”，例如 5:2。取达到的最高一条。",
)
_OFF = Sentence("0: the rule is off.", "0 表示不启用。")
_NONE = Sentence("It gives no points.", "不计分。")


def _steps(label: Sentence, said: Sentence) -> FieldWords:
    return FieldWords(label, said, unset=_NONE, hint=_STEPS)


WORDS: dict[str, FieldWords] = {
    "alerts.alert_points": FieldWords(
        Sentence("Points of an alert", "告警分数"),
        Sentence("From {value} points in a day on an alert is raised.", "一天达到 {value} 分即发出告警。"),
    ),
    "alerts.digest_points": FieldWords(
        Sentence("Points in the weekly digest", "每周摘要分数"),
        Sentence(
            "From {value} points in a day on custodians read of it in their weekly digest.",
            "一天达到 {value} 分即列入保管人的每周摘要。",
        ),
    ),
    "alerts.baseline_weeks": FieldWords(
        Sentence("Weeks looked back", "回溯周数"),
        Sentence("What is usual is taken from the last {value} weeks.", "以最近 {value} 周的情况为常态。"),
    ),
    "alerts.role_days": FieldWords(
        Sentence("Days that colleagues weigh", "同事均值权重（天）"),
        Sentence(
            "The mean of people with the same duties weighs like {value} days of one's own.",
            "同职责人员的均值按本人 {value} 天计算。",
        ),
    ),
    "alerts.settling_days": FieldWords(
        Sentence("Days to look through a new dossier", "新分配档案熟悉期（天）"),
        Sentence(
            "For {value} days after it was assigned, a dossier is looked through without points.",
            "档案分配后 {value} 天内的查阅不计分。",
        ),
    ),
    "alerts.least_known_days": FieldWords(
        Sentence("Days before hours, places and devices count", "时段、地点、设备开始计分所需天数"),
        Sentence(
            "Hours, places and devices of a person can be unusual after {value} days of work.",
            "工作满 {value} 天后，时段、地点和设备才可能被视为异常。",
        ),
    ),
    "alerts.looks": _steps(
        Sentence("Documents opened, times the usual", "查阅文档数（常态的倍数）"),
        Sentence("Documents opened, times the usual and points: {value}.", "查阅文档数为常态的倍数及分数：{value}。"),
    ),
    "alerts.least_looks_above": FieldWords(
        Sentence("... and at least so many more", "且至少多出（份）"),
        Sentence("At least {value} documents more than usual are meant.", "至少比平时多 {value} 份才计分。"),
    ),
    "alerts.pages": _steps(
        Sentence("Pages read, per cent of the usual", "阅读页数（常态的百分比）"),
        Sentence(
            "Pages read of so many documents, per cent of the usual and points: {value}.",
            "相同文档数下阅读页数占常态的百分比及分数：{value}。",
        ),
    ),
    "alerts.least_pages_above": FieldWords(
        Sentence("... and at least so many more", "且至少多出（页）"),
        Sentence("At least {value} pages more than usual are meant.", "至少比平时多 {value} 页才计分。"),
    ),
    "alerts.first_seen": _steps(
        Sentence("Dossiers first seen, times the usual", "首次查阅档案数（常态的倍数）"),
        Sentence(
            "Dossiers opened for the first time, times the usual and points: {value}.",
            "首次查阅档案数为常态的倍数及分数：{value}。",
        ),
    ),
    "alerts.least_first_seen_above": FieldWords(
        Sentence("... and at least so many more", "且至少多出（份）"),
        Sentence("At least {value} dossiers more than usual are meant.", "至少比平时多 {value} 份档案才计分。"),
    ),
    "alerts.fortnight": _steps(
        Sentence("First seen in two weeks, times the usual", "两周内首次查阅（常态的倍数）"),
        Sentence(
            "Dossiers first seen in two weeks, times the usual and points: {value}.",
            "两周内首次查阅档案数为常态的倍数及分数：{value}。",
        ),
    ),
    "alerts.least_fortnight_above": FieldWords(
        Sentence("... and at least so many more", "且至少多出（份）"),
        Sentence(
            "In two weeks at least {value} dossiers more than usual are meant.",
            "两周内至少比平时多 {value} 份档案才计分。",
        ),
    ),
    "alerts.outside": _steps(
        Sentence("Documents outside the own customers", "非本人客户的文档数"),
        Sentence(
            "Documents opened outside the own customers and points: {value}.",
            "查阅非本人客户文档数及分数：{value}。",
        ),
    ),
    "alerts.refused": _steps(
        Sentence("Refused documents outside the own customers", "被拒的非本人客户文档数"),
        Sentence(
            "Documents outside the own customers that were refused, and points: {value}.",
            "申请查阅非本人客户文档被拒数及分数：{value}。",
        ),
    ),
    "alerts.unusual_hours": _steps(
        Sentence("Documents at unusual hours", "异常时段查阅文档数"),
        Sentence("Documents opened at unusual hours and points: {value}.", "异常时段查阅文档数及分数：{value}。"),
    ),
    "alerts.new_place_points": FieldWords(
        Sentence("Points of a new place", "新地点分数"),
        Sentence("Opening at a new place gives {value} points.", "在新地点查阅计 {value} 分。"),
        one=Sentence("Opening at a new place gives one point.", "在新地点查阅计 1 分。"),
    ),
    "alerts.new_device_points": FieldWords(
        Sentence("Points of a new device", "新设备分数"),
        Sentence("Opening on a new device gives {value} points.", "用新设备查阅计 {value} 分。"),
        one=Sentence("Opening on a new device gives one point.", "用新设备查阅计 1 分。"),
    ),
    "alerts.new_together_points": FieldWords(
        Sentence("Points of a new device at a new place", "新地点使用新设备的附加分"),
        Sentence("A new device at a new place gives {value} points more.", "在新地点使用新设备另计 {value} 分。"),
        one=Sentence("A new device at a new place gives one point more.", "在新地点使用新设备另计 1 分。"),
    ),
    "alerts.leaving_points": FieldWords(
        Sentence("Points of somebody who is leaving", "即将离职人员分数"),
        Sentence(
            "Who is leaving gets {value} points more on a day that stands out.",
            "即将离职的人员在有异常的日子另计 {value} 分。",
        ),
        one=Sentence(
            "Who is leaving gets one point more on a day that stands out.", "即将离职的人员在有异常的日子另计 1 分。"
        ),
    ),
    "alerts.copied_pages": FieldWords(
        Sentence("Hard rule: pages of a rush", "硬性规则：集中阅读页数"),
        Sentence("{value} pages read in a rush raise an alert.", "集中阅读达 {value} 页即告警。"),
        hint=_OFF,
    ),
    "alerts.copied_documents": FieldWords(
        Sentence("... of at least so many documents", "且至少涉及（份文档）"),
        Sentence("A rush is of at least {value} documents.", "集中阅读至少涉及 {value} 份文档。"),
    ),
    "alerts.copied_minutes": FieldWords(
        Sentence("... within so many minutes", "时间范围（分钟）"),
        Sentence("A rush is what is read within {value} minutes.", "集中阅读指 {value} 分钟内的阅读。"),
    ),
    "alerts.refused_a_day": FieldWords(
        Sentence("Hard rule: refused outside, a day", "硬性规则：一天内越权被拒"),
        Sentence(
            "{value} documents outside the own customers that were refused in a day raise an alert.",
            "一天内有 {value} 份非本人客户文档被拒即告警。",
        ),
        hint=_OFF,
    ),
    "alerts.refused_a_fortnight": FieldWords(
        Sentence("Hard rule: refused outside, two weeks", "硬性规则：两周内越权被拒"),
        Sentence(
            "{value} documents outside the own customers that were refused in two weeks raise an alert.",
            "两周内有 {value} 份非本人客户文档被拒即告警。",
        ),
        hint=_OFF,
    ),
    "alerts.probing_refusals": FieldWords(
        Sentence("Hard rule: refusals of any kind, a day", "硬性规则：一天内各类拒绝"),
        Sentence("{value} refusals of any kind in a day raise an alert.", "一天内被拒 {value} 次即告警。"),
        hint=_OFF,
    ),
    "alerts.takeover": FieldWords(
        Sentence("Hard rule: account taken over", "硬性规则：账户被盗用"),
        Sentence(
            "A new place and device at a new hour, or while the person is elsewhere, raise an alert: {value}.",
            "新地点、新设备且时段异常，或本人同时在别处时告警：{value}。",
        ),
        values={"true": Sentence("yes", "是"), "false": Sentence("no", "否")},
    ),
    "alerts.blocked_sign_ins": FieldWords(
        Sentence("Hard rule: sign-ins of suspended accounts", "硬性规则：停用账户登录"),
        Sentence(
            "{value} sign-ins tried in a day with a suspended account raise an alert.",
            "一天内停用账户尝试登录 {value} 次即告警。",
        ),
        hint=_OFF,
    ),
    "alerts.campaign_days": FieldWords(
        Sentence("Longest campaign, days", "专项工作最长天数"),
        Sentence("A campaign lasts {value} days at most.", "专项工作最长 {value} 天。"),
    ),
    "alerts.exception_days": FieldWords(
        Sentence("Longest exception, days", "例外最长天数"),
        Sentence("An exception holds for {value} days at most.", "例外最长有效 {value} 天。"),
    ),
}

SECTIONS = {"alerts": Sentence("Alerts", "告警")}
