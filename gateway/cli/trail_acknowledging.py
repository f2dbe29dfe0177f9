"""``trail acknowledge``: an auditor answers for what a verification found."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.cli.session import Session, answering, print_json
from gateway.cli.signed import signed_by, signed_in
from gateway.cli.words import say
from vault.errors import InputError
from vault.model import ReasonCategory
from vault.policy.reasons import ReasonDraft
from vault.trail.acknowledging import MOST_BYTES, acknowledge_findings, acknowledge_tampering, choose, parse_found


@click.command()
@click.argument("report", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--finding", "named", multiple=True, metavar="DIGEST", help="A finding of REPORT; 8 characters will do.")
@click.option("--all", "is_all", is_flag=True, help="Everything that REPORT says was found.")
@click.option("--entry", "entries", multiple=True, type=click.IntRange(min=0), help="An entry object.tampered.")
@click.option("--reason", default="", help="What came of the investigation; recorded.")
@click.option("--case", "case_number", default="", help="The case under which it was investigated; recorded.")
@click.option(
    "--category",
    type=click.Choice([each.value for each in ReasonCategory]),
    default=ReasonCategory.REVIEW.value,
    show_default=True,
    help="What kind of work it was; recorded.",
)
@signed_by("auditor")
@click.pass_obj
def acknowledge(
    session: Session,
    report: Path | None,
    named: tuple[str, ...],
    is_all: bool,
    entries: tuple[int, ...],
    reason: str,
    case_number: str,
    category: str,
    login: str,
    password_file: Path | None,
    as_json: bool,
) -> None:
    """Say that what was found is known, and why. REPORT is what `trail verify --json` wrote; it stays a finding.

    Example: dossier-vault trail acknowledge found.json --finding 3fa9c1d0 --case IT-7 --reason "Disk failed" --as tomas
    """
    if (report is None) == (not entries) or (is_all and named):
        raise click.UsageError("give REPORT with --finding or --all, or --entry alone")
    why = ReasonDraft(category, reason, case_number)
    with answering(session, as_json=as_json):
        found = parse_found(_read(report)) if report is not None else None
        with signed_in(session, login, password_file) as (vault, auditor):
            if found is None:
                count = acknowledge_tampering(vault, auditor, indexes=entries, reason=why)
            else:
                chosen = found.findings if is_all else choose(found, named)
                count = acknowledge_findings(vault, auditor, found=found, chosen=chosen, reason=why)
    if as_json:
        print_json({"ok": True, "acknowledged": count})
    else:
        click.echo(say(session.locale, "acknowledged", count=count))


def _read(path: Path) -> str:
    if path.stat().st_size > MOST_BYTES:
        raise InputError("finding.report")
    return path.read_text(encoding="utf-8", errors="replace")
