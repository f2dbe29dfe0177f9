"""``trail export`` and ``trail verify-signature``: whole files under their names, signed, and never half of one."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

import pytest

from gateway.cli.part_file import write_whole
from gateway.cli.session import DONE, FOUND, NOT_ALLOWED, STATE_FORBIDS, UNUSABLE
from tests.gateway.cli.running import Told, by, run
from vault.errors import TamperError, Unavailable
from vault.ledger.checkpoint import verifier_key

REASON = ("--reason", "The yearly audit of the sales department")
CONTENT = bytes(range(256)) * 4000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def export(config: Path, output: Path, *more: str, language: str = "en") -> Told:
    return run(config, "trail", "export", *by("auditor"), *REASON, "--output", str(output), *more, language=language)


def pinned(config: Path) -> str:
    """The trail's key, as somebody keeps it elsewhere."""
    with sqlite3.connect(config.parent / "vault.db") as database:
        [public] = database.execute("SELECT public FROM trail_epochs").fetchone()
    return verifier_key("tests.example/vault", public)


@pytest.mark.parametrize("wanted", ["jsonl", "csv", "xlsx", "pdf"])
def test_each_format_is_written_whole_and_signed(config: Path, tmp_path: Path, wanted: str) -> None:
    """The answer says what the file is; the vault keeps no copy of it."""
    output = tmp_path / f"trail.{wanted}"
    told = export(config, output, "--format", wanted, "--json")

    assert told.code == DONE
    assert told.answer["sha256"] == hashlib.sha256(output.read_bytes()).hexdigest()
    assert told.answer["rows"] > 20
    assert sorted(path.name for path in tmp_path.glob("*trail*")) == [output.name, f"{output.name}.note"]
    checked = run(config, "trail", "verify-signature", str(output), "--json")
    assert (checked.code, checked.answer["rows"]) == (DONE, told.answer["rows"])


def test_signature_is_checked_without_the_vault_by_the_pinned_key(config: Path, tmp_path: Path) -> None:
    """As an auditor's own machine does it; the key of somebody else is refused."""
    output, key = tmp_path / "trail.csv", pinned(config)
    export(config, output, "--format", "csv")
    nowhere = tmp_path / "none.toml"

    assert run(nowhere, "trail", "verify-signature", str(output), "--key", key).code == DONE
    other = verifier_key("tests.example/vault", bytes(32))
    assert run(nowhere, "trail", "verify-signature", str(output), "--key", other).code == FOUND
    assert run(nowhere, "trail", "verify-signature", str(output), "--key", "x").code == UNUSABLE


def test_altered_file_and_missing_note_are_told_apart(config: Path, tmp_path: Path) -> None:
    """Not what was signed for is code 1; nothing to check with is code 2."""
    output = tmp_path / "trail.csv"
    export(config, output, "--format", "csv")
    output.write_bytes(output.read_bytes().replace(b"Okafor", b"Okafur", 1))

    assert run(config, "trail", "verify-signature", str(output)).code == FOUND
    (tmp_path / "trail.csv.note").unlink()
    assert run(config, "trail", "verify-signature", str(output)).code == UNUSABLE


def test_chinese_auditor_gets_chinese_headers(config: Path, tmp_path: Path) -> None:
    """In the language of the command; names for programs stay the same in any."""
    output, codes = tmp_path / "trail.csv", tmp_path / "codes.csv"
    arguments = ("trail", "export", *by("auditor"), *REASON, "--format", "csv")
    run(config, *arguments, "--output", str(output), language="zh")
    run(config, *arguments, "--headers", "codes", "--output", str(codes), language="zh")

    assert "序号" in output.read_text("utf-8-sig").splitlines()[0]
    assert codes.read_text("utf-8-sig").startswith('"index","time"')


def damage_a_stamp(config: Path) -> int:
    """A placement at an authority whose answer is none any more; the size that it is of."""
    with sqlite3.connect(config.parent / "vault.db") as database:
        size, note = database.execute("SELECT size, note FROM trail_checkpoints ORDER BY size DESC").fetchone()
        row = ("tsa", size, "tests.example/vault", "timestamp", note, b"damaged", "", 0)
        database.execute(f"INSERT INTO trail_anchorings VALUES ({', '.join('?' * len(row))})", row)
    return int(size)


