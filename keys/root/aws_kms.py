"""``aws-kms:KEY?region=REGION``: a symmetric key in AWS KMS; KEY is a key id, an ARN, or ``alias/NAME``.

Options: ``region`` (required unless KEY is an ARN), ``endpoint`` (another service that speaks the same), ``profile``.
Credentials come from where the AWS SDK looks for them; none stands in the URI. The encryption context is bound as KMS's
own, in base64, so a wrap opens in its own context only, and every use stands in CloudTrail with it.

The id of the key is a digest of its ARN, so an alias that is pointed at another key is noticed. Needs the extra
``aws-kms``. Source: AWS KMS API reference (Encrypt, Decrypt, DescribeKey, CreateKey).
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import boto3
import botocore.config
import botocore.exceptions

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
    unpack,
)
from keys.root.port import Passphrase

CONTEXT_NAME = "dossier-vault"
_OPTIONS = frozenset({"region", "endpoint", "profile"})
_ALTERED = frozenset({"InvalidCiphertextException", "IncorrectKeyException"})
_DISABLED = frozenset({"DisabledException", "KMSInvalidStateException"})
_FORBIDDEN = frozenset(
    {"AccessDeniedException", "UnrecognizedClientException", "InvalidSignatureException", "ExpiredTokenException"}
)


@dataclass(frozen=True, slots=True)
class _Place:
    uri: str
    key: str
    region: str
    endpoint: str
    profile: str


@dataclass(frozen=True, slots=True)
class KmsRootKey:
    """A :class:`keys.root.port.RootKey`; the client is safe between threads."""

    uri: str
    key_id: KeyId
    arn: str
    client: Any = field(repr=False, compare=False)

    def wrap(self, secret: Secret, *, context: EncryptionContext, random: RandomBytes) -> bytes:  # noqa: ARG002 - KMS draws its own nonces
        answer = asking(
            lambda: self.client.encrypt(KeyId=self.arn, Plaintext=secret.reveal(), EncryptionContext=_bound(context)),
            lambda exc: _translated(self.arn, exc),
        )
        return pack(self.key_id, bytes(answer["CiphertextBlob"]))

    def unwrap(self, wrapped: bytes, *, context: EncryptionContext) -> Secret:
        given = unpack(self.key_id, wrapped)
        # Some services that speak KMS open with keys that are switched off; the key's own state is asked first.
        _require_usable(_described(self.client, self.arn))
        answer = asking(
            lambda: self.client.decrypt(KeyId=self.arn, CiphertextBlob=given, EncryptionContext=_bound(context)),
            lambda exc: _translated(self.arn, exc),
        )
        return opened(bytes(answer["Plaintext"]))

    def check(self) -> None:
        _require_usable(_described(self.client, self.arn))


def open_root_key(location: str, *, passphrase: Passphrase | None) -> KmsRootKey:  # noqa: ARG001 - the port's form
    """The key, enabled and symmetric. KeyUnavailable otherwise; never makes one."""
    place = _place_of(location)
    client = _client(place)
    facts = _described(client, place.key)
    _require_usable(facts)
    arn = str(facts["Arn"])
    return KmsRootKey(place.uri, key_id_of("aws-kms", arn), arn, client)


def create_root_key(location: str, *, passphrase: Passphrase | None, random: RandomBytes) -> KmsRootKey:  # noqa: ARG001
    """A new key under an alias that is free. KeyUnavailable if the alias is taken, or KEY is no ``alias/NAME``."""
    place = _place_of(location)
    if not place.key.startswith("alias/"):
        raise KeyUnavailable("a new key in KMS gets a name: write aws-kms:alias/NAME, or make the key first")
    client = _client(place)
    try:
        _described(client, place.key)
    except _NoSuchKey:
        made = asking(
            lambda: client.create_key(KeySpec="SYMMETRIC_DEFAULT", KeyUsage="ENCRYPT_DECRYPT"),
            lambda exc: _translated(place.key, exc),
        )
        asking(
            lambda: client.create_alias(AliasName=place.key, TargetKeyId=made["KeyMetadata"]["KeyId"]),
            lambda exc: _translated(place.key, exc),
        )
        return open_root_key(location, passphrase=passphrase)
    raise KeyUnavailable(f"there is a key {place.key} already: a root key is never replaced, name another")


class _NoSuchKey(KeyUnavailable):
    """KMS knows no key of that name."""


def _place_of(location: str) -> _Place:
    parts = urlsplit(location)
    options = options_of(parts.query, allowed=_OPTIONS)
    key = location.partition("?")[0]
    region = options.get("region", "") or (key.split(":")[3] if key.startswith("arn:") and key.count(":") > 4 else "")
    if not key or not region:
        raise KeyUnavailable("the root key's URI cannot be used: write aws-kms:alias/NAME?region=REGION")
    return _Place(f"aws-kms:{location}", key, region, options.get("endpoint", ""), options.get("profile", ""))


def _client(place: _Place) -> Any:
    settings = botocore.config.Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=ANSWER_SECONDS,
        retries={"total_max_attempts": 2, "mode": "standard"},
    )

    def made() -> Any:
        session = boto3.session.Session(profile_name=place.profile or None, region_name=place.region)
        return session.client("kms", endpoint_url=place.endpoint or None, config=settings)

    return asking(made, lambda exc: _translated(place.key, exc))


def _described(client: Any, key: str) -> dict[str, Any]:
    answer = asking(lambda: client.describe_key(KeyId=key), lambda exc: _translated(key, exc))
    return dict(answer["KeyMetadata"])


def _require_usable(facts: dict[str, Any]) -> None:
    name = facts.get("Arn", "")
    if facts.get("KeySpec", "SYMMETRIC_DEFAULT") != "SYMMETRIC_DEFAULT" or facts.get("KeyUsage") != "ENCRYPT_DECRYPT":
        raise KeyUnavailable(f"{name} is not a symmetric key that encrypts: make another for the vault")
    if facts.get("KeyState") != "Enabled":
        raise KeyUnavailable(f"{name} is {facts.get('KeyState', 'not enabled')}: enable it, or call its deletion off")


def _translated(key: str, exc: Exception) -> KeysError:
    if isinstance(exc, botocore.exceptions.ClientError):
        code = str(exc.response.get("Error", {}).get("Code", ""))
        if code in _ALTERED:
            return UnwrapError("a sealed record did not open")
        if code in _DISABLED:
            return KeyUnavailable(f"KMS key {key} is switched off or about to be deleted: enable it")
        if code in _FORBIDDEN:
            return KeyUnavailable(f"KMS refuses the credentials for {key}: renew them, or allow its use")
        if code == "NotFoundException":
            return _NoSuchKey(f"KMS knows no key {key}: correct the URI, or its region")
        return KeyUnavailable(f"KMS answered {code or 'unusably'} for {key}: look at the service")
    if isinstance(exc, botocore.exceptions.NoCredentialsError | botocore.exceptions.ProfileNotFound):
        return KeyUnavailable("there are no credentials for KMS: give the vault's user some, or name a profile")
    return KeyUnavailable(f"KMS does not answer ({type(exc).__name__}): check that it can be reached")


def _bound(context: EncryptionContext) -> dict[str, str]:
    return {CONTEXT_NAME: base64.b64encode(context.encode()).decode("ascii")}
