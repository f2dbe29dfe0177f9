"""Which settings held when: recorded by each node as they change."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from tests.attacks.observing import trail
from tests.company import Company, set_policy
from vault.config.model import SessionsConfig, Zone
from vault.ledger.events import Event
from vault.policy.document import DEFAULT_POLICY, ClassPolicy, Policy
from vault.policy.settings import applied_policy
from vault.runtime import Vault
from vault.worker.policy_record import record_policy


def with_sessions(vault: Vault, hours: int) -> Vault:
    return replace(vault, config=msgspec.structs.replace(vault.config, sessions=SessionsConfig(hours=hours)))


def test_policy_is_recorded_once_until_it_changes(company: Company) -> None:
    """With the numbers that people were subject to, each class's own."""
    vault = company.vault
    assert [record_policy(vault), record_policy(vault)] == [True, False]
    set_policy(company, Policy(views=5, classes={"secret": ClassPolicy(views=1)}))
    assert [record_policy(vault), record_policy(vault)] == [True, False]
    first, second = trail(company, Event.POLICY_APPLIED)
    assert (first.details["views_secret"], first.details["lease_minutes_secret"]) == (3, 15)
    assert (second.details["views_internal"], second.details["views_secret"]) == (5, 1)
    assert first.details["digest"] != second.details["digest"]


def test_going_back_is_recorded_too(company: Company) -> None:
    """What held in between is bounded on both sides."""
    changed = with_sessions(company.vault, 5)
    assert all(record_policy(each) for each in (company.vault, changed, company.vault))


def test_two_nodes_with_different_files_do_not_record_in_turn(company: Company) -> None:
    """Each compares with its own last record."""
    vault = with_sessions(company.vault, 5)
    other = replace(
        vault,
        config=msgspec.structs.replace(vault.config, trail=msgspec.structs.replace(vault.config.trail, node="n2")),
    )
    assert [record_policy(each) for each in (company.vault, other, company.vault, other)] == [True, True, False, False]


def test_digest_covers_the_networks_of_places(company: Company) -> None:
    """A place that means another network is another policy, though its name is the same."""
    config = company.vault.config
    places = msgspec.structs.replace(config.places, zones=(Zone(name="Head office", networks=("10.0.0.0/8",)),))
    changed = msgspec.structs.replace(config, places=places)
    assert applied_policy(config, DEFAULT_POLICY).digest != applied_policy(changed, DEFAULT_POLICY).digest
