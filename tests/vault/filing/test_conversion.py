"""The conversion queue: claimed once, never lost, given up only for what brings its converter down."""

from __future__ import annotations

import datetime as dt
import threading
import time

import pytest
import sqlalchemy as sa

from tests.attacks.observing import alter, column, trail
from tests.company import Company
from vault import claims
from vault.claims import CLAIM_SECONDS
from vault.clock import FixedClock
from vault.database import conversion_queries
from vault.database.document_queries import VersionRecord, VersionState
from vault.database.engine import reading, transaction
from vault.database.tables.dossiers import document_versions
from vault.errors import Sealed, Unavailable
from vault.filing import conversion
from vault.filing.conversion import MAXIMUM_ATTEMPTS, convert_next, convert_version
from vault.intake.converter import convert_document
from vault.ledger.events import Event, Outcome
from vault.ledger.reader import OpenedEntry

TEXT = b"Another offer altogether\n"
BAD_PDF = b"%PDF-1.7\nnothing that any reader could make pages of"
STALE = dt.timedelta(seconds=CLAIM_SECONDS, milliseconds=1)


def claim(company: Company) -> VersionRecord | None:
    """What a worker does first, and one that is killed does last."""
    now = company.vault.clock.now()
    with transaction(company.vault.engine) as tx:
        return conversion_queries.claim_conversion(tx, now=now, stale_before=now - dt.timedelta(seconds=CLAIM_SECONDS))


def claimed(company: Company) -> VersionRecord:
    version = claim(company)
    assert version is not None
    return version


def end_late(company: Company, version: VersionRecord, target: VersionState) -> bool:
    """What a worker does last that was thought dead."""
    with transaction(company.vault.engine) as tx:
        return conversion_queries.move_claimed(tx, version, target=target, now=company.vault.clock.now())


def newest(company: Company) -> tuple[str, int, str]:
    """State, attempts and fault of the version that was handed in last."""
    query = "SELECT {} FROM document_versions ORDER BY created_at DESC, id LIMIT 1"
    found = [column(company, query.format(name))[0] for name in ("state", "attempts", "fault_code")]
    return str(found[0]), int(found[1]), str(found[2])


def events_of(company: Company, document_id: str) -> list[OpenedEntry]:
    return [entry for entry in trail(company) if entry.fact("document") == document_id]


@pytest.fixture
def waiting(company: Company, clock: FixedClock) -> Company:
    """One version waits for its pages, handed in a moment after the company's first."""
    clock.advance(dt.timedelta(seconds=1))
    company.submit("custodian", TEXT)
    return company


def test_nothing_waiting_is_nothing_to_do(company: Company) -> None:
    """An idle worker asks again later."""
    assert convert_next(company.vault) is False


def test_oldest_waiting_version_is_converted_first(company: Company, clock: FixedClock) -> None:
    """In the order in which they were handed in."""
    documents = []
    for number in range(3):
        clock.advance(dt.timedelta(seconds=1))
        documents.append(company.submit("custodian", TEXT + bytes([number + 65])).document_id)
    while convert_next(company.vault):
        pass

    converted = [entry.fact("document") for entry in trail(company, Event.DOCUMENT_CONVERTED)]
    assert converted[1:] == documents


def test_claimed_version_is_nobody_elses(waiting: Company) -> None:
    """A second worker finds nothing while the first is at it."""
    assert claimed(waiting).state is VersionState.CONVERTING
    assert claim(waiting) is None
    assert convert_next(waiting.vault) is False


def test_claim_of_a_worker_that_vanished_is_taken_up(waiting: Company, clock: FixedClock) -> None:
    """Killed in the middle, the version is converted by the next, without a hand."""
    claimed(waiting)
    clock.advance(STALE)

    assert convert_next(waiting.vault) is True
    assert newest(waiting) == ("live", 2, "")


