"""Alerts in words: one plain sentence for the whole, and each line with its arithmetic, in both languages.

Works without a web application: screens and command line say the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from gateway.sentence_table import Sentence
from vault.policy.alerting import Line, Rule, is_workday

_LINES: dict[str, Sentence] = {
    "looks": Sentence(
        "Documents opened: {number}; usual on {days}: {usual}; {times} times as many",
        "查阅 {number} 份文档；{days}通常 {usual} 份，为 {times} 倍",
    ),
    "pages": Sentence(
        "Pages read: {number} of {documents} documents; usual for so many: {usual}; {percent} per cent",
        "阅读 {documents} 份文档共 {number} 页；同样份数通常 {usual} 页，为 {percent}%",
    ),
    "first_seen": Sentence(
        "Dossiers opened for the first time: {number}; usual on {days}: {usual}; {times} times as many",
        "首次查阅 {number} 份档案；{days}通常 {usual} 份，为 {times} 倍",
    ),
    "fortnight": Sentence(
        "Dossiers opened for the first time in two weeks: {number}; usual: {usual}; {times} times as many",
        "两周内首次查阅 {number} 份档案；通常 {usual} 份，为 {times} 倍",
    ),
    "outside": Sentence("Documents outside their customers: {number}", "{number} 份文档不属于本人客户"),
    "refused": Sentence(
        "Documents outside their customers that were refused: {number}", "申请查阅 {number} 份非本人客户文档被拒"
    ),
    "hours": Sentence(
        "Documents opened in hours in which they never opened any: {number}", "在从未查阅的时段打开 {number} 份文档"
    ),
    "place": Sentence("Places they never opened anything at: {number}", "从未使用过的地点：{number} 个"),
    "device": Sentence("Devices they never opened anything on: {number}", "从未使用过的设备：{number} 台"),
    "together": Sentence("A new device at a new place", "在新地点使用新设备"),
    "leaving": Sentence("Is leaving the company", "即将离职"),
    "copying": Sentence(
        "Hard rule: read {pages} pages of {documents} documents within {minutes} minutes",
        "硬性规则：{minutes} 分钟内阅读 {documents} 份文档共 {pages} 页",
    ),
    "refused_outside": Sentence(
        "Hard rule: asked for {number} documents outside their customers in a day and was refused",
        "硬性规则：一天内申请查阅 {number} 份非本人客户文档被拒",
    ),
    "refused_fortnight": Sentence(
        "Hard rule: asked for {number} documents outside their customers in two weeks and was refused",
        "硬性规则：两周内申请查阅 {number} 份非本人客户文档被拒",
    ),
    "probing": Sentence("Hard rule: was refused {number} times in a day", "硬性规则：一天内被拒 {number} 次"),
    "takeover": Sentence(
        "Hard rule: {number} documents opened at a new place, on a new device and in a new hour, all at once",
        "硬性规则：在新地点、用新设备、于新时段打开 {number} 份文档",
    ),
    "two_places": Sentence(
        "Hard rule: {number} documents opened at a new place on a new device while they worked elsewhere",
        "硬性规则：本人在别处工作的同时，有人在新地点用新设备打开 {number} 份文档",
    ),
    "blocked_sign_in": Sentence(
        "Hard rule: {number} sign-ins tried with a suspended account", "硬性规则：停用账户被尝试登录 {number} 次"
    ),
}
_PEERS = Sentence(
    "others with the same duties do {percent} per cent of their usual today", "同职责人员当天为平时的 {percent}%"
)
_SETTLING = Sentence("{number} more in dossiers just assigned do not count", "另有 {number} 份属于刚分配的档案，不计")
_CAMPAIGN = Sentence(
    "{number} more in an announced campaign do not count", "另有 {number} 份属于已预告的专项工作，不计"
)
_WORKDAYS, _WEEKENDS = Sentence("workdays", "工作日"), Sentence("weekends", "周末")
_POINTS = Sentence("{lines} = {total} points", "{lines} = {total} 分")
_ONE_LINE = Sentence("Points: {total}", "{total} 分")
_NOBODY = Sentence("No points", "无计分项")
FEATURES: dict[str, Sentence] = {
    "looks": Sentence("Documents opened", "查阅文档数"),
    "pages": Sentence("Pages read", "阅读页数"),
    "first_seen": Sentence("Dossiers first seen in a day", "一天内首次查阅的档案"),
    "fortnight": Sentence("Dossiers first seen in two weeks", "两周内首次查阅的档案"),
    "outside": Sentence("Outside their customers", "非本人客户"),
    "refused": Sentence("Refused outside their customers", "非本人客户被拒"),
    "hours": Sentence("Unusual hours", "异常时段"),
    "place": Sentence("New places", "新地点"),
    "device": Sentence("New devices", "新设备"),
    "together": Sentence("New device at a new place", "新地点使用新设备"),
    "leaving": Sentence("Leaving the company", "即将离职"),
}
"""What an exception can turn off."""
_RULES: dict[Rule, Sentence] = {
    Rule.COPYING: Sentence("read very many pages in a short time", "短时间内阅读大量页面"),
    Rule.REFUSED_OUTSIDE: Sentence("asked for documents that are not theirs", "多次申请查阅不属于自己的文档"),
    Rule.REFUSED_FORTNIGHT: Sentence(
        "has been asking for documents that are not theirs for days", "连日申请查阅不属于自己的文档"
    ),
    Rule.PROBING: Sentence("was refused very often", "频繁被拒绝"),
    Rule.TAKEOVER: Sentence("may not be the one who used their account", "账户可能被他人使用"),
    Rule.TWO_PLACES: Sentence(
        "was in two places at once, or somebody else used the account", "同时出现在两处，或账户被他人使用"
    ),
    Rule.BLOCKED_SIGN_IN: Sentence("is suspended, and somebody tried to sign in as them", "账户已停用，仍有人尝试登录"),
}
_HEAD_RULE = Sentence("{name} {what}.", "{name}{what}。")
_HEAD_POINTS = Sentence(
    "What {name} did that day stands out with {points} points.", "{name}当天的行为异常，计 {points} 分。"
)


def line_words(line: Line, day: dt.date, *, locale: str) -> str:
    """One line with its numbers, and what was taken into account."""
    days = _in(_WORKDAYS if is_workday(day) else _WEEKENDS, locale)
    said = _LINES[line.code]
    parts = [_in(said, locale).format(days=days, **line.values)]
    if "peers_percent" in line.values:
        parts.append(_in(_PEERS, locale).format(percent=line.values["peers_percent"]))
    if "settling" in line.values:
        parts.append(_in(_SETTLING, locale).format(number=line.values["settling"]))
    if "campaign" in line.values:
        parts.append(_in(_CAMPAIGN, locale).format(number=line.values["campaign"]))
    return ("；" if locale.startswith("zh") else "; ").join(parts)


def sum_words(lines: Sequence[Line], *, locale: str) -> str:
    """``4 + 5 = 9 points``."""
    given = [line.points for line in lines if not line.is_rule]
    if not given:
        return _in(_NOBODY, locale)
    if len(given) == 1:
        return _in(_ONE_LINE, locale).format(total=given[0])
    return _in(_POINTS, locale).format(lines=" + ".join(map(str, given)), total=sum(given))


def head_words(name: str, lines: Sequence[Line], *, locale: str) -> str:
    """The first line of an alert: what it is about, as one plain sentence."""
    rules = [line.code for line in lines if line.is_rule]
    if rules:
        return _in(_HEAD_RULE, locale).format(name=name, what=_in(_RULES[Rule(rules[0])], locale))
    points = sum(line.points for line in lines)
    return _in(_HEAD_POINTS, locale).format(name=name, points=points)


def feature_words(feature: str, *, locale: str) -> str:
    """What an exception is called."""
    return _in(FEATURES[feature], locale) if feature in FEATURES else feature


def _in(sentence: Sentence, locale: str) -> str:
    return sentence.zh if locale.startswith("zh") else sentence.en
