"""Sentences about reasons, requests, views and what is stored."""

from __future__ import annotations

from gateway.sentence_table.sentence import Sentence

SENTENCES: dict[str, Sentence] = {
    # reasons and requests
    "reason.category": Sentence("Choose what the reason is about.", "请选择事由类别。"),
    "reason.empty": Sentence(
        "Say in a few words why you need it. It is recorded with the view.",
        "请用几句话说明需要的原因，该说明将与查阅记录一并保存。",
    ),
    "reason.meaningless": Sentence(
        "Say it so that a colleague understands it a year from now: a few real words.",
        "请写得具体一些，让同事在一年后也能看懂。",
    ),
    "reason.too_long": Sentence("Use at most {limit} characters.", "最多 {limit} 个字符。"),
    "reason.case_number": Sentence(
        "A case number has up to 40 letters, digits and / _ . -.",
        "案件编号最多 40 个字符，可用字母、数字及 / _ . -。",
    ),
    "reason.case_pattern": Sentence(
        "For this category a case number looks like {pattern}.", "此类别的案件编号应符合格式 {pattern}。"
    ),
    "request.views": Sentence("Ask for 1 to {limit} views.", "可申请 1 至 {limit} 次查阅。"),
    "request.lease": Sentence("Ask for {least} to {limit} minutes.", "可申请 {least} 至 {limit} 分钟。"),
    "request.hours": Sentence("Ask for 1 to {limit} days.", "可申请 1 至 {limit} 天。"),
    "request.place": Sentence("Ask for 1 to {limit} days.", "可申请 1 至 {limit} 天。"),
    "request.access": Sentence("Ask for 1 to {limit} days.", "可申请 1 至 {limit} 天。"),
    "request.copy": Sentence("Ask for 1 to {limit} copies.", "可申请 1 至 {limit} 份副本。"),
    "request.kind": Sentence("Choose one of the things that can be asked for.", "请选择可以申请的事项。"),
    "request.reference": Sentence(
        "A dossier's reference has letters, digits and hyphens, like D2026-00017.",
        "档案编号由字母、数字和连字符组成，例如 D2026-00017。",
    ),
    "request.accesses": Sentence(
        "You have {limit} requests for access that wait. Withdraw one, or wait until one is answered.",
        "您已有 {limit} 份待处理的访问申请。请撤回一份，或等待其中一份得到答复。",
    ),
    "request.document": Sentence("Choose the document that access is granted to.", "请选择准予访问的文档。"),
    "request.granted": Sentence(
        "Grant 1 to {limit}: no more than was asked for.", "可批准 1 至 {limit}，不得超过申请数量。"
    ),
    "request.decision": Sentence("Press either Approve or Refuse.", "请点击“批准”或“拒绝”。"),
    "request.open": Sentence(
        "You have such a request that waits for its decision.", "您已有一份同类申请正在等待审批。"
    ),
    "request.closed": Sentence(
        "This request has been decided, withdrawn or has lapsed.", "此申请已审批、已撤回或已失效。"
    ),
    "request.agreed": Sentence(
        "You have decided this request already, in another way. What you decided holds.",
        "您已对此申请作出不同的决定，原决定有效。",
    ),
    "draft.too_long": Sentence(
        "The draft has more than {limit} characters and was not kept.", "草稿超过 {limit} 个字符，未能保存。"
    ),
    "grant.over": Sentence(
        "This grant is used up, has run out or was ended. Ask anew if you need it.",
        "此项准许已用完、到期或已终止。如仍需要，请重新申请。",
    ),
    "copy.cut_off": Sentence(
        "The copy took too long to make and was given up; nothing of it left. Download it again.",
        "副本制作时间过长，已放弃，未有内容送出。请重新下载。",
    ),
    "copy.over": Sentence(
        "This copy was downloaded already, or its time is over. Prepare another if one is left, or ask anew.",
        "此副本已下载，或已过期限。如有剩余份数请重新准备，否则请重新申请。",
    ),
    # views
    "quota.spent": Sentence(
        "All your views of this document are used. You can ask for more.",
        "您对此文档的查阅次数已用完，可以申请增加。",
    ),
    "quota.window": Sentence(
        "All your views of this document within the days that count are used. You can wait, or ask for more.",
        "您在计次期限内对此文档的查阅次数已用完。可以等待，也可以申请增加。",
    ),
    "quota.day": Sentence(
        "You have opened as many documents today as one person may in a day. Tomorrow is counted anew.",
        "您今日打开文档的次数已达每人每日上限，明日重新计次。",
    ),
    "quota.day_class": Sentence(
        "You have opened as many documents of this class today as one person may in a day. Tomorrow is counted anew.",
        "您今日打开此密级文档的次数已达每人每日上限，明日重新计次。",
    ),
    "view.not_ready": Sentence(
        "This view could not be prepared. Open the document again; it costs no further view.",
        "本次查阅未能准备就绪。请重新打开文档，不会多计次数。",
    ),
    "lease.ended": Sentence("This view is over.", "本次查阅已结束。"),
    "lease.done": Sentence("You ended this view at {at}.", "您已于 {at} 结束本次查阅。"),
    "lease.expired": Sentence(
        "The time of this view ended at {at}. If you need the document again, open it as your next view.",
        "本次查阅已于 {at} 到期。如需再看，请作为下一次查阅重新打开。",
    ),
    "lease.revoked": Sentence(
        "This view was ended by {by} at {at}. Ask them, or the dossier's custodian: {ask}.",
        "本次查阅已于 {at} 由 {by} 终止。如有疑问，请联系该人员或档案保管人：{ask}。",
    ),
    "lease.session": Sentence(
        "This view belongs to another session, or its session has ended. Open the document again from here.",
        "本次查阅属于另一会话，或其会话已结束。请在此重新打开文档。",
    ),
    "lease.suspended": Sentence(
        "Your account was suspended at {at}. Ask the administrator.", "您的账户已于 {at} 被停用。请联系系统管理员。"
    ),
    "lease.right_lost": Sentence(
        "Your right to this dossier ended while you were reading. Ask its custodian: {ask}.",
        "您在阅读期间失去了对此档案的权限。请联系保管人：{ask}。",
    ),
    "lease.failed": Sentence(
        "This view could not be opened and was not counted. Ask the dossier's custodian: {ask}.",
        "本次查阅未能打开，也未计次。请联系档案保管人：{ask}。",
    ),
    # stored content
    "tamper.detected": Sentence(
        "What is stored is not what was filed. Nothing was shown; the security officer has been told.",
        "存储内容与归档内容不符，未显示任何内容，并已告知安全员。",
    ),
}
