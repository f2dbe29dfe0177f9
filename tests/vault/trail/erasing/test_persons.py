"""Erasing a person: nothing of theirs is readable any more, everything else is, and every proof still holds."""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
from dataclasses import replace

import pytest

from tests.company import Company
from tests.erasing import (
    PERSON,
    approved,
    audited,
    dump,
    erased,
    events,
    execute,
    in_months,
    requested,
    row_of,
    rows,
    suspend,
    work_off,
)
from tests.vault.trail.exports.making_exports import exported
from vault.access.opening import open_view
from vault.clock import FixedClock
from vault.custody.keyroom import ServiceKey
from vault.database import ledger_reading
from vault.database.engine import reading, transaction
from vault.errors import InputError
from vault.ledger.audit import verify_ledger
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.ledger.reader import open_entries
from vault.model import Place, PlaceSource
from vault.people.accounts import restore_person
from vault.policy.erasing import ErasureState
from vault.policy.reasons import ReasonDraft
from vault.trail.erasing.orders import preview_erasure
from vault.trail.erasing.scope import ErasureDraft
from vault.trail.erasing.working import erase_once
from vault.trail.querying import TrailQuery
from vault.trail.searching import Proof, search_trail, show_entry


@pytest.fixture
def aged(any_company: Company, clock: FixedClock) -> Company:
    """A company with three months of reading, on both databases."""
    in_months(any_company, clock)
    return any_company


def opened_texts(company: Company) -> str:
    """Every value that the trail-reading key still opens, and every leaf."""
    key = company.vault.keyroom.service_key(ServiceKey.TRAIL_READING)
    with reading(company.vault.engine) as tx:
        leaves = [leaf for batch in ledger_reading.leaves_from(tx, 0, batch=1000) for leaf in batch]
        entries = open_entries(tx, leaves, reading_key=key)
    return json.dumps([[each.text, str(each.value), str(each.name)] for e in entries for each in e.disclosures])


def test_suspended_person_is_erased_altogether(aged: Company) -> None:
    """With the reading key at hand no value, id or handle of theirs is left, and the trail is sound."""
    company = aged
    person, handle = company.ids["borrower"], rows_of_handle(company)
    suspend(company)
    erasure = erased(company)

    row = row_of(company, erasure)
    assert row.state is ErasureState.DONE
    assert row.report is not None
    assert (row.report.months, row.report.handle) == (3, 1)
    assert row.person_id == row.person_name == ""
    assert person.encode() not in dump(company)
    assert person not in opened_texts(company)
    assert rows(company, "SELECT handle FROM trail_handles WHERE handle = :handle", handle=handle) == []
    report = audited(company)
    assert report.findings == ()
    assert report.erased > 0
    assert events(company, Event.TRAIL_ERASED) == 3


def rows_of_handle(company: Company) -> object:
    found = rows(company, "SELECT handle FROM trail_handles WHERE person_id = :person", person=company.ids["borrower"])
    return found[0][0]


def test_no_word_of_theirs_is_left_in_the_trails_tables(company: Company, clock: FixedClock) -> None:
    """Name, login, number, address, session and reason: neither in the tables nor in what the reading key opens."""
    words = (
        "CANARY-REASON-9c1d",
        "203.0.113.77",
        "王晓明",
        "At the customer's",
        company.person("borrower").staff_number,
    )
    actor = company.signed_in("borrower", place=Place("203.0.113.77", PlaceSource.UNKNOWN))
    reason = ReasonDraft("offer", "Because of CANARY-REASON-9c1d and its prices", "C-9")
    open_view(
        company.vault,
        actor,
        document_id=company.document_id,
        reason=reason,
        declared_place="At the customer's",
        idempotency_key="canary",
    )
    company.sequence()
    assert "CANARY-REASON-9c1d" in opened_texts(company)
    assert "203.0.113.77" in opened_texts(company)
    in_months(company, clock, months=1)
    suspend(company)
    erased(company)
    readable = opened_texts(company) + dump(company).decode("utf-8", errors="replace")
    assert [word for word in (*words, company.ids["borrower"]) if word in readable] == []


def test_some_months_of_an_active_person_are_erased_and_the_others_stay(aged: Company) -> None:
    """By the month, and nothing of anybody else's."""
    company = aged
    months = sorted(str(month) for (month,) in months_of(company, "borrower"))
    before = months_of(company, "other")
    erasure = erased(company, from_month=months[0], until_month=months[1])

    assert row_of(company, erasure).report is not None
    assert sorted(str(month) for (month,) in months_of(company, "borrower")) == months[2:]
    assert months_of(company, "other") == before
    assert audited(company).findings == ()
    auditor = company.at_keyboard("auditor")
    found = search_trail(company.vault, auditor, query=TrailQuery(person=company.ids["borrower"]), limit=200).rows
    assert found
    assert {row.time.strftime("%Y-%m") for row in found} == set(months[2:])


