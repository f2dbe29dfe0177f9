"""Every error can be said, in both languages."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.errors import STATUS_OF, status_of
from gateway.sentence_table import SENTENCES
from gateway.sentences import CODE_OF_CLASS, find_sentence, sentence_for_code, sentence_in
from vault import errors
from vault.access.closing import EndCause
from vault.errors import LeaseEnded, TooMany, VaultError

ROOT = Path(__file__).parents[2]
RAISERS = {
    "InputError",
    "NotSignedIn",
    "AccessDenied",
    "Conflict",
    "QuotaSpent",
    "LeaseEnded",
    "TooMany",
    "Sealed",
    "Unavailable",
    "NotFound",
    "denied",
}
"""What a person meets. TamperError says the same sentence whatever its code, which goes to the trail."""
ALWAYS_BY_CLASS = ("object.",)
"""Codes that never leave the vault: whoever catches them raises another."""


def _classes() -> list[type[VaultError]]:
    return [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, VaultError)]


def _raised_codes() -> Iterator[str]:
    for package in ("vault", "keys", "gateway"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and node.args and _name(node.func) in RAISERS:
                    first = node.args[0]
                    if isinstance(first, ast.Constant) and isinstance(first.value, str):
                        yield first.value


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def test_every_code_that_a_person_meets_has_its_own_sentence() -> None:
    """A new code without a sentence fails here."""
    missing = sorted({code for code in _raised_codes() if not find_sentence(code)})
    assert [code for code in missing if not code.startswith(ALWAYS_BY_CLASS)] == []


def test_every_way_a_view_ends_has_its_own_sentence() -> None:
    """The codes that are put together from the cause."""
    assert [cause for cause in EndCause if not find_sentence(f"lease.{cause.value}")] == []


@pytest.mark.parametrize("kind", _classes(), ids=lambda kind: kind.__name__)
def test_every_class_has_a_status_and_a_sentence(kind: type[VaultError]) -> None:
    """Whatever is raised can be answered."""
    error = kind(["fault"]) if kind is errors.ConfigError else kind()  # type: ignore[arg-type]
    assert status_of(error) in {status for _kind, status in STATUS_OF}
    assert sentence_in("en", error)
    assert sentence_in("zh_Hans_CN", error)


def test_tables_name_specific_classes_before_general_ones() -> None:
    """The first match is the most specific."""
    for table in (STATUS_OF, CODE_OF_CLASS):
        kinds = [kind for kind, _value in table]
        assert not [(one, two) for n, one in enumerate(kinds) for two in kinds[n + 1 :] if issubclass(two, one)]


@pytest.mark.parametrize("code", SENTENCES)
def test_both_languages_say_the_same_parameters(code: str) -> None:
    """A translation neither loses nor invents a figure."""
    english, chinese = SENTENCES[code]
    assert _fields(english) == _fields(chinese)
    assert any("一" <= mark <= "鿿" for mark in chinese)


def _fields(template: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(template) if name}


def test_unknown_code_is_said_by_its_class() -> None:
    """A code of tomorrow has a sentence today."""
    assert sentence_in("en", errors.AccessDenied("denied.tomorrow")) == SENTENCES["denied.policy"].en
    assert sentence_for_code("zh_Hans_CN", "tomorrow") == SENTENCES["denied.policy"].zh


def test_end_of_a_view_is_said_with_who_when_and_whom_to_ask() -> None:
    """Who, local time, whom to ask."""
    error = LeaseEnded("lease.revoked", at="2026-11-24T02:05:00+00:00", by="Priya", ask="Beatrice")
    assert sentence_in("en", error, timezone="Asia/Shanghai") == (
        "This view was ended by Priya at 10:05. Ask them, or the dossier's custodian: Beatrice."
    )


def test_missing_parameters_never_show_as_braces() -> None:
    """A sentence stays a sentence when nobody is named."""
    assert "{" not in sentence_in("zh_Hans_CN", LeaseEnded("lease.revoked", at="", by="", ask=""))


def test_waiting_time_is_said_in_minutes_rounded_up() -> None:
    """61 seconds are two minutes."""
    assert "2 min" in sentence_in("en", TooMany("sign_in.blocked", retry_after_seconds=61))


def test_parameters_are_not_read_as_templates() -> None:
    """A name with braces in it stays a name."""
    error = LeaseEnded("lease.revoked", at="2026-11-24T02:05:00+00:00", by="{ask.__class__}", ask="B")
    assert "{ask.__class__}" in sentence_in("en", error)
