"""The command line: one small module a command family, loaded when it is called.

Exit codes: 0 done; 1 a check found something; 2 unusable input or configuration; 3 not allowed or not found;
4 the state forbids it; 5 something the vault needs is away, or it is sealed; 6 stored bytes are not what was sealed;
130 interrupted (Ctrl-C, or no answer to a question).
"""

from __future__ import annotations

import click

from gateway.cli.lazy import LazyGroup, loaded

SESSION = "gateway.cli.session:Session"
COMMANDS = {
    "init": "gateway.cli.beginning:init",
    "migrate": "gateway.cli.beginning:migrate",
    "serve": "gateway.cli.serving:serve",
    "worker": "gateway.cli.serving:worker",
    "file": "gateway.cli.filing:file",
    "trail": "gateway.cli.trail:trail",
    "evidence": "gateway.cli.evidence:evidence",
    "agreement": "gateway.cli.agreement:agreement",
    "alerts": "gateway.cli.alerts:alerts",
    "feed": "gateway.cli.feed:feed",
    "keys": "gateway.cli.keys:keys",
    "leaving": "gateway.cli.leaving:leaving",
    "people": "gateway.cli.people:people",
    "policy": "gateway.cli.policy:policy",
    "seal": "gateway.cli.sealing:seal",
    "unseal": "gateway.cli.sealing:unseal",
    "witness": "gateway.cli.witness:witness",
    "doctor": "gateway.cli.doctor:doctor",
    "gc": "gateway.cli.collecting:gc",
}


def _say_version(context: click.Context, _option: click.Parameter, is_asked: bool) -> None:
    if not is_asked or context.resilient_parsing:
        return
    try:
        version = loaded("importlib.metadata:version")("dossier-vault")
    except ModuleNotFoundError:
        version = "(not installed: run from its source tree)"
    click.echo(f"dossier-vault, version {version}")
    context.exit()


@click.group(cls=LazyGroup, commands_by_module=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    "config_path",
    type=click.Path(dir_okay=False),
    envvar="DOSSIER_VAULT_CONFIG",
    default="config.toml",
    show_default=True,
    help="The configuration file.",
)
@click.option(
    "--language",
    type=click.Choice(["en", "zh"]),
    envvar="DOSSIER_VAULT_LANGUAGE",
    default="en",
    show_default=True,
    help="Language of messages.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_say_version,
    help="Show the version and exit.",
)
@click.pass_context
def main(context: click.Context, config_path: str, language: str) -> None:
    """Files customer dossiers sealed, and opens them only as limited, watermarked, recorded views.

    Example: dossier-vault --config /etc/dossier-vault/config.toml serve

    Exit codes: 0 done, 1 a check found something, 2 unusable input or configuration, 3 not allowed or not found, 4 the
    state forbids it, 5 something is away or sealed, 6 stored bytes are not what was sealed, 130
    interrupted (Ctrl-C).
    """
    session = loaded(SESSION)  # it brings the whole vault along, which --help has no use for
    context.obj = session(config_path=config_path, locale="zh_Hans_CN" if language == "zh" else "en")
