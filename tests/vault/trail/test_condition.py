"""Whether the trail gets on: what waits, what is unsigned, how it was last verified."""

from __future__ import annotations

import datetime as dt

from tests.attacks.observing import alter
from tests.company import Company
from vault.clock import FixedClock
from vault.database.engine import reading
from vault.health import check_health
from vault.trail.condition import UNSIGNED_LIMIT, WAITING_LIMIT, TrailCondition, load_condition
from vault.trail.verifying import verify_trail

SECOND = dt.timedelta(seconds=1)


def condition(company: Company) -> TrailCondition:
    with reading(company.vault.engine) as tx:
        return load_condition(company.vault, tx)


def test_trail_in_order_has_no_code(company: Company) -> None:
    """Everything placed and signed; never verified is no fault."""
    company.sequence()
    found = condition(company)

    assert (found.waiting, found.unsigned, found.code_of_signing, found.code_of_verification) == (0, 0, "", "")
    assert (found.verified, found.since_verified) == (None, None)


def test_entries_that_wait_for_their_place_are_a_matter_after_a_minute(company: Company, clock: FixedClock) -> None:
    """No worker runs. The oldest of them counts."""
    company.sequence()
    company.signed_in("other")
    clock.advance(WAITING_LIMIT)
    company.signed_in("borrower")
    assert condition(company).code_of_signing == ""
    clock.advance(SECOND)
    found = condition(company)
    assert (found.waiting, found.waiting_for, found.code_of_signing) == (2, WAITING_LIMIT + SECOND, "trail.behind")
    company.sequence()
    assert condition(company).code_of_signing == ""


def test_entries_without_a_signature_are_a_matter_after_minutes(company: Company, clock: FixedClock) -> None:
    """A vault that stays sealed places entries and signs none."""
    company.sequence()
    company.vault.seal()
    company.signed_in("other")
    company.sequence()
    clock.advance(UNSIGNED_LIMIT)
    assert condition(company).code_of_signing == ""
    clock.advance(SECOND)
    found = condition(company)
    assert (found.unsigned, found.code_of_signing) == (1, "trail.unsigned")
    company.vault.unseal()
    company.sequence()
    assert condition(company).unsigned == 0


def test_checkpoint_of_somebody_else_is_a_matter_at_once(company: Company) -> None:
    """Nothing is proven by it."""
    company.sequence()
    alter(company, "UPDATE trail_checkpoints SET note = replace(note, 'tests.example', 'other.example')")
    assert condition(company).code_of_signing == "trail.checkpoint"


def test_last_verification_is_told_with_its_age_and_what_it_found(company: Company, clock: FixedClock) -> None:
    """Sound, then not."""
    company.sequence()
    assert verify_trail(company.vault, None).is_sound
    company.sequence()
    clock.advance(dt.timedelta(days=3))
    found = condition(company)
    assert (found.since_verified, found.code_of_verification) == (dt.timedelta(days=3), "")

    changed = "CAST(replace(leaf, 'success', 'denied!') AS BLOB)"
    alter(company, f"UPDATE trail_leaves SET leaf = {changed} WHERE position = 5")
    assert not verify_trail(company.vault, None).is_sound
    company.sequence()
    assert condition(company).code_of_verification == "trail.not_sound"


def test_sealed_verifications_take_back_nothing_that_was_found(company: Company) -> None:
    """However many of them; one that opens values and finds nothing does, whatever the sealed ones after it."""
    company.sequence()
    company.signed_in("borrower")
    company.sequence()
    newest = "(SELECT max(position) FROM trail_search WHERE actor_id <> '')"
    at_newest = f"entry_id = (SELECT entry_id FROM trail_leaves WHERE position = {newest})"
    alter(company, "CREATE TABLE kept_aside AS SELECT * FROM trail_disclosures")
    alter(company, f"UPDATE trail_disclosures SET sealed = zeroblob(80) WHERE {at_newest}")
    unsound = verify_trail(company.vault, None)
    assert not unsound.is_sound

    def sealed(times: int) -> None:
        company.vault.keyroom.seal()
        for _ in range(times):
            assert verify_trail(company.vault, None).is_sound
        company.vault.keyroom.unseal()
        company.sequence()

    sealed(12)
    found = condition(company)
    assert found.code_of_verification == "trail.not_sound"
    assert found.verified is not None
    assert (found.verified.findings, found.verified.size) == (len(unsound.findings), unsound.size)

    alter(company, "DELETE FROM trail_disclosures WHERE entry_id IN (SELECT entry_id FROM kept_aside)")
    alter(company, "INSERT INTO trail_disclosures SELECT * FROM kept_aside")
    assert verify_trail(company.vault, None).is_sound
    company.sequence()
    assert condition(company).code_of_verification == ""
    sealed(1)
    found = condition(company)
    assert found.verified is not None
    assert (found.code_of_verification, found.verified.are_values_opened) == ("", False)


def test_draft_that_is_no_draft_hides_nothing_else(company: Company) -> None:
    """Somebody wrote into the inbox: a verification finds it, and this goes on."""
    company.signed_in("other")
    alter(company, "UPDATE trail_inbox SET draft = x'00'")
    found = condition(company)
    assert (found.waiting, found.waiting_for) == (1, dt.timedelta())


def test_health_tells_of_it_and_goes_on_serving(company: Company, clock: FixedClock) -> None:
    """A balancer takes no node out for a signature that is late; whoever watches the parts sees which."""
    company.sequence()
    company.signed_in("other")
    clock.advance(WAITING_LIMIT + SECOND)
    report = check_health(company.vault)
    assert report.ok
    assert {part.name: part.detail for part in report.parts if not part.ok} == {"checkpoints": "trail.behind"}
