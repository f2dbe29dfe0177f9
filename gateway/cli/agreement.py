"""``agreement``: confidentiality agreements from files, by the same rules and people as in the browser."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.cli.session import Session, answering, print_json
from gateway.cli.signed import signed_by, signed_in
from gateway.cli.words import say
from vault.agreements import drafting, reviewing
from vault.agreements.drafting import AgreementDraft
from vault.agreements.reviewing import AgreementRow
from vault.database.agreement_queries import VersionText
from vault.errors import Conflict
from vault.model import Classification
from vault.policy.agreements import Audience, Language

CLASSES = tuple(each.value for each in Classification)
AUDIENCES = tuple(each.value for each in Audience)
_administrators = signed_by("administrator")
_readers = signed_by("administrator or auditor")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def agreement() -> None:
    """Write, publish and look up confidentiality agreements.

    Example: dossier-vault agreement list --as ruth
    """


@agreement.command(name="list")
@_readers
@click.pass_obj
def list_command(session: Session, login: str, password_file: Path | None, as_json: bool) -> None:
    """List every agreement with its version in force and how many accepted.

    Example: dossier-vault agreement list --as ruth --json
    """
    language = Language.of_locale(session.locale)
    with answering(session, as_json=as_json), signed_in(session, login, password_file) as signer:
        found = reviewing.list_agreements(*signer, language=language)
    uncovered = [each.value for each in found.uncovered]
    if as_json:
        print_json({"ok": True, "agreements": [_plain(row) for row in found.rows], "uncovered": uncovered})
        return
    for row in found.rows:
        state = "withdrawn" if row.withdrawn_at else f"v{row.version}" if row.version else "draft"
        click.echo(f"{row.id}\t{state}\t{row.accepted}/{row.asked}\t{row.title}")
    if uncovered:
        click.echo(say(session.locale, "uncovered") + " " + ", ".join(uncovered), err=True)


@agreement.command()
@click.option(
    "--agreement", "agreement_id", default="", help="The agreement to write the next version of; else a new one."
)
@click.option("--en", "english", type=_FILE, required=True, help="Text in English; its first line is the title.")
@click.option("--zh", "chinese", type=_FILE, required=True, help="Text in Chinese; its first line is the title.")
@click.option("--class", "classes", type=click.Choice(CLASSES), multiple=True, required=True, help="A class it covers.")
@click.option("--audience", type=click.Choice(AUDIENCES), default="borrowers", show_default=True, help="Whom it asks.")
@click.option("--immaterial", is_flag=True, help="The change asks nobody again.")
@_administrators
@click.pass_obj
def draft(
    session: Session,
    agreement_id: str,
    english: Path,
    chinese: Path,
    classes: tuple[str, ...],
    audience: str,
    immaterial: bool,
    login: str,
    password_file: Path | None,
    as_json: bool,
) -> None:
    """Keep a draft from two files. Nobody is asked before it is published.

    Example: dossier-vault agreement draft --en nda.en.md --zh nda.zh.md --class secret --as ruth
    """
    texts = {Language.ENGLISH: _text(english), Language.CHINESE: _text(chinese)}
    written = AgreementDraft(texts, Audience(audience), frozenset(map(Classification, classes)), not immaterial)
    with answering(session, as_json=as_json), signed_in(session, login, password_file) as signer:
        if agreement_id:
            card = reviewing.show_agreement_card(*signer, agreement_id=agreement_id, language=Language.ENGLISH)
            revision = card.draft.revision if card.draft else 0
            drafting.save_draft(*signer, agreement_id=agreement_id, draft=written, revision=revision)
        else:
            agreement_id = drafting.begin_agreement(*signer, draft=written)
    if as_json:
        print_json({"ok": True, "agreement": agreement_id})
    else:
        click.echo(agreement_id)


@agreement.command()
@click.argument("agreement_id")
@_administrators
@click.pass_obj
def publish(session: Session, agreement_id: str, login: str, password_file: Path | None, as_json: bool) -> None:
    """Publish the draft of an agreement. From now on it is asked for, and it never changes.

    Example: dossier-vault agreement publish gabcdefghijklmnopqrstuvwx23 --as ruth
    """
    with answering(session, as_json=as_json), signed_in(session, login, password_file) as signer:
        card = reviewing.show_agreement_card(*signer, agreement_id=agreement_id, language=Language.ENGLISH)
        if card.draft is None:
            raise Conflict("agreement.no_draft")
        number = drafting.publish_version(*signer, agreement_id=agreement_id, revision=card.draft.revision)
        card = reviewing.show_agreement_card(*signer, agreement_id=agreement_id, language=Language.ENGLISH)
    content_hash = card.published[0].content_hash or b""
    if as_json:
        print_json({"ok": True, "agreement": agreement_id, "version": number, "hash": content_hash.hex()})
    else:
        click.echo(f"{agreement_id}\tv{number}\t{content_hash.hex()}")


@agreement.command()
@click.argument("agreement_id")
@_readers
@click.pass_obj
def status(session: Session, agreement_id: str, login: str, password_file: Path | None, as_json: bool) -> None:
    """Say who has accepted an agreement and who has not. Recorded in the trail.

    Example: dossier-vault agreement status gabcdefghijklmnopqrstuvwx23 --as tomas --json
    """
    language = Language.of_locale(session.locale)
    with answering(session, as_json=as_json), signed_in(session, login, password_file) as signer:
        review = reviewing.review_agreement(*signer, agreement_id=agreement_id, language=language)
    people = [
        {
            "staff_number": each.staff_number,
            "name": each.name,
            "state": each.position.value,
            "version": each.version,
            "answered_at": each.answered_at.isoformat() if each.answered_at else "",
            "is_asked": is_asked,
        }
        for is_asked, rows in ((True, review.asked), (False, review.others))
        for each in rows
    ]
    if as_json:
        print_json({"ok": True, **_plain(review.row), "people": people})
        return
    for each in people:
        mark = each["state"] if each["is_asked"] else f"({each['state']})"
        click.echo(f"{each['staff_number']}\t{mark}\tv{each['version']}\t{each['name']}")


def _plain(row: AgreementRow) -> dict[str, object]:
    return {
        "agreement": row.id,
        "title": row.title,
        "version": row.version,
        "audience": row.audience.value,
        "classes": [each.value for each in Classification if each in row.classes],
        "withdrawn_at": row.withdrawn_at.isoformat() if row.withdrawn_at else "",
        "has_draft": row.has_draft,
        "asked": row.asked,
        "accepted": row.accepted,
    }


def _text(file: Path) -> VersionText:
    title, _, body = file.read_text(encoding="utf-8").partition("\n")
    return VersionText(title.removeprefix("# "), body)
