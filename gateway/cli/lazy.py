"""A click group whose commands are imported when they are called, so that ``--help`` loads nothing heavy.

Tests in tests/repository/test_quick_help.py hold that: no framework, no database, no vault.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click

INTERRUPTED = 130
"""As shells say it of a program that SIGINT ended."""
SUMMARIES = {
    "init": "Begin a vault: keys, trail and first administrator.",
    "migrate": "Bring the database to this version.",
    "serve": "Run the gateway and its worker.",
    "worker": "Run the worker alone.",
    "file": "File documents into a dossier.",
    "trail": "Search, verify and export the trail.",
    "evidence": "Put together the evidence about a person or document.",
    "agreement": "Write, publish and look up agreements.",
    "alerts": "Read and decide what stands out.",
    "feed": "Show and replay feeds to a security monitor.",
    "keys": "Rotate, reseal, destroy and recover keys.",
    "people": "Bring people in from a list.",
    "leaving": "Announce who leaves, call it off, end what is open, and report what they saw.",
    "policy": "Say what the rules are, what they allow and why not; change them by two people.",
    "seal": "Let every process forget its keys.",
    "unseal": "Let every process open them again.",
    "witness": "Cosign checkpoints on an auditor's machine.",
    "doctor": "Say what works and what does not.",
    "gc": "Remove objects that no row knows.",
}


def loaded(place: str) -> Any:
    """What stands at ``module:attribute``, imported now."""
    module, _, attribute = place.partition(":")
    return getattr(importlib.import_module(module), attribute)


class LazyGroup(click.Group):
    """``commands_by_module`` maps a command's name to ``module:attribute``."""

    def __init__(self, *args: Any, commands_by_module: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self._places = dict(commands_by_module)

    def invoke(self, ctx: click.Context) -> Any:
        """Ctrl-C ends a command with a code of its own: 1 would say that a check has found something."""
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, click.Abort):
            click.echo(loaded("gateway.cli.words:say")(ctx.obj.locale if ctx.obj else "en", "interrupted"), err=True)
            ctx.exit(INTERRUPTED)

    def list_commands(self, _context: click.Context) -> list[str]:
        return list(self._places)

    def get_command(self, _context: click.Context, cmd_name: str) -> click.Command | None:
        place = self._places.get(cmd_name)
        if place is None:
            return None
        command: click.Command = loaded(place)
        return command

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, SUMMARIES[name]) for name in self._places])
