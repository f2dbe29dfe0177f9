"""What may be asked for, who must agree, how long it holds, and how case numbers look."""

from __future__ import annotations

from gateway.policy_table.words import FieldWords
from gateway.sentence_table import Sentence
from vault.model import ReasonCategory

_AS_FOR_ALL = Sentence("Empty: as for all classes.", "留空则按一般规定。")
_YES_NO = {"true": Sentence("yes", "是"), "false": Sentence("no", "否")}
_COPIES = Sentence(
    "Marked copies may leave the vault when approved: {value}.", "经批准，带标记副本可带出档案库：{value}。"
)
_CATEGORIES = {
    ReasonCategory.CUSTOMER_MEETING: Sentence("Meeting with the customer", "客户会面"),
    ReasonCategory.OFFER: Sentence("Offer", "报价"),
    ReasonCategory.CONTRACT: Sentence("Contract", "合同"),
    ReasonCategory.SERVICE_CASE: Sentence("Service case", "服务事项"),
    ReasonCategory.HANDOVER: Sentence("Hand-over", "交接"),
    ReasonCategory.REVIEW: Sentence("Review", "审核"),
    ReasonCategory.OTHER: Sentence("Other", "其他"),
}

SECTIONS: dict[str, Sentence] = {
    "requests": Sentence("Requests and grants", "申请与准许"),
    "requests.case_numbers": Sentence("Case numbers", "案件编号"),
    "emergencies": Sentence("Emergencies", "紧急查阅"),
}
WORDS: dict[str, FieldWords] = {
    "requests.approvals": FieldWords(
        Sentence("Approvers who must agree", "须同意的审批人数"),
        Sentence("{value} approvers must agree to a request.", "申请须经 {value} 名审批人同意。"),
        one=Sentence("One approver decides a request.", "申请由 1 名审批人决定。"),
    ),
    "requests.most_views": FieldWords(
        Sentence("Views in one request, at most", "每次申请的最多查阅次数"),
        Sentence("One request is for {value} views at most.", "每次申请最多 {value} 次查阅。"),
        one=Sentence("One request is for one view.", "每次申请 1 次查阅。"),
    ),
    "requests.most_days": FieldWords(
        Sentence("Days of access, hours or place, at most", "访问、时段或地点的最多天数"),
        Sentence(
            "Access outside assignment, out of hours or from another place is asked for {value} days at most.",
            "指派之外的访问、工作时间之外或其他地点的查阅最多申请 {value} 天。",
        ),
        one=Sentence(
            "Access outside assignment, out of hours or from another place is asked for one day.",
            "指派之外的访问、工作时间之外或其他地点的查阅可申请 1 天。",
        ),
    ),
    "requests.most_lease_minutes": FieldWords(
        Sentence("Minutes of a longer view, at most", "延长查阅的最多分钟数"),
        Sentence("A longer view lasts {value} minutes at most.", "延长的查阅最多 {value} 分钟。"),
        one=Sentence("No view is made longer.", "查阅时长不可延长。"),
    ),
    "requests.first_use_days": FieldWords(
        Sentence("Days within which a grant is first used", "准许的首次使用期限（天）"),
        Sentence("What is granted lapses unless it is used within {value} days.", "准许在 {value} 天内未使用即失效。"),
        one=Sentence("What is granted lapses unless it is used within one day.", "准许在 1 天内未使用即失效。"),
    ),
    "requests.grant_days": FieldWords(
        Sentence("Days that a grant holds from its first use", "准许自首次使用起的有效天数"),
        Sentence(
            "Granted views, longer views and copies hold for {value} days from their first use.",
            "获准的查阅次数、延长查阅与副本自首次使用起 {value} 天内有效。",
        ),
        one=Sentence(
            "Granted views, longer views and copies hold for one day from their first use.",
            "获准的查阅次数、延长查阅与副本自首次使用起 1 天内有效。",
        ),
    ),
    "requests.approver_must_remain": FieldWords(
        Sentence("A grant holds only while its approvers remain", "审批人在任时准许才有效"),
        Sentence(
            "A grant ends when somebody who agreed to it is no approver of the dossier any more: {value}.",
            "同意者不再是该档案审批人时，准许随即失效：{value}。",
        ),
        values=_YES_NO,
    ),
    "requests.open_accesses": FieldWords(
        Sentence("Open requests for access of one person", "每人未决的访问申请数"),
        Sentence(
            "One person has {value} open requests for access outside assignment at most.",
            "每人最多有 {value} 份未决的指派之外访问申请。",
        ),
        one=Sentence(
            "One person has one open request for access outside assignment.",
            "每人最多有 1 份未决的指派之外访问申请。",
        ),
    ),
    "requests.copies": FieldWords(
        Sentence("Marked copies may leave the vault", "带标记副本可带出"),
        Sentence(
            "Marked copies may leave the vault when approved: {value}.", "经批准，带标记副本可带出档案库：{value}。"
        ),
        values=_YES_NO,
    ),
    "requests.most_copies": FieldWords(
        Sentence("Copies in one request, at most", "每次申请的最多副本数"),
        Sentence("One request is for {value} copies at most.", "每次申请最多 {value} 份副本。"),
        one=Sentence("One request is for one copy.", "每次申请 1 份副本。"),
    ),
    "requests.copy_pages": FieldWords(
        Sentence("Pages of a copy, at most", "副本的最多页数"),
        Sentence("No copy is made of more than {value} pages.", "超过 {value} 页的文档不制作副本。"),
        one=Sentence("No copy is made of more than one page.", "超过 1 页的文档不制作副本。"),
    ),
    "requests.copy_hours": FieldWords(
        Sentence("Hours in which a prepared copy is downloaded", "已准备副本的下载时限（小时）"),
        Sentence("A prepared copy can be downloaded for {value} hours.", "已准备的副本可在 {value} 小时内下载。"),
        one=Sentence("A prepared copy can be downloaded for one hour.", "已准备的副本可在 1 小时内下载。"),
    ),
    "emergencies.minutes": FieldWords(
        Sentence("Minutes to open in an emergency", "紧急查阅须在几分钟内打开"),
        Sentence(
            "In an emergency one view opens, within {value} minutes.",
            "紧急情况下可查阅 1 次，须在 {value} 分钟内打开。",
        ),
    ),
    "emergencies.open_reviews": FieldWords(
        Sentence("Emergencies of one person without review", "每人未复核的紧急查阅数"),
        Sentence(
            "Whoever has {value} emergencies that wait for a review opens nothing in a further one.",
            "有 {value} 次紧急查阅尚未复核者，不得再次紧急查阅。",
        ),
        one=Sentence(
            "Whoever has an emergency that waits for its review opens nothing in a further one.",
            "有 1 次紧急查阅尚未复核者，不得再次紧急查阅。",
        ),
    ),
    "classes.*.emergencies": FieldWords(
        Sentence("Opens in an emergency", "允许紧急查阅"),
        Sentence("Documents open in an emergency: {value}.", "允许紧急查阅：{value}。"),
        Sentence("Documents open in an emergency up to secret.", "机密及以下允许紧急查阅。"),
        hint=Sentence("Empty: up to secret, not above.", "留空则机密及以下允许，更高密级不允许。"),
        values=_YES_NO,
    ),
    "requests.delegation_days": FieldWords(
        Sentence("Days of handing one's approving over, at most", "委托审批的最多天数"),
        Sentence(
            "An approver hands their approving to somebody else for {value} days at most.",
            "审批人委托他人代为审批最多 {value} 天。",
        ),
        one=Sentence(
            "An approver hands their approving to somebody else for one day at most.",
            "审批人委托他人代为审批最多 1 天。",
        ),
    ),
    "classes.*.approvals": FieldWords(
        Sentence("Approvers who must agree", "须同意的审批人数"),
        Sentence("{value} approvers must agree to a request.", "申请须经 {value} 名审批人同意。"),
        Sentence("As many approvers as for all classes.", "审批人数同一般规定。"),
        hint=_AS_FOR_ALL,
        one=Sentence("One approver decides a request.", "申请由 1 名审批人决定。"),
    ),
    "classes.*.copies": FieldWords(
        Sentence("Marked copies may leave the vault", "带标记副本可带出"),
        Sentence(
            "Marked copies may leave the vault when approved: {value}.", "经批准，带标记副本可带出档案库：{value}。"
        ),
        Sentence("Copies as for all classes.", "副本同一般规定。"),
        hint=_AS_FOR_ALL,
        values=_YES_NO,
    ),
    **{
        f"requests.case_numbers.{category.value}": FieldWords(
            words,
            Sentence(f"{words.en}: a case number looks like {{value}}.", f"{words.zh}：案件编号格式为 {{value}}。"),
            Sentence(f"{words.en}: any case number.", f"{words.zh}：不限案件编号格式。"),
            hint=Sentence(
                "Like C-\\d{6}: letters, digits, \\d, [A-Z], ?, {n}, {n,m} and |. Empty: any.",
                "例如 C-\\d{6}；可用字母、数字、\\d、[A-Z]、?、{n}、{n,m} 和 |。留空则不限。",
            ),
        )
        for category, words in _CATEGORIES.items()
    },
}
