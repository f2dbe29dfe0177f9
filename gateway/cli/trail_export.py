"""``trail export``: of exactly a query; and ``trail verify-signature`` for what was exported."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gateway.cli.exporting import make_and_write, say_left_out, say_ordered, say_what_would_be, say_written
from gateway.cli.pointing import pointing_at
from gateway.cli.session import FOUND, Session, answering, print_json
from gateway.cli.signed import signed_by, signed_in
from gateway.cli.words import say
from vault.database import ledger_reading
from vault.database.engine import reading
from vault.errors import InputError
from vault.ledger.checkpoint import CheckpointRefused, parse_verifier_key
from vault.ledger.export_note import NoteRefused, verify_exported_file
from vault.model import ReasonCategory
from vault.policy.reasons import ReasonDraft
from vault.runtime import Vault
from vault.trail.exporting import ExportOrder, order_export
from vault.trail.exports.formats import TRAIL_FORMATS, ExportFormat, ExportHeaders
from vault.trail.querying import TrailQuery, parse_query, settle_query

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
@click.option("--resume", default="", metavar="ID", help="Go on with one that was interrupted; it said its id.")
@click.option("--dry-run", is_flag=True, help="Say how many entries, their digest and checkpoint, and order nothing.")
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
    dry_run: bool,
    login: str,
    password_file: Path | None,
    as_json: bool,
) -> None:
    """Write the entries that QUERY finds, with the signature of the file beside it (FILE.note).

    Example: dossier-vault trail export "event:view.* time:2026-11" --as tomas --reason "Yearly audit" --output a.jsonl
    """
    if resume and dry_run:
        raise click.UsageError("--resume and --dry-run exclude one another")
    with (
        answering(session, as_json=as_json),
        pointing_at(query, is_silent=as_json),
        signed_in(session, login, password_file) as (vault, auditor),
    ):
        if resume:
            export_id = resume
        else:
            order = ExportOrder(ExportFormat(format_name), ExportHeaders(headers), session.locale)
            typed = parse_query(query, auditor.timezone, now=vault.clock.now())
            asked = TrailQuery(*typed.terms, person=person, document=document)
            settled = settle_query(vault, auditor, query=asked)
            if dry_run:
                say_what_would_be(session, vault, auditor, query=settled, wanted=order.format, as_json=as_json)
                return
            why = ReasonDraft(category, reason, case_number)
            export_id = order_export(vault, auditor, query=settled, order=order, reason=why)
            say_ordered(session, export_id, as_json=as_json)
        row = make_and_write(vault, auditor, export_id, output, is_quiet=as_json)
    if output is not None:
        say_written(session, row, output, as_json=as_json)
    else:
        say_left_out(session, row, err=True)


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
