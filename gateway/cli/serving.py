"""``serve`` and ``worker``: one process tree that runs until it is told to stop.

::

    serve ── supervises ──┬── web: gunicorn with its own processes, each with an unsealed vault of its own
                          └── worker: sequencer, conversion, sweep, watched folder

A child that dies is started again, with growing pauses. SIGTERM and SIGINT end all of them, requests first.
"""

from __future__ import annotations

import logging
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

import click
import structlog
from gunicorn.app.base import BaseApplication

from gateway.app import create_app
from gateway.cli import unseal_socket
from gateway.cli.heap import keep_memory_of_pages
from gateway.cli.session import Session, answering, asked_passphrase
from gateway.export_words import ScreenWords
from gateway.requests_log import set_up_logging
from keys.hygiene import harden_process
from keys.model import Secret
from keys.root.port import Passphrase
from vault.assembly import open_vault, sequencer_of
from vault.config import Config
from vault.custody.passphrases import HeldPassphrase
from vault.custody.unsealing import unseal, unseal_when_possible
from vault.errors import OperatorError, Sealed, TamperError, VaultError
from vault.filing.dropping import folder_filer
from vault.intake import probe_sandbox
from vault.intake.hot_folder import HotFolder, HotFolderSettings
from vault.policymaking.naming import lasting_titles
from vault.runtime import Vault
from vault.worker.running import run_loops, worker_loops

_FORK = multiprocessing.get_context("fork")
LONGEST_RESTART_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
LEVELS = {name.lower(): level for name, level in logging.getLevelNamesMapping().items()}
GRACEFUL_SECONDS = 20
SUPERVISOR_SECONDS = 1.0

OpenVault = Callable[[], Vault]


@click.command()
@click.pass_obj
def serve(session: Session) -> None:
    """Run the gateway and its worker until SIGTERM.

    Where the root key needs a passphrase and no passphrase file is configured, it is asked for once.

    Example: dossier-vault --config config.toml serve
    """
    with answering(session, as_json=False):
        config, opener, passphrase = _prepare(session)
    web, work = lambda: _run_web(config, opener, passphrase), lambda: _run_worker(opener, passphrase)
    sys.exit(_supervise({"web": web, "worker": work}))


@click.command()
@click.pass_obj
def worker(session: Session) -> None:
    """Run the worker alone: sequencer, conversion, sweep and watched folder.

    Example: dossier-vault worker
    """
    with answering(session, as_json=False):
        _config, opener, passphrase = _prepare(session)
    _run_worker(opener, passphrase)


def _prepare(session: Session) -> tuple[Config, OpenVault, Passphrase | None]:
    """Everything that may ask or fail, before the first child: configuration, passphrase, what was found."""
    harden_process()
    config = session.config()
    set_up_logging(LEVELS[config.logging.level])
    passphrase = asked_passphrase(config)

    def open_here() -> Vault:
        return open_vault(config, passphrase=passphrase)

    vault = open_here()
    _say_what_runs(vault)
    vault.engine.dispose()
    return config, open_here, passphrase


def _say_what_runs(vault: Vault) -> None:
    """Start-up says which parts it found, in the log and nowhere else."""
    report = probe_sandbox(vault.sandbox)
    structlog.get_logger().info(
        "starting",
        listen=vault.config.gateway.listen,
        mark_fonts=vault.mark_fonts.description,
        sandbox="sufficient" if report.is_sufficient else "insufficient: documents are not converted",
        sandbox_layers=list(report.held),
    )


def _keep_unsealed(vault: Vault, passphrase: Passphrase | None, stop_event: threading.Event) -> None:
    """Unseals now and whenever an order is lifted; where a passphrase is typed, `unseal` gives it to this process."""
    unseal_when_possible(vault, stop_event=stop_event, report=_report)
    if not isinstance(passphrase, HeldPassphrase):
        return

    def take(typed: Secret) -> bool:
        if not vault.is_sealed:
            return True  # what it holds is proven; what came may not be
        passphrase.give(typed)
        try:
            unseal(vault)
        except (OperatorError, TamperError) as error:
            passphrase.forget()
            _report("unsealing", error)
        return not vault.is_sealed

    unseal_socket.listen(vault.spool, take=take, stop_event=stop_event)


def _run_web(config: Config, open_here: OpenVault, passphrase: Passphrase | None) -> None:
    _Web(config, open_here, passphrase).run()


