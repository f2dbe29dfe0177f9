"""What an upload of 1 GiB takes in the gateway: memory while it runs, and time beside the same work without the web.

A client sends one multipart form to a real gateway, as the page's script does. Meanwhile the resident memory of every
web process is sampled. The file is made on the way and never lies on this machine's disk before the gateway seals it.
"""

from __future__ import annotations

import json
import os
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.documents import MEBIBYTE, LargePdf
from benchmarks.report import Findings, Goal, median, spread
from benchmarks.served import Browser, Gateway, served_company
from vault.database import document_queries
from vault.database.document_queries import ObjectPart
from vault.database.engine import reading
from vault.filing.content import FileContent
from vault.filing.documents import submit_document
from vault.model import DocumentId

MEMORY_LIMIT_MIB = 150
_SAMPLE_SECONDS = 0.01
_MEANING = """
"web route": one file in a multipart form to the upload route of a served gateway, until its answer: the sealed copy is
durable, read back and recorded by then. "use case": the same in this process, from a file, without gateway and network.
Peak and rest are resident memory of the web process that took the file, sampled every 10 ms; growth is the difference.
The goal holds for an upload of 1 GiB; that memory does not grow with the file is what the sizes show together.
"""


@dataclass(frozen=True, slots=True)
class Size:
    mebibytes: tuple[int, ...]
    rounds: int


SIZES = {"full": Size((16, 1024), 2), "quick": Size((8, 64), 1), "smallest": Size((1,), 1)}


@dataclass(frozen=True, slots=True)
class _Upload:
    seconds: float
    rest_mib: float
    peak_mib: float


def measure(size: Size) -> Findings:
    rows, goals = [], []
    with served_company() as (gateway, _documents):
        browser = gateway.browser("custodian")
        for mebibytes in size.mebibytes:
            uploads, plain = [], []
            for _round in range(size.rounds):
                uploads.append(_upload(gateway, browser, LargePdf(mebibytes)))
                plain.append(_submit(gateway, LargePdf(mebibytes)))
            peak = max(upload.peak_mib for upload in uploads)
            rows.append(_row(mebibytes, uploads, plain))
            goals.append(Goal(f"peak of the web process, file of {mebibytes} MiB", peak, MEMORY_LIMIT_MIB, "MiB"))
    head = ("", "web route s", "from-to", "use case s", "ratio", "rest MiB", "peak MiB", "growth MiB")
    return Findings("Uploading", _MEANING, head, rows, goals)


def _row(mebibytes: int, uploads: list[_Upload], plain: list[float]) -> list[str]:
    seconds = [upload.seconds for upload in uploads]
    largest = max(uploads, key=lambda upload: upload.peak_mib)
    return [
        f"{mebibytes} MiB",
        f"{median(seconds):.2f}",
        spread(seconds),
        f"{median(plain):.2f}",
        f"{median(seconds) / median(plain):.2f}",
        f"{largest.rest_mib:.0f}",
        f"{largest.peak_mib:.0f}",
        f"{largest.peak_mib - largest.rest_mib:.0f}",
    ]


def _upload(gateway: Gateway, browser: Browser, content: LargePdf) -> _Upload:
    token = browser.form_token()
    boundary = secrets.token_hex(16)
    before = _part(boundary, "submission_key", secrets.token_hex(16).encode())
    before += _part_head(boundary, 'name="files"; filename="Volume.pdf"', "application/pdf")
    after = f"\r\n--{boundary}--\r\n".encode()
    headers = {
        "Content-Type": f"multipart/form-data; boundary={boundary}",
        "Content-Length": str(len(before) + content.size + len(after)),
        "X-CSRF-Token": token,
    }

    def body() -> Iterator[bytes]:
        yield before
        yield from content.blocks()
        yield after

    with _watched(gateway.web_processes()) as memory:
        begun = time.perf_counter()
        path = f"/dossiers/{gateway.company.dossier_id}/uploads"
        answer = browser.send("POST", path, body=body(), headers=headers)
        seconds = time.perf_counter() - begun
    _require_stored(gateway, json.loads(answer.body)["document_id"], content)
    pid = max(memory, key=lambda each: memory[each][1] - memory[each][0])
    return _Upload(seconds, *memory[pid])


def _submit(gateway: Gateway, content: LargePdf) -> float:
    """The use case alone, with the content in a file that is deleted afterwards."""
    company = gateway.company
    path = company.directory / "plain.pdf"
    with path.open("wb") as file:
        file.writelines(content.blocks())
    try:
        with path.open("rb", buffering=MEBIBYTE) as file:
            begun = time.perf_counter()
            submit_document(
                company.vault,
                company.at_keyboard("custodian"),
                dossier_id=company.dossier_id,
                document_id=None,
                file_name="Volume.pdf",
                content=FileContent(file, content.size),
                submission_key=secrets.token_hex(16),
            )
            return time.perf_counter() - begun
    finally:
        path.unlink()


def _require_stored(gateway: Gateway, document_id: str, content: LargePdf) -> None:
    """RuntimeError unless what was sent is filed whole: an upload that failed fast would look splendid."""
    with reading(gateway.company.vault.engine) as tx:
        version = document_queries.version_of_document(tx, DocumentId(document_id), 1)
        stored = document_queries.live_object(tx, version.id, ObjectPart.ORIGINAL) if version else None
    if version is None or stored is None or version.plaintext_bytes != content.size:
        raise RuntimeError("the upload was not filed whole")


def _part_head(boundary: str, disposition: str, media_type: str) -> bytes:
    return (
        f"--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\nContent-Type: {media_type}\r\n\r\n"
    ).encode()


def _part(boundary: str, name: str, value: bytes) -> bytes:
    return _part_head(boundary, f'name="{name}"', "text/plain") + value + b"\r\n"


@contextmanager
def _watched(pids: list[int]) -> Iterator[dict[int, tuple[float, float]]]:
    """Resident memory of each process in MiB: at the beginning, and the most of all samples until the end."""
    memory = {pid: (resident, resident) for pid in pids if (resident := _resident_mebibytes(pid))}
    ended = threading.Event()

    def sample() -> None:
        while not ended.wait(_SAMPLE_SECONDS):
            for pid, (rest, peak) in memory.items():
                memory[pid] = (rest, max(peak, _resident_mebibytes(pid)))

    sampler = threading.Thread(target=sample, name="memory samples")
    sampler.start()
    try:
        yield memory
    finally:
        ended.set()
        sampler.join()


def _resident_mebibytes(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / MEBIBYTE
