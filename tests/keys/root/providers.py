"""Every root key provider with what it takes to run it in a test, behind one form for the contract suite."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import boto3
from moto import mock_aws

from keys.primitives import Argon2Profile
from keys.root import create_root_key, open_root_key, passphrase
from keys.root.port import RootKey
from tests.keys.root.transit_engine import TransitEngine
from tests.servers import require

PASSPHRASE = "correct horse battery staple"
SOFTHSM = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")
PIN = "482913"


def asked() -> str:
    return PASSPHRASE


class Provider(Protocol):
    """One provider, its keys at a test's own places."""

    scheme: str

    def uri(self, name: str = "root") -> str: ...

    def create(self, name: str = "root") -> RootKey: ...

    def open(self, name: str = "root") -> RootKey: ...

    def count(self) -> int:
        """How many keys there are where the provider keeps them."""
        ...

    @property
    def harms(self) -> Mapping[str, Callable[[], None]]:
        """What can happen to the key ``root`` afterwards so that it can not be had: by name."""
        ...


@dataclass
class FileProvider:
    """``file:`` and ``passphrase:``, whose keys are files of a folder."""

    scheme: str
    folder: Path

    def uri(self, name: str = "root") -> str:
        return f"{self.scheme}:{self.folder / name}"

    def create(self, name: str = "root") -> RootKey:
        if self.scheme == "passphrase":  # by its module, to name the cheap profile
            location = str(self.folder / name)
            return passphrase.create_root_key(
                location, passphrase=asked, random=secrets.token_bytes, profile=Argon2Profile.TESTING
            )
        return create_root_key(self.uri(name), random=secrets.token_bytes)

    def open(self, name: str = "root") -> RootKey:
        return open_root_key(self.uri(name), passphrase=asked)

    def count(self) -> int:
        return len(list(self.folder.iterdir()))

    @property
    def harms(self) -> Mapping[str, Callable[[], None]]:
        place = self.folder / "root"
        return {
            "gone": place.unlink,
            "exposed": lambda: place.chmod(0o644),
            "damaged": lambda: _cut(place),
            "exchanged": lambda: _exchange(self, place),
        }


def _cut(place: Path) -> None:
    place.write_bytes(place.read_bytes()[:-10])


def _exchange(provider: FileProvider, place: Path) -> None:
    provider.create("other")
    place.write_bytes(place.with_name("other").read_bytes())


@dataclass
class TransitProvider:
    """``transit:`` over a running engine."""

    folder: Path
    engine: TransitEngine
    scheme: str = "transit"

    def __post_init__(self) -> None:
        self.token_file = self.folder / "token"
        self.write_token(self.engine.token)

    def write_token(self, token: str) -> None:
        self.token_file.write_text(token)
        self.token_file.chmod(0o600)

    def uri(self, name: str = "root") -> str:
        return f"transit:{self.engine.url}/{self.engine.mount}/{name}?token_file={self.token_file}"

    def create(self, name: str = "root") -> RootKey:
        return create_root_key(self.uri(name), random=secrets.token_bytes)

    def open(self, name: str = "root") -> RootKey:
        return open_root_key(self.uri(name))

    def count(self) -> int:
        return len(self.engine.keys)

    @property
    def harms(self) -> Mapping[str, Callable[[], None]]:
        return {
            "gone": self.engine.keys.clear,
            "sealed": lambda: setattr(self.engine, "is_sealed", True),
            "token revoked": lambda: self.write_token("s.other"),
            "token exposed": lambda: self.token_file.chmod(0o644),
            "token gone": self.token_file.unlink,
            "broken answers": lambda: setattr(self.engine, "answer_with", lambda: (200, b"<html>gateway</html>")),
            "server error": lambda: setattr(self.engine, "answer_with", lambda: (500, b"{}")),
        }


@dataclass
class KmsProvider:
    """``aws-kms:`` over a stand-in of KMS in this process, with the state checks that it lacks in the provider."""

    scheme: str = "aws-kms"

    def uri(self, name: str = "root") -> str:
        return f"aws-kms:alias/{name}?region=eu-central-1"

    def create(self, name: str = "root") -> RootKey:
        return create_root_key(self.uri(name), random=secrets.token_bytes)

    def open(self, name: str = "root") -> RootKey:
        return open_root_key(self.uri(name))

    def count(self) -> int:
        return len(_kms().list_keys()["Keys"])

    @property
    def harms(self) -> Mapping[str, Callable[[], None]]:
        return {
            "disabled": lambda: _kms().disable_key(KeyId=_id()),
            "deletion scheduled": lambda: _kms().schedule_key_deletion(KeyId=_id(), PendingWindowInDays=7),
        }


