"""The commands of ``keys`` that need no officer's password: they make, bring back and store what keys rest on.

Whoever runs them stands at the server with its configuration, and at times with the cards of the recovery key.
"""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Any

import click

from gateway.cli.session import Session, answering, new_passphrase, print_json
from vault.custody import recovery
from vault.custody.manifest import newest_manifest, restore_from_manifest, store_manifest
from vault.custody.new_root import make_root
from vault.database.migrating import migrate
from vault.storage.port import ObjectKey


@click.command(name="new-root")
@click.argument("uri")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_obj
def new_root(session: Session, uri: str, as_json: bool) -> None:
    """Make a fresh root key at URI, to move keys to. Never replaces one; nothing is under it yet.

    Example: dossier-vault keys new-root file:/etc/dossier-vault/new.key
    """
    with answering(session, as_json=as_json):
        key_id = make_root(session.vault(), uri, passphrase=new_passphrase(uri, file=None))
    if as_json:
        print_json({"ok": True, "root": uri, "key": key_id})
    else:
        click.echo(f"{key_id}\t{uri}")


@click.command(name="prepare-recovery")
@click.option("--shares", default=5, show_default=True, help="Cards to make.")
@click.option("--threshold", default=3, show_default=True, help="Cards that are needed.")
@click.option("--replace", is_flag=True, help="Make another; the old cards are worthless then.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_obj
def prepare_recovery(session: Session, shares: int, threshold: int, replace: bool, as_json: bool) -> None:
    """Make a recovery key and print its cards, this once. Do it away from cameras and keep the cards apart.

    Example: dossier-vault keys prepare-recovery --shares 5 --threshold 3
    """
    with answering(session, as_json=as_json):
        vault = session.vault(unseal=True)
        cards = recovery.prepare_recovery(vault, shares=shares, threshold=threshold, replace_old=replace)
    if as_json:
        print_json({"ok": True, "threshold": threshold, "cards": cards})
        return
    for number, card in enumerate(cards, start=1):
        click.echo(f"{number}/{shares}\t{card}")


@click.command()
@click.argument("new_root")
@click.option("--cards", type=click.File("r"), default="-", help="File with a card a line; else stdin.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_obj
def recover(session: Session, new_root: str, cards: Any, as_json: bool) -> None:
    """Bring every key back under a new root key at NEW_ROOT, by the cards of the recovery key.

    Example: dossier-vault keys recover file:/etc/dossier-vault/root-2.key --cards cards.txt
    """
    with answering(session, as_json=as_json):
        vault = session.vault()
        lines = [line.rpartition("\t")[2].strip() for line in cards if line.strip()]
        done = recovery.recover(vault, cards=lines, new_root=new_root, passphrase=new_passphrase(new_root, file=None))
    if as_json:
        print_json({"ok": not done.lost, "restored": done.restored, "lost": list(done.lost)})
    else:
        click.echo(f"{done.restored}\t{new_root}")
        for each in done.lost:
            click.echo(f"LOST\t{each}", err=True)
    if done.lost:
        sys.exit(1)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_obj
def manifest(session: Session, as_json: bool) -> None:
    """Store the manifest of wrapped keys beside the objects now.

    Example: dossier-vault keys manifest
    """
    with answering(session, as_json=as_json):
        stored = store_manifest(session.vault(unseal=True))
    if as_json:
        print_json({"ok": True, **asdict(stored)})
    else:
        click.echo(f"{stored.key}\t{stored.rows} rows")


@click.command(name="restore-manifest")
@click.argument("key", default="")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_obj
def restore_manifest(session: Session, key: str, as_json: bool) -> None:
    """Bring a lost database's keys back into an empty one, from a manifest (else the newest) and the root key.

    Example: dossier-vault keys restore-manifest
    """
    with answering(session, as_json=as_json):
        vault = session.vault(with_root=True)
        migrate(vault.engine)
        chosen = ObjectKey(key) if key else newest_manifest(vault.store)
        rows = restore_from_manifest(vault, key=chosen, root=vault.keyroom.open_root())
    if as_json:
        print_json({"ok": True, "manifest": chosen, "rows": rows})
    else:
        click.echo(f"{rows}\t{chosen}")
