"""The unsealed keys of one process: all of them or none, and a reason for whoever asks while there are none."""

from __future__ import annotations

import threading

import pytest

from keys.errors import KeyUnavailable
from keys.model import Secret
from keys.root import open_root_key
from keys.root.port import RootKey
from keys.wrapping import dossier_key_context
from tests.attacks.observing import alter, column
from tests.company import Company, found_dossier, open_company_vault, write_config
from vault.custody.keyroom import SERVICE_RING, TRAIL_RING, KeyRoom, ServiceKey
from vault.custody.unsealing import unseal
from vault.database import key_queries
from vault.database.engine import transaction
from vault.errors import Sealed, TamperError, Unavailable
from vault.model import Classification
from vault.trail.findings import list_findings

SECRET = Secret(bytes(32))
CONTEXT = dossier_key_context("d" + "a" * 26)


def test_unsealed_room_gives_every_service_key(company: Company) -> None:
    """One purpose each, all different."""
    keys = {company.vault.keyroom.service_key(name).reveal() for name in ServiceKey}

    assert len(keys) == len(ServiceKey)
    assert all(len(key) == 32 for key in keys)
    assert not company.vault.is_sealed
    company.vault.keyroom.require_unsealed()


def test_sealed_room_gives_nothing(company: Company) -> None:
    """Every way to a key says: sealed."""
    room = company.vault.keyroom
    room.seal()

    assert company.vault.is_sealed
    with pytest.raises(Sealed):
        room.require_unsealed()
    for name in ServiceKey:
        with pytest.raises(Sealed):
            room.service_key(name)


def test_room_can_be_sealed_and_unsealed_again(company: Company) -> None:
    """With the very same keys; sealing twice and unsealing twice is nothing."""
    before = company.vault.keyroom.service_key(ServiceKey.NAME_INDEX).reveal()
    for _ in range(2):
        company.vault.seal()
    for _ in range(2):
        company.vault.unseal()

    assert company.vault.keyroom.service_key(ServiceKey.NAME_INDEX).reveal() == before


def test_vault_that_has_not_begun_has_nothing_to_unseal(company: Company) -> None:
    """It says so instead of inventing keys."""
    alter(company, "DELETE FROM key_versions")
    company.vault.seal()

    with pytest.raises(Sealed) as refused:
        company.vault.unseal()
    assert refused.value.code == "keys.not_initialised"
    assert column(company, "SELECT count(*) FROM key_versions") == [0]


def test_missing_root_key_leaves_it_sealed_until_it_is_back(company: Company) -> None:
    """A volume that was not mounted: for the operator, and no new key is made."""
    company.vault.seal()
    root = company.directory / "root.key"
    root.rename(company.directory / "away")
    with pytest.raises(Unavailable) as refused:
        company.vault.unseal()
    assert refused.value.code == "keys.unavailable"
    assert company.vault.is_sealed
    assert not root.exists()

    (company.directory / "away").rename(root)
    company.vault.unseal()
    assert not company.vault.is_sealed


def test_root_key_of_another_vault_leaves_it_sealed(company: Company) -> None:
    """The wrong file is told from tampering by its name."""
    company.vault.seal()
    root = company.directory / "root.key"
    root.chmod(0o644)

    with pytest.raises(Unavailable):
        company.vault.unseal()
    assert company.vault.is_sealed


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE service_keys SET wrapped = (SELECT wrapped FROM service_keys WHERE name = 'name_index')",
        "UPDATE service_keys SET wrapped = substr(wrapped, 1, 40) || zeroblob(42) WHERE name = 'marking'",
        "UPDATE key_versions SET wrapped = zeroblob(82)",
    ],
    ids=["service keys swapped", "service key altered", "every version altered"],
)
def test_altered_keys_leave_it_sealed(company: Company, damage: str) -> None:
    """All or nothing: a room with one good key and one bad is not opened half."""
    company.vault.seal()
    assert alter(company, damage)

    with pytest.raises((TamperError, Unavailable)):
        company.vault.unseal()
    assert company.vault.is_sealed


