"""``file``: documents into a dossier from the command line."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from gateway.cli.session import UNUSABLE, Session, answering, print_json
from gateway.cli.signed import signed_by, signed_in
from gateway.cli.words import say
from gateway.sentences import sentence_in
from vault.errors import Conflict, InputError
from vault.filing.dropping import file_now
from vault.model import Actor
from vault.runtime import Vault


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dossier", "reference", required=True, help="Reference of the dossier, such as D2026-00001.")
@signed_by("author or custodian")
@click.pass_obj
def file(
    session: Session,
    paths: tuple[Path, ...],
    reference: str,
    login: str,
    password_file: Path | None,
    as_json: bool,
) -> None:
    """File documents into a dossier; run again after an interruption, it takes up where it stopped.

    The files stay where they are. A file that cannot be used is named with the reason and the others are filed; the
    exit code is then 2.

    Example: dossier-vault file contract.pdf card.jpg --dossier D2026-00001 --as beatrice
    """
    with answering(session, as_json=as_json), signed_in(session, login, password_file) as (vault, actor):
        answers = []
        with Progress(console=Console(stderr=True), disable=as_json or not sys.stderr.isatty()) as progress:
            task = progress.add_task(reference, total=len(paths))
            for path in paths:
                answers.append(_file_one(vault, actor, session, path, reference))
                progress.advance(task)
    if as_json:
        print_json({"ok": all(answer["ok"] for answer in answers), "files": answers})
    else:
        for answer in answers:
            click.echo(f"{answer['path']}\t{answer['message']}", err=not answer["ok"])
    if not all(answer["ok"] for answer in answers):
        sys.exit(UNUSABLE)


def _file_one(vault: Vault, actor: Actor, session: Session, path: Path, reference: str) -> dict[str, object]:
    try:
        with path.open("rb") as opened:
            size = path.stat().st_size
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
            submitted = file_now(
                vault,
                actor,
                reference=reference,
                file_name=path.name,
                file=opened,
                size=size,
                submission_key=f"cli-{hashlib.sha256(f'{reference}/{digest}'.encode()).hexdigest()[:48]}",
            )
    except (InputError, Conflict) as error:  # about this file; what is about the dossier ends the command
        return {"path": str(path), "ok": False, "code": error.code, "message": sentence_in(session.locale, error)}
    word = say(session.locale, "already_filed" if submitted.already_filed else "filed")
    return {"path": str(path), "ok": True, "document": submitted.document_id, "message": word}
