"""G1 No record, no view: the trail entry is durable before a key is unwrapped; where it cannot be, nothing opens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from gateway.localisation import LANGUAGE_COOKIE
from tests.attacks.acting import grant, open_and_end, open_view
from tests.attacks.observing import committed_events, failing_database, quota, trail, view_row, watched
from tests.company import Company
from tests.gateway.visitor import Web, open_document
from vault.access.closing import EndCause, close_views
from vault.access.reading import read_page, read_page_text
from vault.clock import FixedClock
from vault.database import view_queries
from vault.database.engine import transaction
from vault.errors import Sealed, Unavailable
from vault.ledger import backlog
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.recording import record
from vault.runtime import Vault
from vault.worker.sweeping import UNKEYED_SECONDS, sweep

MORE_THAN_ENOUGH = 200
"""Statements of one opening; the loops end when an opening goes through unharmed."""


@contextmanager
def pragma(vault: Vault, words: str, *, back: str) -> Iterator[None]:
    """Every connection of the engine under a setting of SQLite's own that makes it refuse."""
    vault.engine.dispose()

    def on_checkout(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute(f"PRAGMA {words}")

    sa.event.listen(vault.engine, "checkout", on_checkout)
    try:
        yield
    finally:
        sa.event.remove(vault.engine, "checkout", on_checkout)
        vault.engine.dispose()
        with vault.engine.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA {back}")


def test_entry_is_committed_at_the_instant_a_key_is_unwrapped(company: Company) -> None:
    """Seen by a second connection while the keyring is being asked: view.opened stands, and no result yet."""
    seen: list[list[str]] = []
    vault = watched(company.vault, lambda: seen.append(committed_events(company)))
    open_view(company, company.signed_in("borrower"), vault=vault)

    assert len(seen) == 1
    assert seen[0].count("view.opened") == 1
    assert "view.keyed" not in seen[0]


def test_page_read_is_committed_before_the_answer_begins(web: Web) -> None:
    """Seen by a second connection at the moment the server is handed the status line of a page."""
    visitor, path = web.reader()
    seen: list[list[str]] = []

    def watching(environ: dict[str, Any], start_response: Any) -> Any:
        def start(*answer: Any) -> Any:
            seen.append(committed_events(web.company))
            return start_response(*answer)

        return application(environ, start)

    application = visitor.client.application
    visitor.client.application = watching
    for page, name in ((f"{path}/pages/1", "image"), (f"{path}/pages/1/text", "text")):
        before = committed_events(web.company).count("page.read")
        assert visitor.get(page).status_code == 200, name
        assert seen[-1].count("page.read") == before + 1, name


@pytest.mark.parametrize("from_then_on", [False, True], ids=["once", "for ever"])
def test_database_that_fails_at_any_call_of_an_opening_unwraps_no_key_without_its_entry(
    company: Company, clock: FixedClock, from_then_on: bool
) -> None:
    """Statement by statement and commit by commit: no key moves without a committed entry, and no claim is lost."""
    actor = company.signed_in("borrower")
    for _ in range(10):
        grant(company, 10)
    unwraps: list[int] = []
    vault = watched(company.vault, lambda: unwraps.append(committed_events(company).count("view.opened")))
    for number in range(1, MORE_THAN_ENOUGH):
        company.sequence()
        unwraps.clear()
        used = quota(company).used
        with failing_database(vault, number, from_then_on=from_then_on) as statements:
            failed = _fails(lambda n=number: open_view(company, actor, key=f"k{n}-{from_then_on}", vault=vault))
        assert all(entries == 1 for entries in unwraps), number
        clock.advance(dt.timedelta(seconds=UNKEYED_SECONDS + 1))
        sweep(company.vault)
        if statements.asked < number:
            break
        assert quota(company).used - used == (0 if failed else 1), number
        _end_all(company)
    else:
        pytest.fail("an opening takes more statements than expected")
    assert not failed
    assert number > 20  # the loop has met every statement, not only the first


@pytest.mark.parametrize(("read", "step"), [(read_page, 3), (read_page_text, 1)], ids=["image", "text"])
def test_database_that_fails_at_any_call_of_a_page_gives_no_page(company: Company, read: Any, step: int) -> None:
    """No bytes without page.read: neither the image nor, at each single call, the text."""
    actor = company.signed_in("borrower")
    view_id = open_view(company, actor).view_id
    for number in range(1, MORE_THAN_ENOUGH, step):
        delivered, entries = view_row(company, view_id).pages_delivered, len(trail(company, Event.PAGE_READ))
        with failing_database(company.vault, number) as statements:
            failed = _fails(lambda: read(company.vault, actor, view_id=view_id, page_number=1))
        assert view_row(company, view_id).pages_delivered - delivered == (0 if failed else 1), number
        assert len(trail(company, Event.PAGE_READ)) - entries == (0 if failed else 1), number
        if statements.asked < number:
            break
    assert not failed
    assert number > 10


def test_denial_that_cannot_be_recorded_is_an_outage_and_not_an_answer(company: Company) -> None:
    """A stranger learns nothing from a vault that cannot write down that they asked."""
    stranger = company.signed_in("stranger")
    with pragma(company.vault, "query_only=ON", back="query_only=OFF"), pytest.raises(Unavailable):
        open_view(company, stranger)


def test_read_only_database_opens_nothing_and_touches_no_key(company: Company) -> None:
    """SQLite's own refusal to write, not a made one."""
    unwraps: list[None] = []
    vault = watched(company.vault, lambda: unwraps.append(None))
    actor = company.signed_in("borrower")
    with pragma(vault, "query_only=ON", back="query_only=OFF"), pytest.raises(Unavailable):
        open_view(company, actor, vault=vault)

    assert unwraps == []
    assert quota(company).used == 0
    assert open_view(company, actor).number == 1


def test_full_database_opens_nothing_and_recovers_by_itself(company: Company, clock: FixedClock) -> None:
    """SQLite's own "database or disk is full": no key moves without its entry, and the claim is not lost."""
    grant(company, 10)
    actor = company.signed_in("borrower")
    unwraps: list[int] = []
    vault = watched(company.vault, lambda: unwraps.append(committed_events(company).count("view.opened")))
    with pragma(vault, "max_page_count=1", back="max_page_count=1000000"):  # SQLite raises it to the size there is
        opened = 0
        while not _fails(lambda: open_view(company, actor, vault=vault)):
            opened += 1
            if _fails(lambda: _end_all(company)):
                break
    assert opened < 13  # it did fill up
    assert unwraps == list(range(1, len(unwraps) + 1))
    clock.advance(dt.timedelta(seconds=UNKEYED_SECONDS + 1))
    sweep(company.vault)
    assert quota(company).used == opened
    open_and_end(company, company.signed_in("borrower"))


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "database does not answer right now"), ("zh_Hans_CN", "数据库暂时没有响应")]
)
def test_full_disk_opens_and_shows_nothing_and_says_so(web: Web, language: str, sentence: str) -> None:
    """Through the gateway: no view, no page and no text, and in place of each a sentence in the person's language."""
    company = web.company
    (visitor, view), second = web.reader(), web.visitor("other")
    for each in (visitor, second):
        each.client.set_cookie(LANGUAGE_COOKIE, language, domain="127.0.0.1", secure=True)
    second.form_token()  # the form that was on the screen
    with pragma(company.vault, "max_page_count=1", back="max_page_count=1000000"):
        _fill(company.vault)
        for path in (f"{view}/pages/1", f"{view}/pages/1/text"):
            refused = visitor.get(path)
            assert refused.status_code == 503, path
            assert sentence in _said(refused)
        opened = open_document(second, company.document_id)
    assert (opened.status_code, "Location" in opened.headers) == (503, False)
    assert sentence in opened.text
    assert quota(company, "other").used == 0
    assert visitor.get(f"{view}/pages/1").status_code == 200


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "Without the trail nobody reads"), ("zh_Hans_CN", "无审计记录时任何人不得阅读")]
)
def test_ledger_that_nobody_writes_opens_and_shows_nothing_and_says_so(
    web: Web, monkeypatch: pytest.MonkeyPatch, language: str, sentence: str
) -> None:
    """No worker gives entries their place: beyond a limit nobody opens or reads; once it is made up, all goes on."""
    company = web.company
    (visitor, view), second = web.reader(), web.visitor("other")
    for each in (visitor, second):
        each.client.set_cookie(LANGUAGE_COOKIE, language, domain="127.0.0.1", secure=True)
    second.form_token()
    company.sequence()
    monkeypatch.setattr(backlog, "MOST_WAITING", 3)
    for _page in range(4):  # the fourth is the last that is recorded
        assert visitor.get(f"{view}/pages/1").status_code == 200
    for path in (f"{view}/pages/1", f"{view}/pages/1/text"):
        refused = visitor.get(path)
        assert refused.status_code == 503, path
        assert sentence in _said(refused)
    opened = open_document(second, company.document_id)
    assert (opened.status_code, "Location" in opened.headers) == (503, False)
    assert sentence in opened.text
    assert quota(company, "other").used == 0

    company.sequence()
    assert visitor.get(f"{view}/pages/1").status_code == 200


