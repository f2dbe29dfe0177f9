"""A whole gateway as it is run, ``python -m gateway serve`` with its process tree, and a browser on a connection."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path

from tests.company import PASSWORD

START_SECONDS = 60.0
STOP_SECONDS = 60.0
_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')
_AWAY = (OSError, http.client.HTTPException)


@dataclass
class ServedVault:
    """A served vault in ``directory`` on ``port``; ``log`` is what its processes wrote."""

    directory: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def log(self) -> Path:
        return self.directory / "serve.log"

    @property
    def children(self) -> list[int]:
        return children_of(self.process.pid)

    def worker(self) -> int | None:
        """The child that serves no requests: it has no gateway processes below it."""
        return next((pid for pid in self.children if not _gateways_below(pid)), None)

    def web(self) -> int | None:
        """The child that owns the web processes."""
        return next((pid for pid in self.children if _gateways_below(pid)), None)

    def web_process(self) -> int | None:
        """One of the processes that answer requests."""
        return next(iter(self.web_processes()), None)

    def web_processes(self) -> list[int]:
        """All of them."""
        return _gateways_below(self.web() or 0)

    def everything(self) -> list[int]:
        """The supervisor and all below it."""
        found, waiting = [], [self.process.pid]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            waiting += children_of(pid)
        return found

    def stop(self) -> int:
        """An orderly end; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_SECONDS)

    def is_well(self) -> bool:
        """Whether health says so."""
        try:
            return Browser(self.port).get("/health").status == 200
        except _AWAY:
            return False


@contextmanager
def served(directory: Path, port: int, *, typed: str = "") -> Iterator[ServedVault]:
    """Starts the gateway, waits until it is well, and leaves no process behind. ``typed`` is what it asks for."""
    log = (directory / "serve.log").open("ab")
    command = [sys.executable, "-m", "gateway", "--config", str(directory / "config.toml"), "serve"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True)
    log.close()
    assert process.stdin is not None
    process.stdin.write(f"{typed}\n".encode() if typed else b"")
    process.stdin.close()
    tree = ServedVault(directory, port, process)
    try:
        wait_until(tree.is_well, START_SECONDS, "the gateway does not become well")
        yield tree
    finally:
        if process.poll() is None:
            for pid in tree.everything():
                kill(pid)
        process.wait()


@dataclass
class Answer:
    status: int
    location: str
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


@dataclass
class Browser:
    """A person's browser. Raises what the connection raises when nobody answers."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None)

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """A form, with the session's token if there is one; what the page with it was answered, if that failed."""
        if self.cookies:
            page = self.get("/account/password")
            if page.status >= 500:
                return page
            found = _TOKEN.search(page.text)
            fields = {**fields, "csrf": found.group(1) if found else ""}
        return self._ask("POST", path, urllib.parse.urlencode(fields).encode())

    def sign_in(self, login: str) -> Answer:
        self.cookies.clear()
        return self.post("/sign-in", {"login": login, "password": PASSWORD})

    def _ask(self, method: str, path: str, body: bytes | None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Sec-Fetch-Site": "same-origin", "Connection": "close"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body=body, headers=headers)
            response = connection.getresponse()
            for line in response.headers.get_all("Set-Cookie") or []:
                self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items() if morsel.value}
            return Answer(response.status, response.headers.get("Location", ""), response.read())
        finally:
            connection.close()


def patiently(ask: Callable[[], Answer], *, seconds: float = 60.0) -> Answer:
    """Asks until somebody answers that is not away: what a person does who presses the button again."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            answer = ask()
            if answer.status != 503:
                return answer
        except _AWAY:
            pass
        assert time.monotonic() < deadline, "nobody answers"
        time.sleep(0.1)


def wait_until(holds: Callable[[], bool], seconds: float, otherwise: str) -> None:
    """Waits, at most so long."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.1)


def kill(pid: int | None) -> None:
    """kill -9, if it is still there."""
    if pid is not None:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return


def children_of(pid: int) -> list[int]:
    """Processes whose parent it is, oldest first."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(after_name[1]) == pid and after_name[0] != "Z":
            found.append(int(status.parent.name))
    return sorted(found)


def _gateways_below(pid: int) -> list[int]:
    """Children that were forked, not started: those of the web server, and none of a converter."""
    return [child for child in children_of(pid) if b"gateway" in _command(child).split(b"\0")]


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
