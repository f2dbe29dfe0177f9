"""Who is who in a company that is written into a database: ids of people, dossiers and documents, and their duties.

The first of twenty people keeps dossiers whatever the simulation says, the second hands documents in, the sixth and
the seventh approve and do nothing else there; so every duty has somebody also in the smallest company.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from dataclasses import dataclass

from benchmarks.simulated_company import FIRST_DAY, Person, SimulatedCompany
from vault.clock import RandomBytes
from vault.model import Classification, DocumentId, DossierId, Duty, PersonId, new_id

_OF_TWENTY = {0: (Duty.CUSTODIAN,), 1: (Duty.AUTHOR, Duty.BORROWER), 5: (Duty.APPROVER,), 6: (Duty.APPROVER,)}
_LEAVES, _HAS_LEFT = 10, 11
_CLASSES = (Classification.CONFIDENTIAL,) * 6 + (Classification.INTERNAL,) * 2 + (Classification.SECRET,) * 2
_WEEK = dt.timedelta(weeks=1)
CUSTODIAN, AUTHOR, APPROVER = 0, 1, 5
"""Whose screens are looked at."""


@dataclass(frozen=True, slots=True)
class Holders:
    """Who holds which duty on a dossier, by the numbers of people; ``borrowers`` with the day from which."""

    custodian: int
    author: int
    approvers: tuple[int, ...]
    borrowers: dict[int, dt.date]


class Register:
    """``later`` is by how much the simulated days are moved so that the last of them is in the last week."""

    def __init__(self, company: SimulatedCompany, *, now: dt.datetime, random: RandomBytes) -> None:
        self.company, self.now, self.random = company, now, random
        self.later = (now.date() - dt.timedelta(days=1) - company.last_day) // _WEEK * _WEEK
        self.people = [PersonId(new_id("p", random)) for _person in company.people]
        self.dossiers = [DossierId(new_id("d", random)) for _dossier in range(company.size.dossiers)]
        counts = [company.documents_of(number) for number in range(company.size.dossiers)]
        self._first = [0, *itertools.accumulate(counts)]
        self.documents = [DocumentId(new_id("f", random)) for _document in range(self._first[-1])]
        self.versions = [new_id("v", random) for _document in self.documents]
        by_duty: dict[Duty, list[int]] = defaultdict(list)
        for person in company.people:
            for duty in self.duties_of(person):
                by_duty[duty].append(person.number)
        self._by_duty = by_duty

    @property
    def begun(self) -> dt.datetime:
        """Midnight of the first day."""
        return dt.datetime.combine(FIRST_DAY + self.later, dt.time(), dt.UTC)

    def duties_of(self, person: Person) -> frozenset[Duty]:
        """What the person is qualified for."""
        own = _OF_TWENTY.get(person.number % 20)
        return frozenset(own or (Duty(word) for word in person.role.split(",")))

    def document_at(self, dossier: int, document: int) -> int:
        """The place of the dossier's document in :attr:`documents`."""
        return self._first[dossier] + document

    def class_of(self, dossier: int) -> Classification:
        return _CLASSES[dossier % len(_CLASSES)]

    def holders(self) -> list[Holders]:
        """Of each dossier, as the simulation has assigned it until now; no duties that exclude each other."""
        borrowers: list[dict[int, dt.date]] = [{} for _dossier in self.dossiers]
        for person in self.company.people:
            if Duty.BORROWER in self.duties_of(person):
                for dossier, since in person.assigned.items():
                    borrowers[dossier][person.number] = since
        found = []
        for dossier, theirs in enumerate(borrowers):
            custodian = self._in_turn(Duty.CUSTODIAN, dossier)
            author = self._in_turn(Duty.AUTHOR, dossier)
            approvers = (self._in_turn(Duty.APPROVER, dossier), self._in_turn(Duty.APPROVER, dossier + 1))
            theirs.pop(custodian, None)
            if author == custodian:
                author = next(each for each in self._by_duty[Duty.AUTHOR] if each != custodian)
            found.append(Holders(custodian, author, approvers, theirs))
        return found

    def borrower(self) -> int:
        """Who borrows and nothing else, the most dossiers of all who stay."""
        staying = (
            each
            for each in self.company.people
            if self.duties_of(each) == {Duty.BORROWER} and each.number % 20 not in {_LEAVES, _HAS_LEFT}
        )
        return max(staying, key=lambda each: len(each.assigned)).number

    def leavers(self) -> list[int]:
        """Who is about to leave."""
        return [each.number for each in self.company.people if each.number % 20 == _LEAVES]

    def former(self) -> list[int]:
        """Who has left."""
        return [each.number for each in self.company.people if each.number % 20 == _HAS_LEFT]

    def _in_turn(self, duty: Duty, dossier: int) -> int:
        having = self._by_duty[duty]
        return having[dossier % len(having)]
