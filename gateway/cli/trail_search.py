"""``trail search`` and ``trail reindex``: the query language on the command line, and the index that it searches."""

from __future__ import annotations

import sys
import zoneinfo
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress

from gateway.cli.pointing import pointing_at, safe
from gateway.cli.session import Session, answering, print_json
from gateway.cli.signed import signed_by, signed_in
from gateway.cli.words import say
from gateway.event_sentences import tell_entry
from vault.trail.querying import parse_query, settle_query, text_of
from vault.trail.reindexing import reindex_trail
from vault.trail.rows import TrailRow
from vault.trail.searching import MOST_ROWS, TrailPage, search_trail


@click.command()
@click.argument("query", default="")
@click.option("--limit", type=click.IntRange(1, MOST_ROWS), default=50, show_default=True, help="Entries at most.")
@click.option("--before", type=click.IntRange(min=0), default=None, help="Only entries before this number.")
@signed_by("auditor")
@click.pass_obj
def search(
    session: Session,
    query: str,
    limit: int,
    before: int | None,
    login: str,
    password_file: Path | None,
    as_json: bool,
) -> None:
    """List the entries that QUERY finds, newest first. Times are read and shown in the auditor's zone.

    Example: dossier-vault trail search "actor:wang event:view.* -outcome:success time:2026-11" --as tomas
    """
    with (
        answering(session, as_json=as_json),
        pointing_at(query, is_silent=as_json),
        signed_in(session, login, password_file) as (vault, auditor),
    ):
        typed = parse_query(query, auditor.timezone, now=vault.clock.now())
        settled = settle_query(vault, auditor, query=typed)
        page = search_trail(vault, auditor, query=settled, before=before, limit=limit)
    if as_json:
        print_json(
            {
                "ok": True,
                "query": text_of(settled),
                "entries": [_entry(row, session.locale) for row in page.rows],
                "next_before": page.next_before,
                "searched_to": page.searched_to,
            }
        )
    else:
        _print_page(session, page, zone=auditor.timezone)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_obj
def reindex(session: Session, as_json: bool) -> None:
    """Make the index by which the trail is searched anew, from the leaves and what is sealed beside them.

    Needed once after an upgrade from a version that did not keep session, place and category there; and after a
    verification that found search.missing or search.differs. The vault may go on meanwhile.

    Example: dossier-vault trail reindex
    """
    with answering(session, as_json=as_json):
        vault = session.vault(unseal=True)
        with Progress(console=Console(stderr=True), disable=as_json or not sys.stderr.isatty()) as progress:
            task = progress.add_task("trail", total=None)
            report = reindex_trail(
                vault, progress=lambda done, total: progress.update(task, completed=done, total=total)
            )
    if as_json:
        print_json({"ok": True, "entries": report.entries, "changed": report.changed, "unreadable": report.unreadable})
    else:
        parts = (
            say(session.locale, "entries", count=report.entries),
            say(session.locale, "changed", count=report.changed),
            say(session.locale, "unreadable", count=report.unreadable),
        )
        click.echo("\t".join(parts))


def _print_page(session: Session, page: TrailPage, *, zone: str) -> None:
    local = zoneinfo.ZoneInfo(zone)
    for row in page.rows:
        moment = row.time.astimezone(local)
        click.echo(f"#{row.index}\t{moment:%F %T %z}\t{_outcome(row)}\t{safe(_sentence(row, session.locale))}")
    if page.searched_to is not None:
        click.echo(say(session.locale, "searched_to", index=page.searched_to), err=True)
    if page.next_before is not None:
        click.echo(say(session.locale, "go_on", index=page.next_before), err=True)


def _entry(row: TrailRow, locale: str) -> dict[str, Any]:
    return {
        "index": row.index,
        "event": row.event.value if row.event else "",
        "outcome": _outcome(row),
        "time": row.time.isoformat(),
        "logged": row.logged.isoformat(),
        "actor": {"id": row.actor_id, "name": row.actor_name, "staff_number": row.actor_staff_number},
        "subject": {"id": row.subject_id, "name": row.subject_name, "staff_number": row.subject_staff_number},
        "dossier": {"id": row.dossier_id, "reference": row.dossier_reference},
        "document": row.document_id,
        "view": row.view_id,
        "session": row.session_id,
        "place": row.place.label if row.place else "",
        "reason": row.reason.text if row.reason else "",
        "code": row.code,
        "details": dict(row.details),
        "hidden": row.hidden,
        "sentence": _sentence(row, locale),
    }


def _outcome(row: TrailRow) -> str:
    return row.outcome.value if row.outcome else "-"


def _sentence(row: TrailRow, locale: str) -> str:
    return tell_entry(row, locale=locale, words=lambda value: str(value.value))
