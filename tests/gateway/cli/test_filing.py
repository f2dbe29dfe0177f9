"""``file``: documents into a dossier from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.cli.session import AWAY, DONE, NOT_ALLOWED, UNUSABLE
from tests.gateway.cli.running import by, run


@pytest.fixture
def papers(tmp_path: Path) -> dict[str, str]:
    """A good file, a bad one, and a good one again."""
    contents = {"letter.txt": b"Dear Ms Vale\n", "noise.pdf": b"\x00\x01\x02\x03", "notes.md": b"# Notes\n\nSome.\n"}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return {name: str(tmp_path / name) for name in contents}


def test_files_are_filed_and_said_one_line_each(config: Path, reference: str, papers: dict[str, str]) -> None:
    """They stay where they are; again, each is known already."""
    paths = (papers["letter.txt"], papers["notes.md"])
    first = run(config, "file", *paths, "--dossier", reference, *by("custodian"))
    again = run(config, "file", *paths, "--dossier", reference, *by("author"))

    assert (first.code, again.code) == (DONE, DONE)
    assert first.out == "".join(f"{path}\tfiled\n" for path in paths)
    assert again.out == "".join(f"{path}\talready filed\n" for path in paths)
    assert all(Path(path).exists() for path in paths)


def test_bad_file_is_named_with_its_reason_and_the_others_are_filed(
    config: Path, reference: str, papers: dict[str, str]
) -> None:
    """Code 2, and in JSON an answer for each file."""
    told = run(config, "file", *papers.values(), "--dossier", reference, *by("custodian"), "--json")

    assert told.code == UNUSABLE
    assert told.answer["ok"] is False
    assert [each["ok"] for each in told.answer["files"]] == [True, False, True]
    assert told.answer["files"][1]["code"] == "intake.type_mismatch"
    assert told.answer["files"][0].keys() == {"path", "ok", "document", "message"}


def test_same_file_again_is_the_same_document(config: Path, reference: str, papers: dict[str, str]) -> None:
    """However often: after an interruption the command is simply run again."""
    arguments = ("file", papers["letter.txt"], "--dossier", reference, *by("custodian"), "--json")
    first, again = run(config, *arguments).answer, run(config, *arguments).answer

    assert first["files"][0]["document"] == again["files"][0]["document"]


def test_reasons_are_said_in_chinese(config: Path, reference: str, papers: dict[str, str]) -> None:
    """Words and sentences both."""
    arguments = ("--dossier", reference, *by("custodian"))
    filed = run(config, "file", papers["letter.txt"], *arguments, language="zh")
    refused = run(config, "file", papers["noise.pdf"], *arguments, language="zh")

    assert filed.out.endswith("\t已归档\n")
    assert "扩展名不符" in refused.err


@pytest.mark.parametrize(
    ("dossier", "login"),
    [("D1999-00001", "custodian"), ("D2026-00001", "stranger"), ("D2026-00001", "borrower"), ("D2026-00001", "nobody")],
)
def test_whoever_may_not_file_is_told_so(config: Path, papers: dict[str, str], dossier: str, login: str) -> None:
    """An unknown dossier, somebody without a part in it, a borrower of it, an unknown login."""
    told = run(config, "file", papers["letter.txt"], "--dossier", dossier, *by(login))

    assert told.code == NOT_ALLOWED
    assert told.out == ""
    assert told.err


def test_vault_that_cannot_be_unsealed_files_nothing(config: Path, reference: str, papers: dict[str, str]) -> None:
    """The root key file is not there: code 5."""
    (config.parent / "root.key").unlink()
    told = run(config, "file", papers["letter.txt"], "--dossier", reference, *by("custodian"), "--json")

    assert told.code == AWAY
    assert told.answer["code"] == "keys.unavailable"
