"""Sentences about the parts of the vault and about taking documents in."""

from __future__ import annotations

from gateway.sentence_table.sentence import Sentence

SENTENCES: dict[str, Sentence] = {
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
    "geoip.missing": Sentence(
        "The location database is not there: countries of networks are not known. The operator puts the file back.",
        "位置数据库文件不存在，无法识别网络所属国家。请运维人员恢复该文件。",
    ),
    "geoip.damaged": Sentence(
        "The location database cannot be read: countries of networks may not be known. The operator replaces the file.",
        "位置数据库无法读取，可能无法识别网络所属国家。请运维人员更换该文件。",
    ),
    "geoip.old": Sentence(
        "The location database is of {day} and may be wrong by now. The operator replaces the file.",
        "位置数据库的数据日期为 {day}，可能已不准确。请运维人员更换该文件。",
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
    "store.unavailable": Sentence(
        "The document store does not answer right now. Try again in a minute.", "文档存储暂时没有响应。请一分钟后再试。"
    ),
    "store.full": Sentence(
        "The document store is full. The operator makes room.", "文档存储已满。请运维人员清理空间。"
    ),
    "store.denied": Sentence(
        "The document store refuses the vault. The operator checks its access keys and rights.",
        "文档存储拒绝访问。请运维人员检查访问密钥与权限。",
    ),
    "store.bucket_missing": Sentence(
        "The document store's bucket or directory is not there. The operator checks the configuration.",
        "文档存储的存储桶或目录不存在。请运维人员检查配置。",
    ),
    "store.unreliable": Sentence(
        "The document store answered wrongly, so nothing was taken from it. Try again; the operator checks it.",
        "文档存储的应答有误，未采用其内容。请重试，并请运维人员检查。",
    ),
    "store.too_slow": Sentence(
        "The document store is too slow right now. Try again in a minute.", "文档存储目前过慢。请一分钟后再试。"
    ),
    "trail.no_checkpoint": Sentence(
        "The trail has no signed checkpoint yet. Unseal the vault and try again in a minute.",
        "审计轨迹尚无已签名的检查点。请解封档案库，一分钟后再试。",
    ),
    "trail.fenced": Sentence("Another node has taken over writing the trail.", "另一节点已接管审计轨迹的写入。"),
    "trail.behind": Sentence(
        "The trail's entries wait to be signed: no worker runs. Without the trail nobody reads: ask the operator.",
        "审计轨迹的条目等待签名：没有后台进程在运行。无审计记录时任何人不得阅读。请运维人员启动。",
    ),
    "vault.not_initialised": Sentence(
        "The vault has not been set up yet. The operator runs `dossier-vault init`.",
        "档案库尚未初始化。请运维人员运行 `dossier-vault init`。",
    ),
    # the mark on pages
    "mark.empty": Sentence(
        "Pages cannot be marked with your name, so none is shown. Ask the administrator to correct the name and staff "
        "number of your account.",
        "无法以您的姓名为页面加水印，因此不予显示。请联系系统管理员更正您账户中的姓名与工号。",
    ),
    "mark.no_glyph": Sentence(
        "The vault has no font for a character of your name or place, so it cannot mark the page and does not show it. "
        "Ask the operator to add a font for it.",
        "档案库缺少您姓名或地点中某个字的字体，无法为页面加水印，因此不予显示。请联系运维人员添加字体。",
    ),
    "mark.not_drawn": Sentence(
        "The mark cannot be read on this page, so the page is not shown. Tell the operator the document and the page.",
        "水印在此页上无法辨认，因此不予显示。请将文档与页码告知运维人员。",
    ),
    # intake, beyond vault.intake.sentences
    "intake.no_file": Sentence("Choose at least one file first.", "请先选择至少一个文件。"),
    "intake.over_limit": Sentence(
        "The file is larger than {limit_mib} MiB, the most that one document may have. Split it or reduce it.",
        "文件超过 {limit_mib} MiB，即单份文档的上限。请拆分或压缩后再提交。",
    ),
    "intake.upload_too_large": Sentence(
        "More was sent at once than the {limit_mib} MiB that are taken in one go, so nothing was kept. Send fewer or "
        "smaller files.",
        "一次提交的内容超过 {limit_mib} MiB 的上限，未保存任何内容。请减少文件数量或体积后重新提交。",
    ),
    "intake.too_many_files": Sentence(
        "At most {limit} files are taken in one go, so nothing was kept. Send them in several parts.",
        "一次最多提交 {limit} 个文件，未保存任何内容。请分批提交。",
    ),
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
