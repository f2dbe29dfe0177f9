"""G4 A view's key serves one person, one session, one lease; a thief with database and bucket cannot use it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.sessions import COOKIE_NAME
from keys.errors import UnwrapError
from keys.model import KEY_BYTES, Secret
from keys.viewkeys import view_wrapping_key
from keys.wrapping import unwrap_key
from tests.attacks.acting import change, end_assignment, open_view
from tests.attacks.observing import alter, trail, view_row
from tests.company import PASSWORD, Company, copy_company, open_company_vault, reopen_company
from tests.gateway.visitor import Visitor, Web
from vault.access.ending import revoke_view
from vault.access.opening import view_context_of
from vault.access.reading import read_page, show_view
from vault.clock import FixedClock
from vault.database import key_queries
from vault.database.engine import transaction
from vault.errors import LeaseEnded, NotFound, TamperError
from vault.ledger.events import Event
from vault.model import Classification
from vault.people.accounts import reset_password, suspend_person
from vault.worker.sweeping import HIGH_WATER_FACT, keep_high_water_mark

NEW_PASSWORD = "seven quiet harbours"
PARTS = ("", "/pages/1", "/pages/1/text", "/state")


def thief_with(web: Web, cookie: str) -> Visitor:
    """Another browser into which a stolen session cookie was put."""
    thief = web.visitor()
    thief.client.set_cookie(COOKIE_NAME, cookie, domain="127.0.0.1", path="/")
    return thief


def test_another_person_gets_nothing_with_the_views_id(web: Web) -> None:
    """Not its frame, not a page, not its text, not even whether it exists; and not its end."""
    _reader, path = web.reader()
    for login in ("other", "custodian", "approver", "author", "stranger"):
        thief = web.visitor(login)
        unknown = "/views/w" + "a" * 26
        for part in PARTS:
            mine, nobodys = thief.get(path + part), thief.get(unknown + part)
            assert mine.status_code == nobodys.status_code == 404
            assert _without_id(mine.text) == _without_id(nobodys.text)
        assert thief.post(f"{path}/end").status_code == 404


def test_another_session_of_the_same_person_gets_nothing(web: Web) -> None:
    """A colleague's second device, or a second browser: another session is another view."""
    _reader, path = web.reader()
    again = web.visitor("borrower")
    for part in PARTS:
        assert again.get(path + part).status_code == 410


@pytest.mark.parametrize("end", ["sign-out", "password", "reset", "suspend", "other session"])
def test_copy_of_the_cookie_is_worth_nothing_once_its_session_ended(web: Web, end: str) -> None:
    """Sessions do not survive logout, a new password, a reset, suspension, or being ended from elsewhere."""
    reader, path = web.reader()
    cookie = reader.session_cookie
    assert thief_with(web, cookie).get(f"{path}/pages/1").status_code == 200  # the cookie is the session
    _end_session(web, reader, end)
    thief = thief_with(web, cookie)
    assert thief.get(f"{path}/pages/1").status_code == 401
    assert thief.get(path).status_code == 303
    assert view_row(web.company, path.rpartition("/")[2]).wrapped_key is None


@pytest.mark.parametrize("lose", ["revoked", "suspended", "unassigned", "class", "clearance", "lease"])
def test_lost_right_closes_every_part_of_the_view(web: Web, clock: FixedClock, lose: str) -> None:
    """By the very next request, whichever of the viewer's parts it asks for."""
    reader, path = web.reader()
    for part in PARTS:
        assert reader.get(path + part).status_code == 200
    _lose(web, clock, lose, path.rpartition("/")[2])
    for part in PARTS:
        answer = reader.get(path + part)
        assert answer.status_code in {303, 401, 410}, (part, answer.status_code)
        assert answer.content_type != "image/jpeg"


def test_thief_with_database_and_bucket_cannot_unwrap_a_live_view(company: Company) -> None:
    """Every value of every table, tried as the cookie's secret, opens nothing: what opens it is kept nowhere."""
    actor = company.signed_in("borrower")
    view = view_row(company, open_view(company, actor).view_id)
    assert view.wrapped_key is not None
    context = view_context_of(view, version=1)
    assert actor.session_secret is not None
    unwrap_key(view_wrapping_key(actor.session_secret, view_id=view.id), view.wrapped_key, context=context)
    candidates = _everything_in_the_database(company)
    assert len(candidates) > 100
    for value in candidates:
        with pytest.raises(UnwrapError):
            unwrap_key(view_wrapping_key(Secret(value), view_id=view.id), view.wrapped_key, context=context)


def test_whole_vault_restored_elsewhere_opens_no_live_view(company: Company, tmp_path: Path) -> None:
    """A copy of database, bucket and even the root key: without the cookie the view's key stays shut."""
    actor = company.signed_in("borrower")
    view_id = open_view(company, actor).view_id
    company.vault.engine.dispose()
    copy_company(company.directory, tmp_path / "stolen")
    stolen = reopen_company(tmp_path / "stolen", clock=company.vault.clock)
    forged = replace(actor, session_secret=Secret(b"x" * 43))
    with pytest.raises(TamperError):
        read_page(stolen.vault, forged, view_id=view_id, page_number=1)
    with pytest.raises(LeaseEnded):
        read_page(stolen.vault, replace(actor, session_secret=None), view_id=view_id, page_number=1)
    stolen.vault.engine.dispose()


