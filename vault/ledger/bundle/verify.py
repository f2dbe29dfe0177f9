"""Checks a Dossier Vault evidence bundle offline: one file, Python 3.9 or later, its standard library and nothing else.

    python3 verify.py                          in the unpacked folder
    python3 verify.py bundle.zip --key KEY     on the zip; KEY from the log's owner or an earlier audit, never from here

Exit status 0: sound. 1: not sound; says which check failed and at which index. 2: not a bundle, or wrong arguments.

It is one file, and longer than any other of the project, so that whoever doubts the vault reads one thing. It follows
docs/spec/bundle.md and docs/spec/trail.md of the project and shares no code with it. In this order, stopping at the
first fault, because what a faulty part says is no ground for anything after it::

    (1) the zip is the one zip of its members; every member has its line in SHA256SUMS and its digest, nothing is over
    (2) manifest: one spelling, a known version
    (3) the key: pinned from outside, else taken from the bundle and loudly said so
    (4) epochs: without a hole, each named by a leaf; a key that is not pinned was handed over by the one before it
    (5) checkpoint: signed by its epoch's key
    (6) entries: canonical leaf at its index, proven under the root or hashed up to it, values committed to
    (7) counters, times, days, intents, as far as the selection is without holes
    (8) completeness as claimed, and as demanded by --complete
    (9) tiles are those of the tree
    (10) older checkpoints, those of the bundle and those given, are beginnings of this tree
    (11) anchors: notes and their sizes, cosignatures, and digest and time of RFC 3161 tokens; their signature is for
         openssl; an entry that names a token is not older than it: between which tokens each entry was written is told
    (12) the manifest tells what was found; the statement over SHA256SUMS is signed by the log

Sizes that come from outside are capped before use. What is checked raises; nothing returns False.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import datetime as dt
import functools
import hashlib
import json
import locale
import os
import re
import struct
import sys
import unicodedata
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

VERSION = 1
FORMAT = "Dossier Vault evidence bundle"
RECEIPT = "Dossier Vault verification receipt"
MOST_MEMBER_BYTES = 64 * 1024 * 1024
MOST_MEMBERS = 2_000_000
MOST_LEAF_BYTES = 65_535
MOST_DEPTH = 16
MOST_PROOF_HASHES = 64
MOST_INTEGER = 2**53 - 1
MOST_RECEIPT_BYTES = 1024**3
MOST_ANCHORS = 10_000
MOST_TOLD = 12
INTENT_GRACE = dt.timedelta(minutes=5)
CLOCK_TOLERANCE = dt.timedelta(minutes=5)
WIDTH = 256
COUNTERS = {"range": "index", "document": "dseq", "person": "useq"}
RESULTS_OF = {"view.opened": ("view.keyed", "view.failed"), "copy.released": ("copy.delivered", "copy.failed")}
SAYING_SO = {"copy.released"}
ANSWERING_ONCE = {"copy.delivered"}

Json = dict[str, Any]

SENTENCES = {
    "zip.form": ("the zip was altered at byte {at}", "zip 文件在第 {at} 字节处被改动"),
    "files.name": ("a name that no member has: {name}", "出现不应有的文件名：{name}"),
    "files.size": ("{name} is larger than any member can be", "{name} 超出任何成员应有的大小"),
    "files.missing": ("{name} is missing", "缺少 {name}"),
    "files.extra": ("{name} does not belong to the bundle", "{name} 不属于此证据包"),
    "files.sums": ("SHA256SUMS has another spelling at line {line}", "SHA256SUMS 第 {line} 行写法不符"),
    "files.digest": ("{name} was altered: its SHA-256 differs", "{name} 被改动：SHA-256 不符"),
    "manifest.form": ("manifest.json is not in its one spelling: {why}", "manifest.json 不是规定的写法：{why}"),
    "manifest.differs": (
        "manifest.json says {said} for {what}, found {found}",
        "manifest.json 中{what}为 {said}，实际为 {found}",
    ),
    "manifest.signature": (
        "SHA256SUMS.note is not the log's signature over SHA256SUMS",
        "SHA256SUMS.note 不是本日志对 SHA256SUMS 的签名",
    ),
    "key.pinned": (
        "none of the keys given is a key of this log",
        "所给的密钥都不是本日志的密钥",
    ),
    "key.handover": (
        "the key of epoch {epoch} was not handed over by a key that is trusted",
        "第 {epoch} 期密钥并非由可信密钥移交",
    ),
    "epoch.missing": ("the key of epoch {epoch} is named by no leaf", "没有条目记载第 {epoch} 期密钥"),
    "epoch.wrong": (
        "the checkpoint of {size} entries is signed by the key of epoch {epoch}, whose time it was not",
        "{size} 条的检查点由第 {epoch} 期密钥签名，而当时并非该期",
    ),
    "checkpoint.form": ("not a checkpoint in its one spelling", "不是规定写法的检查点"),
    "checkpoint.origin": ("a checkpoint of another log: {origin}", "另一日志的检查点：{origin}"),
    "checkpoint.signature": ("the signature of a checkpoint is not good", "检查点的签名无效"),
    "line.form": ("line {line} of {name} is not in its one spelling", "{name} 第 {line} 行不是规定的写法"),
    "entry.order": ("entries are not in their order", "条目次序有误"),
    "entry.proof": ("the proof does not lead to the checkpoint's root", "证明不通向检查点的根"),
    "leaf.canonical": ("the leaf is not canonical: {why}", "条目不是规范写法：{why}"),
    "leaf.place": ("the leaf belongs to another place", "条目属于另一位置"),
    "leaf.form": ("the leaf lacks {name}", "条目缺少 {name}"),
    "value.form": ("a disclosed value is not in its form", "所披露的值形式有误"),
    "value.digest": ("a disclosed value is not what the leaf commits to", "所披露的值与条目的承诺不符"),
    "counter.nseq": ("an entry of {owner} is missing before this one", "此条之前缺少 {owner} 的条目"),
    "counter.dseq": ("an entry of document {owner} is missing before this one", "此条之前缺少文档 {owner} 的条目"),
    "counter.useq": ("an entry of person {owner} is missing before this one", "此条之前缺少人员 {owner} 的条目"),
    "time.form": ("a time in another spelling", "时间写法有误"),
    "time.back_dated": ("logged before the entry that it follows", "登记时间早于前一条"),
    "time.future": ("happened after it was logged", "发生时间晚于登记时间"),
    "day.missing": ("the day {day} was not closed", "{day} 未日结"),
    "day.count": ("the closing of a day counts wrongly", "日结计数有误"),
    "intent.unanswered": ("a granted view or copy has no result", "已准许的查看或副本没有结果"),
    "intent.unasked": ("a copy was delivered that no release waits for", "已交付的副本没有待其结果的放行条目"),
    "intent.mismatched": ("a result names an entry of another kind", "某项结果所指的条目属于另一类"),
    "root.differs": ("the entries do not hash to the checkpoint's root", "条目的哈希与检查点的根不符"),
    "tile.differs": ("{name} is not that of the tree", "{name} 与哈希树不符"),
    "complete.form": ("a claim of completeness is not in its form", "完整性声明形式有误"),
    "complete.gap": (
        "number {number} of {subject} is missing, although the bundle claims to be complete for it",
        "证据包声明{subject}完整，却缺少第 {number} 号",
    ),
    "complete.edge": (
        "nothing shows that the first entry of {subject} is the first",
        "无法证明{subject}的首条即为最早",
    ),
    "complete.demanded": ("completeness for {subject} is demanded and not shown", "要求{subject}完整，但未能证明"),
    "older.proof": (
        "the older checkpoint of {size} entries is no beginning of this tree",
        "较早的 {size} 条检查点不是此树的开头",
    ),
    "older.order": ("older checkpoints are not in their order", "较早的检查点次序有误"),
    "earlier.beyond": (
        "{size} entries were verified earlier, this bundle ends before: an old state again, or entries cut off",
        "先前验证过 {size} 条，本证据包却更短：重放了旧状态，或条目被截去",
    ),
    "earlier.differs": (
        "what was verified earlier, up to {size} entries, is another history",
        "先前验证的 {size} 条属于另一段历史",
    ),
    "earlier.not_shown": (
        "nothing in the bundle shows how it goes on from {size} entries",
        "证据包未能证明其延续自先前的 {size} 条",
    ),
    "anchor.form": ("{name} is not in its form", "{name} 形式有误"),
    "anchor.size": (
        "manifest.json says that {name} is of {said} entries, it is of {size}",
        "manifest.json 称 {name} 为 {said} 条，实际为 {size} 条",
    ),
    "anchor.differs": ("{name} is not of this log's history", "{name} 不属于此日志的历史"),
    "witness.signature": ("the cosignature in {name} is not good", "{name} 中的见证签名无效"),
    "witness.absent": ("no cosignature by {name}, which is demanded", "缺少所要求的 {name} 的见证签名"),
    "timestamp.imprint": ("the time stamp {name} is over something else", "时间戳 {name} 针对的是其他内容"),
    "timestamp.stray": ("this entry names no time stamp of the bundle", "此条未载有证据包中任何时间戳的摘要"),
    "timestamp.named": (
        "the entry that names the time stamp {name} is not shown, although the manifest says so",
        "manifest.json 称此条载有时间戳 {name} 的摘要，却未能证明",
    ),
    "timestamp.bounds": (
        "logged {logged}, although it names the time stamp {name} of {time}",
        "登记时间为 {logged}，却载有 {time} 的时间戳 {name}",
    ),
    "timestamp.covers": (
        "logged {logged}, although the checkpoint that {name} stamped at {time} covers it already",
        "登记时间为 {logged}，但时间戳 {name} 于 {time} 加盖的检查点已包含此条",
    ),
}
NOTES = {
    "key.unpinned": (
        "WARNING: no --key given: the bundle is only shown to agree with itself. Its key, to be compared: {key}",
        "警告：未指定 --key，以下结果仅说明证据包自相一致。其密钥如下，请与另行取得者核对：{key}",
    ),
    "manifest.unsigned": (
        "manifest.json is not signed: query, reason and who asked are the word of whoever gave you this",
        "manifest.json 未签名：查询、理由与请求人仅为提供者的陈述",
    ),
    "epoch.succeeded": (
        "at entry #{index} the log {former} was succeeded by {later}, which names as lost: {lost} entries",
        "自第 {index} 条起，日志 {former} 由 {later} 接替，后者载明丢失 {lost} 条",
    ),
    "complete.closed": (
        "complete for {subject}: numbers {first} to {last}, nothing missing {window}",
        "{subject}完整：第 {first} 至 {last} 号，{window}无遗漏",
    ),
    "complete.open": (
        "complete for {subject} up to number {last} (entry #{index}, logged {logged}); what came after is not shown",
        "{subject}完整至第 {last} 号（第 {index} 条，登记于 {logged}）；其后是否另有条目，无从证明",
    ),
    "complete.none": (
        "a selection: each entry is proven, that none was left out is not",
        "此为选取的条目：每条均可证明，但无法证明没有遗漏",
    ),
    "person.subject": (
        "of a person only what they did is counted; entries of others about them are shown as far as they were found",
        "人员编号仅计其本人行为；他人涉及此人的条目以查得者为限",
    ),
    "older.count": (
        "older checkpoints, all beginnings of this tree: {count}",
        "较早的检查点 {count} 个，均为此树的开头",
    ),
    "earlier.shown": ("goes on from the {size} entries that were verified earlier", "延续自先前验证的 {size} 条"),
    "earlier.counted": (
        "counters continue from those {size} entries without a hole",
        "计数自该 {size} 条起连续无缺",
    ),
    "witness.good": (
        "cosigned by {name} at {time}, {size} entries",
        "{name} 于 {time} 见证签名，共 {size} 条",
    ),
    "witness.unchecked": (
        "cosigned by {name}, not checked: give --witness with its key",
        "有 {name} 的见证签名，未验证：请用 --witness 指定其密钥",
    ),
    "timestamp.seen": (
        "time stamp {name}: the first {size} entries existed by {time}, if openssl finds it good: {command}",
        "时间戳 {name}：若经 openssl 验证有效，则前 {size} 条在 {time} 前已存在：{command}",
    ),
    "timestamp.after": (
        "time stamp {name}: if openssl finds it good, entry #{index}, which names it, and all later ones follow {time}",
        "时间戳 {name}：第 {index} 条载有其摘要；若经 openssl 验证有效，则该条及其后各条均写于 {time} 之后",
    ),
    "bounds.between": (
        "{places}: written between {after} and {before}, if openssl finds {lower} and {upper} good",
        "{places}：写于 {after} 与 {before} 之间，前提是经 openssl 验证 {lower} 与 {upper} 有效",
    ),
    "bounds.not_after": (
        "{places}: written by {before}, if openssl finds {upper} good; how long before is not shown",
        "{places}：写于 {before} 之前，前提是经 openssl 验证 {upper} 有效；早多久无从证明",
    ),
    "bounds.not_before": (
        "{places}: written after {after}, if openssl finds {lower} good; how long after is not shown",
        "{places}：写于 {after} 之后，前提是经 openssl 验证 {lower} 有效；晚多久无从证明",
    ),
    "anchor.left_out": (
        "left out: {what} of {name} over the first {size} entries: {why}",
        "未收入：{name} 对前 {size} 条的{what}：{why}",
    ),
    "anchors.none": (
        "no anchors: whoever has the signing key could have written this history later, or another beside it",
        "没有外部锚定：持有签名密钥者可能事后写成此历史，或另写一份",
    ),
    "hidden": (
        "entries whose personal values are not disclosed (sealed or erased): {count}",
        "个人信息未披露（已封存或已删除）的条目：{count}",
    ),
}
MORE = (
    "and {count} more such lines; --json has all, --entries tells with each entry between which moments it was written",
    "另有 {count} 行同类内容；--json 输出全部，--entries 逐条列明写入时间的上下界",
)
RECEIPTS = {
    "timestamp": ("the time stamp", "时间戳"),
    "witness": ("the cosignature", "见证签名"),
    "": ("the checkpoint as it was placed", "所存放的检查点"),
}
FAULTS = {
    "digest": (
        "damaged where the vault keeps it (its SHA-256 is not the one that an entry of the log names)",
        "在系统内保存期间损坏（其 SHA-256 与日志条目所载不符）",
    ),
    "token": (
        "damaged where the vault keeps it (it is no time stamp over that checkpoint)",
        "在系统内保存期间损坏（它不是对该检查点所加的时间戳）",
    ),
    "cosignature": (
        "damaged where the vault keeps it (it is not the witness's signature over that checkpoint)",
        "在系统内保存期间损坏（它不是该见证方对该检查点的签名）",
    ),
    "beyond": (
        "its checkpoint is of more entries than are stored with it, and than this bundle stands on",
        "其检查点所含条目数多于随其存储的数目，也多于本证据包的依据",
    ),
    "more": (
        "the log's key signed another history there as well; as many such as there is room for are in the bundle",
        "日志的密钥在此处还签署过另一历史；证据包已收入其所能容纳的数量",
    ),
    "note": (
        "damaged where the vault keeps it (its checkpoint is not as the log signed it)",
        "在系统内保存期间损坏（其检查点与日志签名时不同）",
    ),
}
SUBJECTS = {
    "range": ("the whole trail", "整条轨迹"),
    "window": ("the window of time", "所选时段"),
    "document": ("document {name}", "文档 {name} "),
    "person": ("what person {name} did", "人员 {name} 的行为"),
}


class NotSound(Exception):
    """A check failed. ``index`` is the entry's, -1 where none is meant."""

    def __init__(self, check: str, index: int = -1, **values: object) -> None:
        super().__init__(check)
        self.check, self.index, self.values_ = check, index, values


