"""A query of the trail that cannot be read, shown with a mark under the place; and text made safe for terminals."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

import click

from vault.errors import InputError


@contextmanager
def pointing_at(query: str, *, is_silent: bool) -> Iterator[None]:
    """Shows the query with a mark under the place that could not be read; the sentence follows."""
    try:
        yield
    except InputError as error:
        column = int(error.params.get("column", 0))
        if column and not is_silent:
            before = query[: column - 1]
            width = sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in before)
            click.echo(f"{safe(query)}\n{' ' * width}^", err=True)
        raise


def safe(text: str) -> str:
    """What people typed must not steer a terminal."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
