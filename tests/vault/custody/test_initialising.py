"""The beginning of a vault: keys, trail and first administrator together, once, never over something that is there."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from keys.model import Secret
from tests.attacks.observing import trail
from tests.company import OFFICE_PLACE, Company, open_company_vault, write_config
from vault.custody.initialising import RINGS, initialise, is_initialised
from vault.custody.keyroom import ServiceKey
from vault.database import key_queries, people_queries
from vault.database.engine import reading
from vault.database.migrating import migrate
from vault.errors import Conflict, InputError, Unavailable
from vault.ledger.events import Event
from vault.model import Classification, Office
from vault.people.accounts import CreatedPerson, PersonDraft
from vault.people.signing_in import change_password, sign_in
from vault.runtime import Vault
from vault.trail.verifying import verify_trail


def draft(login: str = "ruth", office: Office = Office.ADMINISTRATOR) -> PersonDraft:
    return PersonDraft(
        login=login,
        name="Ruth Feldman",
        staff_number="N-0001",
        office=office,
        qualifications=frozenset(),
        clearance=Classification.INTERNAL,
        locale="en",
        timezone="Europe/London",
    )


def begin(vault: Vault, person: PersonDraft | None = None) -> CreatedPerson:
    return initialise(vault, administrator=person or draft(), passphrase=None)


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    """A vault that has not begun: only its configuration is there."""
    vault = open_company_vault(write_config(tmp_path / "new"))
    yield vault
    vault.engine.dispose()


def test_vault_begins_whole(vault: Vault) -> None:
    """Every ring and service key, a trail that verifies, and one administrator who can sign in."""
    created = begin(vault)
    vault.unseal()

    with reading(vault.engine) as tx:
        rings = {record.ring for record in key_queries.list_key_versions(tx)}
        services = {record.name: record.public for record in key_queries.list_service_keys(tx)}
        (person,) = people_queries.list_people(tx)
    assert rings == set(RINGS) == {"service", "trail", "internal", "confidential", "secret", "top_secret"}
    assert services.keys() == {name.value for name in ServiceKey}
    assert {name for name, public in services.items() if public} == {"trail_signing", "trail_reading"}
    assert (person.id, person.office, person.password_is_initial) == (
        created.id,
        Office.ADMINISTRATOR,
        True,
    )
    sign_in(vault, login="ruth", password=created.initial_password, place=OFFICE_PLACE, user_agent="tests")
    assert verify_trail(vault, None).is_sound


def test_beginning_is_recorded(vault: Vault, tmp_path: Path) -> None:
    """The first leaf, then each key and the first person."""
    begin(vault)
    vault.unseal()

    entries = trail(Company(vault, tmp_path))
    assert [entry.event for entry in entries] == [
        Event.TRAIL_GENESIS,
        *[Event.KEY_CREATED] * len(RINGS),
        Event.PERSON_CREATED,
    ]
    assert {entry.details["ring"] for entry in entries[1:-1]} == set(RINGS)


def test_vault_is_sealed_after_its_beginning(vault: Vault) -> None:
    """The command that begins it leaves no keys behind in a process that goes on."""
    begin(vault)

    assert vault.is_sealed


def test_root_key_is_the_owners_alone(vault: Vault, tmp_path: Path) -> None:
    """And so is the directory of objects."""
    begin(vault)

    assert stat.S_IMODE((tmp_path / "new/root.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new/objects").stat().st_mode) == 0o700


def test_vault_in_use_is_not_begun_again(company: Company) -> None:
    """A conflict that changes nothing, whoever is named."""
    for login in ("admin", "somebody"):
        with pytest.raises(Conflict) as refused:
            begin(company.vault, draft(login))
        assert refused.value.code == "vault.initialised"

    company.signed_in("admin")


def test_lost_answer_can_be_had_again_until_the_password_is_chosen(vault: Vault) -> None:
    """Killed after the commit, the same command gives a new initial password; the old one is dead."""
    first = begin(vault)
    again = begin(vault)

    assert again.id == first.id
    assert again.initial_password != first.initial_password
    session = sign_in(vault, login="ruth", password=again.initial_password, place=OFFICE_PLACE, user_agent="tests")
    change_password(vault, session.actor, current=again.initial_password, new="seven quiet harbours")
    with pytest.raises(Conflict):
        begin(vault)


def test_other_administrator_does_not_take_over(vault: Vault) -> None:
    """The same command for somebody else is refused."""
    begin(vault)

    with pytest.raises(Conflict):
        begin(vault, draft("mallory"))


def test_interrupted_beginning_goes_on_with_the_root_key_that_is_there(vault: Vault, tmp_path: Path) -> None:
    """Killed between root key and database: the key is taken up and not replaced."""
    objects = tmp_path / "new/objects"
    objects.write_text("in the way")
    with pytest.raises((Unavailable, FileExistsError)):
        begin(vault)
    objects.unlink()
    begin(vault)
    root = (tmp_path / "new/root.key").read_bytes()
    with vault.engine.begin() as tx:
        for table in ("key_versions", "service_keys", "people", "trail_head", "trail_leaves", "trail_search",
                      "trail_epochs", "trail_inbox", "trail_disclosures", "trail_periods", "trail_handles",
                      "trail_lanes"):  # fmt: skip
            tx.exec_driver_sql(f"DELETE FROM {table}")

    begin(vault)

    assert (tmp_path / "new/root.key").read_bytes() == root
    vault.unseal()


def test_root_key_that_cannot_be_had_begins_nothing(tmp_path: Path) -> None:
    """No place for the key: no database rows either."""
    config = write_config(tmp_path / "new")
    config.write_text(config.read_text().replace("/root.key", "/absent/root.key"))
    vault = open_company_vault(config)

    with pytest.raises(Unavailable) as refused:
        begin(vault)

    assert refused.value.code == "keys.unavailable"
    assert not is_initialised(vault)
    vault.engine.dispose()


def test_passphrase_is_asked_for_and_needed_again(tmp_path: Path) -> None:
    """The file alone opens nothing."""
    config = write_config(tmp_path / "new")
    config.write_text(config.read_text().replace("file:", "passphrase:"))
    vault = open_company_vault(config)
    begun = initialise(vault, administrator=draft(), passphrase=lambda: Secret(b"nine green bottles on a wall"))
    assert begun.initial_password

    with pytest.raises(Unavailable):
        vault.unseal()
    assert vault.is_sealed
    vault.engine.dispose()


def test_draft_of_nobody_begins_nothing(vault: Vault) -> None:
    """What is wrong with the person is told before anything is made."""
    with pytest.raises(InputError):
        begin(vault, draft(login="no spaces allowed"))

    assert not is_initialised(vault)


def test_migrated_database_has_not_begun(vault: Vault) -> None:
    """Tables alone are no vault."""
    migrate(vault.engine)

    assert not is_initialised(vault)
