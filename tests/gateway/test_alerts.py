"""The screens of alerts: read, decided, told; campaigns and exceptions; the digest of a custodian."""

from __future__ import annotations

import datetime as dt
import html
import re
from dataclasses import replace

from tests.gateway.visitor import Web
from tests.vault.alerts.days import EVERY_LOOK, alerts_of, raised, score_all, with_terms
from vault.alerts.digesting import digest_once
from vault.alerts.reading import PAGE_ROWS
from vault.clock import FixedClock
from vault.database import alert_queries
from vault.database.alert_queries import AlertState
from vault.database.engine import transaction
from vault.model import new_id

NOTE = "Talked to her, a link in an old mail"


def test_alert_is_listed_read_and_dismissed_with_a_reason(web: Web) -> None:
    """First the sentence, then the arithmetic, then what was opened; afterwards who decided and why."""
    alert = raised(web.company)
    officer = web.visitor("officer")
    listed = officer.get("/alerts").text
    assert "王晓明 asked for documents that are not theirs." in listed
    page = officer.get(f"/alerts/{alert.id}").text
    assert "Hard rule: asked for 3 documents outside their customers in a day and was refused" in page
    assert "Points: 2" in page
    assert page.count("refused</span>") == 3
    answer = officer.post(f"/alerts/{alert.id}/dismissal", {"note": NOTE, "revision": "1"})
    assert answer.status_code == 303
    web.company.sequence()
    page = officer.get(f"/alerts/{alert.id}").text
    assert NOTE in page
    assert "/dismissal" not in page
    assert "No alert waits for a decision." in officer.get("/alerts").text


def test_hundreds_of_alerts_are_turned_page_by_page(web: Web) -> None:
    """Each alert once, the number of all on each page; the way on and the way back keep the state."""
    alert, ids = raised(web.company), [new_id("z", web.company.vault.random) for _row in range(2 * PAGE_ROWS)]
    with transaction(web.company.vault.engine) as tx:
        for number, each in enumerate(ids, start=2):
            alert_queries.store_alert(tx, replace(alert, id=each, number=number))
            alert_queries.decide_alert(
                tx,
                each,
                revision=1,
                state=AlertState.ESCALATED,
                by=web.company.ids["officer"],
                now=web.company.vault.clock.now(),
                entry="",
            )
    officer, path, seen = web.visitor("officer"), "/alerts?state=escalated", []
    for _turn in range(2):
        page = officer.get(path).text
        assert f'Escalated <span class="count">{len(ids)}</span>' in page
        seen += re.findall(r'href="/alerts/(z\w{26})"', page)
        (path,) = [*map(html.unescape, re.findall(r'rel="next" href="([^"]+)"', page)), ""][:1]
    assert sorted(seen) == sorted(ids)
    assert path == ""
    assert 'rel="first" href="/alerts?state=escalated"' in page
    assert officer.get("/alerts?before=nonsense&state=nonsense").text.count('class="row card"') == 1


def test_refused_decision_keeps_what_was_typed(web: Web) -> None:
    """A dot is no reason, and an old reading is no ground."""
    alert = raised(web.company)
    officer = web.visitor("officer")
    answer = officer.post(f"/alerts/{alert.id}/escalation", {"note": "....", "revision": "1"})
    assert answer.status_code == 400
    assert "....</textarea>" in answer.text
    answer = officer.post(f"/alerts/{alert.id}/escalation", {"note": NOTE, "revision": "7"})
    assert answer.status_code == 409
    assert "Read it again, then decide." in answer.text
    assert NOTE in answer.text


def test_officers_are_told_and_see_the_number(web: Web) -> None:
    """A notice for each, and the number at the top."""
    raised(web.company)
    page = web.visitor("officer").get("/notices").text
    assert "What 王晓明 did on 2026-11-24 stands out and waits for you" in page
    assert 'href="/alerts"' in page
    assert "stands out" not in web.visitor("auditor").get("/notices").text


