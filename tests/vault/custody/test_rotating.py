"""Rotating, resealing and destroying keys of a real vault: everything opens afterwards, and before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from keys.model import KeyState
from keys.primitives import SigningKey
from tests.company import REASON, Company
from tests.custody import approve_all, ordered, second_officer, states, work_off
from vault.access.opening import open_view
from vault.access.reading import read_page
from vault.custody.keyroom import ServiceKey
from vault.custody.operations import cancel, show_operation
from vault.custody.scope import Scope
from vault.database import ledger_reading
from vault.database.engine import reading
from vault.database.operation_queries import OperationState
from vault.database.trail_criteria import SearchCriteria
from vault.errors import Conflict, NotFound
from vault.filing.cards import show_dossier
from vault.ledger.audit import verify_ledger
from vault.ledger.bundle import verify
from vault.ledger.bundle.archive import zip_bytes
from vault.ledger.bundle.layout import BundleOrder, Member
from vault.ledger.bundle.writing import write_bundle
from vault.ledger.checkpoint import verifier_key
from vault.model import PersonId, Reason, ReasonCategory
from vault.policy.custody import OperationKind


@pytest.fixture
def company(any_company: Company) -> Company:
    second_officer(any_company, 2)
    second_officer(any_company, 3)
    return any_company


def test_rotated_ring_wraps_everything_anew_and_all_of_it_opens(company: Company) -> None:
    """One new active version, nothing under the old one, a report that says so, and documents that open."""
    operation = ordered(company, OperationKind.ROTATE_RING, Scope(ring="confidential"))
    approve_all(company, operation)
    work_off(company)
    done = show_operation(company.vault, company.at_keyboard("officer"), operation_id=operation)
    assert done.state is OperationState.DONE
    assert done.report is not None
    assert (done.report.verified, done.report.old_version, done.report.new_version) == (1, 1, 2)
    assert states(company, "confidential") == {1: KeyState.DEACTIVATED, 2: KeyState.ACTIVE}
    company.open_and_read()


@pytest.mark.parametrize("ring", ["service", "trail"])
def test_rotated_ring_of_service_keys_leaves_trail_and_names_working(company: Company, ring: str) -> None:
    """Service keys are wrapped anew and are the same keys."""
    operation = ordered(company, OperationKind.ROTATE_RING, Scope(ring=ring))
    approve_all(company, operation)
    work_off(company)
    assert states(company, ring) == {1: KeyState.DEACTIVATED, 2: KeyState.ACTIVE}
    company.open_and_read()
    _trail_is_sound(company)


def test_view_that_is_open_goes_on_while_its_dossier_is_resealed(company: Company) -> None:
    """The reader's pack stays until the view ends; whoever opens anew reads the new one."""
    actor = company.signed_in("borrower")
    opened = open_view(
        company.vault,
        actor,
        document_id=company.document_id,
        reason=REASON,
        declared_place="",
        idempotency_key="before",
    )
    operation = ordered(company, OperationKind.RESEAL, Scope(dossier=company.dossier_id))
    approve_all(company, operation)
    work_off(company)
    assert read_page(company.vault, actor, view_id=opened.view_id, page_number=1).jpeg
    company.open_and_read()
    card = show_dossier(company.vault, company.at_keyboard("custodian"), dossier_id=company.dossier_id)
    assert card.documents[0].title == "Offer"
    assert card.record is not None
    assert card.record.contacts == "Margaret Vale"


def test_compromised_version_is_replaced_and_its_dossiers_are_resealed(company: Company) -> None:
    """Marked at once without a second person; afterwards nothing rests on it and it can be destroyed."""
    operation = ordered(company, OperationKind.COMPROMISE, Scope(ring="confidential", version=1))
    work_off(company)
    row = show_operation(company.vault, company.at_keyboard("officer"), operation_id=operation)
    assert row.state is OperationState.DONE
    assert states(company, "confidential") == {1: KeyState.COMPROMISED, 2: KeyState.ACTIVE}
    company.open_and_read()


def test_key_that_wraps_something_is_not_destroyed(company: Company) -> None:
    """Refused when it is ordered, with how many keys would be lost."""
    with pytest.raises(Conflict) as refused:
        ordered(company, OperationKind.DESTROY_KEY, Scope(ring="confidential", version=1))
    assert refused.value.code == "operation.key_state"
    approve_all(company, ordered(company, OperationKind.SUSPEND_KEY, Scope(ring="secret", version=1)), needed=0)


