"""Commands of a person who signs in for them, by the same rules as in the browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from gateway.cli.session import Session
from vault.model import Actor, Place, PlaceSource
from vault.people.signing_in import sign_in, sign_out
from vault.runtime import Vault

_HERE = Place(address="local", source=PlaceSource.DECLARED, declared="command line")


def signed_by(office: str, *, in_json: str = "Answer in JSON.") -> Callable[[Any], Any]:
    """The options ``--as``, ``--password-file`` and ``--json`` of a command for people of this office.

    ``in_json`` says what ``--json`` changes where that is not the whole answer.
    """

    def with_options(command: Any) -> Any:
        for option in (
            click.option("--json", "as_json", is_flag=True, help=in_json),
            click.option(
                "--password-file",
                type=click.Path(exists=True, dir_okay=False, path_type=Path),
                help="File with that person's password; else it is asked for.",
            ),
            click.option("--as", "login", required=True, help=f"Login of the {office}."),
        ):
            command = option(command)
        return command

    return with_options


@contextmanager
def signed_in(session: Session, login: str, password_file: Path | None) -> Iterator[tuple[Vault, Actor]]:
    """The vault, unsealed, and the person signed in for as long as the command runs."""
    vault = session.vault(unseal=True)
    with also_signed_in(vault, login, password_file) as actor:
        yield vault, actor


@contextmanager
def confirmed_in(session: Session, login: str, password_file: Path | None) -> Iterator[tuple[Vault, Actor, str]]:
    """As :func:`signed_in`, with the password, for an act that it confirms once more."""
    vault = session.vault(unseal=True)
    password = _typed_or_read(login, password_file)
    with _signed(vault, login, password) as actor:
        yield vault, actor, password


@contextmanager
def also_signed_in(vault: Vault, login: str, password_file: Path | None) -> Iterator[Actor]:
    """One more person beside whoever is signed in already, for what two people do together."""
    with _signed(vault, login, _typed_or_read(login, password_file)) as actor:
        yield actor


@contextmanager
def _signed(vault: Vault, login: str, password: str) -> Iterator[Actor]:
    begun = sign_in(vault, login=login, password=password, place=_HERE, user_agent="dossier-vault")
    try:
        yield begun.actor
    finally:
        sign_out(vault, begun.actor)


def _typed_or_read(login: str, file: Path | None) -> str:
    if file is not None:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    typed: str = click.prompt(f"Password of {login}", hide_input=True, err=True)
    return typed
