"""G3 Time, place, reason: no view without all three, from trustworthy sources, and each says how it was known."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.attacks.observing import column, quota, trail
from tests.company import Company, reopen_company, write_config
from tests.gateway.visitor import Visitor, Web, make_web, open_document
from vault.clock import FixedClock, SteadyClock
from vault.ledger.events import Event, Outcome
from vault.model import PlaceSource

STRANGE_ADDRESS = "203.0.113.5"


@pytest.mark.parametrize(
    "fields",
    [
        {"text": ""},
        {"text": "."},
        {"text": "..........."},
        {"text": "aaa"},
        {"text": "aaaaaaaaaaaaaaaa"},
        {"text": "asdfasdf"},
        {"text": "   \t\n "},
        {"text": "\u200b\u200b\u200b\u200b\u200b"},
        {"text": "看看看看"},
        {"text": "x" * 501},
        {"category": ""},
        {"category": "because"},
        {"category": "offer\x00"},
        {"case_number": "=1+1"},
        {"idempotency_key": ""},
    ],
)
def test_no_view_without_a_reason_of_substance(web: Web, fields: dict[str, str]) -> None:
    """ "." as a reason, and what people type next; nothing is counted and nothing recorded as opened."""
    answer = open_document(web.visitor("borrower"), web.company.document_id, **fields)
    assert answer.status_code == 400
    assert quota(web.company).used == 0
    assert trail(web.company, Event.VIEW_OPENED) == []


def test_reason_that_is_not_sent_at_all_opens_nothing(web: Web) -> None:
    """An empty form is no form."""
    answer = web.visitor("borrower").post(f"/documents/{web.company.document_id}/views", {})
    assert answer.status_code == 400
    assert quota(web.company).used == 0


def test_reason_in_the_address_is_no_reason(web: Web) -> None:
    """Fields count where forms put them."""
    visitor = web.visitor("borrower")
    query = "category=offer&text=Preparing+the+offer+for+line+four&idempotency_key=k"
    answer = visitor.post(f"/documents/{web.company.document_id}/views?{query}", {})
    assert answer.status_code == 400


def test_no_view_from_an_unknown_place_until_it_is_declared(web: Web) -> None:
    """And what was declared is recorded as declared, beside the address that the gateway saw."""
    visitor = web.visitor("", address=STRANGE_ADDRESS)
    visitor.sign_in("borrower")
    for declared in ("", ".", " ", "\u2028"):
        assert open_document(visitor, web.company.document_id, declared_place=declared).status_code == 403
    assert open_document(visitor, web.company.document_id, declared_place="Hotel Bremen").status_code == 303
    [entry] = [each for each in trail(web.company, Event.VIEW_OPENED) if each.outcome is Outcome.SUCCESS]
    assert entry.place is not None
    assert (entry.place.source, entry.place.declared) == (PlaceSource.DECLARED, "Hotel Bremen")
    assert entry.place.address == STRANGE_ADDRESS
    denied = trail(web.company, Event.VIEW_DENIED)
    assert {each.fact("code") for each in denied} == {"denied.place_needed"}


@pytest.mark.parametrize(
    "header",
    [
        "X-Forwarded-For",
        "X_Forwarded_For",
        "Forwarded",
        "X-Real-IP",
        "X-Client-IP",
        "True-Client-IP",
        "CF-Connecting-IP",
        "X-Cluster-Client-IP",
    ],
)
def test_no_header_from_anybody_says_where_they_are(web: Web, header: str) -> None:
    """X-Forwarded-For from anyone: the place stays that of the connection."""
    visitor = web.visitor("", address=STRANGE_ADDRESS)
    visitor.sign_in("borrower")
    claimed = "for=10.1.2.3" if header == "Forwarded" else "10.1.2.3"
    page = visitor.get(f"/documents/{web.company.document_id}", **{header: claimed}).text
    assert "declared_place" in page
    assert "Head office" not in page


def test_place_behind_a_trusted_proxy_is_that_of_the_client(company: Company, clock: FixedClock) -> None:
    """Never 127.0.0.1 for everybody: the proxy's word is taken if, and only if, it is the configured one."""
    write_config(company.directory, extra='[gateway]\ntrusted_proxies = ["127.0.0.1"]\n')
    behind = reopen_company(company.directory, clock=clock)
    web = make_web(behind)
    visitor = _ForwardedVisitor(web.app, address="127.0.0.1")
    visitor.sign_in("borrower")
    assert open_document(visitor, behind.document_id).status_code == 303
    [entry] = trail(behind, Event.VIEW_OPENED)
    assert entry.place is not None
    assert (entry.place.address, entry.place.zone) == ("10.1.2.3", "Head office")
    assert entry.place.trusted_proxy == "127.0.0.1"
    behind.vault.engine.dispose()


