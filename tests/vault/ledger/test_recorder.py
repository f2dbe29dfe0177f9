"""Recording: an entry is there exactly if what it records happened, names nobody, and is counted."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import json
import os
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from keys.errors import UnwrapError
from keys.model import KEY_BYTES
from keys.primitives import BoxSeries, encapsulation_of, open_secret_sealed_to, seal_to
from tests.vault.ledger.trail import DOCUMENT, LEE, PLACE, REASON, WANG, Trail, new_trail, opened, suspended
from vault.database import ledger_appending, ledger_reading
from vault.database.engine import create_engine, reading, transaction
from vault.database.ledger_walking import SealedPart
from vault.database.migrating import migrate
from vault.database.policy_queries import add_policy_version
from vault.errors import Conflict, Unavailable
from vault.ledger.canonical import NotCanonical, canonical_bytes
from vault.ledger.disclosures import parse_disclosure
from vault.ledger.entry import Entry
from vault.ledger.events import MADE_BY_SEQUENCER, Event, Outcome
from vault.ledger.recorder import Recorder, instant
from vault.ledger.values import SERIES_LASTS, disclosure_context, period_context, series_context
from vault.policy.document import Policy


def test_committed_business_has_one_entry(any_trail: Trail) -> None:
    """The entry is durable with what it records."""
    entry_id = any_trail.append(opened())

    assert [draft["id"] for draft in any_trail.waiting()] == [entry_id]


def test_rolled_back_business_has_no_entry_and_no_number(any_trail: Trail) -> None:
    """What did not happen is not recorded, and its number is given out again."""
    any_trail.append(opened())

    def record_and_fail() -> None:
        with transaction(any_trail.engine) as tx:
            any_trail.recorder.append(tx, opened())
            raise Conflict("somebody was faster")

    with pytest.raises(Conflict):
        record_and_fail()
    any_trail.append(opened())

    assert [draft["nseq"] for draft in any_trail.waiting()] == [1, 2]


def test_leaf_holds_the_readable_facts_and_nothing_empty(trail: Trail) -> None:
    """Ids, counters, outcome and details; a field that says nothing is not there."""
    entry_id = trail.append(opened())
    trail.append(Entry(Event.VAULT_SEALED, Outcome.SUCCESS))

    full, bare = trail.waiting()
    assert full.keys() == {
        "v", "id", "event", "outcome", "time", "node", "lane", "nseq", "who", "dossier", "document", "version", "view",
        "details", "_sd", "_sd_alg",
    }  # fmt: skip
    assert full["id"] == entry_id
    assert (full["v"], full["event"], full["outcome"]) == (1, "view.opened", "success")
    assert (full["document"], full["details"]) == (DOCUMENT, {"number": 1, "allowed": 3})
    assert full["time"] == "2026-11-24T09:00:00.000Z"
    assert bare.keys() == {"v", "id", "event", "outcome", "time", "node", "lane", "nseq"}


def test_leaf_names_the_policy_in_force_when_it_was_recorded(any_trail: Trail) -> None:
    """From the next entry on, and in the transaction that changes it at once; version 0 is not said."""
    any_trail.append(opened())
    put_in_force(any_trail, 1)
    any_trail.append(opened())
    with contextlib.suppress(Conflict), transaction(any_trail.engine) as tx:
        add_policy_version(tx, version=2, policy=Policy(views=2), now=any_trail.clock.now())
        any_trail.recorder.append(tx, opened())
        raise Conflict("somebody was faster")
    any_trail.append(opened())
    put_in_force(any_trail, 2)
    any_trail.append(opened())

    assert [draft.get("policy") for draft in any_trail.waiting()] == [None, 1, 1, 2]
    assert [draft["nseq"] for draft in any_trail.waiting()] == [1, 2, 3, 4]


def put_in_force(trail: Trail, version: int) -> None:
    with transaction(trail.engine) as tx:
        add_policy_version(tx, version=version, policy=Policy(views=version), now=trail.clock.now())


def test_leaf_names_nobody_no_place_and_no_reason(trail: Trail) -> None:
    """What can be read about a person in a leaf is a random handle and salted digests."""
    trail.append(opened())
    trail.append(suspended(WANG, by=LEE))

    with reading(trail.engine) as tx:
        drafts = b"".join(ledger_reading.waiting_drafts(tx)).decode()
    for personal in (WANG, LEE, PLACE.address, PLACE.zone, REASON.text, REASON.case_number, "saaaaaaaaaaaaaaaaa"):
        assert personal not in drafts


def test_every_personal_value_has_its_digest_in_the_leaf(trail: Trail) -> None:
    """Actor, session, place and reason, each committed to on its own, in an order that says nothing."""
    trail.append(opened())
    trail.sequence()

    entry = trail.entries(reading_key=trail.reading_key)[-1]
    assert {each.name for each in entry.disclosures} == {"actor", "session", "place", "reason"}
    assert sorted(each.digest for each in entry.disclosures) == entry.facts["_sd"]


def test_values_open_only_with_the_reading_key(trail: Trail) -> None:
    """The process that records holds public keys only and cannot read back what it wrote."""
    entry_id = trail.append(opened())
    [part] = trail.sealed(entry_id)
    period = trail.period(part[2])
    assert period is not None

    with pytest.raises(UnwrapError):
        open_secret_sealed_to(trail.signing.secret, period.private_sealed, context=period_context(period.id))
    assert {name for name, _value in trail.open_part(part).said} == {"actor", "session", "place", "reason"}
    assert trail.open_part(("another entry", *part[1:])).hidden == "damaged"


def test_value_in_a_box_of_its_own_still_opens(trail: Trail) -> None:
    """What was recorded before there were series is read as it was."""
    entry_id = trail.append(opened())
    [part] = trail.sealed(entry_id)
    period, found = trail.period(part[2]), trail.open_part(part)
    assert period is not None
    texts = json.dumps([text.decode() for text in found.texts]).encode()
    old = seal_to(period.public, texts, context=disclosure_context(entry_id, period.id))

    assert found.texts
    assert trail.open_part((*part[:3], old)) == found


@pytest.mark.parametrize("content", [b"5", b"[5]", b"{", b'{"a":1}', b"[" * 5000, b'["!!"]', b'["\\ud800"]'])
def test_anything_else_sealed_to_a_period_is_damaged(trail: Trail, content: bytes) -> None:
    """The key is public: whoever writes the database can seal what they like, and no reader may stumble over it."""
    entry_id = trail.append(opened())
    [part] = trail.sealed(entry_id)
    period = trail.period(part[2])
    assert period is not None
    series = BoxSeries(period.public, context=series_context(period.id), random=os.urandom)
    forged = series.seal(content, context=disclosure_context(entry_id, period.id), random=os.urandom)

    assert trail.open_part((*part[:3], forged)).hidden == "damaged"


def sealed_rows(trail: Trail) -> list[SealedPart]:
    """Every sealed part, in the order of recording."""
    return trail.sealed(*[str(draft["id"]) for draft in trail.waiting()])


def test_values_of_a_person_share_a_series_for_an_hour(trail: Trail) -> None:
    """One exchange for many entries, and another after an hour: memory never holds the key to much."""
    for step in (dt.timedelta(0), SERIES_LASTS - dt.timedelta(milliseconds=1), dt.timedelta(milliseconds=1)):
        trail.clock.advance(step)
        trail.append(opened(WANG))
        trail.append(opened(LEE))

    keys = [encapsulation_of(sealed) for *_, sealed in sealed_rows(trail)]
    assert None not in keys
    assert keys[0] == keys[2] != keys[4]
    assert keys[1] == keys[3] != keys[5]
    assert keys[0] != keys[1]
    trail.sequence()
    assert trail.audit().findings == ()


def test_clock_that_was_set_back_does_not_prolong_a_series(trail: Trail) -> None:
    """An hour either way."""
    trail.append(opened())
    trail.clock.advance(-SERIES_LASTS)
    trail.append(opened())

    first, second = (encapsulation_of(sealed) for *_, sealed in sealed_rows(trail))
    assert first != second


def test_nonces_never_repeat_though_the_trail_is_repeated(sqlite_url: str, tmp_path: Path) -> None:
    """A trail that is made again with the same randomness seals its values with other keys and nonces."""
    sealed = []
    for name in ("one", "two"):
        trail = new_trail(f"sqlite:///{tmp_path / name}.db", random=lambda count: bytes(count))
        trail.append(opened())
        sealed += [values for *_, values in sealed_rows(trail)]
        trail.engine.dispose()

    assert sealed[0][:32] != sealed[1][:32]
    assert sealed[0][32:] != sealed[1][32:]


def test_period_erased_while_it_is_remembered_is_not_used_again(any_trail: Trail) -> None:
    """What comes after the erasure gets a key and a handle of its own; it is not lost with what was erased."""
    any_trail.append(opened(WANG))
    any_trail.append(opened(LEE))
    any_trail.execute("DELETE FROM trail_periods WHERE person_id = :person", person=WANG)
    any_trail.execute("DELETE FROM trail_handles WHERE person_id = :person", person=WANG)
    any_trail.append(opened(WANG))
    any_trail.append(opened(LEE))

    erased, _other, fresh, _again = sealed_rows(any_trail)
    assert any_trail.period(erased[2]) is None
    assert any_trail.period(fresh[2]) is not None
    handles = [str(draft["who"]) for draft in any_trail.waiting()]
    assert handles[0] != handles[2]
    assert handles[1] == handles[3]
    assert [draft["nseq"] for draft in any_trail.waiting()] == [1, 2, 3, 4]


def test_handle_and_period_of_a_transaction_that_was_undone_are_made_anew(any_trail: Trail) -> None:
    """What is remembered of it was never there for anybody else."""
    with contextlib.suppress(Conflict), transaction(any_trail.engine) as tx:
        any_trail.recorder.append(tx, opened(WANG))
        any_trail.recorder.append(tx, opened(WANG))
        raise Conflict("somebody was faster")
    any_trail.append(opened(WANG))
    any_trail.append(opened(WANG))

    assert [draft["nseq"] for draft in any_trail.waiting()] == [1, 2]
    assert all(any_trail.period(period_id) for _entry, _part, period_id, _sealed in sealed_rows(any_trail))
    any_trail.sequence()
    assert any_trail.audit().findings == ()


def test_known_person_is_recorded_in_one_way_to_the_server_and_back(any_trail: Trail) -> None:
    """Number, entry and values; about a person it is found out once, after what made their handle is committed."""
    any_trail.append(suspended(LEE, by=WANG))
    any_trail.append(suspended(LEE, by=WANG))
    statements: list[str] = []
    sa.event.listen(any_trail.engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    any_trail.append(suspended(LEE, by=WANG))

    acting = [each.split(" ", 2)[0] for each in statements if not each.startswith("BEGIN")]
    assert acting == (["WITH"] if any_trail.engine.dialect.name == "postgresql" else ["UPDATE", *["INSERT"] * 3])
    assert [draft["nseq"] for draft in any_trail.waiting()] == [1, 2, 3]


def test_person_keeps_one_handle_and_shares_it_with_nobody(any_trail: Trail) -> None:
    """Entries of one person can be counted, and not laid beside another's."""
    for person in (WANG, LEE, WANG):
        any_trail.append(opened(person))

    first, other, again = (draft["who"] for draft in any_trail.waiting())
    assert first == again != other
    assert len(str(first)) == 26


