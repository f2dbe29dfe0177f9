"""Sentences about erasing people from the trail, pruning it, and the holds that forbid either."""

from __future__ import annotations

from gateway.sentence_table.sentence import Sentence

SENTENCES: dict[str, Sentence] = {
    "erasure.person": Sentence(
        "Nobody has this login, staff number or full name. Names are compared as a whole.",
        "没有此登录名、工号或姓名的人员。姓名需完整填写。",
    ),
    "erasure.person_ambiguous": Sentence(
        "Several people have this name. Enter the staff number or the login.", "有多人同名。请填写工号或登录名。"
    ),
    "erasure.months": Sentence(
        "Enter months such as 2026-11, the first not later than the last. Leave both empty for all.",
        "请填写月份，例如 2026-11，起始月份不得晚于结束月份。全部月份请留空。",
    ),
    "erasure.running_month": Sentence(
        "The running month of somebody who is active cannot be erased: they still write into it. End with the month "
        "before, or suspend the account first.",
        "在用账户的当前月份不能删除，因为仍有新条目写入。请以上个月为止，或先停用该账户。",
    ),
    "erasure.nothing": Sentence(
        "There is nothing in the trail that this would take away.", "审计轨迹中没有可以删除或清除的内容。"
    ),
    "erasure.held": Sentence(
        "A legal hold forbids it: {cases}. Dossiers under hold: {dossiers}. Nothing is erased while one is in force.",
        "法律保留禁止此操作：{cases}。被保留的档案：{dossiers}。保留期间不得删除。",
    ),
    "erasure.another": Sentence(
        "The same is under way already. Finish it or call it off first.", "同样的操作正在进行。请先完成或取消。"
    ),
    "erasure.decided": Sentence("This has been decided or called off already.", "该申请已决定或已取消。"),
    "erasure.begun": Sentence(
        "It has begun and cannot be called off any more: what is destroyed cannot be brought back.",
        "操作已开始，不能取消：已销毁的内容无法恢复。",
    ),
    "erasure.basis": Sentence("Choose the legal basis.", "请选择法律依据。"),
    "erasure.case_number": Sentence(
        "Enter the case number: it finds the papers once nothing else names the person.",
        "请填写案件编号：删除之后，只能凭编号查找相关文件。",
    ),
    "erasure.before": Sentence("Enter a day such as 2024-01-01.", "请填写日期，例如 2024-01-01。"),
    "erasure.kept_for_ever": Sentence(
        "Entries are kept for ever: the configuration sets no retention (trail.retention_months).",
        "条目永久保留：配置中未设置保留期限（trail.retention_months）。",
    ),
    "erasure.too_young": Sentence(
        "Entries of that age must still be kept. The latest day that may be entered is {day}.",
        "这些条目仍在保留期限内。最晚可填写 {day}。",
    ),
    "erasure.not_sound": Sentence(
        "The trail is not sound, so nothing is removed from it. Verify it first, and find out why.",
        "审计轨迹验证未通过，因此不作任何清除。请先验证并查明原因。",
    ),
    "erasure.office_lost": Sentence(
        "Whoever asked for this or approved it does not hold that office any more. Call it off and ask anew.",
        "申请人或批准人已不再担任相应职务。请取消后重新申请。",
    ),
    "erasure.taken": Sentence("Somebody else works on this now.", "该操作正由其他进程执行。"),
    "denied.own_erasure": Sentence(
        "Nobody has a part in an erasure of their own entries.", "任何人不得参与删除本人的条目。"
    ),
    "denied.own_request_to_erase": Sentence(
        "Nobody decides what they asked for. A security officer who did not ask does.",
        "不能审批自己的申请，请由未参与申请的安全员办理。",
    ),
}
