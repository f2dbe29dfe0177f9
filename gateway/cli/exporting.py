"""Exports on the command line: ordered before, made here, written whole with the signature of the file beside it.

The worker of the gateway may have taken it already: then this waits for it. Killed anywhere, ``--resume`` goes on with
what is made and what is written; the id that it wants is said on the standard error output as soon as there is one.
"""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from gateway.cli.part_file import write_whole
from gateway.cli.session import Session, print_json
from gateway.cli.words import say
from gateway.export_words import ScreenWords
from gateway.left_out_words import tell_left_out
from vault.assembly import sequencer_of
from vault.database.export_queries import ExportState
from vault.errors import Conflict, OperatorError, TamperError, Unavailable
from vault.model import Actor
from vault.policymaking.naming import lasting_titles
from vault.runtime import Vault
from vault.trail.downloading import download_export
from vault.trail.exporting import preview_export
from vault.trail.exports.formats import ExportFormat, require_room
from vault.trail.exports.making import make_next
from vault.trail.own_exports import ExportRow, end_export, show_export
from vault.trail.query import TrailQuery

_CHECKPOINT_SECONDS = 30.0
_LOOK_SECONDS = 0.2


def say_ordered(session: Session, export_id: str, *, as_json: bool) -> None:
    """What ``--resume`` goes on with, on standard error and before any work: whoever is killed can say nothing."""
    told = json.dumps({"export": export_id}) if as_json else say(session.locale, "resumable", export=export_id)
    click.echo(told, err=True)


def say_what_would_be(
    session: Session, vault: Vault, auditor: Actor, *, query: TrailQuery, wanted: ExportFormat, as_json: bool
) -> None:
    """What an order would be of: how many entries, their digest, and how many the checkpoint stands for. None is given.

    InputError where the format cannot hold so many. Looking is recorded, like a search.
    """
    preview = preview_export(vault, auditor, query=query)
    require_room(wanted, preview.rows)
    size, digest = preview.checkpoint.size, preview.digest.hex()
    if as_json:
        facts = {"dry_run": True, "format": wanted.value, "rows": preview.rows, "digest": digest}
        print_json({"ok": True, **facts, "checkpoint": size, "root": preview.checkpoint.root.hex()})
        return
    parts = (
        say(session.locale, "entries", count=preview.rows),
        say(session.locale, "digest", digest=digest),
        say(session.locale, "signed_to", size=size),
        say(session.locale, "nothing_ordered"),
    )
    click.echo("\t".join(parts))


def make_and_write(vault: Vault, auditor: Actor, export_id: str, output: Path | None, *, is_quiet: bool) -> ExportRow:
    """Makes the auditor's export, writes it to ``output`` (None: standard output), and removes it from the vault."""
    row = show_export(vault, auditor, export_id=export_id)
    hidden = is_quiet or not sys.stderr.isatty()
    with Progress(console=Console(stderr=True), disable=hidden) as progress:
        row = _made(vault, auditor, row, progress)
        _written(vault, auditor, row, output, progress)
    end_export(vault, auditor, export_id=row.id)  # it is where it was wanted; the vault needs no copy
    return row


def say_written(session: Session, row: ExportRow, output: Path, *, as_json: bool) -> None:
    """What lies where now."""
    if as_json:
        facts = {"export": row.id, "format": row.format.value, "rows": row.rows, "digest": row.digest}
        file = {"file": str(output), "bytes": row.file_bytes, "sha256": row.sha256, "note": f"{output}.note"}
        lacks = {"left_out": [asdict(each) for each in row.left_out]} if row.left_out else {}
        print_json({"ok": True, **facts, "checkpoint": row.size, **file, **lacks})
    else:
        click.echo(f"{output}\t{say(session.locale, 'entries', count=row.rows)}\t{row.sha256}")
        say_left_out(session, row)


def say_left_out(session: Session, row: ExportRow, *, err: bool = False) -> None:
    """What the file lacks of what anchors were given and gave back; nothing where it lacks nothing."""
    for each in row.left_out:
        click.echo(say(session.locale, "left_out", what=tell_left_out(each, locale=session.locale)), err=err)


def _made(vault: Vault, auditor: Actor, row: ExportRow, progress: Progress) -> ExportRow:
    """The export once its file lies in the store: made here, unless the gateway's worker has taken it already."""
    task = progress.add_task(row.format.value, total=row.rows or None)
    words, worker = ScreenWords(lasting_titles(vault)), vault.random(16).hex()
    sequencer = sequencer_of(vault)
    give_up_at = time.monotonic() + _CHECKPOINT_SECONDS
    with ThreadPoolExecutor(1) as pool:
        making: Future[bool] | None = None
        while row.is_unmade:
            if making is None or making.done():
                if making is not None:
                    if not _waits_for_checkpoint(making) or time.monotonic() > give_up_at:
                        making.result()
                    with contextlib.suppress(OperatorError):  # then the worker has to sign, when it can
                        sequencer.run_once()
                making = pool.submit(make_next, vault, words=words, worker=worker, export_id=row.id)
            time.sleep(_LOOK_SECONDS)
            row = show_export(vault, auditor, export_id=row.id)
            progress.update(task, completed=row.done)
        if making is not None:
            making.result()
    if row.state is ExportState.FAILED and row.fault_code == "export.tampered":
        raise TamperError(row.fault_code)
    if row.state is not ExportState.DONE:
        raise Conflict(row.fault_code or "export.ended")
    return row


def _waits_for_checkpoint(making: Future[bool]) -> bool:
    """A bundle is proven against a checkpoint that covers its own order: the vault's worker signs it within a second,
    and where none runs, whoever waits does, if it may."""
    error = making.exception()
    return isinstance(error, Unavailable) and error.code == "trail.no_checkpoint"


def _written(vault: Vault, auditor: Actor, row: ExportRow, output: Path | None, progress: Progress) -> None:
    task = progress.add_task("file", total=row.file_bytes)

    def content_from(first: int) -> Iterator[bytes]:
        return download_export(vault, auditor, export_id=row.id, first=first).content

    if output is None:
        sys.stdout.buffer.writelines(content_from(0))
        sys.stdout.buffer.flush()
        return
    write_whole(
        output,
        part_name=row.id,
        file_bytes=row.file_bytes,
        sha256=row.sha256,
        content_from=content_from,
        report=lambda written: progress.update(task, completed=written),
    )
    try:
        output.with_name(f"{output.name}.note").write_text(row.note, encoding="utf-8")
    except OSError as error:
        raise Unavailable("output.unwritable") from error
