"""What every command answers when something is wrong. Each runs in a process of its own, which it hardens."""

from __future__ import annotations

from pathlib import Path

from gateway.cli.session import AWAY, DONE, UNUSABLE
from tests.company import write_config
from tests.gateway.cli.running import run

INIT = ("init", "--login", "ruth", "--name", "Ruth Feldman")


def test_key_provider_that_cannot_be_used_says_which_file_and_what_to_do(tmp_path: Path) -> None:
    """The operator reads the provider's own remedy under the sentence, not the sentence alone."""
    config = _config_with_key(tmp_path, "missing/root.key")

    told = run(config, *INIT)

    assert told.code == AWAY
    assert f"{tmp_path}/missing/root.key cannot be written" in told.err
    assert "mend its folder" in told.err


def test_key_file_open_to_others_is_named_in_json_too(tmp_path: Path) -> None:
    """Scripts read the same."""
    config = _config_with_key(tmp_path, "root.key")
    assert run(config, *INIT).code == DONE
    (tmp_path / "root.key").chmod(0o644)

    told = run(config, "trail", "verify", "--json")

    answer = told.answer
    assert (told.code, answer["code"]) == (AWAY, "keys.unavailable")
    assert "chmod 600" in answer["faults"][0]


def test_every_fault_of_the_configuration_is_listed(tmp_path: Path) -> None:
    """One run is enough to mend them all."""
    config = tmp_path / "config.toml"
    config.write_text('[database]\nurl = "mysql://x"\n[trail]\norigin = "a b"\n')

    told = run(config, "doctor")

    assert told.code == UNUSABLE
    for key in ("database.url", "trail.origin", "storage", "keys", "intake"):
        assert key in told.err


def test_doctor_says_in_words_what_protects_the_process(tmp_path: Path) -> None:
    """Measures by name, and for each that does not hold the reason."""
    config = _config_with_key(tmp_path, "root.key")
    run(config, *INIT)

    told = run(config, "doctor")

    line = next(line for line in told.out.splitlines() if line[5:].startswith("process"))
    assert told.code == DONE
    assert "no_core_files" in line
    assert "Measure(" not in line


def _config_with_key(directory: Path, name: str) -> Path:
    config = write_config(directory)
    config.write_text(config.read_text().replace(f"file:{directory}/root.key", f"file:{directory}/{name}"))
    return config
