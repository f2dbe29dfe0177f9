"""``policy show|list|propose|approve|refuse|withdraw``: the policy in sentences, changed by the same two people.

Whoever proposes or decides signs in with their own password, which also confirms the act. A proposal is made from a
file, such as ``policy show --json`` wrote under ``policy``, from single values, or both.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from gateway.cli.session import UNUSABLE, Session, answering, print_json
from gateway.cli.signed import confirmed_in, signed_by, signed_in
from gateway.cli.words import say
from gateway.policy_sentences import changed_words, fault_words, full_label, policy_sections
from gateway.sentences import sentence_in
from vault.errors import InputError
from vault.ledger.recorder import instant
from vault.model import Actor
from vault.policy.class_names import class_titles
from vault.policy.document import Policy, decode_policy, encode_policy
from vault.policy.fields import Change, fields_by_path, policy_from, read_written, values_of
from vault.policymaking import deciding, proposing, showing
from vault.policymaking.comparing import Effects
from vault.policymaking.proposing import PolicyRefused
from vault.policymaking.showing import PolicyCard, ProposalRow
from vault.runtime import Vault

_READERS = signed_by("administrator, security officer or auditor")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--version", type=click.IntRange(0), default=None, help="That version; else the one in force.")
@_READERS
@click.pass_obj
def show(session: Session, version: int | None, login: str, password_file: Path | None, as_json: bool) -> None:
    """Say the policy in sentences, each with the version that it comes from.

    Example: dossier-vault policy show --as admin --json
    """
    with answering(session, as_json=as_json), signed_in(session, login, password_file) as (vault, actor):
        if version is None:
            card = showing.show_desk(vault, actor).card
        else:
            card = showing.show_version(vault, actor, version=version)
    if as_json:
        print_json({"ok": True, **_card_facts(card)})
        return
    origin = f"\t{card.row.proposed_by} / {card.row.approved_by}" if card.row.approved_by else ""
    since = f"\t{instant(card.row.in_force_from)}" if card.row.in_force_from else ""
    click.echo(f"{say(session.locale, 'policy_version', number=card.row.version)}{since}{origin}")
    for section in policy_sections(card.policy, locale=session.locale):
        click.echo(f"\n{section.heading}")
        for said in section.sentences:
            click.echo(f"  {said.text}\t[{said.field.path}, v{card.origins.get(said.field.path, 0)}]")


@click.command(name="list")
@_READERS
@click.pass_obj
def list_command(session: Session, login: str, password_file: Path | None, as_json: bool) -> None:
    """List every version, and every proposal with its state.

    Example: dossier-vault policy list --as admin
    """
    with answering(session, as_json=as_json), signed_in(session, login, password_file) as (vault, actor):
        desk = showing.show_desk(vault, actor)
    proposals = [*desk.waiting, *desk.closed]
    if as_json:
        versions = [
            {
                "version": row.version,
                "in_force_from": instant(row.in_force_from) if row.in_force_from else None,
                "proposal": row.proposal_id,
                "changes": row.change_count,
            }
            for row in desk.versions
        ]
        print_json({"ok": True, "versions": versions, "proposals": [_row_facts(row) for row in proposals]})
        return
    for row in desk.versions:
        since = instant(row.in_force_from) if row.in_force_from else "-"
        click.echo(f"v{row.version}\t{since}\t{row.proposed_by or '-'}\t{row.approved_by or '-'}")
    for each in proposals:
        click.echo(f"{each.id}\tv{each.base_version}\t{each.state.value}\t{each.proposed_by}\t{each.decided_by or '-'}")


@click.command()
@click.argument("file", type=_FILE, required=False)
@click.option("--set", "values", multiple=True, metavar="FIELD=VALUE", help="One value, such as views=5. Repeatable.")
@click.option("--base", type=click.IntRange(0), default=None, help="The version FILE was made from; else the newest.")
@click.option("--note", default="", help="Why; whoever decides reads it, and it stands in the trail.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and propose nothing.")
@signed_by("administrator")
@click.pass_obj
def propose(
    session: Session,
    file: Path | None,
    values: tuple[str, ...],
    base: int | None,
    note: str,
    dry_run: bool,
    login: str,
    password_file: Path | None,
    as_json: bool,
) -> None:
    """Propose another policy: FILE as JSON, single values on top of it, or both. Somebody else decides.

    Without FILE the values are set in the policy in force. A list is given line by line, nothing as FIELD=.

    Example: dossier-vault policy propose --set classes.secret.views=2 --note "After the audit of May" --as admin
    """
    with (
        answering(session, as_json=as_json),
        confirmed_in(session, login, password_file) as (vault, actor, password),
    ):
        try:
            wanted, found_base = _wanted(vault, actor, file, values)
            effects = showing.preview_policy(vault, actor, policy=wanted)
            proposal_id = (
                ""
                if dry_run
                else proposing.propose_policy(
                    vault,
                    actor,
                    policy=wanted,
                    base_version=found_base if base is None else base,
                    note=note,
                    password=password,
                )
            )
        except PolicyRefused as error:
            _refuse(session, error, as_json=as_json)
    if as_json:
        print_json({"ok": True, "proposal": proposal_id, **_effects_facts(effects)})
        return
    _tell_effects(session, wanted, effects)
    if proposal_id:
        click.echo(say(session.locale, "policy_proposed") + f"\t{proposal_id}")


@click.command()
@click.argument("proposal")
@signed_by("administrator or security officer")
@click.pass_obj
def approve(session: Session, proposal: str, login: str, password_file: Path | None, as_json: bool) -> None:
    """Put PROPOSAL in force: by another administrator or a security officer.

    Example: dossier-vault policy approve bq3v7yb7nubabcdefghijklmnop --as olga
    """
    with (
        answering(session, as_json=as_json),
        confirmed_in(session, login, password_file) as (vault, actor, password),
    ):
        version = deciding.approve_proposal(vault, actor, proposal_id=proposal, password=password)
    if as_json:
        print_json({"ok": True, "proposal": proposal, "version": version})
    else:
        click.echo(say(session.locale, "policy_in_force", number=version))


@click.command()
@click.argument("proposal")
@click.option("--reason", required=True, help="Why not; whoever proposed it reads it, and it stands in the trail.")
@signed_by("administrator or security officer")
@click.pass_obj
def refuse(session: Session, proposal: str, reason: str, login: str, password_file: Path | None, as_json: bool) -> None:
    """Refuse PROPOSAL with a reason; nothing changes.

    Example: dossier-vault policy refuse bq3v7yb7nubabcdefghijklmnop --reason "Not before the audit" --as olga
    """
    with (
        answering(session, as_json=as_json),
        confirmed_in(session, login, password_file) as (vault, actor, password),
    ):
        deciding.refuse_proposal(vault, actor, proposal_id=proposal, reason=reason, password=password)
    _done(session, proposal, "policy_refused", as_json=as_json)


@click.command()
@click.argument("proposal")
@signed_by("administrator who proposed it")
@click.pass_obj
def withdraw(session: Session, proposal: str, login: str, password_file: Path | None, as_json: bool) -> None:
    """Take one's own PROPOSAL back; nothing changes.

    Example: dossier-vault policy withdraw bq3v7yb7nubabcdefghijklmnop --as ruth
    """
    with answering(session, as_json=as_json), signed_in(session, login, password_file) as (vault, actor):
        proposing.withdraw_proposal(vault, actor, proposal_id=proposal)
    _done(session, proposal, "policy_withdrawn", as_json=as_json)


COMMANDS = (show, list_command, propose, approve, refuse, withdraw)


def _wanted(vault: Vault, actor: Actor, file: Path | None, values: tuple[str, ...]) -> tuple[Policy, int]:
    """The policy that is meant, and the version in force. PolicyRefused with every value that cannot be."""
    card = showing.show_desk(vault, actor).card
    policy = decode_policy(file.read_bytes()) if file is not None else card.policy
    wanted: dict[str, Any] = values_of(policy)
    for each in values:
        path, equals, text = each.partition("=")
        if not equals:
            raise InputError("policy.assignment", given=each[:40])
        field = fields_by_path().get(path)
        wanted[path] = read_written(field, text) if field else text
    found, faults = policy_from(wanted)
    if faults:
        raise PolicyRefused(faults)
    return found, card.row.version


def _refuse(session: Session, error: PolicyRefused, *, as_json: bool) -> NoReturn:
    """Every fault, with the value that it is about."""
    titles = class_titles(Policy())
    faults = [
        {"field": each.path, "code": each.code, "message": fault_words(each, titles, locale=session.locale)}
        for each in error.faults
    ]
    message = sentence_in(session.locale, error)
    if as_json:
        print_json({"ok": False, "code": error.code, "message": message, "faults": faults})
    else:
        click.echo(message, err=True)
        for fault in faults:
            click.echo(f"  {fault['field']}\t{fault['message']}", err=True)
    sys.exit(UNUSABLE)


def _done(session: Session, proposal: str, word: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"ok": True, "proposal": proposal})
    else:
        click.echo(say(session.locale, word))


def _tell_effects(session: Session, policy: Policy, effects: Effects) -> None:
    titles = class_titles(policy)
    for change in effects.changes:
        old, new = changed_words(change, locale=session.locale)
        click.echo(f"{full_label(change.field, titles, locale=session.locale)}\t{old} -> {new}")
    click.echo(say(session.locale, "policy_touches", dossiers=effects.dossiers, people=effects.borrowers))
    for remark in effects.remarks:
        click.echo(fault_words(remark, titles, locale=session.locale), err=True)


def _effects_facts(effects: Effects) -> dict[str, Any]:
    return {
        "changes": [_change_facts(change) for change in effects.changes],
        "classes": [each.value for each in effects.classes],
        "dossiers": effects.dossiers,
        "borrowers": effects.borrowers,
        "newly_spent": effects.newly_spent,
        "counted_up_to": effects.bound,
        "remarks": [{"field": each.path, "code": each.code} for each in effects.remarks],
    }


def _change_facts(change: Change) -> dict[str, Any]:
    return {"field": change.field.path, "old": change.old, "new": change.new}


def _card_facts(card: PolicyCard) -> dict[str, Any]:
    return {
        "version": card.row.version,
        "in_force": card.is_in_force,
        "in_force_from": instant(card.row.in_force_from) if card.row.in_force_from else None,
        "digest": card.digest,
        "policy": json.loads(encode_policy(card.policy)),
        "values": values_of(card.policy),
        "origins": {path: card.origins.get(path, 0) for path in fields_by_path()},
        "changes": [_change_facts(change) for change in card.changes],
    }


def _row_facts(row: ProposalRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "state": row.state.value,
        "base": row.base_version,
        "version": row.version,
        "proposed_by": row.proposed_by,
        "proposed_at": instant(row.proposed_at),
        "lapses_at": instant(row.lapses_at),
        "decided_by": row.decided_by,
        "decided_at": instant(row.decided_at) if row.decided_at else None,
        "changes": row.change_count,
        "outdated": row.is_outdated,
        "why_not": row.why_not,
    }
