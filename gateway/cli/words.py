"""What commands say when all went well, in both languages. What goes wrong is said by :mod:`gateway.sentences`."""

from __future__ import annotations

from gateway.sentence_table import Sentence

WORDS: dict[str, Sentence] = {
    "interrupted": Sentence("Interrupted.", "已中断。"),
    "resumable": Sentence(
        "Export %(export)s is ordered. If this is interrupted, --resume %(export)s goes on with it.",
        "已下达导出 %(export)s。如被中断，可用 --resume %(export)s 继续。",
    ),
    "digest": Sentence("digest %(digest)s", "摘要 %(digest)s"),
    "left_out": Sentence("left out: %(what)s", "未收入：%(what)s"),
    "nothing_ordered": Sentence("nothing ordered", "未下达导出"),
    "filed": Sentence("filed", "已归档"),
    "already_filed": Sentence("already filed", "此前已归档"),
    "sound": Sentence("sound", "完好"),
    "sound_sealed": Sentence(
        "sound as far as it could be looked at: values were not opened, since the vault was sealed",
        "已检查的部分完好：档案库处于封存状态，未打开个人信息",
    ),
    "not_sound": Sentence("NOT SOUND", "有问题"),
    "acknowledged": Sentence("%(count)s acknowledged", "已确认 %(count)s 项"),
    "acknowledged_of": Sentence(
        "%(acknowledged)s of %(findings)s findings acknowledged by then",
        "共 %(findings)s 项发现，其中 %(acknowledged)s 项当时已确认",
    ),
    "answered_by": Sentence("acknowledged by %(name)s, %(at)s: %(why)s", "%(name)s 于 %(at)s 确认：%(why)s"),
    "answered_case": Sentence("%(text)s (case %(case)s)", "%(text)s（案件编号 %(case)s）"),
    "answered_hidden": Sentence("not to be read now", "目前无法读取"),
    "found_new": Sentence(
        "%(new)s new, %(acknowledged)s acknowledged before", "新发现 %(new)s 项，此前已确认 %(acknowledged)s 项"
    ),
    "entries": Sentence("%(count)s entries", "%(count)s 条"),
    "from_entry": Sentence("from #%(start)s on", "自 #%(start)s 起"),
    "tree_only": Sentence("hashes and signatures only", "仅哈希与签名"),
    "unvouched": Sentence(
        "new keys not handed over by the one before: %(count)s", "未经前一密钥移交的新密钥：%(count)s"
    ),
    "signed_to": Sentence("signed to %(size)s", "已签名至 %(size)s"),
    "uncovered": Sentence("No agreement in force covers:", "以下密级没有生效中的协议："),
    "anchored": Sentence(
        "%(notes)s notes and %(receipts)s receipts of anchors, %(lost)s of a lost part",
        "锚点所存 %(notes)s 份检查点、%(receipts)s 份回执，其中 %(lost)s 份属于已丢失部分",
    ),
    "between": Sentence("; ", "；"),
    "comma": Sentence(", ", "、"),
    "anchors_none": Sentence(
        "none configured: whoever holds the database and the signing key can write another history unseen",
        "未配置锚点：掌握数据库和签名密钥的人可以改写历史而不被发现",
    ),
    "anchored_to": Sentence("anchored to #%(last)s, %(at)s", "已锚定至 #%(last)s，%(at)s"),
    "anchored_nothing": Sentence("nothing is anchored yet", "尚未锚定任何内容"),
    "anchored_rest": Sentence("nothing newer but entries about anchoring itself", "此后只有关于锚定本身的条目"),
    "anchored_not_yet": Sentence(
        "entries not anchored yet: %(count)s, since %(since)s", "尚未锚定的条目：%(count)s 条，自 %(since)s 起"
    ),
    "anchored_alarm": Sentence("not in order: %(names)s", "有问题的锚点：%(names)s"),
    "anchor_agrees": Sentence("agrees with this database", "与本数据库一致"),
    "anchor_placed": Sentence("last placed #%(last)s, %(at)s", "最近存入 #%(last)s，%(at)s"),
    "anchor_unplaced": Sentence("nothing placed yet", "尚未存入"),
    "anchor_failing": Sentence("failing since %(at)s", "自 %(at)s 起失败"),
    "passphrase_asked": Sentence("a passphrase is asked for at start", "启动时要求输入口令"),
    "never_verified": Sentence(
        "never verified yet: run dossier-vault trail verify", "尚未验证过：请运行 dossier-vault trail verify"
    ),
    "verified_ago": Sentence("%(days)s days ago, to #%(last)s", "%(days)s 天前验证至 #%(last)s"),
    "without_result": Sentence("%(count)s without a result", "%(count)s 次查阅或副本没有结果记录"),
    "changed": Sentence("%(count)s changed", "更正 %(count)s 条"),
    "unreadable": Sentence("%(count)s unreadable", "%(count)s 条无法读取"),
    "searched_to": Sentence("searched back to #%(index)s so far", "目前已查至 #%(index)s"),
    "go_on": Sentence("older entries: --before %(index)s", "更早的条目：--before %(index)s"),
    "waiting": Sentence("%(count)s waiting", "%(count)s 条等待中"),
    "yes": Sentence("yes", "是"),
    "no": Sentence("NO", "否"),
    "act_ask": Sentence("may ask for more about it", "可就此提出申请"),
    "act_copy": Sentence("may ask for a marked copy", "可申请带标记副本"),
    "act_submit": Sentence("may hand documents in", "可提交文档"),
    "act_keep": Sentence("keeps the dossier: files, assigns and lends", "保管该档案：归档、分派、出借"),
    "act_decide": Sentence("decides what others ask for", "审批他人的申请"),
    "rule_active": Sentence("the account is active", "账户有效"),
    "rule_staff": Sentence("staff, without an office", "普通员工，不任机构职务"),
    "rule_assigned": Sentence("borrower of the dossier now", "目前为该档案的借用人"),
    "rule_cleared": Sentence("cleared for the class", "涉密等级足够"),
    "rule_watched": Sentence("not about to leave, or granted while watched", "未登记离职，或在离职观察期内已获批准"),
    "rule_agreed": Sentence("has accepted the agreements that cover the class", "已接受涵盖该密级的协议"),
    "rule_ready": Sentence("a version is filed and has pages", "已有归档且可查阅的版本"),
    "rule_placed": Sentence("the place is known, or will be stated when opening", "地点已知，或在打开时申报"),
    "rule_in_hours": Sentence("it is working time, or the class opens at any time", "正值工作时间，或该密级不限时间"),
    "rule_in_place": Sentence("the class opens in this place", "该密级可在此地点打开"),
    "rule_positioned": Sentence(
        "the position is known, or will be shared when opening", "设备位置已知，或在打开时共享，或无需提供"
    ),
    "views_elsewhere": Sentence(
        "%(number)s of them with another account of the same person", "其中 %(number)s 次使用同一人的其他账户"
    ),
    "views_used": Sentence("%(used)s of %(allowed)s views used", "已用 %(used)s / %(allowed)s 次查阅"),
    "limit_from_default": Sentence(
        "the limit is the default, %(minutes)s min each", "次数为默认值，每次 %(minutes)s 分钟"
    ),
    "limit_from_class": Sentence(
        "the limit is that of the class, %(minutes)s min each", "次数按密级设定，每次 %(minutes)s 分钟"
    ),
    "limit_window": Sentence("views count for %(days)s days", "查阅次数按最近 %(days)s 天计算"),
    "limit_day": Sentence(
        "%(used)s of %(allowed)s views used today, all documents together",
        "今日已用 %(used)s / %(allowed)s 次（所有文档合计）",
    ),
    "limit_day_class": Sentence(
        "%(used)s of %(allowed)s views of this class used today", "今日此密级已用 %(used)s / %(allowed)s 次"
    ),
    "limit_pages": Sentence("%(pages)s different pages in one view at most", "每次查阅最多 %(pages)s 个不同页面"),
    "limit_hours": Sentence("working hours: %(hours)s (%(zone)s)", "工作时间：%(hours)s（%(zone)s）"),
    "limit_ends": Sentence(
        "a view opened now ends at %(at)s, with working hours (%(zone)s)",
        "现在打开的查阅将于 %(at)s 随工作时间结束（%(zone)s）",
    ),
    "limit_places": Sentence("opens in: %(places)s", "可打开的地点：%(places)s"),
    "limit_position_asked": Sentence("the browser is asked for its position", "打开时会请求设备位置"),
    "limit_position_required": Sentence("the browser's position is required", "打开时必须提供设备位置"),
    "limit_from_watch": Sentence(
        "the limit is that of whoever is about to leave, %(minutes)s min each",
        "次数按离职观察期设定，每次 %(minutes)s 分钟",
    ),
    "may_open": Sentence("may open it now", "现在可以打开"),
    "may_not_open": Sentence("may NOT open it now", "现在不可打开"),
    "policy_version": Sentence("version %(number)s", "第 %(number)s 版"),
    "policy_proposed": Sentence("proposed; somebody else decides", "已提议，由他人审批"),
    "policy_in_force": Sentence("version %(number)s is in force", "第 %(number)s 版已生效"),
    "policy_refused": Sentence("refused; nothing changes", "已拒绝，政策不变"),
    "policy_withdrawn": Sentence("withdrawn; nothing changes", "已撤回，政策不变"),
    "policy_touches": Sentence(
        "touches %(dossiers)s dossiers and %(people)s borrowers", "涉及档案 %(dossiers)s 份、借用人 %(people)s 名"
    ),
    "handovers_open": Sentence("%(count)s duties not handed over", "%(count)s 项职责未移交"),
    "ended_sessions": Sentence("%(count)s sessions ended", "结束会话 %(count)s 个"),
    "ended_views": Sentence("%(count)s views ended", "结束查阅 %(count)s 次"),
    "ended_requests": Sentence("%(count)s requests withdrawn", "撤回申请 %(count)s 项"),
    "ended_grants": Sentence("%(count)s grants ended", "终止准许 %(count)s 项"),
    "people_leaving": Sentence("%(count)s about to leave", "%(count)s 人登记离职"),
    "done": Sentence("done", "已完成"),
    "people_created": Sentence("%(count)s created", "新建 %(count)s 人"),
    "people_changed": Sentence("%(count)s changed", "更改 %(count)s 人"),
    "people_suspended": Sentence("%(count)s suspended", "停用 %(count)s 人"),
    "people_unchanged": Sentence("%(count)s unchanged", "未变 %(count)s 人"),
    "left_suspended": Sentence(
        "is active in the list and suspended here; left so, restore them by hand if they are back",
        "名单中为在职，但在此处已停用；未作更改，如已复职请手动恢复",
    ),
}


def say(locale: str, word: str, **values: int | str) -> str:
    """The word in the language of ``locale``."""
    found = WORDS[word]
    return (found.zh if locale.startswith("zh") else found.en) % values
