"""Database or store go away under a running gateway: 503 with a number, health says which, and it recovers (I14)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from werkzeug.test import TestResponse

from tests.company import REASON, Company, reopen_company
from tests.faults.acts import ACTS, Act, give_many_views
from tests.faults.conftest import ArenaOf
from tests.faults.effects import Effects, open_connections, watched_vault
from tests.faults.invariants import check_invariants
from tests.faults.recovery import CANARIES, NOW, restarted, work_once
from tests.gateway.visitor import Visitor, Web, make_web, open_document
from tests.servers import PostgresqlServer, S3Server
from tests.vault.storage.fault_proxy import Fault, FaultProxy, always, running_fault_proxy
from vault.clock import FixedClock
from vault.errors import Unavailable
from vault.health import check_health

_REQUEST_ID = re.compile(r"\b[a-z2-7]{16}\b")


@dataclass
class Outage:
    """A web application whose database and store can be taken away."""

    web: Web
    proxy: FaultProxy
    postgresql: PostgresqlServer
    database: str = field(default="")

    @contextmanager
    def without_database(self) -> Iterator[None]:
        """PostgreSQL refuses every connection and has ended those that there were."""
        with psycopg.connect(self.postgresql.uri, autocommit=True) as operator:
            operator.execute(f'ALTER DATABASE "{self.database}" WITH ALLOW_CONNECTIONS false')
            operator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [self.database]
            )
            try:
                yield
            finally:
                operator.execute(f'ALTER DATABASE "{self.database}" WITH ALLOW_CONNECTIONS true')

    @contextmanager
    def with_store(self, fault: Fault) -> Iterator[None]:
        """The store behaves like this for every request."""
        self.proxy.plan = always(fault)
        try:
            yield
        finally:
            self.proxy.plan = lambda _request: None

    def health(self) -> dict[str, bool]:
        parts: dict[str, bool] = Visitor(self.web.app).get("/health").json["parts"]
        return parts


@pytest.fixture
def outage(server_arena: ArenaOf[None], postgresql_server: PostgresqlServer, s3_server: S3Server) -> Iterator[Outage]:
    """A company on PostgreSQL, and on an S3 server that is reached through a proxy that misbehaves as it is told."""
    ground = server_arena(give_many_views).grounds.fresh()
    config = ground / "config.toml"
    with running_fault_proxy(s3_server.endpoint) as proxy:
        config.write_text(config.read_text().replace(s3_server.endpoint, proxy.endpoint))
        company = reopen_company(ground, clock=FixedClock(NOW))
        database = company.vault.engine.url.database or ""
        yield Outage(make_web(company), proxy, postgresql_server, database)
        company.vault.engine.dispose()


def refused(answer: TestResponse) -> bool:
    """503 with a sentence and the number that the log has, and nothing of how it is built inside."""
    assert "Traceback" not in answer.text
    assert "psycopg" not in answer.text
    assert _REQUEST_ID.search(answer.text) or answer.json["request_id"]
    return answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0


def test_database_away_is_said_and_over_by_itself(outage: Outage) -> None:
    """Signed-in people get 503 on every page, and go on where they were when it is back."""
    visitor, view = outage.web.reader()
    with outage.without_database():
        well = {part for part, is_well in outage.health().items() if is_well}
        assert well == {"store", "keys", "anchors", "mail", "places"}
        for path in ("/dossiers", view, f"{view}/pages/1", f"/documents/{outage.web.company.document_id}"):
            assert refused(visitor.get(path)), path
        assert refused(open_document_with(visitor, outage, token="what the form had"))
        assert refused(Visitor(outage.web.app).sign_in("borrower"))
    assert all(outage.health().values())
    assert visitor.get(f"{view}/pages/1").status_code == 200
    assert visitor.get("/dossiers").status_code == 200
    _holds(outage.web.company)


def open_document_with(visitor: Visitor, outage: Outage, *, token: str) -> TestResponse:
    """The form that was on the screen when the database went away."""
    fields = {"category": REASON.category, "text": REASON.text, "idempotency_key": "held"}
    return visitor.post(f"/documents/{outage.web.company.document_id}/views", fields, token=token)


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.UNAVAILABLE, Fault.SILENCE], ids=lambda fault: fault.name)
def test_store_away_is_said_and_over_by_itself(outage: Outage, fault: Fault) -> None:
    """Pages are 503, everything else works; the view that is open goes on."""
    visitor, view = outage.web.reader()
    with outage.with_store(fault):
        assert [part for part, is_well in outage.health().items() if not is_well] == ["store"]
        assert refused(visitor.get(f"{view}/pages/1"))
        assert visitor.get("/dossiers").status_code == 200
        with pytest.raises(Unavailable):
            outage.web.company.submit("custodian", b"what nobody could keep\n", key="held")
    assert all(outage.health().values())
    assert visitor.get(f"{view}/pages/1").status_code == 200
    outage.web.company.submit("custodian", b"what nobody could keep\n", key="held")
    _holds(outage.web.company)


@pytest.mark.parametrize(
    "fault", [Fault.LIE, Fault.HTML, Fault.SHORTEN, Fault.FLIP_BIT, Fault.CUT_BODY], ids=lambda fault: fault.name
)
def test_lying_store_delivers_no_page_and_costs_no_view(outage: Outage, fault: Fault) -> None:
    """Whatever it says instead of a page is not shown; the claim is returned, and the next opening works."""
    visitor, view = outage.web.reader()
    with outage.with_store(fault):
        answer = visitor.get(f"{view}/pages/1")
        assert answer.status_code in {500, 503}
        assert b"\xff\xd8" not in answer.data
        assert answer.json["request_id"]
    answer = open_document(visitor, outage.web.company.document_id, key="again")
    assert answer.status_code == 303
    assert visitor.get(f"{answer.location}/pages/1").status_code == 200
    _holds(outage.web.company)


def test_slow_store_is_waited_for(outage: Outage) -> None:
    """A late answer is an answer."""
    visitor, view = outage.web.reader()
    with outage.with_store(Fault.DELAY):
        assert visitor.get(f"{view}/pages/1").status_code == 200


NAMES = ("open a view", "read a text", "end a view", "hand in", "sign in", "sequence", "sweep", "found a dossier")


@pytest.mark.parametrize("act", [act for act in ACTS if act.name in NAMES], ids=str)
def test_database_restart_in_the_middle_is_recovered_from(
    server_arena: ArenaOf[None], postgresql_server: PostgresqlServer, act: Act
) -> None:
    """Every connection is ended by the server before the k-th statement or commit, for every third k."""
    ground = server_arena(give_many_views).grounds.fresh()
    with restarted(ground) as company:
        name = company.vault.engine.url.database or ""
        effects = Effects(_server_that_ends(postgresql_server, name), with_questions=True)
        company.vault = watched_vault(company.vault, effects)
        _restart_at_each_third(company, act, effects)
        assert all(part.ok for part in check_health(company.vault).parts)
        _holds(company)


def _server_that_ends(postgresql: PostgresqlServer, name: str) -> Callable[[str], None]:
    def end_every_connection(_effect: str) -> None:
        with psycopg.connect(postgresql.uri, autocommit=True) as operator:
            operator.execute("SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE datname = %s", [name])

    return end_every_connection


def _restart_at_each_third(company: Company, act: Act, effects: Effects) -> None:
    failures = 0
    for at in range(1, 1_000, 3):
        prepared = act.prepare(company, at)
        effects.arm(at)
        try:
            act.perform(company, prepared)
        except Unavailable:
            failures += 1
            effects.disarm()
            act.perform(company, prepared)
        was_struck = effects.count >= at
        effects.disarm()
        assert open_connections(company.vault.engine) == 0
        if not was_struck and not failures:
            raise AssertionError("nothing was there to be ended")
        if not was_struck and at > effects.count:
            break
        act.settle(company, prepared)
    assert failures


def _holds(company: Company) -> None:
    work_once(company)
    check_invariants(company.vault, spool=Path(company.vault.spool), canaries=CANARIES)
