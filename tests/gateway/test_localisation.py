"""Languages and times."""

from __future__ import annotations

import pytest

from gateway.localisation import LANGUAGE_COOKIE, size
from tests.attacks.acting import ask
from tests.gateway.visitor import Web


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("zh-CN,zh;q=0.9", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("en-GB", "en"),
        ("fr", "en"),
        ("", "en"),
        ("de,zh;q=0.5", "zh-Hans"),
    ],
)
def test_stranger_is_answered_in_the_language_of_their_browser(web: Web, asked: str, language: str) -> None:
    """English where neither is asked for."""
    assert f'<html lang="{language}">' in web.visitor(language=asked).get("/sign-in").text


def test_persons_own_language_counts_more_than_the_browsers(web: Web) -> None:
    """The account says English, the browser Chinese."""
    assert '<html lang="en">' in web.visitor("borrower", language="zh-CN").get("/dossiers").text


def test_language_chosen_in_the_footer_counts_most(web: Web) -> None:
    """By a form, without a script, and back on the same page."""
    visitor = web.visitor("borrower")
    answer = visitor.open("POST", "/language", data={"language": "zh_Hans_CN", "back": "/account"})
    assert answer.location == "/account"
    assert '<html lang="zh-Hans">' in visitor.get("/account").text


@pytest.mark.parametrize("cookie", ["fr", "../../etc", "zh_Hans_CN%00", "x" * 5000])
def test_unknown_language_is_passed_over(web: Web, cookie: str) -> None:
    """No file is looked for by what a cookie says."""
    assert '<html lang="en">' in web.visitor().get("/sign-in", Cookie=f"{LANGUAGE_COOKIE}={cookie}").text


def test_language_switch_leads_to_no_other_site(web: Web) -> None:
    """Open redirect by the footer."""
    answer = web.visitor().open("POST", "/language", data={"language": "en", "back": "//evil.example"})
    assert answer.location == "/"


def test_moments_are_said_in_the_persons_zone_with_utc_on_hover(web: Web) -> None:
    """Offset in words, UTC for machines and on hover."""
    page = web.visitor("borrower").get("/account").text
    assert (
        '<time datetime="2026-11-24T10:00:00Z" title="2026-11-24 10:00:00 UTC">24 Nov 2026, 18:00 +08:00</time>' in page
    )


def test_sentence_that_stands_in_a_template_is_said_to_each_reader_in_their_language(web: Web) -> None:
    """The page was compiled for somebody who reads English."""
    ask(web.company, 1)
    path = f"/documents/{web.company.document_id}/requests"
    visitor = web.visitor("borrower")
    assert "You have such a request that waits for its decision." in visitor.get(path).text
    visitor.open("POST", "/language", data={"language": "zh_Hans_CN", "back": "/account"})
    assert "您已有一份同类申请正在等待审批。" in visitor.get(path).text


def test_errors_are_said_in_chinese(web: Web) -> None:
    """Error pages speak the person's language."""
    assert "此处没有您可以查看的内容" in web.visitor(language="zh-CN").get("/nowhere").text


@pytest.mark.parametrize(
    ("number_of_bytes", "words"),
    [(0, "0 B"), (1023, "1,023 B"), (1536, "1.5 KiB"), (200 << 20, "200 MiB"), (5 << 40, "5,120 GiB")],
)
def test_sizes_are_said_in_the_largest_unit_that_they_fill(web: Web, number_of_bytes: int, words: str) -> None:
    """With one decimal at most."""
    with web.app.test_request_context():
        assert size(number_of_bytes) == words
