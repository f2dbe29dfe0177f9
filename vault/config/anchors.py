"""Where checkpoints are placed outside the vault, as the configuration names it: a list of anchors for each kind."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from vault.config.bucket import S3Config
from vault.config.describing import Section, said

_ANCHOR_NAME = ("Name of the anchor, unique among all.", "锚点名称，须唯一。")


class DirectoryAnchorConfig(Section, frozen=True, kw_only=True):
    name: Annotated[str, said(*_ANCHOR_NAME)]
    path: Annotated[
        Path,
        said(
            "Directory on a disk or share of another owner, where files can be added and not changed.",
            "位于他人所有的磁盘或共享上的目录，只可新增文件，不可修改。",
        ),
    ]


class BucketAnchorConfig(S3Config, frozen=True, kw_only=True):
    name: Annotated[str, said(*_ANCHOR_NAME)]
    retain_days: Annotated[
        int, said("Days for which each checkpoint stays locked.", "每个检查点锁定的天数。", ge=1, le=36_500)
    ] = 3650
    object_lock: Annotated[
        Literal["required", "if-present"],
        said(
            "Whether a checkpoint counts as placed where the bucket does not lock it.",
            "存储桶未锁定检查点时是否仍算已存入：required 不算，if-present 算。",
        ),
    ] = "required"


class WitnessAnchorConfig(Section, frozen=True, kw_only=True):
    name: Annotated[str, said(*_ANCHOR_NAME)]
    url: Annotated[str, said("Address of the witness.", "见证方的地址。")]
    key: Annotated[
        str,
        said(
            "The witness's key, as `dossier-vault witness show` says it.",
            "见证方的公钥，由 `dossier-vault witness show` 显示。",
        ),
    ]
    ca_file: Annotated[
        Path | None, said("Certificate authorities instead of the system's.", "替代系统的 CA 证书文件。")
    ] = None


class TimestampAnchorConfig(Section, frozen=True, kw_only=True):
    name: Annotated[str, said(*_ANCHOR_NAME)]
    url: Annotated[str, said("Address of the time-stamping authority.", "时间戳机构的地址。")]
    certificates: Annotated[
        Path,
        said(
            "Its root certificates, in PEM; each token is checked against them.",
            "其根证书（PEM），用于核验每个时间戳。",
        ),
    ]
    seconds: Annotated[
        int, said("Ask for a time stamp at most so often.", "最多每隔多少秒申请一次时间戳。", ge=1, le=86_400)
    ] = 600
    ca_file: Annotated[
        Path | None,
        said("Certificate authorities instead of the system's.", "替代系统的 CA 证书文件。"),
    ] = None


class AnchorsConfig(Section, frozen=True, kw_only=True):
    seconds: Annotated[
        int,
        said(
            "Place a checkpoint with each anchor at most so often, while there is news.",
            "有新条目时，最多每隔多少秒向各锚点存入一次检查点。",
            ge=1,
            le=86_400,
        ),
    ] = 10
    alarm_minutes: Annotated[
        int,
        said("An anchor that has failed for so long raises an alarm.", "锚点故障超过多少分钟即告警。", ge=1, le=10_080),
    ] = 15
    directories: Annotated[tuple[DirectoryAnchorConfig, ...], said("Anchors in directories.", "目录锚点。")] = ()
    buckets: Annotated[
        tuple[BucketAnchorConfig, ...], said("Anchors in buckets with Object Lock.", "启用对象锁定的存储桶锚点。")
    ] = ()
    witnesses: Annotated[tuple[WitnessAnchorConfig, ...], said("Witnesses.", "见证方锚点。")] = ()
    timestamps: Annotated[
        tuple[TimestampAnchorConfig, ...], said("Time-stamping authorities (RFC 3161).", "时间戳机构锚点（RFC 3161）。")
    ] = ()
