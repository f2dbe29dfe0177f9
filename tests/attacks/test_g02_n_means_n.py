"""G2 N means N: under any concurrency, over any number of gateway processes, never N+1 views."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.attacks.acting import open_and_end, open_view
from tests.attacks.observing import quota, trail
from tests.company import Company, set_policy
from vault.clock import FixedClock
from vault.database.day_queries import used_on_day
from vault.database.engine import reading
from vault.errors import QuotaSpent
from vault.ledger.events import Event, Outcome
from vault.model import Actor, Classification
from vault.policy.document import ClassPolicy, Policy

ROOT = Path(__file__).parents[2]
PROCESSES, SESSIONS = 3, 64


def test_sixty_four_openings_at_once_from_several_processes_are_three_views(
    any_company: Company, clock: FixedClock
) -> None:
    """64 sessions in three processes: three views, their three leaves, and 61 recorded denials."""
    answers = _open_at_once(any_company, clock.now(), [any_company.session("borrower").token for _ in range(SESSIONS)])

    assert Counter(answers) == {1: 1, 2: 1, 3: 1, "quota.spent": SESSIONS - 3}
    assert quota(any_company).used == 3
    granted = trail(any_company, Event.VIEW_OPENED)
    assert sorted(entry.details["number"] for entry in granted) == [1, 2, 3]
    assert len({entry.fact("view") for entry in granted}) == 3
    denied = trail(any_company, Event.VIEW_DENIED)
    assert len(denied) == SESSIONS - 3
    assert {(entry.outcome, entry.fact("code")) for entry in denied} == {(Outcome.DENIED, "quota.spent")}
    assert {entry.actor for entry in denied} == {any_company.ids["borrower"]}


@pytest.mark.parametrize("keys", [["same"] * 16, [f"key{number}" for number in range(16)]], ids=["one key", "many"])
def test_one_click_sent_many_times_at_once_is_one_view(any_company: Company, keys: list[str]) -> None:
    """A double click, a retrying proxy, two tabs of one session: one view, one claim, one leaf."""
    actor = any_company.signed_in("borrower")
    views = _at_once([lambda k=key: open_view(any_company, actor, key=k).view_id for key in keys])

    assert len(set(views)) == 1
    assert quota(any_company).used == 1
    assert len(trail(any_company, Event.VIEW_OPENED)) == 1


def test_people_do_not_share_a_quota(company: Company) -> None:
    """One borrower's views cost another none."""
    for _ in range(3):
        open_and_end(company, company.signed_in("borrower"))
    assert open_view(company, company.signed_in("other")).number == 1


def test_time_gives_no_view_back(company: Company, clock: FixedClock) -> None:
    """A quota is for good, not for a day."""
    for _ in range(3):
        open_and_end(company, company.signed_in("borrower"))
    clock.advance(dt.timedelta(days=400))
    with pytest.raises(QuotaSpent):
        open_view(company, company.signed_in("borrower"))


def test_new_version_gives_no_new_views(company: Company) -> None:
    """The quota counts per document across its versions, unless the policy says otherwise."""
    for _ in range(3):
        open_and_end(company, company.signed_in("borrower"))
    company.submit("custodian", b"A second version of the offer\n", document_id=company.document_id)
    company.convert_all()
    with pytest.raises(QuotaSpent):
        open_view(company, company.signed_in("borrower"))


def _open_at_once(company: Company, moment: dt.datetime, tokens: list[str]) -> list[int | str]:
    """Divides the sessions among processes, lets all begin together, and gathers what each session got."""
    processes = []
    for number in range(PROCESSES):
        task = {
            "config": str(company.directory / "config.toml"),
            "document": company.document_id,
            "moment": moment.isoformat(),
            "tokens": tokens[number::PROCESSES],
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.attacks.opening_process"],
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert process.stdin is not None
        process.stdin.write(json.dumps(task) + "\n")
        process.stdin.flush()
        processes.append(process)
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    answers: list[int | str] = []
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        output, _errors = process.communicate(timeout=120)
        assert process.returncode == 0
        answers += json.loads(output)
    return answers


def _at_once(acts: list[Callable[[], str]]) -> list[str]:
    together = threading.Barrier(len(acts))

    def act_together(act: Callable[[], str]) -> str:
        together.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(act_together, acts))


def test_window_lets_as_many_through_as_it_says(any_company: Company, clock: FixedClock) -> None:
    """Two in thirty days: of twelve sessions at once two get through, and none of six where nothing has fallen out."""
    set_policy(any_company, Policy(views=2, window_days=30))
    answers = _open_together(any_company, [any_company.document_id] * 12)
    assert Counter(answers) == {"1 of 2": 1, "2 of 2": 1, "quota.window": 10}
    clock.advance(dt.timedelta(days=29))
    assert Counter(_open_together(any_company, [any_company.document_id] * 6)) == {"quota.window": 6}
    clock.advance(dt.timedelta(days=1))
    answers = _open_together(any_company, [any_company.document_id] * 6)
    assert Counter(answers) == {"1 of 2": 1, "2 of 2": 1, "quota.window": 4}


def test_day_lets_as_many_through_as_it_says_over_all_documents(any_company: Company) -> None:
    """Four a day, three of the class: of twelve sessions at once over two documents three get through."""
    set_policy(any_company, Policy(views=9, views_a_day=4, classes={"confidential": ClassPolicy(views_a_day=3)}))
    other = any_company.submit("custodian", b"Another document of some length\n", name="Other.txt").document_id
    any_company.convert_all()
    answers = _open_together(any_company, [any_company.document_id, other] * 6)
    refused = [answer for answer in answers if answer.startswith("quota")]
    assert Counter(refused) == {"quota.day_class": 9}
    person_id = any_company.person("borrower").id
    with reading(any_company.vault.engine) as tx:
        assert used_on_day(tx, person_id, "2026-11-24", Classification.CONFIDENTIAL) == (3, 3)
    assert len(trail(any_company, Event.VIEW_OPENED)) == 3


def _open_together(company: Company, documents: list[str]) -> list[str]:
    """A session for each, all opening at the same moment; what each of them got."""
    actors = [company.signed_in("borrower") for _each in documents]

    def open_one(actor: Actor, document_id: str) -> str:
        try:
            view = open_view(company, actor, document_id=document_id)
        except QuotaSpent as error:
            return error.code
        return f"{view.number} of {view.allowed}"

    return _at_once(
        [lambda who=who, what=what: open_one(who, what) for who, what in zip(actors, documents, strict=True)]
    )
