"""``policy``: what the rules say of one person and one document."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.cli.session import FOUND, Session, answering, print_json
from gateway.cli.signed import signed_by, signed_in
from gateway.cli.words import say
from gateway.sentences import sentence_for_code
from vault.access.explaining import Explanation, explain_opening


@click.group()
def policy() -> None:
    """Say what the rules allow and why not.

    Example: dossier-vault policy explain N-0002 fq7yb7nub3k2… --as admin
    """


@policy.command()
@click.argument("person")
@click.argument("document")
@signed_by("administrator or auditor")
@click.pass_context
def explain(
    context: click.Context, person: str, document: str, login: str, password_file: Path | None, as_json: bool
) -> None:
    """Say whether PERSON may open DOCUMENT (its id) now, rule by rule. Exit code 1 if not.

    PERSON is a login, staff number, full name or id. Nothing is opened.

    Example: dossier-vault policy explain N-0002 fq7yb7nubabcdefghijklmnopqr --as admin
    """
    session: Session = context.obj
    with answering(session, as_json=as_json), signed_in(session, login, password_file) as (vault, actor):
        found = explain_opening(vault, actor, person=person, document_id=document)
    if as_json:
        print_json(_as_json(session, found))
    else:
        _tell(session, found)
    if not found.decision.allowed:
        context.exit(FOUND)


def _as_json(session: Session, found: Explanation) -> dict[str, object]:
    return {
        "ok": found.decision.allowed,
        "code": found.decision.code,
        "person": found.person_name,
        "staff_number": found.staff_number,
        "dossier": found.dossier_reference,
        "class": found.classification.value,
        "rules": [
            {
                "rule": name,
                "holds": decision.allowed,
                "code": decision.code,
                "message": _why_not(session, decision.code),
            }
            for name, decision in found.rules.items()
        ],
        "views": {
            "used": found.used,
            "allowed": found.allowed,
            "granted": found.granted,
            "from": found.allowed_from,
            "lease_minutes": found.lease_minutes,
        },
    }


def _tell(session: Session, found: Explanation) -> None:
    click.echo(f"{found.person_name} ({found.staff_number})\t{found.dossier_reference}\t{found.classification.value}")
    for name, decision in found.rules.items():
        answer = say(session.locale, "yes" if decision.allowed else "no")
        click.echo(
            "\t".join(filter(None, (answer, say(session.locale, f"rule_{name}"), _why_not(session, decision.code))))
        )
    click.echo(
        say(session.locale, "views_used", used=found.used, allowed=found.allowed)
        + ", "
        + say(session.locale, f"limit_from_{found.allowed_from}", minutes=found.lease_minutes)
    )
    click.echo(say(session.locale, "may_open" if found.decision.allowed else "may_not_open"))


def _why_not(session: Session, code: str) -> str:
    return sentence_for_code(session.locale, code) if code else ""
