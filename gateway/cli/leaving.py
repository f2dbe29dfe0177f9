"""``leaving``: who leaves and when, said by the administrator; what somebody saw, for the auditor."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from pathlib import Path

import click

from gateway.cli.session import Session, answering, print_json
from gateway.cli.signed import signed_by, signed_in
from gateway.cli.words import say
from gateway.export_words import ScreenWords
from vault.leaving import announcing, ending, exposure, showing
from vault.policy.reasons import ReasonDraft
from vault.policymaking.naming import lasting_titles
from vault.trail.exports.exposure_words import ExposureWords


@click.group()
def leaving() -> None:
    """Announce that somebody leaves, call it off, end what is open or all; list leavers; rank what somebody saw.

    Example: dossier-vault leaving list --as admin
    """


@leaving.command(name="list")
@signed_by("administrator, security officer or auditor")
@click.pass_obj
def list_leavers(session: Session, login: str, password_file: Path | None, as_json: bool) -> None:
    """List who is about to leave and who has left.

    Example: dossier-vault leaving list --as admin --json
    """
    with answering(session, as_json=as_json), signed_in(session, login, password_file) as (vault, actor):
        rows = showing.list_leavings(vault, actor)
    if as_json:
        told = [
            {
                "staff_number": row.staff_number,
                "person": row.person_name,
                "last_day": row.last_day.isoformat(),
                "state": row.state.value,
                "successor": row.successor_name,
                "open_handovers": row.open_handovers,
            }
            for row in rows
        ]
        print_json({"ok": True, "leavers": told})
        return
    for row in rows:
        waiting = say(session.locale, "handovers_open", count=row.open_handovers)
        cells = (row.staff_number, row.person_name, row.last_day.isoformat(), row.state.value, row.successor_name)
        click.echo("\t".join((*cells, waiting)))


@leaving.command()
@click.argument("person")
@click.option("--last-day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Year-month-day.")
@click.option("--successor", default="", help="Login, staff number, full name or id; empty: nobody yet.")
@click.option("--reason", required=True, help="Why; it is recorded.")
@signed_by("administrator")
@click.pass_obj
def announce(
    session: Session,
    person: str,
    last_day: dt.datetime,
    successor: str,
    reason: str,
    login: str,
    password_file: Path | None,
    as_json: bool,
) -> None:
    """Set the last day and the successor of PERSON, or change them. PERSON is a login, staff number, name or id.

    Example: dossier-vault leaving announce N-0002 --last-day 2026-12-31 --reason "Notice was given" --as admin
    """
    with answering(session, as_json=as_json), signed_in(session, login, password_file) as (vault, actor):
        person_id = showing.find_person(vault, actor, words=person)
        draft = announcing.LeavingDraft(last_day.date(), successor)
        why, before = ReasonDraft("handover", reason), showing.show_leaving(vault, actor, person_id=person_id).leaving
        if before is not None and before.state.value == "announced":
            after = announcing.change_leaving(
                vault, actor, person_id=person_id, draft=draft, reason=why, revision=before.revision
            )
        else:
            after = announcing.announce_leaving(vault, actor, person_id=person_id, draft=draft, reason=why)
    _tell(session, after.ends_at, as_json=as_json)


@leaving.command(name="call-off")
@click.argument("person")
@click.option("--reason", required=True, help="Why; it is recorded.")
@signed_by("administrator")
@click.pass_obj
def call_off(session: Session, person: str, reason: str, login: str, password_file: Path | None, as_json: bool) -> None:
    """PERSON stays after all: the watch ends.

    Example: dossier-vault leaving call-off N-0002 --reason "Stays with the company" --as admin
    """
    with answering(session, as_json=as_json), signed_in(session, login, password_file) as (vault, actor):
        person_id = showing.find_person(vault, actor, words=person)
        announcing.call_off_leaving(vault, actor, person_id=person_id, reason=ReasonDraft("handover", reason))
    _tell(session, None, as_json=as_json)


@leaving.command(name="end-open")
@click.argument("person")
@click.option("--reason", required=True, help="Why; it is recorded.")
@signed_by("administrator")
@click.pass_obj
def end_open(session: Session, person: str, reason: str, login: str, password_file: Path | None, as_json: bool) -> None:
    """End sessions, views, waiting requests and grants of PERSON, who is about to leave and may sign in again.

    Example: dossier-vault leaving end-open N-0002 --reason "Moves to another desk today" --as admin
    """
    with answering(session, as_json=as_json), signed_in(session, login, password_file) as (vault, actor):
        person_id = showing.find_person(vault, actor, words=person)
        ended = ending.end_what_is_open(vault, actor, person_id=person_id, reason=ReasonDraft("handover", reason))
    numbers = {
        "sessions": ended.sessions,
        "views": ended.views,
        "requests": ended.requests,
        "grants": ended.grants,
    }
    if as_json:
        print_json({"ok": True, **numbers})
        return
    click.echo("\t".join(say(session.locale, f"ended_{kind}", count=number) for kind, number in numbers.items()))


@leaving.command(name="end-now")
@click.argument("person")
@click.option("--reason", required=True, help="Why; it is recorded.")
@signed_by("administrator or security officer")
@click.pass_obj
def end_now(session: Session, person: str, reason: str, login: str, password_file: Path | None, as_json: bool) -> None:
    """Make this the last moment of PERSON: suspended at once, everywhere.

    Example: dossier-vault leaving end-now N-0002 --reason "Released from work today" --as admin
    """
    with answering(session, as_json=as_json), signed_in(session, login, password_file) as (vault, actor):
        person_id = showing.find_person(vault, actor, words=person)
        ending.leave_now(vault, actor, person_id=person_id, reason=ReasonDraft("handover", reason))
    _tell(session, None, as_json=as_json)


@leaving.command(name="exposure")
@click.argument("person")
@click.option("--days", type=int, help="Days looked back; else as the policy says.")
@signed_by("auditor or security officer")
@click.pass_obj
def rank_exposure(
    session: Session, person: str, days: int | None, login: str, password_file: Path | None, as_json: bool
) -> None:
    """Rank the dossiers that PERSON saw, the first to look after first. No customer is named.

    Above them stands how full the last weeks were beside the person's ordinary ones. Times are in UTC.

    Example: dossier-vault leaving exposure N-0002 --days 90 --as auditor --json
    """
    with answering(session, as_json=as_json), signed_in(session, login, password_file) as (vault, actor):
        person_id = showing.find_person(vault, actor, words=person)
        found = exposure.show_exposure(vault, actor, person_id=person_id, days=days)
        zone = zoneinfo.ZoneInfo(actor.timezone)
        words = ExposureWords(ScreenWords(lasting_titles(vault)), session.locale, zone)
        titles = lasting_titles(vault)()
    if as_json:
        print_json(_as_json(found))
        return
    click.echo(f"{found.person_name} ({found.staff_number})\t{words.spike(found.weeks, out_since=found.out_since)}")
    click.echo("\t".join(words.phrase(head) for head in _HEADS))
    for each in found.rows:
        seen = each.seen
        cells = (
            seen.reference,
            titles[seen.classification].in_language(session.locale),
            str(seen.views),
            str(seen.pages),
            words.moment(seen.last),
            str(seen.copies),
            words.moment(seen.last_copy),
            words.reasons(seen.reasons),
            words.counted(seen.places),
            f"{each.score:.2f}",
        )
        click.echo("\t".join(cells))


_HEADS = ("dossier", "class", "views", "pages", "last_view", "copies", "last_copy", "reasons", "places", "score")


def _as_json(found: exposure.Exposure) -> dict[str, object]:
    dossiers = [
        {
            "reference": each.seen.reference,
            "class": each.seen.classification.value,
            "documents": each.seen.documents,
            "views": each.seen.views,
            "pages": each.seen.pages,
            "first": _time_of(each.seen.first),
            "last": _time_of(each.seen.last),
            "reasons": dict(each.seen.reasons),
            "places": dict(each.seen.places),
            "score": each.score,
            "copies": each.seen.copies,
            "last_copy": _time_of(each.seen.last_copy),
        }
        for each in found.rows
    ]
    weeks = {
        "until": _time_of(found.weeks.until),
        "ordinary": found.weeks.ordinary,
        "highest": found.weeks.highest.views,
        "highest_since": _time_of(found.weeks.highest.since),
        "factor": found.weeks.factor,
    }
    times = {"days": found.days, "out_since": _time_of(found.out_since)}
    return {"ok": True, **times, "dossiers": dossiers, "weeks": weeks}


def _time_of(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _tell(session: Session, ends_at: dt.datetime | None, *, as_json: bool) -> None:
    if as_json:
        print_json({"ok": True, "ends_at": ends_at.isoformat() if ends_at else ""})
        return
    words = say(session.locale, "done")
    click.echo(f"{words}\t{ends_at.isoformat()}" if ends_at else words)
