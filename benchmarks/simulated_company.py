"""A simulated company: people, their dossiers, and what they open day by day, honest and not. The same for a seed.

Honest people differ in how much they open and vary from day to day; they have holidays, work late now and then, travel,
get new machines, click on links to dossiers that are not theirs, look through all their customers once in a while,
work through quarter ends, announced campaigns, hand-overs and their first weeks. Among them are insiders of five kinds.
Rates are assumptions, written here so that they can be argued with; no real company was measured.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from vault.policy.alert_facts import DayEvents, Opening, PageRead, Refusal, SessionPlace
from vault.policy.alerting import is_workday

FIRST_DAY = dt.date(2025, 11, 3)
WARM_UP_DAYS = 70
KINDS = ("mass copier", "out-of-assignment snoop", "slow snoop", "taken-over account", "slow leaver")
_ROLES = (("author,borrower", 0.2), ("borrower", 0.7), ("borrower,custodian", 0.1))
_OFFICES = ("Head office", "Harbour branch", "North branch", "South branch", "Airport branch")
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Size:
    """How big the company is and how long it is watched, the warm-up included."""

    people: int
    dossiers: int
    days: int
    cases_of_a_kind: int


QUICK = Size(people=120, dossiers=12_000, days=160, cases_of_a_kind=6)
FULL = Size(people=400, dossiers=50_000, days=365, cases_of_a_kind=20)
SMALLEST = Size(people=20, dossiers=1_000, days=115, cases_of_a_kind=1)


@dataclass(slots=True)
class Person:
    """Somebody with a portfolio, habits and machines. ``assigned`` says since which day each dossier is theirs."""

    number: int
    role: str
    rate: float
    begins: int
    late_share: float
    weekend_share: float
    home_share: float
    office: str
    device: str
    joined: dt.date
    assigned: dict[int, dt.date]
    portfolio: list[int]
    active: list[int] = field(default_factory=list)
    away: set[dt.date] = field(default_factory=set)
    new_device_on: dt.date | None = None
    review_on: set[dt.date] = field(default_factory=set)
    handed_over_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One insider: who, of which kind, on which days."""

    person: int
    kind: str
    first_day: dt.date
    last_day: dt.date


@dataclass(frozen=True, slots=True)
class PersonDay:
    """What one person did; ``wrong_from`` is when the insider's part of it began, None for an honest day."""

    person: Person
    day: dt.date
    events: DayEvents
    dossiers: frozenset[str]
    wrong_from: dt.datetime | None


