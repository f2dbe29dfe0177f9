"""Views and quotas as rows: N means N under any race, on both databases, and what is over stays over."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from dataclasses import replace

import pytest
import sqlalchemy as sa

from tests.vault.database.rows import (
    DOCUMENT,
    DOSSIER,
    LEE,
    MINUTE,
    NOW,
    QUOTA,
    SESSION,
    WANG,
    store_ground,
    used,
    view,
)
from vault.database import day_queries, view_queries
from vault.database.engine import reading, transaction
from vault.database.view_queries import QuotaState
from vault.errors import Conflict
from vault.model import SessionId, ViewId


@pytest.fixture
def ground(database: sa.Engine) -> sa.Engine:
    with transaction(database) as tx:
        store_ground(tx)
        view_queries.lock_quota(tx, QUOTA)
    return database


def test_more_claims_than_views_at_once_get_the_views_there_are(ground: sa.Engine) -> None:
    """Sixteen claims in the same moment for three views: 1, 2 and 3, each once."""
    numbers: list[int | None] = []
    together = threading.Barrier(16)

    def claim() -> None:
        together.wait()
        with transaction(ground) as tx:
            view_queries.lock_quota(tx, QUOTA)
            numbers.append(view_queries.claim_one(tx, QUOTA, allowed_by_policy=3))

    threads = [threading.Thread(target=claim) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(number for number in numbers if number) == [1, 2, 3]
    assert numbers.count(None) == 13


def test_claim_that_is_rolled_back_was_none(ground: sa.Engine) -> None:
    """The quota is part of the transaction that opens the view."""

    def claim_and_fail() -> None:
        with transaction(ground) as tx:
            assert view_queries.claim_one(tx, QUOTA, allowed_by_policy=1) == 1
            raise Conflict

    with pytest.raises(Conflict):
        claim_and_fail()
    with transaction(ground) as tx:
        assert view_queries.claim_one(tx, QUOTA, allowed_by_policy=1) == 1
        assert view_queries.claim_one(tx, QUOTA, allowed_by_policy=1) is None


def test_granted_views_come_on_top_of_what_policy_allows(ground: sa.Engine) -> None:
    """Also where there was no quota row yet."""
    fresh = replace(QUOTA, person_id=LEE)
    with transaction(ground) as tx:
        view_queries.grant_views(tx, fresh, views_granted=2)
        claims = [view_queries.claim_one(tx, fresh, allowed_by_policy=1) for _ in range(4)]

        assert claims == [1, 2, 3, None]
        assert view_queries.quota_state(tx, fresh) == QuotaState(used=3, granted=2)


def test_quota_nobody_used_yet_is_empty_and_not_claimable_unlocked(ground: sa.Engine) -> None:
    """A claim needs the row that locking makes."""
    fresh = replace(QUOTA, version_number=7)
    with transaction(ground) as tx:
        assert view_queries.quota_state(tx, fresh) == QuotaState(used=0, granted=0)
        assert view_queries.claim_one(tx, fresh, allowed_by_policy=3) is None
        assert view_queries.lock_quota(tx, fresh) == QuotaState(used=0, granted=0)
        assert view_queries.claim_one(tx, fresh, allowed_by_policy=3) == 1
    expected = {QUOTA: QuotaState(0, 0), fresh: QuotaState(1, 0)}
    with reading(ground) as tx:
        assert view_queries.quotas_of_person(tx, WANG, [DOCUMENT]) == expected
        assert view_queries.quotas_of_person(tx, LEE, [DOCUMENT]) == {}


def test_lock_holds_another_up_until_the_transaction_ends(ground: sa.Engine) -> None:
    """Two openings of one document in one session are decided one after the other."""
    order, locked = [], threading.Event()

    def second() -> None:
        locked.wait(10)
        with transaction(ground) as tx:
            view_queries.lock_quota(tx, QUOTA)
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with transaction(ground) as tx:
        view_queries.lock_quota(tx, QUOTA)
        locked.set()
        thread.join(0.3)
        order.append("first")
    thread.join()

    assert order == ["first", "second"]


def test_claim_comes_back_once_and_only_if_no_page_left(ground: sa.Engine) -> None:
    """Returned twice it would be a view too many; the click may then be sent again."""
    with transaction(ground) as tx:
        view_queries.claim_one(tx, QUOTA, allowed_by_policy=3)
        view_queries.claim_one(tx, QUOTA, allowed_by_policy=3)
        unread, read = view("w-1"), view("w-2", pages_delivered=1)
        view_queries.store_view(tx, unread)
        view_queries.store_view(tx, read)

        assert view_queries.return_claim(tx, unread, freed_key="freed") is True
        assert view_queries.return_claim(tx, unread, freed_key="freed again") is False
        assert view_queries.return_claim(tx, read, freed_key="never") is False
        assert used(tx) == 1
        assert view_queries.find_view_by_key(tx, WANG, "key of w-1") is None


def test_claims_returned_at_once_come_back_once(ground: sa.Engine) -> None:
    """Sweep and reader come upon the same failed view in the same moment."""
    with transaction(ground) as tx:
        view_queries.claim_one(tx, QUOTA, allowed_by_policy=3)
        view_queries.store_view(tx, view("w-1"))
    returned: list[bool] = []

    def give_back(number: int) -> None:
        with transaction(ground) as tx:
            returned.append(view_queries.return_claim(tx, view("w-1"), freed_key=f"freed {number}"))

    threads = [threading.Thread(target=give_back, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with reading(ground) as tx:
        assert (sorted(returned), used(tx)) == ([False, False, False, True], 0)


def test_view_comes_back_as_it_was_stored(ground: sa.Engine) -> None:
    """By id, by its idempotency key, and by session and document while it lives."""
    stored = view("w-1", wrapped_key=b"wrapped", pages_delivered=2)
    with transaction(ground) as tx:
        view_queries.store_view(tx, stored)
    with reading(ground) as tx:
        assert view_queries.load_view(tx, "w-1") == stored
        assert view_queries.find_view_by_key(tx, WANG, "key of w-1") == stored
        assert view_queries.find_view_by_key(tx, LEE, "key of w-1") is None
        assert view_queries.load_view(tx, "w-2") is None
        live = [
            view_queries.find_live_view(tx, session_id=session, document_id=DOCUMENT, now=NOW + minutes * MINUTE)
            for session, minutes in ((SESSION, 14), (SESSION, 15), (SessionId("s-2"), 1))
        ]
    assert live == [stored, None, None]


def test_one_click_is_one_view(ground: sa.Engine) -> None:
    """The same person's same key twice is refused by the database itself."""

    def store(name: str) -> None:
        with transaction(ground) as tx:
            view_queries.store_view(tx, view(name, idempotency_key="one click"))

    store("w-1")
    with pytest.raises(Conflict):
        store("w-2")