def test_unreferenced_key_is_destroyed_after_two_approvals_and_the_time(company: Company) -> None:
    """Two other people, the waiting period, and the proof that nothing is wrapped by it."""
    approve_all(company, ordered(company, OperationKind.ROTATE_RING, Scope(ring="confidential")))
    work_off(company)
    operation = ordered(company, OperationKind.DESTROY_KEY, Scope(ring="confidential", version=1))
    approve_all(company, operation, needed=2)
    assert states(company, "confidential")[1] is KeyState.DESTROY_SCHEDULED
    work_off(company)
    assert states(company, "confidential")[1] is KeyState.DESTROY_SCHEDULED
    work_off(company, days=31)
    assert states(company, "confidential")[1] is KeyState.DESTROYED
    company.open_and_read()


def test_called_off_destruction_gives_the_key_its_state_back(company: Company) -> None:
    """Until it is due, one person can stop it."""
    approve_all(company, ordered(company, OperationKind.ROTATE_RING, Scope(ring="confidential")))
    work_off(company)
    operation = ordered(company, OperationKind.DESTROY_KEY, Scope(ring="confidential", version=1))
    approve_all(company, operation, needed=2)
    cancel(company.vault, company.at_keyboard("officer"), operation_id=operation)
    assert states(company, "confidential")[1] is KeyState.DEACTIVATED


def test_shredded_dossier_opens_for_nobody(company: Company) -> None:
    """Its key is gone, its fields are empty, its objects leave the store, and the trail stays sound."""
    operation = ordered(company, OperationKind.SHRED_DOSSIER, Scope(dossier=company.dossier_id))
    approve_all(company, operation, needed=2)
    work_off(company, days=31)
    with pytest.raises(NotFound):
        show_dossier(company.vault, company.at_keyboard("custodian"), dossier_id=company.dossier_id)
    _trail_is_sound(company)


def test_rotated_trail_key_signs_the_next_epoch(company: Company) -> None:
    """Older checkpoints stay good under the old key, newer ones are signed by the new."""
    approve_all(company, ordered(company, OperationKind.ROTATE_TRAIL_KEY, Scope()))
    work_off(company)
    company.open_and_read()
    _trail_is_sound(company)


def test_who_pinned_the_old_trail_key_follows_to_the_new_one(company: Company, tmp_path: Path) -> None:
    """The entry of the rotation carries the old key's signature over the new one, so a bundle verifies with either."""
    with reading(company.vault.engine) as tx:
        [old] = ledger_reading.list_epochs(tx)
    for _round in range(2):
        approve_all(company, ordered(company, OperationKind.ROTATE_TRAIL_KEY, Scope()))
        work_off(company)
        company.sequence()
    with reading(company.vault.engine) as tx:
        epochs = ledger_reading.list_epochs(tx)
    (tmp_path / "bundle.zip").write_bytes(b"".join(zip_bytes(_bundle(company))))

    assert [epoch.number for epoch in epochs] == [1, 2, 3]
    for epoch in (old, *epochs):
        key = verifier_key(epoch.origin, epoch.public)
        assert verify.main([str(tmp_path / "bundle.zip"), "--key", key, "--complete", "trail"]) == 0
    stranger = verifier_key(old.origin, SigningKey.generate(company.vault.random).public)
    assert verify.main([str(tmp_path / "bundle.zip"), "--key", stranger]) == 1


def _bundle(company: Company) -> Iterator[Member]:
    vault = company.vault
    reason = Reason(ReasonCategory.REVIEW, "Yearly audit")
    order = BundleOrder("", {}, PersonId(company.ids["auditor"]), "", reason, vault.clock.now())
    return write_bundle(
        vault.engine,
        order,
        criteria=SearchCriteria(),
        below=None,
        closing="",
        reading_key=None,
        signing_key=SigningKey.from_secret(vault.keyroom.service_key(ServiceKey.TRAIL_SIGNING)),
    )


def _trail_is_sound(company: Company) -> None:
    company.sequence()
    with company.vault.engine.connect() as tx:
        report = verify_ledger(tx, now=company.vault.clock.now(), reading_key=None)
    assert report.findings == ()
    assert report.unsigned == 0