def months_of(company: Company, login: str) -> list[tuple[object, ...]]:
    return rows(company, "SELECT month FROM trail_periods WHERE person_id = :person", person=company.ids[login])


def test_erased_entry_says_so_and_is_still_proven(company: Company, clock: FixedClock) -> None:
    """Its leaf, its proof and its place stay; who and why are erased by law; search by the person finds nothing."""
    in_months(company, clock)
    suspend(company)
    auditor = company.at_keyboard("auditor")
    query = TrailQuery(person=company.ids["borrower"], event=Event.VIEW_OPENED.value)
    index = search_trail(company.vault, auditor, query=query).rows[0].index
    company.sequence()
    erased(company)

    record = show_entry(company.vault, auditor, index=index)
    assert record.row.hidden == "erased"
    assert record.row.actor_id == record.row.actor_name == ""
    assert record.row.reason is record.row.place is None
    assert record.proof is Proof.SIGNED
    assert search_trail(company.vault, auditor, query=query).rows == []


def test_index_tells_no_more_of_an_erased_person_than_the_leaves(company: Company, clock: FixedClock) -> None:
    """Neither session, reason or place, nor by the hour how much they did."""
    in_months(company, clock)
    suspend(company)
    gone = rows(company, "SELECT position FROM trail_search WHERE actor_id = :person", person=company.ids["borrower"])
    erased(company)

    assert gone
    told = "SELECT position FROM trail_search WHERE session_id <> '' OR reason_category <> '' OR place_source <> ''"
    assert not set(gone) & set(rows(company, told))
    counted = "SELECT 1 FROM trail_tallies WHERE kind IN ('p', 'a') AND subject = :person"
    assert rows(company, counted, person=company.ids["borrower"]) == []
    assert rows(company, counted, person=company.ids["other"]) != []


def test_export_of_erased_entries_holds_no_values(company: Company, clock: FixedClock) -> None:
    """Leaves and proofs, and no disclosure of an erased month."""
    in_months(company, clock)
    suspend(company)
    index = audited(company).size
    erased(company)
    query = TrailQuery(dossier=company.dossier_id, event=Event.VIEW_OPENED.value)
    lines = [json.loads(line) for line in exported(company, query=query).splitlines()]
    without = [line for line in lines[:-1] if not line["disclosures"]]
    assert len(without) == 3
    assert all(line["index"] < index for line in without)
    assert company.ids["borrower"] not in json.dumps(lines)


def test_running_month_of_an_active_person_is_refused(company: Company, clock: FixedClock) -> None:
    """Whoever still works writes into it; suspended, they do not."""
    in_months(company, clock, months=2)
    running = clock.now().strftime("%Y-%m")
    with pytest.raises(InputError) as refused:
        requested(company, until_month=running)
    assert refused.value.code == "erasure.running_month"
    draft = ErasureDraft(PERSON, "borrower")
    looked = preview_erasure(company.vault, company.at_keyboard("admin"), draft=draft)
    assert running not in looked.preflight.months
    assert looked.preflight.months_left == 1
    suspend(company)
    assert running in preview_erasure(company.vault, company.at_keyboard("admin"), draft=draft).preflight.months


def test_person_restored_meanwhile_keeps_the_running_month(company: Company, clock: FixedClock) -> None:
    """It stops at that month and says why; what was erased before stays erased."""
    in_months(company, clock, months=2)
    suspend(company)
    erasure = approved(company, requested(company))
    restore_person(company.vault, company.at_keyboard("admin"), person_id=company.ids["borrower"])
    work_off(company)
    row = row_of(company, erasure)
    assert (row.state, row.fault_code) == (ErasureState.FAILED, "erasure.running_month")
    assert len(months_of(company, "borrower")) == 1
    assert audited(company).findings == ()


def test_new_entries_of_an_erased_month_get_a_key_of_their_own(company: Company, clock: FixedClock) -> None:
    """A month that goes on after its erasure is another period, found and opened like any other."""
    in_months(company, clock, months=1)
    suspend(company)
    erased(company)
    restore_person(company.vault, company.at_keyboard("admin"), person_id=company.ids["borrower"])
    company.sequence()
    assert len(months_of(company, "borrower")) == 1
    auditor = company.at_keyboard("auditor")
    found = search_trail(company.vault, auditor, query=TrailQuery(person=company.ids["borrower"])).rows
    assert [row.event for row in found] == [Event.PERSON_RESTORED]
    assert audited(company).findings == ()


