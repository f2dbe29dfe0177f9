"""Every fact that an entry can have has a name in both languages; values of known kinds are said in words."""

from __future__ import annotations

import ast
import enum
from collections.abc import Iterable
from pathlib import Path

import pytest

from gateway.event_labels import EVENT_LABELS
from gateway.export_words import ScreenWords
from gateway.fact_words import BY_CLASS, CHANGE, CODES, FACTS, VALUES
from gateway.sentences import find_sentence
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

GIVEN = {"code", "cause"}
"""What the vault calls the code of an entry until it is recorded."""
NOT_DONE = ("Outcome.DENIED", "Outcome.FAILED", "record_damage")
"""What an entry of something that was refused or failed is made with."""
ENUMS: tuple[Iterable[enum.Enum], ...] = (EndCause, set(GrantState) - {GrantState.WAITING, GrantState.RUNNING})
TEAMS = {"created", "renamed", "ended"}
"""What is given by its place alone, which no rule below sees."""


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
                    names |= {str(each.value) for each in [target.slice] if isinstance(each, ast.Constant)}
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


def codes_in(source: str) -> set[str]:
    """The codes that a module gives to entries of what was done, as texts or by the name of a constant of its own."""
    tree, found = ast.parse(source), set[str]()
    constants = {
        target.id: _texts(each.value, {})
        for each in tree.body
        if isinstance(each, ast.Assign)
        for target in each.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and not any(each in ast.unparse(node) for each in NOT_DONE):
            for keyword in node.keywords:
                found |= _texts(keyword.value, constants) if keyword.arg in GIVEN else set()
        elif isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id in GIVEN for t in node.targets):
            found |= _texts(node.value, constants)
    return found - {""}


def _texts(value: ast.expr, constants: dict[str, set[str]]) -> set[str]:
    if isinstance(value, ast.IfExp):
        return _texts(value.body, constants) | _texts(value.orelse, constants)
    if isinstance(value, ast.BoolOp):
        return set[str]().union(*(_texts(each, constants) for each in value.values))
    if isinstance(value, ast.Name):
        return constants.get(value.id, set())
    return {value.value} if isinstance(value, ast.Constant) and isinstance(value.value, str) else set()


def every_code() -> set[str]:
    paths = {path for path in (ROOT / "vault").rglob("*.py") if "bundle" not in path.parts}
    found = set[str]().union(*(codes_in(path.read_text("utf-8")) for path in paths))
    return found | TEAMS | {str(each.value) for kind in ENUMS for each in kind}


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
    assert WORDS.code("of_tomorrow", locale="en") == ""


def test_every_code_that_the_vault_gives_to_what_was_done_has_words() -> None:
    """Read from the source; the code of an error, by which a view may end as well, has the sentence of the error."""
    codes = every_code()

    assert {"verification.sealed", "keys_rotated", "expired", "shredded", "left"} <= codes
    assert [each for each in sorted(codes) if each not in CODES and find_sentence(each) is None] == []
    for code in codes:
        english, chinese = (WORDS.code(code, locale=locale) or WORDS.told(code, locale=locale) for locale in LOCALES)
        assert english
        assert chinese
        assert chinese not in {english, code}, code


def test_planted_code_is_found() -> None:
    """Each way of giving one; not that of something that failed."""
    assert codes_in('done_by(actor, event, code="a")\nend(cause="b" if x else "c")') == {"a", "b", "c"}
    assert codes_in('GONE = "d"\nEntry(event, Outcome.SUCCESS, code=GONE or "")\ncode = "e" if x else ""') == {"d", "e"}
    assert codes_in('Entry(event, Outcome.FAILED, code="f")') == set()
