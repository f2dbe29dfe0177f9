"""``passphrase:/path``: the root key in people's heads; the file holds what deriving it takes, and no key.

::

    dossier-vault root passphrase v1
    id 6f1d...                      16 bytes, hexadecimal
    argon2id standard               name of the profile (keys.primitives.Argon2Profile)
    salt 0b77...                    16 bytes
    verifier 3e50...                32 bytes
    sum 51ab...                     SHA-256 of the lines above

``master = Argon2id(NFC(passphrase), salt)``; root key and verifier are HKDF of it under two labels and the key id. The
passphrase is not kept once the key is derived.
Whoever has the file can try passphrases at the profile's price each: the passphrase is the protection, not the file.
A wrong passphrase and an altered file give the same error. Losing either loses the vault.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

from keys.errors import KeyUnavailable
from keys.model import KEY_BYTES, KEY_ID_BYTES, KeyId, RandomBytes, Secret
from keys.primitives.derivation import derive_key
from keys.primitives.passwords import SALT_BYTES, Argon2Profile, derive_from_passphrase
from keys.primitives.records import random_bytes
from keys.root.keyfiles import create_key_file, location_path, read_key_file, require_free
from keys.root.local import LocalRootKey, parse_hex, parse_key_id
from keys.root.port import Passphrase

TITLE = "dossier-vault root passphrase v1"
ROOT_LABEL = "vault.root.passphrase.v1"
VERIFIER_LABEL = "vault.root.verifier.v1"
SHORTEST_PASSPHRASE_CHARACTERS = 12
_NAMES = ("id", "argon2id", "salt", "verifier")
_PROFILES = {profile.name.lower(): profile for profile in Argon2Profile}


def open_root_key(location: str, *, passphrase: Passphrase | None) -> LocalRootKey:
    """The key of this passphrase; it is asked for once, after the file was found."""
    path = location_path(location)
    _parameters(path)
    given = _asked(passphrase)
    return _derived(path, given)


def create_root_key(
    location: str,
    *,
    passphrase: Passphrase | None,
    random: RandomBytes,
    profile: Argon2Profile = Argon2Profile.STANDARD,
) -> LocalRootKey:
    """A fresh salt in a new file, and the key that the passphrase (12 characters at least) gives with it."""
    path = location_path(location)
    require_free(path)
    given = _asked(passphrase)
    if len(_text_of(given)) < SHORTEST_PASSPHRASE_CHARACTERS:
        raise KeyUnavailable(f"a root passphrase has at least {SHORTEST_PASSPHRASE_CHARACTERS} characters")
    key_id, salt = KeyId(random_bytes(random, KEY_ID_BYTES)), random_bytes(random, SALT_BYTES)
    master = derive_from_passphrase(given, salt=salt, profile=profile)
    verifier = derive_key(master, label=VERIFIER_LABEL, context=key_id).reveal()
    values = {"id": key_id.hex(), "argon2id": profile.name.lower(), "salt": salt.hex(), "verifier": verifier.hex()}
    create_key_file(path, title=TITLE, values=values, random=random)
    return _derived(path, given)  # what was written is what opens


def _derived(path: Path, given: Secret) -> LocalRootKey:
    parameters = _parameters(path)
    key_id, profile, salt, verifier = parameters
    master = derive_from_passphrase(given, salt=salt, profile=profile)
    if derive_key(master, label=VERIFIER_LABEL, context=key_id) != verifier:
        raise KeyUnavailable(f"passphrase and root key file {path} do not belong together: check both")
    root = derive_key(master, label=ROOT_LABEL, context=key_id)
    return LocalRootKey(f"passphrase:{path}", key_id, root, lambda: _parameters(path) == parameters)


def _parameters(path: Path) -> tuple[KeyId, Argon2Profile, bytes, Secret]:
    values = read_key_file(path, title=TITLE, names=_NAMES)
    key_id, profile = parse_key_id(values["id"]), _PROFILES.get(values["argon2id"])
    salt, verifier = parse_hex(values["salt"], length=SALT_BYTES), parse_hex(values["verifier"], length=KEY_BYTES)
    if key_id is None or profile is None or salt is None or verifier is None:
        raise KeyUnavailable(f"root key file {path} is damaged: restore it from its backup")
    return key_id, profile, salt, Secret(verifier)


def _asked(passphrase: Passphrase | None) -> Secret:
    if passphrase is None:
        raise KeyUnavailable("the root key needs its passphrase: start where it can be typed, or name its file")
    answer = passphrase()
    text = answer if isinstance(answer, str) else _text_of(answer)
    return Secret(unicodedata.normalize("NFC", text).encode("utf-8", "surrogateescape"))


def _text_of(passphrase: Secret) -> str:
    return passphrase.reveal().decode("utf-8", "surrogateescape")
