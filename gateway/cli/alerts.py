"""``alerts``: the list, one alert with its arithmetic, and deciding it, by the same rules as in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from gateway.alert_words import head_words, line_words, sum_words
from gateway.cli.session import Session, answering, print_json
from gateway.cli.signed import signed_by, signed_in
from vault.alerts import deciding, reading
from vault.alerts.reading import AlertPage, AlertRow
from vault.database.alert_queries import AlertState

_readers = signed_by("security officer or auditor")
_officers = signed_by("security officer")


@click.group()
def alerts() -> None:
    """Read and decide alerts: what stands out in what people did.

    Example: dossier-vault alerts list --as olga
    """


@alerts.command(name="list")
@click.option("--all", "shows_all", is_flag=True, help="Decided ones too.")
@_readers
@click.pass_obj
def list_command(session: Session, shows_all: bool, login: str, password_file: Path | None, as_json: bool) -> None:
    """List alerts that wait for a decision, newest first.

    Example: dossier-vault alerts list --as olga --json
    """
    with answering(session, as_json=as_json), signed_in(session, login, password_file) as (vault, actor):
        states = tuple(AlertState) if shows_all else (AlertState.OPEN,)
        rows = [row for state in states for row in reading.each_alert(vault, actor, state=state)]
    if as_json:
        print_json({"ok": True, "alerts": [_plain(row, session.locale) for row in rows]})
        return
    for row in rows:
        head = head_words(row.person_name, row.lines, locale=session.locale)
        click.echo(f"{row.id}\t{row.day}\t{row.state.value}\t{row.points}\t{head}")


@alerts.command()
@click.argument("alert_id")
@_readers
@click.pass_obj
def show(session: Session, alert_id: str, login: str, password_file: Path | None, as_json: bool) -> None:
    """Show an alert with its arithmetic and what the person opened that day. Recorded.

    Example: dossier-vault alerts show zq3v... --as olga
    """
    with answering(session, as_json=as_json), signed_in(session, login, password_file) as (vault, actor):
        page = reading.show_alert(vault, actor, alert_id=alert_id)
    _show(page, session.locale, as_json=as_json)


@alerts.command()
@click.argument("alert_id")
@click.argument("decision", type=click.Choice(["dismiss", "escalate"]))
@click.option("--reason", required=True, help="What was found out; recorded in the trail.")
@click.option("--revision", type=int, default=0, help="The revision that was read; else the present one is meant.")
@_officers
@click.pass_obj
def decide(
    session: Session,
    alert_id: str,
    decision: str,
    reason: str,
    revision: int,
    login: str,
    password_file: Path | None,
    as_json: bool,
) -> None:
    """Dismiss or escalate an alert. Exit code 4 if it was decided, or changed since that revision.

    Example: dossier-vault alerts decide zq3v... dismiss --reason "Talked to him: the spring letters" --as olga
    """
    with answering(session, as_json=as_json), signed_in(session, login, password_file) as (vault, actor):
        meant = revision or reading.revision_of(vault, actor, alert_id=alert_id)
        deciding.decide_alert(
            vault, actor, alert_id=alert_id, revision=meant, escalate=decision == "escalate", note=reason
        )
        page = reading.show_alert(vault, actor, alert_id=alert_id)
    _show(page, session.locale, as_json=as_json)


def _show(page: AlertPage, locale: str, *, as_json: bool) -> None:
    row = page.row
    if as_json:
        around = [
            {
                "time": each.time,
                "refused": each.is_refused,
                "dossier": each.reference,
                "document": each.document_id,
                "pages": each.pages,
                "place": each.place,
            }
            for each in page.around
        ]
        print_json({"ok": True, "alert": _plain(row, locale), "around": around})
        return
    click.echo(head_words(row.person_name, row.lines, locale=locale))
    click.echo(f"{row.id}\t{row.day}\t{row.state.value}\t{row.staff_number}\t{row.decided_by}")
    for line in row.lines:
        click.echo(f"  {'-' if line.is_rule else line.points}\t{line_words(line, row.day, locale=locale)}")
    click.echo(f"  {sum_words(row.lines, locale=locale)}")
    for each in page.around:
        mark = "!" if each.is_refused else " "
        click.echo(
            f"{mark} {each.time:%F %T}Z\t{each.reference or '-'}\t{each.document_id}\t{each.pages}\t{each.place}"
        )


def _plain(row: AlertRow, locale: str) -> dict[str, Any]:
    """Times in UTC; the lines as codes, numbers and words."""
    names = ("id", "person_id", "day", "points", "policy_version", "raised_at", "revision", "decided_at")
    shown: dict[str, Any] = {name: getattr(row, name) for name in names}
    lines = [
        {
            "code": line.code,
            "points": line.points,
            "is_rule": line.is_rule,
            "values": dict(line.values),
            "words": line_words(line, row.day, locale=locale),
        }
        for line in row.lines
    ]
    return {**shown, "day": row.day.isoformat(), "state": row.state.value, "lines": lines}
