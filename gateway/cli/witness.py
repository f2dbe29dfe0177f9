"""``witness``: an auditor's own server, on another machine, that cosigns what extends the last checkpoint it saw.

It needs neither configuration nor database of a vault: a directory for its state, and the keys of the logs it follows.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from gunicorn.app.base import BaseApplication

from gateway.cli.session import Session, answering, print_json
from gateway.witness_app import create_witness_app
from keys.hygiene import harden_process
from vault.anchors import witness_state
from vault.anchors.vkeys import COSIGNING_KEY, LOG_KEY, Vkey, VkeyRefused, parse_vkey
from vault.anchors.witnessing import Witness
from vault.clock import SystemClock, system_random
from vault.errors import InputError

THREADS = 8
_PATH = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(invoke_without_command=True)
@click.option("--state", "directory", type=_PATH, default="witness", show_default=True, help="Its own directory.")
@click.option("--name", default="", help="Name of this witness, such as its host; at the first start only.")
@click.option("--log-key", "log_keys", multiple=True, help="Key of a log that it follows; more than once for more.")
@click.option("--listen", default="127.0.0.1:8710", show_default=True, help="Address and port.")
@click.option("--certificate", type=_FILE, help="TLS certificate in PEM.")
@click.option("--private-key", type=_FILE, help="Its private key in PEM.")
@click.option("--json", "as_json", is_flag=True, help="Say in JSON what runs; errors too.")
@click.pass_context
def witness(
    context: click.Context,
    directory: Path,
    name: str,
    log_keys: tuple[str, ...],
    listen: str,
    certificate: Path | None,
    private_key: Path | None,
    as_json: bool,
) -> None:
    """Run a witness: cosign the checkpoints of a vault's trail, on a machine of the auditor's own.

    Its key is made at the first start. The log's key stands on the vault's screen Anchors, the witness's is said at
    start and by `witness show`. Without a log's key it cosigns nothing.

    Example: dossier-vault witness --state /var/lib/witness --name witness.example.com --log-key LOGKEY
    """
    context.meta["witness.directory"] = directory
    if context.invoked_subcommand is not None:
        return
    session: Session = context.obj
    with answering(session, as_json=as_json):
        harden_process()
        followed = [_log_key(each) for each in log_keys]
        state = witness_state.open_state(directory, name=name, random=system_random)
    told = {"ok": True, "listen": listen, "key": state.vkey.text(), "logs": [each.text() for each in followed]}
    click.echo(json.dumps(told) if as_json else f"{listen}\t{state.vkey.text()}\t{len(followed)} logs")
    app = create_witness_app(Witness(state, log_keys=followed, clock=SystemClock()))
    settings: dict[str, Any] = {"bind": listen, "certfile": certificate, "keyfile": private_key}
    _Server(app, {key: str(value) for key, value in settings.items() if value is not None}).run()


@witness.command()
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_context
def show(context: click.Context, as_json: bool) -> None:
    """Say the witness's key, and the last checkpoint of each log that it follows.

    Example: dossier-vault witness show --json
    """
    directory: Path = context.meta["witness.directory"]
    with answering(context.obj, as_json=as_json):
        name, key = witness_state.read_key(directory)
        notes = witness_state.list_last(directory)
    vkey = Vkey(name, key.public, COSIGNING_KEY).text()
    if as_json:
        print_json({"ok": True, "key": vkey, "checkpoints": notes})
        return
    click.echo(vkey)
    for note in notes:
        click.echo(f"\n{note}", nl=False)


class _Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with one process, because the state has one writer; it holds the lock that was taken before the fork."""

    def __init__(self, app: Any, settings: dict[str, str]) -> None:
        self._app = app
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        fixed = {
            "workers": 1,
            "threads": THREADS,
            "worker_class": "gthread",
            "control_socket_disable": True,
            "forwarded_allow_ips": "",
            "forwarder_headers": "",
            "accesslog": None,
            "loglevel": "warning",
            "proc_name": "dossier-vault-witness",
        }
        for name, value in {**fixed, **self._settings}.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        harden_process()
        return self._app


def _log_key(text: str) -> Vkey:
    try:
        return parse_vkey(text, kind=LOG_KEY)
    except VkeyRefused as error:
        raise InputError("witness.log_key") from error
