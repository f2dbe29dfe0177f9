"""How events about dossiers and documents are told."""

from __future__ import annotations

from gateway.event_table.telling import Telling
from gateway.sentence_table import Sentence
from vault.ledger.events import Event

TELLINGS: dict[Event, Telling] = {
    Event.DOSSIER_CREATED: Telling(
        Sentence("{actor} created {dossier}, class: {class}", "{actor}建立了{dossier}，密级：{class}"),
        tried=Sentence("{actor} tried to create a dossier", "{actor}试图建立档案"),
    ),
    Event.DOSSIER_ASSIGNED: Telling(
        Sentence("{actor} gave {person} a duty on {dossier}: {duty}", "{actor}在{dossier}上为{person}分配职责：{duty}"),
        tried=Sentence("{actor} tried to give a duty on {dossier}", "{actor}试图在{dossier}上分配职责"),
    ),
    Event.DOSSIER_UNASSIGNED: Telling(
        Sentence(
            "{actor} ended the duty of {person} on {dossier}: {duty}",
            "{actor}结束了{person}在{dossier}上的职责：{duty}",
        ),
        tried=Sentence("{actor} tried to end a duty on {dossier}", "{actor}试图结束{dossier}上的职责"),
    ),
    Event.DOSSIER_LENT: Telling(
        Sentence("{actor} lent {dossier} to the team {team}", "{actor}将{dossier}借给团队 {team}"),
        tried=Sentence("{actor} tried to lend {dossier} to a team", "{actor}试图将{dossier}借给团队"),
        variants={
            "kept": Sentence(
                "{actor} answers for the loan of {dossier} to the team {team} in place of {person}",
                "{actor}接替{person}负责{dossier}对团队 {team} 的出借",
            )
        },
    ),
    Event.DOSSIER_RETURNED: Telling(
        Sentence(
            "{actor} ended the loan of {dossier} to the team {team}", "{actor}结束了{dossier}对团队 {team} 的出借"
        ),
        tried=Sentence("{actor} tried to end a loan of {dossier} to a team", "{actor}试图结束{dossier}对团队的出借"),
    ),
    Event.DOSSIER_RECLASSIFIED: Telling(
        Sentence("{actor} changed the class of {dossier}", "{actor}变更了{dossier}的密级"),
        tried=Sentence("{actor} tried to change the class of {dossier}", "{actor}试图变更{dossier}的密级"),
    ),
    Event.DOCUMENT_SUBMITTED: Telling(
        Sentence("{actor} submitted {document}", "{actor}递交了{document}"),
        tried=Sentence("{actor} tried to submit a document to {dossier}", "{actor}试图向{dossier}递交文档"),
    ),
    Event.DOCUMENT_FILED: Telling(
        Sentence("{actor} filed {document}", "{actor}将{document}归档"),
        tried=Sentence("{actor} tried to file {document}", "{actor}试图将{document}归档"),
    ),
    Event.DOCUMENT_REFUSED: Telling(
        Sentence("{actor} refused the submission of {document}", "{actor}拒绝了递交件{document}"),
        tried=Sentence("{actor} tried to refuse the submission of {document}", "{actor}试图拒绝递交件{document}"),
    ),
    Event.DOCUMENT_QUARANTINED: Telling(
        Sentence("The pages of {document} could not be made, and it was set aside", "{document}无法生成页面，已搁置")
    ),
    Event.DOCUMENT_CONVERTED: Telling(
        Sentence("The pages of {document} were made: {pages}", "{document}已生成页面：{pages} 页")
    ),
}
