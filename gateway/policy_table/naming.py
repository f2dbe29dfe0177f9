"""What the classes are called."""

from __future__ import annotations

from gateway.policy_table.words import FieldWords
from gateway.sentence_table import Sentence

_HINT = Sentence("Empty: the name as it comes.", "留空则使用默认名称。")

WORDS: dict[str, FieldWords] = {
    "classes.*.name_en": FieldWords(
        Sentence("Name in English", "英文名称"),
        Sentence("In English it is called “{value}”.", "英文名称为“{value}”。"),
        Sentence("It has its usual name in English.", "使用默认的英文名称。"),
        hint=_HINT,
    ),
    "classes.*.name_zh": FieldWords(
        Sentence("Name in Chinese", "中文名称"),
        Sentence("In Chinese it is called “{value}”.", "中文名称为“{value}”。"),
        Sentence("It has its usual name in Chinese.", "使用默认的中文名称。"),
        hint=_HINT,
    ),
}
