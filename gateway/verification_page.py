"""What the page of a verification shows while it is being sent: how far it is, then what was found, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.sentences import sentence_in
from gateway.verification_sentences import tell_finding
from vault.anchors.checking import AWAY, AnchorsReport
from vault.errors import VaultError
from vault.ledger.audit import Finding, VerificationReport
from vault.trail.running_verification import RunningVerification, Step

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class ToldFinding:
    """A finding with its sentence; ``index`` is the entry it is about, if there is one to go to."""

    sentence: str
    check: str
    detail: str
    index: int | None


@dataclass(frozen=True, slots=True)
class VerificationResult:
    """``report`` is None where the verification did not come to its end; ``why`` says why.

    ``outside`` is how the trail stands against the anchors, None where there are none; ``contradictions`` says how many
    of the findings come from there.
    """

    report: VerificationReport | None
    why: str
    findings: list[ToldFinding]
    outside: AnchorsReport | None = None
    contradictions: int = 0


class VerificationPage:
    """For the template: first all ``steps``, then the ``result``."""

    def __init__(self, running: RunningVerification, *, locale: str, timezone: str) -> None:
        self._running = running
        self._locale = locale
        self._timezone = timezone

    def steps(self) -> Iterator[Step]:
        return self._running.steps()

    def result(self) -> VerificationResult:
        try:
            report = self._running.report()
        except VaultError as error:
            return VerificationResult(None, sentence_in(self._locale, error, timezone=self._timezone), [])
        told = [self._told(finding, report.size) for finding in report.findings[:MOST_SHOWN]]
        outside = self._running.outside()
        contradictions = len([each for each in outside.findings if each.check != AWAY]) if outside else 0
        return VerificationResult(report, "", told, outside, contradictions)

    def _told(self, finding: Finding, size: int) -> ToldFinding:
        index = finding.position if 0 <= finding.position < size else None
        return ToldFinding(tell_finding(finding, locale=self._locale), finding.check, finding.detail, index)
