"""The screen of anchors, and what other screens say of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.anchoring import anchored_company, directory_section, news, turn
from tests.attacks.restoring import copy_database, put_back
from tests.company import Company
from tests.gateway.visitor import Web, make_web
from vault.clock import FixedClock


@pytest.fixture
def share(tmp_path: Path) -> Path:
    return tmp_path / "share"


@pytest.fixture
def anchored(built_company: Path, tmp_path: Path, share: Path, clock: FixedClock) -> Iterator[Company]:
    company = anchored_company(built_company, tmp_path / "vault", directory_section(share), clock=clock)
    turn(company, clock)
    yield company
    company.vault.engine.dispose()


def page(company: Company, login: str, path: str = "/trail/anchors") -> str:
    return make_web(company).visitor(login).get(path).text


def test_auditor_sees_where_checkpoints_are_and_how_far(anchored: Company, share: Path) -> None:
    """Name, kind, place, size, state; and the key that a witness is given."""
    shown = page(anchored, "auditor")

    assert str(share) in shown
    assert "Directory" in shown
    assert "works" in shown
    assert "tests.example/vault+" in shown
    assert re.search(r"Anchored to #\d+ of #\d+, <time", shown)
    chinese = make_web(anchored).visitor("auditor", language="zh-CN")
    chinese.post("/language", {"language": "zh_Hans_CN"})
    assert re.search(r"已锚定至 #\d+（<time[^>]*>[^<]*</time>），轨迹现至 #\d+", chinese.get("/trail/anchors").text)


def test_standing_line_says_how_far_the_trail_is_anchored(anchored: Company) -> None:
    """Also on the search page, and what is newer."""
    assert "anchored to #" in page(anchored, "auditor", "/trail")
    news(anchored)
    anchored.sequence()
    assert "newer ones not yet" in page(anchored, "auditor", "/trail/verification")


def test_vault_without_anchors_says_so(web: Web) -> None:
    """With what follows from it."""
    auditor = web.visitor("auditor")
    assert "not anchored anywhere" in auditor.get("/trail").text
    assert "No anchor is configured." in auditor.get("/trail/anchors").text


def test_alarm_is_counted_in_the_bar_of_auditor_and_security_officer(
    anchored: Company, share: Path, clock: FixedClock
) -> None:
    """After fifteen minutes, with the remedy on the screen; before, it only says that it tries again."""
    share.rename(share.with_name("away"))
    news(anchored)
    turn(anchored, clock)
    assert "tries again" in page(anchored, "officer")
    turn(anchored, clock, seconds=1000)

    for login in ("auditor", "officer"):
        shown = page(anchored, login)
        assert "needs somebody" in shown
        assert "Mount or make it" in shown
        assert "1 waits for you" in shown


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Nothing is signed at present"), ("zh_Hans_CN", "目前暂停签名")]
)
def test_older_database_is_said_on_the_screen(
    anchored: Company, tmp_path: Path, clock: FixedClock, language: str, words: str
) -> None:
    """In both languages, with what to do."""
    copy_database(anchored, tmp_path / "older.db")
    news(anchored)
    turn(anchored, clock)
    restored = put_back(anchored, tmp_path / "older.db", clock=clock)
    turn(restored, clock)
    auditor = make_web(restored).visitor("auditor")
    auditor.post("/language", {"language": language})

    shown = auditor.get("/trail/anchors").text

    assert words in shown
    assert "trail succeed" in shown
    restored.vault.engine.dispose()


def test_health_says_it_and_goes_on_serving(anchored: Company, share: Path, clock: FixedClock) -> None:
    """An anchor that fails must take no gateway out of the load balancer."""
    share.rename(share.with_name("away"))
    news(anchored)
    for _ in range(2):
        turn(anchored, clock, seconds=1000)
    answer = make_web(anchored).visitor().get("/health")

    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["ok"] is True
    assert answer.json["parts"]["anchors"] is False


def verified(company: Company, *, language: str = "en") -> str:
    """The page of a verification, as words."""
    auditor = make_web(company).visitor("auditor", language="zh-CN" if language == "zh" else "en")
    if language == "zh":
        auditor.post("/language", {"language": "zh_Hans_CN"})
    answer = auditor.post("/trail/verification")
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def test_verification_says_how_the_trail_stands_against_the_anchors(anchored: Company) -> None:
    """How many checkpoints were compared, and how much is newer than the newest, in both languages."""
    news(anchored)
    anchored.sequence()

    english, chinese = verified(anchored), verified(anchored, language="zh")
    assert "Sound." in english
    assert re.search(r"checkpoints? that the anchors hold (is a|are) beginnings? of this trail", english)
    assert re.search(r"The newest stands for the first \d+ entries; newer than it: [1-9]\d*\.", english)
    assert "本轨迹的开头" in chinese


def test_verification_says_which_anchor_could_not_be_asked(anchored: Company, share: Path) -> None:
    """That is no fault of the trail, and no reason to show nothing."""
    share.rename(share.with_name("away"))

    english, chinese = verified(anchored), verified(anchored, language="zh")
    assert "Sound." in english
    assert "The anchor “share” could not be asked; what it holds was not compared." in english
    assert "无法询问锚点“share”" in chinese


def test_verification_says_what_anchors_contradict(anchored: Company, tmp_path: Path, clock: FixedClock) -> None:
    """A copy from before was put back: sound in itself, and shorter than what the anchor holds."""
    copy_database(anchored, tmp_path / "older.db")
    for _round in range(2):
        news(anchored)
        turn(anchored, clock)

    read = verified(put_back(anchored, tmp_path / "older.db", clock=clock))
    assert "NOT sound." in read
    assert "An anchor holds a checkpoint beyond what is here" in read
    assert "The anchors contradict this trail in" in read


def test_verification_without_anchors_says_that_nothing_outside_was_asked(web: Web) -> None:
    """And what takes their place."""
    assert "No anchor is configured, so nothing outside" in web.visitor("auditor").post("/trail/verification").text
