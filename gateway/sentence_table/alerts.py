"""Sentences about alerts, campaigns and exceptions."""

from __future__ import annotations

from gateway.sentence_table.sentence import Sentence

SENTENCES: dict[str, Sentence] = {
    "alert.decided": Sentence(
        "This alert has been decided already. Below you see by whom.", "该告警已有人处理，处理人见下方。"
    ),
    "alert.changed": Sentence(
        "The day went on while you read: the alert has other lines now. Read it again, then decide.",
        "查看期间当天又有新的行为，告警内容已变化。请重新查看后再处理。",
    ),
    "denied.own_alert": Sentence(
        "This alert is about you. Another security officer decides it.", "该告警与您本人有关，须由其他安全员处理。"
    ),
    "campaign.days": Sentence(
        "Enter the first and the last day, the last not before the first.",
        "请填写开始和结束日期，结束日期不得早于开始日期。",
    ),
    "campaign.past": Sentence(
        "A campaign is announced before it begins: the first day can be today at the earliest.",
        "专项工作须事先预告：开始日期最早为今天。",
    ),
    "campaign.too_long": Sentence(
        "A campaign lasts {limit} days at most. Announce what comes after it by itself.",
        "专项工作最长 {limit} 天。之后的部分请另行预告。",
    ),
    "campaign.nobody": Sentence("Name people, dossiers, or both.", "请填写人员、档案，或两者。"),
    "campaign.person": Sentence("Nobody has this login or staff number: {word}", "没有此登录名或工号的人员：{word}"),
    "campaign.dossier": Sentence("No dossier has this reference: {word}", "没有此编号的档案：{word}"),
    "campaign.too_many": Sentence("Name at most {limit} in one campaign.", "每次专项工作最多填写 {limit} 项。"),
    "campaign.decided": Sentence("This campaign has been decided already.", "该专项工作已有人决定。"),
    "campaign.over": Sentence("This campaign is over or was never confirmed.", "该专项工作已结束，或未经确认。"),
    "denied.own_campaign": Sentence(
        "You announced this campaign. A security officer who is somebody else confirms it.",
        "该专项工作由您预告，须由另一名安全员确认。",
    ),
    "exception.person": Sentence("Nobody has this login or staff number.", "没有此登录名或工号的人员。"),
    "exception.feature": Sentence("Choose what shall give no points.", "请选择不计分的项目。"),
    "exception.until": Sentence(
        "Enter the last day on which it holds: today or later, at most {limit} days from now.",
        "请填写最后有效日期：今天或以后，最长 {limit} 天。",
    ),
    "exception.lifted": Sentence(
        "This exception does not hold any more: it lapsed or was lifted.", "该例外已失效：已到期或已取消。"
    ),
    "denied.own_exception": Sentence(
        "Nobody sets an exception for themselves. Another security officer can.",
        "不能为自己设置例外，须由其他安全员设置。",
    ),
    "alerts.late": Sentence(
        "What happens is not scored any more: see whether a worker runs.", "行为评分已停滞：请检查后台进程是否在运行。"
    ),
}
