"""How an S3-compatible bucket is named in the configuration, wherever one is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from vault.config.describing import Section, said


class S3Config(Section, frozen=True, kw_only=True):
    endpoint: Annotated[str, said("Host and port of the store, without scheme.", "存储的主机与端口，不含协议。")]
    bucket: Annotated[str, said("The bucket; it must exist.", "存储桶，须已存在。")]
    access_key_file: Annotated[Path, said("File with the access key.", "存放访问密钥 ID 的文件。")]
    secret_key_file: Annotated[
        Path, said("File with the secret key, readable by its owner only.", "存放私有密钥的文件，仅属主可读。")
    ]
    region: Annotated[str, said("Region to sign for.", "签名所用区域。")] = "us-east-1"
    secure: Annotated[bool, said("Use TLS.", "使用 TLS。")] = True
    prefix: Annotated[str, said("Put before every object's key; ends with a slash.", "对象键前缀，以斜杠结尾。")] = ""
    ca_file: Annotated[
        Path | None, said("Certificate authorities instead of the system's.", "替代系统的 CA 证书文件。")
    ] = None
