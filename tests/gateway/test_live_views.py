"""The security officer's screens: what they show, what they never show, ending views, suspending, findings."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from tests.attacks.observing import trail
from tests.company import CANARY, CUSTOMER
from tests.gateway.visitor import OWN_PAGE, Visitor, Web, open_document
from vault.clock import FixedClock
from vault.ledger.events import Event
from vault.model import PersonState

NOTE = "Left the laptop open in a train"


def view_id_of(view_path: str) -> str:
    return view_path.rpartition("/")[2]


def test_open_view_is_listed_with_who_what_since_until_pages_and_place(web: Web) -> None:
    """Everything that an officer needs to judge it."""
    reader, path = web.reader()
    reader.get(path + "/pages/1")
    page = web.visitor("officer").get("/live-views").text
    for words in ("王晓明", web.company.person("borrower").staff_number, web.company.document_id, "Head office"):
        assert words in page
    assert re.search(r"D20\d\d-\d{5}", page)
    assert re.search(r">18:00</time> – <time[^>]*>18:15</time>", page)
    assert re.search(r'data-label="Pages delivered" class="number"><div>1<', page)
    assert "view 1 of 3" in page


@pytest.mark.parametrize(
    "address", ["/live-views", "/live-views/table", "/live-views/{view}", "/live-views/people/{person}"]
)
def test_titles_customers_reasons_and_contents_never_show(web: Web, address: str) -> None:
    """An officer judges acts; what is in a dossier is not theirs to know."""
    _reader, path = web.reader()
    ids = {"view": view_id_of(path), "person": web.company.ids["borrower"]}
    answer = web.visitor("officer").get(address.format(**ids))
    assert answer.status_code == 200
    assert web.company.document_id in answer.text
    for words in (CUSTOMER, "Harrow", "Offer", CANARY, "Preparing the offer"):
        assert words not in answer.text


def test_view_leaves_the_list_when_it_is_over(web: Web, clock: FixedClock) -> None:
    """By its reader, or by its time, before any sweep."""
    officer = web.visitor("officer")
    reader, path = web.reader()
    reader.post(path + "/end")
    assert "Nobody has a document open" in officer.get("/live-views").text
    web.reader("other")
    assert "Nobody has a document open" not in officer.get("/live-views").text
    clock.advance(dt.timedelta(minutes=15))
    assert "Nobody has a document open" in officer.get("/live-views").text


def test_fragment_is_the_table_and_nothing_else(web: Web) -> None:
    """For the script that keeps it fresh; not from another site, and without a session not led anywhere."""
    web.reader()
    officer = web.visitor("officer")
    fragment = officer.get("/live-views/table")
    assert fragment.text.lstrip().startswith("<div data-live-table")
    assert "<html" not in fragment.text
    assert fragment.headers["Cache-Control"] == "no-store, private"
    assert officer.get("/live-views/table", Sec_Fetch_Site="cross-site").status_code == 403
    officer.post("/sign-out")
    assert officer.get("/live-views/table", **OWN_PAGE).status_code == 401


def test_page_serves_without_script(web: Web) -> None:
    """A plain link loads it again."""
    assert '<a class="button quiet" href="/live-views">Reload</a>' in web.visitor("officer").get("/live-views").text


def test_revoked_view_gives_no_later_page(web: Web) -> None:
    """Nor its text or frame; the reader is told by whom and when, and the list is empty."""
    reader, path = web.reader()
    assert reader.get(path + "/pages/1").status_code == 200
    officer = web.visitor("officer")
    answer = officer.post(f"/live-views/{view_id_of(path)}/revocation", {"note": NOTE})
    assert answer.status_code == 303
    page = officer.get(answer.location).text
    assert "no further page of it is delivered" in page
    assert "Nobody has a document open" in page
    for part in ("/pages/1", "/pages/1/text", "", "/state"):
        assert reader.get(path + part).status_code == 410, part
    sentence = reader.get(path + "/state").json["sentence"]
    assert "ended by Officer at 18:00" in sentence
    assert NOTE not in sentence


def test_revocation_is_recorded_with_its_reason(web: Web) -> None:
    """By whom, whose, which, why."""
    _reader, path = web.reader()
    web.visitor("officer").post(f"/live-views/{view_id_of(path)}/revocation", {"note": NOTE})
    [entry] = trail(web.company, Event.VIEW_REVOKED)
    assert (entry.actor, entry.subject) == (web.company.ids["officer"], web.company.ids["borrower"])
    assert entry.fact("view") == view_id_of(path)
    assert entry.reason is not None
    assert entry.reason.text == NOTE


@pytest.mark.parametrize("note", ["", ".", "aaaaaaaa"])
def test_revocation_without_a_reason_ends_nothing(web: Web, note: str) -> None:
    """One view, or all of a person's."""
    reader, path = web.reader()
    officer = web.visitor("officer")
    for address in (view_id_of(path), f"people/{web.company.ids['borrower']}"):
        answer = officer.post(f"/live-views/{address}/revocation", {"note": note})
        assert answer.status_code == 400
        assert 'id="note-error"' in answer.text
    assert reader.get(path + "/pages/1").status_code == 200


