"""New keys for the indexes: what is there is found all the while, by name and by content, and no old token stays."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.company import TEXT, Company, found_dossier
from tests.custody import approve_all, findings, ordered, second_officer, work_off
from vault.custody.operations import show_operation
from vault.custody.scope import Scope
from vault.custody.working import work_once
from vault.database.engine import reading, transaction
from vault.database.operation_queries import OperationState
from vault.database.tables.custody import service_keys
from vault.database.tables.dossiers import dossiers, filed_contents, sealed_objects
from vault.filing.dossiers import list_dossiers
from vault.policy.custody import OperationKind

CUSTOMER = "harrow & vale bearings canary-customer"
MEANWHILE = b"handed in while tokens are made anew\n" * 20
INDEXES = {"name_index", "content_index"}


@pytest.fixture
def company(company: Company) -> Company:
    second_officer(company, 2)
    return company


def rotation(company: Company) -> str:
    """Ordered and approved."""
    operation = ordered(company, OperationKind.ROTATE_INDEX_KEY, Scope())
    approve_all(company, operation)
    return operation


def tokens(company: Company) -> set[bytes]:
    """Every token that a key of the indexes made."""
    with reading(company.vault.engine) as tx:
        names = set(tx.execute(sa.select(dossiers.c.name_token)).scalars())
        return names | set(tx.execute(sa.select(filed_contents.c.content_token)).scalars())


def keys(company: Company) -> dict[str, bytes]:
    """The wrapped service keys by their stored names."""
    with reading(company.vault.engine) as tx:
        return {row.name: row.wrapped for row in tx.execute(sa.select(service_keys))}


def is_found(company: Company) -> bool:
    found = list_dossiers(company.vault, company.at_keyboard("borrower"), customer=CUSTOMER)
    return company.dossier_id in {row.id for row in found}


def is_known(company: Company, content: bytes, key: str) -> bool:
    return company.submit("custodian", content, key=key).already_filed


def test_no_token_and_no_key_stays_and_everything_is_found(company: Company) -> None:
    """Names and contents alike; the successors have taken the names of the keys."""
    before, keys_before = tokens(company), keys(company)
    operation = rotation(company)
    work_off(company)

    assert show_operation(company.vault, company.at_keyboard("officer"), operation_id=operation).state is (
        OperationState.DONE
    )
    assert not before & tokens(company)
    assert keys(company).keys() == keys_before.keys()
    assert {name for name, wrapped in keys(company).items() if wrapped != keys_before[name]} == INDEXES
    assert is_found(company)
    assert is_known(company, TEXT, "afterwards")


def test_what_is_there_is_known_after_every_step(company: Company) -> None:
    """Under the old token or the new one; also what was filed in the middle."""
    for number in range(3):
        company.submit("custodian", MEANWHILE + b"%d" % number, key=f"before {number}")
    rotation(company)
    steps = 0
    while work_once(company.vault, worker="tests"):
        steps += 1
        assert is_found(company)
        assert is_known(company, TEXT, f"again {steps}")
        assert is_known(company, MEANWHILE, f"meanwhile {steps}") is (steps > 1)
        found_dossier(company)
    assert steps > 6
    before = tokens(company)
    rotation(company)
    work_off(company)
    assert not before & tokens(company)
    assert is_known(company, MEANWHILE, "at last")


def test_same_submission_is_the_same_document_while_the_key_is_replaced(company: Company) -> None:
    """A retry that meets the successor answers as the first try did."""
    first = company.submit("custodian", MEANWHILE, key="retried")
    rotation(company)
    work_once(company.vault, worker="tests")
    again = company.submit("custodian", MEANWHILE, key="retried")
    assert (again.version_id, again.already_filed) == (first.version_id, False)


@pytest.mark.parametrize("is_gone", [False, True], ids=["altered", "gone"])
def test_original_that_does_not_open_is_named_and_holds_up_no_other(company: Company, is_gone: bool) -> None:
    """It keeps a token that nobody can make any more; the report counts it."""
    other = company.submit("custodian", MEANWHILE, key="other")
    with transaction(company.vault.engine) as tx:
        stored = sa.select(sealed_objects.c.object_key).where(sealed_objects.c.part == "original")
        key = tx.execute(stored.where(sealed_objects.c.version_id != other.version_id)).scalar_one()
    path = company.directory / "objects" / key
    path.chmod(0o600)
    if is_gone:
        path.unlink()
    else:
        content = path.read_bytes()
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    operation = rotation(company)
    work_off(company)

    row = show_operation(company.vault, company.at_keyboard("officer"), operation_id=operation)
    assert row.state is OperationState.DONE
    assert row.report is not None
    assert (row.report.worked, row.report.verified, row.report.leftover) == (3, 2, 1)
    assert [dossier for dossier, _code in findings(company)] == [company.dossier_id]
    assert is_known(company, MEANWHILE, "afterwards")
    assert is_found(company)
