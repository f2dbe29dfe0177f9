"""Sentences about anchors, what they hold against the trail, and the witness."""

from __future__ import annotations

from gateway.sentence_table.sentence import Sentence

SENTENCES: dict[str, Sentence] = {
    "anchor.unreachable": Sentence(
        "The anchor does not answer. Check that it runs, its address, its certificate and the network in between.",
        "锚点没有响应。请检查其是否运行、地址与证书是否正确以及网络。",
    ),
    "anchor.full": Sentence(
        "The anchor is full. Make room there; nothing there may be removed.",
        "锚点空间已满。请扩充空间，切勿删除其中的内容。",
    ),
    "anchor.denied": Sentence(
        "The anchor refuses the vault. Check the rights of the vault's account there, or its access keys.",
        "锚点拒绝访问。请检查档案库账户在该处的权限或访问密钥。",
    ),
    "anchor.missing": Sentence(
        "The anchor's directory or bucket is not there. Mount or make it; the vault never makes it by itself.",
        "锚点的目录或存储桶不存在。请挂载或创建；档案库不会自行创建。",
    ),
    "anchor.not_locked": Sentence(
        "The bucket does not lock what is put there. Make it with Object Lock, or use another anchor.",
        "存储桶没有锁定写入的内容。请启用对象锁定，或改用其他锚点。",
    ),
    "anchor.altered": Sentence(
        "What stands at the anchor under this checkpoint's name is not what was placed. Somebody has altered it.",
        "锚点中该检查点名下的内容并非当初存入的内容，已被人改动。",
    ),
    "anchor.refused": Sentence(
        "The anchor answered, and did not take the checkpoint. Look into its own log.",
        "锚点已应答，但未接受检查点。请查看锚点自身的日志。",
    ),
    "anchor.unknown_log": Sentence(
        "The witness does not follow this log. Start it with the log's key from the screen Anchors.",
        "见证方未关注此轨迹。请用“锚点”页上的轨迹公钥启动见证方。",
    ),
    "anchor.unknown_key": Sentence(
        "The witness does not know the key that signs. After a rotation start it with the new key as well.",
        "见证方不认识签名密钥。轮换密钥后，请同时用新公钥启动见证方。",
    ),
    "anchor.bad_receipt": Sentence(
        "The anchor's receipt does not verify, so it does not count. Check the configured key or certificates.",
        "锚点的回执未通过核验，不予采信。请检查所配置的公钥或证书。",
    ),
    "anchor.certificates": Sentence(
        "The certificates of the time-stamping authority cannot be read. Check the file that the configuration names.",
        "无法读取时间戳机构的证书。请检查配置中指定的文件。",
    ),
    "anchor.unreadable": Sentence(
        "What stands newest at the anchor is no checkpoint. Somebody has put it there; look at it, verify the trail.",
        "锚点中最新的内容不是检查点，系他人放入。请查看并验证审计轨迹。",
    ),
    "anchor.emptied": Sentence(
        "The anchor holds nothing of this trail, and something was placed there. Put it back; if it is gone for good, "
        "find out why, and give the new anchor another name in the configuration.",
        "此前曾存入锚点的内容，现已全部不在。请予恢复；如确已丢失，请查明原因，并在配置中为新锚点另起名称。",
    ),
    "anchor.contradicted": Sentence(
        "The anchor holds a checkpoint that this trail does not agree with. Nothing is signed until that is settled.",
        "锚点所存的检查点与本轨迹不一致。在查清之前不会签名。",
    ),
    "trail.unproven": Sentence(
        "No anchor could be asked yet whether this database is the newest. Entries are recorded; they are signed once "
        "one answers.",
        "尚未能向任何锚点确认本数据库是否最新。条目照常记录，待有锚点应答后再签名。",
    ),
    "trail.behind_anchor": Sentence(
        "An anchor knows a longer trail than this database has: an older copy was put back, or entries were cut off. "
        "Entries are recorded and not signed. Put the newest backup back, or let two security officers run "
        "`dossier-vault trail succeed`.",
        "锚点所知的轨迹比本数据库更长：可能恢复了较旧的副本，或条目被截去。条目照常记录但不签名。请恢复最新的备份，"
        "或由两名安全员运行 `dossier-vault trail succeed`。",
    ),
    "trail.differs_from_anchor": Sentence(
        "An anchor holds another history than this database has. Entries are recorded and not signed. Keep everything "
        "as it is, verify the trail with `--anchors`, and find out who wrote the database.",
        "锚点所存的历史与本数据库不同。条目照常记录但不签名。请保持现状，用 `--anchors` 验证轨迹，"
        "并查明何人改写了数据库。",
    ),
    "trail.no_succession": Sentence(
        "Every anchor that answers agrees with this trail. There is nothing to succeed.",
        "所有应答的锚点均与本轨迹一致，无需启用新轨迹。",
    ),
    "witness.busy": Sentence(
        "Another process has this witness's directory. One witness has one writer.",
        "另一进程正在使用该见证方目录。一个见证方只能有一个写入者。",
    ),
    "witness.name": Sentence(
        "At its first start a witness needs a name without spaces and plus signs: --name witness.example.com.",
        "首次启动见证方须指定名称，不含空格与加号：--name witness.example.com。",
    ),
    "witness.key": Sentence(
        "The witness's key cannot be used: it is missing, damaged, or others may read it (chmod 600).",
        "见证方密钥不可用：缺失、损坏或他人可读（请执行 chmod 600）。",
    ),
    "witness.disk": Sentence(
        "The witness's directory cannot be written or read. Make room and check its rights.",
        "见证方目录无法读写。请清理空间并检查权限。",
    ),
    "witness.log_key": Sentence(
        "A log's key looks like name+hash+key. Copy it whole from the screen Anchors.",
        "轨迹公钥形如 名称+哈希+公钥。请从“锚点”页完整复制。",
    ),
}
