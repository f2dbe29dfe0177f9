"""The table of requirements: no row missing, and every test that it names there to be run."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.repository.sources import ROOT

PAGE = ROOT / "docs" / "requirements.md"
ROWS = {
    "G": 11,  # guarantees
    "I": 15,  # invariants
    "W": 63,  # web
    # what went wrong elsewhere, by family
    "DOOR": 11,
    "ID": 5,
    "TOKEN": 6,
    "REVOKE": 3,
    "COUNT": 5,
    "MARK": 5,
    "TRAIL": 9,
    "APPROVE": 5,
    "KEY": 6,
    "CONVERT": 8,
    "FOLDER": 6,
    "EXPORT": 3,
    "WEB": 10,
    "OPS": 5,
}
"""How many rows there are of each kind, numbered from 1."""

_ROW = re.compile(r"\| (?P<id>[A-Z]+\d+) \| (?P<words>[^|]+) \| (?P<tests>[^|]+) \|")
_TEST = re.compile(r"`(?P<path>[\w/]+\.py)::(?P<name>\w+)`")


def rows(text: str) -> list[tuple[str, str, str]]:
    """Id, requirement and tests of each row, in their order."""
    return [(found["id"], found["words"], found["tests"]) for found in map(_ROW.fullmatch, text.splitlines()) if found]


def names_of_tests(path: Path) -> set[str]:
    """The test functions that a file defines, as pytest would find them."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def absent(text: str, root: Path = ROOT) -> list[str]:
    """Tests that the table names and that are not there."""
    named = {(found["path"], found["name"]) for found in _TEST.finditer(text)}
    known = {path: names_of_tests(root / path) for path, _name in named if (root / path).is_file()}
    return sorted(f"{path}::{name}" for path, name in named if name not in known.get(path, set()))


def test_every_requirement_has_its_row_once_and_in_order() -> None:
    """A requirement that fell out of the table is one that nobody misses when its test goes."""
    found = [each for each, _words, _tests in rows(PAGE.read_text(encoding="utf-8"))]
    expected = {f"{kind}{number}" for kind, count in ROWS.items() for number in range(1, count + 1)}

    assert len(found) == len(set(found))
    assert set(found) == expected
    for kind in ROWS:
        numbers = [int(each.removeprefix(kind)) for each in found if each.rstrip("0123456789") == kind]
        assert numbers == sorted(numbers), kind


def test_every_row_names_a_test_or_says_why_there_is_none() -> None:
    """ "later" needs its reason in words; a row with neither says nothing."""
    for identity, _words, tests in rows(PAGE.read_text(encoding="utf-8")):
        parts = [part.strip() for part in tests.split("<br>")]
        later = [part for part in parts if part.startswith("later: ")]
        assert parts, identity
        assert all(_TEST.fullmatch(part) or part in later for part in parts), identity
        assert all(len(part) > len("later: ") + 10 for part in later), identity


def test_every_test_that_the_table_names_exists() -> None:
    """Renamed or removed, it must be renamed or replaced here."""
    assert absent(PAGE.read_text(encoding="utf-8")) == []


def test_every_guarantee_is_held_by_a_module_named_after_it() -> None:
    """G1 to G11 each have their attacks in a file that carries the number."""
    names = [path.name for path in (ROOT / "tests" / "attacks").glob("test_g*.py")]
    for number in range(1, ROWS["G"] + 1):
        assert any(name.startswith(f"test_g{number:02d}_") for name in names), number


def test_planted_wrong_names_are_found(tmp_path: Path) -> None:
    """The check sees a missing file, a missing function, and a function that is no test of the module."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_a.py").write_text("def test_one(): ...\ndef helper():\n    def test_two(): ...\n")
    page = "`tests/test_a.py::test_one` `tests/test_a.py::test_two` `tests/test_b.py::test_one`"

    assert absent(page, tmp_path) == ["tests/test_a.py::test_two", "tests/test_b.py::test_one"]
