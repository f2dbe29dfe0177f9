"""``evidence``: what shows that specific measures protected what one person saw, or one document, as one file."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.cli.exporting import make_and_write, say_ordered, say_what_would_be, say_written
from gateway.cli.session import Session, answering
from gateway.cli.signed import signed_by, signed_in
from vault.evidence.subject import query_about
from vault.model import ReasonCategory
from vault.policy.reasons import ReasonDraft
from vault.trail.exporting import ExportOrder, order_export
from vault.trail.exports.formats import ExportFormat
from vault.trail.querying import settle_query


@click.command()
@click.option("--person", default="", help="Whom it is about: login, staff number, name or id.")
@click.option("--document", default="", help="Or which document, by its id.")
@click.option("--reason", default="", help="Why; recorded in the trail and written in the pack.")
@click.option("--case", "case_number", default="", help="Case number.")
@click.option(
    "--category",
    type=click.Choice([each.value for each in ReasonCategory]),
    default="review",
    show_default=True,
    help="What the reason is about.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The zip to write; never half a one. Needed unless with --dry-run.",
)
@click.option("--resume", default="", metavar="ID", help="Go on with one that was interrupted; it said its id.")
@click.option("--dry-run", is_flag=True, help="Say how many entries, their digest and checkpoint, and order nothing.")
@signed_by("auditor")
@click.pass_obj
def evidence(
    session: Session,
    person: str,
    document: str,
    reason: str,
    case_number: str,
    category: str,
    output: Path | None,
    resume: str,
    dry_run: bool,
    login: str,
    password_file: Path | None,
    as_json: bool,
) -> None:
    """Put together the evidence about one person or one document, with the signature of the file beside it (FILE.note).

    Example: dossier-vault evidence --person wangxm --reason "Dispute after leaving" --as tomas --output pack.zip
    """
    if resume and dry_run:
        raise click.UsageError("--resume and --dry-run exclude one another")
    if output is None and not dry_run:
        raise click.MissingParameter(param_type="option", param_hint="--output")
    with answering(session, as_json=as_json), signed_in(session, login, password_file) as (vault, auditor):
        export_id = resume
        if not resume:
            query = settle_query(vault, auditor, query=query_about(person=person, document=document))
            if dry_run:
                say_what_would_be(session, vault, auditor, query=query, wanted=ExportFormat.PACK, as_json=as_json)
                return
            order = ExportOrder(ExportFormat.PACK, locale=session.locale)
            why = ReasonDraft(category, reason, case_number)
            export_id = order_export(vault, auditor, query=query, order=order, reason=why)
            say_ordered(session, export_id, as_json=as_json)
        row = make_and_write(vault, auditor, export_id, output, is_quiet=as_json)
    if output is not None:
        say_written(session, row, output, as_json=as_json)