def test_subject_alone_is_whom_the_entry_is_counted_for(trail: Trail) -> None:
    """What happened to a person without a known actor still has a place in that person's count."""
    trail.append(opened(WANG))
    trail.append(Entry(Event.SESSION_REFUSED, Outcome.DENIED, subject_person=WANG))

    assert len({draft["who"] for draft in trail.waiting()}) == 1


def test_person_has_a_key_for_each_month(any_trail: Trail) -> None:
    """So that one month of one person can be erased and nothing else."""
    any_trail.append(opened(WANG))
    any_trail.append(opened(WANG))
    any_trail.append(suspended(LEE, by=WANG))
    any_trail.clock.advance(dt.timedelta(days=30))
    any_trail.append(opened(WANG))

    with reading(any_trail.engine) as tx:
        rows = tx.execute(sa.text("SELECT person_id, month FROM trail_periods")).all()
    assert sorted((row.person_id, row.month) for row in rows) == [
        (WANG, "2026-11"),
        (WANG, "2026-12"),
        (LEE, "2026-11"),
    ]


def test_about_two_people_each_value_lies_under_its_own_person(trail: Trail) -> None:
    """Erasing the one leaves what the other did."""
    entry_id = trail.append(suspended(LEE, by=WANG))

    periods = {part: trail.period(period_id) for _entry, part, period_id, _sealed in trail.sealed(entry_id)}
    assert {part: period.person_id for part, period in periods.items() if period} == {"actor": WANG, "subject": LEE}