def test_escalated_alert_is_told_to_auditors_who_read_and_cannot_decide(web: Web) -> None:
    """With the way into the trail."""
    alert = raised(web.company)
    web.visitor("officer").post(f"/alerts/{alert.id}/escalation", {"note": NOTE, "revision": "1"})
    auditor = web.visitor("auditor")
    assert "was escalated" in auditor.get("/notices").text
    page = auditor.get(f"/alerts/{alert.id}").text
    assert "/dismissal" not in page
    assert "/trail?q=actor" in page


def test_campaign_is_announced_by_one_and_confirmed_by_another(web: Web) -> None:
    """What was wrong stays typed; the officer is told and confirms."""
    admin, officer = web.visitor("admin"), web.visitor("officer")
    fields = {"first_day": "2026-11-24", "last_day": "2026-11-30", "people": "other nobody", "note": NOTE}
    answer = admin.post("/alerts/campaigns", fields)
    assert answer.status_code == 400
    assert "Nobody has this login or staff number: nobody" in answer.text
    assert "other nobody</textarea>" in answer.text
    assert admin.post("/alerts/campaigns", {**fields, "people": "other"}).status_code == 303
    assert "waits for your confirmation" in officer.get("/notices").text
    page = officer.get("/alerts/campaigns").text
    assert "/confirmation" in page
    assert "/confirmation" not in admin.get("/alerts/campaigns").text
    address = page.split("/confirmation")[0].rpartition('"')[2]
    assert officer.post(f"{address}/confirmation").status_code == 303
    assert officer.post(f"{address}/refusal").status_code == 409
    assert admin.post(f"{address}/end").status_code == 303


def test_exception_is_set_shown_and_lifted(web: Web) -> None:
    """Its versions stay on the page."""
    officer = web.visitor("officer")
    fields = {"person": "other", "feature": "hours", "until_day": "2026-12-31", "note": "Works with Toronto this month"}
    assert officer.post("/alerts/exceptions", {**fields, "until_day": "soon"}).status_code == 400
    assert officer.post("/alerts/exceptions", fields).status_code == 303
    web.company.sequence()
    page = officer.get("/alerts/exceptions").text
    assert "Works with Toronto this month" in page
    assert "until 2026-12-31" in page
    path = f"/alerts/exceptions/{web.company.ids['other']}/hours/lift"
    assert officer.post(path, {"note": "."}).status_code == 400
    assert officer.post(path, {"note": "Back in the usual team"}).status_code == 303
    assert "No exception holds." in officer.get("/alerts/exceptions").text


def test_custodian_reads_the_digest_of_a_week_once_it_is_over(web: Web, clock: FixedClock) -> None:
    """Who stood out at their dossiers, with the arithmetic; made once, and told once."""
    with_terms(web.company, EVERY_LOOK)
    web.company.open_and_read()
    score_all(web.company)
    assert [digest_once(web.company.vault) for _time in range(2)] == [True, False]  # of the week before, which is empty
    clock.advance(dt.timedelta(days=6, hours=9))
    assert [digest_once(web.company.vault) for _time in range(2)] == [True, False]
    page = web.visitor("custodian").get("/alerts/digest").text
    assert "Week from 2026-11-23 on" in page
    assert "1 document opened in your dossiers" in page
    assert "Documents opened: 1; usual on workdays: 1; 1 times as many" in page
    assert "Nothing stood out" in web.visitor("custodian2").get("/alerts/digest").text
    assert "Who stood out among your dossiers" in web.visitor("custodian").get("/notices").text
    assert len(alerts_of(web.company)) == 1


def test_chinese_reader_gets_chinese(web: Web) -> None:
    """Heading and arithmetic in the reader's language."""
    alert = raised(web.company)
    officer = web.visitor("officer")
    officer.post("/language", {"language": "zh_Hans_CN"})
    page = officer.get(f"/alerts/{alert.id}").text
    assert "王晓明多次申请查阅不属于自己的文档。" in page
    assert "硬性规则：一天内申请查阅 3 份非本人客户文档被拒" in page
    assert "2 分" in page
