"""Sentences about feeds to a security monitor: why one does not get on, and what a replay is refused for."""

from __future__ import annotations

from gateway.sentence_table.sentence import Sentence

SENTENCES: dict[str, Sentence] = {
    "feed.unreachable": Sentence(
        "The collector cannot be reached. Check its address and the network; the feed tries again by itself.",
        "无法连接接收端。请检查其地址与网络；系统会自动重试。",
    ),
    "feed.certificate": Sentence(
        "The collector's certificate is not believed, or it refuses ours. Check ca_file, server_name and the feed's "
        "own certificate.",
        "接收端证书不可信，或接收端拒绝了本端证书。请检查 ca_file、server_name 与本端证书。",
    ),
    "feed.broken": Sentence(
        "The connection to the collector ended. The feed connects again by itself, and sends the last entries again.",
        "与接收端的连接已断开。系统会自动重新连接，并重新发送最近的条目。",
    ),
    "feed.slow": Sentence(
        "The collector did not take the entries in time. The feed tries again by itself.",
        "接收端未在时限内收下条目。系统会自动重试。",
    ),
    "feed.file": Sentence(
        "The feed's file cannot be written. Check its folder and rights.",
        "无法写入推送的输出文件。请检查其目录与权限。",
    ),
    "feed.full": Sentence(
        "The disk of the feed's file is full. Make room; the feed goes on by itself.",
        "推送输出文件所在磁盘已满。腾出空间后系统会自动继续。",
    ),
    "feed.taken": Sentence("Another process sends this feed now.", "该推送目前由另一进程发送。"),
    "feed.unknown": Sentence("The configuration has no feed of this name.", "配置中没有此名称的推送。"),
    "feed.range": Sentence(
        "There are no such signed entries. The first is 0, the last {last}.",
        "没有这样的已签名条目。首条为 0，末条为 {last}。",
    ),
}
