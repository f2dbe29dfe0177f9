"""``pkcs11:token=LABEL;object=LABEL?module-path=LIBRARY&pin-source=file:/PATH``: a key in a hardware security module.

The URI is that of RFC 7512 (attributes ``token``, ``object``, ``id``; query ``module-path``, ``pin-source``). The key
is an AES-256 secret key that was made inside and never left: ``CKA_SENSITIVE``, ``CKA_NEVER_EXTRACTABLE`` and
``CKA_ALWAYS_SENSITIVE`` are looked at before it is used. Wraps are AES-GCM inside the token, 96-bit nonces from our own
random source, the encryption context as associated data.

PKCS#11 libraries keep state of their own for the whole process, are initialised once and are not trusted with threads
here: one lock holds every call, and after a fork the child initialises anew. Needs the extra ``pkcs11``.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

import pkcs11
import pkcs11.exceptions
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.mechanisms import GCMParams

from keys.errors import KeysError, KeyUnavailable, UnwrapError
from keys.model import EncryptionContext, KeyId, RandomBytes, Secret
from keys.primitives.records import NONCE_BYTES, TAG_BYTES, random_bytes
from keys.root.foreign import asking, key_id_of, opened, options_of, pack, private_text, unpack
from keys.root.port import Passphrase

_KEY_BITS = 256
_OPTIONS = frozenset({"module-path", "pin-source"})
_ATTRIBUTES = frozenset({"token", "object", "id", "serial", "type"})
_LOCK = threading.RLock()
_LIBRARIES: dict[tuple[str, int], Any] = {}
"""Loaded libraries by path and process: the one thing of a module that a process has only once."""

# What a token says of a ciphertext that is not what it made: libraries differ, and some know only a general error.
_ALTERED = (
    pkcs11.exceptions.EncryptedDataInvalid,
    pkcs11.exceptions.EncryptedDataLenRange,
    pkcs11.exceptions.GeneralError,
    pkcs11.exceptions.DataInvalid,
)


@dataclass(frozen=True, slots=True)
class _Place:
    uri: str
    module: str
    token: str
    label: str
    object_id: bytes
    pin_file: str


@dataclass(frozen=True, slots=True)
class TokenRootKey:
    """A :class:`keys.root.port.RootKey`. A session for each call, so that a token that was away is found again."""

    uri: str
    key_id: KeyId
    place: _Place = field(repr=False)

    def wrap(self, secret: Secret, *, context: EncryptionContext, random: RandomBytes) -> bytes:
        nonce = random_bytes(random, NONCE_BYTES)

        def encrypt(key: Any) -> bytes:
            parameters = GCMParams(nonce, context.encode(), TAG_BYTES * 8)
            return bytes(key.encrypt(secret.reveal(), mechanism=Mechanism.AES_GCM, mechanism_param=parameters))

        return pack(self.key_id, nonce + _with_key(self.place, encrypt))

    def unwrap(self, wrapped: bytes, *, context: EncryptionContext) -> Secret:
        given = unpack(self.key_id, wrapped)
        if len(given) < NONCE_BYTES + TAG_BYTES:
            raise UnwrapError("a sealed record did not open")
        nonce, sealed = given[:NONCE_BYTES], given[NONCE_BYTES:]

        def decrypt(key: Any) -> bytes:
            parameters = GCMParams(nonce, context.encode(), TAG_BYTES * 8)
            try:
                return bytes(key.decrypt(sealed, mechanism=Mechanism.AES_GCM, mechanism_param=parameters))
            except _ALTERED as exc:
                raise UnwrapError("a sealed record did not open") from exc

        return opened(_with_key(self.place, decrypt))

    def check(self) -> None:
        _with_key(self.place, lambda _key: None)


def open_root_key(location: str, *, passphrase: Passphrase | None) -> TokenRootKey:  # noqa: ARG001 - the PIN has a file
    """The key in its token. KeyUnavailable if either is not there, or the key could ever have left the token."""
    place = _place_of(location)
    serial = _with_key(place, lambda key: str(key.session.token.serial.hex()) + ":" + _identity(key))
    return TokenRootKey(place.uri, key_id_of("pkcs11", *serial.split(":")), place)


def create_root_key(location: str, *, passphrase: Passphrase | None, random: RandomBytes) -> TokenRootKey:
    """A new key made inside the token; KeyUnavailable if there is one of that name."""
    place = _place_of(location)
    object_id = place.object_id or random_bytes(random, 16)

    def make(session: Any) -> None:
        if list(session.get_objects(_template(place))):
            raise KeyUnavailable(f"there is a key {place.label} already: a root key is never replaced, name another")
        session.generate_key(
            KeyType.AES,
            _KEY_BITS,
            label=place.label,
            id=object_id,
            store=True,
            template={
                Attribute.SENSITIVE: True,
                Attribute.EXTRACTABLE: False,
                Attribute.ENCRYPT: True,
                Attribute.DECRYPT: True,
                Attribute.WRAP: False,
                Attribute.UNWRAP: False,
                Attribute.MODIFIABLE: False,
            },
        )

    _with_session(place, make, writing=True)
    return open_root_key(location, passphrase=passphrase)


def _place_of(location: str) -> _Place:
    """The parts of an RFC 7512 URI; KeyUnavailable, without repeating it, for one that cannot be used."""
    path, _, query = location.partition("?")
    options = options_of(urlsplit(f"?{query}").query, allowed=_OPTIONS)
    attributes = dict(pair.split("=", 1) for pair in path.split(";") if "=" in pair)
    pin_source = options.get("pin-source", "").removeprefix("file:")
    label = unquote(attributes.get("object", ""))
    usable = attributes.keys() <= _ATTRIBUTES and attributes.get("token") and label and options.get("module-path")
    if not usable or not pin_source:
        form = "pkcs11:token=LABEL;object=LABEL?module-path=LIBRARY&pin-source=file:/PATH"
        raise KeyUnavailable(f"the root key's URI cannot be used: write {form}")
    object_id = bytes.fromhex(attributes["id"].replace("%", "")) if "id" in attributes else b""
    token = unquote(attributes["token"])
    return _Place(f"pkcs11:{location}", options["module-path"], token, label, object_id, pin_source)


def _with_key(place: _Place, use: Any) -> Any:
    def with_session(session: Any) -> Any:
        found = list(session.get_objects(_template(place)))
        if len(found) != 1:
            kind = "no key" if not found else "more than one key"
            raise KeyUnavailable(f"token {place.token} holds {kind} {place.label}: correct the URI or restore the key")
        _require_confined(found[0], place)
        return use(found[0])

    return _with_session(place, with_session)


def _with_session(place: _Place, use: Any, *, writing: bool = False) -> Any:
    """One session at a time in the whole process."""
    with _LOCK:
        return asking(lambda: _in_session(place, use, writing), lambda exc: _translated(place, exc))


def _in_session(place: _Place, use: Any, writing: bool) -> Any:
    pin = private_text(place.pin_file, what="PIN")
    with _opened(place, pin, writing) as session:
        return use(session)


def _opened(place: _Place, pin: str, writing: bool) -> Any:
    """A session. Libraries look for tokens when they begin only: one that is missing or was exchanged is looked for
    anew, once. A refused PIN is not tried again: tokens count."""
    library = _library(place)
    try:
        return library.get_token(token_label=place.token).open(user_pin=pin, rw=writing)
    except (pkcs11.exceptions.NoSuchToken, pkcs11.exceptions.GeneralError, pkcs11.exceptions.TokenNotPresent):
        library.reinitialize()
        return library.get_token(token_label=place.token).open(user_pin=pin, rw=writing)


def _library(place: _Place) -> Any:
    """The library of this process; a child must not use what its parent initialised."""
    name = (place.module, os.getpid())
    if name not in _LIBRARIES:
        library = pkcs11.lib(place.module)
        if any(module == place.module for module, _process in _LIBRARIES):
            library.reinitialize()
        _LIBRARIES[name] = library
    return _LIBRARIES[name]


def _template(place: _Place) -> dict[Any, Any]:
    template = {Attribute.CLASS: ObjectClass.SECRET_KEY, Attribute.LABEL: place.label}
    return {**template, Attribute.ID: place.object_id} if place.object_id else template


def _require_confined(key: Any, place: _Place) -> None:
    """The key was made inside and cannot have left: what the token says of it for ever."""
    wanted = {
        Attribute.SENSITIVE: True,
        Attribute.EXTRACTABLE: False,
        Attribute.NEVER_EXTRACTABLE: True,
        Attribute.ALWAYS_SENSITIVE: True,
    }
    if any(key[attribute] is not value for attribute, value in wanted.items()):
        raise KeyUnavailable(f"key {place.label} can leave or has left its token: make another that cannot")
    if key[Attribute.KEY_TYPE] is not KeyType.AES or key[Attribute.VALUE_LEN] != _KEY_BITS // 8:
        raise KeyUnavailable(f"key {place.label} is not an AES-256 key: make another for the vault")


def _identity(key: Any) -> str:
    return bytes(key[Attribute.ID]).hex() + ":" + str(key[Attribute.LABEL])


def _translated(place: _Place, exc: Exception) -> KeysError:
    if isinstance(exc, pkcs11.exceptions.NoSuchToken | pkcs11.exceptions.TokenNotPresent):
        return KeyUnavailable(f"there is no token {place.token}: plug it in, or correct the URI")
    if isinstance(exc, pkcs11.exceptions.PinIncorrect | pkcs11.exceptions.PinInvalid | pkcs11.exceptions.PinLenRange):
        return KeyUnavailable(f"token {place.token} refuses the PIN: correct its file before the token locks itself")
    if isinstance(exc, pkcs11.exceptions.PinLocked):
        return KeyUnavailable(f"token {place.token} has locked its PIN: its security officer unlocks it")
    if isinstance(exc, pkcs11.exceptions.PKCS11Error):
        return KeyUnavailable(f"token {place.token} does not serve ({type(exc).__name__}): look at it")
    return KeyUnavailable(f"the library {place.module} cannot be used ({type(exc).__name__}): correct module-path")
