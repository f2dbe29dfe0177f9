"""The words of notices in both languages. They stand here because mails are written without a web application.

In a mail stands no name, no customer, no reference: mail lies on servers that are not the vault's. It says that there
is something and where to sign in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from vault.notices.kinds import NoticeKind
from vault.policy.agreements import Language


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """English and Chinese. ``told`` has the slots ``{person}``, ``{dossier}`` and names of details; ``mailed`` none."""

    told: tuple[str, str]
    mailed: tuple[str, str]


NOTICE_WORDS: Mapping[NoticeKind, NoticeWords] = MappingProxyType(
    {
        NoticeKind.REQUEST_WAITS: NoticeWords(
            ("{person} asks for your decision on dossier {dossier}", "{person}就档案 {dossier} 提交申请，等待您审批"),
            ("A request waits for your decision", "有申请等待您审批"),
        ),
        NoticeKind.REQUEST_DECIDED: NoticeWords(
            ("Your request on dossier {dossier} was decided", "您就档案 {dossier} 提交的申请已有审批结果"),
            ("Your request was decided", "您的申请已有审批结果"),
        ),
        NoticeKind.REQUEST_LAPSED: NoticeWords(
            (
                "Your request on dossier {dossier} lapsed; nobody decided it in time",
                "您就档案 {dossier} 提交的申请已过期，未获及时审批",
            ),
            ("Your request lapsed", "您的申请已过期"),
        ),
        NoticeKind.ACCESS_LAPSED: NoticeWords(
            ("Your request for access lapsed; nobody answered it in time", "您的访问申请已过期，未获及时答复"),
            ("Your request lapsed", "您的申请已过期"),
        ),
        NoticeKind.GRANT_REVOKED: NoticeWords(
            ("What was granted to you on dossier {dossier} was revoked", "您在档案 {dossier} 上获得的准许已被撤销"),
            ("Something granted to you was revoked", "您获得的一项准许已被撤销"),
        ),
        NoticeKind.EMERGENCY_OPENED: NoticeWords(
            (
                "{person} opened a document of dossier {dossier} in an emergency; an approver must review it",
                "{person}紧急查阅了档案 {dossier} 中的文档，须由审批人复核",
            ),
            ("A document was opened in an emergency", "有文档被紧急查阅"),
        ),
        NoticeKind.EMERGENCY_REVIEWED: NoticeWords(
            ("Your emergency on dossier {dossier} was reviewed", "您对档案 {dossier} 的紧急查阅已复核"),
            ("Your emergency was reviewed", "您的紧急查阅已复核"),
        ),
        NoticeKind.EMERGENCY_UNJUSTIFIED: NoticeWords(
            (
                "An approver found that {person} had no reason to open dossier {dossier} in an emergency",
                "审批人认定{person}紧急查阅档案 {dossier} 理由不成立",
            ),
            ("An emergency was found not justified", "有紧急查阅被认定为理由不成立"),
        ),
        NoticeKind.DELEGATION_BEGUN: NoticeWords(
            (
                "You approve in the stead of {person} from {first_day} to {last_day}",
                "{first_day} 至 {last_day}，由您代{person}审批",
            ),
            ("You approve in somebody's stead", "您受托代为审批"),
        ),
        NoticeKind.DELEGATION_ENDED: NoticeWords(
            ("Approving in the stead of {person} has ended", "代{person}审批已终止"),
            ("Approving in somebody's stead has ended", "代为审批已终止"),
        ),
        NoticeKind.POLICY_WAITS: NoticeWords(
            ("{person} proposes another policy; you may decide it", "{person}提议修改政策，您可以审批"),
            ("A proposed policy waits for a decision", "有政策提议等待审批"),
        ),
        NoticeKind.POLICY_DECIDED: NoticeWords(
            ("The policy that you proposed was decided", "您提议的政策已有审批结果"),
            ("The policy that you proposed was decided", "您提议的政策已有审批结果"),
        ),
        NoticeKind.ALERT_RAISED: NoticeWords(
            ("What {person} did on {day} stands out and waits for you", "{person}在 {day} 的行为异常，等待您处理"),
            ("An alert waits for you", "有告警等待您处理"),
        ),
        NoticeKind.ALERT_ESCALATED: NoticeWords(
            ("An alert about {person} on {day} was escalated", "关于{person}在 {day} 的告警已上报"),
            ("An alert was escalated", "有告警已上报"),
        ),
        NoticeKind.CAMPAIGN_WAITS: NoticeWords(
            ("A campaign from {day} on waits for your confirmation", "{day} 开始的专项工作等待您确认"),
            ("A campaign waits for your confirmation", "有专项工作等待您确认"),
        ),
        NoticeKind.ALERT_DIGEST: NoticeWords(
            ("Who stood out among your dossiers in the week from {day} on", "自 {day} 起一周内您保管的档案的异常查阅"),
            ("Your weekly digest is there", "您的每周摘要已生成"),
        ),
        NoticeKind.LEAVING_ANNOUNCED: NoticeWords(
            (
                "{person} leaves; the last day is {last_day}. You share dossiers with them",
                "{person} 即将离职，最后工作日为 {last_day}；您与其共用档案",
            ),
            ("A colleague is about to leave", "有同事即将离职"),
        ),
        NoticeKind.LEAVING_CHANGED: NoticeWords(
            (
                "{person} leaves on {last_day}, or somebody else takes over: it was changed",
                "{person} 的离职安排已变更，最后工作日为 {last_day}",
            ),
            ("A colleague's leaving was changed", "有同事的离职安排已变更"),
        ),
        NoticeKind.LEAVING_CANCELLED: NoticeWords(
            ("{person} does not leave after all", "{person} 的离职已撤销"),
            ("A colleague stays after all", "有同事的离职已撤销"),
        ),
        NoticeKind.HANDOVER_WAITS: NoticeWords(
            (
                "A duty of {person} on dossier {dossier} waits for your confirmation",
                "{person} 在档案 {dossier} 上的职责移交等待您确认",
            ),
            ("A hand-over waits for your confirmation", "有移交等待您确认"),
        ),
    }
)
_FRAME: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "greeting": ("Hello {name},", "{name}，您好："),
        "where": ("Sign in to see it and to act on it:", "请登录查看并处理："),
        "why": (
            "{vault} sent this, because your account there has this address. Nothing is decided by answering it.",
            "本邮件由 {vault} 发送，因为您的账户登记了此邮箱。回复本邮件无法作出任何决定。",
        ),
        "somebody": ("Somebody", "有人"),
        "a_dossier": ("no longer there", "（已不存在）"),
    }
)


def notice_sentence(
    language: Language, kind: NoticeKind, *, person: str, dossier: str, details: Mapping[str, str | int]
) -> str:
    """What the person reads in the vault."""
    slots = {name: str(value) for name, value in details.items()}
    slots["person"] = person or frame(language, "somebody")
    slots["dossier"] = dossier or frame(language, "a_dossier")
    return _in(language, NOTICE_WORDS[kind].told).format_map(slots)


def mail_subject(language: Language, kind: NoticeKind) -> str:
    """What stands in a list of mails."""
    return _in(language, NOTICE_WORDS[kind].mailed)


def frame(language: Language, part: str, **slots: str) -> str:
    """What is the same in every mail."""
    return _in(language, _FRAME[part]).format_map(slots)


def _in(language: Language, words: tuple[str, str]) -> str:
    english, chinese = words
    return chinese if language is Language.CHINESE else english
