"""Every command says what it does, what it takes and how it is called."""

from __future__ import annotations

import importlib.metadata
import shlex
from pathlib import Path

import click
import pytest

from gateway.cli import COMMANDS, main
from gateway.cli.lazy import SUMMARIES
from tests.gateway.cli.running import run


def commands(group: click.Group, words: tuple[str, ...] = ()) -> dict[tuple[str, ...], click.Command]:
    """Every command that does something, by the words it is called with."""
    found: dict[tuple[str, ...], click.Command] = {}
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        if isinstance(command, click.Group):
            found |= commands(command, (*words, name))
        else:
            found[(*words, name)] = command
    return found


ALL = commands(main)


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_help_of_every_command_ends_well_and_shows_an_example(empty_config: Path, words: tuple[str, ...]) -> None:
    """The example is of this command, and its options exist."""
    told = run(empty_config, *words, "--help")

    assert told.code == 0
    text = " ".join(told.out.split())
    assert "Example: dossier-vault " in text
    example = shlex.split((ALL[words].help or "").partition("Example: dossier-vault ")[2].split("\n\n")[0])
    assert set(words) <= set(example)
    known = {name for option in (*ALL[words].params, *main.params) for name in option.opts}
    assert {each for each in example if each.startswith("--")} <= known


def test_help_lists_every_command_with_the_exit_codes(empty_config: Path) -> None:
    """One line each; what the codes mean stands below."""
    told = run(empty_config, "--help")

    assert told.code == 0
    assert SUMMARIES.keys() == COMMANDS.keys()
    text = " ".join(told.out.split())
    for name, summary in SUMMARIES.items():
        assert name in text
        assert summary in text
    for code in range(7):
        assert f"{code} " in text.partition("Exit codes:")[2]


def test_version_is_said_whether_installed_or_not(empty_config: Path) -> None:
    """What was installed, not what somebody wrote down; from a source tree that it was not."""
    told = run(empty_config, "--version")
    assert told.code == 0
    try:
        assert importlib.metadata.version("dossier-vault") in told.out
    except importlib.metadata.PackageNotFoundError:
        assert "source tree" in told.out


@pytest.mark.parametrize(
    "arguments", [("fly",), ("init",), ("file",), ("trail", "export"), ("gc", "--quickly")], ids=str
)
def test_unusable_words_are_code_two(empty_config: Path, arguments: tuple[str, ...]) -> None:
    """An unknown command, a missing option, an unknown one: said on stderr with how it is called."""
    told = run(empty_config, *arguments)

    assert told.code == 2
    assert told.out == ""
    assert "Usage: dossier-vault" in told.err
