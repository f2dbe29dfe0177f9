"""``agreement`` as an administrator and an auditor use it, each command a process of its own."""

from __future__ import annotations

from pathlib import Path

from gateway.cli.session import NOT_ALLOWED, STATE_FORBIDS, UNUSABLE
from tests.company import PASSWORD
from tests.gateway.cli.running import Told, run


def run_as(config: Path, *words: str, login: str) -> Told:
    (config.parent / "password").write_text(PASSWORD)
    return run(config, *words, "--as", login, "--password-file", "password")


def texts(directory: Path) -> list[str]:
    (directory / "en.md").write_text("# Confidentiality\n\nFor ten years.\n", encoding="utf-8")
    (directory / "zh.md").write_text("保密协议\n十年。\n", encoding="utf-8")
    return ["--en", str(directory / "en.md"), "--zh", str(directory / "zh.md")]


def test_agreement_goes_from_two_files_to_the_list_of_who_has_not_accepted(config: Path, tmp_path: Path) -> None:
    """Written, published, counted; by the people whose office it is."""
    drafted = run_as(config, "agreement", "draft", *texts(tmp_path), "--class", "secret", "--json", login="admin")
    agreement = drafted.answer["agreement"]
    published = run_as(config, "agreement", "publish", agreement, "--json", login="admin").answer
    assert (published["version"], len(published["hash"])) == (1, 64)
    again = run_as(config, "agreement", "publish", agreement, login="admin")
    assert again.code == STATE_FORBIDS
    assert "no draft to publish" in again.err
    listed = run_as(config, "agreement", "list", "--json", login="auditor").answer
    assert [(each["title"], each["asked"]) for each in listed["agreements"]] == [("Confidentiality", 3)]
    assert listed["uncovered"] == ["internal", "confidential", "top_secret"]
    status = run_as(config, "agreement", "status", agreement, "--json", login="auditor").answer
    assert {each["state"] for each in status["people"]} == {"unanswered"}


def test_who_may_not_and_what_is_no_text_end_with_their_codes(config: Path, tmp_path: Path) -> None:
    """3 for another office, 2 for words that cannot be kept."""
    words = ["agreement", "draft", *texts(tmp_path), "--class", "secret"]
    refused = run_as(config, *words, login="borrower")
    assert refused.code == NOT_ALLOWED
    (tmp_path / "zh.md").write_text("保密协议\n十\u202e年。\n", encoding="utf-8")
    assert run_as(config, *words, login="admin").code == UNUSABLE
