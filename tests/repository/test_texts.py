"""What the project's texts say of themselves is true: links resolve, commands exist, nothing names a machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway.cli.lazy import SUMMARIES
from keys.root import file, passphrase
from tests.repository.sources import ROOT

GENERATED = {
    ".git",
    ".venv",
    "venv",
    "__pycache__",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".hypothesis",
    "dist",
    "build",
}
TEXT_ENDINGS = {".py", ".md", ".toml", ".txt", ".html", ".css", ".js", ".po", ".svg", ".json", ""}
NAMED_PATH = re.compile(r"`((?:gateway|vault|keys|tests|tools|docs|benchmarks|requirements)/[\w./-]*)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
# Absolute paths of somebody's machine; those that the documentation tells operators to use are others.
MACHINE_PATH = re.compile(r"(?<![\w.}/-])/(?:work|home|root|Users|mnt)/\w")
# An option that names where packages come from, or such a place; `--no-emit-index-url` keeps one out of a file.
REGISTRY = re.compile(
    r"(?<!--no-emit-)(?:index-url|find-links)|extra-index"
    r"|https?://[^/\s\"']*(?:pypi|registry|mirror|nexus|artifactory)"
)
KEY_FILE_TITLES = (file.TITLE, passphrase.TITLE)  # begin like a command and are none


def texts() -> list[Path]:
    found = []
    for path in sorted(ROOT.rglob("*")):
        inside = path.relative_to(ROOT).parts
        if path.is_file() and path.suffix in TEXT_ENDINGS and not GENERATED & set(inside):
            found.append(path)
    return found


def pages() -> list[Path]:
    return [path for path in texts() if path.suffix == ".md"]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as forges make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(page: Path) -> list[str]:
    broken = []
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = page.parent / file if file else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    return broken


@pytest.mark.parametrize("page", pages(), ids=named)
def test_links_between_pages_resolve(page: Path) -> None:
    """Whoever follows a link or looks at a picture finds it."""
    assert broken_links(page) == []


@pytest.mark.parametrize("page", pages(), ids=named)
def test_files_named_in_pages_exist(page: Path) -> None:
    """Whoever looks for a file that the documentation names finds it; moving code means moving words."""
    told = NAMED_PATH.findall(page.read_text(encoding="utf-8"))

    assert [name for name in told if not (ROOT / name).exists()] == []


def test_planted_broken_link_is_found(tmp_path: Path) -> None:
    """The search above finds missing files and missing headings."""
    page = tmp_path / "page.md"
    page.write_text("# One thing\n[a](absent.md) [b](#one-thing) [c](#another) [d](https://example.com/x)")

    assert broken_links(page) == ["absent.md", "#another"]


@pytest.mark.parametrize("page", pages(), ids=named)
def test_make_targets_exist(page: Path) -> None:
    """Every `make` command in the documentation can be run."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    told = set(re.findall(r"(?:`|^)make ([a-z]+)", page.read_text(encoding="utf-8"), flags=re.MULTILINE))

    assert told - targets == set()


@pytest.mark.parametrize("page", pages(), ids=named)
def test_commands_exist(page: Path) -> None:
    """Every `dossier-vault` command in the documentation is one."""
    text = page.read_text(encoding="utf-8")
    for title in KEY_FILE_TITLES:
        text = text.replace(title, "")
    told = set(re.findall(r"(?:`|^)dossier-vault (?:--config [^ `]+ )?([a-z]+)", text, flags=re.MULTILINE))

    assert told - set(SUMMARIES) == set()


@pytest.mark.parametrize("pattern", [MACHINE_PATH, REGISTRY], ids=["machine path", "registry"])
def test_no_text_names_a_machine_or_a_registry(pattern: re.Pattern[str]) -> None:
    """The project is the same wherever it was made and wherever its packages come from."""
    found = [
        f"{named(path)}:{number}"
        for path in texts()
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]

    assert found == []


@pytest.mark.parametrize(
    "planted",
    ["--index-url=x", "--extra-index-url x", "find-links = ['x']", "see https://pypi.example/simple/"],
)
def test_planted_registry_is_found(planted: str) -> None:
    """The search above finds options and addresses, and lets pass what only keeps them out."""
    assert REGISTRY.search(planted)
    assert not REGISTRY.search("--no-emit-index-url --no-emit-find-links https://docs.python.org/3/")


def test_every_text_is_utf8_with_a_last_newline() -> None:
    """Files join and compare cleanly. What others built stays as it came, to the byte."""
    own = [path for path in texts() if not path.name.endswith(".min.js")]

    assert [named(path) for path in own if path.read_bytes() and not path.read_text("utf-8").endswith("\n")] == []


def test_no_two_decision_records_have_one_number() -> None:
    """Decisions can be cited by number. Numbers are given out when work begins, so for a while there may be gaps."""
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs/adr").glob("*.md"))

    assert numbers == sorted(set(numbers))
