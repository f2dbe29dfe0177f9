"""People from the personnel department's list: created, changed and suspended; every row or none.

A person is known by the staff number, which is theirs for good: a new name changes the name and moves no right, and a
login that belongs to another staff number is refused. What a list says twice, or what is so already, changes nothing,
so a list may come every night.

::

    (1) each row becomes a draft            what it leaves out stays as it is, or is the default of a new account
    (2) passwords of new accounts           made before the transaction, since each takes a while on purpose
    (3) one transaction                     the rules of :mod:`vault.people.accounts` for each row; all faults are found
    (4) none, or the whole is undone        ImportRefused lists each faulty row with its number

A list suspends; it never lets anybody in again who was suspended here, for the list does not know why.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType

from vault.database import leaving_queries, people_queries
from vault.database.engine import Connection, reading
from vault.database.people_queries import PersonRecord
from vault.errors import InputError, VaultError
from vault.leaving.announcing import LeavingDraft, change_to, set_leaving
from vault.leaving.handing_over import find_successor
from vault.ledger.events import Event
from vault.model import Actor, Classification, Duty, Office, PersonState, Reason, ReasonCategory
from vault.people.accounts import add_person, keep_out, replace_facts
from vault.people.drafts import PersonDraft, PersonFacts, check_draft, check_facts, normalised_login
from vault.people.lists import ListedPerson
from vault.people.passwords import initial_password
from vault.recording import deciding, denial_of, require_office
from vault.runtime import Vault

Progress = Callable[[int, int], None]
"""(passwords made, passwords to make): the part that takes time."""
Keep = Callable[[list["NewAccount"]], None]
_ACTIVE: Mapping[str, bool] = MappingProxyType(
    {"": True, "true": True, "yes": True, "1": True, "是": True, "false": False, "no": False, "0": False, "否": False}
)
_SEPARATORS = re.compile(r"[;,|、；，\s]+")
_LOCALES: Mapping[str, str] = MappingProxyType(
    {"en": "en", "en-gb": "en", "en-us": "en", "zh": "zh_Hans_CN", "zh-cn": "zh_Hans_CN", "zh-hans-cn": "zh_Hans_CN"}
)
_LEAVES = Reason(category=ReasonCategory.HANDOVER, text="The personnel list says when they leave.")
_REASON = Reason(category=ReasonCategory.REVIEW, text="The personnel list says: not active.")


@dataclass(frozen=True, slots=True)
class RowFault:
    """Why a row cannot be used; ``code`` has a sentence in both languages."""

    number: int
    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)


class ImportRefused(InputError):
    """At least one row cannot be used, so nothing was changed. ``faults`` lists every one, in the list's order."""

    default_code = "people.import_refused"

    def __init__(self, faults: list[RowFault]) -> None:
        self.faults = faults
        super().__init__(count=len(faults))


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account that the list made; the initial password is known here alone."""

    staff_number: str
    login: str
    initial_password: str = field(repr=False)


@dataclass(slots=True)
class ImportReport:
    """What a list came to, by staff number."""

    created: list[NewAccount] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    suspended: list[str] = field(default_factory=list)
    leaving: list[str] = field(default_factory=list)
    """Those whose last day was announced or changed."""
    unchanged: int = 0
    left_suspended: list[str] = field(default_factory=list)
    """Active by the list, suspended here: left so, for a person to decide."""


class _Undone(Exception):
    """Takes a dry run's transaction back."""