@pytest.mark.parametrize("command", [("trail", "export", "--format", "bundle"), ("evidence", "--person", "borrower")])
def test_answer_says_what_a_bundle_lacks_because_it_was_damaged(
    config: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    """In JSON as the manifest has it, else as a line behind that of the file; nothing where nothing is lacking."""
    arguments = (*command, *by("auditor"), *REASON, "--output")
    assert "left_out" not in run(config, *arguments, str(tmp_path / "whole.zip"), "--json").answer
    size = damage_a_stamp(config)

    told = run(config, *arguments, str(tmp_path / "a.zip"), "--json")
    assert told.code == DONE
    assert told.answer["left_out"] == [{"anchor": "tsa", "kind": "timestamp", "size": size, "why": "token"}]
    said = run(config, *arguments, str(tmp_path / "b.zip"), language="zh").out.splitlines()
    assert said[-1] == f"未收入：tsa 对前 {size} 条的时间戳：在系统内保存期间损坏（它不是对该检查点所加的时间戳）"


def test_unknown_person_is_refused_and_not_an_empty_file(config: Path, tmp_path: Path) -> None:
    """A query that finds nobody is a mistake, and the file would look like an answer."""
    output = tmp_path / "trail.csv"
    told = export(config, output, "--person", "nobody at all", "--json")

    assert (told.code, told.answer["code"]) == (UNUSABLE, "trail.person")
    assert not output.exists()


def test_dry_run_says_rows_digest_and_checkpoint_and_orders_nothing(config: Path, tmp_path: Path) -> None:
    """In text and for programs, without a reason; the file that is ordered then has the same digest of its entries."""
    output, query = tmp_path / "duties.jsonl", "event:dossier.assigned"
    looked = ("trail", "export", query, *by("auditor"), "--dry-run")
    told, read = run(config, *looked, "--json"), run(config, *looked, language="zh")
    refused = run(config, "trail", "export", query, *by("custodian"), "--dry-run", "--json")

    assert (told.code, read.code, refused.code) == (DONE, DONE, NOT_ALLOWED)
    rows, digest = told.answer["rows"], told.answer["digest"]
    assert 0 < rows < told.answer["checkpoint"]
    assert told.answer["dry_run"] is True
    assert read.out.strip().split("\t")[:2] == [f"{rows} 条", f"摘要 {digest}"]
    assert "未下达导出" in read.out
    with sqlite3.connect(config.parent / "vault.db") as database:
        assert database.execute("SELECT count(*) FROM trail_exports").fetchone() == (0,)
    made = export(config, output, query, "--format", "jsonl", "--json").answer
    assert (made["rows"], made["digest"]) == (rows, digest)
    assert run(config, *looked, "--resume", "x" + "a" * 26).code == UNUSABLE


def test_value_that_cannot_be_read_is_pointed_at_before_anything_is_ordered(config: Path, tmp_path: Path) -> None:
    """A mark under the value itself, and what was expected there."""
    output = tmp_path / "trail.csv"
    told = export(config, output, "event:view.opened,veiw.keyed")
    soon = export(config, output, "time:soon", "--json", language="zh")

    assert (told.code, soon.code) == (UNUSABLE, UNUSABLE)
    assert told.err.splitlines()[:2] == ["event:view.opened,veiw.keyed", " " * 18 + "^"]
    assert "view.keyed" in told.err.splitlines()[2]
    assert (soon.answer["code"], soon.answer["column"]) == ("trail.query_time", 6)
    assert not output.exists()


def test_export_that_is_not_ones_own_cannot_be_resumed(config: Path, tmp_path: Path) -> None:
    """Unknown; and one that has ended has ended."""
    output = tmp_path / "trail.csv"
    ended = export(config, output, "--json").answer["export"]

    assert export(config, output, "--resume", "x" + "a" * 26, "--json").code == NOT_ALLOWED
    assert export(config, output, "--resume", ended, "--json").code == STATE_FORBIDS


# the file itself


def write(target: Path, *, sha256: str = SHA256, asked: list[int] | None = None, content: bytes = CONTENT) -> None:
    def content_from(first: int):  # type: ignore[no-untyped-def]
        (asked if asked is not None else []).append(first)
        return (content[begin : begin + 1000] for begin in range(first, len(content), 1000))

    write_whole(
        target,
        part_name="x1",
        file_bytes=len(content),
        sha256=sha256,
        content_from=content_from,
        report=lambda _written: None,
    )


def test_part_that_was_left_is_gone_on_with(tmp_path: Path) -> None:
    """Only the rest is asked for, and the whole is checked."""
    (tmp_path / ".out.x1.part").write_bytes(CONTENT[:5000])
    asked: list[int] = []

    write(tmp_path / "out", asked=asked)

    assert asked == [5000]
    assert (tmp_path / "out").read_bytes() == CONTENT
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]


def test_whole_that_is_not_what_was_promised_is_thrown_away(tmp_path: Path) -> None:
    """A part that somebody altered does not end up under the final name."""
    (tmp_path / ".out.x1.part").write_bytes(b"altered" * 100)

    with pytest.raises(TamperError):
        write(tmp_path / "out")

    assert list(tmp_path.iterdir()) == []


def test_file_is_its_owners_alone(tmp_path: Path) -> None:
    """It names people."""
    write(tmp_path / "out")

    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o600


def test_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    """Instead of a stack."""
    with pytest.raises(Unavailable, match=r"output\.unwritable"):
        write(tmp_path / "nowhere" / "out")
