"""How long what people ask for waits."""

from __future__ import annotations

from gateway.policy_table.words import FieldWords
from gateway.sentence_table import Sentence

WORDS: dict[str, FieldWords] = {
    "request_lapse_days": FieldWords(
        Sentence("Days until a request lapses", "申请失效期限（天）"),
        Sentence("A request that nobody decides lapses after {value} days.", "申请在 {value} 天内无人审批即失效。"),
        one=Sentence("A request that nobody decides lapses after one day.", "申请在 1 天内无人审批即失效。"),
    ),
    "proposal_lapse_days": FieldWords(
        Sentence("Days until a proposed policy lapses", "政策提议失效期限（天）"),
        Sentence(
            "A proposed policy that nobody decides lapses after {value} days.",
            "政策提议在 {value} 天内无人审批即失效。",
        ),
        one=Sentence(
            "A proposed policy that nobody decides lapses after one day.", "政策提议在 1 天内无人审批即失效。"
        ),
    ),
}
