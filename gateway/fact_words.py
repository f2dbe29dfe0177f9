"""What the facts of entries are called, and their values, in both languages: the one table for every paper and screen.

A fact is what stands in an entry's ``details``. Its technical name stays what programs read (``pack.json``, CSV, the
leaf itself). A fact whose meaning depends on the event has a row of its own under ``event:fact``. A test finds every
fact that the vault's source records, and fails while one has no name.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from types import MappingProxyType

from gateway.policy_table import FIELD_WORDS
from gateway.sentence_table import Sentence
from gateway.verification_sentences import tell_finding
from keys.model import KeyState
from vault.ledger.audit_facts import Finding
from vault.ledger.events import Event
from vault.model import Classification, Duty, Office, PlaceSource
from vault.policy.agreements import Audience, Language
from vault.policy.custody import OperationKind
from vault.policy.erasing import ErasureKind, LegalBasis
from vault.policy.fields import fields_by_path
from vault.policy.granting import GrantKind
from vault.policy.leaving import Side
from vault.trail.exports.formats import ExportFormat

Words = Callable[[enum.Enum], str]
"""The words for an enum's value in the language that is wanted."""


def fact_name(event: Event | None, name: str, *, locale: str, words: Words) -> str:
    """What the fact is called; its technical name where there is no word for it, as with those of tomorrow."""
    is_chinese = locale.startswith("zh")
    found = FACTS.get(f"{event.value}:{name}" if event else name) or FACTS.get(name)
    if found is not None:
        return found[is_chinese]
    for prefix, sentence in BY_CLASS.items():
        if name.startswith(prefix) and name[len(prefix) :] in _CLASSES:
            return sentence[is_chinese].format(classification=words(Classification(name[len(prefix) :])))
    if name.startswith(CHANGE):
        return _field_name(name[len(CHANGE) :], is_chinese, words)
    return name


def fact_value(name: str, value: str | int, *, locale: str, words: Words) -> str:
    """The value in words where it is one of a known few, else as it is written."""
    is_chinese = locale.startswith("zh")
    if name in FLAGS and value in {0, 1}:
        return (_YES if value else _NO)[is_chinese]
    if name == "check" and value == Event.OBJECT_TAMPERED.value:
        return words(Event.OBJECT_TAMPERED)
    if name == "check":
        return tell_finding(Finding(str(value), -1), locale=locale)
    if (said := VALUES.get(f"{name}:{value}")) is not None:
        return said[is_chinese]
    kinds = _KINDS.get(name, ())
    told = [_value_words(each, kinds, words) for each in str(value).split(" ")] if kinds else [str(value)]
    return ("、" if is_chinese else ", ").join(told)


def _value_words(value: str, kinds: tuple[type[enum.Enum], ...], words: Words) -> str:
    for kind in kinds:
        if value in {each.value for each in kind}:
            return words(kind(value))
    return value


def _field_name(path: str, is_chinese: bool, words: Words) -> str:
    """A value of the policy, by the name that its form gives it."""
    field = fields_by_path().get(path)
    found = FIELD_WORDS.get(field.pattern) if field else None
    if found is None:
        return path
    named = [words(Classification(each)) for each in path.split(".") if each in _CLASSES]
    return " · ".join([*named, found.label[is_chinese]])


