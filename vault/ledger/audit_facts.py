"""What an audit carries from leaf to leaf, and the checks of one leaf's readable facts.

Whatever a leaf says is a finding or nothing: a leaf that somebody wrote to make the audit fail makes it find.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from vault.database.ledger_reading import LeafRow
from vault.database.spilled_counters import SpilledCounters
from vault.ledger.audit_keys import NamedKey, begins_from, faults_of_rotation
from vault.ledger.canonical import CanonicalValue
from vault.ledger.events import ANSWERING_ONCE, INTENT_OF, RESULTS_OF, Event, Outcome, awaits_result
from vault.ledger.gone_bodies import GoneBodies
from vault.ledger.tree import Frontier, Growth

MOST_FINDINGS = 1000
AWAY = "anchor.away"
"""The check of a finding that is no damage: an anchor could not be asked, so what it holds was not compared."""
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
"""The one spelling of a moment; whether it is one, is for the calendar to say."""
_EVENTS = {event.value: event for event in Event}
_OUTCOMES = {outcome.value: outcome for outcome in Outcome}
_ABOUT_THE_LOG = frozenset(
    event.value
    for event in (
        Event.TRAIL_GENESIS,
        Event.TRAIL_SUCCEEDED,
        Event.TRAIL_KEY_ROTATED,
        Event.TRAIL_ERASED,
        Event.TRAIL_PRUNED,
        Event.TRAIL_VERIFIED,
    )
)

Facts = Mapping[str, CanonicalValue]
Details = dict[str, Any]


class Counters(Protocol):
    """Last numbers by owner."""

    def __len__(self) -> int: ...

    def __contains__(self, subject: str, /) -> bool: ...

    def get(self, subject: str, /) -> int | None: ...

    def __setitem__(self, subject: str, last: int, /) -> None: ...

    def items(self) -> Iterable[tuple[str, int]]: ...


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it must be. ``check`` is a stable word; ``position`` is -1 where no leaf is meant.

    ``evidence`` is the SHA-256 of what was there, in hexadecimal, '' where nothing is: vault.ledger.evidence.
    """

    check: str
    position: int
    detail: str = ""
    evidence: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of all four, in hexadecimal: that of the same damage, found again. Another at its place differs."""
        parts = {"check": self.check, "detail": self.detail, "evidence": self.evidence, "index": self.position}
        return hashlib.sha256(json.dumps(parts, sort_keys=True, separators=(",", ":")).encode("ascii")).hexdigest()


def evidence_of(*parts: bytes | str | int | None) -> str:
    """What was there, as a digest. SHA-256 in hexadecimal."""
    shown = [part.hex() if isinstance(part, bytes) else part for part in parts]
    return hashlib.sha256(json.dumps(shown, separators=(",", ":")).encode("ascii")).hexdigest()


class ErasedPeriod(NamedTuple):
    """A period that is gone: the first leaf that misses its values, the month of that, and whose handle those have of
    whom it was; None where only what they were about is known. A period is one person's, of one month."""

    position: int
    month: str
    handle: str | None

    def fits(self, other: ErasedPeriod) -> bool:
        return self.month == other.month and (None in {self.handle, other.handle} or self.handle == other.handle)

    def with_all_of(self, other: ErasedPeriod) -> ErasedPeriod:
        return self if self.handle is not None else self._replace(handle=other.handle)


class OpenIntent(NamedTuple):
    """An intent that nothing has answered so far; ``event`` is '' where an older state does not say which it is."""

    position: int
    logged: dt.datetime
    event: str = ""

    def is_answered_by(self, result: Event) -> bool:
        return self.event in {"", INTENT_OF[result].value}


@dataclass(slots=True)
class Unknown:
    """What a walk that began in the middle leaves to whoever has come to its beginning: :mod:`vault.ledger.segment`.

    ``first`` numbers by name and owner; intents ``answered`` that it has not met, by the event that an intent is which
    such a result answers, and of them those that must be ``open`` until then; what leaves say of the log.
    """

    first: dict[str, dict[str, int]]
    answered: dict[str, str] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)
    noted: list[tuple[int, str, Details]] = field(default_factory=list)


