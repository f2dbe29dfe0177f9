"""A successor: the log that begins where an older one cannot go on, because what stands outside contradicts it.

The entries that this database has stay where they are, with their numbers; the tree grows on from them under another
name and another key. The successor's first entry names the log before it, what was taken over, up to where the outside
agrees, the newest that the outside had, how much is lost by that, and who decided. Checkpoints of the old name go on
proving the entries that they were signed for. Why so: docs/adr/0013.

::

    (1) two security officers, each with an own sign-in; a reason
    (2) ask every anchor; where none disagrees there is nothing to succeed
    (3) one transaction with the sequencer's lead: new signing key, first entry, epoch, name
    (4) this process asks again, and the gate opens; others do within half a minute
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from keys.model import Secret
from keys.primitives import SigningKey, new_secret
from keys.wrapping import service_key_context
from vault.anchors.judging import Known, Verdict, judge, load_known, number_of, successor_name
from vault.anchors.port import Anchor, Held
from vault.anchors.proving import ask_anchors, prove, worst_of
from vault.custody.keyroom import TRAIL_RING, ServiceKey
from vault.database import anchor_queries, key_queries, ledger_reading, ledger_sequencing
from vault.database.engine import Connection, reading
from vault.database.key_queries import ServiceKeyRecord
from vault.errors import AccessDenied, Conflict, OperatorError, TamperError, Unavailable
from vault.ledger.checkpoint import Checkpoint
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.ledger.recorder import Recorder
from vault.ledger.sequencer import Sequencer
from vault.model import Actor, Office, Reason
from vault.policy.reasons import ReasonDraft, check_reason
from vault.recording import deciding, denial_of, require_office
from vault.runtime import Vault


@dataclass(frozen=True, slots=True)
class Loss:
    """What the outside had and this database has not, as far as the anchors that answered can say.

    Up to ``agreed`` entries are the same; ``outside`` is the newest checkpoint known there, None where only its size
    is known; ``outside_size`` is at least its size. ``number`` is the highest of any log's name seen there.
    """

    anchor: str
    agreed: int
    outside_size: int
    outside: Checkpoint | None
    number: int

    @property
    def entries(self) -> int:
        """At most so many are lost."""
        return max(0, self.outside_size - self.agreed)


@dataclass(frozen=True, slots=True)
class Succeeded:
    """The successor's name, the index of its first entry, and what is lost."""

    origin: str
    index: int
    loss: Loss
    is_signing: bool


def succeed(vault: Vault, actor: Actor, second: Actor, *, reason: ReasonDraft) -> Succeeded:
    """Begins the successor. Conflict ``trail.no_succession`` where no anchor that answers disagrees."""
    checked = check_reason(reason)
    vault.keyroom.require_unsealed()
    with deciding(vault, denial_of(Event.TRAIL_SUCCEEDED, actor)) as tx:  # (1)
        _require_two(tx, actor, second)
    loss = measure_loss(vault)  # (2)
    with deciding(vault, denial_of(Event.TRAIL_SUCCEEDED, actor)) as tx:  # (3)
        _require_two(tx, actor, second)
        origin, index = _begin(vault, tx, actor, second, checked, loss)
    vault.keyroom.refresh()
    prove(vault)  # (4)
    return Succeeded(origin, index, loss, is_signing=vault.signing_gate.is_open)


def measure_loss(vault: Vault) -> Loss:
    """What the anchors hold beyond this database. Conflict ``trail.no_succession``, Unavailable ``trail.unproven``."""
    anchors = [each for each in vault.anchors if each.remembers]
    answers = ask_anchors(vault, anchors)
    with reading(vault.engine) as tx:
        known, stored = load_known(tx), anchor_queries.load_outside(tx)
    worst = worst_of(answers)
    if worst is None and (stored is None or stored.state not in {"behind", "differs"}):
        if anchors and not answers:
            raise Unavailable("trail.unproven")
        raise Conflict("trail.no_succession")
    anchor = worst.anchor if worst else stored.anchor if stored else ""
    stated = stored.outside_size if stored and stored.state in {"behind", "differs"} else 0
    found = [_held_by(vault, known, each) for each in anchors if each.name in {answer.anchor for answer in answers}]
    newest = max((each.outside for each in found if each.outside), key=lambda each: each.size, default=None)
    return Loss(
        anchor=anchor,
        agreed=max((each.agreed for each in found), default=0),
        outside_size=max(stated, newest.size if newest else 0),
        outside=newest,
        number=max((each.number for each in found), default=known.number),
    )


