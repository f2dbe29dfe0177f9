"""Sentences about work on keys, legal holds, recovery and the manifest."""

from __future__ import annotations

from gateway.sentence_table.sentence import Sentence

SENTENCES: dict[str, Sentence] = {
    "operation.ring": Sentence(
        "There is no such ring of keys.",
        "没有这样的密钥环。",
    ),
    "operation.version": Sentence(
        "There is no such version of this key.",
        "该密钥没有这个版本。",
    ),
    "operation.root": Sentence(
        "Name the new root key as keys.next_root in the configuration and restart first.",
        "请先在配置中以 keys.next_root 指定新的根密钥并重新启动。",
    ),
    "operation.dossier": Sentence(
        "There is no dossier with this reference, or it is shredded. It looks like D2026-00017.",
        "没有此编号的档案，或其已销毁。编号形如 D2026-00017。",
    ),
    "operation.case_number": Sentence(
        "A legal hold names its case. Enter the case number.",
        "法律保留须注明案件编号，请填写。",
    ),
    "operation.key_state": Sentence(
        "The key's state does not allow this, or has changed meanwhile. Load the page again.",
        "密钥的当前状态不允许此操作，或其间已有变化。请刷新页面。",
    ),
    "operation.referenced": Sentence(
        "This version still wraps {count} keys that would be lost. Rotate the ring first; the rest follows by itself.",
        "该版本仍封装着 {count} 把密钥，销毁将使其丢失。请先轮换该密钥环。",
    ),
    "operation.held": Sentence(
        "The dossier is under a legal hold: {cases}. It is not shredded while the hold is in force.",
        "该档案处于法律保留之下：{cases}。保留期间不得销毁。",
    ),
    "operation.another": Sentence(
        "Other work on the same keys is under way. Finish it or call it off first.",
        "对相同密钥的另一项操作正在进行。请先完成或取消。",
    ),
    "operation.decided": Sentence(
        "This has been approved or called off already.",
        "该操作已批准或已取消。",
    ),
    "operation.begun": Sentence(
        "It has begun and cannot be called off any more. You can pause it.",
        "操作已开始，不能取消，但可以暂停。",
    ),
    "operation.state": Sentence(
        "This cannot be done in the state it is in. Load the page again.",
        "当前状态下不能这样做。请刷新页面。",
    ),
    "operation.taken": Sentence(
        "Somebody else works on this now.",
        "该操作正由其他进程执行。",
    ),
    "operation.hold_lifted": Sentence(
        "This hold has been lifted already.",
        "该法律保留已经解除。",
    ),
    "operation.sequencer_busy": Sentence(
        "The trail is being written right now. It is tried again by itself.",
        "审计轨迹正在写入，系统会自动重试。",
    ),
    "denied.own_operation": Sentence(
        "Nobody approves what they ordered. Another security officer does.",
        "不能批准自己下达的操作，请由其他安全员办理。",
    ),
    "denied.approved_already": Sentence(
        "You have approved this already.",
        "您已批准过该操作。",
    ),
    "keys.rotated": Sentence(
        "The key was just replaced. Try again.",
        "密钥刚刚更换。请重试。",
    ),
    "keys.not_sealed": Sentence(
        "The vault was not sealed by order.",
        "档案库并未被下令封存。",
    ),
    "sealed.by_order": Sentence(
        "The vault was sealed by order. The operator unseals it with `dossier-vault unseal`.",
        "档案库已被下令封存。运维人员可用 `dossier-vault unseal` 解封。",
    ),
    "dossier.shredded": Sentence(
        "This dossier was shredded: its key is destroyed, and nothing of it opens any more.",
        "该档案已销毁：其密钥已不存在，内容无法再打开。",
    ),
    "recovery.exists": Sentence(
        "There is a recovery key already. Use --replace to make another; the old shares are worthless then.",
        "已有恢复密钥。如需重新生成请用 --replace，旧的份额将随之失效。",
    ),
    "recovery.none": Sentence(
        "This vault has no recovery key.",
        "该档案库没有恢复密钥。",
    ),
    "recovery.numbers": Sentence(
        "Make 2 to {limit} shares, of which at least 2 and at most all are needed.",
        "份数为 2 至 {limit}，所需份数至少为 2，且不超过总份数。",
    ),
    "recovery.shares": Sentence(
        "These shares do not give this vault's recovery key. Check every word of each, and that there are enough.",
        "这些份额无法得到该档案库的恢复密钥。请逐字核对，并确认份数足够。",
    ),
    "recovery.blocked": Sentence(
        "Too many attempts. Wait a while and try again.",
        "尝试次数过多。请稍候再试。",
    ),
    "manifest.none": Sentence(
        "The store holds no manifest of keys.",
        "存储中没有密钥清单。",
    ),
    "tamper.manifest": Sentence(
        "The manifest is not what was written, or another root key wrote it.",
        "密钥清单与写入内容不符，或由另一根密钥写入。",
    ),
    "ok": Sentence(
        "In order.",
        "正常。",
    ),
}
