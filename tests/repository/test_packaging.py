"""What is installed: the three packages with everything they need at run time, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.repository.sources import LAYERS, ROOT

MIGRATE = (
    "import sys; from vault.database.engine import create_engine; from vault.database import migrating as m; "
    "e = create_engine(sys.argv[1]); m.migrate(e); m.check_schema(e); print(m.__file__)"
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    """The wheel as hatchling builds it, without a network."""
    directory = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(directory)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    [path] = directory.glob("*.whl")
    with zipfile.ZipFile(path) as opened:
        yield opened


def packaged(wheel: zipfile.ZipFile) -> set[str]:
    return {name for name in wheel.namelist() if ".dist-info/" not in name}


def test_wheel_holds_the_three_packages_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    """Neither tests nor tools are installed on a customer's machine."""
    assert {name.split("/")[0] for name in packaged(wheel)} == set(LAYERS)


def test_wheel_holds_every_file_of_the_packages(wheel: zipfile.ZipFile) -> None:
    """Nothing that lies in a package stays behind."""
    files = {path for layer in LAYERS for path in (ROOT / layer).rglob("*") if path.is_file()}
    expected = {path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts}

    assert packaged(wheel) == expected


@pytest.mark.parametrize(
    ("directory", "ending"),
    [
        ("gateway/templates/", ".html"),
        ("gateway/static/", ".css"),
        ("gateway/static/", ".js"),
        ("gateway/translations/zh_Hans_CN/LC_MESSAGES/", ".mo"),
        ("vault/database/migrations/versions/", "revision_0001.py"),
        ("vault/marking/font/", ".otf"),
    ],
)
def test_wheel_holds_what_is_no_module(wheel: zipfile.ZipFile, directory: str, ending: str) -> None:
    """Pages, their looks and their Chinese, the schema's history and the mark's font are installed."""
    assert [name for name in packaged(wheel) if name.startswith(directory) and name.endswith(ending)]


def test_wheel_carries_the_licence(wheel: zipfile.ZipFile) -> None:
    """The licence goes where the program goes."""
    [licence] = [name for name in wheel.namelist() if name.endswith(".dist-info/licenses/LICENSE")]

    assert wheel.read(licence) == (ROOT / "LICENSE").read_bytes()


def test_wheel_installs_the_command(wheel: zipfile.ZipFile) -> None:
    """`dossier-vault` is the one command, and its function is there."""
    [entry_points] = [name for name in wheel.namelist() if name.endswith(".dist-info/entry_points.txt")]

    assert wheel.read(entry_points).decode().split() == ["[console_scripts]", "dossier-vault", "=", "gateway.cli:main"]


def test_unpacked_wheel_migrates_a_database(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    """The schema's history is found by its package, wherever that was installed."""
    wheel.extractall(tmp_path / "installed")

    done = subprocess.run(
        [sys.executable, "-c", MIGRATE, f"sqlite:///{tmp_path / 'vault.db'}"],
        cwd=tmp_path / "installed",
        check=True,
        capture_output=True,
        text=True,
    )

    assert done.stdout.strip() == str(tmp_path / "installed/vault/database/migrating.py")


@pytest.mark.parametrize("purpose", ["run", "test", "check", "demo"])
def test_requirements_are_pinned_by_version_and_hash(purpose: str) -> None:
    """Each requirement names one version and at least one SHA-256, and no host that it came from."""
    text = (ROOT / "requirements" / f"{purpose}.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip()]

    assert lines
    assert [line for line in lines if "==" not in line.split(" ")[0] or "--hash=sha256:" not in line] == []
    assert "://" not in text


def test_every_dependency_is_pinned() -> None:
    """The pins were made from the dependencies as they are declared now."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    pins = (ROOT / "requirements/run.txt").read_text(encoding="utf-8")
    pinned = {line.split("==")[0] for line in pins.splitlines() if "==" in line}

    assert {requirement.split(">=")[0].split("[")[0] for requirement in declared} <= pinned
