"""The database against everything that the anchors hold: each note, each receipt, and what the leaves say of receipts.

::

    (1) held        every version of every note: ours, signed, and a beginning of this tree, or named as lost
    (2) receipts    each stored receipt is still what the anchor gave: token, cosignature, the note itself
    (3) leaves      each digest of a receipt that a leaf names is that of the stored receipt
    (4) time        a token is not older than the entries that it covers, nor younger than the leaf that names it

Goes with the audit of the ledger, which checks the database's own checkpoints against the leaves: a held note that is
one of them to the letter needs no second look. Anything else is judged by the stored hashes of the tree, which that
audit compares with the leaves.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from vault.anchors.judging import Known, Verdict, judge, load_known
from vault.anchors.port import Anchor, AnchorKind, Held
from vault.anchors.timestamp import token_time
from vault.database import anchor_queries
from vault.database.anchor_queries import AnchoringRow
from vault.database.engine import Connection, reading
from vault.errors import OperatorError, TamperError
from vault.ledger.audit_facts import AWAY, Finding, evidence_of
from vault.ledger.canonical import NotCanonical, parse_object
from vault.ledger.checkpoint import CheckpointRefused, parse_checkpoint
from vault.ledger.events import Event
from vault.runtime import Vault

BATCH = 200
MOST_FINDINGS = 1000
CLOCK_TOLERANCE = dt.timedelta(minutes=5)
"""The vault's clock and an authority's may be so far apart."""
_FINDINGS = {Verdict.BEHIND: "anchor.behind", Verdict.DIFFERS: "anchor.differs", Verdict.GARBAGE: "anchor.foreign"}


@dataclass(slots=True)
class AnchorsReport:
    """What was looked at. ``lost`` notes are those of a part that a successor has named as lost.

    ``up_to`` is the largest size that an anchor holds a note of this trail for. ``away`` are anchors that could not be
    asked, each with the code of its error; they are findings as well.
    """

    notes: int = 0
    receipts: int = 0
    lost: int = 0
    up_to: int = 0
    away: list[tuple[str, str]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def find(self, check: str, position: int, detail: str, *, evidence: str) -> None:
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(check, position, detail, evidence))


def _nothing() -> None:
    """Nobody waits."""


def check_anchors(vault: Vault, *, report: AnchorsReport, go_on: Callable[[], None] = _nothing) -> AnchorsReport:
    """Checks all of it into ``report``. An anchor that cannot be asked is a finding: what it holds was not compared.

    ``go_on`` is called between batches; what it raises ends the comparison.
    """
    with reading(vault.engine) as tx:
        origins = load_known(tx).origins
    for anchor in vault.anchors:
        if anchor.remembers:
            _check_held(vault, report, anchor, origins, go_on)
    _check_receipts(vault, report, go_on)
    return report


def _check_held(
    vault: Vault, report: AnchorsReport, anchor: Anchor, origins: list[str], go_on: Callable[[], None]
) -> None:
    """(1) In batches, so that no transaction waits for the network."""
    listing = iter(anchor.held(origins))
    while True:
        go_on()
        try:
            batch = list(itertools.islice(listing, BATCH))
        except (OperatorError, TamperError) as error:
            report.find(AWAY, -1, f"{anchor.name}: {error.code}", evidence="")
            report.away.append((anchor.name, error.code))
            return
        if not batch:
            return
        with reading(vault.engine) as tx:
            known = load_known(tx)
            sizes = {size for each in batch if (size := _claimed_size(each.note)) is not None}
            own = anchor_queries.checkpoints_of_sizes(tx, sorted(sizes))
            for held in batch:
                if held.note in own.values():
                    report.notes += 1
                    report.up_to = max(report.up_to, _claimed_size(held.note) or 0)
                else:
                    _check_note(tx, report, known, anchor.name, held)


def _check_note(tx: Connection, report: AnchorsReport, known: Known, name: str, held: Held) -> None:
    verdict, checkpoint = judge(tx, known, held.note)
    if verdict is Verdict.OTHER:
        return
    report.notes += 1
    if verdict is Verdict.AGREED and checkpoint is not None and checkpoint.size <= known.size:
        report.up_to = max(report.up_to, checkpoint.size)
    if verdict in _FINDINGS:
        position = checkpoint.size - 1 if checkpoint else -1
        report.find(_FINDINGS[verdict], position, f"{name}: {held.locator}", evidence=evidence_of(held.note))
    elif checkpoint is not None and any(
        each.former == checkpoint.origin and checkpoint.size > each.agreed for each in known.successions
    ):
        report.lost += 1


def _check_receipts(vault: Vault, report: AnchorsReport, go_on: Callable[[], None]) -> None:
    """(2), (3), (4)"""
    by_name = {anchor.name: anchor for anchor in vault.anchors}
    with reading(vault.engine) as tx:
        known = load_known(tx)
        named = _receipts_in_leaves(tx)
        for batch in anchor_queries.anchorings(tx, batch=BATCH):
            go_on()
            own = anchor_queries.checkpoints_of_sizes(tx, [each.size for each in batch])
            for row in batch:
                report.receipts += 1
                is_ours = own.get(row.size) == row.note or judge(tx, known, row.note)[0] is Verdict.AGREED
                if not is_ours or _claimed_size(row.note) != row.size:
                    report.find("receipt.note", max(row.size, 0) - 1, row.anchor, evidence=evidence_of(row.note))
                leaf = named.pop((row.anchor, row.size), None)
                _check_receipt(tx, report, row, by_name.get(row.anchor), leaf)
    for (anchor, size), (position, digest, _logged) in named.items():
        report.find("receipt.missing", position, f"{anchor}: {size}", evidence=evidence_of(digest))


_NamedReceipt = tuple[int, str, dt.datetime]
"""The leaf's index, the digest that it names, and when it was logged."""


