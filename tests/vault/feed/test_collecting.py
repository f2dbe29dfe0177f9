"""What goes out of an entry: of people as much as is set, of reasons nothing, of damage that there is some."""

from __future__ import annotations

import hashlib

from tests.attacks.observing import alter
from tests.company import PASSWORD, REASON, Company
from tests.vault.feed.conftest import feed_config
from tests.vault.trail.erasing.test_pruning import in_months, keeping, pruned
from vault.clock import FixedClock
from vault.database import ledger_reading
from vault.database.engine import reading
from vault.feed.collecting import collect
from vault.feed.encoding import encode
from vault.feed.entry import FeedEntry
from vault.feed.meanings import PRUNED_LEAF
from vault.feed.setup import source_of
from vault.ledger.events import Event
from vault.people.accounts import suspend_person
from vault.trail.standing import reading_key_of, signed_size

SUSPICION = "Left the company on short notice"


def collected(company: Company, *, by_id: bool, start: int = 0) -> list[FeedEntry]:
    company.sequence()
    key = reading_key_of(company.vault) if by_id else None
    with reading(company.vault.engine) as tx:
        return collect(tx, start, signed_size(tx), reading_key=key, now=company.vault.clock.now())


def last(entries: list[FeedEntry], event: Event) -> FeedEntry:
    return next(each for each in reversed(entries) if each.event is event)


def busy_day(company: Company) -> None:
    """A view with a reason, and a suspension."""
    company.open_and_read()
    suspend_person(company.vault, company.signed_in("officer"), person_id=company.ids["borrower"], note=SUSPICION)


def test_by_ids_people_go_by_staff_number_and_login_with_place_and_session(company: Company) -> None:
    """What a monitor needs to set it beside other logs."""
    busy_day(company)
    entries = collected(company, by_id=True)
    opened, suspended = last(entries, Event.VIEW_OPENED), last(entries, Event.PERSON_SUSPENDED)

    other, borrower = company.person("other"), company.person("borrower")
    assert opened.actor is not None
    assert (opened.actor.uid, opened.actor.login) == (other.staff_number, "other")
    assert opened.place is not None
    assert (opened.place.address, opened.place.zone) == ("10.1.2.3", "Head office")
    assert opened.session.startswith("s")
    assert suspended.actor is not None
    assert suspended.subject is not None
    assert (suspended.actor.login, suspended.subject.uid) == ("officer", borrower.staff_number)


def test_by_handles_nobody_is_named_and_no_place_told(company: Company) -> None:
    """The same person has the same handle, as actor and as subject; the leaf's own."""
    busy_day(company)
    entries = collected(company, by_id=False)
    named = collected(company, by_id=True)
    opened, suspended = last(entries, Event.VIEW_OPENED), last(entries, Event.PERSON_SUSPENDED)

    assert opened.actor is not None
    assert len(opened.actor.uid) == 26
    assert (opened.actor.login, opened.place, opened.session) == ("", None, "")
    assert suspended.subject is not None
    assert suspended.subject.uid == last(named, Event.PERSON_SUSPENDED).subject.handle  # type: ignore[union-attr]
    who = {each.actor.uid for each in entries if each.actor} | {each.subject.uid for each in entries if each.subject}
    assert who == {party.handle for each in named for party in (each.actor, each.subject) if party is not None}


def test_nothing_that_people_wrote_or_are_called_leaves_in_any_format(company: Company) -> None:
    """Reasons, names of people and customers, titles, contents, passwords: searched for in what is sent."""
    busy_day(company)
    entries = collected(company, by_id=True)
    with reading(company.vault.engine) as tx:
        source = source_of(company.vault, tx)
    secrets = ["CANARY", SUSPICION, REASON.text, PASSWORD, "王晓明", "Beatrice", "Sheffield", "Offer.txt"]

    for format_name in ("ocsf", "cef", "syslog"):
        feed = feed_config(format=format_name, output="file", people="ids")
        sent = encode(entries, feed=feed, source=source).decode()
        assert [each for each in secrets if each in sent] == []
        assert "other" in sent


def test_leaf_hash_is_that_of_the_tree(company: Company) -> None:
    """RFC 6962: SHA-256 of a zero octet and the leaf's stored bytes."""
    entries = collected(company, by_id=False)
    with reading(company.vault.engine) as tx:
        leaves = ledger_reading.load_leaves(tx, [each.index for each in entries])

    assert [each.index for each in entries] == list(range(len(entries)))
    for entry in entries:
        stored = leaves[entry.index]
        assert entry.leaf_hash == hashlib.sha256(b"\x00" + stored.leaf).hexdigest() == stored.hash.hex()
        assert entry.entry_id == stored.entry_id


def test_erased_person_is_told_by_handle(company: Company) -> None:
    """The month's key is gone: name and place stay out, the entry goes on."""
    company.open_and_read()
    company.sequence()
    person = company.ids["other"]
    alter(company, f"DELETE FROM trail_periods WHERE person_id = '{person}'")
    opened = last(collected(company, by_id=True), Event.VIEW_OPENED)

    assert opened.hidden == "erased"
    assert opened.actor is not None
    assert (opened.actor.login, opened.place) == ("", None)
    assert len(opened.actor.uid) == 26


def test_altered_and_missing_leaves_are_findings_at_their_index(company: Company) -> None:
    """Somebody who writes the database cannot make a monitor not hear of an entry, nor hear another one."""
    company.sequence()
    for statement in (
        "UPDATE trail_leaves SET leaf = CAST(replace(leaf, 'success', 'denied!') AS BLOB) WHERE position = 5",
        "DELETE FROM trail_leaves WHERE position = 7",
        "DELETE FROM trail_search WHERE position = 7",
    ):
        alter(company, statement)
    entries = collected(company, by_id=True)

    assert [each.index for each in entries] == list(range(len(entries)))
    found = {each.index: each.code for each in entries if each.event is Event.OBJECT_TAMPERED}
    assert found == {5: "leaf.damaged", 7: "leaf.missing"}
    assert entries[7].leaf_hash == ""
    assert entries[5].actor is None


def test_search_row_that_is_gone_hides_nobody(company: Company) -> None:
    """The handle in the leaf stands for itself."""
    company.open_and_read()
    before = last(collected(company, by_id=False), Event.VIEW_OPENED)
    alter(company, f"DELETE FROM trail_search WHERE position = {before.index}")

    assert last(collected(company, by_id=False), Event.VIEW_OPENED).actor == before.actor


def test_pruned_entry_goes_out_as_its_hash_and_is_no_finding(company: Company, clock: FixedClock) -> None:
    """A replay of old times, or a feed that fell behind for years: no hole, and no false alarm."""
    in_months(company, clock, months=3)
    before = {each.index: each.leaf_hash for each in collected(company, by_id=False)}
    pruned(keeping(company))
    entries = collected(company, by_id=True)

    gone = [each for each in entries if each.code == PRUNED_LEAF]
    assert len(gone) > 20
    assert all(each.leaf_hash == before[each.index] and each.entry_id for each in gone)
    assert [each.index for each in entries] == list(range(len(entries)))
    assert not [each for each in entries if each.event is Event.OBJECT_TAMPERED]
