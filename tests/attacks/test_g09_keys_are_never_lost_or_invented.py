"""G9, as far as it goes without rotation: a key that is missing or wrong is never replaced, and no half state is left.

Rotation, resealing and destruction have their own tests when they come; here stands what they will rest on.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from keys.errors import KeyUnavailable
from keys.keyring import Keyring
from keys.model import KeyState, KeyVersion
from keys.root import create_root_key, open_root_key
from tests.attacks.acting import open_view
from tests.attacks.observing import alter, column, quota, trail
from tests.company import OFFICE_PLACE, PASSWORD, Company, open_company_vault
from tests.custody import ordered, second_officer
from vault.access.reading import read_page
from vault.custody.initialising import initialise
from vault.custody.keyroom import ServiceKey
from vault.custody.scope import Scope
from vault.database import key_queries
from vault.database.engine import transaction
from vault.errors import Conflict, OperatorError, Sealed, Unavailable, VaultError
from vault.ledger.events import Event
from vault.model import Classification, Office
from vault.people.drafts import PersonDraft
from vault.people.signing_in import sign_in
from vault.policy.custody import OperationKind
from vault.runtime import Vault

ADMINISTRATOR = PersonDraft(
    login="second",
    name="Second Admin",
    staff_number="N-7777",
    office=Office.ADMINISTRATOR,
    qualifications=frozenset(),
    clearance=Classification.INTERNAL,
    locale="en",
    timezone="UTC",
)


def _remove(path: Path) -> None:
    path.unlink()


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def _expose(path: Path) -> None:
    path.chmod(0o644)


def _another(path: Path) -> None:
    """The root key of another vault, in good order."""
    path.unlink()
    create_root_key(f"file:{path}", passphrase=None, random=_random)


def _link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


WRONG_KEYS = [_remove, _empty, _cut, _expose, _another, _link]


@pytest.mark.parametrize("spoil", WRONG_KEYS)
def test_start_with_a_missing_or_wrong_key_stays_sealed_and_invents_none(
    company: Company, spoil: Callable[[Path], None]
) -> None:
    """Starting with a missing key and making a new one: never. What lies there stays as it lies, and says why."""
    path = company.directory / "root.key"
    spoil(path)
    before = path.read_bytes() if path.exists() else None
    vault = _restarted(company)
    with pytest.raises(Unavailable, match=r"keys\.unavailable"):
        vault.unseal()
    with pytest.raises(Conflict, match=r"vault\.initialised"):
        initialise(vault, administrator=ADMINISTRATOR, passphrase=None)
    assert vault.is_sealed
    assert (path.read_bytes() if path.exists() else None) == before
    _assert_signs_in_but_opens_nothing(company, vault)
    vault.engine.dispose()


def test_right_key_put_back_opens_everything_again(company: Company) -> None:
    """Nothing was harmed while the wrong one lay there."""
    path = company.directory / "root.key"
    right = path.read_bytes()
    _another(path)
    vault = _restarted(company)
    with pytest.raises(Unavailable):
        vault.unseal()
    path.write_bytes(right)
    vault.unseal()
    actor = sign_in(vault, login="borrower", password=PASSWORD, place=OFFICE_PLACE, user_agent="").actor
    view_id = open_view(company, actor, vault=vault).view_id
    assert read_page(vault, actor, view_id=view_id, page_number=1).jpeg
    vault.engine.dispose()


def test_existing_root_key_is_never_written_over(company: Company) -> None:
    """Not even by the command that makes one."""
    path = company.directory / "root.key"
    before = path.read_bytes()
    with pytest.raises(KeyUnavailable):
        create_root_key(f"file:{path}", passphrase=None, random=_random)
    assert path.read_bytes() == before


def test_one_altered_key_version_is_lost_alone_and_no_rotation_is_built_on_it(company: Company) -> None:
    """What the other versions wrap opens; a rotation of the ring waits for the key and changes no wrapped one."""
    [wrapped] = column(company, "SELECT wrapped FROM key_versions WHERE ring = 'confidential'")
    bent = wrapped[:-1] + bytes([wrapped[-1] ^ 1])
    alter(company, "UPDATE key_versions SET wrapped = :bent WHERE ring = 'confidential'", bent=bent)
    before = column(company, "SELECT wrapped_key FROM dossiers")
    second_officer(company, 2)
    vault = _restarted(company)
    vault.unseal()
    assert [each.ring for each in vault.keyroom.keyring.lost_versions] == ["confidential"]
    assert all(vault.keyroom.service_key(name) for name in ServiceKey)
    company.vault = vault
    with pytest.raises(VaultError):
        ordered(company, OperationKind.ROTATE_RING, Scope(ring="confidential"))
    assert column(company, "SELECT wrapped_key FROM dossiers") == before
    assert column(company, "SELECT count(*) FROM key_operations") == [0]
    vault.engine.dispose()


def test_key_moved_to_another_class_does_not_open_there(company: Company) -> None:
    """The ring is part of what a key-encryption key is bound to: no class gets another's key."""
    [internal] = column(company, "SELECT wrapped FROM key_versions WHERE ring = 'internal'")
    alter(company, "UPDATE key_versions SET wrapped = :other WHERE ring = 'secret'", other=internal)
    vault = _restarted(company)
    vault.unseal()
    assert [each.ring for each in vault.keyroom.keyring.lost_versions] == ["secret"]
    vault.engine.dispose()


