"""The mail server that carries notices."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from vault.config.describing import Section, said


class MailConfig(Section, frozen=True, kw_only=True):
    host: Annotated[str, said("The mail server.", "邮件服务器。")]
    port: Annotated[int, said("Its port.", "其端口。", ge=1, le=65_535)] = 587
    security: Annotated[
        Literal["starttls", "tls", "none"],
        said(
            "How the connection is protected; none only on the loopback.",
            "连接的加密方式；none 仅限本机回环地址。",
        ),
    ] = "starttls"
    sender: Annotated[str, said("Address that notices come from.", "通知邮件的发件地址。")]
    username: Annotated[
        str | None, said("Name to sign in with; left out: no sign-in.", "登录用户名；留空则不登录。")
    ] = None
    password_file: Annotated[Path | None, said("File with its password, owner only.", "密码文件，仅属主可读。")] = None
    ca_file: Annotated[
        Path | None, said("Authorities of the server instead of the system's.", "服务器的 CA 证书文件，替代系统的。")
    ] = None