@dataclass(slots=True)
class Walk:
    """What is carried from leaf to leaf. ``is_broken`` after a gap too wide to be bridged: no hash is computed then."""

    frontier: Frontier = field(default_factory=Frontier)
    growth: Growth = field(default_factory=lambda: Growth(Frontier(), []))
    """By what the batch that is being checked has grown the tree; the frontier stands at its end already."""
    position: int = 0
    bridged: int = 0
    """Places without a leaf that hashes were carried over."""
    breaks_at: int | None = None
    """The leaf before which there are more than are bridged."""
    is_broken: bool = False
    logged: str = ""
    day_from: int = 1
    detailed_from: int = 0
    """Before this place search rows may lack session, place and category of the reason."""
    lanes: Counters = field(default_factory=SpilledCounters)
    documents: Counters = field(default_factory=SpilledCounters)
    handles: Counters = field(default_factory=SpilledCounters)
    unknown: Unknown | None = None
    """Where nothing is known of the leaves before; None where everything is."""
    intents: dict[str, OpenIntent] = field(default_factory=dict)
    """By id."""
    origin: str = ""
    keys: dict[int, NamedKey] = field(default_factory=dict)
    """Signing keys that leaves name, by epoch."""
    unvouched: list[int] = field(default_factory=list)
    """Epochs whose key no key before them has handed over to."""
    erased_periods: dict[str, ErasedPeriod] = field(default_factory=dict)
    """Periods that are gone, with what leaves whose values they sealed have in common; also of those before a state
    that the walk goes on from, without a position."""
    recorded_erasures: dict[str, str] = field(default_factory=dict)
    """The month of each period whose erasure a leaf names; '' where it or an older state does not say which."""
    pruned_to: int = 0
    """Below this index a leaf may have lost its body, by a pruning that is on record."""
    gone: GoneBodies = field(default_factory=GoneBodies)
    pruned_root: str = ""
    recorded_prunings: dict[tuple[int, str, str], int] = field(default_factory=dict)
    """By (size, root, digest of the state) as leaves name them: how many bodies each was to remove."""
    capture_at: int = 0
    captured: bytes = b""
    """The state at ``capture_at`` leaves, for a pruning to come."""
    verified_states: set[str] = field(default_factory=set)
    """Digests of states that verifications left behind, as leaves name them."""
    findings: list[Finding] = field(default_factory=list)
    erased: int = 0

    @property
    def is_full(self) -> bool:
        """Whether no further finding is kept."""
        return len(self.findings) >= MOST_FINDINGS

    def note_erased(self, period: str, use: ErasedPeriod) -> None:
        """What is sealed under a period of another person or month was put there, to hide it as erased."""
        known = self.erased_periods.setdefault(period, use)
        if known.fits(use):
            self.erased_periods[period] = known.with_all_of(use)
        else:
            self.find("value.misplaced", use.position)

    def find(self, check: str, position: int = -1, detail: str = "", *, evidence: str = "") -> None:
        """``evidence`` where it is more than what is stored at the position, which is looked up at the end."""
        if not self.is_full:
            self.findings.append(Finding(check, position, detail, evidence))


def check_facts(walk: Walk, leaf: LeafRow, facts: Facts) -> None:
    """Place, times, counters, days, and what the leaf says of intents, keys and erasures."""
    position = leaf.position
    if facts.get("index") != position or facts.get("id") != leaf.entry_id:
        walk.find("leaf.identity", position)
    before = walk.logged
    moment = _check_times(walk, position, facts)
    check_dense(walk, position, facts, "nseq", walk.lanes, lane_of(facts))
    check_dense(walk, position, facts, "dseq", walk.documents, str(facts.get("document", "")))
    check_dense(walk, position, facts, "useq", walk.handles, str(facts.get("who", "")))
    word = str(facts.get("event"))
    event, outcome = _EVENTS.get(word), _OUTCOMES.get(str(facts.get("outcome")))
    if event is None or outcome is None:
        walk.find("leaf.vocabulary", position)
        return
    if walk.logged != before or event is Event.DAY_CLOSE:
        _check_day(walk, position, facts, event, before)
    if event in RESULTS_OF:
        if moment is not None and awaits_result(event, outcome, details_of(facts)):
            walk.intents[leaf.entry_id] = OpenIntent(position, moment, word)
    elif event in INTENT_OF:
        _answer(walk, position, event, str(facts.get("intent", "")))
    if word in _ABOUT_THE_LOG and outcome is Outcome.SUCCESS:  # what was refused or failed changed nothing
        if walk.unknown is not None:
            walk.unknown.noted.append((position, word, dict(details_of(facts))))
        else:
            note_keys_and_erasures(walk, position, event, details_of(facts))


def _answer(walk: Walk, position: int, event: Event, intent: str) -> None:
    asked = walk.intents.get(intent)
    if asked is not None:
        if asked.is_answered_by(event):
            del walk.intents[intent]
        else:
            walk.find("intent.mismatched", position)
        return
    unknown, is_once = walk.unknown, event in ANSWERING_ONCE
    if is_once and (unknown is None or intent in unknown.answered):
        walk.find("intent.unasked", position)
    if unknown is not None:
        unknown.open += [intent] if is_once else []
        if unknown.answered.setdefault(intent, INTENT_OF[event].value) != INTENT_OF[event].value:
            walk.find("intent.mismatched", position)