@pytest.mark.parametrize("login", ["borrower", "custodian", "auditor", "admin"])
def test_nobody_else_ends_a_view_or_suspends(web: Web, login: str) -> None:
    """Neither the reader through this door, nor any other office."""
    reader, path = web.reader("other")
    visitor = web.visitor(login)
    for address in (
        f"{view_id_of(path)}/revocation",
        f"people/{web.company.ids['other']}/revocation",
        f"people/{web.company.ids['other']}/suspension",
    ):
        assert visitor.post(f"/live-views/{address}", {"note": NOTE}).status_code == 403
    assert reader.get(path + "/pages/1").status_code == 200


def test_nothing_is_ended_by_a_get_or_a_forged_form(web: Web) -> None:
    """No link and no other site ends a view."""
    reader, path = web.reader()
    officer, person = web.visitor("officer"), web.company.ids["borrower"]
    for address in (f"{view_id_of(path)}/revocation", f"people/{person}/revocation", f"people/{person}/suspension"):
        assert officer.get(f"/live-views/{address}?note={NOTE}").status_code == 405
        assert officer.post(f"/live-views/{address}", {"note": NOTE}, token="forged").status_code == 403
    assert reader.get(path + "/pages/1").status_code == 200


def test_view_that_ended_meanwhile_says_so(web: Web) -> None:
    """Its page, and the form that comes too late; an unknown one is unknown."""
    reader, path = web.reader()
    officer = web.visitor("officer")
    reader.post(path + "/end")
    assert officer.get(f"/live-views/{view_id_of(path)}").status_code == 410
    late = officer.post(f"/live-views/{view_id_of(path)}/revocation", {"note": NOTE})
    assert (late.status_code, "The view is over" in late.text) == (410, True)
    assert trail(web.company, Event.VIEW_REVOKED) == []
    unknown = f"/live-views/v{'a' * 26}"
    assert officer.get(unknown).status_code == 404
    assert officer.post(f"{unknown}/revocation", {"note": NOTE}).status_code == 404


def test_all_views_of_a_person_end_and_nobody_elses(web: Web) -> None:
    """Also those in several sessions."""
    second = web.visitor("borrower")
    readers = [web.reader("borrower"), (second, open_document(second, web.company.document_id, key="second").location)]
    other, others_path = web.reader("other")
    officer, person = web.visitor("officer"), web.company.ids["borrower"]
    assert officer.get(f"/live-views/people/{person}").text.count('role="rowheader"') == 2
    answer = officer.post(f"/live-views/people/{person}/revocation", {"note": NOTE})
    assert "All open views of this person have ended" in officer.get(answer.location).text
    for reader, path in readers:
        assert reader.get(path + "/pages/1").status_code == 410
    assert other.get(others_path + "/pages/1").status_code == 200
    assert len(trail(web.company, Event.VIEW_REVOKED)) == 2


