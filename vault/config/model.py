"""Every option, with its type, bounds, default, and what it means in both languages.

``said`` (vault.config.describing) attaches the English and Chinese description to the type; docs/configuration.md and
the check of config.example.toml are made from it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from vault.config.anchors import AnchorsConfig
from vault.config.bucket import S3Config
from vault.config.describing import Section, said
from vault.config.mail import MailConfig


class GatewayConfig(Section, frozen=True, kw_only=True):
    listen: Annotated[str, said("Address and port to listen on.", "监听地址与端口。")] = "127.0.0.1:8700"
    public_url: Annotated[
        str,
        said("Address in people's browsers; https except on the loopback.", "浏览器中的访问地址；除本机外须为 https。"),
    ] = "http://127.0.0.1:8700"
    trusted_hosts: Annotated[
        tuple[str, ...],
        said("Host names answered to; empty: that of public_url.", "允许的主机名；留空则取自 public_url。"),
    ] = ()
    trusted_proxies: Annotated[
        tuple[str, ...],
        said("Networks of proxies whose X-Forwarded-For is believed.", "可信代理的网段，仅采信其 X-Forwarded-For。"),
    ] = ()
    workers: Annotated[int, said("Web processes.", "网页进程数。", ge=1, le=64)] = 2
    threads: Annotated[int, said("Threads in each web process.", "每个网页进程的线程数。", ge=1, le=64)] = 4
    max_upload_mib: Annotated[
        int, said("Largest upload in the browser, in MiB.", "浏览器上传的最大体积（MiB）。", ge=1, le=65_536)
    ] = 512


class DatabaseConfig(Section, frozen=True, kw_only=True):
    url: Annotated[
        str,
        said(
            "sqlite:///PATH or postgresql+psycopg://USER@HOST/NAME; a password belongs in ~/.pgpass.",
            "sqlite:///路径 或 postgresql+psycopg://用户@主机/库名；密码请写在 ~/.pgpass 中。",
        ),
    ]
    pool_size: Annotated[int, said("Connections kept open per process.", "每个进程保持的连接数。", ge=1, le=64)] = 8


class StorageConfig(Section, frozen=True, kw_only=True):
    directory: Annotated[
        Path | None, said("Directory for sealed objects; or a bucket below.", "密封对象的目录；或使用下面的存储桶。")
    ] = None
    s3: Annotated[S3Config | None, said("An S3-compatible bucket.", "兼容 S3 的存储桶。")] = None


class KeysConfig(Section, frozen=True, kw_only=True):
    root: Annotated[str, said("Root key: file:/PATH or passphrase:/PATH.", "根密钥：file:/路径 或 passphrase:/路径。")]
    next_root: Annotated[
        str,
        said(
            "Root key that keys are being moved to; becomes root when they have.",
            "密钥正在迁往的根密钥；迁移完成后改填为 root。",
        ),
    ] = ""
    passphrase_file: Annotated[
        Path | None,
        said(
            "File with the passphrase, owner only; left out: it is asked for.",
            "口令文件，仅属主可读；留空则在启动时询问。",
        ),
    ] = None
    next_passphrase_file: Annotated[
        Path | None,
        said(
            "File with the passphrase of next_root, owner only; needed while keys move to a passphrase: root key.",
            "next_root 的口令文件，仅属主可读；密钥迁往 passphrase: 根密钥期间需要。",
        ),
    ] = None


class CustodyConfig(Section, frozen=True, kw_only=True):
    destroy_wait_days: Annotated[
        int,
        said(
            "Days between the order to destroy a key or dossier and its execution.",
            "从下令销毁密钥或档案到执行的等待天数。",
            ge=1,
            le=365,
        ),
    ] = 30
    backup_days: Annotated[
        int,
        said(
            "Days after which no backup holds what was destroyed.",
            "备份保留天数，此后备份不再含已销毁的内容。",
            ge=1,
            le=3650,
        ),
    ] = 35
    backup_marker: Annotated[
        Path | None,
        said("File that your backup job touches when it has succeeded.", "备份任务成功后更新的标记文件。"),
    ] = None
    rotation_days: Annotated[
        int, said("A key older than so many days is due for rotation.", "密钥超过多少天后应当轮换。", ge=1, le=3650)
    ] = 365
    manifest_minutes: Annotated[
        int,
        said(
            "Store the manifest of wrapped keys at most so often, after changes.",
            "密钥清单在变更后最多每隔多少分钟存储一次。",
            ge=1,
            le=1440,
        ),
    ] = 10


class SessionsConfig(Section, frozen=True, kw_only=True):
    idle_minutes: Annotated[
        int, said("A session unused for so long ends.", "会话闲置多少分钟后结束。", ge=1, le=1440)
    ] = 30
    hours: Annotated[int, said("A session ends after so many hours.", "会话最长小时数。", ge=1, le=24)] = 10


class PasswordsConfig(Section, frozen=True, kw_only=True):
    minimum_characters: Annotated[int, said("Shortest password that is accepted.", "密码最短字符数。", ge=8, le=64)] = (
        12
    )


class SignInConfig(Section, frozen=True, kw_only=True):
    attempts: Annotated[
        int, said("Wrong passwords from one address before a pause.", "同一地址连续输错多少次后暂停。", ge=2, le=100)
    ] = 5
    block_minutes: Annotated[int, said("Length of the pause, in minutes.", "暂停的分钟数。", ge=1, le=1440)] = 15


class Zone(Section, frozen=True, kw_only=True):
    name: Annotated[str, said("Name of the place, as it goes on the mark.", "地点名称，将写入水印。")]
    networks: Annotated[tuple[str, ...], said("Its networks, such as 10.1.0.0/16.", "所属网段，如 10.1.0.0/16。")]


class PlacesConfig(Section, frozen=True, kw_only=True):
    geoip: Annotated[
        Path | None,
        said(
            "A location database (.mmdb, MaxMind DB format): country and city of addresses. Read anew when it changes.",
            "位置数据库（.mmdb，MaxMind DB 格式），提供地址所属国家和城市。文件更新后自动重新读取。",
        ),
    ] = None
    zones: Annotated[tuple[Zone, ...], said("Networks whose place is known.", "已知地点的网段。")] = ()


class IntakeLimits(Section, frozen=True, kw_only=True):
    pages: Annotated[int, said("Most pages of one document.", "单份文档的最多页数。", ge=1, le=10_000)] = 2_000
    seconds: Annotated[int, said("Processor time for one document.", "单份文档的处理器秒数。", ge=5, le=7_200)] = 600
    memory_mib: Annotated[
        int, said("Memory for one document, in MiB.", "单份文档的内存上限（MiB）。", ge=256, le=65_536)
    ] = 1536


class HotFolderConfig(Section, frozen=True, kw_only=True):
    folder: Annotated[Path, said("The watched folder.", "监视文件夹。")]
    spool: Annotated[
        Path, said("Private waiting place on the same file system.", "私有暂存目录，须与监视文件夹在同一文件系统。")
    ]
    custodian: Annotated[
        str, said("Login of the custodian in whose name files are filed.", "以其名义归档的保管人登录名。")
    ]
    quiet_seconds: Annotated[
        float, said("A file untouched for so long is complete.", "文件静止多少秒视为写完。", ge=1, le=3600)
    ] = 5.0
    rescan_seconds: Annotated[
        float, said("Look at the folder at least so often.", "至少每隔多少秒扫描一次。", ge=1, le=3600)
    ] = 30.0
    network_mount: Annotated[
        bool, said("The folder is a network share, which sends no events.", "文件夹是网络共享（不产生事件）。")
    ] = False


class IntakeConfig(Section, frozen=True, kw_only=True):
    spool: Annotated[Path, said("Directory for sealed temporary files.", "密封临时文件的目录。")]
    max_mib: Annotated[int, said("Largest document, in MiB.", "单份文档的最大体积（MiB）。", ge=1, le=65_536)] = 512
    limits: Annotated[IntakeLimits, said("Limits of one conversion.", "单次转换的限制。")] = IntakeLimits()
    hot_folder: Annotated[HotFolderConfig | None, said("A watched folder.", "监视文件夹设置。")] = None


class MarkingConfig(Section, frozen=True, kw_only=True):
    extra_fonts: Annotated[
        tuple[Path, ...],
        said("Fonts for scripts that the built-in one lacks.", "内置字体未覆盖的文字所用的字体。"),
    ] = ()


class TrailConfig(Section, frozen=True, kw_only=True):
    origin: Annotated[
        str, said("Name of the trail in its checkpoints; never change it.", "轨迹在检查点中的名称，切勿更改。")
    ]
    node: Annotated[
        str,
        said("Name of this gateway node, unique among all.", "本网关节点的名称，须唯一。", min_length=1, max_length=32),
    ] = "node1"
    # The bounds hold for the number, so the description stands inside the union and not around it.
    retention_months: (
        Annotated[
            int,
            said(
                "Months that entries are kept before two people may prune them; left out: for ever.",
                "轨迹条目至少保留多少个月，之后方可由两人清除；留空则永久保留。",
                ge=1,
                le=1200,
            ),
        ]
        | None
    ) = None
    anchors: Annotated[
        AnchorsConfig,
        said("Where checkpoints are placed outside the vault.", "检查点在档案库之外的存放处（锚点）。"),
    ] = AnchorsConfig()
    export_days: Annotated[
        int,
        said("Days after which the file of an export is removed.", "导出文件保留多少天后删除。", ge=1, le=90),
    ] = 7
    export_max_mib: Annotated[
        int,
        said("Largest file of an export, in MiB.", "单个导出文件的最大体积（MiB）。", ge=1, le=65_536),
    ] = 4096


class FeedConfig(Section, frozen=True, kw_only=True):
    name: Annotated[
        str,
        said(
            "Name of the feed; never give it to another one.", "推送的名称，不得改作他用。", min_length=1, max_length=32
        ),
    ]
    format: Annotated[
        Literal["ocsf", "cef", "syslog"],
        said(
            "OCSF 1.6 JSON, ArcSight CEF, or RFC 5424 with structured data.",
            "OCSF 1.6 JSON、ArcSight CEF，或带结构化数据的 RFC 5424。",
        ),
    ]
    output: Annotated[
        Literal["file", "tcp", "tls", "stdout"],
        said(
            "Where to; stdout is that of `dossier-vault feed run NAME`.",
            "发送到何处；stdout 指 `dossier-vault feed run 名称` 的标准输出。",
        ),
    ]
    path: Annotated[Path | None, said("The file, for file.", "输出文件（file）。")] = None
    address: Annotated[
        str, said("Host and port of the collector, for tcp and tls.", "接收端的主机与端口（tcp、tls）。")
    ] = ""
    framing: Annotated[
        Literal["octets", "lines"],
        said(
            "Over tcp and tls: syslog messages counted in octets, or one line each.",
            "tcp、tls 的分帧：按字节计数的 syslog 消息，或每条一行。",
        ),
    ] = "octets"
    people: Annotated[
        Literal["handles", "ids"],
        said(
            "Tell of people a random handle only, or login, staff number, address and place.",
            "对人员仅发送随机代号（handles），或发送登录名、工号、地址与地点（ids）。",
        ),
    ] = "handles"
    begin: Annotated[
        Literal["beginning", "now"],
        said(
            "Where a new feed begins: with the first entry, or now.",
            "新推送的起点：自首条条目（beginning）或自此刻（now）。",
        ),
    ] = "beginning"
    server_name: Annotated[
        str, said("Name in the collector's certificate; empty: the host.", "接收端证书中的名称；留空则为主机名。")
    ] = ""
    ca_file: Annotated[
        Path | None, said("Authorities of the collector instead of the system's.", "接收端的 CA 证书文件，替代系统的。")
    ] = None
    certificate_file: Annotated[
        Path | None, said("Our certificate, if the collector wants one.", "本端证书文件（接收端要求时）。")
    ] = None
    key_file: Annotated[
        Path | None, said("Its private key, readable by its owner only.", "本端证书的私钥文件，仅属主可读。")
    ] = None
    enterprise: Annotated[
        int,
        said(
            "Your private enterprise number, for structured data; 32473 is that of examples.",
            "结构化数据所用的企业编号（PEN）；32473 为示例编号。",
            ge=1,
            le=2_147_483_647,
        ),
    ] = 32_473
    stalled_minutes: Annotated[
        int,
        said(
            "Entries that wait for so long without a success raise the alarm.",
            "条目等待多少分钟仍未发出即告警。",
            ge=1,
            le=1440,
        ),
    ] = 15


class LoggingConfig(Section, frozen=True, kw_only=True):
    level: Annotated[Literal["debug", "info", "warning", "error"], said("What goes into the log.", "日志级别。")] = (
        "info"
    )


class Config(Section, frozen=True, kw_only=True):
    database: Annotated[DatabaseConfig, said("Metadata and trail.", "元数据与轨迹。")]
    storage: Annotated[StorageConfig, said("Sealed objects.", "密封对象。")]
    keys: Annotated[KeysConfig, said("The root key.", "根密钥。")]
    intake: Annotated[IntakeConfig, said("How documents come in.", "文档接收。")]
    trail: Annotated[TrailConfig, said("The trail.", "审计轨迹。")]
    gateway: Annotated[GatewayConfig, said("The web gateway.", "网页网关。")] = GatewayConfig()
    custody: Annotated[CustodyConfig, said("Work on keys.", "密钥操作。")] = CustodyConfig()
    sessions: Annotated[SessionsConfig, said("Sessions.", "会话。")] = SessionsConfig()
    passwords: Annotated[PasswordsConfig, said("Passwords.", "密码。")] = PasswordsConfig()
    sign_in: Annotated[SignInConfig, said("Failed sign-ins.", "登录失败。")] = SignInConfig()
    places: Annotated[PlacesConfig, said("Known places.", "已知地点。")] = PlacesConfig()
    marking: Annotated[MarkingConfig, said("The visible mark.", "可见水印。")] = MarkingConfig()
    feeds: Annotated[
        tuple[FeedConfig, ...],
        said("Feeds of trail entries to a security monitor (SIEM).", "向安全监控系统（SIEM）推送轨迹条目。"),
    ] = ()
    mail: Annotated[MailConfig | None, said("E-mail for notices.", "通知邮件。")] = None
    logging: Annotated[LoggingConfig, said("Logs.", "日志。")] = LoggingConfig()