def _keep(tx: sa.Connection, view_id: str, wrapped_key: bytes, *, now: dt.datetime) -> bool:
    return view_queries.keep_view_key(tx, ViewId(view_id), wrapped_key=wrapped_key, pack_object="o/1", now=now)


def test_key_is_kept_once_and_only_while_the_view_lives(ground: sa.Engine) -> None:
    """Not over another, not after the end, not after the lease."""
    with transaction(ground) as tx:
        for name in ("w-1", "w-2", "w-3"):
            view_queries.store_view(tx, view(name))
        view_queries.end_view(tx, ViewId("w-2"), now=NOW, cause="done")

        assert _keep(tx, "w-1", b"first", now=NOW) is True
        assert _keep(tx, "w-1", b"second", now=NOW) is False
        assert _keep(tx, "w-2", b"late", now=NOW) is False
        assert _keep(tx, "w-3", b"late", now=NOW + 15 * MINUTE) is False
        kept = [found.wrapped_key for name in ("w-1", "w-2", "w-3") if (found := view_queries.load_view(tx, name))]
    assert kept == [b"first", None, None]


def test_page_is_counted_only_while_the_view_lives(ground: sa.Engine) -> None:
    """Whoever is not counted does not leave: at the last millisecond yes, at the end no, after an end never."""
    with transaction(ground) as tx:
        view_queries.store_view(tx, view("w-1"))
        end = NOW + 15 * MINUTE
        counted = [view_queries.count_page(tx, ViewId("w-1"), now=now) for now in (NOW, end - MINUTE / 60000, end)]
        view_queries.end_view(tx, ViewId("w-1"), now=NOW, cause="done")
        counted.append(view_queries.count_page(tx, ViewId("w-1"), now=NOW))
        found = view_queries.load_view(tx, "w-1")

    assert counted == [True, True, False, False]
    assert found is not None
    assert found.pages_delivered == 2


