"""What keys need a person for: found by the table, counted for officers, and told to the trail once."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from keys.keyring import MOST_WRAPS
from keys.model import KeyState
from tests.company import Company
from tests.custody import approve_all, ordered, second_officer, work_off
from vault.clock import FixedClock
from vault.custody.attention import NEAR_THE_CAP, count_attention, raise_attention
from vault.custody.overview import overview
from vault.custody.scope import Scope
from vault.database import ledger_reading
from vault.database.engine import reading, transaction
from vault.database.tables.custody import key_versions
from vault.ledger.canonical import parse_object
from vault.ledger.events import Event
from vault.policy.custody import OperationKind


def told(company: Company) -> list[dict[str, object]]:
    """The details of what the trail was told, in its order."""
    company.sequence()
    with reading(company.vault.engine) as tx:
        leaves = [parse_object(leaf.leaf) for batch in ledger_reading.leaves_from(tx, 0, batch=1000) for leaf in batch]
    return [leaf["details"] for leaf in leaves if leaf["event"] == Event.KEY_ATTENTION_RAISED.value]


def warnings(company: Company) -> dict[str, str]:
    """What the officer's page says of each ring."""
    rings = overview(company.vault, company.at_keyboard("officer")).rings
    return {row.ring: row.warning for row in rings if row.warning}


def change(company: Company, ring: str, **values: object) -> None:
    with transaction(company.vault.engine) as tx:
        tx.execute(sa.update(key_versions).where(key_versions.c.ring == ring).values(**values))


def test_young_keys_need_nobody(company: Company) -> None:
    """Nothing is counted, nothing is told."""
    assert count_attention(company.vault, company.at_keyboard("officer")) == 0
    assert raise_attention(company.vault) == 0
    assert told(company) == []


def test_overdue_ring_is_told_once_and_again_after_another_period(company: Company, clock: FixedClock) -> None:
    """However often it is looked at; rotating settles it."""
    period = dt.timedelta(days=company.vault.config.custody.rotation_days)
    clock.advance(period)
    assert raise_attention(company.vault) == len(warnings(company)) > 1
    assert raise_attention(company.vault) == 0
    before = told(company)
    assert {"ring": "secret", "number": 1, "what": "due"} in before

    second_officer(company, 2)
    approve_all(company, ordered(company, OperationKind.ROTATE_RING, Scope(ring="secret")))
    work_off(company)
    assert "secret" not in warnings(company)
    assert count_attention(company.vault, company.at_keyboard("officer")) == len(before) - 1
    assert raise_attention(company.vault) == 0
    clock.advance(period)
    assert raise_attention(company.vault) == 1
    assert told(company)[len(before) :] == [{"ring": "secret", "number": 2, "what": "due"}]


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"wraps": int(MOST_WRAPS * NEAR_THE_CAP) + 1}, "near_cap"),
        ({"state": KeyState.SUSPENDED.value}, "no_active"),
        ({"wraps": MOST_WRAPS, "state": KeyState.SUSPENDED.value}, "no_active"),
    ],
)
def test_gravest_matter_is_what_is_told(company: Company, values: dict[str, object], what: str) -> None:
    """On the page, at the count and in the trail alike."""
    change(company, "secret", **values)

    assert warnings(company) == {"secret": what}
    assert count_attention(company.vault, company.at_keyboard("officer")) == 1
    assert raise_attention(company.vault) == 1
    assert told(company) == [{"ring": "secret", "number": 1, "what": what}]


def test_cap_is_not_near_at_its_border(company: Company) -> None:
    """Four fifths are still few enough."""
    change(company, "secret", wraps=int(MOST_WRAPS * NEAR_THE_CAP))
    assert warnings(company) == {}


@pytest.mark.parametrize("login", ["borrower", "custodian", "auditor", "admin"])
def test_others_are_not_told_how_many(company: Company, clock: FixedClock, login: str) -> None:
    """The count is for those who can do something."""
    clock.advance(dt.timedelta(days=4000))
    assert count_attention(company.vault, company.at_keyboard(login)) == 0


def test_sealed_vault_still_says_what_is_due(company: Company, clock: FixedClock) -> None:
    """States and dates are no secrets."""
    clock.advance(dt.timedelta(days=4000))
    company.vault.seal()
    assert raise_attention(company.vault) > 1
