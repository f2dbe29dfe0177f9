"""``init`` and ``migrate``: the beginning of a vault, and its database on a new version."""

from __future__ import annotations

import click

from gateway.cli.session import Session, answering, new_passphrase, print_json
from vault.custody.initialising import initialise
from vault.database import migrating
from vault.model import Classification, Office
from vault.people.accounts import PersonDraft


@click.command()
@click.option("--login", required=True, help="Login of the first administrator.")
@click.option("--name", required=True, help="Full name of the first administrator.")
@click.option("--staff-number", default="0001", show_default=True, help="Their staff number.")
@click.option("--timezone", default="UTC", show_default=True, help="Their time zone, such as Asia/Shanghai.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_obj
def init(session: Session, login: str, name: str, staff_number: str, timezone: str, as_json: bool) -> None:
    """Begin a vault: root key, key-encryption keys, the trail's first leaf and the first administrator.

    The administrator's initial password is shown this once. Killed half-way, run it again.

    Example: dossier-vault init --login ruth --name "Ruth Feldman" --timezone Europe/London
    """
    with answering(session, as_json=as_json):
        vault = session.vault()
        draft = PersonDraft(
            login=login,
            name=name,
            staff_number=staff_number,
            office=Office.ADMINISTRATOR,
            qualifications=frozenset(),
            clearance=Classification.INTERNAL,
            locale=session.locale,
            timezone=timezone,
        )
        created = initialise(
            vault,
            administrator=draft,
            passphrase=new_passphrase(vault.config.keys.root, file=vault.config.keys.passphrase_file),
        )
    if as_json:
        print_json({"ok": True, "administrator": login, "initial_password": created.initial_password})
    else:
        click.echo(f"{login}\t{created.initial_password}")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_obj
def migrate(session: Session, as_json: bool) -> None:
    """Bring the database to this version. Back it up first.

    Example: dossier-vault migrate
    """
    with answering(session, as_json=as_json):
        vault = session.vault()
        migrating.migrate(vault.engine)
        revision = migrating.current_revision(vault.engine)
    if as_json:
        print_json({"ok": True, "revision": revision})
    else:
        click.echo(revision)
