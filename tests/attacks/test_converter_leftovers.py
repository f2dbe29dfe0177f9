"""What conversions leave behind, however they end: nothing."""

from __future__ import annotations

import os
from pathlib import Path

from tests.vault.intake.samples import convert, make_pdf, sandbox
from vault.errors import InputError
from vault.intake import ConversionLimits, convert_document
from vault.intake.sniffing import MediaType

ROUNDS = 8


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def children() -> list[str]:
    """Processes, also ended ones, whose parent is this one."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == os.getpid():
            found.append(stat.parent.name)
    return found


def test_many_conversions_leave_no_process_descriptor_or_file(tmp_path: Path) -> None:
    """Finished, failed, killed and abandoned conversions all clean up."""
    document = make_pdf("one", "two")
    before = (descriptors(), children())

    for _ in range(ROUNDS):
        convert(document, MediaType.PDF, workspace=tmp_path)
        _convert_and_fail(document[:300], ConversionLimits(), workspace=tmp_path)
        _convert_and_fail(document, ConversionLimits(memory_bytes=1), workspace=tmp_path)
        _convert_and_abandon(document, workspace=tmp_path)

    assert (descriptors(), children(), list(tmp_path.iterdir())) == (*before, [])


def test_document_never_touches_a_disk(tmp_path: Path) -> None:
    """While a page waits to be taken, no directory of the sandbox holds anything."""
    pages = convert_document([make_pdf("one", "two")], media_type=MediaType.PDF, sandbox=sandbox(tmp_path))
    next(pages)

    leftovers = list(tmp_path.rglob("*"))
    pages.close()

    assert leftovers == []


def _convert_and_fail(document: bytes, limits: ConversionLimits, *, workspace: Path) -> None:
    try:
        convert(document, MediaType.PDF, workspace=workspace, limits=limits)
    except InputError:
        return
    raise AssertionError("was converted")


def _convert_and_abandon(document: bytes, *, workspace: Path) -> None:
    pages = convert_document([document], media_type=MediaType.PDF, sandbox=sandbox(workspace))
    next(pages)
    pages.close()
