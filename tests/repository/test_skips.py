"""A test that is not run says for which missing part, and where everything must be there it fails."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.repository.sources import ROOT
from tests.servers import require

ALLOWED = {"tests/servers.py", "tests/repository/test_skips.py"}
OTHER_DOORS = {"skip", "skipif", "importorskip", "xfail", "skipTest", "skipUnless", "skipIf", "SkipTest", "Skipped"}


def skips_in(path: Path) -> Iterator[int]:
    """The lines that name one of pytest's or unittest's own ways to leave a test out."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Attribute(attr=name) if name in OTHER_DOORS:
                yield node.lineno
            case ast.ImportFrom(names=aliases) if OTHER_DOORS & {alias.name for alias in aliases}:
                yield node.lineno


def test_every_skip_goes_through_require() -> None:
    """Nothing is left out silently in a run that must be complete."""
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{line}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if path.relative_to(ROOT).as_posix() not in ALLOWED
        for line in skips_in(path)
    ]

    assert found == []


def test_planted_skips_are_found(tmp_path: Path) -> None:
    """The search above sees decorators, calls and imports."""
    planted = tmp_path / "test_planted.py"
    lines = ("import pytest", "from unittest import skipIf", "@pytest.mark.skipif(True)", "def test_a(): pytest.skip()")
    planted.write_text("\n".join(lines))

    assert sorted(skips_in(planted)) == [2, 3, 4]


@pytest.mark.parametrize(("strict", "outcome"), [("", pytest.skip.Exception), ("1", pytest.fail.Exception)])
def test_missing_part_skips_with_its_name_and_fails_where_all_must_be_there(
    monkeypatch: pytest.MonkeyPatch, strict: str, outcome: type[BaseException]
) -> None:
    """The reason names the part; a part that is there changes nothing."""
    monkeypatch.setenv("VAULT_TESTS_STRICT", strict)
    require("present", "something")

    with pytest.raises(outcome, match="missing part: a harp"):
        require(None, "a harp")
