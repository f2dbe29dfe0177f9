"""How events about views, pages and what is stored are told."""

from __future__ import annotations

from gateway.event_table.telling import Telling
from gateway.sentence_table import Sentence
from vault.ledger.events import Event

TELLINGS: dict[Event, Telling] = {
    Event.VIEW_OPENED: Telling(
        Sentence(
            "{actor} was granted view {number} of {allowed} of {document}, for {minutes} minutes",
            "{actor}获准第 {number} 次（共 {allowed} 次）查阅{document}，为时 {minutes} 分钟",
        )
    ),
    Event.VIEW_KEYED: Telling(
        Sentence("The key of {document} was unwrapped for the view of {actor}", "已为{actor}的查阅解开{document}的密钥")
    ),
    Event.VIEW_FAILED: Telling(
        Sentence(
            "The view that {actor} was granted of {document} could not be opened",
            "{actor}获准的{document}查阅未能打开",
        )
    ),
    Event.VIEW_DENIED: Telling(
        Sentence("{actor} asked to open {document} and was refused", "{actor}要求打开{document}，被拒绝")
    ),
    Event.VIEW_CLAIM_RETURNED: Telling(
        Sentence(
            "A view of {document} delivered no page and was given back to {reader}",
            "{document}的一次查阅未提供任何页面，已退回{reader}的次数",
        )
    ),
    Event.VIEW_ENDED: Telling(
        Sentence("A view of {document} by {reader} ended", "{reader}对{document}的查阅结束"),
        tried=Sentence("{actor} tried to end a view", "{actor}试图结束某次查阅"),
        variants={
            "done": Sentence(
                "{reader} was done with a view of {document}; pages seen: {pages}",
                "{reader}阅毕{document}，所看页数：{pages}",
            ),
            "expired": Sentence(
                "A view of {document} by {reader} ended because its time was over; pages seen: {pages}",
                "{reader}对{document}的查阅到期结束，所看页数：{pages}",
            ),
            "session": Sentence(
                "A view of {document} by {reader} ended with its session; pages seen: {pages}",
                "{reader}对{document}的查阅随会话结束，所看页数：{pages}",
            ),
            "suspended": Sentence(
                "A view of {document} by {reader} ended because the account was suspended; pages seen: {pages}",
                "{reader}的账户停用，其对{document}的查阅结束，所看页数：{pages}",
            ),
            "right_lost": Sentence(
                "A view of {document} by {reader} ended because the right to it was lost; pages seen: {pages}",
                "{reader}失去对{document}的权限，查阅结束，所看页数：{pages}",
            ),
        },
    ),
    Event.VIEW_REVOKED: Telling(
        Sentence(
            "{actor} revoked the view of {document} by {reader}; pages seen: {pages}",
            "{actor}终止了{reader}对{document}的查阅，所看页数：{pages}",
        ),
        tried=Sentence("{actor} tried to revoke a view", "{actor}试图终止查阅"),
    ),
    Event.PAGE_READ: Telling(
        Sentence("{actor} was shown page {page} of {document}", "{actor}看到{document}的第 {page} 页")
    ),
    Event.PAGE_REFUSED: Telling(
        Sentence(
            "{actor} asked for a page of {document} and did not get it", "{actor}要求查看{document}的页面，未获提供"
        )
    ),
    Event.OBJECT_TAMPERED: Telling(
        Sentence(
            "Stored bytes of {document} were found that are not what was sealed or recorded",
            "发现{document}的存储内容与密封或记录的内容不符",
        ),
        variants={
            "trail.checkpoint": Sentence(
                "The newest checkpoint of the trail was found not to be signed by its key, when {actor} exported",
                "{actor}导出时发现轨迹最新的检查点并非由其密钥签名",
            )
        },
    ),
}
