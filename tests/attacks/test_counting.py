"""Counting: nothing but a person's deliberate act uses a view, every way in counts alike, and the limit is shown."""

from __future__ import annotations

import pytest

from tests.attacks.crawling import LOGINS, doors
from tests.attacks.observing import column, quota, trail
from tests.gateway.visitor import Web, open_document
from vault.ledger.events import Event

PREFETCHES = (
    {"Sec-Purpose": "prefetch"},
    {"Sec-Purpose": "prefetch;prerender"},
    {"Purpose": "prefetch"},
    {"X-Moz": "prefetch"},
    {"X-Purpose": "preview"},
    {"User-Agent": "Slackbot-LinkExpanding 1.0"},
    {"User-Agent": "Mozilla/5.0 (compatible; Microsoft Office Existence Discovery)"},
)


@pytest.mark.parametrize("login", LOGINS)
def test_no_get_of_any_route_uses_a_view(web: Web, login: str) -> None:
    """Link previews, mail scanners, prefetchers and crawlers follow every link there is: nothing is opened."""
    visitor = web.visitor(login)
    for door in doors(web, method="GET"):
        visitor.get(door.path)
        visitor.open("HEAD", door.path)
    assert column(web.company, "SELECT id FROM views") == []
    assert quota(web.company).used == 0


@pytest.mark.parametrize("headers", PREFETCHES, ids=lambda headers: " ".join(headers.values()))
def test_prefetching_the_card_uses_no_view(web: Web, headers: dict[str, str]) -> None:
    """Even with the person's own cookie."""
    visitor = web.visitor("borrower")
    path = f"/documents/{web.company.document_id}"
    for _ in range(5):
        visitor.open("GET", path, headers=headers)
        visitor.open("GET", f"{path}/views", headers=headers)
    assert quota(web.company).used == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
    ],
    ids=lambda headers: " ".join(headers.values()),
)
def test_page_of_another_site_uses_no_view(web: Web, headers: dict[str, str]) -> None:
    """A form on somebody else's page, sent with the person's cookie and even with a token, opens nothing."""
    visitor = web.visitor("borrower")
    form = {"category": "offer", "text": "Preparing the offer for line four", "idempotency_key": "k"}
    form["csrf"] = visitor.form_token()
    answer = visitor.open("POST", f"/documents/{web.company.document_id}/views", data=form, headers=headers)
    assert answer.status_code == 403
    assert quota(web.company).used == 0


def test_form_without_its_token_uses_no_view(web: Web) -> None:
    """Nor with that of another session."""
    visitor, other = web.visitor("borrower"), web.visitor("borrower")
    form = {"category": "offer", "text": "Preparing the offer for line four", "idempotency_key": "k"}
    for token in ("x", other.form_token()):
        assert visitor.post(f"/documents/{web.company.document_id}/views", form, token=token).status_code == 403
    assert visitor.open("POST", f"/documents/{web.company.document_id}/views", data=form).status_code == 403
    assert quota(web.company).used == 0


def test_one_click_uses_one_view_however_often_it_arrives(web: Web) -> None:
    """One click burning two: sent five times, answered five times alike, counted once."""
    visitor = web.visitor("borrower")
    answers = {open_document(visitor, web.company.document_id, key="click").location for _ in range(5)}
    assert len(answers) == 1
    assert quota(web.company).used == 1


def test_image_text_and_frame_share_one_count(web: Web) -> None:
    """No rendition has a limit of its own, or none: all of them need the same view, and none costs another."""
    reader, path = web.reader()
    for part in ("", "/pages/1", "/pages/1/text", "/state", "/pages/1", ""):
        assert reader.get(path + part).status_code == 200
    assert quota(web.company).used == 1
    assert {entry.fact("view") for entry in trail(web.company, Event.PAGE_READ)} == {path.rpartition("/")[2]}


def test_limit_is_shown_before_it_is_reached(web: Web) -> None:
    """A limit that nobody was shown: dossier and card say it before each opening, the viewer while reading."""
    for number in (1, 2, 3):
        visitor = web.visitor("borrower")
        dossier = visitor.get(f"/dossiers/{web.company.dossier_id}").text
        card = visitor.get(f"/documents/{web.company.document_id}").text
        assert f'action="/documents/{web.company.document_id}/views"' in card
        assert f"{4 - number} of 3 views left" in dossier
        assert f"view {number} of 3" in card
        view = visitor.get(open_document(visitor, web.company.document_id, key=f"k{number}").location).text
        assert f"view {number} of 3" in view
    spent = web.visitor("borrower").get(f"/documents/{web.company.document_id}").text
    assert "All your views of this document are used" in spent
    assert f'action="/documents/{web.company.document_id}/views"' not in spent
