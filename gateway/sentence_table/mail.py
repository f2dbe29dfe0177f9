"""Sentences about the mail server: why notices do not get on."""

from __future__ import annotations

from gateway.sentence_table.sentence import Sentence

SENTENCES: dict[str, Sentence] = {
    "mail.unreachable": Sentence(
        "The mail server cannot be reached. Check [mail] host and port; notices wait and are mailed later.",
        "无法连接邮件服务器。请检查 [mail] 的 host 与 port；通知已保存在档案库中，稍后自动发送。",
    ),
    "mail.certificate": Sentence(
        "The mail server's certificate is not believed, or it offers no encryption. Check [mail] security and ca_file.",
        "邮件服务器证书不可信，或不支持加密。请检查 [mail] 的 security 与 ca_file。",
    ),
    "mail.sign_in": Sentence(
        "The mail server does not take our name and password. Check [mail] username and password_file.",
        "邮件服务器拒绝登录。请检查 [mail] 的 username 与 password_file。",
    ),
    "mail.refused": Sentence(
        "The mail server refuses mails to this address. Check the address of the person and [mail] sender.",
        "邮件服务器拒收发往该地址的邮件。请检查人员邮箱与 [mail] 的 sender。",
    ),
    "mail.later": Sentence(
        "The mail server does not take mails just now. They are sent later by themselves.",
        "邮件服务器暂时不接收邮件，稍后会自动重发。",
    ),
    "mail.late": Sentence(
        "Notices wait for longer than 15 minutes to be mailed. See whether the worker runs.",
        "通知邮件等待已超过 15 分钟。请检查工作进程是否在运行。",
    ),
}
