"""``trail verify``; the other commands of the group stand in modules of their own."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from gateway.cli import erasing, trail_search
from gateway.cli.anchors import succeed
from gateway.cli.session import FOUND, Session, answering, print_json
from gateway.cli.trail_export import export, verify_signature
from gateway.cli.words import say
from vault.anchors.checking import AnchorsReport, check_anchors
from vault.ledger.audit import Finding
from vault.trail.verifying import verify_trail


@click.group()
def trail() -> None:
    """Search, verify and export the trail."""


for each in (
    *(trail_search.search, trail_search.reindex),
    *(erasing.erase, erasing.prune, erasing.erasure, erasing.hold),
):
    trail.add_command(each)


@trail.command()
@click.option(
    "--checkpoint",
    "checkpoints",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint kept elsewhere; may be given more than once.",
)
@click.option("--anchors", "with_anchors", is_flag=True, help="Compare with everything that the anchors hold.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_obj
def verify(session: Session, checkpoints: tuple[Path, ...], with_anchors: bool, as_json: bool) -> None:
    """Check every leaf, counter, value, checkpoint and the tree. Exit code 1 if something is wrong.

    Example: dossier-vault trail verify --anchors --checkpoint last-month.txt
    """
    outside = AnchorsReport()

    def compare_outside() -> list[Finding]:
        return check_anchors(vault, report=outside).findings if with_anchors else []

    with answering(session, as_json=as_json):
        vault = session.vault(unseal=True)
        known = [path.read_text(encoding="utf-8") for path in checkpoints]
        with Progress(console=Console(stderr=True), disable=as_json or not sys.stderr.isatty()) as progress:
            task = progress.add_task("trail", total=None)
            report = verify_trail(
                vault,
                None,
                known_checkpoints=known,
                progress=lambda done, total: progress.update(task, completed=done, total=total),
                further=compare_outside,
            )
    findings = [{"check": each.check, "index": each.position, "detail": each.detail} for each in report.findings]
    if as_json:
        print_json(
            {
                "ok": report.is_sound,
                "size": report.size,
                "root": report.root.hex(),
                "checkpoint": report.checkpoint_size,
                "unsigned": report.unsigned,
                "waiting": report.waiting,
                "erased": report.erased,
                "pruned": report.pruned,
                "findings": findings,
            }
            | ({"anchors": told_outside(outside)} if with_anchors else {})
        )
    else:
        for each in findings:
            click.echo(f"{each['check']}\t{each['index']}\t{each['detail']}", err=True)
        parts = (
            say(session.locale, "sound" if report.is_sound else "not_sound"),
            say(session.locale, "entries", count=report.size),
            say(session.locale, "signed_to", size=report.checkpoint_size),
            say(session.locale, "waiting", count=report.waiting),
            *([say(session.locale, "anchored", **told_outside(outside))] if with_anchors else []),
        )
        click.echo("\t".join(parts))
    if not report.is_sound:
        sys.exit(FOUND)


def told_outside(outside: AnchorsReport) -> dict[str, int]:
    """What was compared, in numbers."""
    return {"notes": outside.notes, "receipts": outside.receipts, "lost": outside.lost}


trail.add_command(succeed)
trail.add_command(export)
trail.add_command(verify_signature)
