"""Sentences about asking the trail, exporting it and verifying it."""

from __future__ import annotations

from gateway.sentence_table.sentence import Sentence

SENTENCES: dict[str, Sentence] = {
    "trail.person": Sentence(
        "Nobody has this login, staff number or full name. Names are compared as a whole.",
        "没有此登录名、工号或姓名的人员。姓名需完整填写。",
    ),
    "trail.person_ambiguous": Sentence(
        "Several people have this name. Enter the staff number or the login.", "有多人同名。请填写工号或登录名。"
    ),
    "trail.dossier": Sentence(
        "There is no dossier with this reference. It looks like D2026-00017.",
        "没有此编号的档案。编号形如 D2026-00017。",
    ),
    "trail.document": Sentence(
        "A document's id is the letter f and 26 letters and digits, as in an entry of the trail.",
        "文档编号由字母 f 加 26 个字母或数字组成，可从轨迹条目中复制。",
    ),
    "trail.view": Sentence(
        "A view's id is the letter w and 26 letters and digits, as in the mark on its pages.",
        "查阅编号由字母 w 加 26 个字母或数字组成，见页面水印。",
    ),
    "trail.since": Sentence(
        "Enter day and time such as 2026-11-24 17:00.", "请填写日期与时间，例如 2026-11-24 17:00。"
    ),
    "trail.until": Sentence(
        "Enter day and time such as 2026-11-24 17:00.", "请填写日期与时间，例如 2026-11-24 17:00。"
    ),
    "trail.time": Sentence(
        "The times in this address are not written as 2026-11-24T09:00:00Z.",
        "此地址中的时间格式不正确，应如 2026-11-24T09:00:00Z。",
    ),
    "trail.times": Sentence("The end must be later than the beginning.", "结束时间必须晚于开始时间。"),
    "trail.checkpoint": Sentence(
        "The newest checkpoint of the trail is not signed by the trail's key, so nothing can be exported with proof. "
        "Verify the trail, and tell the security officer.",
        "审计轨迹最新的检查点并非由其密钥签名，无法导出可证明的内容。请验证轨迹，并告知安全员。",
    ),
    "trail.unsigned": Sentence(
        "Entries of the trail wait for their signature. The vault is sealed, no worker runs, or an anchor contradicts "
        "the trail.",
        "审计轨迹的条目尚待签名。档案库处于封存状态、没有后台进程在运行，或锚点与轨迹不符。",
    ),
    "trail.not_sound": Sentence(
        "The last verification of the trail found something. The auditor reads what, and tells the security officer.",
        "最近一次验证发现审计轨迹有问题。请审计员查看详情并告知安全员。",
    ),
    "finding.none": Sentence(
        "Choose one or more of what this verification found.", "请从此次验证的发现中至少选择一项。"
    ),
    "finding.case_number": Sentence("Enter the case under which it was investigated.", "请填写调查此事的案件编号。"),
    "finding.report": Sentence(
        "This is not the JSON of a verification that found something. Write it by `dossier-vault trail verify --json`.",
        "这不是有所发现的验证的 JSON 结果。请用 `dossier-vault trail verify --json` 生成。",
    ),
    "finding.unplaced": Sentence(
        "The verification has no place in the trail yet, or it is of another trail. Try again in a moment.",
        "该次验证尚未排入审计轨迹，或属于另一轨迹。请稍后再试。",
    ),
    "finding.other": Sentence(
        "The verification on record found something else than this. Verify again, and acknowledge what that finds.",
        "记录在案的验证所发现的与此不同。请重新验证，并确认新的发现。",
    ),
    "finding.not_compared": Sentence(
        "An anchor that could not be asked is nothing to acknowledge: nobody knows what it holds. Verify again once it "
        "answers, or choose the other findings alone.",
        "无法询问的锚点不能确认：其所存内容尚无人知晓。请待其恢复应答后重新验证，或仅选择其他发现。",
    ),
    "finding.acknowledged": Sentence(
        "All of this has been acknowledged already. Nothing was added.", "所选各项此前均已确认，未作任何更改。"
    ),
    "denied.own_finding": Sentence(
        "It is about an entry of your own. Another auditor acknowledges it.",
        "该发现涉及您本人的条目，须由另一名审计员确认。",
    ),
    "trail.verifying": Sentence(
        "A verification is running already. Try again in {minutes} min.",
        "已有一次验证正在进行。请 {minutes} 分钟后再试。",
    ),
    "trail.verification_too_long": Sentence(
        "The trail is too long to be verified in the browser, so this was given up half-way. The operator runs "
        "`dossier-vault trail verify`.",
        "轨迹过长，无法在浏览器中完成验证，已中途停止。请运维人员运行 `dossier-vault trail verify`。",
    ),
    "verification.cut_short": Sentence(
        "The verification ended early, by something in the database that cannot be read or by a fault of the program: "
        "what was not looked at may hold anything. That it ended is recorded as entry {entry}, which a security "
        "monitor gets as critical where one is connected.",
        "验证未能完成：数据库中有无法读取的内容，或程序出错；未检查的部分可能存在任何问题。此事已记录为条目 {entry}；"
        "如已接入安全监控系统，将以最高级别上报。",
    ),
    "verification.cut_short_unrecorded": Sentence(
        "The verification ended early, by something in the database that cannot be read or by a fault of the program, "
        "and not even that could be recorded: no security monitor knows of it. Tell the security officer.",
        "验证未能完成：数据库中有无法读取的内容，或程序出错；且此事未能记录，安全监控系统无从得知。请告知安全员。",
    ),
    "database.unreadable": Sentence(
        "Something in the database is written so that nobody can read it. Tell the security officer, and verify the "
        "trail.",
        "数据库中有无法读取的内容。请告知安全员，并验证审计轨迹。",
    ),
    "verification.state": Sentence(
        "The file is no state that a verification left behind, or it was altered. Use the one that `--save` wrote.",
        "该文件不是验证所留的状态，或已被更改。请使用 `--save` 写出的文件。",
    ),
    "verification.receipt": Sentence(
        "The file is too large to be a receipt of one entry.", "文件过大，不可能是单条记录的凭证。"
    ),
    "verification.receipt_none": Sentence("Choose the file of a receipt.", "请选择凭证文件。"),
    "verification.receipt_form": Sentence(
        "This is no receipt, or it was altered: a receipt has one spelling.",
        "这不是凭证，或已被改动：凭证只有一种写法。",
    ),
    "verification.receipt_checkpoint": Sentence(
        "The checkpoint in it is not signed by a key of this trail.", "其中的检查点不是由本审计轨迹的密钥签名的。"
    ),
    "verification.receipt_entry": Sentence(
        "Its entry is not the one that the checkpoint in it was signed for.",
        "其中的条目并非该检查点签名时所包含的条目。",
    ),
    "verification.key": Sentence(
        "The key is not written as name+hash+base64. Use the one that stands in an export or bundle.",
        "密钥格式应为 名称+哈希+base64。请使用导出文件或证据包中的密钥。",
    ),
    "trail.verification_given_up": Sentence("The verification was given up before its end.", "验证在完成之前已停止。"),
}
