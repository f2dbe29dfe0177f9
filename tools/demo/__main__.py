"""``make demo``: the demonstration company on a gateway of its own, on this machine only."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from keys.hygiene import harden_process
from tools.demo.company import PEOPLE
from tools.demo.filling import fill
from vault.assembly import open_vault
from vault.config import load_config
from vault.errors import ConfigError, VaultError
from vault.model import Duty, Office

PASSWORD = "look but do not take"
PORT = 8700
START_SECONDS = 60
ROOT = Path(__file__).resolve().parent.parent.parent
FINISHED = "filled"
ANCHOR = "auditors-share"
"""A directory that somebody else would own."""

CONFIG = """\
[gateway]
listen = "127.0.0.1:{port}"
public_url = "http://127.0.0.1:{port}"
workers = 1
threads = 8

[database]
url = "sqlite:///{directory}/vault.db"

[storage]
directory = "{directory}/objects"

[keys]
root = "file:{directory}/root.key"

[intake]
spool = "{directory}/spool"

[trail]
origin = "demo.northgate.example/dossier-vault"

[[trail.anchors.directories]]
name = "auditors-share"
path = "{directory}/{anchor}"

[[feeds]]
name = "monitor"
format = "ocsf"
output = "file"
path = "{directory}/monitor.jsonl"

[[places.zones]]
name = "Northgate office"
networks = ["127.0.0.0/8"]

[logging]
level = "warning"
"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="make demo", description="A believable company to try the vault with.")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep it in DIR, and take it up there again")
    parser.add_argument("--port", type=int, default=PORT, help="port on 127.0.0.1 (default %(default)s)")
    parser.add_argument("--fill-only", action="store_true", help="fill the directory and end")
    arguments = parser.parse_args()
    console = Console(stderr=True)
    try:
        with _directory(arguments.keep) as directory:
            port = _free_port(arguments.port)
            config_path = _write_config(directory, port)
            if not (directory / FINISHED).exists():
                _fill(config_path, console)
                (directory / FINISHED).touch()
            return 0 if arguments.fill_only else _serve(config_path, port, console)
    except ConfigError as error:
        console.print(*error.faults, sep="\n")
    except VaultError as error:
        console.print(f"The demonstration could not be made: {error}")
    except KeyboardInterrupt:
        return 130
    return 2


@contextmanager
def _directory(keep: Path | None) -> Iterator[Path]:
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="dossier-vault-demo-") as temporary:
            yield Path(temporary)
        return
    keep.mkdir(parents=True, exist_ok=True)
    if any(keep.iterdir()) and not (keep / FINISHED).exists():
        raise ConfigError([f"{keep}: is not empty and holds no finished demonstration; name an empty directory"])
    yield keep.resolve()


def _write_config(directory: Path, port: int) -> Path:
    path = directory / "config.toml"
    (directory / ANCHOR).mkdir(exist_ok=True)
    path.write_text(CONFIG.format(directory=directory, port=port, anchor=ANCHOR), encoding="utf-8")
    return path


def _fill(config_path: Path, console: Console) -> None:
    harden_process()
    vault = open_vault(load_config(config_path))
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    with Progress(*columns, TimeElapsedColumn(), console=console) as bar:
        task = bar.add_task("Filling the vault", total=None)

        def show(_words: str, done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        fill(vault, password=PASSWORD, progress=show)
    vault.engine.dispose()


def _serve(config_path: Path, port: int, console: Console) -> int:
    command = [sys.executable, "-m", "gateway", "--config", str(config_path), "serve"]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    signal.signal(signal.SIGTERM, lambda _number, _frame: process.terminate())
    try:
        if not _answers(port, process):
            console.print("The gateway did not start; its log is above.")
            return 2
        _say_who(console, port)
        return process.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        process.terminate()
        try:
            process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            process.kill()


def _answers(port: int, process: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
                if answer.status == 200:
                    return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    return False


def _say_who(console: Console, port: int) -> None:
    """The address and one sign-in for each role, in both languages."""
    console.print(f"\n[bold]http://127.0.0.1:{port}[/bold]   every password: [bold]{PASSWORD}[/bold]\n")
    for person in PEOPLE:
        duties = ", ".join(_WORDS[duty] for duty in person.qualifications) or _WORDS[person.office]
        console.print(f"  {person.login:<10} {person.name:<18} {duties}")
    console.print("\nStop with Ctrl-C.\n")


def _free_port(wanted: int) -> int:
    """The wanted port, or another one that is free."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    return wanted


_WORDS: dict[Duty | Office, str] = {
    Duty.BORROWER: "borrower 借用人",
    Duty.AUTHOR: "author 编写人",
    Duty.CUSTODIAN: "custodian 保管人",
    Duty.APPROVER: "approver 审批人",
    Office.SECURITY_OFFICER: "security officer 安全员",
    Office.AUDITOR: "auditor 审计员",
    Office.ADMINISTRATOR: "administrator 系统管理员",
    Office.STAFF: "staff 员工",
}

if __name__ == "__main__":
    sys.exit(main())
