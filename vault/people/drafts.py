"""What is entered about a person, in its one spelling. Names are in any script, logins and staff numbers in ASCII."""

from __future__ import annotations

import re
import unicodedata
import zoneinfo
from dataclasses import dataclass, replace
from typing import TypeVar

from vault.errors import InputError
from vault.model import Classification, Duty, Office

LOCALES = ("en", "zh_Hans_CN")
NAME_CHARACTERS = 100
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,63}")
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
"""What people have as an address; the odd forms of RFC 5321 that nobody has are refused."""
EMAIL_CHARACTERS = 254
_STAFF_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,31}")

Facts = TypeVar("Facts", bound="PersonFacts")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """What an administrator may change about a person. The login stays: it is how they are known to the door."""

    name: str
    staff_number: str
    office: Office
    qualifications: frozenset[Duty]
    clearance: Classification
    locale: str
    timezone: str
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDraft(PersonFacts):
    """What an administrator enters about a new person."""

    login: str


def check_draft(draft: PersonDraft) -> PersonDraft:
    """The draft in its one spelling, or InputError ``person.*`` naming what is wrong."""
    login = normalised_login(draft.login)
    if not is_login(login):
        raise InputError("person.login")
    return replace(check_facts(draft), login=login)


def check_facts(facts: Facts) -> Facts:
    """The same for what may be changed later."""
    name = " ".join(unicodedata.normalize("NFC", facts.name).split())
    staff_number = facts.staff_number.strip()
    if not name or len(name) > NAME_CHARACTERS or not all(mark.isprintable() for mark in name):
        raise InputError("person.name", limit=NAME_CHARACTERS)
    if not _STAFF_NUMBER.fullmatch(staff_number):
        raise InputError("person.staff_number")
    if facts.locale not in LOCALES:
        raise InputError("person.locale")
    if facts.timezone not in zoneinfo.available_timezones():
        raise InputError("person.timezone")
    email = facts.email.strip()
    if email and (len(email) > EMAIL_CHARACTERS or not email.isascii() or not _EMAIL.fullmatch(email)):
        raise InputError("person.email")
    return replace(facts, name=name, staff_number=staff_number, email=email)


def normalised_login(login: str) -> str:
    """The one spelling of a login: NFKC, case-folded, without outer spaces."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def is_login(normalised: str) -> bool:
    """Whether anybody can have it."""
    return _LOGIN.fullmatch(normalised) is not None
