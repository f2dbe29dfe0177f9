"""The beginning of a vault: root key, key-encryption keys, service keys, the trail's first leaf, first administrator.

::

    (1) root key        created through its provider; one that an interrupted try left is taken up, never replaced
    (2) one transaction key versions, service keys, trail genesis, administrator, each with its entry

Killed anywhere, the same command goes on. Killed after (2), its answer is lost and with it the only way in: so, until
the first administrator has chosen a password, the same command gives them a new initial one. Otherwise it is a Conflict
on a vault that has begun, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from keys.errors import KeyUnavailable
from keys.keyring import KekRecord, Keyring
from keys.model import KeyVersion, Secret
from keys.primitives import SigningKey, generate_box_keypair, new_secret
from keys.root import create_root_key, open_root_key
from keys.root.port import Passphrase, RootKey
from keys.wrapping import service_key_context
from vault.custody.keyroom import SERVICE_RING, TRAIL_RING, ServiceKey
from vault.custody.translation import translated_key_errors
from vault.database import key_queries, people_queries
from vault.database.engine import Connection, reading, transaction
from vault.database.key_queries import ServiceKeyRecord
from vault.database.migrating import migrate
from vault.errors import Conflict, Unavailable
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.ledger.genesis import start_trail
from vault.model import Classification, Office
from vault.people.accounts import CreatedPerson, PersonDraft, check_draft, new_person
from vault.people.passwords import initial_password
from vault.runtime import Vault

RINGS = (SERVICE_RING, TRAIL_RING, *(classification.value for classification in Classification))
_FIRST = KeyVersion(1)


def initialise(vault: Vault, *, administrator: PersonDraft, passphrase: Passphrase | None) -> CreatedPerson:
    """Begins the vault and gives the first administrator's initial password, shown this once.

    Conflict ``vault.initialised`` if it has begun; Unavailable if root key, database or store cannot be had.
    """
    migrate(vault.engine)
    draft = check_draft(administrator)
    if is_initialised(vault):
        return _answer_again(vault, draft)
    _make_store(vault)
    vault.store.probe()
    with translated_key_errors():
        root = _root_key(vault, passphrase)  # (1)
        keks = [Keyring.create_kek(root, ring, version=_FIRST, random=vault.random) for ring in RINGS]
        keyring = Keyring.sealed()
        keyring.unseal(root, keks)
    password = initial_password(vault.random)
    person = new_person(vault, draft, password_phc=vault.passwords.hash(password))
    with transaction(vault.engine) as tx:  # (2)
        _store_keks(vault, tx, keks)
        public = _store_service_keys(vault, tx, keyring)
        start_trail(
            tx,
            origin=vault.config.trail.origin,
            signing_public=public[ServiceKey.TRAIL_SIGNING],
            reading_public=public[ServiceKey.TRAIL_READING],
            clock=vault.clock,
            random=vault.random,
        )
        people_queries.store_person(tx, person)
        for kek in keks:
            facts: dict[str, str | int] = {"ring": kek.ring, "number": kek.version, "key": kek.key_id.hex()}
            vault.recorder.append(tx, Entry(Event.KEY_CREATED, Outcome.SUCCESS, details=facts))
        vault.recorder.append(
            tx,
            Entry(
                Event.PERSON_CREATED,
                Outcome.SUCCESS,
                subject_person=person.id,
                details={"office": Office.ADMINISTRATOR.value},
            ),
        )
    return CreatedPerson(person.id, password)


def is_initialised(vault: Vault) -> bool:
    """Whether the vault has begun."""
    with reading(vault.engine) as tx:
        return bool(key_queries.list_key_versions(tx))


def _make_store(vault: Vault) -> None:
    """The store's directory, made only now: later, a directory that is gone is a disk that is not mounted."""
    directory = vault.config.storage.directory
    if directory is None:
        return
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable("store.bucket_missing") from error


def _answer_again(vault: Vault, draft: PersonDraft) -> CreatedPerson:
    """A new initial password, if the first administrator is all that there is and never used theirs.

    Gives away nothing: whoever runs this has the database.
    """
    password = initial_password(vault.random)
    phc = vault.passwords.hash(password)
    with transaction(vault.engine) as tx:
        people = people_queries.list_people(tx)
        if [person.login for person in people] != [draft.login] or not people[0].password_is_initial:
            raise Conflict("vault.initialised")
        person = replace(people[0], password_phc=phc)
        if not people_queries.replace_person(tx, person, revision=person.revision):
            raise Conflict("vault.initialised")
        entry = Entry(Event.PERSON_PASSWORD_CHANGED, Outcome.SUCCESS, subject_person=person.id)
        vault.recorder.append(tx, entry)
    return CreatedPerson(person.id, password)


def _root_key(vault: Vault, passphrase: Passphrase | None) -> RootKey:
    """A new root key, or the one that an interrupted try left; the creation's own error tells if neither can be had."""
    try:
        return create_root_key(vault.config.keys.root, passphrase=passphrase, random=vault.random)
    except KeyUnavailable as refused:
        try:
            return open_root_key(vault.config.keys.root, passphrase=passphrase)
        except KeyUnavailable:
            raise refused from None


def _store_keks(vault: Vault, tx: Connection, keks: list[KekRecord]) -> None:
    for kek in keks:
        key_queries.store_key_version(tx, kek, root_uri=vault.config.keys.root, now=vault.clock.now())


def _store_service_keys(vault: Vault, tx: Connection, keyring: Keyring) -> dict[ServiceKey, bytes]:
    """Stores every service key wrapped; the public halves of those that have one."""
    publics: dict[ServiceKey, bytes] = {}
    for name in ServiceKey:
        secret, public = _MAKERS.get(name, _symmetric)(vault)
        wrapped = keyring.wrap(name.ring, secret, context=service_key_context(name.value), random=vault.random)
        key_queries.store_service_key(
            tx, ServiceKeyRecord(name=name.value, wrapped=wrapped, public=public), now=vault.clock.now()
        )
        key_queries.count_wraps(tx, name.ring, version=_FIRST, more=1)
        if public is not None:
            publics[name] = public
    return publics


def _symmetric(vault: Vault) -> tuple[Secret, bytes | None]:
    return new_secret(vault.random), None


def _signing(vault: Vault) -> tuple[Secret, bytes | None]:
    secret = new_secret(vault.random)
    return secret, SigningKey.from_secret(secret).public


def _reading(vault: Vault) -> tuple[Secret, bytes | None]:
    return generate_box_keypair(vault.random)


_MAKERS: dict[ServiceKey, Callable[[Vault], tuple[Secret, bytes | None]]] = {
    ServiceKey.TRAIL_SIGNING: _signing,
    ServiceKey.TRAIL_READING: _reading,
}
