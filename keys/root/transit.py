"""``transit:https://HOST[:PORT]/MOUNT/KEY?token_file=PATH``: a key in the transit engine of OpenBao or Vault.

Options: ``token_file`` (required; a file of its owner alone), ``ca_file``, ``namespace``. The key is of type
``aes256-gcm96`` and *derived*: the encryption context goes along as the derivation context, so a wrap opens in its own
context only. That is what the engine's rewrap lacks (it takes no associated data), so keys move by decrypt and encrypt.

The root key never leaves the engine; what it unwraps passes through TLS into this process. Needs the extra ``transit``.
Source: the transit API pages of OpenBao and Vault (encrypt, decrypt, read key).
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import hvac
import hvac.exceptions
import requests

from keys.errors import KeysError, KeyUnavailable, UnwrapError
from keys.model import EncryptionContext, KeyId, RandomBytes, Secret
from keys.root.foreign import (
    ANSWER_SECONDS,
    CONNECT_SECONDS,
    asking,
    key_id_of,
    opened,
    options_of,
    pack,
    private_text,
    unpack,
)
from keys.root.port import Passphrase

KEY_TYPE = "aes256-gcm96"
_OPTIONS = frozenset({"token_file", "ca_file", "namespace"})
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the key is, as the URI says."""

    uri: str
    server: str
    mount: str
    name: str
    token_file: str
    ca_file: str
    namespace: str


@dataclass(frozen=True, slots=True)
class TransitRootKey:
    """A :class:`keys.root.port.RootKey`. A client for each call: threads share nothing, and a renewed token is used."""

    uri: str
    key_id: KeyId
    place: _Place = field(repr=False)

    def wrap(self, secret: Secret, *, context: EncryptionContext, random: RandomBytes) -> bytes:  # noqa: ARG002 - the engine draws its own nonces
        plaintext = _base64(secret.reveal())
        answer = _ask(self.place, lambda client: _encrypt(client, self.place, plaintext, context))
        ciphertext = answer.get("ciphertext")
        if not isinstance(ciphertext, str) or not ciphertext.isascii():
            raise KeyUnavailable(f"the transit engine at {self.place.server} answered without a ciphertext: check it")
        return pack(self.key_id, ciphertext.encode("ascii"))

    def unwrap(self, wrapped: bytes, *, context: EncryptionContext) -> Secret:
        given = unpack(self.key_id, wrapped)
        try:
            ciphertext = given.decode("ascii")
        except UnicodeDecodeError as exc:
            raise UnwrapError("a sealed record did not open") from exc
        try:
            answer = _ask(self.place, lambda client: _decrypt(client, self.place, ciphertext, context))
        except UnwrapError:
            _require_key(self.place)  # a key that is gone is the operator's matter, and answered alike
            raise
        try:
            return opened(base64.b64decode(str(answer.get("plaintext", "")), validate=True))
        except binascii.Error as exc:
            raise UnwrapError("a sealed record did not open") from exc

    def check(self) -> None:
        _require_key(self.place)


def open_root_key(location: str, *, passphrase: Passphrase | None) -> TransitRootKey:  # noqa: ARG001 - the port's form
    """The key as it is in the engine. KeyUnavailable if it is not there, or not of the type and kind needed."""
    place = _place_of(location)
    _require_key(place)
    return TransitRootKey(place.uri, key_id_of("transit", place.namespace, place.mount, place.name), place)


def create_root_key(location: str, *, passphrase: Passphrase | None, random: RandomBytes) -> TransitRootKey:  # noqa: ARG001
    """A new derived key in the engine, not exportable; KeyUnavailable if there is one of that name."""
    place = _place_of(location)
    if _read_key(place) is not None:
        raise KeyUnavailable(f"there is a transit key {place.name} already: a root key is never replaced, name another")
    _ask(
        place,
        lambda client: client.secrets.transit.create_key(
            name=place.name,
            key_type=KEY_TYPE,
            derived=True,
            exportable=False,
            allow_plaintext_backup=False,
            mount_point=place.mount,
        ),
        answers=False,
    )
    return open_root_key(location, passphrase=passphrase)