def test_every_connection_counts_densely_in_a_lane_of_its_own(any_trail: Trail) -> None:
    """Concurrent transactions wait for nobody here, and each lane is 1, 2, 3, .. without hole or double."""
    together = threading.Barrier(4)

    def record() -> None:
        together.wait()
        for _ in range(10):
            any_trail.append(opened())

    threads = [threading.Thread(target=record) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    lanes: dict[object, list[object]] = {}
    for draft in any_trail.waiting():
        lanes.setdefault(draft["lane"], []).append(draft["nseq"])
    assert sum(len(numbers) for numbers in lanes.values()) == 40
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in lanes.values())


def test_two_open_transactions_have_two_lanes(postgresql_trail: Trail) -> None:
    """Neither waits for the other to end: a lane belongs to one connection."""
    with transaction(postgresql_trail.engine) as first, transaction(postgresql_trail.engine) as second:
        postgresql_trail.recorder.append(first, opened(WANG))
        postgresql_trail.recorder.append(second, opened(LEE))

    lanes = [(draft["lane"], draft["nseq"]) for draft in postgresql_trail.waiting()]
    assert len(set(lanes)) == 2
    assert {number for _lane, number in lanes} == {1}


def test_another_process_takes_other_lanes(trail: Trail) -> None:
    """Two processes on one node must not count in one lane."""
    other = Recorder(node="node-1", random=os.urandom, clock=trail.clock)
    trail.append(opened())
    with transaction(trail.engine) as tx:
        other.append(tx, opened())

    first, second = trail.waiting()
    assert first["lane"] != second["lane"]
    assert first["nseq"] == second["nseq"] == 1


