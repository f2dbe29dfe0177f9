"""The converter process: loads its libraries, confines itself, and only then looks at the document.

Guarantees: before the first byte of the document is read, the layers hold and are sufficient, or nothing is read; what
leaves is frames on one pipe; any fault ends as one word of :class:`Refusal`. Runs only as a child of child_process.
The document parsers are imported here and nowhere else in ``vault.intake``.
"""

from __future__ import annotations

import mmap
import os
import sys
from collections.abc import Callable, Iterator
from typing import NoReturn

from vault.intake.converter.confinement import confine
from vault.intake.converter.frames import FrameKind, encode_header, encode_page
from vault.intake.converter.job import PROBE, Job
from vault.intake.converter.layers import ALL_LAYERS, Layer, is_sufficient
from vault.intake.converter.limits import ConvertedPage
from vault.intake.converter.refusals import DocumentRefused, Refusal
from vault.intake.converter.render import RENDERERS, Rendering, prepare

_SOURCE = 0
_ANY_DESCRIPTOR = 1 << 16

Render = Callable[[Rendering], Iterator[ConvertedPage]]


def main(encoded_job: str) -> NoReturn:
    """Run one job and end the process."""
    run(Job.decode(encoded_job), render=_render)


def run(job: Job, *, render: Render, wanted: Layer = ALL_LAYERS) -> NoReturn:
    """Convert by ``render`` behind the layers ``wanted``; tests put hostile code in place of ``render``."""
    output = _claim_output()
    font = _read_all(job.font_descriptor)
    prepare(font)
    os.closerange(3, output)
    os.closerange(output + 1, _ANY_DESCRIPTOR)
    source_bytes = os.fstat(_SOURCE).st_size
    layers = confine(job.limits, source_bytes=source_bytes, parent_pid=job.parent_pid, wanted=wanted)
    if job.media_type == PROBE or is_sufficient(layers):
        _send(output, encode_header(FrameKind.READY, layers))
    if not is_sufficient(layers):
        _refuse(output, Refusal.NO_SANDBOX)
    if job.media_type == PROBE:
        os._exit(0)
    rendering = Rendering(
        source=mmap.mmap(_SOURCE, source_bytes, access=mmap.ACCESS_COPY),
        media_type=job.media_type,
        font=font,
        limits=job.limits,
    )
    _convert(output, rendering, render)


def _convert(output: int, rendering: Rendering, render: Render) -> NoReturn:
    pages = 0
    try:
        for page in render(rendering):
            pages += 1
            _send(output, *encode_page(page))
    except DocumentRefused as refused:
        _refuse(output, refused.refusal)
    except (MemoryError, RecursionError):
        _refuse(output, Refusal.TOO_COMPLEX)
    except Exception:  # noqa: BLE001 - the libraries raise all sorts on damaged files; the parent needs one word
        _refuse(output, Refusal.DAMAGED)
    if pages == 0:
        _refuse(output, Refusal.EMPTY)
    _send(output, encode_header(FrameKind.END, pages))
    os._exit(0)  # no destructors of parsers that have seen the document


def _render(rendering: Rendering) -> Iterator[ConvertedPage]:
    renderer = RENDERERS.get(rendering.media_type)
    if renderer is None:
        raise DocumentRefused(Refusal.TYPE_UNKNOWN)
    return renderer(rendering)


def _claim_output() -> int:
    """The pipe under a number of its own; what a library prints to standard output goes nowhere."""
    sys.stdout.flush()
    output = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return output


def _read_all(descriptor: int) -> bytes:
    chunks = iter(lambda: os.read(descriptor, 1 << 20), b"")
    return b"".join(chunks)


def _send(output: int, *parts: bytes) -> None:
    for part in parts:
        view = memoryview(part)
        while view:
            view = view[os.write(output, view) :]


def _refuse(output: int, refusal: Refusal) -> NoReturn:
    _send(output, encode_header(FrameKind.REFUSED, refusal))
    os._exit(1)
