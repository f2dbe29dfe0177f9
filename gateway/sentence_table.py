"""Every error code of the vault with its sentence in English and in Simplified Chinese: what happened, what to do.

Kept as a table beside the code, not in the gettext catalogue, because the command line speaks them too, without a web
application. A test finds every code that is raised and fails while one has no row. No sentence names a customer; what
stands in braces comes from the error's parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Sentence(NamedTuple):
    """The same sentence in both languages."""

    en: str
    zh: str


SENTENCES: Mapping[str, Sentence] = MappingProxyType(
    {
        # what was sent
        "input.invalid": Sentence(
            "Something in the form cannot be used. Check what you entered.", "表单中有内容无法使用。请检查所填内容。"
        ),
        "input.idempotency_key": Sentence(
            "The form has lost its number. Go back, load the page again and send it once more.",
            "表单编号缺失。请返回并刷新页面后重新提交。",
        ),
        "input.submission_key": Sentence(
            "The form has lost its number. Go back, load the page again and send it once more.",
            "表单编号缺失。请返回并刷新页面后重新提交。",
        ),
        "input.too_large": Sentence(
            "What was sent is larger than this page takes.", "提交的内容超过此页面允许的大小。"
        ),
        "input.cut_short": Sentence(
            "The transmission was cut short. Nothing was kept; send it again.", "传输中断，未保存任何内容。请重新提交。"
        ),
        "input.host": Sentence(
            "This address is not one the vault answers to. Use the address you were given.",
            "档案库不在此地址提供服务。请使用告知您的地址。",
        ),
        "input.method": Sentence("This page cannot be used that way.", "不能以这种方式使用此页面。"),
        "input.not_ours": Sentence(
            "The request did not come from a page of the vault, so nothing was done. Open the page again and retry.",
            "该请求并非来自档案库自己的页面，因此未作任何处理。请重新打开页面再试。",
        ),
        "input.form_expired": Sentence(
            "This form belongs to an earlier session, so nothing was done. Load the page again and send it once more.",
            "该表单属于先前的会话，因此未作任何处理。请刷新页面后重新提交。",
        ),
        # signing in, sessions, passwords
        "session.none": Sentence("Please sign in.", "请登录。"),
        "session.expired": Sentence("Your session has ended. Please sign in again.", "会话已结束，请重新登录。"),
        "session.password_due": Sentence(
            "Choose your own password first; the one you were given serves only once.",
            "请先设置您自己的密码；初始密码只能使用一次。",
        ),
        "sign_in.refused": Sentence(
            "Login and password do not match an active account. Check both; the administrator can reset a password.",
            "登录名与密码不匹配任何有效账户。请核对后重试；管理员可以重置密码。",
        ),
        "sign_in.blocked": Sentence(
            "Too many attempts. Wait {minutes} min and try again.", "尝试次数过多。请等待 {minutes} 分钟后再试。"
        ),
        "too_many": Sentence("Too many attempts. Wait a little and try again.", "尝试次数过多。请稍候再试。"),
        "password.wrong": Sentence("The current password is not right.", "当前密码不正确。"),
        "password.same": Sentence(
            "The new password is the old one. Choose another.", "新密码与旧密码相同。请另选一个。"
        ),
        "password.not_alike": Sentence(
            "The two new passwords differ. Type them again.", "两次输入的新密码不一致。请重新输入。"
        ),
        "password.too_short": Sentence(
            "Use at least {minimum} characters. A few unrelated words work well.",
            "密码至少需要 {minimum} 个字符。几个互不相关的词即可。",
        ),
        "password.too_long": Sentence("Use at most {limit} characters.", "密码最多 {limit} 个字符。"),
        "password.too_common": Sentence(
            "This password is among the first that others would try. Choose another.",
            "此密码太常见，容易被人猜到。请另选一个。",
        ),
        # rules
        "denied.policy": Sentence("This is not allowed.", "不允许此操作。"),
        "denied.suspended": Sentence(
            "Your account is suspended. Ask the administrator.", "您的账户已停用。请联系系统管理员。"
        ),
        "denied.office": Sentence("This is done by another office than yours.", "此操作由其他职务的人员办理。"),
        "denied.duty": Sentence(
            "This needs a duty that you do not hold on this dossier. Ask its custodian.",
            "您在此档案上没有办理该事项的职责。请联系其保管人。",
        ),
        "denied.not_borrower": Sentence(
            "Only borrowers of this dossier open its documents. Ask its custodian to assign you.",
            "只有此档案的借用人可以打开其文档。请联系保管人分配。",
        ),
        "denied.not_assigned": Sentence(
            "You hold no duty on this dossier. Ask its custodian.", "您在此档案上没有职责。请联系其保管人。"
        ),
        "denied.assignment_not_started": Sentence(
            "Your assignment to this dossier has not begun yet. Ask its custodian when it does.",
            "您对此档案的借用尚未开始。请向保管人询问开始时间。",
        ),
        "denied.assignment_ended": Sentence(
            "Your assignment to this dossier has ended. Ask its custodian if you still need it.",
            "您对此档案的借用已结束。如仍需要，请联系保管人。",
        ),
        "denied.clearance": Sentence(
            "This dossier's class is above your clearance. Ask its custodian.",
            "此档案的密级高于您的许可级别。请联系其保管人。",
        ),
        "denied.not_ready": Sentence(
            "The document is not ready to be opened: it is being prepared or waits to be filed. Try again later.",
            "文档尚不能打开：正在准备或等待归档。请稍后再试。",
        ),
        "denied.place_needed": Sentence(
            "Say where you are: your network is not one the vault knows.",
            "请填写您所在的地点：档案库无法识别您的网络。",
        ),
        "denied.no_session": Sentence("Documents open in the web application only.", "文档只能在网页中打开。"),
        "denied.own_request": Sentence(
            "Nobody decides their own request. Another approver of this dossier does.",
            "不能审批自己的申请，请由此档案的其他审批人办理。",
        ),
        "denied.own_submission": Sentence(
            "Whoever handed in or filed this document does not decide about it. Another person does.",
            "递交或归档此文档的人不能对其作出决定，请由他人办理。",
        ),
        "denied.custodian_decides": Sentence(
            "Custodians do not decide requests on dossiers in their keeping. An approver does.",
            "保管人不能审批自己所保管档案的申请，请由审批人办理。",
        ),
        "denied.own_account": Sentence(
            "Nobody does this to their own account. Another administrator does.",
            "不能对自己的账户进行此操作，请由其他管理员办理。",
        ),
        "denied.last_administrator": Sentence(
            "This is the last active administrator. Appoint another first.",
            "这是最后一位有效的系统管理员。请先任命另一位。",
        ),
        "denied.last_custodian": Sentence(
            "This is the dossier's last custodian. Assign another first.",
            "这是此档案的最后一位保管人。请先指派另一位。",
        ),
        "duties.exclusive": Sentence(
            "Administrator, security officer and auditor exclude each other and hold no duty on dossiers.",
            "系统管理员、安全员和审计员不得在档案上任职，三者也不得兼任。",
        ),
        "duties.conflict": Sentence(
            "This person holds another side of the same act on this dossier. Choose somebody else.",
            "此人在该档案上已担任相互制约的另一职责。请另选他人。",
        ),
        "duties.not_qualified": Sentence(
            "This person is not qualified for that duty. The administrator can change that.",
            "此人不具备担任该职责的资格。可由系统管理员调整。",
        ),
        # unknown, changed
        "not_found": Sentence(
            "There is nothing here that you may see. Check the address, or ask the dossier's custodian.",
            "此处没有您可以查看的内容。请检查地址，或联系档案保管人。",
        ),
        "conflict": Sentence(
            "Things have changed since you looked. Load the page again.", "自您查看之后情况已有变化。请刷新页面。"
        ),
        "revision.stale": Sentence(
            "Somebody else changed this meanwhile. Load the page again and repeat your change.",
            "其他人在此期间已作修改。请刷新页面后重新修改。",
        ),
        "assignment.exists": Sentence("This person holds that duty already.", "此人已担任该职责。"),
        "assignment.ended": Sentence("This assignment has ended already.", "此任职已经结束。"),
        "assignment.ends_before_start": Sentence(
            "The end must be later than the beginning, and not in the past.", "结束时间必须晚于开始时间，且不能在过去。"
        ),
        "submission.decided": Sentence("This submission has been decided already.", "此递交件已经处理。"),
        "dossier.name": Sentence(
            "Enter the customer's full name, at most {limit} characters.", "请填写客户全称，最多 {limit} 个字符。"
        ),
        "dossier.text_too_long": Sentence("A field holds at most {limit} characters.", "每栏最多 {limit} 个字符。"),
        "person.login": Sentence(
            "A login has 2 to 64 of a-z, 0-9 and . _ @ + -, beginning with a letter or digit.",
            "登录名为 2 至 64 个字符，可用 a-z、0-9 及 . _ @ + -，并以字母或数字开头。",
        ),
        "person.name": Sentence("Enter a name of at most {limit} characters.", "请填写姓名，最多 {limit} 个字符。"),
        "person.staff_number": Sentence(
            "A staff number has up to 32 letters, digits and . _ / -.", "工号最多 32 个字符，可用字母、数字及 . _ / -。"
        ),
        "person.locale": Sentence("Choose one of the languages.", "请选择语言。"),
        "person.timezone": Sentence("Choose a time zone such as Asia/Shanghai.", "请选择时区，例如 Asia/Shanghai。"),
        "person.taken": Sentence("Another person has this login or staff number.", "该登录名或工号已属于其他人。"),
        "person.state": Sentence("The account is in that state already.", "该账户已处于此状态。"),
        "person.unknown": Sentence("There is no such person.", "没有此人。"),
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
        "request.views": Sentence("Ask for 1 to {limit} views.", "可申请 1 至 {limit} 次查阅。"),
        "request.granted": Sentence(
            "Grant 1 to {limit} views: no more than were asked for.", "可批准 1 至 {limit} 次，不得超过申请次数。"
        ),
        "request.open": Sentence(
            "You have a request for this document that waits for its decision.", "您对此文档已有一份待审批的申请。"
        ),
        "request.closed": Sentence(
            "This request has been decided, withdrawn or has lapsed.", "此申请已审批、已撤回或已失效。"
        ),
        # views
        "quota.spent": Sentence(
            "All your views of this document are used. You can ask for more.",
            "您对此文档的查阅次数已用完，可以申请增加。",
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
        # parts of the vault
        "unavailable": Sentence(
            "A part of the vault does not answer right now. Try again in a minute.",
            "档案库的某个部分暂时没有响应。请一分钟后再试。",
        ),
        "database.unavailable": Sentence(
            "The vault's database does not answer right now. Try again in a minute.",
            "档案库的数据库暂时没有响应。请一分钟后再试。",
        ),
        "database.schema": Sentence(
            "The database does not fit this version of the program. The operator runs `dossier-vault migrate`.",
            "数据库与程序版本不符。请运维人员运行 `dossier-vault migrate`。",
        ),
        "database.constraint": Sentence(
            "Somebody else did the same at the same moment. Load the page again.",
            "其他人在同一时刻进行了相同操作。请刷新页面。",
        ),
        "spool.full": Sentence(
            "The vault's disk is full. The operator makes room; nothing was kept of what you sent.",
            "档案库磁盘已满，您提交的内容未保存。请联系运维人员。",
        ),
        "spool.unavailable": Sentence(
            "The vault's working folder cannot be used. The operator checks its rights.",
            "档案库的工作目录无法使用。请运维人员检查其权限。",
        ),
        "keys.unavailable": Sentence(
            "The key provider does not answer. The operator looks into it; try again later.",
            "密钥服务没有响应。请运维人员检查，稍后再试。",
        ),
        "keys.state": Sentence(
            "The key that this needs may not be used now. Ask the security officer.",
            "所需密钥目前不可使用。请联系安全员。",
        ),
        "keys.not_initialised": Sentence(
            "The vault has no keys yet. The operator runs `dossier-vault init`.",
            "档案库尚无密钥。请运维人员运行 `dossier-vault init`。",
        ),
        "vault.initialised": Sentence("The vault has been set up already.", "档案库已完成初始化。"),
        "sealed": Sentence(
            "The vault is sealed: you can sign in, but documents do not open until the operator unseals it.",
            "档案库处于封存状态：可以登录，但在运维人员解封之前无法打开文档。",
        ),
        "config.invalid": Sentence(
            "The configuration cannot be used. Each fault is listed with its remedy.",
            "配置无法使用。各项错误及其解决办法已列出。",
        ),
        "internal": Sentence(
            "Something went wrong on our side. Try again; if it stays, tell the operator the number below.",
            "系统出现问题。请重试；若仍然如此，请将下方编号告知运维人员。",
        ),
        # intake, beyond vault.intake.sentences
        "intake.size_mismatch": Sentence(
            "The file arrived incomplete. Nothing was kept; send it again.",
            "文件未完整送达，未保存任何内容。请重新提交。",
        ),
        "intake.in_progress": Sentence(
            "This file is being taken in already. Look again in a moment.", "该文件正在接收中。请稍后查看。"
        ),
        "intake.abandoned": Sentence(
            "Taking in this file took too long and was given up. Send it again.",
            "接收该文件耗时过长，已放弃。请重新提交。",
        ),
        "intake.conversion_failed": Sentence(
            "The document could not be made into pages. Save it anew as PDF and send it again.",
            "无法将文档转换为页面。请重新另存为 PDF 后提交。",
        ),
        "intake.conversion_slow": Sentence(
            "Documents are being prepared more slowly than usual. It will be tried again by itself.",
            "文档准备速度较慢，系统会自动重试。",
        ),
    }
)
