"""``trail erase``, ``trail prune`` and ``trail erasure``: by the same rules and people as in the browser.

Whoever asks or decides signs in with their own password. Workers of the running vault do the work; ``trail erasure
wait`` waits until it is done.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from gateway.cli.session import Session, answering, print_json
from gateway.cli.signed import signed_by, signed_in
from vault.errors import Conflict, InputError
from vault.policy.erasing import BASES, ErasureKind, ErasureState
from vault.policy.reasons import ReasonDraft
from vault.trail.erasing import holds, listing, orders
from vault.trail.erasing.listing import ErasureRow
from vault.trail.erasing.scope import ErasureDraft, ErasureGrounds, plain

_ENDED = {ErasureState.DONE, ErasureState.FAILED, ErasureState.REFUSED, ErasureState.CANCELLED}


def _asking(kind: ErasureKind) -> Callable[[Any], Any]:
    """The options of asking for something to be taken out of the trail."""

    def decorate(command: Any) -> Any:
        bases = [each.value for each in BASES[kind]]
        for option in (
            click.option("--dry-run", is_flag=True, help="Say what it would touch, and ask for nothing."),
            click.option("--reason", "text", default="", help="Why; recorded in the trail. Do not name the person."),
            click.option("--case", "case_number", default="", help="Case number, by which the papers are found."),
            click.option("--basis", type=click.Choice(bases), default=None, help="Legal basis."),
        ):
            command = option(command)
        return signed_by("administrator")(command)

    return decorate


@click.command()
@click.argument("person")
@click.option("--from", "from_month", default="", help="First month, such as 2026-01; else the first there is.")
@click.option("--until", "until_month", default="", help="Last month; else the last that is over.")
@_asking(ErasureKind.PERSON)
@click.pass_obj
def erase(session: Session, /, person: str, from_month: str, until_month: str, **options: Any) -> None:
    """Erase the values of PERSON (login, staff number, name) from the trail. A security officer approves.

    Example: dossier-vault trail erase ben --as ruth --basis gdpr_17 --case DSR-7 --reason "Request of May, in writing"
    """
    _ask(session, ErasureDraft(ErasureKind.PERSON, person, from_month, until_month), **options)


@click.command()
@click.argument("before")
@_asking(ErasureKind.PRUNE)
@click.pass_obj
def prune(session: Session, /, before: str, **options: Any) -> None:
    """Remove the bodies of entries logged before the day BEFORE (UTC), keeping hashes. A security officer approves.

    Example: dossier-vault trail prune 2016-01-01 --as ruth --basis retention_ended --case R-3 --reason "Ten years over"
    """
    with answering(session, as_json=bool(options["as_json"])):
        try:
            day = dt.date.fromisoformat(before)
        except ValueError as error:
            raise InputError("erasure.before") from error
    _ask(session, ErasureDraft(ErasureKind.PRUNE, before=day), **options)


@click.command()
@click.argument("act", type=click.Choice(["list", "show", "approve", "refuse", "cancel", "resume", "wait"]))
@click.argument("erasure_id", default="")
@click.option("--reason", default="", help="Why it is refused; recorded in the trail.")
@signed_by("administrator, security officer or auditor")
@click.pass_obj
def erasure(
    session: Session,
    act: str,
    erasure_id: str,
    reason: str,
    login: str,
    password_file: Path | None,
    as_json: bool,
) -> None:
    """List erasures and prunings, or approve, refuse, cancel, resume, show or await one.

    Example: dossier-vault trail erasure approve xq3v... --as olga
    """
    acts = {"approve": orders.approve_erasure, "cancel": orders.cancel_erasure, "resume": orders.resume_erasure}
    with answering(session, as_json=as_json), signed_in(session, login, password_file) as (vault, actor):
        if act == "list":
            rows = listing.list_erasures(vault, actor)
        else:
            if act in acts:
                acts[act](vault, actor, erasure_id=erasure_id)
            elif act == "refuse":
                orders.refuse_erasure(vault, actor, erasure_id=erasure_id, reason=ReasonDraft("review", reason))
            row = listing.show_erasure(vault, actor, erasure_id=erasure_id)
            while act == "wait" and row.state not in _ENDED:
                time.sleep(0.5)
                row = listing.show_erasure(vault, actor, erasure_id=erasure_id)
            if act == "wait" and row.state is not ErasureState.DONE:
                raise Conflict(row.fault_code or "erasure.decided")
            rows = [row]
    _show(rows, as_json=as_json)


@click.command()
@click.argument("act", type=click.Choice(["place", "lift", "list"]))
@click.argument("person_or_hold", default="")
@click.option("--case", "case_number", default="", help="Case number.")
@click.option("--reason", default="", help="Why; recorded in the trail.")
@signed_by("security officer")
@click.pass_obj
def hold(
    session: Session,
    act: str,
    person_or_hold: str,
    case_number: str,
    reason: str,
    login: str,
    password_file: Path | None,
    as_json: bool,
) -> None:
    """Place a hold on a person's entries, lift one by its id, or list those in force.

    Example: dossier-vault trail hold place ben --case LIT-7 --reason "Claim before the court" --as olga
    """
    draft = ReasonDraft("review", reason, case_number)
    with answering(session, as_json=as_json), signed_in(session, login, password_file) as (vault, actor):
        if act == "place":
            holds.hold_person(vault, actor, person=person_or_hold, reason=draft)
        elif act == "lift":
            holds.lift_person_hold(vault, actor, hold_id=person_or_hold, reason=draft)
        rows = holds.list_person_holds(vault, actor)
    if as_json:
        found = [{"id": each.id, "person": each.person_id, "case": each.case_number} for each in rows]
        print_json({"ok": True, "holds": found})
        return
    for each in rows:
        click.echo(f"{each.id}\t{each.person_name}\t{each.case_number}\t{each.placed_at:%F}")


def _ask(
    session: Session,
    draft: ErasureDraft,
    *,
    login: str,
    password_file: Path | None,
    as_json: bool,
    basis: str | None,
    case_number: str,
    text: str,
    dry_run: bool,
) -> None:
    with answering(session, as_json=as_json), signed_in(session, login, password_file) as (vault, actor):
        if dry_run:
            found = orders.preview_erasure(vault, actor, draft=draft)
            print_json({"ok": True, **plain(found.preflight)})
            return
        grounds = ErasureGrounds(basis or "", text, case_number)
        erasure_id = orders.request_erasure(vault, actor, draft=draft, grounds=grounds)
        row = listing.show_erasure(vault, actor, erasure_id=erasure_id)
    _show([row], as_json=as_json)


def _show(rows: list[ErasureRow], *, as_json: bool) -> None:
    if as_json:
        print_json({"ok": True, "erasures": [_plain(row) for row in rows]})
        return
    for row in rows:
        about = row.person_name or (f"{row.before:%F}" if row.before else "-")
        click.echo(f"{row.id}\t{row.kind.value}\t{about}\t{row.case_number}\t{row.state.value}\t{row.done}/{row.total}")


def _plain(row: ErasureRow) -> dict[str, Any]:
    about = ("id", "person_id", "from_month", "until_month", "before", "size", "case_number", "requested_by")
    state = ("created_at", "decided_by", "decided_at", "done", "total", "in_backups")
    shown: dict[str, Any] = {name: getattr(row, name) for name in (*about, *state)}
    shown |= {"kind": row.kind.value, "state": row.state.value, "basis": row.basis.value, "fault": row.fault_code}
    return {**shown, "preflight": plain(row.preflight), "report": plain(row.report) if row.report else None}
