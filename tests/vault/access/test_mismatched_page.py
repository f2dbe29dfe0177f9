"""A page that was sealed under the right key and yet is not what its index says: found at the mark, and recorded."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa

from keys.primitives import new_secret
from tests.attacks.acting import open_view
from tests.attacks.observing import quota, trail, unmarked_page, view_row
from tests.company import Company
from vault.access.reading import read_page
from vault.database import document_queries, dossier_queries
from vault.database.document_queries import ObjectPart
from vault.database.engine import transaction
from vault.database.tables.dossiers import sealed_objects
from vault.errors import TamperError
from vault.filing.documents import new_object_key, object_identities
from vault.filing.dossier_keys import unwrap_dossier_key
from vault.ledger.events import Event
from vault.sealing.page_pack import PackWriter


def _replace_pack(company: Company, image: bytes, *, width: int, height: int) -> None:
    """Another pack for the document, sealed and wrapped as it should be: only whoever holds the keys could do it."""
    vault = company.vault
    with transaction(vault.engine) as tx:
        document = document_queries.load_document(tx, company.document_id)
        assert document is not None
        dossier = dossier_queries.load_dossier(tx, document.dossier_id)
        version = document_queries.version_of_document(tx, document.id, 1)
        assert dossier is not None
        assert version is not None
        key, dek, sink = unwrap_dossier_key(vault.keyroom, dossier), new_secret(vault.random), io.BytesIO()
        writer = PackWriter(sink, dek, dossier_id=dossier.id, document_id=document.id, version=1)
        writer.add_page(1, image=image, width=width, height=height, text="")
        summary, object_key = writer.finish(), new_object_key(vault)
        vault.store.put(object_key, io.BytesIO(sink.getvalue()), size=summary.sealed_bytes)
        identities = object_identities(key, version, ObjectPart.PAGES)
        tx.execute(
            sa.update(sealed_objects)
            .where(sealed_objects.c.version_id == version.id, sealed_objects.c.part == ObjectPart.PAGES.value)
            .values(
                object_key=object_key,
                wrapped_dek=key.wrap_dek(dek, identities=identities, header=summary.header, random=vault.random),
                header=summary.header,
                sealed_bytes=summary.sealed_bytes,
                sha256=summary.sha256,
                index_sealed=summary.index_sealed,
            )
        )


@pytest.mark.parametrize("case", ["another size", "no picture"])
def test_page_that_is_not_what_its_index_says_is_recorded_and_the_claim_returns(company: Company, case: str) -> None:
    """The security officer sees it like any other damage; the reader has seen nothing and loses no view."""
    image = unmarked_page(company) if case == "another size" else b"not a picture"
    _replace_pack(company, image, width=1000, height=1000)
    actor = company.signed_in("borrower")
    view_id = open_view(company, actor).view_id

    with pytest.raises(TamperError) as refused:
        read_page(company.vault, actor, view_id=view_id, page_number=1)

    [found] = trail(company, Event.OBJECT_TAMPERED)
    assert refused.value.code == ("tamper.page_size" if case == "another size" else "tamper.page_image")
    assert found.fact("code") == refused.value.code
    assert view_row(company, view_id).ended_at is not None
    assert quota(company).used == 0