def test_missing_key_version_is_named_and_costs_no_view(company: Company) -> None:
    """A row that is gone is an outage that its restoring mends, not a reason to make another."""
    alter(company, "DELETE FROM key_versions WHERE ring = 'confidential'")
    vault = _restarted(company)
    vault.unseal()
    actor = sign_in(vault, login="borrower", password=PASSWORD, place=OFFICE_PLACE, user_agent="").actor
    with pytest.raises(Unavailable, match=r"keys\.unavailable"):
        open_view(company, actor, vault=vault)
    assert quota(company).used == 0
    assert column(company, "SELECT ring FROM key_versions WHERE ring = 'confidential'") == []
    vault.engine.dispose()


@pytest.mark.parametrize("state", [KeyState.SUSPENDED, KeyState.DESTROY_SCHEDULED, KeyState.COMPROMISED])
def test_version_whose_state_forbids_it_opens_nothing_and_returns_the_claim(company: Company, state: KeyState) -> None:
    """Suspended, compromised or about to be destroyed: refused for views, with the claim given back."""
    alter(company, "UPDATE key_versions SET state = :state WHERE ring = 'confidential'", state=state.value)
    vault = _restarted(company)
    vault.unseal()
    actor = sign_in(vault, login="borrower", password=PASSWORD, place=OFFICE_PLACE, user_agent="").actor
    with pytest.raises(OperatorError, match=r"keys\.state"):
        open_view(company, actor, vault=vault)
    assert quota(company).used == 0
    assert len(trail(company, Event.VIEW_CLAIM_RETURNED)) == 1
    vault.engine.dispose()


def test_documents_under_an_older_version_still_open(company: Company) -> None:
    """A newer active version wraps what is new; what names the older one is opened by the older one."""
    root = open_root_key(f"file:{company.directory}/root.key")
    newer = Keyring.create_kek(root, "confidential", version=KeyVersion(2), random=company.vault.random)
    alter(company, "UPDATE key_versions SET state = 'deactivated' WHERE ring = 'confidential'")
    with transaction(company.vault.engine) as tx:
        key_queries.store_key_version(tx, newer, root_uri="file:", now=company.vault.clock.now())
    vault = _restarted(company)
    vault.unseal()
    assert vault.keyroom.keyring.active_version("confidential") == 2
    actor = sign_in(vault, login="borrower", password=PASSWORD, place=OFFICE_PLACE, user_agent="").actor
    view_id = open_view(company, actor, vault=vault).view_id
    assert read_page(vault, actor, view_id=view_id, page_number=1).jpeg
    vault.engine.dispose()


def test_root_provider_is_not_asked_for_views(company: Company) -> None:
    """A provider that is away after unsealing stops no view: it is needed at the start, once."""
    (company.directory / "root.key").unlink()
    actor = company.signed_in("borrower")
    view_id = open_view(company, actor).view_id
    assert read_page(company.vault, actor, view_id=view_id, page_number=1).jpeg


def _restarted(company: Company) -> Vault:
    """Another process on the same files, sealed."""
    return open_company_vault(company.directory / "config.toml", clock=company.vault.clock)


def _assert_signs_in_but_opens_nothing(company: Company, vault: Vault) -> None:
    """Sealed means: sign-in and trail work, opening says why it doesn't."""
    actor = sign_in(vault, login="borrower", password=PASSWORD, place=OFFICE_PLACE, user_agent="").actor
    with pytest.raises(Sealed):
        open_view(company, actor, vault=vault)
    assert quota(company).used == 0


def _random(count: int) -> bytes:
    return secrets.token_bytes(count)
