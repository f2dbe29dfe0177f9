"""``doctor`` and ``gc``."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from pathlib import Path

from gateway.cli.session import AWAY, DONE, FOUND
from tests.company import write_config
from tests.gateway.cli.running import run
from tests.servers import S3Server

OLD = time.time() - 3 * 24 * 3600


def check(answer: dict[str, object], name: str) -> tuple[bool, str]:
    """How one check ended."""
    checks = answer["checks"]
    assert isinstance(checks, list)
    return next((each["ok"], each["detail"]) for each in checks if each["check"] == name)


def test_sound_vault_needs_no_hand(config: Path) -> None:
    """Every part has its line, and its own name in JSON."""
    told = run(config, "doctor", "--json")

    assert told.code == DONE, told.out
    assert told.answer["ok"] is True
    names = {each["check"] for each in told.answer["checks"]}
    assert {"root key", "database", "store", "store probe", "sandbox", "mark fonts", "process", "versions"} <= names
    assert all(line.startswith("ok ") for line in run(config, "doctor").out.splitlines())


def test_view_without_a_result_is_counted(config: Path) -> None:
    """Somebody took the result of a view out of the index: the operator learns that there is one, not whose."""
    assert check(run(config, "doctor", "--json").answer, "views") == (True, "0 without a result")
    with sqlite3.connect(config.parent / "vault.db") as database:
        newest = "(SELECT max(position) FROM trail_search WHERE event <> 'view.opened')"
        view = "event = 'view.opened', outcome = 'success', view_id = 'w', logged = 0"
        database.execute(f"UPDATE trail_search SET {view} WHERE position = {newest}")
    told = run(config, "doctor", "--json")

    assert told.code == FOUND
    assert check(told.answer, "views") == (False, "1 without a result")


def test_location_database_has_a_line_of_its_own(config: Path) -> None:
    """Configured and not there: said in words, in the operator's language."""
    assert check(run(config, "doctor", "--json").answer, "places") == (True, "no location database")
    written = config.read_text()
    config.write_text(written.replace("[[places.zones]]", '[places]\ngeoip = "gone.mmdb"\n[[places.zones]]', 1))
    told = run(config, "doctor", "--json", language="zh")

    assert told.code == FOUND
    ok, detail = check(told.answer, "places")
    assert not ok
    assert "位置数据库文件不存在" in detail


def test_missing_root_key_is_found(config: Path) -> None:
    """The rest is looked at all the same."""
    (config.parent / "root.key").unlink()
    told = run(config, "doctor", "--json")

    assert told.code == FOUND
    ok, detail = check(told.answer, "root key")
    assert not ok
    assert "root.key" in detail
    assert check(told.answer, "store probe")[0]


def test_missing_store_is_found_and_said_in_chinese(config: Path) -> None:
    """An unmounted disk is not taken for an empty store."""
    shutil.rmtree(config.parent / "objects")
    told = run(config, "doctor", language="zh")

    assert told.code == FOUND
    assert any(line.startswith("异常") and "存储" in line for line in told.out.splitlines())
    assert not (config.parent / "objects").exists()


def test_missing_bucket_is_found(tmp_path: Path, s3_server: S3Server) -> None:
    """The bucket's name is wrong: said, with what to check."""
    directory = tmp_path / "bucket"
    directory.mkdir()
    config = write_config(directory, storage=s3_server.storage_section(directory, bucket="nobody-made-this"))
    doctor = run(config, "doctor", "--json")
    beginning = run(config, "init", "--login", "ruth", "--name", "Ruth Feldman", "--json")

    assert doctor.code == FOUND
    assert "bucket" in check(doctor.answer, "store probe")[1]
    assert (beginning.code, beginning.answer["code"]) == (AWAY, "store.bucket_missing")


def test_unused_configuration_is_looked_at_without_harm(empty_config: Path) -> None:
    """Before ``init``: what is missing is said, and nothing is made."""
    told = run(empty_config, "doctor", "--json")

    assert told.code == FOUND
    assert not (empty_config.parent / "root.key").exists()
    assert not (empty_config.parent / "objects").exists()


def test_gc_removes_what_no_row_knows_once_it_is_old(config: Path) -> None:
    """Young ones and the vault's own stay."""
    objects = config.parent / "objects"
    own = {path for path in objects.rglob("*") if path.is_file()}
    old, young, probe = objects / "o/aa/01", objects / "o/aa/02", objects / "probe/03"
    unfinished = objects / ".unfinished" / "tmp04"
    for path in (old, young, probe, unfinished):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"ciphertext of a put that was killed")
        os.utime(path, (time.time(), time.time()) if path == young else (OLD, OLD))
    told = run(config, "gc", "--json")

    assert told.code == DONE
    assert told.answer["ok"] is True
    assert set(told.answer["removed"]) == {"o/aa/01", "probe/03"}
    assert {path for path in objects.rglob("*") if path.is_file()} == own | {young}
    assert run(config, "gc").out == ""


def test_gc_of_a_store_that_is_away_removes_nothing(config: Path) -> None:
    """Code 5 in every language."""
    shutil.rmtree(config.parent / "objects")
    told = run(config, "gc", language="zh")

    assert told.code == AWAY
    assert "存储" in told.err
