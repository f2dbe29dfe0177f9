"""The whole process tree under load: kill -9 of the worker, of web processes and of everything, at random moments."""

from __future__ import annotations

import itertools
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.company import CANARY, Company, build_company, set_policy, write_config
from tests.faults.invariants import Acknowledged, check_invariants
from tests.faults.recovery import CANARIES, work_once
from tests.faults.served import Browser, kill, patiently, served, wait_until
from tests.servers import free_port
from vault.database import document_queries, dossier_queries
from vault.database.document_queries import VersionState
from vault.database.engine import reading
from vault.ledger.events import Event
from vault.model import DossierId
from vault.policy.document import Policy

SEED = 4711
ROUNDS = 6
LOGINS = ("borrower", "other")
WEB_PROCESSES = 2
CALM_SECONDS = 420.0
"""On a busy machine; a conversion whose worker was killed is taken up when its claim has lapsed, after 20 seconds."""


@dataclass
class Load:
    """People who open documents, and a scanner that drops files, until told to stop; with what each was told."""

    port: int
    document_id: str
    drop: Path
    stop: threading.Event = field(default_factory=threading.Event)
    acknowledged: list[Acknowledged] = field(default_factory=list)
    dropped: int = 0
    faults: list[BaseException] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        jobs: list[Callable[[], None]] = [lambda login=login: self._read(login) for login in LOGINS]
        for job in (*jobs, self._scan):
            self.threads.append(threading.Thread(target=self._guarded, args=(job,)))
            self.threads[-1].start()

    def end(self) -> None:
        """Lets everybody finish what they do; fails with what went wrong for them."""
        self.stop.set()
        for thread in self.threads:
            thread.join()
        assert self.faults == []

    def _guarded(self, job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as error:  # noqa: BLE001 - told to the test, which fails with it
            self.faults.append(error)

    def _read(self, login: str) -> None:
        browser = Browser(self.port)
        assert patiently(lambda: browser.sign_in(login)).status == 303
        for number in itertools.count():
            if self.stop.is_set():
                return
            self._look(browser, key=f"{login} {number}")

    def _look(self, browser: Browser, *, key: str) -> None:
        """One view, opened with the same click however often that takes; a page of it; its end."""
        fields = {"category": "offer", "text": "Preparing the offer for line four", "idempotency_key": key}
        opened = patiently(lambda: browser.post(f"/documents/{self.document_id}/views", fields))
        assert opened.status == 303, opened.text
        view_id = opened.location.rpartition("/")[2]
        self.acknowledged.append(Acknowledged(Event.VIEW_OPENED, view_id))
        page = patiently(lambda: browser.get(f"/views/{view_id}/pages/1/text"))
        assert page.status == 200, page.text
        assert CANARY in page.text
        self.acknowledged.append(Acknowledged(Event.PAGE_READ, view_id))
        ended = patiently(lambda: browser.post(f"/views/{view_id}/end", {}))
        assert ended.status == 303, ended.text
        self.acknowledged.append(Acknowledged(Event.VIEW_ENDED, view_id))

    def _scan(self) -> None:
        while not self.stop.wait(0.7):
            self.dropped += 1
            hidden = self.drop / f".scan{self.dropped}"
            hidden.write_text(f"scan number {self.dropped}\n{CANARY}\n")
            hidden.rename(self.drop / f"scan{self.dropped}.txt")


@dataclass(frozen=True)
class Place:
    """A company by this machine's clock, to be served."""

    directory: Path
    port: int
    document_id: str
    dossier_id: str
    drop: Path
    company: Company


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """With a watched folder and more views than anybody needs."""
    port, directory = free_port(), tmp_path / "vault"
    (directory / "drop").mkdir(parents=True)
    settings = f"""
[gateway]
listen = "127.0.0.1:{port}"
public_url = "http://127.0.0.1:{port}"
workers = {WEB_PROCESSES}
[[places.zones]]
name = "This machine"
networks = ["127.0.0.0/8"]
[intake.hot_folder]
folder = "{directory}/drop"
spool = "{directory}/taken"
custodian = "custodian"
quiet_seconds = 1.0
rescan_seconds = 1.0
"""
    company = build_company(write_config(directory, extra=settings))
    set_policy(company, Policy(views=1000))
    with reading(company.vault.engine) as tx:
        dossier = dossier_queries.load_dossier(tx, company.dossier_id)
    assert dossier is not None
    drop = directory / "drop" / dossier.reference
    drop.mkdir()
    company.vault.engine.dispose()
    yield Place(directory, port, company.document_id, company.dossier_id, drop, company)
    company.vault.engine.dispose()


@pytest.mark.timeout(3 * CALM_SECONDS)
def test_tree_killed_at_random_loses_nothing_that_was_acknowledged(place: Place) -> None:
    """Every view, page and file that somebody was told of is there, once; the folder is emptied without a hand."""
    chance = random.Random(SEED)
    print(f"seed {SEED}")
    load = Load(place.port, place.document_id, place.drop)
    load.start()
    rounds = iter(range(ROUNDS))
    for _round in rounds:
        with served(place.directory, place.port) as tree:
            for _kill in rounds:
                time.sleep(chance.uniform(0.5, 2.5))
                victim = chance.choice(("worker", "web process", "web server", "everything"))
                print(f"kill -9 {victim}")
                if victim == "everything":
                    break  # leaving the block kills every process of the tree
                kill({"worker": tree.worker, "web process": tree.web_process, "web server": tree.web}[victim]())
                wait_until(tree.is_well, CALM_SECONDS, "the gateway does not become well again")
    with served(place.directory, place.port) as tree:
        wait_until(lambda: load.acknowledged != [], CALM_SECONDS, "nobody could open anything")
        load.end()
        wait_until(lambda: _is_empty(place), CALM_SECONDS, "files are left in the folder")
        assert tree.stop() == 0
    _holds(place, load)


def _is_empty(place: Place) -> bool:
    return not any(place.drop.iterdir()) and not any((place.directory / "taken").iterdir())


def _holds(place: Place, load: Load) -> None:
    vault = place.company.vault
    work_once(place.company)
    with reading(vault.engine) as tx:
        documents = document_queries.documents_of_dossier(tx, DossierId(place.dossier_id))
        versions = document_queries.versions_of_documents(tx, [document.id for document in documents])
    assert [version.state for version in versions] == [VersionState.LIVE] * (1 + load.dropped)
    check_invariants(
        vault,
        spool=place.directory / "spool",
        logs=(place.directory / "serve.log",),
        canaries=CANARIES,
        acknowledged=load.acknowledged,
    )


def test_tree_ends_when_its_supervisor_is_killed(place: Place) -> None:
    """No process is left that holds the address or works unseen, and the same command starts again."""
    with served(place.directory, place.port) as tree:
        below = [pid for pid in tree.everything() if pid != tree.process.pid]
        assert len(below) >= 2 + WEB_PROCESSES
        kill(tree.process.pid)
        tree.process.wait()
        wait_until(lambda: not any(_is_running(pid) for pid in below), 45.0, "a process is left")
    with served(place.directory, place.port) as tree:
        assert tree.stop() == 0


def test_tree_ends_in_order_when_told(place: Place) -> None:
    """SIGTERM and SIGINT both: exit status 0, and no process is left."""
    for number in (signal.SIGTERM, signal.SIGINT):
        with served(place.directory, place.port) as tree:
            below = tree.everything()
            os.kill(tree.process.pid, number)
            assert tree.process.wait(45.0) == 0
            assert not any(_is_running(pid) for pid in below)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
