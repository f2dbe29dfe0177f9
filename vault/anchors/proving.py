"""Asking the anchors whether this database is the one that they know, before anything is signed.

::

    (1) ask        every anchor that can be asked, for what it holds as newest; one that is away is passed over
    (2) judge      each answer, in one reading transaction
    (3) decide     one that disagrees shuts the gate; at least one that answered, and all that did agree, open it;
                   one out of which everything was taken says neither
    (4) record     what changed: a row for the screens, and an entry the first time that somebody disagrees

While the gate is shut entries are recorded and get their places; nothing is signed, placed or exported beyond the last
checkpoint. Views go on (docs/adr/0013).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from vault.anchors.gate import BEHIND, DIFFERS, UNPROVEN
from vault.anchors.judging import Known, Verdict, judge, load_known
from vault.anchors.port import Anchor, Held
from vault.database import anchor_queries
from vault.database.anchor_queries import OutsideRow
from vault.database.engine import Connection, reading, transaction
from vault.errors import OperatorError, TamperError, Unavailable
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.runtime import Vault


@dataclass(frozen=True, slots=True)
class Answer:
    """What one anchor's newest notes come to. ``size`` is the largest that does not agree, 0 if all do."""

    anchor: str
    verdict: Verdict
    size: int = 0


def prove_once(vault: Vault) -> bool:
    """Opens the gate if the outside agrees; nothing while it is open. Always False: there is no more to do at once.

    Unavailable ``trail.unproven`` where no anchor answers, ``trail.behind_anchor`` where one disagrees: to be tried
    again.
    """
    if not vault.signing_gate.is_open:
        prove(vault)
    if code := vault.signing_gate.code:
        raise Unavailable(code)
    return False


def prove(vault: Vault) -> list[Answer]:
    """Asks all anchors now, and opens or shuts the gate; what those that answered have said."""
    answers = ask_anchors(vault, [each for each in vault.anchors if each.remembers])
    disagreeing = worst_of(answers)
    if disagreeing is not None:
        contradict(vault, disagreeing)
    elif any(each.verdict is Verdict.AGREED for each in answers) and not _is_unclear(answers):
        vault.signing_gate.reopen(*(each.anchor for each in answers))
        _store(vault, "agreed", Answer("", Verdict.AGREED))
    elif vault.signing_gate.is_needed:
        vault.signing_gate.shut(UNPROVEN)
        _store(vault, "unproven", Answer(next((each.anchor for each in answers), ""), Verdict.GARBAGE))
    return answers


def prove_anchor(vault: Vault, anchor: Anchor) -> None:
    """One anchor that was away before, when it is first used: Unavailable ``trail.behind_anchor`` if it disagrees."""
    [answer] = _ask(vault, [anchor])
    if answer.verdict in {Verdict.BEHIND, Verdict.DIFFERS}:
        contradict(vault, answer)
        raise Unavailable("anchor.contradicted")
    if answer.verdict is Verdict.GARBAGE:
        raise Unavailable("anchor.unreadable")
    vault.signing_gate.agree(anchor.name)


def ask_for_proof(vault: Vault, anchor: Anchor) -> None:
    """What the anchor fails with, or Unavailable ``anchor.unreadable`` or ``.emptied``, if it does not help to open it.

    Opens and shuts nothing: that is for :func:`prove`, which hears all of them.
    """
    [answer] = _ask(vault, [anchor])
    if answer.verdict is Verdict.GARBAGE:
        raise Unavailable("anchor.unreadable")
    if answer.verdict is Verdict.EMPTIED:
        raise Unavailable("anchor.emptied")


def contradict(vault: Vault, answer: Answer) -> None:
    """An anchor disagrees: nothing is signed from now on, and the trail says so once."""
    vault.signing_gate.shut(BEHIND if answer.verdict is Verdict.BEHIND else DIFFERS)
    _store(vault, answer.verdict.value, answer)


def ask_anchors(vault: Vault, anchors: Iterable[Anchor]) -> list[Answer]:
    """The answers of those that can be reached."""
    answers = []
    for anchor in anchors:
        try:
            answers += _ask(vault, [anchor])
        except (OperatorError, TamperError):
            continue
    return answers


def worst_of(answers: Iterable[Answer]) -> Answer | None:
    """The one that disagrees most: another history before a longer one, then by size."""
    disagreeing = [each for each in answers if each.verdict in {Verdict.BEHIND, Verdict.DIFFERS}]
    return max(disagreeing, key=lambda each: (each.verdict is Verdict.DIFFERS, each.size), default=None)


def _ask(vault: Vault, anchors: list[Anchor]) -> list[Answer]:
    """(1) outside a transaction, (2) in one."""
    with reading(vault.engine) as tx:
        origins = load_known(tx).origins
    held = {anchor.name: anchor.newest(origins) for anchor in anchors}
    with reading(vault.engine) as tx:
        known = load_known(tx)
        return [_answer_of(tx, known, name, notes) for name, notes in held.items()]


def _answer_of(tx: Connection, known: Known, name: str, held: list[Held]) -> Answer:
    judged = [(each, *judge(tx, known, each.note)) for each in held]
    if all(verdict is Verdict.OTHER for _held, verdict, _checkpoint in judged):
        row = anchor_queries.load_anchor(tx, name)
        return Answer(name, Verdict.EMPTIED if row is not None and row.placed_size else Verdict.AGREED)
    for wanted in (Verdict.DIFFERS, Verdict.BEHIND):
        sizes = [checkpoint.size for _held, verdict, checkpoint in judged if verdict is wanted and checkpoint]
        if sizes:
            return Answer(name, wanted, max(sizes))
    # A folder in which nothing is a checkpoint may hide one behind what somebody has put before it.
    for _folder, members in itertools.groupby(judged, key=lambda each: each[0].locator.partition("/")[0]):
        verdicts = {verdict for _held, verdict, _checkpoint in members}
        if verdicts == {Verdict.GARBAGE}:
            return Answer(name, Verdict.GARBAGE)
    return Answer(name, Verdict.AGREED)


def _is_unclear(answers: list[Answer]) -> bool:
    return any(each.verdict is Verdict.GARBAGE for each in answers)


def _store(vault: Vault, state: str, answer: Answer) -> None:
    """(4) Only what changed, so that an entry is made once in however many tries."""
    with transaction(vault.engine) as tx:
        before = anchor_queries.load_outside(tx)
        if before is not None and (before.state, before.anchor) == (state, answer.anchor):
            return
        known = load_known(tx)
        now = vault.clock.now()
        anchor_queries.store_outside(tx, OutsideRow(state, answer.anchor, known.size, answer.size, now))
        if state in {Verdict.BEHIND.value, Verdict.DIFFERS.value}:
            facts: dict[str, str | int] = {"anchor": answer.anchor, "size": known.size, "outside": answer.size}
            code = BEHIND if state == Verdict.BEHIND.value else DIFFERS
            entry = Entry(Event.TRAIL_CONTRADICTED, Outcome.FAILED, code=code, details=facts)
            vault.recorder.append(tx, entry)
