"""The lines' memory: what a monitor's rules were written for is still what it gets, to the byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.vectors.feed.generate import FILES, FOLDER, content_of

SPEC = Path(__file__).parents[3] / "docs/spec/feed.md"


@pytest.mark.parametrize("name", FILES)
def test_same_entries_still_give_the_same_bytes(name: str) -> None:
    """A change would need a version 2 of the lines."""
    assert content_of(name) == (FOLDER / name).read_bytes()


@pytest.mark.parametrize("name", ["ocsf.v1.jsonl", "cef.v1.txt", "syslog.v1.txt"])
def test_example_of_the_documentation_is_the_vectors(name: str) -> None:
    """The page shows what really is sent; it breaks the line for reading only."""
    first = (FOLDER / name).read_text(encoding="utf-8").split("\n", 1)[0].replace("\ufeff", "")

    assert first in SPEC.read_text(encoding="utf-8").replace("\n", "")
