"""kill -9 at every step of handing in a document, of making its pages, and of founding the dossier it goes to."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.company import CANARY, Company
from tests.faults.conftest import ArenaOf
from tests.faults.effects import Effects
from tests.faults.invariants import Acknowledged
from tests.faults.recovery import AFTER_EVERY_GRACE, AT_ONCE, check, child_vault, restarted, work_once
from vault.database.document_queries import VersionState
from vault.database.engine import reading
from vault.database.tables.dossiers import document_versions, documents, sealed_objects
from vault.filing.content import FileContent
from vault.filing.conversion import convert_next, convert_version
from vault.filing.documents import SubmittedDocument, submit_document
from vault.ledger.events import Event
from vault.model import Actor, VersionId
from vault.runtime import Vault

CONTENT = f"Minutes of the meeting\n\n{CANARY}\nand what was agreed\n".encode() * 40
KEY = "the same upload"


def keeper(company: Company) -> tuple[Actor, str]:
    """The custodian and the dossier in their keeping."""
    return company.at_keyboard("custodian"), company.dossier_id


def stored_document(company: Company) -> str:
    """A version that waits for its pages."""
    return str(company.submit("custodian", CONTENT, name="Minutes.txt", key=KEY).version_id)


def submit(vault: Vault, actor: Actor, dossier_id: str, *, key: str = KEY) -> SubmittedDocument:
    return submit_document(
        vault,
        actor,
        dossier_id=dossier_id,
        document_id=None,
        file_name="Minutes.txt",
        content=FileContent(io.BytesIO(CONTENT), len(CONTENT)),
        submission_key=key,
    )


def counts(company: Company) -> dict[str, int]:
    """Documents, versions and objects that there are."""
    with reading(company.vault.engine) as tx:
        return {
            table.name: int(tx.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())
            for table in (documents, document_versions, sealed_objects)
        }


@pytest.mark.parametrize("later", [AT_ONCE, AFTER_EVERY_GRACE], ids=["restart", "sweep"])
def test_killed_submission_is_one_document_however_often_it_is_repeated(
    arena_of: ArenaOf[tuple[Actor, str]], later: dt.timedelta
) -> None:
    """The same upload after a restart is taken, with the same answer every time, and nothing else is left of it."""
    arena = arena_of(keeper)
    actor, dossier_id = arena.prepared

    def perform(ground: Path, effects: Effects) -> Iterator[Acknowledged]:
        submitted = submit(child_vault(ground, effects), actor, dossier_id)
        yield Acknowledged(Event.DOCUMENT_SUBMITTED, submitted.version_id)

    for ended in arena.killed(perform):
        with restarted(ended.ground, later=later) as company:
            if later != AT_ONCE:
                work_once(company)
            again = submit(company.vault, actor, dossier_id)
            assert again.state is VersionState.STORED, ended.place
            assert submit(company.vault, actor, dossier_id).version_id == again.version_id
            assert submit(company.vault, actor, dossier_id, key="another").version_id == again.version_id
            assert all(each.subject == again.version_id for each in ended.acknowledged)
            work_once(company)
            check(company, ended)
            found = counts(company)
            assert (found["documents"], found["document_versions"]) == (2, 2), ended.place
            assert found["sealed_objects"] == 3 or later == AT_ONCE, ended.place


def test_killed_conversion_is_taken_up_and_makes_the_pages_once(arena_of: ArenaOf[str]) -> None:
    """By the next worker, as soon as the claim of the dead one is stale."""
    arena = arena_of(stored_document)
    version_id = VersionId(arena.prepared)

    def perform(ground: Path, effects: Effects) -> Iterator[Acknowledged]:
        effects.kinds = ("commit", "file", "store", "sql: BEGIN")  # what is in one transaction is undone in one piece
        assert convert_next(child_vault(ground, effects))
        yield Acknowledged(Event.DOCUMENT_FILED, version_id)

    for ended in arena.killed(perform):
        with restarted(ended.ground, later=AFTER_EVERY_GRACE) as company:
            work_once(company)
            assert convert_version(company.vault, version_id) is VersionState.LIVE, ended.place
            assert not convert_next(company.vault)
            work_once(company)
            check(company, ended)
            assert counts(company) == {"documents": 2, "document_versions": 2, "sealed_objects": 4}, ended.place
