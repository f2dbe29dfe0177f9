"""Verifying: who may, that it is recorded, and where the trail stands by its own word."""

from __future__ import annotations

import pytest

from tests.company import Company
from tests.vault.trail import tampering
from vault.database import ledger_reading, verified_queries
from vault.database.engine import reading, transaction
from vault.errors import AccessDenied, TamperError, Unavailable
from vault.ledger.events import Event, Outcome
from vault.trail.querying import TrailQuery
from vault.trail.rows import TrailRow
from vault.trail.searching import search_trail
from vault.trail.standing import Standing, show_standing
from vault.trail.verifying import Scope, VerificationOrder, verify_trail


def verified(company: Company) -> list[TrailRow]:
    company.sequence()
    query = TrailQuery(event=Event.TRAIL_VERIFIED.value)
    return search_trail(company.vault, company.at_keyboard("auditor"), query=query).rows


def standing(company: Company) -> Standing:
    company.sequence()
    return show_standing(company.vault, company.at_keyboard("auditor"))


def test_sound_trail_is_recorded_as_sound(company: Company) -> None:
    """Who verified how much, and that nothing was found."""
    company.sequence()
    report = verify_trail(company.vault, company.at_keyboard("auditor"))

    assert report.is_sound
    [entry] = verified(company)
    assert (entry.outcome, entry.actor_id) == (Outcome.SUCCESS, company.ids["auditor"])
    assert report.verified is not None
    assert entry.details == {"size": report.size, "findings": 0, "state": report.verified.digest}


def test_finding_is_recorded_as_failure(company: Company) -> None:
    """And the standing says so from then on."""
    company.sequence()
    tampering.alter_leaf(company, 3, b"{}")
    report = verify_trail(company.vault, company.at_keyboard("auditor"))

    assert not report.is_sound
    [entry] = verified(company)
    assert (entry.outcome, entry.details["findings"]) == (Outcome.FAILED, len(report.findings))
    last = standing(company).verified
    assert last is not None
    assert (last.index, last.is_sound) == (entry.index, False)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM trail_search WHERE position = 5",
        """UPDATE trail_search SET actor_id = ''
           WHERE position = (SELECT max(position) FROM trail_search WHERE actor_id <> '')""",
        "UPDATE trail_search SET event = 'page.read' WHERE position = 5",
    ],
)
def test_entry_hidden_from_the_auditors_search_is_found(company: Company, statement: str) -> None:
    """Leaving every leaf alone and turning the index is no way to hide."""
    company.sequence()
    tampering.run(company, statement)

    report = verify_trail(company.vault, company.at_keyboard("auditor"))

    assert {finding.check for finding in report.findings} & {"search.missing", "search.differs"}


@pytest.mark.parametrize("login", ["borrower", "admin", "officer"])
def test_only_auditors_verify_and_the_attempt_is_recorded(company: Company, login: str) -> None:
    """The operator does so on the command line, without an account."""
    with pytest.raises(AccessDenied):
        verify_trail(company.vault, company.at_keyboard(login))

    [entry] = verified(company)
    assert (entry.outcome, entry.actor_id) == (Outcome.DENIED, company.ids[login])