@pytest.mark.parametrize("agent", ["", "Googlebot/2.1", "curl/8", "bot", "x" * 5000, "a\r\nb"[:1]])
def test_no_user_agent_skips_the_record(web: Web, agent: str) -> None:
    """A "bot" that reads is a reader."""
    visitor = web.visitor("borrower")
    form = {"category": "offer", "text": "Preparing the offer for line four", "idempotency_key": "k"}
    form["csrf"] = visitor.form_token()
    path = f"/documents/{web.company.document_id}/views"
    opened = visitor.open("POST", path, data=form, headers={"User-Agent": agent})
    assert opened.status_code == 303
    assert visitor.get(f"{opened.location}/pages/1", User_Agent=agent).status_code == 200
    assert len(trail(web.company, Event.VIEW_OPENED)) == 1
    assert len(trail(web.company, Event.PAGE_READ)) == 1


def test_time_is_the_servers_and_no_header_changes_it(web: Web, clock: FixedClock) -> None:
    """A Date header, a time zone or a form field of the client's moves nothing."""
    visitor = web.visitor("borrower")
    fields = {"opened_at": "2001-01-01T00:00:00Z", "time": "0", "lease_minutes": "480"}
    opened = open_document(visitor, web.company.document_id, **fields)
    assert opened.status_code == 303
    [entry] = trail(web.company, Event.VIEW_OPENED)
    assert entry.time == clock.now()
    assert entry.details["lease_seconds"] == 900


def test_clock_set_back_neither_extends_a_lease_nor_back_dates_an_entry() -> None:
    """Between two readings as much time passes as the monotonic clock counted, whatever the wall clock says."""
    wall, ticks = FixedClock(dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)), [0.0]
    steady = SteadyClock(wall, monotonic=lambda: ticks[0])
    begin = steady.now()
    wall.advance(dt.timedelta(hours=-3))
    ticks[0] += 600.0
    assert steady.now() == begin + dt.timedelta(minutes=10)
    wall.advance(dt.timedelta(hours=5))
    ticks[0] += 1.0
    assert steady.now() == begin + dt.timedelta(hours=2)  # a jump forward only ends things sooner
    wall.advance(dt.timedelta(hours=-5))
    assert steady.now() == begin + dt.timedelta(hours=2)


def test_every_entry_about_a_view_or_a_denial_says_where(web: Web) -> None:
    """Not only the opening: the pages, the refusals and the end carry the place and the session too."""
    visitor, path = web.reader()
    visitor.get(f"{path}/pages/1")
    visitor.post(f"{path}/end")
    visitor.get(f"{path}/pages/1")
    open_document(web.visitor("stranger"), web.company.document_id)
    kinds = (Event.VIEW_OPENED, Event.PAGE_READ, Event.PAGE_REFUSED, Event.VIEW_ENDED, Event.VIEW_DENIED)
    entries = trail(web.company, *kinds)
    assert {entry.event for entry in entries} == set(kinds)
    for entry in entries:
        assert entry.place is not None, entry.event
        assert entry.place.zone == "Head office"
        assert entry.session
    assert column(web.company, "SELECT place_label FROM views") == ["Head office"]


class _ForwardedVisitor(Visitor):
    """A browser whose requests pass a proxy that appends where they came from."""

    def open(self, method: str, path: str, *, headers: dict[str, str] | None = None, **sent: object):  # type: ignore[no-untyped-def]
        forwarded = {"X-Forwarded-For": "198.51.100.9, 10.1.2.3", **(headers or {})}
        return super().open(method, path, headers=forwarded, **sent)
