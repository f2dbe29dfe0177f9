"""Reading entries back: a value is shown if the leaf commits to it, and where there is none the reason is told."""

from __future__ import annotations

from tests.vault.ledger.trail import DOCUMENT, LEE, PLACE, REASON, WANG, Trail, opened, suspended
from vault.ledger.events import Event, Outcome

OTHERS_SEALED = (
    "UPDATE trail_disclosures SET sealed = (SELECT o.sealed FROM trail_disclosures o WHERE o.entry_id = :other)"
)


def test_entry_is_shown_in_full_to_whoever_holds_the_reading_key(trail: Trail) -> None:
    """Who, from where, in which session, why; beside it the readable facts and the exact leaf."""
    entry_id = trail.append(opened())
    trail.sequence()

    entry = trail.entries(reading_key=trail.reading_key)[1]
    assert (entry.position, entry.entry_id, entry.event, entry.outcome) == (
        1, entry_id, Event.VIEW_OPENED, Outcome.SUCCESS,
    )  # fmt: skip
    assert (entry.actor, entry.session, entry.place, entry.reason) == (
        WANG, "saaaaaaaaaaaaaaaaaaaaaaaaaa", PLACE, REASON,
    )  # fmt: skip
    assert entry.fact("document") == DOCUMENT
    assert entry.fact("request") == ""
    assert entry.details == {"number": 1, "allowed": 3}
    assert entry.time == entry.logged == trail.clock.now()
    assert entry.hidden == ""


def test_entry_about_somebody_names_both(trail: Trail) -> None:
    """Actor and subject come from two sealed parts."""
    trail.append(suspended(LEE, by=WANG))
    trail.sequence()

    entry = trail.entries(reading_key=trail.reading_key)[1]
    assert (entry.actor, entry.subject, entry.place, entry.reason) == (WANG, LEE, None, None)


def test_sealed_vault_shows_the_facts_and_hides_the_values(trail: Trail) -> None:
    """Without the key the trail can be read as far as leaves go, and says what is missing."""
    trail.append(opened())
    trail.sequence()

    entry = trail.entries(reading_key=None)[1]
    assert (entry.hidden, entry.actor, entry.place, entry.disclosures) == ("sealed", "", None, ())
    assert entry.fact("document") == DOCUMENT


def test_entry_without_personal_values_hides_nothing(trail: Trail) -> None:
    """The first leaf is about nobody, with or without the key."""
    for key in (None, trail.reading_key):
        assert trail.entries(reading_key=key)[0].hidden == ""


def test_erased_month_takes_one_persons_values_and_leaves_the_rest(trail: Trail) -> None:
    """The key of the month is gone: this person's part cannot be read by anybody, the other's still can."""
    trail.append(suspended(LEE, by=WANG))
    trail.append(opened(LEE))
    trail.sequence()
    trail.execute("DELETE FROM trail_periods WHERE person_id = :person", person=WANG)

    about_both, of_the_other = trail.entries(reading_key=trail.reading_key)[1:]
    assert (about_both.hidden, about_both.actor, about_both.subject) == ("erased", "", LEE)
    assert (of_the_other.hidden, of_the_other.actor) == ("", LEE)


def test_altered_value_is_not_shown(trail: Trail) -> None:
    """Other bytes than were sealed: no value, and said to be damaged."""
    trail.append(opened())
    trail.sequence()
    trail.execute("UPDATE trail_disclosures SET sealed = zeroblob(length(sealed))")

    entry = trail.entries(reading_key=trail.reading_key)[1]
    assert (entry.hidden, entry.actor, entry.reason) == ("damaged", "", None)


def test_value_of_another_entry_is_not_shown(trail: Trail) -> None:
    """Sealed values are bound to their entry: a copied reason does not open."""
    trail.append(opened())
    other = trail.append(opened())
    trail.sequence()
    trail.execute(OTHERS_SEALED, other=other)

    first, second = trail.entries(reading_key=trail.reading_key)[1:]
    assert (first.hidden, first.reason) == ("damaged", None)
    assert (second.hidden, second.reason) == ("", REASON)


def test_value_that_the_leaf_does_not_commit_to_is_not_shown(trail: Trail) -> None:
    """Good ciphertext beside a leaf with other digests proves nothing."""
    trail.append(opened())
    trail.sequence()
    leaf = trail.leaves()[1].leaf
    digest = leaf.split(b'"_sd":["')[1][:43]
    trail.execute("UPDATE trail_leaves SET leaf = :leaf WHERE position = 1", leaf=leaf.replace(digest, b"A" * 43))

    entry = trail.entries(reading_key=trail.reading_key)[1]
    assert entry.hidden == "damaged"
    assert len(entry.disclosures) == 3


def test_missing_values_are_said_to_be_damaged(trail: Trail) -> None:
    """Digests without anything sealed beside them: somebody took it away."""
    trail.append(opened())
    trail.sequence()
    trail.execute("DELETE FROM trail_disclosures")

    for key in (trail.reading_key, None):
        assert trail.entries(reading_key=key)[1].hidden == "damaged"


def test_unreadable_leaf_hides_no_other(trail: Trail) -> None:
    """It is shown as damaged by the row it is found by; what stands beside it is shown as ever."""
    for _ in range(3):
        trail.append(opened())
    trail.sequence()
    trail.execute("UPDATE trail_leaves SET leaf = :leaf WHERE position = 2", leaf=b'{"event":"view.opened" }')
    trail.execute("UPDATE trail_leaves SET leaf = :leaf WHERE position = 3", leaf=b'{"event":"no.such"}')

    entries = trail.entries(reading_key=trail.reading_key)
    assert [entry.hidden for entry in entries] == ["", "", "damaged", "damaged"]
    assert entries[2].event is Event.VIEW_OPENED
    assert entries[2].time == trail.clock.now()
    assert (entries[2].actor, entries[2].facts) == ("", {})


def test_leaf_that_nothing_is_known_of_is_left_out(trail: Trail) -> None:
    """Neither the leaf nor its search row says what it was: there is nothing to show."""
    trail.append(opened())
    trail.sequence()
    trail.execute("UPDATE trail_leaves SET leaf = :leaf WHERE position = 1", leaf=b"?")
    trail.execute("UPDATE trail_search SET event = 'no.such' WHERE position = 1")

    assert [entry.position for entry in trail.entries(reading_key=trail.reading_key)] == [0]
