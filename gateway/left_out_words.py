"""What an evidence bundle lacks of what anchors were given and gave back: a line for each, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gateway.sentence_table import Sentence
from vault.ledger.bundle.layout import LeftOut


def tell_left_out(left_out: LeftOut, *, locale: str) -> str:
    """Which anchor's, over how many entries, and why."""
    what = RECEIPTS.get(left_out.kind, _NOTE)
    why = FAULTS.get(left_out.why, Sentence(left_out.why, left_out.why))
    is_chinese = locale.startswith("zh")
    said = {"anchor": left_out.anchor, "size": left_out.size, "what": what[is_chinese], "why": why[is_chinese]}
    return _LINE[is_chinese].format_map(said)


_LINE = Sentence("{what} of {anchor} over the first {size} entries: {why}", "{anchor} 对前 {size} 条的{what}：{why}")
_NOTE = Sentence("checkpoint as it was placed", "所存放的检查点")
RECEIPTS: Mapping[str, Sentence] = MappingProxyType(
    {"timestamp": Sentence("time stamp", "时间戳"), "witness": Sentence("cosignature", "见证签名")}
)
FAULTS: Mapping[str, Sentence] = MappingProxyType(
    {
        "digest": Sentence(
            "damaged where the vault keeps it (its SHA-256 is not the one that an entry of the trail names)",
            "在系统内保存期间损坏（其 SHA-256 与审计轨迹条目所载不符）",
        ),
        "token": Sentence(
            "damaged where the vault keeps it (it is no time stamp over that checkpoint)",
            "在系统内保存期间损坏（它不是对该检查点所加的时间戳）",
        ),
        "cosignature": Sentence(
            "damaged where the vault keeps it (it is not the witness's signature over that checkpoint)",
            "在系统内保存期间损坏（它不是该见证方对该检查点的签名）",
        ),
        "beyond": Sentence(
            "its checkpoint is of more entries than are stored with it, and than this bundle stands on",
            "其检查点所含条目数多于随其存储的数目，也多于本证据包的依据",
        ),
        "more": Sentence(
            "the trail's key signed another history there as well; as many such as there is room for are in the bundle",
            "审计轨迹的密钥在此处还签署过另一历史；证据包已收入其所能容纳的数量",
        ),
        "note": Sentence(
            "damaged where the vault keeps it (its checkpoint is not as the trail signed it)",
            "在系统内保存期间损坏（其检查点与审计轨迹签名时不同）",
        ),
    }
)
