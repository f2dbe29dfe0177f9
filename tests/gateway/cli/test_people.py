"""``people import`` as an administrator uses it: dry run, passwords kept apart, faults by row in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.cli.session import DONE, NOT_ALLOWED, UNUSABLE
from tests.company import PASSWORD
from tests.gateway.cli.running import Told, run

LIST = "staff_number,login,name,qualifications\nN-0900,nadia,Nadia Brandt,borrower\nN-0901,王,,\n"
GOOD = "工号,登录名,姓名,可任职责\nN-0900,nadia,王娜,author、borrower\n"


@pytest.fixture
def listed(config: Path) -> Path:
    (config.parent / "password").write_text(PASSWORD)
    path = config.parent / "staff.csv"
    path.write_text(GOOD, encoding="gb18030")
    return path


def bring(config: Path, *words: str, by: str = "admin", language: str = "en") -> Told:
    signed = ["--as", by, "--password-file", "password"]
    return run(config, "people", "import", "staff.csv", *words, *signed, language=language)


def test_list_is_tried_then_brought_in_and_is_so_from_then_on(config: Path, listed: Path) -> None:
    """Dry run, real run, the same again; passwords are in a file of the owner's alone."""
    assert listed.exists()
    tried = bring(config, "--dry-run", "--json")
    assert tried.answer["created"] == ["N-0900"]
    done = bring(config, "--passwords", "new.csv")
    assert (done.code, done.out) == (DONE, "1 created\t0 changed\t0 suspended\t0 about to leave\t0 unchanged\n")
    kept = config.parent / "new.csv"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.read_text().startswith("staff_number,login,initial_password\nN-0900,nadia,")
    again = bring(config, "--passwords", "again.csv", "--json")
    assert (again.answer["created"], again.answer["unchanged"]) == ([], 1)


def test_passwords_are_never_written_over_others(config: Path, listed: Path) -> None:
    """Those may not have been handed out yet; and without a place for them nothing is done."""
    assert listed.exists()
    (config.parent / "new.csv").write_text("kept")

    refused = bring(config, "--passwords", "new.csv")
    nowhere = bring(config, language="zh")

    assert refused.code == nowhere.code == UNUSABLE
    assert "Name a new file for the initial passwords" in refused.err
    assert "请用 --passwords 指定一个新文件" in nowhere.err
    assert (config.parent / "new.csv").read_text() == "kept"
    assert bring(config, "--dry-run", "--json").answer["created"] == ["N-0900"]


def test_bad_rows_are_listed_with_their_numbers(config: Path, listed: Path) -> None:
    """In the language asked for and in JSON; the file for passwords is not left behind."""
    listed.write_text(LIST)

    told = bring(config, "--passwords", "new.csv", language="zh")
    answer = bring(config, "--dry-run", "--json").answer

    assert told.code == UNUSABLE
    assert "有 1 行无法使用" in told.err
    assert "  3\t" in told.err
    assert not (config.parent / "new.csv").exists()
    assert [row["row"] for row in answer["rows"]] == [3]
    assert answer["code"] == "people.import_refused"


def test_somebody_else_is_not_allowed(config: Path, listed: Path) -> None:
    """Being at the machine is no right."""
    assert listed.exists()
    assert bring(config, "--dry-run", by="officer").code == NOT_ALLOWED
