"""The group of commands about the trail; each stands in a module of its own."""

from __future__ import annotations

import click

from gateway.cli import erasing, trail_search
from gateway.cli.anchors import succeed
from gateway.cli.trail_acknowledging import acknowledge
from gateway.cli.trail_export import export, verify_signature
from gateway.cli.trail_verifying import receipt, verify


@click.group()
def trail() -> None:
    """Search, verify and export the trail."""


for each in (
    *(trail_search.search, trail_search.reindex),
    *(erasing.erase, erasing.prune, erasing.erasure, erasing.hold),
):
    trail.add_command(each)

trail.add_command(verify)
trail.add_command(acknowledge)
trail.add_command(receipt)
trail.add_command(succeed)
trail.add_command(export)
trail.add_command(verify_signature)
