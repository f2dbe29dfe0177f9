"""``policy``: what the rules say, of one person and one document, and changing them."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.cli import policy_changing
from gateway.cli.session import FOUND, Session, answering, print_json
from gateway.cli.signed import signed_by, signed_in
from gateway.cli.words import say
from gateway.limit_words import further_limits
from gateway.sentences import why_not
from vault.access.explaining import Explanation, explain_opening
from vault.ledger.recorder import instant
from vault.policy.decision import Decision
from vault.policy.document import WorkingHours


@click.group()
def policy() -> None:
    """Say what the rules are, what they allow and why not; change them by two people.

    Example: dossier-vault policy show --as admin
    """


for each in policy_changing.COMMANDS:
    policy.add_command(each)


@policy.command()
@click.argument("person")
@click.argument("document")
@signed_by("administrator, security officer or auditor")
@click.pass_context
def explain(
    context: click.Context, person: str, document: str, login: str, password_file: Path | None, as_json: bool
) -> None:
    """Say whether PERSON may open DOCUMENT (its id) now, rule by rule, and what else they may do. Exit code 1 if not.

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
        "rules": [{"rule": name} | _answer(session, decision) for name, decision in found.rules.items()],
        "acts": [{"act": name} | _answer(session, decision) for name, decision in found.acts.items()],
        "views": {
            "used": found.used,
            "used_with_other_accounts": found.elsewhere.all,
            "allowed": found.allowed,
            "granted": found.granted,
            "from": found.allowed_from,
            "lease_minutes": found.lease_minutes,
            "window_days": found.limits.window_days,
            "would_end_at": instant(found.ends_at),
            "would_end_by": found.ends_by,
            "pages": found.limits.pages,
        },
        "today": {
            "timezone": found.limits.timezone,
            "used": found.used_today,
            "allowed": found.limits.views_a_day,
            "used_of_class": found.used_today_of_class,
            "allowed_of_class": found.limits.views_a_day_of_class,
        },
        "hours": _built_in(found.limits.hours),
        "places": {"zones": found.limits.places.zones, "countries": found.limits.places.countries},
        "position": found.limits.position,
    }


def _answer(session: Session, decision: Decision) -> dict[str, object]:
    return {"holds": decision.allowed, "code": decision.code, "message": why_not(session.locale, decision)}


def _built_in(hours: WorkingHours | None) -> dict[str, object] | None:
    if hours is None:
        return None
    return {"spans": hours.spans, "holidays": hours.holidays}


def _tell(session: Session, found: Explanation) -> None:
    title = found.class_title.in_language(session.locale)
    click.echo(f"{found.person_name} ({found.staff_number})\t{found.dossier_reference}\t{title}")
    for word, decision in [
        *((f"rule_{name}", decision) for name, decision in found.rules.items()),
        *((f"act_{name}", decision) for name, decision in found.acts.items()),
    ]:
        answer = say(session.locale, "yes" if decision.allowed else "no")
        click.echo("\t".join(filter(None, (answer, say(session.locale, word), why_not(session.locale, decision)))))
    click.echo(
        say(session.locale, "views_used", used=found.used, allowed=found.allowed)
        + ", "
        + say(session.locale, f"limit_from_{found.allowed_from}", minutes=found.lease_minutes)
    )
    if found.elsewhere:
        click.echo(say(session.locale, "views_elsewhere", number=found.elsewhere.all))
    for line in further_limits(found, locale=session.locale):
        click.echo(line)
    click.echo(say(session.locale, "may_open" if found.decision.allowed else "may_not_open"))
