"""What each office finds from everywhere, where one is, and what waits there."""

from __future__ import annotations

import re

import pytest

from tests.attacks.acting import ask
from tests.gateway.visitor import Visitor, Web

MENU = {
    "borrower": ["/dossiers", "/requests", "/agreements", "/handovers"],
    "auditor": [
        "/trail",
        "/trail/verification",
        "/findings",
        "/trail/anchors",
        "/trail/exports",
        "/agreements/texts",
        "/trail/evidence",
        "/trail/feeds",
        "/erasures",
        "/trail/unanswered",
        "/alerts",
        "/alerts/campaigns",
        "/alerts/exceptions",
        "/leaving",
        "/policy",
    ],
    "admin": [
        "/people",
        "/teams",
        "/leaving",
        "/policy",
        "/agreements/texts",
        "/alerts/campaigns",
        "/erasures",
    ],
    "officer": [
        "/live-views",
        "/alerts",
        "/alerts/campaigns",
        "/alerts/exceptions",
        "/emergencies",
        "/findings",
        "/people",
        "/delegations",
        "/leaving",
        "/keys",
        "/trail/anchors",
        "/erasures",
        "/policy",
    ],
}


def menu_of(page: str) -> str:
    """Everything that leads on, wherever one is."""
    return page[page.index('<nav class="places"') : page.index('<div class="me">')]


def links(part: str) -> list[str]:
    """The addresses in it, each once, in their order; without the heads of parts that are shown on wide windows."""
    return list(dict.fromkeys(re.findall(r'<li>\s*<a href="([^"]+)"', part)))


def current(visitor: Visitor, path: str) -> set[str]:
    """What is marked as the place where one is."""
    page = visitor.get(path).text
    return set(re.findall(r'href="([^"]+)" aria-current="page"', page[page.index("<header") : page.index("</header>")]))


@pytest.mark.parametrize("login", MENU)
def test_every_screen_of_an_office_is_in_its_menu_and_opens(web: Web, login: str) -> None:
    """And each says of itself that one is there."""
    visitor = web.visitor(login)
    offered = links(menu_of(visitor.get("/account").text))
    assert offered == MENU[login]
    for path in offered:
        assert current(visitor, path) == {path}


def test_screens_beneath_belong_to_their_place(web: Web) -> None:
    """A person's page is part of People, a document's of Dossiers, a search by person of the trail's search."""
    ids = web.company.ids
    assert current(web.visitor("admin"), f"/people/{ids['borrower']}") == {"/people"}
    assert current(web.visitor("borrower"), f"/documents/{web.company.document_id}") == {"/dossiers"}
    assert current(web.visitor("approver"), "/delegations") == {"/requests"}
    auditor = web.visitor("auditor")
    assert current(auditor, f"/trail/people/{ids['borrower']}") == {"/trail"}
    assert current(auditor, "/account") == {"/account"}


def test_parts_stand_below_the_bar_where_there_are_several(web: Web) -> None:
    """Those of the place where one is, and of no other."""
    officer = web.visitor("officer")
    for path, parts in (("/findings", MENU["officer"][:6]), ("/keys", MENU["officer"][9:12])):
        page = officer.get(path).text
        assert links(page[page.index('<nav class="sections parts"') : page.index("</header>")]) == parts
    assert '<nav class="sections parts"' not in officer.get("/policy").text


def test_what_waits_is_counted_in_its_place_and_on_the_menu(web: Web) -> None:
    """One request: one at Requests, one on the closed menu, though a notice tells of it, too."""
    ask(web.company, 1)
    page = web.visitor("approver").get("/dossiers").text
    counts = r'{}\s*<span class="count"><span aria-hidden="true">(\d+)</span>'
    for words in ("Menu", "Requests", "Notices"):
        assert re.findall(counts.format(words), page) == ["1"], words
