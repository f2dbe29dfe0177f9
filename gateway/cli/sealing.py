"""``seal`` and ``unseal``: every process forgets its keys by order, and gets them again."""

from __future__ import annotations

from typing import BinaryIO

import click

from gateway.cli import unseal_socket
from gateway.cli.session import Session, answering, needs_asking, print_json
from keys.hygiene import harden_process
from keys.model import Secret
from vault.assembly import open_vault
from vault.custody.passphrases import HeldPassphrase
from vault.custody.sealing import lift_order, seal_by_order
from vault.policy.reasons import ReasonDraft


@click.command()
@click.option("--reason", required=True, help="Why; recorded in the trail.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_obj
def seal(session: Session, reason: str, as_json: bool) -> None:
    """Let every process of the vault forget its keys within a second, until `unseal`.

    Example: dossier-vault seal --reason "Break-in at the data centre"
    """
    with answering(session, as_json=as_json):
        seal_by_order(session.vault(), None, reason=ReasonDraft("other", reason))
    if as_json:
        print_json({"ok": True, "sealed": True})
    else:
        click.echo("sealed")


@click.command()
@click.option("--passphrase-file", type=click.File("rb"), help="File with the passphrase; else it is asked for.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_obj
def unseal(session: Session, passphrase_file: BinaryIO | None, as_json: bool) -> None:
    """Lift the order and let every process on this machine open the root key again.

    The root key is opened here first, so that an order is not lifted by somebody without it. Where the root key has a
    passphrase, the processes on this machine get it through a socket of the vault's own user; run it on each machine.

    Example: dossier-vault unseal
    """
    with answering(session, as_json=as_json):
        config = session.config()
        typed = _passphrase(passphrase_file) if needs_asking(config) else None
        harden_process()
        vault = open_vault(config, passphrase=HeldPassphrase(Secret(typed)) if typed is not None else None)
        vault.keyroom.prove_root()
        if vault.keyroom.is_sealed_by_order():
            lift_order(vault)
        unsealed, listening = unseal_socket.tell(vault.spool, typed) if typed is not None else (0, 0)
    if as_json:
        print_json({"ok": unsealed == listening, "processes": listening, "unsealed": unsealed})
    elif listening:
        click.echo(f"unsealed {unsealed} of {listening} processes")
    else:
        click.echo("unsealed")


def _passphrase(file: BinaryIO | None) -> bytes:
    if file is not None:
        return file.read().rstrip(b"\r\n")
    typed: str = click.prompt("Passphrase", hide_input=True, err=True)
    return typed.encode()
