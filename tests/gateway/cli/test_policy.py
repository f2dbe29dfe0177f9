"""``policy explain`` at the command line, in both languages and in JSON."""

from __future__ import annotations

from pathlib import Path

from gateway.cli.session import DONE, FOUND, NOT_ALLOWED
from tests.company import PASSWORD, reopen_company
from tests.gateway.cli.running import Told, run


def explain(config: Path, person: str, document: str, *words: str, by: str = "admin", language: str = "en") -> Told:
    (config.parent / "password").write_text(PASSWORD)
    signed = ["--as", by, "--password-file", "password"]
    return run(config, "policy", "explain", person, document, *words, *signed, language=language)


def document_of(config: Path) -> str:
    company = reopen_company(config.parent)
    company.vault.engine.dispose()
    return company.document_id


def test_rules_are_told_one_by_one(config: Path) -> None:
    """Whoever may open it: done. Whoever may not: what stands in the way, and exit code 1."""
    document = document_of(config)

    allowed = explain(config, "borrower", document)
    denied = explain(config, "custodian", document, language="zh")
    answer = explain(config, "officer", document, "--json").answer

    assert allowed.code == DONE, allowed.err
    assert allowed.out.splitlines()[-2:] == [
        "0 of 3 views used, the limit is the default, 15 min each",
        "may open it now",
    ]
    assert denied.code == FOUND
    assert "yes\tmay ask for more about it" in allowed.out
    assert "NO\tdecides what others ask for\n" in allowed.out
    assert "否\t目前为该档案的借用人" in denied.out
    assert "是\t保管该档案：归档、分派、出借" in denied.out
    assert denied.out.splitlines()[-1] == "现在不可打开"
    assert (answer["ok"], answer["code"]) == (False, "denied.office")
    assert [rule["rule"] for rule in answer["rules"] if not rule["holds"]][:2] == ["staff", "assigned"]
    assert [act["act"] for act in answer["acts"] if act["holds"]] == []


def test_somebody_else_is_not_told(config: Path) -> None:
    """Nobody looks into others' rights from the machine."""
    assert explain(config, "borrower", document_of(config), by="borrower").code == NOT_ALLOWED