def test_verification_that_was_given_up_is_recorded_and_is_no_verification(company: Company) -> None:
    """The standing goes on to name the one before."""
    company.sequence()
    verify_trail(company.vault, company.at_keyboard("auditor"))
    before = standing(company).verified

    def give_up(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        verify_trail(company.vault, None, progress=give_up)

    assert verified(company)[0].code == "verification.given_up"
    assert standing(company).verified == before


def test_verification_that_the_database_ended_is_not_told_as_given_up(company: Company) -> None:
    """Somebody may have taken away what it needs, so that nobody sees the rest: whoever watches is told."""
    company.sequence()
    tampering.run(company, "ALTER TABLE trail_nodes RENAME TO trail_gone")

    with pytest.raises(TamperError) as caught:
        verify_trail(company.vault, company.at_keyboard("auditor"))
    assert isinstance(caught.value.__cause__, Unavailable)
    tampering.run(company, "ALTER TABLE trail_gone RENAME TO trail_nodes")
    [entry] = verified(company)
    assert entry.code == caught.value.code == "verification.cut_short"
    early = standing(company).ended_early
    assert early is not None
    assert (early.index, early.at) == (entry.index, entry.time)
    with reading(company.vault.engine) as tx:
        leaf = ledger_reading.leaf_of_entry(tx, str(caught.value.params["entry"]))
    assert leaf is not None
    assert leaf.position == entry.index


@pytest.mark.parametrize(
    ("scope", "is_sealed", "stands_on"),
    [
        (Scope.EVERYTHING, False, False),
        (Scope.EVERYTHING, True, True),
        (Scope.SINCE_LAST, False, True),
        (Scope.TREE, False, True),
    ],
)
def test_verification_that_ended_early_stands_until_one_of_everything_came_to_its_end(
    company: Company, scope: Scope, is_sealed: bool, stands_on: bool
) -> None:
    """Any other reads less; what one before it found or did not find takes nothing back."""
    company.sequence()
    verify_trail(company.vault, None)
    assert standing(company).ended_early is None
    tampering.run(company, "ALTER TABLE trail_nodes RENAME TO trail_gone")
    with pytest.raises(TamperError):
        verify_trail(company.vault, None)
    tampering.run(company, "ALTER TABLE trail_gone RENAME TO trail_nodes")
    found = standing(company)
    assert found.ended_early is not None
    assert found.verified is not None
    assert found.verified.index < found.ended_early.index

    if is_sealed:
        company.vault.keyroom.seal()
    assert verify_trail(company.vault, None, order=VerificationOrder(scope)).is_sound
    company.vault.keyroom.unseal()
    assert (standing(company).ended_early is not None) is stands_on


def test_verification_whose_end_cannot_even_be_recorded_says_so(company: Company) -> None:
    """Nobody is told then but whoever asked."""
    company.sequence()
    tampering.run(company, "ALTER TABLE trail_nodes RENAME TO trail_gone")
    tampering.run(company, "DROP TABLE trail_inbox")

    with pytest.raises(TamperError) as caught:
        verify_trail(company.vault, company.at_keyboard("auditor"))
    assert caught.value.code == "verification.cut_short_unrecorded"


def test_verification_of_a_sealed_vault_says_that_values_were_not_opened(company: Company) -> None:
    """And nothing goes on from it: what was altered meanwhile is found by the next, of what is new alone."""
    company.sequence()
    first = verify_trail(company.vault, None)
    company.signed_in("borrower")
    company.sequence()
    newest = "(SELECT max(position) FROM trail_search WHERE actor_id <> '')"
    entry_id = f"(SELECT entry_id FROM trail_leaves WHERE position = {newest})"
    tampering.run(company, f"UPDATE trail_disclosures SET sealed = zeroblob(80) WHERE entry_id = {entry_id}")
    company.vault.keyroom.seal()

    sealed = verify_trail(company.vault, company.at_keyboard("auditor"), order=VerificationOrder(Scope.SINCE_LAST))
    assert (sealed.is_sound, sealed.are_values_opened, sealed.verified) == (True, False, None)
    last = standing(company).verified
    assert last is not None
    assert (last.is_sound, last.are_values_opened) == (True, False)

    company.vault.keyroom.unseal()
    assert verified(company)[0].code == "verification.sealed"
    again = verify_trail(company.vault, None, order=VerificationOrder(Scope.SINCE_LAST))
    assert (again.start, {each.check for each in again.findings}) == (first.size, {"value.altered"})


def test_denied_verification_is_no_verification(company: Company) -> None:
    """Nobody makes the standing look better by being refused."""
    with pytest.raises(AccessDenied):
        verify_trail(company.vault, company.at_keyboard("admin"))

    assert standing(company).verified is None


def test_verification_claimed_in_the_index_alone_is_not_believed(company: Company) -> None:
    """A search row without such a leaf verifies nothing."""
    company.sequence()
    tampering.run(company, "UPDATE trail_search SET event = 'trail.verified' WHERE position = 5")

    assert standing(company).verified is None


def test_standing_tells_size_signature_and_what_waits(company: Company) -> None:
    """Everything is signed after the sequencer ran; the next search waits."""
    before = standing(company)
    search_trail(company.vault, company.at_keyboard("auditor"), query=TrailQuery())
    after = show_standing(company.vault, company.at_keyboard("auditor"))

    assert (before.waiting, before.signed_to) == (0, before.size)
    assert (after.waiting, after.size) == (1, before.size)


def test_forged_checkpoint_is_refused_and_signs_nothing(company: Company) -> None:
    """The page says so instead of showing its number."""
    company.sequence()
    tampering.forge_checkpoint(company)

    found = show_standing(company.vault, company.at_keyboard("auditor"))

    assert (found.is_refused, found.signed_to, found.note) == (True, 0, "")


def test_checkpoint_that_was_kept_finds_a_trail_cut_short(company: Company) -> None:
    """The note that the screen gives to keep is what proves it later."""
    kept = standing(company).note
    last = standing(company).size - 1
    for table in ("trail_leaves", "trail_search"):
        tampering.run(company, f"DELETE FROM {table} WHERE position >= :last", last=last)
    tampering.run(company, "DELETE FROM trail_checkpoints WHERE size > :last", last=last)
    tampering.run(company, "UPDATE trail_head SET size = :last", last=last)

    report = verify_trail(company.vault, company.at_keyboard("auditor"), known_checkpoints=[kept])

    assert any(each.check == "checkpoint.beyond_end" and each.detail == "known" for each in report.findings)


def test_verification_goes_on_from_the_last_sound_one(company: Company) -> None:
    """What is newer is looked at, what is older is not; the entry says from where."""
    company.sequence()
    first = verify_trail(company.vault, None)
    company.signed_in("borrower")
    company.sequence()
    tampering.run(company, "UPDATE trail_search SET outcome = 'denied' WHERE position = 5")

    report = verify_trail(company.vault, None, order=VerificationOrder(Scope.SINCE_LAST))

    assert report.findings == ()
    assert (report.start, report.size) == (first.size, first.size + 2)
    assert verified(company)[0].details["from"] == first.size
    assert not verify_trail(company.vault, None).is_sound


def test_first_verification_since_the_last_is_of_everything(company: Company) -> None:
    """Where nothing was verified before there is nothing to go on from."""
    company.sequence()
    report = verify_trail(company.vault, None, order=VerificationOrder(Scope.SINCE_LAST))

    assert (report.start, report.is_sound) == (0, True)


def test_unsound_verification_leaves_nothing_to_go_on_from(company: Company) -> None:
    """The next begins where the last sound one ended."""
    company.sequence()
    first = verify_trail(company.vault, None)
    company.sequence()
    tampering.alter_leaf(company, first.size, b"{}")

    assert verify_trail(company.vault, None).verified is None
    again = verify_trail(company.vault, None, order=VerificationOrder(Scope.SINCE_LAST))
    assert (again.start, again.is_sound) == (first.size, False)


def test_state_put_into_the_database_is_found_by_the_leaf_that_does_not_name_it(company: Company) -> None:
    """Whoever writes the database can invent where a verification ended, and cannot have had it recorded."""
    company.sequence()
    first = verify_trail(company.vault, None).verified
    company.sequence()
    assert first is not None
    invented = first.encoded.replace(b'"day_from":1', b'"day_from":2')
    assert invented != first.encoded
    with transaction(company.vault.engine) as tx:
        verified_queries.store_verified_state(tx, size=first.size, state=invented, now=company.vault.clock.now())

    report = verify_trail(company.vault, None, order=VerificationOrder(Scope.SINCE_LAST))

    assert "frontier.unrecorded" in {finding.check for finding in report.findings}


@pytest.mark.parametrize("state", [b"", b"{}", b"[]", b"not JSON", b'{"format":"dossier-vault verified trail v1"}'])
def test_unreadable_state_in_the_database_means_that_everything_is_verified(company: Company, state: bytes) -> None:
    """A convenience that is damaged is none."""
    company.sequence()
    with transaction(company.vault.engine) as tx:
        verified_queries.store_verified_state(tx, size=7, state=state, now=company.vault.clock.now())

    report = verify_trail(company.vault, None, order=VerificationOrder(Scope.SINCE_LAST))

    assert (report.start, report.is_sound) == (0, True)


def test_hashes_alone_are_verified_and_make_no_last_verification(company: Company) -> None:
    """It says less, so the standing does not show it as the whole."""
    company.sequence()
    tampering.run(company, "UPDATE trail_search SET outcome = 'denied' WHERE position = 5")
    report = verify_trail(company.vault, None, order=VerificationOrder(Scope.TREE))

    assert (report.is_sound, report.is_tree_only, report.verified) == (True, True, None)
    assert verified(company)[0].details == {"size": report.size, "findings": 0, "only": "tree"}
    assert standing(company).verified is None
    tampering.alter_leaf(company, 3, b"{}")
    assert not verify_trail(company.vault, None, order=VerificationOrder(Scope.TREE)).is_sound
