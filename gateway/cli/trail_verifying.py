"""``trail verify`` and ``trail receipt``."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from gateway.cli.session import DONE, FOUND, Session, answering, print_json
from gateway.cli.signed import signed_by, signed_in
from gateway.cli.words import say
from gateway.verification_sentences import tell_finding
from vault.anchors.checking import AnchorsReport, check_anchors
from vault.errors import InputError
from vault.ledger.audit_facts import Finding
from vault.ledger.audit_report import VerificationReport
from vault.ledger.receipt import MOST_BYTES, ReceiptRefused
from vault.ledger.recorder import instant
from vault.ledger.verified_state import VerifiedState, write_file
from vault.runtime import Vault
from vault.trail.receipts import check_receipt, known_epochs, make_receipt
from vault.trail.rows import TrailRow
from vault.trail.verifying import Beyond, Scope, VerificationOrder, answers_of, open_kept_state, verify_trail

MOST_PROCESSES = 32
SHOWN_OF_DIGEST = 16
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUTPUT = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option(
    "--checkpoint",
    "checkpoints",
    multiple=True,
    type=_FILE,
    help="A checkpoint kept elsewhere; may be given more than once.",
)
@click.option("--anchors", "with_anchors", is_flag=True, help="Compare with everything that the anchors hold.")
@click.option("--tree-only", is_flag=True, help="Hashes, checkpoints and their signatures alone: fast, and says less.")
@click.option("--since-last", is_flag=True, help="Go on from where the last sound one ended, as this database has it.")
@click.option("--from", "start", type=_FILE, help="Go on from the state that --save wrote; trusts nothing before it.")
@click.option("--save", type=_OUTPUT, help="Write where this verification ended, if it is sound, to go on from later.")
@click.option(
    "--processes",
    type=click.IntRange(1, MOST_PROCESSES),
    default=lambda: min(4, len(os.sched_getaffinity(0))),
    show_default="the processor's cores, at most 4",
    help="How many processes look through a long trail.",
)
@click.option("--receipt", type=_FILE, help="Check this receipt of one entry, and nothing else.")
@click.option("--key", default="", help="With --receipt: the trail's key as name+hash+base64; then no vault is needed.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_obj
def verify(
    session: Session,
    checkpoints: tuple[Path, ...],
    with_anchors: bool,
    tree_only: bool,
    since_last: bool,
    start: Path | None,
    save: Path | None,
    processes: int,
    receipt: Path | None,
    key: str,
    as_json: bool,
) -> None:
    """Check every leaf, counter, value, checkpoint, the tree. Exit code 1 if anything is wrong, acknowledged or not.

    Example: dossier-vault trail verify --anchors --checkpoint last-month.txt --save seen-today.json
    """
    if sum([tree_only, since_last, start is not None]) > 1:
        raise click.UsageError("--tree-only, --since-last and --from exclude one another")
    if key and receipt is None:
        raise click.UsageError("--key goes with --receipt")
    with answering(session, as_json=as_json):
        if receipt is not None:
            sys.exit(_check_receipt(session, receipt, key=key, as_json=as_json))
        scope = Scope.TREE if tree_only else Scope.SINCE_LAST if since_last else Scope.EVERYTHING
        known = tuple(path.read_text(encoding="utf-8") for path in checkpoints)
        outside = AnchorsReport() if with_anchors else None
        order = VerificationOrder(scope, known, _kept(start), processes)
        vault = session.vault(unseal=True)
        report = _verified(vault, order, outside, as_json=as_json)
        by_digest = answers_of(vault, report.acknowledged)
        if save is not None and report.verified is not None:
            save.write_text(write_file(report.verified), encoding="ascii")
    _tell(session, report, outside, by_digest, as_json=as_json)
    if not report.is_sound:
        sys.exit(FOUND)


@click.command()
@click.argument("index", type=click.IntRange(min=0))
@click.option("--output", type=_OUTPUT, help="File to write; else stdout.")
@signed_by("auditor", in_json="Errors in JSON; the receipt is text in any case.")
@click.pass_obj
def receipt(
    session: Session, index: int, output: Path | None, login: str, password_file: Path | None, as_json: bool
) -> None:
    """Write the receipt of one entry: its leaf and the proof that the newest checkpoint stands for it.

    Example: dossier-vault trail receipt 73894 --as tomas --output entry-73894.tlog-proof
    """
    with answering(session, as_json=as_json), signed_in(session, login, password_file) as (vault, auditor):
        text = make_receipt(vault, auditor, index=index)
        if output is None:
            click.echo(text, nl=False)
        else:
            output.write_text(text, encoding="utf-8")


def _kept(path: Path | None) -> VerifiedState | None:
    return open_kept_state(path.read_text(encoding="utf-8", errors="replace")) if path is not None else None


def _verified(
    vault: Vault, order: VerificationOrder, outside: AnchorsReport | None, *, as_json: bool
) -> VerificationReport:
    def compare_outside(readable: Vault) -> Beyond:
        if outside is None:
            return Beyond()
        check_anchors(readable, report=outside)
        return Beyond(outside.findings, is_whole=not outside.away)

    with Progress(console=Console(stderr=True), disable=as_json or not sys.stderr.isatty()) as progress:
        task = progress.add_task("trail", total=None)
        return verify_trail(
            vault,
            None,
            order=order,
            progress=lambda done, total: progress.update(task, completed=done, total=total),
            further=compare_outside,
        )


def _tell(
    session: Session,
    report: VerificationReport,
    outside: AnchorsReport | None,
    by_digest: Mapping[str, TrailRow],
    *,
    as_json: bool,
) -> None:
    if as_json:
        print_json(
            {
                "ok": report.is_sound,
                "size": report.size,
                "from": report.start,
                "tree_only": report.is_tree_only,
                "values_opened": report.are_values_opened,
                "root": report.root.hex(),
                "checkpoint": report.checkpoint_size,
                "unsigned": report.unsigned,
                "waiting": report.waiting,
                "erased": report.erased,
                "pruned": report.pruned,
                "not_handed_over": list(report.unvouched),
                "entry": report.entry,
                "findings": [_as_json(each, by_digest.get(each.digest)) for each in report.findings],
                "acknowledged": len(report.findings) - len(report.new),
            }
            | ({"anchors": told_outside(outside)} if outside is not None else {})
        )
        return
    for found in sorted(report.findings, key=lambda each: each.digest in report.acknowledged):
        words = tell_finding(found, locale=session.locale)
        answer = by_digest.get(found.digest)
        known = (_answered(session.locale, answer),) if answer is not None else ()
        parts = (found.check, str(found.position), found.detail, words, found.digest[:SHOWN_OF_DIGEST], *known)
        click.echo("\t".join(parts), err=True)
    parts = (
        say(session.locale, _word_of(report)),
        say(session.locale, "entries", count=report.size),
        *([_how_many_are_new(session.locale, report)] if report.acknowledged and report.findings else []),
        *([say(session.locale, "from_entry", start=report.start)] if report.start else []),
        *([say(session.locale, "tree_only")] if report.is_tree_only else []),
        say(session.locale, "signed_to", size=report.checkpoint_size),
        say(session.locale, "waiting", count=report.waiting),
        *([say(session.locale, "unvouched", count=len(report.unvouched))] if report.unvouched else []),
        *([say(session.locale, "anchored", **told_outside(outside))] if outside is not None else []),
    )
    click.echo("\t".join(parts))


def _word_of(report: VerificationReport) -> str:
    if not report.is_sound:
        return "not_sound"
    return "sound" if report.are_values_opened or report.is_tree_only else "sound_sealed"


def _how_many_are_new(locale: str, report: VerificationReport) -> str:
    new = len(report.new)
    return say(locale, "found_new", new=new, acknowledged=len(report.findings) - new)


def _as_json(finding: Finding, answer: TrailRow | None) -> dict[str, object]:
    """With all that its digest is made of, so that ``trail acknowledge`` can hand it back."""
    facts = {"check": finding.check, "index": finding.position, "detail": finding.detail}
    known = None
    if answer is not None:
        reason = answer.reason
        known = {
            "entry": answer.index,
            "by": answer.actor_id,
            "name": answer.actor_name,
            "time": instant(answer.time),
            "reason": reason.text if reason else "",
            "case": reason.case_number if reason else "",
        }
    return facts | {"evidence": finding.evidence, "digest": finding.digest, "acknowledged": known}


def _answered(locale: str, answer: TrailRow) -> str:
    """Who has acknowledged it, when and why."""
    reason = answer.reason
    hidden = say(locale, "answered_hidden")
    why = say(locale, "answered_case", text=reason.text, case=reason.case_number) if reason else hidden
    return say(locale, "answered_by", name=answer.actor_name or hidden, at=instant(answer.time), why=why)


def told_outside(outside: AnchorsReport) -> dict[str, int]:
    """What was compared, in numbers."""
    return {"notes": outside.notes, "receipts": outside.receipts, "lost": outside.lost}


def _check_receipt(session: Session, path: Path, *, key: str, as_json: bool) -> int:
    """DONE or FOUND."""
    if path.stat().st_size > MOST_BYTES:
        raise InputError("verification.receipt")
    text = path.read_bytes().decode("utf-8", errors="replace")
    epochs = known_epochs(None if key else session.vault(), verifier_key=key)
    try:
        found = check_receipt(text, epochs=epochs)
    except ReceiptRefused as error:
        if as_json:
            print_json({"ok": False, "why": str(error)})
        else:
            click.echo(f"{say(session.locale, 'not_sound')}\t{error}", err=True)
        return FOUND
    if as_json:
        print_json(
            {
                "ok": True,
                "index": found.index,
                "origin": found.checkpoint.origin,
                "checkpoint": found.checkpoint.size,
                "leaf": found.leaf.decode("utf-8"),
            }
        )
    else:
        size = say(session.locale, "signed_to", size=found.checkpoint.size)
        click.echo(f"{say(session.locale, 'sound')}\t#{found.index}\t{size}\n{found.leaf.decode('utf-8')}")
    return DONE