class SimulatedCompany:
    """Iterate :meth:`days` once, in order."""

    def __init__(self, size: Size, *, seed: int) -> None:
        self.size = size
        self._dice = random.Random(seed)
        self._page_counts = [1 + int(self._dice.lognormvariate(1.6, 0.8)) for _document in range(9_973)]
        self.last_day = FIRST_DAY + dt.timedelta(days=size.days - 1)
        self.people = [self._person(number) for number in range(size.people)]
        self._campaigns = self._announce()
        self.cases = self._place_cases()

    def days(self) -> Iterator[tuple[dt.date, list[PersonDay]]]:
        """Each calendar day with everybody who did something on it."""
        day = FIRST_DAY
        while day <= self.last_day:
            yield day, [found for person in self.people if (found := self._person_day(person, day)) is not None]
            day += _DAY

    def pages_of(self, dossier: int, document: int) -> int:
        """How many pages a document has: most a few, some very many."""
        return self._page_counts[(dossier * 31 + document) % len(self._page_counts)]

    def documents_of(self, dossier: int) -> int:
        return 1 + dossier * 2_654_435_761 % 2**32 % 10

    def _person(self, number: int) -> Person:
        dice = self._dice
        is_new = dice.random() < 0.03
        joined = FIRST_DAY + dt.timedelta(days=dice.randrange(80, self.size.days - 30)) if is_new else FIRST_DAY
        share = self.size.dossiers / self.size.people
        portfolio = max(40, int(share * dice.lognormvariate(0.2, 0.4)))
        dossiers = dice.sample(range(self.size.dossiers), portfolio)
        since = joined if is_new else FIRST_DAY - dt.timedelta(days=400)
        person = Person(
            number=number,
            role=dice.choices([role for role, _ in _ROLES], [weight for _, weight in _ROLES])[0],
            rate=min(40.0, 9.0 * dice.lognormvariate(0, 0.6)),
            begins=dice.choice((7, 8, 8, 9, 9, 10)),
            late_share=dice.choice((0.0, 0.02, 0.05, 0.2)),
            weekend_share=dice.choice((0.0, 0.0, 0.02, 0.1)),
            home_share=dice.choice((0.0, 0.2, 0.4)),
            office=dice.choice(_OFFICES),
            device=f"browser {dice.choice('ABCDE')} on machine {number}",
            joined=joined,
            assigned=dict.fromkeys(dossiers, since),
            portfolio=dossiers,
            active=dice.sample(dossiers, min(25, portfolio)),
        )
        for _holiday in range(4):
            begin = FIRST_DAY + dt.timedelta(days=dice.randrange(self.size.days))
            person.away |= {begin + dt.timedelta(days=each) for each in range(dice.randrange(3, 12))}
        if dice.random() < 0.3:
            person.new_device_on = FIRST_DAY + dt.timedelta(days=dice.randrange(self.size.days))
        if dice.random() < 0.2:
            person.review_on.add(FIRST_DAY + dt.timedelta(days=dice.randrange(self.size.days)))
        if dice.random() < 0.04:
            person.handed_over_on = FIRST_DAY + dt.timedelta(days=dice.randrange(60, self.size.days))
        return person

    def _announce(self) -> list[tuple[dt.date, dt.date, frozenset[int], frozenset[int]]]:
        """Drives to many customers within a week, announced: people, and dossiers that are theirs."""
        found = []
        for _campaign in range(max(1, self.size.days // 90)):
            first = FIRST_DAY + dt.timedelta(days=self._dice.randrange(75, self.size.days - 7))
            members = self._dice.sample(self.people, max(3, self.size.people // 16))
            dossiers = frozenset(each for person in members for each in person.assigned)
            found.append((first, first + 6 * _DAY, frozenset(each.number for each in members), dossiers))
        return found

    def _place_cases(self) -> list[Case]:
        """Each insider is somebody else, and has a history."""
        old = [person.number for person in self.people if person.joined == FIRST_DAY]
        chosen = self._dice.sample(old, len(KINDS) * self.size.cases_of_a_kind)
        cases = []
        for place, number in enumerate(chosen):
            kind = KINDS[place % len(KINDS)]
            length = {"slow leaver": 26, "slow snoop": 12}.get(kind, 0)
            first = FIRST_DAY + dt.timedelta(days=self._dice.randrange(WARM_UP_DAYS, self.size.days - 30))
            while not is_workday(first) or first in self.people[number].away:
                first += _DAY
            cases.append(Case(number, kind, first, first + dt.timedelta(days=length)))
        return cases

    def _person_day(self, person: Person, day: dt.date) -> PersonDay | None:
        case = next((each for each in self.cases if each.person == person.number and _is_on(each, day)), None)
        diary = _Diary(self, person, day, self._dice)
        if day >= person.joined and self._is_at_work(person, day):
            diary.work()
        wrong_from = diary.do_wrong(case) if case and (is_workday(day) or case.kind == "slow leaver") else None
        events = diary.events()
        if not events.openings and not events.refusals:
            return None
        return PersonDay(person, day, events, frozenset(each.dossier for each in events.openings), wrong_from)

    def _is_at_work(self, person: Person, day: dt.date) -> bool:
        if day in person.away:
            return False
        return self._dice.random() < (0.96 if is_workday(day) else person.weekend_share)

    def campaign_of(self, person: Person, day: dt.date) -> frozenset[int]:
        """The dossiers that a running campaign has this person look at."""
        for first, last, members, dossiers in self._campaigns:
            if first <= day <= last and person.number in members:
                return dossiers & person.assigned.keys()
        return frozenset()


class _Diary:
    """One person's day as it is written."""

    def __init__(self, company: SimulatedCompany, person: Person, day: dt.date, dice: random.Random) -> None:
        self._company, self._person, self._day, self._dice = company, person, day, dice
        self._openings: list[Opening] = []
        self._pages: list[PageRead] = []
        self._refusals: list[Refusal] = []
        self._sessions: dict[str, SessionPlace] = {}
        self._campaign = company.campaign_of(person, day)

    def events(self) -> DayEvents:
        return DayEvents(
            openings=sorted(self._openings, key=lambda each: each.time),
            pages=sorted(self._pages, key=lambda each: each.time),
            refusals=sorted(self._refusals, key=lambda each: each.time),
            sessions=self._sessions,
        )

    def work(self) -> None:
        person, dice, day = self._person, self._dice, self._day
        self._drift()
        wanted = dice.gammavariate(3.0, person.rate * self._season() / 3.0)
        number = _poisson(dice, wanted)
        session = self._own_session()
        for dossier in self._chosen(number):
            self._look(dossier, self._working_time(), session, share=None)
        for dossier in self._extra():
            self._look(dossier, self._working_time(), session, share=None)
        for _link in range(_poisson(dice, 0.012)):
            self._refuse(self._working_time())
            if dice.random() < 0.15:
                self._refuse(self._working_time())
        if dice.random() < 0.02:
            for _granted in range(1 + _poisson(dice, 1.5)):
                self._look(dice.randrange(self._company.size.dossiers), self._working_time(), session, share=None)
        if dice.random() < 0.3 and is_workday(day):
            new = dice.randrange(self._company.size.dossiers)
            self._assign([new])

    def do_wrong(self, case: Case) -> dt.datetime:
        """Adds what the insider does on this day; when it begins."""
        acts = {
            "mass copier": self._copy_en_masse,
            "out-of-assignment snoop": lambda: self._snoop(self._dice.randrange(3, 12)),
            "slow snoop": lambda: self._snoop(1 if self._dice.random() < 0.75 else 2),
            "taken-over account": self._take_over,
            "slow leaver": self._take_along,
        }
        return acts[case.kind]()

    def _copy_en_masse(self) -> dt.datetime:
        """As much as goes within the day, as fast as pages come; some hurry, some take care not to."""
        dice, session = self._dice, self._own_session()
        moment = begin = self._at(self._person.begins + dice.uniform(1, 5))
        wanted, pace = dice.randrange(60, 180), dice.uniform(2, 8)
        for dossier in dice.sample(self._person.portfolio, min(len(self._person.portfolio), wanted)):
            moment = self._look(dossier, moment, session, share=1.0, pace=pace) + dt.timedelta(seconds=15)
            if moment > self._at(22):
                break
        return begin

    def _snoop(self, number: int) -> dt.datetime:
        moment = begin = self._working_time()
        for _document in range(number):
            self._refuse(moment)
            moment += dt.timedelta(minutes=self._dice.uniform(1, 10))
        return begin

    def _take_over(self) -> dt.datetime:
        """From elsewhere, on another machine: two of three by night, the others while the owner works."""
        dice = self._dice
        by_night = dice.random() < 0.67
        begin = moment = self._at(dice.choice((0.5, 1.5, 3.0, 4.0, 23.0)) if by_night else self._person.begins + 3.2)
        name = f"x{self._person.number}-{self._day}"
        self._sessions[name] = SessionPlace(f"203.0.{dice.randrange(255)}.0/24", "browser Z on a strange machine")
        for dossier in dice.sample(self._person.active, dice.randrange(8, min(25, len(self._person.active)))):
            if moment < self._at(23.9):
                moment = self._look(dossier, moment, name, share=1.0, pace=6.0) + dt.timedelta(seconds=30)
        return begin

    def _take_along(self) -> dt.datetime:
        """Over weeks, some dossiers a day that they never needed before, read to the end."""
        session, begin = self._own_session(), self._working_time()
        moment = begin
        unseen = sorted(set(self._person.assigned) - set(self._person.active))
        for dossier in self._dice.sample(unseen, min(len(unseen), self._dice.randrange(6, 14))):
            moment = self._look(dossier, moment, session, share=1.0, pace=12.0) + dt.timedelta(minutes=2)
        return begin

    def _drift(self) -> None:
        """Customers come to the fore and go: one or two of the active ones change in a week."""
        person, dice = self._person, self._dice
        if dice.random() < 0.35:
            person.active[dice.randrange(len(person.active))] = dice.choice(person.portfolio)
        if person.handed_over_on == self._day:
            self._assign(dice.sample(range(self._company.size.dossiers), 100))

    def _assign(self, dossiers: list[int]) -> None:
        new = [each for each in dossiers if each not in self._person.assigned]
        self._person.assigned |= dict.fromkeys(new, self._day)
        self._person.portfolio += new

    def _season(self) -> float:
        """Quarter ends ask for more, of most people; Fridays for less."""
        end = self._day + dt.timedelta(days=6)
        is_quarter_end = self._day.month % 3 == 0 and end.month != self._day.month
        weekday = (1.1, 1.0, 1.0, 1.0, 0.8, 0.6, 0.6)[self._day.weekday()]
        return weekday * (self._dice.uniform(1.4, 3.0) if is_quarter_end and self._dice.random() < 0.7 else 1.0)

    def _chosen(self, number: int) -> list[int]:
        dice, person = self._dice, self._person
        known = person.active
        return [
            known[min(int(dice.expovariate(0.15)), len(known) - 1)]
            if dice.random() < 0.93
            else dice.choice(person.portfolio)
            for _look in range(number)
        ]

    def _extra(self) -> list[int]:
        """What a campaign, a hand-over, the first weeks or a review of one's customers adds to a day."""
        dice, person, day = self._dice, self._person, self._day
        campaign = sorted(self._campaign)
        if campaign:
            return dice.sample(campaign, min(len(campaign), dice.randrange(25, 60)))
        if person.handed_over_on and 0 <= (day - person.handed_over_on).days < 8:
            taken = [each for each, since in person.assigned.items() if since == person.handed_over_on]
            return dice.sample(taken, min(len(taken), 35))
        if person.joined > FIRST_DAY and 0 <= (day - person.joined).days < 21:
            return dice.sample(person.portfolio, min(len(person.portfolio), dice.randrange(10, 35)))
        if day in person.review_on:
            return dice.sample(person.portfolio, min(len(person.portfolio), dice.randrange(30, 70)))
        return []

    def _own_session(self) -> str:
        person, dice = self._person, self._dice
        name = f"s{person.number}-{self._day}"
        if name in self._sessions:
            return name
        is_new = person.new_device_on is not None and self._day >= person.new_device_on
        device = f"{person.device}, new" if is_new else person.device
        place = person.office
        drawn = dice.random()
        if drawn < person.home_share:
            place = f"10.{person.number // 250}.{person.number % 250}.0/24"
        elif drawn > 0.985 or (self._day == person.new_device_on and drawn > 0.7):
            place = f"198.51.{dice.randrange(200)}.0/24"
        self._sessions[name] = SessionPlace(place, device)
        return name

    def _working_time(self) -> dt.datetime:
        person, dice = self._person, self._dice
        if dice.random() < person.late_share * 0.3:
            return self._at(dice.uniform(18, 22.5))
        return self._at(person.begins + dice.triangular(0, 9.5, 3))

    def _at(self, hour: float) -> dt.datetime:
        return dt.datetime.combine(self._day, dt.time(), dt.UTC) + dt.timedelta(seconds=int(hour * 3600))

    def _refuse(self, moment: dt.datetime) -> None:
        self._refusals.append(Refusal(moment, f"v{self._dice.randrange(10**9)}", is_outside=True))

    def _look(
        self, dossier: int, moment: dt.datetime, session: str, *, share: float | None, pace: float = 0.0
    ) -> dt.datetime:
        """One opening with its pages; when it ends."""
        dice, company = self._dice, self._company
        document = dice.randrange(company.documents_of(dossier))
        since = self._person.assigned.get(dossier)
        assigned_at = dt.datetime.combine(since, dt.time(8), dt.UTC) if since else None
        name = f"d{dossier}-{document}"
        is_in_campaign = dossier in self._campaign
        self._openings.append(Opening(moment, name, f"d{dossier}", session, assigned_at, is_in_campaign))
        pages = company.pages_of(dossier, document)
        read = pages if share or dice.random() < 0.15 else min(pages, 1 + int(dice.expovariate(0.4)))
        for _page in range(read):
            self._pages.append(PageRead(moment, name))
            moment += dt.timedelta(seconds=pace or dice.lognormvariate(math.log(20), 0.8))
        return moment


def _is_on(case: Case, day: dt.date) -> bool:
    return case.first_day <= day <= case.last_day


def _poisson(dice: random.Random, mean: float) -> int:
    """Knuth's for small means, normal beyond."""
    if mean > 30:
        return max(0, round(dice.gauss(mean, math.sqrt(mean))))
    limit, product, number = math.exp(-mean), dice.random(), 0
    while product > limit:
        product *= dice.random()
        number += 1
    return number
