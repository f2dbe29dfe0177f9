"""What a note from outside says about this database, by the rule of the log's names, keys, sizes and roots.

::

    AGREED    the tree began so; or it belongs to what a successor has named as lost
    BEHIND    the log went on where this database did not, or went on otherwise without a signature: an older copy
    DIFFERS   the log had another root at a size that this database has a signature for: another history
    GARBAGE   no checkpoint, or a signature that is not good
    OTHER     a checkpoint of somebody else's log
    EMPTIED   of an anchor, not of a note: nothing of this log is there, and this database knows of a placement there

A note of this log under a key that the database does not know is BEHIND: a copy from before the key was replaced looks
just so. Who can write to the anchor can make one up, and so keep the signer waiting for a person; never the reverse.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass

from vault.database import anchor_queries, ledger_reading, ledger_sequencing, ledger_walking
from vault.database.engine import Connection
from vault.database.ledger_reading import EpochRow
from vault.errors import Unavailable
from vault.ledger.canonical import NotCanonical, parse_object
from vault.ledger.checkpoint import BadSignature, Checkpoint, CheckpointRefused, parse_checkpoint
from vault.ledger.epochs import open_under_any
from vault.ledger.events import Event, Outcome
from vault.ledger.reader import root_at


class Verdict(enum.Enum):
    """See the module."""

    AGREED = "agreed"
    BEHIND = "behind"
    DIFFERS = "differs"
    GARBAGE = "garbage"
    OTHER = "other"
    EMPTIED = "emptied"


@dataclass(frozen=True, slots=True)
class Succession:
    """What the first entry of a successor says of the log before it.

    ``size`` leaves were taken over; up to ``agreed`` they are what the outside had; what the outside had beyond that,
    up to ``outside_size``, is lost.
    """

    former: str
    origin: str
    size: int
    agreed: int
    outside_size: int


@dataclass(frozen=True, slots=True)
class Known:
    """What this database knows of its own log, read once for many notes."""

    size: int
    signed: int
    origin: str
    epochs: tuple[EpochRow, ...]
    successions: tuple[Succession, ...]

    @property
    def first_origin(self) -> str:
        return self.epochs[0].origin if self.epochs else self.origin

    @property
    def origins(self) -> list[str]:
        """Every name it ever had, and the one that a next successor would have."""
        own = list(dict.fromkeys(epoch.origin for epoch in self.epochs))
        return [*own, successor_name(self.first_origin, self.number + 1)]

    @property
    def number(self) -> int:
        """1 for a log that never had a successor."""
        return number_of(self.first_origin, self.origin) or 1


def load_known(tx: Connection) -> Known:
    """As it stands in this transaction; Unavailable ``vault.not_initialised`` before the trail began."""
    head = ledger_walking.stored_head(tx)
    if head is None:
        raise Unavailable("vault.not_initialised")
    signed = ledger_sequencing.newest_checkpoint_size(tx)
    return Known(head.size, signed, head.origin, tuple(ledger_reading.list_epochs(tx)), tuple(_successions(tx)))


def judge(tx: Connection, known: Known, note: str) -> tuple[Verdict, Checkpoint | None]:
    """The verdict, with the checkpoint where the note has the form of one."""
    try:
        claimed = parse_checkpoint(note)
    except CheckpointRefused:
        return Verdict.GARBAGE, None
    if number_of(known.first_origin, claimed.origin) is None:
        return Verdict.OTHER, claimed
    try:
        checkpoint, epoch = open_under_any(note, known.epochs)
    except BadSignature:
        return Verdict.GARBAGE, claimed
    except CheckpointRefused:
        is_known = any(epoch.origin == claimed.origin for epoch in known.epochs)
        is_within = is_known and claimed.size <= known.size
        return (Verdict.GARBAGE if is_within else Verdict.BEHIND), claimed
    return _judge_signed(tx, known, checkpoint, epoch), checkpoint


def successor_name(first_origin: str, number: int) -> str:
    """What the ``number``-th log is called; the first bears the plain name."""
    return first_origin if number == 1 else f"{first_origin}/{number}"


def number_of(first_origin: str, origin: str) -> int | None:
    """The number of a log by its name; None for a name of another vault."""
    if origin == first_origin:
        return 1
    found = re.fullmatch(re.escape(first_origin) + r"/([2-9]|[1-9][0-9]{1,5})", origin)
    return int(found[1]) if found else None


def _judge_signed(tx: Connection, known: Known, checkpoint: Checkpoint, epoch: EpochRow) -> Verdict:
    ended = next((each for each in known.successions if each.former == epoch.origin), None)
    if ended is not None and checkpoint.size > ended.agreed:
        return Verdict.AGREED if checkpoint.size <= ended.outside_size else Verdict.BEHIND
    if checkpoint.size > known.size:
        return Verdict.BEHIND
    if root_at(tx, checkpoint.size) == checkpoint.root:
        return Verdict.AGREED
    return Verdict.DIFFERS if checkpoint.size <= known.signed else Verdict.BEHIND


def _successions(tx: Connection) -> Sequence[Succession]:
    found = []
    for leaf in anchor_queries.leaves_of_event(tx, Event.TRAIL_SUCCEEDED.value):
        try:
            facts = parse_object(leaf)
        except NotCanonical:
            continue
        details = facts.get("details")
        is_done = facts.get("outcome") == Outcome.SUCCESS.value
        if is_done and isinstance(details, dict) and all(isinstance(details.get(name), int) for name in _NUMBERS):
            sizes = {name: int(str(details[name])) for name in _NUMBERS}
            former, origin = str(details.get("former", "")), str(details.get("origin", ""))
            found.append(Succession(former, origin, sizes["size"], sizes["agreed"], sizes["outside"]))
    return found


_NUMBERS = ("size", "agreed", "outside")
