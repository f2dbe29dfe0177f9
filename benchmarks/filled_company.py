"""A company of hundreds of people in a vault's database: who there is, their dossiers, a year of views, and all else.

Who holds what and who looks at what comes from :mod:`benchmarks.simulated_company`; this writes it as the use cases
would have left it. Records, titles and reasons are sealed under dossiers' keys and open. There are no stored objects:
nothing that is measured on it opens a page. Of the trail there are the rows that searches look at, of each view's
opening; leaves are those of the acts before and after.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.bulk import insert_records, settle
from benchmarks.company import benchmark_company
from benchmarks.filled_days import fill_days
from benchmarks.filled_dossiers import fill_dossiers
from benchmarks.filled_work import fill_work
from benchmarks.register import Register
from benchmarks.simulated_company import SimulatedCompany, Size
from tests.company import Company
from vault.clock import SystemClock
from vault.database.people_queries import PersonRecord
from vault.database.tables.people import people
from vault.model import Classification, Office, PersonState

SEED = 4
_NAMES = ("Anna", "王", "Jonas", "李", "Beatrice", "张", "Miguel", "陈", "Ruth", "赵")
_FAMILIES = ("Lindqvist", "晓明", "Okafor", "建国", "Ferrari", "丽华", "Novak", "志强", "Bauer", "秀英")


@dataclass(frozen=True, slots=True)
class FilledCompany:
    """``views`` were opened in the simulated year."""

    company: Company
    register: Register
    views: int


class _Backdated:
    """A clock that is so much slow until told to catch up."""

    def __init__(self, by: dt.timedelta) -> None:
        self._by, self._clock = by, SystemClock()

    def now(self) -> dt.datetime:
        return self._clock.now() - self._by

    def catch_up(self) -> None:
        self._by = dt.timedelta()


@contextmanager
def filled_company(size: Size, *, database_url: str = "") -> Iterator[FilledCompany]:
    """The vault begins before the simulated year, and it is now when it is handed over."""
    clock = _Backdated(dt.timedelta(days=size.days + 14))
    with benchmark_company(database_url=database_url, with_document=True, clock=clock) as company:
        now, simulated = SystemClock().now(), SimulatedCompany(size, seed=SEED)
        register = Register(simulated, now=now, random=company.vault.random)
        insert_records(company.vault.engine, people, _people(company, register))
        fill_dossiers(company, register)
        views = fill_days(company, register)
        clock.catch_up()
        fill_work(company, register)
        settle(company.vault.engine)
        yield FilledCompany(company, register, views)


def login_of(number: int) -> str:
    """The login of the person with this number; the password is that of all."""
    return f"employee{number:04d}"


def _people(company: Company, register: Register) -> list[PersonRecord]:
    first = company.person("borrower")
    return [
        PersonRecord(
            id=register.people[each.number],
            login=login_of(each.number),
            name=f"{_NAMES[each.number % len(_NAMES)]} {_FAMILIES[each.number // 7 % len(_FAMILIES)]} {each.number}",
            staff_number=f"E-{each.number:05d}",
            office=Office.STAFF,
            qualifications=register.duties_of(each),
            clearance=Classification.SECRET,
            state=PersonState.ACTIVE,
            locale="en",
            timezone="Europe/Berlin",
            password_phc=first.password_phc,
            password_is_initial=False,
            created_at=register.begun,
            revision=1,
        )
        for each in register.company.people
    ]
