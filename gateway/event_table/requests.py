"""How events about requests, grants and released copies are told."""

from __future__ import annotations

from gateway.event_table.telling import Telling
from gateway.sentence_table import Sentence
from vault.ledger.events import Event

TELLINGS: dict[Event, Telling] = {
    Event.REQUEST_MADE: Telling(
        Sentence(
            "{actor} asked for something beyond the policy about {document} ({grant}: {amount})",
            "{actor}对{document}提出超出政策的申请（{grant}：{amount}）",
        ),
        tried=Sentence("{actor} tried to ask for something about {document}", "{actor}试图对{document}提出申请"),
        variants={
            "views": Sentence(
                "{actor} asked for more views of {document}: {views}",
                "{actor}申请增加{document}的查阅次数：{views} 次",
            )
        },
    ),
    Event.REQUEST_DECIDED: Telling(
        Sentence("{actor} decided a request of {person} for {document}", "{actor}审批了{person}对{document}的申请"),
        tried=Sentence("{actor} tried to decide a request", "{actor}试图审批申请"),
        variants={
            "approved": Sentence(
                "{actor} approved a request of {person} for {document} ({grant}): {granted} of {asked}",
                "{actor}批准了{person}对{document}的申请（{grant}）：申请 {asked}，批准 {granted}",
            ),
            "agreed": Sentence(
                "{actor} approved, as number {approvals} of {needed}, a request of {person} for {document} ({grant}): "
                "{granted} of {asked}",
                "{actor}作为 {needed} 名审批人中的第 {approvals} 名，同意{person}对{document}的申请（{grant}）："
                "申请 {asked}，同意 {granted}",
            ),
            "refused": Sentence(
                "{actor} refused a request of {person} for {document} ({grant}: {asked})",
                "{actor}拒绝了{person}对{document}的申请（{grant}：{asked}）",
            ),
        },
    ),
    Event.REQUEST_WITHDRAWN: Telling(
        Sentence("A request about {document} was closed", "对{document}的申请已关闭"),
        tried=Sentence("{actor} tried to withdraw a request", "{actor}试图撤回申请"),
        variants={
            "withdrawn": Sentence("{actor} withdrew a request about {document}", "{actor}撤回了对{document}的申请"),
            "left": Sentence(
                "A request of {person}, who leaves, about {document} was closed",
                "离职人员{person}对{document}的申请已关闭",
            ),
            "lapsed": Sentence(
                "A request of {person} about {document} lapsed undecided", "{person}对{document}的申请逾期失效"
            ),
        },
    ),
    Event.DELEGATION_GIVEN: Telling(
        Sentence(
            "{actor} handed their approving to {person} from {first_day} to {last_day}",
            "{actor}将审批委托给{person}，自 {first_day} 至 {last_day}",
        ),
        tried=Sentence("{actor} tried to hand their approving over", "{actor}试图委托审批"),
    ),
    Event.DELEGATION_ENDED: Telling(
        Sentence("That {person} approves in another's stead ended", "{person}的代审批终止"),
        tried=Sentence("{actor} tried to end somebody's approving for another", "{actor}试图终止代审批"),
        variants={
            "ended": Sentence(
                "{actor} ended that {person} approves in another's stead", "{actor}终止了{person}的代审批"
            ),
            "over": Sentence("The time for which {person} approved in another's stead is over", "{person}的代审批期满"),
        },
    ),
    Event.GRANT_GIVEN: Telling(
        Sentence(
            "{person} was granted something beyond the policy for {document} ({grant}: {amount})",
            "{person}获得对{document}的准许（{grant}：{amount}）",
        )
    ),
    Event.GRANT_ENDED: Telling(
        Sentence("A grant of {person} for {document} ({grant}) ended", "{person}对{document}的准许（{grant}）终止"),
        tried=Sentence("{actor} tried to give a grant back", "{actor}试图退回准许"),
        variants={
            "lapsed": Sentence(
                "A grant of {person} for {document} ({grant}) lapsed unused",
                "{person}对{document}的准许（{grant}）逾期未用而失效",
            ),
            "expired": Sentence(
                "A grant of {person} for {document} ({grant}) ran out", "{person}对{document}的准许（{grant}）到期"
            ),
            "returned": Sentence(
                "{actor} gave a grant for {document} ({grant}) back", "{actor}退回了对{document}的准许（{grant}）"
            ),
            "void": Sentence(
                "A grant of {person} for {document} ({grant}) ended because what it rested on is lost",
                "{person}对{document}的准许（{grant}）因依据丧失而终止",
            ),
        },
    ),
    Event.GRANT_REVOKED: Telling(
        Sentence(
            "{actor} revoked a grant of {person} for {document} ({grant})",
            "{actor}撤销了{person}对{document}的准许（{grant}）",
        ),
        tried=Sentence("{actor} tried to revoke a grant", "{actor}试图撤销准许"),
    ),
    Event.EMERGENCY_OPENED: Telling(
        Sentence("{actor} opened {document} in an emergency", "{actor}紧急查阅了{document}"),
        tried=Sentence("{actor} tried to open {document} in an emergency", "{actor}试图紧急查阅{document}"),
    ),
    Event.EMERGENCY_REVIEWED: Telling(
        Sentence("{actor} reviewed an emergency of {person}", "{actor}复核了{person}的紧急查阅"),
        tried=Sentence("{actor} tried to review an emergency", "{actor}试图复核紧急查阅"),
        variants={
            "justified": Sentence(
                "{actor} found that {person} had reason to open {document} in an emergency",
                "{actor}认定{person}紧急查阅{document}理由成立",
            ),
            "unjustified": Sentence(
                "{actor} found that {person} had no reason to open {document} in an emergency",
                "{actor}认定{person}紧急查阅{document}理由不成立",
            ),
        },
    ),
    Event.COPY_PREPARED: Telling(
        Sentence("{actor} prepared a marked copy of {document}", "{actor}准备了{document}的带标记副本"),
        tried=Sentence("{actor} tried to prepare a copy", "{actor}试图准备副本"),
    ),
    Event.COPY_RELEASED: Telling(
        Sentence(
            "{actor} downloaded a marked copy of {document}, pages: {pages}",
            "{actor}下载了{document}的带标记副本，页数：{pages}",
        ),
        tried=Sentence("{actor} tried to download a copy", "{actor}试图下载副本"),
        variants={  # what came of it is told by the entry that follows; older ones have none
            "result": Sentence(
                "{actor} began to download a marked copy of {document}, pages: {pages}",
                "{actor}开始下载{document}的带标记副本，页数：{pages}",
            )
        },
    ),
    Event.COPY_DELIVERED: Telling(
        Sentence(
            "The marked copy of {document} was made and handed over to be sent to {actor}, pages: {pages}",
            "{document}的带标记副本已制作完成并交付发送给{actor}，页数：{pages}",
        )
    ),
    Event.COPY_FAILED: Telling(
        Sentence(
            "A marked copy of {document} could not be made for {reader}", "未能为{reader}制作{document}的带标记副本"
        ),
        variants={
            "copy.cut_off": Sentence(
                "The download of a marked copy of {document} by {reader} was cut off before anything had left",
                "{reader}下载{document}的带标记副本时中断，未有内容送出",
            )
        },
    ),
}
