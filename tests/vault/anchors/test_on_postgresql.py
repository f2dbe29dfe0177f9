"""Placing, comparing and succeeding on the other database."""

from __future__ import annotations

import os
from pathlib import Path

from keys.primitives import SigningKey
from tests.anchoring import directory_section, entries_of, findings, news, placed, row_of, signed_to, turn
from tests.company import OFFICE_PLACE, PASSWORD, build_company, write_config
from tests.custody import second_officer
from vault.anchors.naming import folder_of, name_of
from vault.anchors.succeeding import succeed
from vault.clock import FixedClock
from vault.custody.keyroom import ServiceKey
from vault.database.engine import reading
from vault.ledger.audit import verify_ledger
from vault.ledger.checkpoint import Checkpoint, sign_checkpoint
from vault.ledger.events import Event
from vault.people.signing_in import change_password, sign_in
from vault.policy.reasons import ReasonDraft


def test_anchor_that_is_away_from_the_beginning_alarms_after_its_time(
    tmp_path: Path, postgresql_url: str, clock: FixedClock
) -> None:
    """Before anything was ever signed; once it is there everything goes on, and the end of the outage is said."""
    share = tmp_path / "share"
    section = directory_section(share)
    share.rename(tmp_path / "away")
    config = write_config(tmp_path / "vault", database_url=postgresql_url, extra=section)
    company = build_company(config, clock=clock, with_document=False)
    assert turn(company, clock) == ["anchor.missing"]
    since = clock.now()
    for _ in range(4):
        turn(company, clock, seconds=300)
    [alarm] = entries_of(company, Event.TRAIL_ANCHOR_FAILED)
    assert alarm["code"] == row_of(company).failure_code == "anchor.missing"
    assert (row_of(company).failing_since, signed_to(company)) == (since, 0)

    (tmp_path / "away").rename(share)
    turn(company, clock, seconds=300)

    assert row_of(company).failing_since is None
    [ended] = entries_of(company, Event.TRAIL_ANCHORED)
    assert ended["details"]["outage"] == 25  # type: ignore[index, call-overload]
    assert findings(company) == set()
    company.vault.engine.dispose()


def test_trail_is_anchored_compared_and_succeeded(tmp_path: Path, postgresql_url: str, clock: FixedClock) -> None:
    """A checkpoint of a longer trail stands outside, as after a restore: the successor names it, and all verifies."""
    section = directory_section(tmp_path / "share")
    config = write_config(tmp_path / "vault", database_url=postgresql_url, extra=section)
    company = build_company(config, clock=clock, with_document=False)
    initial = second_officer(company, 2)
    session = sign_in(company.vault, login="officer2", password=initial, place=OFFICE_PLACE, user_agent="tests")
    change_password(company.vault, session.actor, current=initial, new=PASSWORD)
    for _ in range(2):
        news(company)
        assert turn(company, clock) == []
    assert len(placed(company)) == 2
    assert findings(company) == set()
    key = SigningKey.from_secret(company.vault.keyroom.service_key(ServiceKey.TRAIL_SIGNING))
    longer = Checkpoint("tests.example/vault", signed_to(company) + 50, os.urandom(32))
    note = sign_checkpoint(longer, key)
    (tmp_path / "share" / folder_of(longer.origin) / name_of(note, longer)).write_text(note)
    assert findings(company) == {"anchor.behind"}

    done = succeed(
        company.vault,
        company.at_keyboard("officer"),
        company.at_keyboard("officer2"),
        reason=ReasonDraft("other", "The newest backup after the fire is from Monday"),
    )

    assert (done.origin, done.loss.outside_size) == ("tests.example/vault/2", longer.size)
    news(company)
    turn(company, clock)
    assert findings(company) == set()
    with reading(company.vault.engine) as tx:
        reading_key = company.vault.keyroom.service_key(ServiceKey.TRAIL_READING)
        assert verify_ledger(tx, now=clock.now(), reading_key=reading_key).findings == ()
    company.vault.engine.dispose()