@pytest.mark.parametrize("event", sorted(MADE_BY_SEQUENCER, key=lambda event: event.value))
def test_what_the_sequencer_makes_nobody_else_records(trail: Trail, event: Event) -> None:
    """Nobody closes a day or begins a trail through the inbox."""
    with pytest.raises(ValueError, match="sequencer"):
        trail.append(Entry(event, Outcome.SUCCESS))


def test_before_the_trail_began_nothing_is_recorded(sqlite_url: str, trail: Trail) -> None:
    """Without a reading key there is no way to keep a value, so the business does not happen."""
    trail.execute("DELETE FROM trail_head")

    with pytest.raises(Unavailable) as refused:
        trail.append(opened())

    assert refused.value.code == "vault.not_initialised"
    assert trail.waiting() == []


def test_detail_outside_the_profile_stops_the_business(trail: Trail) -> None:
    """A leaf that could not be hashed is not written, and what it should record is undone."""
    with pytest.raises(NotCanonical):
        trail.append(Entry(Event.KEY_CREATED, Outcome.SUCCESS, details={"ring": "e\u0301"}))

    assert trail.waiting() == []


def test_moments_are_written_in_utc_with_milliseconds() -> None:
    """One spelling for one moment, whatever zone it came in."""
    shanghai = dt.timezone(dt.timedelta(hours=8))

    assert instant(dt.datetime(2026, 1, 1, 7, 59, 59, 999_999, tzinfo=shanghai)) == "2025-12-31T23:59:59.999Z"


