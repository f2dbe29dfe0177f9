"""Every fact that an entry can have has a name in both languages; values of known kinds are said in words."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from gateway.event_labels import EVENT_LABELS
from gateway.export_words import ScreenWords
from gateway.fact_words import BY_CLASS, CHANGE, CODES, FACTS, VALUES
from tests.repository.sources import ROOT
from vault.access.closing import EndCause
from vault.custody.scope import Report
from vault.database.request_queries import RequestState
from vault.ledger.events import Event
from vault.model import Classification
from vault.policy.fields import policy_fields
from vault.policy.granting import GrantState

WORDS = ScreenWords()
LOCALES = ("en", "zh_Hans_CN")
HOLDING = {"facts", "details", "made"}
"""What the vault calls the details of an entry before they are recorded."""
WRITERS = {"dict[str, str | int]"}
LEAVES = "vault/ledger/recorder.py"
"""What stands beside the details in a leaf is made there."""
HANDED_ON = {"verification", "result", "until"}
"""What is given to a function that records it, under a name that no rule below sees."""


def recorded_in(source: str) -> set[str]:
    """The names that a module gives to facts: in what it calls so, passes on as such, or returns in their type."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        values: list[ast.expr | None] = []
        if isinstance(node, ast.Assign | ast.AnnAssign):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name) and target.id in HOLDING:
                    values.append(node.value)
                elif isinstance(target, ast.Subscript) and _is_held(target.value):
                    names |= {each.value for each in [target.slice] if isinstance(each, ast.Constant)}
        elif isinstance(node, ast.AugAssign | ast.keyword) and _is_details(node):
            values.append(node.value)
        elif isinstance(node, ast.FunctionDef) and node.returns and ast.unparse(node.returns) in WRITERS:
            values += [each.value for each in ast.walk(node) if isinstance(each, ast.Return)]
        names |= {name for value in values if value is not None for name in _keys(value)}
    return names


def _is_details(node: ast.AugAssign | ast.keyword) -> bool:
    return node.arg == "details" if isinstance(node, ast.keyword) else _is_held(node.target)


def _is_held(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id in HOLDING


def _keys(value: ast.expr) -> set[str]:
    keys = [key for each in ast.walk(value) if isinstance(each, ast.Dict) for key in each.keys]
    return {str(key.value) for key in keys if isinstance(key, ast.Constant)}


def every_fact() -> set[str]:
    paths = {path for path in (ROOT / "vault").rglob("*.py") if "bundle" not in path.parts} - {ROOT / LEAVES}
    found = set().union(*(recorded_in(path.read_text("utf-8")) for path in paths)) | set(Report.__struct_fields__)
    return found | HANDED_ON


def named(name: str, locale: str, event: Event | None = None) -> str:
    return WORDS.fact(event, name, "x", locale=locale)[0]


def test_every_fact_that_the_vault_records_has_a_name_in_both_languages() -> None:
    """Read from the source, so that a new fact is found by nobody having thought of it here."""
    facts = every_fact()

    assert {"duty", "lease_seconds", "backups_until", "verification", "left_out"} <= facts
    assert [name for name in sorted(facts) if name not in FACTS] == []
    for name in facts:
        assert len({named(name, locale) for locale in LOCALES} | {name}) == 3, name


def test_no_name_is_left_of_a_fact_that_nobody_records() -> None:
    """The table stays as long as the vault needs it."""
    known = every_fact()

    assert [key for key in FACTS if key.rpartition(":")[2] not in known] == []
    events = {each.value for each in Event}
    assert [key for key in FACTS if ":" in key and key.partition(":")[0] not in events] == []
    assert EVENT_LABELS.keys() >= set(Event)


def test_planted_fact_without_a_name_is_found(tmp_path: Path) -> None:
    """Each way of writing one."""
    assert recorded_in('facts: dict[str, str | int] = {"a": 1}\nfacts["b"] = 2\nfacts |= {"c": 3}') == {"a", "b", "c"}
    assert recorded_in('done_by(actor, event, details={"d": 1, **({"e": 2} if x else {})})') == {"d", "e"}
    assert recorded_in('def f() -> dict[str, str | int]:\n    return {"g": 1} | {"h": 2}') == {"g", "h"}


@pytest.mark.parametrize("locale", LOCALES)
def test_facts_of_classes_and_of_the_policy_are_called_as_its_form_calls_them(locale: str) -> None:
    """The patterns have names as well."""
    for each in Classification:
        for prefix in BY_CLASS:
            assert WORDS.value(each, locale=locale) in named(f"{prefix}{each.value}", locale)
    for field in policy_fields():
        assert named(f"{CHANGE}{field.path}", locale) != f"{CHANGE}{field.path}"
    assert named(f"{CHANGE}classes.secret.views", "en") == "Secret · Views"
    assert named(f"{CHANGE}gone", locale) == "gone"


def test_name_depends_on_the_event_where_its_meaning_does() -> None:
    """One number is that of a view, another that of a key."""
    assert named("number", "en", Event.VIEW_OPENED) == "Number of the view"
    assert named("number", "en", Event.KEY_CREATED) == "Version of the key"
    assert named("number", "en", Event.KEY_ATTENTION_RAISED) == "Number"


@pytest.mark.parametrize(
    ("name", "value", "english", "chinese"),
    [
        ("duty", "borrower", "Borrower", "借用人"),
        ("qualifications", "approver borrower", "Approver, Borrower", "审批人、借用人"),
        ("classes", "secret top_secret", "Secret, Top secret", "机密、绝密"),
        ("successor", 0, "no", "否"),
        ("allowed_from", "class", "the rule for the class", "密级规定"),
        ("check", "leaf.hash", "The entry's stored hash is not that of its content.", "条目的哈希与内容不符。"),
        ("check", "object.tampered", "Tampering found", "发现篡改"),
        ("number", 3, "3", "3"),
        ("duty", "of tomorrow", "of, tomorrow", "of、tomorrow"),
        ("zones", "1", "1", "1"),
    ],
)
def test_values_of_known_kinds_are_said_in_words(name: str, value: str | int, english: str, chinese: str) -> None:
    """Any other as it is written."""
    assert WORDS.fact(None, name, value, locale="en")[1] == english
    assert WORDS.fact(None, name, value, locale="zh_Hans_CN")[1] == chinese


def test_every_word_differs_between_the_languages() -> None:
    """None was left untranslated."""
    tables: list[dict[str, tuple[str, str]]] = [dict(FACTS), dict(VALUES), dict(BY_CLASS), dict(CODES)]
    assert [key for table in tables for key, each in table.items() if each[0] == each[1] or not all(each)] == []


def test_every_end_of_a_view_and_of_a_grant_and_every_decision_has_words() -> None:
    """No paper shows a bare code where something was done."""
    ends = {each.value for each in EndCause} | {each.value for each in GrantState} - {"waiting", "running"}
    decisions = {each.value for each in RequestState} - {"open", "unreviewed"}

    assert ends | decisions <= set(CODES)
    assert WORDS.code("signed_out", locale="zh_Hans_CN") == "退出登录"
    assert WORDS.code("of_tomorrow", locale="en") == "of_tomorrow"
