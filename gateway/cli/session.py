"""What every command shares: opening the vault, and turning errors into a sentence and an exit code."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from gateway.faults import frames_of
from gateway.sentences import sentence_in
from keys.errors import KeyUnavailable
from keys.hygiene import harden_process
from keys.model import Secret
from keys.root.port import Passphrase
from vault.assembly import open_vault
from vault.config import Config, load_config
from vault.custody.passphrases import HeldPassphrase
from vault.errors import (
    AccessDenied,
    ConfigError,
    Conflict,
    InputError,
    LeaseEnded,
    NotFound,
    NotSignedIn,
    OperatorError,
    QuotaSpent,
    TamperError,
    TooMany,
    VaultError,
)
from vault.runtime import Vault
from vault.trail.verifying import CUT_SHORT

DONE, FOUND, UNUSABLE, NOT_ALLOWED, STATE_FORBIDS, AWAY, TAMPERED = range(7)
EXIT_CODES: tuple[tuple[type[VaultError], int], ...] = (
    (ConfigError, UNUSABLE),
    (InputError, UNUSABLE),
    (NotSignedIn, NOT_ALLOWED),
    (AccessDenied, NOT_ALLOWED),
    (NotFound, NOT_ALLOWED),
    (Conflict, STATE_FORBIDS),
    (QuotaSpent, STATE_FORBIDS),
    (LeaseEnded, STATE_FORBIDS),
    (TooMany, AWAY),
    (TamperError, TAMPERED),
    (OperatorError, AWAY),
)


@dataclass(frozen=True, slots=True)
class Session:
    """One run of a command: which configuration and which language."""

    config_path: str
    locale: str

    def config(self) -> Config:
        """The configuration, with every fault listed at once if it has any."""
        return load_config(Path(self.config_path))

    def vault(self, *, unseal: bool = False, with_root: bool = False) -> Vault:
        """The vault of the configuration; unsealed if wanted.

        For that, or ``with_root``, the passphrase is asked for where the root key has one and no file holds it.
        """
        harden_process()
        config = self.config()
        vault = open_vault(config, passphrase=asked_passphrase(config) if unseal or with_root else None)
        if unseal:
            vault.keyroom.unseal()
        return vault


def asked_passphrase(config: Config) -> Passphrase | None:
    """Asks for the passphrase now, where one is needed and no file has it; held for every child process."""
    if not needs_asking(config):
        return None
    return HeldPassphrase(Secret(click.prompt("Passphrase", hide_input=True, err=True).encode()))


def needs_asking(config: Config) -> bool:
    """Whether the root key's passphrase is in people's heads alone."""
    return config.keys.passphrase_file is None and config.keys.root.startswith("passphrase:")


def new_passphrase(root: str, *, file: Path | None) -> Passphrase | None:
    """The passphrase of a new root key: from its file, else typed twice; None where the provider needs none."""
    if not root.startswith("passphrase:"):
        return None
    if file is not None:
        return lambda: Secret(file.read_bytes().rstrip(b"\r\n"))
    typed = click.prompt("New passphrase", hide_input=True, confirmation_prompt=True, err=True)
    return lambda: Secret(typed.encode())


def exit_code_of(error: VaultError) -> int:
    """The documented exit code for an error."""
    return next(code for kind, code in EXIT_CODES if isinstance(error, kind))


@contextmanager
def answering(session: Session, *, as_json: bool) -> Iterator[None]:
    """Turns what goes wrong inside into one sentence on stderr (or JSON on stdout) and the documented exit code."""
    try:
        yield
    except ConfigError as error:
        _fail(session, error, as_json=as_json, faults=error.faults)
    except VaultError as error:
        _fail(session, error, as_json=as_json, faults=_faults_of(error))


def remedy_of(error: VaultError) -> str:
    """What the key provider tells its operator: which file, and what to do. '' for every other error."""
    return str(error.__cause__) if isinstance(error.__cause__, KeyUnavailable) else ""


def _faults_of(error: VaultError) -> list[str]:
    """What stands under the sentence: a remedy, or where a verification was cut short, since a command has no log."""
    if error.code in CUT_SHORT and error.__cause__ is not None:
        return [type(error.__cause__).__name__, *frames_of(error.__cause__)]
    return [remedy for remedy in [remedy_of(error)] if remedy]


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def _fail(session: Session, error: VaultError, *, as_json: bool, faults: list[str] | None = None) -> None:
    sentence = sentence_in(session.locale, error)
    if as_json:
        where = {name: error.params[name] for name in ("column", "entry") if name in error.params}
        faulty = {"faults": faults} if faults else {}
        print_json({"ok": False, "code": error.code, "message": sentence, **where, **faulty})
    else:
        click.echo(sentence, err=True)
        for fault in faults or []:
            click.echo(f"  {fault}", err=True)
    sys.exit(exit_code_of(error))
