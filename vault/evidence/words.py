"""The words of an evidence pack in both languages. They stand here because it is made without a web application."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType

from vault.ledger.events import Event
from vault.model import Classification, Duty, ReasonCategory
from vault.policy.agreements import Answer, Language

_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "title_person": ("Evidence about {name}", "有关{name}的证据"),
        "title_document": ("Evidence about document {name}", "有关文档 {name} 的证据"),
        "subject": ("Subject", "对象"),
        "ordered": ("Put together for", "汇编人"),
        "why": ("Reason", "事由"),
        "stand": ("Stands up to", "依据"),
        "stand_words": (
            "entry {size} of the trail {origin}, signed {moment}",
            "审计轨迹 {origin} 截至第 {size} 条，签名时间 {moment}",
        ),
        "root": ("Root of the tree", "树根"),
        "times": ("Times", "时间"),
        "times_words": ("in {zone}, with the offset from UTC", "以 {zone} 时间表示，附 UTC 偏移"),
        "secrecy": ("1. Was it kept as a secret?", "一、是否作为秘密管理？"),
        "policy": ("2. Which limits applied, and when?", "二、何时适用何种限制？"),
        "knowledge": ("3. Did the people know?", "三、相关人员是否知悉保密义务？"),
        "duties": ("4. Who was entitled to it, and since when?", "四、谁有权接触，自何时起？"),
        "identity": ("5. Was it this person?", "五、是否确为本人？"),
        "views": ("6. What was seen, when, where and why?", "六、何时、何地、因何事由查阅了什么？"),
        "requests": (
            "7. What was asked for, who decided, and what came of it?",
            "七、提出过何种申请，由谁决定，结果如何？",
        ),
        "refusals": ("8. What was refused?", "八、哪些请求被拒绝？"),
        "keeping": ("9. How were the keys kept?", "九、密钥如何管理？"),
        "trust": ("10. Why should anybody believe this?", "十、如何证明以上内容属实？"),
        "not_shown": ("11. What this cannot show", "十一、本证据不能说明的事项"),
        "none": ("Nothing is recorded.", "无记录。"),
        "about_secrecy": (
            "The class of each dossier that is concerned, and legal holds on it.",
            "所涉各档案的密级，以及对其设置的法律保留。",
        ),
        "about_policy": (
            (
                "The settings as each node of the vault recorded them when they changed. A row holds until the "
                "next one of its node."
            ),
            "各节点在设置变更时记录的内容。每行有效至该节点的下一行为止。",
        ),
        "about_knowledge": (
            (
                "The confidentiality agreements that were published, and what was answered to them, with the "
                "password and under the hash of exactly this text. The texts lie in agreements/, certificates in "
                "certificates/."
            ),
            (
                "已发布的保密协议，以及相关人员以本人密码、针对该文本哈希所作的答复。文本见 agreements/，证明见 "
                "certificates/。"
            ),
        ),
        "about_duties": (
            "Entries name teams by their ids. Beside them stands what each is called now, or was when it ended.",
            "条目以编号指称团队；其旁为该团队现在的名称，已解散的为解散时的名称。",
        ),
        "team_called": ("team {id}, now called “{name}”", "团队 {id}，现名“{name}”"),
        "about_identity": (
            "Sign-ins, refused ones and changes of the account. A sign-in is by password.",
            "登录、被拒绝的登录及账户变更。登录以密码验证。",
        ),
        "about_views": (
            (
                "Each view was granted and recorded before its key was touched. Every page image carried the "
                "mark. The name in it is written here as the register has it now."
            ),
            "每次查阅均在动用密钥之前获准并记录。每页图像均带有水印。此处的姓名以名册现有记载为准。",
        ),
        "about_keeping": (
            "Work on the keys of the classes and dossiers concerned, and on the key that signs the trail.",
            "对所涉密级与档案的密钥、以及审计轨迹签名密钥的操作。",
        ),
        "about_trust": (
            (
                "Every row cites its entry (#). The exact entries lie with their proofs in entries.jsonl; each "
                "proof leads to the root above, which the vault's key has signed. README.txt says how to check "
                "them with public tools. Whoever kept an earlier checkpoint elsewhere can show that nothing "
                "before it was changed."
            ),
            (
                "每行均注明所依据的条目（#）。原始条目及其证明见 entries.jsonl，每项证明均推算至上述树根，该树根"
                "由档案库密钥签名。核验方法见 README.txt。凡在别处保存过较早检查点者，均可证明此前内容未被更改。"
            ),
        ),
        "limits": (
            (
                "That a person understood what they accepted; that nobody else knew their password; what was "
                "photographed or written off a screen; what never was recorded because the host itself was "
                "controlled; entries that were never placed in the tree. The text of a page for screen readers "
                "carries no mark. Names and time zones are those of the register now. What was erased by law is "
                "missing, and its erasure is an entry."
            ),
            (
                "本人是否理解所接受的内容；是否有他人知悉其密码；屏幕被拍摄或抄录的内容；因主机本身受控而从未记录"
                "的内容；从未进入树中的条目。供屏幕阅读器使用的页面文字不带水印。姓名与时区以名册现有记载为准。依"
                "法删除的内容不在其中，删除本身为一条目。"
            ),
        ),
        "col_entry": ("#", "#"),
        "col_time": ("Time", "时间"),
        "col_event": ("What", "事项"),
        "col_person": ("Person", "人员"),
        "col_target": ("Dossier, document", "档案、文档"),
        "col_place": ("Place", "地点"),
        "col_detail": ("Facts", "详情"),
        "col_reason": ("Reason", "事由"),
        "col_pages": ("Pages", "页"),
        "col_accepted": ("Had accepted", "已接受"),
        "view_of": ("view {number} of {allowed}", "第 {number} 次，共 {allowed} 次"),
        "under_policy": ("policy version {version}", "政策第 {version} 版"),
        "no_page": ("no page was delivered", "未交付任何页面"),
        "returned": ("given back to the quota", "已退还限额"),
        "mark_was": ("Mark: {mark}", "水印：{mark}"),
        "nothing_accepted": ("nothing", "无"),
        "agreement_version": ("{agreement} v{version}", "{agreement} 第 {version} 版"),
        "text_pages": ("as text: {pages}", "文字：{pages}"),
        "erased": ("erased by law", "已依法删除"),
        "page": ("page {number} of {count}", "第 {number} 页，共 {count} 页"),
    }
)
_VALUES: Mapping[enum.Enum, str] = MappingProxyType(
    {
        Classification.INTERNAL: "内部",
        Classification.CONFIDENTIAL: "秘密",
        Classification.SECRET: "机密",
        Classification.TOP_SECRET: "绝密",
        Duty.AUTHOR: "编写人",
        Duty.BORROWER: "借用人",
        Duty.CUSTODIAN: "保管人",
        Duty.APPROVER: "审批人",
        ReasonCategory.CUSTOMER_MEETING: "客户会面",
        ReasonCategory.OFFER: "报价",
        ReasonCategory.CONTRACT: "合同",
        ReasonCategory.SERVICE_CASE: "服务事项",
        ReasonCategory.HANDOVER: "交接",
        ReasonCategory.REVIEW: "复核",
        ReasonCategory.OTHER: "其他",
        Answer.ACCEPTED: "接受",
        Answer.DECLINED: "拒绝",
        Event.DOSSIER_CREATED: "建立档案",
        Event.DOSSIER_RECLASSIFIED: "变更密级",
        Event.DOSSIER_ASSIGNED: "授予职责",
        Event.DOSSIER_UNASSIGNED: "结束职责",
        Event.DOSSIER_LENT: "借给团队",
        Event.DOSSIER_RETURNED: "结束团队出借",
        Event.TEAM_CHANGED: "变更团队",
        Event.TEAM_JOINED: "加入团队",
        Event.TEAM_LEFT: "离开团队",
        Event.DOSSIER_RESEALED: "更换档案密钥并重新密封",
        Event.DOSSIER_SHREDDED: "销毁档案密钥",
        Event.HOLD_PLACED: "设置法律保留",
        Event.HOLD_LIFTED: "解除法律保留",
        Event.POLICY_APPLIED: "应用设置",
        Event.POLICY_CHANGED: "变更政策",
        Event.AGREEMENT_PUBLISHED: "发布协议",
        Event.AGREEMENT_WITHDRAWN: "撤回协议",
        Event.AGREEMENT_ACCEPTED: "接受协议",
        Event.AGREEMENT_DECLINED: "拒绝协议",
        Event.SESSION_OPENED: "登录",
        Event.SESSION_REFUSED: "登录被拒绝",
        Event.SESSION_ENDED: "会话结束",
        Event.PERSON_CREATED: "建立账户",
        Event.PERSON_CHANGED: "修改账户",
        Event.PERSON_SUSPENDED: "停用账户",
        Event.PERSON_RESTORED: "恢复账户",
        Event.PERSON_LINKED: "关联账户",
        Event.PERSON_UNLINKED: "解除账户关联",
        Event.PERSON_PASSWORD_CHANGED: "更改密码",
        Event.REQUEST_MADE: "提出申请",
        Event.REQUEST_DECIDED: "审批申请",
        Event.GRANT_GIVEN: "准许生效",
        Event.GRANT_ENDED: "准许终止",
        Event.GRANT_REVOKED: "撤销准许",
        Event.COPY_PREPARED: "制备带标记副本",
        Event.COPY_RELEASED: "下载带标记副本",
        Event.COPY_DELIVERED: "带标记副本已交付",
        Event.COPY_FAILED: "带标记副本未能制作",
        Event.LEAVING_ANNOUNCED: "登记离职",
        Event.LEAVING_CHANGED: "变更离职安排",
        Event.LEAVING_CANCELLED: "撤销离职",
        Event.LEAVING_ENDED: "离职生效",
        Event.HANDOVER_PROPOSED: "指定接任人",
        Event.HANDOVER_CONFIRMED: "确认交接",
        Event.HANDOVER_DECLINED: "拒绝交接",
        Event.HANDOVER_FINISHED: "完成交接",
        Event.DELEGATION_GIVEN: "委托审批",
        Event.DELEGATION_ENDED: "委托终止",
        Event.REQUEST_WITHDRAWN: "申请撤回或失效",
        Event.EMERGENCY_OPENED: "紧急查阅",
        Event.EMERGENCY_REVIEWED: "复核紧急查阅",
        Event.VIEW_DENIED: "查阅被拒绝",
        Event.PAGE_REFUSED: "页面被拒绝",
        Event.KEY_CREATED: "建立密钥",
        Event.KEY_STATE_CHANGED: "变更密钥状态",
        Event.KEY_REWRAPPED: "重新封装密钥",
        Event.ROOT_MOVED: "更换根密钥",
        Event.OPERATION_REQUESTED: "下达密钥操作",
        Event.OPERATION_APPROVED: "批准密钥操作",
        Event.OPERATION_CANCELLED: "撤销密钥操作",
        Event.OPERATION_FINISHED: "密钥操作完成",
        Event.RECOVERY_PREPARED: "制备恢复密钥",
        Event.RECOVERY_USED: "使用恢复密钥",
        Event.TRAIL_KEY_ROTATED: "更换签名密钥",
    }
)


def say(language: Language, word: str, **values: str | int) -> str:
    """The words in a language."""
    english, chinese = _WORDS[word]
    return (chinese if language is Language.CHINESE else english).format_map(values)


def value_words(language: Language, value: enum.Enum) -> str:
    """A value in a language; its code where there is no word for it."""
    if language is Language.CHINESE:
        return _VALUES.get(value, str(value.value))
    return str(value.value).replace("_", " ").replace(".", " ")
