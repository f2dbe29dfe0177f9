"""Acknowledging damage: "seen, investigated under this case, and here is why". By an auditor, as an entry for each.

Nothing disappears by it: a verification goes on to find what is damaged and fails, and says who answers for what. What
is acknowledged is a finding of a verification on record: whoever acknowledges hands back all that was found, and it
must have the digest that the verification's own entry names. Of what was met tampered with when it was opened, the
entry ``object.tampered`` is the record.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from vault.database import ledger_appending, ledger_reading, ledger_walking
from vault.database.engine import Connection
from vault.errors import Conflict, InputError, NotFound
from vault.ledger.audit_facts import AWAY, Finding
from vault.ledger.audit_report import VerificationReport, digest_of_findings
from vault.ledger.canonical import CanonicalValue, NotCanonical, parse_object
from vault.ledger.events import Event, Outcome
from vault.ledger.reader import people_beside
from vault.model import Actor, Office, Reason
from vault.policy.acknowledging import decide_acknowledging
from vault.policy.reasons import ReasonDraft, check_reason
from vault.recording import deciding, denial_of, done_by, require, require_office
from vault.runtime import Vault
from vault.trail.acknowledged import TAMPERED, acknowledged_among, finding_of_entry
from vault.trail.query_values import LAST_INDEX
from vault.trail.standing import reading_key_of

MOST_BYTES = 2**21
_ENTRY_ID = re.compile(r"e[a-z2-7]{26}")
LEAST_PREFIX = 8
"""Characters of a digest that name a finding, where no other begins so."""


@dataclass(frozen=True, slots=True)
class Found:
    """All that one verification found, in its order; ``entry`` tells of it."""

    entry: str
    findings: tuple[Finding, ...]


def write_found(report: VerificationReport) -> str:
    """For the page to hand back: the same members as ``trail verify --json`` has."""
    findings = [
        {"check": each.check, "index": each.position, "detail": each.detail, "evidence": each.evidence}
        for each in report.findings
    ]
    return json.dumps({"entry": report.entry, "findings": findings}, separators=(",", ":"))


def parse_found(text: str) -> Found:
    """What a page or a file hands back. InputError ``finding.report`` if it is no verification that found something."""
    try:
        if len(text) > MOST_BYTES:
            raise ValueError
        report = json.loads(text)
        findings = tuple(
            Finding(_text(each["check"]), _index(each["index"]), _text(each["detail"]), _text(each["evidence"]))
            for each in report["findings"]
        )
        found = Found(_text(report["entry"]), findings)
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise InputError("finding.report") from error
    if _ENTRY_ID.fullmatch(found.entry) is None or not findings:
        raise InputError("finding.report")
    return found


def _text(value: object) -> str:
    """ValueError for anything else, and for half a character, which no page can show."""
    if not isinstance(value, str):
        raise TypeError
    value.encode("utf-8")
    return value


def _index(value: object) -> int:
    if type(value) is not int or not -1 <= value <= LAST_INDEX:
        raise ValueError
    return value


def choose(found: Found, named: Iterable[str]) -> list[Finding]:
    """The findings whose digests are named, or begin so. InputError ``finding.none`` if nothing or another is named."""
    chosen: dict[str, Finding] = {}
    for word in named:
        meant = {each.digest: each for each in found.findings if each.digest.startswith(word.lower())}
        if len(word) < LEAST_PREFIX or len(meant) != 1:
            raise InputError("finding.none")
        chosen |= meant
    if not chosen:
        raise InputError("finding.none")
    return list(chosen.values())


def acknowledge_findings(
    vault: Vault, actor: Actor, *, found: Found, chosen: Sequence[Finding], reason: ReasonDraft
) -> int:
    """Acknowledges what was chosen of a verification, all in one transaction; how many.

    Conflict ``finding.unplaced`` where the verification's entry has no place yet, ``finding.other`` where it names
    another digest, ``finding.acknowledged`` where somebody has acknowledged all of it, ``finding.not_compared`` for an
    anchor that could not be asked: what it holds nobody has seen.
    """
    checked = _with_case(reason)
    with deciding(vault, denial_of(Event.FINDING_ACKNOWLEDGED, actor)) as tx:
        require_office(tx, actor, Office.AUDITOR)
        index = _verification_that_found(tx, found)
        if not set(chosen) <= set(found.findings):
            raise Conflict("finding.other")
        if any(each.check == AWAY for each in chosen):
            raise Conflict("finding.not_compared")
        return _acknowledge(vault, tx, actor, chosen, checked, {"verification": index})


def acknowledge_tampering(vault: Vault, actor: Actor, *, indexes: Collection[int], reason: ReasonDraft) -> int:
    """The same for what the entries ``object.tampered`` at these indexes tell of. NotFound for another entry."""
    checked = _with_case(reason)
    if not indexes:
        raise InputError("finding.none")
    with deciding(vault, denial_of(Event.FINDING_ACKNOWLEDGED, actor)) as tx:
        require_office(tx, actor, Office.AUDITOR)
        leaves = ledger_reading.load_leaves(tx, sorted(set(indexes)))
        if set(leaves) != set(indexes) or any(_facts(each.leaf).get("event") != TAMPERED for each in leaves.values()):
            raise NotFound(recorded_as="not_found.finding")
        findings = [finding_of_entry(each.position, each.hash) for each in leaves.values()]
        return _acknowledge(vault, tx, actor, findings, checked, {})


def _with_case(draft: ReasonDraft) -> Reason:
    """An acknowledgement rests on an investigation, which has a number."""
    checked = check_reason(draft)
    if not checked.case_number:
        raise InputError("finding.case_number")
    return checked


def _acknowledge(
    vault: Vault, tx: Connection, actor: Actor, chosen: Sequence[Finding], reason: Reason, facts: dict[str, int]
) -> int:
    before = acknowledged_among(tx, [each.digest for each in chosen])
    new = [each for each in chosen if each.digest not in before]
    if not new:
        raise Conflict("finding.acknowledged")
    concerned = _concerned(vault, tx, actor.person_id, new)
    for each in new:
        require(decide_acknowledging(actor.person_id, concerned=concerned[each]))
        where = {"index": each.position} if each.position >= 0 else {}
        details = {"check": each.check, "finding": each.digest, **where, **facts}
        vault.recorder.append(tx, done_by(actor, Event.FINDING_ACKNOWLEDGED, reason=reason, details=details))
    return len(new)


def _concerned(vault: Vault, tx: Connection, person: str, findings: Sequence[Finding]) -> dict[Finding, frozenset[str]]:
    """Whom each finding's entry is about, by all that is left of it, since any of that may be what is damaged.

    By the values sealed beside the leaf and by the search row; and ``person`` by the handle that the leaf counts them
    under, which shows while the vault is sealed, or which the finding itself names.
    """
    positions = sorted({each.position for each in findings if each.position >= 0})
    leaves = ledger_reading.load_leaves(tx, positions)
    named = people_beside(tx, list(leaves.values()), reading_key=reading_key_of(vault))
    handle = ledger_appending.find_handle(tx, person)
    concerned: dict[Finding, frozenset[str]] = {}
    for each in findings:
        row = ledger_walking.search_rows_between(tx, each.position, end=each.position + 1).get(each.position)
        people = named.get(each.position, frozenset()) | ({row.actor_id, row.subject_id} if row else set())
        leaf = leaves.get(each.position)
        if handle and (handle == each.detail or (leaf is not None and handle.encode() in leaf.leaf)):
            people |= {person}
        concerned[each] = people
    return concerned


def _verification_that_found(tx: Connection, found: Found) -> int:
    """The index of the verification's entry, which names the digest of exactly these findings."""
    leaf = ledger_reading.leaf_of_entry(tx, found.entry)
    if leaf is None:
        raise Conflict("finding.unplaced")
    facts = _facts(leaf.leaf)
    details = facts.get("details")
    is_such = facts.get("event") == Event.TRAIL_VERIFIED.value and facts.get("outcome") == Outcome.FAILED.value
    if not is_such or not isinstance(details, dict) or details.get("found") != digest_of_findings(found.findings):
        raise Conflict("finding.other")
    return leaf.position


def _facts(leaf: bytes) -> dict[str, CanonicalValue]:
    try:
        return dict(parse_object(leaf))
    except NotCanonical:
        return {}