def note_keys_and_erasures(walk: Walk, position: int, event: Event, details: Facts) -> None:
    """What leaves say of the log itself: its name, its keys, what was erased and what was pruned."""
    if event is Event.TRAIL_GENESIS and position == 0:
        walk.origin = str(details.get("origin", ""))
    if event is Event.TRAIL_SUCCEEDED:
        _check_succession(walk, position, details)
    if event in {Event.TRAIL_GENESIS, Event.TRAIL_KEY_ROTATED, Event.TRAIL_SUCCEEDED}:
        _note_key(walk, position, event, details)
    if event is Event.TRAIL_ERASED:
        walk.recorded_erasures[str(details.get("period", ""))] = str(details.get("month", ""))
    if event is Event.TRAIL_VERIFIED and "state" in details:
        walk.verified_states.add(str(details["state"]))
    if event is Event.TRAIL_PRUNED:
        size, count = details.get("size"), details.get("count")
        if isinstance(size, int) and isinstance(count, int):
            walk.recorded_prunings[size, str(details.get("root", "")), str(details.get("state", ""))] = count


def _note_key(walk: Walk, position: int, event: Event, details: Facts) -> None:
    epoch = details.get("epoch")
    if not isinstance(epoch, int):
        return
    if event is Event.TRAIL_KEY_ROTATED:
        faults = faults_of_rotation(walk.keys, origin=walk.origin, position=position, epoch=epoch, details=details)
        for fault in faults:
            walk.find(fault, position, str(epoch))
        if "handover" not in details:
            walk.unvouched.append(epoch)
    walk.keys[epoch] = NamedKey(str(details.get("key", "")), walk.origin, begins_from(position, details))


def check_dense(walk: Walk, position: int, facts: Facts, name: str, last: Counters, key: str) -> None:
    """Each number is the one before plus one; a hole means that a leaf was taken out."""
    number = facts.get(name)
    if number is None and not key:
        return
    if not isinstance(number, int) or not key:
        walk.find(f"counter.{name}", position, evidence="" if position >= 0 else evidence_of(key, str(number)))
        return
    before = last.get(key)
    if before is None:
        before = 0 if walk.unknown is None else walk.unknown.first[name].setdefault(key, number) - 1
    if number != before + 1:
        evidence = "" if position >= 0 else evidence_of(key, before, number)  # where no leaf lies, the hole itself
        walk.find(f"counter.{name}", position, evidence=evidence)
    last[key] = number


def lane_of(facts: Facts) -> str:
    """Node and lane as one word; '' for what the sequencer itself writes."""
    return f"{facts.get('node', '')}/{facts.get('lane', '')}" if "node" in facts or "lane" in facts else ""


def details_of(facts: Facts) -> Facts:
    found = facts.get("details")
    return found if isinstance(found, Mapping) else {}


def _check_times(walk: Walk, position: int, facts: Facts) -> dt.datetime | None:
    """The moment of logging, if it is one."""
    logged, time = str(facts.get("logged", "")), str(facts.get("time", ""))
    moment = moment_of(logged)
    if moment is None or moment_of(time) is None:
        walk.find("leaf.time", position)
        return None
    if logged < walk.logged:
        walk.find("leaf.back_dated", position)
    walk.logged = max(walk.logged, logged)
    if time > logged:
        walk.find("leaf.from_the_future", position)
    return moment


def moment_of(text: object) -> dt.datetime | None:
    """The moment, if ``text`` is the one spelling of one."""
    moment = _moment(text) if isinstance(text, str) else None
    return moment[0] if moment else None


def millis_of(text: object) -> int | None:
    """The same as columns hold it: whole milliseconds since 1970."""
    moment = _moment(text) if isinstance(text, str) else None
    return moment[1] if moment else None


@lru_cache(maxsize=1024)
def _moment(text: str) -> tuple[dt.datetime, int] | None:
    """Remembered: what is logged together has one time, and search rows say it again."""
    if _INSTANT.fullmatch(text) is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment, (moment - _EPOCH) // _MILLISECOND


_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MILLISECOND = dt.timedelta(milliseconds=1)


def _check_day(walk: Walk, position: int, facts: Facts, event: Event, before: str) -> None:
    """A later day begins with the closing of the one before, which says what lies since the last closing."""
    if event is not Event.DAY_CLOSE:
        if before and walk.logged[:10] > before[:10] and position > walk.day_from:
            walk.find("day.missing", position, before[:10])
        return
    expected = {"day": before[:10], "from": walk.day_from, "count": position - walk.day_from}
    details = details_of(facts)
    if {name: details.get(name) for name in expected} != expected:
        walk.find("day.count", position)
    walk.day_from = position + 1


def _check_succession(walk: Walk, position: int, details: Facts) -> None:
    """A successor begins with what it took over: the name, the size and the root of the log before it."""
    taken_over: dict[str, CanonicalValue] = {"former": walk.origin, "size": position}
    if not walk.is_broken:
        taken_over["root"] = base64.b64encode(walk.growth.root_at(position)).decode("ascii")
    if {name: details.get(name) for name in taken_over} != taken_over:
        walk.find("succession.differs", position)
    walk.origin = str(details.get("origin", ""))
