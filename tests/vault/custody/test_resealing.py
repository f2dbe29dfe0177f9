"""Resealing beside everything else that goes on: long copies, damage, refusals, readers, and other work on keys."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import BinaryIO

import pytest
import sqlalchemy as sa

from keys.model import KeyState
from tests.company import Company, found_dossier
from tests.custody import approve_all, findings, ordered, second_officer, states, work_off
from vault import claims
from vault.clock import FixedClock
from vault.custody.operations import OperationRow, pause, resume, show_operation
from vault.custody.procedures import port
from vault.custody.scope import Scope
from vault.custody.working import work_once
from vault.database import document_queries, dossier_queries
from vault.database.document_queries import ObjectPart, ObjectState, VersionState
from vault.database.engine import reading, transaction
from vault.database.operation_queries import OperationState
from vault.database.tables.dossiers import dossiers
from vault.database.tables.operations import key_operations
from vault.errors import Conflict
from vault.filing.conversion import convert_version
from vault.filing.reviewing import refuse_submission
from vault.model import DossierId
from vault.policy.custody import OperationKind
from vault.runtime import Vault
from vault.storage.port import ObjectKey
from vault.worker.sweeping import RETIRED_GRACE_MINUTES, sweep

RING = "confidential"


@pytest.fixture
def company(company: Company) -> Iterator[Company]:
    second_officer(company, 2)
    return company


class InTheMiddle:
    """A store in which something happens while an object is put, as for one that takes long."""

    def __init__(self, vault: Vault, happens: Callable[[], None]) -> None:
        self._inner = vault.store
        self._happens = happens

    def put(self, key: ObjectKey, content: BinaryIO, *, size: int) -> None:
        self._inner.put(key, content, size=size)
        self._happens()

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)


def with_store_in_which(company: Company, happens: Callable[[], None]) -> Vault:
    return replace(company.vault, store=InTheMiddle(company.vault, happens))  # type: ignore[arg-type]


def reseal_ordered(company: Company, scope: Scope) -> str:
    operation = ordered(company, OperationKind.RESEAL, scope)
    approve_all(company, operation)
    return operation


def row_of(company: Company, operation: str) -> OperationRow:
    return show_operation(company.vault, company.at_keyboard("officer"), operation_id=operation)


def until_claim_is_fresh(company: Company) -> None:
    """Waits until the claim of the running operation lasts as long again as a new one."""
    fresh = company.vault.clock.now() + dt.timedelta(seconds=port.CLAIM_SECONDS)
    for _ in range(3000):
        with reading(company.vault.engine) as tx:
            if tx.execute(sa.select(key_operations.c.claimed_until)).scalar_one() >= fresh:
                return
        time.sleep(0.02)
    pytest.fail("nobody keeps the claim fresh")


def key_number(company: Company, dossier_id: str = "") -> int:
    with reading(company.vault.engine) as tx:
        found = dossier_queries.load_dossier(tx, dossier_id or company.dossier_id)
    assert found is not None
    assert found.next_wrapped_key is None
    return found.key_number


def damage(company: Company, part: ObjectPart = ObjectPart.ORIGINAL) -> ObjectKey:
    """Flips a bit of a live object of the company's document where it lies."""
    with reading(company.vault.engine) as tx:
        version = document_queries.version_of_document(tx, company.document_id, 1)
        assert version is not None
        found = document_queries.live_object(tx, version.id, part)
    assert found is not None
    path = company.directory / "objects" / found.object_key
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)
    return ObjectKey(found.object_key)


