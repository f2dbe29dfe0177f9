"""Sentences about what was sent, signing in, sessions, passwords and accounts."""

from __future__ import annotations

from gateway.sentence_table.sentence import Sentence

SENTENCES: dict[str, Sentence] = {
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
    "input.too_large": Sentence("What was sent is larger than this page takes.", "提交的内容超过此页面允许的大小。"),
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
    "password.same": Sentence("The new password is the old one. Choose another.", "新密码与旧密码相同。请另选一个。"),
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
    # a list of people
    "people.list_text": Sentence(
        "The list is no text: save it as CSV in UTF-8 or GB18030, or as JSON.",
        "名单不是文本文件：请保存为 UTF-8 或 GB18030 编码的 CSV，或 JSON。",
    ),
    "people.list_empty": Sentence("The list has no rows.", "名单中没有任何行。"),
    "people.list_too_long": Sentence(
        "The list is too long: at most {limit} rows at a time.", "名单过长：每次最多 {limit} 行。"
    ),
    "people.list_column": Sentence(
        "The column “{column}” is unknown, missing, or there twice. The columns are: staff_number, login, name, "
        "office, qualifications, clearance, locale, timezone, active, leaving_date, successor.",
        "列“{column}”未知、缺失或重复。可用的列：工号、登录名、姓名、机构职务、可任职责、涉密等级、语言、时区、在职、最后工作日、接任人。",
    ),
    "people.list_csv": Sentence(
        "Line {line} is not a row with as many fields as the first line has titles.",
        "第 {line} 行的字段数与首行标题数不符，或引号不完整。",
    ),
    "people.list_json": Sentence(
        "The list is no JSON of people: a SCIM ListResponse, or a list of SCIM users.",
        "该 JSON 不是人员名单：应为 SCIM ListResponse 或 SCIM 用户列表。",
    ),
    "people.import_refused": Sentence(
        "{count} rows cannot be used, so nothing was changed. Correct them and run it again:",
        "有 {count} 行无法使用，因此未作任何更改。请更正后重新运行：",
    ),
    "people.row_twice": Sentence("The staff number stands in row {row} already.", "该工号已出现在第 {row} 行。"),
    "people.row_login": Sentence(
        "The login differs from the one this staff number has here. A login stays for good.",
        "登录名与该工号现有的登录名不同。登录名不可更改。",
    ),
    "people.row_value": Sentence(
        "“{value}” cannot be used as {field}. See docs/operations/people.md for the words.",
        "“{value}”不能用作 {field}。可用取值见 docs/operations/people.md。",
    ),
    "people.passwords_file": Sentence(
        "Name a new file for the initial passwords with --passwords, in a folder where it can be written.",
        "请用 --passwords 指定一个新文件保存初始密码，且所在目录可写。",
    ),
}
