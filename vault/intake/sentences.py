"""What a person reads beside a file that was not taken: what happened and what to do, in both languages.

Guarantees: every code that intake raises on a document has both sentences (a test checks); none names a customer.
"""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "intake.encrypted": (
        "This PDF is protected by a password. Save a copy without the password and hand it in again.",
        "此 PDF 有密码保护。请另存一份不带密码的副本后重新提交。",
    ),
    "intake.damaged": (
        "The file is damaged or incomplete. Export or copy it again from its source and hand it in again.",
        "文件已损坏或不完整。请从来源重新导出或复制后再提交。",
    ),
    "intake.too_many_pages": (
        "The document has more pages than are allowed. Split it into parts.",
        "文档页数超过上限。请拆分成几份。",
    ),
    "intake.page_too_large": (
        "A page or image is larger than is allowed. Reduce its dimensions and hand it in again.",
        "有页面或图片的尺寸超过上限。请缩小尺寸后重新提交。",
    ),
    "intake.too_large": (
        "The file, or what it unpacks to, is larger than is allowed. Split it or reduce it.",
        "文件或其展开后的内容超过大小上限。请拆分或压缩内容。",
    ),
    "intake.empty": (
        "The file is empty. Check the original and hand it in again.",
        "文件是空的。请检查原件后重新提交。",
    ),
    "intake.type_unknown": (
        "Files of this type are not taken. Save it as PDF, PNG, JPEG, TIFF, WebP, plain text or Markdown.",
        "不接受此类型的文件。请另存为 PDF、PNG、JPEG、TIFF、WebP、纯文本或 Markdown。",
    ),
    "intake.type_mismatch": (
        "The file's content is not what its name says. Check where it comes from and give it the right extension.",
        "文件内容与其扩展名不符。请确认来源并改用正确的扩展名。",
    ),
    "intake.timeout": (
        "Converting the document took longer than is allowed. Split it into parts, or save it anew as PDF.",
        "文档转换超时。请拆分成几份，或重新另存为 PDF。",
    ),
    "intake.too_complex": (
        "Converting the document needs more memory or computing time than is allowed. Save it anew as a simpler PDF.",
        "转换此文档所需的内存或计算时间超过上限。请重新另存为更简单的 PDF。",
    ),
    "intake.forbidden_operation": (
        "While being converted the document tried what no document may do. Tell the security officer; do not open it.",
        "此文档在转换时试图执行任何文档都不应执行的操作。请勿在别处打开，并告知安全员。",
    ),
    "intake.no_sandbox": (
        "Documents cannot be converted safely on this machine. The operator runs `dossier-vault doctor`.",
        "本机无法安全地转换文档。请运维人员运行 `dossier-vault doctor`。",
    ),
    "intake.no_font": (
        "The converter's font is missing. The operator reinstalls the program.",
        "缺少转换所需的字体。请运维人员重新安装本程序。",
    ),
    "intake.no_dossier": (
        "The file was dropped outside a dossier's folder. Put it into the folder named after the dossier.",
        "文件没有放在任何档案的文件夹中。请放入以该档案编号命名的文件夹。",
    ),
    "intake.not_a_file": (
        "This is not an ordinary file, or it has a second name elsewhere. Copy the file itself into the folder.",
        "这不是普通文件，或它在别处另有名称。请把文件本身复制到该文件夹。",
    ),
    "intake.folder_missing": (
        "The watched folder cannot be read. The operator checks that it is mounted and its rights.",
        "无法读取监视文件夹。请运维人员检查其挂载与权限。",
    ),
}
FALLBACK = (
    "The file was refused. Ask the custodian, and mention the code above.",
    "文件未被接受。请联系保管人，并告知上面的代码。",
)


def sentences_for(code: str) -> tuple[str, str]:
    """English and Simplified Chinese for ``code``; a general sentence for codes of other rooms."""
    return SENTENCES.get(code, FALLBACK)