_CLASSES = frozenset(each.value for each in Classification)
CHANGE = "change."
"""What a fact of ``policy.changed`` begins with; a path of the policy follows."""
_YES, _NO = Sentence("yes", "是"), Sentence("no", "否")
FLAGS = frozenset({"material", "successor", "now", "summary", "counted", "access", "intents", "by_person"})
"""Facts that are 1 or 0 for yes or no."""
_KINDS: Mapping[str, tuple[type[enum.Enum], ...]] = MappingProxyType(
    {
        "duty": (Duty,),
        "classification": (Classification,),
        "clearance": (Classification,),
        "classes": (Classification,),
        "ring": (Classification,),
        "office": (Office,),
        "qualifications": (Duty,),
        "audience": (Audience,),
        "language": (Language,),
        "side": (Side,),
        "place_known_by": (PlaceSource,),
        "kind": (GrantKind, OperationKind, ErasureKind),
        "basis": (LegalBasis,),
        "from": (KeyState,),
        "to": (KeyState,),
        "format": (ExportFormat,),
    }
)
VALUES: Mapping[str, Sentence] = MappingProxyType(
    {
        "allowed_from:default": Sentence("the general rule", "一般规定"),
        "allowed_from:class": Sentence("the rule for the class", "密级规定"),
        "allowed_from:watch": Sentence("the rule for people who leave", "离职人员规定"),
        "ends_by:hours": Sentence("the end of working hours", "工作时间结束"),
        "quota_scope:document": Sentence("a document, all versions together", "文档（各版本合计）"),
        "quota_scope:version": Sentence("each version by itself", "文档的每一版本"),
        "result:follows": Sentence("an entry of its own follows", "另有条目记载"),
        "kind:image": Sentence("image", "图像"),
        "kind:text": Sentence("text", "文字"),
        "kind:directory": Sentence("directory", "目录"),
        "kind:bucket": Sentence("bucket", "存储桶"),
        "kind:witness": Sentence("witness", "见证方"),
        "kind:timestamp": Sentence("time-stamping authority", "时间戳机构"),
        "only:tree": Sentence("hashes and signatures alone", "仅哈希与签名"),
        "ring:service": Sentence("search index and page marks", "检索索引与页面水印"),
        "ring:trail": Sentence("the trail", "审计轨迹"),
        "values:sealed": Sentence("not opened, the vault was sealed", "档案库处于封存状态，未打开"),
    }
)
CODES: Mapping[str, Sentence] = MappingProxyType(
    {
        "agreed": Sentence("agreed, others still to decide", "同意，尚待他人审批"),
        "approved": Sentence("approved", "批准"),
        "created": Sentence("created", "建立"),
        "done": Sentence("by the reader", "阅毕"),
        "ended": Sentence("ended", "终止"),
        "ended_by_office": Sentence("by an officer", "由管理人员结束"),
        "ended_by_owner": Sentence("by the person, from another session", "由本人从另一会话结束"),
        "expired": Sentence("its time was over", "到期"),
        "failed": Sentence("could not be shown", "未能显示"),
        "justified": Sentence("justified", "正当"),
        "key": Sentence("the key of its class ended", "所属密级的密钥已停用"),
        "keys_rotated": Sentence("keys were replaced", "密钥已更换"),
        "kept": Sentence("kept in another's duty", "由他人继续负责"),
        "lapsed": Sentence("lapsed", "失效"),
        "left": Sentence("the last day is over", "最后工作日已过"),
        "opening.cut_off": Sentence("cut off before it could be shown", "显示前中断"),
        "over": Sentence("its time was over", "到期"),
        "password_changed": Sentence("the password was changed", "已修改密码"),
        "password_reset": Sentence("the password was reset", "密码已重置"),
        "refused": Sentence("refused", "拒绝"),
        "renamed": Sentence("renamed", "更名"),
        "reset": Sentence("reset by an administrator", "由系统管理员重置"),
        "returned": Sentence("given back", "退还"),
        "revoked": Sentence("revoked", "撤销"),
        "right_lost": Sentence("the right to it ended", "权限终止"),
        "rights_changed": Sentence("the account's rights were changed", "账户权限变更"),
        "session": Sentence("the session ended", "会话结束"),
        "shredded": Sentence("the dossier's key was destroyed", "档案密钥已销毁"),
        "signed_out": Sentence("signed out", "退出登录"),
        "spent": Sentence("used up", "已用完"),
        "suspended": Sentence("the account was suspended", "账户停用"),
        "unjustified": Sentence("not justified", "不正当"),
        "verification.acknowledged": Sentence("all of it acknowledged", "全部已确认"),
        "verification.cut_short": Sentence("ended early", "未能完成"),
        "verification.given_up": Sentence("given up before its end", "中途停止"),
        "verification.sealed": Sentence("values were not opened", "未打开个人信息"),
        "void": Sentence("no longer valid", "不再有效"),
        "withdrawn": Sentence("withdrawn", "撤回"),
    }
)
"""What a code adds to an event that was done; of what was refused or failed there is a sentence, as a rule."""
BY_CLASS: Mapping[str, Sentence] = MappingProxyType(
    {
        "views_": Sentence("Views, {classification}", "查阅次数（{classification}）"),
        "lease_minutes_": Sentence("Minutes of a view, {classification}", "每次查阅时长（{classification}，分钟）"),
    }
)
FACTS: Mapping[str, Sentence] = MappingProxyType(
    {
        "access": Sentence("Who can see it", "查询可见人员"),
        "accounts": Sentence("Accounts of this person", "此人的账户数"),
        "acknowledged": Sentence("Acknowledged by then", "当时已确认"),
        "agreed": Sentence("Agreed up to entry", "一致至条目"),
        "agreement": Sentence("Agreement", "协议"),
        "alert": Sentence("Alert", "预警"),
        "allowed": Sentence("Views allowed", "允许次数"),
        "allowed_from": Sentence("Allowed by", "允许依据"),
        "amount": Sentence("How much", "数量"),
        "anchor": Sentence("Anchor", "锚点"),
        "approvals": Sentence("Approvals so far", "已有批准"),
        "asked": Sentence("Asked for", "申请数量"),
        "assignment": Sentence("Assignment", "职责编号"),
        "audience": Sentence("Who is asked", "适用人员"),
        "backups_until": Sentence("Backups may hold it until", "备份中可能保留至"),
        "base": Sentence("Changed from version", "变更前版本"),
        "basis": Sentence("Legal basis", "法律依据"),
        "before": Sentence("Older than entry", "早于条目"),
        "alert.dismissed:before": Sentence("State before", "原状态"),
        "alert.escalated:before": Sentence("State before", "原状态"),
        "by_person": Sentence("A person was named", "指定了人员"),
        "bytes": Sentence("Bytes", "字节数"),
        "campaign": Sentence("Campaign", "专项活动"),
        "changes": Sentence("Values changed", "变更项数"),
        "check": Sentence("What was found", "发现内容"),
        "checkpoint": Sentence("Checkpoint, entries", "检查点条目数"),
        "classes": Sentence("Classes", "密级"),
        "classification": Sentence("Class", "密级"),
        "clearance": Sentence("Clearance", "许可级别"),
        "count": Sentence("How many", "数量"),
        "counted": Sentence("Counted only", "仅计数"),
        "custodian_needed": Sentence("Dossiers that need a custodian", "需要保管人的档案数"),
        "day": Sentence("Day", "日期"),
        "days": Sentence("Days", "天数"),
        "delegation": Sentence("Delegation", "委托"),
        "digest": Sentence("SHA-256 of all of it", "全部内容的 SHA-256"),
        "dossiers": Sentence("Dossiers", "档案数"),
        "duty": Sentence("Duty", "职责"),
        "elsewhere": Sentence("Views by other accounts of theirs", "其其他账户的查阅次数"),
        "ends_by": Sentence("Ends early by", "提前结束原因"),
        "entries": Sentence("Entries", "条目数"),
        "epoch": Sentence("Number of the signing key", "签名密钥期次"),
        "erasure": Sentence("Erasure", "删除"),
        "export": Sentence("Export", "导出"),
        "fault": Sentence("Fault", "故障"),
        "feature": Sentence("What is excepted", "例外事项"),
        "feed": Sentence("Feed", "推送"),
        "finding": Sentence("Digest of the finding", "发现的摘要"),
        "findings": Sentence("Findings", "发现数"),
        "first": Sentence("From byte", "起始字节"),
        "form": Sentence("Form", "形式"),
        "format": Sentence("Format", "格式"),
        "former": Sentence("Trail before", "此前的轨迹"),
        "found": Sentence("Digest of all findings", "全部发现的摘要"),
        "from": Sentence("From", "起始"),
        "key.state_changed:from": Sentence("State before", "原状态"),
        "trail.key_rotated:from": Sentence("Signs from entry", "自此条目数起签名"),
        "trail.verified:from": Sentence("From entry", "起始条目"),
        "granted": Sentence("Granted", "准许数量"),
        "grants": Sentence("Grants used", "所用准许"),
        "leaving.restricted:grants": Sentence("Grants ended", "终止的准许数"),
        "handover": Sentence("Hand-over", "交接"),
        "trail.key_rotated:handover": Sentence("Signature of the key before", "前一密钥的签名"),
        "hash": Sentence("SHA-256 of the text", "文本的 SHA-256"),
        "hold": Sentence("Legal hold", "法律保留"),
        "index": Sentence("Entry", "条目"),
        "intents": Sentence("Without a result", "没有结果"),
        "key": Sentence("Key", "密钥"),
        "kind": Sentence("Kind", "类别"),
        "language": Sentence("Language", "语言"),
        "last_day": Sentence("Last day", "最后一天"),
        "lasts_days": Sentence("Lasts, days", "有效天数"),
        "lease_seconds": Sentence("Length of the view, seconds", "查阅时长（秒）"),
        "leaving": Sentence("Leaving", "离职"),
        "left_out": Sentence("Left out, of what anchors were given and gave back", "未收入的锚点存放及返回内容（项）"),
        "leftover": Sentence("Left as it is, damaged", "因损坏未处理"),
        "lost": Sentence("Lost", "丢失数量"),
        "material": Sentence("To be accepted anew", "须重新接受"),
        "media_type": Sentence("Kind of file", "文件类型"),
        "minutes": Sentence("Minutes", "分钟"),
        "month": Sentence("Month", "月份"),
        "needed": Sentence("Approvals needed", "所需批准"),
        "new_version": Sentence("New version of the key", "新密钥版本"),
        "now": Sentence("At once", "立即生效"),
        "number": Sentence("Number", "编号"),
        "view.opened:number": Sentence("Number of the view", "第几次查阅"),
        "document.filed:number": Sentence("Version", "版"),
        "dossier.resealed:number": Sentence("Version of the key", "密钥版本"),
        "key.created:number": Sentence("Version of the key", "密钥版本"),
        "key.state_changed:number": Sentence("Version of the key", "密钥版本"),
        "object.tampered:number": Sentence("Version of the key", "密钥版本"),
        "objects": Sentence("Stored objects", "存储对象数"),
        "office": Sentence("Office", "职务"),
        "old_version": Sentence("Old version of the key", "旧密钥版本"),
        "only": Sentence("Verified were", "验证范围"),
        "opened": Sentence("Documents opened as a sample", "抽查打开的文档数"),
        "operation": Sentence("Order", "操作"),
        "origin": Sentence("Name of the trail", "轨迹名称"),
        "outage": Sentence("Minutes away", "中断分钟数"),
        "output": Sentence("Output", "输出"),
        "outside": Sentence("Entries known outside", "外部已知条目数"),
        "outside_root": Sentence("Root known outside", "外部已知的根"),
        "page": Sentence("Page", "页"),
        "pages": Sentence("Pages", "页数"),
        "password_characters": Sentence("Shortest password, characters", "密码最短字符数"),
        "people": Sentence("Personal values go along", "包含个人信息"),
        "period": Sentence("Month", "月份"),
        "place_known_by": Sentence("How the place is known", "地点依据"),
        "points": Sentence("Points", "分值"),
        "proposal": Sentence("Proposal", "提案"),
        "qualifications": Sentence("Qualified as", "资格"),
        "quota_scope": Sentence("Views are counted of", "次数计算方式"),
        "receipt": Sentence("SHA-256 of what came back", "回执的 SHA-256"),
        "reference": Sentence("Reference", "档案编号"),
        "request_lapse_days": Sentence("Requests lapse after days", "申请失效天数"),
        "requests": Sentence("Requests ended", "终止的申请数"),
        "result": Sentence("Result", "结果"),
        "ring": Sentence("Keys of", "密钥类别"),
        "root": Sentence("Root key", "根密钥"),
        "trail.succeeded:root": Sentence("Root taken over", "接续的根"),
        "rows": Sentence("Entries", "条目数"),
        "rules": Sentence("Rules", "规则"),
        "session_hours": Sentence("Longest session, hours", "会话最长小时数"),
        "session_idle_minutes": Sentence("Session ends idle after minutes", "会话闲置结束分钟数"),
        "sessions": Sentence("Sessions ended", "终止的会话数"),
        "sha256": Sentence("SHA-256 of the file", "文件的 SHA-256"),
        "shares": Sentence("Shares", "份额数"),
        "side": Sentence("Confirmed", "确认身份"),
        "sign_in_attempts": Sentence("Wrong passwords before a pause", "暂停登录前可输错次数"),
        "sign_in_pause_minutes": Sentence("Pause after wrong passwords, minutes", "输错密码后暂停分钟数"),
        "size": Sentence("Entries", "条目数"),
        "state": Sentence("Digest of the state", "状态摘要"),
        "successor": Sentence("Has a successor", "有接任人"),
        "summary": Sentence("Summary", "汇总"),
        "target": Sentence("Target", "目标"),
        "team": Sentence("Team", "团队"),
        "threshold": Sentence("Shares needed", "所需份额数"),
        "to": Sentence("To", "截至"),
        "key.state_changed:to": Sentence("State after", "新状态"),
        "until": Sentence("Until", "截止"),
        "used": Sentence("Used", "已用"),
        "values": Sentence("Personal values", "个人信息"),
        "verification": Sentence("Found by the verification at entry", "发现此项的验证条目"),
        "verified": Sentence("Verified", "已核验"),
        "version": Sentence("Version", "版"),
        "policy.changed:version": Sentence("Version of the policy", "政策版本"),
        "views": Sentence("Views", "查阅次数"),
        "leaving.restricted:views": Sentence("Views ended", "终止的查阅数"),
        "waiting": Sentence("Entries waiting", "等待的条目数"),
        "what": Sentence("What", "事项"),
        "worked": Sentence("Worked on", "已处理"),
        "zones": Sentence("Known places", "已知地点数"),
    }
)
"""By technical name. What a search asked for is recorded under its search words, spelled as they are typed."""
