"""What a verification found, and how much of the trail that says something about."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from vault.ledger.audit_facts import MOST_FINDINGS, Finding
from vault.ledger.verified_state import VerifiedState

_UNSEEN = frozenset({"head.missing", "frontier.beyond_end", "frontier.differs", "frontier.unrecorded"})
"""What was found instead of looking further, or makes worthless what was believed of the leaves before."""


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """What a verification found. ``unsigned`` leaves are newer than the newest checkpoint.

    ``pruned`` bodies are gone by a pruning on record. ``state`` is the walk at the size that was asked for, or b"".
    ``start`` entries were not looked at again: a verification before had ended there. ``is_tree_only`` where nothing
    but hashes and signatures was checked. ``verified`` is where the next one can go on, if this one was sound.
    ``examined`` leaves were looked through by processes that helped. ``unvouched`` epochs begin, within what was
    verified, with a key that the one before did not hand over to: it may have been lost, or the new one put in.

    Not ``is_whole`` where something was not looked at: there were more findings than are kept, a gap that hashes could
    not be checked beyond, no end to come to, no beginning to go on from, or an anchor that could not be asked.
    Not ``are_values_opened`` where the vault was sealed, or the tree alone was looked at: then the values beside the
    leaves may be anything, and nothing is left for the next verification to go on from.
    ``acknowledged`` are digests of findings that an auditor has answered for; ``entry`` is the entry that tells of this
    verification, '' before it is recorded.
    """

    size: int
    root: bytes
    checkpoint_size: int
    unsigned: int
    waiting: int
    erased: int
    findings: tuple[Finding, ...]
    pruned: int = 0
    state: bytes = b""
    start: int = 0
    is_tree_only: bool = False
    verified: VerifiedState | None = None
    examined: int = 0
    unvouched: tuple[int, ...] = ()
    is_whole: bool = True
    acknowledged: frozenset[str] = frozenset()
    entry: str = ""
    are_values_opened: bool = True

    @property
    def is_sound(self) -> bool:
        return not self.findings

    @property
    def found(self) -> str:
        """SHA-256 over the digests of all findings, in hexadecimal, as the entry of the verification names it."""
        return digest_of_findings(self.findings)

    @property
    def new(self) -> tuple[Finding, ...]:
        """Findings that nobody has acknowledged."""
        return tuple(each for each in self.findings if each.digest not in self.acknowledged)

    @property
    def is_acknowledged(self) -> bool:
        """Something was found, and somebody stands for every bit of it; so nobody need be called again."""
        return bool(self.findings) and self.is_whole and not self.new


def digest_of_findings(findings: Iterable[Finding]) -> str:
    """SHA-256 over their digests, each with a line feed, in hexadecimal."""
    return hashlib.sha256("".join(f"{each.digest}\n" for each in findings).encode("ascii")).hexdigest()


def tell_all(findings: Collection[Finding]) -> bool:
    """Whether these findings are all that there was, and none of them stands for something that was not looked at."""
    return len(findings) < MOST_FINDINGS and not any(each.check in _UNSEEN for each in findings)
