"""The screen of notices: each leads to its matter, is counted in the bar until read, and is marked by a button only."""

from __future__ import annotations

import re

import pytest

from gateway.notice_targets import TARGETS
from tests.company import Company
from tests.gateway.test_trail import words
from tests.gateway.visitor import make_web
from tests.vault.notices.test_telling import told
from vault.database.engine import transaction
from vault.notices.kinds import NoticeKind
from vault.notices.telling import tell


def test_every_kind_leads_somewhere(company: Company) -> None:
    web = make_web(company)
    assert set(TARGETS) == set(NoticeKind)
    for endpoint, _address in TARGETS.values():
        assert endpoint in web.app.view_functions


@pytest.mark.parametrize(
    ("language", "sentence", "empty"),
    [
        ("en", "Your request on dossier", "There is nothing to tell you."),
        ("zh_Hans_CN", "提交的申请已有审批结果", "暂无通知。"),
    ],
)
def test_notice_is_shown_counted_and_marked(company: Company, language: str, sentence: str, empty: str) -> None:
    """Looking does not mark it: a page that was fetched ahead would."""
    visitor = make_web(company).visitor("borrower")
    visitor.post("/language", {"language": language, "back": "/notices"})
    assert empty in words(visitor.get("/notices"))
    told(company, "borrower")
    for _ in range(2):
        page = visitor.get("/notices")
        assert sentence in words(page)
    until = re.search(r'name="until" value="([^"]+)"', page.text)
    assert until is not None
    assert visitor.post("/notices", {"until": until[1]}).status_code == 303
    assert 'class="unread"' not in visitor.get("/notices").text


def test_cursor_of_nobody_is_refused(company: Company) -> None:
    assert make_web(company).visitor("borrower").post("/notices", {"until": "x"}).status_code == 400


@pytest.mark.parametrize(("language", "day"), [("en", "30 Nov 2026"), ("zh_Hans_CN", "2026年11月30日")])
def test_days_are_written_as_the_reader_writes_them(company: Company, language: str, day: str) -> None:
    """They are stored as year-month-day, for whichever language the notice is read in."""
    kind, leaver, details = NoticeKind.LEAVING_ANNOUNCED, company.ids["borrower"], {"last_day": "2026-11-30"}
    with transaction(company.vault.engine) as tx:
        tell(company.vault, tx, [company.ids["other"]], kind, subject_id=leaver, details=details)
    visitor = make_web(company).visitor("other")
    visitor.post("/language", {"language": language, "back": "/notices"})

    assert day in words(visitor.get("/notices"))
