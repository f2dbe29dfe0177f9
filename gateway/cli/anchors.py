"""``trail succeed``: two security officers begin a new trail where the anchors contradict the old one for good."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.cli.session import Session, answering, print_json
from gateway.cli.signed import also_signed_in, signed_in
from vault.anchors.succeeding import Succeeded
from vault.anchors.succeeding import succeed as succeed_trail
from vault.model import ReasonCategory
from vault.policy.reasons import ReasonDraft

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--as", "login", required=True, help="Login of the security officer who orders it.")
@click.option("--second", required=True, help="Login of the other security officer who agrees.")
@click.option("--reason", required=True, help="Why; recorded in the trail.")
@click.option(
    "--category",
    type=click.Choice([each.value for each in ReasonCategory]),
    default="other",
    show_default=True,
    help="What the reason is about.",
)
@click.option("--case", "case_number", default="", help="Case number.")
@click.option("--password-file", type=_FILE, help="File with the first one's password; else it is asked for.")
@click.option("--second-password-file", type=_FILE, help="File with the second one's password; else it is asked for.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_obj
def succeed(
    session: Session,
    login: str,
    second: str,
    reason: str,
    category: str,
    case_number: str,
    password_file: Path | None,
    second_password_file: Path | None,
    as_json: bool,
) -> None:
    """Begin a successor of this trail, whose first entry names what is lost. It cannot be taken back.

    Only where an anchor holds what this database has not, and the newest backup is back already. Both officers sign in.

    Example: dossier-vault trail succeed --as olga --second pavel --reason "Newest backup restored after the fire"
    """
    with (
        answering(session, as_json=as_json),
        signed_in(session, login, password_file) as (vault, actor),
        also_signed_in(vault, second, second_password_file) as other,
    ):
        done = succeed_trail(vault, actor, other, reason=ReasonDraft(category, reason, case_number))
    _say(done, as_json=as_json)


def _say(done: Succeeded, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "ok": True,
                "origin": done.origin,
                "index": done.index,
                "anchor": done.loss.anchor,
                "agreed": done.loss.agreed,
                "outside": done.loss.outside_size,
                "lost": done.loss.entries,
                "signing": done.is_signing,
            }
        )
    else:
        click.echo(f"{done.origin}\t#{done.index}\t{done.loss.entries} lost")
