"""Ids as permission: knowing, guessing or sending an id gives no right; what belongs to nobody belongs to nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.attacks.acting import ask, open_view
from tests.attacks.crawling import ENDS_SESSIONS, doors, names_something
from tests.attacks.observing import column, quota, trail
from tests.company import Company
from tests.gateway.visitor import Web, open_document
from vault.access.reading import read_page, show_view
from vault.errors import LeaseEnded, NotFound
from vault.ledger.events import Event
from vault.model import SessionId

FORM = {
    "category": "offer",
    "text": "Preparing the offer for line four",
    "idempotency_key": "k",
    "note": "Preparing the offer for line four",
    "views": "3",
    "approve": "1",
    "decision": "approve",
    "duty": "borrower",
    "version": "1",
}
"""Fields that some form of the application has, all sent to every one."""
OWN = {"": (), "auditor": ("/trail",), "admin": ("/people",)}
"""What an office is there for."""
NAMED_TABLES = (
    ("people", "p"),
    ("dossiers", "d"),
    ("documents", "f"),
    ("document_versions", "v"),
    ("sessions", "s"),
    ("assignments", "a"),
    ("views", "w"),
    ("requests", "r"),
)


def test_stranger_gets_nothing_from_any_address_that_names_a_thing(web: Web) -> None:
    """Every id of the company in hand, every route tried: unknown or forbidden, and never done."""
    _reader, path = web.reader()
    ask(web.company, 1)
    before = _state(web.company)
    stranger = web.visitor("stranger")
    for door in doors(web, view_id=path.rpartition("/")[2]):
        if names_something(door):
            answer = stranger.post(door.path, FORM) if door.method == "POST" else stranger.get(door.path)
            assert answer.status_code in {400, 403, 404}, (door, answer.status_code)
            assert "Harrow" not in answer.text, door
    assert _state(web.company) == before


@pytest.mark.parametrize("login", ["", "auditor", "admin"])
def test_officers_and_nobody_change_nothing_that_is_not_theirs(web: Web, login: str) -> None:
    """Neither somebody without a session, nor an auditor or administrator, opens, files, decides, revokes or ends."""
    _reader, path = web.reader()
    ask(web.company, 1)
    before = _state(web.company)
    visitor = web.visitor(login)
    for door in doors(web, view_id=path.rpartition("/")[2], method="POST"):
        if not door.rule.startswith(("/account", "/language", *OWN[login])) and door.rule not in ENDS_SESSIONS:
            answer = visitor.post(door.path, FORM)
            assert answer.status_code in {400, 401, 403, 404}, (door, answer.status_code)
    assert _state(web.company) == before


def test_ids_are_random_long_and_of_their_kind(company: Company) -> None:
    """Nothing sequential, nothing that tells how many there are or when they were made."""
    open_view(company, company.signed_in("borrower"))
    ask(company, 1)
    for table, kind in NAMED_TABLES:
        ids = column(company, f"SELECT id FROM {table}")
        assert ids, table
        assert all(each[0] == kind and len(each) == 27 for each in ids), table
        assert len({each[1:7] for each in ids}) == len(ids), table


@pytest.mark.parametrize(
    "sent",
    ["viewAs", "view_as", "user", "user_id", "person", "person_id", "actor", "as", "login", "impersonate", "office"],
)
def test_no_parameter_makes_somebody_somebody_else(web: Web, sent: str) -> None:
    """``?viewAs=``: who asks is who holds the session, whatever else was sent along."""
    borrower = web.company.ids["borrower"]
    stranger = web.visitor("stranger")
    document = f"/documents/{web.company.document_id}"
    assert stranger.get(f"{document}?{sent}={borrower}").status_code == 404
    assert open_document(stranger, web.company.document_id, **{sent: borrower}).status_code == 404
    assert stranger.open("GET", document, headers={f"X-{sent}": borrower}).status_code == 404
    assert quota(web.company).used == 0


def test_view_of_no_session_is_nobodys(company: Company) -> None:
    """``None == None``: somebody without a session is not the owner of what has none."""
    actor = company.signed_in("borrower")
    view_id = open_view(company, actor).view_id
    for nobody in (
        replace(actor, session_id=SessionId("")),
        replace(actor, session_id=SessionId(""), session_secret=None),
        replace(actor, session_secret=None),
    ):
        for read in (
            lambda who: read_page(company.vault, who, view_id=view_id, page_number=1),
            _frame(company, view_id),
        ):
            with pytest.raises(LeaseEnded):
                read(nobody)
    assert trail(company, Event.PAGE_READ) == []


@pytest.mark.parametrize("document_id", ["", " ", "None", "null", "0", "1", "-1", "../1", "f" * 27, "%", "' OR 1=1 --"])
def test_what_is_no_id_names_nothing(company: Company, document_id: str) -> None:
    """An empty or clever id is an unknown one."""
    with pytest.raises(NotFound):
        open_view(company, company.signed_in("borrower"), document_id=document_id or " ")


@pytest.mark.parametrize("kind", ["p", "d", "v", "s", "a", "w", "r", "e"])
def test_id_of_another_kind_names_nothing(company: Company, kind: str) -> None:
    """The letter in front belongs to the id: a person's id is no document's."""
    with pytest.raises(NotFound):
        open_view(company, company.signed_in("borrower"), document_id=kind + company.document_id[1:])


def test_files_lie_under_no_served_path(web: Web) -> None:
    """Neither sealed objects nor the spool, the database or the configuration can be fetched."""
    visitor = web.visitor("borrower")
    [key] = column(web.company, "SELECT object_key FROM sealed_objects WHERE part = 'pages'")
    for path in (f"/{key}", f"/objects/{key}", f"/static/{key}", "/vault.db", "/config.toml", "/spool/", "/root.key"):
        assert visitor.get(path).status_code == 404, path


def _frame(company: Company, view_id: str):  # type: ignore[no-untyped-def]
    return lambda who: show_view(company.vault, who, view_id=view_id)


def _state(company: Company) -> list[object]:
    """Everything that a stranger's request might have changed."""
    queries = (
        "SELECT count(*) FROM views",
        "SELECT count(*) FROM views WHERE ended_at IS NOT NULL",
        "SELECT used FROM view_quotas ORDER BY person_id",
        "SELECT granted FROM view_quotas ORDER BY person_id",
        "SELECT state FROM requests",
        "SELECT count(*) FROM documents",
        "SELECT state FROM document_versions ORDER BY id",
        "SELECT count(*) FROM assignments WHERE ends_at IS NULL",
        "SELECT count(*) FROM dossiers",
        "SELECT state FROM people ORDER BY id",
    )
    return [column(company, query) for query in queries]