def test_sealed_vault_takes_no_claim(company: Company) -> None:
    """While no key can be had, nothing is counted and nothing recorded as opened."""
    actor = company.signed_in("borrower")
    company.vault.seal()
    with pytest.raises(Sealed):
        open_view(company, actor)
    company.vault.unseal()

    assert quota(company).used == 0
    assert trail(company, Event.VIEW_OPENED) == []


def test_every_view_answers_its_intent(company: Company) -> None:
    """view.opened is followed by view.keyed that names it."""
    view = open_view(company, company.signed_in("borrower"))
    opened, keyed = trail(company, Event.VIEW_OPENED, Event.VIEW_KEYED)

    assert (opened.event, opened.outcome, opened.fact("view")) == (Event.VIEW_OPENED, Outcome.SUCCESS, view.view_id)
    assert keyed.fact("intent") == opened.entry_id


def _fill(vault: Vault) -> None:
    """Records until no entry has room any more; one may fail by chance, where its index happens to have none left."""
    failed = 0
    while failed < 10:
        failed = failed + 1 if _fails(lambda: record(vault, Entry(Event.VAULT_UNSEALED, Outcome.SUCCESS))) else 0


def _said(answer: TestResponse) -> str:
    return str(answer.json["sentence"]) if answer.is_json else answer.text


def _fails(act: Any) -> bool:
    try:
        act()
    except Unavailable:
        return True
    return False


def _end_all(company: Company) -> None:
    with transaction(company.vault.engine) as tx:
        close_views(company.vault, tx, view_queries.unended_views(tx), cause=EndCause.DONE)
