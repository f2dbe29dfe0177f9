"""``evidence`` as an auditor uses it, each run a process of its own."""

from __future__ import annotations

import hashlib
import sqlite3
import zipfile
from pathlib import Path

from gateway.cli.session import NOT_ALLOWED, UNUSABLE
from tests.gateway.cli.test_agreement import run_as

WHY = "Dispute with a former employee"


def test_pack_is_one_whole_file_with_its_digest(config: Path, tmp_path: Path) -> None:
    """Written under its name once all of it is there; what went before under that name is replaced."""
    output = tmp_path / "pack.zip"
    output.write_text("an earlier file")
    command = ["evidence", "--person", "borrower", "--reason", WHY, "--output", str(output), "--json"]
    made = run_as(config, *command, login="auditor")
    assert made.code == 0, made.err
    facts = made.answer
    assert facts["format"] == "pack"
    assert (tmp_path / "pack.zip.note").read_text().startswith("dossier-vault export v1")
    assert facts["sha256"] == hashlib.sha256(output.read_bytes()).hexdigest()
    assert facts["bytes"] == output.stat().st_size
    assert set(zipfile.ZipFile(output).namelist()) >= {"summary.pdf", "pack.json", "entries.jsonl", "evidence.zip"}
    assert sorted(path.name for path in tmp_path.iterdir() if "pack" in path.name) == ["pack.zip", "pack.zip.note"]


def test_dry_run_says_what_the_pack_would_prove_and_orders_nothing(config: Path, tmp_path: Path) -> None:
    """Needs neither a file nor a reason; number and digest are those that the pack then has. Not with --resume."""
    about = ["evidence", "--person", "borrower"]
    seen = run_as(config, *about, "--dry-run", "--json", login="auditor")
    assert seen.code == 0, seen.err
    assert (seen.answer["dry_run"], seen.answer["format"], len(seen.answer["digest"])) == (True, "pack", 64)

    both = run_as(config, *about, "--dry-run", "--resume", "x" + "a" * 26, login="auditor")
    bare = run_as(config, *about, "--reason", WHY, login="auditor")
    assert (both.code, bare.code) == (UNUSABLE, UNUSABLE)
    assert "--output" in bare.err
    with sqlite3.connect(config.parent / "vault.db") as database:
        assert database.execute("SELECT count(*) FROM trail_exports").fetchone() == (0,)


def test_refused_and_unusable_orders_leave_no_file(config: Path, tmp_path: Path) -> None:
    """3 for another office, 2 for a subject that is none."""
    output = tmp_path / "pack.zip"
    words = ["evidence", "--reason", WHY, "--output", str(output)]
    assert run_as(config, *words, "--person", "borrower", login="admin").code == NOT_ALLOWED
    assert run_as(config, *words, login="auditor").code == UNUSABLE
    assert not output.exists()