def test_version_that_does_not_open_is_lost_alone_and_recorded(company: Company) -> None:
    """The rest stays readable; what is not is named to the security officer."""
    company.vault.seal()
    assert alter(company, "UPDATE key_versions SET wrapped = zeroblob(82) WHERE ring = 'secret'")

    unseal(company.vault)
    lost = company.vault.keyroom.keyring.lost_versions
    assert [(version.ring, version.version) for version in lost] == [("secret", 1)]
    company.sequence()
    found = list_findings(company.vault, company.at_keyboard("officer")).new
    assert [(each.row.code, each.row.details["ring"]) for each in found] == [("tamper.key", "secret")]
    with pytest.raises(Unavailable):
        found_dossier(company, classification=Classification.SECRET)
    found_dossier(company)


def test_database_that_is_away_leaves_it_sealed(company: Company) -> None:
    """Nothing to unwrap can be read."""
    other = open_company_vault(write_config(company.directory / "elsewhere"))

    with pytest.raises(Unavailable):
        other.unseal()
    assert other.is_sealed
    other.engine.dispose()


def test_several_threads_unsealing_at_once_unseal_once(company: Company) -> None:
    """A second thread waits for the first and finds it done."""
    company.vault.seal()
    threads = [threading.Thread(target=company.vault.unseal) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not company.vault.is_sealed


def test_each_wrap_is_counted_in_the_callers_transaction(company: Company) -> None:
    """Undone with what it was for; counted where it was not."""
    query = "SELECT wraps FROM key_versions WHERE ring = 'confidential'"
    before = column(company, query)[0]

    with transaction(company.vault.engine) as tx:
        company.vault.keyroom.wrap(tx, "confidential", SECRET, context=CONTEXT)
    assert column(company, query) == [before + 1]

    def count_and_fail() -> None:
        with transaction(company.vault.engine) as tx:
            company.vault.keyroom.wrap(tx, "confidential", SECRET, context=CONTEXT)
            raise LookupError

    with pytest.raises(LookupError):
        count_and_fail()
    assert column(company, query) == [before + 1]


def test_service_keys_lie_under_the_ring_of_their_purpose() -> None:
    """Whoever rotates the trail's ring touches the trail's keys alone."""
    rings = {name: name.ring for name in ServiceKey}

    assert {name for name, ring in rings.items() if ring == TRAIL_RING} == {
        ServiceKey.TRAIL_SIGNING,
        ServiceKey.TRAIL_READING,
    }
    assert set(rings.values()) == {TRAIL_RING, SERVICE_RING}


def test_room_shows_no_key_in_its_representation(company: Company) -> None:
    """Neither in a log line nor in a traceback."""
    shown = repr(company.vault.keyroom) + repr(company.vault) + repr(vars(company.vault.keyroom))

    for name in ServiceKey:
        key = company.vault.keyroom.service_key(name).reveal()
        assert repr(key)[2:-1] not in shown
        assert key.hex() not in shown


def test_root_key_is_opened_once_at_unsealing_and_not_for_a_change_of_states(company: Company) -> None:
    """Argon2 for a passphrase or a round trip to a token is paid at unsealing, not with every step of a rotation."""
    opened: list[int] = []
    config = company.vault.config

    def root_key() -> RootKey:
        opened.append(1)
        return open_root_key(config.keys.root)

    room = KeyRoom(
        engine=company.vault.engine,
        root_key=root_key,
        random=company.vault.random,
        monotonic=company.vault.monotonic,
    )
    room.unseal()
    assert len(opened) == 1
    with transaction(company.vault.engine) as tx:
        key_queries.next_generation(tx)
    for _step in range(3):
        room.refresh()
    assert len(opened) == 1


def test_root_key_that_cannot_be_opened_is_tried_once(company: Company) -> None:
    """Not once for each key that waits for it: a provider may let its caller wait for seconds."""
    tried: list[int] = []

    def away() -> RootKey:
        tried.append(1)
        raise KeyUnavailable("the provider does not answer")

    room = KeyRoom(
        engine=company.vault.engine, root_key=away, random=company.vault.random, monotonic=company.vault.monotonic
    )
    with pytest.raises(Unavailable):
        room.unseal()
    assert len(tried) == 1
    assert room.is_sealed
