"""``trail verify`` and ``trail export``."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from gateway.cli.session import AWAY, DONE, FOUND, NOT_ALLOWED, TAMPERED, UNUSABLE
from tests.company import Company, open_cheaply
from tests.gateway.cli.running import by, run
from vault.config import load_config

REASON = ("--reason", "The yearly audit of the sales department")


def damage(config: Path, kind: str) -> None:
    """Somebody with the database changes what a leaf says."""
    with sqlite3.connect(config.parent / "vault.db") as database:
        changed = f"CAST(replace(leaf, 'success', 'denied!') AS {kind})"
        database.execute(f"UPDATE trail_leaves SET leaf = {changed} WHERE position = 20")


def sequence(config: Path) -> None:
    """What the worker does meanwhile."""
    vault = open_cheaply(load_config(config))
    vault.keyroom.unseal()
    Company(vault, config.parent).sequence()
    vault.engine.dispose()


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
    assert answer.keys() == {
        "ok", "size", "from", "tree_only", "root", "checkpoint", "unsigned", "waiting", "erased", "pruned", "findings",
        "not_handed_over", "entry", "acknowledged", "values_opened",
    }  # fmt: skip
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
    told = run(config, "trail", "verify")
    assert told.out.startswith("NOT SOUND\t")
    assert told.err.splitlines()[0].split("\t")[3].endswith(".")
    assert "。" in run(config, "trail", "verify", language="zh").err.splitlines()[0].split("\t")[3]


def test_verification_that_ends_early_says_so_and_where(config: Path) -> None:
    """A sentence, never a stack; the entry that tells of it, where it ended, and code six. In both languages."""
    with sqlite3.connect(config.parent / "vault.db") as database:
        database.execute("ALTER TABLE trail_nodes RENAME TO trail_gone")
    told = run(config, "trail", "verify")
    as_json = run(config, "trail", "verify", "--json")
    chinese = run(config, "trail", "verify", language="zh")

    assert (told.code, as_json.code, chinese.code) == (TAMPERED,) * 3
    assert told.err.startswith("The verification ended early")
    assert "Traceback" not in told.err
    assert "Unavailable" in told.err.splitlines()[1]
    assert " log" not in told.err.splitlines()[0]
    answer = as_json.answer
    assert (answer["ok"], answer["code"], answer["entry"][0]) == (False, "verification.cut_short", "e")
    assert answer["entry"] in answer["message"]
    assert answer["faults"][0] == "Unavailable"
    assert chinese.err.startswith("验证未能完成")
    assert "日志" not in chinese.err


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
    to_file = run(config, "trail", "export", *by("auditor"), *REASON, "--output", str(output))
    to_stdout = run(config, "trail", "export", *by("auditor"), *REASON)

    assert (to_file.code, to_stdout.code) == (DONE, DONE)
    lines = [json.loads(line) for line in output.read_text().splitlines()]
    assert len(lines) > 20
    assert [json.loads(line) for line in to_stdout.out.splitlines()][:20] == lines[:20]


def test_only_auditors_export_and_only_with_a_reason(config: Path) -> None:
    """Not allowed is code 3, a reason that is none code 2; nothing is written."""
    refused = run(config, "trail", "export", *by("custodian"), *REASON, "--json")
    empty = run(config, "trail", "export", *by("auditor"), "--reason", ".", "--json")

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


def test_verification_goes_on_from_a_file_that_was_kept(config: Path, tmp_path: Path) -> None:
    """What one verification wrote is where the next begins; one that was altered is refused."""
    kept = tmp_path / "seen.json"
    first = run(config, "trail", "verify", "--save", str(kept), "--json")
    told = run(config, "trail", "verify", "--from", str(kept), "--json")
    damage(config, "BLOB")
    behind = run(config, "trail", "verify", "--from", str(kept), "--json")
    kept.write_text(kept.read_text().replace('"day_from":1', '"day_from":2'))
    altered = run(config, "trail", "verify", "--from", str(kept), "--json")

    assert (first.code, told.code, behind.code, altered.code) == (DONE, DONE, DONE, UNUSABLE)
    assert (told.answer["from"], told.answer["size"]) == (first.answer["size"], first.answer["size"])
    assert altered.answer["code"] == "verification.state"
    assert run(config, "trail", "verify", "--json").code == FOUND, "what lies before is looked at by a whole one only"


def test_verification_since_the_last_and_of_hashes_alone(config: Path) -> None:
    """Each says what it looked at."""
    whole = run(config, "trail", "verify", "--json")
    since = run(config, "trail", "verify", "--since-last", "--json")
    tree = run(config, "trail", "verify", "--tree-only", language="zh")

    assert (whole.code, since.code, tree.code) == (DONE, DONE, DONE)
    assert since.answer["from"] == whole.answer["size"]
    assert "仅哈希与签名" in tree.out
    assert run(config, "trail", "verify", "--tree-only", "--since-last").code == UNUSABLE
    assert run(config, "trail", "verify", "--key", "x").code == UNUSABLE


def test_receipt_is_written_and_checked_with_and_without_the_vault(config: Path, tmp_path: Path) -> None:
    """By the trail's own key, or by the key that somebody wrote down, where no vault is."""
    path, nowhere = tmp_path / "entry.tlog-proof", tmp_path / "no-such-configuration.toml"
    assert run(config, "trail", "receipt", "20", *by("auditor"), "--output", str(path)).code == DONE
    lines = [json.loads(line) for line in run(config, "trail", "export", *by("auditor"), *REASON).out.splitlines()]
    key = lines[-1]["key"]

    known = run(config, "trail", "verify", "--receipt", str(path), "--json")
    offline = run(nowhere, "trail", "verify", "--receipt", str(path), "--key", key, "--json")
    assert (known.code, offline.code) == (DONE, DONE)
    assert known.answer == offline.answer
    assert (known.answer["index"], known.answer["leaf"]) == (20, lines[20]["leaf"])
    assert run(nowhere, "trail", "verify", "--receipt", str(path), "--key", "x", "--json").code == UNUSABLE

    path.write_text(path.read_text().replace("index 20", "index 21"))
    forged = run(config, "trail", "verify", "--receipt", str(path))
    assert forged.code == FOUND
    assert forged.err.startswith("NOT SOUND\tentry: ")
    path.write_text("x" * 1_000_000)
    assert run(config, "trail", "verify", "--receipt", str(path), "--json").code == UNUSABLE


