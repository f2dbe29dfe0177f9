"""What the page of a verification shows while it is being sent: how far it is, then what was found, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gateway.faults import log_fault
from gateway.sentences import sentence_in
from gateway.verification_sentences import tell_finding
from vault.anchors.checking import AnchorsReport
from vault.errors import VaultError
from vault.ledger.audit_facts import AWAY, Finding
from vault.ledger.audit_report import VerificationReport
from vault.trail.acknowledging import write_found
from vault.trail.rows import TrailRow
from vault.trail.running_verification import RunningVerification, Step
from vault.trail.verifying import CUT_SHORT

MOST_SHOWN = 200
NOBODY_ANSWERS: Mapping[str, TrailRow] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ToldFinding:
    """A finding with its sentence; ``index`` is the entry it is about, if there is one to go to.

    ``acknowledged`` is the entry by which an auditor answers for it.
    """

    sentence: str
    check: str
    detail: str
    index: int | None
    digest: str
    acknowledged: TrailRow | None


@dataclass(frozen=True, slots=True)
class VerificationResult:
    """``report`` is None where the verification did not come to its end; ``why`` says why.

    ``outside`` is how the trail stands against the anchors, None where there are none; ``contradictions`` says how many
    of the findings come from there. ``found`` is what the page hands back to have findings acknowledged. What
    ``is_cut_short`` was ended by something in the database or a fault, and not by who waits or by the clock.
    """

    report: VerificationReport | None
    why: str
    findings: list[ToldFinding]
    outside: AnchorsReport | None = None
    contradictions: int = 0
    found: str = ""
    is_cut_short: bool = False

    @property
    def new(self) -> list[ToldFinding]:
        return [each for each in self.findings if each.acknowledged is None]

    @property
    def acknowledged(self) -> list[ToldFinding]:
        return [each for each in self.findings if each.acknowledged is not None]


class VerificationPage:
    """For the template: first all ``steps``, then the ``result``."""

    def __init__(self, running: RunningVerification, *, locale: str, timezone: str, request_id: str) -> None:
        self._running = running
        self._locale = locale
        self._timezone = timezone
        self._request_id = request_id

    def steps(self) -> Iterator[Step]:
        return self._running.steps()

    def result(self) -> VerificationResult:
        try:
            report = self._running.report()
        except VaultError as error:
            if error.code in CUT_SHORT and error.__cause__ is not None:
                entry = str(error.params.get("entry", ""))
                log_fault(error.__cause__, request_id=self._request_id, entry=entry)
            why = sentence_in(self._locale, error, timezone=self._timezone)
            return VerificationResult(None, why, [], is_cut_short=error.code in CUT_SHORT)
        shown = [*report.new, *(each for each in report.findings if each.digest in report.acknowledged)][:MOST_SHOWN]
        by_digest = self._running.acknowledgements([each.digest for each in shown])
        told = [told_finding(each, self._locale, size=report.size, by_digest=by_digest) for each in shown]
        outside = self._running.outside()
        contradictions = len([each for each in outside.findings if each.check != AWAY]) if outside else 0
        return VerificationResult(report, "", told, outside, contradictions, write_found(report))


def told_finding(
    finding: Finding, locale: str, *, size: int | None = None, by_digest: Mapping[str, TrailRow] = NOBODY_ANSWERS
) -> ToldFinding:
    """The finding in words; ``size`` is that of the trail, where it is known."""
    is_there = finding.position >= 0 and (size is None or finding.position < size)
    return ToldFinding(
        tell_finding(finding, locale=locale),
        finding.check,
        finding.detail,
        finding.position if is_there else None,
        finding.digest,
        by_digest.get(finding.digest),
    )