class _Web(BaseApplication):  # type: ignore[misc]
    """gunicorn, configured by us alone: no file, no environment, no control socket."""

    def __init__(self, config: Config, open_here: OpenVault, passphrase: Passphrase | None) -> None:
        self._config = config
        self._open_here = open_here
        self._passphrase = passphrase
        super().__init__()

    def load_config(self) -> None:
        gateway = self._config.gateway
        for name, value in {
            "bind": gateway.listen,
            "workers": gateway.workers,
            "threads": gateway.threads,
            "worker_class": "gthread",
            "control_socket_disable": True,
            "graceful_timeout": GRACEFUL_SECONDS,
            "timeout": 120,
            "forwarded_allow_ips": "",
            "forwarder_headers": "",
            "accesslog": None,
            "loglevel": "warning",
            "proc_name": "dossier-vault",
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        keep_memory_of_pages()
        harden_process()  # in each process that will hold keys: a fork does not inherit locked memory
        vault = self._open_here()
        set_up_logging(LEVELS[vault.config.logging.level])
        _keep_unsealed(vault, self._passphrase, threading.Event())
        return create_app(vault)


def _run_worker(open_here: OpenVault, passphrase: Passphrase | None) -> None:
    harden_process()
    vault = open_here()
    set_up_logging(LEVELS[vault.config.logging.level])
    stop_event = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stop_event.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    _keep_unsealed(vault, passphrase, stop_event)
    loops = worker_loops(vault, sequence=sequencer_of(vault).run_once, words=ScreenWords(lasting_titles(vault)))
    threads = run_loops(loops, stop_event=stop_event, report=_report)
    folder = vault.config.intake.hot_folder
    if folder is not None:
        watched = HotFolder(
            HotFolderSettings(
                folder=folder.folder,
                spool=folder.spool,
                quiet_seconds=folder.quiet_seconds,
                rescan_seconds=folder.rescan_seconds,
                is_network_mount=folder.network_mount,
            ),
            file_document=folder_filer(vault, custodian=folder.custodian),
            clock=vault.clock,
            monotonic=time.monotonic,
            random_bytes=vault.random,
        )
        threads.append(threading.Thread(target=watched.run, args=(stop_event,), name="watched folder"))
        threads[-1].start()
    stop_event.wait()
    for thread in threads:
        thread.join(GRACEFUL_SECONDS)


def _report(name: str, error: BaseException) -> None:
    """One line a failure: what and which code, never contents. Being sealed is a state, not a failure."""
    if isinstance(error, Sealed):
        return
    code = error.code if isinstance(error, VaultError) else type(error).__name__
    structlog.get_logger().warning("loop failed", loop=name, code=code)


def _supervise(children: dict[str, Callable[[], None]]) -> int:
    """Keeps every child running until a signal comes; 0 after an orderly end."""
    stop_event = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stop_event.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    running = {name: _start(name, run) for name, run in children.items()}
    started = dict.fromkeys(children, time.monotonic())
    pauses = dict.fromkeys(children, 0.5)
    while not stop_event.is_set():
        multiprocessing.connection.wait([process.sentinel for process in running.values()], timeout=0.5)
        for name, process in running.items():
            if process.is_alive() or stop_event.is_set():
                continue
            pauses[name] = 0.5 if time.monotonic() - started[name] > STEADY_SECONDS else pauses[name] * 2
            structlog.get_logger().error("process ended", process=name, status=process.exitcode)
            stop_event.wait(min(pauses[name], LONGEST_RESTART_PAUSE_SECONDS))
            running[name], started[name] = _start(name, children[name]), time.monotonic()
    for process in running.values():
        if process.is_alive():
            process.terminate()
    for process in running.values():
        process.join(GRACEFUL_SECONDS + 5)
        if process.is_alive():
            process.kill()
    return 0


def _start(name: str, run: Callable[[], None]) -> multiprocessing.process.BaseProcess:
    process = _FORK.Process(target=_be_child, args=(run, os.getpid()), name=name)
    process.start()
    return process


def _be_child(run: Callable[[], None], supervisor: int) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(supervisor,), name="supervisor", daemon=True).start()
    run()


def _end_with(supervisor: int) -> None:
    """Ends this process when its supervisor was killed: nobody would stop it any more, and it holds the address."""
    while os.getppid() == supervisor:
        time.sleep(SUPERVISOR_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
