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
from tests.linking import link
from vault.access.claiming import claim_view, hold_count
from vault.access.facts import load_target
from vault.clock import FixedClock
from vault.database.day_queries import used_on_day
from vault.database.engine import reading, transaction
from vault.database.link_queries import OtherAccounts
from vault.errors import Conflict, QuotaSpent
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


def test_second_account_opens_no_fourth_view(company: Company) -> None:
    """Three with the one account: the other, which has opened nothing, is refused, and the refusal is recorded."""
    link(company, "borrower", "other")
    for _ in range(3):
        open_and_end(company, company.signed_in("borrower"))
    with pytest.raises(QuotaSpent, match=r"quota\.spent"):
        open_view(company, company.signed_in("other"))
    [denied] = trail(company, Event.VIEW_DENIED)
    assert (denied.fact("code"), denied.actor) == ("quota.spent", company.ids["other"])
    assert quota(company, "other").used == 0


def test_two_accounts_at_once_at_the_last_view_are_one_view(any_company: Company) -> None:
    """Two of three are used, one with each account; of twelve sessions of both one gets through."""
    link(any_company, "borrower", "other")
    for login in ("borrower", "other"):
        open_and_end(any_company, any_company.signed_in(login))
    answers = _open_together(any_company, [any_company.document_id] * 12, logins=("borrower", "other"))
    assert Counter(answers) == {"3 of 3": 1, "quota.spent": 11}
    assert quota(any_company).used + quota(any_company, "other").used == 3


def test_two_accounts_at_once_have_one_window_and_one_day_together(any_company: Company) -> None:
    """Over two documents: two of each in thirty days, three a day; of sixteen sessions three get through."""
    set_policy(any_company, Policy(views=2, window_days=30, views_a_day=3))
    second = any_company.submit("custodian", b"Another document of some length\n", name="Other.txt").document_id
    any_company.convert_all()
    link(any_company, "borrower", "other")
    documents = [any_company.document_id, any_company.document_id, second, second] * 4
    answers = _open_together(any_company, documents, logins=("borrower", "other"))
    opened = [answer for answer in answers if not answer.startswith("quota")]
    assert len(opened) == len(trail(any_company, Event.VIEW_OPENED)) == 3
    assert set(opened) <= {"1 of 2", "2 of 2"}


def test_opening_that_does_not_know_of_a_link_yet_takes_nothing(company: Company) -> None:
    """Accounts were linked after it had looked: whoever opens with the other one did not wait for it."""
    link(company, "borrower", "other")
    actor = company.signed_in("borrower")

    def claim_unknowing() -> None:
        with transaction(company.vault.engine) as tx:
            target = load_target(company.vault, tx, actor, company.document_id)
            hold_count(tx, target)
            claim_view(tx, target, OtherAccounts(), now=company.vault.clock.now())

    with pytest.raises(Conflict, match=r"link\.meanwhile"):
        claim_unknowing()
    assert quota(company).used == 0


def _open_together(company: Company, documents: list[str], *, logins: tuple[str, ...] = ("borrower",)) -> list[str]:
    """A session for each, all opening at the same moment, by turns of the logins; what each of them got."""
    actors = [company.signed_in(logins[number % len(logins)]) for number in range(len(documents))]

    def open_one(actor: Actor, document_id: str) -> str:
        try:
            view = open_view(company, actor, document_id=document_id)
        except QuotaSpent as error:
            return error.code
        return f"{view.number} of {view.allowed}"

    return _at_once(
        [lambda who=who, what=what: open_one(who, what) for who, what in zip(actors, documents, strict=True)]
    )
