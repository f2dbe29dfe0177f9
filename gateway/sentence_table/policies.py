"""Sentences about proposing a policy, deciding on it, and what contradicts itself in one."""

from __future__ import annotations

from gateway.sentence_table.sentence import Sentence

SENTENCES: dict[str, Sentence] = {
    "policy.unreadable": Sentence("This is no policy that can be read: {fault}", "政策内容无法读取：{fault}"),
    "policy.refused": Sentence(
        "This policy cannot be put in force. Faults: {count}; each stands beside its value.",
        "该政策不能生效，共 {count} 处问题，见各项旁的说明。",
    ),
    "policy.unchanged": Sentence(
        "Nothing differs from the policy in force. Change a value first.", "与现行政策相同，请先修改内容。"
    ),
    "policy.outdated": Sentence(
        "Version {version} is in force now, and this was made from version {base}. Nothing is lost: propose it again "
        "on the version in force.",
        "现行政策已是第 {version} 版，而该提议基于第 {base} 版。内容未丢失：请基于现行版本重新提议。",
    ),
    "policy.nobody_decides": Sentence(
        "Nobody else could decide it: a second active administrator or a security officer is needed.",
        "没有其他人可以审批：需要另一名在用的管理员或安全员。",
    ),
    "policy.decided": Sentence("This proposal has been decided or withdrawn already.", "该提议已审批或已撤回。"),
    "policy.lapsed": Sentence(
        "This proposal has lapsed. Propose it again if it is still wanted.", "该提议已逾期失效，如仍需要请重新提议。"
    ),
    "policy.no_field": Sentence("The policy has no value called {field}.", "政策中没有名为 {field} 的项目。"),
    "policy.number": Sentence("Enter a whole number from {least} to {most}.", "请填写 {least} 到 {most} 之间的整数。"),
    "policy.choice": Sentence("Choose one of: {choices}.", "请选择其中之一：{choices}。"),
    "policy.text": Sentence("Enter at most {most} characters.", "请填写不超过 {most} 个字符。"),
    "policy.value": Sentence("This value cannot be used: {fault}", "该内容无法使用：{fault}"),
    "policy.too_long": Sentence(
        "The policy is too long: {size} bytes, at most {most}.", "政策内容过长：{size} 字节，上限 {most} 字节。"
    ),
    "policy.class_name": Sentence(
        "A name needs a letter or a digit, and no blanks around it.", "名称须含文字或数字，首尾不得有空格。"
    ),
    "policy.class_twice": Sentence(
        "Two classes would have the same name, “{name}”.", "两个密级不能使用同一名称“{name}”。"
    ),
    "policy.case_pattern": Sentence(
        "“{pattern}” is no pattern: use letters, digits, \\d, [A-Z], ?, {{n}}, {{n,m}} and |.",
        "“{pattern}”不是有效的格式：可用字母、数字、\\d、[A-Z]、?、{{n}}、{{n,m}} 和 |。",
    ),
    "policy.lease_unreachable": Sentence(
        "Nobody can ask for a longer view: {most} minutes at most is less than the shortest, {shortest}.",
        "无法申请延长查阅：上限 {most} 分钟低于最短的查阅时长 {shortest} 分钟。",
    ),
    "policy.looser_views": Sentence(
        "{higher} would give more views than {lower}, the class below it.", "{higher}的查阅次数多于下一级的{lower}。"
    ),
    "policy.looser_lease": Sentence(
        "{higher} would give longer views than {lower}, the class below it.", "{higher}的查阅时长超过下一级的{lower}。"
    ),
    "policy.assignment": Sentence(
        "Write a value as FIELD=VALUE, such as views=5, not {given}.",
        "请按“项目=内容”填写，例如 views=5，而不是 {given}。",
    ),
    "policy.nothing_meant": Sentence(
        "There is no such document, and no dossier with documents by this reference.",
        "没有此文档，也没有使用此编号且含有文档的档案。",
    ),
    "policy.timezone": Sentence("Choose a time zone such as Asia/Shanghai.", "请选择时区，例如 Asia/Shanghai。"),
    "policy.span": Sentence(
        "{span}: the beginning must be earlier than the end. A night is two spans, until 24:00 and from 00:00.",
        "{span}：开始时间必须早于结束时间。夜班请分为两段：到 24:00 为止，以及从 00:00 开始。",
    ),
    "policy.date": Sentence("{day}: there is no such day in the calendar.", "{day}：日历中没有这一天。"),
    "denied.own_proposal": Sentence(
        "Nobody decides what they proposed. Another administrator or a security officer does.",
        "不能审批自己的提议，请由其他管理员或安全员办理。",
    ),
    "denied.not_own_proposal": Sentence(
        "Only whoever proposed it can withdraw it. You can refuse it with a reason.",
        "只有提议人可以撤回。您可以说明理由后拒绝。",
    ),
}
