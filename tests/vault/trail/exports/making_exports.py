"""Exports in tests: ordered, made by a worker, read back as whoever ordered them would."""

from __future__ import annotations

from functools import cache

from gateway.export_words import ScreenWords
from tests.company import REASON, Company
from vault.database import export_queries, key_queries
from vault.database.engine import reading
from vault.database.export_queries import ExportRecord
from vault.policy.reasons import ReasonDraft
from vault.trail.downloading import download_export
from vault.trail.exporting import ExportOrder, order_export
from vault.trail.exports.formats import ExportFormat, ExportHeaders
from vault.trail.exports.making import make_next
from vault.trail.querying import TrailQuery

ORIGIN = "tests.example/vault"
EVERYTHING = TrailQuery()


@cache
def words() -> ScreenWords:
    return ScreenWords()


def ordered(
    company: Company,
    wanted: ExportFormat = ExportFormat.PROOFS,
    *,
    query: TrailQuery = EVERYTHING,
    headers: ExportHeaders = ExportHeaders.WORDS,
    locale: str = "",
    reason: ReasonDraft = REASON,
    login: str = "auditor",
) -> str:
    """An export that waits to be made; its id."""
    company.sequence()
    order = ExportOrder(wanted, headers, locale)
    return order_export(company.vault, company.at_keyboard(login), query=query, order=order, reason=reason)


def made(
    company: Company,
    wanted: ExportFormat = ExportFormat.PROOFS,
    *,
    query: TrailQuery = EVERYTHING,
    headers: ExportHeaders = ExportHeaders.WORDS,
    locale: str = "",
    reason: ReasonDraft = REASON,
    login: str = "auditor",
) -> str:
    """An export whose file lies in the store; its id."""
    export_id = ordered(company, wanted, query=query, headers=headers, locale=locale, reason=reason, login=login)
    make_all(company)
    return export_id


def make_all(company: Company, *, worker: str = "tests") -> None:
    while make_next(company.vault, words=words(), worker=worker):
        pass


def content_of(company: Company, export_id: str, *, login: str = "auditor") -> bytes:
    """The whole file, as it is downloaded."""
    download = download_export(company.vault, company.at_keyboard(login), export_id=export_id)
    return b"".join(download.content)


def exported(
    company: Company,
    wanted: ExportFormat = ExportFormat.PROOFS,
    *,
    query: TrailQuery = EVERYTHING,
    headers: ExportHeaders = ExportHeaders.WORDS,
    locale: str = "",
) -> bytes:
    """The file of an export."""
    return content_of(company, made(company, wanted, query=query, headers=headers, locale=locale))


def record_of(company: Company, export_id: str) -> ExportRecord:
    """The export's row."""
    with reading(company.vault.engine) as tx:
        found = export_queries.load_export(tx, export_id)
    assert found is not None
    return found


def signing_public(company: Company) -> bytes:
    """The public half of the key that signs for the trail."""
    with reading(company.vault.engine) as tx:
        found = next(each.public for each in key_queries.list_service_keys(tx) if each.name == "trail_signing")
    assert found is not None
    return found
