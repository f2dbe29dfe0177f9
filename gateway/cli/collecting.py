"""``gc``: objects in the store that no row knows."""

from __future__ import annotations

import click

from gateway.cli.session import Session, answering, print_json
from vault.worker.sweeping import remove_unknown_objects


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_obj
def gc(session: Session, as_json: bool) -> None:
    """Remove objects older than a day that no row knows: what crashes between seal and commit leave behind.

    Example: dossier-vault gc --json
    """
    with answering(session, as_json=as_json):
        removed = remove_unknown_objects(session.vault())
    if as_json:
        print_json({"ok": True, "removed": removed})
    else:
        for key in removed:
            click.echo(key)
