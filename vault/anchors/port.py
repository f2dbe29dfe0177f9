"""An anchor as the trail needs it: place a checkpoint, say what is held, and every foreign error translated.

An anchor is worth what its owner is worth: a place that whoever holds the database can rewrite as well proves nothing
against them. What an anchor holds is never believed unseen: its notes are opened with the trail's keys by whoever asks.

Errors are :class:`~vault.errors.Unavailable` with a code ``anchor.*`` that names the remedy, or :class:`Contradicted`
where the anchor itself says that this trail is not the one it knows.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from vault.errors import Unavailable
from vault.ledger.checkpoint import Checkpoint

LONGEST_NOTE_BYTES = 4096
"""More is no checkpoint; nothing longer is read from a place that others can write to."""


class AnchorKind(enum.Enum):
    """What kinds of anchors there are; the value is stored and stands in leaves."""

    DIRECTORY = "directory"
    BUCKET = "bucket"
    WITNESS = "witness"
    TIMESTAMP = "timestamp"


class Contradicted(Unavailable):
    """The anchor knows another or a longer trail. ``outside_size`` is what it said; 0 where it did not."""

    default_code = "anchor.contradicted"

    def __init__(self, outside_size: int) -> None:
        super().__init__(self.default_code)
        self.outside_size = outside_size


@dataclass(frozen=True, slots=True)
class Placement:
    """A checkpoint to be placed.

    ``prove_from`` gives the consistency proof from a smaller size, for anchors that ask for one; it reads the database.
    """

    note: str
    checkpoint: Checkpoint
    prove_from: Callable[[int], Sequence[bytes]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an anchor gave back. ``locator`` says where it lies, at most 300 characters; '' where it lies nowhere.

    ``weakness`` is a code for what this anchor does not hold although the note was placed; '' if nothing.
    """

    content: bytes
    locator: str = ""
    weakness: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """One thing that an anchor holds: the note as it lies there, and where."""

    note: str
    locator: str


class Anchor(Protocol):
    """Port over one configured anchor. Safe between threads; every call returns within bounded time."""

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> AnchorKind: ...

    @property
    def place_name(self) -> str:
        """Where it is, for people: a path, an address; never a secret."""

    @property
    def remembers(self) -> bool:
        """Whether it can be asked later what was placed: not so for a time-stamping authority."""

    @property
    def period_seconds(self) -> float:
        """The least time between two placements."""

    def place(self, placement: Placement) -> Receipt:
        """Places the note, durable when this returns. Placing the same note again does no harm."""

    def newest(self, origins: Sequence[str], /) -> list[Held]:
        """For each log that is held, what claims to be newest, and a few before it. ``origins`` are names to ask for.

        Somebody may have put anything there, so the first of them need not be a checkpoint at all.
        """

    def held(self, origins: Sequence[str], /) -> Iterator[Held]:
        """Everything that is held, every version of it."""

    def check_receipt(self, note: str, receipt: bytes) -> str:
        """'' if a stored receipt of ``note`` is what it was; else the finding's word."""