def import_people(
    vault: Vault,
    actor: Actor,
    *,
    listed: list[ListedPerson],
    keep_passwords: Keep | None = None,
    is_dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Makes the accounts what the list says. For administrators. ImportRefused with every faulty row; then no change.

    ``keep_passwords`` is given the new accounts before they exist: passwords that were lost would have to be reset one
    by one. A dry run says the same and changes nothing; its passwords are empty.
    """
    with deciding(vault, denial_of(Event.PERSON_CHANGED, actor)) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR)
    passwords = {} if is_dry_run else _passwords_for_new(vault, listed, progress)
    report = ImportReport()
    try:
        with deciding(vault, denial_of(Event.PERSON_CHANGED, actor)) as tx:
            people_queries.lock_active(tx, Office.ADMINISTRATOR)
            require_office(tx, actor, Office.ADMINISTRATOR)
            _apply_all(vault, tx, actor, listed, passwords, report)
            if is_dry_run:
                raise _Undone
            if keep_passwords is not None:
                keep_passwords(report.created)
    except _Undone:
        pass
    return report


def _apply_all(
    vault: Vault,
    tx: Connection,
    actor: Actor,
    listed: list[ListedPerson],
    passwords: Mapping[str, tuple[str, str]],
    report: ImportReport,
) -> None:
    faults: list[RowFault] = []
    seen: dict[str, int] = {}
    for row in listed:
        with _noting(faults, row):
            staff_number = row.values.get("staff_number", "")
            if staff_number in seen:
                raise InputError("people.row_twice", row=seen[staff_number])
            seen[staff_number] = row.number
            before = people_queries.find_person_by_staff_number(tx, staff_number)
            if before is None:
                _create(vault, tx, actor, row, passwords.get(staff_number, ("", "")), report)
            else:
                _update(vault, tx, actor, row, before, report)
    if faults:
        raise ImportRefused(faults)


@contextmanager
def _noting(faults: list[RowFault], row: ListedPerson) -> Iterator[None]:
    """What a rule says of a row is kept, so that whoever corrects the list hears of every row at once."""
    try:
        yield
    except VaultError as error:
        faults.append(RowFault(row.number, error.code, error.params))


def _create(
    vault: Vault, tx: Connection, actor: Actor, row: ListedPerson, password: tuple[str, str], report: ImportReport
) -> None:
    draft = check_draft(_draft(row, normalised_login(row.values.get("login", ""))))
    if not _is_active(row):
        report.unchanged += 1  # left before they ever had an account
        return
    plain, phc = password
    person = add_person(vault, tx, actor, draft, password_phc=phc)
    report.created.append(NewAccount(person.staff_number, person.login, plain))
    _set_leaving(vault, tx, actor, row, person, report)


def _update(
    vault: Vault, tx: Connection, actor: Actor, row: ListedPerson, before: PersonRecord, report: ImportReport
) -> None:
    if "login" in row.values and normalised_login(row.values["login"]) != before.login:
        raise InputError("people.row_login")
    facts = check_facts(_facts(row, before))
    is_changed = facts != _facts_of(before)
    if is_changed:
        replace_facts(vault, tx, actor, before, facts, revision=before.revision)
    person = people_queries.load_person(tx, before.id)
    assert person is not None
    is_changed = _set_leaving(vault, tx, actor, row, person, report) or is_changed
    if person.state is PersonState.ACTIVE and not _is_active(row):
        keep_out(vault, tx, actor, person, reason=_REASON)
        report.suspended.append(person.staff_number)
    elif person.state is not PersonState.ACTIVE and "active" in row.values and _is_active(row):
        report.left_suspended.append(person.staff_number)
    elif not is_changed:
        report.unchanged += 1
    if is_changed:
        report.changed.append(person.staff_number)


def _set_leaving(
    vault: Vault, tx: Connection, actor: Actor, row: ListedPerson, person: PersonRecord, report: ImportReport
) -> bool:
    """A last day that the list names is announced or changed; whether it was.

    An empty one says nothing: a list does not know that somebody stays after all, and a person calls it off. One that
    is over says nothing new either.
    """
    said = row.values.get("leaving_date", "")
    if not said or not person.works_at(vault.clock.now()):
        return False
    try:
        last_day = dt.date.fromisoformat(said)
    except ValueError:
        raise InputError("people.row_value", field="leaving_date", value=said[:40]) from None
    before = leaving_queries.announced_leaving(tx, person.id)
    draft = LeavingDraft(last_day, row.values.get("successor", ""))
    if before is None:
        set_leaving(vault, tx, actor, person, draft, reason=_LEAVES)
        report.leaving.append(person.staff_number)
        return True
    if "successor" not in row.values and before.successor_id is not None:
        draft = LeavingDraft(last_day, before.successor_id)
    found = find_successor(tx, draft.successor, leaver=person.id, now=vault.clock.now())
    if (last_day, found.id if found else None) == (before.last_day, before.successor_id):
        return False
    change_to(vault, tx, actor, person, before, draft, reason=_LEAVES)
    report.leaving.append(person.staff_number)
    return True


def _passwords_for_new(
    vault: Vault, listed: list[ListedPerson], progress: Progress | None
) -> dict[str, tuple[str, str]]:
    """An initial password and its hash for each staff number that has no account yet."""
    with reading(vault.engine) as tx:
        known = {person.staff_number for person in people_queries.list_people(tx)}
    new = {row.values.get("staff_number", "") for row in listed if _ACTIVE.get(_said(row, "active"), True)} - known
    passwords: dict[str, tuple[str, str]] = {}
    for number, staff_number in enumerate(sorted(new), start=1):
        plain = initial_password(vault.random)
        passwords[staff_number] = (plain, vault.passwords.hash(plain))
        if progress is not None:
            progress(number, len(new))
    return passwords


def _draft(row: ListedPerson, login: str) -> PersonDraft:
    facts = _facts(row, None)
    return PersonDraft(login=login, **{name: getattr(facts, name) for name in PersonFacts.__dataclass_fields__})


def _facts(row: ListedPerson, before: PersonRecord | None) -> PersonFacts:
    """What the row says, else what is so already, else the default: staff without duties, lowest clearance, English."""
    values = row.values
    return PersonFacts(
        name=values.get("name") or (before.name if before else ""),
        staff_number=values.get("staff_number", ""),
        office=_office(values["office"]) if values.get("office") else before.office if before else Office.STAFF,
        qualifications=(
            _duties(values["qualifications"])
            if "qualifications" in values
            else before.qualifications
            if before
            else frozenset()
        ),
        clearance=(
            _clearance(values["clearance"])
            if values.get("clearance")
            else before.clearance
            if before
            else Classification.INTERNAL
        ),
        locale=_locale(values["locale"]) if values.get("locale") else before.locale if before else "en",
        timezone=values.get("timezone") or (before.timezone if before else "UTC"),
        email=values.get("email", before.email if before else ""),
    )


def _facts_of(person: PersonRecord) -> PersonFacts:
    return PersonFacts(**{name: getattr(person, name) for name in PersonFacts.__dataclass_fields__})


def _said(row: ListedPerson, name: str) -> str:
    return row.values.get(name, "").casefold()


def _is_active(row: ListedPerson) -> bool:
    """A list without the field, or with an empty one, suspends nobody."""
    said = _said(row, "active")
    if said not in _ACTIVE:
        raise InputError("people.row_value", field="active", value=said[:40])
    return _ACTIVE[said]


def _office(said: str) -> Office:
    try:
        return Office(said.casefold())
    except ValueError:
        raise InputError("people.row_value", field="office", value=said[:40]) from None


def _duties(said: str) -> frozenset[Duty]:
    try:
        return frozenset(Duty(word.casefold()) for word in _SEPARATORS.split(said) if word)
    except ValueError:
        raise InputError("people.row_value", field="qualifications", value=said[:40]) from None


def _clearance(said: str) -> Classification:
    try:
        return Classification(said.casefold())
    except ValueError:
        raise InputError("people.row_value", field="clearance", value=said[:40]) from None


def _locale(said: str) -> str:
    """A language tag (RFC 5646) or a name of ours; unknown ones are refused by the check that follows."""
    return _LOCALES.get(said.replace("_", "-").casefold(), said)
