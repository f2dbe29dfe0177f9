"""How events about sessions and accounts are told."""

from __future__ import annotations

from gateway.event_table.telling import Telling
from gateway.sentence_table import Sentence
from vault.ledger.events import Event

TELLINGS: dict[Event, Telling] = {
    Event.SESSION_OPENED: Telling(Sentence("{actor} signed in", "{actor}登录")),
    Event.SESSION_REFUSED: Telling(
        Sentence(
            "A sign-in as {person} was refused: a wrong password, or an account that is not active",
            "以{person}名义的登录被拒绝：密码错误或账户无效",
        ),
        nobody=Sentence(
            "A sign-in was refused: nobody has the login that was given", "一次登录被拒绝：没有所填的登录名"
        ),
        variants={
            "sign_in.blocked": Sentence(
                "A sign-in was refused because there had been too many attempts", "因尝试次数过多，一次登录被拒绝"
            )
        },
    ),
    Event.SESSION_ENDED: Telling(
        Sentence("A session of {person} ended", "{person}的会话结束"),
        tried=Sentence("{actor} tried to end a session", "{actor}试图结束某一会话"),
        variants={
            "signed_out": Sentence("{person} signed out", "{person}退出登录"),
            "expired": Sentence(
                "A session of {person} ended by itself: its time was over", "{person}的会话因超时自动结束"
            ),
            "ended_by_owner": Sentence("{actor} ended another session of their own", "{actor}结束了自己的另一会话"),
            "ended_by_office": Sentence("{actor} ended a session of {person}", "{actor}结束了{person}的会话"),
            "password_changed": Sentence(
                "A session of {person} ended because they changed their password", "{person}修改密码，其会话结束"
            ),
            "password_reset": Sentence(
                "A session of {person} ended because {actor} reset the password",
                "{actor}重置密码，{person}的会话结束",
            ),
            "keys_rotated": Sentence(
                "A session of {person} ended because a security officer ended every session",
                "安全员结束了所有会话，{person}的会话随之结束",
            ),
            "rights_changed": Sentence(
                "A session of {person} ended because {actor} changed their office or clearance",
                "{actor}变更职务或许可级别，{person}的会话结束",
            ),
            "left": Sentence(
                "A session of {person} ended because their last day was over", "{person}最后工作日已过，其会话结束"
            ),
            "suspended": Sentence(
                "A session of {person} ended because {actor} suspended the account",
                "{actor}停用账户，{person}的会话结束",
            ),
        },
    ),
    Event.TEAM_CHANGED: Telling(
        Sentence("{actor} changed the team {team}", "{actor}变更了团队 {team}"),
        tried=Sentence("{actor} tried to change a team", "{actor}试图变更团队"),
        variants={
            "created": Sentence("{actor} created the team {team}", "{actor}建立了团队 {team}"),
            "renamed": Sentence("{actor} gave the team {team} another name", "{actor}为团队 {team} 更名"),
            "ended": Sentence("{actor} ended the team {team}", "{actor}解散了团队 {team}"),
        },
    ),
    Event.TEAM_JOINED: Telling(
        Sentence("{actor} put {person} into the team {team}", "{actor}将{person}加入团队 {team}"),
        tried=Sentence("{actor} tried to put somebody into a team", "{actor}试图将某人加入团队"),
    ),
    Event.TEAM_LEFT: Telling(
        Sentence("{actor} took {person} out of the team {team}", "{actor}将{person}移出团队 {team}"),
        tried=Sentence("{actor} tried to take somebody out of a team", "{actor}试图将某人移出团队"),
    ),
    Event.PERSON_CREATED: Telling(
        Sentence("{actor} created the account of {person}", "{actor}建立了{person}的账户"),
        tried=Sentence("{actor} tried to create an account", "{actor}试图建立账户"),
    ),
    Event.PERSON_CHANGED: Telling(
        Sentence("{actor} changed the account of {person}", "{actor}修改了{person}的账户"),
        tried=Sentence("{actor} tried to change an account", "{actor}试图修改账户"),
    ),
    Event.PERSON_SUSPENDED: Telling(
        Sentence("{actor} suspended the account of {person}", "{actor}停用了{person}的账户"),
        tried=Sentence("{actor} tried to suspend an account", "{actor}试图停用账户"),
        variants={
            "left": Sentence(
                "The account of {person} was suspended: their last day is over", "{person}最后工作日已过，账户停用"
            )
        },
    ),
    Event.PERSON_LINKED: Telling(
        Sentence(
            "{actor} linked the account of {person} with others of the same person",
            "{actor}将{person}的账户与同一人的其他账户关联",
        ),
        tried=Sentence("{actor} tried to link accounts", "{actor}试图关联账户"),
    ),
    Event.PERSON_UNLINKED: Telling(
        Sentence(
            "{actor} took the link of the account of {person} with others away",
            "{actor}解除了{person}账户与其他账户的关联",
        ),
        tried=Sentence("{actor} tried to take a link between accounts away", "{actor}试图解除账户关联"),
    ),
    Event.PERSON_RESTORED: Telling(
        Sentence("{actor} restored the account of {person}", "{actor}恢复了{person}的账户"),
        tried=Sentence("{actor} tried to restore an account", "{actor}试图恢复账户"),
    ),
    Event.PERSON_PASSWORD_CHANGED: Telling(
        Sentence("{actor} changed their own password", "{actor}修改了自己的密码"),
        tried=Sentence("{actor} tried to reset a password", "{actor}试图重置密码"),
        variants={
            "reset": Sentence("{actor} gave {person} a new initial password", "{actor}为{person}设置了新的初始密码"),
            "password.wrong": Sentence(
                "{actor} gave a wrong current password when changing it", "{actor}修改密码时当前密码填写错误"
            ),
        },
    ),
}