def test_only_auditors_take_receipts_at_the_command_line(config: Path) -> None:
    """In somebody's name, with that person's rights."""
    assert run(config, "trail", "receipt", "3", *by("custodian")).code == NOT_ALLOWED
    assert run(config, "trail", "receipt", "300000", *by("auditor")).code == NOT_ALLOWED
    assert run(config, "trail", "receipt", "3", *by("auditor")).out.startswith("c2sp.org/tlog-proof@v1\n")


def test_finding_is_acknowledged_and_told_with_who_and_why(config: Path, tmp_path: Path) -> None:
    """By the JSON of a verification; the next one fails as well, says so, and puts what is new first."""
    damage(config, "BLOB")
    report = tmp_path / "found.json"
    report.write_text(run(config, "trail", "verify", "--json").out, encoding="utf-8")
    findings = json.loads(report.read_text())["findings"]
    sequence(config)
    case = ("--case", "IT-7", *by("auditor"))
    told = run(config, "trail", "acknowledge", str(report), "--finding", findings[0]["digest"][:8], *REASON, *case)
    assert (told.code, told.out) == (DONE, "1 acknowledged\n")
    sequence(config)
    answer = run(config, "trail", "acknowledge", str(report), "--all", *REASON, *case, "--json").answer
    assert answer == {"ok": True, "acknowledged": len(findings) - 1}
    sequence(config)

    with sqlite3.connect(config.parent / "vault.db") as database:
        database.execute("UPDATE trail_search SET outcome = 'failed' WHERE position = 21")
    again = run(config, "trail", "verify", "--json")
    assert again.code == FOUND
    assert again.answer["acknowledged"] == len(findings)
    [known, *_] = [each["acknowledged"] for each in again.answer["findings"] if each["acknowledged"]]
    assert (known["name"], known["reason"], known["case"]) == ("Auditor", REASON[1], "IT-7")
    lines = run(config, "trail", "verify")
    assert lines.err.splitlines()[0].startswith("search.differs\t21")
    assert f"1 new, {len(findings)} acknowledged before" in lines.out
    assert "acknowledged by Auditor" in lines.err.splitlines()[-1]
    sequence(config)
    doctor = run(config, "doctor")
    assert doctor.code == FOUND
    assert f"{len(findings)} of {len(findings) + 1} findings acknowledged by then" in doctor.out


def test_acknowledging_says_what_is_missing(config: Path, tmp_path: Path) -> None:
    """A file that is no report, no case, nothing named, another office: a sentence and the documented code."""
    damage(config, "BLOB")
    report = tmp_path / "found.json"
    report.write_text(run(config, "trail", "verify", "--json").out, encoding="utf-8")
    sequence(config)
    nothing = tmp_path / "nothing.json"
    nothing.write_text("{}")
    case = (*REASON, "--case", "IT-7")
    assert run(config, "trail", "acknowledge", str(nothing), "--all", *case, *by("auditor")).code == UNUSABLE
    assert run(config, "trail", "acknowledge", str(report), *case, *by("auditor")).code == UNUSABLE
    without = run(config, "trail", "acknowledge", str(report), "--all", *REASON, *by("auditor"))
    assert (without.code, "Enter the case" in without.err) == (UNUSABLE, True)
    assert run(config, "trail", "acknowledge", str(report), "--all", *case, *by("officer")).code == NOT_ALLOWED
    assert run(config, "trail", "acknowledge", "--entry", "3", *case, *by("auditor")).code == NOT_ALLOWED
    assert run(config, "trail", "acknowledge", *case, *by("auditor")).code == UNUSABLE
