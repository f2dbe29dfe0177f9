"""Every value of the policy with its words in English and in Simplified Chinese. A test finds one without.

By the field's pattern (:mod:`vault.policy.fields`): one row serves every class. A new part of the policy brings a
module of its own with ``WORDS`` and, if it is to stand under a heading of its own, a row in :data:`SECTIONS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gateway.policy_table import alerts, leaving, limits, naming, requests, views, waiting
from gateway.policy_table.words import FieldWords
from gateway.sentence_table import Sentence

__all__ = ["FIELD_WORDS", "SECTIONS", "FieldWords"]

FIELD_WORDS: Mapping[str, FieldWords] = MappingProxyType(
    views.WORDS | limits.WORDS | naming.WORDS | waiting.WORDS | requests.WORDS | leaving.WORDS | alerts.WORDS
)

SECTIONS: Mapping[str, Sentence] = MappingProxyType(
    {
        "": Sentence("For everybody", "一般规定"),
        **limits.SECTIONS,
        **requests.SECTIONS,
        **leaving.SECTIONS,
        **alerts.SECTIONS,
    }
)
"""Headings by section; a class stands under its own name."""
