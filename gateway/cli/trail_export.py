"""``trail export``: ordered, made here, written whole; and ``trail verify-signature`` for what was exported."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from gateway.cli.part_file import write_whole
from gateway.cli.session import FOUND, Session, answering, print_json
from gateway.cli.signed import signed_by, signed_in
from gateway.cli.words import say
from gateway.export_words import ScreenWords
from vault.database import ledger_reading
from vault.database.engine import reading
from vault.database.export_queries import ExportState
from vault.errors import Conflict, InputError, TamperError, Unavailable
from vault.ledger.checkpoint import CheckpointRefused, parse_verifier_key
from vault.ledger.export_note import NoteRefused, verify_exported_file
from vault.model import Actor, ReasonCategory
from vault.policy.reasons import ReasonDraft
from vault.policymaking.naming import lasting_titles
from vault.runtime import Vault
from vault.trail.downloading import download_export
from vault.trail.exporting import ExportOrder, order_export
from vault.trail.exports.formats import TRAIL_FORMATS, ExportFormat, ExportHeaders
from vault.trail.exports.making import make_next
from vault.trail.own_exports import ExportRow, end_export, show_export
from vault.trail.querying import TrailQuery, parse_query, settle_query

_CHECKPOINT_SECONDS = 30.0
_LOOK_SECONDS = 0.2
_MOST_NOTE_BYTES = 4096


@click.command()
@click.argument("query", default="")
@click.option("--reason", default="", help="Why it is exported; recorded.")
@click.option(
    "--category",
    type=click.Choice([each.value for each in ReasonCategory]),
    default=ReasonCategory.REVIEW.value,
    help="What it is for; recorded.",
)
@click.option("--case", "case_number", default="", help="Case number, if there is one; recorded.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice([each.value for each in TRAIL_FORMATS]),
    default=ExportFormat.PROOFS.value,
    show_default=True,
    help="What to write.",
)
@click.option(
    "--headers",
    type=click.Choice([each.value for each in ExportHeaders]),
    default=ExportHeaders.WORDS.value,
    show_default=True,
    help="Names of the columns of csv and xlsx: in your language, or those that never change.",
)
@click.option("--person", default="", help="Only entries of this person (login, staff number or name).")
@click.option("--document", default="", help="Only entries of this document.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write; else stdout.")
@click.option("--resume", default="", metavar="ID", help="Go on with an export that was interrupted.")
@signed_by("auditor", in_json="What was written, and errors, in JSON.")
@click.pass_obj
def export(
    session: Session,
    query: str,
    reason: str,
    category: str,
    case_number: str,
    format_name: str,
    headers: str,
    person: str,
    document: str,
    output: Path | None,
    resume: str,
    login: str,
    password_file: Path | None,
    as_json: bool,
) -> None:
    """Write the entries that QUERY finds, with the signature of the file beside it (FILE.note).

    Example: dossier-vault trail export "event:view.* time:2026-11" --as tomas --reason "Yearly audit" --output a.jsonl
    """
    with answering(session, as_json=as_json), signed_in(session, login, password_file) as (vault, auditor):
        if resume:
            row = show_export(vault, auditor, export_id=resume)
        else:
            order = ExportOrder(ExportFormat(format_name), ExportHeaders(headers), session.locale)
            typed = parse_query(query, auditor.timezone, now=vault.clock.now())
            asked = TrailQuery(*typed.terms, person=person, document=document)
            settled = settle_query(vault, auditor, query=asked)
            why = ReasonDraft(category, reason, case_number)
            export_id = order_export(vault, auditor, query=settled, order=order, reason=why)
            row = show_export(vault, auditor, export_id=export_id)
        hidden = as_json or not sys.stderr.isatty()
        with Progress(console=Console(stderr=True), disable=hidden) as progress:
            row = _made(vault, auditor, row, progress)
            _written(vault, auditor, row, output, progress)
        end_export(vault, auditor, export_id=row.id)  # it is where it was wanted; the vault needs no copy
    if output is not None:
        _say_written(session, row, output, as_json=as_json)


@click.command("verify-signature")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--note",
    "note_path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The signature; else FILE.note.",
)
@click.option("--key", default="", help="Key of the trail, as NAME+HASH+BASE64; else those that this vault knows.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_obj
def verify_signature(session: Session, file: Path, note_path: Path | None, key: str, as_json: bool) -> None:
    """Check that an exported file is the one that the trail signed for. Exit code 1 if it is not.

    Example: dossier-vault trail verify-signature sales.csv
    """
    with answering(session, as_json=as_json):
        keys = [_pinned(key)] if key else _known_keys(session.vault())
        text = _note_text(note_path or file.with_name(f"{file.name}.note"))
    try:
        with file.open("rb") as content:
            note = verify_exported_file(text, content, keys=keys)
    except NoteRefused as refusal:
        if as_json:
            print_json({"ok": False, "detail": str(refusal)})
        else:
            click.echo(f"{say(session.locale, 'not_sound')}\t{refusal}")
        sys.exit(FOUND)
    if as_json:
        facts = {"origin": note.origin, "format": note.format, "rows": note.rows, "digest": note.digest.hex()}
        print_json({"ok": True, **facts, "checkpoint": note.size, "root": note.root.hex()})
    else:
        words = (say(session.locale, "sound"), note.origin, say(session.locale, "entries", count=note.rows))
        click.echo("\t".join((*words, say(session.locale, "signed_to", size=note.size))))


def _made(vault: Vault, auditor: Actor, row: ExportRow, progress: Progress) -> ExportRow:
    """The export once its file lies in the store: made here, unless the gateway's worker has taken it already."""
    task = progress.add_task(row.format.value, total=row.rows or None)
    words, worker = ScreenWords(lasting_titles(vault)), vault.random(16).hex()
    give_up_at = time.monotonic() + _CHECKPOINT_SECONDS
    with ThreadPoolExecutor(1) as pool:
        making: Future[bool] | None = None
        while row.is_unmade:
            if making is None or making.done():
                if making is not None and not (_waits_for_checkpoint(making) and time.monotonic() < give_up_at):
                    making.result()
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
    """A bundle is proven against a checkpoint that the vault's worker has yet to sign: within a second, as a rule."""
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


def _say_written(session: Session, row: ExportRow, output: Path, *, as_json: bool) -> None:
    if as_json:
        facts = {"export": row.id, "format": row.format.value, "rows": row.rows, "digest": row.digest}
        file = {"file": str(output), "bytes": row.file_bytes, "sha256": row.sha256, "note": f"{output}.note"}
        print_json({"ok": True, **facts, "checkpoint": row.size, **file})
    else:
        click.echo(f"{output}\t{say(session.locale, 'entries', count=row.rows)}\t{row.sha256}")


def _pinned(key: str) -> tuple[str, bytes]:
    try:
        return parse_verifier_key(key)
    except CheckpointRefused:
        raise InputError("trail.key") from None


def _known_keys(vault: Vault) -> list[tuple[str, bytes]]:
    """Every key that ever signed for this trail, newest first."""
    with reading(vault.engine) as tx:
        return [(epoch.origin, epoch.public) for epoch in reversed(ledger_reading.list_epochs(tx))]


def _note_text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_NOTE_BYTES).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise InputError("export.note") from None
