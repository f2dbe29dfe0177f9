"""What commands say when all went well, in both languages. What goes wrong is said by :mod:`gateway.sentences`."""

from __future__ import annotations

from gateway.sentence_table import Sentence

WORDS: dict[str, Sentence] = {
    "filed": Sentence("filed", "已归档"),
    "already_filed": Sentence("already filed", "此前已归档"),
    "sound": Sentence("sound", "完好"),
    "not_sound": Sentence("NOT SOUND", "有问题"),
    "entries": Sentence("%(count)s entries", "%(count)s 条"),
    "from_entry": Sentence("from #%(start)s on", "自 #%(start)s 起"),
    "tree_only": Sentence("hashes and signatures only", "仅哈希与签名"),
    "signed_to": Sentence("signed to %(size)s", "已签名至 %(size)s"),
    "uncovered": Sentence("No agreement in force covers:", "以下密级没有生效中的协议："),
    "anchored": Sentence(
        "%(notes)s notes and %(receipts)s receipts of anchors, %(lost)s of a lost part",
        "锚点所存 %(notes)s 份检查点、%(receipts)s 份回执，其中 %(lost)s 份属于已丢失部分",
    ),
    "changed": Sentence("%(count)s changed", "更正 %(count)s 条"),
    "unreadable": Sentence("%(count)s unreadable", "%(count)s 条无法读取"),
    "searched_to": Sentence("searched back to #%(index)s so far", "目前已查至 #%(index)s"),
    "go_on": Sentence("older entries: --before %(index)s", "更早的条目：--before %(index)s"),
    "waiting": Sentence("%(count)s waiting", "%(count)s 条等待中"),
    "yes": Sentence("yes", "是"),
    "no": Sentence("NO", "否"),
    "rule_active": Sentence("the account is active", "账户有效"),
    "rule_staff": Sentence("staff, without an office", "普通员工，不任机构职务"),
    "rule_assigned": Sentence("borrower of the dossier now", "目前为该档案的借用人"),
    "rule_cleared": Sentence("cleared for the class", "涉密等级足够"),
    "rule_agreed": Sentence("has accepted the agreements that cover the class", "已接受涵盖该密级的协议"),
    "rule_ready": Sentence("a version is filed and has pages", "已有归档且可查阅的版本"),
    "rule_placed": Sentence("the place is known, or will be stated when opening", "地点已知，或在打开时申报"),
    "views_used": Sentence("%(used)s of %(allowed)s views used", "已用 %(used)s / %(allowed)s 次查阅"),
    "limit_from_default": Sentence(
        "the limit is the default, %(minutes)s min each", "次数为默认值，每次 %(minutes)s 分钟"
    ),
    "limit_from_class": Sentence(
        "the limit is that of the class, %(minutes)s min each", "次数按密级设定，每次 %(minutes)s 分钟"
    ),
    "may_open": Sentence("may open it now", "现在可以打开"),
    "may_not_open": Sentence("may NOT open it now", "现在不可打开"),
    "people_created": Sentence("%(count)s created", "新建 %(count)s 人"),
    "people_changed": Sentence("%(count)s changed", "更改 %(count)s 人"),
    "people_suspended": Sentence("%(count)s suspended", "停用 %(count)s 人"),
    "people_unchanged": Sentence("%(count)s unchanged", "未变 %(count)s 人"),
    "left_suspended": Sentence(
        "is active in the list and suspended here; left so, restore them by hand if they are back",
        "名单中为在职，但在此处已停用；未作更改，如已复职请手动恢复",
    ),
}


def say(locale: str, word: str, **values: int) -> str:
    """The word in the language of ``locale``."""
    found = WORDS[word]
    return (found.zh if locale.startswith("zh") else found.en) % values
