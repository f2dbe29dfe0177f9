"""How events about keys, the vault and the trail itself are told."""

from __future__ import annotations

from gateway.event_table.telling import Telling
from gateway.sentence_table import Sentence
from vault.ledger.events import Event

TELLINGS: dict[Event, Telling] = {
    Event.KEY_CREATED: Telling(Sentence("A key was created", "建立了一把密钥")),
    Event.KEY_STATE_CHANGED: Telling(Sentence("The state of a key was changed", "变更了一把密钥的状态")),
    Event.KEY_ATTENTION_RAISED: Telling(
        Sentence(
            "Keys need the security officer: {attention}",
            "密钥需要安全官处理：{attention}",
        )
    ),
    Event.KEY_REWRAPPED: Telling(
        Sentence(
            "{count} keys were wrapped anew",
            "{count} 把密钥重新封装",
        )
    ),
    Event.ROOT_MOVED: Telling(
        Sentence(
            "{count} keys were wrapped by another root key",
            "{count} 把密钥改由另一根密钥封装",
        )
    ),
    Event.OPERATION_REQUESTED: Telling(
        Sentence(
            "{actor} ordered work on keys: {kind}",
            "{actor}下达了密钥操作：{kind}",
        )
    ),
    Event.OPERATION_APPROVED: Telling(
        Sentence(
            "{actor} approved work on keys: {kind}",
            "{actor}批准了密钥操作：{kind}",
        )
    ),
    Event.OPERATION_PAUSED: Telling(
        Sentence(
            "{actor} paused work on keys: {kind}",
            "{actor}暂停了密钥操作：{kind}",
        )
    ),
    Event.OPERATION_RESUMED: Telling(
        Sentence(
            "{actor} went on with work on keys: {kind}",
            "{actor}继续了密钥操作：{kind}",
        )
    ),
    Event.OPERATION_CANCELLED: Telling(
        Sentence(
            "{actor} called off work on keys: {kind}",
            "{actor}取消了密钥操作：{kind}",
        )
    ),
    Event.OPERATION_FAILED: Telling(
        Sentence(
            "Work on keys stopped and needs a person: {kind}",
            "密钥操作中止，需要人工处理：{kind}",
        )
    ),
    Event.OPERATION_FINISHED: Telling(
        Sentence(
            "Work on keys was finished and verified: {kind}",
            "密钥操作完成并已核验：{kind}",
        )
    ),
    Event.DOSSIER_RESEALED: Telling(
        Sentence(
            "{dossier} got a new key and was sealed anew",
            "{dossier}更换密钥并重新密封",
        )
    ),
    Event.DOSSIER_SHREDDED: Telling(
        Sentence(
            "The key of {dossier} was destroyed, and with it what it sealed",
            "{dossier}的密钥及其密封的内容已销毁",
        )
    ),
    Event.HOLD_PLACED: Telling(
        Sentence(
            "{actor} put {dossier} under a legal hold",
            "{actor}对{dossier}设置了法律保留",
        )
    ),
    Event.HOLD_LIFTED: Telling(
        Sentence(
            "{actor} lifted a legal hold on {dossier}",
            "{actor}解除了{dossier}的法律保留",
        )
    ),
    Event.RECOVERY_PREPARED: Telling(
        Sentence(
            "A recovery key was made and split into {shares} shares",
            "生成了恢复密钥并分为 {shares} 份",
        )
    ),
    Event.RECOVERY_USED: Telling(
        Sentence(
            "{count} keys were brought back by the recovery key",
            "用恢复密钥找回了 {count} 把密钥",
        )
    ),
    Event.MANIFEST_STORED: Telling(
        Sentence(
            "The manifest of wrapped keys was stored",
            "存储了密钥清单",
        )
    ),
    Event.VAULT_UNSEALED: Telling(Sentence("The vault was unsealed", "档案库解封")),
    Event.VAULT_SEALED: Telling(Sentence("The vault was sealed", "档案库封存")),
    Event.TRAIL_REINDEXED: Telling(
        Sentence(
            "The index by which the trail is searched was made anew; rows that were missing or wrong: {count}",
            "重建了审计轨迹的查询索引，补正 {count} 条",
        )
    ),
    Event.TRAIL_SEARCHED: Telling(
        Sentence("{actor} searched the trail for {person}", "{actor}在审计轨迹中查询了{person}"),
        nobody=Sentence("{actor} searched the trail", "{actor}查询了审计轨迹"),
        tried=Sentence("{actor} tried to search the trail", "{actor}试图查询审计轨迹"),
        variants={
            "index": Sentence("{actor} looked at entry {index} of the trail", "{actor}查看了审计轨迹的第 {index} 条"),
            "intents": Sentence(
                "{actor} looked for views and copies without a result", "{actor}查看了无结果的查阅和副本"
            ),
            "unanswered": Sentence("{actor} looked for views without a result", "{actor}查看了无结果的查阅"),
        },
    ),
    Event.TRAIL_EXPORTED: Telling(
        Sentence("{actor} exported entries about {person} from the trail", "{actor}导出了审计轨迹中有关{person}的条目"),
        nobody=Sentence("{actor} exported entries of the trail", "{actor}导出了审计轨迹的条目"),
        tried=Sentence("{actor} tried to export the trail", "{actor}试图导出审计轨迹"),
        variants={
            "form": Sentence(
                "{actor} took a receipt of entry {index} of the trail", "{actor}取得了审计轨迹第 {index} 条的凭证"
            )
        },
    ),
    Event.TRAIL_COUNTED: Telling(
        Sentence("The entries of {person} were counted for an export", "为导出清点了{person}的条目"),
        nobody=Sentence("The entries of a document were counted for an export", "为导出清点了一份文档的条目"),
    ),
    Event.EXPORT_MADE: Telling(
        Sentence("The file of an export of {rows} entries was made", "已生成一份含 {rows} 条记录的导出文件")
    ),
    Event.EXPORT_FAILED: Telling(
        Sentence("The file of an export could not be made", "导出文件未能生成"),
        failed=Sentence("The file of an export could not be made", "导出文件未能生成"),
    ),
    Event.EXPORT_CANCELLED: Telling(
        Sentence("{actor} called off an export of the trail", "{actor}取消了一次审计轨迹导出"),
        tried=Sentence("{actor} tried to call off an export of the trail", "{actor}试图取消一次审计轨迹导出"),
    ),
    Event.EXPORT_DOWNLOADED: Telling(
        Sentence("{actor} downloaded an export of the trail", "{actor}下载了一份审计轨迹导出文件"),
        tried=Sentence("{actor} tried to download an export of the trail", "{actor}试图下载一份审计轨迹导出文件"),
    ),
    Event.EXPORT_REMOVED: Telling(
        Sentence("{actor} removed the file of an export of the trail", "{actor}删除了一份审计轨迹导出文件"),
        tried=Sentence("{actor} tried to remove an export of the trail", "{actor}试图删除一份审计轨迹导出文件"),
        variants={
            "expired": Sentence("The file of an export had expired and was removed", "一份导出文件已到期并被删除"),
            "export.erased": Sentence(
                "The file of an export was removed, since it held values that were erased",
                "一份导出文件含有已依法删除的内容，因而被删除",
            ),
        },
    ),
    Event.TRAIL_VERIFIED: Telling(
        Sentence(
            "{actor} verified the {size} entries of the trail and found nothing wrong",
            "{actor}验证了审计轨迹的 {size} 条记录，未发现问题",
        ),
        failed=Sentence(
            "{actor} verified the {size} entries of the trail and found {findings} faults",
            "{actor}验证了审计轨迹的 {size} 条记录，发现 {findings} 处问题",
        ),
        tried=Sentence("{actor} tried to verify the trail", "{actor}试图验证审计轨迹"),
        variants={
            "verification.given_up": Sentence(
                "A verification of the trail by {actor} was given up before its end",
                "{actor}对审计轨迹的验证中途停止",
            ),
            "verification.cut_short": Sentence(
                "A verification of the trail by {actor} ended early, by something in the database that cannot be read",
                "{actor}对审计轨迹的验证未能完成：数据库中有无法读取的内容",
            ),
            "verification.acknowledged": Sentence(
                "{actor} verified the {size} entries of the trail and found {findings} faults, all acknowledged before",
                "{actor}验证了审计轨迹的 {size} 条记录，发现 {findings} 处问题，均已确认",
            ),
            "only": Sentence(
                "{actor} verified the hashes and signatures of the {size} entries of the trail; faults: {findings}",
                "{actor}验证了审计轨迹 {size} 条记录的哈希与签名，发现问题 {findings} 处",
            ),
            "verification.sealed": Sentence(
                "{actor} verified the {size} entries of the trail and found nothing wrong as far as it could be "
                "looked at: values were not opened",
                "{actor}验证了审计轨迹的 {size} 条记录，已检查的部分未发现问题：档案库处于封存状态，未打开个人信息",
            ),
            "verification.sealed:from": Sentence(
                "{actor} verified the entries of the trail from {from} to {size} and found nothing wrong as far as it "
                "could be looked at: values were not opened",
                "{actor}验证了审计轨迹第 {from} 至 {size} 条的部分，已检查的内容未发现问题：档案库处于封存状态，"
                "未打开个人信息",
            ),
            "verification.acknowledged:from": Sentence(
                "{actor} verified the entries of the trail from {from} to {size} and found {findings} faults, "
                "all acknowledged before",
                "{actor}验证了审计轨迹第 {from} 至 {size} 条的部分，发现 {findings} 处问题，均已确认",
            ),
            "from": Sentence(
                "{actor} verified the entries of the trail from {from} to {size}; faults: {findings}",
                "{actor}验证了审计轨迹第 {from} 至 {size} 条的部分，发现问题 {findings} 处",
            ),
        },
    ),
    Event.FINDING_ACKNOWLEDGED: Telling(
        Sentence("{actor} acknowledged a damage that was found: {check}", "{actor}确认了所发现的损坏：{check}"),
        tried=Sentence("{actor} tried to acknowledge a damage that was found", "{actor}试图确认所发现的损坏"),
        variants={
            "index": Sentence(
                "{actor} acknowledged a damage that was found at entry {index}: {check}",
                "{actor}确认了在第 {index} 条发现的损坏：{check}",
            )
        },
    ),
    Event.FEED_CHANGED: Telling(
        Sentence(
            "The feed {feed} was set up or changed: it sends to {target}",
            "设置或变更了推送 {feed}：发送至 {target}",
        )
    ),
    Event.FEED_STALLED: Telling(
        Sentence(
            "The feed {feed} does not get on; entries that wait: {waiting}",
            "推送 {feed} 停滞，等待发送 {waiting} 条",
        ),
        failed=Sentence(
            "The feed {feed} does not get on; entries that wait: {waiting}",
            "推送 {feed} 停滞，等待发送 {waiting} 条",
        ),
    ),
    Event.FEED_RESUMED: Telling(Sentence("The feed {feed} gets on again", "推送 {feed} 恢复")),
    Event.FEED_REPLAYED: Telling(
        Sentence(
            "{actor} had entries {from} to {to} sent by the feed {feed} once more",
            "{actor}通过推送 {feed} 重新发送了第 {from} 至 {to} 条",
        ),
        tried=Sentence("{actor} tried to have entries sent by a feed once more", "{actor}试图重新推送轨迹条目"),
    ),
    Event.DAY_CLOSE: Telling(
        Sentence(
            "The day {day} was closed; entries since the closing before: {count}",
            "{day} 日结，自上次日结以来共 {count} 条",
        )
    ),
    Event.TRAIL_GENESIS: Telling(Sentence("The trail began", "审计轨迹起始")),
    Event.TRAIL_KEY_ROTATED: Telling(Sentence("The key that signs checkpoints was replaced", "更换了检查点签名密钥")),
    Event.TRAIL_SUCCEEDED: Telling(
        Sentence(
            "{actor} and {person} began a new trail, {origin}, where {former} could not go on: "
            "{lost} entries known outside are lost",
            "旧轨迹 {former} 无法延续，{actor}与{person}启用了新轨迹 {origin}：外部已知的 {lost} 条记录已丢失",
        ),
        tried=Sentence("{actor} tried to begin a new trail", "{actor}试图启用新轨迹"),
    ),
    Event.TRAIL_ANCHORED: Telling(
        Sentence(
            "The checkpoint of {size} entries was placed with the anchor {anchor}",
            "{size} 条记录的检查点已存入锚点 {anchor}",
        ),
        variants={
            "outage": Sentence(
                "The anchor {anchor} works again after {outage} min; it has the checkpoint of {size} entries",
                "锚点 {anchor} 在 {outage} 分钟后恢复正常，已存入 {size} 条记录的检查点",
            )
        },
    ),
    Event.TRAIL_ANCHOR_FAILED: Telling(
        Sentence(
            "No checkpoint could be placed with the anchor {anchor} for {outage} min",
            "检查点已有 {outage} 分钟无法存入锚点 {anchor}",
        )
    ),
    Event.TRAIL_CONTRADICTED: Telling(
        Sentence(
            "The anchor {anchor} holds a checkpoint of {outside} entries that this trail of {size} does not agree with",
            "锚点 {anchor} 存有 {outside} 条记录的检查点，与本轨迹（{size} 条）不一致",
        )
    ),
}
