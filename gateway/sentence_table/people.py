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
    "trail.event": Sentence(
        "There is no event of that name. Choose one of the list.", "没有该名称的事件。请从列表中选择。"
    ),
    "trail.outcome": Sentence("There is no such outcome. Choose one of the list.", "没有该结果。请从列表中选择。"),
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
}