class Unusable(Exception):
    """What was given is no bundle, or not what an argument wants."""


def fail(check: str, index: int = -1, **values: object) -> NoReturn:
    raise NotSound(check, index, **values)


# --- Ed25519, RFC 8032, verification only -------------------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]
NEUTRAL: Point = (0, 1, 1, 0)


def point_add(a: Point, b: Point) -> Point:
    """The complete formulas of section 5.1.4: right for all points, equal ones too."""
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    i, j, k, m = f - e, h - g, h + g, f + e
    return i * j % P, k * m % P, j * k % P, i * m % P


def point_from(encoded: bytes) -> Point | None:
    """The point of section 5.1.3; None for what is no canonical encoding of one."""
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT_OF_MINUS_1 % P
    if x * x % P != square or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def point_bytes(point: Point) -> bytes:
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def multiples_of(point: Point) -> list[list[Point]]:
    """For each four bits of a scalar the multiples that they may add: a key checks many signatures."""
    table = []
    for _ in range(64):
        row = [NEUTRAL]
        for _ in range(15):
            row.append(point_add(row[-1], point))
        table.append(row)
        point = point_add(row[-1], point)
    return table


def multiplied(table: list[list[Point]], scalar: int) -> Point:
    total = NEUTRAL
    for row in table:
        if scalar & 15:
            total = point_add(total, row[scalar & 15])
        scalar >>= 4
    return total


BASE = (
    15112221349535400772501151409588531511454012693041857206046113283949847762202,
    46316835694926478169428394003475163141307993866256225615783033603165251855960,
)


@functools.lru_cache(maxsize=1)
def base_multiples() -> list[list[Point]]:
    return multiples_of((BASE[0], BASE[1], 1, BASE[0] * BASE[1] % P))


class PublicKey:
    """An Ed25519 public key; ValueError for bytes that are none, or one of the few that belong to everybody."""

    def __init__(self, encoded: bytes) -> None:
        point = point_from(encoded) if len(encoded) == 32 else None
        if point is None:
            raise ValueError("not the encoding of a point")
        eightfold = point
        for _ in range(3):
            eightfold = point_add(eightfold, eightfold)
        if point_bytes(eightfold) == point_bytes(NEUTRAL):
            raise ValueError("a point of small order")
        self.encoded = encoded
        self.table: list[list[Point]] = []
        self.minus = (P - point[0], point[1], 1, P - point[3])

    def has_signed(self, message: bytes, signature: bytes) -> bool:
        """Section 5.1.7, without the cofactor: the encoding of S·B - k·A is R to the byte."""
        if len(signature) != 64:
            return False
        s = int.from_bytes(signature[32:], "little")
        if s >= L:
            return False
        if not self.table:
            self.table = multiples_of(self.minus)
        k = int.from_bytes(hashlib.sha512(signature[:32] + self.encoded + message).digest(), "little") % L
        point = point_add(multiplied(base_multiples(), s), multiplied(self.table, k))
        return point_bytes(point) == signature[:32]


# --- Merkle tree, RFC 6962 and RFC 9162 ----------------------------------------------------------------------------