def _place_of(location: str) -> _Place:
    """The parts of a URI; KeyUnavailable, without repeating it, for one that cannot be used."""
    parts = urlsplit(location)
    mount, _, name = parts.path.strip("/").rpartition("/")
    if parts.scheme not in {"https", "http"} or not parts.hostname or not mount or not name or parts.username:
        raise KeyUnavailable("the root key's URI cannot be used: write transit:https://HOST/MOUNT/KEY?token_file=PATH")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise KeyUnavailable("the root key's URI cannot be used: keys travel over https only, except on the loopback")
    options = options_of(parts.query, allowed=_OPTIONS)
    if not options.get("token_file"):
        raise KeyUnavailable("the root key's URI lacks token_file: write ?token_file=PATH, a file of its owner alone")
    return _Place(
        uri=f"transit:{location}",
        server=f"{parts.scheme}://{parts.netloc}",
        mount=mount,
        name=name,
        token_file=options["token_file"],
        ca_file=options.get("ca_file", ""),
        namespace=options.get("namespace", ""),
    )


def _require_key(place: _Place) -> None:
    facts = _read_key(place)
    if facts is None:
        raise KeyUnavailable(f"there is no transit key {place.name} at {place.server}: restore it or correct the URI")
    if facts.get("type") != KEY_TYPE or facts.get("derived") is not True:
        raise KeyUnavailable(f"transit key {place.name} is not a derived {KEY_TYPE} key: make another for the vault")
    if facts.get("exportable") is True or facts.get("allow_plaintext_backup") is True:
        raise KeyUnavailable(f"transit key {place.name} may be exported: make another that may not, for the vault")


def _read_key(place: _Place) -> dict[str, Any] | None:
    def read(client: hvac.Client) -> Any:
        try:
            return client.secrets.transit.read_key(name=place.name, mount_point=place.mount)
        except hvac.exceptions.InvalidPath:
            return {"data": {}}

    facts = _ask(place, read)
    return facts or None


def _encrypt(client: hvac.Client, place: _Place, plaintext: str, context: EncryptionContext) -> Any:
    return client.secrets.transit.encrypt_data(
        name=place.name, plaintext=plaintext, context=_base64(context.encode()), mount_point=place.mount
    )


def _decrypt(client: hvac.Client, place: _Place, ciphertext: str, context: EncryptionContext) -> Any:
    try:
        return client.secrets.transit.decrypt_data(
            name=place.name, ciphertext=ciphertext, context=_base64(context.encode()), mount_point=place.mount
        )
    except hvac.exceptions.InvalidRequest as exc:  # 400: altered, another context, another key; told apart by nobody
        raise UnwrapError("a sealed record did not open") from exc


def _ask(place: _Place, call: Any, *, answers: bool = True) -> dict[str, Any]:
    """The ``data`` of the answer. One try, bounded in time; no redirect is followed with a token in hand.

    KeyUnavailable for whatever is not the API's form of answer, such as a proxy's page with status 200.
    """
    client = hvac.Client(
        url=place.server,
        token=private_text(place.token_file, what="token"),
        verify=_certificates(place),
        timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
        namespace=place.namespace or None,
        allow_redirects=False,
        strict_http=True,
    )
    try:
        answer = asking(lambda: call(client), lambda exc: _translated(place, exc))
    finally:
        client.adapter.close()
    if not answers:
        return {}
    found = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(found, dict):
        raise KeyUnavailable(f"what answers at {place.server} is no transit engine: correct the URI, or look at it")
    return found


def _certificates(place: _Place) -> str | bool:
    if not place.ca_file:
        return True
    if not Path(place.ca_file).is_file():
        raise KeyUnavailable(f"the certificate authorities' file is not there: {place.ca_file}")
    return place.ca_file


def _translated(place: _Place, exc: Exception) -> KeysError:
    where = f"the transit engine at {place.server}"
    if isinstance(exc, hvac.exceptions.Forbidden | hvac.exceptions.Unauthorized):
        return KeyUnavailable(f"{where} refuses the token: renew it, or let it use key {place.name}")
    if isinstance(exc, hvac.exceptions.VaultDown):
        return KeyUnavailable(f"{where} is sealed or standing by: unseal it")
    if isinstance(exc, requests.exceptions.SSLError):
        return KeyUnavailable(f"{where} shows a certificate that is not trusted: check ca_file and the address")
    if isinstance(exc, requests.exceptions.RequestException):
        return KeyUnavailable(f"{where} does not answer: check that it runs and can be reached")
    return KeyUnavailable(f"{where} answered unusably ({type(exc).__name__}): check it")


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
