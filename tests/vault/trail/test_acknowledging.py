"""An acknowledged finding stays a finding, is told apart from new ones, and calls nobody again."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from tests.company import Company, add_officer
from tests.vault.trail import tampering
from vault.database.engine import reading, transaction
from vault.database.ledger_reading import load_leaves
from vault.database.ledger_rows import PeriodRow
from vault.errors import AccessDenied, Conflict, InputError, NotFound
from vault.feed.meanings import Severity, meaning_of
from vault.ledger.audit_facts import AWAY, Finding
from vault.ledger.audit_report import VerificationReport
from vault.ledger.canonical import canonical_bytes, parse_object
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.ledger.values import ValueOpener
from vault.model import Office
from vault.policy.reasons import ReasonDraft, check_reason
from vault.recording import done_by, record
from vault.trail import acknowledged, findings
from vault.trail.acknowledged import load_acknowledgements
from vault.trail.acknowledging import (
    Found,
    acknowledge_findings,
    acknowledge_tampering,
    choose,
    parse_found,
    write_found,
)
from vault.trail.findings import list_findings, newest_finding
from vault.trail.querying import TrailQuery
from vault.trail.rows import TrailRow
from vault.trail.searching import search_trail
from vault.trail.standing import show_standing
from vault.trail.verifying import Beyond, verify_trail

WHY = ReasonDraft("review", "A disk had failed; the row was compared with the backup", "IT-7")


def verified(company: Company) -> VerificationReport:
    report = verify_trail(company.vault, company.at_keyboard("auditor"))
    company.sequence()
    return report


ENTRY = "e" + "a" * 26
REPORT = '{"entry":"%s","findings":[{"check":%s,"index":%s,"detail":"","evidence":""}]}'


def found_in(report: VerificationReport) -> Found:
    """As a page hands it back."""
    return parse_found(write_found(report))


def acknowledge(company: Company, report: VerificationReport, *, login: str = "auditor") -> int:
    count = acknowledge_findings(
        company.vault, company.at_keyboard(login), found=found_in(report), chosen=report.findings, reason=WHY
    )
    company.sequence()
    return count


def rows_of(company: Company, event: Event) -> list[TrailRow]:
    company.sequence()
    return search_trail(company.vault, company.at_keyboard("auditor"), query=TrailQuery(event=event.value)).rows


@pytest.fixture
def damaged(company: Company) -> Company:
    """An early entry, of nobody who acknowledges, says something else than it did."""
    company.sequence()
    tampering.alter_leaf(company, 3, b"{}")
    return company


def test_acknowledged_damage_is_found_again_with_who_and_why_and_calls_nobody(damaged: Company) -> None:
    """The verification fails as before; its entry says that all of it was acknowledged, which no monitor rings for."""
    report = verified(damaged)
    assert acknowledge(damaged, report) == len(report.findings)
    again = verified(damaged)

    assert again.findings == report.findings
    assert not again.is_sound
    assert (again.new, again.is_acknowledged) == ((), True)
    newest, first = rows_of(damaged, Event.TRAIL_VERIFIED)
    assert (newest.outcome, newest.code) == (Outcome.FAILED, "verification.acknowledged")
    assert newest.details["acknowledged"] == newest.details["findings"] == len(report.findings)
    assert (first.code, first.details["found"], first.details["acknowledged"]) == ("", report.found, 0)
    assert newest.event is not None
    assert meaning_of(newest.event, code=newest.code).severity_of(Outcome.FAILED) is Severity.LOW
    assert meaning_of(newest.event, code=first.code).severity_of(Outcome.FAILED) is Severity.CRITICAL
    last = show_standing(damaged.vault, damaged.at_keyboard("auditor")).verified
    assert last is not None
    assert (last.is_sound, last.findings, last.acknowledged) == (False, len(report.findings), len(report.findings))


def test_acknowledgement_names_finding_and_verification_and_seals_why(damaged: Company) -> None:
    """Who, case and words are values of the entry; check, index and digest stand readable."""
    report = verified(damaged)
    acknowledge(damaged, report)

    rows = {row.details["finding"]: row for row in rows_of(damaged, Event.FINDING_ACKNOWLEDGED)}
    [verification] = [row for row in rows_of(damaged, Event.TRAIL_VERIFIED) if row.details.get("found")]
    assert rows.keys() == {each.digest for each in report.findings}
    for each in report.findings:
        row = rows[each.digest]
        assert (row.details["check"], row.details["verification"]) == (each.check, verification.index)
        assert row.details.get("index", -1) == each.position
        assert row.actor_id == damaged.ids["auditor"]
        assert row.reason is not None
        assert (row.reason.text, row.reason.case_number) == (WHY.text, WHY.case_number)


def test_other_damage_is_new_beside_and_at_the_place_of_what_was_acknowledged(damaged: Company) -> None:
    """The alarm rings for it."""
    acknowledge(damaged, verified(damaged))
    tampering.alter_leaf(damaged, 3, b'{"a":1}')
    at_its_place = verified(damaged)
    tampering.alter_leaf(damaged, 3, b"{}")
    tampering.run(damaged, "UPDATE trail_search SET outcome = 'denied' WHERE position = 5")
    beside = verified(damaged)

    assert ("leaf.hash", 3) in {(each.check, each.position) for each in at_its_place.new}
    assert [(each.check, each.position) for each in beside.new] == [("search.differs", 5)]
    for report in (at_its_place, beside):
        assert not report.is_acknowledged
    assert [row.code for row in rows_of(damaged, Event.TRAIL_VERIFIED)[:2]] == ["", ""]


@pytest.mark.parametrize("login", ["officer", "admin", "borrower", "approver"])
def test_nobody_but_an_auditor_acknowledges_and_the_attempt_is_recorded(damaged: Company, login: str) -> None:
    """Least of all the security officer, whose own deed it may be."""
    report = verified(damaged)
    with pytest.raises(AccessDenied, match=r"denied\.office"):
        acknowledge(damaged, report, login=login)
    with pytest.raises(AccessDenied, match=r"denied\.office"):
        acknowledge_tampering(damaged.vault, damaged.at_keyboard(login), indexes=[3], reason=WHY)

    assert {row.outcome for row in rows_of(damaged, Event.FINDING_ACKNOWLEDGED)} == {Outcome.DENIED}
    assert verified(damaged).new == report.findings


def test_damage_to_ones_own_entry_is_acknowledged_by_another_auditor(company: Company) -> None:
    """An auditor who hides a search of theirs does not wave it through."""
    add_officer(company, "auditor2", Office.AUDITOR, number=91)
    search_trail(company.vault, company.at_keyboard("auditor"), query=TrailQuery())
    [own] = rows_of(company, Event.TRAIL_SEARCHED)[:1]
    tampering.run(company, "UPDATE trail_search SET outcome = 'failed' WHERE position = :at", at=own.index)
    report = verified(company)

    with pytest.raises(AccessDenied, match=r"denied\.own_finding"):
        acknowledge(company, report)
    assert acknowledge(company, report, login="auditor2") == len(report.findings)


EMPTY_ROW = "UPDATE trail_search SET actor_id = '', subject_id = '' WHERE position = :at"
NO_ROW = "DELETE FROM trail_search WHERE position = :at"
UNREADABLE = "UPDATE trail_leaves SET leaf = CAST('{ ' || substr(CAST(leaf AS TEXT), 2) AS BLOB) WHERE position = :at"


@pytest.mark.parametrize(("damage", "is_sealed"), [([EMPTY_ROW], False), ([NO_ROW, UNREADABLE], True)])
def test_own_entry_is_known_by_all_that_is_left_of_it(company: Company, damage: list[str], *, is_sealed: bool) -> None:
    """Whoever damages what says whose it is gains nothing: values, handle and row each suffice."""
    add_officer(company, "auditor2", Office.AUDITOR, number=91)
    search_trail(company.vault, company.at_keyboard("auditor"), query=TrailQuery())
    [own] = rows_of(company, Event.TRAIL_SEARCHED)[:1]
    for statement in damage:
        tampering.run(company, statement, at=own.index)
    report = verified(company)
    own_finding = [each for each in report.findings if each.position == own.index][:1]
    auditor = company.at_keyboard("auditor")
    other = company.at_keyboard("auditor2")
    if is_sealed:
        company.vault.seal()

    with pytest.raises(AccessDenied, match=r"denied\.own_finding"):
        acknowledge_findings(company.vault, auditor, found=found_in(report), chosen=own_finding, reason=WHY)
    assert acknowledge_findings(company.vault, other, found=found_in(report), chosen=own_finding, reason=WHY) == 1


def verified_with(company: Company, beyond: Beyond) -> VerificationReport:
    report = verify_trail(company.vault, company.at_keyboard("auditor"), further=lambda _vault: beyond)
    company.sequence()
    return report


def test_anchor_that_could_not_be_asked_is_never_taken_for_known(damaged: Company) -> None:
    """What it holds was not compared: neither is that acknowledged, nor is a verification without it."""
    acknowledge(damaged, verified(damaged))
    away = Finding(AWAY, -1, "share: anchor.unreachable")
    report = verified_with(damaged, Beyond([away], is_whole=False))
    with pytest.raises(Conflict, match=r"finding\.not_compared"):
        acknowledge_findings(
            damaged.vault, damaged.at_keyboard("auditor"), found=found_in(report), chosen=[away], reason=WHY
        )
    untold = verified_with(damaged, Beyond(is_whole=False))

    assert report.new == (away,)
    assert (untold.new, untold.is_acknowledged) == ((), False)
    assert [row.code for row in rows_of(damaged, Event.TRAIL_VERIFIED)[:2]] == ["", ""]


@pytest.mark.parametrize(
    "odd",
    [{"acknowledged": "x"}, {"findings": "many"}, {"size": "9"}, {"findings": -1}, {"acknowledged": "9x"}],
)
def test_odd_leaf_of_a_verification_is_passed_over(damaged: Company, odd: dict[str, str | int]) -> None:
    """Somebody with the database wrote it; the verification before it is told."""
    before = verified(damaged)
    verified(damaged)
    newest, older = rows_of(damaged, Event.TRAIL_VERIFIED)[:2]
    alter_details(damaged, newest.index, odd)
    last = list_findings(damaged.vault, damaged.at_keyboard("auditor")).verified

    assert last is not None
    assert (last.index, last.findings) == (older.index, len(before.findings))


def alter_details(company: Company, index: int, odd: dict[str, str | int]) -> None:
    """The leaf at ``index`` says something else of itself, in canonical form."""
    with reading(company.vault.engine) as tx:
        facts = dict(parse_object(load_leaves(tx, [index])[index].leaf))
    details = facts["details"]
    assert isinstance(details, dict)
    tampering.alter_leaf(company, index, canonical_bytes({**facts, "details": {**details, **odd}}))


@pytest.mark.parametrize(
    ("category", "text", "case", "code"),
    [
        ("review", "A disk had failed last night", "", "finding.case_number"),
        ("review", ".", "IT-7", "reason.meaningless"),
        ("review", "", "IT-7", "reason.empty"),
    ],
)
def test_acknowledging_takes_words_and_a_case(damaged: Company, category: str, text: str, case: str, code: str) -> None:
    """ "." is no investigation."""
    report = verified(damaged)
    with pytest.raises(InputError, match=code.replace(".", r"\.")):
        acknowledge_findings(
            damaged.vault,
            damaged.at_keyboard("auditor"),
            found=found_in(report),
            chosen=report.findings,
            reason=ReasonDraft(category, text, case),
        )


def test_only_what_a_verification_on_record_found_is_acknowledged(damaged: Company) -> None:
    """Not in advance, not what was put into the list, and not from a verification that found something else."""
    report = verified(damaged)
    found, auditor = found_in(report), damaged.at_keyboard("auditor")
    invented = Finding("leaf.hash", 7)
    attempts = [
        (replace(found, findings=(*found.findings, invented)), [invented]),
        (found, [invented]),
        (replace(found, entry=entry_of_another(damaged)), list(found.findings)),
    ]
    for handed_back, chosen in attempts:
        with pytest.raises(Conflict, match=r"finding\.other"):
            acknowledge_findings(damaged.vault, auditor, found=handed_back, chosen=chosen, reason=WHY)
    unknown = replace(found, entry="e" + "a" * 26)
    with pytest.raises(Conflict, match=r"finding\.unplaced"):
        acknowledge_findings(damaged.vault, auditor, found=unknown, chosen=found.findings, reason=WHY)
    assert verified(damaged).new == report.findings


def entry_of_another(company: Company) -> str:
    """The entry of a verification before, when less was damaged."""
    tampering.run(company, "UPDATE trail_search SET outcome = 'denied' WHERE position = 5")
    other = verified(company).entry
    tampering.run(company, "UPDATE trail_search SET outcome = 'success' WHERE position = 5")
    return other


def test_acknowledging_twice_adds_nothing_and_says_so(damaged: Company) -> None:
    """What is new among it is added, what is known is left as it is."""
    report = verified(damaged)
    acknowledge_findings(
        damaged.vault,
        damaged.at_keyboard("auditor"),
        found=found_in(report),
        chosen=report.findings[:1],
        reason=WHY,
    )
    damaged.sequence()
    assert acknowledge(damaged, report) == len(report.findings) - 1
    with pytest.raises(Conflict, match=r"finding\.acknowledged"):
        acknowledge(damaged, report)


def test_leaf_altered_into_an_acknowledgement_acknowledges_nothing_of_its_own(damaged: Company) -> None:
    """Whoever writes the database can make a leaf say so; that leaf is then found, and answered for by nobody."""
    report = verified(damaged)
    acknowledge(damaged, report)
    entry = rows_of(damaged, Event.FINDING_ACKNOWLEDGED)[0]
    tampering.run(damaged, "UPDATE trail_search SET event = 'finding.acknowledged' WHERE position = 6")
    tampering.run(
        damaged,
        "UPDATE trail_leaves SET leaf = (SELECT leaf FROM trail_leaves WHERE position = :at) WHERE position = 6",
        at=entry.index,
    )

    again = verified(damaged)
    assert {6} <= {each.position for each in again.new}
    assert not again.is_acknowledged


def test_object_that_was_met_tampered_with_is_acknowledged_by_its_entry(company: Company) -> None:
    """The officer sees who answers for it, and the red line above the open views goes."""
    for code in ("tamper.content", "tamper.digest"):
        record(company.vault, Entry(Event.OBJECT_TAMPERED, Outcome.FAILED, document=company.document_id, code=code))
    company.sequence()
    officer, auditor = company.at_keyboard("officer"), company.at_keyboard("auditor")
    newest, older = list_findings(company.vault, officer).new
    assert acknowledge_tampering(company.vault, auditor, indexes=[newest.row.index], reason=WHY) == 1
    company.sequence()

    page = list_findings(company.vault, officer)
    assert [each.row.index for each in page.new] == [older.row.index]
    [known] = page.acknowledged
    assert known.row.index == newest.row.index
    assert known.acknowledged is not None
    assert known.acknowledged.actor_id == company.ids["auditor"]
    assert newest_finding(company.vault, officer) == older.row
    with pytest.raises(Conflict, match=r"finding\.acknowledged"):
        acknowledge_tampering(company.vault, auditor, indexes=[newest.row.index], reason=WHY)
    acknowledge_tampering(company.vault, auditor, indexes=[older.row.index], reason=WHY)
    company.sequence()
    assert newest_finding(company.vault, officer) is None


def test_what_nobody_has_acknowledged_is_not_hidden_by_what_was(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many newer ones there are, and however few are looked at together."""
    monkeypatch.setattr("vault.trail.findings._AT_ONCE", 2)
    for _number in range(6):
        record(company.vault, Entry(Event.OBJECT_TAMPERED, Outcome.FAILED, code="tamper.content"))
    company.sequence()
    officer = company.at_keyboard("officer")
    *newer, oldest = [each.row for each in list_findings(company.vault, officer).new]
    auditor = company.at_keyboard("auditor")
    acknowledge_tampering(company.vault, auditor, indexes=[row.index for row in newer], reason=WHY)
    company.sequence()

    page = list_findings(company.vault, officer)
    assert [each.row for each in page.new] == [oldest]
    assert len(page.acknowledged) == 5
    assert newest_finding(company.vault, officer) == oldest


