"""How one kind of event is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.sentence_table import Sentence


@dataclass(frozen=True, slots=True)
class Telling:
    """``done`` for what happened, ``tried`` for what was refused or failed, ``failed`` where failing is told apart.

    ``nobody`` where the entry is about no person. ``variants`` come before all: by ``code:detail`` for both together,
    by code, or by the name of a detail.
    """

    done: Sentence
    tried: Sentence | None = None
    failed: Sentence | None = None
    nobody: Sentence | None = None
    variants: Mapping[str, Sentence] = field(default_factory=dict)