def _check_receipt(
    tx: Connection, report: AnchorsReport, row: AnchoringRow, anchor: Anchor | None, leaf: _NamedReceipt | None
) -> None:
    """A receipt of an anchor that is not configured any more is only compared with the leaves."""
    evidence = evidence_of(row.note, row.receipt)
    if anchor is not None and (word := anchor.check_receipt(row.note, row.receipt)):
        report.find(word, max(row.size, 0) - 1, row.anchor, evidence=evidence)
    if leaf is not None and leaf[1] != hashlib.sha256(row.receipt).hexdigest():
        report.find("receipt.digest", leaf[0], row.anchor, evidence=evidence)
    if row.kind != AnchorKind.TIMESTAMP.value:
        return
    stamped = token_time(row.receipt)
    covered = anchor_queries.first_logged(tx, row.size - 1)
    is_early = stamped is not None and covered is not None and stamped < covered - CLOCK_TOLERANCE
    is_late = stamped is not None and leaf is not None and stamped > leaf[2] + CLOCK_TOLERANCE
    if is_early or is_late:
        report.find("time.bounds", max(row.size, 0) - 1, row.anchor, evidence=evidence)


def _receipts_in_leaves(tx: Connection) -> dict[tuple[str, int], _NamedReceipt]:
    found: dict[tuple[str, int], _NamedReceipt] = {}
    for leaf in anchor_queries.leaves_of_event(tx, Event.TRAIL_ANCHORED.value):
        try:
            facts = parse_object(leaf)
            details, position = facts.get("details"), facts.get("index")
            logged = dt.datetime.fromisoformat(str(facts.get("logged", "")))
        except (NotCanonical, ValueError):
            continue
        if isinstance(details, dict) and isinstance(details.get("size"), int) and isinstance(position, int):
            key = (str(details.get("anchor", "")), int(str(details["size"])))
            found[key] = (position, str(details.get("receipt", "")), logged)
    return found


def _claimed_size(note: str) -> int | None:
    try:
        return parse_checkpoint(note).size
    except CheckpointRefused:
        return None
