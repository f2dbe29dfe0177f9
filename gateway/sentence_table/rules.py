"""Sentences about rules, and about things that are not there or have changed."""

from __future__ import annotations

from gateway.sentence_table.sentence import Sentence

SENTENCES: dict[str, Sentence] = {
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
    "denied.hours": Sentence(
        "Documents of this class open in working hours only.", "此密级的文档只能在工作时间内打开。"
    ),
    "denied.place": Sentence(
        "Documents of this class do not open where you are. Go to one of its places, or ask the dossier's custodian.",
        "此密级的文档不能在您目前所在的地点打开。请到允许的地点，或联系档案保管人。",
    ),
    "denied.country_unknown": Sentence(
        "Documents of this class open in certain countries only, and the country of your network is not known. "
        "Ask the administrator.",
        "此密级的文档只能在特定国家或地区打开，而您的网络所属地无法识别。请联系系统管理员。",
    ),
    "denied.position_needed": Sentence(
        "This class asks for the position of your device. Press the button that shares it, then open.",
        "此密级要求提供设备位置。请先点击共享位置的按钮，再打开。",
    ),
    "denied.pages": Sentence(
        "This view may show {limit} different pages, and has. Those that you have read can still be read.",
        "本次查阅最多显示 {limit} 个不同页面，现已达到上限。已阅读的页面仍可继续查看。",
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
    "denied.requester_right": Sentence(
        "Whoever asks could not use it now: their assignment is over, their clearance too low, their account "
        "suspended, or they have another duty on this dossier. The request can be refused, not approved.",
        "申请人目前无法使用：其借用已结束、许可级别不足、账户已停用，或在此档案另有职责。此申请可以拒绝，不能批准。",
    ),
    "denied.agreed_already": Sentence(
        "You have decided this request. It waits for the other approvers.", "您已审批此申请，正在等待其他审批人。"
    ),
    "denied.grant_void": Sentence(
        "Somebody who agreed to this has lost the right to, so it does not hold any more. Ask anew.",
        "同意此项准许的人已失去相应权限，该准许不再有效。请重新申请。",
    ),
    "denied.grant_over": Sentence(
        "What was granted to you has just ended. Ask anew if you need it.",
        "您获得的准许刚刚终止。如仍需要，请重新申请。",
    ),
    "denied.copies": Sentence(
        "No copy of a document of this class may leave the vault.", "此密级的文档不得以副本形式带出档案库。"
    ),
    "denied.copy_pages": Sentence("This document has too many pages for a copy.", "此文档页数过多，不能制作副本。"),
    "denied.emergency_class": Sentence(
        "Documents of this class do not open in an emergency. Call an approver of the dossier.",
        "此密级的文档不允许紧急查阅，请直接联系该档案的审批人。",
    ),
    "denied.emergency_duties": Sentence(
        "You have another part in this dossier, by this or another account of yours, so it does not open for you.",
        "您（或您的其他账户）在此档案中另有职责，不能查阅。",
    ),
    "denied.emergency_needless": Sentence(
        "This document opens for you without an emergency. Reload the page.", "您可正常查阅此文档，请刷新页面。"
    ),
    "denied.emergency_unreviewed": Sentence(
        "Your last emergency still waits for its review. Until an approver has closed it, nothing more opens for you "
        "in an emergency.",
        "您上次的紧急查阅尚未复核。审批人完成复核之前，不得再次紧急查阅。",
    ),
    "emergency.reviewed": Sentence(
        "Another approver has reviewed this emergency. Reload the page.", "此次紧急查阅已由其他审批人复核，请刷新页面。"
    ),
    "denied.not_qualified": Sentence(
        "You are not qualified as a borrower. Ask the administrator.", "您不具备借用人资格，请联系系统管理员。"
    ),
    "denied.delegating": Sentence(
        "Only approvers hand their approving over, and you are not qualified as one.",
        "您不具备审批人资格，无审批可委托。",
    ),
    "denied.stead": Sentence(
        "Whoever handed their approving to you may not decide this themself, so you may not in their stead.",
        "委托人本人不得审批此申请，您亦不得代其审批。",
    ),
    "denied.stead_side": Sentence(
        "You hold another duty on this dossier, so you do not approve on it in anybody's stead.",
        "您在此档案上承担其他职责，不得代他人审批。",
    ),
    "delegation.self": Sentence(
        "That is you, or another account of yours. Choose somebody else.", "这是您本人或您的另一账户。请另选他人。"
    ),
    "delegation.to": Sentence(
        "Nobody who can take this over is called so: an active approver who is not about to leave. "
        "Enter their staff number.",
        "未找到可接受委托的人：须为在职且未登记离职的审批人。请填写其工号。",
    ),
    "delegation.ambiguous": Sentence(
        "More than one person is called so. Enter the staff number.", "有多人符合。请填写工号。"
    ),
    "delegation.longest": Sentence(
        "Approving is handed over for {limit} days at most. Choose an earlier last day.",
        "委托审批最多 {limit} 天。请选择更早的最后一天。",
    ),
    "delegation.overlaps": Sentence(
        "Your approving is handed to this person already for some of these days.", "其中部分日期您已委托此人审批。"
    ),
    "denied.own_account": Sentence(
        "Nobody does this to their own account. Another administrator does.",
        "不能对自己的账户进行此操作，请由其他管理员办理。",
    ),
    "denied.last_administrator": Sentence(
        "This is the last active administrator. Appoint another first.",
        "这是最后一位有效的系统管理员。请先任命另一位。",
    ),
    "denied.last_security_officer": Sentence(
        "The last active security officer must stay one: keys, erasures and the policy need a second person. Appoint "
        "another first.",
        "最后一名在用的安全员不能停用或改任：密钥、删除和政策均须第二人办理。请先任命另一名安全员。",
    ),
    "denied.last_custodian": Sentence(
        "This is the dossier's last custodian. Assign another first.",
        "这是此档案的最后一位保管人。请先指派另一位。",
    ),
    "duties.exclusive": Sentence(
        "Administrator, security officer and auditor exclude each other and hold no duty on dossiers.",
        "系统管理员、安全员和审计员不得在档案上任职，三者也不得兼任。",
    ),
    "duties.held": Sentence(
        "This person holds duties on dossiers, which no other office may. Their custodians end those duties first.",
        "此人在档案上仍有职责，不能改任其他职务。请先由相关保管人结束其职责。",
    ),
    "duties.conflict": Sentence(
        "This person holds another side of the same act on this dossier. Choose somebody else.",
        "此人在该档案上已担任相互制约的另一职责。请另选他人。",
    ),
    "duties.not_qualified": Sentence(
        "This person is not qualified for that duty. The administrator can change that.",
        "此人不具备担任该职责的资格。可由系统管理员调整。",
    ),
    "duties.clearance": Sentence(
        "This dossier's class is above this person's clearance. Choose somebody else, or ask the administrator.",
        "此档案的密级高于此人的许可级别。请另选他人，或联系系统管理员。",
    ),
    "denied.no_founder": Sentence(
        "Only those who are qualified as custodians found dossiers. The administrator can change that.",
        "只有具备保管人资格的人员可以建立档案。可由系统管理员调整。",
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
    "team.name": Sentence("Write a name of at most {limit} characters.", "请填写不超过 {limit} 个字符的名称。"),
    "team.taken": Sentence(
        "Another team has this name, or had it. Choose one that nobody can mistake for it.",
        "已有或曾有团队使用此名称。请另取不会混淆的名称。",
    ),
    "team.unknown": Sentence("There is no such team.", "没有此团队。"),
    "team.member": Sentence("This person is in the team already.", "此人已在团队中。"),
    "assignment.exists": Sentence("This person holds that duty already.", "此人已担任该职责。"),
    "assignment.ended": Sentence("This assignment has ended already.", "此任职已经结束。"),
    "assignment.ends_before_start": Sentence(
        "The end must be later than the beginning, and not in the past.", "结束时间必须晚于开始时间，且不能在过去。"
    ),
    "submission.decided": Sentence(
        "This submission has been decided meanwhile, or a newer version was handed in. Look at the dossier again.",
        "此递交件已经处理，或已有更新的版本递交。请重新查看该档案。",
    ),
    "dossier.name": Sentence(
        "Enter the customer's full name, at most {limit} characters.", "请填写客户全称，最多 {limit} 个字符。"
    ),
    "assignment.first_day": Sentence(
        "Enter the first day as year-month-day, such as 2026-12-31.", "请按“年-月-日”填写起始日，例如 2026-12-31。"
    ),
    "assignment.last_day": Sentence(
        "Enter the last day as year-month-day, such as 2026-12-31.", "请按“年-月-日”填写截止日，例如 2026-12-31。"
    ),
    "assignment.duty": Sentence("Choose a duty.", "请选择职责。"),
    "dossier.classification": Sentence("Choose the dossier's class.", "请选择档案的密级。"),
    "dossier.text_too_long": Sentence("A field holds at most {limit} characters.", "每栏最多 {limit} 个字符。"),
    "person.login": Sentence(
        "A login has 2 to 64 of a-z, 0-9 and . _ @ + -, beginning with a letter or digit.",
        "登录名为 2 至 64 个字符，可用 a-z、0-9 及 . _ @ + -，并以字母或数字开头。",
    ),
    "person.name": Sentence("Enter a name of at most {limit} characters.", "请填写姓名，最多 {limit} 个字符。"),
    "person.staff_number": Sentence(
        "A staff number has up to 32 letters, digits and . _ / -.", "工号最多 32 个字符，可用字母、数字及 . _ / -。"
    ),
    "person.office": Sentence("Choose one of the offices.", "请选择职务。"),
    "person.duty": Sentence("Choose duties of the list.", "请从列表中选择职责。"),
    "person.clearance": Sentence("Choose a clearance.", "请选择许可级别。"),
    "person.locale": Sentence("Choose one of the languages.", "请选择语言。"),
    "person.timezone": Sentence("Choose a time zone such as Asia/Shanghai.", "请选择时区，例如 Asia/Shanghai。"),
    "policy.unreadable": Sentence(
        "This is not a policy: {fault}.",
        "这不是有效的政策：{fault}。",
    ),
    "person.email": Sentence(
        "Write the address as name@company.example, or leave it empty.",
        "请填写形如 name@company.example 的邮箱，或留空。",
    ),
    "link.other": Sentence(
        "Nobody else, or more than one person, has this name, login or staff number.",
        "没有其他人，或有多人使用此姓名、登录名或工号。",
    ),
    "link.none": Sentence("This account is linked with no other.", "此账户未与其他账户关联。"),
    "loan.held": Sentence(
        "Whoever lent it answers for it and is not about to leave.", "出借人仍负责此出借，且并未离职。"
    ),
    "link.meanwhile": Sentence(
        "Accounts were being linked at this very moment. Nothing was counted: please try again.",
        "刚才正在关联账户，本次未计数，请重试。",
    ),
    "person.taken": Sentence("Another person has this login or staff number.", "该登录名或工号已属于其他人。"),
    "person.state": Sentence("The account is in that state already.", "该账户已处于此状态。"),
    "person.unknown": Sentence("There is no such person.", "没有此人。"),
}
