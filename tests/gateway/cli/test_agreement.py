"""``agreement`` as an administrator and an auditor use it, each command a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from gateway.cli.session import NOT_ALLOWED, STATE_FORBIDS, UNUSABLE
from tests.company import PASSWORD
from tests.repository.sources import ROOT


def run(config: Path, *words: str, login: str) -> subprocess.CompletedProcess[str]:
    secret = config.parent / "password"
    secret.write_text(PASSWORD)
    command = [sys.executable, "-m", "gateway", "--config", str(config), *words]
    signed = ["--as", login, "--password-file", str(secret)]
    return subprocess.run([*command, *signed], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def texts(directory: Path) -> list[str]:
    (directory / "en.md").write_text("# Confidentiality\n\nFor ten years.\n", encoding="utf-8")
    (directory / "zh.md").write_text("保密协议\n十年。\n", encoding="utf-8")
    return ["--en", str(directory / "en.md"), "--zh", str(directory / "zh.md")]


def test_agreement_goes_from_two_files_to_the_list_of_who_has_not_accepted(config: Path, tmp_path: Path) -> None:
    """Written, published, counted; by the people whose office it is."""
    drafted = run(config, "agreement", "draft", *texts(tmp_path), "--class", "secret", "--json", login="admin")
    agreement = json.loads(drafted.stdout)["agreement"]
    published = json.loads(run(config, "agreement", "publish", agreement, "--json", login="admin").stdout)
    assert (published["version"], len(published["hash"])) == (1, 64)
    again = run(config, "agreement", "publish", agreement, login="admin")
    assert again.returncode == STATE_FORBIDS
    assert "no draft to publish" in again.stderr
    listed = json.loads(run(config, "agreement", "list", "--json", login="auditor").stdout)
    assert [(each["title"], each["asked"]) for each in listed["agreements"]] == [("Confidentiality", 3)]
    assert listed["uncovered"] == ["internal", "confidential", "top_secret"]
    status = json.loads(run(config, "agreement", "status", agreement, "--json", login="auditor").stdout)
    assert {each["state"] for each in status["people"]} == {"unanswered"}


def test_who_may_not_and_what_is_no_text_end_with_their_codes(config: Path, tmp_path: Path) -> None:
    """3 for another office, 2 for words that cannot be kept."""
    words = ["agreement", "draft", *texts(tmp_path), "--class", "secret"]
    refused = run(config, *words, login="borrower")
    assert refused.returncode == NOT_ALLOWED
    (tmp_path / "zh.md").write_text("保密协议\n十\u202e年。\n", encoding="utf-8")
    assert run(config, *words, login="admin").returncode == UNUSABLE
