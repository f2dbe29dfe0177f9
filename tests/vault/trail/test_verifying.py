"""Verifying: who may, that it is recorded, and where the trail stands by its own word."""

from __future__ import annotations

import pytest

from tests.company import Company
from tests.vault.trail import tampering
from vault.errors import AccessDenied
from vault.ledger.events import Event, Outcome
from vault.trail.querying import TrailQuery
from vault.trail.rows import TrailRow
from vault.trail.searching import search_trail
from vault.trail.standing import Standing, show_standing
from vault.trail.verifying import verify_trail


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
    assert entry.details == {"size": report.size, "findings": 0}


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
