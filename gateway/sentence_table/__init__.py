"""Every error code of the vault with its sentence in English and in Simplified Chinese: what happened, what to do.

Kept as tables beside the code, not in the gettext catalogue, because the command line speaks them too, without a web
application. A test finds every code that is raised and fails while one has no row. No sentence names a customer.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gateway.sentence_table import (
    agreements,
    alerts,
    anchors,
    custody,
    erasing,
    exports,
    feeds,
    leaving,
    mail,
    parts,
    people,
    policies,
    queries,
    rules,
    trail,
    views,
)
from gateway.sentence_table.sentence import Sentence

__all__ = ["SENTENCES", "Sentence"]

SENTENCES: Mapping[str, Sentence] = MappingProxyType(
    people.SENTENCES
    | agreements.SENTENCES
    | alerts.SENTENCES
    | queries.SENTENCES
    | rules.SENTENCES
    | views.SENTENCES
    | parts.SENTENCES
    | trail.SENTENCES
    | custody.SENTENCES
    | erasing.SENTENCES
    | exports.SENTENCES
    | feeds.SENTENCES
    | mail.SENTENCES
    | anchors.SENTENCES
    | policies.SENTENCES
    | leaving.SENTENCES
)
