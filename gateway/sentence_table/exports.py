"""Sentences about exports of the trail."""

from __future__ import annotations

from gateway.sentence_table.sentence import Sentence

SENTENCES: dict[str, Sentence] = {
    "export.format": Sentence("Choose one of the formats.", "请选择一种格式。"),
    "export.headers": Sentence("Choose one of the two kinds of column names.", "请选择一种列名方式。"),
    "export.too_many_rows": Sentence(
        "This format holds {most} entries at most; {rows} are selected. Choose another format or narrow the query.",
        "此格式最多容纳 {most} 条，而所选为 {rows} 条。请换一种格式或缩小查询范围。",
    ),
    "export.too_large": Sentence(
        "The file would be larger than {limit_mib} MiB. Narrow the query, or choose a format that says less.",
        "文件将超过 {limit_mib} MiB。请缩小查询范围，或选择内容较少的格式。",
    ),
    "export.too_long_to_count": Sentence(
        "The selection is too large to be counted at once. Narrow it, for example by time.",
        "所选范围过大，无法一次统计。请缩小范围，例如限定时间。",
    ),
    "export.changed": Sentence(
        "What is selected is not what this page showed. Look at the number and the digest again, then order it.",
        "所选内容与此页显示的不一致。请重新核对条目数与摘要后再导出。",
    ),
    "export.too_many": Sentence(
        "Five of your exports wait to be made. Call one off, or try again in {minutes} min.",
        "您已有五个导出等待生成。请取消其中一个，或 {minutes} 分钟后再试。",
    ),
    "export.not_made": Sentence("The file is not made yet.", "文件尚未生成。"),
    "export.ended": Sentence(
        "This export has ended and has no file any more. Order it again if you need it.",
        "此导出已结束，文件不复存在。如有需要请重新导出。",
    ),
    "export.range": Sentence("The file ends before the part that was asked for.", "请求的部分超出文件末尾。"),
    "export.erased": Sentence(
        "Values in it were erased by law, so there is no file any more. Order the export again: it comes without them.",
        "其中部分内容已依法删除，因此不再有文件。请重新导出，新文件将不含这些内容。",
    ),
    "export.given_up": Sentence(
        "Making this file has brought the program down several times, so it was given up. Tell the operator.",
        "生成此文件时程序多次中断，已放弃。请告知运维人员。",
    ),
    "export.tampered": Sentence(
        "The trail or a stored part of this export is not what it was. The security officer has been told; verify the "
        "trail.",
        "审计轨迹或此导出的存储内容已被改动。已通知安全员，请验证轨迹。",
    ),
    "export.note": Sentence(
        "There is no signature to read. It lies beside the file as FILE.note, or is named with --note.",
        "无法读取签名说明。它应与文件放在一起（文件名.note），或用 --note 指定。",
    ),
    "trail.key": Sentence(
        "This is no key of a trail. It looks like trail.example/vault+1a2b3c4d+AbCd…",
        "这不是轨迹的公钥。其形式如 trail.example/vault+1a2b3c4d+AbCd…",
    ),
    "output.unwritable": Sentence(
        "The file cannot be written there. Look at the disk and the folder's permissions, then go on with --resume.",
        "无法在该处写入文件。请检查磁盘与目录权限，然后用 --resume 继续。",
    ),
}
