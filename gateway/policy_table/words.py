"""How one value of the policy is said and asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.sentence_table import Sentence


@dataclass(frozen=True, slots=True)
class FieldWords:
    """``label`` names the value on a form; ``said`` is the sentence, with ``{value}``.

    ``one`` is the sentence where it is 1, ``unset`` where there is none (nothing, an empty list). ``values`` has words
    for each choice and for ``true`` and ``false``. ``hint`` says more on the form.
    """

    label: Sentence
    said: Sentence
    unset: Sentence | None = None
    values: Mapping[str, Sentence] = field(default_factory=dict)
    hint: Sentence | None = None
    one: Sentence | None = None