def test_first_entries_of_one_person_at_once_agree_on_handle_and_key(postgresql_url: str) -> None:
    """Two nodes that see somebody for the first time at once leave one handle and one key of the month."""
    engine = create_engine(postgresql_url)
    migrate(engine)
    row = {"person_id": WANG, "month": "2026-11", "public": bytes(32), "private_sealed": b""}
    found, together = [], threading.Barrier(2)

    def meet(name: str) -> None:
        with transaction(engine) as tx:
            together.wait()
            ledger_appending.store_handle(tx, WANG, name)
            ledger_appending.store_period(tx, ledger_appending.PeriodRow(id=name, **row))  # type: ignore[arg-type]
            period = ledger_appending.find_period(tx, WANG, "2026-11")
            found.append((ledger_appending.find_handle(tx, WANG), period and period.id))

    threads = [threading.Thread(target=meet, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()

    assert len(found) == 2
    assert len(set(found)) == 1


@pytest.mark.parametrize(
    ("first", "second", "keys_before"),
    [
        pytest.param(opened(WANG), opened(WANG), 0, id="one person"),
        pytest.param(suspended(LEE, by=WANG), suspended(WANG, by=LEE), 1, id="each about the other"),
    ],
)
def test_two_that_meet_people_for_the_first_time_never_wait_for_each_other(
    postgresql_trail: Trail, first: Entry, second: Entry, keys_before: int
) -> None:
    """The second comes while the first makes the key of a month: it waits, and holds nothing that the first needs."""
    trail, recorded, keys = postgresql_trail, list[str](), itertools.count()

    def record(entry: Entry) -> None:
        with transaction(trail.engine) as tx:
            entry_id = recorder.append(tx, entry)
        recorded.append(entry_id)

    def random(length: int) -> bytes:
        if length == KEY_BYTES and next(keys) == keys_before:
            other.start()
            while other.is_alive() and not is_somebody_waiting(trail):
                time.sleep(0.005)
        return os.urandom(length)

    recorder = Recorder(node="node-2", random=random, clock=trail.clock)
    other = threading.Thread(target=record, args=(second,))
    record(first)
    other.join()

    assert len(recorded) == 2
    assert trail.sequence() == 2
    assert trail.audit().findings == ()


def is_somebody_waiting(trail: Trail) -> bool:
    """Whether a transaction of this database waits for another's lock."""
    with reading(trail.engine) as tx:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        return bool(tx.execute(sa.text(asked)).scalar_one())


def test_draft_is_stored_in_its_canonical_form(trail: Trail) -> None:
    """What waits is what will be hashed, but for the sequencer's own fields."""
    trail.append(opened())
    with reading(trail.engine) as tx:
        (draft,) = ledger_reading.waiting_drafts(tx)

    assert canonical_bytes(trail.waiting()[0]) == draft


def test_disclosures_are_texts_that_anybody_can_check(trail: Trail) -> None:
    """What is given out is the very text whose digest stands in the leaf."""
    trail.append(opened())
    trail.sequence()

    for disclosure in trail.entries(reading_key=trail.reading_key)[-1].disclosures:
        assert parse_disclosure(disclosure.text) == disclosure