def leaf_hash(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\0" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def is_included(leaf: bytes, proof: Sequence[bytes], index: int, size: int, root: bytes) -> bool:
    """RFC 9162, 2.1.3.2."""
    if not 0 <= index < size or len(proof) > MOST_PROOF_HASHES:
        return False
    position, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            node = node_hash(sibling, node)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and node == root


def is_consistent(proof: Sequence[bytes], old_size: int, old_root: bytes, size: int, root: bytes) -> bool:
    """RFC 9162, 2.1.4.2. An empty proof shows that equal trees are equal, and nothing else."""
    if not 1 <= old_size <= size or len(proof) > MOST_PROOF_HASHES:
        return False
    if old_size == size:
        return not proof and old_root == root
    if not proof:
        return False
    hashes = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    position, last = old_size - 1, size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old_node = node = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old_node, node = node_hash(sibling, old_node), node_hash(sibling, node)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and old_node == old_root and node == root


class Tree:
    """A tree that grows leaf by leaf: its root at any moment, and its tiles when they are full."""

    def __init__(self, size: int = 0, edge: Sequence[bytes] = ()) -> None:
        self.size, self.edge = size, list(edge)

    def append(self, leaf: bytes) -> Iterator[tuple[int, bytes]]:
        """Level and hash of every subtree that is complete by this leaf; to be exhausted."""
        node, position, level = leaf, self.size, 0
        yield level, node
        while position & 1:
            node, position, level = node_hash(self.edge.pop(), node), position >> 1, level + 1
            yield level, node
        self.edge.append(node)
        self.size += 1

    def root(self) -> bytes:
        if not self.edge:
            return hashlib.sha256(b"").digest()
        root = self.edge[-1]
        for left in reversed(self.edge[:-1]):
            root = node_hash(left, root)
        return root


# --- spelling: base64, JSON, the canonical profile -----------------------------------------------------------------


def from_base64(text: object, is_url: bool = False) -> bytes:
    """The bytes of the one spelling; ValueError otherwise."""
    if not isinstance(text, str) or not text.isascii():
        raise ValueError("not base64")
    try:
        padded = text + "=" * (-len(text) % 4) if is_url else text
        content = base64.b64decode(padded, altchars=b"-_" if is_url else None, validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None
    again = base64.b64encode(content, altchars=b"-_" if is_url else None).decode()
    if (again.rstrip("=") if is_url else again) != text:
        raise ValueError("another spelling of the same base64")
    return content


def json_value(text: str) -> Any:
    """JSON without floats, constants or a key given twice; ValueError otherwise."""

    def refuse(spelling: str) -> NoReturn:
        raise ValueError("a number that is no integer: " + spelling[:20])

    def unique(pairs: list[tuple[str, Any]]) -> Json:
        members = dict(pairs)
        if len(members) != len(pairs):
            raise ValueError("a key given twice")
        return members

    def integer(spelling: str) -> int:
        if len(spelling) > 17:
            raise ValueError("an integer of 2**53 or more")
        return int(spelling)

    try:
        return json.loads(text, object_pairs_hook=unique, parse_float=refuse, parse_constant=refuse, parse_int=integer)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def canonical_value(encoded: bytes) -> Any:
    """The value of RFC 8785 bytes in the trail's profile (docs/spec/trail.md, "Leaf"); ValueError otherwise."""
    if len(encoded) > MOST_LEAF_BYTES:
        raise ValueError("too long")
    value = json_value(encoded.decode("utf-8"))
    check_profile(value, 0)
    spelled = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if spelled.encode("utf-8") != encoded:
        raise ValueError("another spelling")
    return value


def check_profile(value: Any, depth: int) -> None:
    if depth > MOST_DEPTH:
        raise ValueError("nested too deeply")
    if isinstance(value, dict):
        for key, member in value.items():
            if not key.isascii():
                raise ValueError("a key that is not ASCII")
            check_profile(member, depth + 1)
    elif isinstance(value, list):
        for member in value:
            check_profile(member, depth + 1)
    elif isinstance(value, str):
        if unicodedata.normalize("NFC", value) != value:
            raise ValueError("a text that is not NFC")
    elif isinstance(value, bool) or not isinstance(value, int) or abs(value) > MOST_INTEGER:
        raise ValueError("a value outside the profile")


MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z", re.ASCII)


def is_moment(text: object) -> bool:
    """RFC 3339 in UTC with milliseconds, in that one spelling; such texts sort as the times they say."""
    match = MOMENT.fullmatch(text) if isinstance(text, str) else None
    return match is not None and is_day(match[1])


@functools.lru_cache(maxsize=4096)
def is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def moment_of(text: str) -> dt.datetime:
    return dt.datetime.strptime(text[:-1] + "+0000", "%Y-%m-%dT%H:%M:%S.%f%z")


def utc_text(moment: dt.datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


# --- notes and keys, C2SP ------------------------------------------------------------------------------------------


class LogKey:
    """A key as ``name+hash+base64(type || key)``; type 1 signs notes, type 4 cosigns checkpoints with the time."""

    def __init__(self, name: str, kind: int, public: bytes) -> None:
        self.name, self.kind, self.key = name, kind, PublicKey(public)
        typed = bytes([kind]) + public
        self.hash = hashlib.sha256(name.encode() + b"\n" + typed).digest()[:4]
        self.text = f"{name}+{self.hash.hex()}+{base64.b64encode(typed).decode()}"

    @classmethod
    def parse(cls, text: str, kind: int = 1) -> LogKey:
        """ValueError for another spelling, or a key of another type."""
        parts = text.strip().split("+", 2)
        typed = from_base64(parts[2]) if len(parts) == 3 else b""
        if len(typed) != 33 or typed[0] != kind:
            raise ValueError(f"not name+hash+key of an Ed25519 key of type {kind}")
        key = cls(parts[0], kind, typed[1:])
        if key.text != text.strip():
            raise ValueError("the key's hash is not that of the key")
        return key


SIGNATURES = re.compile(r"(?:— [^\s+]+ [A-Za-z0-9+/]+={0,2}\n)+")
NOTE = re.compile(rf"(?P<text>(?:[^\n]+\n)+)\n(?P<signatures>{SIGNATURES.pattern})")
BODY = re.compile(r"(?P<origin>[^\s+]{1,128})\n(?P<size>0|[1-9][0-9]{0,15})\n(?P<root>[A-Za-z0-9+/]{43}=)\n")


class Note:
    """A signed note: its text and its signature lines as (name, bytes)."""

    def __init__(self, content: bytes) -> None:
        try:
            match = NOTE.fullmatch(content.decode("utf-8")) if len(content) < 65_536 else None
            if match is None:
                raise ValueError("not a signed note")
            self.text = match["text"]
            lines = [line.split(" ") for line in match["signatures"].splitlines()]
            self.signatures = [(name, from_base64(text)) for _dash, name, text in lines]
        except ValueError:
            fail("checkpoint.form")

    def is_signed_by(self, key: LogKey) -> bool:
        return any(
            name == key.name and signature[:4] == key.hash and key.key.has_signed(self.text.encode(), signature[4:])
            for name, signature in self.signatures
        )


class Checkpoint:
    """Size and root, from the note that a log signed. ``is_alone``: nobody else's line stands on it."""

    def __init__(self, content: bytes, origins: Collection[str], is_alone: bool = True) -> None:
        self.note = Note(content)
        match = BODY.fullmatch(self.note.text)
        if match is None or (is_alone and len(self.note.signatures) != 1):
            fail("checkpoint.form")
        self.origin = match["origin"]
        if self.origin not in origins:
            fail("checkpoint.origin", origin=self.origin)
        self.size = int(match["size"])
        try:
            self.root = from_base64(match["root"])
        except ValueError:
            fail("checkpoint.form")


# --- (1) members: of a zip, or of a folder -------------------------------------------------------------------------


class Archive:
    """The members of a zip, which must be the one zip that they can be packed into (APPNOTE, stored, no options)."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.bytes = file.seek(0, 2)
        self.places: dict[str, tuple[int, int]] = {}
        try:
            self._check()
        except BaseException:
            self.file.close()
            raise

    def _check(self) -> None:
        offset, directory = 0, []
        while self._at(offset, 4) == b"PK\x03\x04":
            if len(self.places) >= MOST_MEMBERS:
                fail("zip.form", at=offset)
            header = self._at(offset, 30)
            if len(header) < 30:
                fail("zip.form", at=offset)
            crc, size, name_bytes = struct.unpack("<14xI4xIH2x", header)
            name = self._at(offset + 30, name_bytes)
            facts = struct.pack("<HHHHIII", 0, 0, 0, 0x0021, crc, size, size)
            if header != b"PK\x03\x04\x0a\x00" + facts + struct.pack("<HH", name_bytes, 0) or len(name) != name_bytes:
                fail("zip.form", at=offset)
            decoded = member_name(name.decode("latin-1"))
            if decoded in self.places:
                fail("files.extra", name=decoded)
            if size > MOST_MEMBER_BYTES:
                fail("files.size", name=decoded)
            start = offset + 30 + name_bytes
            self.places[decoded] = (start, size)
            if zlib.crc32(self._at(start, size)) != crc:
                fail("files.digest", name=decoded)
            directory.append(self._listing(name, facts, offset))
            offset = start + size
        self._check_end(directory, offset)

    def close(self) -> None:
        self.file.close()

    def names(self) -> list[str]:
        return list(self.places)

    def read(self, name: str) -> bytes:
        return self._at(*self.places[name])

    def _at(self, offset: int, count: int) -> bytes:
        self.file.seek(offset)
        return self.file.read(count)

    @staticmethod
    def _listing(name: bytes, facts: bytes, offset: int) -> bytes:
        extra = struct.pack("<HHQ", 1, 8, offset) if offset >= 2**32 - 1 else b""
        needs = 45 if extra else 10
        return (
            b"PK\x01\x02"
            + struct.pack("<HH", 0x0300 | needs, needs)
            + facts
            + struct.pack("<HHHHHII", len(name), len(extra), 0, 0, 0, 0o100644 << 16, min(offset, 2**32 - 1))
            + name
            + extra
        )

    def _check_end(self, directory: list[bytes], offset: int) -> None:
        place = offset
        for listing in directory:
            if self._at(place, len(listing)) != listing:
                fail("zip.form", at=place)
            place += len(listing)
        size, count = place - offset, len(directory)
        end = b""
        if count >= 65_535 or size >= 2**32 - 1 or offset >= 2**32 - 1:
            end = b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, size, offset)
            end += b"PK\x06\x07" + struct.pack("<IQI", 0, place, 1)
        short = min(count, 65_535)
        end += b"PK\x05\x06"
        end += struct.pack("<HHHHIIH", 0, 0, short, short, min(size, 2**32 - 1), min(offset, 2**32 - 1), 0)
        if self._at(place, len(end)) != end or place + len(end) != self.bytes:
            fail("zip.form", at=place)


class Folder:
    """The members of an unpacked bundle: regular files and nothing else."""

    def __init__(self, path: Path) -> None:
        self.paths: dict[str, Path] = {}
        for folder, folders, files in os.walk(path):
            for name in sorted(files) + [each for each in folders if (Path(folder) / each).is_symlink()]:
                member = Path(folder) / name
                relative = member_name(member.relative_to(path).as_posix())
                if member.is_symlink() or not member.is_file():
                    fail("files.extra", name=relative)
                if member.stat().st_size > MOST_MEMBER_BYTES:
                    fail("files.size", name=relative)
                self.paths[relative] = member

    def close(self) -> None:
        pass

    def names(self) -> list[str]:
        return list(self.paths)

    def read(self, name: str) -> bytes:
        with self.paths[name].open("rb") as file:
            return file.read(MOST_MEMBER_BYTES + 1)


def member_name(name: str) -> str:
    """Relative, plain ASCII, and never out of its folder."""
    steps = name.split("/")
    if not re.fullmatch(r"[A-Za-z0-9._/-]{1,300}", name) or any(step in {"", ".", ".."} for step in steps):
        fail("files.name", name=ascii(name))
    return name


def check_sums(members: Any) -> None:
    """``SHA256SUMS`` names every member but itself and its signature, in the form that ``sha256sum -c`` reads."""
    names = set(members.names())
    if "SHA256SUMS" not in names:
        fail("files.missing", name="SHA256SUMS")
    listed = set()
    for number, text in enumerate(members.read("SHA256SUMS").split(b"\n")[:-1], start=1):
        match = re.fullmatch(rb"([0-9a-f]{64})  ([A-Za-z0-9._/-]{1,300})", text)
        name = match[2].decode() if match else ""
        if match is None or name in listed or name in {"SHA256SUMS", "SHA256SUMS.note"}:
            fail("files.sums", line=number)
        if name not in names:
            fail("files.missing", name=name)
        if hashlib.sha256(members.read(name)).hexdigest() != match[1].decode():
            fail("files.digest", name=name)
        listed.add(name)
    if not members.read("SHA256SUMS").endswith(b"\n"):
        fail("files.sums", line=len(listed) + 1)
    for name in sorted(names - listed - {"SHA256SUMS", "SHA256SUMS.note"}):
        fail("files.extra", name=name)


# --- lines of members ----------------------------------------------------------------------------------------------


def lines_of(members: Any, name: str) -> Iterator[Json]:
    """The objects of a member in JSON lines, each in its one spelling."""
    content = members.read(name)
    if not content.endswith(b"\n"):
        fail("line.form", name=name, line=content.count(b"\n") + 1)
    for number, text in enumerate(content.split(b"\n")[:-1], start=1):
        try:
            value = json_value(text.decode("utf-8"))
            spelled = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
        except (ValueError, RecursionError):
            spelled, value = b"", None
        if spelled != text or not isinstance(value, dict):
            fail("line.form", name=name, line=number)
        yield value


def parts_of(members: Any, folder: str) -> Iterator[Json]:
    """The objects of ``folder/000.jsonl`` and the parts that follow it, which are numbered without a hole."""
    names = {name for name in members.names() if name.startswith(folder + "/")}
    for number in range(len(names)):
        name = f"{folder}/{number:03d}.jsonl"
        if name not in names:
            fail("files.missing", name=name)
        yield from lines_of(members, name)


def hashes_of(value: object) -> list[bytes]:
    """A proof's hashes; ValueError for anything else."""
    if not isinstance(value, list) or len(value) > MOST_PROOF_HASHES:
        raise ValueError("not a proof")
    hashes = [from_base64(each) for each in value]
    if any(len(each) != 32 for each in hashes):
        raise ValueError("a hash that is not 32 bytes")
    return hashes


# --- (6) one entry -------------------------------------------------------------------------------------------------


class Entry:
    """A line of entries: what the leaf says, the values that it commits to, and its hash."""

    def __init__(self, line: Json, has_proof: bool, before: int) -> None:
        names = {"index", "leaf", "disclosures"} | ({"proof"} if has_proof else set())
        index, leaf = line.get("index"), line.get("leaf")
        if set(line) != names or isinstance(index, bool) or not isinstance(index, int) or not isinstance(leaf, str):
            fail("entry.order", before)
        if index <= before:
            fail("entry.order", index)
        self.index: int = index
        self.leaf = leaf.encode("utf-8")
        try:
            self.facts = canonical_value(self.leaf)
        except ValueError as error:
            fail("leaf.canonical", index, why=error)
        if not isinstance(self.facts, dict) or self.facts.get("index") != index:
            fail("leaf.place", index)
        for name in ("event", "id", "logged", "outcome", "time"):
            if not isinstance(self.facts.get(name), str):
                fail("leaf.form", index, name=name)
        digests = self.facts.get("_sd", [])
        if not isinstance(digests, list) or not all(isinstance(each, str) for each in digests):
            fail("leaf.form", index, name="_sd")
        self.hash = leaf_hash(self.leaf)
        try:
            self.proof = hashes_of(line["proof"]) if has_proof else []
        except ValueError:
            fail("entry.proof", index)
        self.values = self._values(line["disclosures"])

    def check_proof(self, size: int, root: bytes) -> None:
        if not is_included(self.hash, self.proof, self.index, size, root):
            fail("entry.proof", self.index)

    def _values(self, texts: object) -> Json:
        """RFC 9901, 4.2: each value with its salt hashes to a digest in the leaf, and no name comes twice."""
        digests: list[str] = self.facts.get("_sd", [])
        values: Json = {}
        if not isinstance(texts, list):
            fail("value.form", self.index)
        for text in texts:
            try:
                members = canonical_value(from_base64(text, is_url=True))
            except ValueError:
                fail("value.form", self.index)
            if not isinstance(members, list) or len(members) != 3:
                fail("value.form", self.index)
            salt, name, value = members
            inner = list(value.values()) if isinstance(value, dict) else [value]
            if not all(isinstance(each, str) for each in [salt, name, *inner]) or len(salt) < 22 or name in values:
                fail("value.form", self.index)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode("ascii")).digest()).rstrip(b"=").decode()
            if digest not in digests:
                fail("value.digest", self.index)
            values[name] = value
        return values


# --- (4) epochs ----------------------------------------------------------------------------------------------------


class Epochs:
    """The log's keys as leaves name them, and which of them are trusted."""

    def __init__(self, members: Any, origin: str, checkpoint: Checkpoint, pinned: list[LogKey]) -> None:
        self.keys: list[LogKey] = []
        self.succeeded: list[tuple[int, str, str, object]] = []
        self.from_sizes: list[int] = []
        self.listed: list[Json] = []
        handovers: list[bytes] = []
        before = -1
        for line in lines_of(members, "keys.jsonl"):
            entry = Entry(line, has_proof=True, before=before)
            entry.check_proof(checkpoint.size, checkpoint.root)
            handovers.append(self._add(entry))
            before = entry.index
        if not self.keys or self.keys[-1].name != origin:
            fail("epoch.missing", epoch=len(self.keys) + 1)
        self._trust(pinned, handovers)

    @property
    def names(self) -> set[str]:
        """What the log is called, and was before it was succeeded."""
        return {key.name for key in self.keys}

    def signer_of(self, checkpoint: Checkpoint) -> LogKey:
        """The key that has signed, if it is a trusted one and it was its time (5)."""
        for number, key in enumerate(self.keys):
            if checkpoint.origin != key.name or not checkpoint.note.is_signed_by(key):
                continue
            until = self.from_sizes[number + 1] if number + 1 < len(self.keys) else checkpoint.size + 1
            if not self.from_sizes[number] <= checkpoint.size < until:
                fail("epoch.wrong", size=checkpoint.size, epoch=number + 1)
            return key
        fail("checkpoint.signature")

    def _add(self, entry: Entry) -> bytes:
        """Notes the key that a leaf names; gives its handover."""
        details, epoch = entry.facts.get("details"), len(self.keys) + 1
        if not isinstance(details, dict) or details.get("epoch") != epoch:
            fail("epoch.missing", entry.index, epoch=epoch)
        origin = self._origin_from(entry, details)
        try:
            self.keys.append(LogKey(origin, 1, from_base64(details.get("key"))))
            handover = from_base64(details.get("handover", ""))
        except ValueError:
            fail("epoch.missing", entry.index, epoch=epoch)
        from_size = details.get("from", entry.index + 1)
        if not isinstance(from_size, int) or (epoch > 1 and not self.from_sizes[-1] < from_size <= entry.index + 1):
            fail("epoch.missing", entry.index, epoch=epoch)
        self.from_sizes.append(from_size)
        self.listed.append({"epoch": epoch, "key": details["key"], "index": entry.index})
        return handover

    def _origin_from(self, entry: Entry, details: Json) -> str:
        """What the log is called from this leaf on: it begins, gets another key, or is succeeded by another log."""
        event, epoch = entry.facts["event"], len(self.keys) + 1
        if epoch == 1 and event == "trail.genesis" and entry.index == 0:
            return str(details.get("origin"))
        if epoch > 1 and event == "trail.key_rotated":
            return self.keys[-1].name
        taken_over = {"former": self.keys[-1].name, "size": entry.index} if epoch > 1 else None
        if event != "trail.succeeded" or {name: details.get(name) for name in taken_over or {}} != taken_over:
            fail("epoch.missing", entry.index, epoch=epoch)
        self.succeeded.append((entry.index, self.keys[-1].name, str(details.get("origin")), details.get("lost")))
        return str(details.get("origin"))

    def _trust(self, pinned: list[LogKey], handovers: list[bytes]) -> None:
        """A pinned key vouches for the keys before it, whose leaves it has signed for, and hands over to the next."""
        known = [number for number, key in enumerate(self.keys) if key.text in {each.text for each in pinned}]
        if pinned and not known:
            fail("key.pinned")
        if not pinned:
            known = [len(self.keys) - 1]
        for number in range(max(known) + 1, len(self.keys)):
            text = handover_text(self.keys[number].name, number + 1, self.keys[number].key.encoded)
            if not self.keys[number - 1].key.has_signed(text, handovers[number]):
                fail("key.handover", self.listed[number]["index"], epoch=number + 1)


def handover_text(origin: str, epoch: int, public: bytes) -> bytes:
    """What the key of one epoch signs for the next; no checkpoint, whose second line is a number."""
    return f"{origin}\nepoch {epoch}\n{base64.b64encode(public).decode()}\n".encode()


# --- (7) what leaves say of one another ----------------------------------------------------------------------------


class Walk:
    """Counters, times, days and intents, from leaf to leaf.

    ``is_dense``: the entries follow one another, so a counter's next number is the one after its last. Else numbers
    must rise. ``is_from_start``: also each counter's first number is known, from a beginning or a receipt.
    """

    def __init__(self, is_dense: bool, is_from_start: bool) -> None:
        self.is_dense, self.is_from_start = is_dense, is_from_start
        self.counters: dict[str, dict[str, int]] = {"nseq": {}, "dseq": {}, "useq": {}}
        self.logged = ""
        self.day_from: int | None = 1 if is_from_start else None
        self.intents: dict[str, tuple[int, str, str]] = {}

    def take(self, entry: Entry) -> None:
        facts, index = entry.facts, entry.index
        self._check_times(facts, index)
        for name, owner in (("nseq", lane_of(facts)), ("dseq", facts.get("document")), ("useq", facts.get("who"))):
            self._count(name, owner, facts.get(name), index)
        event = facts["event"]
        if self.is_dense:
            self._check_day(event, facts, index)
        self.logged = facts["logged"]
        if awaits_result(facts):
            self.intents[facts["id"]] = (index, facts["logged"], event)
        elif any(event in results for results in RESULTS_OF.values()):
            asked = self.intents.get(str(facts.get("intent", "")))
            if asked is not None and asked[2] and event not in RESULTS_OF.get(asked[2], ()):
                fail("intent.mismatched", index)
            is_asked = self.intents.pop(str(facts.get("intent", "")), None) is not None
            if event in ANSWERING_ONCE and not is_asked and self.is_dense and self.is_from_start:
                fail("intent.unasked", index)

    def check_end(self) -> None:
        """Each intent that had time to be answered was."""
        for index, logged, _event in self.intents.values():
            if self.is_dense and moment_of(self.logged) - moment_of(logged) > INTENT_GRACE:
                fail("intent.unanswered", index)

    def _check_times(self, facts: Json, index: int) -> None:
        if not is_moment(facts["logged"]) or not is_moment(facts["time"]):
            fail("time.form", index)
        if facts["logged"] < self.logged:
            fail("time.back_dated", index)
        if facts["time"] > facts["logged"]:
            fail("time.future", index)

    def _count(self, name: str, owner: object, number: object, index: int) -> None:
        if owner is None and number is None:
            return
        if not isinstance(owner, str) or isinstance(number, bool) or not isinstance(number, int):
            fail("counter." + name, index, owner=ascii(owner))
        last = self.counters[name].get(owner, 0)
        is_first_seen = owner not in self.counters[name] and not self.is_from_start
        is_next = number > last if is_first_seen or not self.is_dense else number == last + 1
        if not is_next:
            fail("counter." + name, index, owner=owner)
        self.counters[name][owner] = number

    def _check_day(self, event: str, facts: Json, index: int) -> None:
        """A later day begins with the closing of the one before, which counts what lies since the closing before."""
        if event != "day.close":
            is_later = bool(self.logged) and facts["logged"][:10] > self.logged[:10]
            if is_later and self.day_from is not None and index > self.day_from:
                fail("day.missing", index, day=self.logged[:10])
            return
        details = facts.get("details")
        if not isinstance(details, dict):
            fail("day.count", index)
        if self.day_from is not None:
            expected = {"day": self.logged[:10], "from": self.day_from, "count": index - self.day_from}
            if {name: details.get(name) for name in expected} != expected:
                fail("day.count", index)
        self.day_from = index + 1


def awaits_result(facts: Json) -> bool:
    """An intent; a release of a copy is one only if it says that a result follows: older ones had none."""
    if facts["event"] not in RESULTS_OF or facts["outcome"] != "success":
        return False
    details = facts.get("details")
    return facts["event"] not in SAYING_SO or (isinstance(details, dict) and details.get("result") == "follows")


def lane_of(facts: Json) -> str | None:
    if "node" not in facts and "lane" not in facts:
        return None
    return "{}/{}".format(facts.get("node", ""), facts.get("lane", ""))


# --- (8) completeness ----------------------------------------------------------------------------------------------


class Claim:
    """A claim of the manifest: all numbers of a subject from ``first`` to ``last`` are here, and no other there is."""

    def __init__(self, stated: object) -> None:
        if not isinstance(stated, dict) or str(stated.get("kind")) not in COUNTERS:
            fail("complete.form")
        self.kind = str(stated["kind"])
        self.name = str({"document": stated.get("document"), "person": stated.get("who")}.get(self.kind, ""))
        numbers = [stated.get(name) for name in ("first", "last", "below")]
        if any(isinstance(each, bool) or not isinstance(each, int) for each in numbers):
            fail("complete.form")
        self.first, self.last, self.below = (int(str(each)) for each in numbers)
        self.since, self.until = str(stated.get("since", "")), str(stated.get("until", ""))
        if any(text and not is_moment(text) for text in (self.since, self.until)) or self.last < self.first - 1:
            fail("complete.form")
        self.next = self.first
        self.last_entry: Entry | None = None
        self.is_closed = False
        self.closed_at = ""

    @property
    def subject(self) -> tuple[str, str]:
        kind = "window" if self.kind == "range" and (self.since or self.until) else self.kind
        english, chinese = SUBJECTS[kind]
        return english.format(name=self.name), chinese.format(name=self.name)

    @property
    def demand(self) -> str:
        """As --complete spells it; a window of time is not what it demands."""
        if self.since or self.until:
            return ""
        return "trail" if self.kind == "range" else f"{self.kind}:{self.name}"

    def number_of(self, facts: Json) -> int | None:
        owner = {"range": "", "document": facts.get("document"), "person": facts.get("who")}[self.kind]
        number = facts.get(COUNTERS[self.kind])
        return number if owner == self.name and isinstance(number, int) else None

    def take(self, entry: Entry) -> None:
        """An entry of the selection: the subject's next number, within the bounds."""
        number = self.number_of(entry.facts)
        logged = entry.facts["logged"]
        if entry.index >= self.below or logged < self.since or (self.until and logged >= self.until):
            fail("complete.form", entry.index)
        if number is None:
            if self.kind != "person":  # a person's selection also holds what others did about them
                fail("complete.form", entry.index)
            return
        if number != self.next or number > self.last:
            fail("complete.gap", entry.index, number=self.next, subject=self.subject)
        self.next, self.last_entry = number + 1, entry

    def check_end(self, edges: list[Entry], size: int) -> None:
        """Nothing is missing up to the last; an edge below shows the first, an edge above the last."""
        if self.next != self.last + 1:
            fail("complete.gap", number=self.next, subject=self.subject)
        lowest = 0 if self.kind == "range" else 1
        is_first = self.first == lowest
        for edge in edges:
            number, logged = self.number_of(edge.facts), edge.facts["logged"]
            if number == self.first - 1 and self.since and logged < self.since:
                is_first = True
            elif number == self.last + 1 and (edge.index >= self.below or (self.until and logged >= self.until)):
                self.is_closed, self.closed_at = True, logged
            else:
                fail("complete.form", edge.index)
        if not is_first:
            fail("complete.edge", subject=self.subject)
        if self.kind == "range" and self.last + 1 == self.below == size:
            self.is_closed = True  # the tree ends here: its size is signed

    def note(self) -> tuple[str, Json]:
        if self.is_closed or self.last_entry is None:
            window = (f"below #{self.below}", f"第 {self.below} 条之前")
            if self.closed_at:
                window = (
                    f"{window[0]}, counted at {self.closed_at}",
                    f"{window[1]}（清点于 {self.closed_at}）",
                )
            if self.since or self.until:
                window = (
                    "between {} and {}".format(self.since or "the beginning", self.until or window[0]),
                    "{} 至 {} 之间".format(self.since or "开始", self.until or window[1]),
                )
            kind = "complete.closed" if self.is_closed else "complete.none"
            return kind, {"subject": self.subject, "first": self.first, "last": self.last, "window": window}
        facts = self.last_entry.facts
        return "complete.open", {
            "subject": self.subject,
            "last": self.last,
            "index": self.last_entry.index,
            "logged": facts["logged"],
        }


# --- (9) tiles -----------------------------------------------------------------------------------------------------


class Tiles:
    """The tiles that the tree has, against those that are there (C2SP tlog-tiles)."""

    def __init__(self, members: Any) -> None:
        self.members = members
        self.open: dict[int, list[bytes]] = {}
        self.numbers: dict[int, int] = {}
        self.leaves: list[bytes] = []
        self.bundles = 0
        self.expected = {name for name in members.names() if name.startswith("tile/")}

    def take(self, leaf: bytes, completed: list[tuple[int, bytes]]) -> None:
        self.leaves.append(len(leaf).to_bytes(2, "big") + leaf)
        if len(self.leaves) == WIDTH:
            self._close_leaves()
        for level, subtree in completed:
            if level % 8 == 0:
                row = self.open.setdefault(level // 8, [])
                row.append(subtree)
                if len(row) == WIDTH:
                    self._close(level // 8)

    def check_end(self) -> None:
        if self.leaves:
            self._close_leaves()
        for level in sorted(self.open):
            if self.open[level]:
                self._close(level)
        for name in sorted(self.expected):
            fail("files.extra", name=name)

    def _close(self, level: int) -> None:
        row, number = self.open[level], self.numbers.get(level, 0)
        self._compare(tile_name(str(level), number, len(row)), b"".join(row))
        self.open[level], self.numbers[level] = [], number + 1

    def _close_leaves(self) -> None:
        self._compare(tile_name("entries", self.bundles, len(self.leaves)), b"".join(self.leaves))
        self.leaves, self.bundles = [], self.bundles + 1

    def _compare(self, name: str, content: bytes) -> None:
        if name not in self.expected:
            fail("files.missing", name=name)
        if self.members.read(name) != content:
            fail("tile.differs", name=name)
        self.expected.discard(name)


def tile_name(level: str, number: int, width: int) -> str:
    groups = [f"{number % 1000:03d}"]
    while number >= 1000:
        number //= 1000
        groups.insert(0, f"x{number % 1000:03d}")
    return f"tile/{level}/{'/'.join(groups)}" + (f".p/{width}" if width < WIDTH else "")


# --- (10) what was verified earlier --------------------------------------------------------------------------------


class Earlier:
    """A receipt or a checkpoint from an earlier time, kept by whoever verifies: the history must go on from it."""

    def __init__(self, path: Path, origins: Collection[str]) -> None:
        try:
            if path.stat().st_size > MOST_RECEIPT_BYTES:
                raise Unusable(f"{path} is too large")
            content = path.read_bytes()
        except OSError as error:
            raise Unusable(f"{path}: {error.strerror}") from None
        self.state: Json | None = None
        self.is_note = not content.lstrip().startswith(b"{")
        if self.is_note:
            checkpoint = Checkpoint(content, origins, is_alone=False)
            self.size, self.root, self.checkpoint = checkpoint.size, checkpoint.root, checkpoint
            return
        try:
            receipt = json_value(content.decode("utf-8"))
            receipt = receipt.get("receipt", receipt)
            if receipt["format"] != RECEIPT or receipt["version"] != 1:
                raise ValueError("another format")
            self.size, self.root = int(receipt["size"]), from_base64(receipt["root"])
            self.state = receipt.get("state")
            if self.state is not None:
                Walk(is_dense=True, is_from_start=True).counters.update(self.state["counters"])
                self.edge = [from_base64(each) for each in self.state["edge"]]
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Unusable(f"{path} is neither a checkpoint nor a receipt of this program") from None
        if receipt["origin"] not in origins:
            fail("checkpoint.origin", origin=receipt["origin"])

    def check(self, roots: Callable[[int], bytes | None], size: int) -> None:
        if self.size > size:
            fail("earlier.beyond", size=self.size)
        root = roots(self.size)
        if root is None:
            fail("earlier.not_shown", size=self.size)
        if root != self.root:
            fail("earlier.differs", size=self.size)


# --- (11) anchors --------------------------------------------------------------------------------------------------


def der_items(content: bytes) -> list[tuple[int, bytes]]:
    """The elements of a DER sequence as (tag, content); ValueError for lengths that lead out of it."""
    items, at = [], 0
    while at < len(content):
        tag, first, start = content[at], content[at + 1] if at + 1 < len(content) else 0x80, at + 2
        length = first
        if first & 0x80:
            count = first & 0x7F
            if not 1 <= count <= 4 or start + count > len(content):
                raise ValueError("a length that DER does not have")
            length, start = int.from_bytes(content[start : start + count], "big"), start + count
        if start + length > len(content):
            raise ValueError("longer than what holds it")
        items.append((tag, content[start : start + length]))
        at = start + length
    return items


class Stamps:
    """Which entry names which time stamp of the bundle: it, and every entry after it, was written after the stamp.

    Nobody can name a digest before there is what it is of. So an entry that is said to be older was back-dated. And
    what a stamped checkpoint covers was written by then. So each entry lies between two stamps, or above or below one.

    How many entries a stamp covers is the word of the note that it is over, never the manifest's.
    """

    def __init__(self, members: Any, anchors: Sequence[Any], origins: Collection[str]) -> None:
        self.names: dict[str, tuple[str, int]] = {}
        self.named: dict[str, tuple[int, str]] = {}
        self.sizes: dict[str, int] = {}
        self.times: dict[str, dt.datetime] = {}
        self.until, self.bounds = 0, ("", "")
        self.stretches: list[tuple[int, int, str, str]] = []
        present = set(members.names())
        for anchor in anchors:
            name = str(anchor.get("receipt", "")) if is_anchor(anchor) else ""
            if not name.endswith(".tsr") or not {name, anchor["note"]} <= present:
                continue
            content, size = members.read(name), placed_checkpoint(members.read(anchor["note"]), anchor, origins).size
            self.names[hashlib.sha256(content).hexdigest()] = (name, size)
            try:
                self.times[name] = timestamp_of(content)[1]
            except ValueError:
                continue  # refused with the other anchors
            self.sizes[name] = size

    def take(self, index: int, facts: Json) -> bool:
        """Whether the entry tells of the placement of a stamp; the first that does counts."""
        details = facts.get("details")
        if facts["event"] != "trail.anchored" or facts["outcome"] != "success" or not isinstance(details, dict):
            return False
        name, size = self.names.get(str(details.get("receipt")), ("", -1))
        if not name or details.get("size") != size:
            return False
        if name not in self.named:
            self.named[name] = (index, facts["logged"])
            self.until = 0
        return True

    def bounds_of(self, index: int) -> tuple[str, str]:
        """The last stamp before the entry and the first after it, each '' where there is none; by rising index."""
        if index >= self.until:
            lower = [name for name, (at, _logged) in self.named.items() if at <= index and name in self.times]
            upper = [name for name, size in self.sizes.items() if index < size]
            self.bounds = (
                max(lower, key=lambda name: (self.times[name], self.sizes[name]), default=""),
                min(upper, key=lambda name: (self.times[name], self.sizes[name]), default=""),
            )
            changes = [at for at, _logged in self.named.values()] + list(self.sizes.values())
            self.until = min((each for each in changes if each > index), default=MOST_INTEGER)
        return self.bounds

    def follow(self, index: int, logged: str) -> tuple[str, str]:
        """The next entry of the bundle, into its stretch of entries between the same two stamps.

        It cannot have been logged later than a stamp by which it was there; the two clocks may differ by the tolerance.
        """
        bounds = self.bounds_of(index)
        upper = bounds[1]
        if upper and moment_of(logged) - self.times[upper] > CLOCK_TOLERANCE:
            fail("timestamp.covers", index, name=upper, logged=logged, time=self.time_text(upper))
        if self.stretches and self.stretches[-1][2:] == bounds:
            self.stretches[-1] = (self.stretches[-1][0], index, *bounds)
        else:
            self.stretches.append((index, index, *bounds))
        return bounds

    def stretches_told(self) -> Iterator[tuple[str, Json]]:
        """Of each stretch that has a bound: which kind of note, and its values."""
        for first, last, lower, upper in self.stretches:
            kind = "bounds.between" if lower and upper else "bounds.not_before" if lower else "bounds.not_after"
            if lower or upper:
                places = (
                    f"entry #{first}" if first == last else f"entries #{first} to #{last}",
                    f"第 {first} 条" if first == last else f"第 {first} 至 {last} 条中所含条目",
                )
                values = {"places": places, "first": first, "last": last, "lower": lower, "upper": upper}
                yield kind, {**values, "after": self.time_text(lower), "before": self.time_text(upper)}

    def time_text(self, name: str) -> str:
        return utc_text(self.times[name]) if name else ""

    def check(self, name: str, moment: dt.datetime) -> int | None:
        """The entry that names the stamp, if one does. The two clocks may differ by the tolerance."""
        if name not in self.named:
            return None
        index, logged = self.named[name]
        if moment - moment_of(logged) > CLOCK_TOLERANCE:
            fail("timestamp.bounds", index, name=name, logged=logged, time=utc_text(moment))
        return index


def timestamp_of(content: bytes) -> tuple[bytes, dt.datetime]:
    """SHA-256 imprint and time of an RFC 3161 answer or token. Who signed it is left to openssl. ValueError."""
    try:
        [(_sequence, outer)] = der_items(content)
        first = der_items(outer)
        token = (
            first[1][1] if first[0][0] == 0x30 else outer
        )  # TimeStampResp: status, token; a token begins with an OID
        signed = der_items(der_items(der_items(token)[1][1])[0][1])
        # SignedData: version, digestAlgorithms, encapContentInfo { TSTInfo type, [0] octets }
        kind, wrapped = der_items(signed[2][1])[:2]
        if kind[1] != bytes.fromhex("2a864886f70d0109100104"):
            raise ValueError("not a time stamp")
        info = der_items(der_items(der_items(wrapped[1])[0][1])[0][1])
        algorithm, imprint = der_items(info[2][1])
        if der_items(algorithm[1])[0][1] != bytes.fromhex("608648016503040201") or len(imprint[1]) != 32:
            raise ValueError("not over SHA-256")
        text = info[4][1].decode("ascii")
        match = re.fullmatch(r"(\d{14})(?:\.(\d{1,6}))?Z", text, re.ASCII)
        if info[4][0] != 0x18 or match is None:
            raise ValueError("no time")
        moment = dt.datetime.strptime(match[1] + "+0000", "%Y%m%d%H%M%S%z")
        return imprint[1], moment.replace(microsecond=int((match[2] or "0").ljust(6, "0")))
    except (IndexError, TypeError):
        raise ValueError("not a time stamp") from None


def cosigned_at(checkpoint: Checkpoint, key: LogKey, lines: Sequence[tuple[str, bytes]]) -> int | None:
    """When ``key`` cosigned (C2SP tlog-cosignature v1), in seconds since 1970; None if it did not."""
    for name, signature in lines:
        if name == key.name and signature[:4] == key.hash and len(signature) == 76:
            seconds = int.from_bytes(signature[4:12], "big")
            text = f"cosignature/v1\ntime {seconds}\n{checkpoint.note.text}"
            if seconds < 2**36 and key.key.has_signed(text.encode(), signature[12:]):
                return seconds
            return -1
    return None


# --- all of it -----------------------------------------------------------------------------------------------------


class Verification:
    """One run over one bundle. ``notes`` is what was found besides that it is sound."""

    def __init__(self, members: Any, options: argparse.Namespace) -> None:
        self.members, self.options = members, options
        self.notes: list[tuple[str, Json]] = []
        self.manifest: Json = {}
        self.count = self.disclosed = self.hidden = 0
        self.first_entry: Entry | None = None
        self.last_entry: Entry | None = None
        self.digest = hashlib.sha256()
        self.older = 0
        self.roots: dict[int, bytes] = {}
        self.tree: Tree | None = None

    def run(self) -> None:
        check_sums(self.members)  # (1)
        self._read_manifest()  # (2)
        self._tell_left_out()
        origin = self.manifest["origin"]
        pinned = [parse_key(text) for text in self.options.key]
        self.checkpoint = Checkpoint(self._member("checkpoint"), [origin])
        self.epochs = Epochs(self.members, origin, self.checkpoint, pinned)  # (3), (4)
        signer = self.epochs.signer_of(self.checkpoint)  # (5)
        for index, former, later, lost in self.epochs.succeeded:
            self.note("epoch.succeeded", index=index, former=former, later=later, lost=lost)
        self.earlier = [Earlier(Path(path), self.epochs.names) for path in self.options.earlier]
        if not pinned:
            self.note("key.unpinned", key=self.epochs.keys[-1].text)
        self._check_entries()  # (6) - (9)
        self._check_older()  # (10)
        self._check_anchors()  # (11)
        self._check_manifest(signer)  # (12)

    def note(self, kind: str, **values: object) -> None:
        self.notes.append((kind, values))

    def receipt(self) -> Json:
        """What to keep for --from."""
        receipt: Json = {
            "format": RECEIPT,
            "version": 1,
            "origin": self.manifest["origin"],
            "key": self.epochs.keys[-1].text,
            "size": self.checkpoint.size,
            "root": base64.b64encode(self.checkpoint.root).decode(),
        }
        if self.tree is not None and self.tree.size == self.checkpoint.size:
            receipt["state"] = {
                "edge": [base64.b64encode(each).decode() for each in self.tree.edge],
                "counters": self.walk.counters,
                "logged": self.walk.logged,
                "day_from": self.walk.day_from,
                "intents": {entry_id: list(each) for entry_id, each in self.walk.intents.items()},
            }
        return receipt

    def _member(self, name: str) -> bytes:
        if name not in self.members.names():
            fail("files.missing", name=name)
        content: bytes = self.members.read(name)
        return content

    def _read_manifest(self) -> None:
        content = self._member("manifest.json")
        try:
            manifest = json_value(content.decode("utf-8"))
        except ValueError as error:
            fail("manifest.form", why=error)
        if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
            raise Unusable("not an evidence bundle")
        if manifest.get("version") != VERSION:
            raise Unusable(f"a bundle of version {manifest.get('version')}, this program knows {VERSION}")
        try:
            spelled = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True).encode("utf-8") + b"\n"
        except (ValueError, RecursionError):
            spelled = b""
        if spelled != content:
            fail("manifest.form", why="spelling")
        for name, kind in MANIFEST.items():
            if not isinstance(manifest.get(name), kind):
                fail("manifest.form", why=name)
        if set(manifest) - {"left_out"} != set(MANIFEST) or manifest["form"] not in {"proofs", "tiles"}:
            fail("manifest.form", why="form")
        self.manifest = manifest

    def _tell_left_out(self) -> None:
        """What whoever made the bundle says that it lacks. Nothing is proven by it, and nothing fails for it."""
        stated = self.manifest.get("left_out", [])
        if not isinstance(stated, list) or not all(map(is_left_out, stated)):
            fail("manifest.form", why="left_out")
        for each in stated:
            what, why = RECEIPTS.get(each["kind"], RECEIPTS[""]), FAULTS.get(each["why"], each["why"])
            self.note("anchor.left_out", what=what, name=each["anchor"], size=each["size"], why=why)

    def _check_entries(self) -> None:
        self._read_stamps()
        is_whole = self.manifest["form"] == "tiles"
        claims = [Claim(each) for each in self.manifest["complete"]]
        ranges = [each for each in claims if each.kind == "range"]
        start = ranges[0].first if ranges else 0
        earlier = self._earlier_state(ranges)
        self.walk = Walk(is_dense=bool(ranges), is_from_start=bool(ranges) and (start == 0 or earlier is not None))
        self.tree = Tree() if is_whole else None
        tiles = Tiles(self.members)
        if earlier is not None:
            self._resume(earlier)
        before = -1
        for line in parts_of(self.members, "entries"):
            entry = Entry(line, has_proof=not is_whole, before=before)
            before = entry.index
            if self.tree is not None:
                self._grow(self.tree, entry, tiles)
            else:
                entry.check_proof(self.checkpoint.size, self.checkpoint.root)
            if earlier is None or entry.index >= earlier.size:
                self._continue_tree(earlier, entry)
                self.walk.take(entry)
            for claim in claims:
                claim.take(entry)
            self._tally(entry)
        reached = (self.tree.size, self.tree.root()) if self.tree is not None else None
        if reached is not None and reached != (self.checkpoint.size, self.checkpoint.root):
            fail("root.differs", reached[0])
        tiles.check_end()
        self.walk.check_end()
        self._check_claims(claims)

    def _read_stamps(self) -> None:
        """The time stamps, and the entries beside the selection that name them, which are for nothing else."""
        if len(self.manifest["anchors"]) > MOST_ANCHORS:
            fail("anchor.form", name="manifest.json")
        self.stamps = Stamps(self.members, self.manifest["anchors"], self.epochs.names)
        before = -1
        for line in lines_of(self.members, "stamps.jsonl") if "stamps.jsonl" in self.members.names() else ():
            entry = Entry(line, has_proof=True, before=before)
            entry.check_proof(self.checkpoint.size, self.checkpoint.root)
            before = entry.index
            if not is_moment(entry.facts["logged"]) or not self.stamps.take(entry.index, entry.facts):
                fail("timestamp.stray", entry.index)

    def _earlier_state(self, ranges: list[Claim]) -> Earlier | None:
        """The receipt whose counters go on here: the selection is without holes from its end or before."""
        for each in self.earlier:
            if each.state is not None and ranges and ranges[0].first <= each.size <= ranges[0].last + 1:
                return each
        return None

    def _resume(self, earlier: Earlier) -> None:
        state = earlier.state or {}
        try:
            counters = {name: dict(state["counters"][name]) for name in ("nseq", "dseq", "useq")}
            if not all(isinstance(number, int) for each in counters.values() for number in each.values()):
                raise ValueError("not counters")
            self.walk.counters = counters
            self.walk.logged, self.walk.day_from = str(state["logged"]), int(state["day_from"])
            self.walk.intents = {
                name: (int(each[0]), str(each[1]), "".join(map(str, each[2:])))
                for name, each in state["intents"].items()
            }
        except (KeyError, TypeError, ValueError, AttributeError):
            raise Unusable("the receipt given with --from is damaged") from None
        self.continued = Tree(earlier.size, earlier.edge)
        if self.continued.root() != earlier.root or len(earlier.edge) != sum(map(int, f"{earlier.size:b}")):
            raise Unusable("the receipt given with --from is damaged")
        self.note("earlier.counted", size=earlier.size)

    def _continue_tree(self, earlier: Earlier | None, entry: Entry) -> None:
        """From a receipt on, the tree grows by what is new, so that the next receipt holds its edge."""
        if earlier is not None and entry.index == self.continued.size:
            for _ in self.continued.append(entry.hash):
                pass
            if self.tree is None and self.continued.size == self.checkpoint.size:
                self.tree = self.continued

    def _grow(self, tree: Tree, entry: Entry, tiles: Tiles) -> None:
        if entry.index != tree.size:
            fail("complete.gap", entry.index, number=tree.size, subject=SUBJECTS["range"])
        tiles.take(entry.leaf, list(tree.append(entry.hash)))
        if any(each.size == tree.size for each in self.earlier):
            self.roots[tree.size] = tree.root()

    def _tally(self, entry: Entry) -> None:
        self.first_entry = self.first_entry or entry
        self.last_entry = entry
        self.stamps.take(entry.index, entry.facts)
        bounds = self.stamps.follow(entry.index, entry.facts["logged"])
        self.count += 1
        self.disclosed += len(entry.values)
        self.hidden += len(entry.values) < len(entry.facts.get("_sd", []))
        self.digest.update(entry.index.to_bytes(8, "big") + entry.hash)
        if self.options.show:
            self.options.show(entry, self.stamps, bounds)

    def _check_claims(self, claims: list[Claim]) -> None:
        edges: list[Entry] = []
        if "edges.jsonl" in self.members.names():
            for line in lines_of(self.members, "edges.jsonl"):
                edges.append(Entry(line, has_proof=True, before=edges[-1].index if edges else -1))
                edges[-1].check_proof(self.checkpoint.size, self.checkpoint.root)
        if edges and len(claims) != 1:
            fail("complete.form", edges[0].index)
        for claim in claims:
            claim.check_end(edges, self.checkpoint.size)
            kind, values = claim.note()
            self.note(kind, **values)
            if claim.kind == "person":
                self.note("person.subject")
        if not claims:
            self.note("complete.none")
        for demanded in self.options.complete:
            if demanded not in {claim.demand for claim in claims if claim.is_closed}:
                fail("complete.demanded", subject=(demanded, demanded))

    def _check_older(self) -> None:
        before = 0
        sizes = {each.size for each in self.earlier}
        sizes |= {int(each["size"]) for each in self.manifest["anchors"] if is_anchor(each)}
        self.roots[self.checkpoint.size] = self.checkpoint.root
        for line in parts_of(self.members, "checkpoints"):
            if set(line) != {"checkpoint", "proof"} or not isinstance(line["checkpoint"], str):
                fail("checkpoint.form")
            older = Checkpoint(line["checkpoint"].encode("utf-8"), self.epochs.names)
            if not before < older.size < self.checkpoint.size:
                fail("older.order")
            before = older.size
            self.epochs.signer_of(older)
            try:
                proof = hashes_of(line["proof"])
            except ValueError:
                fail("older.proof", size=older.size)
            if not is_consistent(proof, older.size, older.root, self.checkpoint.size, self.checkpoint.root):
                fail("older.proof", size=older.size)
            if older.size in sizes:
                self.roots[older.size] = older.root
            self.older += 1
        if self.older:
            self.note("older.count", count=self.older)
        for each in self.earlier:
            if each.is_note:
                self.epochs.signer_of(each.checkpoint)
            each.check(self.roots.get, self.checkpoint.size)
            self.note("earlier.shown", size=each.size)

    def _check_anchors(self) -> None:
        witnesses = [parse_key(text, 4) for text in self.options.witness]
        seen: set[str] = set()
        stated = self.manifest["anchors"]
        names = {name for name in self.members.names() if name.startswith("anchors/")}
        for anchor in stated:
            if not is_anchor(anchor):
                fail("anchor.form", name="manifest.json")
            note_name, receipt_name = str(anchor["note"]), str(anchor.get("receipt", ""))
            note = self._member(note_name)
            checkpoint = placed_checkpoint(note, anchor, self.epochs.names)
            self.epochs.signer_of(checkpoint)
            self._check_anchored(checkpoint, note_name)
            lines = list(checkpoint.note.signatures)
            if receipt_name:
                receipt = self._member(receipt_name)
                if receipt_name.endswith(".tsr"):
                    self._check_timestamp(note, receipt, note_name, receipt_name, checkpoint.size)
                    self._check_named(receipt_name, anchor)
                if receipt_name.endswith(".cosigned"):
                    lines += signature_lines(receipt, receipt_name)
            self._check_cosignatures(checkpoint, lines, witnesses, receipt_name or note_name, seen)
            names -= {note_name, receipt_name}
        for name in sorted(names):
            fail("files.extra", name=name)
        for witness in witnesses:
            if witness.name not in seen:
                fail("witness.absent", name=witness.name)
        for kind, values in self.stamps.stretches_told():
            self.note(kind, **values)
        if not stated:
            self.note("anchors.none")

    def _check_anchored(self, checkpoint: Checkpoint, name: str) -> None:
        """What was anchored is this tree or a beginning of it, shown by the older checkpoint of the same size."""
        if self.roots.get(checkpoint.size) != checkpoint.root:
            fail("anchor.differs", name=name)

    def _check_timestamp(self, note: bytes, receipt: bytes, note_name: str, name: str, size: int) -> None:
        try:
            imprint, moment = timestamp_of(receipt)
        except ValueError:
            fail("anchor.form", name=name)
        if imprint != hashlib.sha256(note).digest():
            fail("timestamp.imprint", name=name)
        after = self.stamps.check(name, moment)
        if after is not None:
            self.note("timestamp.after", name=name, index=after, time=utc_text(moment))
        command = f"openssl ts -verify -data {note_name} -in {name} -CAfile TSA-CA.pem"
        self.note("timestamp.seen", name=name, size=size, time=utc_text(moment), command=command)

    def _check_named(self, name: str, anchor: Json) -> None:
        """Where the manifest says which entry names a stamp, that one is shown, or one before it, which shows more."""
        index = anchor.get("named_by", -1)
        if index >= 0 and not 0 <= self.stamps.named.get(name, (-1, ""))[0] <= index:
            fail("timestamp.named", index, name=name)

    def _check_cosignatures(
        self,
        checkpoint: Checkpoint,
        lines: list[tuple[str, bytes]],
        witnesses: list[LogKey],
        name: str,
        seen: set[str],
    ) -> None:
        for signer in sorted({each for each, _signature in lines} - self.epochs.names):
            keys = [each for each in witnesses if each.name == signer]
            if not keys:
                self.note("witness.unchecked", name=signer)
            for key in keys:
                seconds = cosigned_at(checkpoint, key, lines)
                if seconds is None or seconds < 0:
                    fail("witness.signature", name=name)
                moment = dt.datetime.fromtimestamp(seconds, dt.timezone.utc)  # noqa: UP017 - 3.9 has no dt.UTC
                self.note("witness.good", name=signer, time=utc_text(moment), size=checkpoint.size)
                seen.add(signer)

    def _check_manifest(self, signer: LogKey) -> None:
        entries: Json = {"count": self.count, "digest": self.digest.hexdigest()}
        if self.first_entry is not None and self.last_entry is not None:
            entries["first"], entries["last"] = self.first_entry.index, self.last_entry.index
            entries["first_logged"] = self.first_entry.facts["logged"]
            entries["last_logged"] = self.last_entry.facts["logged"]
        root = base64.b64encode(self.checkpoint.root).decode()
        found = {
            "checkpoint": {"size": self.checkpoint.size, "root": root},
            "key": signer.text,
            "entries": entries,
            "epochs": self.epochs.listed,
            "older_checkpoints": self.older,
            "values": {"disclosed": self.disclosed, "entries_with_hidden_values": self.hidden},
        }
        for what, value in found.items():
            if self.manifest[what] != value:
                fail("manifest.differs", what=what, said=self.manifest[what], found=value)
        if self.hidden:
            self.note("hidden", count=self.hidden)
        if "SHA256SUMS.note" not in self.members.names():
            self.note("manifest.unsigned")
            return
        try:
            statement = Note(self._member("SHA256SUMS.note"))
        except NotSound:
            fail("manifest.signature")
        sums = hashlib.sha256(self._member("SHA256SUMS")).hexdigest()
        text = f"{self.manifest['origin']}\n{FORMAT} v{VERSION}\n{sums}\n"
        is_signed = any(statement.is_signed_by(key) for key in self.epochs.keys)
        if statement.text != text or len(statement.signatures) != 1 or not is_signed:
            fail("manifest.signature")


MANIFEST: dict[str, type] = {
    "format": str,
    "version": int,
    "origin": str,
    "key": str,
    "checkpoint": dict,
    "form": str,
    "ordered": dict,
    "query": dict,
    "entries": dict,
    "values": dict,
    "epochs": list,
    "complete": list,
    "older_checkpoints": int,
    "anchors": list,
}


def is_anchor(stated: object) -> bool:
    """Whether the manifest's word of an anchor has the members that are used."""
    return (
        isinstance(stated, dict)
        and type(stated.get("size")) is int
        and isinstance(stated.get("note"), str)
        and isinstance(stated.get("receipt", ""), str)
        and type(stated.get("named_by", 0)) is int
        and stated["note"].startswith("anchors/")
    )


def is_left_out(stated: object) -> bool:
    """Whether the manifest's word of what was left out has the members that are told."""
    names = ("anchor", "kind", "why")
    return (
        isinstance(stated, dict)
        and set(stated) == {*names, "size"}
        and type(stated["size"]) is int
        and all(isinstance(stated[name], str) for name in names)
    )


def placed_checkpoint(note: bytes, anchor: Json, origins: Collection[str]) -> Checkpoint:
    """The checkpoint that was placed; the manifest, which nobody else may have signed, must not say another size."""
    checkpoint = Checkpoint(note, origins, is_alone=False)
    if checkpoint.size != anchor["size"]:
        fail("anchor.size", name=anchor["note"], said=anchor["size"], size=checkpoint.size)
    return checkpoint


def signature_lines(content: bytes, name: str) -> list[tuple[str, bytes]]:
    """The lines that a witness gave back, each ``— name base64``."""
    try:
        if content and SIGNATURES.fullmatch(content.decode("utf-8")) is None:
            raise ValueError("not signature lines")
        lines = [line.split(" ") for line in content.decode("utf-8").splitlines()]
        return [(signer, from_base64(text)) for _dash, signer, text in lines]
    except ValueError:
        fail("anchor.form", name=name)


def parse_key(text: str, kind: int = 1) -> LogKey:
    """A key as given, or the file that holds it."""
    try:
        if "+" not in text:
            text = Path(text).read_text(encoding="utf-8").strip()
        return LogKey.parse(text, kind)
    except (OSError, ValueError) as error:
        raise Unusable(f"{text}: {error}") from None


# --- words ---------------------------------------------------------------------------------------------------------


def in_language(text: tuple[str, str], values: Json, is_chinese: bool) -> str:
    """A sentence with its values; a value that is itself in two languages gives the one."""
    chosen = {name: each[is_chinese] if isinstance(each, tuple) else each for name, each in values.items()}
    return text[is_chinese].format(**chosen)


def entry_text(entry: Entry, stamps: Stamps, bounds: tuple[str, str]) -> str:
    """One line a person can read; behind it between which stamps' times the entry was written, as far as shown."""
    facts = entry.facts
    values = json.dumps(entry.values, ensure_ascii=False, sort_keys=True)
    text = f"#{entry.index} {facts['logged']} {facts['event']} {facts['outcome']} {values}"
    lower, upper = map(stamps.time_text, bounds)
    return f"{text} [{lower or '?'} .. {upper or '?'}]" if lower or upper else text


def report(verification: Verification | None, fault: NotSound | None, options: argparse.Namespace) -> None:
    is_chinese = options.lang == "zh"
    sentence = ""
    if fault is not None:
        sentence = in_language(SENTENCES[fault.check], fault.values_, is_chinese)
    notes = [
        {"note": kind, "sentence": in_language(NOTES[kind], values, is_chinese)}
        for kind, values in (verification.notes if verification else [])
    ]
    if options.json:
        result: Json = {"sound": fault is None, "notes": notes}
        if fault is not None:
            result.update({"check": fault.check, "index": fault.index, "sentence": sentence})
        elif verification is not None:
            result.update({"receipt": verification.receipt(), "entries": verification.count})
            result["bounds"] = [
                {
                    "first": each["first"],
                    "last": each["last"],
                    "not_before": each["after"],
                    "not_after": each["before"],
                    "stamps": [each["lower"], each["upper"]],
                }
                for _kind, each in verification.stamps.stretches_told()
            ]
        write(json.dumps(result))
        return
    told: dict[str, int] = {}
    for note in notes:
        told[note["note"]] = told.get(note["note"], 0) + 1
        if told[note["note"]] <= MOST_TOLD:
            write("- " + note["sentence"])
    for count in told.values():
        if count > MOST_TOLD:
            write("- " + in_language(MORE, {"count": count - MOST_TOLD}, is_chinese))
    if fault is not None:
        place = (f" at entry #{fault.index}", f"，第 {fault.index} 条")[is_chinese] if fault.index >= 0 else ""
        head = ("NOT SOUND: check {}{}: {}", "验证未通过：检查项 {}{}：{}")[is_chinese]
        write(head.format(fault.check, place, sentence))
    elif verification is not None:
        head = (
            "验证通过：%d 条，日志 %s，共 %d 条，根 %s"
            if is_chinese
            else "SOUND: %d entries of the log %s, which has %d, root %s"
        )
        checkpoint = verification.checkpoint
        root = base64.b64encode(checkpoint.root).decode()
        write(head % (verification.count, verification.manifest["origin"], checkpoint.size, root))


def write(text: str) -> None:
    """A control character that came with the bundle must not steer a terminal."""
    plain = "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)
    sys.stdout.write(
        plain.encode(sys.stdout.encoding or "utf-8", "backslashreplace").decode(sys.stdout.encoding or "utf-8") + "\n"
    )


def arguments_of(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="verify.py",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Checks an evidence bundle offline / 离线验证证据包.",
        epilog="example:\n  python3 verify.py bundle.zip --key 'trail.example/vault+448e0f12+AZ..' --complete trail\n\n"
        "exit status: 0 sound, 1 not sound, 2 unusable input / 退出码：0 通过，1 未通过，2 输入无法使用",
    )
    parser.add_argument(
        "bundle", nargs="?", default="", help="zip or unpacked folder; this file's own folder if absent"
    )
    parser.add_argument("--key", action="append", default=[], help="the log's key, or a file with it, from elsewhere")
    parser.add_argument("--witness", action="append", default=[], help="a witness's key: its cosignature is demanded")
    parser.add_argument(
        "--from", dest="earlier", action="append", default=[], help="a receipt or checkpoint of an earlier time"
    )
    parser.add_argument("--receipt", default="", help="writes a receipt to this new file, for --from next time")
    parser.add_argument(
        "--complete", action="append", default=[], help="demand: trail, document:ID or person:HANDLE is complete"
    )
    parser.add_argument("--entries", action="store_true", help="also print each entry")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--lang", choices=["en", "zh"], default="", help="language; by default that of the locale")
    options = parser.parse_args(given)
    options.lang = options.lang or locale_language()
    options.show = (lambda *shown: write(entry_text(*shown))) if options.entries and not options.json else None
    return options


def locale_language() -> str:
    try:
        locale.setlocale(locale.LC_CTYPE, "")
    except locale.Error:
        return "en"
    name = locale.getlocale(locale.LC_CTYPE)[0] or ""
    return "zh" if name.lower().startswith(("zh", "chinese")) else "en"


def open_members(path: Path) -> Any:
    """The zip or the folder; Unusable for anything else."""
    try:
        if path.is_dir():
            if not (path / "manifest.json").exists() and not (path / "SHA256SUMS").exists():
                raise Unusable(f"{path} is not an unpacked evidence bundle")
            return Folder(path)
        with path.open("rb") as file:
            begin = file.read(4)
            file.seek(max(0, path.stat().st_size - 22))
            end = file.read(4)
        if begin != b"PK\x03\x04" and end != b"PK\x05\x06":
            raise Unusable(f"{path} is neither a zip nor a folder")
        return Archive(path.open("rb"))
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror}") from None


def main(given: list[str] | None = None) -> int:
    options = arguments_of(given)
    path = Path(options.bundle) if options.bundle else Path(__file__).resolve().parent
    verification: Verification | None = None
    try:
        members = open_members(path)
        try:
            verification = Verification(members, options)
            verification.run()
        finally:
            members.close()
        if options.receipt:
            with Path(options.receipt).open("x", encoding="utf-8") as file:
                file.write(json.dumps(verification.receipt(), ensure_ascii=False, sort_keys=True) + "\n")
    except NotSound as fault:
        report(verification, fault, options)
        return 1
    except (Unusable, OSError) as error:
        sys.stderr.write(("无法使用：%s\n" if options.lang == "zh" else "unusable: %s\n") % error)
        return 2
    report(verification, None, options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
