"""Alerts in words: whoever reads a line can reckon it after, in both languages."""

from __future__ import annotations

import datetime as dt

import pytest

from gateway.alert_words import FEATURES, feature_words, head_words, line_words, sum_words
from vault.policy.alerting import Feature, Line, Rule

THURSDAY, SUNDAY = dt.date(2026, 11, 26), dt.date(2026, 11, 29)
LOOKS = Line("looks", 4, {"number": 212, "usual": 14, "times": 15})


@pytest.mark.parametrize(
    ("line", "english", "chinese"),
    [
        (
            LOOKS,
            "Documents opened: 212; usual on workdays: 14; 15 times as many",
            "查阅 212 份文档；工作日通常 14 份，为 15 倍",
        ),
        (Line("outside", 5, {"number": 41}), "Documents outside their customers: 41", "41 份文档不属于本人客户"),
        (
            Line("pages", 2, {"number": 120, "documents": 20, "usual": 60, "percent": 200}),
            "Pages read: 120 of 20 documents; usual for so many: 60; 200 per cent",
            "阅读 20 份文档共 120 页；同样份数通常 60 页，为 200%",
        ),
        (
            Line("copying", values={"pages": 250, "documents": 10, "minutes": 60}),
            "Hard rule: read 250 pages of 10 documents within 60 minutes",
            "硬性规则：60 分钟内阅读 10 份文档共 250 页",
        ),
    ],
)
def test_line_says_its_numbers(line: Line, english: str, chinese: str) -> None:
    """Counted, usual, and how many times."""
    assert line_words(line, THURSDAY, locale="en") == english
    assert line_words(line, THURSDAY, locale="zh_Hans_CN") == chinese


def test_line_says_what_was_taken_into_account() -> None:
    """Peers, dossiers just assigned, and a campaign; on weekends what is usual on weekends."""
    values = {**LOOKS.values, "peers_percent": 300, "settling": 12, "campaign": 30}
    said = line_words(Line("looks", 4, values), SUNDAY, locale="en")
    assert said.split("; ") == [
        "Documents opened: 212",
        "usual on weekends: 14",
        "15 times as many",
        "others with the same duties do 300 per cent of their usual today",
        "12 more in dossiers just assigned do not count",
        "30 more in an announced campaign do not count",
    ]


def test_sum_is_written_out() -> None:
    """4 + 5 = 9; a hard rule alone has no points."""
    lines = [Line("takeover", values={"number": 6}), LOOKS, Line("outside", 5, {"number": 41})]
    assert sum_words(lines, locale="en") == "4 + 5 = 9 points"
    assert sum_words(lines, locale="zh_Hans_CN") == "4 + 5 = 9 分"
    assert sum_words(lines[1:2], locale="en") == "Points: 4"
    assert sum_words(lines[:1], locale="en") == "No points"


def test_first_line_is_a_plain_sentence() -> None:
    """The hard rule if there is one, else the points."""
    assert head_words("Ann Lee", [LOOKS], locale="en") == "What Ann Lee did that day stands out with 4 points."
    assert head_words("王晓明", [Line("takeover"), LOOKS], locale="zh_Hans_CN") == "王晓明账户可能被他人使用。"


@pytest.mark.parametrize("code", [each.value for each in (*Feature, *Rule)])
def test_every_feature_and_rule_has_its_words(code: str) -> None:
    """With whatever numbers it comes; none is left out of the list of exceptions."""
    numbers = dict.fromkeys(("number", "usual", "times", "documents", "percent", "pages", "minutes"), 7)
    english, chinese = (line_words(Line(code, 1, numbers), THURSDAY, locale=each) for each in ("en", "zh_Hans_CN"))
    assert english
    assert chinese
    assert english != chinese
    assert head_words("A", [Line(code, 1, numbers)], locale="en").startswith(("A ", "What A "))
    assert set(FEATURES) == {feature.value for feature in Feature}
    assert feature_words("looks", locale="en") == "Documents opened"
