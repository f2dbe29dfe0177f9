"""Views: how many, how long, counted how; for all and for one class."""

from __future__ import annotations

from gateway.policy_table.words import FieldWords
from gateway.sentence_table import Sentence

WORDS: dict[str, FieldWords] = {
    "views": FieldWords(
        Sentence("Views", "查阅次数"),
        Sentence(
            "A borrower may view a document {value} times before any approved request.",
            "未经申请批准，借用人每份文档可查阅 {value} 次。",
        ),
        hint=Sentence("Of one document, by one person.", "每人每份文档。"),
        one=Sentence(
            "A borrower may view a document once before any approved request.",
            "未经申请批准，借用人每份文档可查阅 1 次。",
        ),
    ),
    "lease_minutes": FieldWords(
        Sentence("Minutes of a view", "每次查阅时长（分钟）"),
        Sentence("A view lasts {value} minutes.", "每次查阅 {value} 分钟。"),
        one=Sentence("A view lasts one minute.", "每次查阅 1 分钟。"),
    ),
    "count": FieldWords(
        Sentence("What views are counted of", "次数计算方式"),
        Sentence("Views are counted {value}.", "查阅次数按{value}计算。"),
        values={
            "document": Sentence("over all versions of a document together", "文档（各版本合计）"),
            "version": Sentence("for each version of a document by itself", "文档的每一版本"),
        },
    ),
    "classes.*.views": FieldWords(
        Sentence("Views", "查阅次数"),
        Sentence("A document of this class may be viewed {value} times.", "此密级的文档可查阅 {value} 次。"),
        Sentence("As many views as for all classes.", "查阅次数同一般规定。"),
        hint=Sentence("Empty: as for all classes.", "留空则按一般规定。"),
        one=Sentence("A document of this class may be viewed once.", "此密级的文档可查阅 1 次。"),
    ),
    "classes.*.lease_minutes": FieldWords(
        Sentence("Minutes of a view", "每次查阅时长（分钟）"),
        Sentence("A view lasts {value} minutes.", "每次查阅 {value} 分钟。"),
        Sentence("Views as long as for all classes.", "查阅时长同一般规定。"),
        hint=Sentence("Empty: as for all classes.", "留空则按一般规定。"),
        one=Sentence("A view lasts one minute.", "每次查阅 1 分钟。"),
    ),
}
