"""The questions and sentences of an evidence pack in both languages.

What events, facts and values are called is said by the words of the screens, which every export is handed.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from vault.policy.agreements import Language

_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "title_person": ("Evidence about {name}", "有关{name}的证据"),
        "title_document": ("Evidence about document {name}", "有关文档 {name} 的证据"),
        "subject": ("Subject", "对象"),
        "ordered": ("Put together for", "汇编人"),
        "why": ("Reason", "事由"),
        "stand": ("Stands up to", "依据"),
        "stand_words": (
            "the first {size} entries of the trail {origin}, signed {moment}",
            "审计轨迹 {origin} 的前 {size} 条，签名时间 {moment}",
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
        "damage": ("10. Is anything of it damaged?", "十、其中是否有损坏？"),
        "trust": ("11. Why should anybody believe this?", "十一、如何证明以上内容属实？"),
        "not_shown": ("12. What this cannot show", "十二、本证据不能说明的事项"),
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
        "about_damage": (
            (
                "What was found tampered with when it was opened, if it is about the subject, and what auditors have "
                "answered for: damage at an entry of this pack, or of the trail as a whole. An acknowledgement repairs "
                "nothing: it says that the damage is known, was investigated, and who answers for that."
            ),
            (
                "打开时发现被篡改且涉及该对象的内容，以及审计员已确认的损坏：位于本证据包所含条目，或涉及整条轨迹。"
                "确认并不修复损坏，只说明损坏已知悉、已调查及由谁负责。"
            ),
        ),
        "never_verified": (
            "The trail had not been verified by then.",
            "截至当时，审计轨迹尚未验证过。",
        ),
        "verified_sound": (
            "The first {size} entries of the trail were last verified {moment}, and nothing was found (#{index}).",
            "审计轨迹前 {size} 条最近一次验证于 {moment}，未发现问题（#{index}）。",
        ),
        "verified_sealed": (
            (
                "The first {size} entries of the trail were last verified {moment} (#{index}), while the vault was "
                "sealed: nothing was found as far as it could be looked at. Personal values were not opened, and "
                "whether those are as they were written is not known."
            ),
            (
                "审计轨迹前 {size} 条最近一次验证于 {moment}（#{index}），当时档案库处于封存状态："
                "已检查的部分未发现问题；未打开个人信息，其是否与写入时一致，尚不得知。"
            ),
        ),
        "verified_damaged": (
            (
                "The first {size} entries of the trail were last verified {moment}: {findings} findings, of which "
                "{acknowledged} were acknowledged by then (#{index}). Where the others are, the trail does not record: "
                "ask for the result of that verification, or have the trail verified anew."
            ),
            (
                "审计轨迹前 {size} 条最近一次验证于 {moment}：发现 {findings} 项，其中 {acknowledged} 项已确认"
                "（#{index}）。其余各项位于何处，轨迹并不记载：请索取该次验证的结果，或重新验证。"
            ),
        ),
        "unacknowledged": (
            "Found tampered with and not acknowledged by anybody: {count}.",
            "发现被篡改而尚无人确认的：{count} 项。",
        ),
        "left_out": (
            "Left out of evidence.zip, of what anchors were given and gave back:",
            "锚点所存放及返回的内容中，未收入 evidence.zip 的有：",
        ),
        "answered": ("acknowledged by entry #{index}", "已由第 {index} 条确认"),
        "unanswered": ("not acknowledged", "尚未确认"),
        "no_damage": ("Nothing is known to be damaged.", "未知有任何损坏。"),
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
        "col_view": ("View", "查阅"),
        "pages": ("pages: {pages}", "页：{pages}"),
        "accepted": ("had accepted: {agreements}", "此前已接受：{agreements}"),
        "under_no_policy": ("before any policy was decided", "尚未制定政策"),
        "fact": ("{name}: {value}", "{name}：{value}"),
        "told": ("told: “{words}”", "当时告知：“{words}”"),
        "reason_words": ("{category}: {text}", "{category}：{text}"),
        "ended": ("ended {moment} ({why})", "结束于 {moment}（{why}）"),
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


def say(language: Language, word: str, **values: str | int) -> str:
    """The words in a language."""
    english, chinese = _WORDS[word]
    return (chinese if language is Language.CHINESE else english).format_map(values)
