"""Documents, versions, objects and contents as rows: every change of state is conditional, on both databases."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace

import pytest
import sqlalchemy as sa

from tests.vault.database.rows import DOCUMENT, DOSSIER, LEE, MINUTE, NOW, VERSION, sealed_object, store_ground, version
from vault.database import content_queries, conversion_queries, document_queries
from vault.database.document_queries import DocumentRecord, ObjectPart, ObjectState, VersionRecord, VersionState
from vault.database.engine import reading, transaction
from vault.errors import Conflict
from vault.model import DocumentId, DossierId, VersionId

STALE = NOW - 30 * MINUTE


@pytest.fixture
def ground(database: sa.Engine) -> sa.Engine:
    with transaction(database) as tx:
        store_ground(tx)
    return database


def states(tx: sa.Connection) -> dict[int, VersionState]:
    return {each.number: each.state for each in document_queries.versions_of_documents(tx, [DOCUMENT])}


def test_rows_come_back_as_they_were_stored(ground: sa.Engine) -> None:
    """Document, version by id, number and submission key; nothing for what there is not."""
    with reading(ground) as tx:
        document = DocumentRecord(DOCUMENT, DOSSIER, b"title", 1, NOW)
        assert document_queries.load_document(tx, DOCUMENT) == document
        assert document_queries.load_documents(tx, {DOCUMENT, DocumentId("f-9")}) == {DOCUMENT: document}
        assert document_queries.documents_of_dossier(tx, DOSSIER) == [document]
        assert document_queries.load_version(tx, VERSION) == version()
        assert document_queries.version_of_document(tx, DOCUMENT, 1) == version()
        assert document_queries.find_submission(tx, LEE, ["key 1"]) == version()
        assert document_queries.count_live_documents(tx, [DOSSIER, DossierId("d-9")]) == {DOSSIER: 1}
        assert document_queries.next_version_number(tx, DOCUMENT) == 2
        absent = [
            document_queries.load_document(tx, "f-9"),
            document_queries.load_version(tx, "v-9"),
            document_queries.version_of_document(tx, DOCUMENT, 9),
            document_queries.find_submission(tx, LEE, ["key 9"]),
            document_queries.live_object(tx, VERSION, ObjectPart.ORIGINAL),
        ]
    assert absent == [None] * 5


@pytest.mark.parametrize(
    "second",
    [replace(version(1), id=VersionId("v-2"), submission_key="other"), replace(version(2), submission_key="key 1")],
    ids=["number", "submission key"],
)
def test_number_and_submission_key_belong_to_one_version(ground: sa.Engine, second: VersionRecord) -> None:
    """Two uploads at once cannot both be version 2, nor one click two versions."""
    with pytest.raises(Conflict), transaction(ground) as tx:
        document_queries.store_version(tx, second)


def test_state_changes_only_from_the_state_that_was_seen(ground: sa.Engine) -> None:
    """Whoever comes second is told, and changes nothing."""
    with transaction(ground) as tx:
        document_queries.store_version(tx, version(2, state=VersionState.SUBMITTED))

        def move(target: VersionState, **changes: object) -> bool:
            return document_queries.move_version(
                tx, VersionId("v-2"), expected=VersionState.SUBMITTED, target=target, now=NOW + MINUTE, **changes
            )

        assert move(VersionState.REFUSED, note_sealed=b"why") is True
        assert move(VersionState.LIVE, filed_by=LEE) is False
        found = document_queries.load_version(tx, "v-2")
    assert found is not None
    assert (found.state, found.note_sealed, found.filed_by) == (VersionState.REFUSED, b"why", None)
    assert found.changed_at == NOW + MINUTE


def test_current_version_only_goes_forward(ground: sa.Engine) -> None:
    """A later one replaces an earlier one; an earlier one that comes late is replaced at once."""
    with transaction(ground) as tx:
        for number in (2, 3):
            document_queries.store_version(tx, version(number))
        document_queries.set_current_version(tx, DOCUMENT, 3)
        assert states(tx) == {1: VersionState.REPLACED, 2: VersionState.REPLACED, 3: VersionState.LIVE}
        document_queries.store_version(tx, version(4, state=VersionState.SUBMITTED))
        document_queries.set_current_version(tx, DOCUMENT, 2)
        document = document_queries.load_document(tx, DOCUMENT)

        assert states(tx)[4] is VersionState.SUBMITTED
    assert document is not None
    assert document.current_version == 3


def test_object_goes_live_only_while_it_is_pending(ground: sa.Engine) -> None:
    """What the sweep took for garbage may be gone from the store already."""
    settled = replace(
        sealed_object("o/1", state=ObjectState.LIVE),
        wrapped_dek=b"dek",
        header=b"header",
        sealed_bytes=72,
        sha256=bytes(32),
    )
    with transaction(ground) as tx:
        for key in ("o/1", "o/2"):
            document_queries.store_object(tx, sealed_object(key))
        document_queries.discard_object(tx, "o/2")

        assert document_queries.settle_object(tx, settled) is True
        assert document_queries.settle_object(tx, replace(settled, object_key="o/2")) is False
        assert document_queries.live_object(tx, VERSION, ObjectPart.ORIGINAL) == settled
        document_queries.discard_object(tx, "o/1")
        assert document_queries.live_object(tx, VERSION, ObjectPart.ORIGINAL) == settled
        assert document_queries.known_object_keys(tx) == {"o/1", "o/2"}
        document_queries.discard_objects(tx, VERSION)
        garbage = document_queries.list_objects(tx, ObjectState.GARBAGE)
    assert sorted(each.object_key for each in garbage) == ["o/1", "o/2"]


def test_content_belongs_to_whoever_claims_it_first(ground: sa.Engine) -> None:
    """Until it is released; and a dossier's claim is no other dossier's."""
    with transaction(ground) as tx:
        document_queries.store_version(tx, version(2))
        claims = [
            content_queries.claim_content(tx, DOSSIER, token=bytes(32), version_id=VersionId(name))
            for name in ("v-1", "v-2")
        ]
        owner = content_queries.version_with_content(tx, DOSSIER, [bytes(32)])
        elsewhere = content_queries.version_with_content(tx, DossierId("d-9"), [bytes(32)])
        content_queries.release_content(tx, VERSION)
        again = content_queries.claim_content(tx, DOSSIER, token=bytes(32), version_id=VersionId("v-2"))

    assert (claims, owner and owner.id, elsewhere, again) == ([True, False], "v-1", None, True)


def test_content_claimed_by_several_at_once_has_one_owner(ground: sa.Engine) -> None:
    """The second waits for the first and learns that it came second."""
    with transaction(ground) as tx:
        for number in range(2, 6):
            document_queries.store_version(tx, version(number))
    claims: list[bool] = []

    def claim(number: int) -> None:
        with transaction(ground) as tx:
            claims.append(
                content_queries.claim_content(tx, DOSSIER, token=bytes(32), version_id=VersionId(f"v-{number}"))
            )

    threads = [threading.Thread(target=claim, args=(number,)) for number in range(2, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(claims) == [False, False, False, True]


def claim(engine: sa.Engine, *, now: dt.datetime = NOW, only: str | None = None) -> str | None:
    with transaction(engine) as tx:
        found = conversion_queries.claim_conversion(
            tx, now=now, stale_before=now - 30 * MINUTE, only=VersionId(only) if only else None
        )
    return f"{found.id}/{found.attempts}" if found else None


def test_conversions_are_claimed_oldest_first_and_once(ground: sa.Engine) -> None:
    """Stored ones, and those whose converter has been silent for too long."""
    with transaction(ground) as tx:
        document_queries.store_version(tx, version(2, state=VersionState.STORED, changed_at=NOW - MINUTE))
        document_queries.store_version(tx, version(3, state=VersionState.STORED, changed_at=NOW - 2 * MINUTE))
        document_queries.store_version(tx, version(4, state=VersionState.CONVERTING, changed_at=STALE - MINUTE))
        document_queries.store_version(tx, version(5, state=VersionState.CONVERTING, changed_at=STALE))
        document_queries.store_version(tx, version(6, state=VersionState.PENDING, changed_at=STALE))

    assert [claim(ground) for _ in range(4)] == ["v-4/1", "v-3/1", "v-2/1", None]


def test_one_version_is_claimed_if_it_can_be(ground: sa.Engine) -> None:
    """That one or none, whatever else waits."""
    with transaction(ground) as tx:
        for number in (2, 3):
            document_queries.store_version(tx, version(number, state=VersionState.STORED))

    assert [claim(ground, only=only) for only in ("v-3", "v-3", "v-1", "v-9")] == ["v-3/1", None, None, None]
    assert claim(ground, only="v-3", now=NOW + 31 * MINUTE) == "v-3/2"


def test_several_workers_claim_different_versions(ground: sa.Engine) -> None:
    """On PostgreSQL without waiting for one another: locked rows are skipped."""
    with transaction(ground) as tx:
        for number in range(2, 8):
            document_queries.store_version(tx, version(number, state=VersionState.STORED))
    claimed: list[str | None] = []
    threads = [threading.Thread(target=lambda: claimed.append(claim(ground))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = [each for each in claimed if each]
    assert len(found) == len(set(found))
    while (more := claim(ground)) is not None:  # a worker that found every row locked asks again
        found.append(more)
    assert sorted(found) == [f"v-{number}/1" for number in range(2, 8)]


def test_claim_ends_only_for_its_own_attempt(ground: sa.Engine) -> None:
    """Whoever was thought dead and comes back changes nothing."""
    with transaction(ground) as tx:
        document_queries.store_version(tx, version(2, state=VersionState.CONVERTING))
        first = replace(version(2), attempts=0)
        late = replace(version(2), attempts=7)

        def end(claimed: VersionRecord) -> bool:
            return conversion_queries.move_claimed(tx, claimed, target=VersionState.LIVE, now=NOW, page_count=3)

        assert [end(late), end(first), end(first)] == [False, True, False]
        found = document_queries.load_version(tx, "v-2")
    assert found is not None
    assert (found.state, found.page_count) == (VersionState.LIVE, 3)
