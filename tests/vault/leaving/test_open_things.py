"""What a leaver has open: listed by kind with dossier and time, few statements however much it is, ended together."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests.company import Company, set_policy
from tests.vault.grants.granting import granted, of_kind
from tests.vault.grants.test_copies import prepared
from tests.vault.leaving.acts import REASON, announce
from vault.clock import FixedClock
from vault.database.engine import reading
from vault.leaving.ending import end_what_is_open
from vault.leaving.open_things import OpenKind, OpenThings, open_things_of
from vault.leaving.showing import show_leaving
from vault.people.accounts import end_sessions
from vault.policy.document import Policy, RequestRules, WatchPolicy
from vault.policy.granting import GrantKind

MINUTE = dt.timedelta(minutes=1)
RULES = Policy(watch=WatchPolicy(views=None, by_approval=False, copies=True), requests=RequestRules(copies=True))


@pytest.fixture
def leaving(any_company: Company) -> Company:
    """The borrower is about to leave, signed in nowhere, under a policy that forbids them nothing."""
    set_policy(any_company, RULES)
    announce(any_company)
    end_sessions(any_company.vault, any_company.at_keyboard("admin"), person_id=any_company.ids["borrower"])
    return any_company


def open_of(company: Company, *, most: int = 25) -> tuple[OpenThings, int]:
    """With the number of statements that it took."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
        statements.append(statement)

    sa.event.listen(company.vault.engine, "before_cursor_execute", note)
    with reading(company.vault.engine) as tx:
        now = company.vault.clock.now()
        found = open_things_of(company.vault, tx, company.person("borrower").id, now=now, most=most)
    sa.event.remove(company.vault.engine, "before_cursor_execute", note)
    return found, len(statements)


def test_everything_open_is_listed_with_its_dossier_and_since_when(leaving: Company, clock: FixedClock) -> None:
    """Session, view, request, grant and prepared copy; afterwards nothing is open, and the copy has no way out."""
    began = clock.now()
    leaving.open_and_read(leaving.signed_in("borrower"))
    of_kind(leaving, GrantKind.LEASE, 60)
    granted(leaving, GrantKind.VIEWS, 2)
    prepared(leaving)
    admin, person_id = leaving.at_keyboard("admin"), leaving.ids["borrower"]

    listed = show_leaving(leaving.vault, admin, person_id=person_id).open
    assert [(row.kind, row.reference, row.asks) for row in listed.rows] == [
        (OpenKind.SESSION, "", None),
        (OpenKind.VIEW, "D2026-00001", None),
        (OpenKind.REQUEST, "D2026-00001", GrantKind.LEASE),
        (OpenKind.GRANT, "D2026-00001", GrantKind.VIEWS),
        (OpenKind.COPY, "D2026-00001", None),  # the grant of one copy is used up by it
    ]
    assert listed.numbers == dict.fromkeys(OpenKind, 1)
    assert {row.since for row in listed.rows} == {began}
    assert listed.rows[0].address
    assert listed.unlisted == {}

    end_what_is_open(leaving.vault, admin, person_id=person_id, reason=REASON)
    assert show_leaving(leaving.vault, admin, person_id=person_id).open.rows == []


def test_many_are_counted_and_the_newest_listed_in_no_more_statements(leaving: Company, clock: FixedClock) -> None:
    """Three sessions with a view each and two grants, of each kind one row."""
    leaving.open_and_read(leaving.signed_in("borrower"))
    granted(leaving, GrantKind.VIEWS, 1)
    _few, statements = open_of(leaving)
    for _ in range(2):
        clock.advance(MINUTE)
        leaving.open_and_read(leaving.signed_in("borrower"))
    granted(leaving, GrantKind.HOURS, 1)

    found, as_many = open_of(leaving, most=1)
    assert as_many == statements
    assert [row.kind for row in found.rows] == [OpenKind.SESSION, OpenKind.VIEW, OpenKind.GRANT]
    assert {row.since for row in found.rows if row.kind is not OpenKind.GRANT} == {clock.now()}
    assert found.unlisted == {OpenKind.SESSION: 2, OpenKind.VIEW: 2, OpenKind.GRANT: 1}
