"""The words of a certificate in both languages. They stand here because a paper is made without a web application."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from vault.policy.agreements import Language

_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "accepted": ("Certificate of acceptance", "接受证明"),
        "declined": ("Certificate of refusal", "拒绝证明"),
        "says_accepted": (
            "{name}, staff number {number}, accepted the agreement below in full, confirmed by their password.",
            "{name}（工号 {number}）已阅读并接受下列协议全文，并以本人密码确认。",
        ),
        "says_declined": (
            "{name}, staff number {number}, declined the agreement below, confirmed by their password.",
            "{name}（工号 {number}）已阅读并拒绝下列协议，并以本人密码确认。",
        ),
        "agreement": ("Agreement", "协议"),
        "version": ("Version", "版本"),
        "version_of": ("{number}, published {moment}", "第 {number} 版，发布于 {moment}"),
        "shown_in": ("Shown in", "显示语言"),
        "when": ("When", "时间"),
        "where": ("Where", "地点"),
        "hash": ("SHA-256 of the text in all languages with its scope", "全部语言文本及适用范围的 SHA-256"),
        "text": ("The text that was shown", "当时显示的全文"),
        "proof": ("What proves it", "证明方法"),
        "proof_says": (
            (
                "The answer is entry {index} of the trail {origin}, in a tree of {size} entries whose root is signed. "
                "The leaf with its proof leads to that root (RFC 6962, 2.1.1); the checkpoint is a C2SP signed note. "
                "Whoever knows the trail's public key from elsewhere can check all of it without the vault."
            ),
            (
                "该答复为审计轨迹 {origin} 的第 {index} 条，所在的树共有 {size} 条，其根已签名。"
                "叶节点与证明可推算至该根（RFC 6962 第 2.1.1 节）；检查点为 C2SP 签名笔记。"
                "凡从其他途径获知审计轨迹公钥者，"
                "均可脱离档案库独立核验。"
            ),
        ),
        "leaf": ("Leaf, exactly as it was hashed", "叶节点（与计算哈希时完全一致）"),
        "leaf_hash": ("Leaf hash", "叶节点哈希"),
        "path": ("Proof", "证明路径"),
        "checkpoint": ("Checkpoint", "检查点"),
        "not_shown": (
            (
                "This paper does not show that the person understood the text, nor who else knew their password. "
                "Name and place are kept sealed beside the trail; the leaf holds commitments to them."
            ),
            (
                "本证明不能说明本人是否理解文本内容，也不能说明是否有他人知悉其密码。姓名与地点密封保存于轨迹之外，"
                "叶节点中仅有其承诺值。"
            ),
        ),
        "erased": ("erased by law", "已依法删除"),
        "zone": ("{place}, a known network ({address})", "{place}，已知网络（{address}）"),
        "declared": ("“{place}” as the person said, at {address}", "本人申报“{place}”，网络地址 {address}"),
        "unknown": ("unknown network at {address}", "未知网络 {address}"),
        "issued": ("Issued {moment}", "出具时间 {moment}"),
        "page": ("page {number} of {count}", "第 {number} 页，共 {count} 页"),
        "en": ("English", "英文"),
        "zh-Hans": ("Simplified Chinese", "简体中文"),
        "utc": ("{local} ({utc} UTC)", "{local}（UTC {utc}）"),
    }
)


def say(language: Language, word: str, **values: str | int) -> str:
    """The words in a language."""
    english, chinese = _WORDS[word]
    return (chinese if language is Language.CHINESE else english).format_map(values)
