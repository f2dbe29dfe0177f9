"""The policy at the command line: shown, proposed from values and from a file, decided by somebody else."""

from __future__ import annotations

from pathlib import Path

from gateway.cli.session import DONE, NOT_ALLOWED, STATE_FORBIDS, UNUSABLE
from tests.company import PASSWORD
from tests.gateway.cli.running import Told, run

NOTE = "Two views are enough after the audit"


def policy(config: Path, *words: str, by: str = "admin", language: str = "en") -> Told:
    (config.parent / "password").write_text(PASSWORD)
    return run(config, "policy", *words, "--as", by, "--password-file", "password", language=language)


def test_policy_is_proposed_from_values_and_approved_by_another_person(config: Path) -> None:
    """The proposer cannot; then the sentences say it, and where each comes from."""
    values = ["--set", "views=2", "--set", "classes.secret.name_zh=核心"]
    looked = policy(config, "propose", *values, "--dry-run")
    assert looked.code == DONE, looked.err
    assert "Views\tA borrower may view a document 3 times" in looked.out
    assert policy(config, "list", "--json").answer["proposals"] == []

    proposed = policy(config, "propose", *values, "--note", NOTE, "--json").answer
    assert [change["field"] for change in proposed["changes"]] == ["views", "classes.secret.name_zh"]
    own = policy(config, "approve", proposed["proposal"])
    assert (own.code, "Nobody decides what they proposed" in own.err) == (NOT_ALLOWED, True)
    approved = policy(config, "approve", proposed["proposal"], by="officer")
    assert (approved.code, approved.out) == (DONE, "version 1 is in force\n")

    shown = policy(config, "show", by="auditor", language="zh")
    assert "未经申请批准，借用人每份文档可查阅 2 次。\t[views, v1]" in shown.out
    assert "\n核心\n" in shown.out
    assert policy(config, "approve", proposed["proposal"], by="officer").code == STATE_FORBIDS


def test_file_as_shown_is_proposed_changed_and_every_fault_is_named(config: Path) -> None:
    """What ``show --json`` has under ``policy`` is what ``propose`` reads; refused and withdrawn nothing changes."""
    file = config.parent / "policy.json"
    file.write_text('{"views": 4, "classes": {"secret": {"views": 1}}}')
    refused = policy(config, "propose", "policy.json", "--set", "views=many", "--set", "speed=3", "--json")
    assert refused.code == UNUSABLE
    assert {fault["field"] for fault in refused.answer["faults"]} == {"views", "speed"}

    proposal = policy(config, "propose", "policy.json", "--note", NOTE, "--json").answer["proposal"]
    meaningless = policy(config, "refuse", proposal, "--reason", ".", by="officer")
    assert meaningless.code == UNUSABLE
    assert policy(config, "refuse", proposal, "--reason", "Not before the audit is over", by="officer").code == DONE
    assert policy(config, "withdraw", proposal).code == STATE_FORBIDS
    found = policy(config, "list", "--json").answer
    assert [(each["state"], each["decided_by"]) for each in found["proposals"]] == [("refused", "Officer")]
    shown = policy(config, "show", "--json").answer
    assert (shown["version"], shown["policy"], shown["values"]["views"]) == (0, {}, 3)
