"""Operations: parts that go away and come back, clocks that step, and what people are told meanwhile."""

from __future__ import annotations

import datetime as dt
import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gateway.app import create_app
from gateway.sessions import COOKIE_NAME
from tests.attacks.acting import open_view
from tests.attacks.observing import failing_database, quota, trail, view_row
from tests.company import Company
from tests.gateway.visitor import Visitor, Web, open_document
from vault.access.cover import cover_card
from vault.access.reading import read_page
from vault.clock import FixedClock
from vault.errors import LeaseEnded
from vault.health import check_health
from vault.ledger.events import Event
from vault.worker.sweeping import sweep

SECRET = "CANARY-in-an-exception-0a1b"


def test_store_that_is_away_is_an_outage_and_no_alarm(web: Web, company: Company) -> None:
    """503 with a request's number, no tampering recorded, no claim returned; back again, the same view goes on."""
    reader, path = web.reader()
    directory, aside = company.directory / "objects", company.directory / "objects.aside"
    directory.rename(aside)
    answer = reader.get(f"{path}/pages/1")
    health = reader.get("/health")
    assert (answer.status_code, answer.json["code"].split(".")[0]) == (503, "store")
    assert answer.json["request_id"] == answer.headers["X-Request-Id"]
    assert int(answer.headers["Retry-After"]) > 0
    assert (health.status_code, health.json["parts"]["store"], health.json["parts"]["database"]) == (503, False, True)
    assert trail(company, Event.OBJECT_TAMPERED, Event.VIEW_CLAIM_RETURNED) == []
    aside.rename(directory)
    assert reader.get(f"{path}/pages/1").status_code == 200
    assert reader.get("/health").status_code == 200
    assert quota(company).used == 1


def test_database_that_is_away_is_an_outage_on_every_screen(web: Web) -> None:
    """503 with a sentence and a number; nothing else is told, and all is well once it answers."""
    reader, path = web.reader()
    with failing_database(web.company.vault, 1, from_then_on=True):
        for asked in (path, f"{path}/pages/1", f"{path}/state", "/dossiers", "/account"):
            answer = reader.get(asked)
            assert answer.status_code == 503, asked
            assert "sqlite" not in answer.text.lower()
            assert "Traceback" not in answer.text
        assert open_document(web.visitor(), web.company.document_id).status_code in {401, 503}
        assert not check_health(web.company.vault).ok
    assert reader.get(f"{path}/pages/1").status_code == 200


def test_sealing_while_people_read_tells_them_and_loses_nothing(web: Web) -> None:
    """Sealed: the page says so; unsealed within the lease, the view goes on."""
    reader, path = web.reader()
    web.company.vault.seal()
    answer = reader.get(f"{path}/pages/1")
    assert (answer.status_code, answer.json["code"]) == (503, "sealed")
    assert open_document(web.visitor("other"), web.company.document_id).status_code == 503
    web.company.vault.unseal()
    assert reader.get(f"{path}/pages/1").status_code == 200
    assert quota(web.company, "other").used == 0


@pytest.mark.parametrize(
    "before",
    [
        dt.datetime(2027, 3, 28, 0, 55, tzinfo=dt.UTC),  # Europe goes over to summer time
        dt.datetime(2027, 10, 31, 0, 55, tzinfo=dt.UTC),  # and back
        dt.datetime(2027, 3, 14, 6, 55, tzinfo=dt.UTC),  # New York
        dt.datetime(2027, 12, 31, 23, 55, tzinfo=dt.UTC),
        dt.datetime(2028, 2, 28, 23, 55, tzinfo=dt.UTC),
    ],
)
def test_lease_is_fifteen_minutes_on_every_night_of_the_year(
    company: Company, clock: FixedClock, before: dt.datetime
) -> None:
    """Neither summer time nor the turn of a year or a leap day lengthens or shortens it."""
    clock.advance(before - clock.now())
    actor = company.signed_in("borrower")
    card = cover_card(company.vault, actor, document_id=company.document_id)
    view = open_view(company, actor)
    assert view.lease.expires_at - view.lease.opened_at == dt.timedelta(minutes=15)
    assert card.would_end_at == view.lease.expires_at
    clock.advance(dt.timedelta(minutes=14, seconds=59))
    assert read_page(company.vault, actor, view_id=view.view_id, page_number=1).jpeg
    clock.advance(dt.timedelta(seconds=1))
    with pytest.raises(LeaseEnded, match=r"lease\.expired"):
        read_page(company.vault, actor, view_id=view.view_id, page_number=1)


def test_clock_that_jumps_ahead_ends_leases_and_one_that_is_put_right_revives_none(
    company: Company, clock: FixedClock
) -> None:
    """A wrong hour costs a view its lease; taking it back gives none."""
    actor = company.signed_in("borrower")
    view_id = open_view(company, actor).view_id
    clock.advance(dt.timedelta(hours=1))
    sweep(company.vault)
    clock.advance(dt.timedelta(hours=-1))
    with pytest.raises(LeaseEnded):
        read_page(company.vault, actor, view_id=view_id, page_number=1)
    assert view_row(company, view_id).wrapped_key is None


def test_fault_of_ours_tells_nobody_how_it_came(web: Web, capsys: Any) -> None:
    """An exception that nobody expected: 500, a number, a sentence; its message is in no answer and in no log."""
    reader, path = web.reader()
    broken = Visitor(create_app(replace(web.company.vault, view_marks=_Broken())))  # type: ignore[arg-type]
    broken.client.set_cookie(COOKIE_NAME, reader.session_cookie, domain="127.0.0.1", path="/")
    answer = broken.get(f"{path}/pages/1")
    assert answer.status_code == 500
    assert answer.json["request_id"]
    shown = answer.text + json.dumps(dict(answer.headers)) + "".join(capsys.readouterr())
    for word in (SECRET, "Traceback", "RuntimeError", "mark_page"):
        assert word not in answer.text
    assert SECRET not in shown


def test_log_line_cannot_be_forged(web: Web, capsys: Any) -> None:
    """Line ends, ANSI and Unicode separators in whatever a client sends stay out of the log or escaped in one line."""
    forged = "x\\r\\n\\x1b[31m\\u2028"
    visitor = web.visitor("", language="en")
    visitor.open("POST", "/sign-in", data={"login": "a\r\nb\u2028\x1b[31m", "password": "x\ny"})
    visitor.get(f"/documents/{forged}", User_Agent="agent-7c7c")
    out = "".join(capsys.readouterr())
    assert "agent-7c7c" not in out
    assert "\u2028" not in out
    assert all("request" in line for line in out.splitlines() if line.strip())


def test_nothing_is_logged_by_the_libraries_below(company: Company, caplog: pytest.LogCaptureFixture) -> None:
    """No SQL with its parameters, no object key with its bytes: the libraries are silent even at debug."""
    with caplog.at_level(logging.INFO):
        actor = company.signed_in("borrower")
        view_id = open_view(company, actor).view_id
        read_page(company.vault, actor, view_id=view_id, page_number=1)
    assert caplog.messages == []


def test_spool_is_private_and_empty(company: Company) -> None:
    """Only the vault's user may look into it, and between requests there is nothing in it."""
    spool: Path = company.vault.spool
    assert spool.stat().st_mode & 0o077 == 0
    assert list(spool.iterdir()) == []


class _Broken:
    """A part that fails as no part should, with a secret in its message."""

    def mark_page(self, *_arguments: Any, **_named: Any) -> None:
        raise RuntimeError(SECRET)
