"""Opening some of what is stored, to know before and after work on keys that it opens: records, titles, and a page.

Nothing of it is shown to anybody; it is opened, verified whole and dropped.
"""

from __future__ import annotations

import contextlib

from keys.lifecycle import Use
from vault.database import document_queries, dossier_queries, resealing_queries
from vault.database.document_queries import ObjectPart, VersionRecord
from vault.database.dossier_queries import DossierRecord
from vault.database.engine import Connection
from vault.errors import NotFound, TamperError
from vault.filing.documents import object_identities
from vault.filing.dossier_keys import key_for_dek, unwrap_dossier_key
from vault.filing.records import open_record
from vault.model import new_id
from vault.runtime import Vault
from vault.sealing.page_pack import PackIndex, read_part
from vault.storage.port import ObjectKey

SAMPLE_DOSSIERS = 5
_DAMAGED = (TamperError, NotFound)


def open_sample(
    vault: Vault, tx: Connection, *, classification: str = "", dossier_id: str = "", skip_damaged: bool = False
) -> tuple[int, int]:
    """Opens some dossiers at random (or the one), each with a page of one document: (dossiers, pages) opened.

    TamperError if one does not open; NotFound and Unavailable of the store. ``skip_damaged`` counts only what opens,
    where it is known already that something does not.
    """
    if dossier_id:
        one = dossier_queries.load_dossier(tx, dossier_id)
        chosen = [one] if one is not None and not one.is_shredded else []
    else:
        begin = new_id("d", vault.random)
        chosen = dossier_queries.some_dossiers(tx, classification=classification, begin=begin, limit=SAMPLE_DOSSIERS)
    use = Use.RESEAL if skip_damaged else Use.UNWRAP  # what was left over may be under a compromised version
    dossiers = pages = 0
    for dossier in chosen:
        with contextlib.suppress(*(_DAMAGED if skip_damaged else ())):
            open_record(unwrap_dossier_key(vault.keyroom, dossier, use=use), dossier.record_sealed)
            dossiers += 1
            version = resealing_queries.random_live_version(tx, dossier.id)
            if version is not None:
                _open_first_page(vault, tx, dossier, version, use=use)
                pages += 1
    return dossiers, pages


def _open_first_page(vault: Vault, tx: Connection, dossier: DossierRecord, version: VersionRecord, *, use: Use) -> None:
    pack = document_queries.live_object(tx, version.id, ObjectPart.PAGES)
    if pack is None or pack.index_sealed is None:
        raise TamperError("tamper.row_missing")
    key = key_for_dek(vault.keyroom, dossier, pack.wrapped_dek, use=use)
    identities = object_identities(key, version, ObjectPart.PAGES)
    dek = key.unwrap_dek(pack.wrapped_dek, identities=identities, header=pack.header)
    index = PackIndex.open(
        pack.index_sealed, dek, dossier_id=dossier.id, document_id=version.document_id, version=version.number
    )
    read_part(vault.store, ObjectKey(pack.object_key), index.pages[0].image, dek, index=index)
