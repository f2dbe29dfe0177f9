"""``feed``: how feeds to a security monitor stand, running one in the foreground, and sending a range once more."""

from __future__ import annotations

import signal
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO, cast

import click
from rich.console import Console
from rich.progress import Progress

from gateway.cli.session import AWAY, FOUND, Session, answering, print_json
from gateway.cli.signed import signed_by, signed_in
from gateway.sentences import sentence_for_code, sentence_in
from vault.config import FeedConfig
from vault.custody.unsealing import unseal_when_possible
from vault.database.engine import reading
from vault.errors import Sealed, VaultError
from vault.feed.replaying import replay as replay_range
from vault.feed.sending import FeedSender
from vault.feed.setup import feed_named, make_output
from vault.feed.showing import FeedStanding, list_standings
from vault.model import Actor
from vault.policy.reasons import ReasonDraft
from vault.runtime import Vault
from vault.worker.running import FEED_SECONDS, Loop, run_loop


@click.group()
def feed() -> None:
    """Show, run and replay feeds of trail entries to a security monitor.

    Example: dossier-vault feed show
    """


@feed.command()
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_obj
def show(session: Session, as_json: bool) -> None:
    """Say how every feed stands. Exit code 1 if one fails or is stalled.

    Example: dossier-vault feed show --json
    """
    with answering(session, as_json=as_json):
        vault = session.vault()
        with reading(vault.engine) as tx:
            feeds = list_standings(vault, tx)
    is_well = all(each.is_well for each in feeds if each.is_configured)
    if as_json:
        print_json({"ok": is_well, "feeds": [{**asdict(each), "ok": each.is_well} for each in feeds]})
    else:
        for each in feeds:
            click.echo(_line(session, each))
    if not is_well:
        sys.exit(FOUND)


@feed.command()
@click.argument("name")
@click.pass_obj
def run(session: Session, name: str) -> None:
    """Send the feed NAME until SIGTERM; with output stdout to standard output, and words for people to standard error.

    One sender at a time: while a worker sends it, this waits for its turn. Exit code 5 when nobody reads any more.

    Example: dossier-vault feed run soc
    """
    with answering(session, as_json=False):
        vault = session.vault()
        chosen = feed_named(vault, name)
        output = make_output(chosen, monotonic=vault.monotonic, stdout=_stdout())
    stop_event, is_over = threading.Event(), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop_event.set())

    def say(_name: str, error: BaseException) -> None:
        if isinstance(error, Sealed):
            return
        known = isinstance(error, VaultError)
        click.echo(sentence_in(session.locale, cast("VaultError", error)) if known else type(error).__name__, err=True)
        if chosen.output == "stdout" and known and cast("VaultError", error).code == "feed.broken":
            is_over.set()
            stop_event.set()

    if chosen.people == "ids":
        unseal_when_possible(vault, stop_event=stop_event, report=say)
    sender = FeedSender(vault, chosen, output=output, holder=vault.random(16).hex())
    run_loop(Loop(f"feed {name}", sender.step, FEED_SECONDS, sender.close), stop_event=stop_event, report=say)
    if is_over.is_set():
        sys.exit(AWAY)


@feed.command()
@click.argument("name")
@click.option("--from", "start", type=click.IntRange(min=0), required=True, help="Index of the first entry.")
@click.option("--to", "end", type=click.IntRange(min=0), default=None, help="Index of the last; else all signed ones.")
@click.option("--reason", required=True, help="Why it is sent once more; recorded.")
@signed_by("auditor")
@click.pass_obj
def replay(
    session: Session,
    name: str,
    start: int,
    end: int | None,
    reason: str,
    login: str,
    password_file: Path | None,
    as_json: bool,
) -> None:
    """Send a range of entries by the feed NAME once more, beside what it sends by itself.

    With output stdout the lines go to standard output and the answer to standard error.

    Example: dossier-vault feed replay soc --from 1200 --to 1800 --as tomas --reason "The collector lost a disk"
    """
    with answering(session, as_json=as_json), signed_in(session, login, password_file) as (vault, auditor):
        chosen = feed_named(vault, name)
        sent = _replay(vault, auditor, chosen, start=start, end=end, reason=reason, quiet=as_json)
    to_stderr = chosen.output == "stdout"
    if as_json and not to_stderr:
        print_json({"ok": True, "feed": name, "from": start, "to": start + sent - 1, "sent": sent})
    else:
        click.echo(f"{name}\t{start}\t{start + sent - 1}\t{sent}", err=to_stderr)


def _replay(
    vault: Vault, auditor: Actor, chosen: FeedConfig, *, start: int, end: int | None, reason: str, quiet: bool
) -> int:
    output = make_output(chosen, monotonic=vault.monotonic, stdout=_stdout())
    with Progress(console=Console(stderr=True), disable=quiet or not sys.stderr.isatty()) as progress:
        task = progress.add_task(chosen.name, total=None)
        try:
            return replay_range(
                vault,
                auditor,
                chosen,
                output=output,
                start=start,
                end=end,
                reason=ReasonDraft("review", reason),
                progress=lambda done, total: progress.update(task, completed=done, total=total),
            )
        finally:
            output.close()


def _stdout() -> BinaryIO:
    return cast("BinaryIO", sys.stdout.buffer)


def _line(session: Session, each: FeedStanding) -> str:
    state = "stalled" if each.stalled_at else "failing" if each.failing_since else "ok"
    words = (each.name, state, each.format, each.target, str(each.next_index), str(each.waiting), str(each.lag_seconds))
    why = sentence_for_code(session.locale, each.failure_code) if each.failure_code else ""
    return "\t".join((*words, why) if why else words)
