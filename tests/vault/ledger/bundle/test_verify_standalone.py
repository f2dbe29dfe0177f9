"""The verifier as a stranger runs it: the file out of the bundle, an old Python, no installed package."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.vault.ledger.bundle.bundles import Members, key_of, zipped
from tests.vault.ledger.trail import DOCUMENT, Trail
from vault.ledger.bundle import verify

SOURCE = Path(verify.__file__).read_text(encoding="utf-8")


@pytest.fixture
def folder(selection: Members, tmp_path: Path) -> Path:
    """Unpacked beside its zip, with nothing of the project in reach."""
    (tmp_path / "bundle.zip").write_bytes(zipped(selection))
    with zipfile.ZipFile(tmp_path / "bundle.zip") as opened:
        opened.extractall(tmp_path / "bundle")
    return tmp_path / "bundle"


def verify_in(folder: Path, *arguments: str, python: str = sys.executable, **environment: str) -> tuple[int, str]:
    """Isolated from installed packages and from the environment."""
    command = [python, "-I", "-S", "verify.py", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False, timeout=120)
    assert done.returncode in {0, 1}, done.stderr
    return done.returncode, done.stdout.decode()


def test_runs_in_the_unpacked_folder(filled: Trail, folder: Path) -> None:
    """``python3 verify.py``, and nothing is left behind that would make the next run refuse the folder."""
    for _ in range(2):
        status, text = verify_in(folder, "--key", key_of(filled), LC_ALL="C.UTF-8")
        assert status == 0
        assert text.splitlines()[-1].startswith("SOUND: 4 entries of the log trail.example/vault, which has 8, root ")


def test_runs_on_the_zip(filled: Trail, folder: Path) -> None:
    """The same answer."""
    assert verify_in(folder, "../bundle.zip", "--key", key_of(filled), LC_ALL="C.UTF-8")[0] == 0


def test_warns_loudly_without_a_key(folder: Path) -> None:
    """Before the answer, and with the key to be compared."""
    status, text = verify_in(folder, LC_ALL="C.UTF-8")

    assert status == 0
    assert "WARNING: no --key given" in text
    assert "trail.example/vault+" in text


def test_key_may_stand_in_a_file(filled: Trail, folder: Path, tmp_path: Path) -> None:
    """So that it is typed once."""
    (tmp_path / "log.key").write_text(key_of(filled) + "\n")

    assert verify_in(folder, "--key", "../log.key", LC_ALL="C.UTF-8")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [(["--lang", "zh"], {"LC_ALL": "C.UTF-8"}), (["--lang", "zh"], {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"})],
    ids=["asked for", "terminal without Chinese"],
)
def test_speaks_chinese(folder: Path, arguments: list[str], environment: dict[str, str]) -> None:
    """In full, or in escapes where the terminal cannot; never an error."""
    status, text = verify_in(folder, *arguments, **environment)

    assert status == 0
    assert "验证通过" in text or "\\u9a8c\\u8bc1\\u901a\\u8fc7" in text


def test_says_in_both_languages_what_is_wrong(filled: Trail, folder: Path) -> None:
    """The check, the entry, the sentence."""
    entries = folder / "entries/000.jsonl"
    entries.write_bytes(entries.read_bytes()[:-1])

    assert verify_in(folder, LC_ALL="C.UTF-8") == (
        1,
        "NOT SOUND: check files.digest: entries/000.jsonl was altered: its SHA-256 differs\n",
    )
    assert verify_in(folder, "--lang", "zh", LC_ALL="C.UTF-8")[1].startswith("验证未通过：检查项 files.digest：")


def test_prints_entries_for_people_and_json_for_programs(folder: Path) -> None:
    """What the entries say, and a result with the receipt in it."""
    text = verify_in(folder, "--entries", LC_ALL="C.UTF-8")[1]
    assert "#1 2026-11-24T09:00:00.000Z view.opened success" in text
    assert "总部大楼" in text

    result = json.loads(verify_in(folder, "--json", LC_ALL="C.UTF-8")[1])
    assert (result["sound"], result["entries"], result["receipt"]["size"]) == (True, 4, 8)


def test_control_characters_of_a_bundle_do_not_reach_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """A reason may hold what clears a screen and writes SOUND on it."""
    verify.write("reason \x1b[2J \u202e\n")

    assert capsys.readouterr().out == "reason \\x1b[2J \\u202e\\n\n"


@pytest.mark.parametrize("version", ["3.9", "3.10", "3.13"])
def test_runs_on_other_pythons(filled: Trail, folder: Path, version: str) -> None:
    """Where they are installed: the file promises 3.9 and later."""
    python = _python(version)
    if python is None:  # what it promises is also read from its syntax, below
        return

    status, text = verify_in(folder, "--key", key_of(filled), "--json", python=python, LC_ALL="C.UTF-8")
    assert (status, json.loads(text)["sound"]) == (0, True)


def _python(version: str) -> str | None:
    found = shutil.which(f"python{version}")
    if found is None:
        return None
    done = subprocess.run([found, "-c", "import sys; print(sys.executable)"], capture_output=True, check=False)
    return done.stdout.decode().strip() if done.returncode == 0 else None


def test_syntax_is_that_of_python_3_9() -> None:
    """No newer statement; annotations are never evaluated."""
    ast.parse(SOURCE, feature_version=(3, 9))
    assert "from __future__ import annotations" in SOURCE


def test_imports_the_standard_library_alone() -> None:
    """Nothing has to be installed, and nothing of the vault has to be believed."""
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(SOURCE))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert imported <= sys.stdlib_module_names
    assert not imported & {"socket", "urllib", "http", "subprocess", "ssl", "ctypes"}


@pytest.mark.parametrize("table", [verify.SENTENCES, verify.NOTES])
def test_every_sentence_is_there_in_both_languages(table: dict[str, tuple[str, str]]) -> None:
    """With the same values in both, and Chinese where Chinese is due."""
    fields = [[{part.split("}")[0] for part in text.split("{")[1:]} for text in pair] for pair in table.values()]

    assert all(english == chinese for english, chinese in fields)
    assert all(any("\u4e00" <= each <= "\u9fff" for each in chinese) for _english, chinese in table.values())


def test_every_sentence_is_used() -> None:
    """What no check can say is no sentence, and what a check says has one."""
    for name in [*verify.SENTENCES, *verify.NOTES]:
        is_built = name.startswith("counter.")
        assert SOURCE.count(f'"{name}"') >= (1 if is_built else 2), name


def test_help_says_key_and_exit_status(folder: Path) -> None:
    """With an example."""
    status, text = verify_in(folder, "--help", LC_ALL="C.UTF-8")

    assert status == 0
    assert "python3 verify.py bundle.zip --key" in text
    assert "2 unusable input" in text
    assert DOCUMENT not in text
