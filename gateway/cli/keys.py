"""``keys``: how keys stand, and work on them, by the same rules and people as in the browser.

Whoever orders or approves signs in with their own password, asked for at the prompt or read from a file of theirs.
Workers of the running vault do the work; ``--wait`` shows it until it is done.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from gateway.cli import key_recovery
from gateway.cli.session import Session, answering, print_json
from gateway.cli.signed import signed_by, signed_in
from vault.custody import operations, overview
from vault.custody.operations import OperationRow
from vault.custody.scope import Scope, plain, with_dossier
from vault.database.operation_queries import OperationState
from vault.errors import Conflict
from vault.model import Actor, Classification, ReasonCategory
from vault.policy.custody import OperationKind
from vault.policy.reasons import ReasonDraft
from vault.runtime import Vault

CLASSES = tuple(each.value for each in Classification)
RINGS = (*CLASSES, "service", "trail")
_ENDED = {OperationState.DONE, OperationState.FAILED, OperationState.CANCELLED}


@click.group()
def keys() -> None:
    """See how keys stand, rotate, reseal and destroy them, and bring them back.

    Example: dossier-vault keys status --as olga
    """


for each in (
    key_recovery.new_root,
    key_recovery.prepare_recovery,
    key_recovery.recover,
    key_recovery.manifest,
    key_recovery.restore_manifest,
):
    keys.add_command(each)


_signed = signed_by("security officer")


def _ordering(command: Any) -> Any:
    """The options of everything that orders work."""
    for option in (
        click.option("--wait", is_flag=True, help="Show the progress until it is done."),
        click.option("--dry-run", is_flag=True, help="Say what it would touch, and order nothing."),
        click.option("--case", "case_number", default="", help="Case number."),
        click.option(
            "--category",
            type=click.Choice([each.value for each in ReasonCategory]),
            default="review",
            show_default=True,
            help="What the reason is about.",
        ),
        click.option("--reason", default="", help="Why; recorded in the trail."),
    ):
        command = option(command)
    return _signed(command)


def _of_version(rings: tuple[str, ...]) -> Callable[[Any], Any]:
    """The arguments that name one version of one of these rings."""
    ring, version = click.argument("ring", type=click.Choice(rings)), click.argument("version", type=int)
    return lambda command: ring(version(command))


@keys.command()
@_signed
@click.pass_obj
def status(session: Session, login: str, password_file: Path | None, as_json: bool) -> None:
    """Say how every ring and version stands.

    Example: dossier-vault keys status --as olga
    """
    with answering(session, as_json=as_json), signed_in(session, login, password_file) as (vault, actor):
        found = overview.overview(vault, actor)
    if as_json:
        print_json({"ok": True, **asdict(found)})
        return
    sealed, answers = "sealed" if found.is_sealed else "unsealed", "ok" if found.provider_ok else "AWAY"
    click.echo(f"{sealed}\t{found.root_uri}\t{answers}")
    for ring in found.rings:
        for row in ring.versions:
            lost = "\tLOST" if row.is_lost else ""
            click.echo(
                f"{ring.ring}\t{row.version}\t{row.state.value}\t{row.references} keys\t{row.created_at:%F}{lost}"
            )
        if ring.warning:
            click.echo(f"{ring.ring}\t{ring.warning}")


@keys.command()
@click.argument("ring", type=click.Choice(RINGS))
@_ordering
@click.pass_obj
def rotate(session: Session, /, ring: str, **options: Any) -> None:
    """Give a ring a new version and wrap everything under it. Another officer approves.

    Example: dossier-vault keys rotate secret --as olga --reason "Yearly rotation" --wait
    """
    _order(session, OperationKind.ROTATE_RING, Scope(ring=ring), **options)


@keys.command(name="move-root")
@click.argument("uri")
@_ordering
@click.pass_obj
def move_root(session: Session, /, uri: str, **options: Any) -> None:
    """Wrap every key-encryption key by the root key at URI, which is named as keys.next_root.

    Example: dossier-vault keys move-root file:/etc/dossier-vault/new.key --as olga --reason "Root key rotation"
    """
    _order(session, OperationKind.MOVE_ROOT, Scope(root=uri), **options)


@keys.command(name="rotate-trail-key")
@_ordering
@click.pass_obj
def rotate_trail_key(session: Session, /, **options: Any) -> None:
    """Sign the trail's checkpoints by a new key from the next one on.

    Example: dossier-vault keys rotate-trail-key --as olga --reason "Yearly rotation"
    """
    _order(session, OperationKind.ROTATE_TRAIL_KEY, Scope(), **options)


@keys.command(name="rotate-index-key")
@_ordering
@click.pass_obj
def rotate_index_key(session: Session, /, **options: Any) -> None:
    """Make the tokens by which customers are found and equal documents are known anew, under new keys.

    Example: dossier-vault keys rotate-index-key --as olga --reason "Yearly rotation"
    """
    _order(session, OperationKind.ROTATE_INDEX_KEY, Scope(), **options)


@keys.command(name="end-sessions")
@_ordering
@click.pass_obj
def end_sessions(session: Session, /, **options: Any) -> None:
    """Sign everybody out and end every open view.

    Example: dossier-vault keys end-sessions --as olga --reason "Suspected theft of cookies"
    """
    _order(session, OperationKind.END_SESSIONS, Scope(), **options)


@keys.command()
@click.option("--ring", type=click.Choice(CLASSES), default=None, help="Only this class.")
@click.option("--dossier", "reference", default="", help="Only this dossier, such as D2026-00001.")
@_ordering
@click.pass_obj
def reseal(session: Session, /, ring: str | None, reference: str, **options: Any) -> None:
    """Give dossiers new keys and seal their documents anew; everything, one class, or one dossier.

    Example: dossier-vault keys reseal --ring secret --as olga --reason "After the incident of May"
    """
    _order(session, OperationKind.RESEAL, Scope(ring=ring or ""), reference=reference, **options)


@keys.command()
@_of_version(CLASSES)
@_ordering
@click.pass_obj
def compromise(session: Session, /, ring: str, version: int, **options: Any) -> None:
    """Mark a version as known to others, replace it, and seal the class anew. It begins at once.

    Example: dossier-vault keys compromise secret 3 --as olga --reason "Memory dump found outside"
    """
    _order(session, OperationKind.COMPROMISE, Scope(ring=ring, version=version), **options)


@keys.command()
@_of_version(RINGS)
@_ordering
@click.pass_obj
def suspend(session: Session, /, ring: str, version: int, **options: Any) -> None:
    """Let a version open nothing until it is restored. It happens at once.

    Example: dossier-vault keys suspend secret 3 --as olga --reason "Until the alarm is understood"
    """
    _order(session, OperationKind.SUSPEND_KEY, Scope(ring=ring, version=version), **options)


@keys.command()
@_of_version(RINGS)
@_ordering
@click.pass_obj
def restore(session: Session, /, ring: str, version: int, **options: Any) -> None:
    """Let a suspended version open again. Another officer approves.

    Example: dossier-vault keys restore secret 3 --as olga --reason "False alarm"
    """
    _order(session, OperationKind.RESTORE_KEY, Scope(ring=ring, version=version), **options)


@keys.command()
@_of_version(RINGS)
@_ordering
@click.pass_obj
def destroy(session: Session, /, ring: str, version: int, **options: Any) -> None:
    """Destroy a version that wraps nothing any more, after two approvals and the waiting period.

    Example: dossier-vault keys destroy secret 1 --as olga --reason "Replaced a year ago"
    """
    _order(session, OperationKind.DESTROY_KEY, Scope(ring=ring, version=version), **options)


@keys.command()
@click.argument("reference")
@_ordering
@click.pass_obj
def shred(session: Session, /, reference: str, **options: Any) -> None:
    """Destroy a dossier's key, after two approvals and the waiting period. Refused under a legal hold.

    Example: dossier-vault keys shred D2026-00001 --as olga --reason "Retention ended" --case R-17
    """
    _order(session, OperationKind.SHRED_DOSSIER, Scope(), reference=reference, **options)


@keys.command(name="list")
@_signed
@click.pass_obj
def list_them(session: Session, login: str, password_file: Path | None, as_json: bool) -> None:
    """List work on keys, newest first.

    Example: dossier-vault keys list --as olga
    """
    with answering(session, as_json=as_json), signed_in(session, login, password_file) as (vault, actor):
        rows = operations.list_operations(vault, actor)
    _show(rows, as_json=as_json)


@keys.command()
@click.argument("act", type=click.Choice(["approve", "pause", "resume", "cancel", "show", "wait"]))
@click.argument("operation")
@_signed
@click.pass_obj
def operation(
    session: Session, act: str, operation: str, login: str, password_file: Path | None, as_json: bool
) -> None:
    """Approve, pause, resume, cancel, show or await one operation.

    Example: dossier-vault keys operation approve oq3v... --as pavel
    """
    acts = {
        "approve": operations.approve,
        "pause": operations.pause,
        "resume": operations.resume,
        "cancel": operations.cancel,
    }
    with answering(session, as_json=as_json), signed_in(session, login, password_file) as (vault, actor):
        if act in acts:
            acts[act](vault, actor, operation_id=operation)
        elif act == "wait":
            _await(vault, actor, operation, quiet=as_json)
        row = operations.show_operation(vault, actor, operation_id=operation)
    _show([row], as_json=as_json)


def _order(
    session: Session,
    kind: OperationKind,
    scope: Scope,
    *,
    login: str,
    password_file: Path | None,
    reason: str,
    category: str,
    case_number: str,
    dry_run: bool,
    wait: bool,
    as_json: bool,
    reference: str = "",
) -> None:
    with answering(session, as_json=as_json), signed_in(session, login, password_file) as (vault, actor):
        if reference:
            dossier = operations.dossier_by_reference(vault, actor, reference)
            scope = with_dossier(scope, dossier)
        if dry_run:
            found = operations.preview(vault, actor, kind=kind, scope=scope)
            print_json({"ok": True, **plain(found)})
            return
        draft = ReasonDraft(category, reason, case_number)
        operation_id = operations.order(vault, actor, kind=kind, scope=scope, reason=draft)
        if wait:
            click.echo(operation_id, err=True)  # now, so that another officer can approve it
            _await(vault, actor, operation_id, quiet=as_json)
        row = operations.show_operation(vault, actor, operation_id=operation_id)
    _show([row], as_json=as_json)


def _await(vault: Vault, actor: Actor, operation_id: str, *, quiet: bool) -> None:
    """Looks until it has ended. Conflict ``operation.state`` if it stopped at something."""
    counted = TextColumn("{task.completed}/{task.total}")
    columns = (TextColumn("{task.description}"), BarColumn(), counted, TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=quiet or not sys.stderr.isatty()) as bar:
        task = bar.add_task("keys", total=None)
        while True:
            row = operations.show_operation(vault, actor, operation_id=operation_id)
            bar.update(task, description=row.state.value, completed=row.done, total=row.total or None)
            if row.state in _ENDED:
                break
            time.sleep(0.5)
    if row.state is not OperationState.DONE:
        raise Conflict(row.fault_code or "operation.state")


def _show(rows: list[OperationRow], *, as_json: bool) -> None:
    if as_json:
        print_json({"ok": True, "operations": [_plain(row) for row in rows]})
        return
    for row in rows:
        about = row.scope.ring or row.dossier_reference or row.scope.root
        approvals = f"{len(row.approved_by)}/{row.approvals_needed}"
        click.echo(f"{row.id}\t{row.kind.value}\t{about}\t{row.state.value}\t{approvals}\t{row.done}/{row.total}")


def _plain(row: OperationRow) -> dict[str, Any]:
    names = ("id", "requested_by", "category", "case_number", "created_at", "not_before", "phase", "done", "total")
    shown: dict[str, Any] = {name: getattr(row, name) for name in names}
    shown |= {"kind": row.kind.value, "state": row.state.value, "fault": row.fault_code}
    shown |= {"approved_by": list(row.approved_by), "approvals_needed": row.approvals_needed}
    shown |= {"scope": plain(row.scope), "preflight": plain(row.preflight)}
    return {**shown, "report": plain(row.report) if row.report else None}
