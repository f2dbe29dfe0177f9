"""Every check of the audit has a sentence for its findings."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.verification_sentences import CHECKS, tell_finding
from vault.ledger.audit_facts import Finding

VAULT = Path(__file__).parents[2] / "vault"
SOURCES = [*sorted((VAULT / "ledger").glob("audit*.py")), VAULT / "anchors" / "checking.py"]
RECEIPT_READERS = sorted((VAULT / "anchors").glob("*.py"))
CHOSEN = re.compile(r"(anchor|epoch|receipt|time)\.[a-z_]+")
"""Checks that are picked from a table or a list before they are handed on."""
COUNTERS = ("nseq", "dseq", "useq")


def _checks() -> Iterator[str]:
    """Every word that the audit's sources hand to ``find`` or ``_compare``, put together where it is."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and CHOSEN.fullmatch(str(node.value)):
                yield str(node.value)
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                word = {"find": 0, "_compare": 1}.get(name)
                if word is not None and len(node.args) > word:
                    yield from _spelt(node.args[word])


def _receipt_checks() -> Iterator[str]:
    """What an anchor says is wrong with its own receipt."""
    for path in RECEIPT_READERS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and str(node.value).startswith("receipt."):
                yield str(node.value)


def _spelt(word: ast.expr) -> Iterator[str]:
    if isinstance(word, ast.Constant):
        yield str(word.value)
    elif isinstance(word, ast.JoinedStr):
        for counter in COUNTERS:
            yield "".join(part.value if isinstance(part, ast.Constant) else counter for part in word.values)  # type: ignore[misc]


def test_every_check_of_the_audit_has_a_sentence() -> None:
    """A new check without one fails here; so does one that the audit does not know any more."""
    checks = set(_checks()) | set(_receipt_checks())

    assert len(checks) > 25
    assert checks - set(CHECKS) == set()
    assert {check.partition(":")[0] for check in CHECKS} - checks == set()


@pytest.mark.parametrize("check", CHECKS)
def test_sentences_are_whole_in_both_languages(check: str) -> None:
    """Nothing to be filled in, nothing left out."""
    english, chinese = CHECKS[check]
    assert english.endswith(".")
    assert chinese.endswith("。")
    assert any("一" <= mark <= "鿿" for mark in chinese)
    assert not any(name for _text, name, _spec, _conversion in string.Formatter().parse(english + chinese))


def test_checkpoint_of_ones_own_is_told_apart_from_a_stored_one() -> None:
    """Who gave it is half of what it means."""
    stored, known = (
        tell_finding(Finding("checkpoint.signature", -1, each), locale="en") for each in ("stored", "known")
    )

    assert stored != known
    assert "you gave" in known


def test_check_of_tomorrow_has_a_sentence_today() -> None:
    """A newer audit under an older page."""
    assert tell_finding(Finding("leaf.tomorrow", 3), locale="zh_Hans_CN")


@pytest.mark.parametrize(
    ("locale", "detail", "told"),
    [
        ("en", "2: 1-72,80", " By 2 too many; without content are: #1–#72, #80."),
        ("en", "2: 1-72,80 +12", " By 2 too many; without content are: #1–#72, #80 and 12 more."),
        ("zh_Hans_CN", "2: 1-72,80 +12", "多出 2 条；无内容的条目为：#1–#72、#80，另有 12 条。"),
        ("en", "2", "."),
    ],
)
def test_bodies_that_are_gone_are_named(locale: str, detail: str, told: str) -> None:
    """By their ranges, as far as the finding says them; one of an older version says their number alone."""
    assert tell_finding(Finding("pruned.more", -1, detail), locale=locale).endswith(told)
