"""What resealing a class costs, beside copying the same objects in the same store.

Scanned pages: files that nobody can compress, so that nearly all bytes are originals and page images. The resealing is
the one that officers order, worked off by a worker as in real use.
"""

from __future__ import annotations

import io
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL import Image

from benchmarks.company import approved_operation, benchmark_company
from benchmarks.documents import MEBIBYTE
from benchmarks.report import Findings, Goal
from tests.company import Company
from tests.servers import running_s3_server
from vault.custody.operations import show_operation
from vault.custody.scope import Scope
from vault.custody.working import work_once
from vault.database.document_queries import ObjectState
from vault.database.engine import reading
from vault.database.operation_queries import OperationState
from vault.database.tables.dossiers import sealed_objects
from vault.filing.documents import new_object_key
from vault.policy.custody import OperationKind
from vault.storage.port import ObjectKey

LEAST_SHARE_OF_COPY = 0.5
_PIXELS_WIDE = 1600
_BYTES_A_PIXEL = 3
_MEANING = """
"copy": each live object read from the store and stored again under another key, durable; before the resealing and after
it. "reseal": the same objects opened, sealed anew, stored, read back whole and put in their place, with titles and
records, claims, trail entries and the opened sample at the end. Sealed MiB per second; the ratio is against the copy.
"""


@dataclass(frozen=True, slots=True)
class Size:
    documents: int
    mebibytes: int


SIZES = {"full": Size(12, 16), "quick": Size(4, 8), "smallest": Size(1, 1)}


@dataclass(frozen=True, slots=True)
class _Live:
    keys: list[ObjectKey]
    mebibytes: float


def measure(size: Size) -> Findings:
    rows: list[list[str]] = []
    goals: list[Goal] = []
    left_out: list[str] = []

    def reseal(store: str, storage: str) -> None:
        with benchmark_company(storage=storage) as company:
            _resealed(company, store, size, rows, goals)

    reseal("directory", "")
    try:
        with running_s3_server() as server, tempfile.TemporaryDirectory(prefix="vault-benchmark-") as secrets:
            reseal("S3", server.storage_section(Path(secrets), bucket=server.new_bucket()))
    except pytest.skip.Exception as missing:
        left_out.append(f"S3: {missing}")
    return Findings("Resealing a class", _MEANING, ("", "MiB/s", "ratio"), rows, goals, left_out)


def _resealed(company: Company, store: str, size: Size, rows: list[list[str]], goals: list[Goal]) -> None:
    for number in range(size.documents):
        company.submit("custodian", _scan(size.mebibytes), name=f"Scan {number}.tiff")
    company.convert_all()
    before = _live(company)
    copying = _seconds(lambda: _copy(company, before))
    operation = approved_operation(company, OperationKind.RESEAL, Scope(ring="confidential"))
    resealing = _seconds(lambda: _work_off(company, operation))
    after = _live(company)
    if set(after.keys) & set(before.keys) or len(after.keys) != len(before.keys):
        raise RuntimeError("an object was not resealed")
    copying += _seconds(lambda: _copy(company, after))
    copied, resealed = (before.mebibytes + after.mebibytes) / copying, after.mebibytes / resealing
    rows.append([f"{store}, {after.mebibytes:.0f} MiB: copy", f"{copied:.1f}", "1.00"])
    rows.append([f"{store}, {after.mebibytes:.0f} MiB: reseal", f"{resealed:.1f}", f"{resealed / copied:.2f}"])
    goals.append(Goal(f"{store}, reseal beside copy", resealed / copied, LEAST_SHARE_OF_COPY, "x", at_least=True))


def _work_off(company: Company, operation: str) -> None:
    while work_once(company.vault, worker="benchmark"):
        pass
    shown = show_operation(company.vault, company.at_keyboard("officer"), operation_id=operation)
    if shown.state is not OperationState.DONE:
        raise RuntimeError(f"the resealing did not end: {shown.state.value} {shown.fault_code}")


def _copy(company: Company, live: _Live) -> None:
    store = company.vault.store
    for key in live.keys:
        size = store.stat(key).size
        with store.open_stream(key) as stream:
            store.put(new_object_key(company.vault), stream, size=size)


def _live(company: Company) -> _Live:
    columns = sealed_objects.c.object_key, sealed_objects.c.sealed_bytes
    query = sa.select(*columns).where(sealed_objects.c.state == ObjectState.LIVE.value)
    with reading(company.vault.engine) as tx:
        found = tx.execute(query).all()
    return _Live([ObjectKey(key) for key, _size in found], sum(size for _key, size in found) / MEBIBYTE)


def _scan(mebibytes: int) -> bytes:
    """A picture of noise with about so many bytes, uncompressed."""
    height = mebibytes * MEBIBYTE // (_PIXELS_WIDE * _BYTES_A_PIXEL)
    noise = os.urandom(_PIXELS_WIDE * height * _BYTES_A_PIXEL)
    written = io.BytesIO()
    Image.frombytes("RGB", (_PIXELS_WIDE, height), noise).save(written, "TIFF")
    return written.getvalue()


def _seconds(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
