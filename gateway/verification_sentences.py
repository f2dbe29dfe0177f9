"""What a verification of the trail found, in words: what is wrong and what it means. One sentence for each check."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from gateway.sentence_table import Sentence
from vault.ledger.audit_facts import Finding


def tell_finding(finding: Finding, *, locale: str) -> str:
    """The sentence of a finding; a general one for a check of tomorrow."""
    sentence = CHECKS.get(f"{finding.check}:{finding.detail}") or CHECKS.get(finding.check, _UNKNOWN)
    is_chinese = locale.startswith("zh")
    said = sentence.zh if is_chinese else sentence.en
    return said + _which_are_gone(finding.detail, is_chinese=is_chinese) if finding.check == "pruned.more" else said


def _which_are_gone(detail: str, *, is_chinese: bool) -> str:
    """The entries without a body, of which so many are too many; '' where the detail does not say it so."""
    match = _GONE.fullmatch(detail)
    if match is None:
        return ""
    ranges = [f"#{each}".replace("-", "–#") for each in match["ranges"].split(",")]
    sentence = _GONE_AND_MORE if match["further"] else _ALL_GONE
    words = {"more": match["more"], "ranges": ("、" if is_chinese else ", ").join(ranges), "further": match["further"]}
    return (sentence.zh if is_chinese else " " + sentence.en).format_map(words)


_GONE = re.compile(r"(?P<more>[0-9]+): (?P<ranges>[0-9][0-9,-]*)(?: \+(?P<further>[0-9]+))?")
_ALL_GONE = Sentence("By {more} too many; without content are: {ranges}.", "多出 {more} 条；无内容的条目为：{ranges}。")
_GONE_AND_MORE = Sentence(
    "By {more} too many; without content are: {ranges} and {further} more.",
    "多出 {more} 条；无内容的条目为：{ranges}，另有 {further} 条。",
)
_UNKNOWN = Sentence("Something is not as it must be.", "存在不符合要求之处。")
CHECKS: Mapping[str, Sentence] = MappingProxyType(
    {
        "head.missing": Sentence("The trail has no beginning: its head is gone.", "审计轨迹没有起点：其首部已丢失。"),
        "head.differs": Sentence(
            "The trail does not end where its head says: entries were cut off or put in.",
            "审计轨迹的末尾与首部所记不符：有条目被截去或插入。",
        ),
        "head.time": Sentence(
            "The time, or the beginning of the day, from which the next entry goes on is not that of the newest entry.",
            "下一条目所依据的时间或当日起点与最新条目不符。",
        ),
        "head.origin": Sentence(
            "The first entry names another trail than the database does.", "首条条目所记的轨迹名称与数据库不符。"
        ),
        "checkpoint.signature": Sentence(
            "A stored checkpoint is not signed by the trail's key.", "存储的某个检查点并非由轨迹的密钥签名。"
        ),
        "checkpoint.signature:known": Sentence(
            "The checkpoint that you gave is none of this trail, or not signed by its key.",
            "您提供的检查点不属于此轨迹，或并非由其密钥签名。",
        ),
        "checkpoint.beyond_end": Sentence(
            "A stored checkpoint stands for more entries than there are: the newest were cut off.",
            "存储的检查点所含条目多于现有条目：最新的条目被截去。",
        ),
        "checkpoint.beyond_end:known": Sentence(
            "The checkpoint that you gave stands for more entries than there are: the newest were cut off, or an older "
            "database was put back.",
            "您提供的检查点所含条目多于现有条目：最新的条目被截去，或恢复了较旧的数据库。",
        ),
        "checkpoint.misplaced": Sentence(
            "A stored checkpoint is kept under another number of entries than it was signed for.",
            "存储的某个检查点所列的条目数与签名时不同。",
        ),
        "checkpoint.root": Sentence(
            "The entries up to here are not those that a checkpoint was signed for.",
            "到此为止的条目与检查点签名时的内容不同。",
        ),
        "succession.differs": Sentence(
            "The entry that begins a new trail names another name, size or root than the one before it had.",
            "启用新轨迹的条目所记的旧轨迹名称、条数或根与实际不符。",
        ),
        "checkpoint.none": Sentence("The trail has never been signed.", "审计轨迹从未签名。"),
        "pruned.unrecorded": Sentence(
            "Old entries were removed without an entry that says so: nobody ordered it, or the record was exchanged.",
            "旧条目被清除，却没有相应的记录条目：并非依令进行，或记录被替换。",
        ),
        "pruned.state": Sentence(
            "What is stored of the entries that were removed does not belong to this trail.",
            "有关已清除条目的存储状态不属于此轨迹。",
        ),
        "pruned.more": Sentence(
            "More old entries are gone than were removed by order.", "缺失的旧条目多于依令清除的数量。"
        ),
        "frontier.beyond_end": Sentence(
            "The verification before had seen more entries than there are: the newest were cut off, or an older "
            "database was put back.",
            "此前的验证所见条目多于现有条目：最新的条目被截去，或恢复了较旧的数据库。",
        ),
        "frontier.differs": Sentence(
            "The trail is another than the one that was verified before: what lies before this entry was exchanged.",
            "审计轨迹与此前验证的不同：此条目之前的内容被替换。",
        ),
        "frontier.unrecorded": Sentence(
            "Where the last verification ended, as the database keeps it, is not what was recorded of it. Verify all.",
            "数据库所存的上次验证终点与记录不符。请验证全部内容。",
        ),
        "leaf.missing": Sentence("Entries are missing from here on.", "自此处起有条目缺失。"),
        "leaf.hash": Sentence("The entry's stored hash is not that of its content.", "条目的哈希与内容不符。"),
        "leaf.canonical": Sentence("The entry cannot be read: it was altered.", "条目无法读取：内容被更改。"),
        "leaf.identity": Sentence("The entry belongs to another place.", "条目不属于此位置。"),
        "leaf.time": Sentence("The entry's times are no times.", "条目的时间无效。"),
        "leaf.back_dated": Sentence("The entry says it is older than the one before it.", "条目所记时间早于前一条。"),
        "leaf.from_the_future": Sentence(
            "The entry says it happened after it was logged.", "条目所记发生时间晚于记录时间。"
        ),
        "leaf.vocabulary": Sentence("The entry tells of an event that there is none.", "条目所记事件不在词表之内。"),
        "counter.nseq": Sentence(
            "A number is missing in what one process recorded: an entry was taken out.",
            "某进程的记录编号不连续：有条目被取走。",
        ),
        "counter.dseq": Sentence(
            "A number is missing in the entries of this document: one was taken out.",
            "此文档的条目编号不连续：有条目被取走。",
        ),
        "counter.useq": Sentence(
            "A number is missing in the entries of this person: one was taken out.",
            "此人的条目编号不连续：有条目被取走。",
        ),
        "counter.nseq_last": Sentence(
            "The newest entries that one process recorded are missing.", "某进程最新的记录缺失。"
        ),
        "counter.dseq_last": Sentence("The newest entries of a document are missing.", "某文档最新的条目缺失。"),
        "counter.useq_last": Sentence("The newest entries of a person are missing.", "某人最新的条目缺失。"),
        "day.missing": Sentence("A day was not closed before the next began.", "某日未日结便开始了次日。"),
        "day.count": Sentence(
            "The closing of a day counts other entries than there are.", "日结所计条目数与实际不符。"
        ),
        "tree.node_missing": Sentence("A part of the hash tree is missing.", "哈希树的一部分缺失。"),
        "tree.node": Sentence("A part of the hash tree is not that of its entries.", "哈希树的一部分与条目不符。"),
        "value.altered": Sentence(
            "What is sealed for this entry (who, where, why) does not open: it was altered.",
            "此条目密封的内容（何人、何地、何故）无法打开：已被更改。",
        ),
        "value.not_committed": Sentence(
            "What is sealed for this entry is not what was recorded.", "此条目密封的内容与当时记录的不符。"
        ),
        "value.missing": Sentence(
            "What was sealed for this entry (who, where, why) is missing.", "此条目密封的内容（何人、何地、何故）缺失。"
        ),
        "value.misplaced": Sentence(
            "The values of this entry count as erased with the month of another person or with another month: "
            "somebody hid them so.",
            "此条目的个人信息被归入他人或其他月份的已删除内容：系人为隐藏。",
        ),
        "value.erased_unrecorded": Sentence(
            "Personal values were erased and no entry says so.", "个人信息被删除，却没有相应的条目。"
        ),
        "search.missing": Sentence("The entry is hidden from every search.", "此条目在查询中被隐藏。"),
        "search.differs": Sentence(
            "The entry is found under something else than it says: person, event, document or time.",
            "此条目的检索信息（人员、事件、文档或时间）与内容不符。",
        ),
        "anchor.behind": Sentence(
            "An anchor holds a checkpoint beyond what is here: the newest entries were cut off, or an older database "
            "was put back.",
            "锚点所存检查点超出现有内容：最新的条目被截去，或恢复了较旧的数据库。",
        ),
        "anchor.differs": Sentence(
            "An anchor holds a checkpoint of another history than the one that is here.",
            "锚点所存检查点属于另一段历史，与此处不符。",
        ),
        "anchor.foreign": Sentence(
            "An anchor holds something under the trail's name that the trail's key never signed.",
            "锚点以本轨迹之名存有并非由其密钥签名的内容。",
        ),
        "anchor.away": Sentence(
            "An anchor could not be asked; what it holds was not compared.", "无法询问某个锚点，未比对其所存内容。"
        ),
        "receipt.note": Sentence(
            "A stored receipt is of a checkpoint that is not of this trail.", "存储的某份回执所属检查点不属于此轨迹。"
        ),
        "receipt.digest": Sentence(
            "A stored receipt is not the one that its entry names.", "存储的某份回执与条目所载不符。"
        ),
        "receipt.missing": Sentence("A receipt that an entry names is missing.", "条目所载的回执缺失。"),
        "receipt.differs": Sentence(
            "A stored receipt is not what the anchor was given.", "存储的某份回执与当时交给锚点的内容不符。"
        ),
        "receipt.token": Sentence(
            "A stored time stamp is none of its checkpoint, or not the authority's.",
            "存储的某个时间戳不属于其检查点，或并非由该机构签发。",
        ),
        "receipt.cosignature": Sentence(
            "A stored cosignature is not the witness's.", "存储的某个见证签名并非由该见证方签署。"
        ),
        "time.bounds": Sentence(
            "The times of entries do not fit the time stamp over them.", "条目的时间与其时间戳不符。"
        ),
        "epoch.order": Sentence(
            "A key of the trail is named out of its turn, or named twice.", "轨迹密钥的期次顺序有误，或被重复载明。"
        ),
        "epoch.from": Sentence(
            "A new key of the trail claims to sign from a size that is not its own.",
            "轨迹新密钥声称的起始条数有误。",
        ),
        "epoch.handover": Sentence(
            "A new key of the trail was not handed over by the key before it, although the entry says so.",
            "条目称轨迹新密钥由前一密钥移交，但签名不符。",
        ),
        "epoch.unrecorded": Sentence(
            "A signing key is known to the database but to no entry, or the other way round.",
            "某签名密钥仅见于数据库或仅见于条目。",
        ),
        "intent.unanswered": Sentence(
            "A view or a marked copy was granted here, and no entry says what came of it.",
            "此处获准了一次查阅或一份带标记副本，却没有条目说明其结果。",
        ),
        "intent.mismatched": Sentence(
            "The entry tells of a result and names an entry of another kind, which such a result cannot answer.",
            "此条目记录某项结果，但所指的条目属于另一类，不可能有此结果。",
        ),
        "intent.unasked": Sentence(
            "A marked copy was delivered here without a release that waited for it, or a second time.",
            "此处交付了带标记副本，但没有待其结果的放行条目，或系重复交付。",
        ),
        "inbox.canonical": Sentence(
            "An entry that waits for its place cannot be read: it was altered.", "等待排入的条目无法读取：内容被更改。"
        ),
    }
)
