"""Dossiers and assignments as rows, alike on both databases."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace

import pytest
import sqlalchemy as sa

from tests.vault.database.rows import DOSSIER, LEE, MINUTE, NOW, WANG, assignment, dossier, store_ground
from vault.database import dossier_queries
from vault.database.engine import reading, transaction
from vault.database.tables.dossiers import dossiers
from vault.errors import Conflict
from vault.model import DossierId, Duty, PersonId


@pytest.fixture
def ground(database: sa.Engine) -> sa.Engine:
    with transaction(database) as tx:
        store_ground(tx)
    return database


def test_dossier_comes_back_as_it_was_stored(ground: sa.Engine) -> None:
    """By id, by reference, together with others; nothing for what there is not."""
    with reading(ground) as tx:
        assert dossier_queries.load_dossier(tx, DOSSIER) == dossier()
        assert dossier_queries.find_dossier_by_reference(tx, "D2026-00001") == dossier()
        assert dossier_queries.load_dossiers(tx, {DOSSIER, DossierId("d-9")}) == {DOSSIER: dossier()}
        assert dossier_queries.references_of(tx, {DOSSIER, "d-9"}) == {DOSSIER: "D2026-00001"}
        assert dossier_queries.load_dossier(tx, "d-9") is None
        assert dossier_queries.find_dossier_by_reference(tx, "d2026-00001") is None
        assert dossier_queries.references_of(tx, set()) == {}


def test_reference_belongs_to_one_dossier(ground: sa.Engine) -> None:
    """Whatever a rule forgets, the database does not."""
    with pytest.raises(Conflict), transaction(ground) as tx:
        dossier_queries.store_dossier(tx, replace(dossier(2), reference="D2026-00001"))


@pytest.mark.parametrize(
    ("references", "highest"),
    [
        ([], None),
        (["D2026-00002", "D2026-00010"], "D2026-00010"),
        (["D2026-99999", "D2026-100000"], "D2026-100000"),
        (["D2025-99999", "D20261-00007"], None),
    ],
    ids=["none", "some", "beyond five digits", "other years"],
)
def test_highest_reference_is_that_of_the_greatest_number(
    database: sa.Engine, references: list[str], highest: str | None
) -> None:
    """As numbers, not as texts; and only those of the year."""
    with transaction(database) as tx:
        store_ground(tx)
        tx.exec_driver_sql("UPDATE dossiers SET reference = 'X'")
        for number, reference in enumerate(references, start=2):
            dossier_queries.store_dossier(tx, replace(dossier(number), reference=reference))

        assert dossier_queries.highest_reference(tx, "D2026-") == highest


def test_whoever_asks_for_the_highest_reference_waits_for_the_one_before(ground: sa.Engine) -> None:
    """Between asking and storing nobody else asks: two founders cannot get one number."""
    seen: list[str | None] = []
    asked = threading.Event()

    def second() -> None:
        asked.wait(10)
        with transaction(ground) as tx:
            seen.append(dossier_queries.highest_reference(tx, "D2026-"))

    thread = threading.Thread(target=second)
    thread.start()
    with transaction(ground) as tx:
        dossier_queries.highest_reference(tx, "D2026-")
        asked.set()
        thread.join(0.3)
        dossier_queries.store_dossier(tx, dossier(2))
    thread.join()

    assert seen == ["D2026-00002"]


def test_dossiers_of_a_person_are_those_held_now_or_later(ground: sa.Engine) -> None:
    """Newest first; not those whose duty has ended. In lists only those held now, by name token if one is given."""
    with transaction(ground) as tx:
        for number in (2, 3):
            dossier_queries.store_dossier(tx, dossier(number, name_token=bytes(8)))
        dossier_queries.store_assignment(tx, assignment("a-1", ends_at=NOW))
        dossier_queries.store_assignment(tx, assignment("a-2", dossier_id=DossierId("d-2"), ends_at=NOW + MINUTE))
        dossier_queries.store_assignment(tx, assignment("a-3", dossier_id=DossierId("d-3"), starts_at=NOW + MINUTE))

        def held(person: str = WANG) -> list[str]:
            return [each.id for each in dossier_queries.dossiers_of_person(tx, PersonId(person), now=NOW)]

        def listed(person: str = WANG, token: bytes | None = None) -> list[str]:
            tokens = None if token is None else [token]
            found = dossier_queries.dossiers_held_now(tx, PersonId(person), now=NOW, limit=9, name_tokens=tokens)
            return [each.id for each in found]

        assert held() == ["d-3", "d-2"]
        assert listed() == ["d-2"]
        assert (held(LEE), listed(LEE)) == ([], [])
        assert listed(token=bytes(8)) == ["d-2"]
        assert listed(token=b"12345678") == []


def test_page_of_dossiers_goes_on_behind_the_last_of_the_page_before(ground: sa.Engine) -> None:
    """By reference, downwards; behind a dossier that there is not the list begins anew."""
    with transaction(ground) as tx:
        dossier_queries.store_assignment(tx, assignment("a-1"))
        for number in range(2, 6):
            dossier_queries.store_dossier(tx, dossier(number))
            dossier_queries.store_assignment(tx, assignment(f"a-{number}", dossier_id=DossierId(f"d-{number}")))

        def page(before: str) -> list[str]:
            found = dossier_queries.dossiers_held_now(tx, PersonId(WANG), now=NOW, limit=2, before=before)
            return [each.id for each in found]

        pages = [page(before) for before in ("", "d-4", "d-2", "d-1", "d-9")]

    assert pages == [["d-5", "d-4"], ["d-3", "d-2"], ["d-1"], [], ["d-5", "d-4"]]


@pytest.mark.parametrize(
    ("moment", "active"),
    [(NOW - MINUTE / 60000, False), (NOW, True), (NOW + MINUTE - MINUTE / 60000, True), (NOW + MINUTE, False)],
)
def test_assignment_is_in_force_from_its_beginning_to_before_its_end(moment: dt.datetime, active: bool) -> None:
    """To the millisecond."""
    assert assignment("a-1", ends_at=NOW + MINUTE).is_active(moment) is active


def test_assignment_is_ended_once(ground: sa.Engine) -> None:
    """Now, also one that would have ended later; one that has ended stays as it is."""
    with transaction(ground) as tx:
        for name, ends_at in (("a-1", None), ("a-2", NOW + 9 * MINUTE), ("a-3", NOW)):
            dossier_queries.store_assignment(tx, assignment(name, ends_at=ends_at))
        ended = [dossier_queries.end_assignment(tx, name, now=NOW + MINUTE) for name in ("a-1", "a-2", "a-3", "a-1")]
        kept = {each.id: each.ends_at for each in dossier_queries.assignments_of_dossier(tx, DOSSIER)}

    assert ended == [True, True, False, False]
    assert kept == {"a-1": NOW + MINUTE, "a-2": NOW + MINUTE, "a-3": NOW}


def test_assignments_of_a_person_include_the_ended_ones(ground: sa.Engine) -> None:
    """For the sentence that says until when; on the dossiers asked for and no others."""
    with transaction(ground) as tx:
        dossier_queries.store_assignment(tx, assignment("a-1", ends_at=NOW))
        dossier_queries.store_assignment(tx, replace(assignment("a-2"), person_id=LEE, duty=Duty.CUSTODIAN))

        found = dossier_queries.assignments_of_person_on(tx, WANG, [DOSSIER, DossierId("d-9")])
        assert [each.id for each in found] == ["a-1"]
        assert dossier_queries.assignments_of_person_on(tx, WANG, []) == []
        assert dossier_queries.load_assignment(tx, "a-1") == assignment("a-1", ends_at=NOW)
        assert dossier_queries.load_assignment(tx, "a-9") is None
        assert dossier_queries.lock_dossier(tx, DOSSIER) == dossier()
        assert dossier_queries.lock_dossier(tx, "d-9") is None


def _store(tx: sa.Connection, number: int, **values: object) -> None:
    """A dossier as it is later in its life."""
    dossier_queries.store_dossier(tx, dossier(number))
    if values:
        tx.execute(sa.update(dossiers).where(dossiers.c.id == f"d-{number}").values(**values))


@pytest.mark.parametrize(("begin", "found"), [("d-", [1, 2, 3]), ("d-3", [3, 4, 1]), ("d-9", [1, 2, 3])])
def test_some_dossiers_are_those_after_an_id_and_then_those_before_it(
    ground: sa.Engine, begin: str, found: list[int]
) -> None:
    """As many as asked for, none twice; of one class if one is named."""
    with transaction(ground) as tx:
        for number in (2, 3, 4):
            _store(tx, number)
        _store(tx, 5, classification="secret")
        _store(tx, 6, shredded_at=NOW)

    with reading(ground) as tx:
        some = dossier_queries.some_dossiers(tx, classification="confidential", begin=begin, limit=3)
        every = dossier_queries.some_dossiers(tx, classification="", begin=begin, limit=9)

    assert [each.id for each in some] == [f"d-{number}" for number in found]
    assert sorted(each.id for each in every) == [f"d-{number}" for number in (1, 2, 3, 4, 5)]
