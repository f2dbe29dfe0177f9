"""How long the lists, searches and cards take in a company of 400 people with 50,000 dossiers, whoever looks at them.

Through the real application: session, rights, use case, words, template, what is recorded; without a socket.
"""

from __future__ import annotations

import contextlib
import html
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from benchmarks import simulated_company
from benchmarks.company import on_each_database
from benchmarks.filled_company import FilledCompany, filled_company, login_of
from benchmarks.filled_dossiers import customer_name
from benchmarks.register import APPROVER, CUSTODIAN
from benchmarks.report import Findings, Goal, median
from tests.gateway.visitor import Visitor, make_web
from vault.database.engine import Engine, reading
from vault.database.tables.agreements import agreements
from vault.database.tables.alerts import alerts
from vault.database.tables.requests import requests
from vault.database.tables.teams import teams

LIMIT_MS = 100.0
LIMIT_OF_REPORTS_MS = 2_000.0
TRAIL_ACTS = 30
_OLDER = re.compile(r'<a [^>]*href="([^"]*[?&;](?:before|after)=[^"]*)"')
_MEANING = """
Milliseconds of server time for an answer, 95 of 100 as fast or faster, and the median. "Bare": the sign-in page, with
the same layout, the same application and nobody signed in; "of bare" is the ratio of the medians. "CPU ms": processor
time of this process, SQLite included, PostgreSQL not; on a busy machine the better figure. "Statements" is what
the database was asked for one answer. Pages of one dossier, document, person or request are each time of another one.
Borrower, custodian and approver hold the number of dossiers that is given beside them. "Reach" and "exposure": what a
person can see, and what they saw.
"""


@dataclass(frozen=True, slots=True)
class Size:
    company: simulated_company.Size
    repeats: int
    warm_ups: int = 2


SIZES = {
    "full": Size(simulated_company.FULL, 30),
    "quick": Size(simulated_company.Size(people=120, dossiers=12_000, days=125, cases_of_a_kind=2), 10),
    "smallest": Size(simulated_company.Size(people=12, dossiers=60, days=115, cases_of_a_kind=1), 1, 0),
}


@dataclass(frozen=True, slots=True)
class _Screen:
    """``paths`` are asked for in turn; with ``fields`` as forms. ``is_report``: its goal is that of reports."""

    name: str
    visitor: Visitor
    paths: Sequence[str]
    fields: Sequence[dict[str, str]] = ()
    is_report: bool = False

    def ask(self, turn: int) -> tuple[float, float]:
        """Milliseconds of one answer, and of processor time. RuntimeError for anything but the screen."""
        path = self.paths[turn % len(self.paths)]
        fields = self.fields[turn % len(self.fields)] if self.fields else None
        token = self.visitor.form_token() if self.visitor.session_cookie else ""
        begun, working = time.perf_counter(), time.process_time()
        answer = self.visitor.get(path) if fields is None else self.visitor.post(path, fields, token=token)
        taken, worked = (time.perf_counter() - begun) * 1000, (time.process_time() - working) * 1000
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        return taken, worked


def measure(size: Size) -> Findings:
    rows: list[list[str]] = []
    goals: list[Goal] = []

    def look(database: str, url: str) -> None:
        with filled_company(size.company, database_url=url) as filled, _logging_to_nowhere():
            taken = [_times(filled, screen, size) for screen in _screens(filled)]
        rows.extend([f"{database}: {each.screen.name}", *each.figures(taken[0])] for each in taken)
        for is_report, limit in ((False, LIMIT_MS), (True, LIMIT_OF_REPORTS_MS)):
            found = [each for each in taken[1:] if each.screen.is_report == is_report]
            slowest, name = max((each.p95, each.screen.name) for each in found)
            goals.append(Goal(f"{database}, {filled.views:,} views, the slowest: {name}", slowest, limit, "ms"))

    left_out = on_each_database(look)
    return Findings(
        "Screens of a company",
        _MEANING,
        ("", "p95 ms", "median", "of bare", "CPU ms", "statements"),
        rows,
        goals,
        left_out,
    )