def _held_by(vault: Vault, known: Known, anchor: Anchor) -> Loss:
    """By one anchor: the newest of every log that it holds, then down to the first of the current one that agrees."""
    agreed, outside, number = 0, None, known.number
    try:
        for held in anchor.newest(known.origins):
            verdict, checkpoint = _judged(vault, known, held)
            if checkpoint is None or verdict in {Verdict.GARBAGE, Verdict.OTHER}:
                continue
            number = max(number, number_of(known.first_origin, checkpoint.origin) or 0)
            if verdict is not Verdict.AGREED and (outside is None or checkpoint.size > outside.size):
                outside = checkpoint
        for held in anchor.held(known.origins):
            verdict, checkpoint = _judged(vault, known, held)
            if verdict is Verdict.AGREED and checkpoint is not None and checkpoint.origin == known.origin:
                agreed = checkpoint.size
                break
    except (OperatorError, TamperError):  # what was read so far is what is known
        pass
    return Loss(anchor.name, agreed, outside.size if outside else 0, outside, number)


def _judged(vault: Vault, known: Known, held: Held) -> tuple[Verdict, Checkpoint | None]:
    with reading(vault.engine) as tx:
        return judge(tx, known, held.note)


def _require_two(tx: Connection, actor: Actor, second: Actor) -> None:
    require_office(tx, actor, Office.SECURITY_OFFICER)
    require_office(tx, second, Office.SECURITY_OFFICER)
    if actor.person_id == second.person_id:
        raise AccessDenied("denied.own_operation")


def _begin(vault: Vault, tx: Connection, actor: Actor, second: Actor, reason: Reason, loss: Loss) -> tuple[str, int]:
    if not ledger_sequencing.take_lead(tx):
        raise Unavailable("operation.sequencer_busy")
    known = load_known(tx)
    number = max(epoch.number for epoch in ledger_reading.list_epochs(tx)) + 1
    origin = successor_name(known.first_origin, max(known.number, loss.number) + 1)
    secret = new_secret(vault.random)
    public = SigningKey.from_secret(secret).public
    # A lane of its own: its first entry gets its place before what this process recorded earlier.
    recorder = Recorder(node=vault.config.trail.node, random=vault.random, clock=vault.clock)
    began_at: list[int] = []

    def append(size: int, root: bytes) -> str:
        began_at.append(size)
        facts: dict[str, str | int] = {
            "origin": origin,
            "epoch": number,
            "key": _text(public),
            "former": known.origin,
            "size": size,
            "root": _text(root),
            "anchor": loss.anchor,
            "agreed": min(loss.agreed, size),
            "outside": loss.outside_size,
            "lost": loss.entries,
        }
        if loss.outside is not None:
            facts["outside_root"] = _text(loss.outside.root)
        entry = Entry(
            Event.TRAIL_SUCCEEDED,
            Outcome.SUCCESS,
            actor=actor.person_id,
            subject_person=second.person_id,
            session=actor.session_id,
            place=actor.place,
            reason=reason,
            details=facts,
        )
        return recorder.append(tx, entry)

    _sequencer(vault).place_first(tx, append)
    _replace_key(vault, tx, secret, public)
    ledger_sequencing.store_epoch(
        tx, number=number, public=public, from_size=began_at[0] + 1, origin=origin, now=vault.clock.now()
    )
    ledger_sequencing.rename_log(tx, origin)
    return origin, began_at[0]


def _replace_key(vault: Vault, tx: Connection, secret: Secret, public: bytes) -> None:
    """The old key signed under the old name, and in the lost part too; the successor's has signed nothing else."""
    name = ServiceKey.TRAIL_SIGNING.value
    wrapped = vault.keyroom.wrap(tx, TRAIL_RING, secret, context=service_key_context(name))
    key_queries.remove_service_key(tx, name)
    key_queries.store_service_key(tx, ServiceKeyRecord(name, wrapped, public), now=vault.clock.now())
    key_queries.next_generation(tx)


def _sequencer(vault: Vault) -> Sequencer:
    def never() -> SigningKey:
        raise Unavailable("trail.unproven")

    return Sequencer(vault.engine, clock=vault.clock, random=vault.random, signing_key=never)


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