def test_end_deletes_the_key_and_comes_once(ground: sa.Engine) -> None:
    """Revoked, expired and signed out in the same moment: one end, one cause, no key."""
    with transaction(ground) as tx:
        view_queries.store_view(tx, view("w-1", wrapped_key=b"wrapped"))
        ended = [
            view_queries.end_view(tx, ViewId("w-1"), now=NOW, cause=cause, ended_by=LEE)
            for cause in ("revoked", "expired")
        ]
        found = view_queries.load_view(tx, "w-1")

    assert ended == [True, False]
    assert found is not None
    assert (found.wrapped_key, found.end_cause, found.ended_by, found.is_live(NOW)) == (None, "revoked", LEE, False)


def test_keyless_end_leaves_a_view_that_got_its_key(ground: sa.Engine) -> None:
    """The sweep must not take a view away from somebody who is about to read."""
    with transaction(ground) as tx:
        view_queries.store_view(tx, view("w-1", wrapped_key=b"wrapped"))
        view_queries.store_view(tx, view("w-2"))

        assert view_queries.end_keyless_view(tx, ViewId("w-1"), now=NOW, cause="cut off") is False
        assert view_queries.end_keyless_view(tx, ViewId("w-2"), now=NOW, cause="cut off") is True


def test_views_are_listed_by_whom_and_what_they_concern(ground: sa.Engine) -> None:
    """Unended ones of a person, of sessions, of a dossier; expired ones; those that never got a key; live ones."""
    with transaction(ground) as tx:
        view_queries.store_view(tx, view("w-1", wrapped_key=b"wrapped"))
        view_queries.store_view(tx, view("w-2", opened_at=NOW + MINUTE))
        view_queries.store_view(tx, view("w-3", ended_at=NOW))

        def names(views: list[view_queries.ViewRecord]) -> list[str]:
            return sorted(each.id for each in views)

        assert names(view_queries.unended_views(tx)) == ["w-1", "w-2"]
        assert names(view_queries.unended_views(tx, person_id=WANG, dossier_id=DOSSIER)) == ["w-1", "w-2"]
        assert names(view_queries.unended_views(tx, person_id=LEE)) == []
        assert names(view_queries.unended_views(tx, session_ids=[SESSION])) == ["w-1", "w-2"]
        assert names(view_queries.unended_views(tx, session_ids=[])) == []
        assert names(view_queries.unended_views(tx, dossier_id="d-2")) == []
        assert names(view_queries.expired_views(tx, now=NOW + 15 * MINUTE, limit=9)) == ["w-1"]
        assert names(view_queries.unkeyed_views(tx, opened_before=NOW + 2 * MINUTE, limit=9)) == ["w-2"]
        live = view_queries.list_live_views(tx, now=NOW + 2 * MINUTE)
    assert [(each.view.id, each.staff_number, each.dossier_reference) for each in live] == [
        ("w-2", WANG, "D2026-00001"),
        ("w-1", WANG, "D2026-00001"),
    ]


def test_more_pages_at_once_than_a_view_may_show_get_the_pages_there_are(ground: sa.Engine) -> None:
    """Eight different pages in the same moment, three allowed; each of the three again costs nothing."""
    with transaction(ground) as tx:
        view_queries.store_view(tx, view("w-1"))
    together = threading.Barrier(8)
    shown: list[int] = []

    def show(number: int) -> None:
        together.wait()
        with contextlib.suppress(RuntimeError), transaction(ground) as tx:
            if not view_queries.count_distinct_page(tx, ViewId("w-1"), number, most=3):
                raise RuntimeError
            shown.append(number)

    threads = [threading.Thread(target=show, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(shown) == 3
    with transaction(ground) as tx:
        assert all(view_queries.count_distinct_page(tx, ViewId("w-1"), number, most=3) for number in shown)


def test_more_claims_of_a_day_at_once_than_it_has_get_what_there_is(ground: sa.Engine) -> None:
    """Sixteen in the same moment for five; one that is given back can be had again, and none twice."""
    together = threading.Barrier(16)
    numbers: list[int | None] = []

    def claim() -> None:
        together.wait()
        with transaction(ground) as tx:
            numbers.append(day_queries.claim_of_day(tx, WANG, "2026-11-24", "", most=5))

    threads = [threading.Thread(target=claim) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(number for number in numbers if number) == [1, 2, 3, 4, 5]
    with transaction(ground) as tx:
        day_queries.return_to_day(tx, WANG, "2026-11-24", "secret")
        assert day_queries.claim_of_day(tx, WANG, "2026-11-24", "", most=5) == 5
        assert day_queries.claim_of_day(tx, WANG, "2026-11-24", "", most=5) is None
        assert day_queries.claim_of_day(tx, LEE, "2026-11-24", "", most=5) == 1