def tampered_and_acknowledged(company: Company, count: int) -> list[Finding]:
    """So many entries that tell of something tampered with, each acknowledged, and as many findings of the trail."""
    for _number in range(count):
        record(company.vault, Entry(Event.OBJECT_TAMPERED, Outcome.FAILED, code="tamper.content"))
    rows = rows_of(company, Event.OBJECT_TAMPERED)[:count]
    auditor = company.at_keyboard("auditor")
    acknowledge_tampering(company.vault, auditor, indexes=[row.index for row in rows], reason=WHY)
    of_trail = [Finding("leaf.hash", number) for number in range(count)]
    with transaction(company.vault.engine) as tx:
        for each in of_trail:
            details: dict[str, str | int] = {"check": each.check, "finding": each.digest, "index": each.position}
            entry = done_by(auditor, Event.FINDING_ACKNOWLEDGED, reason=check_reason(WHY), details=details)
            company.vault.recorder.append(tx, entry)
    company.sequence()
    return of_trail


def test_of_many_acknowledgements_only_those_shown_or_asked_for_are_opened(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All are looked through, batch by batch: their leaves alone, in one statement each; no value of theirs."""
    monkeypatch.setattr(findings, "MOST_SHOWN", 3)
    monkeypatch.setattr(acknowledged, "BATCH", 10)
    of_trail, officer = tampered_and_acknowledged(company, 25), company.at_keyboard("officer")
    opened, walked, pieces = list[str](), list[str](), ValueOpener.pieces

    def counted(opener: ValueOpener, entry_id: str, period: PeriodRow, sealed: bytes) -> list[bytes]:
        opened.append(entry_id)
        return pieces(opener, entry_id, period, sealed)

    def told(_connection: object, _cursor: object, statement: str, parameters: object, *_more: object) -> None:
        if "LEFT OUTER JOIN trail_leaves" in statement and Event.FINDING_ACKNOWLEDGED.value in str(parameters):
            walked.append(statement)

    monkeypatch.setattr(ValueOpener, "pieces", counted)
    sa.event.listen(company.vault.engine, "before_cursor_execute", told)
    page = list_findings(company.vault, officer)
    assert (page.new, len(page.acknowledged), len(page.of_trail), page.older) == ([], 3, 3, 22)
    assert all(row.reason is not None and row.reason.case_number == "IT-7" for row in page.of_trail)
    assert all(each.acknowledged is not None and each.acknowledged.reason for each in page.acknowledged)
    assert len(opened) == 3 + 3
    assert len(walked) == 50 // 10 + 1

    opened.clear()
    assert newest_finding(company.vault, officer) is None
    assert opened == []
    with reading(company.vault.engine) as tx:
        asked = load_acknowledgements(company.vault, tx, [of_trail[-1].digest, "0" * 64])
    assert list(asked) == [of_trail[-1].digest]
    assert len(opened) == 1


def test_entries_looked_for_a_few_at_once_are_the_same(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody has acknowledged is found behind any number of others; a leaf that is gone is still told of."""
    record(company.vault, Entry(Event.OBJECT_TAMPERED, Outcome.FAILED, code="tamper.digest"))
    [oldest] = rows_of(company, Event.OBJECT_TAMPERED)
    tampered_and_acknowledged(company, 12)
    acknowledged_before = list_findings(company.vault, company.at_keyboard("officer")).acknowledged
    tampering.remove_leaf(company, acknowledged_before[4].row.index)
    officer = company.at_keyboard("officer")
    whole = list_findings(company.vault, officer)
    monkeypatch.setattr(findings, "_AT_ONCE", 3)
    monkeypatch.setattr(acknowledged, "BATCH", 2)

    assert list_findings(company.vault, officer) == whole
    assert [each.row.hidden for each in whole.new] == ["missing", ""]
    assert whole.new[-1].row == oldest


def test_only_entries_that_tell_of_tampering_are_acknowledged_as_such(company: Company) -> None:
    """Another entry, or one that there is none of, is not found."""
    company.sequence()
    for index in (3, 10_000):
        with pytest.raises(NotFound):
            acknowledge_tampering(company.vault, company.at_keyboard("auditor"), indexes=[index], reason=WHY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "nonsense",
        '{"entry":"e","findings":[]}',
        '{"entry":"e","findings":[{"check":"a"}]}',
        "9" * 5000,
        REPORT % (ENTRY, '"a"', "1e999"),
        REPORT % (ENTRY, '"a"', "Infinity"),
        REPORT % (ENTRY, '"a"', "3.0"),
        REPORT % (ENTRY, '"a"', '"3"'),
        REPORT % (ENTRY, '"a"', "true"),
        REPORT % (ENTRY, '"a"', "-2"),
        REPORT % (ENTRY, '"a"', "9" * 20),
        REPORT % (ENTRY, "7", "3"),
        REPORT % (ENTRY, '"\\ud800"', "3"),
        REPORT % (r"\ud800", '"a"', "3"),
        REPORT % (r"\u0000", '"a"', "3"),
        REPORT % (ENTRY + r"\n", '"a"', "3"),
    ],
)
def test_what_is_no_report_of_a_verification_is_refused(text: str) -> None:
    """Whatever it is; nothing of it comes to a database."""
    with pytest.raises(InputError, match=r"finding\.report"):
        parse_found(text)
    assert parse_found(REPORT % (ENTRY, '"a"', "-1")) == Found(ENTRY, (Finding("a", -1),))


def test_finding_is_named_by_the_beginning_of_its_digest() -> None:
    """Eight characters at least, and only if no other begins so."""
    found = Found("e", (Finding("leaf.hash", 3), Finding("leaf.hash", 4)))
    first = found.findings[0]
    assert choose(found, [first.digest[:8].upper(), first.digest]) == [first]
    for named in ([], [""], [first.digest[:7]], ["0" * 8], [first.digest, "zzzzzzzz"]):
        with pytest.raises(InputError, match=r"finding\.none"):
            choose(found, named)