def last_month_to_erase(company: Company, clock: FixedClock) -> str:
    """An approved erasure of all that there is of somebody who has left; the next month has begun since."""
    in_months(company, clock, months=1)
    suspend(company)
    erasure = approved(company, requested(company))
    clock.advance(dt.timedelta(days=31))
    return erasure


def refused_sign_in(company: Company) -> Entry:
    return Entry(Event.SESSION_REFUSED, Outcome.DENIED, subject_person=company.person("borrower").id)


def test_handle_stays_while_a_new_month_of_theirs_is_being_recorded(
    postgresql_company: Company, clock: FixedClock
) -> None:
    """A period that nobody sees yet was made with the handle: what comes under it later has the same one."""
    company = postgresql_company
    erasure, handle = last_month_to_erase(company, clock), rows_of_handle(company)
    with transaction(company.vault.engine) as tx:
        company.vault.recorder.append(tx, refused_sign_in(company))
        assert not erase_once(company.vault, worker="tests")
        assert months_of(company, "borrower") == [("2026-11",)]
    with transaction(company.vault.engine) as tx:
        company.vault.recorder.append(tx, refused_sign_in(company))
    work_off(company)

    report = row_of(company, erasure).report
    assert report is not None
    assert (report.months, report.handle) == (1, 0)
    assert rows_of_handle(company) == handle
    assert audited(company).findings == ()

    rest = row_of(company, erased(company)).report
    assert rest is not None
    assert (rest.months, rest.handle) == (1, 1)
    assert audited(company).findings == ()


class RecordingMeanwhile(FixedClock):
    """Has somebody record about the borrower as soon as periods are held, and goes on when they wait for that."""

    def __init__(self, company: Company) -> None:
        super().__init__(company.vault.clock.now())
        self._company = company
        self.recording = threading.Thread(target=self._record)

    def now(self) -> dt.datetime:
        if self.recording.ident is None and self._locks("ShareRowExclusiveLock", granted=True):
            self.recording.start()
            deadline = time.monotonic() + 60
            while not self._locks("RowExclusiveLock", granted=False):
                assert time.monotonic() < deadline, "nobody waits"
                time.sleep(0.01)
        return super().now()

    def _record(self) -> None:
        with transaction(self._company.vault.engine) as tx:
            self._company.vault.recorder.append(tx, refused_sign_in(self._company))

    def _locks(self, mode: str, *, granted: bool) -> bool:
        asked = (
            "SELECT 1 FROM pg_locks WHERE relation = CAST('trail_periods' AS regclass) AND mode = :mode "
            "AND granted = :granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return bool(rows(self._company, asked, mode=mode, granted=granted))


def test_new_month_that_begins_while_the_handle_goes_has_another(
    postgresql_company: Company, clock: FixedClock
) -> None:
    """Whoever makes a period at that moment waits, and does not record under the handle that they remember."""
    company = postgresql_company
    erasure, handle = last_month_to_erase(company, clock), rows_of_handle(company)
    meanwhile = RecordingMeanwhile(company)
    assert erase_once(replace(company.vault, clock=meanwhile), worker="tests")
    meanwhile.recording.join()
    work_off(company)

    report = row_of(company, erasure).report
    assert report is not None
    assert (report.months, report.handle) == (1, 1)
    assert rows_of_handle(company) != handle
    assert months_of(company, "borrower") == [("2026-12",)]
    assert audited(company).findings == ()
    erased(company)
    assert audited(company).findings == ()


def test_erasure_without_its_leaf_is_found(company: Company, clock: FixedClock) -> None:
    """Somebody who deletes a key by hand, past all this, is found by the audit."""
    in_months(company, clock, months=2)
    execute(
        company,
        "DELETE FROM trail_periods WHERE person_id = :person AND month = :month",
        person=company.ids["borrower"],
        month="2026-11",
    )
    assert {finding.check for finding in audited(company).findings} == {"value.erased_unrecorded"}


def test_audit_is_sound_before_the_leaf_has_its_place(company: Company, clock: FixedClock) -> None:
    """Between the erasure and the sequencer's next run the waiting entry stands for it."""
    in_months(company, clock, months=2)
    erasure = approved(company, requested(company))
    company.sequence()
    while row_of(company, erasure).state is ErasureState.RUNNING:
        erase_once(company.vault, worker="tests")
        key = company.vault.keyroom.service_key(ServiceKey.TRAIL_READING)
        with reading(company.vault.engine) as tx:
            assert verify_ledger(tx, now=clock.now(), reading_key=key).findings == ()
