"""Sentences about people who leave, and about handing over."""

from __future__ import annotations

from gateway.sentence_table.sentence import Sentence

SENTENCES: dict[str, Sentence] = {
    "denied.watched": Sentence(
        "You are about to leave, so each view needs an approver's grant. You can ask for one on the document's page.",
        "您即将离职，每次查阅均须经审批人批准。请在文档页面提出申请。",
    ),
    "duties.leaving": Sentence(
        "This person is about to leave and takes over nothing new. Choose somebody else.",
        "此人即将离职，不再承担新的职责。请另选他人。",
    ),
    "leaving.announced": Sentence(
        "It is announced already that this person leaves. Change that instead.",
        "此人的离职已登记。请直接修改。",
    ),
    "leaving.none": Sentence("This person is not about to leave.", "此人未登记离职。"),
    "leaving.over": Sentence(
        "The last day is over, so this cannot be changed any more. Restore the account if the person is back.",
        "最后工作日已过，不能再更改。如此人返岗，请恢复其账户。",
    ),
    "leaving.suspended": Sentence(
        "This account is suspended and holds nothing that could be handed over.", "此账户已停用，且没有可移交的职责。"
    ),
    "leaving.day": Sentence("Enter the last day as year-month-day.", "请按“年-月-日”填写最后工作日。"),
    "leaving.day_past": Sentence(
        "The last day is past. For somebody who has left already, suspend the account.",
        "最后工作日已过。如此人已离职，请停用其账户。",
    ),
    "leaving.day_far": Sentence(
        "The last day is more than three years away. Check the year.", "最后工作日在三年之后。请核对年份。"
    ),
    "leaving.successor": Sentence(
        "Nobody of the staff with this name, login or staff number can take over. Check it: whoever is suspended or "
        "about to leave cannot.",
        "没有可接任的员工使用此姓名、登录名或工号。请核对：已停用或即将离职的人员不能接任。",
    ),
    "leaving.successor_ambiguous": Sentence(
        "Several people are called so. Enter the staff number.", "有多人同名。请填写工号。"
    ),
    "exposure.days": Sentence("Ask for {least} to {most} days.", "天数应在 {least} 至 {most} 之间。"),
    "handover.no_successor": Sentence(
        "Nobody is named to take this duty over. Name somebody first.", "此职责尚未指定接任人。请先指定。"
    ),
    "handover.same_person": Sentence(
        "Custodian and successor are two people: one of the two confirmations is somebody else's.",
        "保管人与接任人须为两人：其中一项确认应由他人作出。",
    ),
    "handover.leaver": Sentence(
        "Another custodian of this dossier confirms, not the one who leaves.",
        "应由该档案的其他保管人确认，而非离职者本人。",
    ),
    "handover.successor_gone": Sentence(
        "The person named to take over is leaving or suspended. Name somebody else.",
        "指定的接任人即将离职或已停用。请另行指定。",
    ),
    "handover.changed": Sentence(
        "Somebody else is named to take over by now. Look who it is, then confirm.",
        "接任人现已更改。请查看后再确认。",
    ),
    "handover.over": Sentence(
        "This hand-over is done, or the duty has ended meanwhile. Load the page again.",
        "此项移交已完成，或该职责已结束。请刷新页面。",
    ),
}