def test_views_key_moved_to_another_view_opens_nothing(company: Company) -> None:
    """The wrapped key is bound to view, person, session, document version and the end of the lease."""
    actor = company.signed_in("borrower")
    first = open_view(company, actor).view_id
    other = company.submit("custodian", b"Another document of some length\n", name="Other.txt").document_id
    company.convert_all()
    second = open_view(company, actor, document_id=other).view_id
    moved = view_row(company, first).wrapped_key
    alter(company, "UPDATE views SET wrapped_key = :moved WHERE id = :second", moved=moved, second=second)
    with pytest.raises(TamperError):
        read_page(company.vault, actor, view_id=second, page_number=1)
    assert len(trail(company, Event.OBJECT_TAMPERED)) == 1


@pytest.mark.parametrize("column_name", ["session_id", "person_id"])
def test_view_handed_over_in_the_table_does_not_open_for_the_new_owner(company: Company, column_name: str) -> None:
    """Whoever writes to the database can give a row away, not the key in it."""
    view_id = open_view(company, company.signed_in("borrower")).view_id
    thief = company.signed_in("other") if column_name == "person_id" else company.signed_in("borrower")
    alter(
        company, "UPDATE views SET person_id = :person, session_id = :session", person=thief.person_id,
        session=thief.session_id,
    )  # fmt: skip
    for open_part in (
        lambda: read_page(company.vault, thief, view_id=view_id, page_number=1),
        lambda: show_view(company.vault, thief, view_id=view_id),
    ):
        with pytest.raises((TamperError, LeaseEnded)):
            open_part()
    assert trail(company, Event.PAGE_READ) == []


def test_lease_ends_by_the_servers_clock_on_every_part(web: Web, clock: FixedClock) -> None:
    """Fifteen minutes, then nothing, and asking moves nothing."""
    reader, path = web.reader()
    for _ in range(14):
        clock.advance(dt.timedelta(minutes=1))
        assert reader.get(f"{path}/pages/1").status_code == 200
    clock.advance(dt.timedelta(minutes=1))
    for part in PARTS:
        assert reader.get(path + part).status_code == 410


def test_restart_with_the_clock_set_back_extends_no_lease(company: Company) -> None:
    """The latest time ever seen is kept; after a restart the clock begins there, not where the machine says it is."""
    ahead = company.vault.clock.now() + dt.timedelta(days=3650)
    with transaction(company.vault.engine) as tx:
        key_queries.write_fact(tx, HIGH_WATER_FACT, ahead.isoformat())
    restarted = open_company_vault(company.directory / "config.toml")
    assert restarted.clock.now() >= ahead
    restarted.engine.dispose()


def test_high_water_mark_never_goes_back(company: Company, clock: FixedClock) -> None:
    """A node with a slow clock does not undo what another one knew."""
    keep_high_water_mark(company.vault)
    with transaction(company.vault.engine) as tx:
        known = key_queries.read_fact(tx, HIGH_WATER_FACT)
    clock.advance(dt.timedelta(hours=-2))
    keep_high_water_mark(company.vault)
    with transaction(company.vault.engine) as tx:
        assert key_queries.read_fact(tx, HIGH_WATER_FACT) == known


def test_unknown_view_is_refused_and_recorded(company: Company) -> None:
    """Guessing ids leaves its track."""
    with pytest.raises(NotFound):
        read_page(company.vault, company.signed_in("borrower"), view_id="w" + "a" * 26, page_number=1)
    [refused] = trail(company, Event.PAGE_REFUSED)
    assert (refused.fact("code"), refused.actor) == ("not_found.view", company.ids["borrower"])


def _end_session(web: Web, reader: Visitor, end: str) -> None:
    company = web.company
    if end == "sign-out":
        reader.post("/sign-out")
    elif end == "password":
        reader.post("/account/password", {"current": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD})
    elif end == "reset":
        reset_password(company.vault, company.at_keyboard("admin"), person_id=company.ids["borrower"])
    elif end == "suspend":
        suspend_person(company.vault, company.at_keyboard("officer"), person_id=company.ids["borrower"])
    else:
        elsewhere = web.visitor("borrower")
        page = elsewhere.get("/account").text
        for path in re.findall(r'action="(/account/sessions/[^"]+/end)"', page):
            elsewhere.post(path)


def _lose(web: Web, clock: FixedClock, lose: str, view_id: str) -> None:
    company = web.company
    acts: dict[str, Callable[[], object]] = {
        "revoked": lambda: _revoke(company, view_id),
        "suspended": lambda: suspend_person(
            company.vault, company.at_keyboard("officer"), person_id=company.ids["borrower"]
        ),
        "unassigned": lambda: end_assignment(company, "borrower"),
        "class": lambda: alter(company, "UPDATE dossiers SET classification = 'top_secret'"),
        "clearance": lambda: change(company, "borrower", clearance=Classification.INTERNAL),
        "lease": lambda: clock.advance(dt.timedelta(minutes=15)),
    }
    acts[lose]()


def _revoke(company: Company, view_id: str) -> None:
    revoke_view(company.vault, company.at_keyboard("officer"), view_id=view_id, note="Seen on an open screen")


def _everything_in_the_database(company: Company) -> list[bytes]:
    """Each distinct text and blob in any table, long enough to be a secret."""
    found: set[bytes] = set()
    with company.vault.engine.connect() as connection:
        tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        for table in tables:
            for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"'):
                for value in row:
                    found.add(value.encode() if isinstance(value, str) else value if isinstance(value, bytes) else b"")
    return [value for value in found if len(value) >= KEY_BYTES]


def _without_id(text: str) -> str:
    """The answer without what differs between any two of them: the request's number and the form's token."""
    text = re.sub(r"/views/w[a-z2-7]{26}", "", text)
    return re.sub(r'(request: |"request_id":"|name="csrf" value=")[^"<]+', "", text)