def _kms() -> Any:
    return boto3.client("kms", region_name="eu-central-1")


def _id() -> str:
    return str(_kms().describe_key(KeyId="alias/root")["KeyMetadata"]["KeyId"])


@dataclass
class TokenProvider:
    """``pkcs11:`` over a SoftHSM token of its own."""

    folder: Path
    module: str
    scheme: str = "pkcs11"
    token: str = field(default_factory=lambda: "vault-" + secrets.token_hex(4))

    def __post_init__(self) -> None:
        self.pin_file = self.folder / "pin"
        self.write_pin(PIN)
        command = [
            "softhsm2-util",
            "--init-token",
            "--free",
            "--label",
            self.token,
            "--pin",
            PIN,
            "--so-pin",
            "98127364",
        ]
        subprocess.run(command, check=True, capture_output=True)

    def write_pin(self, pin: str) -> None:
        self.pin_file.write_text(pin)
        self.pin_file.chmod(0o600)

    def uri(self, name: str = "root") -> str:
        where = f"module-path={self.module}&pin-source=file:{self.pin_file}"
        return f"pkcs11:token={self.token};object={name}?{where}"

    def create(self, name: str = "root") -> RootKey:
        return create_root_key(self.uri(name), random=secrets.token_bytes)

    def open(self, name: str = "root") -> RootKey:
        return open_root_key(self.uri(name))

    def count(self) -> int:
        listing = ["pkcs11-tool", "--module", self.module, "--token-label", self.token, "--login", "--pin", PIN, "-O"]
        shown = subprocess.run(listing, check=True, capture_output=True, text=True).stdout
        return shown.count("Secret Key Object")

    @property
    def harms(self) -> Mapping[str, Callable[[], None]]:
        return {
            "wrong pin": lambda: self.write_pin("000000"),
            "pin exposed": lambda: self.pin_file.chmod(0o644),
            "pin gone": self.pin_file.unlink,
            "token deleted": self._delete_token,
        }

    def _delete_token(self) -> None:
        subprocess.run(["softhsm2-util", "--delete-token", "--token", self.token], check=True, capture_output=True)


@contextmanager
def _files(scheme: str, folder: Path) -> Iterator[Provider]:
    (folder / "keys").mkdir()
    yield FileProvider(scheme, folder / "keys")


@contextmanager
def _transit(_scheme: str, folder: Path) -> Iterator[Provider]:
    engine = TransitEngine()
    server = engine.start()
    yield TransitProvider(folder, engine)
    server.shutdown()
    server.server_close()


@contextmanager
def _kms_service(_scheme: str, _folder: Path) -> Iterator[Provider]:
    with _environment(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing"), mock_aws():
        yield KmsProvider()


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value


@contextmanager
def _token(_scheme: str, folder: Path) -> Iterator[Provider]:
    module = next((path for path in SOFTHSM if Path(path).is_file()), "")
    require(module and shutil.which("softhsm2-util") and shutil.which("pkcs11-tool"), "SoftHSM (softhsm2, opensc)")
    (folder / "tokens").mkdir()
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n")
    with _environment(SOFTHSM2_CONF=str(settings)):
        yield TokenProvider(folder, module)


RUNNING: Mapping[str, Callable[[str, Path], AbstractContextManager[Provider]]] = {
    "file": _files,
    "passphrase": _files,
    "transit": _transit,
    "aws-kms": _kms_service,
    "pkcs11": _token,
}

HARMS: Mapping[str, tuple[str, ...]] = {
    "file": ("gone", "exposed", "damaged", "exchanged"),
    "passphrase": ("gone", "exposed", "damaged", "exchanged"),
    "transit": ("gone", "sealed", "token revoked", "token exposed", "token gone", "broken answers", "server error"),
    "aws-kms": ("disabled", "deletion scheduled"),
    "pkcs11": ("wrong pin", "pin exposed", "pin gone", "token deleted"),
}
"""What can happen to a key, by provider; each provider's ``harms`` do it."""
