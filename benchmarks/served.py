"""A real gateway to measure: a small company in a vault of its own, served by ``python -m gateway serve``."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.company import PASSWORD, Company, build_company, set_policy, write_config
from tests.servers import free_port
from vault.policy.document import Policy

PROJECT = Path(__file__).parents[1]
START_SECONDS = 60
MOST_UPLOAD_MIB = 2048
_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')
_OWN_PAGE = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"}
_CONFIG = """
[gateway]
listen = "127.0.0.1:{port}"
public_url = "http://127.0.0.1:{port}"
max_upload_mib = {mib}
"""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass
class Browser:
    """Sends what a browser sends, over one connection that is kept open; keeps the session's cookie."""

    port: int
    cookie: str = ""
    _connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)

    def send(
        self,
        method: str,
        path: str,
        *,
        body: bytes | Iterable[bytes] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """One request; RuntimeError for an answer that is no success, so that no benchmark measures error pages."""
        sent = {**_OWN_PAGE, **({"Cookie": self.cookie} if self.cookie else {}), **(headers or {})}
        try:
            self._connection.request(method, path, body=body, headers=sent)
            answer = self._connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):  # kept open for too long
            self._connection.close()
            self._connection.request(method, path, body=body, headers=sent)
            answer = self._connection.getresponse()
        whole = Answer(answer.status, answer.headers, answer.read())
        if whole.status not in (200, 303):
            raise RuntimeError(f"{method} {path} answered {whole.status}: {whole.body[:2000]!r}")
        return whole

    def close(self) -> None:
        self._connection.close()

    def get(self, path: str) -> Answer:
        return self.send("GET", path)

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """A form, sent as a browser sends it."""
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.send("POST", path, body=urllib.parse.urlencode(fields).encode(), headers=form)

    def sign_in(self, login: str) -> None:
        answer = self.post("/sign-in", {"login": login, "password": PASSWORD})
        self.cookie = answer.headers["Set-Cookie"].partition(";")[0]

    def form_token(self) -> str:
        found = _TOKEN.search(self.get("/account/password").body.decode())
        if found is None:
            raise RuntimeError("no form token on the page")
        return found.group(1)


@dataclass(frozen=True, slots=True)
class Gateway:
    """A served vault: ``company`` is the same vault, opened in this process to look things up."""

    company: Company
    port: int
    process: subprocess.Popen[bytes]
    browsers: list[Browser] = field(default_factory=list)

    def browser(self, login: str) -> Browser:
        """Somebody signed in."""
        browser = Browser(self.port)
        self.browsers.append(browser)
        browser.sign_in(login)
        return browser

    def web_processes(self) -> list[int]:
        """The processes that answer requests: those of the child that has children of its own."""
        children = _children(self.process.pid)
        web = max(children, key=lambda pid: len(_children(pid)))
        return [web, *_children(web)]

    def web_cpu_seconds(self) -> float:
        """Processor time that the web processes have taken so far."""
        return sum(_cpu_seconds(pid) for pid in self.web_processes())


@contextmanager
def served_company(prepare: Iterable[bytes] = ()) -> Iterator[tuple[Gateway, list[str]]]:
    """A gateway, and the ids of the documents made of ``prepare``, converted before it starts."""
    with tempfile.TemporaryDirectory(prefix="vault-benchmark-") as directory:
        port = free_port()
        config = write_config(Path(directory), extra=_CONFIG.format(port=port, mib=MOST_UPLOAD_MIB))
        config.write_text(config.read_text().replace("[intake]\n", f"[intake]\nmax_mib = {MOST_UPLOAD_MIB}\n"))
        (Path(directory) / "objects").mkdir(exist_ok=True)
        company = build_company(config, with_document=False)
        set_policy(company, Policy(views=1000, lease_minutes=60))
        submitted = [company.submit("custodian", pdf, name=f"Volume {n}.pdf") for n, pdf in enumerate(prepare)]
        company.convert_all()
        company.sequence()
        with (Path(directory) / "log").open("wb") as log:
            command = [sys.executable, "-m", "gateway", "--config", str(config), "serve"]
            process = subprocess.Popen(command, cwd=PROJECT, stdout=log, stderr=log, env={**os.environ})
        gateway = Gateway(company, port, process)
        try:
            _wait_until_healthy(port, process, Path(directory) / "log")
            yield gateway, [each.document_id for each in submitted]
        finally:
            for browser in gateway.browsers:
                browser.close()
            process.terminate()
            process.wait(timeout=60)
            company.vault.engine.dispose()


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")  # utime and stime


def _wait_until_healthy(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            pass
        time.sleep(0.2)
    raise RuntimeError(f"the gateway did not start:\n{log.read_text()[-4000:]}")
