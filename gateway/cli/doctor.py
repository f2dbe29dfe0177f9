"""``doctor``: what works on this machine and what does not, with what to do."""

from __future__ import annotations

import platform
import sqlite3
import sys

import click

from gateway.cli.anchor_checks import check_anchors
from gateway.cli.doctor_words import WORDS_OF_DOCTOR, columns_of, name_of, padded, reason_of, say_of_doctor
from gateway.cli.session import FOUND, Session, answering, print_json, remedy_of
from gateway.cli.words import say
from gateway.sentences import find_sentence, sentence_for_code, sentence_in
from keys.hygiene import HygieneReport, harden_process
from vault.database.engine import reading
from vault.errors import VaultError
from vault.feed.showing import list_standings
from vault.health import PartHealth, check_health
from vault.intake import probe_sandbox
from vault.runtime import Vault
from vault.trail.condition import load_condition
from vault.trail.intents import count_unanswered


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_obj
def doctor(session: Session, as_json: bool) -> None:
    """Check configuration, database, store, keys, sandbox and fonts. Exit code 1 if something needs a hand.

    Example: dossier-vault doctor
    """
    with answering(session, as_json=as_json):
        hardened = harden_process()
        vault = session.vault()
        checks = [
            _unsealing(session, vault),
            *_parts(session, vault),
            _probe(session, vault),
            *check_anchors(session.locale, vault),
            _sandbox(session, vault),
            _fonts(session, vault),
            *_feeds(session, vault),
            _places(session, vault),
            _verification(session, vault),
            _views(session, vault),
            _process(session, hardened),
            ("versions", True, f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"),
        ]
    if as_json:
        parts = [{"check": name, "ok": ok, "detail": detail} for name, ok, detail in checks]
        print_json({"ok": all(ok for _name, ok, _detail in checks), "checks": parts})
    else:
        names = [name_of(session.locale, name) for name, _ok, _detail in checks]
        width = max(map(columns_of, names))
        for called, (_name, ok, detail) in zip(names, checks, strict=True):
            click.echo(f"{say_of_doctor(session.locale, 'ok' if ok else 'not_ok')}  {padded(called, width)} {detail}")
    if not all(ok for _name, ok, _detail in checks):
        sys.exit(FOUND)


def _parts(session: Session, vault: Vault) -> list[tuple[str, bool, str]]:
    """What health asks as well; anchors, feeds and places have lines of their own. A bare code becomes its sentence."""
    parts = [part for part in check_health(vault).parts if part.name not in {"anchors", "feeds", "places"}]
    return [(part.name, part.ok or part.name == "keys", _said(session, part)) for part in parts]


def _said(session: Session, part: PartHealth) -> str:
    if part.detail in WORDS_OF_DOCTOR:
        return say_of_doctor(session.locale, part.detail, **part.values)
    return sentence_for_code(session.locale, part.detail) if find_sentence(part.detail) else part.detail


def _unsealing(session: Session, vault: Vault) -> tuple[str, bool, str]:
    if vault.config.keys.root.startswith("passphrase:") and vault.config.keys.passphrase_file is None:
        return "root key", True, say(session.locale, "passphrase_asked")
    try:
        vault.keyroom.unseal()
    except VaultError as error:
        return "root key", False, f"{sentence_in(session.locale, error)} {remedy_of(error)}".strip()
    return "root key", True, vault.config.keys.root


def _verification(session: Session, vault: Vault) -> tuple[str, bool, str]:
    """When the trail was last verified, and what was found; how much it is to be minded is the auditor's to say."""
    try:
        with reading(vault.engine) as tx:
            condition = load_condition(vault, tx)
    except VaultError as error:
        return "verification", False, sentence_in(session.locale, error)
    if condition.verified is None or condition.since_verified is None:
        return "verification", True, say(session.locale, "never_verified")
    code = condition.code_of_verification
    last, days = condition.verified.size - 1, condition.since_verified.days
    when = say(session.locale, "verified_ago", days=days, last=last)
    word = "sound" if condition.verified.are_values_opened else "sound_sealed"
    said = sentence_for_code(session.locale, code) if code else say(session.locale, word)
    if condition.verified.acknowledged:
        numbers = {"acknowledged": condition.verified.acknowledged, "findings": condition.verified.findings}
        said = f"{said} {say(session.locale, 'acknowledged_of', **numbers)}"
    return "verification", not code, f"{when}: {said}"


def _views(session: Session, vault: Vault) -> tuple[str, bool, str]:
    """Views that were granted and of whose key nothing was recorded: the worker answers such cases, if one runs."""
    try:
        with reading(vault.engine) as tx:
            unanswered = count_unanswered(vault, tx)
    except VaultError as error:
        return "views", False, sentence_in(session.locale, error)
    return "views", not unanswered, say(session.locale, "without_result", count=unanswered)


def _feeds(session: Session, vault: Vault) -> list[tuple[str, bool, str]]:
    """A line for each configured feed: how far behind it is, and why it does not get on."""
    try:
        with reading(vault.engine) as tx:
            feeds = [each for each in list_standings(vault, tx) if each.is_configured]
    except VaultError:  # the database has a line of its own
        return []
    return [
        (
            f"feed {each.name}",
            each.is_well,
            f"{each.target}{say(session.locale, 'comma')}{say(session.locale, 'waiting', count=each.waiting)}"
            + (
                f"{say(session.locale, 'between')}{sentence_for_code(session.locale, each.failure_code)}"
                if each.failure_code
                else ""
            ),
        )
        for each in feeds
    ]


def _places(session: Session, vault: Vault) -> tuple[str, bool, str]:
    """The location database: without it views open as before, but for classes that ask for a country."""
    try:
        kind, built = vault.geography.check(now=vault.clock.now())
    except VaultError as error:
        return "places", False, sentence_in(session.locale, error)
    word = "location_database" if kind else "no_location_database"
    return "places", True, say_of_doctor(session.locale, word, kind=kind, day=built)


def _process(session: Session, report: HygieneReport) -> tuple[str, bool, str]:
    """Measures that do not hold need no hand at once: the vault runs without them, with more to lose."""
    held = [say_of_doctor(session.locale, measure.name) for measure in report.measures if measure.holds]
    missing = [
        f"{say_of_doctor(session.locale, measure.name)} ({reason_of(session.locale, measure.reason)})"
        for measure in report.measures
        if not measure.holds
    ]
    return "process", True, _held_and_missing(session.locale, held, missing)


def _probe(session: Session, vault: Vault) -> tuple[str, bool, str]:
    try:
        found = vault.store.probe()
    except VaultError as error:
        return "store probe", False, sentence_in(session.locale, error)
    done = say(session.locale, "comma").join(say_of_doctor(session.locale, name) for name, _how in found.facts)
    kind = say_of_doctor(session.locale, f"store_{found.kind}", place=found.place)
    return "store probe", True, say_of_doctor(session.locale, "probed", store=kind, done=done)


def _fonts(session: Session, vault: Vault) -> tuple[str, bool, str]:
    faces = [
        say_of_doctor(session.locale, "face", name=face.name, count=len(face.characters))
        for face in vault.mark_fonts.faces
    ]
    return "mark fonts", True, say(session.locale, "comma").join(faces)


def _sandbox(session: Session, vault: Vault) -> tuple[str, bool, str]:
    report = probe_sandbox(vault.sandbox)
    held, missing = ([say_of_doctor(session.locale, name) for name in names] for names in (report.held, report.missing))
    return "sandbox", report.is_sufficient, _held_and_missing(session.locale, held, missing)


def _held_and_missing(locale: str, held: list[str], missing: list[str]) -> str:
    comma = say(locale, "comma")
    said = comma.join(held)
    return said + say_of_doctor(locale, "missing", names=comma.join(missing)) if missing else said