def test_ending_all_views_of_somebody_without_any_says_so(web: Web, clock: FixedClock) -> None:
    """Also when their time ran out meanwhile: that is no revocation."""
    web.reader("borrower")
    clock.advance(dt.timedelta(minutes=15))
    officer = web.visitor("officer")
    answer = officer.post(f"/live-views/people/{web.company.ids['borrower']}/revocation", {"note": NOTE})
    assert "had no open view any more" in officer.get(answer.location).text
    assert trail(web.company, Event.VIEW_REVOKED) == []
    assert [entry.fact("code") for entry in trail(web.company, Event.VIEW_ENDED)] == ["expired"]
    unknown = officer.post(f"/live-views/people/p{'a' * 26}/revocation", {"note": NOTE})
    assert unknown.status_code == 404


def test_revoked_reader_may_open_again_as_the_next_view(web: Web) -> None:
    """Revoking ends a view, not a right."""
    reader, path = web.reader()
    web.visitor("officer").post(f"/live-views/{view_id_of(path)}/revocation", {"note": NOTE})
    assert open_document(reader, web.company.document_id, key="again").status_code == 303


def test_suspended_person_loses_views_and_session_and_cannot_sign_in(web: Web) -> None:
    """At once, with the reason in the trail."""
    reader, path = web.reader()
    officer, person = web.visitor("officer"), web.company.ids["borrower"]
    answer = officer.post(f"/live-views/people/{person}/suspension", {"note": NOTE})
    page = officer.get(answer.location).text
    assert "its sessions and views have ended" in page
    assert "An administrator can restore it" in page
    assert "<textarea" not in page
    assert reader.get(path + "/pages/1").status_code == 401
    assert Visitor(web.app).sign_in("borrower").status_code == 401
    [entry] = trail(web.company, Event.PERSON_SUSPENDED)
    assert entry.reason is not None
    assert (entry.actor, entry.subject, entry.reason.text) == (web.company.ids["officer"], person, NOTE)
    assert [entry.fact("code") for entry in trail(web.company, Event.VIEW_ENDED)] == ["suspended"]


@pytest.mark.parametrize(
    ("login", "note", "status", "words"),
    [
        ("borrower", "", 400, "in a few words"),
        ("officer", NOTE, 403, "Nobody does this to their own account"),
        ("admin", NOTE, 403, "last active administrator"),
    ],
)
def test_suspension_that_may_not_be_is_refused_and_keeps_what_was_typed(
    web: Web, login: str, note: str, status: int, words: str
) -> None:
    """Without a reason, of oneself, of the last administrator."""
    officer, person = web.visitor("officer"), web.company.ids[login]
    answer = officer.post(f"/live-views/people/{person}/suspension", {"note": note})
    assert (answer.status_code, words in answer.text) == (status, True)
    assert web.company.person(login).state is PersonState.ACTIVE
    if login == "admin":
        assert f"{NOTE}</textarea>" in answer.text


def test_suspending_twice_is_said(web: Web) -> None:
    """Somebody else was faster."""
    officer, person = web.visitor("officer"), web.company.ids["borrower"]
    officer.post(f"/live-views/people/{person}/suspension", {"note": NOTE})
    again = officer.post(f"/live-views/people/{person}/suspension", {"note": NOTE})
    assert again.status_code == 409


def test_officer_restores_nobody(web: Web) -> None:
    """Who shuts out does not let in again: that is the administrator's."""
    officer, person = web.visitor("officer"), web.company.ids["borrower"]
    officer.post(f"/live-views/people/{person}/suspension", {"note": NOTE})
    assert officer.post(f"/people/{person}/restoration").status_code in {403, 404}
    assert web.company.person("borrower").state is PersonState.SUSPENDED


def test_officers_screens_speak_chinese(web: Web) -> None:
    """The list, a person, the findings."""
    _reader, path = web.reader()
    officer = web.visitor("officer")
    officer.post("/language", {"language": "zh_Hans_CN"})
    assert "已提供页数" in officer.get("/live-views").text
    assert "终止本次查阅" in officer.get(f"/live-views/{view_id_of(path)}").text
    assert "停用账户" in officer.get(f"/live-views/people/{web.company.ids['borrower']}").text
    assert "未发现篡改" in officer.get("/findings").text
