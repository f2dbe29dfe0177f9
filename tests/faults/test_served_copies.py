"""The gateway as it is run, two people pressing for the same marked copy at once, and kill -9 of whoever answers them.

``VAULT_KILLS`` in the environment kills so many times instead of a few.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import http.client
import os
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.attacks.observing import trail
from tests.company import Company, build_company, remember, reopen_company, set_policy, write_config
from tests.faults.invariants import check_invariants
from tests.faults.recovery import CANARIES, work_once
from tests.faults.served import Answer, Browser, ServedVault, kill, patiently, served, wait_until
from tests.servers import PostgresqlServer, free_port
from tests.vault.grants.granting import granted
from vault.clock import FixedClock
from vault.errors import Conflict
from vault.grants.copies import CUT_OFF_SECONDS, download_copy, prepare_copy
from vault.ledger.events import Event
from vault.policy.document import Policy, RequestRules
from vault.policy.granting import GrantKind

SEED = 20261126
KILLS = int(os.environ.get("VAULT_KILLS", "5"))
LONGEST_SECONDS = 0.4
"""From the press to the kill: a little more than making the file takes."""
A_GRANT = 5
WELL_SECONDS = 120.0


@dataclass(frozen=True)
class Place:
    """A company by this machine's clock, with copies that wait to be downloaded."""

    directory: Path
    port: int
    copies: list[str]


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    server: PostgresqlServer | None = None
    url = ""
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql_server")
        url = server.new_database()
    port, directory = free_port(), tmp_path / "vault"
    settings = f"""
[gateway]
listen = "127.0.0.1:{port}"
public_url = "http://127.0.0.1:{port}"
workers = 2
[[places.zones]]
name = "This machine"
networks = ["127.0.0.0/8"]
"""
    company = build_company(write_config(directory, database_url=url, extra=settings))
    remember(company)
    set_policy(company, Policy(requests=RequestRules(copies=True, most_copies=A_GRANT)))
    yield Place(directory, port, [copy for _ in range(0, KILLS, A_GRANT) for copy in prepared(company)])
    company.vault.engine.dispose()
    if server is not None:
        server.drop_database(url)


def prepared(company: Company) -> list[str]:
    request_id = granted(company, GrantKind.COPY, A_GRANT)
    actor = company.at_keyboard("borrower")
    return [prepare_copy(company.vault, actor, request_id=request_id) for _ in range(A_GRANT)]


def test_copies_whose_gateway_is_killed_leave_once_and_never_without_a_result(place: Place) -> None:
    """Of each copy at most one file, however often it was pressed for; of whatever arrived there is one result."""
    chance = random.Random(SEED)
    arrived: dict[str, list[bytes]] = {}
    with served(place.directory, place.port) as tree:
        first = Browser(place.port)
        assert patiently(lambda: first.sign_in("borrower")).status == 303
        tabs = [first, Browser(place.port, first.cookies)]
        for copy_id in place.copies:
            arrived[copy_id] = pressed_and_killed(tree, tabs, copy_id, after=chance.uniform(0, LONGEST_SECONDS))
        assert tree.stop() == 0
    later = FixedClock(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=CUT_OFF_SECONDS + 1))
    company = reopen_company(place.directory, clock=later)
    work_once(company)
    _holds(company, arrived)
    company.vault.engine.dispose()


def pressed_and_killed(tree: ServedVault, tabs: list[Browser], copy_id: str, *, after: float) -> list[bytes]:
    """What arrived of each file, where each tab asks again until it is answered."""
    with ThreadPoolExecutor(len(tabs)) as pool:
        pressed = [pool.submit(press_until_answered, tab, f"/copies/{copy_id}/file") for tab in tabs]
        time.sleep(after)
        for pid in tree.web_processes():
            kill(pid)
        files = [file for each in pressed for file in each.result()]
    wait_until(tree.is_well, WELL_SECONDS, "the gateway does not become well again")
    return files


def press_until_answered(tab: Browser, path: str) -> list[bytes]:
    files: list[bytes] = []

    def press() -> Answer:
        try:
            return tab.post(path, {})
        except http.client.IncompleteRead as cut:
            files.extend([cut.partial] if cut.partial[:1] == b"%" else [])  # and not the page before it
            raise

    answer = patiently(press, seconds=WELL_SECONDS)
    assert answer.status in {200, 409}, answer.text
    return [*files, answer.body] if answer.status == 200 else files


def _holds(company: Company, arrived: dict[str, list[bytes]]) -> None:
    check_invariants(
        company.vault,
        spool=company.directory / "spool",
        logs=(company.directory / "serve.log",),
        canaries=CANARIES,
    )
    delivered = {entry.fact("view"): entry.details for entry in trail(company, Event.COPY_DELIVERED)}
    for copy_id, files in arrived.items():
        assert len(files) <= int(copy_id in delivered)
        for file in files:
            is_whole = hashlib.sha256(file).hexdigest() == delivered[copy_id]["sha256"]
            assert is_whole == (len(file) == delivered[copy_id]["bytes"])
        download = functools.partial(download_copy, company.vault, company.at_keyboard("borrower"), copy_id=copy_id)
        if copy_id in delivered:
            with pytest.raises(Conflict, match=r"copy\.over"):
                download()
        else:
            assert download().pdf
    print(f"{len(delivered)} of {len(arrived)} delivered, {len(trail(company, Event.COPY_FAILED))} cut off before")


class WellAgain(BaseHTTPRequestHandler):
    """Away for the first request, then well; takes a form with its token only."""

    asked = 0

    def do_GET(self) -> None:
        type(self).asked += 1
        if self.asked == 1:
            self._answer(503, b"Back in a moment")
        else:
            self._answer(200, b'<input name="csrf" value="t1">')

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200 if form == b"csrf=t1" else 400, b"")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def test_form_whose_token_could_not_be_had_is_not_sent_without() -> None:
    """Whoever presses again asks for the page again; a refused form would look like the gateway's last word."""
    with HTTPServer(("127.0.0.1", 0), WellAgain) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        tab = Browser(server.server_port, {"session": "s1"})
        assert tab.post("/copies/c1/file", {}).status == 503
        assert patiently(lambda: tab.post("/copies/c1/file", {})).status == 200
        server.shutdown()
