"""``people``: the personnel department's list brought in, by the administrator's rules."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click
from rich.console import Console
from rich.progress import Progress

from gateway.cli.session import UNUSABLE, Session, answering, print_json
from gateway.cli.signed import signed_by, signed_in
from gateway.cli.words import say
from gateway.sentences import sentence_for_code, sentence_in
from vault.errors import InputError
from vault.people.importing import ImportRefused, ImportReport, NewAccount, import_people
from vault.people.lists import read_list


@click.group()
def people() -> None:
    """Bring people in from a list.

    Example: dossier-vault people import staff.csv --as admin --dry-run
    """


@people.command(name="import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="LIST")
@click.option("--dry-run", is_flag=True, help="Say what it would do, and do nothing.")
@click.option(
    "--passwords",
    "passwords_path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="New file for the initial passwords of new accounts; needed unless it is a dry run.",
)
@signed_by("administrator")
@click.pass_obj
def import_list(
    session: Session,
    path: Path,
    dry_run: bool,
    passwords_path: Path | None,
    login: str,
    password_file: Path | None,
    as_json: bool,
) -> None:
    """Create, change and suspend people as a CSV or SCIM list says; every row or none.

    Columns: staff_number, login, name, office, qualifications, clearance, locale, timezone, email, active,
    leaving_date, successor. What is not in the list stays as it is. Running it again changes nothing.

    Example: dossier-vault people import staff.csv --as admin --passwords new-passwords.csv
    """
    with answering(session, as_json=as_json), signed_in(session, login, password_file) as (vault, actor):
        listed = read_list(path.read_bytes())
        with (
            _password_file(passwords_path, is_dry_run=dry_run) as keep,
            Progress(console=Console(stderr=True), disable=as_json or not sys.stderr.isatty()) as progress,
        ):
            task = progress.add_task("", total=None)
            try:
                report = import_people(
                    vault,
                    actor,
                    listed=listed,
                    keep_passwords=keep,
                    is_dry_run=dry_run,
                    progress=lambda done, total: progress.update(task, completed=done, total=total),
                )
            except ImportRefused as error:
                _refuse(session, error, as_json=as_json)
    _tell(session, report, as_json=as_json)


@contextmanager
def _password_file(path: Path | None, *, is_dry_run: bool) -> Iterator[Callable[[list[NewAccount]], None] | None]:
    """Writes the initial passwords, for their owner only and durably, before the accounts exist; gone if they do not.

    Never onto a file that is there already: those passwords are handed out from it.
    """
    if path is None or is_dry_run:
        if path is None and not is_dry_run:
            raise InputError("people.passwords_file")
        yield None
        return
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise InputError("people.passwords_file") from error

    def keep(created: list[NewAccount]) -> None:
        writer.writerow(("staff_number", "login", "initial_password"))
        writer.writerows((each.staff_number, each.login, each.initial_password) for each in created)
        file.flush()
        os.fsync(file.fileno())

    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            yield keep
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _refuse(session: Session, error: ImportRefused, *, as_json: bool) -> NoReturn:
    """Every row that cannot be used, with its number and what to do."""
    rows = [
        {"row": each.number, "code": each.code, "message": sentence_for_code(session.locale, each.code, **each.params)}
        for each in error.faults
    ]
    message = sentence_in(session.locale, error)
    if as_json:
        print_json({"ok": False, "code": error.code, "message": message, "rows": rows})
    else:
        click.echo(message, err=True)
        for row in rows:
            click.echo(f"  {row['row']}\t{row['message']}", err=True)
    sys.exit(UNUSABLE)


def _tell(session: Session, report: ImportReport, *, as_json: bool) -> None:
    created = [each.staff_number for each in report.created]
    if as_json:
        print_json(
            {
                "ok": True,
                "created": created,
                "changed": report.changed,
                "suspended": report.suspended,
                "leaving": report.leaving,
                "unchanged": report.unchanged,
                "left_suspended": report.left_suspended,
            }
        )
        return
    counts = {
        "people_created": len(created),
        "people_changed": len(report.changed),
        "people_suspended": len(report.suspended),
        "people_leaving": len(report.leaving),
        "people_unchanged": report.unchanged,
    }
    click.echo("\t".join(say(session.locale, word, count=count) for word, count in counts.items()))
    for staff_number in report.left_suspended:
        click.echo(f"{staff_number}\t{say(session.locale, 'left_suspended')}", err=True)
