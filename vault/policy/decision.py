"""What a rule answers: yes, or no with the code of the reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decision:
    """Allowed, or the ``code`` of the first rule that forbids; not ``known`` where even existence is not told."""

    allowed: bool
    code: str = ""
    known: bool = True


ALLOWED = Decision(allowed=True)


def denied(code: str) -> Decision:
    return Decision(allowed=False, code=code)


def unknown(code: str) -> Decision:
    """A denial that is answered like an unknown id; ``code`` goes to the trail only."""
    return Decision(allowed=False, code=code, known=False)
