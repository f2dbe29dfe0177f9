"""What ``doctor`` calls its checks and says of them, in both languages. In JSON the checks keep their English names."""

from __future__ import annotations

import unicodedata

from gateway.sentence_table import Sentence

NAMES: dict[str, Sentence] = {
    "root key": Sentence("root key", "根密钥"),
    "database": Sentence("database", "数据库"),
    "store": Sentence("store", "文档存储"),
    "keys": Sentence("keys", "密钥"),
    "trail": Sentence("trail", "审计轨迹"),
    "checkpoints": Sentence("checkpoints", "检查点"),
    "mail": Sentence("mail", "邮件"),
    "alerts": Sentence("alerts", "告警"),
    "store probe": Sentence("store probe", "存储试写"),
    "anchors": Sentence("anchors", "锚点"),
    "anchor": Sentence("anchor %(name)s", "锚点 %(name)s"),
    "sandbox": Sentence("sandbox", "转换沙箱"),
    "mark fonts": Sentence("mark fonts", "水印字体"),
    "feed": Sentence("feed %(name)s", "推送 %(name)s"),
    "places": Sentence("places", "位置数据"),
    "verification": Sentence("verification", "轨迹验证"),
    "views": Sentence("views", "查阅"),
    "process": Sentence("process", "进程防护"),
    "versions": Sentence("versions", "版本"),
}
"""``anchor`` and ``feed`` stand before the name of one."""

WORDS_OF_DOCTOR: dict[str, Sentence] = {
    "ok": Sentence("ok ", "正常"),
    "not_ok": Sentence("NOT", "异常"),
    "missing": Sentence("; missing: %(names)s", "；未启用：%(names)s"),
    "is_kind": Sentence("%(kind)s, of this version", "%(kind)s，版本相符"),
    "answers": Sentence("answers", "可用"),
    "sealed": Sentence("sealed", "已封存"),
    "unsealed": Sentence("unsealed", "已解封"),
    "waiting": Sentence("%(count)s waiting", "%(count)s 条等待中"),
    "unsigned": Sentence("%(count)s unsigned", "%(count)s 条未签名"),
    "none_configured": Sentence("none configured", "未配置"),
    "gets_on": Sentence("gets on", "发送正常"),
    "scored_late": Sentence("scored %(seconds)s s late", "评分滞后 %(seconds)s 秒"),
    "no_location_database": Sentence("no location database", "未配置位置数据库"),
    "location_database": Sentence("%(kind)s of %(day)s", "%(kind)s，%(day)s 版"),
    "store_directory": Sentence("directory %(place)s", "目录 %(place)s"),
    "store_S3": Sentence("S3 %(place)s", "S3 存储 %(place)s"),
    "probed": Sentence("%(store)s; tried, all well: %(done)s", "%(store)s；以下操作均成功：%(done)s"),
    "write": Sentence("write", "写入"),
    "read": Sentence("read", "读取"),
    "ranged read": Sentence("read a part", "分段读取"),
    "list": Sentence("list", "列出"),
    "delete": Sentence("delete", "删除"),
    "face": Sentence("%(name)s (%(count)s characters)", "%(name)s（%(count)s 个字符）"),
    "not_dumpable": Sentence("memory closed to debuggers", "内存禁止调试读取"),
    "no_core_files": Sentence("no core files", "不产生核心转储"),
    "memory_locked": Sentence("memory kept out of swap", "内存不换出"),
    "resource_limits": Sentence("resource limits", "资源限制"),
    "no_new_privileges": Sentence("no new privileges", "不得提升权限"),
    "dies_with_parent": Sentence("dies with its parent", "随父进程结束"),
    "unprivileged_user": Sentence("user without rights", "无权限用户"),
    "no_capabilities": Sentence("no capabilities", "无特权能力"),
    "network_namespace": Sentence("network of its own", "独立网络"),
    "empty_root": Sentence("empty file system", "空文件系统"),
    "landlock": Sentence("no files (Landlock)", "禁止访问文件（Landlock）"),
    "seccomp": Sentence("filtered system calls (seccomp)", "系统调用过滤（seccomp）"),
}
"""By the words of :mod:`vault.health`, the store's probe, the measures of a process and the layers of the sandbox."""

_REASONS: dict[str, Sentence] = {
    "only Linux has it": Sentence("only Linux has it", "仅 Linux 支持"),
    "RLIMIT_MEMLOCK is limited: set LimitMEMLOCK=infinity": Sentence(
        "RLIMIT_MEMLOCK is limited: set LimitMEMLOCK=infinity", "RLIMIT_MEMLOCK 受限：请设置 LimitMEMLOCK=infinity"
    ),
}


def name_of(locale: str, check: str) -> str:
    """What a check is called in the language of ``locale``."""
    kind, _space, name = check.partition(" ")
    found = NAMES.get(check) or NAMES[kind]
    return _in(locale, found) % {"name": name}


def say_of_doctor(locale: str, word: str, **values: int | str) -> str:
    """The word in the language of ``locale``."""
    return _in(locale, WORDS_OF_DOCTOR[word]) % values


def reason_of(locale: str, reason: str) -> str:
    """Why a measure does not hold; the system's own words where they are not ours."""
    found = _REASONS.get(reason)
    return _in(locale, found) if found else reason


def columns_of(text: str) -> int:
    """How many columns of a terminal it takes: two for each ideograph."""
    return sum(2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in text)


def padded(text: str, columns: int) -> str:
    return text + " " * (columns - columns_of(text))


def _in(locale: str, sentence: Sentence) -> str:
    return sentence.zh if locale.startswith("zh") else sentence.en
