"""What every command answers when something is wrong. Each runs in a process of its own, which it hardens."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.cli.session import AWAY, DONE, NOT_ALLOWED, UNUSABLE
from tests.attacks.observing import trail
from tests.company import reopen_company, write_config
from tests.gateway.cli.running import by, run
from vault.ledger.events import Event

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
    assert "no core files" in line
    assert "Measure(" not in line


@pytest.mark.parametrize(
    "words",
    [
        ("trail", "search", "event:view.*"),
        ("trail", "export", "--reason", "The yearly audit"),
        ("trail", "receipt", "3"),
        ("feed", "replay", "soc", "--from", "0", "--reason", "The collector lost a disk"),
        ("file", "config.toml", "--dossier", "D2026-00001"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_being_at_the_machine_is_no_right(config: Path, words: tuple[str, ...]) -> None:
    """Whoever acts as a person proves to be that person; a wrong password writes nothing and is recorded."""
    (config.parent / "password").write_text("not the password at all")

    told = run(config, *words, *by("custodian" if words[0] == "file" else "auditor"), "--json")

    assert (told.code, told.answer["code"]) == (NOT_ALLOWED, "sign_in.refused")
    company = reopen_company(config.parent)
    assert trail(company, Event.SESSION_REFUSED)
    company.vault.engine.dispose()


def _config_with_key(directory: Path, name: str) -> Path:
    config = write_config(directory)
    config.write_text(config.read_text().replace(f"file:{directory}/root.key", f"file:{directory}/{name}"))
    return config