@dataclass(frozen=True, slots=True)
class _Taken:
    """What a screen took: milliseconds of each answer; processor time and statements for the database at the median."""

    screen: _Screen
    times: list[float]
    worked: float
    statements: float

    @property
    def p95(self) -> float:
        return sorted(self.times)[min(len(self.times) * 95 // 100, len(self.times) - 1)]

    def figures(self, bare: _Taken) -> list[str]:
        ratio = median(self.times) / median(bare.times)
        figures = [self.p95, median(self.times), ratio, self.worked]
        return [*(f"{each:.1f}" for each in figures), f"{self.statements:.0f}"]


def _times(filled: FilledCompany, screen: _Screen, size: Size) -> _Taken:
    times, worked, statements = [], [], []
    for turn in range(size.warm_ups + size.repeats):
        with _counted(filled.company.vault.engine) as counted:
            taken = screen.ask(turn)
        if turn >= size.warm_ups:
            times.append(taken[0])
            worked.append(taken[1])
            statements.append(len(counted))
    return _Taken(screen, times, median(worked), median(statements))


@contextlib.contextmanager
def _logging_to_nowhere() -> Iterator[None]:
    """Each request is logged, as in a served gateway."""
    with Path(os.devnull).open("w") as log, contextlib.redirect_stdout(log):
        yield


@contextlib.contextmanager
def _counted(engine: Engine) -> Iterator[list[None]]:
    """One item for each statement that is executed meanwhile."""
    found: list[None] = []

    def count(*_execution: object) -> None:
        found.append(None)

    sa.event.listen(engine, "before_cursor_execute", count)
    try:
        yield found
    finally:
        sa.event.remove(engine, "before_cursor_execute", count)


def _screens(filled: FilledCompany) -> Iterator[_Screen]:
    web = make_web(filled.company)
    yield _Screen("bare", web.visitor(), ["/sign-in"])
    ids = _Ids(filled)
    yield from _borrowers(filled, web.visitor, ids)
    yield from _custodians(web.visitor, ids)
    yield from _approvers(web.visitor, ids)
    yield from _administrators(web.visitor, ids)
    yield from _officers(web.visitor, ids)
    yield from _auditors(filled, web.visitor, ids)


class _Ids:
    """Of whom and what pages are looked at: many of each kind, so that no page is asked for twice in a row."""

    def __init__(self, filled: FilledCompany) -> None:
        register, holders = filled.register, filled.register.holders()
        self.borrower = register.borrower()
        self.lent = [number for number, each in enumerate(holders) if self.borrower in each.borrowers]
        self.kept = [number for number, each in enumerate(holders) if each.custodian == CUSTODIAN]
        self.approved = [number for number, each in enumerate(holders) if APPROVER in each.approvers]
        self.people = register.people
        self.dossiers = register.dossiers
        self.leavers = [register.people[each] for each in register.leavers()]
        approved = [register.dossiers[each] for each in self.approved[:500]]
        with reading(filled.company.vault.engine) as tx:
            waits = sa.select(requests.c.id).where(requests.c.dossier_id.in_(approved))
            self.to_decide = list(tx.execute(waits.where(requests.c.state == "open").limit(30)).scalars())
            self.alerts = list(tx.execute(sa.select(alerts.c.id).limit(30)).scalars())
            self.teams = list(tx.execute(sa.select(teams.c.id)).scalars())
            self.agreements = list(tx.execute(sa.select(agreements.c.id)).scalars())

    def some(self, numbers: Sequence[int]) -> list[str]:
        """Ids of dossiers from all over the list."""
        return [self.dossiers[each] for each in numbers[:: max(1, len(numbers) // 40)]]


_SignIn = Callable[[str], Visitor]


def _borrowers(filled: FilledCompany, sign_in: _SignIn, ids: _Ids) -> Iterator[_Screen]:
    visitor, who = sign_in(login_of(ids.borrower)), f"borrower ({len(ids.lent):,})"
    register = filled.register
    documents = [
        register.documents[register.document_at(number, 0)] for number in ids.lent[:: max(1, len(ids.lent) // 40)]
    ]
    names = [{"customer": customer_name(number)} for number in ids.lent[:40]]
    yield _Screen(f"{who}: own password, nothing listed", visitor, ["/account/password"])
    yield _Screen(f"{who}: dossiers", visitor, ["/dossiers"])
    yield _Screen(f"{who}: dossiers, the last page", visitor, [_last_page(visitor, "/dossiers")])
    yield _Screen(f"{who}: search for a customer", visitor, ["/dossiers/search"], names)
    yield _Screen(f"{who}: a dossier", visitor, [f"/dossiers/{each}" for each in ids.some(ids.lent)])
    yield _Screen(f"{who}: a document", visitor, [f"/documents/{each}" for each in documents])
    yield _Screen(f"{who}: asking for more", visitor, [f"/documents/{each}/requests" for each in documents])
    for name, path in (
        ("requests", "/requests"),
        ("closed requests", "/requests/closed"),
        ("grants", "/grants"),
        ("agreements", "/agreements"),
        ("hand-overs", "/handovers"),
        ("notices", "/notices"),
        ("notices, the last page", _last_page(visitor, "/notices")),
    ):
        yield _Screen(f"{who}: {name}", visitor, [path])


def _custodians(sign_in: _SignIn, ids: _Ids) -> Iterator[_Screen]:
    visitor, who = sign_in(login_of(CUSTODIAN)), f"custodian ({len(ids.kept):,})"
    names = [{"customer": customer_name(number)} for number in ids.kept[:40]]
    kept = ids.some(ids.kept)
    yield _Screen(f"{who}: own password, nothing listed", visitor, ["/account/password"])
    yield _Screen(f"{who}: dossiers", visitor, ["/dossiers"])
    yield _Screen(f"{who}: dossiers, the last page", visitor, [_last_page(visitor, "/dossiers")])
    yield _Screen(f"{who}: search for a customer", visitor, ["/dossiers/search"], names)
    yield _Screen(f"{who}: a dossier", visitor, [f"/dossiers/{each}" for each in kept])
    yield _Screen(f"{who}: teams of a dossier", visitor, [f"/dossiers/{each}/teams" for each in kept])
    yield _Screen(f"{who}: submissions", visitor, ["/submissions"])
    yield _Screen(f"{who}: hand-overs", visitor, ["/handovers"])
    yield _Screen(f"{who}: digest", visitor, ["/alerts/digest"])


def _approvers(sign_in: _SignIn, ids: _Ids) -> Iterator[_Screen]:
    visitor, who = sign_in(login_of(APPROVER)), f"approver ({len(ids.approved):,})"
    yield _Screen(f"{who}: own password, nothing listed", visitor, ["/account/password"])
    yield _Screen(f"{who}: dossiers", visitor, ["/dossiers"])
    yield _Screen(f"{who}: requests", visitor, ["/requests"])
    yield _Screen(f"{who}: requests decided", visitor, ["/requests/closed?side=decided"])
    if ids.to_decide:
        yield _Screen(f"{who}: a request", visitor, [f"/requests/{each}" for each in ids.to_decide])
    yield _Screen(f"{who}: delegations", visitor, ["/delegations"])


def _administrators(sign_in: _SignIn, ids: _Ids) -> Iterator[_Screen]:
    visitor, who = sign_in("admin"), "administrator"
    words = [{"words": f"E-{number:05d}"[:6], "state": ""} for number in range(len(ids.people))]
    for name, paths in (
        ("own password, nothing listed", ["/account/password"]),
        ("people", ["/people"]),
        ("a person", [f"/people/{each}" for each in ids.people]),
        ("teams", ["/teams"]),
        ("a team", [f"/teams/{each}" for each in ids.teams]),
        ("leaving", ["/leaving"]),
        ("somebody who leaves", [f"/people/{each}/leaving" for each in ids.leavers]),
        ("agreements", ["/agreements/texts"]),
        ("an agreement, who has not accepted", [f"/agreements/texts/{each}" for each in ids.agreements]),
        ("policy", ["/policy"]),
        ("policy, a preview", ["/policy/preview"]),
        ("campaigns", ["/alerts/campaigns"]),
        ("erasures", ["/erasures"]),
    ):
        yield _Screen(f"{who}: {name}", visitor, paths)
    yield _Screen(f"{who}: search for people", visitor, ["/people/search"], words)


def _officers(sign_in: _SignIn, ids: _Ids) -> Iterator[_Screen]:
    visitor, who = sign_in("officer"), "security officer"
    for name, paths in (
        ("own password, nothing listed", ["/account/password"]),
        ("open views", ["/live-views"]),
        ("a person's open views", [f"/live-views/people/{each}" for each in ids.people]),
        ("people", ["/people"]),
        ("alerts", ["/alerts"]),
        ("alerts, dismissed", ["/alerts?state=dismissed"]),
        ("an alert", [f"/alerts/{each}" for each in ids.alerts]),
        ("emergencies", ["/emergencies"]),
        ("keys and work on them", ["/keys"]),
        ("approving for others", ["/delegations"]),
        ("findings", ["/findings"]),
    ):
        yield _Screen(f"{who}: {name}", visitor, paths)
    exposures = [f"/exposure/{each}" for each in ids.people[:40]]
    yield _Screen(f"{who}: exposure", visitor, exposures, is_report=True)


def _auditors(filled: FilledCompany, sign_in: _SignIn, ids: _Ids) -> Iterator[_Screen]:
    visitor, who = sign_in("auditor"), "auditor"
    for _act in range(TRAIL_ACTS):  # so that the newest page holds entries that have to be opened
        visitor.get("/trail")
    filled.company.sequence()
    people, dossiers = ids.people[:40], ids.dossiers[:: max(1, len(ids.dossiers) // 40)]
    for name, paths in (
        ("own password, nothing listed", ["/account/password"]),
        ("trail", ["/trail"]),
        ("trail, of one person", [f"/trail?q=actor:{each}" for each in people]),
        ("trail, of one dossier", [f"/trail/dossiers/{each}" for each in dossiers]),
        ("alerts", ["/alerts"]),
        ("leaving", ["/leaving"]),
        ("exports", ["/trail/exports"]),
        ("who can see a dossier", [f"/trail/dossiers/{each}/access" for each in dossiers]),
    ):
        yield _Screen(f"{who}: {name}", visitor, paths)
    everybody = [ids.people[CUSTODIAN], ids.people[APPROVER], *people]
    reach = [f"/trail/people/{each}/access" for each in everybody]
    yield _Screen(f"{who}: reach", visitor, reach, is_report=True)
    exposures = [f"/exposure/{each}" for each in people]
    yield _Screen(f"{who}: exposure", visitor, exposures, is_report=True)


def _last_page(visitor: Visitor, path: str) -> str:
    """Where the list that begins there ends, as a person would find it: by the link at the foot of each page."""
    while (found := _OLDER.search(visitor.get(path).text)) is not None:
        path = html.unescape(found.group(1))
    return path