def test_copy_that_takes_longer_than_a_claim_is_not_begun_by_another_worker(
    company: Company, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The claim is kept fresh while an object is copied; else two workers would undo each other's copies for ever."""
    monkeypatch.setattr(claims, "NEWS_SECONDS", 0.02)
    operation = reseal_ordered(company, Scope(dossier=company.dossier_id))
    taken = []

    def a_long_time_passes() -> None:
        clock.advance(dt.timedelta(seconds=port.CLAIM_SECONDS - 1))
        until_claim_is_fresh(company)
        clock.advance(dt.timedelta(seconds=2))
        taken.append(work_once(company.vault, worker="other"))

    vault = with_store_in_which(company, a_long_time_passes)
    while work_once(vault, worker="first"):
        pass
    assert taken == [False, False]
    assert row_of(company, operation).state is OperationState.DONE
    assert key_number(company) == 2


def test_object_refused_in_the_middle_of_its_copy_is_passed_over(company: Company) -> None:
    """A custodian refuses the submission while its original is copied: nothing fails, and the rest is resealed."""
    waiting = company.submit("author", b"a submission that is refused\n" * 40, name="Waiting.txt")
    company.convert_all()
    operation = reseal_ordered(company, Scope(dossier=company.dossier_id))

    def refused_and_swept() -> None:
        with reading(company.vault.engine) as tx:
            version = document_queries.load_version(tx, waiting.version_id)
        if version is not None and version.state is VersionState.SUBMITTED:
            custodian = company.at_keyboard("custodian")
            refuse_submission(company.vault, custodian, document_id=waiting.document_id, note="Not for this customer")
            sweep(company.vault)

    vault = with_store_in_which(company, refused_and_swept)
    while work_once(vault, worker="first"):
        pass
    assert row_of(company, operation).state is OperationState.DONE
    assert key_number(company) == 2
    company.open_and_read()


def test_copy_that_was_swept_as_abandoned_leaves_the_old_object_in_place(company: Company, clock: FixedClock) -> None:
    """The old object gives its place up only for one that is there."""
    operation = reseal_ordered(company, Scope(dossier=company.dossier_id))
    happened: list[bool] = []

    def hours_pass() -> None:
        if not happened:
            happened.append(True)
            clock.advance(dt.timedelta(hours=7))
            sweep(company.vault)

    vault = with_store_in_which(company, hours_pass)
    for _step in range(30):
        work_once(vault, worker="first")
    assert row_of(company, operation).state is OperationState.DONE
    sweep(company.vault)
    company.open_and_read()


def test_damaged_object_is_named_and_does_not_hold_up_the_other_dossiers(company: Company) -> None:
    """Its dossier keeps both keys, so that a copy from a backup opens; every other dossier is resealed."""
    others = [found_dossier(company) for _each in range(2)]
    damage(company)
    operation = reseal_ordered(company, Scope(ring=RING))
    work_off(company)
    row = row_of(company, operation)
    assert (row.state, row.fault_code) == (OperationState.DONE, "")
    assert row.report is not None
    assert row.report.leftover == 1
    assert [key_number(company, each) for each in others] == [2, 2]
    assert findings(company) == [(company.dossier_id, "tamper.content")]
    company.open_and_read()


def test_dossier_that_was_left_over_is_resealed_once_its_object_is_back(company: Company) -> None:
    """Ordered again for the dossier by itself, from both of its keys."""
    key = damage(company)
    path = company.directory / "objects" / key
    work = reseal_ordered(company, Scope(dossier=company.dossier_id))
    work_off(company)
    assert row_of(company, work).report is not None
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    work = reseal_ordered(company, Scope(dossier=company.dossier_id))
    work_off(company)
    report = row_of(company, work).report
    assert report is not None
    assert report.leftover == 0
    assert key_number(company) == 3
    company.open_and_read()


def test_next_key_from_before_a_compromise_is_replaced_by_another(company: Company) -> None:
    """What an interrupted resealing had wrapped under the compromised version may be known too."""
    earlier = reseal_ordered(company, Scope(dossier=company.dossier_id))
    assert work_once(company.vault, worker="tests")
    pause(company.vault, company.at_keyboard("officer"), operation_id=earlier)
    operation = ordered(company, OperationKind.COMPROMISE, Scope(ring=RING, version=1))
    work_off(company)
    assert row_of(company, operation).state is OperationState.DONE
    assert key_number(company) == 3
    assert states(company, RING) == {1: KeyState.COMPROMISED, 2: KeyState.ACTIVE}
    resume(company.vault, company.at_keyboard("officer"), operation_id=earlier)
    work_off(company)
    assert row_of(company, earlier).state is OperationState.DONE
    company.open_and_read()


def test_replaced_object_stays_for_whoever_has_just_begun_to_read_it(company: Company, clock: FixedClock) -> None:
    """Between finding an object's row and reading the object nobody loses it; after the grace it goes."""
    reseal_ordered(company, Scope(dossier=company.dossier_id))
    with reading(company.vault.engine) as tx:
        before = [ObjectKey(each.object_key) for each in document_queries.list_objects(tx, ObjectState.LIVE)]
    work_off(company)
    sweep(company.vault)
    assert all(company.vault.store.stat(key) for key in before)
    clock.advance(dt.timedelta(minutes=RETIRED_GRACE_MINUTES + 1))
    sweep(company.vault)
    left = {each.key for each in company.vault.store.list_objects("o/")}
    assert left.isdisjoint(before)
    company.open_and_read()


def test_document_whose_original_is_resealed_while_its_pages_are_made_is_no_finding(
    company: Company, clock: FixedClock
) -> None:
    """The converter finds the object gone that its row named; it looks again and makes the pages from the new one."""
    submitted = company.submit("custodian", b"pages are made of this\n" * 20, name="Pages.txt")
    stream = company.vault.store.open_stream
    reseal_ordered(company, Scope(dossier=company.dossier_id))
    happened: list[bool] = []

    class ReplacedMeanwhile(InTheMiddle):
        def open_stream(self, key: ObjectKey) -> object:
            if not happened:
                happened.append(True)
                work_off(company)
                clock.advance(dt.timedelta(minutes=RETIRED_GRACE_MINUTES + 1))
                sweep(company.vault)
            return stream(key)

    vault = replace(company.vault, store=ReplacedMeanwhile(company.vault, lambda: None))  # type: ignore[arg-type]
    convert_version(vault, submitted.version_id)
    company.convert_all()
    with reading(company.vault.engine) as tx:
        version = document_queries.load_version(tx, submitted.version_id)
    assert version is not None
    assert version.state is VersionState.LIVE
    assert findings(company) == []


def test_upload_that_ends_while_its_dossier_is_shredded_makes_no_finding(company: Company) -> None:
    """Shredded is not damaged: what waited for its pages ends without an alarm."""
    second_officer(company, 3)
    submitted = company.submit("custodian", b"waits for its pages\n" * 20, name="Waits.txt")
    approve_all(company, ordered(company, OperationKind.SHRED_DOSSIER, Scope(dossier=company.dossier_id)), needed=2)
    work_off(company, days=31)
    company.convert_all()
    assert findings(company) == []
    with reading(company.vault.engine) as tx:
        version = document_queries.load_version(tx, submitted.version_id)
    assert version is not None
    assert version.state is VersionState.REFUSED


def test_shredded_dossier_never_gets_a_token_again(company: Company) -> None:
    """Whoever read its record a moment before must not write what the name was."""
    with transaction(company.vault.engine) as tx:
        dossier_queries.shred(tx, DossierId(company.dossier_id), now=company.vault.clock.now())
        dossier_queries.set_name_token(tx, DossierId(company.dossier_id), b"12345678")
    with reading(company.vault.engine) as tx:
        token = tx.execute(sa.select(dossiers.c.name_token).where(dossiers.c.id == company.dossier_id)).scalar_one()
    assert token == b""


def test_altered_dossier_key_is_named_and_does_not_hold_up_the_rotation(company: Company) -> None:
    """Everything else is wrapped anew; what is altered stays as it is, so that its version is not destroyed."""
    found_dossier(company)
    with transaction(company.vault.engine) as tx:
        stored = tx.execute(sa.select(dossiers.c.wrapped_key).where(dossiers.c.id == company.dossier_id)).scalar_one()
        altered = stored[:-1] + bytes([stored[-1] ^ 1])
        tx.execute(sa.update(dossiers).where(dossiers.c.id == company.dossier_id).values(wrapped_key=altered))
    operation = ordered(company, OperationKind.COMPROMISE, Scope(ring=RING, version=1))
    work_off(company)
    row = row_of(company, operation)
    assert row.state is OperationState.DONE, row.fault_code
    assert row.report is not None
    assert row.report.leftover == 1
    with pytest.raises(Conflict) as refused:
        ordered(company, OperationKind.DESTROY_KEY, Scope(ring=RING, version=1))
    assert refused.value.code == "operation.referenced"
    assert set(findings(company)) == {(company.dossier_id, "tamper.key")}