def test_claim_of_a_worker_that_is_at_it_for_long_stays_its_own(
    waiting: Company, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It gives news while it reads the original and makes the pages, so nobody else begins them."""
    monkeypatch.setattr(claims, "NEWS_SECONDS", 0.02)
    others: list[VersionRecord | None] = []

    def slowly(*arguments: object, **options: object) -> object:
        clock.advance(STALE - dt.timedelta(seconds=1))
        _wait_for_news(waiting, clock)
        clock.advance(dt.timedelta(seconds=2))
        others.append(claim(waiting))
        return convert_document(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(conversion, "convert_document", slowly)

    assert convert_next(waiting.vault) is True
    assert others == [None]
    assert newest(waiting) == ("live", 1, "")


def _wait_for_news(company: Company, clock: FixedClock) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with reading(company.vault.engine) as tx:
            newest_change = tx.execute(sa.select(sa.func.max(document_versions.c.changed_at))).scalar_one()
        if newest_change >= clock.now():
            return
        time.sleep(0.01)
    pytest.fail("nobody gives news")


def test_worker_thought_dead_changes_nothing_any_more(waiting: Company, clock: FixedClock) -> None:
    """It wakes up while another is at it, and after that: its claim is known by the attempt, which is not the last."""
    late = claimed(waiting)
    clock.advance(STALE)
    second = claimed(waiting)

    assert (late.attempts, second.attempts) == (1, 2)
    for target in (VersionState.LIVE, VersionState.QUARANTINED, VersionState.STORED):
        assert not end_late(waiting, late, target)
    assert end_late(waiting, second, VersionState.STORED)
    assert convert_next(waiting.vault) is True
    assert not end_late(waiting, late, VersionState.QUARANTINED)
    assert newest(waiting)[0] == "live"


def test_file_that_brings_down_whoever_converts_it_is_given_up(waiting: Company, clock: FixedClock) -> None:
    """After three workers have vanished over it, it is put aside with a reason, and the queue goes on."""
    for _ in range(MAXIMUM_ATTEMPTS):
        claimed(waiting)
        clock.advance(STALE)
    waiting.submit("custodian", TEXT + b"next")

    while convert_next(waiting.vault):
        pass

    states = column(waiting, "SELECT state FROM document_versions ORDER BY created_at, id")
    assert sorted(states) == ["live", "live", "quarantined"]
    assert trail(waiting, Event.DOCUMENT_QUARANTINED)[-1].fact("code") == "intake.conversion_failed"


def test_store_that_is_away_costs_no_attempt(waiting: Company) -> None:
    """However long it lasts, the document is made once the store is back, and not put aside as bad."""
    objects = waiting.directory / "objects"
    objects.rename(waiting.directory / "away")
    for _ in range(MAXIMUM_ATTEMPTS + 3):
        with pytest.raises(Unavailable):
            convert_next(waiting.vault)
    assert newest(waiting) == ("stored", 0, "")

    (waiting.directory / "away").rename(objects)
    assert convert_next(waiting.vault) is True
    assert newest(waiting) == ("live", 1, "")


def test_sealed_vault_converts_nothing_and_forgets_nothing(waiting: Company) -> None:
    """The version waits for the keys."""
    waiting.vault.seal()
    with pytest.raises(Sealed):
        convert_next(waiting.vault)
    assert newest(waiting) == ("stored", 0, "")

    waiting.vault.keyroom.unseal()
    assert convert_next(waiting.vault) is True


def test_bad_file_is_quarantined_with_its_reason_and_may_come_again(company: Company, clock: FixedClock) -> None:
    """Its sealed original stays; the same content is not taken for filed."""
    clock.advance(dt.timedelta(seconds=1))
    bad = company.submit("author", BAD_PDF, name="Offer.pdf")
    assert convert_next(company.vault) is True

    state, _attempts, fault = newest(company)
    entry = events_of(company, bad.document_id)[-1]
    assert (state, entry.event, entry.outcome) == ("quarantined", Event.DOCUMENT_QUARANTINED, Outcome.FAILED)
    assert entry.fact("code") == fault
    assert fault.startswith("intake.")
    assert entry.subject == company.ids["author"]
    assert not company.submit("author", BAD_PDF, name="Offer.pdf").already_filed


def test_queue_goes_on_behind_a_bad_file(company: Company, clock: FixedClock) -> None:
    """One bad file holds up nobody."""
    company.submit("author", BAD_PDF, name="Offer.pdf")
    clock.advance(dt.timedelta(seconds=1))
    company.submit("custodian", TEXT)

    assert [convert_next(company.vault) for _ in range(3)] == [True, True, False]
    assert newest(company)[0] == "live"


@pytest.mark.parametrize("damage", ["flipped", "gone", "swapped"])
def test_original_that_is_not_what_was_stored_is_tampering(waiting: Company, damage: str) -> None:
    """Recorded for the security officer, put aside, never converted, never retried."""
    keys = "SELECT object_key FROM sealed_objects WHERE part = 'original' ORDER BY created_at"
    first, second = (waiting.directory / "objects" / key for key in column(waiting, keys))
    content = bytearray(second.read_bytes())
    second.unlink()
    if damage == "flipped":
        content[-1] ^= 1
        second.write_bytes(content)
    elif damage == "swapped":
        second.write_bytes(first.read_bytes())

    assert convert_next(waiting.vault) is True

    entry = trail(waiting, Event.OBJECT_TAMPERED)[-1]
    assert newest(waiting)[0] == "quarantined"
    assert entry.fact("code").startswith("tamper.")
    assert convert_next(waiting.vault) is False


def test_older_version_that_is_ready_later_does_not_replace_the_newer(company: Company, clock: FixedClock) -> None:
    """Readers never go back to what was handed in before."""
    for number in range(2):
        clock.advance(dt.timedelta(seconds=1))
        company.submit("custodian", TEXT + bytes([number + 65]), document_id=company.document_id)
    slow = claimed(company)
    assert slow.number == 2

    assert convert_next(company.vault) is True  # version 3
    clock.advance(STALE)
    assert convert_next(company.vault) is True  # version 2, taken up again

    states = column(company, "SELECT state FROM document_versions ORDER BY number")
    assert (states, column(company, "SELECT current_version FROM documents")) == (["replaced", "replaced", "live"], [3])


def test_several_workers_convert_each_version_once(any_company: Company, clock: FixedClock) -> None:
    """Three workers, five documents: five conversions, and the trail says each once."""
    for number in range(5):
        any_company.submit("custodian", TEXT + bytes([number + 65]))

    def work() -> None:
        while convert_next(any_company.vault):
            pass

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    converted = [entry.fact("version") for entry in trail(any_company, Event.DOCUMENT_CONVERTED)]
    assert len(converted) == len(set(converted)) == 6
    assert set(column(any_company, "SELECT state FROM document_versions")) == {"live"}


def test_one_version_is_converted_at_once_for_whoever_waits_for_it(waiting: Company, clock: FixedClock) -> None:
    """A file from folder or command line: its pages are made in place, unless somebody else is at it."""
    version_id = claimed(waiting).id
    assert convert_version(waiting.vault, version_id) is VersionState.CONVERTING

    clock.advance(STALE)
    assert convert_version(waiting.vault, version_id) is VersionState.LIVE
    assert convert_version(waiting.vault, version_id) is VersionState.LIVE


def test_pack_that_was_swept_meanwhile_is_made_anew(waiting: Company) -> None:
    """A conversion that took longer than the grace puts nothing live that the sweep may remove."""
    alter(
        waiting,
        "CREATE TRIGGER swept AFTER INSERT ON sealed_objects WHEN new.part = 'pages' "
        "BEGIN UPDATE sealed_objects SET state = 'garbage' WHERE object_key = new.object_key; END",
    )
    with pytest.raises(Exception, match="abandoned"):
        convert_next(waiting.vault)
    alter(waiting, "DROP TRIGGER swept")
    assert newest(waiting)[0] == "stored"

    assert convert_next(waiting.vault) is True
    assert newest(waiting)[0] == "live"
