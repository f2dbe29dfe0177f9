"""Rows of the trail as those who write and those who read them hold them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class InboxRow:
    """An entry that waits for its place; ``draft`` is canonical. What it is found by is None where that is unknown."""

    entry_id: str
    draft: bytes
    actor_id: str
    subject_id: str
    handle: str
    session_id: str | None = ""
    reason_category: str | None = ""
    place_zone: str | None = ""
    place_source: str | None = ""


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """The key pair under which one person's values of one month are sealed."""

    id: str
    person_id: str
    month: str
    public: bytes
    private_sealed: bytes = field(repr=False)
