"""``trail verify`` and ``trail export``."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from gateway.cli.session import AWAY, DONE, FOUND, NOT_ALLOWED, UNUSABLE
from tests.gateway.cli.running import run

REASON = ("--reason", "The yearly audit of the sales department")


def damage(config: Path, kind: str) -> None:
    """Somebody with the database changes what a leaf says."""
    with sqlite3.connect(config.parent / "vault.db") as database:
        changed = f"CAST(replace(leaf, 'success', 'denied!') AS {kind})"
        database.execute(f"UPDATE trail_leaves SET leaf = {changed} WHERE position = 20")


def newest_checkpoint(config: Path) -> str:
    """A signed note, as somebody keeps it elsewhere."""
    with sqlite3.connect(config.parent / "vault.db") as database:
        [note] = database.execute("SELECT note FROM trail_checkpoints ORDER BY size DESC LIMIT 1").fetchone()
    return str(note)


def test_sound_trail_is_said_so(config: Path) -> None:
    """In a line, in JSON and in Chinese; that it was verified is an entry of its own each time."""
    told = run(config, "trail", "verify")
    as_json = run(config, "trail", "verify", "--json")
    chinese = run(config, "trail", "verify", language="zh")

    assert (told.code, as_json.code, chinese.code) == (DONE, DONE, DONE)
    assert told.out.startswith("sound\t")
    answer = as_json.answer
    assert answer["ok"] is True
    assert answer["findings"] == []
    assert answer.keys() == {"ok", "size", "root", "checkpoint", "unsigned", "waiting", "erased", "findings"}
    assert answer["waiting"] == 1
    assert chinese.out.startswith("完好\t")


@pytest.mark.parametrize("kind", ["BLOB", "TEXT"])
def test_altered_leaf_is_found_and_code_one(config: Path, kind: str) -> None:
    """Each finding with its place; a column of another type does not keep the verifier from looking."""
    damage(config, kind)
    told = run(config, "trail", "verify", "--json")

    assert told.code == FOUND
    assert told.answer["ok"] is False
    assert 20 in {each["index"] for each in told.answer["findings"]}
    assert run(config, "trail", "verify").out.startswith("NOT SOUND\t")


def test_checkpoint_kept_elsewhere_is_compared(config: Path, tmp_path: Path) -> None:
    """One of this trail is confirmed; one of another is a finding."""
    kept = tmp_path / "kept.txt"
    kept.write_text(newest_checkpoint(config))
    assert run(config, "trail", "verify", "--checkpoint", str(kept)).code == DONE
    kept.write_text(newest_checkpoint(config).replace("tests.example/vault", "other.example/vault"))
    assert run(config, "trail", "verify", "--checkpoint", str(kept)).code == FOUND


def test_export_is_json_lines_with_the_export_itself_recorded(config: Path, tmp_path: Path) -> None:
    """To a file or to stdout, the same lines."""
    output = tmp_path / "trail.jsonl"
    to_file = run(config, "trail", "export", "--as", "auditor", *REASON, "--output", str(output))
    to_stdout = run(config, "trail", "export", "--as", "auditor", *REASON)

    assert (to_file.code, to_stdout.code) == (DONE, DONE)
    lines = [json.loads(line) for line in output.read_text().splitlines()]
    assert len(lines) > 20
    assert [json.loads(line) for line in to_stdout.out.splitlines()][:20] == lines[:20]


def test_only_auditors_export_and_only_with_a_reason(config: Path) -> None:
    """Not allowed is code 3, a reason that is none code 2; nothing is written."""
    refused = run(config, "trail", "export", "--as", "custodian", *REASON, "--json")
    empty = run(config, "trail", "export", "--as", "auditor", "--reason", ".", "--json")

    assert (refused.code, refused.answer["code"]) == (NOT_ALLOWED, "denied.office")
    assert (empty.code, empty.answer["code"]) == (UNUSABLE, "reason.meaningless")


def test_wrong_key_file_is_said_with_its_name(config: Path) -> None:
    """A root key of another vault opens nothing: stored bytes are not what this key sealed."""
    other = config.parent.parent / "other"
    other.mkdir()
    (other / "config.toml").write_text(config.read_text().replace(str(config.parent), str(other)))
    run(other / "config.toml", "init", "--login", "ruth", "--name", "Ruth Feldman")
    (config.parent / "root.key").write_bytes((other / "root.key").read_bytes())
    told = run(config, "trail", "verify", "--json")

    assert told.code in {AWAY, 6}
    assert told.answer["code"] in {"keys.unavailable", "tamper.key"}
